"""A dossier made ready for a check: its tables as rules read them, in memory or, for a big population, on disk.

What was read is let go then, for beside the lines of a big batch there is no room for a dossier in two forms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl

from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.inlezen.onbruikbaar import Dossierrijen
from wlz_declaratie.kern.slank import dossier_voor_regels, in_geheugen

Bewaren = Callable[[str, pl.LazyFrame], pl.LazyFrame]
"""Computes the table of that name, and gives it from where it was kept."""


@dataclass(frozen=True)
class Klaargezet:
    """``tabellen`` as rules read them, and ``ruw`` as they were read (`Dossier.tabellen`), empty unless asked for."""

    tabellen: Mapping[str, pl.LazyFrame]
    ruw: Mapping[str, pl.LazyFrame]
    aanwezig: Mapping[str, frozenset[str]]
    rijen: Dossierrijen
    opmerkingen: tuple[str, ...]

    def van(self, clienten: pl.Series) -> Klaargezet:
        """Of tables about clients only the rows about these (bsn as a number), in memory."""
        alleen = pl.col("bsn").is_in(clienten.implode())
        return replace(
            self,
            tabellen={
                naam: tabel.filter(alleen).collect().lazy() if "bsn" in tabel.collect_schema() else tabel
                for naam, tabel in self.tabellen.items()
            },
        )


def zet_klaar(dossier: Dossier, codes: Codes, map_: Path | None = None, *, met_ruw: bool = False) -> Klaargezet:
    """The dossier for `controleer`. With ``map_``, a private folder, its tables are kept there and not in memory."""
    bewaar: Bewaren = in_geheugen
    if map_:
        (map_ / "dossier").mkdir()
        bewaar = partial(_op_schijf, map_ / "dossier")
    tabellen = dossier_voor_regels(dossier.tabellen, codes, bewaar)
    ruw = {naam: bewaar(f"{naam}-ruw", tabel.lazy()) for naam, tabel in dossier.tabellen.items()} if met_ruw else {}
    return Klaargezet(tabellen, ruw, dossier.aanwezig, dossier.rijen, dossier.opmerkingen)


def _op_schijf(map_: Path, naam: str, tabel: pl.LazyFrame) -> pl.LazyFrame:
    pad = map_ / f"{naam}.parquet"
    tabel.sink_parquet(pad, compression="lz4", statistics=False)
    return pl.scan_parquet(pad, glob=False)
