"""The cases of our own rules; how they are read and run is public (`diensten.gevallen`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from wlz_declaratie.diensten.gevallen import (
    STANDAARD,
    Geval,
    Gevalfout,
    bestand,
    bevindingen,
    controleer_geval,
    dossier,
    lees_gevallen,
)

__all__ = ["STANDAARD", "bestand", "bevindingen", "controleer_geval", "dossier"]

MAP = Path(__file__).parent / "regels"


@cache
def gevallen() -> tuple[list[Geval], dict[str, str]]:
    """Every case of every rule, and by the name of each file that cannot be read, why."""
    gelezen: list[Geval] = []
    fouten = {}
    for pad in sorted(MAP.glob("*.yaml")):
        try:
            gelezen += lees_gevallen(pad)
        except Gevalfout as fout:
            fouten[pad.stem] = str(fout)
    return gelezen, fouten


def casebestanden() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Every case of every rule: rule id, the case, the defaults of its file."""
    return [(geval.regel_id, dict(geval.inhoud), dict(geval.standaard)) for geval in gevallen()[0]]
