"""Libraries that talk to the terminal are kept quiet."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wlz_declaratie.basis.signalen import uitgesteld

NASLEEP = 0.5
"""Seconds after a fault in which threads of the library that it leaves behind may still panic."""

_slot = threading.Lock()
_binnen: set[object] = set()
"""Who wants quiet now: in several threads at once, and they end in any order."""
_stderr: int | None = None
"""The real one, while there is quiet."""


@contextmanager
def zonder_gepraat() -> Iterator[None]:
    """The library says nothing on stderr: a thread that panics prints there, beside the error that it gives."""
    wie = object()
    try:
        _maak_stil(wie)
        try:
            yield
        except Exception:
            time.sleep(NASLEEP)
            raise
    finally:
        _laat_los(wie)


def _maak_stil(wie: object) -> None:
    global _stderr
    with uitgesteld(), _slot:
        if not _binnen:
            try:
                _stderr = os.dup(2)
            except OSError:  # there is no stderr
                return
            if sys.stderr:
                sys.stderr.flush()
            with Path(os.devnull).open("wb") as nergens:
                os.dup2(nergens.fileno(), 2)
        _binnen.add(wie)


def _laat_los(wie: object) -> None:
    global _stderr
    with uitgesteld(), _slot:
        _binnen.discard(wie)
        if not _binnen and _stderr is not None:
            os.dup2(_stderr, 2)
            os.close(_stderr)
            _stderr = None
