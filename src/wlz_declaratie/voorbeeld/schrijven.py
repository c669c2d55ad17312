"""A batch to files: AW319, CSV, Parquet, the dossier and the findings to expect."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.inlezen.aw319_indeling import rubrieken
from wlz_declaratie.inlezen.aw319_schrijf import regelnummers_aw319, schrijf_aw319
from wlz_declaratie.tabellen import ALLEEN_INTERN, BEDRAGEN, DECLARATIE
from wlz_declaratie.voorbeeld.batch import Batch
from wlz_declaratie.voorbeeld.scenario import basis

SCHEMA = "declaratie-verwacht/1"
KOLOMMEN = [kolom for kolom in DECLARATIE if kolom not in ALLEEN_INTERN]
SCHEIDING = ";"


@dataclass(frozen=True)
class Geschreven:
    """A batch file: its kind (aw319 or tabel), its lines (columns of Batch.regels) and their physical line numbers."""

    soort: str
    regels: pl.DataFrame
    regelnummers: pl.Series


def schrijf_csv(batch: Batch, doel: Path) -> Geschreven:
    """Money in euros with a decimal comma, dates as 2026-01-31, ja and nee."""
    _schrijf_tabel(batch.regels.select(KOLOMMEN), doel)
    return Geschreven("tabel", batch.regels, _regelnummers(batch.regels, 2))


def schrijf_parquet(batch: Batch, doel: Path) -> Geschreven:
    """Typed columns, money in whole cents."""
    batch.regels.select(KOLOMMEN).write_parquet(doel, compression="zstd")
    return Geschreven("tabel", batch.regels, _regelnummers(batch.regels, 1))


def schrijf_asc(batch: Batch, doel: Path) -> Geschreven:
    """The lines that an AW319 can carry.

    It has no pgb, no dental lists and no education, so that such lines are left out; and its one header gives every
    line the dagtekening of the batch. Cases that no longer fit in the figures of the closing record are left out too.
    """
    regels = batch.regels.filter(_past_in_aw319())
    regels = regels.filter(pl.col("geval") < _eerste_te_veel(regels))
    bericht = regels.with_columns(dagtekening="dagtekening_bericht", regelnummer=pl.lit(None, dtype=pl.UInt32))
    bericht = bericht.select(*DECLARATIE)
    schrijf_aw319(bericht, doel)
    return Geschreven("aw319", regels, regelnummers_aw319(bericht))


def _past_in_aw319() -> pl.Expr:
    pgb = (pl.col("leveringsvorm") == "pgb").fill_null(False)
    return (pl.col("prestatiecodelijst") == "055") & ~pgb & ~pl.col("onderwijs").fill_null(False)


def _eerste_te_veel(regels: pl.DataFrame) -> int:
    """The first case with which the message has more records, or more money, than its closing record can count."""
    slot = rubrieken("99")
    regel, bedrag = (10 ** slot[naam].lengte for naam in ("aantal_prestaties", "totaalbedrag"))
    te_veel = (pl.int_range(1, pl.len() + 1) >= regel) | (pl.col("declaratiebedrag").cum_sum() >= bedrag)
    eerste = regels.filter(te_veel)["geval"].min()
    return regels["geval"].max() + 1 if eerste is None else eerste


def _regelnummers(regels: pl.DataFrame, eerste: int) -> pl.Series:
    return pl.int_range(eerste, eerste + regels.height, dtype=pl.UInt32, eager=True)


def schrijf_dossier(batch: Batch, map_: Path) -> None:
    """The nine tables as CSV."""
    map_.mkdir(exist_ok=True)
    for naam, tabel in batch.dossier.items():
        _schrijf_tabel(tabel, map_ / f"{naam}.csv")


def _schrijf_tabel(tabel: pl.DataFrame, doel: Path) -> None:
    euro = [
        pl.format("{},{}", pl.col(kolom) // 100, (pl.col(kolom) % 100).cast(pl.String).str.zfill(2)).alias(kolom)
        for kolom in BEDRAGEN
        if kolom in tabel.columns
    ]
    ja_nee = [
        pl.when(kolom).then(pl.lit("ja")).when(~pl.col(kolom)).then(pl.lit("nee")).alias(kolom)
        for kolom, soort in tabel.schema.items()
        if soort == pl.Boolean
    ]
    tabel.with_columns(*euro, *ja_nee).write_csv(doel, separator=SCHEIDING)


def schrijf_verwacht(batch: Batch, bestanden: Mapping[str, Geschreven], doel: Path, **verder: Iterable[Any]) -> None:
    """verwacht.json: by file the findings it should give, in the order of the result; ``verder`` adds other files."""
    per_bestand = {naam: verwachte_bevindingen(batch, geschreven) for naam, geschreven in bestanden.items()}
    peildatum = basis().batch["peildatum"].isoformat()
    doel.write_text(verwacht_json(peildatum, per_bestand), encoding="utf-8", newline="\n")


def verwachte_bevindingen(batch: Batch, geschreven: Geschreven) -> list[dict[str, Any]]:
    """The findings that this file should give: regel_id, ernst, retourcode, regelnummer, referentienummer."""
    regels = geschreven.regels.select("rij", "referentienummer", regelnummer=geschreven.regelnummers)
    te_zien = pl.col("alleen").is_null() | (pl.col("alleen") == geschreven.soort)
    verwacht = batch.verwacht.filter(te_zien)
    op_regel = verwacht.join(regels, on="rij", how="inner")
    zonder_regel = verwacht.filter(
        pl.col("rij").is_null(), pl.col("geval").is_in(geschreven.regels["geval"].unique().implode())
    )
    return (
        pl.concat([op_regel, zonder_regel], how="diagonal")
        .sort("regelnummer", "regel_id", nulls_last=True)
        .select("regel_id", "ernst", "retourcode", "regelnummer", "referentienummer")
        .to_dicts()
    )


def verwacht_json(peildatum: str, bestanden: Mapping[str, list[dict[str, Any]]]) -> str:
    """One finding a line, so that a change of the samples shows as what it is."""
    delen = []
    for naam, bevindingen in bestanden.items():
        rijen = ",\n".join(f"      {json.dumps(bevinding, ensure_ascii=False)}" for bevinding in bevindingen)
        delen.append(f"    {json.dumps(naam)}: [\n{rijen}\n    ]" if rijen else f"    {json.dumps(naam)}: []")
    inhoud = ",\n".join(delen)
    kop = f'  "schema": {json.dumps(SCHEMA)},\n  "peildatum": {json.dumps(peildatum)},\n'
    return f'{{\n{kop}  "bestanden": {{\n{inhoud}\n  }}\n}}\n'
