"""Retention: what lies longer than so many days, goes; whole bsns lie in it.

A result goes, a done file and a rejected one, also of a batch that was taken back; never a file that was not booked,
what lies in quarantine, or the results of either. Age counts from when it came to lie there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from wlz_declaratie.nacht.logboek import meld
from wlz_declaratie.nacht.map import Map
from wlz_declaratie.nacht.namen import getoond
from wlz_declaratie.nacht.opdracht import Nacht
from wlz_declaratie.nacht.quarantaine import REDEN, namen
from wlz_declaratie.nacht.tafel import som
from wlz_declaratie.nacht.uitslagen import AW320, SOORTEN, gaat_over

DAG = 24 * 3600.0
UITSLAG, ARCHIEF, AFGEKEURD = "uitslag", "archief", "afgekeurd"


@dataclass(frozen=True)
class Oud:
    """A file that may go: ``soort`` says of which folder, ``getoond`` how it may be called."""

    soort: str
    map_: Path
    naam: str
    getoond: str


def te_verwijderen(nacht: Nacht, geboekt: Collection[str], nu: float | None = None) -> list[Oud]:
    """What is older than ``nacht.bewaartermijn`` days; ``geboekt`` are the contents that the store has or had."""
    if nacht.bewaartermijn is None:
        return []
    voor = (time.time() if nu is None else nu) - nacht.bewaartermijn * DAG
    return [*_uitslagen(nacht, voor), *_archief(nacht, voor, geboekt), *_afgekeurd(nacht, voor)]


def verwijder(nacht: Nacht, geboekt: Collection[str], nu: float | None = None) -> dict[str, int]:
    """Remove it, and tell of each in the log; gives how many of each kind. Raises OSError."""
    geteld = dict.fromkeys((UITSLAG, ARCHIEF, AFGEKEURD), 0)
    for oud in te_verwijderen(nacht, geboekt, nu):
        try:
            (oud.map_ / oud.naam).unlink(missing_ok=True)
        except PermissionError:  # on Windows another program may hold it; the next night tries again
            meld("niet verwijderd", logging.WARNING, soort=oud.soort, bestand=oud.getoond, reden="nog in gebruik")
            continue
        geteld[oud.soort] += 1
        meld("verwijderd", soort=oud.soort, bestand=oud.getoond, bewaartermijn=nacht.bewaartermijn)
    return geteld


def _oude(map_: Map, voor: float) -> Iterator[str]:
    """Regular files that came to lie there before that moment; a rename leaves the moment of writing as it was."""
    for naam in map_.namen():
        gevonden = map_.stand(naam)
        oud = gevonden and max(gevonden.st_mtime, gevonden.st_ctime) < voor
        if oud and not naam.startswith((".", "_")) and map_.gewoon(naam):
            yield naam


def _uitslagen(nacht: Nacht, voor: float) -> Iterator[Oud]:
    if not nacht.uit.is_dir():
        return
    einden = (*SOORTEN, AW320)
    with Map(nacht.uit) as map_:
        oude = [(naam, stam) for naam in _oude(map_, voor) if (stam := _stam(naam, einden))]
        if not oude:
            return
        open_ = _ongeboekt(nacht)
        blijft = {
            stam
            for stam in {stam for _, stam in oude}
            if map_.gewoon(f"{stam}.uitslag.json")
            and any(gaat_over(nacht.uit / f"{stam}.uitslag.json", sha256) for sha256 in open_)
        }
    for naam, stam in oude:
        if stam not in blijft:
            yield Oud(UITSLAG, nacht.uit, naam, naam)


def _stam(naam: str, einden: tuple[str, ...]) -> str | None:
    return next((naam.removesuffix(einde) for einde in einden if naam.endswith(einde)), None)


def _ongeboekt(nacht: Nacht) -> set[str]:
    """The contents that wait in the inbox or lie in quarantine."""
    sommen = set()
    for pad in (nacht.inbox, nacht.quarantaine):
        if pad.is_dir():
            with Map(pad) as map_:
                sommen |= {som(map_.lees(naam)) for naam in namen(map_)}
    return sommen


def _archief(nacht: Nacht, voor: float, geboekt: Collection[str]) -> Iterator[Oud]:
    if not nacht.naar_archief.is_dir():
        return
    with Map(nacht.naar_archief) as map_:
        for naam in _oude(map_, voor):
            if (sha256 := som(map_.lees(naam))) in geboekt:
                yield Oud(ARCHIEF, nacht.naar_archief, naam, getoond(naam, sha256))


def _afgekeurd(nacht: Nacht, voor: float) -> Iterator[Oud]:
    """Each with its reason, the reason last: what has one is ours."""
    if not nacht.afgekeurd.is_dir():
        return
    with Map(nacht.afgekeurd) as map_:
        oude = [*_oude(map_, voor)]
    for naam in sorted(oude, key=lambda naam: naam.endswith(REDEN)):
        yield Oud(AFGEKEURD, nacht.afgekeurd, naam, getoond(naam, None))
