"""A folder with only saved answers checks a batch as the tables do that say the same."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal

from antwoorden import Object, antwoord, schrijf, zonder
from wlz_declaratie import controleer

pytestmark = pytest.mark.om_de(2)

VOORBEELD = Path(__file__).parents[2] / "sample_data" / "fout"
TABELLEN = ("clienten", "indicaties", "toewijzingen", "pgb")


def rijen(tabel: str) -> list[dict[str, str]]:
    with (VOORBEELD / "dossier" / f"{tabel}.csv").open(encoding="utf-8-sig") as bestand:
        return list(csv.DictReader(bestand, delimiter=";"))


def geheel(getal: str, factor: float = 1) -> int | None:
    return round(float(getal.replace(",", ".")) * factor) if getal else None


def als_tabellen(map_: Path) -> Path:
    """What the registers know, as tables: no day of death, and for each allocation of a budget that budget."""
    for tabel in TABELLEN:
        inhoud = [zonder(rij, "overlijdensdatum") for rij in rijen(tabel)]
        if tabel == "pgb":
            inhoud += [{k: rij[k] for k in inhoud[0]} for rij in rijen("toewijzingen") if rij["leveringsvorm"] == "2"]
        with (map_ / f"{tabel}.csv").open("w", encoding="utf-8", newline="") as bestand:
            schrijver = csv.DictWriter(bestand, inhoud[0], delimiter=";")
            schrijver.writeheader()
            schrijver.writerows(inhoud)
    return map_


def indicaties() -> Iterator[Object]:
    geboren = {rij["bsn"]: rij["geboortedatum"] for rij in rijen("clienten")}
    for nummer, rij in enumerate(rijen("indicaties")):
        datums = {"ingangsdatum": rij["ingangsdatum"], "einddatum": rij["einddatum"] or None}
        yield {
            "wlzindicatieID": f"i{nummer}",
            "bsn": rij["bsn"],
            "besluitnummer": int(rij["besluitnummer"]),
            "client": {"bsn": rij["bsn"], "geboorteDatum": geboren[rij["bsn"]], "geboortedatumGebruik": None},
            "geindiceerdZorgzwaartepakket": [{"zzpCode": rij["zzpcode"], **datums}],
        }
    for bsn in geboren.keys() - {rij["bsn"] for rij in rijen("indicaties")}:
        yield {"bsn": bsn, "besluitnummer": 1, "client": {"bsn": bsn, "geboorteDatum": geboren[bsn]}}


def toewijzingen() -> Iterator[Object]:
    for nummer, rij in enumerate(rijen("toewijzingen")):
        yield {
            "bemiddelingspecificatieID": f"s{nummer}",
            "leveringsvorm": rij["leveringsvorm"],
            "zzpCode": rij["zzpcode"],
            "toewijzingIngangsdatum": rij["ingangsdatum"],
            "toewijzingEinddatum": rij["einddatum"] or None,
            "instelling": rij["instelling"],
            "vaststellingMoment": "2026-01-12T09:30:00Z",
            "percentage": geheel(rij["percentage"], 100),
            "etmalen": rij["etmalen"] or None,
            "soortToewijzing": rij["soort"],
            "bemiddeling": {"client": {"bsn": rij["bsn"]}},
        }
    for rij in rijen("pgb"):
        yield {
            "leveringsvorm": "2",
            "zzpCode": rij["zzpcode"],
            "toewijzingIngangsdatum": rij["ingangsdatum"],
            "toewijzingEinddatum": rij["einddatum"] or None,
            "instelling": None,
            "bemiddeling": {"client": {"bsn": rij["bsn"]}},
        }


@pytest.mark.parametrize("delen", [1, 7])
def test_alleen_antwoorden_controleren_als_dezelfde_tabellen(tmp_path: Path, delen: int) -> None:
    (tmp_path / "tabellen").mkdir()
    (tmp_path / "register").mkdir()
    vraag: dict[str, Any] = {"peildatum": date(2026, 2, 1)}
    uit_tabellen = controleer(VOORBEELD / "batch.csv", dossier=als_tabellen(tmp_path / "tabellen"), **vraag)
    besluiten, specificaties = list(indicaties()), list(toewijzingen())
    for deel in range(delen):
        schrijf(
            tmp_path / "register",
            **{
                f"indicaties {deel}": antwoord(wlzIndicatie=besluiten[deel::delen]),
                f"toewijzingen {deel}": antwoord(bemiddelingspecificatie=specificaties[deel::delen]),
            },
        )
    uit_register = controleer(VOORBEELD / "batch.csv", dossier=tmp_path / "register", **vraag)
    assert uit_tabellen.bevindingen.height > 100
    # The words name where a row comes from.
    woorden = ("melding", "gegevens")
    assert_frame_equal(uit_register.bevindingen.drop(woorden), uit_tabellen.bevindingen.drop(woorden))
    status = ("regel_id", "status", "reden")
    assert [{k: r[k] for k in status} for r in uit_register.regels.to_dicts()] == [
        {k: r[k] for k in status} for r in uit_tabellen.regels.to_dicts()
    ]
