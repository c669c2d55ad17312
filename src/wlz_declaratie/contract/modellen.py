"""Pandera models of every table in the contract.

Importing this module loads Pandera: import it where a frame is validated, not at start-up. On a LazyFrame
Pandera looks at names and types only, which is what a big batch can afford; the domains are for collected
frames. There are column checks only: a check on the frame would copy whole rows, bsn included, into its
failures.
"""

from __future__ import annotations

import sys
from functools import cache

if "hypothesis" not in sys.modules:
    # Where it is installed, Pandera takes hypothesis along to make data up, which we never ask: 0.2 s of start-up.
    sys.modules["hypothesis"] = None  # type: ignore[assignment]
    try:
        import pandera.strategies.base_strategies  # noqa: F401
    finally:
        del sys.modules["hypothesis"]
import pandera.polars as pa

from wlz_declaratie.contract.kolommen import Kolom
from wlz_declaratie.contract.tabellen import TABELLEN


@cache
def model(tabel: str) -> pa.DataFrameSchema:
    """The model of a table.

    A column that is needed must be there and is never empty. A frame of declaration lines has every column, in order,
    also those that the file lacked, and any field of it may be empty, for the rules say what that means.
    """
    volledig = tabel == "declaraties"
    return pa.DataFrameSchema(
        {
            naam: pa.Column(
                kolom.type,
                _toetsen(kolom),
                nullable=volledig or not kolom.nodig,
                required=volledig or kolom.nodig,
                description=kolom.betekenis,
            )
            for naam, kolom in TABELLEN[tabel].kolommen.items()
        },
        name=tabel,
        description=TABELLEN[tabel].betekenis,
        strict=True,
        ordered=volledig,
    )


def _toetsen(kolom: Kolom) -> list[pa.Check]:
    """The check on a column, if any; its `error` is the wording for the user."""
    fout = kolom.verwacht
    if kolom.cijfers:
        return [pa.Check.str_matches(f"^[0-9]{{{kolom.cijfers}}}$", error=fout)]
    if kolom.tekens:
        return [pa.Check.str_length(1, kolom.tekens, error=fout)]
    if kolom.patroon:
        return [pa.Check.str_matches(kolom.patroon, error=fout)]
    if kolom.waarden:
        return [pa.Check.isin(kolom.waarden, error=fout)]
    if kolom.hoogstens is not None:
        return [pa.Check.in_range(kolom.minstens, kolom.hoogstens, error=fout)]
    return [] if kolom.minstens is None else [pa.Check.ge(kolom.minstens, error=fout)]
