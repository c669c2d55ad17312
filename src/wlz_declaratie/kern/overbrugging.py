"""Which lines are bridging lines: care on an (SG)LVG indication that is not its own package."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from wlz_declaratie.basis.dagen import met_laatste_periode
from wlz_declaratie.kern.begrippen import LVG_PROFIELEN, OVERBRUGBAAR
from wlz_declaratie.kern.taal.kiezen import eigen_pakket


def overbruggingsregels(alle: pl.DataFrame, dossier: Mapping[str, pl.LazyFrame]) -> pl.Series:
    """Rows of bridging lines: care on a (SG)LVG indication that is not the own package of it.

    The indications on begindatum decide where there are any, else the profile of the line. Credit lines and
    cancelled lines are marked too: VLD-12 looks at them.
    """
    van_lvg = pl.col("profiel").is_in(LVG_PROFIELEN)
    indicaties = dossier.get("indicaties")
    if indicaties is not None:
        geindiceerd = indicaties.filter(van_lvg).select(pl.col("bsn").unique()).collect()["bsn"]
        van_lvg = van_lvg | pl.col("bsn").is_in(geindiceerd.implode())
    overbrugbaar = pl.col("soort").is_in(OVERBRUGBAAR) & (pl.col("leveringsvorm") != "pgb")
    kandidaten = (
        alle.lazy()
        .filter(overbrugbaar, pl.col("begin").is_not_null(), van_lvg)
        .select("rij", "bsn", "begin", "prestatiecode", "soort", "profiel")
        .collect()
    )
    if kandidaten.is_empty():
        return kandidaten["rij"]
    eigen = pl.any_horizontal(pl.col(groep) & eigen_pakket(groep) for groep in LVG_PROFIELEN)
    return (
        met_groepen(kandidaten.lazy(), indicaties)
        .filter(pl.any_horizontal(LVG_PROFIELEN), ~eigen)
        .select("rij")
        .collect()["rij"]
    )


def met_groepen(lijnen: pl.LazyFrame, indicaties: pl.LazyFrame | None) -> pl.LazyFrame:
    """Add a yes-or-no column for each of LVG_PROFIELEN: whether the client has such an indication on begindatum.

    Where no indication is in force, or there is no such table, the profile of the line says it. Gives the lines in
    another order.
    """
    lijnen = lijnen.with_columns((pl.col("profiel") == groep).fill_null(False).alias(groep) for groep in LVG_PROFIELEN)
    if indicaties is None:
        return lijnen
    lopend = indicaties.filter(pl.col("zzpcode").is_not_null()).join(lijnen, on="bsn", how="semi").collect().lazy()
    loopt = (pl.col("laatste_tot") >= pl.col("begin")).fill_null(False)
    lijnen = met_laatste_periode(lijnen, lopend, ["bsn"]).with_columns(_enige=loopt)
    for groep in LVG_PROFIELEN:
        lijnen = lijnen.drop("laatste_van", "laatste_tot")
        lijnen = met_laatste_periode(lijnen, lopend.filter(pl.col("profiel") == groep), ["bsn"]).with_columns(
            pl.when("_enige").then(loopt).otherwise(groep).alias(groep)
        )
    return lijnen.drop("laatste_van", "laatste_tot", "_enige")
