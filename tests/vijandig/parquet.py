"""Parquet files as an attacker would make them, byte by byte: a small writer that may lie."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from tabulair import REGEL

ONVERPAKT, GZIP = 0, 2
PLAT, WOORDENBOEK, VOORVOEGSEL = 0, 8, 7
_TEKST = 6


def _varint(getal: int) -> bytes:
    uit = b""
    while getal > 127:
        uit += bytes([getal & 127 | 128])
        getal >>= 7
    return uit + bytes([getal])


def _i(getal: int) -> tuple[int, bytes]:
    return 5, _varint((getal << 1) ^ (getal >> 63))


def _l(getal: int) -> tuple[int, bytes]:
    return 6, _i(getal)[1]


def _b(tekst: str) -> tuple[int, bytes]:
    return 8, _varint(len(tekst.encode())) + tekst.encode()


def _s(velden: dict[int, tuple[int, bytes]]) -> tuple[int, bytes]:
    uit, vorige = b"", 0
    for nummer, (soort, waarde) in sorted(velden.items()):
        uit += bytes([(nummer - vorige) << 4 | soort]) + waarde
        vorige = nummer
    return 12, uit + b"\0"


def _r(waarden: Sequence[tuple[int, bytes]], soort: int = 12) -> tuple[int, bytes]:
    kop = bytes([0xF0 | soort]) + _varint(len(waarden)) if len(waarden) > 14 else bytes([len(waarden) << 4 | soort])
    return 9, kop + b"".join(waarde for _, waarde in waarden)


@dataclass(frozen=True)
class Kolom:
    """A column of text that is the same in every line, from a dictionary of one value or written out by `bladzijde`.

    ``groot`` and ``aantal`` are what the header of the page says of its size and values, when that is a lie.
    """

    naam: str
    waarde: bytes
    bladzijde: bytes | None = None
    codering: int = WOORDENBOEK
    codec: int = GZIP
    groot: int | None = None
    aantal: int | None = None


def bestand(kolommen: Sequence[Kolom], regels: int, *, groepen: int = 1, zegt: int | None = None) -> bytes:
    """A file with these columns; every group points to the same pages. ``zegt``: lines by the footer."""
    uit = io.BytesIO(b"PAR1")
    uit.seek(4)
    stukken: list[tuple[int, bytes]] = []
    for kolom in kolommen:
        begin = uit.tell()
        if kolom.codering == WOORDENBOEK:
            lengte = len(kolom.waarde).to_bytes(4, "little")
            _schrijf(uit, kolom, lengte + kolom.waarde, {1: _i(2), 7: _s({1: _i(1), 2: _i(PLAT)})}, liegt=False)
        eerste = uit.tell()
        inhoud = kolom.bladzijde if kolom.bladzijde is not None else b"\x01" + _varint(regels << 1) + b"\0"
        aantal = regels if kolom.aantal is None else kolom.aantal
        kop = {1: _i(aantal), 2: _i(kolom.codering), 3: _i(3), 4: _i(3)}
        _schrijf(uit, kolom, inhoud, {1: _i(0), 5: _s(kop)}, liegt=True)
        meta = {
            1: _i(_TEKST), 2: _r([_i(kolom.codering), _i(PLAT)], 5), 3: _r([_b(kolom.naam)], 8), 4: _i(kolom.codec),
            5: _l(regels), 6: _l(uit.tell() - begin), 7: _l(uit.tell() - begin), 9: _l(eerste),
        }  # fmt: skip
        if kolom.codering == WOORDENBOEK:
            meta[11] = _l(begin)
        stukken.append(_s({2: _l(begin), 3: _s(meta)}))
    wortel = _s({4: _b("root"), 5: _i(len(kolommen))})
    schema = [wortel, *(_s({1: _i(_TEKST), 3: _i(0), 4: _b(k.naam), 6: _i(0)}) for k in kolommen)]
    groep = _s({1: _r(stukken), 2: _l(1), 3: _l(regels)})
    totaal = regels * groepen if zegt is None else zegt
    voet = _s({1: _i(1), 2: _r(schema), 3: _l(totaal), 4: _r([groep] * groepen)})[1]
    return uit.getvalue() + voet + len(voet).to_bytes(4, "little") + b"PAR1"


def _schrijf(uit: io.BytesIO, kolom: Kolom, inhoud: bytes, kop: dict[int, Any], *, liegt: bool) -> None:
    verpakt = gzip.compress(inhoud, 6) if kolom.codec == GZIP else inhoud
    groot = kolom.groot if liegt and kolom.groot is not None else len(inhoud)
    uit.write(_s({**kop, 2: _i(groot), 3: _i(len(verpakt))})[1] + verpakt)


GOED = tuple(Kolom(naam, waarde.encode()) for naam, waarde in REGEL.items())


def met(regels: int, naam: str = "extra", waarde: bytes = b"x", **anders: Any) -> bytes:
    """A file of good lines, but for this column."""
    rest = [kolom for kolom in GOED if kolom.naam != naam]
    waar = {k: anders.pop(k) for k in ("groepen", "zegt") if k in anders}
    return bestand([*rest, replace(Kolom(naam, waarde), **anders)], regels, **waar)


def lange_waarde(naam: str) -> bytes:
    """One value of thirty million characters in each of a hundred thousand lines: three terabytes in 30 KB."""
    return met(100_000, naam, b"x" * 30_000_000)


def categorie() -> bytes:
    """The same as a category."""
    uit = io.BytesIO()
    frame = pl.DataFrame({**{naam: [waarde] for naam, waarde in REGEL.items()}, "extra": ["x" * 20_000_000]})
    frame.with_columns(pl.col("extra").cast(pl.Categorical)).select(pl.all().repeat_by(90_000).explode()).write_parquet(
        uit
    )
    return uit.getvalue()


def _delta(eerste: int, daarna: Sequence[int]) -> bytes:
    """Whole numbers as differences: the first, then as many equal runs of 128 as there are in ``daarna``."""
    blokken = b"".join(_i(stap)[1] + bytes(4) for stap in daarna)
    return _varint(128) + _varint(4) + _varint(1 + 128 * len(daarna)) + _i(eerste)[1] + blokken


def voorvoegsels(blokken: int = 700, per_waarde: int = 248) -> bytes:
    """Values that each repeat all of the one before: in the first block they grow, then they are 32 KB each.

    Ninety thousand of them are nearly three gigabytes, of which no header of the file speaks.
    """
    regels = 1 + 128 * blokken
    voor = _delta(0, [per_waarde] + [0] * (blokken - 1))
    achter = _delta(per_waarde, [0] * blokken)
    inhoud = voor + achter + b"x" * (per_waarde * regels)
    return met(regels, "referentienummer", bladzijde=inhoud, codering=VOORVOEGSEL)


def _voet(voet: bytes) -> bytes:
    """A file that is nothing but this footer."""
    return b"PAR1" + voet + len(voet).to_bytes(4, "little") + b"PAR1"


BOMMEN: dict[str, Callable[[], bytes]] = {
    "veel regels": lambda: met(500_000_000),
    "veel regels in groepen": lambda: met(90_000, groepen=2_000),
    "voet zegt minder regels": lambda: met(500_000_000, zegt=10),
    "voet zegt meer regels": lambda: met(10, zegt=500_000_000),
    "bladzijde zegt meer regels": lambda: met(10, aantal=2_000_000_000),
    "bladzijde zegt groter": lambda: met(10, groot=2_000_000_000),
    "bladzijde negatief": lambda: met(10, groot=-5),
    "bladzijde uitgepakt": lambda: met(10, bladzijde=bytes(200_000_000), codering=PLAT),
    "woordenboek uitgepakt": lambda: met(10, waarde=bytes(200_000_000)),
    "groepen": lambda: met(0, groepen=20_000),
    "kolommen": lambda: bestand([*GOED, *(Kolom(f"k{n}", b"x") for n in range(5_000))], 10),
    "samen te groot": lambda: bestand([*GOED, *(Kolom(f"k{n}", b"x" * 5_000_000) for n in range(60))], 10),
    "lange voet": lambda: _voet(bytes(20 << 20)),
    "lijst zonder einde": lambda: _voet(b"\x15\x02\x19\xfc" + _varint(1 << 40)),
    "diep": lambda: _voet(b"\x1c" * 1_000_000),
    "lijsten in lijsten": lambda: _voet(b"\x19" + b"\x19" * 1_000_000),
    "veel waarden": lambda: _voet(b"\x19\xf3" + _varint(7_000_000) + bytes(7_000_000)),
    "voet liegt over lengte": lambda: met(10)[:-8] + (1 << 31).to_bytes(4, "little") + b"PAR1",
}
"""Files that would take gigabytes or the process; each is refused."""

LANG = ("referentienummer", "bsn", "begindatum", "prestatiecode", "aantal", "extra")
"""Columns to try `lange_waarde` in: such a file is read, the value named as unreadable where it is needed."""
