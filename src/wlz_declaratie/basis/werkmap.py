"""Private folders for what may hold lines of a batch, gone when their user is done, and half outputs likewise.

What a run holds is known here, so that a run that is told to stop at once can still remove it. What a dead run left
(SIGKILL, a power cut) the next run removes: only what is ours by name and owner, no link, and held by no living
process. A living process holds a lock, which the system gives back when it dies.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wlz_declaratie.basis.signalen import uitgesteld
from wlz_declaratie.basis.slot import grijp

VOORVOEGSEL = "declaratie-"
SLOT = ".declaratie-slot"
"""File in a work folder that its user holds; empty until it is held, and until then there is nothing else."""
PRIL = 60.0
"""Seconds in which an empty folder or half output without a lock may be one that is just being made."""
OUD = 24 * 3600.0
"""Seconds after which a half output is nobody's, where it cannot be held."""

_WERKMAP = re.compile(rf"{VOORVOEGSEL}[a-z0-9_]{{8}}")
_DEEL = re.compile(r"\..+\.[a-z0-9_]{8}\.deel", re.DOTALL)
_EIGEN = getattr(os, "geteuid", lambda: 0)
_OPENEN = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

KEREN, TUSSENPOOS = 100, 0.01
"""How often, and after how many seconds, what a thread still writes in is removed once more."""

_maken = threading.RLock()
_dicht = False
_in_gebruik: set[Path] = set()
_opgeruimd: set[Path] = set()


@contextmanager
def werkmap(boven: Path | None = None) -> Iterator[Path]:
    """A new private folder in ``boven`` (the temporary directory); it goes with all it holds when the block ends.

    Raises OSError where none can be made.
    """
    boven = boven or Path(tempfile.gettempdir())
    if boven not in _opgeruimd:
        _opgeruimd.add(boven)
        ruim_werkmappen(boven)
    with _gehouden(_maak(lambda: tempfile.mkdtemp(prefix=VOORVOEGSEL, dir=boven))) as map_:
        yield map_


def _maak(maak: Callable[[], str]) -> Path:
    """What is made, known here at once: what nobody knows, nobody would remove. Raises OSError."""
    with uitgesteld(), _maken:
        if _dicht:
            raise OSError(errno.ECANCELED, "deze run is gestopt")
        pad = Path(maak())
        _in_gebruik.add(pad)
        return pad


@contextmanager
def _gehouden(pad: Path) -> Iterator[Path]:
    """Keep a folder of our own until the block ends, with a lock in it that says that its user lives."""
    with tijdelijk(pad) as map_:
        nummer = os.open(map_ / SLOT, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            grijp(nummer)
            os.write(nummer, b"1")
            yield map_
        finally:
            os.close(nummer)


@contextmanager
def tijdelijk(pad: Path) -> Iterator[Path]:
    """Keep a file or folder of our own until the block ends, however it ends; ``pad`` may be gone by then."""
    _in_gebruik.add(pad)
    try:
        yield pad
    finally:
        _verwijder(pad)
        _in_gebruik.discard(pad)


@contextmanager
def half_bestand(doel: Path) -> Iterator[Path]:
    """A new private file beside ``doel``, removed when the block ends unless it was renamed. Raises OSError."""
    ruim_halve_bestanden(doel.parent)
    nummers: list[int] = []

    def maak() -> str:
        nummer, naam = tempfile.mkstemp(prefix=f".{doel.name[:100]}.", suffix=".deel", dir=doel.parent)
        nummers.append(nummer)
        return naam

    with tijdelijk(_maak(maak)) as pad:
        (nummer,) = nummers
        if sys.platform == "win32":  # an open file cannot be renamed there; its age has to do
            os.close(nummer)
            yield pad
            return
        try:
            grijp(nummer)
            yield pad
        finally:
            os.close(nummer)


@contextmanager
def halve_map(doel: Path) -> Iterator[Path]:
    """A new private folder beside ``doel``, removed when the block ends unless it was renamed. Raises OSError.

    It holds a file SLOT that says so; whoever renames the folder removes that first.
    """
    ruim_halve_mappen(doel.parent)
    pad = _maak(lambda: tempfile.mkdtemp(prefix=f".{doel.name[:100]}.", suffix=".deel", dir=doel.parent))
    # An open file keeps its folder from being renamed on Windows: what a dead run left there, its owner removes.
    with (tijdelijk if sys.platform == "win32" else _gehouden)(pad) as map_:
        yield map_


def _verwijder(pad: Path) -> None:
    if pad.is_dir() and not pad.is_symlink():
        shutil.rmtree(pad, ignore_errors=True)
    else:
        with suppress(OSError):
            pad.unlink(missing_ok=True)


def ruim_alles(*, voorgoed: bool = False) -> None:
    """Remove all that this process still holds; ``voorgoed``: it ends at once, and its threads make nothing new.

    Until it ends they go on: a file that one makes in a folder while that is removed, keeps the folder.
    """
    global _dicht
    if voorgoed:
        with _maken:
            _dicht = True
    for _ in range(KEREN):
        for pad in list(_in_gebruik):
            _verwijder(pad)
        if not voorgoed or not any(map(os.path.lexists, list(_in_gebruik))):
            return
        time.sleep(TUSSENPOOS)


def ruim_werkmappen(boven: Path) -> None:
    """Remove the work folders of dead runs."""
    _ruim(boven, _WERKMAP, stat.S_ISDIR, _dode_map)


def ruim_halve_mappen(boven: Path) -> None:
    """Remove the half output folders of dead runs."""
    _ruim(boven, _DEEL, stat.S_ISDIR, _dode_map)


def _dode_map(pad: Path, gezien: os.stat_result) -> bool:
    vrij = _vrij(pad / SLOT, gezien)
    # Someone may have a folder of his own with such a name: without our lock only an empty one goes.
    leeg = vrij is None and _leeftijd(gezien) > PRIL and {deel.name for deel in pad.iterdir()} <= {SLOT}
    return vrij is True or leeg


def ruim_halve_bestanden(map_: Path) -> None:
    """Remove the half outputs of dead runs in a folder."""

    def dood(pad: Path, gezien: os.stat_result) -> bool:
        if sys.platform == "win32":
            return _leeftijd(gezien) > OUD
        return _vrij(pad, gezien) is True or (gezien.st_size == 0 and _leeftijd(gezien) > PRIL and _vrij_leeg(pad))

    _ruim(map_, _DEEL, stat.S_ISREG, dood)


def _ruim(
    map_: Path,
    naam: re.Pattern[str],
    soort: Callable[[int], bool],
    dood: Callable[[Path, os.stat_result], bool],
) -> None:
    with suppress(OSError), os.scandir(map_) as inhoud:
        for deel in inhoud:
            if not naam.fullmatch(deel.name) or (pad := Path(deel.path)) in _in_gebruik:
                continue
            with suppress(OSError):
                gezien = pad.lstat()
                if soort(gezien.st_mode) and gezien.st_uid == _EIGEN() and dood(pad, gezien):
                    _verwijder(pad)


def _leeftijd(gezien: os.stat_result) -> float:
    return time.time() - gezien.st_mtime


def _vrij(slot: Path, gezien: os.stat_result) -> bool | None:
    """Whether nobody holds this file any more; None when it was never held, as far as one can tell.

    ``gezien`` is what it is for: of the same owner, so that nobody else's file is opened.
    """
    try:
        nummer = os.open(slot, _OPENEN)
    except FileNotFoundError:
        return None
    except OSError:
        return False
    try:
        zelf = os.fstat(nummer)
        if not stat.S_ISREG(zelf.st_mode) or zelf.st_uid != gezien.st_uid:
            return False
        return None if zelf.st_size == 0 else grijp(nummer)
    finally:
        os.close(nummer)


def _vrij_leeg(pad: Path) -> bool:
    nummer = os.open(pad, _OPENEN)
    try:
        return grijp(nummer)
    finally:
        os.close(nummer)
