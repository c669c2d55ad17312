"""The work file as a workbook: cells that are rejected have a colour and a comment, and every text stays a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from xlsxwriter.utility import xl_range

from wlz_declaratie.contract.werkbestand import GEMAAKT, VAN_WIE_HERSTELT
from wlz_declaratie.rapport.herstel.regels import AFGEKEURD, GESIGNALEERD, Werkregels
from wlz_declaratie.rapport.werkboek.boek import Werkboek, celtekst, schrijf_boek
from wlz_declaratie.rapport.werkboek.rijen import MEESTE_TEKENS, REGELHOOGTE

MEESTE_NOTITIES = 10_000
"""Cells with a comment; each is a drawing that a spreadsheet has to keep. The columns beside the batch tell it all."""
_BLOK = 10_000
_HOOGSTE = 25
"""Lines of text in a row; a spreadsheet has no higher ones than 409 points."""
_BREED = {"controleregel": 18, "veld": 15, "reden": 44, "wat te doen": 44, "voorstel": 18, "opmerking": 28}
_NOTITIE = {"width": 340, "height": 110, "author": "declaratie"}


def schrijf(regels: Werkregels, pad: Path, dag: date) -> None:
    """Write the workbook: one sheet, a row a line. Raises OSError when the disk refuses."""
    schrijf_boek(pad, dag, lambda boek: _vul(boek, regels), "Werkbestand van declaratie controleer")


def _vul(boek: Werkboek, werk: Werkregels) -> None:
    # Text format, so that what is typed keeps its zeros and stays the date that it is.
    tekst = {"num_format": "@", "valign": "top"}
    gewoon, uitleg = boek.vorm_met(tekst), boek.vorm_met({**tekst, "text_wrap": True, "bg_color": "#F2F2F2"})
    noot = boek.vorm_met({**tekst, "text_wrap": True, "bg_color": "#FFFFE5"})
    kleuren = {
        AFGEKEURD: boek.vorm_met({**tekst, "bg_color": "#F8CBAD", "font_color": "#7F1D1D", "bold": True}),
        GESIGNALEERD: boek.vorm_met({**tekst, "bg_color": "#FFE699"}),
    }
    vormen = [uitleg if kop in GEMAAKT else noot if kop in VAN_WIE_HERSTELT else gewoon for kop in werk.koppen]
    blad = boek.blad("Herstel")
    hoogte, breedte = werk.regels.height, len(werk.koppen)
    for nummer, kop in enumerate(werk.koppen):
        blad.set_column(nummer, nummer, _BREED.get(kop, max(12, min(len(kop) + 2, 28))), vormen[nummer])
        blad.write_string(0, nummer, celtekst(kop), boek.vormen["kop"])
    blad.set_row(0, 2 * REGELHOOGTE)
    blad.freeze_panes(1, 0)
    blad.repeat_rows(0)
    blad.autofilter(0, 0, max(hoogte, 1), breedte - 1)
    blad.ignore_errors({"number_stored_as_text": xl_range(0, 0, max(hoogte, 1), breedte - 1)})
    afgehandeld = werk.koppen.index("afgehandeld")
    # A suggestion: anything else may be typed too.
    keuze = {"validate": "list", "source": ["ja", "nee"], "show_error": False}
    blad.data_validation(1, afgehandeld, max(hoogte, 1), afgehandeld, keuze)
    _Rijen(blad, werk.koppen, vormen, kleuren).schrijf(werk)


class _Rijen:
    def __init__(self, blad: Any, koppen: Sequence[str], vormen: Sequence[Any], kleuren: Mapping[str, Any]) -> None:
        self._blad, self._vormen, self._kleuren = blad, vormen, kleuren
        self._plaats = {kop: nummer for nummer, kop in enumerate(koppen)}
        self._reden, self._doen = self._plaats["reden"], self._plaats["wat te doen"]
        self._notities = 0

    def schrijf(self, werk: Werkregels) -> None:
        """Write them below the header."""
        breedte, schrijf, vormen = len(werk.koppen), self._blad.write_string, self._vormen
        rij = 0
        for blok in werk.regels.with_columns(_celteksten(werk.koppen)).iter_slices(_BLOK):
            for waarden in blok.iter_rows():
                rij += 1
                merken = self._merken(waarden[breedte], waarden[breedte + 1])
                if waarden[self._reden] is not None:
                    self._licht_toe(rij, waarden, merken)
                for nummer in range(breedte):
                    waarde = waarden[nummer]
                    if waarde is not None:
                        schrijf(rij, nummer, waarde, merken.get(nummer, vormen[nummer]))
                    elif nummer in merken:
                        self._blad.write_blank(rij, nummer, None, merken[nummer])

    def _licht_toe(self, rij: int, waarden: Sequence[str | None], merken: Mapping[int, Any]) -> None:
        """Make room for the text beside the line, and say it at the first cell that is marked."""
        reden, doen = waarden[self._reden] or "", waarden[self._doen] or ""
        # Told, for not every program works out the height of wrapped text by itself.
        hoogte = max(sum(-(-len(deel) // _BREED["reden"]) for deel in tekst.split("\n")) for tekst in (reden, doen))
        if hoogte > 1:
            self._blad.set_row(rij, REGELHOOGTE * min(hoogte, _HOOGSTE))
        if merken and self._notities < MEESTE_NOTITIES:
            self._notities += 1
            self._blad.write_comment(rij, min(merken), f"{reden}\n\n{doen}".strip()[:MEESTE_TEKENS], _NOTITIE)

    def _merken(self, afgekeurd: Sequence[str] | None, gesignaleerd: Sequence[str] | None) -> dict[int, Any]:
        """The format of the cells of a line that are marked; a rejection outweighs a signal."""
        if not afgekeurd and not gesignaleerd:
            return {}
        merken = {self._plaats[kop]: self._kleuren[GESIGNALEERD] for kop in gesignaleerd or ()}
        return merken | {self._plaats[kop]: self._kleuren[AFGEKEURD] for kop in afgekeurd or ()}


def _celteksten(koppen: Sequence[str]) -> pl.Expr:
    """`celtekst` of whole columns."""
    tekst = pl.col(koppen)
    opgemaakt = tekst.str.starts_with("<r>") & tekst.str.ends_with("</r>")
    return pl.when(opgemaakt).then(tekst + " ").otherwise(tekst)
