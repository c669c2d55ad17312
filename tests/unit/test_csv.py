from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grondig import keren
from tabulair import BSN, REGEL, Lezer, csv_tekst, een, waarden
from wlz_declaratie import inlezen
from wlz_declaratie.basis import geheugen
from wlz_declaratie.contract.tabellen import ALLEEN_INTERN, DECLARATIE, NODIG
from wlz_declaratie.inlezen import lees_batch, tabulair
from wlz_declaratie.inlezen.basis import MELDING, Invoerfout
from wlz_declaratie.inlezen.csv import lezen as csv_
from wlz_declaratie.inlezen.koppen import Gevraagd
from wlz_declaratie.inlezen.openen import lees_ruw
from wlz_declaratie.inlezen.velden import AANVAARD

pytestmark = pytest.mark.om_de(2)


def met(**velden: str) -> str:
    return csv_tekst({**REGEL, **velden})


def test_gewone_regel(lezer: Lezer) -> None:
    batch = lezer.csv(met())
    frame = batch.regels.collect()
    assert dict(frame.schema) == DECLARATIE
    assert frame.select(*REGEL).row(0) == (
        "R1", BSN, date(2026, 1, 1), date(2026, 1, 31), "Z041", 31, "06290101",
    )  # fmt: skip
    assert frame["regelnummer"].to_list() == [2]
    assert (batch.naam, batch.soort, batch.aantal, batch.onleesbaar) == ("batch.csv", "csv", 1, 0)
    assert batch.kolommen == frozenset(REGEL)
    assert dict(batch.meldingen.schema) == MELDING
    assert batch.meldingen.is_empty()


def test_sha256_is_die_van_het_bestand(lezer: Lezer) -> None:
    from hashlib import sha256

    inhoud = met().encode("cp1252")
    assert lezer.csv(inhoud).sha256 == sha256(inhoud).hexdigest()


@pytest.mark.parametrize(
    ("tekst", "verwacht"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("31-01-2026", date(2026, 1, 31)),
        ("5-1-2026", date(2026, 1, 5)),
        ("20260131", date(2026, 1, 31)),
        (" 2026-01-31 ", date(2026, 1, 31)),
        ("", None),
        ("2026-02-30", None),
        ("30-02-2026", None),
        ("20261301", None),
        ("31-01-26", date(2026, 1, 31)),
        ("31-01-30", None),
        ("26-01-31", None),
        ("2026-1-5", None),
        ("2026/01/31", None),
        ("2026-01-31 00:00:00", None),
        ("46053", date(2026, 1, 31)),
        ("2026", None),
        ("99999", None),
        ("morgen", None),
    ],
)
def test_datum(lezer: Lezer, tekst: str, verwacht: date | None) -> None:
    batch = lezer.csv(met(dagtekening=tekst, einddatum=tekst))
    assert een(batch, "dagtekening") == verwacht
    assert een(batch, "einddatum") == verwacht
    # An unreadable einddatum is for VLD-03; any other unreadable date is a reading finding.
    namen = [veld["kolom"] for melding in batch.meldingen["gegevens"] for veld in json.loads(melding)["velden"]]
    assert namen == (["dagtekening"] if tekst.strip() and verwacht is None else [])


@pytest.mark.parametrize(
    ("teksten", "verwacht"),
    [
        (("ja", "JA", "Ja", "J", "j", "true", "TRUE", "1", "waar"), True),
        (("nee", "N", "n", "false", "False", "0", "ONWAAR"), False),
        (("", "2", "misschien", "yes"), None),
    ],
)
def test_ja_nee(lezer: Lezer, teksten: tuple[str, ...], verwacht: bool | None) -> None:
    batch = lezer.csv(csv_tekst(*({**REGEL, "onderwijs": tekst} for tekst in teksten)))
    assert waarden(batch, "onderwijs") == [verwacht] * len(teksten)
    fout = [nr for nr, tekst in enumerate(teksten, start=2) if verwacht is None and tekst]
    assert batch.meldingen["regelnummer"].to_list() == fout


@pytest.mark.parametrize(
    ("tekst", "cent"),
    [
        ("1234,56", 123456),
        ("1234.56", 123456),
        ("1234", 123400),
        ("1234,5", 123450),
        ("0,29", 29),
        ("1,15", 115),
        ("-12,50", -1250),
        ("+12,50", 1250),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1.234.567,8", 123456780),
        ("12.3400", 1234),
        ("9999999,99", 999999999),
        ("9.999.999,99", 999999999),
    ],
)
def test_bedrag(lezer: Lezer, tekst: str, cent: int) -> None:
    batch = lezer.csv(met(tarief=tekst))
    assert een(batch, "tarief") == cent
    assert batch.meldingen.is_empty()


@pytest.mark.parametrize(
    "tekst",
    [
        "1.234", "1,234", "12,345", "1.23,45", "12.34.56", "1.234,567", "1e3", "nan", "inf", "€ 1.234", "12,",
        ",5", "1 234", "--1", "12.3401", "10000000", "12.345.678,90",
    ],
)  # fmt: skip
def test_bedrag_dat_niet_eenduidig_is(lezer: Lezer, tekst: str) -> None:
    batch = lezer.csv(met(tarief=tekst))
    assert een(batch, "tarief") is None
    assert batch.aantal == 1
    [melding] = batch.meldingen.iter_rows(named=True)
    assert (melding["regelnummer"], melding["regel_id"], melding["ernst"], melding["retourcode"]) == (
        2, "INL-01", "afkeur", "0001",
    )  # fmt: skip
    assert melding["melding"].startswith("Niet te lezen: tarief")


@pytest.mark.parametrize(
    ("tekst", "verwacht"),
    [
        ("3", 3),
        ("-3", -3),
        ("0", 0),
        ("", None),
        ("3,5", None),
        ("3.0", None),
        ("drie", None),
        ("9" * 30, None),
    ],
)
def test_aantal_dat_geen_geheel_getal_is_is_voor_de_regels(lezer: Lezer, tekst: str, verwacht: int | None) -> None:
    batch = lezer.csv(met(aantal=tekst))
    assert een(batch, "aantal") == verwacht
    assert batch.meldingen.is_empty()


def test_nullen_en_leeg(lezer: Lezer) -> None:
    leeg = {"zzpcode": "000", "functiecode": "00", "tijdseenheid": "00", "besluitnummer": "000000000"}
    batch = lezer.csv(met(**leeg, machtigingsnummer="  ", uzovi="0000"))
    for kolom in (*leeg, "machtigingsnummer"):
        assert een(batch, kolom) is None
    assert een(batch, "uzovi") == "0000"
    assert set(leeg) <= batch.kolommen


def test_standaardwaarden(lezer: Lezer) -> None:
    zonder = lezer.csv(met())
    assert (een(zonder, "prestatiecodelijst"), een(zonder, "debet_credit")) == ("055", "D")
    assert not {"prestatiecodelijst", "debet_credit"} & zonder.kolommen
    met_waarde = lezer.csv(
        csv_tekst(
            {**REGEL, "prestatiecodelijst": "", "debet_credit": ""},
            {**REGEL, "prestatiecodelijst": "010", "debet_credit": "c"},
        )
    )
    assert waarden(met_waarde, "prestatiecodelijst") == ["055", "010"]
    assert waarden(met_waarde, "debet_credit") == ["D", "c"]


def test_leveringsvorm(lezer: Lezer) -> None:
    batch = lezer.csv(csv_tekst(*({**REGEL, "leveringsvorm": vorm} for vorm in ("Verblijf", "pgb", "", "dtv"))))
    assert waarden(batch, "leveringsvorm") == ["verblijf", "pgb", None, None]
    assert batch.meldingen["melding"].to_list() == [
        "Niet te lezen: leveringsvorm 'dtv', verwacht verblijf vpt mpt pgb."
    ]


def test_te_lange_tekst_blijft_staan_met_een_melding(lezer: Lezer) -> None:
    batch = lezer.csv(met(referentienummer="R" * 21))
    assert een(batch, "referentienummer") == "R" * 21
    assert "referentienummer" in batch.meldingen["melding"][0]
    assert lezer.csv(met(referentienummer="R" * 20)).meldingen.is_empty()


def test_een_melding_per_regel(lezer: Lezer) -> None:
    batch = lezer.csv(met(tarief="veel", onderwijs="soms", geboortedatum="toen"))
    [melding] = batch.meldingen.iter_rows(named=True)
    assert json.loads(melding["gegevens"]) == {
        "velden": [
            {"kolom": "geboortedatum", "waarde": None, "verwacht": AANVAARD["datum"]},
            {"kolom": "tarief", "waarde": "veel", "verwacht": AANVAARD["bedrag"]},
            {"kolom": "onderwijs", "waarde": "soms", "verwacht": AANVAARD["ja_nee"]},
        ]
    }  # fmt: skip
    assert "toen" not in melding["melding"]


def test_van_veel_onleesbare_velden_staat_het_aantal_er(lezer: Lezer) -> None:
    namen = ("geboortedatum", "overleden", "tarief", "bedrag", "declaratiebedrag", "leveringsvorm", "onderwijs")
    batch = lezer.csv(csv_tekst({**REGEL, **dict.fromkeys(namen, "x")}, {**REGEL, **dict.fromkeys(namen, "")}))
    [melding] = batch.meldingen.iter_rows(named=True)
    assert melding["melding"].endswith("; en nog 2 velden.")
    assert len(json.loads(melding["gegevens"])["velden"]) == tabulair.MEESTE_GENOEMD


@pytest.mark.parametrize("bsn", [BSN, "9999.00.006", "9999 00 006", "9999-00-006", f"a{BSN}b", "99900006"])
def test_nooit_een_bsn_in_een_melding(lezer: Lezer, bsn: str) -> None:
    batch = lezer.csv(
        met(tarief=bsn, aantal=bsn, onderwijs=bsn, dagtekening=f"x{bsn}", machtigingsnummer=f"{bsn} {bsn}")
    )
    assert batch.meldingen.height == 1
    alles = "".join(str(cel) for cel in batch.meldingen.row(0))
    assert "tarief" in alles
    assert bsn not in alles
    assert een(batch, "tarief") is None
    assert een(batch, "aantal") is None


def test_lang_veld_wordt_kort_getoond(lezer: Lezer) -> None:
    melding = lezer.csv(met(tarief="lang " * 50)).meldingen["melding"][0]
    assert len(melding) < 160


def test_komma_als_scheiding(lezer: Lezer) -> None:
    tekst = csv_tekst({**REGEL, "tarief": "12.50"}, scheiding=",")
    assert een(lezer.csv(tekst), "tarief") == 1250
    aangehaald = csv_tekst({**REGEL, "tarief": '"12,50"'}, scheiding=",")
    assert een(lezer.csv(aangehaald), "tarief") == 1250


@pytest.mark.parametrize("codering", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("einde", ["\n", "\r\n"])
@pytest.mark.parametrize("aangehaald", [False, True])
def test_coderingen(lezer: Lezer, codering: str, einde: str, aangehaald: bool) -> None:
    regel = {**REGEL, "referentienummer": "café€"}
    if aangehaald:
        regel = {f'"{kolom}"': f'"{waarde}"' for kolom, waarde in regel.items()}
    batch = lezer.csv(csv_tekst(regel, regel, einde=einde).encode(codering))
    assert waarden(batch, "referentienummer") == ["café€", "café€"]
    assert waarden(batch, "regelnummer") == [2, 3]
    assert waarden(batch, "uitvoerder") == ["06290101"] * 2


@pytest.mark.parametrize("codering", ["utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_zonder_begin_en_utf32_worden_geweigerd_geweigerd(lezer: Lezer, codering: str) -> None:
    with pytest.raises(Invoerfout, match="UTF-8"):
        lezer.csv(met().encode(codering))


def test_geen_bestand_door_een_blokgrens_in_een_teken(lezer: Lezer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_, "_BLOK", 1)
    assert een(lezer.csv(met(referentienummer="é€")), "referentienummer") == "é€"


def test_windows_1252_staat_bij_let_op(lezer: Lezer) -> None:
    regels = csv_tekst(REGEL, {**REGEL, "referentienummer": "ANDRÉ’S €"}, {**REGEL, "referentienummer": "café"})
    batch = lezer.csv(regels.encode("cp1252"))
    assert waarden(batch, "referentienummer") == ["R1", "ANDRÉ’S €", "café"]
    assert batch.opmerkingen == (
        "het bestand is geen UTF-8; bijzondere tekens gelezen als Windows-1252 op 2 bestandsregels, de eerste 3",
    )
    assert lezer.csv(regels).opmerkingen == ()


@pytest.mark.parametrize("byte", [b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"])
def test_byte_die_windows_1252_niet_kent_kost_een_regel(lezer: Lezer, byte: bytes) -> None:
    kop, regel = met().encode().splitlines()
    batch = lezer.csv(b"\n".join([kop, regel, regel.replace(b"R1", b"R" + byte), regel.replace(b"R1", b"caf\xe9")]))
    assert waarden(batch, "regelnummer") == [2, 4]
    assert batch.meldingen["melding"].to_list() == [
        "Bestandsregel niet te lezen: de regel bevat tekens die niet in Windows-1252 bestaan. Herstel de regel."
    ]


def test_slechte_byte_in_een_aangehaald_veld_over_meer_regels(lezer: Lezer) -> None:
    kop, regel = met().encode().splitlines()
    lang = regel.replace(b"R1", b'"Zo\xc3\xab\n\xff"')
    batch = lezer.csv(b"\n".join([kop, regel, lang, regel]))
    assert waarden(batch, "regelnummer") == [2, 5]
    assert batch.onleesbaar == 2


def test_slechte_byte_in_de_kop(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match="regel 1: de kolomnamen bevatten tekens die geen UTF-8 zijn"):
        lezer.csv(csv_tekst({**REGEL, "zoë": "é"}).encode().replace("zoë".encode(), b"zo\xeb"))


def test_spaties_binnen_een_veld_blijven(lezer: Lezer) -> None:
    batch = lezer.csv(csv_tekst({**REGEL, "referentienummer": '"A  B"'}, {**REGEL, "referentienummer": "C  D"}) + "x\n")
    assert waarden(batch, "referentienummer") == ["A  B", "C  D"]
    assert batch.opmerkingen == ()


def test_regeleinde_binnen_een_veld_staat_bij_let_op(lezer: Lezer) -> None:
    batch = lezer.csv(csv_tekst(REGEL, {**REGEL, "referentienummer": '"A  B\nC"'}))
    assert waarden(batch, "referentienummer") == ["R1", "A  B C"]
    assert batch.opmerkingen == ("regeleinde binnen een veld gelezen als spatie op bestandsregel 3",)


def test_te_veel_kolommen(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match="er zijn 3007 kolommen; hooguit 2000"):
        lezer.csv(csv_tekst({**REGEL, **{f"extra{nr}": "x" for nr in range(3000)}}))


# Domains that AW319 has


@pytest.mark.parametrize(
    ("kolom", "waarde", "regel_id"),
    [
        ("uzovi", "55A1", "AW-0018"),
        ("uzovi", "+550", "AW-0018"),
        ("uzovi", "55011", "AW-0018"),
        ("prestatiecodelijst", "065", "AW-0581"),
        ("prestatiecodelijst", "onzin", "AW-0581"),
        ("declarant", "zorg", "INL-01"),
        ("declarant", "+6290001", "INL-01"),
        ("declarant", "999900006", "INL-01"),
        ("tijdseenheid", "uur", "INL-01"),
        ("tijdseenheid", "4", "INL-01"),
    ],
)
@pytest.mark.parametrize("formaat", ["csv", "parquet", "xlsx"])
def test_code_buiten_haar_domein(lezer: Lezer, formaat: str, kolom: str, waarde: str, regel_id: str) -> None:
    regel = {**REGEL, kolom: waarde}
    if formaat == "csv":
        batch = lezer.csv(csv_tekst(REGEL | {kolom: ""}, regel))
    elif formaat == "parquet":
        batch = lezer.parquet({naam: [cel] for naam, cel in regel.items()})
    elif waarde.isdigit():
        return  # A number in a workbook gets its leading zeros back.
    else:
        batch = lezer.xlsx(list(regel), list(regel.values()))
    [melding] = batch.meldingen.iter_rows(named=True)
    assert (melding["regel_id"], melding["ernst"]) == (regel_id, "afkeur")
    assert melding["retourcode"] == {"INL-01": "0001"}.get(regel_id, regel_id[3:])
    assert kolom in melding["melding"]
    assert "999900006" not in melding["melding"] + melding["gegevens"]


@pytest.mark.parametrize(
    ("kolom", "waarde"),
    [
        *(("prestatiecodelijst", lijst) for lijst in ("055", "", "010", "033", "043", "044", "045")),
        *(("tijdseenheid", code) for code in ("01", "04", "14", "16", "81", "00", "", "99")),
        *(("uzovi", code) for code in ("5501", "0101", "0000", "")),
        *(("declarant", code) for code in ("06290101", "00000000", "")),
    ],
)
def test_code_binnen_haar_domein(lezer: Lezer, kolom: str, waarde: str) -> None:
    assert lezer.csv(met(**{kolom: waarde})).meldingen.is_empty()


def test_koppen_zonder_hoofdletters_en_spaties(lezer: Lezer) -> None:
    tekst = met().replace("bsn", " BSN ").replace("aantal", "Aantal")
    assert een(lezer.csv(tekst), "bsn") == BSN


def test_onbekende_kolommen(lezer: Lezer) -> None:
    batch = lezer.csv(csv_tekst({**REGEL, "opmerking": "x", "": "", "regelnummer": "7", "debet_credit_2": "C"}))
    assert batch.ongebruikt == ("opmerking", "kolom 9 (zonder naam)", "regelnummer", "debet_credit_2")
    assert waarden(batch, "regelnummer") == [2]
    assert een(batch, "debet_credit_2") is None


def test_meer_kolommen_dan_een_patroon_aankan(lezer: Lezer) -> None:
    batch = lezer.csv(csv_tekst({**REGEL, **{f"extra{nr}": "x" for nr in range(600)}}))
    assert een(batch, "bsn") == BSN
    assert len(batch.ongebruikt) == 600


def test_dubbele_kolom(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match=r"batch.csv, regel 1: kolom 'bsn' staat er meer dan één keer"):
        lezer.csv(csv_tekst({**REGEL, " BSN": BSN}))


def test_ontbrekende_kolom_noemt_wat_er_wel_is(lezer: Lezer) -> None:
    zonder = {kolom: waarde for kolom, waarde in REGEL.items() if kolom != "aantal"}
    with pytest.raises(Invoerfout) as fout:
        lezer.csv(csv_tekst(zonder))
    assert "kolom 'aantal' ontbreekt; wel aanwezig: 'referentienummer', 'bsn'" in str(fout.value)


def test_bestand_zonder_kop_toont_geen_bsn(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout) as fout:
        lezer.csv(";".join(REGEL.values()) + "\n")
    assert BSN not in str(fout.value)
    assert "\n" not in str(fout.value)


def test_alleen_een_kop_mag_voor_historie_en_dossier(lezer: Lezer) -> None:
    for tekst in (";".join(REGEL), ";".join(REGEL) + "\r\n\r\n"):
        batch = lezer.csv(tekst)
        assert (batch.aantal, batch.regels.collect().height) == (0, 0)


def test_alleen_lege_regels(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match="kolomnamen zijn niet te lezen"):
        lezer.csv("\n" * 30 + met())


def test_lege_regels_tellen_mee_in_het_regelnummer(lezer: Lezer) -> None:
    kop, regel = met().splitlines()
    batch = lezer.csv("\n".join([kop, "", regel, "   ", ";" * 6, regel, "", ""]))
    assert waarden(batch, "regelnummer") == [3, 6]
    assert batch.onleesbaar == 0


def test_regel_met_alleen_een_onbekende_kolom_is_niet_leeg(lezer: Lezer) -> None:
    leeg = dict.fromkeys(REGEL, "")
    batch = lezer.csv(csv_tekst({**REGEL, "opmerking": ""}, {**leeg, "opmerking": "totaal"}, {**leeg, "opmerking": ""}))
    assert waarden(batch, "regelnummer") == [2, 3]


def test_te_weinig_en_te_veel_velden(lezer: Lezer) -> None:
    kop, regel = met().splitlines()
    batch = lezer.csv("\n".join([kop, regel, "R2;" + BSN, regel, regel + ";te;veel", regel]))
    assert waarden(batch, "regelnummer") == [2, 4, 6]
    assert (batch.aantal, batch.onleesbaar) == (3, 2)
    assert batch.meldingen["regelnummer"].to_list() == [3, 5]
    assert batch.meldingen["regel_id"].to_list() == ["INL-01", "INL-01"]
    assert batch.meldingen["melding"].to_list() == [
        "Bestandsregel niet te lezen: de regel heeft 2 velden en de kop 7. Herstel de regel.",
        "Bestandsregel niet te lezen: de regel heeft 9 velden en de kop 7. Herstel de regel.",
    ]
    assert [json.loads(gegevens) for gegevens in batch.meldingen["gegevens"]] == [
        {"reden": "de regel heeft 2 velden en de kop 7"},
        {"reden": "de regel heeft 9 velden en de kop 7"},
    ]


def test_meldingen_staan_op_volgorde(lezer: Lezer) -> None:
    kop, regel = met(tarief="1").splitlines()
    fout = regel.removesuffix("1") + "x"
    batch = lezer.csv("\n".join([kop, fout, "kort", fout, "kort"]))
    assert batch.meldingen["regelnummer"].to_list() == [2, 3, 4, 5]


def test_onjuist_aanhalingsteken_kost_een_regel(lezer: Lezer) -> None:
    kop, regel = met().splitlines()
    open_ = regel.replace("R1", '"R1')
    na = regel.replace("R1", '"R1"x')
    batch = lezer.csv("\n".join([kop, regel, open_, regel, na, regel, open_, open_, regel]))
    assert waarden(batch, "regelnummer") == [2, 4, 6, 9]
    assert batch.meldingen["regelnummer"].to_list() == [3, 5, 7, 8]
    assert all("aanhalingsteken" in melding for melding in batch.meldingen["melding"])


def test_aangehaald_regeleinde(lezer: Lezer) -> None:
    kop, regel = met().splitlines()
    lang = regel.replace("R1", '"R\n\n2"')
    batch = lezer.csv("\n".join([kop, lang, regel, lang, "", regel]))
    assert waarden(batch, "regelnummer") == [2, 5, 6, 10]
    assert waarden(batch, "referentienummer") == ["R 2", "R1", "R 2", "R1"]
    assert batch.onleesbaar == 0


def test_aangehaalde_scheiding_en_aanhalingstekens(lezer: Lezer) -> None:
    batch = lezer.csv(csv_tekst({**REGEL, "referentienummer": '"a;""b"""', "opmerking": '""'}))
    assert een(batch, "referentienummer") == 'a;"b"'


def test_spatie_rond_aanhalingstekens(lezer: Lezer) -> None:
    assert een(lezer.csv(csv_tekst({**REGEL, "uitvoerder": ' "06290101"'})), "uitvoerder") == "06290101"


def test_losse_cr_als_regeleinde(lezer: Lezer) -> None:
    batch = lezer.csv(csv_tekst(REGEL, REGEL, einde="\r"))
    assert waarden(batch, "regelnummer") == [2, 3]


def test_regelscheiders_van_unicode_zijn_geen_regeleinden(lezer: Lezer) -> None:
    batch = lezer.csv(csv_tekst({**REGEL, "referentienummer": "a\u2028b\x85c"}, REGEL))
    assert waarden(batch, "regelnummer") == [2, 3]


@pytest.mark.parametrize("vorm", ["regelmatig", "onregelmatig"])
def test_veel_regels_gaan_via_schijf(lezer: Lezer, monkeypatch: pytest.MonkeyPatch, vorm: str) -> None:
    tekst = csv_tekst(*({**REGEL, "referentienummer": f"R{nr}", "tarief": "x" if nr == 3 else "1"} for nr in range(9)))
    if vorm == "onregelmatig":
        tekst += "kort\n"
    in_geheugen = lezer.csv(tekst)
    assert not list(lezer.werkmap.rglob("*.parquet"))
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 5)
    via_schijf = lezer.csv(tekst)
    assert list(lezer.werkmap.rglob("*.parquet"))
    assert via_schijf.regels.collect().equals(in_geheugen.regels.collect())
    assert via_schijf.meldingen.equals(in_geheugen.meldingen)
    assert via_schijf.aantal == in_geheugen.aantal == 9
    assert dict(via_schijf.regels.collect_schema()) == DECLARATIE


def test_grote_bestanden_stromen(lezer: Lezer) -> None:
    """An expression that does not stream would hold the whole file in memory."""
    regel = {kolom: REGEL.get(kolom, "") for kolom in DECLARATIE if kolom not in ALLEEN_INTERN}
    gevraagd = Gevraagd([*regel], NODIG)
    ruw = lees_ruw(lezer.bestand("batch.csv", csv_tekst(regel)), "batch.csv", lezer.werkmap, gevraagd)
    lijnen = tabulair._lijnen(ruw, "batch.csv")
    plan = lijnen.show_graph(engine="streaming", plan_stage="physical", raw_output=True)
    assert plan is not None
    assert "multi-scan[csv]" in plan
    assert not [knoop for knoop in ("columnar-function", "in-memory-map", "multiplexer", "zip") if knoop in plan]


def test_twee_bestanden_in_een_werkmap(lezer: Lezer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 0)
    een_, twee = lezer.csv(met(referentienummer="A")), lezer.csv(met(referentienummer="B"))
    assert (een(een_, "referentienummer"), een(twee, "referentienummer")) == ("A", "B")


def test_bestandsnaam_is_geen_patroon(lezer: Lezer) -> None:
    assert lezer.lees(lezer.bestand("batch [1] *.csv", met())).aantal == 1


@pytest.mark.parametrize(
    ("inhoud", "wat"), [(b"%PDF-1.7\n1 0 obj", "PDF"), (b"PK\x03\x04rest", "Excel"), (b"PAR1rest", "Parquet")]
)
def test_vreemd_bestand(lezer: Lezer, inhoud: bytes, wat: str) -> None:
    with pytest.raises(Invoerfout, match=wat):
        lezer.csv(inhoud)


def test_leeg_bestand_map_en_niets(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match="leeg"):
        lezer.csv(b"")
    (lezer.map / "map.csv").mkdir()
    with pytest.raises(Invoerfout, match="map"):
        lezer.lees(lezer.map / "map.csv")
    with pytest.raises(Invoerfout, match="bestaat niet"):
        lezer.lees(lezer.map / "weg.csv")
    with pytest.raises(Invoerfout):
        lezer.lees(Path("x\0.csv"))


def test_geen_leesrechten(lezer: Lezer, monkeypatch: pytest.MonkeyPatch) -> None:
    def weiger(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    pad = lezer.bestand("batch.csv", met())
    monkeypatch.setattr(Path, "open", weiger)
    with pytest.raises(Invoerfout, match="geen leesrechten"):
        lezer.lees(pad)


def test_lees_batch_kiest_op_extensie(lezer: Lezer, monkeypatch: pytest.MonkeyPatch) -> None:
    pad = lezer.bestand("Batch.CSV", met())
    batch = lees_batch(pad, lezer.werkmap)
    assert (batch.naam, batch.soort, batch.aantal) == (str(pad), "csv", 1)

    gelezen: list[Path] = []

    def aw319(pad: Path, naam: str, werkmap: Path, delen: int) -> object:
        gelezen.append(pad)
        return batch

    monkeypatch.setattr("wlz_declaratie.inlezen.aw319.lezen.lees_aw319", aw319)
    for naam, inhoud in (
        ("a.asc", "x"),
        ("a.TXT", "x"),
        ("a.edi", "x"),
        ("a.dat", "0118701040"),
        ("a", "01187"),
    ):
        lees_batch(lezer.bestand(naam, inhoud), lezer.werkmap)
    assert [pad.name for pad in gelezen] == ["a.asc", "a.TXT", "a.edi", "a.dat", "a"]


@pytest.mark.parametrize("naam", ["batch.pdf", "batch.doc", "batch"])
def test_lees_batch_noemt_wat_het_wel_leest(lezer: Lezer, naam: str) -> None:
    with pytest.raises(Invoerfout) as fout:
        lees_batch(lezer.bestand(naam, "iets anders"), lezer.werkmap)
    for soort in (*inlezen.AW319, *inlezen.TABULAIR):
        assert soort in str(fout.value)


TEKST = st.text(st.sampled_from("ab ;,\"'\n.é\t1"), max_size=8)


@settings(max_examples=keren(50, 3000), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(TEKST, TEKST), min_size=1, max_size=6),
    st.sampled_from(";,"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
)
def test_wat_een_csv_schrijver_schrijft_komt_terug(
    lezer: Lezer, rijen: list[tuple[str, str]], scheiding: str, einde: str, aanhalen: int, codering: str
) -> None:
    buffer = io.StringIO()
    schrijver = csv.writer(buffer, delimiter=scheiding, lineterminator=einde, quoting=aanhalen)
    schrijver.writerow([*REGEL, "machtigingsnummer"])
    nummers = []
    for eerste, laatste in rijen:
        nummers.append(buffer.getvalue().replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1)
        schrijver.writerow([eerste, *list(REGEL.values())[1:], laatste])
    batch = lezer.csv(buffer.getvalue().encode(codering))

    def zonder_witruimte(tekst: str | None) -> str:
        return "".join((tekst or "").split())

    assert [
        tuple(map(zonder_witruimte, rij))
        for rij in batch.regels.select("referentienummer", "machtigingsnummer").collect().iter_rows()
    ] == [tuple(map(zonder_witruimte, rij)) for rij in rijen]
    assert waarden(batch, "regelnummer") == nummers
    assert batch.onleesbaar == 0
