"""How much room a sheet would take in the reader, in linear time and before the reader starts.

A parser of XML events is the one truth (`_Nauwkeurig`). It is slow, so the form in which nearly all writers put a
sheet is recognised by one pattern without backtracking (`_Snel`): that gives an upper bound, and what it does not
recognise, or finds too much, is left to the parser.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from wlz_declaratie.inlezen.xlsx.teksten import LANGSTE_CEL, Gedeeld, kaal, lees_gedeeld
from wlz_declaratie.inlezen.xlsx.xml import Lezer, Werkboekfouten
from wlz_declaratie.inlezen.xlsx.zip import BLOK, Werkboekzip

MEESTE_RIJEN = 1 << 20
MEESTE_KOLOMMEN = 1 << 14

_TEKST = rb"[^<]{0,32767}+"
_KENMERKEN = rb'(?: [A-Za-z][A-Za-z0-9:]{0,40}+="[^"<>&]{0,200}+"){0,20}+ ?+'
_RIJ = re.compile(
    rb'<row r="([1-9][0-9]{0,6}+)"' + _KENMERKEN + rb'(?:/>|>(?:<c r="[A-Z]{1,3}+\1"' + _KENMERKEN + rb"(?:/>|>"
    rb"(?:<v>" + _TEKST + rb"</v></c>|<is><t>" + _TEKST + rb"</t></is></c>|"
    rb"(?:<(?:/(?:v|f|is|t)|(?:v|f|is|t)" + _KENMERKEN + rb"/?+)>" + _TEKST + rb")*+</c>)))*+</row>)"
)
"""A row whose cells all say where they are, and say so of this row."""
_VERRE_KOLOM = re.compile(rb'<c r="([A-Z]{2,3}+)[0-9]++"[^<>]*+(?<!/)>')
_CEL_MET_FOUT = re.compile(rb'<c r="([A-Z]++)([0-9]++)"(?: (?!t=)[^ <>]*+)*+ t="e"')
_VERWIJZING = re.compile(rb' t="s"[^<>]*+><v>([^<]*+)<')
_PLAATS = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")


@dataclass
class Omvang:
    """What a sheet asks of the reader.

    ``rijen`` and ``kolommen`` reach to the last cell with anything in it, ``cellen`` counts those; ``tekst`` is the
    characters of all shared strings together, each as often as a cell refers to it. ``fouten`` are the cells with an
    error: the rows, by column (A is 1).
    """

    rijen: int = 0
    kolommen: int = 0
    cellen: int = 0
    tekst: int = 0
    fouten: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def vlak(self) -> int:
        """Cells that the reader makes room for: all up to the last row and column."""
        return self.rijen * self.kolommen


def nummer(letters: str | bytes) -> int:
    """Column number of its letters, A is 1."""
    plaats = 0
    for letter in letters.encode() if isinstance(letters, str) else letters:
        plaats = plaats * 26 + letter - ord("A") + 1
    return plaats


def omvang(zip_: Werkboekzip, deel: str, past: Callable[[Omvang], bool]) -> Omvang:
    """Of the sheet in that member: an upper bound if that `past`, else as it is. Raises Invoerfout, Werkboekfouten."""
    gedeeld = lees_gedeeld(zip_)
    snel = _snel(zip_, deel)
    if snel:
        snel.tekst = snel.cellen * gedeeld.langste
        if past(snel):
            return snel
        snel.tekst = _tekst(zip_, deel, gedeeld)
        if past(snel):
            return snel
    return _nauwkeurig(zip_, deel, gedeeld)


def _tekst(zip_: Werkboekzip, deel: str, gedeeld: Gedeeld) -> int:
    """The characters of all shared strings that the cells of a sheet in the common form refer to."""
    som, rest = 0, b""
    for blok in kaal(zip_.stukken(deel)):
        rest += blok
        einde = max(0, rest.rfind(b"<c "))
        som += sum(map(gedeeld.lengte, _VERWIJZING.findall(rest, 0, einde)))
        rest = rest[einde:][-BLOK:]
    return som + sum(map(gedeeld.lengte, _VERWIJZING.findall(rest)))


def _snel(zip_: Werkboekzip, deel: str) -> Omvang | None:
    """The extent of a sheet in the common form, else None."""
    gevonden = Omvang(kolommen=26)
    rest, in_rijen, klaar, vorige = b"", False, False, 0
    for blok in kaal(zip_.stukken(deel)):
        if klaar:
            continue
        rest += blok
        if not in_rijen:
            kop, teken, volgt = rest.partition(b"<sheetData>")
            if not teken:
                if len(rest) > BLOK:
                    return None
                continue
            if not _kop_deugt(zip_, kop + teken):
                return None
            rest, in_rijen = volgt, True
        einde = 0
        for rij in _RIJ.finditer(rest):
            if rij.start() != einde or int(rij[1]) <= vorige:
                return None
            einde, vorige = rij.end(), int(rij[1])
        _tel(gevonden, rest[:einde])
        rest = rest[einde:]
        klaar = rest.startswith(b"</sheetData>")
        # A row that is not whole yet is completed by the next block; one that never matches must not pile up.
        if not klaar and len(rest) > 4 * BLOK:
            return None
    gevonden.rijen = vorige
    return gevonden if klaar and vorige <= MEESTE_RIJEN and gevonden.kolommen <= MEESTE_KOLOMMEN else None


def _kop_deugt(zip_: Werkboekzip, kop: bytes) -> bool:
    """Whether the XML before the rows is well-formed, and ends within the sheet's data."""
    pad: list[str] = []
    lezer = Lezer(zip_, lambda naam, _: pad.append(naam), lambda _: pad.__delitem__(-1))
    try:
        lezer.parser.Parse(kop, False)
    except Werkboekfouten:
        return False
    return pad == ["worksheet", "sheetData"]


def _tel(gevonden: Omvang, rijen: bytes) -> None:
    """Take account of whole rows in the common form."""
    gevonden.cellen += rijen.count(b"<c ")
    verre = {*_VERRE_KOLOM.findall(rijen)}
    gevonden.kolommen = max([gevonden.kolommen, *map(nummer, verre)])
    if b' t="e"' in rijen:
        for letters, rij in _CEL_MET_FOUT.findall(rijen):
            gevonden.fouten[nummer(letters)].append(int(rij))


class _Nauwkeurig:
    """Counts the cells of a sheet as the reader does: one without a place comes after the one before."""

    def __init__(self, zip_: Werkboekzip, gedeeld: Gedeeld) -> None:
        self.lezer = Lezer(zip_, self.begin, self.einde)
        self.omvang = Omvang()
        self._gedeeld = gedeeld
        self._in_blad = False
        self._rij = self._kolom = 0
        self._cel: tuple[int, int] | None = None
        self._soort = ""
        self._gevuld = False
        self._tekst: list[str] = []

    def begin(self, naam: str, attributen: dict[str, str]) -> None:
        if naam == "sheetData":
            self._in_blad = True
        elif not self._in_blad:
            return
        elif naam == "c":
            self._begin_cel(attributen)
        elif naam == "row":
            if plaats := attributen.get("r"):
                if not (plaats.isascii() and plaats.isdigit() and len(plaats) <= 7):
                    raise self.lezer.weiger("een rij van het werkboek heeft geen geldig nummer")
                self._rij = int(plaats) - 1
        elif self._cel and naam in ("v", "is", "t"):
            self._gevuld = True
            self.lezer.parser.CharacterDataHandler = self._tekst.append

    def _begin_cel(self, attributen: dict[str, str]) -> None:
        if plaats := attributen.get("r"):
            gevonden = _PLAATS.fullmatch(plaats)
            if not gevonden:
                raise self.lezer.weiger("een cel van het werkboek heeft geen geldige plaats")
            self._cel = int(gevonden[2]) - 1, nummer(gevonden[1].upper()) - 1
            self._kolom = self._cel[1]
        else:
            self._cel = self._rij, self._kolom
        self._soort, self._gevuld = attributen.get("t", ""), False

    def einde(self, naam: str) -> None:
        if not self._in_blad:
            return
        if naam == "c" and self._cel:
            if self._gevuld:
                self._tel(*self._cel)
            self._cel = None
            self._kolom += 1
        elif naam == "row":
            self._rij += 1
            self._kolom = 0
        elif naam in ("v", "is"):
            self.lezer.parser.CharacterDataHandler = None
        elif naam == "sheetData":
            self._in_blad = False

    def _tel(self, rij: int, kolom: int) -> None:
        gevonden, tekst = self.omvang, "".join(self._tekst)
        self._tekst.clear()
        if rij + 1 < gevonden.rijen:
            raise self.lezer.weiger("de rijen van het werkboek staan niet op volgorde")
        gevonden.rijen = rij + 1
        gevonden.kolommen = max(gevonden.kolommen, kolom + 1)
        gevonden.cellen += 1
        if self._soort == "e":
            gevonden.fouten[kolom + 1].append(rij + 1)
        elif self._soort == "s":
            gevonden.tekst += self._gedeeld.lengte(tekst)
        elif len(tekst) > LANGSTE_CEL:
            raise self.lezer.weiger(f"een cel heeft meer dan {LANGSTE_CEL} tekens")


def _nauwkeurig(zip_: Werkboekzip, deel: str, gedeeld: Gedeeld) -> Omvang:
    teller = _Nauwkeurig(zip_, gedeeld)
    teller.lezer.neem(zip_.stukken(deel))
    return teller.omvang
