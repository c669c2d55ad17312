"""The header of an AW319 message: where it stands, and the layout of the version that it names."""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wlz_declaratie.contract.berichten import STANDAARD, Indeling, edities, indelingen, opgesomd
from wlz_declaratie.inlezen.aw319.bestand import BEGIN
from wlz_declaratie.inlezen.basis import Invoerfout

_VENSTER = 20
"""Records at the start of the file in which a line end must show, or the file has none."""

_STAP = 8 << 20
"""Bytes looked through at a time."""


@dataclass(frozen=True)
class Kop:
    """The header record as it stands, its line, and what ends a line in this file (empty: nothing does).

    ``indeling`` is the layout of the version that it names. ``heel``: the record has its own length, so that its
    fields are at their places.
    """

    record: str
    regelnummer: int
    regeleinde: bytes
    indeling: Indeling
    heel: bool = True


def zoek_kop(pad: Path, naam: str) -> Kop:
    """The header record: a first line that begins with 01 and code 187, or else a whole header anywhere.

    A first line of the right length that begins with 01 is a header with a wrong code. Otherwise Invoerfout. A header
    of an unknown version gets the layout of its own length, or else the usual one.
    """
    with pad.open("rb") as bestand, mmap.mmap(bestand.fileno(), 0, access=mmap.ACCESS_READ) as inhoud:
        mogelijk = next(filter(None, (_koppen(patroon, inhoud) for patroon in _PATRONEN)), None)
        if mogelijk is None:
            raise _geen_bericht(naam)
        gevonden, indeling = min(mogelijk, key=lambda een: _gewicht(inhoud, *een))
        lengte = indeling.recordlengte
        venster = inhoud[: _VENSTER * lengte].rstrip(b"\r\n\x1a")
        regeleinde = next((einde for einde in (b"\n", b"\r") if einde in venster), b"\n"[: len(venster) <= lengte])
        regelnummer = _aantal(inhoud, regeleinde, gevonden.start(1)) + 1 if regeleinde else 1
        volgt = inhoud[gevonden.end(1) : gevonden.end(1) + 2]
        afgelopen = not regeleinde or volgt[:1] in (b"", b"\r", b"\n", b"\x1a") or volgt in BEGIN
        heel = len(gevonden[1]) == lengte and afgelopen
        return Kop(gevonden[1].decode("latin-1"), regelnummer, regeleinde, indeling, heel)


_PATRONEN: tuple[Callable[[Indeling], bytes], ...] = (
    lambda een: rb"\A(?:\xef\xbb\xbf)?(01%b[^\r\n]{0,%d})" % (een.bericht.encode(), een.recordlengte - 5),
    lambda een: rb"\A(01[^\r\n]{%d})(?:[\r\n]|\Z)" % (een.recordlengte - 2),
    lambda een: rb"[\r\n](01%b[^\r\n]{%d})" % (een.bericht.encode(), een.recordlengte - 5),
)
"""Where a header may stand, the surest first."""


def _koppen(patroon: Callable[[Indeling], bytes], inhoud: mmap.mmap) -> list[tuple[re.Match[bytes], Indeling]]:
    """What may be the header, by each layout by which it may be one."""
    return [(kop, een) for een in indelingen("aw319") if (kop := re.search(patroon(een), inhoud))]


def _gewicht(inhoud: mmap.mmap, kop: re.Match[bytes], indeling: Indeling) -> tuple[bool, bool, bool]:
    """The least is the layout: of the version that the header names, else of its length, else the usual one."""
    heel = len(kop[1]) == indeling.recordlengte and inhoud[kop.end(1) : kop.end(1) + 1] in (b"", b"\r", b"\n", b"\x1a")
    return not indeling.past_bij(kop[1].decode("latin-1")), not heel, indeling.editie != STANDAARD


def _aantal(inhoud: mmap.mmap, teken: bytes, tot: int) -> int:
    """How often a byte occurs before a place, a block at a time."""
    return sum(inhoud[begin : min(begin + _STAP, tot)].count(teken) for begin in range(0, tot, _STAP))


def _geen_bericht(naam: str) -> Invoerfout:
    bekend = indelingen("aw319")
    code, lengten = opgesomd(een.bericht for een in bekend), opgesomd(een.recordlengte for een in bekend)
    reden = f"geen AW319-bericht: er is geen voorlooprecord (01 met berichtcode {code})"
    welk = f"v{edities('aw319', ' of v')}: records van {lengten} tekens"
    return Invoerfout(naam, reden, f"Geef een AW319-bericht {welk} in ISO-8859-1, elk met CR/LF.", "regel 1")
