"""Parquet: typed columns, scanned."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from wlz_declaratie.inlezen.basis import Invoerfout, controleer_bestand
from wlz_declaratie.inlezen.ruw import ONLEESBAAR, Gevraagd, RuweTabel, gevulde_regels, wijs_toe

GEEN_PARQUET = ("dit is geen leesbaar Parquet-bestand", "Maak de export opnieuw.")


def lees_parquet(pad: Path, naam: str, gevraagd: Gevraagd) -> RuweTabel:
    """Open a Parquet file; regelnummer is the row, the first is 1. Raises Invoerfout."""
    controleer_bestand(pad, naam)
    try:
        bron = pl.scan_parquet(pad, glob=False, hive_partitioning=False)
        schema = bron.collect_schema()
        hooguit = bron.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        raise Invoerfout(naam, *GEEN_PARQUET) from None
    plaatsen, ongebruikt = wijs_toe(naam, schema.names(), gevraagd)
    genummerd = bron.select(
        (pl.col(kolom).cast(pl.String) if isinstance(type_, _TEKST) else pl.col(kolom)).alias(str(nummer))
        for nummer, (kolom, type_) in enumerate(schema.items())
    )
    return RuweTabel(
        formaat="parquet",
        regels=gevulde_regels(genummerd.with_row_index("regelnummer", offset=1), plaatsen),
        kolommen=tuple(plaatsen),
        ongebruikt=ongebruikt,
        onleesbaar=pl.DataFrame(schema=ONLEESBAAR),
        hooguit=hooguit,
    )


_TEKST = (pl.Categorical, pl.Enum, pl.Null)
"""Types that are text in another guise."""
