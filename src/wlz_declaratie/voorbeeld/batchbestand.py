"""The files of a batch, written piece by piece: AW319, CSV and Parquet.

Each is a context that gives what writes the next lines (``Batch.regels``) and tells where they came: those that were
written, with their physical ``regelnummer``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import polars as pl

from wlz_declaratie.contract.berichten import indeling
from wlz_declaratie.contract.tabellen import ALLEEN_INTERN, DECLARATIE
from wlz_declaratie.inlezen.aw319.schrijven import Berichtschrijver
from wlz_declaratie.voorbeeld.tabelbestand import SOORTEN

KOLOMMEN = [kolom for kolom in DECLARATIE if kolom not in ALLEEN_INTERN]
KOPREGELS = {".csv": 1, ".parquet": 0}

Schrijft = Callable[[pl.DataFrame], pl.DataFrame]


@contextmanager
def tabel(doel: Path) -> Iterator[Schrijft]:
    """As CSV or Parquet, by extension."""
    with SOORTEN[doel.suffix](doel) as neem:

        def schrijf(regels: pl.DataFrame) -> pl.DataFrame:
            neem(regels.select(KOLOMMEN))
            return regels.with_columns(regelnummer=pl.col("rij") + 1 + KOPREGELS[doel.suffix])

        yield schrijf


@contextmanager
def aw319(doel: Path) -> Iterator[Schrijft]:
    """The lines that an AW319 can carry.

    Its one header gives every line the dagtekening of the batch. Cases with which the message would grow
    beyond what its closing record can count are left out too, and all after them.
    """
    with doel.open("wb") as bestand:
        bericht, ruimte = Berichtschrijver(bestand), Ruimte()

        def schrijf(regels: pl.DataFrame) -> pl.DataFrame:
            regels = ruimte.wat_past(regels.filter("in_aw319"))
            return regels.with_columns(regelnummer=bericht.neem(bericht_van(regels)))

        yield schrijf
        bericht.sluit()


def bericht_van(regels: pl.DataFrame) -> pl.DataFrame:
    """Lines of a batch as the writer of AW319 takes them."""
    return regels.with_columns(dagtekening="dagtekening_bericht", regelnummer=pl.lit(None, dtype=pl.UInt32)).select(
        *DECLARATIE
    )


class Ruimte:
    """What the closing record of an AW319 can still count: lines, and money."""

    def __init__(self) -> None:
        slot = indeling("aw319").rubrieken("99")
        self._regels, self._cent = (10 ** slot[naam].lengte - 1 for naam in ("aantal_prestaties", "totaalbedrag"))
        self._vol = False

    def wat_past(self, regels: pl.DataFrame) -> pl.DataFrame:
        """These lines up to the first case that takes the message beyond it; then no more."""
        if self._vol:
            return regels.clear()
        aantal, totaal = pl.int_range(1, pl.len() + 1), pl.col("declaratiebedrag").cum_sum()
        te_veel = regels.filter((aantal > self._regels) | (totaal > self._cent))["geval"]
        if len(te_veel):
            self._vol = True
            return regels.filter(pl.col("geval") < te_veel[0])
        self._regels -= regels.height
        self._cent -= regels["declaratiebedrag"].sum()
        return regels


BATCHBESTANDEN: dict[str, tuple[str, Callable[[Path], AbstractContextManager[Schrijft]]]] = {
    "batch.asc": ("aw319", aw319),
    "batch.csv": ("tabel", tabel),
    "batch.parquet": ("tabel", tabel),
}
"""By name the kind of file, as findings tell them apart, and what writes it."""
