"""CSV: from bytes to lines with as many fields as the header has.

A regular file, in which every line is a record, is read by Polars as it is. Any other file (Windows-1252,
quoted line ends, lines with too few or too many fields) is first copied to a regular one, in which every
record stands on the line where it begins in the original; so there is one parser, and line numbers are
those of the original.
"""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from wlz_declaratie.inlezen.basis import Invoerfout, controleer_bestand
from wlz_declaratie.inlezen.ruw import ONLEESBAAR, Gevraagd, RuweTabel, gevulde_regels, kolomnaam, wijs_toe

_BLOK = 1 << 20
_VREEMD = {b"%PDF": "een PDF", b"PK\x03\x04": "een zip- of Excel-bestand", b"PAR1": "een Parquet-bestand"}
_LANGSTE_RECORD = 100
"""Lines that a quoted field may span; beyond it the quote is broken, so that one quote costs one line."""
_MEESTE_VELDEN = 250
"""A pattern for more fields would be too big to compile; such a file is copied."""
_REMEDIE = "Bewaar het als CSV in UTF-8, met puntkomma's of komma's."


@dataclass(frozen=True)
class _Kop:
    koppen: list[str]
    scheiding: str

    @property
    def velden(self) -> int:
        return len(self.koppen)


def lees_csv(pad: Path, naam: str, werkmap: Path, gevraagd: Gevraagd) -> RuweTabel:
    """Open a CSV; see the module for how, `RuweTabel` for what. Raises Invoerfout."""
    controleer_bestand(pad, naam)
    codering = _codering(pad, naam)
    kop = _kop(pad, naam, codering, gevraagd)
    plaatsen, ongebruikt = wijs_toe(naam, kop.koppen, gevraagd, "regel 1")
    onleesbaar: list[tuple[int, str]] = []
    bron = pad
    regels = _regelmatig(pad, kop) if codering == "utf-8-sig" and kop.velden <= _MEESTE_VELDEN else None
    if regels is None:
        bron = werkmap / "regelmatig.csv"
        regels = _herschrijf(pad, bron, codering, kop, onleesbaar)
    frame = pl.scan_csv(
        bron,
        separator=kop.scheiding,
        infer_schema=False,
        with_column_names=lambda _: [str(nummer) for nummer in range(kop.velden)],
        row_index_name="regelnummer",
        row_index_offset=2,
        raise_if_empty=False,
        glob=False,
    )
    return RuweTabel(
        formaat="csv",
        regels=gevulde_regels(frame, plaatsen),
        kolommen=tuple(plaatsen),
        ongebruikt=ongebruikt,
        onleesbaar=pl.DataFrame(onleesbaar, schema=ONLEESBAAR, orient="row"),
        hooguit=regels,
    )


def _codering(pad: Path, naam: str) -> str:
    """The encoding: UTF-8 with or without BOM where the bytes allow it, else Windows-1252."""
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    ascii_tot_nu = True
    with pad.open("rb") as bestand:
        blok = bestand.read(_BLOK)
        for begin, soort in _VREEMD.items():
            if blok.startswith(begin):
                raise Invoerfout(naam, f"dit is geen CSV maar {soort}", _REMEDIE)
        while blok:
            if b"\0" in blok:
                raise Invoerfout(naam, "dit is geen leesbare tekst (misschien UTF-16)", _REMEDIE)
            volgende = bestand.read(_BLOK)
            ascii_tot_nu = ascii_tot_nu and blok.isascii()
            if decoder and not ascii_tot_nu:
                try:
                    decoder.decode(blok, final=not volgende)
                except UnicodeDecodeError:
                    decoder = None
            blok = volgende
    return "utf-8-sig" if decoder else "cp1252"


def _kop(pad: Path, naam: str, codering: str, gevraagd: Gevraagd) -> _Kop:
    with pad.open(encoding=codering, errors="replace") as bestand:
        regel = bestand.readline()
    mogelijk = [_Kop(velden, scheiding) for scheiding in ";," if (velden := _velden(regel, scheiding))]
    if not mogelijk or not regel.strip():
        raise Invoerfout(naam, "de kolomnamen zijn niet te lezen", "Zet alle kolomnamen op de eerste regel.", "regel 1")
    return max(mogelijk, key=lambda kop: (len({kolomnaam(k) for k in kop.koppen} & {*gevraagd.bekend}), kop.velden))


def _regelmatig(pad: Path, kop: _Kop) -> int | None:
    """Number of lines when each is blank or has the fields of the header, plain or well quoted; else None."""
    veld = f'(?:"(?:[^"\\r]|"")*"|[^"\\r{kop.scheiding}]*)'
    patroon = f"^\\x{{feff}}?{veld}(?:{kop.scheiding}{veld}){{{kop.velden - 1}}}\\r?$|^[ \\t]*\\r?$"
    regel = pl.col("line")
    telling = pl.scan_lines(pad, glob=False).select(goed=regel.str.contains(patroon).all(), aantal=pl.len())
    goed, aantal = telling.collect(engine="streaming").row(0)
    return aantal if goed else None


def _velden(record: str, scheiding: str) -> list[str] | None:
    """The fields of one record; None when its quotes are wrong."""
    lezer = csv.reader([record], delimiter=scheiding, strict=True, skipinitialspace=True)
    try:
        return next(lezer)
    except (csv.Error, StopIteration):
        return None


def _herschrijf(bron: Path, doel: Path, codering: str, kop: _Kop, onleesbaar: list[tuple[int, str]]) -> int:
    """Copy to a regular file, adding the lines that cannot be split to `onleesbaar`; the number of lines."""
    nummer = 0
    with (
        bron.open(encoding=codering, errors="replace") as lees,
        doel.open("w", encoding="utf-8", newline="") as schrijf,
    ):
        schrijver = csv.writer(schrijf, delimiter=kop.scheiding, lineterminator="\n")
        regels = _Vooruit(lees)
        for regel in regels:
            nummer += 1
            if '"' not in regel and regel.count(kop.scheiding) == kop.velden - 1:
                schrijf.write(regel)
            elif not regel.strip():
                schrijf.write("\n")
            else:
                velden, extra, reden = _record(regel, regels, kop)
                if velden:
                    schrijver.writerow(" ".join(veld.split()) for veld in velden)
                else:
                    schrijf.write("\n")
                    onleesbaar.append((nummer, reden))
                schrijf.write("\n" * extra)
                nummer += extra
    return nummer


def _record(regel: str, regels: _Vooruit, kop: _Kop) -> tuple[list[str] | None, int, str]:
    """The fields of the record that begins here and how many further lines it took; or None and why."""
    velden = _velden(regel, kop.scheiding)
    extra = 0
    if velden is None and regel.count('"') % 2:
        record = regel
        for volgende in regels.kijk(_LANGSTE_RECORD):
            record += volgende
            extra += 1
            if record.count('"') % 2 == 0:
                velden = _velden(record, kop.scheiding)
                break
    # Further lines that do not complete a record of the right width stay lines of their own.
    if velden is None or (extra and len(velden) != kop.velden):
        return None, 0, "een aanhalingsteken staat verkeerd of is niet gesloten"
    if len(velden) != kop.velden:
        return None, 0, f"de regel heeft {len(velden)} velden en de kop {kop.velden}"
    regels.sla_over(extra)
    return velden, extra, ""


class _Vooruit(Iterator[str]):
    """Lines that can be looked at before they are taken."""

    def __init__(self, bron: Iterator[str]) -> None:
        self._bron = bron
        self._gezien: deque[str] = deque()

    def __next__(self) -> str:
        return self._gezien.popleft() if self._gezien else next(self._bron)

    def kijk(self, hooguit: int) -> Iterator[str]:
        """The next lines, at most so many, which stay to be taken."""
        for nummer in range(hooguit):
            if nummer == len(self._gezien):
                try:
                    self._gezien.append(next(self._bron))
                except StopIteration:
                    return
            yield self._gezien[nummer]

    def sla_over(self, aantal: int) -> None:
        """Take so many lines."""
        for _ in range(aantal):
            next(self)
