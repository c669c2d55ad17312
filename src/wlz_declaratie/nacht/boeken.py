"""The one place where the night meets the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from wlz_declaratie.diensten.bijschrijven import Bijgeschreven, Toetssteen, toets_tegen, voeg_toe
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.historie.fouten import Ingehaald
from wlz_declaratie.historie.opslag import Historie, is_historie, open_historie
from wlz_declaratie.historie.register import Batch
from wlz_declaratie.inlezen.basis import Batchbestand

T = TypeVar("T")
POGINGEN = 5
"""A reader who is overtaken by ``bewaartermijn`` opens the store again."""


def geboekte(map_: Path) -> tuple[Batch, ...]:
    """The batches that were ever added, also those that were taken back since. Raises Historiestuk."""
    return _met_historie(map_, lambda historie: historie.batches)


def bekende(batches: Iterable[Batch]) -> dict[str, int]:
    """Of these the ones that the store still has: volgnr by sha256."""
    return {batch.sha256: batch.volgnr for batch in batches if not batch.verwijderd}


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
