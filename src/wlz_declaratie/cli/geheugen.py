"""Whether this process may have the memory that a check takes: a library that is refused it ends without a word."""

from __future__ import annotations

import sys

from wlz_declaratie.basis.fouten import Gebruikersfout

NODIG = 1_400_000_000
"""Bytes of address space. Measured with two processors: at 1.2 GB threads do not start, at 1.5 GB all goes well."""


def eis_geheugen() -> None:
    """Raises Gebruikersfout where the address space is bounded below NODIG."""
    if sys.platform == "win32":
        return
    import resource

    grens, _ = resource.getrlimit(resource.RLIMIT_AS)
    if grens != resource.RLIM_INFINITY and grens < NODIG:
        raise Gebruikersfout(
            f"er is te weinig geheugen: deze omgeving geeft {grens // 10**6} MB, nodig is {NODIG // 10**6} MB. "
            "Verhoog de grens (ulimit -v)."
        )
