"""Texts compared letter for letter. `make goud` (DECLARATIE_GOLDEN=schrijf) writes them anew: read the diff."""

from __future__ import annotations

import os
from pathlib import Path

MAP = Path(__file__).parent / "golden"


def vergelijk(naam: str, tekst: str) -> None:
    """Whether the text is that of the file ``naam`` in tests/golden."""
    bestand = MAP / naam
    if os.environ.get("DECLARATIE_GOLDEN") == "schrijf":
        bestand.write_text(tekst, encoding="utf-8", newline="\n")
    assert tekst == bestand.read_text("utf-8"), f"tests/golden/{naam} is anders; klopt het, draai dan `make goud`"
