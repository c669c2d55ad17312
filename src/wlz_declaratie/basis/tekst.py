"""Text put together per row, and numbers as people read them."""

from __future__ import annotations

import polars as pl


def zin(patroon: str, *delen: str | pl.Expr) -> pl.Expr:
    """The text ``patroon`` with every ``{}`` filled in per row; a part is a column name or expression.

    Null where a part is null, as in ``pl.format``. That one panics in Polars 2.1 on a column with an empty
    chunk before its last, which a filter on a frame of several chunks leaves (pola-rs/polars #25339).
    """
    eerste, *stukken = patroon.split("{}")
    waarden = [pl.col(deel) if isinstance(deel, str) else deel for deel in delen]
    vervolg = [stuk for paar in zip(waarden, map(pl.lit, stukken), strict=True) for stuk in paar]
    return pl.concat_str(pl.lit(eerste), *vervolg)


def getal(aantal: int) -> str:
    """A count with points between the thousands: 1.234."""
    return f"{aantal:,}".replace(",", ".")


def getal_tekst(aantal: pl.Expr) -> pl.Expr:
    """`getal` for a column of whole numbers."""
    cijfers = aantal.abs().cast(pl.String).str.reverse().str.replace_all("[0-9]{3}", "${0}.").str.strip_suffix(".")
    return pl.concat_str(pl.when(aantal < 0).then(pl.lit("-")).otherwise(pl.lit("")), cijfers.str.reverse())
