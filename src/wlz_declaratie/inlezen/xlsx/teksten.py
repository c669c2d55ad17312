"""The texts of a workbook that cells refer to: each cell gets a copy, so that their lengths count as often.

The form in which nearly all writers put them is recognised by a pattern without backtracking; what that does not
know is left to the parser.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wlz_declaratie.inlezen.xlsx.xml import Lezer
from wlz_declaratie.inlezen.xlsx.zip import BLOK, Werkboekzip

LANGSTE_CEL = 32_767
"""Characters of a cell, by Excel's own limits."""

GEDEELD = "xl/sharedStrings.xml"

_WORTEL = re.compile(rb"<([A-Za-z0-9]{1,20}+:)(?:worksheet|sst)[ >]")
_REEKS = re.compile(rb"(?:<si><t(?: xml:space=\"preserve\")?+>[^<]{0,32767}+</t></si>)*+")


@dataclass
class Gedeeld:
    """The lengths of the shared strings; not ``zeker`` when the reader may pass one over, which shifts all after it."""

    lengtes: array[int] = field(default_factory=lambda: array("L"))
    langste: int = 0
    zeker: bool = True

    def voeg_toe(self, lengtes: Iterable[int]) -> None:
        """More of them."""
        begin = len(self.lengtes)
        self.lengtes.extend(lengtes)
        nieuw = self.lengtes[begin:]
        self.langste = max(self.langste, max(nieuw, default=0))
        self.zeker = self.zeker and 0 not in nieuw

    def lengte(self, verwijzing: str | bytes) -> int:
        """Of the one that a cell refers to; the longest where that is not certain."""
        if self.zeker and verwijzing.isascii() and verwijzing.isdigit() and len(verwijzing) < 10:
            nummer = int(verwijzing)
            return self.lengtes[nummer] if nummer < len(self.lengtes) else self.langste
        return self.langste


def kaal(blokken: Iterable[bytes]) -> Iterator[bytes]:
    """The XML without the one prefix that all of its elements may have: the reader goes by the name after it."""
    voor, rest = None, b""
    for blok in blokken:
        if voor is None:
            gevonden = _WORTEL.search(blok, 0, BLOK >> 6)
            voor = gevonden[1] if gevonden else b""
        rest += blok
        einde = rest.rfind(b"<") if voor else -1
        if einde < 0 or len(rest) - einde > BLOK:
            einde = len(rest)
        yield _zonder(rest[:einde], voor)
        rest = rest[einde:]
    yield _zonder(rest, voor or b"")


def _zonder(blok: bytes, voor: bytes) -> bytes:
    return blok.replace(b"<" + voor, b"<").replace(b"</" + voor, b"</") if voor else blok


def lees_gedeeld(zip_: Werkboekzip) -> Gedeeld:
    """The shared strings, by the pattern when they have the common form."""
    if GEDEELD.lower() not in zip_.namen:
        return Gedeeld()
    gevonden, rest, in_lijst = Gedeeld(), b"", False
    for blok in kaal(zip_.stukken(GEDEELD)):
        rest += blok
        if not in_lijst:
            begin = rest.find(b"<si>")
            if begin < 0 or b"<!" in rest[:begin] or rest.count(b"<sst", 0, begin) != 1:
                return _gedeeld_nauwkeurig(zip_)
            rest, in_lijst = rest[begin:], True
        heel = _REEKS.match(rest)
        einde = heel.end() if heel else 0
        stukken = rest[:einde].split(b"<si>")
        gevonden.voeg_toe(len(tekst) - len(b"<t></t></si>") for tekst in stukken[1:])
        rest = rest[einde:]
        if len(rest) > BLOK:
            return _gedeeld_nauwkeurig(zip_)
    if rest.strip() != b"</sst>":
        return _gedeeld_nauwkeurig(zip_)
    return gevonden


def _gedeeld_nauwkeurig(zip_: Werkboekzip) -> Gedeeld:
    """The shared strings by the parser. Raises Invoerfout for one longer than a cell can hold."""
    gevonden = Gedeeld()
    lengte = 0

    def begin(naam: str, _: dict[str, str]) -> None:
        nonlocal lengte
        if naam == "si":
            lengte = 0

    def einde(naam: str) -> None:
        if naam == "si":
            if lengte > LANGSTE_CEL:
                raise lezer.weiger(f"een cel heeft meer dan {LANGSTE_CEL} tekens")
            gevonden.voeg_toe([lengte])

    def tekst(stuk: str) -> None:
        nonlocal lengte
        lengte += len(stuk)

    lezer = Lezer(zip_, begin, einde)
    lezer.parser.CharacterDataHandler = tekst
    lezer.neem(zip_.stukken(GEDEELD))
    return gevonden
