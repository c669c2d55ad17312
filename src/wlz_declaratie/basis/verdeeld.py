"""A table on disk, cut into parts while it is written: rows with one key lie in one part, in the order they came in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

_DEEL = "deel"
_WACHTEND = 1_000_000
"""Rows that wait in memory until they are written, of all parts together: so that more parts take no more."""
_GROEP = 131_072
"""Of one part at most."""
_ONDERWEG = 30_000
"""Rows that go through at a time. Polars takes three times as many, and holds a GiB more."""


@dataclass(frozen=True)
class Verdeeld:
    """``delen`` parts below the private folder ``map_``, each as what was written of it, one file after another."""

    map_: Path
    delen: int

    def schrijf(self, tabel: pl.LazyFrame, sleutel: pl.Expr) -> None:
        """Add the rows of a table, which has the columns of all that was added before; ``sleutel`` is any integer."""
        if not self.map_.exists():
            self.map_.mkdir(parents=True)
            # The columns, for a part without a row.
            pl.LazyFrame(schema=tabel.collect_schema()).sink_parquet(self._leeg)
        stuk = self.map_ / f"{sum(pad.is_dir() for pad in self.map_.iterdir()):06d}"
        with pl.Config(streaming_chunk_size=_ONDERWEG):
            tabel.with_columns((sleutel % self.delen).alias(_DEEL)).sink_parquet(
                pl.PartitionBy(stuk, key=_DEEL, include_key=False),
                compression="lz4",
                statistics=False,
                row_group_size=min(_GROEP, _WACHTEND // self.delen),
                mkdir=True,
            )

    def deel(self, nummer: int) -> pl.LazyFrame:
        """The rows of one part, the first is 0."""
        return self._uit(f"*/{_DEEL}={nummer}/*.parquet")

    def alles(self) -> pl.LazyFrame:
        """The rows of all parts, one part after another."""
        return self._uit("*/*/*.parquet")

    def _uit(self, patroon: str) -> pl.LazyFrame:
        bestanden = sorted(self.map_.glob(patroon))
        return pl.scan_parquet(bestanden or self._leeg, glob=False, hive_partitioning=False)

    @property
    def _leeg(self) -> Path:
        return self.map_ / "leeg.parquet"
