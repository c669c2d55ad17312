"""Result files: written whole or not at all, readable by their owner only."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.schijf import alles_op_schijf, map_op_schijf
from wlz_declaratie.basis.signalen import uitgesteld
from wlz_declaratie.basis.systeem import foutnummer
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.basis.werkmap import SLOT, half_bestand, halve_map

REDENEN = {
    errno.ENOSPC: "de schijf is vol",
    errno.EDQUOT: "de ruimte die je mag gebruiken is op",
    errno.EFBIG: "het bestand wordt groter dan hier mag",
    errno.EACCES: "je mag hier niet schrijven",
    errno.EPERM: "je mag hier niet schrijven",
    errno.EROFS: "hier kan alleen worden gelezen",
    errno.ENAMETOOLONG: "de naam is te lang",
}


class Uitvoerfout(Gebruikersfout):
    """A result file that cannot be written; whatever stood there still stands."""


class Schijffout(Uitvoerfout):
    """The system refused to write; another result, or another day, may fare better."""


def controleer_doel(doel: Path) -> None:
    """Refuse a target that cannot become a file before any work is done; tries it, for rights alone do not tell."""
    try:
        _weiger_bijzonder(doel)
        if not doel.parent.is_dir():
            raise Uitvoerfout(f"{doel}: de map {doel.parent} bestaat niet. Maak de map of kies een andere.")
        with half_bestand(doel):
            pass
    except OSError as fout:
        raise Schijffout(
            f"{doel}: in de map {doel.parent} kan niet worden geschreven ({_reden(fout)}). Kies een andere.",
            systeem=foutnummer(fout),
        ) from fout


def controleer_doelmap(doel: Path) -> None:
    """Refuse a target that cannot become a folder before any work is done; tries it, for rights alone do not tell."""
    naam, ouder = zonder_bsn(str(doel)), doel.resolve().parent
    try:
        if not ouder.is_dir():
            raise Uitvoerfout(f"{naam}: de map waarin zij moet komen bestaat niet. Maak die of kies een andere.")
        with halve_map(doel.resolve()):
            pass
    except OSError as fout:
        raise Schijffout(
            f"{naam}: hier kan niet worden geschreven ({_reden(fout)}). Kies een andere map.",
            systeem=foutnummer(fout),
        ) from fout


@contextmanager
def vervangend(doel: Path) -> Iterator[Path]:
    """A private temporary path beside ``doel`` that takes its place when the block ends well.

    Raises Schijffout when the disk is full or the folder refuses, Uitvoerfout for what no file can replace; then
    nothing is left behind.
    """
    controleer_doel(doel)
    with _met_schijffout(doel), half_bestand(doel) as tijdelijk:
        yield tijdelijk
        with tijdelijk.open("rb+") as geschreven:
            os.fsync(geschreven.fileno())
        _weiger_bijzonder(doel)
        tijdelijk.replace(doel)
        map_op_schijf(doel.parent)


@contextmanager
def vervangende_map(doel: Path) -> Iterator[Path]:
    """A private temporary folder beside ``doel`` that takes its place, files and all, when the block ends well.

    What stood there stays until all is written, and goes then. Raises Schijffout as `vervangend` does.
    """
    with _met_schijffout(doel), halve_map(doel) as half:
        yield half
        bestanden = [pad for pad in half.iterdir() if pad.name != SLOT]
        for pad in bestanden:
            pad.chmod(0o600)
        alles_op_schijf(bestanden)
        with uitgesteld():  # between these renames there is no folder at all
            (half / SLOT).unlink(missing_ok=True)
            oud = half.with_suffix(".oud")
            if doel.exists():
                doel.rename(oud)
            try:
                half.rename(doel)
            except OSError:
                if oud.exists():
                    oud.rename(doel)
                raise
        map_op_schijf(doel.parent)
        shutil.rmtree(oud, ignore_errors=True)


@contextmanager
def _met_schijffout(doel: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pl.exceptions.ComputeError) as fout:
        if not isinstance(fout, OSError) and foutnummer(fout) is None:
            raise
        raise Schijffout(
            f"{doel}: schrijven lukt niet ({_reden(fout)}). "
            "Maak ruimte of kies een andere map; wat er stond, staat er nog.",
            systeem=foutnummer(fout),
        ) from fout


def _weiger_bijzonder(doel: Path) -> None:
    """Refuse what stands at ``doel`` and is no file of its own: a rename would put a file in its place."""
    try:
        soort = doel.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    if stat.S_ISDIR(soort):
        raise Uitvoerfout(f"{doel}: dit is een map. Noem een bestand om in te schrijven.")
    if stat.S_ISLNK(soort):
        raise Uitvoerfout(f"{doel}: dit is een koppeling (symlink). Noem het bestand zelf of kies een andere naam.")
    if not stat.S_ISREG(soort):
        raise Uitvoerfout(f"{doel}: dit is geen gewoon bestand. Kies een andere naam.")


def _reden(fout: Exception) -> str:
    """What went wrong in Dutch."""
    nummer = foutnummer(fout)
    return REDENEN.get(nummer or 0, f"systeemfout {nummer}" if nummer else type(fout).__name__)
