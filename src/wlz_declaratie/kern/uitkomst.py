"""What a rule gives: findings, and what it could not test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Ernst = Literal["afkeur", "signaal"]
ERNST = pl.Enum(["afkeur", "signaal"])
"""Heaviest first, so that sorting puts what weighs most on top."""

BEVINDING: dict[str, pl.DataType | type[pl.DataType]] = {
    "rij": pl.UInt32,
    "uitvoerder": pl.Int32,
    "ernst": ERNST,
    "retourcode": pl.String,
    "melding": pl.String,
    "gegevens": pl.String,
}
"""What a rule gives; ``rij`` is null when the finding is about a provider (``uitvoerder``) or the batch."""

GEEN_BEVINDING = pl.LazyFrame(schema=BEVINDING)
"""Findings on lines of which it is known that there are none."""


@dataclass(frozen=True)
class Deels:
    """The rule did part of its test; ``reden`` names what is missing, ``regels`` on how many lines (0: not counted)."""

    reden: str
    regels: int = 0


@dataclass(frozen=True)
class Niet:
    """The rule turned out to have nothing it could test; ``reden`` says why, ``regels`` for how many lines."""

    reden: str
    regels: int = 0


Uitkomst = pl.LazyFrame | Deels | Niet


@dataclass(frozen=True)
class Ruw:
    """What one rule gave on one population: findings and remarks, or neither when it crashed."""

    bevindingen: pl.DataFrame
    opmerkingen: tuple[Deels | Niet, ...] = ()
    fout: str | None = None
    niets: bool = False
    """It came to no test and no remark: there was nothing for it here."""

    @property
    def kon_niet(self) -> bool:
        """Whether it had nothing that it could test."""
        return any(isinstance(opmerking, Niet) for opmerking in self.opmerkingen)
