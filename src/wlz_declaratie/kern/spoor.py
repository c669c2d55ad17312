"""What rules did with a few lines: which they judged, by which numbers, and which they could not test.

In a check nobody follows them and nothing here runs. `Populatie.spoor` is there when someone asks why (`waarom`); then
the words of the language note their lines here while the rule runs as ever. A rule says what it judges by choosing
lines (`Van.batch`, `Lijnen.van_batch`); where that is wider or narrower than what it judges, it says so itself
(`Lijnen.getoetst`, `Van.getoetst`), and then only that counts.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import polars as pl

from wlz_declaratie.kern.taal import sjabloon

MEESTE_TEKSTEN = 3
"""Texts that a line keeps of one rule: it may count by month or year."""

log = logging.getLogger(__name__)


@dataclass
class Gevolgd:
    """What one rule did with the lines (their rij)."""

    gekozen: set[int] = field(default_factory=set)
    """Chosen by it."""
    getoetst: dict[int, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)
    """Judged, by its own word, each with texts and values of the numbers that it went by."""
    ontoetsbaar: dict[int, list[str]] = field(default_factory=dict)
    """Not to be tested, wholly or in part, and without what."""
    zegt_zelf: bool = False
    """Whether it says itself what it judges."""
    zegt_iets: bool = False
    """Whether it came to any word that tells which lines it looks at, and that could be followed."""

    @property
    def bekeken(self) -> Collection[int]:
        """The lines that it judged."""
        return self.getoetst.keys() if self.zegt_zelf else self.gekozen


class Spoor:
    """Follows ``rijen`` (rij of lines of the batch) through the rules; rules may run side by side."""

    def __init__(self, rijen: Collection[int]) -> None:
        self._rijen = pl.Series("rij", sorted(rijen), pl.UInt32).implode()
        self._slot = Lock()
        self.per_regel: defaultdict[str, Gevolgd] = defaultdict(Gevolgd)

    def gekozen(self, regel_id: str, frame: pl.LazyFrame) -> None:
        """The rule chose these lines."""
        rijen = self._gevolgd(frame)
        if rijen is not None:
            with self._slot:
                self.per_regel[regel_id].zegt_iets = True
                self.per_regel[regel_id].gekozen.update(rijen["rij"])

    def getoetst(self, regel_id: str, frame: pl.LazyFrame, tekst: str) -> None:
        """The rule judges these lines; ``tekst`` is a template (`sjabloon`) with the numbers that it goes by."""
        rijen = self._gevolgd(frame)
        if rijen is None:
            return
        getallen = self._gevolgd(frame, tekst) if tekst else None
        with self._slot:
            gevolgd = self.per_regel[regel_id]
            gevolgd.zegt_zelf = gevolgd.zegt_iets = True
            for rij in rijen["rij"]:
                gevolgd.getoetst.setdefault(rij, [])
            for rij, woorden, gegevens in () if getallen is None else getallen.iter_rows():
                teksten, nieuw = gevolgd.getoetst[rij], (woorden, json.loads(gegevens))
                if woorden is not None and nieuw not in teksten and len(teksten) < MEESTE_TEKSTEN:
                    teksten.append(nieuw)

    def ontoetsbaar(self, regel_id: str, frame: pl.LazyFrame, reden: str) -> None:
        """The rule could not test these lines, or not wholly."""
        rijen = self._gevolgd(frame)
        with self._slot:
            for rij in () if rijen is None else rijen["rij"]:
                redenen = self.per_regel[regel_id].ontoetsbaar.setdefault(rij, [])
                redenen += [] if reden in redenen else [reden]

    def _gevolgd(self, frame: pl.LazyFrame, tekst: str = "") -> pl.DataFrame | None:
        """Of these lines those that are followed; None where rows are no lines, or cannot be told."""
        try:
            if "rij" not in frame.collect_schema().names():
                return None
            woorden = [sjabloon.melding(tekst).alias("tekst"), sjabloon.gegevens(tekst).alias("gegevens")]
            return frame.filter(pl.col("rij").is_in(self._rijen)).select("rij", *(woorden if tekst else ())).collect()
        except Exception:  # whoever asks why must not change what a rule finds
            log.debug("spoor niet te volgen", exc_info=True)
            return None
