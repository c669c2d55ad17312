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
    als_tekst = {kolom: pl.String for kolom, type_ in schema.items() if isinstance(type_, _TEKST)}
    genummerd = bron.cast(als_tekst).rename({kolom: str(nummer) for nummer, kolom in enumerate(schema)})
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
