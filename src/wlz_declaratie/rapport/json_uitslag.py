"""The result as one JSON object, contract ``declaratie-uitslag/1`` (``schemas/uitslag.schema.json``)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, BinaryIO

import polars as pl

from wlz_declaratie import __version__
from wlz_declaratie.controle import Uitslag
from wlz_declaratie.rapport import opmaak

SCHEMA = "declaratie-uitslag/1"
BLOK = 50_000
"""Findings encoded at a time."""


def _kop(uitslag: Uitslag) -> dict[str, Any]:
    return {
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
            {"naam": e.naam, "bron": e.bron, "van": e.van.isoformat(), "tot": e.tot.isoformat()} for e in uitslag.edities
        ],
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


def _bevindingen(uitslag: Uitslag, toon_bsn: bool) -> Iterator[str]:
    """Encoded findings, block by block; gegevens is JSON already and goes in as it is."""
    velden = pl.struct(pl.exclude("rij", "gegevens")).struct.json_encode()
    samen = pl.concat_str(velden.str.head(-1), pl.lit(',"gegevens":'), pl.col("gegevens"), pl.lit("}"))
    for blok in uitslag.bevindingen.with_columns(opmaak.bsn(toon_bsn)).iter_slices(BLOK):
        yield ",\n".join(blok.select(samen).to_series())


def schrijf(uitslag: Uitslag, naar: BinaryIO, *, toon_bsn: bool) -> None:
    """Write the result in UTF-8; findings in the order of the contract, one to a line."""
    kop = json.dumps(_kop(uitslag), ensure_ascii=False, indent=1)
    naar.write(kop[:-2].encode())
    naar.write(b',\n "bevindingen": [')
    for nummer, blok in enumerate(_bevindingen(uitslag, toon_bsn)):
        naar.write((",\n" if nummer else "\n").encode() + blok.encode())
    naar.write(b"]\n}\n")
