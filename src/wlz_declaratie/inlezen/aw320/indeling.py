"""The record layout of the return message AW320, from schemas/berichten/aw320-1.4.toml.

It follows the pattern that other Vektis return messages share; the published AW320 was not at hand.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from wlz_declaratie.basis.meegeleverd import lees_toml
from wlz_declaratie.inlezen.aw319 import indeling as aw319_indeling
from wlz_declaratie.inlezen.aw319.indeling import Rubriek

PATROON = "volgens het gedeelde Vektis-retourpatroon"
VOORBEHOUD = f"{PATROON}; controleer vóór gebruik in productie"
"""What everything that shows or writes an AW320 says of it."""

NIETS_OP_TE_MERKEN, GEHEEL_TOEGEKEND, NIET_BEOORDEELD = "0200", "8001", "8002"
GEEN_AFWIJZING = (NIETS_OP_TE_MERKEN, GEHEEL_TOEGEKEND, NIET_BEOORDEELD)
"""Retourcodes that reject nothing."""

CODES = ("retourcode_1", "retourcode_2", "retourcode_3")


@cache
def rubrieken(record: str) -> dict[str, Rubriek]:
    """The fields of record type `record` by name: those of AW319, which it repeats, and then its own.

    The closing record repeats nothing. A record of a type that AW319 does not have follows the layout of 02.
    """
    eigen = {
        naam: Rubriek("", naam, veld["type"], veld["begin"] - 1, veld["lengte"])
        for naam, veld in _bericht()[record].items()
    }
    return eigen if record == "99" else {**aw319_indeling.rubrieken(record), **eigen}


def recordlengte() -> int:
    """Bytes of a record, without CR/LF."""
    return int(_bericht()["recordlengte"])


def berichtcode() -> str:
    """The code of this message, which stands where AW319 has its own."""
    return str(_bericht()["bericht"])


@cache
def _bericht() -> dict[str, Any]:
    return lees_toml("berichten", "aw320-1.4.toml")
