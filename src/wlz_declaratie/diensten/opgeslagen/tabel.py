"""A result as CSV or Parquet: the table of findings, and of Parquet what its metadata carry."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from wlz_declaratie.basis.formule import onbeschut
from wlz_declaratie.basis.stil import zonder_gepraat
from wlz_declaratie.contract.tabellen import BEVINDINGEN, NIEUW, SOMS
from wlz_declaratie.diensten.opgeslagen.json_tekst import GELEZEN, zuiver
from wlz_declaratie.diensten.opgeslagen.vorm import NAAM
from wlz_declaratie.inlezen.apart import verdacht
from wlz_declaratie.inlezen.parquet.grenzen import LANGSTE, bekijk

MEESTE_RIJEN = 1_000_000
MEESTE_KOLOMMEN = 200
"""Ours, and those that a user added."""
_LANGSTE_KOP = 16 << 10
_VOUD = 150


def uit_csv(pad: Path) -> pl.DataFrame:
    """The findings (GELEZEN) of a CSV as we write it. Raises one of GEEN_UITSLAG."""
    with pad.open("rb") as bestand:
        kop = bestand.readline(_LANGSTE_KOP)
    # The reader makes a column of each name, and a quote may hold more names on lines below.
    if not kop.endswith(b"\n") or b'"' in kop or kop.count(b";") > MEESTE_KOLOMMEN:
        raise ValueError
    with zonder_gepraat():
        tabel = pl.read_csv(pad, separator=";", infer_schema=False, n_rows=MEESTE_RIJEN + 1, glob=False)
    _eis_kolommen(tabel)
    return _gelezen(tabel.with_columns(onbeschut(pl.col(pl.String))))


def uit_parquet(pad: Path, naam: str) -> tuple[pl.DataFrame, str | None]:
    """The findings (GELEZEN), and what the metadata carry. Raises one of GEEN_UITSLAG, Invoerfout, PanicException."""
    if verdacht(bekijk(pad, naam).ruimte, pad.stat().st_size, _VOUD):
        raise ValueError
    with zonder_gepraat():
        bron = pl.scan_parquet(pad, glob=False, hive_partitioning=False)
        schema = bron.collect_schema()
        bekend = [kolom for kolom in BEVINDINGEN if kolom in schema]
        if any(schema[kolom] != BEVINDINGEN[kolom] for kolom in bekend):
            raise TypeError
        tabel = bron.select(bekend).head(MEESTE_RIJEN + 1).collect()
        kop = pl.read_parquet_metadata(pad).get(NAAM)
    _eis_kolommen(tabel)
    return _gelezen(tabel.with_columns(pl.col(pl.Date).dt.to_string("iso"))), kop


def _eis_kolommen(tabel: pl.DataFrame) -> None:
    nodig = {kolom for kolom in BEVINDINGEN if kolom not in (*NIEUW, *SOMS)}
    if not nodig <= {*tabel.columns} or tabel.height > MEESTE_RIJEN:
        raise ValueError


def _gelezen(tabel: pl.DataFrame) -> pl.DataFrame:
    """The table with the types of GELEZEN and its gegevens as JSON. Raises where a value is something else."""
    teksten = tabel.select(pl.col(pl.String).str.len_bytes().max()).row(0)
    if max((lengte or 0 for lengte in teksten), default=0) > LANGSTE:
        raise ValueError
    eigen = tabel["gegevens"].unique()
    return (
        tabel.with_columns(pl.lit(None, pl.String).alias(kolom) for kolom in GELEZEN if kolom not in tabel.columns)
        .select(list(GELEZEN))
        .cast(GELEZEN)
        .with_columns(
            pl.col("gegevens").replace_strict(eigen, [zuiver(gegevens) for gegevens in eigen], return_dtype=pl.String)
        )
    )
