"""The tables of a dossier that do not grow with the batch: providers, what they agreed, and prices.

They follow from how often each scenario is played, before any line is made.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.voorbeeld.scenario import basis
from wlz_declaratie.voorbeeld.sjabloon import Sjabloon, extra_prestaties

SINDS = pl.date(2010, 1, 1)
"""From when providers and agreements are in force unless they say otherwise: before any line."""
MAANDEN = 12


def vaste_tabellen(delen: Sjabloon, gevallen: pl.Series, agbs: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    """aanbieders, afspraken, tarieven and prestaties for these cases (numbers of scenarios)."""
    keren = gevallen.alias("scenario").value_counts(name="keren")
    gespeeld = delen.regels.join(keren.cast({"scenario": pl.UInt32, "keren": pl.Int64}), on="scenario")
    gespeeld = gespeeld.with_columns(pl.col("uitvoerder").replace(agbs))
    return {
        "aanbieders": _aanbieders(agbs),
        "afspraken": _afspraken(gespeeld, agbs),
        "tarieven": _tarieven(gespeeld),
        "prestaties": extra_prestaties(),
    }


def _aanbieders(agbs: Mapping[str, str]) -> pl.DataFrame:
    schema = DOSSIER["aanbieders"]
    rijen = [
        {**dict.fromkeys(schema), "agb": agbs[naam], **kenmerk}
        for naam, uitvoerder in basis().uitvoerders.items()
        for kenmerk in uitvoerder.get("kenmerken", ())
    ]
    return pl.DataFrame(rijen, schema=schema).with_columns(pl.col("ingangsdatum").fill_null(SINDS))


def _afspraken(gespeeld: pl.DataFrame, agbs: Mapping[str, str]) -> pl.DataFrame:
    """For each uitvoerder and prestatie what was agreed, and a number a year: twelve months like this.

    What ``basis.toml`` says that is always agreed, is there without these, where the batch has no such line.
    """
    per_jaar = pl.coalesce(pl.max("volume"), (pl.col("aantal") * pl.col("keren")).sum().clip(1) * MAANDEN)
    tarief = pl.when(pl.col("percentage").is_null()).then("afgesproken")
    afspraak = ("agb", "prestatiecode", "tarief", "percentage", "uzovi", "einddatum")
    van_regels = (
        gespeeld.filter("afspraak")
        .with_columns(agb="uitvoerder", tarief=tarief, uzovi="kantoor", einddatum="afspraak_tot")
        .group_by(afspraak)
        .agg(aantal=per_jaar)
    )
    altijd = pl.DataFrame(
        [
            {"agb": agbs[naam], "prestatiecode": prestatie}
            for naam, uitvoerder in basis().uitvoerders.items()
            for prestatie in uitvoerder.get("afspraken", ())
        ]
    ).join(gespeeld, left_on=["agb", "prestatiecode"], right_on=["uitvoerder", "prestatiecode"], how="anti")
    return pl.concat([van_regels, altijd], how="diagonal").with_columns(ingangsdatum=SINDS).sort(afspraak)


def _tarieven(gespeeld: pl.DataFrame) -> pl.DataFrame:
    """For each prestatie the highest price that is right."""
    hoogste = pl.coalesce("maximum", pl.max_horizontal("tarief", "afgesproken"))
    return (
        gespeeld.drop_nulls("prestatiecode")
        .group_by("prestatiecode")
        .agg(maximumtarief=hoogste.max().clip(0), nhc=pl.max("nhc"))
        .drop_nulls("maximumtarief")
        .with_columns(ingangsdatum=SINDS, einddatum=pl.lit(None, dtype=pl.Date))
        .sort("prestatiecode")
    )
