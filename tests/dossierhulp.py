"""Small dossiers for the tests of what is in one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.diensten.dossier import Dossierinhoud, Tegenspraak, bekijk
from wlz_declaratie.diensten.uitvoeren import Opdracht
from wlz_declaratie.inlezen.csv.schrijven import schrijf_csv

BSN, ANDER = "999900006", "999900018"
PEILDATUM = date(2026, 4, 30)
HUIS, ELDERS = "47000003", "45000003"
STANDAARD: dict[str, dict[str, Any]] = {
    "clienten": {"bsn": BSN, "geboortedatum": "1950-01-01"},
    "indicaties": {"bsn": BSN, "besluitnummer": "100000001", "zzpcode": "754", "ingangsdatum": "2015-01-01"},
    "toewijzingen": {
        **{"bsn": BSN, "zzpcode": "754", "instelling": HUIS, "soort": 1, "leveringsvorm": 4},
        "ingangsdatum": "2020-01-01",
    },
    "pgb": {"bsn": BSN, "zzpcode": "782", "ingangsdatum": "2020-01-01"},
}
Rij = dict[str, Any]


def maak_dossier(map_: Path, **tabellen: list[Rij]) -> Path:
    """A folder with these tables as CSV, each row STANDAARD but for what it says."""
    map_.mkdir(exist_ok=True)
    for naam, rijen in tabellen.items():
        alle = [{**dict.fromkeys(DOSSIER[naam]), **STANDAARD[naam], **rij} for rij in rijen]
        tekst = {kolom: [None if rij[kolom] is None else str(rij[kolom]) for rij in alle] for kolom in DOSSIER[naam]}
        schrijf_csv(pl.DataFrame(tekst, schema=dict.fromkeys(DOSSIER[naam], pl.String)), map_ / f"{naam}.csv")
    return map_


def inhoud_van(map_: Path, *batches: Path, peildatum: date = PEILDATUM) -> Dossierinhoud:
    with werkmap() as werk:
        return bekijk(Opdracht(batches, map_, peildatum=peildatum), werk)


def tegenspraak(soort: str, map_: Path, **tabellen: list[Rij]) -> Tegenspraak:
    """What is found of one contradiction in these tables."""
    gevonden = inhoud_van(maak_dossier(map_ / "dossier", **tabellen)).tegenspraak
    return next(een for een in gevonden if een.soort.id == soort)
