"""The zip of a workbook: what may come out of it is bounded while it comes out.

What the zip's directory says of sizes is not believed. What the reader would take from it in another way than this
module (`Werkboekzip.dubbelzinnig`) is left to a process of its own; see `apart`.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from copy import copy
from pathlib import Path

from wlz_declaratie.inlezen.basis import Invoerfout

MEESTE_BYTES = 1 << 30
"""A workbook that unpacks to more is refused."""

RUIM = 128 << 20
VOUD = 50
"""It may unpack to RUIM and VOUD times its own size: a sheet with every line alike packs to a fiftieth at best."""

MEESTE_LEDEN = 5_000
MEESTE_LIJST = 1 << 20
"""Bytes that the zip's directory may take; a member takes some 80."""

BLOK = 1 << 20

OPNIEUW = "Open het in Excel en bewaar het opnieuw als .xlsx, of lever CSV aan."
KLEINER = "Lever CSV of Parquet aan, of deel het bestand op."

KAPOT = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,  # encrypted member; NotImplementedError for an unknown compression
    LookupError,  # a member or a sheet that is not there
    struct.error,
    ValueError,  # an offset before the file, text that is no number
    OverflowError,
    OSError,  # an offset that cannot be sought
)
"""What a broken or foreign zip makes the library raise."""

_OLE = b"\xd0\xcf\x11\xe0"
_EINDE = struct.Struct("<4s4H2LH")
_ANDERE_SOORT = ("content.xml", "xl/workbook.bin")
"""By these the reader could take the file for another kind, whose bounds nobody looked at."""
_UNICODE_NAAM = b"up"
"""Extra field with another name for the member, which not every library heeds."""


class _Karig(io.FileIO):
    """A file of which no more is read at a time than a directory may take."""

    def read(self, aantal: int | None = -1, /) -> bytes:
        hooguit = MEESTE_LIJST + BLOK
        if aantal is not None and aantal > hooguit:
            raise zipfile.BadZipFile
        return super().read(hooguit if aantal is None or aantal < 0 else aantal) or b""


class Werkboekzip:
    """An open workbook. Raises Invoerfout, and those of KAPOT."""

    def __init__(self, pad: Path, naam: str) -> None:
        self.naam = naam
        self.ingepakt = pad.stat().st_size
        self.hooguit = min(MEESTE_BYTES, RUIM + VOUD * self.ingepakt)
        self._geteld: dict[str, int] = {}
        with pad.open("rb") as bestand:
            begin = bestand.read(4)
            bestand.seek(max(0, self.ingepakt - _EINDE.size))
            einde = bestand.read(_EINDE.size)
        if begin == _OLE:
            raise Invoerfout(naam, "dit is een oud of met een wachtwoord beveiligd Excel-bestand", OPNIEUW)
        self._bestand = _Karig(pad)
        try:
            self._archief = zipfile.ZipFile(self._bestand)
            leden = self._archief.infolist()
            self._controleer(leden)
        except BaseException:
            self._bestand.close()
            raise
        self.dubbelzinnig = begin != b"PK\x03\x04" or not _eenvoudig(einde, self.ingepakt, leden)
        self._leden = {gelijk(lid.orig_filename): lid for lid in leden}

    def __enter__(self) -> Werkboekzip:
        return self

    def __exit__(self, *_: object) -> None:
        self._archief.close()
        self._bestand.close()

    def _controleer(self, leden: list[zipfile.ZipInfo]) -> None:
        """Refuse what no writer of workbooks does."""
        if len(leden) > MEESTE_LEDEN:
            raise Invoerfout(self.naam, f"het werkboek bestaat uit {len(leden)} delen", OPNIEUW)
        vaakst = Counter(gelijk(lid.orig_filename) for lid in leden).most_common(1)
        if vaakst and vaakst[0][1] > 1:
            raise Invoerfout(self.naam, "een deel van het werkboek staat er meer dan één keer in", OPNIEUW)
        if any(gelijk(lid.orig_filename) in _ANDERE_SOORT for lid in leden):
            raise Invoerfout(self.naam, "dit is een ander soort bestand dan .xlsx", OPNIEUW)
        if any("\0" in lid.orig_filename for lid in leden):
            raise zipfile.BadZipFile
        if any(lid.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for lid in leden):
            raise Invoerfout(self.naam, "het werkboek is op een ongewone manier ingepakt", OPNIEUW)

    @property
    def namen(self) -> list[str]:
        """The members, as `gelijk` writes them."""
        return list(self._leden)

    def stukken(self, deel: str) -> Iterator[bytes]:
        """The member unpacked, in blocks, however long its directory entry says it is. KeyError if it is not there."""
        lid = copy(self._leden[gelijk(deel)])
        lid.file_size = sys.maxsize
        deel = gelijk(deel)
        self._geteld[deel] = 0
        with self._archief.open(lid) as bron:
            while blok := bron.read(BLOK):
                self._geteld[deel] += len(blok)
                if sum(self._geteld.values()) > self.hooguit:
                    reden = f"het werkboek is uitgepakt groter dan {self.hooguit >> 20} MB"
                    raise Invoerfout(self.naam, reden, KLEINER)
                yield blok

    def uitgepakt(self, deel: str) -> int:
        """Bytes that came out of a member so far."""
        return self._geteld.get(gelijk(deel), 0)


def gelijk(deel: str) -> str:
    """The name of a member as it is compared: readers differ in whether capitals and backslashes count."""
    return deel.replace("\\", "/").lower()


def _eenvoudig(einde: bytes, grootte: int, leden: list[zipfile.ZipInfo]) -> bool:
    """Whether the zip can be read in one way only: one part, no comment, the directory right before the end."""
    teken, deel, eerste, hier, alle, lengte, plaats, opmerking = _EINDE.unpack(einde)
    return (
        (teken, deel, eerste, opmerking) == (b"PK\x05\x06", 0, 0, 0)
        and hier == alle == len(leden)
        and plaats + lengte + _EINDE.size == grootte
        and not any(_UNICODE_NAAM in lid.extra for lid in leden)
    )
