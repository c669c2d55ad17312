"""XLSX: a sheet as text, after a look at what the file would unpack to."""

from __future__ import annotations

import posixpath
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

import fastexcel
import polars as pl
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from wlz_declaratie.inlezen.basis import Invoerfout, controleer_bestand
from wlz_declaratie.inlezen.ruw import ONLEESBAAR, Gevraagd, RuweTabel, gevulde_regels, wijs_toe

MEESTE_BYTES = 1 << 30
"""A workbook that unpacks to more is refused."""

MEESTE_CELLEN = 64_000_000
"""The reader makes room for every cell up to the last row and column, also for empty ones."""

FOUTCEL = "#FOUT"
"""Text for a cell whose formula gives an error, which the reader would drop."""

_BLOK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_OPNIEUW = "Open het in Excel en bewaar het opnieuw als .xlsx, of lever CSV aan."
_KLEINER = "Lever CSV of Parquet aan, of deel het bestand op."
_RIJ = re.compile(rb'<row[^>]*? r="([0-9]+)')
_VERRE_KOLOM = re.compile(rb' r="([A-Z]{2,})[0-9]+"[^>/]*>')
_CEL_MET_FOUT = re.compile(rb'<c(?=[^>]* t="e")[^>]*? r="([A-Z]+)([0-9]+)')
_GELIJK = bytes.maketrans(b"'\t\r\n", b'"   ')
_ANDERS = (b"'", b"\t", b"\r", b"\n")


@dataclass
class _Blad:
    """How far a sheet reaches, and its cells with an error, as (row, column)."""

    rijen: int = 0
    kolommen: int = 26
    fouten: list[tuple[int, int]] = field(default_factory=list)

    def bekijk(self, blok: bytes) -> None:
        """Take account of a piece of the sheet's XML that ends between two tags."""
        self.rijen += blok.count(b"<row")
        laatste = blok.rfind(b"<row")
        if gevonden := _RIJ.match(blok, laatste) if laatste >= 0 else None:
            self.rijen = max(self.rijen, int(gevonden[1]))
        self.kolommen = max(self.kolommen, *map(_nummer, {*_VERRE_KOLOM.findall(blok)}), 0)
        if b' t="e"' in blok:
            self.fouten += [(int(rij), _nummer(letters)) for letters, rij in _CEL_MET_FOUT.findall(blok)]


def lees_xlsx(pad: Path, naam: str, gevraagd: Gevraagd) -> RuweTabel:
    """Open the first sheet of a workbook; regelnummer is the row of the sheet. Raises Invoerfout."""
    blad = lees_blad(pad, naam, 0)
    if blad.is_empty():
        raise Invoerfout(naam, "het eerste blad is leeg", "Zet de regels op het eerste blad, kolomnamen in rij 1.")
    plaatsen, ongebruikt = wijs_toe(naam, blad.row(0), gevraagd, "rij 1")
    blad.columns = [str(nummer) for nummer in range(blad.width)]
    genummerd = blad.slice(1).lazy().with_row_index("regelnummer", offset=2)
    return RuweTabel(
        formaat="xlsx",
        regels=gevulde_regels(genummerd, plaatsen),
        kolommen=tuple(plaatsen),
        ongebruikt=ongebruikt,
        onleesbaar=pl.DataFrame(schema=ONLEESBAAR),
        hooguit=blad.height,
    )


def lees_blad(pad: Path, naam: str, nummer: int) -> pl.DataFrame:
    """Sheet ``nummer`` (0 is the first) as text: rows from row 1, columns from the first with anything.

    A column is named by its letters ("C"); a cell with an error holds FOUTCEL. Raises Invoerfout.
    """
    controleer_bestand(pad, naam)
    fouten = _fouten_in_blad(pad, naam, nummer)
    try:
        gelezen = fastexcel.read_excel(pad).load_sheet(nummer, header_row=None, skip_rows=0, dtypes="string")
        plaatsen = [kolom.absolute_index for kolom in gelezen.available_columns()]
        blad = gelezen.to_polars()
    except BaseException as fout:
        # A reader written in Rust that panics raises what is no Exception.
        if isinstance(fout, fastexcel.FastExcelError) or type(fout).__name__ == "PanicException":
            raise Invoerfout(naam, f"{_genoemd(nummer)} is niet te lezen", _OPNIEUW) from None
        raise
    blad.columns = [_letters(plaats) for plaats in plaatsen]
    for kolom in {kolom for _, kolom in fouten}:
        rijen = [rij - 1 for rij, in_kolom in fouten if in_kolom == kolom]
        in_rij = pl.int_range(pl.len()).is_in(rijen)
        letters = _letters(kolom - 1)
        blad = blad.with_columns(pl.when(in_rij).then(pl.lit(FOUTCEL)).otherwise(letters).alias(letters))
    return blad


def _genoemd(nummer: int) -> str:
    return f"blad {nummer + 1}" if nummer else "het eerste blad"


def _fouten_in_blad(pad: Path, naam: str, nummer: int) -> list[tuple[int, int]]:
    """Unpack the workbook without keeping it, refuse one too big; its cells with an error (row, column).

    What the zip's directory says of sizes is not believed: only what comes out counts.
    """
    with pad.open("rb") as bestand:
        if bestand.read(4) == _OLE:
            raise Invoerfout(naam, "dit is een oud of met een wachtwoord beveiligd Excel-bestand", _OPNIEUW)
    bladen: dict[str, _Blad] = {}
    try:
        with zipfile.ZipFile(pad) as archief:
            _pak_uit(archief, naam, bladen)
            blad = bladen[_deel_van_blad(archief, naam, nummer)]
    except _KAPOT:
        raise Invoerfout(naam, "dit is geen leesbaar Excel-werkboek (.xlsx)", _OPNIEUW) from None
    if blad.rijen * blad.kolommen > MEESTE_CELLEN:
        reden = f"{_genoemd(nummer)} loopt tot rij {blad.rijen} en kolom {blad.kolommen}"
        raise Invoerfout(naam, reden, "Verwijder de lege rijen en kolommen erna, of lever CSV aan.")
    return blad.fouten


_KAPOT = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,  # encrypted member; NotImplementedError for an unknown compression
    LookupError,  # a member or a sheet that is not there
    StopIteration,
    ElementTree.ParseError,
    DefusedXmlException,
)
"""What a broken or foreign zip makes the library raise."""


def _pak_uit(archief: zipfile.ZipFile, naam: str, bladen: dict[str, _Blad]) -> None:
    totaal = 0
    for lid in archief.infolist():
        blad = bladen.setdefault(lid.filename, _Blad()) if lid.filename.startswith("xl/worksheets/") else None
        for blok in _stukken(archief, lid):
            totaal += len(blok)
            if totaal > MEESTE_BYTES:
                raise Invoerfout(naam, f"het werkboek is uitgepakt groter dan {MEESTE_BYTES >> 20} MB", _KLEINER)
            if blad:
                blad.bekijk(blok)


def _stukken(archief: zipfile.ZipFile, lid: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member unpacked, in pieces that end before a tag, however long its directory entry says it is."""
    ruim = copy(lid)
    ruim.file_size = sys.maxsize
    rest = b""
    with archief.open(ruim) as bron:
        while blok := bron.read(_BLOK):
            blok = rest + blok
            einde = blok.rfind(b"<")
            einde = einde if einde > 0 else len(blok)
            rest = blok[einde:]
            yield _egaal(blok[:einde])
    yield _egaal(rest)


def _egaal(blok: bytes) -> bytes:
    """XML may quote and space attributes as it likes; the patterns know one way."""
    return blok.translate(_GELIJK) if any(teken in blok for teken in _ANDERS) else blok


def _deel_van_blad(archief: zipfile.ZipFile, naam: str, nummer: int) -> str:
    """The member that holds that sheet of the workbook."""
    boek = ElementTree.fromstring(archief.read("xl/workbook.xml"))
    bladen = [element for element in boek.iter() if element.tag.endswith("}sheet")]
    if 0 < len(bladen) <= nummer:
        reden = f"{_genoemd(nummer)} ontbreekt, het werkboek heeft er {len(bladen)}"
        raise Invoerfout(naam, reden, "Lever het werkboek aan zoals het is uitgegeven.")
    verwijzing = next(waarde for sleutel, waarde in bladen[nummer].attrib.items() if sleutel.endswith("}id"))
    relaties = ElementTree.fromstring(archief.read("xl/_rels/workbook.xml.rels"))
    doel = next(r.attrib["Target"] for r in relaties if r.attrib["Id"] == verwijzing)
    return posixpath.normpath(posixpath.join("/xl", doel)).lstrip("/")


def _nummer(letters: bytes) -> int:
    """Column number of its letters, A is 1."""
    nummer = 0
    for letter in letters:
        nummer = nummer * 26 + letter - ord("A") + 1
    return nummer


def _letters(plaats: int) -> str:
    """The letters of a column by its place, 0 is A."""
    letters = ""
    while plaats >= 0:
        letters = chr(ord("A") + plaats % 26) + letters
        plaats = plaats // 26 - 1
    return letters
