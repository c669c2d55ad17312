"""How much is held at a time."""

MEESTE_LIJNEN = 1_500_000
"""Up to this many stay in memory and are checked at once, about 1 GiB while the rules run. More are kept in the
werkmap and checked part by part."""
