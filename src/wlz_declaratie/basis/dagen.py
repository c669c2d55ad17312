"""Calendar days as whole numbers, and sets of them as intervals.

Inside the house a day is an Int32 (days since 1970-01-01, the physical value of a Date) in columns ``begin`` and
``eind``, both inclusive. Overlap and cover are computed by sorting and a running maximum, never by joining lines
with lines, so that one crowded bsn costs no more than many quiet ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

EPOCHE = date(1970, 1, 1)
OPEN_EIND = (date(9999, 12, 31) - EPOCHE).days
_GROEP = 1 << 22
"""Larger than any day number, so that group number times this plus a day sorts by group, then by day."""
_VOOR = 1 << 20
"""Days before 1970 are below zero, though none as far as this."""
_PLAATSEN = 1 << 11
"""So many uitvoerders of a client can be told apart in one whole number with bsn and day."""
_LIGT_OP_VOLGORDE = (["bsn"], ["_sleutel"])
"""Groups that are whole numbers and by which lines lie already: sorting these by group and day costs very little."""


def dag(datum: date) -> int:
    """The day number of a date."""
    return (datum - EPOCHE).days


def als_datum(uitdrukking: pl.Expr) -> pl.Expr:
    """A column of day numbers as dates."""
    return uitdrukking.cast(pl.Int32).cast(pl.Date)


def datum_tekst(dagnummer: pl.Expr) -> pl.Expr:
    """A day number as a Dutch date, 31-01-2026."""
    return als_datum(dagnummer).dt.strftime("%d-%m-%Y")


def jaar(dagnummer: str) -> pl.Expr:
    """The calendar year (Int32) of a column of day numbers."""
    return als_datum(pl.col(dagnummer)).dt.year()


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
        met_groep(lijnen, op).with_columns(vorig_eind=vorig_eind()).with_columns(reeks=nieuw.cast(pl.Int64).cum_sum())
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
            met_laatst_begonnen(lijnen.with_columns(_dag=grens), tot_en_met, op, "_van", "_dag")
            .with_columns(geteld(pl.col("_dag")).alias(kolom))
            .drop("_dag", "_van", "_tot", "_voor")
        )
    # Without an interval before the line nothing was counted yet: the running count starts at the group's own first.
    eerste = tot_en_met.group_by(op).agg(_nul=pl.col("_voor").min())
    return (
        lijnen.join(eerste, on=list(op), how="left", nulls_equal=True)
        .with_columns((pl.col("_t") - pl.coalesce("_v", "_nul")).fill_null(0).cast(pl.Int64).alias(naam))
        .drop("_t", "_v", "_nul")
    )


def met_laatst_begonnen(
    lijnen: pl.LazyFrame, rijen: pl.LazyFrame, op: Sequence[str], van: str, tot: str = "begin"
) -> pl.LazyFrame:
    """Add to each line the columns of the row of its group begun last (day ``van``) by its day ``tot``.

    Null where none had begun; of rows begun on one day the last one in ``rijen``. Gives the lines in another order.
    """
    if list(op) in _LIGT_OP_VOLGORDE:
        return _laatst_begonnen_op_as(lijnen, rijen, op[0], van, tot)
    return (
        lijnen.sort(tot)
        .join_asof(
            rijen.sort(van, maintain_order=True),
            left_on=tot,
            right_on=van,
            by=list(op),
            coalesce=False,
            check_sortedness=False,  # cannot be checked within groups; both sides are sorted right here
        )
        .drop(*(f"{k}_right" for k in op), strict=False)
    )


def _laatst_begonnen_op_as(lijnen: pl.LazyFrame, rijen: pl.LazyFrame, sleutel: str, van: str, tot: str) -> pl.LazyFrame:
    """``met_laatst_begonnen`` of groups that are whole numbers: all on one axis, several times as fast."""
    waarden = [kolom for kolom in rijen.collect_schema().names() if kolom != sleutel]
    op_volgorde = rijen.select(*waarden, _as_van=op_as(sleutel, van)).sort("_as_van", maintain_order=True)
    bekend = lijnen.collect_schema().names()
    namen = [f"{kolom}_right" if kolom in bekend else kolom for kolom in waarden]
    # What was found may be the last row of a group before.
    van_groep = pl.col("_as_van") >= op_as(sleutel, pl.lit(-_VOOR))
    return (
        lijnen.with_columns(_as=op_as(sleutel, tot))
        .pipe(_op_volgorde, "_as")
        .join_asof(op_volgorde, left_on="_as", right_on="_as_van", coalesce=False)
        .with_columns(pl.when(van_groep).then(pl.col(kolom)).alias(kolom) for kolom in namen)
        .drop("_as", "_as_van")
    )


def _op_volgorde(lijnen: pl.LazyFrame, kolom: str) -> pl.LazyFrame:
    """Sorted by a column, by which the lines of a batch often are already: to look costs much less than to sort."""

    def gesorteerd(blok: pl.DataFrame) -> pl.DataFrame:
        return blok.with_columns(pl.col(kolom).set_sorted()) if blok[kolom].is_sorted() else blok.sort(kolom)

    return lijnen.map_batches(gesorteerd, validate_output_schema=False)


def op_plaats(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """The lines in the order of ``plaats``, a whole number (Int64) of bsn, some bits of uitvoerder, and begin."""
    bits = pl.col("uitvoerder").cast(pl.Int64) & (_PLAATSEN - 1)
    plaats = (pl.col("bsn").cast(pl.Int64) * _PLAATSEN + bits) * _GROEP + pl.col("begin")
    return lijnen.with_columns(plaats=plaats).sort("plaats", maintain_order=True)


def met_kandidaat(lijnen: pl.LazyFrame, rijen: pl.LazyFrame) -> pl.LazyFrame:
    """Add to each line (``op_plaats``) a row that most often is the last begun of its bsn and uitvoerder, as ``rij_…``.

    Several times as fast as ``met_laatst_begonnen``, for where one look will do: who uses it compares rij_bsn and
    rij_uitvoerder, and looks properly for the lines to which this row says nothing.
    """
    kandidaten = op_plaats(rijen).select(pl.all().name.prefix("rij_"))
    return lijnen.join_asof(kandidaten, left_on="plaats", right_on="rij_plaats", coalesce=False)


def met_laatste_periode(lijnen: pl.LazyFrame, dekking: pl.LazyFrame, op: Sequence[str]) -> pl.LazyFrame:
    """Add ``laatste_van`` and ``laatste_tot``: the period of the union of ``dekking`` begun last by begin.

    Both are null where none had begun. A line lies wholly in the union exactly when laatste_tot >= eind: one
    look-up per line, where ``gedekte_dagen`` needs two. Gives the lines in another order.
    """
    perioden = vereniging(dekking, op).select(*op, laatste_van="begin", laatste_tot="eind")
    return met_laatst_begonnen(lijnen, perioden, op, "laatste_van")


def niet_gedekt(lijnen: pl.LazyFrame, dekking: pl.LazyFrame, op: Sequence[str]) -> pl.LazyFrame:
    """The lines with a day outside the union of ``dekking`` (op, begin, eind); in another order.

    With ``eerste_dag_buiten`` (Int32) and ``dagen_buiten`` (Int64): which day, and how many there are. Computed
    here, not lazily, for the counting is about few lines; of many lines select few columns first.
    """
    ergens_buiten = (pl.col("laatste_tot") < pl.col("eind")).fill_null(True)
    # Mostly one row covers a line by itself; only for the others does it matter what rows make together.
    rijen = dekking.select(*op, laatste_van="begin", laatste_tot="eind")
    per_rij = met_laatst_begonnen(lijnen, rijen, op, "laatste_van").filter(ergens_buiten)
    kandidaten = per_rij.drop("laatste_van", "laatste_tot").collect()
    van_hen = pl.col(op[0]).is_in(kandidaten[op[0]].unique().implode())
    dekking = dekking.filter(van_hen).collect().lazy()
    over = met_laatste_periode(kandidaten.lazy(), dekking, op).filter(ergens_buiten).collect().lazy()
    dagen = pl.col("eind") - pl.col("begin") + 1
    return (
        gedekte_dagen(over, dekking, op, "_gedekt")
        .with_columns(
            eerste_dag_buiten=pl.max_horizontal("begin", pl.col("laatste_tot") + 1),
            dagen_buiten=dagen - pl.col("_gedekt"),
        )
        .drop("laatste_van", "laatste_tot", "_gedekt")
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
    erbij = pl.col("begin") <= pl.col("eind")
    al_geteld = pl.when("batch").then("_historie").otherwise(0)
    nieuw = pl.when(erbij).then(pl.col("eind") - pl.col("begin") + 1 - al_geteld).otherwise(0)
    return (
        gedekte_dagen(delen, delen.filter(~pl.col("batch"), erbij), ["_sleutel"], "_historie")
        .with_columns(nieuw.cum_sum().over("_sleutel", order_by="volgorde").alias(naam), begin="_begin")
        .drop("_sleutel", "_begin", "_historie")
    )


def op_as(sleutel: str, dagnummer: str | pl.Expr) -> pl.Expr:
    """A day of a client (or another whole number) on one axis (Int64) that orders all days of all clients."""
    dagen = pl.col(dagnummer) if isinstance(dagnummer, str) else dagnummer
    return pl.col(sleutel).cast(pl.Int64) * _GROEP + dagen


def binnen(lijnen: pl.LazyFrame, dekking: pl.LazyFrame, op: Sequence[str]) -> pl.LazyFrame:
    """The parts of each line (``begin``, ``eind``) that lie in the union of ``dekking`` (op, begin, eind).

    A line gives a row per period that it meets: for groups of few periods, such as what is known of one instelling.
    """
    perioden = vereniging(dekking, op).rename({"begin": "_van", "eind": "_tot"})
    return (
        lijnen.join(perioden, on=list(op), how="inner")
        .with_columns(begin=pl.max_horizontal("begin", "_van"), eind=pl.min_horizontal("eind", "_tot"))
        .filter(pl.col("begin") <= pl.col("eind"))
        .drop("_van", "_tot")
    )


def buiten(lijnen: pl.LazyFrame, weg: pl.LazyFrame, sleutel: str) -> pl.LazyFrame:
    """The parts of each line (``begin``, ``eind``) on none of the days of ``weg`` (sleutel, begin, eind).

    A line without such days stays as it is, one that is cut gives a row per part, one that lies wholly in
    ``weg`` gives none. ``sleutel`` is a column of whole numbers. Gives the lines in another order.
    """
    perioden = vereniging(weg, [sleutel]).select(
        "begin",
        "eind",
        _weg=pl.int_range(pl.len()),
        _weg_van=op_as(sleutel, "begin"),
        _weg_tot=op_as(sleutel, "eind"),
    )
    eerste, laatste, nr = pl.col("_weg_eerste"), pl.col("_weg_laatste"), pl.col("_weg")
    return (
        # The first period that ends from begin on and the last that begins by eind; none when they cross.
        lijnen.with_columns(_op_begin=op_as(sleutel, "begin"), _op_eind=op_as(sleutel, "eind"))
        .sort("_op_begin")
        .join_asof(
            perioden.select("_weg_tot", _weg_eerste="_weg"),
            left_on="_op_begin",
            right_on="_weg_tot",
            strategy="forward",
            coalesce=False,
        )
        .sort("_op_eind")
        .join_asof(
            perioden.select("_weg_van", _weg_laatste="_weg"),
            left_on="_op_eind",
            right_on="_weg_van",
            coalesce=False,
        )
        # Part n of a line lies between its n-th period and the one before; the outer ends are its own.
        .with_columns(_weg=pl.when(eerste <= laatste).then(pl.int_ranges(eerste, laatste + 2)))
        .explode("_weg", keep_nulls=True)
        .join(perioden.select(nr + 1, _weg_na=pl.col("eind") + 1), on="_weg", how="left")
        .join(perioden.select(nr, _weg_voor=pl.col("begin") - 1), on="_weg", how="left")
        .with_columns(
            begin=pl.when(nr > eerste).then("_weg_na").otherwise("begin"),
            eind=pl.when(nr <= laatste).then("_weg_voor").otherwise("eind"),
        )
        .filter(pl.col("begin") <= pl.col("eind"))
        .drop("_op_begin", "_op_eind", r"^_weg.*$")
    )
