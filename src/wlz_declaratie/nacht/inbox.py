"""What lies in the inbox: which files are whole, in which order, and where they go when done."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl

from wlz_declaratie.fouten import Gebruikersfout
from wlz_declaratie.historie.slot import alleen_eigenaar
from wlz_declaratie.inlezen import TABULAIR
from wlz_declaratie.inlezen.aw319_bestand import zoek_kop
from wlz_declaratie.inlezen.aw319_indeling import rubrieken
from wlz_declaratie.inlezen.basis import sha256
from wlz_declaratie.inlezen.ruw import Gevraagd, lees_ruw, lees_velden
from wlz_declaratie.nacht.namen import naast
from wlz_declaratie.tabellen import DECLARATIE

TUSSENPOOS = 1.0
"""Seconds between the two looks that tell whether a file is still being written."""
ONAF = (".part", ".tmp")
"""Extensions of files that are still on their way."""
ORDENING = ("begindatum_periode", "begindatum", "declarant", "factuurnummer")


class Blik(NamedTuple):
    """What changes when a file is written."""

    nummer: int
    omvang: int
    tijd_ns: int


@dataclass(frozen=True)
class Bestand:
    """A file in the inbox as it was when looked at."""

    pad: Path
    blik: Blik

    def veranderd(self) -> bool:
        """Whether it changed since, or went."""
        return kijk(self.pad) != self.blik


class Rang(NamedTuple):
    """The order of batches: by period; those without one last, by begindatum; then by invoice and name."""

    zonder_periode: bool
    dag: date
    declarant: str
    factuurnummer: str
    naam: str


def kijk(pad: Path) -> Blik | None:
    """One look at a file; None when it is gone or no file."""
    try:
        stand = pad.stat()
    except OSError:
        return None
    return Blik(stand.st_ino, stand.st_size, stand.st_mtime_ns) if pad.is_file() else None


def bekijk(inbox: Path) -> tuple[list[Bestand], list[Bestand]]:
    """The files that are whole and those that are still being written, by name; sub-folders are not searched.

    Names that begin with a dot, ``_`` or ``~`` belong to programs (locks, transfers under way) and are no batches.
    """
    eerst = _alles(inbox)
    if eerst:
        time.sleep(TUSSENPOOS)
    nu = _alles(inbox)
    af = {pad for pad, blik in nu.items() if eerst.get(pad) == blik and pad.suffix.lower() not in ONAF}
    bestanden = [Bestand(pad, nu[pad]) for pad in sorted(nu)]
    return [b for b in bestanden if b.pad in af], [b for b in bestanden if b.pad not in af]


def _alles(inbox: Path) -> dict[Path, Blik]:
    try:
        paden = list(inbox.iterdir())
    except OSError as fout:
        raise Gebruikersfout(
            f"{inbox}: deze map is niet te lezen ({fout.strerror}). Controleer de naam en de rechten."
        ) from None
    return {pad: blik for pad in paden if not pad.name.startswith((".", "_", "~")) and (blik := kijk(pad))}


def op_volgorde(bestanden: Iterable[Bestand]) -> list[tuple[Bestand, date | None]]:
    """Oldest period first, each with that period's first day; None where that could not be told."""
    met_rang = sorted(((_rang(bestand.pad), bestand) for bestand in bestanden), key=lambda paar: paar[0])
    return [(bestand, None if rang.dag == date.max else rang.dag) for rang, bestand in met_rang]


def _rang(pad: Path) -> Rang:
    """The place of a file; one that cannot be read comes last, where reading it tells what is wrong."""
    try:
        return _rang_tabel(pad) if pad.suffix.lower() in TABULAIR else _rang_aw319(pad)
    except (Gebruikersfout, OSError, ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return Rang(True, date.max, "", "", pad.name)


def _rang_aw319(pad: Path) -> Rang:
    """By the header alone."""
    kop = zoek_kop(pad, pad.name).record
    velden = {naam: veld.van(kop).strip() for naam, veld in rubrieken("01").items()}
    try:
        dag = datetime.strptime(velden["begindatum_periode"], "%Y%m%d").date()
    except ValueError:
        return Rang(True, date.max, velden["declarant"], velden["factuurnummer"], pad.name)
    return Rang(False, dag, velden["declarant"], velden["factuurnummer"], pad.name)


def _rang_tabel(pad: Path) -> Rang:
    """By the least of four columns."""
    with tempfile.TemporaryDirectory() as werkmap:
        ruw = lees_ruw(pad, pad.name, Path(werkmap), Gevraagd(ORDENING, ()))
        kolommen = lees_velden(ruw, pad.name, {naam: DECLARATIE[naam] for naam in ORDENING})
        eerste = kolommen.select(pl.col(*ORDENING).min()).collect(engine="streaming").row(0, named=True)
    dag = eerste["begindatum_periode"] or eerste["begindatum"] or date.max
    return Rang(
        eerste["begindatum_periode"] is None, dag, eerste["declarant"] or "", eerste["factuurnummer"] or "", pad.name
    )


def maak_map(map_: Path) -> Path:
    """The folder, made for its owner only when it is not there. Raises Gebruikersfout."""
    try:
        with alleen_eigenaar():
            map_.mkdir(parents=True, exist_ok=True)
    except OSError as fout:
        raise Gebruikersfout(f"{map_}: deze map is niet te maken ({fout.strerror}). Kies een andere map.") from None
    return map_


def plek(pad: Path, som: str, map_: Path) -> Path:
    """Where a file with this content (sha256) goes in a folder: another file with its name stays. Raises OSError."""
    doel = map_ / pad.name
    return map_ / naast(pad.name, som) if doel.exists() and sha256(doel) != som else doel
