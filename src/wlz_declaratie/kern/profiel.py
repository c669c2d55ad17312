"""The profile of a line: its own zzpcode, and where that is empty the one that the indications agree on."""

from __future__ import annotations

import polars as pl

from wlz_declaratie.basis.dagen import met_laatst_begonnen, vereniging
from wlz_declaratie.codes.tabellen import Codes

CIJFERS = 3


def met_profielgroep(frame: pl.LazyFrame, codes: Codes, zzpcode: str = "zzpcode") -> pl.LazyFrame:
    """Add ``profiel``, the group of the care profile in column ``zzpcode``: VV, LG, LVG, …"""
    groepen = codes.profielen.lazy().select(pl.col("zzpcode").alias(zzpcode), pl.col("groep").alias("profiel"))
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
    """Add ``profielcode`` and ``profiel`` to lines with rij, bsn, begin and zzpcode. In another order."""
    eigen = met_profielgroep(lijnen.lazy(), codes).with_columns(profielcode="zzpcode").collect()
    zonder = eigen.filter(pl.col("zzpcode").is_null(), pl.col("begin").is_not_null()).select("rij", "bsn", "begin")
    if indicaties is None or zonder.is_empty():
        return eigen
    van_hen = indicaties.join(zonder.lazy(), on="bsn", how="semi")
    gevonden = (
        met_laatst_begonnen(zonder.lazy(), profielen_in_de_tijd(van_hen), ["bsn"], "vanaf")
        .select("rij", _profielcode="profielcode")
        .drop_nulls()
    )
    gevonden = met_profielgroep(gevonden, codes, "_profielcode").rename({"profiel": "_profiel"})
    return (
        eigen.lazy()
        .join(gevonden, on="rij", how="left")
        .with_columns(pl.coalesce(kolom, f"_{kolom}").alias(kolom) for kolom in ("profielcode", "profiel"))
        .drop("_profielcode", "_profiel")
        .collect()
    )
