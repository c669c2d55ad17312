"""What all reports write alike: a masked bsn, money, periods, counts."""

from __future__ import annotations

from datetime import date

import polars as pl

ZICHTBAAR = 3
"""How many characters of a masked bsn remain."""


def bsn(toon: bool) -> pl.Expr:
    """The column bsn, masked but for its last characters unless ``toon``; a short one is masked whole."""
    if toon:
        return pl.col("bsn")
    tekst = pl.col("bsn")
    einde = tekst.str.tail(ZICHTBAAR)
    lang = pl.concat_str(pl.lit("*" * 6), einde)
    return pl.when(tekst.str.len_chars() >= 9).then(lang).when(tekst.is_not_null()).then(pl.lit("***")).alias("bsn")


def euro(cent: int | None) -> str:
    """Whole cents as Dutch money: € 1.234,56."""
    if cent is None:
        return "–"
    teken = "-" if cent < 0 else ""
    return f"€ {teken}{abs(cent) // 100:,}".replace(",", ".") + f",{abs(cent) % 100:02}"


def getal(aantal: int) -> str:
    """A count with points between the thousands: 1.234."""
    return f"{aantal:,}".replace(",", ".")


def datum(dag: date | None) -> str:
    """31-01-2026, or a dash."""
    return "–" if dag is None else f"{dag:%d-%m-%Y}"


def periode(van: date | None, tot: date | None) -> str:
    """One day, or the first and the last."""
    return datum(van) if van == tot else f"{datum(van)} t/m {datum(tot)}"


def meervoud(aantal: int, een: str, meer: str) -> str:
    """1 regel, 2 regels."""
    return f"{getal(aantal)} {een if aantal == 1 else meer}"
