"""Reading in a process of its own: a library that panics or is refused memory takes nothing along but itself.

A fresh interpreter costs half a second, so only what is suspect comes here: a file that would take much more room
in the reader than its own size accounts for, or that two libraries could read in two ways.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.basis.zijproces import omgeving, opdracht
from wlz_declaratie.inlezen.basis import Invoerfout

VERDACHT = 256 << 20
"""Bytes in the reader that no file needs a reason for."""

GEHEUGEN = 800 << 20
GEHEUGEN_VOUD = 200
"""Address space of the process beyond what it has when it begins, at least and per byte of the file."""

MEESTE_UIT = 256 << 20
UIT_VOUD = 100
"""Bytes that the lines may take on disk, and then in memory here: at least, and per byte of the file."""

GEDULD = 8.0
PER_MB = 10.0
"""Seconds that it may take, and so many more for each MB of the file."""

AFGEBROKEN = (
    "het lezen brak af: het bestand is beschadigd of vraagt te veel geheugen of tijd",
    "Maak de export opnieuw, of lever CSV aan.",
)

_KIND = f"{__package__}.kind"
_UIT = "lijnen.arrow"
_DRADEN = 2
"""Each takes address space."""


def verdacht(ruimte: int, ingepakt: int, voud: int) -> bool:
    """Whether a file of ``ingepakt`` bytes that takes ``ruimte`` in the reader must be read apart."""
    return ruimte > max(VERDACHT, voud * ingepakt)


def lees_apart(taak: str, pad: Path, naam: str, vraag: dict[str, Any]) -> pl.DataFrame:
    """What ``taak`` (see `kind.TAKEN`) gives for the file, read elsewhere. Raises Invoerfout however that ends."""
    with werkmap() as map_:
        uit = map_ / _UIT
        proces = subprocess.Popen(  # noqa: S603
            opdracht(_KIND, taak, str(pad.absolute()), str(uit), json.dumps(vraag)),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=map_,
            env=omgeving(_DRADEN),
        )
        try:
            goed = proces.wait(geduld(pad.stat().st_size)) == 0
        except subprocess.TimeoutExpired:
            goed = False
        finally:
            proces.kill()
            proces.wait()
            if proces.stdin:
                proces.stdin.close()
        if goed:
            with contextlib.suppress(pl.exceptions.PolarsError, OSError), uit.open("rb") as bestand:
                return pl.read_ipc(bestand)
    raise Invoerfout(naam, *AFGEBROKEN)


def geduld(grootte: int) -> float:
    """Seconds for a file of that many bytes."""
    return GEDULD + PER_MB * grootte / 1e6
