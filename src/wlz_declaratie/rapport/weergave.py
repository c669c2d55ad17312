"""What the user asked of the reports, whatever their format."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Weergave:
    """``toon_bsn``: the whole bsn instead of its end. ``statistiek``: with counts per rule, provider and month."""

    toon_bsn: bool = False
    statistiek: bool = False
