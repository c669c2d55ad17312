"""The findings as one table with final types; CSV and Parquet for whoever counts on.

The published contract is ``schemas/tabellen/bevindingen.toml``.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.formule import beschut
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.openbaar import bevindingen as bevindingen
from wlz_declaratie.diensten.opgeslagen.vorm import MEESTE_KOP, NAAM
from wlz_declaratie.rapport import json_uitslag
from wlz_declaratie.rapport.weergave import Weergave


def schrijf_csv(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    """Write semicolons, UTF-8, dates as JJJJ-MM-DD; empty is nothing at all; no text is a formula."""
    tabel = bevindingen(uitslag, toon_bsn=weergave.toon_bsn)
    tabel.with_columns(beschut(pl.col(pl.String))).write_csv(pad, separator=";")


def schrijf_parquet(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    """Write the same table as Parquet, with all else of the result in its metadata."""
    # Through memory: of a disk that refuses, the library does not always tell that it was the disk.
    inhoud = BytesIO()
    kop = f'{{{json_uitslag.kop(uitslag, weergave)}, "bevindingen": []}}'
    draagt = {NAAM: kop} if len(kop.encode()) <= MEESTE_KOP else None
    bevindingen(uitslag, toon_bsn=weergave.toon_bsn).write_parquet(inhoud, metadata=draagt)
    pad.write_bytes(inhoud.getbuffer())
