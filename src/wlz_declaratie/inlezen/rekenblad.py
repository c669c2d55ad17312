"""What a spreadsheet makes of a field: undone where one reading is left, and said; refused where none is.

A day becomes a number (46082) or a text with the name of its month (01-mrt-26), an amount gets a euro sign, a code
loses its first zero, and a long number its last digits (1,23E+08). Only what could not be read as it stands comes
here, so that a table as it should be is read as before and as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

import polars as pl

from wlz_declaratie.basis.elfproef import rest
from wlz_declaratie.contract.tabellen import CIJFERS, HOOGUIT
from wlz_declaratie.inlezen.basis import Invoerfout

NUL_1900 = date(1899, 12, 30)
NUL_1904 = date(1904, 1, 1)
"""Day 0 of a spreadsheet; of old workbooks from a Mac the latter."""

_EERSTE_GETAL = 3_000
_LAATSTE_GETAL = 73_050
_LANGSTE_GETAL = 5
"""Numbers that may be a day: from 1908, so that no year is taken for one, to 2099."""

_MAANDEN = {
    "januari": 1, "jan": 1, "februari": 2, "feb": 2, "maart": 3, "mrt": 3, "mar": 3, "april": 4, "apr": 4, "mei": 5,
    "may": 5, "juni": 6, "jun": 6, "juli": 7, "jul": 7, "augustus": 8, "aug": 8, "september": 9, "sep": 9, "sept": 9,
    "oktober": 10, "okt": 10, "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip
"""Names of months as Excel writes them, in Dutch, and short in English."""

_MET_MAAND = r"^([0-9]{1,2})[-/. ]{1,2}([a-z]{3,9})\.?[-/. ]{1,2}([0-9]{4}|[0-9]{2})$"
_KORT_JAAR = "^([0-9]{1,2})-([0-9]{1,2})-([0-9]{2})$"
_LANG_GELEDEN = ("geboortedatum",)
"""Columns with days of both centuries: a year from 30 on is 19.., and an earlier one may be either, so is not read."""
_EEUWGRENS = 30
_WLZ = (15, 29)
"""Years of which 31-01-26 is read as the day first; what comes out otherwise may have been 26-01-31, the year first."""

_BEDRAG = r"(?i)^([+-]?)\s*(€|eur)?\s*([+-]?)\s*([0-9][0-9.,]{0,15}?)(,--?)?(-?)\s*(€|eur)?$"
_AFGEROND = r"^[+-]?[0-9]([.,][0-9]+)?[eE]\+[0-9]{1,3}$"
_STEEKPROEF = 10_000
_KORT = 5
_LANGE_NUMMERS = (*(kolom for kolom, cijfers in CIJFERS.items() if cijfers > _KORT), *HOOGUIT, "factuurnummer")
"""Texts that may be a long number: a short one no spreadsheet rounds."""


def datum(kolom: str, onleesbaar: pl.Expr, nul: date) -> pl.Expr:
    """The days of what could not be read as a date; see `is_getal` for which of two kinds it was."""

    def dag(tekst: pl.Expr) -> pl.Expr:
        getal = pl.when(tekst.str.contains("^[0-9]{4,5}$")).then(tekst).cast(pl.Int32, strict=False)
        vanaf_1970 = getal + (nul - date(1970, 1, 1)).days
        als_dag = pl.when(getal.is_between(_EERSTE_GETAL, _LAATSTE_GETAL)).then(vanaf_1970.cast(pl.Date))
        return pl.coalesce(als_dag, _korte_datum(kolom, tekst))

    return _waar_iets_staat(onleesbaar, dag, pl.Date)


def is_getal(gelezen: pl.Expr) -> pl.Expr:
    """Whether a text that `datum` could read is a number of a spreadsheet: any other day is longer."""
    return gelezen.str.len_bytes() <= _LANGSTE_GETAL


def _korte_datum(kolom: str, tekst: pl.Expr) -> pl.Expr:
    """Day, month by name or number, and year in two digits."""
    klein = tekst.str.to_lowercase()
    met_naam, met_nummer = klein.str.extract_groups(_MET_MAAND), klein.str.extract_groups(_KORT_JAAR)

    def deel(nummer: int) -> pl.Expr:
        return pl.coalesce(met_naam.struct.field(str(nummer)), met_nummer.struct.field(str(nummer)))

    maand = pl.coalesce(
        met_naam.struct.field("2").replace_strict(_MAANDEN, default=None, return_dtype=pl.Int32),
        met_nummer.struct.field("2").cast(pl.Int32),
    )
    jaar = deel(3).cast(pl.Int32)
    if kolom in _LANG_GELEDEN:
        kort = pl.when(jaar >= _EEUWGRENS).then(jaar + 1900)
    else:
        kort = pl.when(met_naam.struct.field("3").is_not_null() | jaar.is_between(*_WLZ)).then(jaar + 2000)
    voluit = pl.when(jaar >= 100).then(jaar).otherwise(kort)
    geschreven = pl.concat_str(voluit, maand, deel(1), separator="-")
    return geschreven.str.to_date("%Y-%m-%d", strict=False)


def bedrag(onleesbaar: pl.Expr, lees: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """The cents of what could not be read as an amount, once its euro sign, or what stands for no cents, is gone."""

    def ontdaan(tekst: pl.Expr) -> pl.Expr:
        delen = tekst.str.extract_groups(_BEDRAG)
        # Two signs give no amount.
        return lees(pl.concat_str(*(delen.struct.field(deel) for deel in "1364"), ignore_nulls=True))

    return _waar_iets_staat(onleesbaar, ontdaan, pl.Int64)


def is_kort(kolom: str, code: pl.Expr) -> pl.Expr:
    """Whether a code lacks one character: only then `met_voorloopnul` may do something."""
    return code.str.len_bytes() == CIJFERS[kolom] - 1


def met_voorloopnul(kolom: str, code: pl.Expr) -> pl.Expr:
    """The codes, with their first zero where that is all that is missing; of a bsn only if it then passes."""
    kort = is_kort(kolom, pl.col("code"))
    goed = pl.col("code").str.contains("^[0-9]+$")
    if kolom == "bsn":
        nummer = pl.when(kort, goed).then("code").cast(pl.Int32, strict=False)
        goed = (nummer > 0) & (rest(nummer) == 0)
    aangevuld = pl.when(kort, goed).then("0" + pl.col("code")).otherwise("code")

    def reken(reeks: pl.Series) -> pl.Series:
        codes = reeks.to_frame("code")
        if not codes.select(kort.any()).item():
            return reeks
        return codes.select(aangevuld.alias(reeks.name)).to_series()

    return code.map_batches(reken, return_dtype=pl.String(), is_elementwise=True)


def weiger_afgerond(gelezen: pl.LazyFrame, naam: str, aanwezig: Collection[str], hooguit: int) -> None:
    """Raises Invoerfout for numbers of which a spreadsheet kept the first digits only: nothing brings them back.

    Of more than _STEEKPROEF lines one in so many is looked at: a spreadsheet does it to a whole column, and a few such
    numbers in a big file are unreadable fields like any other. ``hooguit`` is an upper bound of the lines.
    """
    fout = {kolom: pl.col(kolom).str.contains(_AFGEROND) for kolom in _LANGE_NUMMERS if kolom in aanwezig}
    steekproef = gelezen.select(list(fout)).gather_every(max(1, hooguit // _STEEKPROEF))
    ergens = steekproef.select(uit.any().alias(kolom) for kolom, uit in fout.items()).collect()
    geraakt = [kolom for kolom in ergens.columns if ergens[kolom].any()]
    if not geraakt:
        return
    eerste = [pl.col("regelnummer").filter(fout[kolom]).min().alias(f"op_{kolom}") for kolom in geraakt]
    gevonden = (
        gelezen.select(*(fout[kolom].sum().alias(kolom) for kolom in geraakt), *eerste).collect().row(0, named=True)
    )
    wat = ", ".join(
        f"'{kolom}' ({gevonden[kolom]} keer, vanaf bestandsregel {gevonden[f'op_{kolom}']})" for kolom in geraakt
    )
    raise Invoerfout(
        naam,
        f"{'kolom' if len(geraakt) == 1 else 'kolommen'} {wat}: een rekenblad heeft de nummers afgerond, zoals "
        "1,23E+08; de laatste cijfers zijn weg",
        "Maak de export opnieuw en bewaar haar niet vanuit Excel, of haal haar daar binnen met Gegevens > Uit "
        "tekst/CSV en maak van deze kolom eerst Tekst.",
    )


def _waar_iets_staat(waarde: pl.Expr, functie: Callable[[pl.Expr], pl.Expr], soort: type[pl.DataType]) -> pl.Expr:
    """``functie`` of a column that is mostly empty; where it is empty altogether nothing is done."""

    def reken(reeks: pl.Series) -> pl.Series:
        if reeks.null_count() == reeks.len():
            return pl.Series(reeks.name, [None], dtype=soort).new_from_index(0, reeks.len())
        return reeks.to_frame("waarde").select(functie(pl.col("waarde")).alias(reeks.name)).to_series()

    return waarde.map_batches(reken, return_dtype=soort(), is_elementwise=True)
