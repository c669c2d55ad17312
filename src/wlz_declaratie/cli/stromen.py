"""stdin, stdout and stderr as they should be, whatever the shell made of them.

The number of a closed one would go to the next file that is opened: an error would end up in a result. Whoever reads
our output may stop reading; that is no error, and changes no exit code. A disk that is full is one.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from typing import Any, TextIO

from wlz_declaratie.basis.fouten import Gebruikersfout

REDENEN = {
    errno.ENOSPC: "de schijf is vol",
    errno.EDQUOT: "de ruimte die je mag gebruiken is op",
    errno.EFBIG: "het bestand wordt groter dan hier mag",
    errno.EBADF: "stdout is gesloten",
}


class _Uitgang(io.RawIOBase):
    """Writes to a file descriptor; once nobody reads there, or it failed, all that follows is dropped.

    Raises Gebruikersfout, once, where writing fails; not when ``zwijgend``.
    """

    def __init__(self, nummer: int, *, zwijgend: bool) -> None:
        self._nummer, self._zwijgend, self._dicht = nummer, zwijgend, False

    def fileno(self) -> int:
        return self._nummer

    def isatty(self) -> bool:
        return os.isatty(self._nummer)

    def writable(self) -> bool:
        return True

    def write(self, inhoud: Any) -> int:
        inhoud = memoryview(inhoud).cast("B")
        while not self._dicht:
            try:
                return os.write(self._nummer, inhoud)
            except BlockingIOError:
                select.select([], [self._nummer], [])
            except BrokenPipeError:
                self._dicht = True
            except OSError as fout:
                self._dicht = True
                if not self._zwijgend:
                    reden = REDENEN.get(fout.errno or 0, f"systeemfout {fout.errno}")
                    raise Gebruikersfout(f"uitvoer schrijven lukt niet ({reden}).") from None
        return len(inhoud)


def herstel() -> None:
    """Open what is closed, and write through _Uitgang; a console of Windows writes in its own way and stays."""
    for nummer, wijze in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        # A closed stdout is opened for reading: then whoever writes there is told.
        try:
            os.fstat(nummer)
        except OSError:
            os.set_inheritable(os.open(os.devnull, wijze), True)
    sys.stdout, sys.stderr = _stroom(sys.stdout, 1), _stroom(sys.stderr, 2)


def _stroom(stroom: TextIO | None, nummer: int) -> TextIO:
    if stroom is not None and sys.platform == "win32" and stroom.isatty():
        stroom.reconfigure(errors="replace")  # type: ignore[union-attr]
        return stroom
    fout = nummer == 2
    nieuw = io.TextIOWrapper(
        io.BufferedWriter(_Uitgang(nummer, zwijgend=fout)),  # type: ignore[arg-type, unused-ignore]
        encoding="utf-8" if stroom is None else stroom.encoding,
        # A Windows code page knows few characters; a question mark beats a crash.
        errors="replace",
        line_buffering=fout or os.isatty(nummer),
    )
    if stroom is not None:
        stroom.flush()
    return nieuw
