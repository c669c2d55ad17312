"""Which lines are bridging lines: care on an (SG)LVG indication that is not its own package."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from wlz_declaratie.basis.dagen import gedekte_dagen
from wlz_declaratie.kern.begrippen import CRISISPAKKET, EIGEN_PAKKET, LVG_PROFIELEN, OVERBRUGBAAR


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
    kandidaten = alle.filter(overbrugbaar, pl.col("begin").is_not_null(), van_lvg).select(
        *("rij", "bsn", "begin", "prestatiecode"),
        *((pl.col("profiel") == groep).alias(groep) for groep in LVG_PROFIELEN),
        eind="begin",
    )
    if indicaties is not None:
        kandidaten = _groepen_op_begin(kandidaten, indicaties)
    eigen = pl.col("prestatiecode") == CRISISPAKKET
    for groep, codes in EIGEN_PAKKET.items():
        eigen = eigen | (pl.col(groep) & pl.col("prestatiecode").is_in(codes))
    return kandidaten.filter(pl.any_horizontal(LVG_PROFIELEN), ~eigen)["rij"]


def _groepen_op_begin(kandidaten: pl.DataFrame, indicaties: pl.LazyFrame) -> pl.DataFrame:
    """Let the indications on begindatum, where there are any, say to which LVG_PROFIELEN a line belongs."""
    clienten = kandidaten["bsn"].unique().implode()
    lopend = indicaties.filter(pl.col("zzpcode").is_not_null(), pl.col("bsn").is_in(clienten)).collect().lazy()
    lijnen = gedekte_dagen(kandidaten.lazy(), lopend.select("bsn", "begin", "eind"), ["bsn"], "_enige")
    for groep in LVG_PROFIELEN:
        van_groep = lopend.filter(pl.col("profiel") == groep).select("bsn", "begin", "eind")
        lijnen = gedekte_dagen(lijnen, van_groep, ["bsn"], "_groep").with_columns(
            pl.when(pl.col("_enige") > 0).then(pl.col("_groep") > 0).otherwise(groep).alias(groep)
        )
    return lijnen.collect()
