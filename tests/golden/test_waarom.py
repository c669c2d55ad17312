"""What `declaratie waarom` and `declaratie client` print, letter for letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from goud import vergelijk
from proces import draai

WORTEL = Path(__file__).parents[2]
FOUT = "sample_data/fout"
BSN = "999925970"
"""Of the client with a leegstand of too many days, and 2-450 the line with which it has."""


@pytest.mark.parametrize(("opdracht", "wie"), [("waarom", "2-450"), ("client", BSN)])
def test_waarom(opdracht: str, wie: str) -> None:
    woorden = (f"{FOUT}/batch.csv", wie, "--dossier", f"{FOUT}/dossier", "--peildatum", "2026-04-30")
    klaar = draai(opdracht, *woorden, map_=WORTEL)
    assert (klaar.returncode, klaar.stderr) == (1, "")
    assert BSN not in klaar.stdout
    vergelijk(f"{opdracht}-100.txt", klaar.stdout)
