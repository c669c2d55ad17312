"""Reading hostile files, and running the command line on them, with the memory measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from proces import DECLARATIE, GEEN_TABELLEN

MEESTE_SECONDEN = 60
"""What runs for hours fails; how fast it is on a quiet machine, this cannot say."""
MEESTE_MB = 1024

_LANCEER = """
import resource, subprocess, sys
klaar = subprocess.run(sys.argv[2:], timeout=60)
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024))
sys.exit(klaar.returncode if klaar.returncode >= 0 else 128 - klaar.returncode)
"""
"""A small process in between: the peak of a child begins at that of whoever started it."""


@dataclass(frozen=True)
class Gemeten:
    """How it went; ``mb`` is the peak of the process and of those it started, each on its own."""

    uitslag: str
    seconden: float
    mb: int
    code: int = 0
    fouten: str = ""

    def assert_binnen_de_grenzen(self) -> None:
        assert self.seconden < MEESTE_SECONDEN
        assert self.mb < MEESTE_MB


def draai_gemeten(*woorden: str | Path) -> Gemeten:
    """``declaratie`` with these words."""
    with tempfile.TemporaryDirectory() as map_:
        uit = Path(map_, "piek")
        begin = time.monotonic()
        klaar = subprocess.run(
            [sys.executable, "-c", _LANCEER, uit, DECLARATIE, *map(str, woorden)],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "DECLARATIE_TABELLEN": str(GEEN_TABELLEN)},
            timeout=90,
        )
        seconden = time.monotonic() - begin
        return Gemeten(klaar.stdout, seconden, int(uit.read_text()), klaar.returncode, klaar.stderr)


def lees_alle(map_: Path) -> dict[str, Gemeten]:
    """Read every file of the folder as a batch, in one process; by the stem of its name."""
    klaar = subprocess.run(
        [sys.executable, __file__, map_],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (*sys.path, os.environ.get("PYTHONPATH"))))},
        timeout=180,
    )
    assert klaar.returncode == 0, klaar.stderr[-2000:]
    return {naam: Gemeten(**velden, fouten=klaar.stderr) for naam, velden in map(json.loads, klaar.stdout.splitlines())}


def _piek(begin: bool = False) -> int:
    """Peak of this process in MB since it was last asked to begin."""
    if begin:
        Path("/proc/self/clear_refs").write_text("5")
    regels = Path("/proc/self/status").read_text().splitlines()
    return int(next(regel for regel in regels if regel.startswith("VmHWM")).split()[1]) >> 10


def _lees(map_: Path) -> None:
    import resource

    from wlz_declaratie.inlezen.basis import Invoerfout
    from wlz_declaratie.inlezen.tabulair import lees_tabulair

    for pad in sorted(map_.iterdir()):
        _piek(begin=True)
        begin = time.monotonic()
        try:
            with tempfile.TemporaryDirectory() as werkmap:
                batch = lees_tabulair(pad, pad.name, Path(werkmap))
                uitslag = f"gelezen: {batch.aantal}, meldingen: {batch.meldingen.height}"
        except Invoerfout as fout:
            uitslag = str(fout)
        seconden = time.monotonic() - begin
        kinderen = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        print(
            json.dumps([pad.stem, {"uitslag": uitslag, "seconden": seconden, "mb": max(_piek(), kinderen)}]), flush=True
        )


if __name__ == "__main__":
    _lees(Path(sys.argv[1]))
