"""Numbers of people and providers: of no one, different for every seed, and passing the tests on them.

A bsn lies in the test range 9999xxxxx, where 9,091 numbers pass the eleven-test: enough for some 45,000
lines. A batch with more people takes all its numbers from 99xxxxxxx below that range or, when even those are
too few, from 9xxxxxxxx below that; over some 40 million lines there are too few of these too, and numbers that may be
someone's are not used. Seeds begin far apart in a range (by the golden ratio), so that a handful of batches that each
need a small part of it share no one; batches that need more do.
"""

from __future__ import annotations

import polars as pl

from wlz_declaratie.basis.elfproef import rest
from wlz_declaratie.basis.fouten import Gebruikersfout

BEREIKEN = (
    (999_900_000, 999_999_999),
    (990_000_000, 999_899_999),
    (900_000_000, 989_999_999),
)
"""First and last number, in the order in which they are tried."""
GULDEN_SNEDE = 40_503
"""The golden ratio's fraction of 2^16: multiples of it spread evenly, however many there are."""
AGB_NUMMERS = 999_999
_DEEL = 1_000_000
"""Numbers that are tried at once; a whole range of them at once would take more memory than the batch."""


def bsns(aantal: int, zaad: int) -> pl.Series:
    """So many different numbers (Int32) that pass the eleven-test; Gebruikersfout when there are too few."""
    for eerste, laatste in BEREIKEN:
        geldig = _elfproef(eerste, laatste)
        if aantal <= len(geldig):
            begin = zaad * GULDEN_SNEDE % (1 << 16) * len(geldig) >> 16
            return pl.concat([geldig[begin:], geldig[:begin]]).head(aantal)
    raise Gebruikersfout(
        "voor zoveel declaratieregels zijn er te weinig nummers van proefpersonen. Vraag minder declaratieregels."
    )


def _elfproef(eerste: int, laatste: int) -> pl.Series:
    """The numbers of a range that pass: the last digit is what the others leave."""
    begin, eind = eerste // 10, laatste // 10 + 1
    slot = rest(pl.col("acht") * 10)
    delen = [
        pl.int_range(van, min(van + _DEEL, eind), dtype=pl.Int32, eager=True)
        .to_frame("acht")
        .lazy()
        .filter(slot < 10)
        .select(bsn=pl.col("acht") * 10 + slot)
        .collect()["bsn"]
        for van in range(begin, eind, _DEEL)
    ]
    return pl.concat(delen)


def onjuist(bsn: pl.Expr) -> pl.Expr:
    """A bsn with another last digit, so that it fails the eleven-test."""
    return pl.concat_str(bsn.str.slice(0, 8), (bsn.str.slice(8).cast(pl.Int64) + 1) % 10)


def agb(begin: str, zaad: int) -> str:
    """An AGB code: two digits for the kind of provider and six that follow from the seed, never all zero."""
    return f"{begin}{zaad % AGB_NUMMERS + 1:06d}"
