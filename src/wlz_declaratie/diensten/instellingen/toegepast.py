"""What of a settings file a check went by: every report says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from wlz_declaratie.kern.parameters import Waarde

Ernst = Literal["signaal", "uit"]
"""What a softened rule is; uit: it does not run."""


@dataclass(frozen=True)
class AndereWaarde:
    """A value of policy in place of ours, from ``van`` up to and including ``tot``; ``tabel`` says where it is set."""

    regel_id: str
    parameter: str
    waarde: Waarde
    van: date | None
    tot: date | None
    bron: str
    tabel: str


@dataclass(frozen=True)
class Verzachting:
    """A rule that rejects nothing, and why."""

    regel_id: str
    ernst: Ernst
    reden: str
    tabel: str


@dataclass(frozen=True)
class Toegepast:
    """The file, and what of it counted: the options (table, name), the values and the softened rules."""

    bestand: str
    opties: tuple[tuple[str, str], ...] = ()
    waarden: tuple[AndereWaarde, ...] = ()
    ernst: tuple[Verzachting, ...] = ()

    @property
    def telt(self) -> bool:
        """Whether anything of it did."""
        return bool(self.opties or self.waarden or self.ernst)
