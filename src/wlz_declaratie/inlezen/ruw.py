"""A table as the file holds it: which columns there are, the lines by number, nothing parsed yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl
import polars.selectors as cs

from wlz_declaratie.inlezen.rekenblad import NUL_1900

Formaat = Literal["csv", "parquet", "xlsx", "frame"]
GETYPEERD = ("parquet", "frame")
"""Formats of which the columns have a type of their own."""

ONLEESBAAR: dict[str, type[pl.DataType]] = {
    "regelnummer": pl.UInt32,
    "reden": pl.String,
    "sleutel": pl.String,
    "tekst": pl.String,
}
"""Lines that could not be split into fields, why, what stands where `koppen.Gevraagd.sleutel` would, and the line
itself where all was asked (`Gevraagd.alles`)."""


@dataclass(frozen=True)
class RuweTabel:
    """A table before parsing.

    ``regels`` holds regelnummer (UInt32, ascending) and the known columns that the file has, text stripped
    and empty text null; lines without any field are left out. ``hooguit`` is an upper bound of its height;
    ``opmerkingen`` say what was read in another way than it stands there, or not at all.
    """

    formaat: Formaat
    regels: pl.LazyFrame
    kolommen: tuple[str, ...]
    ongebruikt: tuple[str, ...]
    onleesbaar: pl.DataFrame
    hooguit: int
    opmerkingen: tuple[str, ...] = ()
    nuldag: date = NUL_1900
    """Day 0 of dates that are numbers of a spreadsheet."""


def gevulde_regels(frame: pl.LazyFrame, plaatsen: Mapping[str, int], ernaast: Collection[int] = ()) -> pl.LazyFrame:
    """The lines with any field, of a frame with regelnummer and columns 0, 1, 2 ...; known ones named.

    Columns at the places ``ernaast`` make no line by themselves.
    """
    gevuld = pl.any_horizontal(pl.all().exclude("regelnummer", *map(str, ernaast)).is_not_null())
    benoemd = [pl.col(str(nummer)).alias(kolom) for kolom, nummer in plaatsen.items()]
    # In two steps: in one, the streaming engine would strip every text twice.
    kaal = frame.with_columns(cs.string().str.strip_chars())
    kaal = kaal.with_columns(pl.when(cs.string() != "").then(cs.string()))
    return kaal.filter(gevuld).select("regelnummer", *benoemd)
