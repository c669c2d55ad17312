"""The overview as a file: of the last night that had something to do, and of when the last runs were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wlz_declaratie.nacht.dagboek import Dagboek
from wlz_declaratie.rapport.schrijven import vervangend

OVERZICHT = "overzicht.json"
HOOGUIT = 64 * 2**20
"""Bytes of an overview; a bigger one is not ours."""
MEESTE = 30
"""Runs that are remembered."""
AFGEBROKEN = "afgebroken"


def vorig(map_: Path) -> dict[str, Any]:
    """The overview that is there; empty when there is none, or none that can be read."""
    pad = map_ / OVERZICHT
    try:
        if pad.is_symlink() or not pad.is_file() or pad.stat().st_size > HOOGUIT:
            return {}
        inhoud = json.loads(pad.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return inhoud if isinstance(inhoud, dict) else {}


def nachten_van(overzicht: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The runs that an overview remembers, the last one last: it comes from a file."""
    bewaard = overzicht.get("nachten")
    return [nacht for nacht in bewaard if isinstance(nacht, dict)] if isinstance(bewaard, list) else []


def met_nachten(nieuw: dict[str, Any], eerder: dict[str, Any], dagboek: Dagboek, *, gedaan: bool) -> dict[str, Any]:
    """The overview to keep: ``nieuw``, or when there was nothing to do the one before, with the last runs.

    The overview of an earlier version has no runs, and is kept as it is.
    """
    nachten = nachten_van(eerder)
    bekend = {nacht.get("run") for nacht in nachten}
    nachten += [
        {"run": run, "begonnen": begonnen, "klaar": None, "exitcode": None, "bestanden": None, "stand": AFGEBROKEN}
        for run, begonnen in dagboek.runs.items()
        if run not in {*bekend, nieuw["run"]}
    ]
    nachten.append(
        {
            "run": nieuw["run"], **nieuw["momenten"], "exitcode": nieuw["exitcode"], "bestanden": nieuw["bestanden"],
            "stand": "klaar" if gedaan else "niets te doen",
        }
    )  # fmt: skip
    laatste = nieuw if gedaan or not eerder else {**eerder, "in_quarantaine": nieuw["in_quarantaine"]}
    return {**laatste, "nachten": nachten[-MEESTE:]}


def schrijf(map_: Path, inhoud: dict[str, Any]) -> None:
    """Whole or not at all. Raises Uitvoerfout."""
    with vervangend(map_ / OVERZICHT) as tijdelijk:
        tijdelijk.write_text(json.dumps(inhoud, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
