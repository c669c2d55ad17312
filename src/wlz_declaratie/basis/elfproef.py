"""The eleven-test on a bsn."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import polars as pl

ELF = 11
Getal = TypeVar("Getal", int, "pl.Expr")


def rest(bsn: Getal) -> Getal:
    """9 × the first digit + … + 2 × the eighth − the ninth, modulo 11; 0 where the bsn passes.

    Of a number of nine digits or of a column of them.
    """
    som = -(bsn % 10)
    for macht in range(1, 9):
        som += bsn // 10**macht % 10 * (macht + 1)
    return som % ELF
