"""CSV: from bytes to lines with as many fields as the header has.

A regular file, in which every line is a record, is read by Polars as it is. Any other file (Windows-1252,
quoted line ends, lines with too few or too many fields, or with bytes that are no text) is first copied to a regular
one, in which every record stands on the line where it begins in the original; so there is one parser, and line
numbers are those of the original. What the copy holds otherwise than the file is remarked.
"""

from __future__ import annotations

import codecs
import csv
import mmap
import re
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
LANGSTE_REGEL = 1 << 20
"""Bytes of a line, and characters of a record of several; a declaration has some hundreds, and each is read whole."""
MEESTE_ONLEESBAAR = 200_000
"""Lines that cannot be split into fields, of each of which a finding is made; beyond it the file is no such table."""
_MEESTE_VELDEN = 250
"""A pattern for more fields would be too big to compile; such a file is copied."""
_REMEDIE = "Bewaar het als CSV in UTF-8, met puntkomma's of komma's."


@dataclass(frozen=True)
class _Kop:
    koppen: list[str]
    scheiding: str
    codering: str = "utf-8-sig"

    @property
    def velden(self) -> int:
        return len(self.koppen)


def lees_csv(pad: Path, naam: str, werkmap: Path, gevraagd: Gevraagd) -> RuweTabel:
    """Open a CSV; see the module for how, `RuweTabel` for what. Raises Invoerfout."""
    controleer_bestand(pad, naam)
    tekst = _tekst(pad, naam)
    kop = _kop(pad, naam, tekst.codering, gevraagd)
    plaatsen, ongebruikt = wijs_toe(naam, kop.koppen, gevraagd, "regel 1")
    kopie = _Kopie(kop, naam)
    bron = pad
    regels = _regelmatig(pad, kop) if tekst.regelmatig and kop.velden <= _MEESTE_VELDEN else None
    if regels is None:
        bron = werkmap / "regelmatig.csv"
        regels = kopie.schrijf(pad, bron, tekst.codering)
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
        onleesbaar=pl.DataFrame(kopie.onleesbaar, schema=ONLEESBAAR, orient="row"),
        hooguit=regels,
        opmerkingen=tuple(kopie.opmerkingen()),
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
                raise Invoerfout(naam, f"dit is geen CSV maar {soort}", _REMEDIE)
        while blok:
            if b"\0" in blok:
                raise Invoerfout(naam, "dit is geen leesbare tekst (misschien UTF-16)", _REMEDIE)
            zonder_lf = len(blok) - 1 - lf if (lf := blok.rfind(b"\n")) >= 0 else zonder_lf + len(blok)
            if zonder_lf <= LANGSTE_REGEL:
                zonder_einde = zonder_lf
            else:
                # Without LF for so long: a line may also end in CR, which Polars does not know.
                met_lf = False
                zonder_einde = len(blok) - 1 - cr if (cr := blok.rfind(b"\r")) >= 0 else zonder_einde + len(blok)
            if zonder_einde > LANGSTE_REGEL:
                reden = f"een regel is langer dan {LANGSTE_REGEL >> 20} MB"
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


def _kop(pad: Path, naam: str, codering: str, gevraagd: Gevraagd) -> _Kop:
    with pad.open(encoding=codering, errors="surrogateescape") as bestand:
        regel = bestand.readline(2 * LANGSTE_REGEL)
    if _GEEN_TEKST.search(regel):
        raise Invoerfout(naam, f"de kolomnamen bevatten {_VREEMDE_TEKENS[codering]}", _REMEDIE, "regel 1")
    mogelijk = [_Kop(velden, scheiding, codering) for scheiding in ";," if (velden := _velden(regel, scheiding))]
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


_GEEN_TEKST = re.compile("[\udc80-\udcff]")
"""What stands for a byte that the encoding does not know."""
_VREEMDE_TEKENS = {"utf-8-sig": "tekens die geen UTF-8 zijn", "cp1252": "tekens die niet in Windows-1252 bestaan"}
_REGELEINDE = re.compile("[\r\n]+")


@dataclass
class _Telling:
    """How many lines, and the first."""

    aantal: int = 0
    eerste: int = 0

    def tel(self, nummer: int) -> None:
        self.eerste = self.eerste if self.aantal else nummer
        self.aantal += 1

    def __str__(self) -> str:
        return f"regel {self.eerste}" if self.aantal == 1 else f"{self.aantal} regels, de eerste regel {self.eerste}"


class _Kopie:
    """Copies to a regular file; ``onleesbaar`` has the lines that cannot be split or decoded, and why."""

    def __init__(self, kop: _Kop, naam: str) -> None:
        self.onleesbaar: list[tuple[int, str]] = []
        self._kop, self._naam = kop, naam
        self._vreemd, self._regeleinden = _Telling(), _Telling()

    def opmerkingen(self) -> Iterator[str]:
        """What the copy holds in another way than the file, with the number of lines and the first."""
        if self._vreemd.aantal:
            yield f"het bestand is geen UTF-8; bijzondere tekens gelezen als Windows-1252 op {self._vreemd}"
        if self._regeleinden.aantal:
            yield f"regeleinde binnen een veld gelezen als spatie op {self._regeleinden}"

    def schrijf(self, bron: Path, doel: Path, codering: str) -> int:
        """The number of lines. Raises Invoerfout when too many are unreadable."""
        nummer, scheidingen = 0, self._kop.velden - 1
        with (
            bron.open(encoding=codering, errors="surrogateescape") as lees,
            doel.open("w", encoding="utf-8", newline="") as schrijf,
        ):
            schrijver = csv.writer(schrijf, delimiter=self._kop.scheiding, lineterminator="\n")
            regels = _Vooruit(lees)
            for regel in regels:
                nummer += 1
                if not regel.isascii() and not self._is_tekst(nummer, regel, codering):
                    schrijf.write("\n")
                elif '"' not in regel and regel.count(self._kop.scheiding) == scheidingen:
                    schrijf.write(regel)
                elif not regel.strip():
                    schrijf.write("\n")
                else:
                    velden, extra, reden = _record(regel, regels, self._kop)
                    if velden:
                        schrijver.writerow(self._op_een_regel(nummer, velden, codering) if extra else velden)
                    else:
                        schrijf.write("\n")
                        self._lees_niet(nummer, reden)
                    schrijf.write("\n" * extra)
                    nummer += extra
        return nummer

    def _is_tekst(self, nummer: int, regel: str, codering: str) -> bool:
        """Whether a line is text; in Windows-1252 it is noted."""
        if _GEEN_TEKST.search(regel):
            self._lees_niet(nummer, f"de regel bevat {_VREEMDE_TEKENS[codering]}")
            return False
        if codering == "cp1252":
            self._vreemd.tel(nummer)
        return True

    def _op_een_regel(self, nummer: int, velden: list[str], codering: str) -> list[str]:
        if codering == "cp1252" and not "".join(velden).isascii():
            self._vreemd.tel(nummer)
        self._regeleinden.tel(nummer)
        return [_REGELEINDE.sub(" ", veld) for veld in velden]

    def _lees_niet(self, nummer: int, reden: str) -> None:
        self.onleesbaar.append((nummer, reden))
        if len(self.onleesbaar) > MEESTE_ONLEESBAAR:
            raise Invoerfout(
                self._naam,
                f"meer dan {MEESTE_ONLEESBAAR} regels zijn niet te lezen, de eerste op regel {self.onleesbaar[0][0]}: "
                f"{self.onleesbaar[0][1]}",
                _REMEDIE,
            )


def _record(regel: str, regels: _Vooruit, kop: _Kop) -> tuple[list[str] | None, int, str]:
    """The fields of the record that begins here and how many further lines it took; or None and why."""
    velden = _velden(regel, kop.scheiding)
    extra = 0
    if velden is None and regel.count('"') % 2:
        delen, lengte = [regel], len(regel)
        for volgende in regels.kijk(_LANGSTE_RECORD):
            lengte += len(volgende)
            if lengte > LANGSTE_REGEL or _GEEN_TEKST.search(volgende):
                break
            delen.append(volgende)
            extra += 1
            if volgende.count('"') % 2:
                velden = _velden("".join(delen), kop.scheiding)
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
