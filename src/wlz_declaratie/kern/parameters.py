"""Dated policy values with their source, from ``schemas/parameters``.

A file holds one table per rule: ``van`` and ``tot`` bound the validity of the rule (days of ``begindatum``, both
inclusive, absent is open), ``bronnen`` names its sources, and every other key is a parameter: a list of periods
with ``waarde``, ``bron`` and, where the value changed, ``van`` and ``tot``. The table ``bronnen`` of the file itself
names sources of its own (key = title). The loader refuses what it does not know, rule by rule: a block that is wrong
costs that rule and no other.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.basis.dagen import dag
from wlz_declaratie.basis.meegeleverd import pad

Waarde = int | str | list[str] | list[int]
_DATUM = re.compile(r"\d{4}-\d{2}-\d{2}")
BRON = re.compile(r"B[0134]|AW319|KT|P|EL|(B[014]|B2 deel [12]) §\d+(\.\d+)*")
"""How a source is named. B2 numbers its two parts apart, so it names the part; B3 has no numbers."""
EIGEN_LEZING = "EL"
"""The source of a number that no document gives and that we chose."""
_BRON_ALS = "schrijf een bron als 'B0 §3.7', 'B2 deel 1 §4.7', B3, AW319, KT, P of EL"
_BLOK = re.compile(r"^\s*\[+\s*\"?([A-Z]+-\d+)", re.MULTILINE)
"""The rule that a block is of, in a file that is no TOML any more."""


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
    titels: Mapping[str, str] = field(default_factory=dict)
    """The sources that its own file names: key and title."""

    @classmethod
    def geen(cls, regel_id: str) -> Regelparameters:
        """Of a rule of which policy says nothing, or nothing that can be read."""
        return cls(regel_id, None, None, (), {})

    def geldig(self) -> pl.Expr:
        """Lines (by their day number ``begin``) on which the rule is in force."""
        return _binnen(self.van, self.tot)

    def waarde(self, naam: str) -> pl.Expr:
        """The number in force on ``begin`` of each line; null where none is."""
        uitdrukking = pl.lit(None, dtype=pl.Int64)
        for periode in self._van(naam):
            waarde = pl.lit(periode.waarde, dtype=pl.Int64)
            uitdrukking = pl.when(periode.geldig()).then(waarde).otherwise(uitdrukking)
        return uitdrukking

    def vast(self, naam: str) -> Any:
        """A value that never changed (a set of codes, a fixed number); more than one period is an error."""
        (periode,) = self._van(naam)
        return periode.waarde

    def dagwaarde(self, naam: str) -> date:
        """A fixed value that is a date."""
        return date.fromisoformat(str(self.vast(naam)))

    def in_woorden(self, naam: str) -> str:
        """The value for a Dutch sentence; where it changed over time, each with its days."""
        return "; ".join(
            " ".join([_in_woorden(periode.waarde), *_dagen_in_woorden(periode)]) for periode in self._van(naam)
        )

    def _van(self, naam: str) -> tuple[Periode, ...]:
        if naam not in self.perioden:
            raise Parameterfout(f"in het blok [{self.regel_id}] van de parameters ontbreekt '{naam}'")
        return self.perioden[naam]


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


def _is_bron(bron: object, eigen: Collection[str]) -> bool:
    return isinstance(bron, str) and (bool(BRON.fullmatch(bron)) or bron.partition(" ")[0] in eigen)


def _dagen(waar: str, rij: Mapping[str, Any]) -> tuple[date | None, date | None]:
    van, tot = rij.get("van"), rij.get("tot")
    if not (type(van) in (date, type(None)) and type(tot) in (date, type(None))):
        raise Parameterfout(f"{waar}: van en tot zijn datums zonder aanhalingstekens, zoals 2026-01-01")
    return van, tot


def _periode(waar: str, rij: Mapping[str, Any], eigen: Collection[str]) -> Periode:
    onbekend = set(rij) - {"waarde", "bron", "van", "tot"}
    if onbekend:
        raise Parameterfout(f"{waar}: onbekende sleutel {sorted(onbekend)}")
    if "waarde" not in rij or not _is_bron(rij.get("bron"), eigen):
        raise Parameterfout(f"{waar}: waarde of bron ontbreekt of is onjuist; {_BRON_ALS}")
    waarde = rij["waarde"]
    return Periode(str(waarde) if isinstance(waarde, date) else waarde, rij["bron"], *_dagen(waar, rij))


def _perioden(waar: str, rijen: object, eigen: Collection[str]) -> tuple[Periode, ...]:
    if not isinstance(rijen, list) or not rijen or not all(isinstance(rij, dict) for rij in rijen):
        raise Parameterfout(f"{waar}: onbekende sleutel, of geen lijst van waarden")
    perioden = [_periode(waar, rij, eigen) for rij in rijen]
    for eerder, later in pairwise(perioden):
        if eerder.tot is None or later.van is None or later.van != eerder.tot + timedelta(days=1):
            raise Parameterfout(f"{waar}: perioden overlappen of laten een gat")
    return tuple(perioden)


def _regel(regel_id: str, inhoud: object, titels: Mapping[str, str]) -> Regelparameters:
    """One block. Raises Parameterfout on anything that is not understood."""
    if not isinstance(inhoud, dict):
        raise Parameterfout("onbekende sleutel: dit is geen blok")
    bronnen = inhoud.get("bronnen")
    if not isinstance(bronnen, list) or not bronnen or not all(_is_bron(bron, titels) for bron in bronnen):
        raise Parameterfout(f"bronnen ontbreken of zijn onjuist: {bronnen}; {_BRON_ALS}")
    waarden = {naam: rijen for naam, rijen in inhoud.items() if naam not in ("bronnen", "van", "tot")}
    perioden = {naam: _perioden(naam, rijen, titels) for naam, rijen in waarden.items()}
    return Regelparameters(regel_id, *_dagen("geldigheid", inhoud), tuple(bronnen), perioden, titels)


@dataclass(frozen=True)
class Gelezen:
    """Parameters by rule id, and of each block that cannot be used one line that names file, rule and reason.

    ``waar`` is how the files together are called.
    """

    waar: str
    goed: Mapping[str, Regelparameters]
    fout: Mapping[str, str]
    bestanden: Mapping[str, str]
    """The file of each rule."""

    def van(self, regel_id: str) -> Regelparameters:
        """The parameters of a rule. Raises Parameterfout, with the file, where there are none."""
        if regel_id in self.fout:
            raise Parameterfout(self.fout[regel_id])
        if regel_id not in self.goed:
            familie = regel_id.partition("-")[0]
            verwanten = sorted({pad for id_, pad in self.bestanden.items() if id_.partition("-")[0] == familie})
            raise Parameterfout(
                f"{verwanten[-1] if verwanten else self.waar}: het blok [{regel_id}] ontbreekt. "
                "Voeg het toe, met bronnen en waarden."
            )
        return self.goed[regel_id]


def lees(bestanden: Iterable[Path], waar: str) -> Gelezen:
    """Read parameter files; a mistake costs the rule that it is in."""
    goed: dict[str, Regelparameters] = {}
    fout: dict[str, str] = {}
    plaats: dict[str, str] = {}
    for pad_ in bestanden:
        getoond = f"{waar}/{pad_.name}"
        for regel_id, blok in _blokken(pad_):
            if regel_id in plaats:
                fout[regel_id] = f"{getoond}: het blok [{regel_id}] staat ook in {plaats[regel_id]}. Laat er één staan."
            elif isinstance(blok, str):
                fout[regel_id] = f"{getoond}: {blok}"
            else:
                goed[regel_id] = blok
            plaats[regel_id] = getoond
    return Gelezen(waar, {id_: p for id_, p in goed.items() if id_ not in fout}, fout, plaats)


def _blokken(pad_: Path) -> Iterator[tuple[str, Regelparameters | str]]:
    """The blocks of a file; in place of one that cannot be used, why."""
    ruw = pad_.read_bytes()
    try:
        inhoud = tomllib.loads(ruw.decode())
    except ValueError as reden:  # no TOML, or no UTF-8
        for regel_id in dict.fromkeys(_BLOK.findall(ruw.decode(errors="replace"))):
            yield regel_id, f"[{regel_id}] is niet te lezen: het bestand is geen geldige TOML ({reden})"
        return
    eigen_bronnen = inhoud.pop("bronnen", {})
    titels = {k: v for k, v in eigen_bronnen.items() if isinstance(v, str)} if isinstance(eigen_bronnen, dict) else {}
    for regel_id, blok in inhoud.items():
        try:
            yield regel_id, _regel(regel_id, blok, titels)
        except Parameterfout as reden:
            yield regel_id, f"[{regel_id}] {reden}"


@cache
def eigen() -> Gelezen:
    """The parameters of our own rules."""
    return lees(sorted(pad("parameters").glob("*.toml")), "schemas/parameters")
