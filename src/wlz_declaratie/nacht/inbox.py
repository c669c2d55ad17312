"""What lies in the inbox: which files are whole, which still on their way, and what is no file at all."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.inlezen import AW319
from wlz_declaratie.nacht.map import Map

TUSSENPOOS = 1.0
"""Seconds between the two looks that tell whether a file is still being written."""
RUST = 60.0
"""Seconds that a file without a closing record has to be still."""
ONAF = (".part", ".tmp")
"""Extensions of files that are still on their way."""
KLAAR = ".klaar"
"""Behind the whole name of a file: an empty file by which its sender says that all of it is there."""
NOG_BEZIG = "wordt nog geschreven"
NIET_STIL = (
    "kort geleden nog geschreven; wacht tot de volgende nacht, of zet er een bestand met .klaar achter de naam naast"
)


class Blik(NamedTuple):
    """What changes when a file is written or replaced."""

    schijf: int
    nummer: int
    omvang: int
    tijd_ns: int


@dataclass(frozen=True)
class Bestand:
    """A regular file in the inbox as it was when looked at; ``stil`` when nobody seems to write it any more."""

    map_: Map
    naam: str
    blik: Blik
    stil: bool = True

    @property
    def soort(self) -> str:
        """Its extension, in small letters."""
        return PurePath(self.naam).suffix.lower()

    def veranderd(self) -> bool:
        """Whether it changed since, or went."""
        gevonden = self.map_.stand(self.naam)
        return gevonden is None or blik(gevonden) != self.blik

    def ligt_er(self) -> bool:
        """Whether something with its name is there."""
        return self.map_.stand(self.naam) is not None


@dataclass(frozen=True)
class Inhoud:
    """What there is, each by name: whole files, files that wait with the reason, and what is no regular file."""

    af: list[Bestand]
    wacht: list[tuple[Bestand, str]]
    vreemd: list[str]


def blik(gevonden: os.stat_result) -> Blik | None:
    """One look at a file; None when it is no regular file."""
    if not stat.S_ISREG(gevonden.st_mode):
        return None
    return Blik(gevonden.st_dev, gevonden.st_ino, gevonden.st_size, gevonden.st_mtime_ns)


def bekijk(inbox: Map, rust: float = RUST, eigen: Collection[str] = ()) -> Inhoud:
    """Look twice at everything in the inbox; sub-folders are not searched, links not followed.

    ``rust`` is how many seconds a file must be still, unless KLAAR says that it is whole, or a closing record will:
    an AW319. Names that begin with a dot, ``_`` or ``~`` belong to programs (locks, transfers under way) and are no
    batches; ``eigen`` are folders of the night.
    """
    eerst = _alles(inbox, eigen)
    if eerst:
        time.sleep(TUSSENPOOS)
    nu, moment = _alles(inbox, eigen), time.time()
    inhoud = Inhoud([], [], [])
    for naam, gevonden in nu.items():
        gezien = blik(gevonden)
        if gezien is None:
            inhoud.vreemd.append(naam)
            continue
        if naam.endswith(KLAAR):
            continue
        stil = _rustig(gevonden, rust, moment) or _gemeld(gevonden, nu.get(f"{naam}{KLAAR}"))
        bestand = Bestand(inbox, naam, gezien, stil)
        if bestand.soort in ONAF or naam not in eerst or blik(eerst[naam]) != gezien:
            inhoud.wacht.append((bestand, NOG_BEZIG))
        elif not stil and bestand.soort not in AW319:
            inhoud.wacht.append((bestand, NIET_STIL))
        else:
            inhoud.af.append(bestand)
    return inhoud


def _rustig(gevonden: os.stat_result, rust: float, moment: float) -> bool:
    """Whether it was not written for so long. A moment in the future says nothing: then since the system touched it."""
    leeftijd = moment - gevonden.st_mtime
    if leeftijd < 0:
        leeftijd = moment - gevonden.st_ctime
    return leeftijd < 0 or leeftijd >= rust


def _gemeld(gevonden: os.stat_result, klaar: os.stat_result | None) -> bool:
    """Whether its sender said that it is whole, after the last byte: what he said of an earlier file counts no more."""
    return klaar is not None and stat.S_ISREG(klaar.st_mode) and klaar.st_mtime_ns >= gevonden.st_mtime_ns


def _alles(inbox: Map, eigen: Collection[str]) -> dict[str, os.stat_result]:
    try:
        namen = inbox.namen()
    except OSError as fout:
        raise Gebruikersfout(
            f"{inbox.pad}: deze map is niet te lezen ({fout.strerror}). Controleer de naam en de rechten."
        ) from None
    kandidaten = (naam for naam in namen if not naam.startswith((".", "_", "~")) and naam not in eigen)
    return {naam: gevonden for naam in kandidaten if (gevonden := inbox.stand(naam))}
