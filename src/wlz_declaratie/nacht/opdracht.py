"""What a night has to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from wlz_declaratie.diensten.instellingen.batch import voor_batch
from wlz_declaratie.diensten.instellingen.lezen import Instellingen
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.nacht import mappen
from wlz_declaratie.nacht.inbox import RUST
from wlz_declaratie.nacht.logboek import nieuwe_run
from wlz_declaratie.nacht.opties import Opties

ARCHIEF, AFGEKEURDE, QUARANTAINE = "archief", "afgekeurd", "quarantaine"


@dataclass(frozen=True, kw_only=True)
class Nacht:
    """What to do: see ``declaratie nacht --help``.

    ``opties`` are those of every batch, unless ``instellingen`` say otherwise of its declarant; ``gegeven`` are
    the long names of those on the command line, which win. ``rust``: the seconds that a file has to be still;
    ``vrijgeven`` names batches in quarantine to book all the same. ``opnieuw``: also the results of a batch that is in
    the store are written.
    """

    inbox: Path
    historie: Path
    uit: Path
    archief: Path | None = None
    peildatum: date | None = None
    rust: float = RUST
    vrijgeven: Collection[str] = ()
    opnieuw: bool = False
    bewaartermijn: int | None = None
    """Days after which results, done files and rejected ones go; None is never."""
    opties: Opties = field(default_factory=Opties)
    instellingen: Instellingen = field(default_factory=Instellingen)
    gegeven: Collection[str] = ()
    run: str = field(default_factory=nieuwe_run)
    """The id of this run, in every log line and in the overview."""

    def opties_van(self, batch: Batchbestand) -> Opties:
        """How this batch is checked, judged and reported. The one place where that is decided."""
        return self.opties.met(voor_batch(self.instellingen, [batch], opdracht="nacht", gegeven=self.gegeven))

    @property
    def ingesteld(self) -> list[str]:
        """The settings file that this night goes by, as a remark; nothing without one."""
        bestand = self.instellingen.bestand
        return [f"instellingen: {bestand.naam}"] if bestand else []

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
