"""The one place where the night meets the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from wlz_declaratie.diensten.bijschrijven import Bijgeschreven, Toetssteen, toets_tegen, voeg_toe
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.historie.fouten import Ingehaald
from wlz_declaratie.historie.opslag import Historie, is_historie, open_historie
from wlz_declaratie.inlezen.basis import Batchbestand

T = TypeVar("T")
POGINGEN = 5
"""A reader who is overtaken by ``bewaartermijn`` opens the store again."""


def bekende(map_: Path) -> dict[str, int]:
    """The batches in the store: volgnr by sha256. Raises Historiestuk."""
    return _met_historie(map_, lambda historie: {batch.sha256: batch.volgnr for batch in historie.aanwezig})


def vooraf_bekende(map_: Path) -> dict[str, int]:
    """As ``bekende``; none when there is no store yet."""
    return bekende(map_) if is_historie(map_) else {}


def ooit_geboekt(map_: Path) -> frozenset[str]:
    """The sha256 of all that was ever added, also of what was taken back since; none when there is no store yet."""
    if not is_historie(map_):
        return frozenset()
    return _met_historie(map_, lambda historie: frozenset(batch.sha256 for batch in historie.batches))


def zonder_boeken(
    map_: Path, bestand: Batchbestand, tegen: Toetssteen, volgnr: int, gecontroleerd: Callable[[Uitslag], None]
) -> None:
    """Check a batch that is in the store, as ``volgnr``, once more against what was there before it."""
    _met_historie(map_, lambda historie: gecontroleerd(toets_tegen(historie, bestand, tegen, volgnr)))


def _met_historie(map_: Path, lees: Callable[[Historie], T]) -> T:
    """What ``lees`` makes of the store; it opens it again for a reader who was overtaken."""
    for poging in range(POGINGEN):
        try:
            return lees(open_historie(map_))
        except Ingehaald:
            if poging == POGINGEN - 1:
                raise
    raise AssertionError


def boek(
    map_: Path, bestand: Batchbestand, tegen: Toetssteen, gecontroleerd: Callable[[Uitslag], None]
) -> Bijgeschreven:
    """Check ``bestand`` against the store, call ``gecontroleerd``, add the accepted lines in one transaction.

    When someone else added this very batch meanwhile, nothing changes. Raises what ``voeg_toe`` raises;
    Historiestuk too when the store is gone: the night makes none in its place.
    """
    if not is_historie(map_):
        open_historie(map_)  # says what is wrong
    return voeg_toe(map_, bestand, tegen, gecontroleerd)
