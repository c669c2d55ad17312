"""Names of files beside each other, short enough for every disk."""

from __future__ import annotations

import os
from pathlib import PurePath

from wlz_declaratie.basis.tonen import zonder_bsn

HOOGUIT = 180
"""Bytes of a name that leave room for what comes behind it."""
RUIM = 246
"""Bytes of a name that leave room for a mark: no disk takes more than 255."""


def naast(naam: str, sha256: str, nummer: int = 1) -> str:
    """Another name beside ``naam``, for a file with this content; the ``nummer``-th when that is taken as well.

    A name that leaves no room for the mark is cut, its extension kept.
    """
    pad = PurePath(naam)
    merk = f"-{sha256[:8]}" if nummer == 1 else f"-{sha256[:8]}-{nummer}"
    if len(os.fsencode(naam)) + len(merk) > RUIM + 9:
        einde = pad.suffix if len(os.fsencode(pad.suffix)) <= HOOGUIT // 4 else ""
        return f"{naam[: HOOGUIT // 4]}{merk}{einde}"
    return f"{pad.stem}{merk}{pad.suffix}"


def kort(naam: str, sha256: str) -> str:
    """The name, or the begin of one that leaves no room, told apart by content."""
    if len(naam.encode()) <= HOOGUIT:
        return naam
    return naast(naam[: HOOGUIT // 4], sha256)


def getoond(naam: str, sha256: str | None) -> str:
    """How a file in the inbox is called in log, overview and results: no bsn, no character that cannot be shown."""
    return kort(zonder_bsn(naam, sha256[:8]) if sha256 else zonder_bsn(naam), sha256 or "")
