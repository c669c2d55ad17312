"""The findings as one table with final types; CSV and Parquet for whoever counts on.

The published contract is ``schemas/tabellen/bevindingen.toml``.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from wlz_declaratie.controle import Uitslag
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.weergave import Weergave
from wlz_declaratie.tabellen import BEVINDINGEN


def bevindingen(uitslag: Uitslag, *, toon_bsn: bool) -> pl.DataFrame:
    """The findings in the order of the contract with the columns BEVINDINGEN (``stand`` only with a baseline)."""
    kolommen = [kolom for kolom in BEVINDINGEN if kolom in uitslag.bevindingen.columns]
    tabel = uitslag.bevindingen.with_columns(opmaak.bsn(toon_bsn)).select(kolommen)
    return tabel.cast({kolom: BEVINDINGEN[kolom] for kolom in kolommen})


def schrijf_csv(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    """Write semicolons, UTF-8, dates as JJJJ-MM-DD; empty is nothing at all."""
    bevindingen(uitslag, toon_bsn=weergave.toon_bsn).write_csv(pad, separator=";")


def schrijf_parquet(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    """Write the same table as Parquet."""
    bevindingen(uitslag, toon_bsn=weergave.toon_bsn).write_parquet(pad)
