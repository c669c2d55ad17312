"""What the rules found, together: of a big population on disk, in stretches of its lines.

So nobody holds more than one stretch of it at a time, however much there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.verdeeld import Verdeeld
from wlz_declaratie.kern.afwijkend import eenmaal
from wlz_declaratie.kern.draaien import GEEN
from wlz_declaratie.kern.regel import Regel
from wlz_declaratie.kern.uitkomst import BEVINDING, Ruw

LIJNEN = 5_000_000
"""Of one stretch: what is found on so many takes some hundreds of MiB."""
MET_REGEL = pl.Schema({**BEVINDING, "regel_id": pl.String})


def stuk_van() -> pl.Expr:
    """The stretch in which a ``rij`` lies, the first is 0."""
    return (pl.col("rij") // LIJNEN).alias("stuk")


class Stukken:
    """A table with a ``rij`` for each row, in stretches of LIJNEN lines of ``omvang``: on disk, in the new ``map_``.

    Without a ``map_`` it is one stretch, in memory.
    """

    def __init__(self, schema: pl.Schema, omvang: int, map_: Path | None) -> None:
        self._omvang, self._map = omvang, map_
        self._verdeeld = Verdeeld(map_, max(1, -(-omvang // LIJNEN))) if map_ else None
        self._heel = [pl.LazyFrame(schema=schema)]
        if self._verdeeld:
            self.neem(self._heel[0])  # there may come nothing more

    @property
    def aantal(self) -> int:
        """How many stretches there are."""
        return self._verdeeld.delen if self._verdeeld else 1

    def neem(self, tabel: pl.LazyFrame) -> None:
        """Add rows; they are computed at once."""
        if self._verdeeld:
            self._verdeeld.schrijf(tabel, stuk_van())
        else:
            self._heel.append(tabel.collect().lazy())

    def stuk(self, nummer: int) -> pl.LazyFrame:
        """The rows of one stretch."""
        return self._verdeeld.deel(nummer) if self._verdeeld else pl.concat(self._heel)

    def alles(self) -> pl.LazyFrame:
        """The rows of all stretches."""
        return self._verdeeld.alles() if self._verdeeld else pl.concat(self._heel)

    def naast(self, naam: str, tabel: pl.LazyFrame) -> Stukken:
        """Another table, cut as this one and kept beside it."""
        ander = Stukken(tabel.collect_schema(), self._omvang, self._map and self._map.with_name(naam))
        ander.neem(tabel)
        return ander


class Gevonden:
    """Findings of all rules (MET_REGEL): those on a line ``op_lijn``, the others ``zonder_lijn``.

    Of a population of ``omvang`` lines; in the new ``map_``, or in memory.
    """

    def __init__(self, omvang: int, map_: Path | None = None) -> None:
        self.op_lijn = Stukken(MET_REGEL, omvang, map_)
        self.zonder_lijn = pl.DataFrame(schema=MET_REGEL)

    def neem(self, uitkomsten: Iterable[tuple[Regel, Ruw]]) -> list[tuple[Regel, Ruw]]:
        """Add what rules found on the population or on a part; gives how they went, without it.

        The stretches of days of a rule follow each other.
        """
        uitkomsten = list(uitkomsten)
        samen = []
        for regel_id, van_regel in groupby(uitkomsten, lambda uitkomst: uitkomst[0].id):
            per_vak = [ruw.bevindingen for _, ruw in van_regel]
            bevindingen = per_vak[0] if len(per_vak) == 1 else eenmaal(pl.concat(per_vak))
            samen.append(bevindingen.with_columns(regel_id=pl.lit(regel_id)))
        if samen:
            alle = pl.concat(samen)
            self.op_lijn.neem(alle.lazy().filter(pl.col("rij").is_not_null()))
            self.zonder_lijn = pl.concat([self.zonder_lijn, alle.filter(pl.col("rij").is_null())])
        return [(regel, replace(ruw, bevindingen=GEEN)) for regel, ruw in uitkomsten]
