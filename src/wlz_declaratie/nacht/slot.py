"""One night at a time in a folder. The system gives the lock back when the process dies: no lock outlives its run."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from wlz_declaratie.fouten import Gebruikersfout

SLOTBESTAND = "_nacht"
"""Empty file that a run holds; Delta leaves names that begin with an underscore alone, and so does the inbox."""

if sys.platform == "win32":
    import msvcrt

    def _vergrendel(bestand: IO[bytes]) -> None:
        msvcrt.locking(bestand.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _vergrendel(bestand: IO[bytes]) -> None:
        fcntl.flock(bestand, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def alleen(mappen: Sequence[Path]) -> Iterator[None]:
    """Be the only night in each of these folders, which exist. Raises Gebruikersfout at once when one is taken."""
    with ExitStack() as stapel:
        for map_ in dict.fromkeys(map_.resolve() for map_ in mappen):
            try:
                bestand = stapel.enter_context((map_ / SLOTBESTAND).open("ab"))
            except OSError as fout:
                raise Gebruikersfout(
                    f"{map_}: hier kan niet worden geschreven ({fout.strerror}). Controleer de rechten."
                ) from None
            try:
                _vergrendel(bestand)
            except OSError:
                raise Gebruikersfout(
                    f"{map_}: hier draait al een nacht. Wacht tot die klaar is; deze run heeft niets gedaan."
                ) from None
        yield
