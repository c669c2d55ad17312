"""What `declaratie dossier` prints, letter for letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from goud import vergelijk
from proces import draai

WORTEL = Path(__file__).parents[2]
FOUT = "sample_data/fout"
PEILDATUM = ("--peildatum", "2026-04-30")


@pytest.mark.parametrize(
    ("naam", "breedte", "woorden"),
    [
        ("dossier-80", "80", [f"{FOUT}/dossier", "--max", "3"]),
        ("dossier-voor-160", "160", [f"{FOUT}/dossier", "--voor", f"{FOUT}/batch.asc", "--max", "1"]),
    ],
)
def test_dossier(naam: str, breedte: str, woorden: list[str]) -> None:
    klaar = draai("dossier", *woorden, *PEILDATUM, omgeving={"COLUMNS": breedte}, map_=WORTEL)
    assert (klaar.returncode, klaar.stderr) == (0, "")
    vergelijk(f"{naam}.txt", klaar.stdout)
