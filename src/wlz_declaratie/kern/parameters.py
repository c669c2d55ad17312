"""Dated policy values with their source, from ``schemas/parameters``.

A file holds one table per rule: ``van`` and ``tot`` bound the validity of the rule (days of ``begindatum``, both
inclusive, absent is open), ``bronnen`` names its sources, and every other key is a parameter: a list of periods
with ``waarde``, ``bron`` and, where the value changed, ``van`` and ``tot``. The loader refuses what it does not know.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import polars as pl

from wlz_declaratie.basis.dagen import dag
from wlz_declaratie.basis.meegeleverd import pad

Waarde = int | str | list[str] | list[int]
_DATUM = re.compile(r"\d{4}-\d{2}-\d{2}")
BRON = re.compile(r"(B[0-4]( §\d+(\.\d+)*)?|AW319|KT|P)")


class Parameterfout(Exception):
    """A mistake in a parameter file: an unknown key, an overlap, a gap, a value without a source."""


def _binnen(van: date | None, tot: date | None) -> pl.Expr:
    binnen = pl.lit(True)
    if van is not None:
        binnen = binnen & (pl.col("begin") >= dag(van))
    if tot is not None:
        binnen = binnen & (pl.col("begin") <= dag(tot))
    return binnen


@dataclass(frozen=True)
class Periode:
    """One value and the days (inclusive) on which it is in force; None is open."""

    waarde: Waarde
    bron: str
    van: date | None = None
    tot: date | None = None

    def geldig(self) -> pl.Expr:
        """Lines (by their day number ``begin``) on which the value is in force."""
        return _binnen(self.van, self.tot)


@dataclass(frozen=True)
class Regelparameters:
    """What policy says of one rule: validity, sources and dated values."""

    regel_id: str
    van: date | None
    tot: date | None
    bronnen: tuple[str, ...]
    perioden: Mapping[str, tuple[Periode, ...]]

    def geldig(self) -> pl.Expr:
        """Lines (by their day number ``begin``) on which the rule is in force."""
        return _binnen(self.van, self.tot)

    def waarde(self, naam: str) -> pl.Expr:
        """The number in force on ``begin`` of each line; null where none is."""
        uitdrukking = pl.lit(None, dtype=pl.Int64)
        for periode in self.perioden[naam]:
            waarde = pl.lit(periode.waarde, dtype=pl.Int64)
            uitdrukking = pl.when(periode.geldig()).then(waarde).otherwise(uitdrukking)
        return uitdrukking

    def vast(self, naam: str) -> Any:
        """A value that never changed (a set of codes, a fixed number); more than one period is an error."""
        (periode,) = self.perioden[naam]
        return periode.waarde

    def dagwaarde(self, naam: str) -> date:
        """A fixed value that is a date."""
        return date.fromisoformat(str(self.vast(naam)))

    def in_woorden(self, naam: str) -> str:
        """The value for a Dutch sentence; where it changed over time, each with its days."""
        return "; ".join(
            " ".join([_in_woorden(periode.waarde), *_dagen_in_woorden(periode)]) for periode in self.perioden[naam]
        )


def _in_woorden(waarde: Waarde) -> str:
    if isinstance(waarde, list):
        *eerder, laatste = map(str, waarde)
        return f"{', '.join(eerder)} en {laatste}" if eerder else laatste
    tekst = str(waarde)
    return f"{date.fromisoformat(tekst):%d-%m-%Y}" if _DATUM.fullmatch(tekst) else tekst


def _dagen_in_woorden(periode: Periode) -> Iterator[str]:
    if periode.van:
        yield f"vanaf {periode.van:%d-%m-%Y}"
    if periode.tot:
        yield f"t/m {periode.tot:%d-%m-%Y}"


def _periode(waar: str, rij: Mapping[str, Any]) -> Periode:
    onbekend = set(rij) - {"waarde", "bron", "van", "tot"}
    if onbekend:
        raise Parameterfout(f"{waar}: onbekende sleutel {sorted(onbekend)}")
    if "waarde" not in rij or not BRON.fullmatch(str(rij.get("bron", ""))):
        raise Parameterfout(f"{waar}: waarde of bron ontbreekt of is onjuist")
    waarde = rij["waarde"]
    return Periode(str(waarde) if isinstance(waarde, date) else waarde, rij["bron"], rij.get("van"), rij.get("tot"))


def _perioden(waar: str, rijen: list[Mapping[str, Any]]) -> tuple[Periode, ...]:
    perioden = [_periode(waar, rij) for rij in rijen]
    for eerder, later in pairwise(perioden):
        if eerder.tot is None or later.van is None or later.van != eerder.tot + timedelta(days=1):
            raise Parameterfout(f"{waar}: perioden overlappen of laten een gat")
    return tuple(perioden)


def lees(tekst: str) -> dict[str, Regelparameters]:
    """Read one parameter file. Raises Parameterfout on anything that is not understood."""
    regels = {}
    for regel_id, inhoud in tomllib.loads(tekst).items():
        bronnen = tuple(inhoud.pop("bronnen", ()))
        van, tot = inhoud.pop("van", None), inhoud.pop("tot", None)
        if not bronnen or not all(BRON.fullmatch(bron) for bron in bronnen):
            raise Parameterfout(f"{regel_id}: bronnen ontbreken of zijn onjuist: {bronnen}")
        for naam, rijen in inhoud.items():
            if not isinstance(rijen, list):
                raise Parameterfout(f"{regel_id}: onbekende sleutel {naam!r}")
        perioden = {naam: _perioden(f"{regel_id}.{naam}", rijen) for naam, rijen in inhoud.items()}
        regels[regel_id] = Regelparameters(regel_id, van, tot, bronnen, perioden)
    return regels


@cache
def alle() -> dict[str, Regelparameters]:
    """Every rule's parameters, by rule id."""
    gelezen: dict[str, Regelparameters] = {}
    for bestand in sorted(pad("parameters").glob("*.toml")):
        for regel_id, inhoud in lees(bestand.read_text("utf-8")).items():
            if regel_id in gelezen:
                raise Parameterfout(f"{bestand.name}: {regel_id} staat in twee bestanden")
            gelezen[regel_id] = inhoud
    return gelezen
