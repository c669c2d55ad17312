"""What sources beside the table files add to the dossier: one shape for all of them.

Sources come in order of precedence: per table, the clients whom an earlier source names are not filled by a later one.
A source names a client by any row of that table, good or bad.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from wlz_declaratie.contract.tabellen import DOSSIER, HERKOMST
from wlz_declaratie.inlezen.onbruikbaar import GEEN


@dataclass(frozen=True)
class Aanvulling:
    """Rows from one kind of source: only tables with a bsn."""

    naam: str
    """How the source is called: in remarks, and as the file in `onbruikbaar.Bron`."""
    tabellen: dict[str, pl.DataFrame]
    """By table its usable rows, if any: the columns of DOSSIER, then those of HERKOMST (see `met_herkomst`)."""
    kolommen: dict[str, frozenset[str]]
    """By table that this source can fill: the columns that it knows."""
    onbruikbaar: pl.DataFrame = field(default_factory=lambda: GEEN)
    """The rows left out (ONBRUIKBAAR)."""
    opmerkingen: tuple[str, ...] = ()

    def zonder(self, tabel: str, clienten: pl.Series) -> tuple[pl.DataFrame | None, pl.DataFrame]:
        """Its rows of the table, and those left out, without these clients; a key that is unreadable stays."""
        ook, rijen = clienten.implode(), self.tabellen.get(tabel)
        onbruikbaar = self.onbruikbaar.filter(
            pl.col("tabel") == tabel, pl.col("sleutel").is_in(ook).fill_null(value=False).not_()
        )
        return None if rijen is None else rijen.filter(~pl.col("bsn").is_in(ook)), onbruikbaar


GEEN_CLIENTEN = pl.Series("bsn", [], dtype=pl.String)


def genoemd(rijen: pl.DataFrame | None, onbruikbaar: pl.DataFrame) -> pl.Series:
    """The clients whom rows of a table name, good or bad."""
    goed = GEEN_CLIENTEN if rijen is None else rijen["bsn"]
    return pl.concat([goed, onbruikbaar["sleutel"].drop_nulls()]).unique()


def met_herkomst(
    rijen: pl.DataFrame, tabel: str, herkomst: str | pl.Expr, regel: pl.Expr | None = None
) -> pl.DataFrame:
    """The columns of the table and of HERKOMST: the source in words, and the number of the row in its file."""
    bron = pl.lit(herkomst) if isinstance(herkomst, str) else herkomst
    nummer = pl.lit(None) if regel is None else regel
    return rijen.select(
        *DOSSIER[tabel],
        bron.cast(HERKOMST["herkomst"]).alias("herkomst"),
        nummer.cast(HERKOMST["herkomst_regel"]).alias("herkomst_regel"),
    )
