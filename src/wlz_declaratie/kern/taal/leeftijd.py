"""How old a client is on begindatum."""

from __future__ import annotations

import polars as pl

from wlz_declaratie.kern.populatie import Populatie


def geboren(pop: Populatie) -> pl.LazyFrame:
    """The day of birth of each client in the table clienten: bsn and ``_geboren``.

    A client of whom it gives two has none: nothing follows from either.
    """
    dagen = pop.dossier["clienten"].select("bsn", _geboren=pl.col("geboortedatum").to_physical())
    return dagen.drop_nulls().unique().unique("bsn", keep="none")


def met_leeftijd(lijnen: pl.LazyFrame, pop: Populatie) -> pl.LazyFrame:
    """Add ``leeftijd`` (Int32): full years on begin, by the ``geboren`` of the line, else that of the client.

    Null where neither is known.
    """
    geboren_op = pl.col("geboren")
    if "clienten" in pop.dossier:
        lijnen = lijnen.join(pop.eenmaal(geboren), on="bsn", how="left")
        geboren_op = pl.coalesce("geboren", "_geboren")
    begin, op = pl.col("begin").cast(pl.Date).dt, geboren_op.cast(pl.Date).dt
    nog_niet_jarig = begin.month().cast(pl.Int32) * 100 + begin.day() < op.month().cast(pl.Int32) * 100 + op.day()
    return lijnen.with_columns(leeftijd=begin.year() - op.year() - nog_niet_jarig.cast(pl.Int32)).drop(
        "_geboren", strict=False
    )
