"""The process of `apart`: it bounds itself, reads one file and leaves the lines on disk."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import polars as pl

from wlz_declaratie.inlezen.apart import GEHEUGEN, GEHEUGEN_VOUD, MEESTE_UIT, UIT_VOUD, geduld


def _beperk(grootte: int) -> None:
    """Bound the memory and the output of this process, where the platform can."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tijd = int(geduld(grootte)) + 1  # the thread that ends this process may have to wait for the library
    resource.setrlimit(resource.RLIMIT_CPU, (tijd, tijd + 1))
    uit, geheugen = max(MEESTE_UIT, UIT_VOUD * grootte), max(GEHEUGEN, GEHEUGEN_VOUD * grootte)
    resource.setrlimit(resource.RLIMIT_FSIZE, (uit, uit))
    begin = 0
    with contextlib.suppress(OSError):
        begin = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    with contextlib.suppress(OSError, ValueError):  # macOS knows the limit but does not take it
        resource.setrlimit(resource.RLIMIT_AS, (begin + geheugen, begin + geheugen))


def _sterf_mee() -> None:
    """End as soon as the process that asked is gone: its end of the pipe closes."""
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    os._exit(3)


def _werkblad(pad: Path, nummer: int) -> pl.DataFrame:
    from wlz_declaratie.inlezen.xlsx.lezen import lees_cellen

    return lees_cellen(pad, nummer)


def _parquet(pad: Path, plaatsen: dict[str, int], lang: list[int]) -> pl.DataFrame:
    from wlz_declaratie.inlezen.parquet.lezen import lijnen

    return lijnen(pad, plaatsen, lang).collect(engine="streaming")


TAKEN: dict[str, Callable[..., pl.DataFrame]] = {"werkblad": _werkblad, "parquet": _parquet}


def _voer_uit(taak: str, pad: str, uit: str, vraag: str) -> None:
    threading.Thread(target=_sterf_mee, daemon=True).start()
    _beperk(Path(pad).stat().st_size)
    TAKEN[taak](Path(pad), **json.loads(vraag)).write_ipc(uit)
    os._exit(0)


if __name__ == "__main__":
    _voer_uit(*sys.argv[1:])
