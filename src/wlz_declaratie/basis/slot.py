"""One writer at a time, and files that only their owner can read."""

from __future__ import annotations

import os
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


def open_slot(pad: Path) -> IO[bytes]:
    """An empty file to hold, made for its owner only; never what a link points to. Raises OSError."""
    return os.fdopen(os.open(pad, os.O_RDWR | os.O_CREAT | os.O_APPEND | GEEN_KOPPELING, 0o600), "ab")


def grijp(nummer: int) -> bool:
    """Hold an open file until it is closed or the process dies; false, at once, when another holds it."""
    from filelock import lock_descriptor  # here, for what asks for help only should not load it

    try:
        return lock_descriptor(nummer, blocking=False)
    except OSError:
        return False


@contextmanager
def beurt(map_: Path) -> Iterator[None]:
    """Wait for the turn to write in this store; the system gives it back when the process dies.

    Readers never wait: they read the version that they opened.
    """
    from filelock import lock_descriptor, unlock_descriptor

    with open_slot(map_ / SLOTBESTAND) as bestand:
        lock_descriptor(bestand.fileno())
        try:
            yield
        finally:
            unlock_descriptor(bestand.fileno())


@contextmanager
def alleen_eigenaar() -> Iterator[None]:
    """Files and folders made inside are readable by their owner only."""
    oud = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(oud)
