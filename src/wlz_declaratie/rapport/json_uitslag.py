"""The result as one JSON object, contract ``declaratie-uitslag/1`` (``schemas/uitslag.schema.json``)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from wlz_declaratie import __version__
from wlz_declaratie.basis.tonen import ontsnapt
from wlz_declaratie.diensten.controleren import SCHEMA, Basislijn, Uitslag, Voorstellen
from wlz_declaratie.inlezen.onbruikbaar import Dossierrijen
from wlz_declaratie.rapport import opmaak, statistiek
from wlz_declaratie.rapport.weergave import Weergave

HOOGUIT_GENOEMD = 1_000
"""Rows of one dossier table that are named when they could not be used; the counts are complete."""
BLOK = 50_000
"""Findings encoded at a time."""


def _kop(uitslag: Uitslag, weergave: Weergave) -> dict[str, Any]:
    kop: dict[str, Any] = {
        "schema": SCHEMA,
        "versie": __version__,
        "peildatum": uitslag.peildatum.isoformat(),
        "bestanden": [
            {
                "bestand": bestand.naam,
                "soort": bestand.soort,
                "sha256": bestand.sha256,
                "regels": bestand.aantal,
                "onleesbaar": bestand.onleesbaar,
                "ongebruikte_kolommen": list(bestand.ongebruikt),
            }
            for bestand in uitslag.bestanden
        ],
        "tabellen": [
            {"naam": e.naam, "bron": e.bron, "van": e.van.isoformat(), "tot": e.tot.isoformat()}
            for e in uitslag.edities
        ],
        "dossier": _dossier(uitslag.dossier),
        "opmerkingen": list(uitslag.opmerkingen),
        "samenvatting": asdict(uitslag.samenvatting),
        "regels": [
            {
                "id": status.regel.id,
                "titel": status.regel.titel,
                "status": status.status,
                "reden": status.reden,
                "afkeur": status.afkeur,
                "signaal": status.signaal,
            }
            for status in uitslag.regels
        ],
    }
    if uitslag.basislijn:
        kop["basislijn"] = _basislijn(uitslag, uitslag.basislijn, weergave.toon_bsn)
    if uitslag.voorstellen:
        kop["voorstellen"] = _voorstellen(uitslag.voorstellen, weergave.toon_bsn)
    if weergave.statistiek:
        kop["statistiek"] = statistiek.als_json(statistiek.bereken(uitslag), toon_bsn=weergave.toon_bsn)
    return kop


def _dossier(rijen: Dossierrijen) -> dict[str, Any]:
    """What was read of the dossier, and which rows were left out: of each table the first ones."""
    genoemd = rijen.onbruikbaar.group_by("tabel", maintain_order=True).head(HOOGUIT_GENOEMD)
    return {
        "tabellen": [asdict(bron) for bron in rijen.bronnen],
        "niet_bruikbaar": genoemd.select("tabel", "bestand", "regel", "kolom", "reden").to_dicts(),
        "niet_genoemd": rijen.onbruikbaar.height - genoemd.height,
    }


def _basislijn(uitslag: Uitslag, basislijn: Basislijn, toon_bsn: bool) -> dict[str, Any]:
    """How the findings compare with those of before; the ones that are gone in full."""

    def per_ernst(bevindingen: pl.DataFrame) -> dict[str, int]:
        return {ernst: int((bevindingen["ernst"] == ernst).sum()) for ernst in ("afkeur", "signaal")}

    weg = [json.loads(rij) for blok in _gecodeerd(basislijn.verdwenen, toon_bsn) for rij in blok]
    return {
        "bestand": basislijn.bestand,
        "peildatum": basislijn.peildatum.isoformat(),
        "nieuw": per_ernst(uitslag.bevindingen.filter(pl.col("stand") == "nieuw")),
        "bekend": per_ernst(uitslag.bevindingen.filter(pl.col("stand") == "bekend")),
        "verdwenen": per_ernst(basislijn.verdwenen),
        "niet_getoetst": basislijn.niet_getoetst,
        "verdwenen_bevindingen": weg,
    }


def _voorstellen(voorstellen: Voorstellen, toon_bsn: bool) -> dict[str, Any]:
    """What the corrected copy has otherwise, all of it."""
    return {
        "bestand": voorstellen.bestand,
        "verschil_cent": voorstellen.verschil_cent,
        "genomen": opmaak.getoond(voorstellen.genomen, toon_bsn).to_dicts(),
        "niet_genomen": opmaak.getoond(voorstellen.niet_genomen, toon_bsn).to_dicts(),
    }


def _gecodeerd(bevindingen: pl.DataFrame, toon_bsn: bool) -> Iterator[pl.Series]:
    """Encoded findings, block by block; gegevens is JSON already and goes in as it is."""
    velden = pl.struct(pl.exclude("rij", "gegevens")).struct.json_encode()
    samen = pl.concat_str(velden.str.head(-1), pl.lit(',"gegevens":'), pl.col("gegevens"), pl.lit("}"))
    for blok in opmaak.getoond(bevindingen, toon_bsn).iter_slices(BLOK):
        yield blok.select(samen).to_series()


def schrijf(uitslag: Uitslag, naar: BinaryIO, weergave: Weergave) -> None:
    """Write the result in UTF-8; findings in the order of the contract, one to a line."""
    kop = json.dumps(_kop(uitslag, weergave), ensure_ascii=False, indent=1)
    naar.write(ontsnapt(kop[:-2]).encode())
    naar.write(b',\n "bevindingen": [')
    for nummer, blok in enumerate(_gecodeerd(uitslag.bevindingen, weergave.toon_bsn)):
        naar.write(((",\n" if nummer else "\n") + ",\n".join(blok)).encode())
    naar.write(b"]\n}\n")


def schrijf_bestand(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    """Write the result to a file."""
    with pad.open("wb") as naar:
        schrijf(uitslag, naar, weergave)
