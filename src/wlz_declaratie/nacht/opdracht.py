"""What a night has to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from wlz_declaratie.nacht import mappen
from wlz_declaratie.nacht.inbox import RUST

ARCHIEF, AFGEKEURDE = "archief", "afgekeurd"


@dataclass(frozen=True)
class Nacht:
    """What to do: see ``declaratie nacht --help``.

    ``tellend`` are the severities that give exit code 1; ``rust`` the seconds that a file has to be still;
    ``strikt``: a row of the dossier that cannot be used stops the night.
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

    @property
    def naar_archief(self) -> Path:
        """Where done files go."""
        return self.archief or self.inbox / ARCHIEF

    @property
    def afgekeurd(self) -> Path:
        """Where files go that cannot be used."""
        return self.inbox / AFGEKEURDE

    def controleer_mappen(self) -> None:
        """Raises Gebruikersfout."""
        namen = {"--historie": self.historie, "--uit": self.uit, "--archief": self.naar_archief}
        mappen.controleer(self.inbox, {**namen, "afgekeurd": self.afgekeurd})
