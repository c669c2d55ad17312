"""The optional dossier tables from a folder."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Dossier:
    """Tables by name, and what was noticed while reading the folder."""

    tabellen: dict[str, pl.DataFrame]
    opmerkingen: tuple[str, ...]
