"""A dossier made ready for a check: its tables as rules read them, in memory or, for a big population, on disk.

What was read is let go then, for beside the lines of a big batch there is no room for a dossier in two forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.verdeeld import Verdeeld
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.contract.tabellen import OVER_CLIENTEN
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.inlezen.onbruikbaar import Dossierrijen
from wlz_declaratie.kern.delen import schrijf_heel, snijd
from wlz_declaratie.kern.slank import dossier_voor_regels, in_geheugen


@dataclass(frozen=True)
class Klaargezet:
    """``tabellen`` as rules read them, and ``ruw`` as they were read (`Dossier.tabellen`), empty unless asked for."""

    tabellen: Mapping[str, pl.LazyFrame]
    ruw: Mapping[str, pl.LazyFrame]
    aanwezig: Mapping[str, frozenset[str]]
    rijen: Dossierrijen
    opmerkingen: tuple[str, ...]
    verdeeld: Mapping[str, Verdeeld] = field(default_factory=dict)
    """Tables about clients that lie on disk in parts."""

    def van(self, clienten: pl.Series) -> Klaargezet:
        """Of tables about clients only the rows about these (bsn as a number), in memory."""
        alleen = pl.col("bsn").is_in(clienten.implode())
        return replace(
            self,
            verdeeld={},
            tabellen={
                naam: tabel.filter(alleen).collect().lazy() if naam in OVER_CLIENTEN else tabel
                for naam, tabel in self.tabellen.items()
            },
        )


@dataclass(frozen=True)
class OpSchijf:
    """Where to keep tables: below a private folder, those about clients in so many parts."""

    map_: Path
    delen: int


def zet_klaar(
    dossier: Dossier, codes: Codes, op_schijf: OpSchijf | None = None, *, met_ruw: bool = False
) -> Klaargezet:
    """The dossier for `controleer`, in memory or on disk."""
    verdeeld = dict[str, Verdeeld]()

    def bewaar(naam: str, tabel: pl.LazyFrame) -> pl.LazyFrame:
        if op_schijf is None:
            return in_geheugen(naam, tabel)
        if naam in OVER_CLIENTEN:
            verdeeld[naam] = snijd(tabel, op_schijf.map_ / naam, op_schijf.delen)
            return verdeeld[naam].alles()
        return pl.scan_parquet(schrijf_heel(tabel, op_schijf.map_ / f"{naam}.parquet"), glob=False)

    tabellen = dossier_voor_regels(dossier.tabellen, codes, bewaar)
    ruw = {naam: bewaar(f"{naam}-ruw", tabel.lazy()) for naam, tabel in dossier.tabellen.items()} if met_ruw else {}
    return Klaargezet(tabellen, ruw, dossier.aanwezig, dossier.rijen, dossier.opmerkingen, verdeeld)
