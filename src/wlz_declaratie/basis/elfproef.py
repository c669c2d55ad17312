"""The eleven-test on a bsn."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import polars as pl

ELF = 11
Getal = TypeVar("Getal", int, "pl.Expr")


def gewogen(bsn: Getal) -> Getal:
    """9 × the first digit + … + 2 × the eighth − the ninth, of a number of nine digits or of a column of them."""
    som = -(bsn % 10)
    for macht in range(1, 9):
        som += bsn // 10**macht % 10 * (macht + 1)
    return som


def rest(bsn: Getal) -> Getal:
    """What is left of it; 0 where the bsn passes."""
    return gewogen(bsn) % ELF
