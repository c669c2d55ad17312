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
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import polars as pl

from wlz_declaratie.basis.dagen import dag
from wlz_declaratie.basis.meegeleverd import pad

Waarde = int | str | list[str] | list[int]
Soort = Literal["getal", "datum", "tekst", "lijst van teksten", "lijst van getallen"]
_DATUM = re.compile(r"\d{4}-\d{2}-\d{2}")
BRON = re.compile(r"B[0134]|AW319|KT|P|EL|(B[014]|B2 deel [12]) §\d+(\.\d+)*")
"""How a source is named. B2 numbers its two parts apart, so it names the part; B3 has no numbers."""
EIGEN_LEZING = "EL"
"""The source of a number that no document gives and that we chose."""
_BRON_ALS = "schrijf een bron als 'B0 §3.7', 'B2 deel 1 §4.7', B3, AW319, KT, P of EL"
_HOOGSTE = 2**31 - 1
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
    """One value and the days (inclusive) on which it is in force; None is open.

    ``lokaal``: it is not ours, but of a settings file (`kern.afwijkend`).
    """

    waarde: Waarde
    bron: str
    van: date | None = None
    tot: date | None = None
    lokaal: bool = False

    def geldig(self) -> pl.Expr:
        """Lines (by their day number ``begin``) on which the value is in force."""
        return _binnen(self.van, self.tot)

    def raakt(self, van: date | None, tot: date | None) -> bool:
        """Whether it has a day in common with these."""
        voorbij = self.tot is not None and van is not None and self.tot < van
        return not (voorbij or (self.van is not None and tot is not None and tot < self.van))


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
    vak: tuple[date | None, date | None] | None = None
    """The days of which lines are judged, where a settings file has other values for some (`kern.afwijkend`)."""

    @classmethod
    def geen(cls, regel_id: str) -> Regelparameters:
        """Of a rule of which policy says nothing, or nothing that can be read."""
        return cls(regel_id, None, None, (), {})

    def geldig(self) -> pl.Expr:
        """Lines (by their day number ``begin``) on which the rule is in force."""
        return _binnen(self.van, self.tot)

    def te_toetsen(self) -> pl.Expr:
        """Lines on which the rule is in force, of the days that it judges now; a line without a day is of the last."""
        if self.vak is None:
            return self.geldig()
        zonder_dag = pl.lit(self.vak[1] == self.tot) & pl.col("begin").is_null()
        return self.geldig() & (_binnen(*self.vak) | zonder_dag)

    def op(self, dag: date) -> Regelparameters:
        """As they are on one day."""
        return replace(self, vak=(dag, dag))

    def waarde(self, naam: str) -> pl.Expr:
        """The number in force on ``begin`` of each line; null where none is."""
        uitdrukking = pl.lit(None, dtype=pl.Int64)
        for periode in self._van(naam):
            waarde = pl.lit(periode.waarde, dtype=pl.Int64)
            uitdrukking = pl.when(periode.geldig()).then(waarde).otherwise(uitdrukking)
        return uitdrukking

    def vast(self, naam: str) -> Any:
        """A value that never changed (a set of codes, a fixed number); more than one period is an error.

        Of those of a settings file the one of the days that are judged now.
        """
        perioden = self._van(naam)
        if self.vak and any(periode.lokaal for periode in perioden):
            perioden = (_van_vak(perioden, *self.vak),)
        (periode,) = perioden
        return periode.waarde

    def dagwaarde(self, naam: str) -> date:
        """A fixed value that is a date."""
        return date.fromisoformat(str(self.vast(naam)))

    def in_woorden(self, naam: str) -> str:
        """The value for a Dutch sentence; where it changed over time, each with its days."""
        return "; ".join(map(in_woorden, self._van(naam)))

    def _van(self, naam: str) -> tuple[Periode, ...]:
        if naam not in self.perioden:
            raise Parameterfout(f"in het blok [{self.regel_id}] van de parameters ontbreekt '{naam}'")
        return self.perioden[naam]


def _van_vak(perioden: Sequence[Periode], van: date | None, tot: date | None) -> Periode:
    """The period of a stretch of days; where there is none, as before the first, the one nearest to it."""
    er_in = [periode for periode in perioden if periode.raakt(van, tot)]
    eerste = perioden[0]
    ervoor = tot is not None and eerste.van is not None and tot < eerste.van
    return er_in[0] if er_in else eerste if ervoor else perioden[-1]


def in_woorden(periode: Periode) -> str:
    """The value with its days."""
    return " ".join([_in_woorden(periode.waarde), *_dagen_in_woorden(periode)])


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
    if van is not None and tot is not None and tot < van:
        raise Parameterfout(f"{waar}: tot ({tot:%d-%m-%Y}) ligt vóór van ({van:%d-%m-%Y})")
    return van, tot


def soort_van(waarde: object) -> Soort | None:
    """What kind of value this is; None for what no rule can take."""
    match waarde:
        case bool():
            return None
        case int():
            return "getal" if 0 <= waarde <= _HOOGSTE else None
        case str():
            return "datum" if _DATUM.fullmatch(waarde) else "tekst" if waarde.strip() else None
        case [str(), *_] if all(isinstance(deel, str) and deel.strip() for deel in waarde):
            return "lijst van teksten"
        case [int(), *_] if all(soort_van(deel) == "getal" for deel in waarde):
            return "lijst van getallen"
    return None


def lees_periode(waar: str, rij: Mapping[str, Any], is_bron: Callable[[object], bool], bron_als: str) -> Periode:
    """One value with its days and source. Raises Parameterfout on anything that is not understood."""
    onbekend = set(rij) - {"waarde", "bron", "van", "tot"}
    if onbekend:
        raise Parameterfout(f"{waar}: onbekende sleutel {sorted(onbekend)}")
    if "waarde" not in rij or not is_bron(rij.get("bron")):
        raise Parameterfout(f"{waar}: waarde of bron ontbreekt of is onjuist; {bron_als}")
    waarde = str(rij["waarde"]) if type(rij["waarde"]) is date else rij["waarde"]
    if soort_van(waarde) is None:
        raise Parameterfout(f"{waar}: waarde is geen getal (0 of meer), datum, tekst, of lijst van getallen of teksten")
    return Periode(waarde, rij["bron"], *_dagen(waar, rij))


def eis_aaneen(waar: str, perioden: Sequence[Periode]) -> None:
    """Raises Parameterfout where these, in order, overlap or leave a day without a value."""
    for eerder, later in pairwise(perioden):
        if eerder.tot is None or later.van is None or later.van != eerder.tot + timedelta(days=1):
            raise Parameterfout(f"{waar}: perioden overlappen of laten een gat")


def _perioden(waar: str, rijen: object, eigen: Collection[str]) -> tuple[Periode, ...]:
    if not isinstance(rijen, list) or not rijen or not all(isinstance(rij, dict) for rij in rijen):
        raise Parameterfout(f"{waar}: onbekende sleutel, of geen lijst van waarden")
    perioden = tuple(lees_periode(waar, rij, lambda bron: _is_bron(bron, eigen), _BRON_ALS) for rij in rijen)
    eis_aaneen(waar, perioden)
    return perioden


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
