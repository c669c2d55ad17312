"""Snapshots of a client put together: what a later message replaces, and what stays."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from iwlzberichten import ANDER, BSN, bericht, client, schrijf, schrijf_veel
from tabulair import REGEL
from wlz_declaratie import controleer
from wlz_declaratie.inlezen.dossier import Dossier, lees_dossier

INSTELLING, ELDERS = "06290101", "06290202"
VERBLIJF, PGB = "4", "2"


def foto(
    besluit: str,
    van: str,
    zzpcode: str,
    *toegewezen: dict[str, str],
    dag: str,
    bsn: str = BSN,
    tot: str = "",
    geboren: str = "1940-05-01",
) -> str:
    """A message: the one decision of the client, and the allocations that it repeats."""
    pakket = {"ZzpCode": zzpcode, "Ingangsdatum": van, "Einddatum": tot}
    standaard = {"ZzpCode": zzpcode, "Instelling": INSTELLING, "Soort": "1", "Leveringsvorm": VERBLIJF}
    zorg = [{**standaard, "Ingangsdatum": van, **een} for een in toegewezen]
    kop = f"<Besluitnummer>{besluit}</Besluitnummer><Ingangsdatum>{van}</Ingangsdatum>"
    van_client = client(bsn, f"<b:Datum>{geboren}</b:Datum>", (pakket,), zorg, kop)
    return bericht(van_client, dagtekening=dag)


OUD = foto("1", "2024-03-01", "754", {}, dag="2025-02-10")
NIEUW = foto("2", "2026-01-01", "755", {}, dag="2026-01-12")


def rijen(dossier: Dossier, tabel: str) -> set[tuple[str, ...]]:
    """Each row as code, instelling if any, first and last day, and the day of its message."""
    if tabel not in dossier.tabellen:
        return set()
    frame = dossier.tabellen[tabel]
    kolommen = [k for k in ("zzpcode", "instelling", "ingangsdatum", "einddatum", "herkomst") if k in frame.columns]
    return {
        tuple("" if waarde is None else str(waarde) for waarde in rij) for rij in frame.select(*kolommen).iter_rows()
    }


def test_een_later_besluit_laat_de_dagen_ervoor_staan(tmp_path: Path) -> None:
    dossier = lees_dossier(schrijf(tmp_path, a=OUD, b=NIEUW))
    assert rijen(dossier, "indicaties") == {
        ("754", "2024-03-01", "2025-12-31", "AW33 van 10-02-2025"),
        ("755", "2026-01-01", "", "AW33 van 12-01-2026"),
    }
    assert rijen(dossier, "toewijzingen") == {
        ("754", INSTELLING, "2024-03-01", "2025-12-31", "AW33 van 10-02-2025"),
        ("755", INSTELLING, "2026-01-01", "", "AW33 van 12-01-2026"),
    }
    assert dossier.opmerkingen == ("AW33-berichten gelezen: 2; cliënten: 1",)


BIJNA = {**REGEL, "bsn": BSN, "uitvoerder": INSTELLING, "geboortedatum": "1940-05-01", "besluitnummer": ""}


def lijn(zzpcode: str, van: date, tot: date) -> dict[str, Any]:
    dagen = (tot - van).days + 1
    return {
        **BIJNA,
        "zzpcode": zzpcode,
        "prestatiecode": f"Z{zzpcode[1:]}1".replace("Z541", "Z041").replace("Z551", "Z051"),
        "begindatum": str(van),
        "einddatum": str(tot),
        "aantal": dagen,
        "referentienummer": f"{zzpcode}-{van}",
    }


def test_twee_fotos_door_de_hele_controle(tmp_path: Path) -> None:
    """A line of December on the old profile is right, and one of January on it is not; and the mirror of both."""
    december, januari = (date(2025, 12, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 1, 31))
    batch = pl.DataFrame([lijn(code, *maand) for code in ("754", "755") for maand in (december, januari)])
    for nummer, namen in enumerate(itertools.permutations(("a", "b"))):
        map_ = tmp_path / str(nummer)
        map_.mkdir()
        schrijf(map_, **dict(zip(namen, (OUD, NIEUW), strict=True)))
        uitslag = controleer(batch, dossier=map_, peildatum=date(2026, 7, 1), selecteer="IND-02,IND-03")
        assert set(uitslag.regels["status"]) == {"uitgevoerd"}
        gevonden = uitslag.bevindingen.select("regel_id", "ernst", "referentienummer").rows()
        assert sorted(gevonden) == [
            ("IND-02", "afkeur", "754-2026-01-01"),
            ("IND-02", "afkeur", "755-2025-12-01"),
            ("IND-03", "afkeur", "754-2026-01-01"),
            ("IND-03", "afkeur", "755-2025-12-01"),
        ]


def test_binnen_een_besluit_vervangt_alleen_dezelfde_toewijzing(tmp_path: Path) -> None:
    eerst = foto("1", "2024-03-01", "754", {}, {"Instelling": ELDERS}, dag="2025-02-10")
    dan = foto(
        "1", "2024-03-01", "754", {"Einddatum": "2025-06-30"}, {"Ingangsdatum": "2025-07-01"}, dag="2025-06-20"
    )  # fmt: skip
    assert rijen(lees_dossier(schrijf(tmp_path, a=eerst, b=dan)), "toewijzingen") == {
        ("754", INSTELLING, "2024-03-01", "2025-06-30", "AW33 van 20-06-2025"),
        ("754", INSTELLING, "2025-07-01", "", "AW33 van 20-06-2025"),
        ("754", ELDERS, "2024-03-01", "", "AW33 van 10-02-2025"),
    }


@pytest.mark.parametrize("anders", [{"ZzpCode": "753"}, {"Leveringsvorm": "8"}, {"Ingangsdatum": "2024-03-02"}])
def test_een_andere_toewijzing_vervangt_niet(tmp_path: Path, anders: dict[str, str]) -> None:
    eerst = foto("1", "2024-03-01", "754", {}, dag="2025-02-10")
    dan = foto("1", "2024-03-01", "754", anders, dag="2025-06-20")
    assert lees_dossier(schrijf(tmp_path, a=eerst, b=dan)).tabellen["toewijzingen"].height == 2


def test_dezelfde_sleutel_onder_een_ander_besluit_vervangt_niet(tmp_path: Path) -> None:
    """It only ends with the decision."""
    toewijzing = {"Ingangsdatum": "2025-06-01"}
    eerst = foto("1", "2024-03-01", "754", toewijzing, dag="2025-02-10")
    dan = foto("2", "2026-01-01", "754", toewijzing, dag="2026-01-12")
    assert rijen(lees_dossier(schrijf(tmp_path, a=eerst, b=dan)), "toewijzingen") == {
        ("754", INSTELLING, "2025-06-01", "2025-12-31", "AW33 van 10-02-2025"),
        ("754", INSTELLING, "2025-06-01", "", "AW33 van 12-01-2026"),
    }


def test_wat_te_laat_komt_verandert_alleen_wat_het_weet(tmp_path: Path) -> None:
    """A message of 2025 that is found after that of 2026 gives the dossier that it would have given before."""
    laat = foto("1", "2024-03-01", "754", {"Instelling": ELDERS, "Einddatum": "2025-08-31"}, dag="2025-09-02")
    schrijf(tmp_path, a=OUD, b=NIEUW)
    zonder = rijen(lees_dossier(tmp_path), "toewijzingen")
    met = rijen(lees_dossier(schrijf(tmp_path, z=laat)), "toewijzingen")
    assert met - zonder == {("754", ELDERS, "2024-03-01", "2025-08-31", "AW33 van 02-09-2025")}
    assert zonder - met == set()


def test_een_later_bericht_over_een_eerder_besluit_vervangt_vanaf_daar(tmp_path: Path) -> None:
    terug = foto("3", "2025-01-01", "756", {}, dag="2026-02-01")
    assert rijen(lees_dossier(schrijf(tmp_path, a=OUD, b=NIEUW, c=terug)), "indicaties") == {
        ("754", "2024-03-01", "2024-12-31", "AW33 van 10-02-2025"),
        ("756", "2025-01-01", "", "AW33 van 01-02-2026"),
    }


def test_een_besluit_komt_terug_na_een_ander(tmp_path: Path) -> None:
    """Its own older allocations end with the decision between them, not with itself."""
    weer = foto("1", "2024-03-01", "754", {"Ingangsdatum": "2025-01-01"}, dag="2026-02-01")
    assert rijen(lees_dossier(schrijf(tmp_path, a=OUD, b=NIEUW, c=weer)), "toewijzingen") == {
        ("754", INSTELLING, "2024-03-01", "2025-12-31", "AW33 van 10-02-2025"),
        ("754", INSTELLING, "2025-01-01", "", "AW33 van 01-02-2026"),
    }


def test_besluit_zonder_ingangsdatum_begint_met_zijn_eerste_pakket(tmp_path: Path) -> None:
    zonder = NIEUW.replace("<Ingangsdatum>2026-01-01</Ingangsdatum><Soort>9", "<Soort>9")
    assert zonder != NIEUW
    verwacht = rijen(lees_dossier(schrijf(tmp_path, a=OUD, b=NIEUW)), "indicaties")
    assert rijen(lees_dossier(schrijf(tmp_path, b=zonder)), "indicaties") == verwacht


def test_clienten_komt_uit_het_laatste_bericht(tmp_path: Path) -> None:
    anders = foto("2", "2026-01-01", "755", {}, dag="2026-01-12", geboren="1941-06-02")
    dossier = lees_dossier(schrijf(tmp_path, z=OUD, a=anders))
    assert dossier.tabellen["clienten"]["geboortedatum"].to_list() == [date(1941, 6, 2)]


def test_een_onbruikbare_rij_telt_alleen_voor_dagen_die_er_nog_toe_doen(tmp_path: Path) -> None:
    fout = {"Etmalen": "3,7"}
    vervangen = foto("1", "2026-01-01", "754", fout, dag="2025-12-20")
    assert lees_dossier(schrijf(tmp_path, a=vervangen, b=NIEUW)).rijen.onbruikbaar.is_empty()
    herhaald = foto("2", "2026-01-01", "755", fout, dag="2026-01-02")
    assert lees_dossier(schrijf(tmp_path, a=herhaald, b=NIEUW)).rijen.onbruikbaar.is_empty()
    eerder = foto("1", "2024-03-01", "754", fout, dag="2025-12-20")
    dossier = lees_dossier(schrijf(tmp_path, a=eerder, b=NIEUW))
    assert dossier.rijen.onbruikbaar.select("tabel", "bestand", "sleutel").rows() == [("toewijzingen", "a.xml", BSN)]
    assert dossier.tabellen["toewijzingen"]["zzpcode"].to_list() == ["755"]


def test_een_onbruikbare_rij_vervangt_wel(tmp_path: Path) -> None:
    """Nobody knows until when; the older row may not stand in for it."""
    opnieuw = foto("1", "2024-03-01", "754", {"Einddatum": "2025-02-30"}, dag="2025-03-10")
    dossier = lees_dossier(schrijf(tmp_path, a=OUD, b=opnieuw))
    assert "toewijzingen" not in dossier.tabellen
    assert dossier.rijen.onbruikbaar.select("tabel", "bestand").rows() == [("toewijzingen", "b.xml")]


def test_pgb_zonder_instelling(tmp_path: Path) -> None:
    budget = {"Instelling": "", "Leveringsvorm": PGB}
    fout = {**budget, "ZzpCode": "75"}
    nieuw = foto("2", "2026-01-01", "755", {}, dag="2026-01-12")
    oud = foto("1", "2024-03-01", "754", budget, {}, dag="2025-02-10")
    slecht = foto("1", "2024-03-01", "754", fout, dag="2025-02-10", bsn=ANDER)
    dossier = lees_dossier(schrijf(tmp_path, a=oud, b=nieuw, c=slecht))
    assert rijen(dossier, "pgb") == {("754", "2024-03-01", "2025-12-31", "AW33 van 10-02-2025")}
    assert dossier.tabellen["toewijzingen"].height == 2
    assert dossier.rijen.onbruikbaar.select("tabel", "kolom", "sleutel").rows() == [("pgb", "zzpcode", ANDER)]


def test_overleden_is_een_aanwijzing(tmp_path: Path) -> None:
    weg = {"Einddatum": "2025-05-06", "RedenIntrekking": "1"}
    elders = {"Einddatum": "2025-05-06", "RedenIntrekking": "4"}
    schrijf(
        tmp_path,
        a=foto("1", "2024-03-01", "754", weg, {**weg, "Instelling": ELDERS}, dag="2025-05-10"),
        b=foto("1", "2024-03-01", "754", elders, dag="2025-05-10", bsn=ANDER),
    )
    dossier = lees_dossier(tmp_path)
    assert dossier.opmerkingen[1:] == (
        "AW33, toewijzing geëindigd door overlijden (RedenIntrekking 1), cliënten: 1; die einddatum is waarschijnlijk "
        "de dag van overlijden, geef die zo nodig in clienten: a.xml cliënt 1",
    )
    assert dossier.tabellen["clienten"]["overlijdensdatum"].to_list() == [None, None]
    hersteld = foto("1", "2024-03-01", "754", {}, {"Instelling": ELDERS}, dag="2025-05-20")
    assert len(lees_dossier(schrijf(tmp_path, c=hersteld)).opmerkingen) == 1


def test_percentage_boven_honderd(tmp_path: Path) -> None:
    mpt = {"Leveringsvorm": "7", "ToewijzingPercentage": "12000"}
    dossier = lees_dossier(schrijf(tmp_path, a=foto("1", "2024-03-01", "754", mpt, dag="2025-02-10")))
    assert dossier.tabellen["toewijzingen"]["percentage"].to_list() == [120.0]
    assert dossier.rijen.onbruikbaar.is_empty()


def test_een_client_met_duizend_berichten(tmp_path: Path) -> None:
    """Each with a decision of its own: every one ends where the next begins."""
    map_ = schrijf_veel(tmp_path / "veel", 1000, 0, 0, per_client=1000)
    indicaties = lees_dossier(map_).tabellen["indicaties"].sort("ingangsdatum")
    assert indicaties.height == 1000
    volgende = indicaties["ingangsdatum"].shift(-1).to_physical() - 1
    assert indicaties["einddatum"].to_physical().equals(volgende)
