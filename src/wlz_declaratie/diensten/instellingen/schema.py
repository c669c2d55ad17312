"""The settings file as a JSON schema, so that an editor helps to write it: from what the reader goes by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wlz_declaratie.diensten.instellingen.beleid import ERNSTEN, LANGSTE_TEKST, MEESTE_WAARDEN, SLEUTELS
from wlz_declaratie.diensten.instellingen.kolommen import LANGSTE_KOP, bekende_kolommen
from wlz_declaratie.diensten.instellingen.lezen import (
    DECLARANT,
    ERNST,
    KOLOMMEN,
    UZOVI,
    VAN_WIE,
    WAARDEN,
    Opdrachten,
    per_batch,
)
from wlz_declaratie.diensten.instellingen.optie import Optie, Soort
from wlz_declaratie.kern.regel import Regel, alle_regels

_SOORTEN: Mapping[Soort, str] = {"ja/nee": "boolean", "geheel getal": "integer", "getal": "number"}
_TEKST = {"type": "string", "minLength": 1, "maxLength": LANGSTE_TEKST}
_DAG = {"type": "string", "format": "date"}


def schema(opdrachten: Opdrachten) -> dict[str, Any]:
    """The schema, of our own rules: those of a rule pack are elsewhere."""
    eigen = [regel for regel in alle_regels().values() if regel.pakket is None]
    groepen: dict[str, dict[str, Any]] = {}
    delen: dict[str, Any] = {}
    for naam, opties in opdrachten.items():
        groep, _, opdracht = naam.partition(".")
        tabel = _tabel(f"Opties van `declaratie {naam.replace('.', ' ')}`.", _opties(opties))
        if opdracht:
            groepen.setdefault(groep, {})[opdracht] = tabel
        else:
            delen[naam] = tabel
    delen |= {groep: _tabel(f"Opties van `declaratie {groep} ...`.", leden) for groep, leden in groepen.items()}
    beleid = {WAARDEN: {"$ref": "#/$defs/waarden"}, ERNST: {"$ref": "#/$defs/ernst"}}
    per_wie = _tabel("Wat voor een batch van alleen deze anders is.", {**_opties(per_batch(opdrachten)), **beleid})
    for soort in (DECLARANT, UZOVI):
        vorm, woorden, _ = VAN_WIE[soort]
        delen[soort] = {
            "description": f"Per {soort} ({woorden}) eigen dossier, controleregels, waarden en ernst.",
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {f"^{vorm.pattern}$": {"$ref": "#/$defs/per_wie"}},
        }
    kop = {"type": "string", "minLength": 1, "maxLength": LANGSTE_KOP}
    kolommen = _tabel("Hoe een kolom in jouw bestanden heet.", dict.fromkeys(bekende_kolommen(), kop))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "declaratie.toml",
        "description": "De instellingen van `declaratie`, voor een editor. Gemaakt uit de opdrachten zelf.",
        "type": "object",
        "additionalProperties": False,
        "required": [],
        "properties": {**delen, KOLOMMEN: kolommen, **beleid},
        "$defs": {
            "per_wie": per_wie,
            "waarden": _waarden(eigen),
            "ernst": _ernst(eigen),
            "verzachting": _verzachting(),
        },
    }


def _tabel(uitleg: str, leden: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": uitleg, "type": "object", "additionalProperties": False, "properties": dict(leden)}


def _opties(opties: Mapping[str, Optie]) -> dict[str, Any]:
    return {naam: _optie(optie) for naam, optie in opties.items()}


def _optie(optie: Optie) -> dict[str, Any]:
    een: dict[str, Any] = {"type": _SOORTEN.get(optie.soort, "string")}
    if optie.waarden:
        een["enum"] = list(optie.waarden)
    if optie.soort == "datum":
        een["format"] = "date"
    een |= {
        naam: grens for naam, grens in (("minimum", optie.minstens), ("maximum", optie.hoogstens)) if grens is not None
    }
    if optie.vaker or optie.komma:
        een = {"oneOf": [een, {"type": "array", "minItems": 1, "items": een}]}
    return {"description": optie.hulp, **een}


def _waarden(regels: list[Regel]) -> dict[str, Any]:
    namen = sorted({naam for regel in regels for naam in regel.parameters.perioden})
    leden: dict[str, Any] = {
        "regel": {"enum": [regel.id for regel in regels if regel.parameters.perioden]},
        "parameter": {"enum": namen, "description": "Zoals `declaratie uitleg REGEL` hem noemt."},
        "van": _DAG,
        "tot": _DAG,
        "waarde": {"type": ["integer", "string", "array"], "minimum": 0},
        "bron": {**_TEKST, "description": "Waar dit staat; het komt in elke uitslag."},
    }
    rij = _tabel("Een waarde in plaats van die van de catalogus.", {naam: leden[naam] for naam in SLEUTELS})
    rij["required"] = ["regel", "parameter", "waarde", "bron"]
    return {"description": "Waarden van eigen beleid.", "type": "array", "maxItems": MEESTE_WAARDEN, "items": rij}


def _ernst(regels: list[Regel]) -> dict[str, Any]:
    een = {"$ref": "#/$defs/verzachting"}
    return _tabel("Controleregels die niets afkeuren (signaal) of niet lopen (uit).", {r.id: een for r in regels})


def _verzachting() -> dict[str, Any]:
    een = _tabel("Verzacht deze controleregel.", {"ernst": {"enum": list(ERNSTEN)}, "reden": _TEKST})
    return {**een, "required": ["ernst", "reden"]}
