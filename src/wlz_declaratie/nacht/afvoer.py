"""Out of the inbox: what is put in another folder is, byte for byte, what was checked.

A file is first taken to a folder of the night in the inbox, where nobody can replace it, and there it is looked at
once more. What is found there at the start of a night goes back: the night that took it was killed.
"""

from __future__ import annotations

import errno
import itertools
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.nacht.exitcodes import NAAR_IEMAND
from wlz_declaratie.nacht.inbox import KLAAR, NOG_BEZIG, Bestand
from wlz_declaratie.nacht.logboek import meld
from wlz_declaratie.nacht.map import Map
from wlz_declaratie.nacht.namen import HOOGUIT, getoond, naast
from wlz_declaratie.nacht.tafel import Blijft, Kopie, som

GENOMEN = ".nacht-genomen"
"""Folder in the inbox for a file between inbox and where it goes."""
HALF = ".nacht-", ".deel"
"""How a file begins and ends that is being written."""


class Afvoer:
    """Takes files out of the inbox."""

    def __init__(self, inbox: Map, genomen: Map) -> None:
        self._inbox, self._genomen = inbox, genomen

    def herstel(self) -> None:
        """Put back what a killed night had taken. Raises OSError."""
        for naam in self._genomen.namen():
            self._leg_terug(naam)

    def proef(self, naar: Map) -> None:
        """See whether a file can go there in one act, before anything is done. Raises Gebruikersfout, OSError."""
        naam = f"{HALF[0]}{os.getpid()}{HALF[1]}"
        self._genomen.verwijder(naam)
        os.close(self._genomen.maak(naam))
        try:
            self._genomen.hernoem(naam, naar, naam)
            naar.verwijder(naam)
        except OSError as fout:
            self._genomen.verwijder(naam)
            if fout.errno != errno.EXDEV:
                raise
            raise Gebruikersfout(
                f"--archief {naar.pad}: dit is een andere schijf dan die van de inbox, en een bestand gaat er met één "
                "handeling heen. Kies een map op dezelfde schijf."
            ) from None

    def archiveer(self, bestand: Bestand, kopie: Kopie, naar: Map) -> str | None:
        """Put what was checked in the archive; gives what is to be told of the file in the inbox, if anything.

        It is our copy that goes there: who still has the file open could go on writing in the file itself.
        When the file changed since, its new content stays in the inbox and the copy that was checked goes.
        """
        if self._inbox.gewoon(f"{bestand.naam}{KLAAR}"):
            self._inbox.verwijder(f"{bestand.naam}{KLAAR}")
        doel = plek(naar, bestand.naam, kopie.sha256)
        genomen = self._neem(bestand, kopie)
        if genomen is None:
            meld("bestand niet verplaatst", logging.WARNING, bestand=getoond(bestand.naam, kopie.sha256),
                 reden="geen rechten, of nog in gebruik")  # fmt: skip
        else:
            _schrijf(kopie.pad, naar, doel)
            if genomen:
                self._genomen.verwijder(bestand.naam)
        self._bewaar(naar)
        if genomen is False and bestand.ligt_er():
            return "veranderd nadat het was gecontroleerd; deze inhoud komt de volgende nacht aan de beurt"
        return None

    def keur_af(self, bestand: Bestand, kopie: Kopie | None, naar: Map, reden: str) -> None:
        """Put a file aside with its reason beside it, the reason first: a restart between the two rejects it again.

        Without ``kopie`` it was not read at all. Raises Blijft when it changed since.
        """
        kenmerk = kopie.sha256 if kopie else "ongelezen"
        genomen = self._neem(bestand, kopie)
        if genomen is None:
            return
        if not genomen:
            raise Blijft(NOG_BEZIG)
        doel = plek(naar, bestand.naam, kopie.sha256 if kopie else None)
        tekst = f"{reden}\n".encode()
        _schrijf_bytes(tekst, naar, plek(naar, f"{getoond(doel, kenmerk)}.reden.txt", None, vervang=True))
        if self._inbox.gewoon(f"{bestand.naam}{KLAAR}"):
            self._inbox.verwijder(f"{bestand.naam}{KLAAR}")
        if not self._verplaats(bestand.naam, naar, doel):
            if kopie is None:
                self._leg_terug(bestand.naam)
                raise Blijft("staat op een andere schijf dan de map voor bestanden die apart worden gezet", NAAR_IEMAND)
            _schrijf(kopie.pad, naar, doel)
            self._genomen.verwijder(bestand.naam)
        self._bewaar(naar)

    def _neem(self, bestand: Bestand, kopie: Kopie | None) -> bool | None:
        """Take the file: whether it is what was read; it went back when not. None when the system holds it."""
        try:
            self._inbox.hernoem(bestand.naam, self._genomen, bestand.naam)
        except PermissionError:  # on Windows another program may hold it; the next night knows it
            return None
        except FileNotFoundError:
            return False
        gevonden = self._genomen.stand(bestand.naam)
        zelfde = gevonden is not None and self._genomen.gewoon(bestand.naam)
        if zelfde and kopie:
            zelfde = som(self._genomen.lees(bestand.naam)) == kopie.sha256
        if not zelfde:
            self._leg_terug(bestand.naam)
        return zelfde

    def _verplaats(self, naam: str, naar: Map, doel: str) -> bool:
        """By rename; False when that cannot be, or when the file has another name elsewhere, by which it can change."""
        gevonden = self._genomen.stand(naam)
        if gevonden is None or gevonden.st_nlink > 1:
            return False
        try:
            self._genomen.hernoem(naam, naar, doel)
        except OSError as fout:
            if fout.errno != errno.EXDEV:
                raise
            return False
        return True

    def _leg_terug(self, naam: str) -> None:
        """Back in the inbox; beside a new file with its name."""
        if naam.startswith(HALF[0]) and naam.endswith(HALF[1]):
            self._genomen.verwijder(naam)
            return
        namen = (naam, *(naast(naam, "terug", nummer) for nummer in range(1, 1000)))
        vrij = next(kandidaat for kandidaat in namen if self._inbox.stand(kandidaat) is None)
        self._genomen.hernoem(naam, self._inbox, vrij)

    def _bewaar(self, naar: Map) -> None:
        for map_ in (naar, self._genomen, self._inbox):
            map_.bewaar()


def plek(map_: Map, naam: str, sha256: str | None, *, vervang: bool = False) -> str:
    """The name for a file with this content in a folder: what lies there with another content stays.

    ``vervang`` allows another content, of a regular file. Raises OSError.
    """
    merk = sha256 or "0"
    for kandidaat in itertools.chain(
        (naam,), (naast(naam, merk, nummer) for nummer in range(1, 100)),
        (naast(naam[: HOOGUIT // 6], merk, nummer) for nummer in range(1, 100)),
    ):  # fmt: skip
        try:
            if map_.stand(kandidaat) is None:
                return kandidaat
            if map_.gewoon(kandidaat) and (vervang or (sha256 and som(map_.lees(kandidaat)) == sha256)):
                return kandidaat
        except OSError as fout:
            if fout.errno != errno.ENAMETOOLONG:
                raise
    raise OSError(errno.EEXIST, "alle namen zijn bezet")


def ruim_op(map_: Map) -> None:
    """Remove what a killed night left half written."""
    for naam in map_.namen():
        if naam.startswith(".") and naam.endswith(HALF[1]) and map_.gewoon(naam):
            map_.verwijder(naam)


@contextmanager
def _nieuw(map_: Map, doel: str) -> Iterator[int]:
    """A new file that gets its name when it is on disk as a whole."""
    half = f"{HALF[0]}{os.getpid()}{HALF[1]}"
    map_.verwijder(half)
    nummer = map_.maak(half)
    try:
        yield nummer
        os.fsync(nummer)
    except BaseException:
        os.close(nummer)
        map_.verwijder(half)
        raise
    os.close(nummer)
    map_.hernoem(half, map_, doel)


def _schrijf(pad: Path, map_: Map, doel: str) -> None:
    with _nieuw(map_, doel) as nummer, pad.open("rb") as invoer, os.fdopen(nummer, "wb", closefd=False) as uit:
        shutil.copyfileobj(invoer, uit)


def _schrijf_bytes(inhoud: bytes, map_: Map, doel: str) -> None:
    with _nieuw(map_, doel) as nummer, os.fdopen(nummer, "wb", closefd=False) as uit:
        uit.write(inhoud)
