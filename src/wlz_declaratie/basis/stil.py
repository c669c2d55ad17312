"""Libraries that talk to the terminal are kept quiet."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NASLEEP = 0.5
"""Seconds after a fault in which threads of the library that it leaves behind may still panic."""


@contextmanager
def zonder_gepraat() -> Iterator[None]:
    """The library says nothing on stderr: a thread that panics prints there, beside the error that it gives."""
    try:
        kopie = os.dup(2)
    except OSError:  # there is no stderr
        yield
        return
    try:
        if sys.stderr:
            sys.stderr.flush()
        with Path(os.devnull).open("wb") as nergens:
            os.dup2(nergens.fileno(), 2)
        try:
            yield
        except Exception:
            time.sleep(NASLEEP)
            raise
    finally:
        os.dup2(kopie, 2)
        os.close(kopie)
