"""A folder that is opened once: whoever later puts another in its place, or a link, changes nothing for the night."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from wlz_declaratie.basis.schijf import map_op_schijf
from wlz_declaratie.basis.slot import GEEN_KOPPELING

MET_NUMMER = sys.platform != "win32"
"""Whether the system can work relative to an open folder; Windows works with paths."""
LEZEN = os.O_RDONLY | GEEN_KOPPELING | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Never what a link points to, and never waiting for whoever may write in a pipe."""
MAKEN = os.O_WRONLY | os.O_CREAT | os.O_EXCL | GEEN_KOPPELING | getattr(os, "O_BINARY", 0)


class Map:
    """An open folder; each method takes the name of a file in it and raises OSError."""

    def __init__(self, pad: Path) -> None:
        self.pad = pad
        self._nummer = os.open(pad, os.O_RDONLY | os.O_DIRECTORY) if MET_NUMMER else None

    def __enter__(self) -> Map:
        return self

    def __exit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        if self._nummer is not None:
            os.close(self._nummer)

    def namen(self) -> list[str]:
        """All names, in order."""
        return sorted(os.listdir(self.pad if self._nummer is None else self._nummer))  # noqa: PTH208 (by number)

    def stand(self, naam: str) -> os.stat_result | None:
        """What lies there, a link as the link that it is; None when there is nothing."""
        try:
            return os.stat(self._plek(naam), dir_fd=self._nummer, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def gewoon(self, naam: str) -> bool:
        """Whether a regular file lies there."""
        try:
            gevonden = self.stand(naam)
        except OSError as fout:
            if fout.errno != errno.ENAMETOOLONG:
                raise
            return False
        return gevonden is not None and stat.S_ISREG(gevonden.st_mode)

    def lees(self, naam: str) -> int:
        """Open to read; the caller looks whether it is a regular file, and closes."""
        return os.open(self._plek(naam), LEZEN, dir_fd=self._nummer)

    def maak(self, naam: str) -> int:
        """Make a file that is not there yet, for its owner only."""
        return os.open(self._plek(naam), MAKEN, 0o600, dir_fd=self._nummer)

    def maak_map(self, naam: str) -> None:
        """Make a folder that is not there yet, for its owner only."""
        os.mkdir(self._plek(naam), 0o700, dir_fd=self._nummer)

    def hernoem(self, naam: str, naar: Map, als: str) -> None:
        """Move within a disk; a file that lies there is replaced."""
        os.replace(self._plek(naam), naar._plek(als), src_dir_fd=self._nummer, dst_dir_fd=naar._nummer)

    def verwijder(self, naam: str) -> None:
        """Remove a file; that it is gone already is no error."""
        with suppress(FileNotFoundError):
            os.unlink(self._plek(naam), dir_fd=self._nummer)

    def bewaar(self) -> None:
        """Wait until the names are on disk."""
        map_op_schijf(self.pad if self._nummer is None else self._nummer)

    def is_zelfde(self, pad: Path) -> bool:
        """Whether this path leads to this very folder."""
        hier = self.pad.stat() if self._nummer is None else os.fstat(self._nummer)
        try:
            return os.path.samestat(hier, pad.stat())
        except OSError:
            return False

    def _plek(self, naam: str) -> str | Path:
        return self.pad / naam if self._nummer is None else naam
