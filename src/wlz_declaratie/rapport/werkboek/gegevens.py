"""The gegevens of findings as columns that people read.

There are hundreds of names in all, a handful at a finding: the numbers that many rules share have a column of their
own, to sort and filter by, and the rest stands in one, a name and a value each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from wlz_declaratie.rapport import opmaak

EIGEN = ("dagen", "toegestaan", "andere_regel")
"""Whole numbers with a column of their own."""
MEESTE = 1 << 53
"""Larger ones a workbook would round: those stay text."""
_DAG = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")


def als_kolommen(bevindingen: pl.DataFrame) -> pl.DataFrame:
    """The findings with the columns EIGEN, and ``gegevens`` as "naam: waarde; naam: waarde"; a null says nothing."""
    kolommen = zip(*map(_gesplitst, bevindingen["gegevens"]), strict=True) if bevindingen.height else ((), (), (), ())
    namen = {**dict.fromkeys(EIGEN, pl.Int64), "gegevens": pl.String}
    return bevindingen.with_columns(
        pl.Series(naam, list(waarden), dtype=soort)
        for (naam, soort), waarden in zip(namen.items(), kolommen, strict=True)
    )


def _gesplitst(tekst: str) -> tuple[Any, ...]:
    gegevens: dict[str, Any] = json.loads(tekst)
    eigen = [gegevens.pop(naam) if _is_getal(gegevens.get(naam)) else None for naam in EIGEN]
    return *eigen, "; ".join(leesbaar(gegevens)) or None


def _is_getal(waarde: Any) -> bool:
    return type(waarde) is int and abs(waarde) <= MEESTE


def leesbaar(gegevens: Mapping[str, Any]) -> Iterator[str]:
    """Names and values as people read them, one by one; a null says nothing."""
    for naam, waarde in gegevens.items():
        if waarde is None:
            continue
        if naam.endswith("_cent") and type(waarde) is int:
            yield f"{_naam(naam.removesuffix('_cent'))}: {opmaak.euro(waarde)}"
        elif naam == "voorstel" and (in_woorden := _voorstel(waarde)):
            yield f"voorstel: {in_woorden}"
        else:
            yield f"{_naam(naam)}: {_waarde(waarde)}"


def _voorstel(waarde: Any) -> str | None:
    """What `met_voorstel` left: a field and its value, an amount in cents."""
    match waarde:
        case {"kolom": str(kolom), "waarde": int(getal)}:
            return f"{kolom} {getal if kolom == 'aantal' else opmaak.euro(getal)}"
        case _:
            return None


def _naam(naam: str) -> str:
    return naam.replace("_", " ")


def _waarde(waarde: Any) -> str:
    match waarde:
        case bool():
            return "ja" if waarde else "nee"
        case float():
            return str(waarde).replace(".", ",")
        case str():
            dag = _DAG.fullmatch(waarde)
            return f"{dag[3]}-{dag[2]}-{dag[1]}" if dag else waarde
        case list():
            return ", ".join(map(_waarde, waarde))
        case dict():
            return ", ".join(leesbaar(waarde))
        case _:
            return str(waarde)
