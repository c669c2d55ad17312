"""Lines that share a day with an earlier line of the same client: the shape of VRB-01.

Lines of the history are earlier than those of the batch; within the batch ``volgorde`` decides.
"""

from __future__ import annotations

import polars as pl

from wlz_declaratie.basis.dagen import buiten, met_groep, op_as
from wlz_declaratie.kern.taal.ander import als_ander

PAAR = ["bsn", "uitvoerder"]
LIJN = ("rij", "batch", "bestandnr", "regelnummer", "volgorde", "prestatiecode", "begin", "eind", "dagen")


def met_eerdere(lijnen: pl.LazyFrame, behalve: pl.LazyFrame | None) -> pl.LazyFrame:
    """The batch lines that share a day, where given outside ``behalve`` (bsn, begin, eind), with an earlier one.

    Columns: PAAR and LIJN of the line, what ``{ander}`` needs of the earlier one, and

    - gedeelde_dagen (Int32), gedeeld_van and gedeeld_tot (days): what both have;
    - verhuisdag: with each earlier line it shares one day only, the last of one and the first of the other, of two
      uitvoerders. Where one shares more, that one is named; history before batch.

    Computed here, not lazily: several findings read it.
    """
    alle = _die_overlappen(lijnen, behalve)
    return (
        _gekozen(alle)
        .join(als_ander(alle), on="ander_rij", how="left")
        .with_columns(
            gedeeld_van=pl.max_horizontal("begin", "ander_begin"),
            gedeeld_tot=pl.min_horizontal("eind", "ander_eind"),
        )
        .with_columns(gedeelde_dagen=pl.col("gedeeld_tot") - pl.col("gedeeld_van") + 1)
        .collect()
        .lazy()
    )


def _die_overlappen(lijnen: pl.LazyFrame, behalve: pl.LazyFrame | None) -> pl.LazyFrame:
    """Lines that share a day with another one of the same client; ``paar`` numbers PAAR.

    ``van`` and ``tot`` are the first and last day that count: a line with none is left out. So another of these lines
    shares a day that counts with a line when it begins by ``tot`` and ends from ``van`` on.
    """
    op_begin = lijnen.select("rij", van=op_as("bsn", "begin"), tot=op_as("bsn", "eind")).sort("van")
    raakt_eerdere = (pl.col("van") <= pl.col("tot").cum_max().shift()).fill_null(False)
    rijen = op_begin.filter(raakt_eerdere | raakt_eerdere.shift(-1)).collect()["rij"]
    lijnen = lijnen.filter(pl.col("rij").is_in(rijen.implode())).select(*PAAR, *LIJN)
    lijnen = met_groep(lijnen, PAAR).rename({"groep": "paar"}).collect().lazy()
    if behalve is None:
        return lijnen.with_columns(van="begin", tot="eind")
    tellend = buiten(lijnen.select("rij", "bsn", "begin", "eind"), behalve, "bsn")
    per_lijn = tellend.group_by("rij").agg(van=pl.min("begin"), tot=pl.max("eind"))
    return lijnen.join(per_lijn, on="rij", how="inner").collect().lazy()


def _langste() -> pl.Expr:
    """Rows that end later than all before them; the others cover no day that one before them does not."""
    return (pl.col("tot") > pl.col("tot").cum_max().shift()).fill_null(True)


def _uit_historie(lijnen: pl.LazyFrame, historie: pl.LazyFrame, sleutel: str, tot: pl.Expr, naam: str) -> pl.LazyFrame:
    """Add ``naam`` and ``naam``_eind: of the history lines begun by ``tot`` the one (rij) that ends last."""
    begonnen = (
        historie.select(pl.col("rij").alias(naam), van=op_as(sleutel, "begin"), tot=op_as(sleutel, "eind"))
        .sort("van")
        .filter(_langste())
        .rename({"van": "_van", "tot": "_tot"})
    )
    return (
        lijnen.with_columns(_dag=op_as(sleutel, tot))
        .sort("_dag")
        .join_asof(begonnen, left_on="_dag", right_on="_van", coalesce=False)
        .with_columns((pl.col("_tot") - op_as(sleutel, pl.lit(0))).alias(f"{naam}_eind"))
        .drop("_dag", "_van", "_tot")
    )


def _uit_batch(lijnen: pl.LazyFrame, sleutel: str, naam: str) -> pl.LazyFrame:
    """Add ``naam`` and ``naam``_eind: of the lines before it in the batch the one (rij) that ends last."""
    tot = op_as(sleutel, "eind")
    hoogste = tot.cum_max().shift()
    nieuw = (tot > hoogste).fill_null(True)
    return lijnen.sort(sleutel, "volgorde").with_columns(
        pl.when(nieuw).then("rij").forward_fill().shift().alias(naam),
        (hoogste - op_as(sleutel, pl.lit(0))).alias(f"{naam}_eind"),
    )


def _gekozen(alle: pl.LazyFrame) -> pl.LazyFrame:
    """Batch lines with an earlier one: its rij as ``ander_rij``, and ``verhuisdag``."""
    historie = alle.filter(~pl.col("batch"))
    # What shares more than a moving day with a line begins before its last day and ends after its first.
    voor_laatste = pl.min_horizontal("tot", pl.col("eind") - 1)
    na_eerste = pl.max_horizontal("van", pl.col("begin") + 1)
    lijnen = alle.filter("batch")
    lijnen = _uit_historie(lijnen, historie, "bsn", voor_laatste, "meer_h")
    lijnen = _uit_historie(lijnen, historie, "paar", pl.col("tot"), "zelfde_h")
    lijnen = _uit_historie(lijnen, historie, "bsn", pl.col("tot"), "een_h")
    lijnen = _uit_batch(lijnen, "paar", "zelfde_b")
    lijnen = _uit_batch(lijnen, "bsn", "een_b")

    def die(naam: str, vanaf: pl.Expr) -> pl.Expr:
        return pl.when(pl.col(f"{naam}_eind") >= vanaf).then(naam)

    van = pl.col("van")
    meer = pl.coalesce(die("meer_h", na_eerste), die("zelfde_h", van), die("een_b", na_eerste), die("zelfde_b", van))
    een = pl.coalesce(die("een_h", van), die("een_b", van))
    return (
        lijnen.with_columns(ander_rij=pl.coalesce(meer, een), verhuisdag=meer.is_null())
        .filter(pl.col("ander_rij").is_not_null())
        .select(*PAAR, *LIJN, "ander_rij", "verhuisdag")
    )
