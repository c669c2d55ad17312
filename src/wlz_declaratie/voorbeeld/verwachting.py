"""verwacht.json: by file the findings that it should give, in the order of the result."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.voorbeeld.scenario import basis

SCHEMA = "declaratie-verwacht/1"

Bevinding = dict[str, Any]


class Verwachting:
    """Findings to expect, gathered piece by piece."""

    def __init__(self, namen: Iterable[str]) -> None:
        self._teksten: dict[str, list[str]] = {naam: [] for naam in namen}
        self._zonder_regel: dict[str, list[Bevinding]] = {naam: [] for naam in self._teksten}

    def neem(self, naam: str, bevindingen: Iterable[Bevinding]) -> None:
        """Add findings of a file, in their order; those about no line come after all others."""
        op_regel: list[Bevinding] = []
        zonder_regel = self._zonder_regel.setdefault(naam, [])
        for bevinding in bevindingen:
            (zonder_regel if bevinding["regelnummer"] is None else op_regel).append(bevinding)
        self._teksten.setdefault(naam, []).extend(_rijen(op_regel))

    def schrijf(self, doel: Path) -> None:
        """One finding a line, so that a change of the samples shows as what it is."""
        with doel.open("w", encoding="utf-8", newline="\n") as bestand:
            bestand.write(f'{{\n  "schema": "{SCHEMA}",\n  "peildatum": "{basis().batch["peildatum"]}",\n')
            bestand.write('  "bestanden": {\n')
            for plaats, (naam, teksten) in enumerate(self._teksten.items()):
                achteraan = sorted(self._zonder_regel[naam], key=lambda bevinding: bevinding["regel_id"])
                alle = [*teksten, *_rijen(achteraan)]
                bestand.write(",\n" if plaats else "")
                bestand.write(f'    "{naam}": [')
                for nummer, tekst in enumerate(alle):
                    bestand.write(f"{',' if nummer else ''}\n{tekst}")
                bestand.write("\n    ]" if alle else "]")
            bestand.write("\n  }\n}\n")


def _rijen(bevindingen: list[Bevinding]) -> Iterator[str]:
    """Their text, as one: there may be a million."""
    if bevindingen:
        yield ",\n".join(f"      {json.dumps(bevinding)}" for bevinding in bevindingen)


def verwachte_bevindingen(verwacht: pl.DataFrame, soort: str, geschreven: pl.DataFrame) -> list[Bevinding]:
    """What a file of that kind should show: ``verwacht`` as Batch has it, ``geschreven`` its lines with regelnummer."""
    te_zien = verwacht.filter(pl.col("alleen").is_null() | (pl.col("alleen") == soort))
    regels = geschreven.select("rij", "referentienummer", "regelnummer")
    op_regel = te_zien.join(regels, on="rij", how="inner")
    zonder_regel = te_zien.filter(pl.col("rij").is_null()).join(geschreven, on="geval", how="semi")
    return (
        pl.concat([op_regel, zonder_regel], how="diagonal")
        .sort("regelnummer", "regel_id", nulls_last=True)
        .select("regel_id", "ernst", "retourcode", "regelnummer", "referentienummer")
        .to_dicts()
    )
