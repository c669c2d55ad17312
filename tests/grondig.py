"""Two depths: `make test` proves each thing once and quickly, `make test-grondig` (GRONDIG=1) as deep as it goes.

What only the second runs is marked ``grondig``; of what both run, `keren` says how often. A case that the quick run
leaves out stands beside one that it keeps and that fails by the same fault.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

GRONDIG = os.environ.get("GRONDIG") == "1"
MET_RAY = os.environ.get("MET_RAY") == "1"
"""Whether this is `make test-ray`, which has the extra installed."""


def keren(snel: int, grondig: int) -> int:
    """How often, or how much."""
    return grondig if GRONDIG else snel


def rest(waarden: Iterable[Any], *snel: Any) -> list[Any]:
    """The values as parameters of a test, of which the quick run takes only those in ``snel``."""
    lijst = list(waarden)
    assert all(waarde in lijst for waarde in snel), "a quick case that is none"

    def delen(waarde: Any) -> tuple[Any, ...]:
        return waarde if isinstance(waarde, tuple) else (waarde,)

    return [waarde if waarde in snel else alleen_grondig(*delen(waarde)) for waarde in lijst]


def om_de(stap: int, waarden: Iterable[Any]) -> list[Any]:
    """The values as parameters of a test, of which the quick run takes one in so many."""
    lijst = list(waarden)
    return rest(lijst, *lijst[::stap])


def deel(stap: int, gevallen: Mapping[str, Any]) -> dict[str, Any]:
    """Of cases that a fixture makes together, all; in the quick run one in so many."""
    return dict(list(gevallen.items())[:: keren(stap, 1)])


def alleen_grondig(*waarden: Any, id: str | None = None) -> Any:
    """A case that the quick run leaves out."""
    return pytest.param(*waarden, id=id, marks=pytest.mark.grondig)
