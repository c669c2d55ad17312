"""Names without a bsn: of result files, in the log, in the overview."""

from __future__ import annotations

import re
from pathlib import PurePath

CIJFERS = re.compile(r"[0-9]{9,}")
GEWICHTEN = (9, 8, 7, 6, 5, 4, 3, 2, -1)
ONBEKEND = "onbekend"
"""Stands for the number in the name of a file that was not read, so that nothing of it can be told."""

HOOGUIT = 180
"""Bytes of a name that leave room for what comes behind it."""


def _is_bsn(cijfers: str) -> bool:
    som = sum(int(cijfer) * gewicht for cijfer, gewicht in zip(cijfers, GEWICHTEN, strict=True))
    return som % 11 == 0 and any(cijfer != "0" for cijfer in cijfers)


def zonder_bsn(naam: str, kenmerk: str = ONBEKEND) -> str:
    """The name with ``x-kenmerk`` for each run of digits that holds a bsn by the eleven-test.

    ``kenmerk`` tells files apart and comes from their content: a hash of the bsn itself could be undone. What is no
    Unicode in the name becomes a question mark.
    """

    def vervang(gevonden: re.Match[str]) -> str:
        reeks = gevonden[0]
        heeft_bsn = any(_is_bsn(reeks[begin : begin + 9]) for begin in range(len(reeks) - 8))
        return f"x-{kenmerk}" if heeft_bsn else reeks

    return CIJFERS.sub(vervang, naam.encode("utf-8", "replace").decode())


def naast(naam: str, sha256: str) -> str:
    """Another name beside ``naam``, for a file with this content."""
    pad = PurePath(naam)
    return f"{pad.stem}-{sha256[:8]}{pad.suffix}"


def kort(naam: str, sha256: str) -> str:
    """The name, or the begin of one that leaves no room, told apart by content."""
    if len(naam.encode()) <= HOOGUIT:
        return naam
    return naast(naam[: HOOGUIT // 4], sha256)
