"""Where the data contracts live: inside an installed package, else beside ``src`` in a checkout."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

_PAKKET = Path(__file__).parent / "schemas"
_CHECKOUT = Path(__file__).parents[2] / "schemas"


def pad(*delen: str) -> Path:
    """A file or folder below ``schemas``."""
    return (_PAKKET if _PAKKET.is_dir() else _CHECKOUT).joinpath(*delen)


def lees_toml(*delen: str) -> dict[str, Any]:
    """A TOML file below ``schemas``."""
    return tomllib.loads(pad(*delen).read_text("utf-8"))
