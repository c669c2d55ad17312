"""The report on the terminal, letter for letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from goud import vergelijk
from proces import draai

WORTEL = Path(__file__).parents[2]
FOUT, SCHOON = "sample_data/fout", "sample_data/schoon"
PEILDATUM = ("--peildatum", "2026-04-30")


@pytest.mark.parametrize(
    ("naam", "breedte", "woorden"),
    [
        ("fout-80", "80", [f"{FOUT}/batch.asc", "--dossier", f"{FOUT}/dossier", "--max", "12", *PEILDATUM]),
        ("fout-160", "160", [f"{FOUT}/batch.asc", "--dossier", f"{FOUT}/dossier", "--max", "12", *PEILDATUM]),
        ("schoon-80", "80", [f"{SCHOON}/batch.csv", "--dossier", f"{SCHOON}/dossier", *PEILDATUM]),
        ("zonder-dossier-80", "80", [f"{SCHOON}/batch.csv", *PEILDATUM]),
        ("beschadigd-80", "80", [f"{FOUT}/beschadigd.asc", "--selecteer", "AW,VLD", *PEILDATUM]),
    ],
)
def test_rapport(naam: str, breedte: str, woorden: list[str]) -> None:
    klaar = draai("controleer", *woorden, omgeving={"COLUMNS": breedte}, map_=WORTEL)
    assert klaar.stderr == ""
    vergelijk(f"{naam}.txt", klaar.stdout)
