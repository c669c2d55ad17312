"""What the night works on: a copy of its own, that nobody else can change, of the very file that was looked at."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from wlz_declaratie.inlezen import AW319, TABULAIR
from wlz_declaratie.inlezen.basis import REKENBLADEN
from wlz_declaratie.nacht.exitcodes import NAAR_IEMAND
from wlz_declaratie.nacht.inbox import NOG_BEZIG, Bestand, blik

STUK = 2**20
"""Bytes copied at a time."""
HOOGUIT = 8 * 2**30
"""Bytes of a file; the biggest AW319 has some 3 GB."""
BEWAARD = 256 * 2**20
"""Bytes of copies that stay from the first look at the order until the turn of the file."""


class Blijft(Exception):
    """The file stays in the inbox for the next night; the text says why."""

    def __init__(self, reden: str, exitcode: int = 0) -> None:
        super().__init__(reden)
        self.exitcode = exitcode


class TeGroot(Exception):
    """No batch has this size."""

    def __init__(self) -> None:
        super().__init__(f"groter dan {HOOGUIT // 2**30} GB. Splits het")


@dataclass(frozen=True)
class Kopie:
    """A private copy and the digest of its bytes."""

    pad: Path
    sha256: str


class Tafel:
    """Copies in a private folder."""

    def __init__(self, werkmap: Path) -> None:
        self._map = werkmap
        self._kopieen: dict[Bestand, Kopie] = {}
        self._nummer = 0

    def neem(self, bestand: Bestand) -> Kopie:
        """A copy of the file. Raises Blijft, TeGroot; OSError when our own disk refuses."""
        if bestaand := self._kopieen.get(bestand):
            return bestaand
        if bestand.blik.omvang > HOOGUIT:
            raise TeGroot
        # The copy, and as much again for what checking it writes.
        if 2 * bestand.blik.omvang > shutil.disk_usage(self._map).free:
            raise Blijft("op de schijf van --uit is niet genoeg plaats voor dit bestand; maak ruimte", NAAR_IEMAND)
        self._nummer += 1
        # The readers go by the extension; the rest of the name is not theirs to see.
        soort = bestand.soort if bestand.soort in (*AW319, *TABULAIR, *REKENBLADEN) else ""
        if soort in AW319:
            # A table in a .txt may still be half there: the inbox waits for no end but that of an AW319.
            soort = AW319[0]
        doel = self._map / f"kopie-{self._nummer}{soort}"
        try:
            self._kopieen[bestand] = Kopie(doel, _kopieer(bestand, doel))
        except BaseException:
            doel.unlink(missing_ok=True)
            raise
        return self._kopieen[bestand]

    def ruim_op(self, bestand: Bestand) -> None:
        """Remove the copy."""
        if kopie := self._kopieen.pop(bestand, None):
            kopie.pad.unlink(missing_ok=True)

    def ruim_op_wat_te_veel_is(self, bestand: Bestand) -> None:
        """Remove the copy when there is much on the table."""
        if sum(ander.blik.omvang for ander in self._kopieen) > BEWAARD:
            self.ruim_op(bestand)


def kop(bestand: Bestand, hooguit: int) -> bytes:
    """The first bytes of the file. Raises Blijft."""
    with _geopend(bestand) as invoer:
        return _stuk(invoer, hooguit)


def som(map_bestand: int) -> str:
    """SHA-256 of an open file, which is closed."""
    with os.fdopen(map_bestand, "rb") as invoer:
        return hashlib.file_digest(invoer, "sha256").hexdigest()


def _kopieer(bestand: Bestand, doel: Path) -> str:
    controlesom, over = hashlib.sha256(), bestand.blik.omvang
    with (
        _geopend(bestand) as invoer,
        os.fdopen(os.open(doel, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as uit,
    ):
        while stuk := _stuk(invoer, STUK):
            over -= len(stuk)
            if over < 0:
                raise Blijft(NOG_BEZIG)
            controlesom.update(stuk)
            uit.write(stuk)
        if over or blik(os.fstat(invoer.fileno())) != bestand.blik:
            raise Blijft(NOG_BEZIG)
    return controlesom.hexdigest()


def _geopend(bestand: Bestand) -> FileIO:
    try:
        nummer = bestand.map_.lees(bestand.naam)
    except OSError as fout:
        # A file that we may not read is not bad: on Windows another program may hold it.
        raise Blijft("niet te lezen: geen rechten, of nog in gebruik", NAAR_IEMAND) from fout
    invoer = FileIO(nummer, "rb")
    if blik(os.fstat(nummer)) != bestand.blik:
        invoer.close()
        raise Blijft(NOG_BEZIG)
    return invoer


def _stuk(invoer: FileIO, hooguit: int) -> bytes:
    try:
        return invoer.read(hooguit) or b""
    except OSError as fout:
        raise Blijft("niet te lezen: de schijf van de inbox geeft een fout", NAAR_IEMAND) from fout
