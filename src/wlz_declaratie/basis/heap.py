"""How the allocator of Polars keeps what was freed, for the next column of the same size."""

import os

_NAAM = "_RJEM_MALLOC_CONF"
"""Read by jemalloc, where Polars has it (Linux, macOS): https://jemalloc.net/jemalloc.3.html#tuning"""

_BEWAARD = 7_000
"""Milliseconds that what is free is kept: less costs time, more is still held when parts start in other processes."""
_BEWAARD_ERNAAST = 5_000
"""The same of a process beside another: together they would hold all that each holds for itself."""


def stel_af() -> None:
    """Set it, unless whoever runs this did; before Polars is loaded, which reads it once.

    By itself jemalloc gives every column above 8 MiB back to the system at once and has each processor hoard in four
    arenas, of which another cannot take: three of four page faults of a large batch came of that. Measured on two
    processors: one arena for both is as quick as two, and holds less; what is free for some seconds goes back, so that
    a process that waits for others holds little.
    """
    os.environ.setdefault(_NAAM, _waarden(_BEWAARD))


def ernaast() -> dict[str, str]:
    """What a process that starts beside this one has otherwise in its environment; nothing where it was not ours."""
    return {_NAAM: _waarden(_BEWAARD_ERNAAST)} if os.environ.get(_NAAM) == _waarden(_BEWAARD) else {}


def _waarden(bewaard: int) -> str:
    arenas = max(1, (os.cpu_count() or 1) // 2)
    return f"oversize_threshold:0,narenas:{arenas},dirty_decay_ms:{bewaard},muzzy_decay_ms:0"
