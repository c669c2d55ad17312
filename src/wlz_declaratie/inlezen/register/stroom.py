"""JSON read as a stream: lists and objects are walked in the file, and only one part of them is ever held.

The parser is that of Python, which takes its depth from the interpreter and never the process; around it stands a
window on the file. So a file of a gigabyte costs what its biggest part costs. A streaming library (ijson) was as fast
and as small, and says nothing of a key that comes twice.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

MEESTE_BYTES = 2 << 30
"""Of a file; every client of the Wlz with all allocations is a quarter of that."""
MEESTE_PER_DEEL = 4 << 20
"""Characters of one part; as Python values these may take forty times that. A client with every allocation has a few
thousand."""
MEESTE_DELEN = 5_000_000
"""Parts of a file, or rows from them; all clients of the Wlz together have some two million allocations."""
MINST_PER_DEEL = 40
"""Bytes of the file for each part and row, beyond the first so many; only a hostile file has less."""
_ZOMAAR = 100_000

MEESTE_VELDEN = 10_000
"""Names in an object that is walked; an answer has a few."""

_BLOK = 1 << 20
_GEEN_UTF8 = re.compile("[\udc80-\udcff]")
_WIT = re.compile(r"[ \t\n\r]*")


class Onleesbaar(Exception):
    """The file is no JSON, or JSON beyond the bounds; says in Dutch why."""


def _uniek(paren: list[tuple[str, object]]) -> dict[str, object]:
    # Which of two values counts, differs from one parser to another: whoever wrote both may mean to deceive.
    object_ = dict(paren)
    if len(object_) != len(paren):
        raise Onleesbaar(DUBBEL)
    return object_


def _geen_getal(naam: str) -> NoReturn:
    raise ValueError(naam)


DUBBEL = "een veld staat er twee keer in één object"
DIEP = "te diep genest"
BREED = f"meer dan {MEESTE_VELDEN} velden in één object"
GROOT = f"groter dan {MEESTE_BYTES >> 30} GB"
GEEN_JSON = "geen leesbare JSON"
GEEN_UTF8 = "geen UTF-8"
TE_VEEL = f"meer dan {MEESTE_DELEN} onderdelen of rijen, of meer dan bij de grootte van het bestand past"
DEEL_GROOT = f"geen leesbare JSON, of een onderdeel groter dan {MEESTE_PER_DEEL >> 20} MB"
AFGEBROKEN = "het bestand breekt af"

_LEZER = json.JSONDecoder(object_pairs_hook=_uniek, parse_float=str, parse_constant=_geen_getal)
"""A number with a point stays text: nothing in a register is one, and so it cannot overflow."""


class Stroom:
    """A JSON text, read from where it stands; every method raises Onleesbaar for what cannot be read."""

    def __init__(self, bestand: BinaryIO) -> None:
        self._bestand = bestand
        self._naar_tekst = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._geen_utf8 = False
        self._tekst, self._plek = "", 0
        self._delen = 0
        self.gelezen = 0
        """Bytes taken from the file so far."""

    def volgend(self) -> str:
        """The next character that is no white space, without taking it; empty at the end of the file."""
        # Once for every part of a file: what stands here is hardly ever white space.
        if self._plek < len(self._tekst) and (teken := self._tekst[self._plek]) > " ":
            return teken
        while True:
            wit = _WIT.match(self._tekst, self._plek)
            self._plek = wit.end() if wit else self._plek
            if self._plek < len(self._tekst):
                return self._tekst[self._plek]
            if not self._vul(_BLOK):
                return ""

    def waarde(self) -> object:
        """The value that stands here, whole."""
        self.volgend()
        while True:
            try:
                waarde, eind = _LEZER.raw_decode(self._tekst, self._plek)
            except RecursionError:
                raise Onleesbaar(DIEP) from None
            except ValueError:
                # Either it is no JSON, or the rest of it is not in the window yet.
                nog = len(self._tekst) - self._plek
                if nog > MEESTE_PER_DEEL:
                    raise Onleesbaar(DEEL_GROOT) from None
                if not self._vul(max(_BLOK, nog)):
                    raise Onleesbaar(AFGEBROKEN if nog == 0 else GEEN_JSON) from None
                continue
            # A number at the very end of the window may go on behind it.
            if eind < len(self._tekst) or not self._vul(_BLOK):
                self._plek = eind
                return waarde

    def lijst(self) -> Iterator[object]:
        """The values of the list that begins here, one by one."""
        for _ in self._leden("[", "]"):
            self._delen += 1
            if self._delen > _ZOMAAR:
                self.begrens(self._delen)
            yield self.waarde()

    def begrens(self, aantal: int) -> None:
        """Refuse more parts, or rows from them, than a file that has been read so far can have."""
        if aantal > min(MEESTE_DELEN, _ZOMAAR + self.gelezen // MINST_PER_DEEL):
            raise Onleesbaar(TE_VEEL)

    def velden(self) -> Iterator[str]:
        """The names in the object that begins here; whoever asks takes the value of each."""
        gezien = set()
        for _ in self._leden("{", "}"):
            naam = self.waarde() if self.volgend() == '"' else None
            if not isinstance(naam, str) or not self._neem(":"):
                raise Onleesbaar(GEEN_JSON)
            if naam in gezien:
                raise Onleesbaar(DUBBEL)
            gezien.add(naam)
            if len(gezien) > MEESTE_VELDEN:
                raise Onleesbaar(BREED)
            yield naam

    def sla_over(self) -> None:
        """Pass over the value that stands here, a list part by part."""
        if self.volgend() == "[":
            for _ in self.lijst():
                pass
        else:
            self.waarde()

    def besluit(self) -> None:
        """Nothing may follow."""
        if self.volgend():
            raise Onleesbaar(GEEN_JSON)

    def _leden(self, open_: str, dicht: str) -> Iterator[None]:
        self._eis(open_)
        if self._neem(dicht):
            return
        while True:
            yield
            if (teken := self.volgend()) == dicht:
                self._plek += 1
                return
            if teken != ",":
                raise Onleesbaar(GEEN_JSON if teken else AFGEBROKEN)
            self._plek += 1

    def _neem(self, teken: str) -> bool:
        if self.volgend() != teken:
            return False
        self._plek += 1
        return True

    def _eis(self, teken: str) -> None:
        if not self._neem(teken):
            raise Onleesbaar(GEEN_JSON if self.volgend() else AFGEBROKEN)

    def _vul(self, aantal: int) -> bool:
        """Let the window go on; whether there was more."""
        blok = self._bestand.read(aantal)
        self.gelezen += len(blok)
        if self.gelezen > MEESTE_BYTES:
            raise Onleesbaar(GROOT)
        if self._geen_utf8:
            raise Onleesbaar(GEEN_UTF8)
        erbij = self._naar_tekst.decode(blok, final=not blok)
        if not erbij.isascii() and (half := _GEEN_UTF8.search(erbij)):
            # What stands before it is read first: that tells what kind of file it is.
            self._geen_utf8, erbij = True, erbij[: half.start()]
        self._tekst, self._plek = self._tekst[self._plek :] + erbij, 0
        return bool(blok) or self._geen_utf8
