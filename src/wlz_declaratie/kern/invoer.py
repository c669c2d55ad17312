"""What is to be checked, and against what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from wlz_declaratie.basis.verdeeld import Verdeeld
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.spoor import Spoor
from wlz_declaratie.kern.voorwaarden import Gegeven
from wlz_declaratie.kern.vreemd import Vreemd, bepaal

Voortgang = Callable[[str, int, int], None]
"""Called before each step with its name, its number and the number of steps."""


@dataclass(frozen=True)
class Invoer:
    """What is to be checked, all lines of batch and history (``slank.lijnen_van``), and against what."""

    lijnen: pl.LazyFrame
    omvang: int
    dossier: Mapping[str, pl.LazyFrame]
    codes: Codes
    peildatum: date
    met_historie: bool
    bestanden: tuple[Batchbestand, ...]
    aanwezig: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Columns that the dossier tables really have, where that is known."""
    weggelaten: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    """Rows of the dossier that could not be used, by table: see `kern.onbruikbaar`."""
    spoor: Spoor | None = None
    """Who follows lines through the rules."""
    vreemd: Vreemd | None = None
    """What of its clients the dossier does not know, once that is decided."""
    wiens_bekend: bool = False
    """It is decided, or whoever checks says that the dossier is whole."""
    bronnen: tuple[Batchbestand, ...] = ()
    """Batch and history, if ``lijnen`` are their lines."""
    dossier_verdeeld: Mapping[str, Verdeeld] = field(default_factory=dict)
    """Tables of ``dossier`` that lie in parts."""

    @property
    def aantal_batch(self) -> int:
        """Lines of the batch, without the history."""
        return sum(bestand.aantal for bestand in self.bestanden)

    @property
    def gegeven(self) -> Gegeven:
        """What of the needs of a rule there is."""
        kolommen = tuple(bestand.kolommen for bestand in self.bestanden)
        return Gegeven(frozenset(self.dossier), self.aanwezig, kolommen, [bestand.soort for bestand in self.bestanden])

    def populatie(self, slank: pl.LazyFrame, lijnen: pl.LazyFrame) -> Populatie:
        """What rules read, of the prepared lines ``slank`` and the whole ones ``lijnen``."""
        tegen = self.dossier, self.codes, self.peildatum, self.met_historie, self.bestanden, self.weggelaten, self.spoor
        return Populatie(slank, lijnen, *tegen, self.vreemd)

    def met_vreemd(self, lijnen: pl.LazyFrame) -> Invoer:
        """Decided, by these lines (bsn as a number; batch), whether the dossier is of somebody else."""
        if self.wiens_bekend:
            return self
        return replace(self, vreemd=bepaal(lijnen, self.dossier, self.weggelaten), wiens_bekend=True)
