"""Rule cases from YAML: lines, history and dossier as a test states them, checked through the whole pipeline."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.contract.tabellen import DECLARATIE, DOSSIER
from wlz_declaratie.diensten.controleren import Uitslag, controleer
from wlz_declaratie.inlezen.basis import MELDING, Batchbestand
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.kern.regel import alle_regels

MAP = Path(__file__).parent / "regels"
STANDAARD: dict[str, Any] = {
    "bsn": "999900006",
    "begindatum": date(2026, 3, 1),
    "einddatum": date(2026, 3, 31),
    "prestatiecodelijst": "055",
    "prestatiecode": "Z041",
    "aantal": 1,
    "uitvoerder": "06290101",
    "debet_credit": "D",
    "declarant": "06290101",
}


def bestand(regels: list[dict[str, Any]], standaard: dict[str, Any], naam: str, soort: str = "csv") -> Batchbestand:
    """A batch file as a reader would give it; line n of the case is regelnummer n."""
    rijen = [
        {"regelnummer": nr, "referentienummer": f"{naam}-{nr}", **STANDAARD, **standaard, **regel}
        for nr, regel in enumerate(regels, start=1)
    ]
    frame = pl.DataFrame(rijen, schema_overrides=DECLARATIE)
    kolommen = frozenset(frame.columns)
    frame = frame.with_columns(pl.lit(None, dtype=t).alias(k) for k, t in DECLARATIE.items() if k not in frame.columns)
    return Batchbestand(
        naam,
        soort,
        "0" * 64,
        frame.select(*DECLARATIE).lazy(),
        len(rijen),
        kolommen,
        (),
        pl.DataFrame(schema=MELDING),
        0,
    )


def dossier(tabellen: dict[str, list[dict[str, Any]]]) -> Dossier:
    """Dossier tables from lists of rows; an empty list is a table without rows."""
    frames = {}
    for naam, rijen in tabellen.items():
        schema = DOSSIER[naam]
        frames[naam] = pl.DataFrame([{k: rij.get(k) for k in schema} for rij in rijen], schema=schema)
    return Dossier(frames, ())


def controleer_geval(regel_ids: list[str], geval: dict[str, Any], standaard: dict[str, Any] | None = None) -> Uitslag:
    """Run one case through the pipeline with the named rules."""
    tabellen = dossier(geval.get("dossier", {}))
    historie = geval.get("historie")
    return controleer(
        [bestand(geval["regels"], standaard or {}, "batch", geval.get("soort", "csv"))],
        regels=[alle_regels()[regel_id] for regel_id in regel_ids],
        codes=lees_codes(tabellen.tabellen.get("prestaties"), geval.get("tabellenmap")),
        peildatum=geval.get("peildatum", date(2026, 11, 1)),
        dossier=tabellen,
        werkmap=geval.get("werkmap", Path()),
        historie=None if historie is None else [bestand(historie, standaard or {}, "historie")],
    )


def bevindingen(uitslag: Uitslag) -> list[dict[str, Any]]:
    """Findings as plain values, gegevens parsed."""
    return [
        {**rij, "regel": rij["regelnummer"], "gegevens": json.loads(rij["gegevens"])}
        for rij in uitslag.bevindingen.to_dicts()
    ]


def casebestanden() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Every case of every rule: rule id, the case, the defaults of its file."""
    alles = []
    for pad in sorted(MAP.glob("*.yaml")):
        inhoud = yaml.load(pad.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        assert inhoud["regel"] == pad.stem, f"{pad.name} noemt regel {inhoud['regel']}"
        alles += [(inhoud["regel"], geval, inhoud.get("standaard", {})) for geval in inhoud["gevallen"]]
    return alles
