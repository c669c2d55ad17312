"""One writer at a time, and files that only their owner can read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from wlz_declaratie.basis.stil import zonder_gepraat

__all__ = ["SLOTBESTAND", "alleen_eigenaar", "beurt", "zonder_gepraat"]

SLOTBESTAND = "_slot"
"""Empty file in the store that a writer holds; Delta leaves names that begin with an underscore alone."""

GEEN_KOPPELING = getattr(os, "O_NOFOLLOW", 0)
"""Open no link; Windows, where making one is the right of few, cannot say this."""

if sys.platform == "win32":
    import msvcrt
    import time

    def _vergrendel(bestand: IO[bytes]) -> None:
        while True:
            try:
                msvcrt.locking(bestand.fileno(), msvcrt.LK_NBLCK, 1)
                return
            except OSError:
                time.sleep(0.1)

    def _ontgrendel(bestand: IO[bytes]) -> None:
        msvcrt.locking(bestand.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _vergrendel(bestand: IO[bytes]) -> None:
        fcntl.flock(bestand, fcntl.LOCK_EX)

    def _ontgrendel(bestand: IO[bytes]) -> None:
        fcntl.flock(bestand, fcntl.LOCK_UN)


def open_slot(pad: Path) -> IO[bytes]:
    """An empty file to hold, made for its owner only; never what a link points to. Raises OSError."""
    return os.fdopen(os.open(pad, os.O_RDWR | os.O_CREAT | os.O_APPEND | GEEN_KOPPELING, 0o600), "ab")


@contextmanager
def beurt(map_: Path) -> Iterator[None]:
    """Wait for the turn to write in this store; the system gives it back when the process dies.

    Readers never wait: they read the version that they opened.
    """
    with open_slot(map_ / SLOTBESTAND) as bestand:
        _vergrendel(bestand)
        try:
            yield
        finally:
            _ontgrendel(bestand)


@contextmanager
def alleen_eigenaar() -> Iterator[None]:
    """Files and folders made inside are readable by their owner only."""
    oud = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(oud)
