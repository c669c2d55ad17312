"""Where the column names of a CSV stand and what separates its fields; and text in UTF-16 made UTF-8.

Excel writes ``sep=;`` on the first line, tabs and UTF-16 for a "text file", and whoever makes a sheet puts a title
above it. The first lines are looked at, as text and within bounds.
"""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from pathlib import Path

from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.koppen import VOORUIT, Gevraagd, herkend, is_kop, kies_kop

LANGSTE_REGEL = 1 << 20
"""Bytes of a line, and characters of a record of several; a declaration has some hundreds, and each is read whole."""
REMEDIE = "Bewaar het als CSV in UTF-8, met puntkomma's of komma's."
_SCHEIDINGEN = ";,\t"
_SEP = re.compile('(?i)\ufeff?"?sep=(.)"?[;,\t]*\\s*')
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLOK = 1 << 20
_BEKEKEN = 1 << 16
"""Characters after which no further line is looked at for names, and bytes in which `heeft_kop` looks."""


@dataclass(frozen=True)
class Kop:
    """The column names of a file, what separates its fields, and how many lines stand above the names.

    ``titels`` are those lines that hold something, by number of line.
    """

    koppen: list[str]
    scheiding: str
    erboven: int = 0
    titels: tuple[int, ...] = ()

    @property
    def velden(self) -> int:
        """The fields of a record."""
        return len(self.koppen)

    @property
    def plaats(self) -> str:
        """Where it stands, as a message says it."""
        return f"regel {self.erboven + 1}"

    @property
    def opmerkingen(self) -> tuple[str, ...]:
        """That lines above it were passed over."""
        if not self.titels:
            return ()
        waar = f"regel {self.titels[0]}" if len(self.titels) == 1 else f"regel {self.titels[0]} t/m {self.titels[-1]}"
        return (f"{waar} boven de kolomnamen (in {self.plaats}) overgeslagen",)


def velden_van(record: str, scheiding: str) -> list[str] | None:
    """The fields of one record; None when its quotes are wrong."""
    lezer = csv.reader([record], delimiter=scheiding, strict=True, skipinitialspace=True)
    try:
        return next(lezer)
    except (csv.Error, StopIteration):
        return None


def eerste_regels(pad: Path, codering: str) -> list[str]:
    """The lines in which the names are looked for: the first, and more while they are not long."""
    regels: list[str] = []
    over = _BEKEKEN
    with pad.open(encoding=codering, errors="surrogateescape") as bestand:
        while len(regels) < VOORUIT and over > 0 and (regel := bestand.readline(2 * LANGSTE_REGEL)):
            regels.append(regel)
            over -= len(regel)
    return regels


def zoek_kop(regels: list[str], gevraagd: Gevraagd) -> Kop | None:
    """The column names in these lines, or the line that is most like them; None where none of them can be read."""
    sep = _SEP.fullmatch(regels[0]) if regels else None
    scheidingen = _SCHEIDINGEN + ("|" if sep and sep[1] == "|" else "")
    begin = 1 if sep else 0
    mogelijk = []
    for scheiding in scheidingen:
        rijen = [velden_van(regel, scheiding) or [] for regel in regels[begin:]]
        if not any(rijen):
            continue
        nummer = kies_kop(rijen, gevraagd)
        erboven = begin + nummer
        titels = tuple(nr for nr in range(begin + 1, erboven + 1) if regels[nr - 1].strip(f' \r\n"{scheiding}'))
        mogelijk.append(Kop(rijen[nummer], scheiding, erboven, titels))
    if not mogelijk:
        return None
    return max(mogelijk, key=lambda kop: (is_kop(kop.koppen, gevraagd), herkend(kop.koppen, gevraagd), kop.velden))


def heeft_kop(pad: Path, gevraagd: Gevraagd) -> bool:
    """Whether a text file of any name begins as such a table: with half of the column names that it needs, or more."""
    with pad.open("rb") as bestand:
        begin = bestand.read(_BEKEKEN)
    codering = "utf-16" if begin.startswith(_UTF16) else "latin-1"
    regels = begin.decode(codering, errors="replace").splitlines()[:VOORUIT]
    kop = zoek_kop([regel.removeprefix("ï»¿") for regel in regels], gevraagd)
    return kop is not None and kop.velden > 1 and 2 * herkend(kop.koppen, gevraagd) >= len(gevraagd.nodig)


def is_utf16(pad: Path) -> bool:
    """Whether its first bytes say so."""
    with pad.open("rb") as bestand:
        begin = bestand.read(4)
    return begin.startswith(_UTF16) and begin != codecs.BOM_UTF32_LE


def als_utf8(pad: Path, naam: str, doel: Path) -> None:
    """Copy a text in UTF-16 as UTF-8; at most half as large again. Raises Invoerfout for what is no such text."""
    try:
        with pad.open(encoding="utf-16", newline="") as lees, doel.open("w", encoding="utf-8", newline="") as schrijf:
            while stuk := lees.read(_BLOK):
                schrijf.write(stuk)
    except UnicodeError:
        raise Invoerfout(naam, "dit begint als tekst in UTF-16, maar is dat niet", REMEDIE) from None
