"""What a night has to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from wlz_declaratie.nacht import mappen
from wlz_declaratie.nacht.inbox import RUST

ARCHIEF, AFGEKEURDE, QUARANTAINE = "archief", "afgekeurd", "quarantaine"
MAX_AFKEUR = 50
"""Percent of the lines."""


@dataclass(frozen=True)
class Nacht:
    """What to do: see ``declaratie nacht --help``.

    ``tellend`` are the severities that give exit code 1; ``rust`` the seconds that a file has to be still;
    ``strikt``: a row of the dossier that cannot be used stops the night. ``max_afkeur``: of how many percent of its
    lines a batch may be rejected to be booked unseen; ``vrijgeven`` names batches in quarantine to book all the same.
    ``opnieuw``: also the results of a batch that is in the store are written.
    """

    inbox: Path
    historie: Path
    uit: Path
    archief: Path | None = None
    dossier: Path | None = None
    tabellen: Path | None = None
    peildatum: date | None = None
    tellend: Collection[str] = ("afkeur",)
    rust: float = RUST
    strikt: bool = False
    dossier_volledig: bool = False
    max_afkeur: int = MAX_AFKEUR
    vrijgeven: Collection[str] = ()
    opnieuw: bool = False

    @property
    def naar_archief(self) -> Path:
        """Where done files go."""
        return self.archief or self.inbox / ARCHIEF

    @property
    def afgekeurd(self) -> Path:
        """Where files go that cannot be used."""
        return self.inbox / AFGEKEURDE

    @property
    def quarantaine(self) -> Path:
        """Where batches go that nobody should book unseen."""
        return self.inbox / QUARANTAINE

    @property
    def in_inbox(self) -> tuple[Path, Path, Path]:
        """The folders that may lie in the inbox."""
        return self.naar_archief, self.afgekeurd, self.quarantaine

    def controleer_mappen(self) -> None:
        """Raises Gebruikersfout."""
        namen = {"--historie": self.historie, "--uit": self.uit, "--archief": self.naar_archief}
        mappen.controleer(self.inbox, {**namen, "afgekeurd": self.afgekeurd, "quarantaine": self.quarantaine})
