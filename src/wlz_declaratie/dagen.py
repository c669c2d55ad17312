"""Calendar days as whole numbers, and sets of them as intervals.

Inside the house a day is an Int32 (days since 1970-01-01, the physical value of a Date) in columns ``begin`` and
``eind``, both inclusive. Overlap and cover are computed by sorting and a running maximum, never by joining lines
with lines, so that one crowded bsn costs no more than many quiet ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import polars as pl

EPOCHE = date(1970, 1, 1)
OPEN_EIND = (date(9999, 12, 31) - EPOCHE).days
_GROEP = 1 << 22
"""Larger than any day number, so that group number times this plus a day sorts by group, then by day."""


def dag(datum: date) -> int:
    """The day number of a date."""
    return (datum - EPOCHE).days


def als_datum(uitdrukking: pl.Expr) -> pl.Expr:
    """A column of day numbers as dates."""
    return uitdrukking.cast(pl.Int32).cast(pl.Date)


def met_groep(lijnen: pl.LazyFrame, op: Sequence[str]) -> pl.LazyFrame:
    """Sorted by ``op``, then begin, eind and volgorde where there is one; ``groep`` numbers the groups from 1."""
    extra = ["volgorde"] if "volgorde" in lijnen.collect_schema().names() else []
    grens = pl.any_horizontal(pl.col(kolom).ne_missing(pl.col(kolom).shift()) for kolom in op)
    eerste = pl.int_range(pl.len()) == 0
    return lijnen.sort(*op, "begin", "eind", *extra).with_columns(groep=(grens | eerste).cast(pl.Int64).cum_sum())


def vorig_eind(groep: str = "groep") -> pl.Expr:
    """Latest eind among the earlier rows of the same group, of a frame sorted by groep and begin; else null."""
    hoogste = (pl.col(groep) * _GROEP + pl.col("eind")).cum_max().shift()
    return pl.when(hoogste // _GROEP == pl.col(groep)).then(hoogste % _GROEP).cast(pl.Int32)


def reeksen(lijnen: pl.LazyFrame, op: Sequence[str], gat: int) -> pl.LazyFrame:
    """Number the runs (``reeks``) of lines of one group whose gaps are at most ``gat`` days.

    A gap is the number of days strictly between a line and the latest einddatum before it.
    """
    nieuw = pl.col("vorig_eind").is_null() | (pl.col("begin") - pl.col("vorig_eind") - 1 > gat)
    return (
        met_groep(lijnen, op)
        .with_columns(vorig_eind=vorig_eind())
        .with_columns(reeks=nieuw.cast(pl.Int64).cum_sum())
    )


def vereniging(lijnen: pl.LazyFrame, op: Sequence[str]) -> pl.LazyFrame:
    """The days of all lines of a group as disjoint intervals: ``op``, begin, eind; sorted; adjacent ones joined."""
    return (
        reeksen(lijnen.select(*op, "begin", "eind"), op, gat=0)
        .group_by("reeks", maintain_order=True)
        .agg(pl.first(*op, "begin"), pl.max("eind"))
        .drop("reeks")
    )


def gedekte_dagen(lijnen: pl.LazyFrame, dekking: pl.LazyFrame, op: Sequence[str], naam: str = "gedekt") -> pl.LazyFrame:
    """Add ``naam`` (Int64): how many days of each line lie in the union of ``dekking`` (op, begin, eind).

    Gives the lines in another order.
    """
    lengte = pl.col("eind") - pl.col("begin") + 1
    tot_en_met = (
        vereniging(dekking, op)
        .with_columns(_van=pl.col("begin"), _tot=pl.col("eind"), _voor=lengte.cast(pl.Int64).cum_sum() - lengte)
        .select(*op, "_van", "_tot", "_voor")
    )

    def geteld(dagnummer: pl.Expr) -> pl.Expr:
        return pl.col("_voor") + pl.min_horizontal(dagnummer, pl.col("_tot")) - pl.col("_van") + 1

    for grens, kolom in ((pl.col("eind"), "_t"), (pl.col("begin") - 1, "_v")):
        lijnen = (
            lijnen.with_columns(_dag=grens)
            .sort("_dag")
            .join_asof(
                tot_en_met.sort("_van"),
                left_on="_dag",
                right_on="_van",
                by=list(op),
                coalesce=False,
                check_sortedness=False,  # cannot be checked within groups; both sides are sorted right here
            )
            .with_columns(geteld(pl.col("_dag")).alias(kolom))
            .drop("_dag", "_van", "_tot", "_voor", *(f"{k}_right" for k in op), strict=False)
        )
    # Without an interval before the line nothing was counted yet: the running count starts at the group's own first.
    eerste = tot_en_met.group_by(op).agg(_nul=pl.col("_voor").min())
    return (
        lijnen.join(eerste, on=list(op), how="left", nulls_equal=True)
        .with_columns((pl.col("_t") - pl.coalesce("_v", "_nul")).fill_null(0).cast(pl.Int64).alias(naam))
        .drop("_t", "_v", "_nul")
    )


def cumulatieve_dagen(lijnen: pl.LazyFrame, op: Sequence[str], naam: str = "cumulatief") -> pl.LazyFrame:
    """Add ``naam`` (Int64): distinct days of the lines of each group up to and including each line.

    In the order of the catalogue (columns ``batch`` and ``volgorde``): all days of the history come first,
    also those later on the calendar. An empty key equals an empty key. Gives the lines in another order.
    """
    # Within history and within batch, lines go by begin: what one adds starts after the latest eind so far.
    delen = (
        met_groep(met_groep(lijnen, op).with_columns(_sleutel="groep"), ["_sleutel", "batch"])
        .with_columns(_begin="begin", begin=pl.max_horizontal("begin", vorig_eind() + 1))
        .drop("groep")
    )
    heeft_nieuw = pl.col("begin") <= pl.col("eind")
    historie = delen.filter(~pl.col("batch"))
    batch = gedekte_dagen(delen.filter("batch"), historie.filter(heeft_nieuw), ["_sleutel"], "_al")
    nieuw = pl.when(heeft_nieuw).then(pl.col("eind") - pl.col("begin") + 1 - pl.col("_al")).otherwise(0)
    return (
        pl.concat([historie.with_columns(_al=pl.lit(0, dtype=pl.Int64)), batch])
        .with_columns(nieuw.cum_sum().over("_sleutel", order_by="volgorde").alias(naam), begin="_begin")
        .drop("_sleutel", "_begin", "_al")
    )


def buiten(lijnen: pl.LazyFrame, weg: pl.LazyFrame, op: Sequence[str]) -> pl.LazyFrame:
    """The parts of each line (``begin``, ``eind``) on none of the days of ``weg`` (op, begin, eind).

    A line without such days stays as it is, one that is cut gives a row per part, one that lies wholly in
    ``weg`` gives none. Gives the lines in another order.
    """
    dekking = vereniging(weg, op).with_row_index("_nr").with_columns(pl.col("_nr").cast(pl.Int64))

    def met_nummer(
        links: pl.LazyFrame, naam: str, dagnummer: str, grens: str, kant: Literal["forward", "backward"]
    ) -> pl.LazyFrame:
        """Add the number of the first interval with ``grens`` from that day on, or of the last one until it."""
        nummers = dekking.select(*op, pl.col("_nr").alias(naam), pl.col(grens).alias("_dag")).sort("_dag")
        return (
            links.sort(dagnummer)
            .join_asof(
                nummers,
                left_on=dagnummer,
                right_on="_dag",
                by=list(op),
                strategy=kant,
                coalesce=False,
                check_sortedness=False,  # as in gedekte_dagen
            )
            .drop("_dag", *(f"{k}_right" for k in op), strict=False)
        )

    lijnen = met_nummer(lijnen, "_eerste", "begin", "eind", "forward")
    lijnen = met_nummer(lijnen, "_laatste", "eind", "begin", "backward")
    geraakt = (pl.col("_eerste") <= pl.col("_laatste")).fill_null(False)
    nr = pl.col("_nr")
    delen = (
        lijnen.filter(geraakt)
        .with_columns(_nr=pl.int_ranges("_eerste", pl.col("_laatste") + 2))
        .explode("_nr")
        .join(dekking.select(nr + 1, _van=pl.col("eind") + 1), on="_nr", how="left")
        .join(dekking.select(nr, _tot=pl.col("begin") - 1), on="_nr", how="left")
        .with_columns(
            begin=pl.when(nr > pl.col("_eerste")).then("_van").otherwise("begin"),
            eind=pl.when(nr <= pl.col("_laatste")).then("_tot").otherwise("eind"),
        )
        .filter(pl.col("begin") <= pl.col("eind"))
        .drop("_nr", "_van", "_tot")
    )
    return pl.concat([lijnen.filter(~geraakt), delen]).drop("_eerste", "_laatste")
