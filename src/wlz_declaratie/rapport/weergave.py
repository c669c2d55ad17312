"""What the user asked of the reports, whatever their format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _niets(aantal: int) -> None:
    pass


@dataclass(frozen=True)
class Weergave:
    """``toon_bsn``: the whole bsn instead of its end. ``statistiek``: with counts per rule, provider and month.

    A writer that takes its time tells ``gedaan`` how many findings it has written.
    """

    toon_bsn: bool = False
    statistiek: bool = False
    gedaan: Callable[[int], None] = _niets
