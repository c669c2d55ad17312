"""Which sheet of a workbook holds the table: the first rows of each, as text, without reading the sheet.

Nothing rests on what is found here but the choice: the sheet that is chosen is looked through and read as any other,
and where this look fails that is the first one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.koppen import VOORUIT, Gevraagd, herkend, is_kop
from wlz_declaratie.inlezen.xlsx.teksten import GEDEELD
from wlz_declaratie.inlezen.xlsx.xml import Bladnaam, Lezer, Werkboekfouten, boek
from wlz_declaratie.inlezen.xlsx.zip import KAPOT, Werkboekzip, gelijk

MEESTE_BEKEKEN = 50
MEESTE_KOPPEN = 500
LANGSTE_KOP = 120
"""Sheets of a workbook that are looked at, headings of each row, and characters of each."""


@dataclass(frozen=True)
class Keuze:
    """The sheet to read, 0 is the first, and the others that have the columns of the table as well."""

    blad: int = 0
    ook: frozenset[int] = frozenset()


class _Genoeg(Exception):
    """What is needed was seen."""


def kies_blad(pad: Path, naam: str, gevraagd: Gevraagd) -> Keuze:
    """The first sheet that has the columns of the table, a hidden one last; where none has, the one that knows most.

    That one then says what is missing: a title page before it knows none.
    """
    try:
        # An open workbook of its own: what is unpacked here in part must not count as looked through.
        with Werkboekzip(pad, naam) as zip_:
            bladen = boek(zip_).bladen[:MEESTE_BEKEKEN]
            koppen = _mogelijke_koppen(zip_, bladen) if len(bladen) > 1 else []
    except (Invoerfout, *KAPOT, *Werkboekfouten):
        return Keuze()
    passend = [nummer for nummer, rijen in enumerate(koppen) if any(is_kop(rij, gevraagd) for rij in rijen)]
    if not passend:
        kent = [max((herkend(rij, gevraagd) for rij in rijen), default=0) for rijen in koppen]
        return Keuze(kent.index(max(kent))) if kent else Keuze()
    gekozen = 0 if 0 in passend else min(passend, key=lambda nummer: (bladen[nummer].verborgen, nummer))
    return Keuze(gekozen, frozenset(passend) - {gekozen})


def _mogelijke_koppen(zip_: Werkboekzip, bladen: Sequence[Bladnaam]) -> list[list[list[str]]]:
    """The first rows of each sheet, in one of which the headings may stand."""
    rijen = [_eerste_rijen(zip_, blad.deel) for blad in bladen]
    verwijzingen = {int(cel[1:]) for blad in rijen for rij in blad for cel in rij if cel[:1] == "s"}
    gedeeld = _gedeelde_teksten(zip_, verwijzingen)

    def koppen(rij: Sequence[str]) -> list[str]:
        return [gedeeld.get(int(cel[1:]), "") if cel[:1] == "s" else cel[1:] for cel in rij]

    return [[koppen(rij) for rij in blad] for blad in rijen]


def _eerste_rijen(zip_: Werkboekzip, deel: str) -> list[list[str]]:
    """The cells of the first rows: ``s12`` for shared string 12, ``t`` and the text for any other."""
    rijen: list[list[str]] = []
    soort = waarde = ""

    def begin(element: str, attributen: dict[str, str]) -> None:
        nonlocal soort, waarde
        if element == "row":
            if len(rijen) == VOORUIT or int(attributen.get("r") or 0) > VOORUIT:
                raise _Genoeg
            rijen.append([])
        elif element == "c":
            soort, waarde = attributen.get("t", ""), ""
        elif element in ("v", "t"):
            lezer.parser.CharacterDataHandler = tekst

    def tekst(stuk: str) -> None:
        nonlocal waarde
        waarde = (waarde + stuk)[:LANGSTE_KOP]

    def einde(element: str) -> None:
        lezer.parser.CharacterDataHandler = None
        if element == "c" and rijen and waarde and len(rijen[-1]) < MEESTE_KOPPEN:
            rijen[-1].append(f"s{int(waarde[:9])}" if soort == "s" else f"t{waarde}")

    lezer = Lezer(zip_, begin, einde)
    with suppress(_Genoeg):
        lezer.neem(zip_.stukken(deel))
    return rijen


def _gedeelde_teksten(zip_: Werkboekzip, welke: set[int]) -> dict[int, str]:
    """These shared strings, by number."""
    gevonden: dict[int, str] = {}
    if not welke or gelijk(GEDEELD) not in zip_.namen:
        return gevonden
    laatste, nummer = max(welke), -1

    def begin(element: str, _: dict[str, str]) -> None:
        nonlocal nummer
        if element == "si":
            nummer += 1
            if nummer > laatste:
                raise _Genoeg
        elif element == "t" and nummer in welke:
            lezer.parser.CharacterDataHandler = tekst

    def tekst(stuk: str) -> None:
        gevonden[nummer] = (gevonden.get(nummer, "") + stuk)[:LANGSTE_KOP]

    def einde(_: str) -> None:
        lezer.parser.CharacterDataHandler = None

    lezer = Lezer(zip_, begin, einde)
    with suppress(_Genoeg):
        lezer.neem(zip_.stukken(GEDEELD))
    return gevonden
