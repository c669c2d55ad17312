"""Calendar months as whole numbers, counted on from year 0: January 2026 is 2026 * 12."""

from __future__ import annotations

import polars as pl

from wlz_declaratie.basis.dagen import als_datum


def maand_van(dagnummer: str | pl.Expr) -> pl.Expr:
    """The month (Int64) in which a day number lies."""
    datum = als_datum(pl.col(dagnummer) if isinstance(dagnummer, str) else dagnummer).dt
    return datum.year().cast(pl.Int64) * 12 + datum.month() - 1


def eerste_dag(maand: pl.Expr) -> pl.Expr:
    """The day number (Int32) of the first of a month."""
    return pl.date(maand // 12, maand % 12 + 1, 1).to_physical()


def laatste_dag(maand: pl.Expr) -> pl.Expr:
    """The day number (Int32) of the last of a month."""
    return eerste_dag(maand + 1) - 1
