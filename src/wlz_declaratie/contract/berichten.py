"""Message layouts: a value per message and version, from schemas/berichten/<message>-<version>.toml.

A new version of a message is a new file there: a reader picks the layout that the header of the message names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.basis.meegeleverd import pad

STANDAARD = "1.4"
"""The version that is written unless another is asked for, and that a header of an unknown version is held against."""

KOP = "01"


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


@dataclass(frozen=True, eq=False)
class Indeling:
    """One version of a message: what its header says, bytes of a record without CR/LF, fields by record and name."""

    bericht: str
    versie: str
    subversie: str
    recordlengte: int
    records: Mapping[str, Mapping[str, Rubriek]]

    @property
    def editie(self) -> str:
        """The version as people write it: 1.4."""
        return f"{int(self.versie)}.{int(self.subversie)}"

    def rubrieken(self, record: str) -> Mapping[str, Rubriek]:
        """The fields of record type `record` by name, in order of position."""
        return self.records[record]

    def past_bij(self, kop: str) -> bool:
        """Whether a header record names this version, at the places where this version has it."""
        velden = self.records[KOP]
        return (velden["versie"].van(kop), velden["subversie"].van(kop)) == (self.versie, self.subversie)


class Indelingfout(Exception):
    """A layout file that contradicts itself: a mistake of whoever wrote it, never of a user."""


def mappen() -> tuple[Path, ...]:
    """The folders with layouts."""
    return (pad("berichten"),)


def indelingen(bericht: str) -> Sequence[Indeling]:
    """Every known version of a message (`aw319`, `aw320`), the oldest first."""
    return _indelingen(bericht, mappen())


def indeling(bericht: str, editie: str = STANDAARD) -> Indeling:
    """The layout of one version; LookupError when it is not known."""
    gevonden = next((een for een in indelingen(bericht) if een.editie == editie), None)
    if gevonden is None:
        raise LookupError(f"{bericht} {editie}")
    return gevonden


def edities(bericht: str, scheiding: str = " of ") -> str:
    """The known versions, as a message to the user names them."""
    return opgesomd((een.editie for een in indelingen(bericht)), scheiding)


def opgesomd(waarden: Iterable[object], scheiding: str = " of ") -> str:
    """What a field may hold, each value once, as a message to the user names it."""
    return scheiding.join(dict.fromkeys(str(waarde) for waarde in waarden))


@cache
def _indelingen(bericht: str, mappen_: tuple[Path, ...]) -> tuple[Indeling, ...]:
    bestanden = [bestand for map_ in mappen_ for bestand in map_.glob(f"{bericht}-*.toml")]
    gelezen = [_lees(bestand) for bestand in bestanden]
    return tuple(sorted(gelezen, key=lambda een: (een.versie, een.subversie)))


def _lees(bestand: Path) -> Indeling:
    inhoud = tomllib.loads(bestand.read_text(encoding="utf-8"))
    versie, subversie, lengte = inhoud["versie"], inhoud["subversie"], inhoud["recordlengte"]
    voor: Mapping[str, Mapping[str, Rubriek]] = {}
    if "achter" in inhoud:
        voor = indeling(inhoud["achter"], f"{int(versie)}.{int(subversie)}").records
    records = {soort: _record(velden, voor.get(soort, {})) for soort, velden in inhoud.items() if soort.isdigit()}
    for soort, rubrieken in records.items():
        eind = 0
        for rubriek in rubrieken.values():
            if rubriek.begin != eind:
                plaats = f"begint op {rubriek.begin + 1}, niet op {eind + 1}"
                raise Indelingfout(f"{bestand.name}: {rubriek.naam} van record {soort} {plaats}")
            eind += rubriek.lengte
        if eind != lengte:
            raise Indelingfout(f"{bestand.name}: record {soort} eindigt op {eind}, niet op {lengte}")
    return Indeling(inhoud["bericht"], versie, subversie, lengte, records)


def _record(velden: Mapping[str, Any], ervoor: Mapping[str, Rubriek]) -> dict[str, Rubriek]:
    """The fields of a record by name; behind those of another message, unless they begin at 1 themselves."""
    eigen = [
        # A layout without field numbers has names for keys.
        Rubriek(sleutel if "naam" in veld else "", veld.get("naam", sleutel), veld["type"], begin - 1, lengte)
        for sleutel, veld in velden.items()
        for begin, lengte in [(veld["begin"], veld["lengte"])]
    ]
    samen = eigen if eigen[0].begin == 0 else [*ervoor.values(), *eigen]
    return {rubriek.naam: rubriek for rubriek in samen}
