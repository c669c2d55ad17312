"""Result files: written whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wlz_declaratie.fouten import Gebruikersfout


class Uitvoerfout(Gebruikersfout):
    """A result file that cannot be written; whatever stood there still stands."""


def controleer_doel(doel: Path) -> None:
    """Refuse a target that cannot become a file before any work is done."""
    if doel.is_dir():
        raise Uitvoerfout(f"{doel}: dit is een map. Noem een bestand om in te schrijven.")
    if not doel.parent.is_dir():
        raise Uitvoerfout(f"{doel}: de map {doel.parent} bestaat niet. Maak de map of kies een andere.")
    if not os.access(doel.parent, os.W_OK):
        raise Uitvoerfout(f"{doel}: in de map {doel.parent} mag je niet schrijven. Kies een andere map.")


@contextmanager
def vervangend(doel: Path) -> Iterator[Path]:
    """A private temporary path beside ``doel`` that takes its place when the block ends well.

    Raises Uitvoerfout when the disk is full or the folder refuses; then nothing is left behind.
    """
    controleer_doel(doel)
    tijdelijk: Path | None = None
    try:
        # mkstemp makes the file readable by its owner only, which stays so after the rename.
        nummer, naam = tempfile.mkstemp(prefix=f".{doel.name}.", suffix=".deel", dir=doel.parent)
        os.close(nummer)
        tijdelijk = Path(naam)
        yield tijdelijk
        with tijdelijk.open("rb+") as geschreven:
            os.fsync(geschreven.fileno())
        tijdelijk.replace(doel)
    except OSError as fout:
        raise Uitvoerfout(
            f"{doel}: schrijven lukt niet ({fout.strerror or type(fout).__name__}). "
            "Maak ruimte of kies een andere map; wat er stond, staat er nog."
        ) from fout
    finally:
        if tijdelijk is not None:
            tijdelijk.unlink(missing_ok=True)
