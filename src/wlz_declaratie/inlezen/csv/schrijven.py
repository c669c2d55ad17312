"""CSV as its reader takes it back."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.contract.tabellen import BEDRAGEN

SCHEIDING = ";"


def schrijf_csv(tabel: pl.DataFrame, doel: Path | IO[bytes], *, voluit: bool = False, kop: bool = True) -> None:
    """Money in euros with a decimal comma, dates as 2026-01-31, ja and nee.

    ``voluit``: no number as 1e-7, which no reader takes. Without ``kop`` only the rows, below others of the same table.
    """
    euro = [euro_veld(pl.col(kolom)).alias(kolom) for kolom in BEDRAGEN if kolom in tabel.columns]
    ja_nee = [
        pl.when(kolom).then(pl.lit("ja")).when(~pl.col(kolom)).then(pl.lit("nee")).alias(kolom)
        for kolom, soort in tabel.schema.items()
        if soort == pl.Boolean
    ]
    wetenschappelijk = False if voluit else None
    tabel.with_columns(*euro, *ja_nee).write_csv(
        doel, separator=SCHEIDING, float_scientific=wetenschappelijk, include_header=kop
    )


def euro_veld(cent: pl.Expr) -> pl.Expr:
    """Whole cents as a field of a file: euros with a decimal comma and nothing between the thousands, 1234,56."""
    teken = pl.when(cent < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return zin("{}{},{}", teken, cent.abs() // 100, (cent.abs() % 100).cast(pl.String).str.zfill(2))
