"""XLSX: a sheet as text, after a look at what the file would take in the reader."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl
from xlsxwriter.utility import xl_col_to_name

from wlz_declaratie.basis.stil import zonder_gepraat
from wlz_declaratie.basis.systeem import foutnummer
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.inlezen.apart import lees_apart, verdacht
from wlz_declaratie.inlezen.basis import Invoerfout, controleer_bestand
from wlz_declaratie.inlezen.koppen import VOORUIT, Gevraagd, kies_kop, wijs_toe
from wlz_declaratie.inlezen.rekenblad import NUL_1900, NUL_1904
from wlz_declaratie.inlezen.ruw import ONLEESBAAR, RuweTabel, gevulde_regels
from wlz_declaratie.inlezen.xlsx.blad import MEESTE_KOLOMMEN, MEESTE_RIJEN, Omvang, omvang
from wlz_declaratie.inlezen.xlsx.kiezen import kies_blad
from wlz_declaratie.inlezen.xlsx.xml import Bladnaam, Werkboekfouten, boek, controleer_stijlen
from wlz_declaratie.inlezen.xlsx.zip import KAPOT, KLEINER, OPNIEUW, Werkboekzip, gelijk

MEESTE_CELLEN = 64_000_000
"""The reader makes room for every cell up to the last row and column, also for empty ones."""

IJL = 4_000_000
GEVULD = 20
"""In a bigger sheet than IJL, one in so many cells must hold something."""

RUIME_TEKST = 64 << 20
TEKST_PER_BYTE = 4
"""The shared strings may be this long, each as often as a cell refers to it, and so much more per byte of the sheet."""

MEESTE_KOPPEN = 2_000
"""Columns of a table; a file with more has no such heading."""

FOUTCEL = "#FOUT"
"""Text for a cell whose formula gives an error, which the reader would drop."""

_BYTES_PER_CEL = 80
_BYTES_PER_TEKEN = 3
_VOUD = 100
"""Measured: what a cell and a character take in the reader. A common workbook takes some 35 times its own size."""

_HOOGUIT_GENOEMD = 5
_BEKEKEN = 4 << 20
"""Bytes of a further sheet in which its first value is looked for."""

_WAARDE = re.compile(rb"<(?:[A-Za-z0-9]{1,20}+:)?(?:v|is)[ >]")


@dataclass(frozen=True)
class Blad:
    """A sheet as text: rows from row 1, columns named by their letters ("C"), from the first with anything.

    A cell with an error holds FOUTCEL. ``bladnamen`` are those of the whole workbook, ``opmerkingen`` what is hidden
    or not read, ``naam`` is how a message calls this one; ``vanaf_1904``: where numbers that are days count from.
    """

    cellen: pl.DataFrame
    bladnamen: tuple[str, ...]
    opmerkingen: tuple[str, ...]
    naam: str
    vanaf_1904: bool


def lees_xlsx(pad: Path, naam: str, gevraagd: Gevraagd) -> RuweTabel:
    """Open the sheet of a workbook that has the columns; regelnummer is its row. Raises Invoerfout.

    Where no sheet has them it is the one that knows most of them, which then says what is missing.
    """
    keuze = kies_blad(pad, naam, gevraagd)
    blad = lees_blad(pad, naam, keuze.blad, keuze.ook)
    cellen, welk = blad.cellen, _genoemd(keuze.blad)
    if cellen.is_empty():
        raise Invoerfout(naam, f"{welk} is leeg", "Zet de rijen op het eerste blad, kolomnamen in rij 1.")
    if cellen.width > MEESTE_KOPPEN:
        reden = f"{welk} heeft {cellen.width} kolommen"
        raise Invoerfout(naam, reden, "Verwijder de kolommen na de laatste kolomnaam.")
    boven = cellen.head(VOORUIT).rows()
    kop = kies_kop(boven, gevraagd)
    plaats = f"{blad.naam}, rij {kop + 1}" if keuze.blad else f"rij {kop + 1}"
    toegewezen = wijs_toe(naam, boven[kop], gevraagd, plaats)
    gekozen = [f"{blad.naam} gelezen, want blad 1 heeft de kolommen niet"] if keuze.blad else []
    cellen.columns = [str(nummer) for nummer in range(cellen.width)]
    genummerd = cellen.slice(kop + 1).lazy().with_row_index("regelnummer", offset=kop + 2)
    return RuweTabel(
        formaat="xlsx",
        regels=gevulde_regels(genummerd, toegewezen.plaatsen, gevraagd.ernaast(toegewezen.plaatsen)),
        kolommen=tuple(toegewezen.plaatsen),
        ongebruikt=toegewezen.ongebruikt,
        onleesbaar=pl.DataFrame(schema=ONLEESBAAR),
        hooguit=cellen.height,
        opmerkingen=(*gekozen, *blad.opmerkingen, *_titels(boven[:kop]), *toegewezen.opmerkingen),
        nuldag=NUL_1904 if blad.vanaf_1904 else NUL_1900,
    )


def _titels(rijen: list[tuple[str | None, ...]]) -> Iterator[str]:
    """That rows above the headings were passed over."""
    gevuld = [nummer for nummer, rij in enumerate(rijen, start=1) if any(cel and cel.strip() for cel in rij)]
    if gevuld:
        waar = f"rij {gevuld[0]}" if len(gevuld) == 1 else f"rij {gevuld[0]} t/m {gevuld[-1]}"
        yield f"{waar} boven de kolomnamen (in rij {len(rijen) + 1}) overgeslagen"


def lees_blad(pad: Path, naam: str, nummer: int, ook: Collection[int] = ()) -> Blad:
    """Sheet ``nummer`` of a workbook, 0 is the first; ``ook`` could have been read as well. Raises Invoerfout."""
    controleer_bestand(pad, naam)
    bekeken = _bekijk(pad, naam, nummer, ook)
    if bekeken.apart:
        cellen = lees_apart("werkblad", pad, naam, {"nummer": nummer})
    else:
        try:
            cellen = lees_cellen(pad, nummer)
        except BaseException as fout:
            # A reader written in Rust that panics raises what is no Exception.
            if isinstance(fout, fastexcel.FastExcelError) or type(fout).__name__ == "PanicException":
                raise Invoerfout(naam, f"{_genoemd(nummer)} is niet te lezen", OPNIEUW) from None
            raise
    fouten = {xl_col_to_name(kolom - 1): rijen for kolom, rijen in bekeken.omvang.fouten.items()}
    rij = pl.int_range(1, pl.len() + 1)
    cellen = cellen.with_columns(
        pl.when(rij.is_in(fouten[kolom])).then(pl.lit(FOUTCEL)).otherwise(kolom).alias(kolom)
        for kolom in cellen.columns
        if kolom in fouten
    )
    namen = tuple(blad.naam for blad in bekeken.bladen)
    return Blad(cellen, namen, bekeken.opmerkingen, _naam(bekeken.bladen, nummer), bekeken.vanaf_1904)


def lees_cellen(pad: Path, nummer: int) -> pl.DataFrame:
    """The cells of a sheet that was looked at. Raises FastExcelError and PanicException."""
    with zonder_gepraat():
        try:
            werkboek = fastexcel.read_excel(pad)
        except UnicodeEncodeError:  # the name is no UTF-8
            werkboek = fastexcel.read_excel(pad.read_bytes())
        blad = werkboek.load_sheet(nummer, header_row=None, skip_rows=0, dtypes="string")
        plaatsen = [kolom.absolute_index for kolom in blad.available_columns()]
        cellen: pl.DataFrame = blad.to_polars()
    cellen.columns = [xl_col_to_name(plaats) for plaats in plaatsen]
    return cellen


def aantal_bladen(pad: Path) -> int:
    """The sheets of a workbook that was read before."""
    with zonder_gepraat():
        return len(fastexcel.read_excel(pad.read_bytes()).sheet_names)


def _genoemd(nummer: int) -> str:
    return f"blad {nummer + 1}" if nummer else "het eerste blad"


@dataclass(frozen=True)
class _Bekeken:
    """A workbook of which the sheet may be read; ``apart`` in a process of its own."""

    omvang: Omvang
    bladen: list[Bladnaam]
    opmerkingen: tuple[str, ...]
    apart: bool
    vanaf_1904: bool


def _bekijk(pad: Path, naam: str, nummer: int, ook: Collection[int]) -> _Bekeken:
    """Look through the workbook, and refuse one that asks too much."""
    try:
        with Werkboekzip(pad, naam) as zip_:
            gelezen = boek(zip_)
            namen = gelezen.bladen
            if 0 < len(namen) <= nummer:
                reden = f"{_genoemd(nummer)} ontbreekt, het werkboek heeft er {len(namen)}"
                raise Invoerfout(naam, reden, "Lever het werkboek aan zoals het is uitgegeven.")
            deel = namen[nummer].deel
            gevonden = omvang(zip_, deel, lambda hooguit: not _te_veel(zip_, deel, nummer, hooguit))
            if te_veel := _te_veel(zip_, deel, nummer, gevonden):
                raise te_veel
            controleer_stijlen(zip_)
            met_rijen = _rest(zip_, deel)
            apart = zip_.dubbelzinnig or not gelezen.gewoon or _is_verdacht(zip_, gevonden)
            opmerkingen = _opmerkingen(namen, nummer, met_rijen, ook)
            return _Bekeken(gevonden, namen, opmerkingen, apart, gelezen.vanaf_1904)
    except (*KAPOT, *Werkboekfouten) as fout:
        reden = "dit is geen leesbaar Excel-werkboek (.xlsx)"
        raise Invoerfout(naam, reden, OPNIEUW, systeem=foutnummer(fout)) from None


def _te_veel(zip_: Werkboekzip, deel: str, nummer: int, omvang: Omvang) -> Invoerfout | None:
    """Why a sheet of that extent is not read."""
    vlak = omvang.vlak
    te_groot = omvang.rijen > MEESTE_RIJEN or omvang.kolommen > MEESTE_KOLOMMEN or vlak > MEESTE_CELLEN
    if te_groot or vlak > max(IJL, GEVULD * omvang.cellen):
        reden = f"{_genoemd(nummer)} loopt tot rij {omvang.rijen} en kolom {omvang.kolommen}"
        return Invoerfout(zip_.naam, reden, "Verwijder de lege rijen en kolommen erna, of lever CSV aan.")
    ruimte = RUIME_TEKST + TEKST_PER_BYTE * zip_.uitgepakt(deel)
    if omvang.tekst > ruimte:
        return Invoerfout(zip_.naam, f"de cellen hebben samen meer dan {ruimte >> 20} MB tekst", KLEINER)
    return None


def _is_verdacht(zip_: Werkboekzip, omvang: Omvang) -> bool:
    return verdacht(_BYTES_PER_CEL * omvang.vlak + _BYTES_PER_TEKEN * omvang.tekst, zip_.ingepakt, _VOUD)


def _rest(zip_: Werkboekzip, gelezen: str) -> set[str]:
    """Unpack the other members, for their size; those that have a value."""
    met_waarden = set()
    for deel in zip_.namen:
        if zip_.uitgepakt(deel) or deel == gelijk(gelezen):
            continue
        for blok in zip_.stukken(deel):
            if deel not in met_waarden and zip_.uitgepakt(deel) <= _BEKEKEN and _WAARDE.search(blok):
                met_waarden.add(deel)
    return met_waarden


def _opmerkingen(namen: list[Bladnaam], nummer: int, met_rijen: set[str], ook: Collection[int]) -> tuple[str, ...]:
    """What one may have expected to be read and is not, or the other way round."""
    verborgen = [f"{_naam(namen, nummer)} is verborgen, en wel gelezen"] if namen[nummer].verborgen else []
    dezelfde = [f"{_naam(namen, ander)} heeft dezelfde kolommen en is niet gelezen" for ander in sorted(ook)]
    met = [
        f"{_naam(namen, ander)} heeft ook rijen en is niet gelezen"
        for ander, blad in enumerate(namen)
        if ander != nummer and ander not in ook and gelijk(blad.deel) in met_rijen
    ]
    niet = [*dezelfde, *met]
    rest = len(niet) - _HOOGUIT_GENOEMD
    over = [f"nog {rest} bladen hebben rijen en zijn niet gelezen"] if rest > 0 else []
    return (*verborgen, *niet[:_HOOGUIT_GENOEMD], *over)


def _naam(namen: list[Bladnaam], nummer: int) -> str:
    return f"blad {nummer + 1} '{zonder_bsn(namen[nummer].naam)[:40]}'"
