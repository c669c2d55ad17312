"""A result as JSON: the findings one by one into a table, all else as plain values; nothing deep, nothing endless."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable
from typing import Any

import polars as pl

from wlz_declaratie.contract.tabellen import NIEUW, SOMS
from wlz_declaratie.diensten.bevindingen import UITSLAG

GEEN_UITSLAG = (LookupError, TypeError, ValueError, ArithmeticError, RecursionError, pl.exceptions.PolarsError)
"""What something that is no result makes the functions of this package raise."""


class Deel(Exception):
    """What was shown of a result, and not all of it."""


MEESTE_BYTES_REST = 32 << 20
"""All of a result but its findings; what is read of it at once may take twenty times its size."""
GELEZEN = pl.Schema({**UITSLAG, **dict.fromkeys(("begindatum", "einddatum", *SOMS), pl.String)})
"""Findings as they stand in the text."""

_SAMEN = 50_000
"""Findings that are turned into a table at a time."""
_VENSTERS = (2 << 10, 16 << 10, 128 << 10, 1 << 20)
"""Bytes in which a finding must end: nearly always, seldom, and at most."""
_BEGIN = re.compile(rb'"bevindingen"\s*:\s*\[\s*')
_VERDER = re.compile(rb"\s*([,\]])\s*")


def ontleed(inhoud: bytes) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The findings (GELEZEN), and what stands around them. Raises one of GEEN_UITSLAG."""
    begin = _BEGIN.search(inhoud)
    if begin is None:
        raise ValueError
    delen, rijen = [pl.DataFrame(schema=GELEZEN)], list[tuple[Any, ...]]()
    einde = begin.end()
    verder = b"" if inhoud.startswith(b"]", einde) else b","
    while verder == b",":
        bevinding, einde = _een(inhoud, einde)
        rijen.append(_rij(bevinding))
        gevonden = _VERDER.match(inhoud, einde)
        if gevonden is None:
            raise ValueError
        verder, einde = gevonden[1], gevonden.end()
        if len(rijen) == _SAMEN or verder == b"]":
            delen.append(pl.DataFrame(rijen, schema=GELEZEN, orient="row"))
            rijen.clear()
    buiten = rest(b"".join([inhoud[: begin.end()], b"]" if verder else b"", inhoud[einde:]]))
    if buiten["bevindingen"] != []:
        raise ValueError
    return pl.concat(delen), buiten


def rest(inhoud: bytes) -> dict[str, Any]:
    """A result without its findings. Raises one of GEEN_UITSLAG, and Deel for a choice out of one."""
    if len(inhoud) > MEESTE_BYTES_REST:
        raise ValueError
    leden = json.loads(inhoud, parse_constant=_geen_getal)
    if not isinstance(leden, dict):
        raise TypeError
    if "keuze" in leden:
        raise Deel
    return leden


def als_bevindingen(lijst: Iterable[Any]) -> pl.DataFrame:
    """Findings (GELEZEN) out of a list of objects. Raises one of GEEN_UITSLAG."""
    return pl.DataFrame([_rij(bevinding) for bevinding in lijst], schema=GELEZEN, orient="row")


def zuiver(gegevens: str) -> str:
    """A JSON object as we write it. Raises one of GEEN_UITSLAG where it is none."""
    waarden = json.loads(gegevens, parse_constant=_geen_getal)
    if not isinstance(waarden, dict):
        raise TypeError
    return _geschreven(waarden)


def _geschreven(gegevens: Any) -> str:
    return json.dumps(gegevens, ensure_ascii=False, separators=(",", ":"))


def _een(inhoud: bytes, begin: int) -> tuple[Any, int]:
    """One finding, and where it ends; ValueError when it does not end within the widest window."""
    for venster in _VENSTERS:
        # Not final: a window may end within a character.
        tekst, _ = codecs.utf_8_decode(inhoud[begin : begin + venster], "strict", False)
        try:
            bevinding, lengte = _LEZER.raw_decode(tekst)
        except ValueError:
            continue
        return bevinding, begin + (lengte if tekst.isascii() else len(tekst[:lengte].encode()))
    raise ValueError


def _geen_getal(naam: str) -> Any:
    raise ValueError(naam)


_LEZER = json.JSONDecoder(parse_constant=_geen_getal)
_SOORTEN = {kolom: int if soort in (pl.UInt32, pl.Int64) else str for kolom, soort in GELEZEN.items()}
del _SOORTEN["gegevens"]


def _rij(bevinding: dict[str, Any]) -> tuple[Any, ...]:
    """The fields of a finding. Raises for any other type."""
    if not isinstance(bevinding["gegevens"], dict):
        raise TypeError
    rij = {**dict.fromkeys((*NIEUW, *SOMS)), **bevinding, "gegevens": _geschreven(bevinding["gegevens"])}
    for kolom, soort in _SOORTEN.items():
        waarde = rij[kolom]
        if waarde is not None and type(waarde) is not soort:
            raise TypeError(kolom)
    return tuple(map(rij.__getitem__, GELEZEN))
