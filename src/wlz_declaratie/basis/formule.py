"""Texts in a CSV that a spreadsheet would take for a formula, and run: an apostrophe before them keeps them texts."""

from __future__ import annotations

import polars as pl

_TEKEN = "[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-]"
FORMULE = f"^{_TEKEN}"
"""How a formula begins, for some programs also in full width."""
_BESCHUT = f"^'*{_TEKEN}"
"""A text that gets an apostrophe before it: one that had some already too, so that one can be taken off."""
_BESCHUTTE = f"^'+{_TEKEN}"


def beschut(tekst: pl.Expr) -> pl.Expr:
    """Columns of text as they go into a CSV."""
    return pl.when(tekst.str.contains(_BESCHUT)).then("'" + tekst).otherwise(tekst).name.keep()


def onbeschut(tekst: pl.Expr) -> pl.Expr:
    """Columns of text of such a CSV as they were."""
    return pl.when(tekst.str.contains(_BESCHUTTE)).then(tekst.str.slice(1)).otherwise(tekst).name.keep()
