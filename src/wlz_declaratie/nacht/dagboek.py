"""The journal: what this night did, kept until it ended undisturbed, so that a restart can tell of the whole night."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from wlz_declaratie.historie.slot import alleen_eigenaar

BESTAND = "nacht.jsonl"
DEZELFDE_NACHT = timedelta(hours=12)
"""A run that starts again within this time keeps the peildatum of the night: midnight may have passed."""

VERWERKT, AL_BEKEND, AFGEKEURD, WACHT = STANDEN = ("verwerkt", "al bekend", "afgekeurd", "wacht")


@dataclass(frozen=True)
class Regel:
    """What became of one file; names are free of bsn.

    - ``stand``: one of STANDEN; ``reden`` says why it is not verwerkt.
    - ``samenvatting``: controle.Samenvatting as a dict, for a batch that was checked.
    - ``periode``: first day of its period; ``uitslag``: names of its result files.
    """

    bestand: str
    sha256: str | None
    stand: str
    exitcode: int
    reden: str | None = None
    periode: str | None = None
    peildatum: str | None = None
    samenvatting: dict[str, int] | None = None
    uitslag: tuple[str, ...] = ()


class Dagboek:
    """One file of JSON lines: the start of the night, then one line for each file, the last word on it counts."""

    def __init__(self, map_: Path, peildatum: date | None) -> None:
        """Open it in ``map_``, or go on with what is there; ``peildatum`` is what the user asked for."""
        self._pad = map_ / BESTAND
        self.regels: dict[tuple[str, str | None], Regel] = {}
        kop, regels = self._lees()
        self.hervat = bool(kop)
        self.begonnen = datetime.fromisoformat(kop["begonnen"]) if kop else datetime.now(UTC)
        vandaag = date.today()
        if kop and datetime.now(UTC) - self.begonnen < DEZELFDE_NACHT:
            vandaag = date.fromisoformat(kop["peildatum"])
        self.peildatum = peildatum or vandaag
        for regel in regels:
            self._onthoud(Regel(**{**regel, "uitslag": tuple(regel["uitslag"])}))
        if not kop:
            self._schrijf({"begonnen": self.begonnen.isoformat(), "peildatum": self.peildatum.isoformat()})

    def noteer(self, regel: Regel) -> None:
        """Add a line that survives a kill. Raises OSError."""
        self._schrijf(asdict(regel))
        self._onthoud(regel)

    def van(self, bestand: str, sha256: str) -> Regel | None:
        """What was noted of this file."""
        return self.regels.get((bestand, sha256))

    def sluit(self) -> None:
        """The night ended undisturbed."""
        self._pad.unlink()

    def _onthoud(self, regel: Regel) -> None:
        self.regels[regel.bestand, regel.sha256] = regel

    def _lees(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The lines that are whole; half a line, of a full disk or a power cut, is cut off."""
        if not self._pad.exists():
            return {}, []
        with self._pad.open("rb+") as bestand:
            inhoud = bestand.read()
            heel = inhoud[: inhoud.rfind(b"\n") + 1]
            bestand.truncate(len(heel))
        kop, *regels = [json.loads(regel) for regel in heel.splitlines()] or [{}]
        return kop, regels

    def _schrijf(self, inhoud: dict[str, Any]) -> None:
        with alleen_eigenaar(), self._pad.open("ab") as bestand:
            bestand.write(json.dumps(inhoud, ensure_ascii=False).encode() + b"\n")
            _bewaar(bestand)


def _bewaar(bestand: IO[bytes]) -> None:
    bestand.flush()
    os.fsync(bestand.fileno())
