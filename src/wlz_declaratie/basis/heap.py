"""How the allocator of Polars keeps what was freed, for the next column of the same size."""

import os

_NAAM = "_RJEM_MALLOC_CONF"
"""Read by jemalloc, where Polars has it (Linux, macOS): https://jemalloc.net/jemalloc.3.html#tuning"""


def stel_af() -> None:
    """Set it, unless whoever runs this did; before Polars is loaded, which reads it once.

    By itself jemalloc gives every column above 8 MiB back to the system at once and has each processor hoard in four
    arenas, of which another cannot take: three of four page faults of a large batch came of that. Measured on two
    processors: one arena for both is as quick as two, and holds less; what is free for ten seconds goes back, so that a
    process that waits for others holds little.
    """
    arenas = max(1, (os.cpu_count() or 1) // 2)
    os.environ.setdefault(_NAAM, f"oversize_threshold:0,narenas:{arenas},dirty_decay_ms:10000,muzzy_decay_ms:0")
