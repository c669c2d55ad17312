"""What the user asked of the reports, whatever their format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _niets(aantal: int) -> None:
    pass


@dataclass(frozen=True)
class Weergave:
    """How to report.

    ``toon_bsn``: the whole bsn instead of its end. ``statistiek``: with counts per rule, provider and month.
    ``ingediend``: the batch was sent already, so that what to do is crediting and not editing. A writer that takes its
    time tells ``gedaan`` how many findings it has written.
    """

    toon_bsn: bool = False
    statistiek: bool = False
    ingediend: bool = False
    gedaan: Callable[[int], None] = _niets
