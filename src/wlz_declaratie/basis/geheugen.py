"""How much is held at a time."""

import polars as pl

MEESTE_LIJNEN = 1_500_000
"""Up to this many stay in memory and are checked at once, about 1 GiB while the rules run. More are kept in the
werkmap and checked part by part."""

VERGIST = 1.1
"""A guess beforehand may be that much short of the lines that there are."""

SAMEN = 2
"""How many parts are checked side by side."""


def delen(lijnen: int) -> int:
    """In how many parts so many lines are checked: one, or a number that leaves none to be checked alone at the end."""
    return 1 if lijnen <= MEESTE_LIJNEN else SAMEN * -(-lijnen // (SAMEN * MEESTE_LIJNEN))


def motor(omvang: int) -> pl.Config:
    """The engine of Polars for a frame of so many lines.

    In memory is faster and, up to MEESTE_LIJNEN lines, no larger; above that, streaming keeps the memory within bounds.
    """
    return pl.Config(set_engine_affinity="in-memory" if omvang <= MEESTE_LIJNEN else "streaming")
