"""From a file to records of AW319: line ends, record length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.inlezen.aw319.controles import een_melding, meldingen
from wlz_declaratie.inlezen.basis import Invoerfout

BLOK = 312 * 25_600
"""Bytes read at a time, some 8 MB: whole records of 310 bytes, so that a sound message is not cut within one."""

LANGSTE_REGEL = 64 << 20
"""Bytes without a line end, in a file that has line ends: 200,000 records that run together. Beyond it there is no
message, and what has to be kept of it would fill the memory."""

MEESTE_FOUTE_REGELS = 500_000
"""Lines that are empty or no whole record, of each of which a finding is made; beyond it there is no message."""

_KENMERKEN = ("01", "02", "03", "04", "98", "99")
"""How a record can begin, 03 being known from other traffic: records without a line end between them can only be told
apart by it."""

BEGIN = tuple(kenmerk.encode() for kenmerk in _KENMERKEN)

_HEEL_BERICHT = "Verstuur het bericht zoals je software het maakte, met CR/LF na elk record."

_EINDE_BESTAND = re.compile(r"\x1a(?:\r?\n)?\Z")
"""The end-of-file mark of old systems, with or without a line end."""

_UTF8_TEKEN = b"\xef\xbb\xbf".decode("latin-1")
"""What editors put before the text of a file in UTF-8: makes the header too long, but it is one."""


class Controlesom(Protocol):
    """A hash of hashlib."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""


def lees_blokken(
    pad: Path, regeleinde: bytes, lengte: int, controlesom: Controlesom, naam: str | None = None
) -> Iterator[bytes]:
    """The file in blocks of whole lines that end in LF; only what follows the last LF is a block without.

    `lengte` is that of a record. Lines that end in CR, and records without any line end, get LF. Every byte goes to
    `controlesom`. Raises Invoerfout where records without line ends are not at their places (one byte more or less
    shifts all that follow), and for a line beyond LANGSTE_REGEL.
    """
    naam = naam or zonder_bsn(str(pad))
    gelezen = (
        _stukken(pad, regeleinde, controlesom) if regeleinde else _zonder_regeleinden(pad, lengte, controlesom, naam)
    )
    rest: list[bytes] = []
    bewaard = 0
    for stuk in gelezen:
        knip = stuk.rfind(b"\n") + 1
        if knip:
            yield b"".join([*rest, stuk[:knip]]) if rest else stuk[:knip]
            rest, bewaard = [], 0
        rest.append(stuk[knip:])
        bewaard += len(stuk) - knip
        if bewaard > LANGSTE_REGEL:
            reden = f"een bestandsregel is langer dan {LANGSTE_REGEL >> 20} MB; een record telt enkele honderden tekens"
            raise Invoerfout(naam, reden, _HEEL_BERICHT)
    if laatste := b"".join(rest):
        yield laatste


def _stukken(pad: Path, regeleinde: bytes, controlesom: Controlesom) -> Iterator[bytes]:
    with pad.open("rb") as bestand:
        while stuk := bestand.read(BLOK):
            controlesom.update(stuk)
            yield stuk.replace(b"\r", b"\n") if regeleinde == b"\r" else stuk


def _zonder_regeleinden(pad: Path, lengte: int, controlesom: Controlesom, naam: str) -> Iterator[bytes]:
    """Pieces of a file of records that run together, each record with LF.

    A record counts only when the next one begins where it should: if not, bytes are lost or added somewhere before
    it, and from there every field may hold part of its neighbour.
    """
    aantal = 0
    aaneen = wacht = b""
    for stuk in _stukken(pad, b"", controlesom):
        aaneen += stuk.translate(None, b"\r\n\x1a")
        knip = len(aaneen) - len(aaneen) % lengte
        records = [aaneen[begin : begin + lengte] + b"\n" for begin in range(0, knip, lengte)]
        _op_hun_plaats(records, aantal, naam)
        aantal += len(records)
        aaneen = aaneen[knip:]
        heel = b"".join([wacht, *records])
        yield heel[: -(lengte + 1)]
        wacht = heel[-(lengte + 1) :]
    if aaneen:
        _op_hun_plaats([aaneen], aantal, naam)
    yield wacht + aaneen


def _op_hun_plaats(records: Sequence[bytes], aantal: int, naam: str) -> None:
    """Refuse the file when one of these records, after `aantal` others, does not begin as a record."""
    for nummer, record in enumerate(records, start=aantal):
        if not record.startswith(BEGIN) and not (len(record) == 1 and record in b"09"):
            reden = (
                f"het bestand heeft geen regeleinden, en na {nummer} records begint er geen record: ervoor "
                "ontbreken bytes, of er zijn er te veel"
            )
            raise Invoerfout(naam, reden, _HEEL_BERICHT)


class Records:
    """Cuts blocks into records of `lengte`, counts the damaged ones and collects findings on length and line ends."""

    def __init__(self, lengte: int, naam: str = "") -> None:
        self.beschadigd = 0
        self._lengte = lengte
        self._naam = naam
        self._foute_regels = 0
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
        """A block in which each record has its length and the same line end, in one go; None for another.

        No record holds a CR: 309 bytes and CR/LF are as long as 310 and LF.
        """
        einde = next((einde for einde in (b"\r\n", b"\n") if _eindigt_steeds_op(blok, self._lengte, einde)), None)
        if einde is None or (einde == b"\n" and b"\r" in blok):
            return None
        utf8 = blok if blok.isascii() else blok.decode("latin-1").encode()
        records = pl.read_lines(utf8, name="regel", row_index_name="regelnummer", row_index_offset=self._regels + 1)
        # The line end is off; a CR that is still there stands within a record.
        losse_cr = records["regel"].str.contains("\r", literal=True).any()
        if losse_cr or records.height != len(blok) // (self._lengte + len(einde)):
            return None
        self._regels += records.height
        self._gevuld += records.height
        if einde == b"\n":
            self._aantal_zonder_crlf += records.height
            self._zonder_crlf.append(records["regelnummer"])
        return records.with_columns(heel=pl.lit(value=True))

    def _regel_voor_regel(self, blok: bytes) -> pl.DataFrame:
        """Any block. An end-of-file mark (0x1A) is no record; records that run together are cut, not read."""
        self._bewaak(blok)
        tekst = _EINDE_BESTAND.sub("", blok.decode("latin-1"))
        lijst = tekst.split("\n")
        if not lijst[-1]:
            lijst.pop()
        lengte, regel = pl.col("lengte"), pl.col("regel")
        afgesloten = tekst.endswith("\n")
        regels = (
            pl.DataFrame({"regel": lijst}, schema={"regel": pl.String})
            .with_row_index("regelnummer", self._regels + 1)
            .with_columns(regel.str.strip_suffix("\r"), crlf=regel.str.ends_with("\r") & afgesloten)
            # A CR within a record is a byte too many, or stands where another was.
            .with_columns(regel.str.replace_all("\r", "", literal=True))
            .with_columns(regel.str.strip_prefix(_UTF8_TEKEN), lengte=regel.str.len_chars().cast(pl.Int64))
        )
        self._regels += regels.height
        stukken = {
            nummer: delen
            for nummer, aaneen in regels.filter(lengte > self._lengte, lengte % self._lengte == 0)
            .select("regelnummer", "regel")
            .iter_rows()
            if (delen := _in_records(aaneen, self._lengte))
        }
        regels = regels.with_columns(aaneen=pl.col("regelnummer").is_in(list(stukken)))
        self._keur(regels)
        los = pl.DataFrame(
            [(nummer, record, len(delen) * self._lengte) for nummer, delen in stukken.items() for record in delen],
            schema={"regelnummer": pl.UInt32, "regel": pl.String, "lengte": pl.Int64},
            orient="row",
        )
        records = (
            pl.concat([regels.filter(~pl.col("aaneen") & (lengte > 0)).select(los.columns), los])
            .sort("regelnummer", maintain_order=True)
            .select("regelnummer", "regel", heel=lengte == self._lengte)
        )
        self.beschadigd += records.filter(~pl.col("heel")).height
        return records

    def _bewaak(self, blok: bytes) -> None:
        """Refuse a message in which too many lines are no record."""
        self._foute_regels += max(0, blok.count(b"\n") - len(blok) // self._lengte)
        if self._foute_regels > MEESTE_FOUTE_REGELS:
            reden = f"meer dan {MEESTE_FOUTE_REGELS} bestandsregels zijn leeg of te kort voor een record"
            raise Invoerfout(self._naam, reden, _HEEL_BERICHT)

    def _keur(self, regels: pl.DataFrame) -> None:
        lengte, hoort, aaneen = pl.col("lengte"), self._lengte, pl.col("aaneen")
        leeg = lengte == 0
        aantal = lengte // hoort
        tekst_8095 = (
            pl.when(leeg)
            .then(pl.lit("Lege bestandsregel: CR/LF zonder record ervoor."))
            .otherwise(zin("{} records staan aaneen, zonder CR/LF ertussen.", aantal))
        )
        tekst_0804 = zin(f"Recordlengte is {{}}; moet {hoort} zijn.", lengte)
        te_kort_of_lang = ~leeg & (lengte != hoort) & ~aaneen
        self._gevonden += meldingen(regels, leeg | aaneen, "AW-8095", tekst_8095, records=aantal)
        self._gevonden += meldingen(regels, te_kort_of_lang, "AW-0804", tekst_0804, lengte=lengte)
        zonder_crlf = regels.filter(~leeg & ~pl.col("crlf"))
        self._gevuld += regels.height - regels.select(leeg.sum()).item()
        self._aantal_zonder_crlf += zonder_crlf.height
        self._zonder_crlf.append(zonder_crlf.filter(~aaneen)["regelnummer"])


def _in_records(aaneen: str, lengte: int) -> list[str]:
    """The records of a line without line ends between them; none when one of them does not begin as a record."""
    records = [aaneen[begin : begin + lengte] for begin in range(0, len(aaneen), lengte)]
    return records if all(record.startswith(_KENMERKEN) for record in records) else []


def _eindigt_steeds_op(blok: bytes, lengte: int, einde: bytes) -> bool:
    stap = lengte + len(einde)
    aantal, over = divmod(len(blok), stap)
    return not over and all(blok[lengte + i :: stap] == einde[i : i + 1] * aantal for i in range(len(einde)))
