"""Where a night keeps what it works on."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wlz_declaratie.basis.werkmap import tijdelijk

WERKMAP = ".nacht-werk"
"""Private folder in the folder of results, for copies and what does not fit in memory; the next run clears it."""


@contextmanager
def eigen_werkmap(uit: Path) -> Iterator[Path]:
    """A private folder, empty; all temporary files go there, so that a killed run leaves no lines elsewhere."""
    map_ = uit / WERKMAP
    with suppress(FileNotFoundError):
        if not stat.S_ISDIR(map_.lstat().st_mode):
            map_.unlink()
    shutil.rmtree(map_, ignore_errors=True)
    map_.mkdir(mode=0o700)
    vorige, tempfile.tempdir = tempfile.tempdir, str(map_)
    try:
        with tijdelijk(map_):
            yield map_
    finally:
        tempfile.tempdir = vorige
