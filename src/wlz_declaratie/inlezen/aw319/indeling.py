"""The record layout of AW319 v1.4, from schemas/berichten/aw319-1.4.toml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from wlz_declaratie.basis.meegeleverd import lees_toml


@dataclass(frozen=True)
class Rubriek:
    """One field of a record: `begin` counts from zero, `lengte` is in bytes of ISO-8859-1."""

    nummer: str
    naam: str
    type: str
    begin: int
    lengte: int

    def van(self, record: str) -> str:
        """The field as it stands in one record."""
        return record[self.begin : self.begin + self.lengte]

    def uit(self, kolom: str) -> pl.Expr:
        """The field as it stands in a column of records, under its own name."""
        return pl.col(kolom).str.slice(self.begin, self.lengte).alias(self.naam)


@cache
def rubrieken(record: str) -> dict[str, Rubriek]:
    """The fields of record type `record` by name, in order of position."""
    return {
        veld["naam"]: Rubriek(nummer, veld["naam"], veld["type"], veld["begin"] - 1, veld["lengte"])
        for nummer, veld in _bericht()[record].items()
    }


def recordlengte() -> int:
    """Bytes of a record, without CR/LF."""
    return int(_bericht()["recordlengte"])


def berichtcode() -> str:
    """The code of this message in rubriek 0102."""
    return str(_bericht()["bericht"])


@cache
def _bericht() -> dict[str, Any]:
    return lees_toml("berichten", "aw319-1.4.toml")
