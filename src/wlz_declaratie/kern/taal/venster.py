"""Care in too many calendar months: the shape that BEH-06 and BEH-07 share."""

from __future__ import annotations

import polars as pl

from wlz_declaratie.basis.dagen import vereniging
from wlz_declaratie.basis.maanden import eerste_dag, laatste_dag, maand_van
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van

VENSTER = "van {venster_vanaf:datum} t/m {venster_tot_en_met:datum}, {toegestaan} toegestaan"
VENSTERGEGEVENS = "maanden toegestaan venster_vanaf:datum venster_tot_en_met:datum"
"""How a template names the months, and the gegevens that go with it."""


def dagen_van_beide(lijnen: Lijnen, andere: Lijnen) -> pl.LazyFrame:
    """The days that a client has in both frames, as disjoint intervals: bsn, begin, eind."""
    grenzen = []
    for dagen in (vereniging(lijnen.frame, ["bsn"]), vereniging(andere.frame, ["bsn"])):
        grenzen.append(dagen.select("bsn", begin="begin", stap=pl.lit(1)))
        grenzen.append(dagen.select("bsn", begin=pl.col("eind") + 1, stap=pl.lit(-1)))
    # Each client ends at zero, so one running sum over all clients will do; two deep is a day of both.
    return (
        pl.concat(grenzen)
        .group_by("bsn", "begin")
        .agg(pl.sum("stap"))
        .sort("bsn", "begin")
        .with_columns(diepte=pl.col("stap").cum_sum(), eind=pl.col("begin").shift(-1) - 1)
        .filter(pl.col("diepte") == 2)
        .select("bsn", "begin", "eind")
    )


def in_te_veel_maanden(van: Van, lijnen: Lijnen, dagen: pl.LazyFrame) -> Lijnen:
    """The lines with ``dagen`` (bsn, begin, eind) in too many calendar months of the window that ends with theirs.

    With ``maanden``, ``toegestaan`` and the days ``venster_vanaf`` and ``venster_tot_en_met``.
    """
    laatste, eerste = maand_van("eind"), pl.col("laatste") - van.waarde("venster_maanden") + 1
    vensters = (
        lijnen.met(toegestaan=van.waarde("max_maanden"), laatste=laatste)
        .met(eerste=eerste)
        .met(begin=pl.col("eerste").cast(pl.Int32), eind=pl.col("laatste").cast(pl.Int32))
    )
    # A month counts as a day does elsewhere: covered months of the window are covered days of an interval.
    maanden = dagen.select("bsn", begin=maand_van("begin").cast(pl.Int32), eind=maand_van("eind").cast(pl.Int32))
    return (
        vensters.gedekt(maanden.collect().lazy(), als="maanden")
        .waar(pl.col("maanden") > pl.col("toegestaan"))
        .met(venster_vanaf=eerste_dag(pl.col("eerste")), venster_tot_en_met=laatste_dag(pl.col("laatste")))
    )
