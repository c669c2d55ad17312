"""The rows of the dossier that speak of some lines of one client: of that bsn, or of their uitvoerder and prestatie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from wlz_declaratie.contract.tabellen import DOSSIER

RONDOM = timedelta(days=92)
"""How far from the lines a row may lie and still be named."""
_OP_LIJN = {"agb": "uitvoerder", "prestatiecode": "prestatiecode"}


@dataclass(frozen=True)
class Tabelrijen:
    """Rows of one table, by ingangsdatum.

    Columns of `DOSSIER` and HERKOMST, and ``raakt``: it is in force on a day of the lines (null for a table without
    days). ``verder`` counts the rows of the client, or of provider and prestatie, that lie further away.
    """

    tabel: str
    rijen: pl.DataFrame
    verder: int


def rijen_bij(lijnen: pl.DataFrame, tabellen: Mapping[str, pl.LazyFrame]) -> Iterator[Tabelrijen]:
    """Of each table that there is the rows about these lines, in the order of the contract."""
    van, tot = lijnen["begindatum"].min(), lijnen["einddatum"].max()
    for naam in DOSSIER:
        if naam not in tabellen:
            continue
        rijen = _van_lijnen(lijnen, tabellen[naam])
        if "ingangsdatum" not in rijen.columns or van is None or tot is None:
            yield Tabelrijen(naam, rijen.with_columns(raakt=pl.lit(None, pl.Boolean)), 0)
            continue
        # An empty einddatum is open.
        loopt_nog = (pl.col("einddatum") >= van).fill_null(value=True)
        dichtbij = (pl.col("einddatum") >= pl.lit(van) - RONDOM).fill_null(value=True)
        getoond = rijen.filter(dichtbij, pl.col("ingangsdatum") <= pl.lit(tot) + RONDOM)
        getoond = getoond.with_columns(raakt=loopt_nog & (pl.col("ingangsdatum") <= tot))
        yield Tabelrijen(naam, getoond.sort("ingangsdatum", maintain_order=True), rijen.height - getoond.height)


def _van_lijnen(lijnen: pl.DataFrame, tabel: pl.LazyFrame) -> pl.DataFrame:
    """The rows of the client; in a table without a bsn those that equal a line in all that both tell."""
    kolommen = tabel.collect_schema().names()
    if "bsn" in kolommen:
        return tabel.filter(pl.col("bsn").is_in(lijnen["bsn"].drop_nulls().unique().implode())).collect()
    sleutels = {kolom: op for kolom, op in _OP_LIJN.items() if kolom in kolommen}
    gezocht = lijnen.select(pl.col(op).alias(kolom) for kolom, op in sleutels.items()).unique()
    return tabel.join(gezocht.lazy(), on=list(sleutels), how="semi", maintain_order="left").collect()
