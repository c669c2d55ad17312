"""A table of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Rij = TypeVar("Rij")


@dataclass(frozen=True)
class Kop:
    """A column of a table: its heading, the class of its cells, and the name of the list that picks by it.

    Classes: g (number), n (no wrap), m (long text), d (days; its list picks a month), r (only where rows of several
    controleregels stand together).
    """

    naam: str
    klasse: str = ""
    kies: str = ""


@dataclass(frozen=True)
class Tabel(Generic[Rij]):
    """``anker`` is the name by which the page refers to it; rows of texts have one for each heading."""

    naam: str
    anker: str
    koppen: Sequence[Kop]
    rijen: Sequence[Rij]


Teksttabel = Tabel[tuple[str, ...]]


def deel(deel: int, geheel: int) -> str:
    """A part as a percentage, or a dash when there is no whole."""
    return f"{deel / geheel:.1%}".replace(".", ",") if geheel > 0 else "–"
