"""Numbers of people and organisations: texts of digits outside, integers inside."""

from __future__ import annotations

import polars as pl

SLEUTELS = {"bsn": 9, "agb": 8, "instelling": 8, "uzovi": 4}
"""Columns of the dossier that are numbers inside, with their digits."""


def sleutel(kolom: str, lengte: int) -> pl.Expr:
    """A text of exactly ``lengte`` digits as a number; anything else is null."""
    tekst = pl.col(kolom)
    # A cast is four times as fast as a pattern; it takes a sign.
    goed = (tekst.str.len_bytes() == lengte) & ~tekst.str.starts_with("+") & ~tekst.str.starts_with("-")
    return pl.when(goed).then(tekst.cast(pl.Int32, strict=False))


def client() -> pl.Expr:
    """An integer by which whole clients stay together, of a table with ``bsn`` as a number."""
    return pl.col("bsn").hash()


def client_van_regel(plek: str) -> pl.Expr:
    """The same of declaration lines, with ``bsn`` as text.

    What is no number equals itself; who has no bsn is nobody else (by ``plek``, the number of the line).
    """
    nummer = sleutel("bsn", SLEUTELS["bsn"])
    zonder_nummer = pl.when(pl.col("bsn").is_not_null()).then(pl.col("bsn").hash()).otherwise(pl.col(plek).hash())
    return pl.when(nummer.is_not_null()).then(nummer.hash()).otherwise(zonder_nummer)
