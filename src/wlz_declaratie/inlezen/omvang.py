"""How many lines a batch has, about, before it is read: into how many parts it is to be cut."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.parquet.grenzen import regels_volgens_voet

_BEGIN = 1 << 16
_KORTSTE = 40
"""Bytes of a line of text: shorter ones are no lines of a batch, and a guess by them would be no use."""


def geschat(bron: Path | pl.DataFrame) -> int:
    """About how many lines; 0 for what is small by its kind (XLSX) or cannot be read, which its reader will tell."""
    if isinstance(bron, pl.DataFrame):
        return bron.height
    soort = bron.suffix.lower()
    if soort == ".xlsx" or not bron.is_file():  # to open a pipe is to wait for it
        return 0
    try:
        if soort == ".parquet":
            return regels_volgens_voet(bron)
        with bron.open("rb") as bestand:
            begin = bestand.read(_BEGIN)
        lengte = max(_KORTSTE, len(begin) // max(1, begin.count(b"\n")))
        return bron.stat().st_size // lengte if begin.count(b"\n") else 0
    except (Invoerfout, OSError, ValueError):
        return 0
