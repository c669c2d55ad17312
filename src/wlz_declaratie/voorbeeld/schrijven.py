"""A batch to files: AW319, CSV, Parquet, the dossier and the findings to expect."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.contract.berichten import indeling
from wlz_declaratie.contract.tabellen import ALLEEN_INTERN, DECLARATIE
from wlz_declaratie.inlezen.aw319.schrijven import regelnummers_aw319, schrijf_aw319
from wlz_declaratie.inlezen.csv import schrijven as csv
from wlz_declaratie.voorbeeld.batch import Batch
from wlz_declaratie.voorbeeld.scenario import basis

SCHEMA = "declaratie-verwacht/1"
KOLOMMEN = [kolom for kolom in DECLARATIE if kolom not in ALLEEN_INTERN]

Bevindingen = list[dict[str, Any]]


@dataclass(frozen=True)
class Geschreven:
    """A batch file: its kind (aw319 or tabel), its lines (as Batch.regels), their physical line numbers."""

    soort: str
    regels: pl.DataFrame
    regelnummers: pl.Series


def schrijf(batch: Batch, map_: Path, namen: Iterable[str]) -> dict[str, Bevindingen]:
    """Write dossier/ and the batch under these names of SCHRIJVERS; by name the findings to expect."""
    map_.mkdir(parents=True, exist_ok=True)
    schrijf_dossier(batch, map_ / "dossier")
    return {naam: verwachte_bevindingen(batch, SCHRIJVERS[naam](batch, map_ / naam)) for naam in namen}


def schrijf_csv(batch: Batch, doel: Path) -> Geschreven:
    """Money in euros with a decimal comma, dates as 2026-01-31, ja and nee."""
    csv.schrijf_csv(batch.regels.select(KOLOMMEN), doel)
    return Geschreven("tabel", batch.regels, _regelnummers(batch.regels, 2))


def schrijf_parquet(batch: Batch, doel: Path) -> Geschreven:
    """Typed columns, money in whole cents."""
    batch.regels.select(KOLOMMEN).write_parquet(doel)
    return Geschreven("tabel", batch.regels, _regelnummers(batch.regels, 1))


def schrijf_asc(batch: Batch, doel: Path) -> Geschreven:
    """The lines that an AW319 can carry.

    Its one header gives every line the dagtekening of the batch. Cases with which the message would grow
    beyond what its closing record can count are left out too.
    """
    regels = batch.regels.filter("in_aw319")
    regels = regels.filter(pl.col("geval") < _eerste_te_veel(regels))
    bericht = bericht_van(regels)
    schrijf_aw319(bericht, doel)
    return Geschreven("aw319", regels, regelnummers_aw319(bericht))


SCHRIJVERS: dict[str, Callable[[Batch, Path], Geschreven]] = {
    "batch.asc": schrijf_asc,
    "batch.csv": schrijf_csv,
    "batch.parquet": schrijf_parquet,
}


def bericht_van(regels: pl.DataFrame) -> pl.DataFrame:
    """Lines of a batch as the writer of AW319 takes them."""
    return regels.with_columns(dagtekening="dagtekening_bericht", regelnummer=pl.lit(None, dtype=pl.UInt32)).select(
        *DECLARATIE
    )


def _eerste_te_veel(regels: pl.DataFrame) -> int:
    """The first case that takes the message beyond the lines, or the money, its closing record can count."""
    slot = indeling("aw319").rubrieken("99")
    meeste_regels, meeste_cent = (10 ** slot[naam].lengte - 1 for naam in ("aantal_prestaties", "totaalbedrag"))
    aantal, totaal = pl.int_range(1, pl.len() + 1), pl.col("declaratiebedrag").cum_sum()
    te_veel = regels.filter((aantal > meeste_regels) | (totaal > meeste_cent))["geval"]
    return int((te_veel if len(te_veel) else regels["geval"].tail(1) + 1).item(0))


def _regelnummers(regels: pl.DataFrame, eerste: int) -> pl.Series:
    return pl.int_range(eerste, eerste + regels.height, dtype=pl.UInt32, eager=True)


def schrijf_dossier(batch: Batch, map_: Path) -> None:
    """The tables as CSV."""
    map_.mkdir(exist_ok=True)
    for naam, tabel in batch.dossier.items():
        csv.schrijf_csv(tabel, map_ / f"{naam}.csv")


def verwachte_bevindingen(batch: Batch, geschreven: Geschreven) -> Bevindingen:
    """The findings that a file should give, in the order of the result."""
    regels = geschreven.regels.select("rij", "referentienummer", regelnummer=geschreven.regelnummers)
    te_zien = pl.col("alleen").is_null() | (pl.col("alleen") == geschreven.soort)
    verwacht = batch.verwacht.filter(te_zien)
    op_regel = verwacht.join(regels, on="rij", how="inner")
    zonder_regel = verwacht.filter(pl.col("rij").is_null()).join(geschreven.regels, on="geval", how="semi")
    return (
        pl.concat([op_regel, zonder_regel], how="diagonal")
        .sort("regelnummer", "regel_id", nulls_last=True)
        .select("regel_id", "ernst", "retourcode", "regelnummer", "referentienummer")
        .to_dicts()
    )


def schrijf_verwacht(bestanden: Mapping[str, Bevindingen], doel: Path) -> None:
    """verwacht.json; one finding a line, so that a change of the samples shows as what it is."""
    delen = []
    for naam, bevindingen in bestanden.items():
        rijen = ",\n".join(f"      {json.dumps(bevinding)}" for bevinding in bevindingen)
        delen.append(f'    "{naam}": [\n{rijen}\n    ]' if rijen else f'    "{naam}": []')
    kop = f'  "schema": "{SCHEMA}",\n  "peildatum": "{basis().batch["peildatum"]}",\n'
    inhoud = ",\n".join(delen)
    doel.write_text(f'{{\n{kop}  "bestanden": {{\n{inhoud}\n  }}\n}}\n', encoding="utf-8", newline="\n")
