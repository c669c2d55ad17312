"""The row of the dossier on which a finding rests: "toewijzing 754 verblijf, AW33 van 12-01-2026"."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from wlz_declaratie.basis.dagen import met_laatst_begonnen
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.inlezen.basis import toonbaar
from wlz_declaratie.kern.begrippen import TOEGEWEZEN_VORM

RIJEN = ("toewijzing", "indicatie", "levering", "pgb")
"""What a finding calls such a row, in its gegevens too."""
ELDERS = "elders_toegewezen"
"""What a finding without a row calls those that there are instead, in its gegevens too."""
WOORD = "woord"
"""Column of rows that are not all called alike: one of RIJEN for each."""


def met_rij(
    lijnen: pl.DataFrame, rijen: pl.LazyFrame, als: str, per: Sequence[str], op: str, vorm: str
) -> pl.DataFrame:
    """Add ``als``, in words: of the rows of the group (``per``) the one that says most about the line on day ``op``.

    That is the row begun last by that day, if it runs then; else of those begun the one that ends last, if it shares a
    day with the line; else the first one after, if that does; else the nearest before, or else after. Null where the
    group has none. ``rijen`` has per, begin, eind, and what `in_woorden` tells; of rows of the same days these words
    decide, not their order.

    For the few lines with a finding; sorts, and joins no lines with rows.
    """
    tekst = in_woorden(rijen.collect_schema().names(), als, vorm)
    op_volgorde = (
        rijen.join(lijnen.lazy().select(per).unique(), on=list(per), how="semi")
        .select(*per, rij_van="begin", rij_tot="eind", rij_tekst=tekst)
        .sort(*per, "rij_van", "rij_tot", "rij_tekst")
        .with_row_index("rij_nr")
        .collect()
        .lazy()
    )
    langst = pl.col("rij_tot") == pl.col("rij_tot").cum_max().over(per)
    buren = op_volgorde.with_columns(
        rij_langst=pl.when(langst).then("rij_nr").forward_fill(),
        rij_langst_tot=pl.when(langst).then("rij_tot").forward_fill(),
        rij_na=pl.col("rij_nr").shift(-1).over(per),
        rij_na_van=pl.col("rij_van").shift(-1).over(per),
    ).drop("rij_tekst")
    eerste = op_volgorde.group_by(per).agg(rij_eerste=pl.first("rij_nr"), rij_eerste_van=pl.first("rij_van"))
    # Where a row has begun, the first of the group has too: then it is not the one after.
    na, na_van = pl.coalesce("rij_na", "rij_eerste"), pl.coalesce("rij_na_van", "rij_eerste_van")
    gekozen = (
        pl.when(pl.col("rij_tot") >= pl.col(op))
        .then("rij_nr")
        .when(pl.col("rij_langst_tot") >= pl.col("begin"))
        .then("rij_langst")
        .when(na_van.is_between(pl.col(op), pl.col("eind")))
        .then(na)
        .otherwise(pl.coalesce("rij_langst", na))
    )
    kolommen = [kolom for kolom in lijnen.columns if kolom != als]
    return (
        met_laatst_begonnen(lijnen.lazy().select(kolommen), buren, per, "rij_van", op)
        .join(eerste, on=list(per), how="left")
        .with_columns(rij_nr=gekozen)
        .join(op_volgorde.select("rij_nr", pl.col("rij_tekst").alias(als)), on="rij_nr", how="left")
        .select(*kolommen, als)
        .collect()
    )


def in_woorden(kolommen: Collection[str], woord: str, vorm: str) -> pl.Expr:
    """A row that has these columns, as a finding names it; what is empty or may not be shown is left out.

    Column WOORD, or else ``woord``; zzpcode; leveringsvorm, in column ``vorm``; where the row comes from (HERKOMST).
    """
    wat = [pl.col(WOORD) if WOORD in kolommen else pl.lit(woord)]
    if "zzpcode" in kolommen:
        wat.append(toonbaar(pl.col("zzpcode")))
    if vorm in kolommen:
        wat.append(pl.col(vorm).replace_strict(TOEGEWEZEN_VORM, default=None, return_dtype=pl.String))
    tekst = pl.concat_str(wat, separator=" ", ignore_nulls=True)
    if "herkomst" not in kolommen:
        return tekst
    herkomst, nummer = pl.col("herkomst").cast(pl.String), pl.col("herkomst_regel")
    telwoord = (
        pl.when(herkomst.str.to_lowercase().str.ends_with(".xlsx")).then(pl.lit("rij")).otherwise(pl.lit("regel"))
    )
    plaats = pl.when(nummer.is_not_null()).then(zin(" {} {}", telwoord, nummer)).otherwise(pl.lit(""))
    return tekst + pl.when(herkomst.is_not_null()).then(zin(", {}{}", herkomst, plaats)).otherwise(pl.lit(""))


def rij_tekst(rij: pl.Expr) -> pl.Expr:
    """The row behind a message, in brackets; nothing where there is none."""
    return zin(" ({})", rij).fill_null("")
