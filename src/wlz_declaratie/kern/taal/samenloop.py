"""Lines that share a day: which, how many days, and one line that each shares a day with.

Lines may be narrowed first: ``begin`` and ``eind`` are then the days that count, ``lijn_begin`` and ``lijn_eind`` the
line's own, and disjoint parts of one line are rows with the same ``rij``. A row with begin after eind has no days.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from wlz_declaratie.basis.dagen import op_as
from wlz_declaratie.kern.taal.ander import als_ander

_LIJN = (
    *("rij", "batch", "bestandnr", "regelnummer", "volgorde", "bsn", "uitvoerder", "prestatiecode"),
    *("lijn_begin", "lijn_eind"),
)

GEDEELD: dict[str, type[pl.DataType]] = {
    **{"rij": pl.UInt32, "ander_rij": pl.UInt32, "gedeeld": pl.Int64, "batch": pl.Boolean, "bestandnr": pl.UInt16},
    **{"regelnummer": pl.UInt32, "volgorde": pl.UInt32, "bsn": pl.Int32, "uitvoerder": pl.Int32},
    **{"prestatiecode": pl.String, "lijn_begin": pl.Int32, "lijn_eind": pl.Int32, "ander_batch": pl.Boolean},
    **{"ander_bestandnr": pl.UInt16, "ander_regelnummer": pl.UInt32, "ander_prestatie": pl.String},
    **{"ander_begin": pl.Int32, "ander_eind": pl.Int32, "begin": pl.Int32, "eind": pl.Int32, "dagen": pl.Int64},
}
"""What `met_gedeelde_dagen` gives."""


def met_eigen_dagen(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the days of each line as ``lijn_begin`` and ``lijn_eind``, whatever begin and eind become."""
    if "lijn_begin" in lijnen.collect_schema().names():
        return lijnen
    return lijnen.with_columns(lijn_begin="begin", lijn_eind="eind")


def met_gedeelde_dagen(lijnen: pl.LazyFrame, andere: pl.LazyFrame) -> pl.DataFrame:
    """The lines that share a day with ``andere`` of the same bsn.

    One row per line, with the columns:

    - rij, batch, bestandnr, regelnummer, volgorde, bsn, uitvoerder, prestatiecode, lijn_begin and lijn_eind
      of the line; begin and eind are its own days too, whatever was left out;
    - dagen, gedeeld (Int64): its days, and those it shares;
    - ander_rij, ander_batch (false: history), ander_bestandnr, ander_regelnummer, ander_prestatie, ander_begin,
      ander_eind: one line that it shares a day with.

    Computed here, not lazily: several findings read it.
    """
    lijnen, andere = met_eigen_dagen(lijnen), met_eigen_dagen(andere)
    eigen, ander = _als_interval(lijnen), _als_interval(andere)
    # Only clients on both sides matter: often few, and what follows sorts.
    anderen = ander.join(eigen, on="bsn", how="semi").collect()
    eigenen = eigen.join(anderen.lazy(), on="bsn", how="semi").collect()
    perioden = (
        anderen.select("van", "tot", ander_rij="rij")
        .sort("van", "ander_rij")
        .with_columns(hoogste=pl.col("tot").cum_max())
        .with_columns(vorige=pl.col("hoogste").shift())
    )
    # Of the others begun by the end of a line, the one that ends last shares a day with it, if any does.
    laatste = perioden.filter(pl.col("vorige").is_null() | (pl.col("tot") > pl.col("vorige")))
    raak = (
        eigenen.select("rij", "van", "tot")
        .sort("tot")
        .join_asof(
            laatste.select("ander_rij", ander_van="van", ander_tot="tot"),
            left_on="tot",
            right_on="ander_van",
            coalesce=False,
        )
        .filter(pl.col("ander_tot") >= pl.col("van"))
    )
    if raak.is_empty():
        return pl.DataFrame(schema=GEDEELD)
    geteld = _met_geteld(raak, perioden).group_by("rij").agg(pl.first("ander_rij"), pl.sum("gedeeld"))
    dagen = pl.col("lijn_eind") - pl.col("lijn_begin") + 1
    return (
        geteld.lazy()
        .join(_velden(lijnen, _LIJN, geteld["rij"]), on="rij")
        .join(_andere(andere, geteld["ander_rij"]), on="ander_rij")
        .with_columns(begin="lijn_begin", eind="lijn_eind", dagen=dagen.cast(pl.Int64))
        .select(GEDEELD.keys())
        .sort("volgorde")
        .collect()
    )


def _als_interval(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """Lines with their days as ``van`` and ``tot``: numbers that order all days of all clients, by client."""
    return lijnen.filter(pl.col("begin") <= pl.col("eind")).select(
        "rij", "bsn", van=op_as("bsn", "begin"), tot=op_as("bsn", "eind")
    )


def _velden(lijnen: pl.LazyFrame, kolommen: Sequence[str], rijen: pl.Series) -> pl.LazyFrame:
    """Columns of the few lines found, one row per line."""
    gezocht = pl.LazyFrame({"rij": rijen})
    return lijnen.select(kolommen).join(gezocht, on="rij", how="semi").unique("rij")


def _andere(lijnen: pl.LazyFrame, rijen: pl.Series) -> pl.LazyFrame:
    """The few lines found as the other ones, with their own days."""
    eigen = lijnen.with_columns(begin="lijn_begin", eind="lijn_eind")
    return als_ander(eigen.filter(pl.col("rij").is_in(rijen.implode()))).unique("ander_rij")


def _met_geteld(lijnen: pl.DataFrame, andere: pl.DataFrame) -> pl.DataFrame:
    """Add ``gedeeld``: how many days of each interval lie in the union of ``andere``.

    ``andere`` is sorted by van, with the running maximum of tot as ``hoogste``, ``vorige`` the one before.
    """
    nieuw = pl.col("vorige").is_null() | (pl.col("van") > pl.col("vorige") + 1)
    lengte = pl.col("periode_tot") - pl.col("periode_van") + 1
    perioden = (
        andere.with_columns(alles=pl.col("hoogste").last())
        .filter(nieuw)
        .select(periode_van="van", periode_tot=pl.coalesce(pl.col("vorige").shift(-1), "alles"))
        .with_columns(voor=lengte.cum_sum() - lengte)
    )

    def geteld(dag: str) -> pl.Expr:
        """Days of the union from the very first client up to and including a day."""
        tot = pl.min_horizontal(dag, "periode_tot")
        return (pl.col("voor") + tot - pl.col("periode_van") + 1).fill_null(0)

    lijnen = lijnen.with_columns(ervoor=pl.col("van") - 1, gedeeld=pl.lit(0, dtype=pl.Int64))
    for dag, teken in (("tot", 1), ("ervoor", -1)):
        lijnen = (
            lijnen.sort(dag)
            .join_asof(perioden, left_on=dag, right_on="periode_van", coalesce=False)
            .with_columns(gedeeld=pl.col("gedeeld") + teken * geteld(dag))
            .drop("periode_van", "periode_tot", "voor")
        )
    return lijnen
