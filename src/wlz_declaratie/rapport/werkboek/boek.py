"""A workbook and its sheets: formats, columns and cells."""

from __future__ import annotations

import io
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_range

from wlz_declaratie import __version__
from wlz_declaratie.rapport import opmaak

PLAT = {
    "constant_memory": True, "use_zip64": True,
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
"""Options of the library: row by row, and a text is a text."""
REGELHOOGTE = 15
"""Height of a line of text, in points."""
NUL_DATUM = date(1899, 12, 30)
"""Day 0 of a workbook; days before 1 March 1900 it counts wrongly, so that those go in as text."""
EERSTE_DATUM = date(1900, 3, 1)


@dataclass(frozen=True)
class Kolom:
    """A column of a sheet; ``soort`` is tekst, getal, euro or datum, ``breedte`` in characters."""

    kop: str
    breedte: int
    soort: str = "tekst"
    omloop: bool = False


class Werkboek:
    """A workbook that is written row by row, each sheet before the next."""

    def __init__(
        self, naar: io.BytesIO, map_: str, dag: date, titel: str = "Uitslag van declaratie controleer"
    ) -> None:
        self._boek = xlsxwriter.Workbook(naar, {**PLAT, "tmpdir": map_})
        self._boek.set_properties(
            {
                "title": titel,
                "author": f"declaratie {__version__}",
                "created": datetime.combine(dag, time()),
            }
        )
        boven = {"valign": "top"}
        rechts = {**boven, "align": "right", "indent": 1}  # clear of the text in the next column
        self.kop = self._boek.add_format(
            {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
        )
        self.titel = self._boek.add_format({"bold": True, "font_size": 14})
        self.tussenkop = self._boek.add_format({"bold": True, "font_size": 12, "bottom": 1})
        self.getalkop = self._boek.add_format(
            {"bold": True, "font_size": 12, "bottom": 1, "align": "right", "indent": 1}
        )
        self.vormen = {
            "tekst": self._boek.add_format(boven),
            "ingesprongen": self._boek.add_format({**boven, "indent": 1}),
            "omloop": self._boek.add_format({**boven, "text_wrap": True}),
            "getal": self._boek.add_format({**rechts, "num_format": "#,##0"}),
            "euro": self._boek.add_format({**rechts, "num_format": '"€" #,##0.00;[Red]"€" -#,##0.00'}),
            "datum": self._boek.add_format({**boven, "num_format": "dd-mm-yyyy", "align": "left"}),
        }

    def vorm(self, kolom: Kolom) -> Any:
        """How the cells of a column look."""
        return self.vormen["omloop" if kolom.omloop else kolom.soort]

    def vorm_met(self, kenmerken: dict[str, Any]) -> Any:
        """A format of one's own."""
        return self._boek.add_format(kenmerken)

    def blad(self, naam: str, *, liggend: bool = True) -> Any:
        """A new sheet, set up to print on the width of one page."""
        blad = self._boek.add_worksheet(naam)
        if liggend:
            blad.set_landscape()
        blad.set_paper(9)
        blad.fit_to_pages(1, 0)
        blad.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        blad.set_footer("&L&A&RBlad &P van &N")
        return blad

    def tabelblad(self, naam: str, kolommen: Sequence[Kolom], rijen: int) -> Any:
        """A new sheet with a frozen header that filters ``rijen`` rows."""
        blad = self.blad(naam)
        for nummer, kolom in enumerate(kolommen):
            blad.set_column(nummer, nummer, kolom.breedte, self.vorm(kolom))
        blad.freeze_panes(1, 0)
        blad.repeat_rows(0)
        blad.autofilter(0, 0, rijen, len(kolommen) - 1)
        blad.ignore_errors({"number_stored_as_text": xl_range(0, 0, rijen, len(kolommen) - 1)})
        blad.set_row(0, 30)
        for nummer, kolom in enumerate(kolommen):
            blad.write_string(0, nummer, kolom.kop, self.kop)
        return blad

    def schrijvers(self, blad: Any, kolommen: Sequence[Kolom]) -> list[Callable[[int, int, Any], None]]:
        """For each column what writes one of its values: row, column, value; nothing for an empty one."""

        def tekst(vorm: Any) -> Callable[[int, int, Any], None]:
            return lambda rij, nummer, waarde: blad.write_string(rij, nummer, celtekst(waarde), vorm)

        def getal(vorm: Any) -> Callable[[int, int, Any], None]:
            return lambda rij, nummer, waarde: blad.write_number(rij, nummer, waarde, vorm)

        def euro(vorm: Any) -> Callable[[int, int, Any], None]:
            return lambda rij, nummer, waarde: blad.write_number(rij, nummer, waarde / 100, vorm)

        def datum(vorm: Any) -> Callable[[int, int, Any], None]:
            def schrijf_datum(rij: int, nummer: int, waarde: date) -> None:
                if waarde < EERSTE_DATUM:
                    blad.write_string(rij, nummer, opmaak.datum(waarde), vorm)
                else:
                    blad.write_number(rij, nummer, (waarde - NUL_DATUM).days, vorm)

            return schrijf_datum

        soorten = {"tekst": tekst, "getal": getal, "euro": euro, "datum": datum}
        return [soorten[kolom.soort](self.vorm(kolom)) for kolom in kolommen]

    def sluit(self) -> None:
        """Put the archive together. Raises OSError when the disk refuses."""
        try:
            self._boek.close()
        except FileCreateError as fout:
            # The frames hold the half archive, whose clean-up would complain on stderr.
            traceback.clear_frames(fout.args[0].__traceback__)
            raise fout.args[0] from None


def celtekst(waarde: str) -> str:
    """The text as it can stand in a cell: one that looks like rich text would go in as markup, unescaped."""
    return f"{waarde} " if waarde.startswith("<r>") and waarde.endswith("</r>") else waarde


def schrijf_rijen(boek: Werkboek, blad: Any, kolommen: Sequence[Kolom], rijen: Iterable[Sequence[Any]]) -> None:
    """Write the rows below the header of a sheet; an empty value leaves its cell out."""
    schrijvers = boek.schrijvers(blad, kolommen)
    omlopend = [(nummer, kolom.breedte) for nummer, kolom in enumerate(kolommen) if kolom.omloop]
    for rij, waarden in enumerate(rijen, start=1):
        # Told, for not every program works out the height of wrapped text by itself.
        regels = max((-(-len(waarden[nummer] or "") // breedte) for nummer, breedte in omlopend), default=1)
        if regels > 1:
            blad.set_row(rij, REGELHOOGTE * regels)
        for nummer, waarde in enumerate(waarden):
            if waarde is not None:
                schrijvers[nummer](rij, nummer, waarde)
