"""Rows with a period cut into the stretches in which the same of them are in force.

A look-up then finds all that was in force on a day at once (``dagen.met_laatst_begonnen`` on ``vanaf``), however rows
overlap.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def tijdvakken(rijen: pl.LazyFrame, op: Sequence[str], *waarden: pl.Expr) -> pl.LazyFrame:
    """What holds per group from ``vanaf`` (a day) on, until the next row of that group: op, vanaf and ``waarden``.

    ``rijen`` has op, begin and eind; ``waarden`` are sums, highest, lowest … of the rows in force, null where none is.
    """
    rijen = rijen.with_columns(eind=pl.col("eind") + 1)
    grenzen = (
        pl.concat([rijen.select(*op, vanaf=grens) for grens in ("begin", "eind")])
        .unique()
        .sort(*op, "vanaf")
        .with_row_index("_nr")
    )
    # Each row covers the stretches from its own begin up to the one that starts on the day after it.
    per_tijdvak = (
        rijen.join(grenzen, left_on=[*op, "begin"], right_on=[*op, "vanaf"])
        .join(grenzen, left_on=[*op, "eind"], right_on=[*op, "vanaf"], suffix="_eind")
        .with_columns(_nr=pl.int_ranges("_nr", "_nr_eind", dtype=pl.UInt32))
        .explode("_nr")
        .group_by("_nr")
        .agg(*waarden)
    )
    return grenzen.join(per_tijdvak, on="_nr", how="left").drop("_nr")


def laatst_begonnen_per_tijdvak(rijen: pl.LazyFrame, op: Sequence[str], kolom: str, bij: str) -> pl.LazyFrame:
    """Per group, from ``vanaf`` on, ``kolom`` of the row in force begun last; of equal ones the one of most ``bij``."""
    volgende = {naam: pl.col(naam).shift(-1).over(op, order_by=["begin", bij]) for naam in ("begin", "eind")}
    # A row that the next one outlasts is over where that begins: so that rows left open do not pile up.
    ingehaald = pl.when(volgende["eind"] >= pl.col("eind")).then(volgende["begin"] - 1)
    kort = rijen.with_columns(eind=pl.min_horizontal("eind", ingehaald)).filter(pl.col("begin") <= pl.col("eind"))
    return tijdvakken(kort, op, pl.col(kolom).sort_by("begin", bij).last())
