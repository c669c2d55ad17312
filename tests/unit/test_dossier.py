from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tabulair import BSN, werkboek
from wlz_declaratie.contract.tabellen import DOSSIER, HERKOMST
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.dossier import Dossier, lees_dossier
from wlz_declaratie.inlezen.onbruikbaar import Bron

VOORBEELD = {
    "clienten": f"bsn;geboortedatum;overlijdensdatum\n{BSN};1940-05-01;\n",
    "indicaties": f"bsn;besluitnummer;zzpcode;ingangsdatum\n{BSN};100000001;755;1-1-2019\n",
    "toewijzingen": "bsn;zzpcode;instelling;soort;leveringsvorm;ingangsdatum;einddatum;etmalen;percentage\n"
    f"{BSN};755;06290101;3;8;20190101;31-12-2019;3,5;100\n",
    "wachtstatus": f"bsn;instelling;status;ingangsdatum\n{BSN};06290101;7;2019-01-01\n",
    "aanbieders": "agb;kenmerk;ingangsdatum;plaatsen\n06290101;rec:GP+;2025-01-01;12\n06290101;lvg;2025-01-01;\n",
    "afspraken": "agb;prestatiecode;ingangsdatum;tarief;aantal\n06290101;Z041;2019-01-01;1.187,45;365\n",
    "machtigingen": f"machtigingsnummer;bsn;prestatiecode;ingangsdatum\nM1;{BSN};Z920;2019-01-01\n",
    "pgb": f"bsn;zzpcode;ingangsdatum;einddatum\n{BSN};781;2019-01-01;\n",
    "onderwijs": f"bsn;ingangsdatum;einddatum\n{BSN};2019-08-01;2020-07-31\n",
    "tarieven": "prestatiecode;ingangsdatum;maximumtarief;nhc\nZ041;2019-01-01;187,45;21,10\n",
    "leveringen": f"bsn;instelling;leveringsvorm;ingangsdatum\n{BSN};06290101;4;2019-01-01\n",
    "prestaties": "prestatiecode;soort;doelgroep;sector;behandeling;ingangsdatum\nL001;LVHC;GP+;VV;Incl;2025-01-01\n",
}


def schrijf(map_: Path, **tabellen: str) -> Path:
    for naam, inhoud in tabellen.items():
        (map_ / f"{naam}.csv").write_text(inhoud, encoding="utf-8")
    return map_


def test_alle_tabellen(tmp_path: Path) -> None:
    dossier = lees_dossier(schrijf(tmp_path, **VOORBEELD))
    assert dossier.opmerkingen == ()
    assert set(dossier.tabellen) == set(DOSSIER)
    for naam, tabel in dossier.tabellen.items():
        assert dict(tabel.schema) == DOSSIER[naam] | HERKOMST
        assert tabel["herkomst"].cast(pl.String).to_list() == [f"{naam}.csv"] * tabel.height
        assert tabel["herkomst_regel"].to_list() == [*range(2, tabel.height + 2)]
        assert dossier.aanwezig[naam] == frozenset(VOORBEELD[naam].split("\n")[0].split(";"))
    [toewijzing] = dossier.tabellen["toewijzingen"].iter_rows(named=True)
    assert toewijzing == {
        "bsn": BSN,
        "zzpcode": "755",
        "instelling": "06290101",
        "soort": 3,
        "leveringsvorm": 8,
        "ingangsdatum": date(2019, 1, 1),
        "einddatum": date(2019, 12, 31),
        "etmalen": 3.5,
        "percentage": 100.0,
        "herkomst": "toewijzingen.csv",
        "herkomst_regel": 2,
    }
    assert dossier.tabellen["indicaties"]["ingangsdatum"][0] == date(2019, 1, 1)
    assert dossier.tabellen["indicaties"]["einddatum"][0] is None
    assert dossier.tabellen["afspraken"].select("tarief", "aantal").row(0) == (118745, 365)
    assert dossier.tabellen["aanbieders"]["plaatsen"].to_list() == [12, None]
    assert dossier.tabellen["prestaties"].select("soort", "sector", "behandeling", "doelgroep").row(0) == (
        "lvhc", "vv", "incl", "GP+",
    )  # fmt: skip


def test_drie_vormen_geven_hetzelfde(tmp_path: Path) -> None:
    mappen = {vorm: tmp_path / vorm for vorm in ("csv", "parquet", "xlsx", "getallen")}
    for map_ in mappen.values():
        map_.mkdir()
    schrijf(mappen["csv"], toewijzingen=VOORBEELD["toewijzingen"])
    kop, rij = (regel.split(";") for regel in VOORBEELD["toewijzingen"].splitlines())
    pl.DataFrame([dict(zip(kop, rij, strict=True))]).write_parquet(mappen["parquet"] / "toewijzingen.parquet")
    (mappen["xlsx"] / "toewijzingen.xlsx").write_bytes(werkboek(kop, rij))
    eigen: list[object] = [
        int(BSN), 755, 6290101, 3, 8, date(2019, 1, 1), date(2019, 12, 31), 3.5, 100,
    ]  # fmt: skip
    (mappen["getallen"] / "Toewijzingen.XLSX").write_bytes(werkboek(kop, eigen))
    tabellen = [lees_dossier(map_).tabellen["toewijzingen"] for map_ in mappen.values()]
    assert all(tabel.drop(*HERKOMST).equals(tabellen[0].drop(*HERKOMST)) for tabel in tabellen[1:])


def test_tabel_zonder_rijen_is_er_wel(tmp_path: Path) -> None:
    dossier = lees_dossier(schrijf(tmp_path, pgb="bsn;zzpcode;ingangsdatum\n"))
    assert dossier.tabellen["pgb"].height == 0


def test_lege_map(tmp_path: Path) -> None:
    assert lees_dossier(tmp_path) == Dossier({}, ("de dossiermap bevat geen enkele dossiertabel",), {})


def test_opmerkingen(tmp_path: Path) -> None:
    schrijf(tmp_path, pgb=VOORBEELD["pgb"].replace("einddatum", "vervaldag"), client="x")
    (tmp_path / "aw33_1.xml").write_text("<Bericht/>")
    (tmp_path / "oud").mkdir()
    (tmp_path / ".verborgen").write_text("x")
    (tmp_path / "clienten.doc").write_text("x")
    assert lees_dossier(tmp_path).opmerkingen == (
        "niet gelezen, geen dossiertabel: client.csv, clienten.doc, oud",
        "pgb.csv: niet gelezen kolommen: vervaldag",
        "berichten, 1 overgeslagen (geen AW33, AW35 of AW39): aw33_1.xml",
    )


@pytest.mark.parametrize(
    ("tabel", "oud", "nieuw", "plaats", "verwacht"),
    [
        ("pgb", BSN, "12345678", "regel 2", "kolom 'bsn' heeft een onbruikbare waarde, verwacht 9 cijfers"),
        ("pgb", BSN, "", "regel 2", "kolom 'bsn' is leeg"),
        ("indicaties", ";755", ";000", "regel 2", "kolom 'zzpcode' is leeg"),
        ("pgb", ";781", ";78", "regel 2", "kolom 'zzpcode' heeft een onbruikbare waarde '78', verwacht 3 cijfers"),
        ("pgb", "2019-01-01", "", "regel 2", "kolom 'ingangsdatum' is leeg, verwacht een datum"),
        ("pgb", "2019-01-01", "1-13-2019", "regel 2", "'ingangsdatum' heeft een onbruikbare waarde '1-13-"),
        ("pgb", ";\n", ";2018-12-31\n", "regel 2", "einddatum 2018-12-31 ligt voor ingangsdatum 2019-01-01"),
        ("pgb", ";\n", "\n", "regel 2", "3 velden"),
        ("pgb", "ingangs", "begin", "regel 1", "kolom 'ingangsdatum' ontbreekt"),
        ("pgb", "einddatum", "bsn", "regel 1", "meer dan één keer"),
        ("clienten", "1940", "19x0", "regel 2", "'geboortedatum' heeft een onbruikbare waarde, verwacht"),
        ("toewijzingen", ";3;8", ";2;8", "regel 2", "een onbruikbare waarde '2', verwacht 1 3 5"),
        ("toewijzingen", ";3;8", ";3;6", "regel 2", "'leveringsvorm' heeft een onbruikbare waarde '6'"),
        ("toewijzingen", ";3;8", ";3;vpt", "regel 2", "waarde 'vpt', verwacht een geheel getal"),
        ("toewijzingen", "3,5", "3,7", "regel 2", "'etmalen' heeft een onbruikbare waarde '3.7'"),
        ("toewijzingen", "3,5", "7,5", "regel 2", "'etmalen'"),
        ("toewijzingen", ";100", ";-1", "regel 2", "'percentage' heeft een onbruikbare waarde '-1.0'"),
        ("toewijzingen", "06290101", "629010", "regel 2", "heeft een onbruikbare waarde '629010'"),
        ("wachtstatus", ";7;", ";8;", "regel 2", "'status' heeft een onbruikbare waarde '8'"),
        ("aanbieders", "lvg", "lvb", "regel 3", "onbruikbare waarde 'lvb', verwacht behandeling"),
        ("aanbieders", "rec:GP+", "rec:", "regel 2", "'kenmerk'"),
        ("aanbieders", ";12", ";-1", "regel 2", "'plaatsen'"),
        ("afspraken", "1.187,45", "1,187", "regel 2", "'tarief' heeft een onbruikbare waarde '1,187'"),
        ("afspraken", "Z041", "Z04100", "regel 2", "'prestatiecode'"),
        ("prestaties", "LVHC", "zorg", "regel 2", "'soort' heeft een onbruikbare waarde 'zorg'"),
        ("prestaties", "Incl", "ja", "regel 2", "onbruikbare waarde 'ja', verwacht incl excl"),
    ],
)  # fmt: skip
def test_fout_in_een_cel(tmp_path: Path, tabel: str, oud: str, nieuw: str, plaats: str, verwacht: str) -> None:
    assert oud in VOORBEELD[tabel]
    schrijf(tmp_path, **{tabel: VOORBEELD[tabel].replace(oud, nieuw)})
    with pytest.raises(Invoerfout) as fout:
        lees_dossier(tmp_path, strikt=True)
    tekst = str(fout.value)
    assert f"{tabel}.csv, {plaats}: " in tekst
    assert verwacht in tekst
    assert BSN not in tekst
    assert "12345678" not in tekst
    assert "\n" not in tekst
    if plaats == "regel 1":
        with pytest.raises(Invoerfout, match=f"{tabel}.csv, regel 1"):
            lees_dossier(tmp_path)
        return
    dossier = lees_dossier(tmp_path)
    [rij] = dossier.rijen.onbruikbaar.iter_rows(named=True)
    assert (rij["tabel"], rij["bestand"], f"{rij['plaats']} {rij['regel']}") == (tabel, f"{tabel}.csv", plaats)
    assert verwacht in rij["reden"]
    rijen = len(VOORBEELD[tabel].splitlines()) - 1
    assert dossier.rijen.bronnen == (Bron(tabel, f"{tabel}.csv", rijen, 1),)
    assert dossier.tabellen[tabel].height == rijen - 1
    eerste, tweede, *_ = dossier.opmerkingen
    assert eerste.startswith(f"{tabel}.csv: 1 van {rijen} rijen niet bruikbaar en weggelaten")
    assert tweede == f"{tabel}.csv, {plaats}: {rij['reden']}"
    assert BSN not in " ".join(dossier.opmerkingen)
    assert "12345678" not in " ".join(dossier.opmerkingen)


def test_de_eerste_fout_wordt_genoemd_met_zijn_eigen_regel(tmp_path: Path) -> None:
    kop, rij = VOORBEELD["pgb"].splitlines()
    fout = rij.replace("781", "x")
    schrijf(tmp_path, pgb="\n".join([kop, rij, "", rij, fout.replace("x", "78"), fout]))
    with pytest.raises(
        Invoerfout,
        match=r"regel 5: kolom 'zzpcode' heeft een onbruikbare waarde '78'.*; ook 1 andere rij niet bruikbaar",
    ):
        lees_dossier(tmp_path, strikt=True)


def test_werkboek_noemt_de_rij(tmp_path: Path) -> None:
    (tmp_path / "pgb.xlsx").write_bytes(werkboek(["bsn", "zzpcode", "ingangsdatum"], [], [BSN, 7811, date(2019, 1, 1)]))
    with pytest.raises(Invoerfout, match="rij 3: kolom 'zzpcode'"):
        lees_dossier(tmp_path, strikt=True)
    assert lees_dossier(tmp_path).rijen.onbruikbaar.select("plaats", "regel").rows() == [("rij", 3)]


def test_bsn_in_een_andere_kolom_wordt_niet_getoond(tmp_path: Path) -> None:
    schrijf(tmp_path, pgb=VOORBEELD["pgb"].replace("781", BSN))
    with pytest.raises(Invoerfout, match="niet getoond") as fout:
        lees_dossier(tmp_path, strikt=True)
    assert BSN not in str(fout.value)
    dossier = lees_dossier(tmp_path)
    assert BSN not in " ".join([*dossier.opmerkingen, *dossier.rijen.onbruikbaar["reden"]])


def test_twee_bestanden_voor_een_tabel(tmp_path: Path) -> None:
    schrijf(tmp_path, pgb=VOORBEELD["pgb"])
    (tmp_path / "PGB.xlsx").write_bytes(werkboek(["bsn"]))
    with pytest.raises(Invoerfout, match=r"tabel pgb staat er twee keer: PGB\.xlsx en pgb\.csv"):
        lees_dossier(tmp_path)


def test_geen_map(tmp_path: Path) -> None:
    with pytest.raises(Invoerfout, match="bestaat niet"):
        lees_dossier(tmp_path / "weg")
    bestand = tmp_path / "bestand"
    bestand.write_text("x")
    with pytest.raises(Invoerfout, match="geen map"):
        lees_dossier(bestand)


@pytest.mark.parametrize("soort", ["csv", "parquet", "xlsx"])
def test_onbruikbaar_bestand(tmp_path: Path, soort: str) -> None:
    (tmp_path / f"pgb.{soort}").write_bytes(b"%PDF-1.7")
    with pytest.raises(Invoerfout, match=f"pgb.{soort}"):
        lees_dossier(tmp_path)
