"""The log of the table, as files: whether it is whole, and whether a change is on disk.

The library reads an empty log file as a change of nothing, so that a batch would be lost in silence. STAND says how
many changes were once confirmed: a log that knows of fewer has lost one.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from wlz_declaratie.basis.schijf import alles_op_schijf, map_op_schijf
from wlz_declaratie.basis.slot import alleen_eigenaar

LOG = "_delta_log"
STAND = "_stand"
"""File in the store: the number of changes that are on disk; Delta leaves names with an underscore alone."""
EIGEN = "declaratie"
"""Names in the log the change that we made."""

_VERSIE = re.compile(r"[0-9]{20}\.json")


def bevestigd(map_: Path) -> int:
    """How many changes were once on disk; 0 when nobody wrote that down. Raises ValueError, OSError."""
    try:
        return int((map_ / STAND).read_text("ascii"))
    except FileNotFoundError:
        return 0


def bevestig(map_: Path, stand: int) -> None:
    """Write down that so many changes are on disk, whole or not at all. Raises OSError."""
    nieuw = map_ / f"{STAND}.nieuw"
    with alleen_eigenaar(), nieuw.open("w", encoding="ascii") as bestand:
        bestand.write(f"{stand}\n")
        bestand.flush()
        os.fsync(bestand.fileno())
    nieuw.replace(map_ / STAND)
    map_op_schijf(map_)


def is_laatste(map_: Path, versie: int) -> bool:
    """Whether it is sure that no change was made after this version."""
    try:
        return _versies(map_)[-1:] == [versie]
    except OSError:
        return False


def ongewoon(map_: Path) -> str | None:
    """What in the store is no file or folder of its own: to open a pipe is to wait for ever. Raises OSError."""
    with os.scandir(map_) as inhoud:
        for deel in inhoud:
            if deel.is_dir(follow_symlinks=False):
                if binnen := ongewoon(Path(deel.path)):
                    return f"{deel.name}/{binnen}"
            elif not deel.is_file(follow_symlinks=False):
                return deel.name
    return None


def gebrek(map_: Path) -> str | None:
    """What is wrong with the names and sizes of the log, and with its last change; None when nothing is."""
    try:
        ijkpunt = _ijkpunt(map_)
        na = [versie for versie in _versies(map_) if versie > ijkpunt]
        if ijkpunt >= 0 and not any((map_ / LOG).glob(f"{ijkpunt:020}.checkpoint*")):
            return f"ijkpunt {ijkpunt} van het log ontbreekt"
        for hoort, versie in enumerate(na, start=ijkpunt + 1):
            if versie != hoort:
                return f"versie {hoort} van het log ontbreekt"
            if not _pad(map_, versie).stat().st_size:
                return f"versie {versie} van het log is leeg"
        return versiegebrek(map_, na[-1]) if na else None
    except OSError as fout:
        return f"het log is niet te lezen ({fout.strerror})"


def gebreken(map_: Path) -> Iterator[str]:
    """Every version that is not whole."""
    for versie in _versies(map_):
        if wat := versiegebrek(map_, versie):
            yield wat


def versiegebrek(map_: Path, versie: int) -> str | None:
    """What is wrong with the content of one version: half a line, or a change of ours without its number."""
    try:
        acties = list(_acties(map_, versie))
        soorten = {soort for actie in acties for soort in actie}
        eigen = any(EIGEN in actie["commitInfo"] for actie in acties if "commitInfo" in actie)
    except (ValueError, TypeError, AttributeError):
        return f"versie {versie} van het log is beschadigd"
    if "commitInfo" not in soorten or (eigen and "txn" not in soorten):
        return f"versie {versie} van het log is niet heel"
    return None


def zet_op_schijf(map_: Path, na: int, tot: int) -> None:
    """Wait until the changes after version ``na`` up to ``tot`` are on disk. Raises OSError."""
    gegevens = [
        map_ / unquote(actie["add"]["path"])
        for versie in range(na + 1, tot + 1)
        for actie in _acties(map_, versie)
        if "add" in actie
    ]
    alles_op_schijf(pad for pad in gegevens if pad.exists())
    map_op_schijf(map_)
    nieuw = {f"{versie:020}" for versie in range(na + 1, tot + 1)}
    alles_op_schijf(
        pad for pad in (map_ / LOG).iterdir() if pad.name.split(".")[0] in nieuw or pad.name == "_last_checkpoint"
    )


def _acties(map_: Path, versie: int) -> Iterator[dict[str, Any]]:
    for regel in _pad(map_, versie).read_bytes().splitlines():
        yield json.loads(regel)


def _versies(map_: Path) -> list[int]:
    return sorted(int(pad.stem) for pad in (map_ / LOG).iterdir() if _VERSIE.fullmatch(pad.name))


def _pad(map_: Path, versie: int) -> Path:
    return map_ / LOG / f"{versie:020}.json"


def _ijkpunt(map_: Path) -> int:
    """The version that the library reads as a whole, those after it one by one; -1 when there is none."""
    try:
        return int(json.loads((map_ / LOG / "_last_checkpoint").read_bytes())["version"])
    except FileNotFoundError:
        return -1
    except (ValueError, KeyError, TypeError):
        # The library looks for itself; the versions before it may be gone.
        punten = [pad.name[:20] for pad in (map_ / LOG).glob("*.checkpoint*")]
        return max((int(punt) for punt in punten if punt.isdigit()), default=-1)
