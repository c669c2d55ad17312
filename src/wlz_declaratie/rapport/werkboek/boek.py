"""A workbook and its sheets: formats, tables, formulas."""

from __future__ import annotations

import io
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_col_to_name, xl_range

from wlz_declaratie import __version__
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.rapport.werkboek.rijen import Kolom, als_xml

PLAT = {
    "constant_memory": True, "use_zip64": True,
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
"""Options of the library: row by row, and a text is a text."""
TITEL = "Uitslag van declaratie controleer"
KLEUREN = {
    "afkeur": ("#FFC7CE", "#9C0006"), "fout": ("#FFC7CE", "#9C0006"),
    "signaal": ("#FFEB9C", "#7F4F00"), "deels uitgevoerd": ("#FFEB9C", "#7F4F00"),
    "niet uitgevoerd": ("#E7E6E6", "#404040"), "nieuw": ("#DDEBF7", "#1F4E79"),
    "aanvaard": ("#E2EFDA", "#375623"),
}  # fmt: skip
"""Of a cell that says so, behind and before; the word stays, for who sees no colours."""


@dataclass(frozen=True)
class Formule:
    """A formula and what it gives, for programs that do not calculate."""

    tekst: str
    waarde: float


@dataclass(frozen=True)
class Tabel:
    """Where a table stands: its sheet, its columns in order, and how many rows there are below the header."""

    blad: str
    kolommen: tuple[str, ...]
    rijen: int

    def plek(self, kolom: str, rijen: int | None = None) -> list[Any]:
        """The cells of a column, or its first ``rijen``, as a chart wants them."""
        nummer = self.kolommen.index(kolom)
        return [self.blad, 1, nummer, min(rijen or self.rijen, self.rijen), nummer]

    def bereik(self, kolom: str) -> str:
        """The cells of a column, as a formula on another sheet wants them."""
        letter = xl_col_to_name(self.kolommen.index(kolom))
        return f"'{self.blad}'!${letter}$2:${letter}${max(self.rijen, 1) + 1}"


def schrijf_boek(pad: Path, dag: date, vul: Callable[[Werkboek], None], titel: str = TITEL) -> None:
    """Write the workbook that ``vul`` fills. Raises OSError when the disk refuses."""
    # The archive is made in memory: on a full disk its own clean-up would write again, and complain on stderr.
    archief = io.BytesIO()
    with werkmap() as map_:
        boek = Werkboek(archief, str(map_), dag, titel)
        vul(boek)
        boek.sluit()
    with pad.open("wb") as naar:
        naar.write(archief.getbuffer())


class Werkboek:
    """A workbook that is written row by row, each sheet before the next."""

    def __init__(self, naar: io.BytesIO, map_: str, dag: date, titel: str) -> None:
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
        getal, euro = {**rechts, "num_format": "#,##0"}, {**rechts, "num_format": '"€" #,##0.00;[Red]"€" -#,##0.00'}
        totaal = {"bold": True, "top": 1}
        kop = {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
        self.titel = self._boek.add_format({"bold": True, "font_size": 14})
        self.tussenkop = self._boek.add_format({"bold": True, "font_size": 12, "bottom": 1})
        self.getalkop = self._boek.add_format(
            {"bold": True, "font_size": 12, "bottom": 1, "align": "right", "indent": 1}
        )
        self.vormen = {
            "kop": self._boek.add_format(kop),
            "kop getal": self._boek.add_format({**kop, "align": "right", "indent": 1}),
            "tekst": self._boek.add_format(boven),
            "ingesprongen": self._boek.add_format({**boven, "indent": 1}),
            "omloop": self._boek.add_format({**boven, "text_wrap": True}),
            "getal": self._boek.add_format(getal),
            "euro": self._boek.add_format(euro),
            "procent": self._boek.add_format({**rechts, "num_format": "0.0%"}),
            "promille": self._boek.add_format({**rechts, "num_format": '0.0"‰"'}),
            "datum": self._boek.add_format({**boven, "num_format": "dd-mm-yyyy", "align": "left"}),
            "totaal tekst": self._boek.add_format({**boven, **totaal}),
            "totaal getal": self._boek.add_format({**getal, **totaal}),
            "totaal euro": self._boek.add_format({**euro, **totaal}),
        }
        self._kleuren = {
            woord: self._boek.add_format({"bg_color": achter, "font_color": voor})
            for woord, (achter, voor) in KLEUREN.items()
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

    def op_blad(self, naam: str) -> Any:
        """The sheet of that name, for a chart beside its table."""
        return self._boek.get_worksheet_by_name(naam)

    def grafiek(self, **soort: str) -> Any:
        """A new chart, to be put on a sheet."""
        return self._boek.add_chart(soort)

    def tabel(
        self,
        naam: str,
        kolommen: Mapping[str, Kolom],
        blokken: Iterable[pl.DataFrame],
        aantal: int,
        *,
        vast: int = 1,
        kleur: Sequence[str] = (),
        gedrukt: str | None = None,
        totaal: Iterable[str] = (),
    ) -> Tabel:
        """A new sheet with a table of ``aantal`` rows, that come in blocks with the columns ``kolommen``.

        The header and the first ``vast`` columns stay in sight. Of the columns ``kleur`` those that there are, are
        coloured by what they say, all as the last of them where that says *aanvaard*; ``gedrukt`` is the last that is
        printed. Below the table stand the sums of the columns ``totaal``, of the rows that the filter leaves.
        """
        blad, namen = self.blad(naam), tuple(kolommen)
        for nummer, kolom in enumerate(kolommen.values()):
            blad.set_column(nummer, nummer, kolom.breedte, self.vorm(kolom))
        blad.freeze_panes(1, vast)
        blad.repeat_rows(0)
        blad.autofilter(0, 0, aantal, len(namen) - 1)
        blad.ignore_errors({"number_stored_as_text": xl_range(0, 0, aantal, len(namen) - 1)})
        blad.set_row(0, 30)
        for nummer, kolom in enumerate(kolommen.values()):
            kop = "kop getal" if kolom.soort in ("getal", "euro") else "kop"
            blad.write_string(0, nummer, kolom.kop, self.vormen[kop])
        gekleurd = [namen.index(naam_) for naam_ in kleur if naam_ in namen]
        for nummer in gekleurd if aantal else ():
            self._kleur(blad, aantal, nummer, gekleurd[-1])
        if gedrukt:
            blad.print_area(0, 0, aantal, namen.index(gedrukt))
        sommen = dict.fromkeys(totaal, 0)
        _open_voor_rijen(blad, aantal)
        gedaan = 0
        for blok in blokken:
            vormen = {naam_: self.vorm(kolom)._get_xf_index() for naam_, kolom in kolommen.items()}
            blad.row_data_fh.write(als_xml(blok, kolommen, vormen, gedaan + 2))
            gedaan += blok.height
            for naam_ in sommen:
                sommen[naam_] += int(blok[naam_].sum())
        if sommen and aantal:
            self._totaal(blad, kolommen, aantal, sommen)
        return Tabel(naam, namen, aantal)

    def _kleur(self, blad: Any, aantal: int, nummer: int, stand: int) -> None:
        if stand != nummer:
            # What is accepted rejects nothing: its severity is a word, no alarm.
            aanvaard = f'=${xl_col_to_name(stand)}2="aanvaard"'
            regel = {"type": "formula", "criteria": aanvaard, "format": self._kleuren["aanvaard"], "stop_if_true": True}
            blad.conditional_format(1, nummer, aantal, nummer, regel)
        for woord, vorm in self._kleuren.items():
            regel = {"type": "cell", "criteria": "==", "value": f'"{woord}"', "format": vorm}
            blad.conditional_format(1, nummer, aantal, nummer, regel)

    def _totaal(self, blad: Any, kolommen: Mapping[str, Kolom], aantal: int, sommen: Mapping[str, int]) -> None:
        blad.write_string(aantal + 1, 0, "Totaal", self.vormen["totaal tekst"])
        for nummer, (naam, kolom) in enumerate(kolommen.items()):
            if naam in sommen:
                formule = f"=SUBTOTAL(109,{xl_range(1, nummer, aantal, nummer)})"
                waarde = sommen[naam] / 100 if kolom.soort == "euro" else sommen[naam]
                blad.write_formula(aantal + 1, nummer, formule, self.vormen[f"totaal {kolom.soort}"], waarde)
            elif nummer:
                blad.write_blank(aantal + 1, nummer, None, self.vormen["totaal tekst"])

    def sluit(self) -> None:
        """Put the archive together. Raises OSError when the disk refuses."""
        try:
            self._boek.close()
        except FileCreateError as fout:
            # The frames hold the half archive, whose clean-up would complain on stderr.
            traceback.clear_frames(fout.args[0].__traceback__)
            raise fout.args[0] from None


def _open_voor_rijen(blad: Any, aantal: int) -> None:
    """Make room for rows that go into the sheet's file beside the library: it has the header, then ``aantal`` rows.

    The library has no such door; this is the one place that knows how it keeps a sheet.
    """
    blad._write_single_row(aantal + 1)
    blad.dim_rowmax = aantal


def celtekst(waarde: str) -> str:
    """The text as the library can write it: one that looks like rich text would go in as markup, unescaped."""
    return f"{waarde} " if waarde.startswith("<r>") and waarde.endswith("</r>") else waarde
