"""On the disk itself, not only in the memory of the system: what is promised must outlive a power cut."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path


def op_schijf(pad: Path) -> None:
    """Wait until the content of a file is on disk. Raises OSError."""
    # Windows flushes only what may be written.
    nummer = os.open(pad, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(nummer)
    finally:
        os.close(nummer)


def map_op_schijf(map_: Path | int) -> None:
    """Wait until the names in a folder (a path, or one that is open) are on disk; Windows knows no such thing."""
    if sys.platform == "win32":
        return
    nummer = map_ if isinstance(map_, int) else os.open(map_, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(nummer)
    except OSError as fout:
        if fout.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot do this for folders
            raise
    finally:
        if nummer is not map_:
            os.close(nummer)


def alles_op_schijf(bestanden: Iterable[Path]) -> None:
    """The content of these files first, then their names."""
    paden = list(bestanden)
    for pad in paden:
        op_schijf(pad)
    for map_ in sorted({pad.parent for pad in paden}):
        map_op_schijf(map_)
