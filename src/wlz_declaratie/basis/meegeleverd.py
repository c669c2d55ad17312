"""Where the shipped data files are: record layouts, code tables, parameters."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def pad(*delen: str) -> Path:
    """Path below the folder `schemas`, inside the installed package or at the root of the checkout."""
    in_pakket = Path(__file__).parents[1] / "schemas"
    wortel = in_pakket if in_pakket.is_dir() else Path(__file__).parents[3] / "schemas"
    return wortel.joinpath(*delen)


def lees_toml(*delen: str) -> dict[str, Any]:
    """The TOML file at `pad(*delen)`."""
    return tomllib.loads(pad(*delen).read_text(encoding="utf-8"))
