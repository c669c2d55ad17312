"""How old a client is on begindatum."""

from __future__ import annotations

import polars as pl


def met_leeftijd(lijnen: pl.LazyFrame, clienten: pl.LazyFrame | None) -> pl.LazyFrame:
    """Add ``leeftijd`` (Int32): full years on begin, by the ``geboren`` of the line, else that of the client.

    Null where neither is known. A client of whom the table gives two birth dates has none: nothing follows from either.
    """
    geboren = pl.col("geboren")
    if clienten is not None:
        bekend = (
            clienten.select("bsn", _geboren=pl.col("geboortedatum").to_physical())
            .drop_nulls()
            .unique()
            .unique("bsn", keep="none")
        )
        lijnen = lijnen.join(bekend, on="bsn", how="left")
        geboren = pl.coalesce("geboren", "_geboren")
    begin, op = pl.col("begin").cast(pl.Date).dt, geboren.cast(pl.Date).dt
    nog_niet_jarig = begin.month().cast(pl.Int32) * 100 + begin.day() < op.month().cast(pl.Int32) * 100 + op.day()
    return lijnen.with_columns(leeftijd=begin.year() - op.year() - nog_niet_jarig.cast(pl.Int32)).drop(
        "_geboren", strict=False
    )
