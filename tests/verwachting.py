"""What a sample folder expects of each file, and what the product finds in it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from wlz_declaratie.cli.uitvoeren import Opdracht, uitvoering

SLEUTELS = ("regel_id", "ernst", "retourcode", "regelnummer", "referentienummer")


def verwacht(map_: Path) -> dict[str, list[dict[str, Any]]]:
    """By file name, the findings in verwacht.json."""
    inhoud = json.loads((map_ / "verwacht.json").read_text("utf-8"))
    assert inhoud["schema"] == "declaratie-verwacht/1"
    bestanden: dict[str, list[dict[str, Any]]] = inhoud["bestanden"]
    return bestanden


def gevonden(map_: Path, naam: str, historie: Path | None = None) -> list[dict[str, Any]]:
    """The findings of `declaratie controleer` on one file; no rule may crash or lack a table."""
    peildatum = date.fromisoformat(json.loads((map_ / "verwacht.json").read_text("utf-8"))["peildatum"])
    opdracht = Opdracht([map_ / naam], dossier=map_ / "dossier", historie=historie, peildatum=peildatum)
    with uitvoering(opdracht, stil=True) as uitslag:
        for status in uitslag.regels:
            assert status.status != "fout", f"{status.regel.id}: {status.reden}"
            assert not re.search(r"tabel \w+ ontbre", status.reden or ""), f"{status.regel.id}: {status.reden}"
        return uitslag.bevindingen.select(SLEUTELS).to_dicts()
