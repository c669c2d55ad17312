"""Fields: from what a file holds to a value, as whole-column expressions.

A field that cannot be read becomes null, never an error: the caller compares with the raw field and decides.
Money is read in euros and kept in whole cents; thousands separators are taken only together with decimals
(1.234,56), for 1.234 alone could be either.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from wlz_declaratie.contract.tabellen import BEDRAGEN, CIJFERS, LEVERINGSVORMEN, NULLEN_LEEG
from wlz_declaratie.inlezen.getypeerd import MEESTE_EURO_FLOAT32, afgerond, dag, exact

Soort = Literal["tekst", "datum", "ja_nee", "geheel", "getal", "bedrag"]

AANVAARD: dict[Soort, str] = {
    "tekst": "tekst",
    "datum": "een datum zoals 2026-01-31, 31-01-2026 of 20260131",
    "ja_nee": "ja of nee (ook J/N, true/false of 1/0)",
    "geheel": "een geheel getal",
    "getal": "een getal zoals 3,5",
    "bedrag": "een bedrag in euro's met hooguit twee decimalen, zoals 1234,56",
}
"""What is accepted, as a message says it."""

MEESTE_CIJFERS = 38
"""Of a decimal; a file may have a wider one, with which nothing can be done."""

_JA = ("ja", "j", "true", "waar", "1")
_NEE = ("nee", "n", "false", "onwaar", "0")

_MEESTE_EURO = 10**7
"""Amounts from here on are refused: a bsn in the wrong column must not pass for money, and then be shown."""


def soort_van(kolom: str, doel: type[pl.DataType]) -> Soort:
    """How the column of that name and final type is read."""
    if kolom in BEDRAGEN:
        return "bedrag"
    soorten: dict[type[pl.DataType], Soort] = {
        pl.String: "tekst",
        pl.Date: "datum",
        pl.Boolean: "ja_nee",
        pl.Int64: "geheel",
        pl.Float64: "getal",
    }
    return soorten[doel]


def past(kolom: str, soort: Soort, type_: pl.DataType) -> bool:
    """Whether that column can be read as `soort` from this type (Parquet has types)."""
    if type_.is_float() and (type_ not in (pl.Float32, pl.Float64) or soort in ("tekst", "datum")):
        return exact(kolom, type_)
    if isinstance(type_, pl.Decimal) and type_.precision > MEESTE_CIJFERS:
        return False
    if isinstance(type_, pl.String | pl.Categorical | pl.Enum | pl.Null) or type_.is_numeric():
        return True
    return isinstance(type_, pl.Date | pl.Datetime) if soort == "datum" else soort == "ja_nee" and type_ == pl.Boolean


def kaal(kolom: str) -> pl.Expr:
    """Text without the white space around it; nothing left is null."""
    gestript = pl.col(kolom).str.strip_chars()
    return pl.when(gestript != "").then(gestript).alias(kolom)


def ontleed(kolom: str, soort: Soort, type_: pl.DataType, *, uit_cellen: bool = False) -> pl.Expr:
    """The values of a column of (stripped) text or of a native type; null where it cannot be read.

    `uit_cellen`: the text comes from a spreadsheet reader, without leading zeros and with a time behind
    dates.
    """
    if soort == "bedrag" and type_.is_integer():
        cent = pl.col(kolom).cast(pl.Int64, strict=False)
        return pl.when(cent.is_between(-100 * _MEESTE_EURO, 100 * _MEESTE_EURO, closed="none")).then(cent)
    if soort == "datum" and isinstance(type_, pl.Datetime):
        return dag(kolom, type_)
    if is_al(soort, type_):
        return pl.col(kolom)
    if soort in ("bedrag", "getal") and type_.is_numeric():
        getal = pl.col(kolom).cast(pl.Float64)
        if soort == "bedrag":
            return _hele_centen(getal, MEESTE_EURO_FLOAT32 if type_ == pl.Float32 else _MEESTE_EURO)
        return pl.when(getal.is_finite()).then(getal)
    tekst = als_tekst(pl.col(kolom), type_)
    if soort == "tekst":
        geheel = pl.when(~afgerond(kolom, type_)).then(tekst) if type_.is_float() else tekst
        return _tekst(kolom, geheel, aanvullen=uit_cellen or type_.is_numeric())
    if soort == "datum":
        return _datum(tekst.str.replace("^([0-9]{4}-[0-9]{2}-[0-9]{2})[ T][0-9:.]+$", "$1") if uit_cellen else tekst)
    if soort == "ja_nee":
        # No replace_strict: it does not stream, and would hold the whole file in memory.
        klein = tekst.str.to_lowercase()
        return pl.when(klein.is_in(_JA)).then(True).when(klein.is_in(_NEE)).then(False)
    if soort == "geheel":
        geheel = pl.when(~afgerond(kolom, type_)).then(tekst) if type_.is_float() else tekst
        return geheel.cast(pl.Int64, strict=False)
    return lees_bedrag(tekst) if soort == "bedrag" else _getal(tekst)


def is_al(soort: Soort, type_: pl.DataType) -> bool:
    """Whether a column of this native type holds such fields as they are: nothing of it is unreadable."""
    zoals_zij_zijn: dict[Soort, type[pl.DataType]] = {"datum": pl.Date, "ja_nee": pl.Boolean, "geheel": pl.Int64}
    return type_ == zoals_zij_zijn.get(soort)


def als_tekst(waarde: pl.Expr, type_: pl.DataType) -> pl.Expr:
    """The raw field as text; a whole number without decimals, whatever its type."""
    if type_.is_float() or type_.is_decimal():
        heel = waarde.cast(pl.Int64, strict=False)
        geheel = (heel.cast(type_, strict=False) == waarde).fill_null(False)
        return pl.when(geheel).then(heel.cast(pl.String)).otherwise(waarde.cast(pl.String))
    return waarde.cast(pl.String)


def _tekst(kolom: str, tekst: pl.Expr, *, aanvullen: bool) -> pl.Expr:
    if aanvullen and kolom in CIJFERS:
        tekst = pl.when(tekst.str.contains("^[0-9]+$")).then(tekst.str.zfill(CIJFERS[kolom])).otherwise(tekst)
    if kolom in NULLEN_LEEG:
        return pl.when(tekst.str.strip_chars("0") != "").then(tekst)
    return tekst


def vorm(tekst: pl.Expr) -> pl.Expr:
    """One of the leveringsvormen, capitals or not; anything else is null."""
    klein = tekst.str.to_lowercase()
    return pl.when(klein.is_in(LEVERINGSVORMEN)).then(klein)


def _datum(tekst: pl.Expr) -> pl.Expr:
    # The parser alone would also take 31-01-20 for the year 31: the shape is tested first.
    def lees(patroon: str, vorm_: str) -> pl.Expr:
        return pl.when(tekst.str.contains(patroon)).then(tekst).str.to_date(vorm_, strict=False)

    return pl.coalesce(
        lees("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "%Y-%m-%d"),
        lees("^[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}$", "%d-%m-%Y"),
        lees("^[0-9]{8}$", "%Y%m%d"),
    )


def _getal(tekst: pl.Expr) -> pl.Expr:
    punt = tekst.str.replace(",", ".", literal=True)
    return pl.when(punt.str.contains(r"^[+-]?[0-9]{1,9}(\.[0-9]+)?$")).then(punt).cast(pl.Float64, strict=False)


def lees_bedrag(tekst: pl.Expr) -> pl.Expr:
    """Euros in a text as cents."""
    # Three decimals look like thousands; 12.3400 is how some databases write cents.
    gewoon = tekst.str.contains("^[+-]?[0-9]{1,7}([.,]([0-9]{1,2}|[0-9]{2}0{2,}))?$")
    met_punten = tekst.str.contains(r"^[+-]?([0-9]{1,3}\.[0-9]{3}|[0-9]\.[0-9]{3}\.[0-9]{3}),[0-9]{1,2}$")
    met_kommas = tekst.str.contains(r"^[+-]?([0-9]{1,3},[0-9]{3}|[0-9],[0-9]{3},[0-9]{3})\.[0-9]{1,2}$")
    euro = (
        pl.when(gewoon)
        .then(tekst)
        .when(met_punten)
        .then(tekst.str.replace_all(".", "", literal=True))
        .when(met_kommas)
        .then(tekst.str.replace_all(",", "", literal=True))
    )
    return (euro.str.replace(",", ".", literal=True).cast(pl.Float64) * 100).round().cast(pl.Int64)


def _hele_centen(euro: pl.Expr, meeste: float) -> pl.Expr:
    cent = euro * 100
    heel = cent.round()
    goed = (euro.abs() < meeste) & ((cent - heel).abs() < 1e-4)
    return pl.when(goed).then(heel).cast(pl.Int64, strict=False)
