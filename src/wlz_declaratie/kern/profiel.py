"""The profile of a line: its own zzpcode, and where that is empty the one that the indications agree on."""

from __future__ import annotations

import polars as pl

from wlz_declaratie.basis.dagen import met_laatst_begonnen, vereniging
from wlz_declaratie.codes.tabellen import Codes

CIJFERS = 3


def met_profielgroep(
    frame: pl.LazyFrame, codes: Codes, zzpcode: str = "zzpcode", soort: type[pl.DataType] = pl.String
) -> pl.LazyFrame:
    """Add ``profiel``, the group of the care profile in column ``zzpcode``: VV, LG, LVG, …; of type ``soort``."""
    groep = pl.col("groep").cast(soort).alias("profiel")
    groepen = codes.profielen.lazy().select(pl.col("zzpcode").alias(zzpcode), groep)
    return frame.join(groepen, on=zzpcode, how="left")


def profielen_in_de_tijd(indicaties: pl.LazyFrame) -> pl.LazyFrame:
    """Per client the profile on which all indications in force agree: bsn, ``vanaf`` (a day), profielcode.

    A row holds until the next one of that client; its profielcode is null where no indication is in force or two name
    another profile. ``indicaties`` has bsn, zzpcode, begin and eind.
    """
    per_profiel = vereniging(indicaties.drop_nulls(["bsn", "zzpcode"]), ["bsn", "zzpcode"])
    nummer = pl.col("zzpcode").cast(pl.Int64)
    stappen = [
        per_profiel.select("bsn", vanaf="begin", lopend=pl.lit(1), som=nummer),
        per_profiel.select("bsn", vanaf=pl.col("eind") + 1, lopend=pl.lit(-1), som=-nummer),
    ]
    # Each client ends at zero, so one running sum over all clients will do; of one code in force the sum is that code.
    return (
        pl.concat(stappen)
        .group_by("bsn", "vanaf")
        .agg(pl.sum("lopend", "som"))
        .sort("bsn", "vanaf")
        .with_columns(pl.col("lopend", "som").cum_sum())
        .select(
            "bsn",
            "vanaf",
            profielcode=pl.when(pl.col("lopend") == 1).then(pl.col("som").cast(pl.String).str.zfill(CIJFERS)),
        )
    )


def met_profiel(lijnen: pl.DataFrame, indicaties: pl.LazyFrame | None, codes: Codes) -> pl.DataFrame:
    """Add ``profielcode`` to lines with bsn, begin, zzpcode and its ``profiel``; fill in profiel where it was empty."""
    lijnen = lijnen.with_columns(profielcode="zzpcode")
    if indicaties is None or not lijnen["zzpcode"].null_count():
        return lijnen
    zonder = (
        lijnen.lazy()
        .select("bsn", "begin", "zzpcode", plaats=pl.int_range(pl.len(), dtype=pl.UInt32))
        .filter(pl.col("zzpcode").is_null(), pl.col("begin").is_not_null())
        .drop("zzpcode")
    )
    van_hen = indicaties.join(zonder, on="bsn", how="semi")
    bekend = met_laatst_begonnen(zonder, profielen_in_de_tijd(van_hen), ["bsn"], "vanaf").drop_nulls("profielcode")
    gevonden = met_profielgroep(bekend, codes, "profielcode").collect()
    # Written in their places: joined on, these few would have every line copied.
    return lijnen.with_columns(
        lijnen[kolom].clone().scatter(gevonden["plaats"], gevonden[kolom].cast(lijnen[kolom].dtype))
        for kolom in ("profielcode", "profiel")
    )
