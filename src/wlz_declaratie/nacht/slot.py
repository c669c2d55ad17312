"""One night at a time in a folder. The system gives the lock back when the process dies: no lock outlives its run."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.slot import grijp, open_slot
from wlz_declaratie.nacht.oorzaak import ProbeerOpnieuw

SLOTBESTAND = "_nacht"
"""Empty file that a run holds; Delta leaves names that begin with an underscore alone, and so does the inbox."""


def _maak_plaats(pad: Path) -> None:
    """Whoever may write in the inbox could put something there that is no file; that gets another name."""
    if os.path.lexists(pad) and (pad.is_symlink() or not pad.is_file()):
        pad.rename(pad.with_name(f"{pad.name}-{secrets.token_hex(4)}"))


@contextmanager
def alleen(mappen: Sequence[Path]) -> Iterator[None]:
    """Be the only night in each of these folders, which exist. Raises ProbeerOpnieuw when one is taken."""
    with ExitStack() as stapel:
        for map_ in dict.fromkeys(map_.resolve() for map_ in mappen):
            try:
                _maak_plaats(map_ / SLOTBESTAND)
                bestand = stapel.enter_context(open_slot(map_ / SLOTBESTAND))
            except OSError as fout:
                raise Gebruikersfout(
                    f"{map_}: hier kan niet worden geschreven ({fout.strerror}). Controleer de rechten."
                ) from None
            if not grijp(bestand.fileno()):
                raise ProbeerOpnieuw(
                    f"{map_}: hier draait al een nacht. Wacht tot die klaar is; deze run heeft niets gedaan."
                )
        yield
