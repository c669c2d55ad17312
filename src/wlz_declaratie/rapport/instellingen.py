"""What of a settings file is in force, as the head of a report says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from wlz_declaratie.diensten.instellingen.toegepast import AndereWaarde, Toegepast, Verzachting
from wlz_declaratie.kern.parameters import Periode, in_woorden
from wlz_declaratie.rapport import opmaak

MEESTE = 10
"""Values, and softened rules, that a head names; the JSON of the result has them all."""


def in_kop(toegepast: Toegepast | None) -> Iterator[tuple[str, str]]:
    """A name and a value for each line of the head; none where no file counts."""
    if toegepast is None:
        return
    tabellen: dict[str, list[str]] = {}
    for tabel, naam in toegepast.opties:
        tabellen.setdefault(tabel, []).append(naam)
    opties = "; ".join(f"[{tabel}] {', '.join(namen)}" for tabel, namen in tabellen.items())
    yield "Instellingen", f"{toegepast.bestand}{f': {opties}' if opties else ''}"
    yield from _hooguit("Eigen waarde", [waarde(een) for een in toegepast.waarden])
    yield from _hooguit("Verzacht", [verzachting(een) for een in toegepast.ernst])


def waarde(een: AndereWaarde) -> str:
    """A value with its days and source."""
    woorden = in_woorden(Periode(een.waarde, een.bron, een.van, een.tot))
    return f"{een.regel_id} {een.parameter.replace('_', ' ')}: {woorden}, volgens {een.bron} ([{een.tabel}])"


def verzachting(een: Verzachting) -> str:
    """A softened rule with the reason."""
    wat = "loopt niet" if een.ernst == "uit" else "is hooguit een signaal"
    return f"{een.regel_id} {wat}: {een.reden} ([{een.tabel}])"


def als_json(toegepast: Toegepast) -> dict[str, Any]:
    """All of it."""
    return {
        "bestand": toegepast.bestand,
        "opties": [{"tabel": tabel, "naam": naam} for tabel, naam in toegepast.opties],
        "waarden": [
            {
                "regel_id": een.regel_id,
                "parameter": een.parameter,
                "waarde": een.waarde,
                "van": een.van.isoformat() if een.van else None,
                "tot": een.tot.isoformat() if een.tot else None,
                "bron": een.bron,
                "tabel": een.tabel,
            }
            for een in toegepast.waarden
        ],
        "ernst": [
            {"regel_id": een.regel_id, "ernst": een.ernst, "reden": een.reden, "tabel": een.tabel}
            for een in toegepast.ernst
        ],
    }


def _hooguit(naam: str, teksten: Sequence[str]) -> Iterator[tuple[str, str]]:
    for tekst in teksten[:MEESTE]:
        yield naam, tekst
    if (rest := len(teksten) - MEESTE) > 0:
        yield naam, f"en nog {opmaak.getal(rest)}; `declaratie instellingen` noemt ze"
