"""``declaratie nacht`` as a process: killed at many points, twice at a time, on a full disk."""

from __future__ import annotations

import itertools
import json
import resource
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from nachthulp import PEILDATUM, csv, draai, historie, regel, stand, start, vul, woorden

NA = (0.001, 0.003, 0.006, 0.012)
"""Seconds after taking a turn at the store, so that the kill falls in the transaction or close to it."""


def punten(daden: list[str]) -> Iterator[tuple[int, float]]:
    """Where to die: every act, early and late ones by turns, with moments after each lock between them; without end."""
    stap = 7
    acts = [(bij, 0.0) for begin in range(stap) for bij in range(begin + 1, len(daden) + 1, stap)]
    sloten = [bij for bij, daad in enumerate(daden, start=1) if daad.startswith("fcntl.flock")]
    momenten = [(bij, na) for na in NA for bij in sloten[::-1]]
    while True:
        for act, moment in zip(acts, itertools.cycle(momenten), strict=False):
            yield act
            yield moment


def sterf_en_herstart(
    werk: Path, vul_: Callable[[Path], None], opdracht: Callable[[Path], list[str]], doden: int, neem: Callable[[Path], Any]
) -> None:
    """Kill ``opdracht`` so many times, starting it again in the same folder until it ends; compare each end."""
    rustig = werk / "rustig"
    rustig.mkdir()
    vul_(rustig)
    assert draai(*opdracht(rustig), DADEN=str(werk / "daden")).returncode in (0, 1, 2)
    verwacht, plekken = neem(rustig), punten((werk / "daden").read_text().splitlines())

    def helft(naam: str) -> int:
        geteld, nummers = 0, itertools.count()
        while geteld < doden / 2:
            map_ = werk / f"{naam}{next(nummers)}"
            map_.mkdir()
            vul_(map_)
            while True:
                bij, na = next(plekken) if geteld < doden / 2 else (0, 0.0)
                klaar = draai(*opdracht(map_), DOOD_BIJ=str(bij), DOOD_NA=str(na))
                if klaar.returncode != -signal.SIGKILL:
                    break
                geteld += 1
            assert "Traceback" not in klaar.stderr
            assert neem(map_) == verwacht, klaar.stderr
        return geteld

    with ThreadPoolExecutor(2) as tegelijk:
        assert sum(tegelijk.map(helft, "xy")) >= doden


def test_nacht_gedood_en_weer_gestart(tmp_path: Path) -> None:
    sterf_en_herstart(tmp_path, lambda map_: vul(map_ / "in"), woorden, 34, stand)


def test_voeg_toe_gedood_en_weer_gestart(tmp_path: Path) -> None:
    def opdracht(map_: Path) -> list[str]:
        paden = (map_ / "in" / naam for naam in ("b.csv", "a.asc", "a.csv"))
        return ["historie", "voeg-toe", str(map_ / "historie"), *map(str, paden), "--peildatum", PEILDATUM]

    sterf_en_herstart(
        tmp_path, lambda map_: vul(map_ / "in"), opdracht, 20, lambda map_: historie(map_ / "historie")
    )
