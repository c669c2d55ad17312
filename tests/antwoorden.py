"""Saved answers of the registers, as a provider's query gives them; every field that is given replaces one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Object = dict[str, Any]

BSN, ANDER = "999900006", "999900018"


def indicatie(bsn: str = BSN, *pakketten: Object, **velden: Any) -> Object:
    """An element of wlzIndicatie; without packages it has one."""
    nummer = velden.get("besluitnummer", 100000001)
    return {
        "wlzindicatieID": f"i-{bsn}-{nummer}",
        "bsn": bsn,
        "besluitnummer": nummer,
        "soortWlzindicatie": "1",
        "ingangsdatum": "2018-01-01",
        "einddatum": None,
        "vervaldatum": None,
        "client": {"bsn": bsn, "geboorteDatum": "1940-05-01", "geboortedatumGebruik": None, "contactPersoon": None},
        "geindiceerdZorgzwaartepakket": list(pakketten) or [pakket()],
        **velden,
    }


def pakket(**velden: Any) -> Object:
    """An element of geindiceerdZorgzwaartepakket."""
    return {"zzpCode": "755", "ingangsdatum": "2019-01-01", "einddatum": "2021-12-31", "financiering": "1", **velden}


def specificatie(id_: str | None = "s1", bsn: str | None = BSN, **velden: Any) -> Object:
    """An element of bemiddelingspecificatie; with a bsn it has the bemiddeling that leads to it."""
    boven = {} if bsn is None else {"bemiddeling": {"bemiddelingID": "b", "client": {"bsn": bsn}}}
    return {
        "bemiddelingspecificatieID": id_,
        "leveringsvorm": "8",
        "zzpCode": "755",
        "toewijzingIngangsdatum": "2019-02-01",
        "toewijzingEinddatum": "2019-12-31",
        "instelling": "06290101",
        "uitvoerendZorgkantoor": "5501",
        "vaststellingMoment": "2026-01-12T09:30:00.000Z",
        "percentage": 12000,
        "redenIntrekking": None,
        "etmalen": "3,5",
        "soortToewijzing": "1",
        **boven,
        **velden,
    }


def zonder(object_: Object, *velden: str) -> Object:
    """What the answer is when the query did not ask these."""
    return {naam: waarde for naam, waarde in object_.items() if naam not in velden}


def antwoord(**lijsten: Any) -> Object:
    """An answer with these lists."""
    return {"data": lijsten}


def schrijf(map_: Path, **bestanden: Object | str | bytes) -> Path:
    """Files ``<name>.json`` in the folder: an object, or the text or bytes as they are."""
    for naam, inhoud in bestanden.items():
        tekst = json.dumps(inhoud) if isinstance(inhoud, dict) else inhoud
        (map_ / f"{naam}.json").write_bytes(tekst if isinstance(tekst, bytes) else tekst.encode())
    return map_
