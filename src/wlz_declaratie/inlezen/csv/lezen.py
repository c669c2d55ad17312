"""CSV: from bytes to lines with as many fields as the header has.

A regular file, in which every line is a record, is read by Polars as it is. Any other file (Windows-1252,
quoted line ends, lines with too few or too many fields, or with bytes that are no text) is first copied to a regular
one, in which every record stands on the line where it begins in the original; so there is one parser, and line
numbers are those of the original. What the copy holds otherwise than the file is remarked.
"""

from __future__ import annotations

import codecs
import mmap
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from wlz_declaratie.inlezen.basis import Invoerfout, controleer_bestand
from wlz_declaratie.inlezen.csv.kop import LANGSTE_REGEL, REMEDIE, Kop, als_utf8, eerste_regels, is_utf16, zoek_kop
from wlz_declaratie.inlezen.csv.kopie import GEEN_TEKST, VREEMDE_TEKENS, Kopie
from wlz_declaratie.inlezen.koppen import VOORUIT, Gevraagd, wijs_toe
from wlz_declaratie.inlezen.ruw import ONLEESBAAR, RuweTabel, gevulde_regels

_BLOK = 1 << 20
_VREEMD = {b"%PDF": "een PDF", b"PK\x03\x04": "een zip- of Excel-bestand", b"PAR1": "een Parquet-bestand"}
_MEESTE_VELDEN = 250
"""A pattern for more fields would be too big to compile; such a file is copied."""


def lees_csv(pad: Path, naam: str, werkmap: Path, gevraagd: Gevraagd) -> RuweTabel:
    """Open a CSV; see the module for how, `RuweTabel` for what. Raises Invoerfout."""
    controleer_bestand(pad, naam)
    if is_utf16(pad):
        als_utf8(pad, naam, werkmap / "utf8.csv")
        pad = werkmap / "utf8.csv"
    tekst = _tekst(pad, naam)
    kop = _kop(pad, naam, tekst.codering, gevraagd)
    toegewezen = wijs_toe(naam, kop.koppen, gevraagd, kop.plaats)
    plaatsen = toegewezen.plaatsen
    sleutel = plaatsen.get(gevraagd.sleutel) if gevraagd.sleutel else None
    kopie = Kopie(kop, naam, sleutel, bewaar=gevraagd.alles)
    bron = pad
    regelmatig = tekst.regelmatig and kop.velden <= _MEESTE_VELDEN and not kop.erboven
    regels = _regelmatig(pad, kop) if regelmatig else None
    if regels is None:
        bron = werkmap / "regelmatig.csv"
        regels = kopie.schrijf(pad, bron, tekst.codering)
    frame = pl.scan_csv(
        bron,
        separator=kop.scheiding,
        infer_schema=False,
        with_column_names=lambda _: [str(nummer) for nummer in range(kop.velden)],
        row_index_name="regelnummer",
        row_index_offset=kop.erboven + 2,
        raise_if_empty=False,
        glob=False,
    )
    return RuweTabel(
        formaat="csv",
        regels=gevulde_regels(frame, plaatsen, gevraagd.ernaast(plaatsen)),
        kolommen=tuple(plaatsen),
        ongebruikt=toegewezen.ongebruikt,
        onleesbaar=pl.DataFrame(kopie.onleesbaar, schema=ONLEESBAAR, orient="row"),
        hooguit=regels,
        opmerkingen=(*kop.opmerkingen, *kopie.opmerkingen(), *toegewezen.opmerkingen),
    )


@dataclass(frozen=True)
class _Tekst:
    """How the bytes of a file are text, and whether Polars may read them as they are."""

    codering: str
    regelmatig: bool


def _tekst(pad: Path, naam: str) -> _Tekst:
    """The encoding, in one pass: UTF-8 with or without BOM where the bytes allow it or show it, else Windows-1252.

    Raises Invoerfout for what is no text, and for a line beyond LANGSTE_REGEL.
    """
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    ascii_tot_nu, met_lf = True, True
    zonder_einde = zonder_lf = 0
    with pad.open("rb") as bestand:
        blok = bestand.read(_BLOK)
        for begin, soort in _VREEMD.items():
            if blok.startswith(begin):
                raise Invoerfout(naam, f"dit is geen CSV maar {soort}", REMEDIE)
        while blok:
            if b"\0" in blok:
                raise Invoerfout(naam, "dit is geen leesbare tekst (misschien UTF-16)", REMEDIE)
            zonder_lf = len(blok) - 1 - lf if (lf := blok.rfind(b"\n")) >= 0 else zonder_lf + len(blok)
            if zonder_lf <= LANGSTE_REGEL:
                zonder_einde = zonder_lf
            else:
                # Without LF for so long: a line may also end in CR, which Polars does not know.
                met_lf = False
                zonder_einde = len(blok) - 1 - cr if (cr := blok.rfind(b"\r")) >= 0 else zonder_einde + len(blok)
            if zonder_einde > LANGSTE_REGEL:
                reden = f"een bestandsregel is langer dan {LANGSTE_REGEL >> 20} MB"
                raise Invoerfout(naam, reden, "Zet elke declaratieregel op een eigen regel.")
            volgende = bestand.read(_BLOK)
            ascii_tot_nu = ascii_tot_nu and blok.isascii()
            if decoder and not ascii_tot_nu:
                try:
                    decoder.decode(blok, final=not volgende)
                except UnicodeDecodeError:
                    decoder = None
            blok = volgende
    if decoder:
        return _Tekst("utf-8-sig", met_lf)
    return _Tekst("utf-8-sig" if _lijkt_utf8(pad) else "cp1252", regelmatig=False)


_UTF8 = re.compile(
    rb"\A\xef\xbb\xbf|[\xc2-\xc5][\x80-\xbf]|\xe2[\x80-\xbf]{2}|\xf0\x9f[\x80-\xbf]{2}"
    rb"|(?:[\xc6-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}){2}"
)
"""Bytes that show UTF-8: what a letter or sign of Western Europe is in it, or two letters of any other script.

One of the latter may be Windows-1252 by chance: an É and a closing quote, as in ANDRÉ’S.
"""


def _lijkt_utf8(pad: Path) -> bool:
    with pad.open("rb") as bestand, mmap.mmap(bestand.fileno(), 0, access=mmap.ACCESS_READ) as inhoud:
        return _UTF8.search(inhoud) is not None


def _kop(pad: Path, naam: str, codering: str, gevraagd: Gevraagd) -> Kop:
    regels = eerste_regels(pad, codering)
    kop = zoek_kop(regels, gevraagd)
    if kop is None:
        remedie = f"Zet alle kolomnamen op één regel, binnen de eerste {VOORUIT} regels van het bestand."
        raise Invoerfout(naam, "de kolomnamen zijn niet te lezen", remedie, "regel 1")
    if GEEN_TEKST.search(regels[kop.erboven]):
        raise Invoerfout(naam, f"de kolomnamen bevatten {VREEMDE_TEKENS[codering]}", REMEDIE, kop.plaats)
    return kop


def _regelmatig(pad: Path, kop: Kop) -> int | None:
    """Number of lines when each is blank or has the fields of the header, plain or well quoted; else None."""
    veld = f'(?:"(?:[^"\\r]|"")*"|[^"\\r{kop.scheiding}]*)'
    patroon = f"^\\x{{feff}}?{veld}(?:{kop.scheiding}{veld}){{{kop.velden - 1}}}\\r?$|^[ \\t]*\\r?$"
    regel = pl.col("line")
    telling = pl.scan_lines(pad, glob=False).select(goed=regel.str.contains(patroon).all(), aantal=pl.len())
    goed, aantal = telling.collect(engine="streaming").row(0)
    return aantal if goed else None
