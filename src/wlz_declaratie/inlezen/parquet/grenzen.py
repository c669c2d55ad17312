"""What a Parquet file would take in the reader, by its footer and the headers of its pages.

Both are structs in Thrift's compact encoding, walked here without unpacking anything. The footer may lie of sizes;
the headers are what the reader goes by. A lying footer that points the reader elsewhere is refused as no Parquet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from wlz_declaratie.inlezen.basis import Invoerfout

GEEN_PARQUET = ("dit is geen leesbaar Parquet-bestand", "Maak de export opnieuw.")
ANDERS = "Lever het bestand aan als CSV, of maak de export opnieuw."

MEESTE_VOET = 8 << 20
MEESTE_WAARDEN = 1_000_000
"""Fields in the footer: a thousand row groups of thirty columns have some 700,000."""
MEESTE_KOLOMMEN = 2_000
MEESTE_GROEPEN = 10_000
MEESTE_BLADZIJDEN = 100_000
DIEPSTE = 30

RUIME_REGELS = 100_000
REGELS_PER_BYTE = 2
"""A line has a reference of its own, and seldom packs to less than five bytes."""

RUIM = 128 << 20
VOUD = 200
"""It may unpack to RUIM and VOUD times its own size."""

LANGSTE = 32_767
"""Bytes of a text. A value in a page's dictionary can stand in every line at no cost to the file."""
_GROTE_BLADZIJDE = 4 << 20

_KOP = 1 << 10
_GROOTSTE_KOP = 1 << 18
_BREEDTE = {0: 1, 1: 4, 2: 8, 3: 16, 4: 4, 5: 8, 6: 16, 7: 16}
"""Bytes of a value in the reader, by physical type; a text is a view of 16 bytes on what was unpacked."""
_TEKST = 6
_WOORDENBOEK = 7
"""Field of a page header that says that the page is a dictionary."""
_VOORVOEGSELS = 7
"""The encoding in which a value repeats the beginning of the one before, which no header counts."""


@dataclass(frozen=True)
class Inhoud:
    """``ruimte`` in bytes is what the columns take together; ``dubbelzinnig`` when no header can tell.

    ``lang`` are the columns, the first is 0, that may hold a text longer than LANGSTE in many lines or a huge one.
    """

    regels: int
    ruimte: int
    dubbelzinnig: bool
    lang: frozenset[int]


class _Kapot(Exception):
    """No Thrift."""


class _Thrift:
    """Walks structs: field number to value, with None for what is not needed."""

    def __init__(self, inhoud: bytes, meeste: int = MEESTE_WAARDEN) -> None:
        self.inhoud = inhoud
        self.plaats = 0
        self._over = meeste

    def struct(self, diepte: int = 0) -> dict[int, Any]:
        velden: dict[int, Any] = {}
        nummer = 0
        while kop := self._byte():
            nummer = nummer + (kop >> 4) if kop >> 4 else self._getal()
            soort = kop & 15
            velden[nummer] = soort == 1 if soort <= 2 else self._waarde(soort, diepte + 1)
        return velden

    def _waarde(self, soort: int, diepte: int) -> Any:
        self._over -= 1
        if self._over < 0 or diepte > DIEPSTE:
            raise _Kapot
        if soort <= 3:
            return self._byte()
        if soort <= 6:
            return self._getal()
        if soort == 7:
            return self._sla_over(8)
        if soort == 8:
            return self._sla_over(self._varint())
        if soort in (9, 10):
            kop = self._byte()
            aantal = kop >> 4 if kop >> 4 < 15 else self._varint()
            if aantal > self._over:
                raise _Kapot
            return [self._waarde(kop & 15, diepte + 1) for _ in range(aantal)]
        if soort == 12:
            return self.struct(diepte)
        raise _Kapot

    def _byte(self) -> int:
        self.plaats += 1
        return self.inhoud[self.plaats - 1]

    def _sla_over(self, aantal: int) -> None:
        self.plaats += aantal
        if self.plaats > len(self.inhoud):
            raise IndexError

    def _varint(self) -> int:
        getal = schuif = 0
        while True:
            stuk = self._byte()
            getal |= (stuk & 127) << schuif
            if stuk < 128:
                return getal
            schuif += 7
            if schuif > 63:
                raise _Kapot

    def _getal(self) -> int:
        zigzag = self._varint()
        return zigzag >> 1 ^ -(zigzag & 1)


def bekijk(pad: Path, naam: str) -> Inhoud:
    """Look through the file without unpacking it. Raises Invoerfout when it asks too much or is no Parquet."""
    with pad.open("rb") as bestand:
        grootte = bestand.seek(0, 2)
        try:
            return _bekijk(bestand, grootte, naam)
        except (_Kapot, LookupError, TypeError, ValueError):
            raise Invoerfout(naam, *GEEN_PARQUET) from None


def regels_volgens_voet(pad: Path) -> int:
    """How many lines the footer says there are, unless it cannot be true. Raises Invoerfout for what is no Parquet."""
    with pad.open("rb") as bestand:
        grootte = bestand.seek(0, 2)
        try:
            regels = int(_voet(bestand, grootte, pad.name)[3])
        except (_Kapot, LookupError, TypeError, ValueError):
            raise Invoerfout(pad.name, *GEEN_PARQUET) from None
    return min(max(regels, 0), RUIME_REGELS + REGELS_PER_BYTE * grootte)


def _bekijk(bestand: IO[bytes], grootte: int, naam: str) -> Inhoud:
    voet = _voet(bestand, grootte, naam)
    regels, groepen = voet[3], voet.get(4) or []
    kolommen = _kolommen(voet[2])
    if len(kolommen) > MEESTE_KOLOMMEN:
        raise Invoerfout(naam, f"het bestand heeft {len(kolommen)} kolommen", ANDERS)
    if len(groepen) > MEESTE_GROEPEN:
        raise Invoerfout(naam, f"het bestand heeft {len(groepen)} groepen van regels", ANDERS)
    per_groep = [groep[3] for groep in groepen]
    regels = max(regels, sum(per_groep))
    if min([regels, *per_groep]) < 0 or regels > RUIME_REGELS + REGELS_PER_BYTE * grootte:
        raise Invoerfout(naam, f"het bestand zegt {regels} regels te hebben, en is daar te klein voor", ANDERS)
    hooguit = RUIM + VOUD * grootte
    uitgepakt = waarden = bladzijden = 0
    dubbelzinnig, lang = False, set()
    for groep in groepen:
        for kolom, stuk in zip(kolommen, groep[1], strict=True):
            meta = stuk[3]
            breedte = _BREEDTE[meta[1]]
            for kop, eigen in _bladzijden(bestand, meta, grootte, leeg=groep[3] == meta[5] == 0):
                bladzijden += 1
                uitgepakt += kop[2]
                # A page of a dictionary holds its values once, beside those that refer to it.
                waarden += max(eigen.get(1, 0), 0) * breedte
                if kop[2] < 0 or max(uitgepakt, waarden) > hooguit or bladzijden > MEESTE_BLADZIJDEN:
                    reden = f"het bestand is uitgepakt groter dan {hooguit >> 20} MB"
                    raise Invoerfout(naam, reden, ANDERS)
                if kop[2] > (LANGSTE if _WOORDENBOEK in kop else _GROTE_BLADZIJDE):
                    lang.add(kolom)
            dubbelzinnig = dubbelzinnig or (meta[1] == _TEKST and _VOORVOEGSELS in meta[2])
    return Inhoud(regels, uitgepakt + waarden, dubbelzinnig, frozenset(lang))


def _voet(bestand: IO[bytes], grootte: int, naam: str) -> dict[int, Any]:
    """The footer's metadata."""
    bestand.seek(max(0, grootte - 8))
    einde = bestand.read(8)
    lengte = int.from_bytes(einde[:4], "little")
    if einde[4:] != b"PAR1" or lengte > grootte - 12:
        raise _Kapot
    if lengte > MEESTE_VOET:
        raise Invoerfout(naam, f"de beschrijving van het bestand is {lengte >> 20} MB groot", ANDERS)
    bestand.seek(grootte - 8 - lengte)
    return _Thrift(bestand.read(lengte)).struct()


def _kolommen(schema: list[dict[int, Any]]) -> list[int]:
    """The column that each leaf of the schema belongs to."""
    bladeren, kolom, open_ = [], -1, 0
    for element in schema[1:]:
        if not open_:
            kolom, open_ = kolom + 1, 1
        kinderen = element.get(5) or 0
        open_ += kinderen - 1
        if not kinderen:
            bladeren.append(kolom)
    return bladeren


def _bladzijden(
    bestand: IO[bytes], meta: dict[int, Any], grootte: int, *, leeg: bool
) -> Iterator[tuple[dict[int, Any], dict[int, Any]]]:
    """Headers of the pages of a column in one group, each with that of its kind.

    A group without lines may have no page of values at all (``leeg``), and then none is where the first would be.
    """
    woordenboek, eerste = meta.get(11) or 0, meta[9]
    if leeg and not eerste:
        eerste = grootte
    if woordenboek >= eerste:
        raise _Kapot
    plaats = woordenboek or eerste
    einde = plaats + meta[7]
    if not 0 <= plaats <= einde <= grootte:
        raise _Kapot
    while plaats < einde:
        kop, lengte = _bladzijde(bestand, plaats)
        yield kop, next((kop[veld] for veld in (5, 7, 8) if veld in kop), {})
        if kop[3] < 0:
            raise _Kapot
        plaats += lengte + kop[3]


def _bladzijde(bestand: IO[bytes], plaats: int) -> tuple[dict[int, Any], int]:
    """The header of the page that begins there, and its length."""
    for ruim in (_KOP, _GROOTSTE_KOP):
        bestand.seek(plaats)
        thrift = _Thrift(bestand.read(ruim), 1_000)
        try:
            return thrift.struct(), thrift.plaats
        except IndexError:
            continue
    raise _Kapot
