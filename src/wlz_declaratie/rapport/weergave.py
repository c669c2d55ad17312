"""What the user asked of the reports, whatever their format."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Weergave:
    """How to report.

    ``toon_bsn``: the whole bsn instead of its end. ``statistiek``: with counts per rule, provider and month.
    ``ingediend``: the batch was sent already, so that what to do is crediting and not editing.
    """

    toon_bsn: bool = False
    statistiek: bool = False
    ingediend: bool = False
