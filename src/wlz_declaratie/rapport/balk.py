"""A period as a bar of characters, for a timeline on a terminal."""

from __future__ import annotations

from datetime import date

BREEDTE = 30
"""Characters of the timeline."""


def balk(van: date, tot: date, eerste: date, laatste: date, teken: str) -> str:
    """A period as a bar on the line from ``eerste`` to ``laatste``; at least one character."""
    dagen = (laatste - eerste).days + 1
    begin = (van - eerste).days * BREEDTE // dagen
    eind = max(begin + 1, -(-((tot - eerste).days + 1) * BREEDTE // dagen))
    return "·" * begin + teken * (eind - begin) + "·" * (BREEDTE - eind)
