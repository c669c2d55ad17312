"""What a spreadsheet makes of a field: read where one reading is left, refused where none is."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tabulair import BSN, REGEL, Lezer, csv_tekst, een, waarden
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.dossier import lees_dossier


def kolom(lezer: Lezer, naam: str, *teksten: str) -> list[Any]:
    return waarden(lezer.csv(csv_tekst(*({**REGEL, naam: tekst} for tekst in teksten))), naam)


@pytest.mark.parametrize(
    ("tekst", "verwacht"),
    [
        ("46082", date(2026, 3, 1)),
        ("3000", date(1908, 3, 18)),
        ("2999", None),
        ("73050", date(2099, 12, 31)),
        ("73051", None),
        ("01-mrt-26", date(2026, 3, 1)),
        ("1 maart 2026", date(2026, 3, 1)),
        ("1-MRT.-26", date(2026, 3, 1)),
        ("1-mei-29", date(2029, 5, 1)),
        ("1-okt-99", date(2099, 10, 1)),
        ("31-feb-26", None),
        ("1-mar-26", date(2026, 3, 1)),
        ("1-foo-26", None),
        ("31-12-15", date(2015, 12, 31)),
        ("31-12-14", None),
        ("31-12-29", date(2029, 12, 31)),
        ("31-12-30", None),
    ],
)
def test_dag(lezer: Lezer, tekst: str, verwacht: date | None) -> None:
    assert kolom(lezer, "begindatum", tekst) == [verwacht]


def test_geboortejaar_in_twee_cijfers_alleen_waar_het_een_eeuw_is(lezer: Lezer) -> None:
    teksten = "1-mei-30", "1-mei-29", "01-05-99", "1-mei-1929", "1-mei-2019", "9133"
    assert kolom(lezer, "geboortedatum", *teksten) == [
        date(1930, 5, 1), None, date(1999, 5, 1), date(1929, 5, 1), date(2019, 5, 1), date(1925, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tekst", "cent"),
    [
        ("€ 145,00", 14500),
        ("€145,00-", -14500),
        ("-€ 145", -14500),
        ("€ -145,5", -14550),
        ("€ 1.145,00", 114500),
        ("145,-", 14500),
        ("145,00 €", 14500),
        ("EUR 145,00", 14500),
        ("\u00a0€\u00a0145,00", 14500),
        ("€ 1.145", None),
        ("€ --145", None),
        ("-145-", None),
        ("€", None),
        ("€ 10000000", None),
        ("$ 145,00", None),
    ],
)
def test_bedrag(lezer: Lezer, tekst: str, cent: int | None) -> None:
    assert kolom(lezer, "tarief", tekst) == [cent]


@pytest.mark.parametrize(
    ("naam", "tekst", "verwacht"),
    [
        ("bsn", "10000008", "010000008"),
        ("bsn", "10000009", "10000009"),
        ("bsn", "00000000", "00000000"),
        ("bsn", "1000000", "1000000"),
        ("uitvoerder", "6290101", "06290101"),
        ("uitvoerder", "629010", "629010"),
        ("uitvoerder", "629010a", "629010a"),
        ("declarant", "6000002", "06000002"),
        ("uzovi", "550", "0550"),
        ("tijdseenheid", "4", "04"),
        ("prestatiecodelijst", "55", "055"),
        ("zzpcode", "75", "75"),  # no zzpcode begins with a zero
        ("referentienummer", "12345", "12345"),
    ],
)
def test_voorloopnul(lezer: Lezer, naam: str, tekst: str, verwacht: str) -> None:
    batch = lezer.csv(csv_tekst({**REGEL, naam: tekst}))
    assert een(batch, naam) == verwacht
    assert bool(batch.opmerkingen) == (verwacht != tekst)


def test_elk_herstel_staat_een_keer_per_kolom_bij_let_op(lezer: Lezer) -> None:
    anders = {"begindatum": "46082", "tarief": "€ 1", "bsn": "10000008", "einddatum": "31-mrt-26"}
    batch = lezer.csv(csv_tekst({**REGEL, "tarief": "1"}, *[{**REGEL, **anders}] * 3))
    assert batch.meldingen.is_empty()
    assert batch.opmerkingen == (
        "kolom 'bsn': 3 keer een cijfer te weinig, gelezen met een 0 ervoor; de eerste op bestandsregel 3",
        "kolom 'begindatum': 3 keer een datum als getal van een rekenblad (46082), gelezen als dag (01-03-2026); de "
        "eerste op bestandsregel 3",
        "kolom 'einddatum': 3 keer een datum met een maandnaam of een jaar van twee cijfers (01-mrt-26), gelezen als "
        "dag-maand-jaar; de eerste op bestandsregel 3",
        "kolom 'tarief': 3 keer een bedrag met een euroteken, streepje of minteken erachter, gelezen zonder; de eerste "
        "op bestandsregel 3",
    )


@pytest.mark.parametrize("tekst", ["1,23E+08", "1.23457E+08", "1E+08", "1e+008"])
@pytest.mark.parametrize("naam", ["bsn", "uitvoerder", "referentienummer"])
def test_afgerond_nummer_is_een_weigering(lezer: Lezer, naam: str, tekst: str) -> None:
    with pytest.raises(Invoerfout, match=rf"kolom '{naam}' \(2 keer, vanaf bestandsregel 3\): .* afgerond") as fout:
        lezer.csv(csv_tekst(REGEL, *[{**REGEL, naam: tekst}] * 2))
    assert "\n" not in str(fout.value)


@pytest.mark.parametrize("tekst", ["1E08", "E+08", "1,23E+", "R1,23E+08", "1,23E+0800"])
def test_wat_geen_afgerond_nummer_is(lezer: Lezer, tekst: str) -> None:
    assert kolom(lezer, "referentienummer", tekst) == [tekst]


@pytest.mark.parametrize("codering", ["utf-16", "utf-16-be"])
def test_utf16_met_tabs(lezer: Lezer, codering: str) -> None:
    tekst = csv_tekst({**REGEL, "referentienummer": "café"}, REGEL, scheiding="\t", einde="\r\n")
    begin = "\ufeff" if codering == "utf-16-be" else ""
    batch = lezer.csv((begin + tekst).encode(codering))
    assert waarden(batch, "referentienummer") == ["café", "R1"]
    assert waarden(batch, "regelnummer") == [2, 3]


def test_utf16_die_afbreekt(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match="UTF-16"):
        lezer.csv(csv_tekst(REGEL).encode("utf-16")[:-1])


@pytest.mark.parametrize("scheiding", [";", ",", "\t", "|"])
def test_sep_op_de_eerste_regel(lezer: Lezer, scheiding: str) -> None:
    batch = lezer.csv(f"sep={scheiding}\n" + csv_tekst(REGEL, REGEL, scheiding=scheiding) + "kort\n")
    assert (waarden(batch, "regelnummer"), batch.meldingen["regelnummer"].to_list()) == ([3, 4], [5])
    assert batch.opmerkingen == ()


@pytest.mark.parametrize(
    ("boven", "opmerking"),
    [
        ("Declaraties maart;;\n", ("regel 1 boven de kolomnamen (in regel 2) overgeslagen",)),
        ('sep=;\n"Maart ""26""";\n\nbsn en meer\n', ("regel 2 t/m 4 boven de kolomnamen (in regel 5) overgeslagen",)),
        ("\n;;;\n", ()),
    ],
)
def test_titels_boven_de_kop(lezer: Lezer, boven: str, opmerking: tuple[str, ...]) -> None:
    batch = lezer.csv(boven + csv_tekst(REGEL, REGEL))
    eerste = boven.count("\n") + 2
    assert (waarden(batch, "regelnummer"), batch.opmerkingen) == ([eerste, eerste + 1], opmerking)


def test_kop_te_ver(lezer: Lezer) -> None:
    assert een(lezer.csv("titel\n" * 19 + csv_tekst(REGEL)), "bsn") == BSN
    with pytest.raises(Invoerfout, match="regel 1: kolommen 'referentienummer'"):
        lezer.csv("titel\n" * 20 + csv_tekst(REGEL))


@pytest.mark.parametrize(
    ("oud", "nieuw"),
    [("bsn", "BSN-nummer"), ("begindatum", "begindatm"), ("prestatiecode", "prestatie_code"), ("aantal", "Aantal:")],
)
def test_bedoel_je(lezer: Lezer, oud: str, nieuw: str) -> None:
    with pytest.raises(Invoerfout, match=rf"'{oud}' \(bedoel je '{nieuw.lower()}'\?\) ontbreekt"):
        lezer.csv(csv_tekst({(nieuw if k == oud else k): v for k, v in REGEL.items()}))


def test_kolom_die_niet_nodig_is_en_lijkt(lezer: Lezer) -> None:
    batch = lezer.csv(csv_tekst({**REGEL, "tariev": "1", "opmerking": "x", "bsn2": "x"}))
    assert batch.opmerkingen == ("kolom 'tariev' is niet gelezen; bedoel je 'tarief'?",)


def test_kop_wordt_geen_patroon_en_toont_geen_bsn(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match="bedoel je") as fout:
        lezer.csv(csv_tekst({**{k: v for k, v in REGEL.items() if k != "bsn"}, f"bsn {BSN}": "", "(.*)+": ""}))
    assert BSN not in str(fout.value)


def boek(*bladen: tuple[str, list[list[Any]]], vanaf_1904: bool = False) -> bytes:
    buffer = io.BytesIO()
    werkboek = xlsxwriter.Workbook(buffer, {"date_1904": vanaf_1904})
    for naam, rijen in bladen:
        blad = werkboek.add_worksheet(naam)
        for nummer, rij in enumerate(rijen):
            blad.write_row(nummer, 0, rij)
    werkboek.close()
    return buffer.getvalue()


TABEL = [list(REGEL), list(REGEL.values())]


def test_ander_blad(lezer: Lezer) -> None:
    inhoud = boek(("Uitleg", [["lees mij"]]), ("Maart", [["titel"], [], *TABEL]), ("April", TABEL))
    batch = lezer.lees(lezer.bestand("batch.xlsx", inhoud))
    assert waarden(batch, "regelnummer") == [4]
    assert batch.opmerkingen == (
        "blad 2 'Maart' gelezen, want blad 1 heeft de kolommen niet",
        "blad 3 'April' heeft dezelfde kolommen en is niet gelezen",
        "blad 1 'Uitleg' heeft ook rijen en is niet gelezen",
        "rij 1 boven de kolomnamen (in rij 3) overgeslagen",
    )


def test_geen_blad_heeft_de_kolommen(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match="rij 1: kolommen"):
        lezer.lees(lezer.bestand("batch.xlsx", boek(("A", [["bsn"]]), ("B", [["bsn"]]))))


def test_serienummer_van_een_oude_mac(lezer: Lezer) -> None:
    rijen = [list(REGEL), list({**REGEL, "begindatum": 44620}.values())]
    batch = lezer.lees(lezer.bestand("batch.xlsx", boek(("A", rijen), vanaf_1904=True)))
    assert een(batch, "begindatum") == date(2026, 3, 1)


def test_dossier(tmp_path: Path) -> None:
    kop = "bsn;zzpcode;instelling;soort;leveringsvorm;ingangsdatum;einddatum;procent\n"
    rij = "10000008;755;6290101;3;4;43831;31-dec-26;\n"
    (tmp_path / "toewijzingen.tsv").write_text(("sep=;\nlijst\n" + kop + rij).replace(";", "\t"), "utf-16")
    (tmp_path / "pgb.txt").write_text("geen tabel", "utf-8")
    dossier = lees_dossier(tmp_path)
    [gelezen] = dossier.tabellen["toewijzingen"].iter_rows(named=True)
    assert (gelezen["bsn"], gelezen["instelling"], gelezen["herkomst_regel"]) == ("010000008", "06290101", 4)
    assert (gelezen["ingangsdatum"], gelezen["einddatum"]) == (date(2020, 1, 1), date(2026, 12, 31))
    assert dossier.opmerkingen[0] == "niet gelezen, geen dossiertabel: pgb.txt"
    assert sum("toewijzingen.tsv: kolom" in opmerking for opmerking in dossier.opmerkingen) == 4


@pytest.mark.parametrize("soort", ["xls", "ods"])
def test_tabel_in_een_ander_rekenblad(tmp_path: Path, soort: str) -> None:
    pad = tmp_path / f"pgb.{soort}"
    pad.write_text("x", "utf-8")
    with pytest.raises(Invoerfout, match=rf"pgb.{soort}: .*bewaar het als \.xlsx"):
        lees_dossier(tmp_path)
    (tmp_path / "pgb.csv").write_text("bsn;ingangsdatum\n", "utf-8")
    assert f"pgb.{soort}" in lees_dossier(tmp_path).opmerkingen[0]


def test_veel_regels_gaan_via_schijf(lezer: Lezer, monkeypatch: pytest.MonkeyPatch) -> None:
    anders = {"begindatum": "46082", "einddatum": "onzin", "bsn": "10000008", "tarief": "€ 1"}
    tekst = csv_tekst({**REGEL, "tarief": "1"}, *[{**REGEL, **anders}] * 8)
    in_geheugen = lezer.csv(tekst)
    monkeypatch.setattr("wlz_declaratie.basis.geheugen.MEESTE_LIJNEN", 5)
    via_schijf = lezer.csv(tekst)
    assert list(lezer.werkmap.rglob("hersteld.parquet"))
    assert via_schijf.regels.collect().equals(in_geheugen.regels.collect())
    assert via_schijf.opmerkingen == in_geheugen.opmerkingen
    assert waarden(via_schijf, "begindatum")[1:] == [date(2026, 3, 1)] * 8
