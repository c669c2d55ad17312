"""How a workbook, a page and a Parquet file carry the result to whoever reads it back, beside what they show of it.

A workbook has a sheet that stays hidden, a page an element that no browser shows, each with the result as JSON, packed;
a Parquet file has all but the findings in its metadata. A CSV has no place for any of it.
"""

from __future__ import annotations

import base64
import zlib

MEESTE_BYTES = 128 << 20
"""A bigger result is not read, for it is held meanwhile; it has some 300,000 findings. Nor is it carried."""
NAAM = "declaratie-uitslag"
"""Of the sheet, of the element, and of the key in the metadata."""
MEESTE_KOP = 6 << 20
"""Bytes that the metadata of a Parquet file may take; its reader takes 8 MB with all else."""

_CEL = 32_000
"""Characters of a cell; Excel allows 32,767."""


def pak_in(inhoud: bytes) -> list[str]:
    """The result as texts of which each fits a cell; none when it is too big to be read back."""
    if len(inhoud) > MEESTE_BYTES:
        return []
    tekst = base64.b64encode(zlib.compress(inhoud)).decode()
    return [tekst[begin : begin + _CEL] for begin in range(0, len(tekst), _CEL)]
