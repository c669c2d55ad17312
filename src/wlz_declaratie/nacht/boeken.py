"""The one place where the night meets the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from wlz_declaratie.bijschrijven import Toetssteen, voeg_toe
from wlz_declaratie.controle import Uitslag
from wlz_declaratie.historie.opslag import Historiefout, is_historie, open_historie
from wlz_declaratie.inlezen.basis import Batchbestand


class Geweigerd(Exception):
    """This batch cannot go into the store; the text is the reason."""


def bekende(map_: Path) -> dict[str, int]:
    """The batches in the store: volgnr by sha256; none when there is no store."""
    if not is_historie(map_):
        return {}
    return {batch.sha256: batch.volgnr for batch in open_historie(map_).aanwezig}


def boek(map_: Path, bestand: Batchbestand, tegen: Toetssteen, gecontroleerd: Callable[[Uitslag], None]) -> bool:
    """Check ``bestand`` against the store, call ``gecontroleerd``, add the accepted lines in one transaction.

    False when someone else added this very batch meanwhile: then nothing changed. Raises Geweigerd for what is wrong
    with this batch; Historiefout when the store cannot be written, then it is as it was.
    """
    try:
        return voeg_toe(map_, bestand, tegen, gecontroleerd).uitslag is not None
    except Historiefout as fout:
        # A refusal has no cause; a disk that refuses is one.
        if fout.__cause__ is None:
            raise Geweigerd(str(fout)) from None
        raise
