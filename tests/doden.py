"""Kill a command at many points of its work, start it again, and compare how it ends."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from nachthulp import draai

WEINIG = {"GRONDIG": "", "POLARS_MAX_THREADS": "1"}
"""A process with few rules, however deep this run is: where to die is a matter of files."""
GEDULD = "1000000"
"""A file under which a night dies too often is put aside, as it should be, and then the end is another: not here, where
so many die."""
VER = 200
"""Acts after which at the latest a start dies: a few batches. Each goes on where the last one died, so that all of the
night is reached, and none does half of it only to die."""
NA = (0.001, 0.003, 0.006, 0.012)
"""Seconds after taking a turn at the store, so that the kill falls in the transaction or close to it."""


def punten(daden: list[str]) -> list[tuple[int, float]]:
    """Where to die: every act, early and late ones by turns, with moments after each lock between them."""
    stap = 7
    acts = [(bij, 0.0) for begin in range(stap) for bij in range(begin + 1, len(daden) + 1, stap)]
    sloten = [bij for bij, daad in enumerate(daden, start=1) if daad.startswith("fcntl.flock")]
    momenten = [(bij, na) for na in NA for bij in sloten[::-1]]
    return [punt for paar in zip(acts, itertools.cycle(momenten), strict=False) for punt in paar]


def sterf_en_herstart(
    werk: Path,
    vul_: Callable[[Path], None],
    opdracht: Callable[[Path], list[str]],
    doden: int,
    neem: Callable[[Path], Any],
) -> None:
    """Kill ``opdracht`` so many times, starting it again in the same folder until it ends; compare each end."""
    rustig = werk / "rustig"
    rustig.mkdir()
    vul_(rustig)
    assert draai(*opdracht(rustig), DADEN=str(werk / "daden"), **WEINIG).returncode in (0, 1, 3)
    verwacht, plekken = neem(rustig), punten((werk / "daden").read_text().splitlines()[:VER])
    # Fewer kills than places: those at equal distances, by turns at an act and a moment after a lock. A soon one is
    # followed by a late one, so that the night gets on.
    plekken = plekken[:: max(1, len(plekken) // doden) | 1]
    midden = sorted(plekken)[len(plekken) // 2]
    paren = list(zip((p for p in plekken if p < midden), (p for p in plekken if p >= midden), strict=False))

    def helft(nummer: int) -> int:
        beurten = itertools.cycle(itertools.chain.from_iterable(paren[nummer::2] or paren))
        geteld, nummers = 0, itertools.count()
        while geteld < doden / 2:
            map_ = werk / f"{nummer}-{next(nummers)}"
            map_.mkdir()
            vul_(map_)
            while True:
                bij, na = next(beurten) if geteld < doden / 2 else (0, 0.0)
                klaar = draai(*opdracht(map_), DOOD_BIJ=str(bij), DOOD_NA=str(na), GEDULD=GEDULD, **WEINIG)
                if klaar.returncode != -signal.SIGKILL:
                    break
                geteld += 1
            assert "Traceback" not in klaar.stderr
            assert neem(map_) == verwacht, klaar.stderr
        return geteld

    with ThreadPoolExecutor(2) as tegelijk:
        assert sum(tegelijk.map(helft, range(2))) >= doden
