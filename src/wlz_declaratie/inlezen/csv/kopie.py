"""Copying a CSV that is not regular to one that is: a record on each line, with as many fields as the header."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.csv.kop import LANGSTE_REGEL, REMEDIE, Kop, velden_van

_LANGSTE_RECORD = 100
"""Lines that a quoted field may span; beyond it the quote is broken, so that one quote costs one line."""
MEESTE_ONLEESBAAR = 200_000
"""Lines that cannot be split into fields, of each of which a finding is made; beyond it the file is no such table."""
_LANGSTE_SLEUTEL = 40

GEEN_TEKST = re.compile("[\udc80-\udcff]")
"""What stands for a byte that the encoding does not know."""
VREEMDE_TEKENS = {"utf-8-sig": "tekens die geen UTF-8 zijn", "cp1252": "tekens die niet in Windows-1252 bestaan"}
_LEEG = " \t\r\n\x1a"
"""A line of nothing else is empty; 0x1A is how old programs end a file."""
_REGELEINDE = re.compile("[\r\n]+")


@dataclass
class _Telling:
    """How many lines, and the first."""

    aantal: int = 0
    eerste: int = 0

    def tel(self, nummer: int) -> None:
        self.eerste = self.eerste if self.aantal else nummer
        self.aantal += 1

    def __str__(self) -> str:
        if self.aantal == 1:
            return f"bestandsregel {self.eerste}"
        return f"{self.aantal} bestandsregels, de eerste {self.eerste}"


class Kopie:
    """Copies to a regular file; ``onleesbaar`` has the lines that cannot be split or decoded, as ONLEESBAAR.

    With ``bewaar`` also their text. The key is what stands at the place ``sleutel``, counted from the left, for that
    much can mostly still be told.
    """

    def __init__(self, kop: Kop, naam: str, sleutel: int | None = None, *, bewaar: bool = False) -> None:
        self.onleesbaar: list[tuple[int, str, str | None, str | None]] = []
        self._bewaar = bewaar
        self._kop, self._naam, self._sleutel = kop, naam, sleutel
        self._vreemd, self._regeleinden = _Telling(), _Telling()

    def opmerkingen(self) -> Iterator[str]:
        """What the copy holds in another way than the file, with the number of lines and the first."""
        if self._vreemd.aantal:
            yield f"het bestand is geen UTF-8; bijzondere tekens gelezen als Windows-1252 op {self._vreemd}"
        if self._regeleinden.aantal:
            yield f"regeleinde binnen een veld gelezen als spatie op {self._regeleinden}"

    def schrijf(self, bron: Path, doel: Path, codering: str) -> int:
        """The number of lines; those above the header stay behind. Raises Invoerfout when too many are unreadable."""
        nummer, scheidingen = self._kop.erboven, self._kop.velden - 1
        with (
            bron.open(encoding=codering, errors="surrogateescape") as lees,
            doel.open("w", encoding="utf-8", newline="") as schrijf,
        ):
            schrijver = csv.writer(schrijf, delimiter=self._kop.scheiding, lineterminator="\n")
            regels = _Vooruit(islice(lees, nummer, None))
            for regel in regels:
                nummer += 1
                if not regel.isascii() and not self._is_tekst(nummer, regel, codering):
                    schrijf.write("\n")
                elif '"' not in regel and regel.count(self._kop.scheiding) == scheidingen:
                    schrijf.write(regel)
                elif not regel.strip(_LEEG):
                    schrijf.write("\n")
                else:
                    velden, extra, reden = _record(regel, regels, self._kop)
                    if velden:
                        schrijver.writerow(self._op_een_regel(nummer, velden, codering) if extra else velden)
                    else:
                        schrijf.write("\n")
                        self._lees_niet(nummer, regel, reden)
                    schrijf.write("\n" * extra)
                    nummer += extra
        return nummer

    def _is_tekst(self, nummer: int, regel: str, codering: str) -> bool:
        """Whether a line is text; in Windows-1252 it is noted."""
        if GEEN_TEKST.search(regel):
            self._lees_niet(nummer, regel, f"de regel bevat {VREEMDE_TEKENS[codering]}")
            return False
        if codering == "cp1252":
            self._vreemd.tel(nummer)
        return True

    def _op_een_regel(self, nummer: int, velden: list[str], codering: str) -> list[str]:
        if codering == "cp1252" and not "".join(velden).isascii():
            self._vreemd.tel(nummer)
        self._regeleinden.tel(nummer)
        return [_REGELEINDE.sub(" ", veld) for veld in velden]

    def _lees_niet(self, nummer: int, regel: str, reden: str) -> None:
        self.onleesbaar.append((nummer, reden, self._sleutel_van(regel), _heel(regel) if self._bewaar else None))
        if len(self.onleesbaar) > MEESTE_ONLEESBAAR:
            raise Invoerfout(
                self._naam,
                f"meer dan {MEESTE_ONLEESBAAR} bestandsregels zijn niet te lezen, de eerste op bestandsregel "
                f"{self.onleesbaar[0][0]}: {self.onleesbaar[0][1]}",
                REMEDIE,
            )

    def _sleutel_van(self, regel: str) -> str | None:
        if self._sleutel is None:
            return None
        velden = regel.split(self._kop.scheiding, self._sleutel + 1)
        veld = velden[self._sleutel].strip(' \t\r\n"') if len(velden) > self._sleutel else ""
        return veld if veld.isascii() and len(veld) <= _LANGSTE_SLEUTEL else None


def _heel(regel: str) -> str:
    """The line as text; bytes that are none in its encoding as if they were of ISO-8859-1, which has all."""
    gewoon = GEEN_TEKST.sub(lambda byte: chr(ord(byte[0]) - 0xDC00), regel)
    return gewoon.rstrip("\r\n")


def _record(regel: str, regels: _Vooruit, kop: Kop) -> tuple[list[str] | None, int, str]:
    """The fields of the record that begins here and how many further lines it took; or None and why."""
    velden = velden_van(regel, kop.scheiding)
    extra = 0
    if velden is None and regel.count('"') % 2:
        delen, lengte = [regel], len(regel)
        for volgende in regels.kijk(_LANGSTE_RECORD):
            lengte += len(volgende)
            if lengte > LANGSTE_REGEL or GEEN_TEKST.search(volgende):
                break
            delen.append(volgende)
            extra += 1
            if volgende.count('"') % 2:
                velden = velden_van("".join(delen), kop.scheiding)
                break
    # Further lines that do not complete a record of the right width stay lines of their own.
    if velden is None or (extra and len(velden) != kop.velden):
        return None, 0, "een aanhalingsteken staat verkeerd of is niet gesloten"
    if len(velden) != kop.velden:
        return None, 0, f"de regel heeft {len(velden)} velden en de kop {kop.velden}"
    regels.sla_over(extra)
    return velden, extra, ""


class _Vooruit(Iterator[str]):
    """Lines that can be looked at before they are taken."""

    def __init__(self, bron: Iterator[str]) -> None:
        self._bron = bron
        self._gezien: deque[str] = deque()

    def __next__(self) -> str:
        return self._gezien.popleft() if self._gezien else next(self._bron)

    def kijk(self, hooguit: int) -> Iterator[str]:
        """The next lines, at most so many, which stay to be taken."""
        for nummer in range(hooguit):
            if nummer == len(self._gezien):
                try:
                    self._gezien.append(next(self._bron))
                except StopIteration:
                    return
            yield self._gezien[nummer]

    def sla_over(self, aantal: int) -> None:
        """Take so many lines."""
        for _ in range(aantal):
            next(self)
