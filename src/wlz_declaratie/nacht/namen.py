"""Names of files beside each other, short enough for every disk."""

from __future__ import annotations

from pathlib import PurePath

HOOGUIT = 180
"""Bytes of a name that leave room for what comes behind it."""


def naast(naam: str, sha256: str) -> str:
    """Another name beside ``naam``, for a file with this content."""
    pad = PurePath(naam)
    return f"{pad.stem}-{sha256[:8]}{pad.suffix}"


def kort(naam: str, sha256: str) -> str:
    """The name, or the begin of one that leaves no room, told apart by content."""
    if len(naam.encode()) <= HOOGUIT:
        return naam
    return naast(naam[: HOOGUIT // 4], sha256)
