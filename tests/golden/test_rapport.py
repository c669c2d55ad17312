"""The report on the terminal, letter for letter. ``DECLARATIE_GOLDEN=schrijf`` writes the files anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from proces import draai

MAP = Path(__file__).parent
WORTEL = MAP.parents[1]
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
    bestand = MAP / f"{naam}.txt"
    if os.environ.get("DECLARATIE_GOLDEN") == "schrijf":
        bestand.write_text(klaar.stdout, encoding="utf-8")
    assert klaar.stdout == bestand.read_text("utf-8")
