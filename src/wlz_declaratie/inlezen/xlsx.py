"""XLSX: the first sheet, as text, after a look at what the file would unpack to."""

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
_KOLOM = re.compile(rb' r="([A-Z]+)[0-9]+"[^>/]*>')
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
    controleer_bestand(pad, naam)
    fouten = _fouten_in_eerste_blad(pad, naam)
    try:
        werkboek = fastexcel.read_excel(pad)
        blad = werkboek.load_sheet(0, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except BaseException as fout:
        # A reader written in Rust that panics raises what is no Exception.
        if isinstance(fout, fastexcel.FastExcelError) or type(fout).__name__ == "PanicException":
            raise Invoerfout(naam, "het eerste blad is niet te lezen", _OPNIEUW) from None
        raise
    if blad.is_empty():
        raise Invoerfout(
            naam, "het eerste blad is leeg", "Zet de regels op het eerste blad, kolomnamen in rij 1."
        )
    plaatsen, ongebruikt = wijs_toe(naam, blad.row(0), gevraagd, "rij 1")
    blad.columns = [str(nummer) for nummer in range(blad.width)]
    genummerd = blad.slice(1).lazy().with_row_index("regelnummer", offset=2)
    for kolom in {kolom for _, kolom in fouten}:
        rijen = [rij for rij, in_kolom in fouten if in_kolom == kolom]
        in_rij = pl.col("regelnummer").is_in(rijen)
        genummerd = genummerd.with_columns(
            pl.when(in_rij).then(pl.lit(FOUTCEL)).otherwise(str(kolom)).alias(str(kolom))
        )
    return RuweTabel(
        formaat="xlsx",
        regels=gevulde_regels(genummerd, plaatsen),
        kolommen=tuple(plaatsen),
        ongebruikt=ongebruikt,
        onleesbaar=pl.DataFrame(schema=ONLEESBAAR),
        hooguit=blad.height,
    )


def _fouten_in_eerste_blad(pad: Path, naam: str) -> list[tuple[int, int]]:
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
            deel = _eerste_blad(archief)
            eerste = bladen[deel]
            if eerste.rijen * eerste.kolommen > MEESTE_CELLEN:
                reden = f"het eerste blad loopt tot rij {eerste.rijen} en kolom {eerste.kolommen}"
                raise Invoerfout(naam, reden, "Verwijder de lege rijen en kolommen erna, of lever CSV aan.")
            if not eerste.fouten:
                return []
            # The reader counts columns from the first that holds anything.
            begin = min(_nummer(k) for blok in _stukken(archief, deel) for k in _KOLOM.findall(blok))
            return [(rij, kolom - begin) for rij, kolom in eerste.fouten]
    except _KAPOT:
        raise Invoerfout(naam, "dit is geen leesbaar Excel-werkboek (.xlsx)", _OPNIEUW) from None


_KAPOT = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,  # encrypted member; NotImplementedError for an unknown compression
    KeyError,
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
                raise Invoerfout(
                    naam, f"het werkboek is uitgepakt groter dan {MEESTE_BYTES >> 20} MB", _KLEINER
                )
            if blad:
                blad.bekijk(blok)


def _stukken(archief: zipfile.ZipFile, lid: zipfile.ZipInfo | str) -> Iterator[bytes]:
    """The member unpacked, in pieces that end before a tag, however long its directory entry says it is."""
    ruim = copy(archief.getinfo(lid) if isinstance(lid, str) else lid)
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


def _eerste_blad(archief: zipfile.ZipFile) -> str:
    """The member that holds the first sheet of the workbook."""
    blad = next(
        e for e in ElementTree.fromstring(archief.read("xl/workbook.xml")).iter() if e.tag.endswith("}sheet")
    )
    verwijzing = next(waarde for sleutel, waarde in blad.attrib.items() if sleutel.endswith("}id"))
    relaties = ElementTree.fromstring(archief.read("xl/_rels/workbook.xml.rels"))
    doel = next(r.attrib["Target"] for r in relaties if r.attrib["Id"] == verwijzing)
    return posixpath.normpath(posixpath.join("/xl", doel)).lstrip("/")


def _nummer(letters: bytes) -> int:
    """Column number of its letters, A is 1."""
    nummer = 0
    for letter in letters:
        nummer = nummer * 26 + letter - ord("A") + 1
    return nummer
