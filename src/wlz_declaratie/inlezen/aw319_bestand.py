"""From a file to records of AW319: header, line ends, record length."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from wlz_declaratie.inlezen.aw319_controles import een_melding, meldingen
from wlz_declaratie.inlezen.aw319_indeling import berichtcode, recordlengte
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.tekst import zin

BLOK = 312 * 25_600
"""Bytes read at a time, some 8 MB: whole records, so that a sound message is never cut within one."""

_VENSTER = 20
"""Records at the start of the file in which a line end must show, or the file has none."""


_UTF8_TEKEN = b"\xef\xbb\xbf".decode("latin-1")
"""What editors put before the text of a file in UTF-8: makes the header too long, but it is one."""


class Controlesom(Protocol):
    """A hash of hashlib."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""


@dataclass(frozen=True)
class Kop:
    """The header record as it stands, its line, and what ends a line in this file (empty: nothing does)."""

    record: str
    regelnummer: int
    regeleinde: bytes


def zoek_kop(pad: Path, naam: str) -> Kop:
    """The header record: a first line that begins with 01 and code 187, or else a whole header anywhere.

    A first line of the right length that begins with 01 is a header with a wrong code. Otherwise Invoerfout.
    """
    lengte, code = recordlengte(), berichtcode().encode()
    patronen = (
        rb"\A(?:\xef\xbb\xbf)?(01%b[^\r\n]{0,%d})" % (code, lengte - 5),
        rb"\A(01[^\r\n]{%d})(?:[\r\n]|\Z)" % (lengte - 2),
        rb"[\r\n](01%b[^\r\n]{%d})" % (code, lengte - 5),
    )
    with pad.open("rb") as bestand, mmap.mmap(bestand.fileno(), 0, access=mmap.ACCESS_READ) as inhoud:
        gevonden = next((kop for patroon in patronen if (kop := re.search(patroon, inhoud))), None)
        if gevonden is None:
            reden = f"geen AW319-bericht: er is geen voorlooprecord (01 met berichtcode {berichtcode()})"
            remedie = f"Geef een AW319-bericht v1.4: records van {lengte} tekens in ISO-8859-1, elk met CR/LF."
            raise Invoerfout(naam, reden, remedie, "regel 1")
        venster = inhoud[: _VENSTER * lengte].rstrip(b"\r\n\x1a")
        regeleinde = next((einde for einde in (b"\n", b"\r") if einde in venster), b"\n"[: len(venster) <= lengte])
        regelnummer = inhoud[: gevonden.start(1)].count(regeleinde) + 1 if regeleinde else 1
        return Kop(gevonden[1].decode("latin-1"), regelnummer, regeleinde)


def lees_blokken(pad: Path, regeleinde: bytes, controlesom: Controlesom) -> Iterator[bytes]:
    """The file in blocks of whole lines that end in LF; only what follows the last LF is a block without.

    Lines that end in CR, and records without any line end, get LF. Every byte goes to `controlesom`.
    """
    lengte = recordlengte()
    rest: list[bytes] = []
    with pad.open("rb") as bestand:
        while stuk := bestand.read(BLOK):
            controlesom.update(stuk)
            if not regeleinde:
                aaneen = b"".join([*rest, stuk.translate(None, b"\r\n\x1a")])
                knip = len(aaneen) - len(aaneen) % lengte
                stuk = b"".join(aaneen[i : i + lengte] + b"\n" for i in range(0, knip, lengte)) + aaneen[knip:]
                rest = []
            elif regeleinde == b"\r":
                stuk = stuk.replace(b"\r", b"\n")
            knip = stuk.rfind(b"\n") + 1
            if knip:
                yield b"".join([*rest, stuk[:knip]]) if rest else stuk[:knip]
                rest = []
            rest.append(stuk[knip:])
    if laatste := b"".join(rest):
        yield laatste


class Records:
    """Cuts blocks into records, counts the damaged ones and collects findings on length and line ends."""

    def __init__(self) -> None:
        self.beschadigd = 0
        self._regels = 0
        self._gevuld = 0
        self._zonder_crlf: list[pl.Series] = []
        self._aantal_zonder_crlf = 0
        self._gevonden: list[pl.DataFrame] = []

    def uit(self, blok: bytes) -> pl.DataFrame:
        """The records of a block: regelnummer (physical line), regel (text), heel (of the right length)."""
        records = self._gelijkmatig(blok)
        return self._regel_voor_regel(blok) if records is None else records

    def klaar(self) -> list[pl.DataFrame]:
        """All findings, when the last block has been cut; not one CR/LF in the file is one finding."""
        if not self._aantal_zonder_crlf:
            return self._gevonden
        if self._aantal_zonder_crlf == self._gevuld:
            tekst = f"Geen van de {self._gevuld} records eindigt op CR/LF; sla het bestand op met CR/LF."
            return [*self._gevonden, een_melding("AW-8095", None, tekst, aantal=self._gevuld)]
        regels = pl.concat(self._zonder_crlf).to_frame("regelnummer")
        tekst_regel = pl.lit("Record eindigt niet op CR/LF.")
        alle, verwacht = pl.lit(value=True), pl.lit("CR/LF")
        return self._gevonden + meldingen(regels, alle, "AW-8095", tekst_regel, verwacht=verwacht)

    def _gelijkmatig(self, blok: bytes) -> pl.DataFrame | None:
        """A block in which each record has 310 bytes and the same line end, in one go; None for another."""
        einde = next((einde for einde in (b"\r\n", b"\n") if _eindigt_steeds_op(blok, einde)), None)
        if einde is None:
            return None
        utf8 = blok if blok.isascii() else blok.decode("latin-1").encode()
        records = pl.read_lines(utf8, name="regel", row_index_name="regelnummer", row_index_offset=self._regels + 1)
        if records.height != len(blok) // (recordlengte() + len(einde)):
            return None
        self._regels += records.height
        self._gevuld += records.height
        if einde == b"\n":
            self._aantal_zonder_crlf += records.height
            self._zonder_crlf.append(records["regelnummer"])
        return records.with_columns(heel=pl.lit(value=True))

    def _regel_voor_regel(self, blok: bytes) -> pl.DataFrame:
        """Any block. An end-of-file mark (0x1A) is no record; records that run together are cut."""
        tekst = blok.decode("latin-1").removesuffix("\x1a")
        lijst = tekst.split("\n")
        if not lijst[-1]:
            lijst.pop()
        lengte, regel = pl.col("lengte"), pl.col("regel")
        afgesloten = tekst.endswith("\n")
        regels = (
            pl.DataFrame({"regel": lijst}, schema={"regel": pl.String})
            .with_row_index("regelnummer", self._regels + 1)
            .with_columns(regel.str.strip_suffix("\r"), crlf=regel.str.ends_with("\r") & afgesloten)
            .with_columns(
                pl.when(regel.str.len_chars() != recordlengte()).then(regel.str.replace_all("\r", "")).otherwise(regel)
            )
            .with_columns(regel.str.strip_prefix(_UTF8_TEKEN), lengte=regel.str.len_chars().cast(pl.Int64))
        )
        self._regels += regels.height
        self._keur(regels)
        aaneen = regels.filter(_aaneen()).with_columns(begin=pl.int_ranges(0, lengte, recordlengte()))
        stukken = aaneen.explode("begin").with_columns(regel.str.slice(pl.col("begin"), recordlengte()))
        records = (
            pl.concat([regels.filter(~_aaneen() & (lengte > 0)), stukken.drop("begin")])
            .sort("regelnummer", maintain_order=True)
            .select("regelnummer", "regel", heel=lengte == recordlengte())
        )
        self.beschadigd += records.filter(~pl.col("heel")).height
        return records

    def _keur(self, regels: pl.DataFrame) -> None:
        lengte, hoort = pl.col("lengte"), recordlengte()
        leeg = lengte == 0
        aantal = lengte // hoort
        tekst_8095 = (
            pl.when(leeg)
            .then(pl.lit("Lege regel: CR/LF zonder record ervoor."))
            .otherwise(zin("{} records staan aaneen, zonder CR/LF ertussen.", aantal))
        )
        tekst_0804 = zin(f"Recordlengte is {{}}; moet {hoort} zijn.", lengte)
        te_kort_of_lang = ~leeg & (lengte != hoort) & ~_aaneen()
        self._gevonden += meldingen(regels, leeg | _aaneen(), "AW-8095", tekst_8095, records=aantal)
        self._gevonden += meldingen(regels, te_kort_of_lang, "AW-0804", tekst_0804, lengte=lengte)
        zonder_crlf = regels.filter(~leeg & ~pl.col("crlf"))
        self._gevuld += regels.height - regels.select(leeg.sum()).item()
        self._aantal_zonder_crlf += zonder_crlf.height
        self._zonder_crlf.append(zonder_crlf.filter(~_aaneen())["regelnummer"])


def _aaneen() -> pl.Expr:
    """Whole records on one line, without line ends between them."""
    lengte = pl.col("lengte")
    return (lengte > recordlengte()) & (lengte % recordlengte() == 0)


def _eindigt_steeds_op(blok: bytes, einde: bytes) -> bool:
    lengte = recordlengte()
    stap = lengte + len(einde)
    aantal, over = divmod(len(blok), stap)
    return not over and all(blok[lengte + i :: stap] == einde[i : i + 1] * aantal for i in range(len(einde)))
