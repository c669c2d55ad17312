"""A population too big to hold, cut into parts of whole clients: its lines, and the dossier rows about them.

Lines and rows are cut once, by the same hash of the bsn, and written to the werkmap; a part is read from there by
whoever checks it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

_HASH = pl.col("bsn").hash()
_ALLES = "alles"
"""Where the dossier tables lie that are not about clients: every part reads all of them."""


@dataclass(frozen=True)
class Deel:
    """Whole clients: where their lines (`slank.kale_lijnen`) and dossier rows lie, and how many lines come before."""

    nummer: int
    map_: Path
    eerste: int
    tabellen: Sequence[str]
    """Dossier tables with a part of their own."""

    def lijnen(self) -> pl.LazyFrame:
        """The lines of the part."""
        return _uit(self.map_ / "lijnen", self.nummer)

    def dossier(self) -> dict[str, pl.LazyFrame]:
        """The dossier tables, with only the rows about clients of the part where a table is about clients."""
        heel = {pad.stem: pl.scan_parquet(pad) for pad in sorted((self.map_ / _ALLES).iterdir())}
        return heel | {naam: _uit(self.map_ / naam, self.nummer) for naam in self.tabellen}


def verdeel(kaal: pl.LazyFrame, dossier: Mapping[str, pl.LazyFrame], aantal: int, map_: Path) -> list[Deel]:
    """Cut lines (`slank.kale_lijnen`) and dossier into ``aantal`` parts at most, written below the new ``map_``."""
    (map_ / _ALLES).mkdir(parents=True)
    per_client = {naam: tabel for naam, tabel in dossier.items() if "bsn" in tabel.collect_schema().names()}
    # Who has no bsn is nobody else, not even of another such line.
    zonder_nummer = pl.when(pl.col("bsn_tekst").is_not_null()).then(pl.col("bsn_tekst").hash())
    wie = pl.when(pl.col("bsn").is_not_null()).then(_HASH).otherwise(zonder_nummer.otherwise(pl.col("rij").hash()))
    _schrijf(kaal, wie % aantal, map_ / "lijnen")
    for naam, tabel in dossier.items():
        if naam in per_client:
            _schrijf(tabel, _HASH % aantal, map_ / naam)
        else:
            tabel.sink_parquet(map_ / _ALLES / f"{naam}.parquet")
    delen, eerste = [], 0
    for nummer in range(aantal):
        deel = Deel(nummer, map_, eerste, tuple(per_client))
        hoogte = deel.lijnen().select(pl.len()).collect().item()
        if hoogte:
            delen.append(deel)
            eerste += hoogte
    return delen


def alle_lijnen(map_: Path) -> pl.LazyFrame:
    """The lines of all parts."""
    return pl.scan_parquet(map_ / "lijnen" / "*" / "*.parquet", hive_partitioning=False)


def _schrijf(tabel: pl.LazyFrame, nummer: pl.Expr, map_: Path) -> None:
    leeg = pl.LazyFrame(schema=tabel.collect_schema())
    leeg.sink_parquet(map_ / "leeg.parquet", mkdir=True)  # the columns, for a part without a row
    tabel.with_columns(deel=nummer).sink_parquet(
        pl.PartitionBy(map_, key="deel", include_key=False), compression="lz4", statistics=False, mkdir=True
    )


def _uit(map_: Path, nummer: int) -> pl.LazyFrame:
    deel = map_ / f"deel={nummer}"
    return pl.scan_parquet(deel / "*.parquet" if deel.is_dir() else map_ / "leeg.parquet", hive_partitioning=False)
