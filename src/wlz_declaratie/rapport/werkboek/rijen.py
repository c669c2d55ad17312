"""The rows of a sheet as its file holds them, whole columns at a time: cell by cell they took most of a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
from xlsxwriter.utility import xl_col_to_name

REGELHOOGTE = 15
"""Height of a line of text, in points."""
MEESTE_TEKENS = 32_767
"""Of a text in a cell."""
NUL_DATUM = date(1899, 12, 30)
"""Day 0 of a workbook; days before 1 March 1900 it counts wrongly, so that those go in as text."""
EERSTE_DATUM = date(1900, 3, 1)

_BESTURING = [*(chr(code) for code in range(32) if chr(code) not in "\t\n"), "\ufffe", "\uffff"]
_ONTSNAPT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", **{teken: f"_x{ord(teken):04X}_" for teken in _BESTURING}}
"""What no XML can hold, or what it would read as its own."""
_ONTSNAPPING = "(_x[0-9a-fA-F]{4}_)"
"""How a workbook writes such a character; a text that looks like it has its own escape."""


@dataclass(frozen=True)
class Kolom:
    """A column of a sheet; ``soort`` is tekst, getal, euro (of cents) or datum, ``breedte`` in characters."""

    kop: str
    breedte: int
    soort: str = "tekst"
    omloop: bool = False


def als_xml(rijen: pl.DataFrame, kolommen: Mapping[str, Kolom], vormen: Mapping[str, int], vanaf: int) -> str:
    """The rows as XML; an empty value has no cell.

    ``kolommen`` by the names of ``rijen``, in order; ``vormen`` has the number of each column's format. ``vanaf`` is
    the number of the first row in the sheet, where the top one is 1. A text goes in as text, whatever it says.
    """
    nummer = pl.int_range(vanaf, vanaf + pl.len()).cast(pl.String)
    cellen = [
        _cel(pl.col(naam), kolom.soort, pl.concat_str(pl.lit(f'<c r="{xl_col_to_name(plek)}'), nummer), vormen[naam])
        for plek, (naam, kolom) in enumerate(kolommen.items())
    ]
    rij = pl.concat_str(pl.lit('<row r="'), nummer, _hoogte(kolommen), pl.lit(">"), *cellen, pl.lit("</row>"))
    return "".join(rijen.select(rij).to_series())


def _hoogte(kolommen: Mapping[str, Kolom]) -> pl.Expr:
    """What closes the number of a row: its height, for not every program works out that of wrapped text by itself."""
    omlopend = [
        (pl.col(naam).str.len_chars() + kolom.breedte - 1) // kolom.breedte
        for naam, kolom in kolommen.items()
        if kolom.omloop
    ]
    if not omlopend:
        return pl.lit('"')
    regels = pl.max_horizontal(*omlopend).fill_null(1)
    hoogte = pl.concat_str(pl.lit('" ht="'), (regels * REGELHOOGTE).cast(pl.String), pl.lit('" customHeight="1"'))
    return pl.when(regels > 1).then(hoogte).otherwise(pl.lit('"'))


def _cel(waarde: pl.Expr, soort: str, begin: pl.Expr, vorm: int) -> pl.Expr:
    """The cell, or nothing where the value is null."""

    def getal(inhoud: pl.Expr) -> pl.Expr:
        return pl.concat_str(begin, pl.lit(f'" s="{vorm}"><v>'), inhoud.cast(pl.String), pl.lit("</v></c>"))

    def tekst(inhoud: pl.Expr) -> pl.Expr:
        rand = pl.when(inhoud.str.contains(r"^\s|\s$")).then(pl.lit(' xml:space="preserve"')).otherwise(pl.lit(""))
        deel = f'" s="{vorm}" t="inlineStr"><is><t'
        return pl.concat_str(begin, pl.lit(deel), rand, pl.lit(">"), _ontsnapt(inhoud), pl.lit("</t></is></c>"))

    match soort:
        case "tekst":
            cel = tekst(waarde.str.head(MEESTE_TEKENS))
        case "euro":
            cel = getal(waarde / 100)
        case "datum":
            dagen = (waarde - pl.lit(NUL_DATUM)).dt.total_days()
            cel = pl.when(waarde < EERSTE_DATUM).then(tekst(waarde.dt.strftime("%d-%m-%Y"))).otherwise(getal(dagen))
        case _:
            cel = getal(waarde)
    return cel.fill_null("")


def _ontsnapt(tekst: pl.Expr) -> pl.Expr:
    letterlijk = tekst.str.replace_all(_ONTSNAPPING, "_x005F${1}")
    return letterlijk.str.replace_many(list(_ONTSNAPT), list(_ONTSNAPT.values()))
