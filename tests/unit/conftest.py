from __future__ import annotations

from pathlib import Path

import pytest

from tabulair import Lezer


@pytest.fixture
def lezer(tmp_path: Path) -> Lezer:
    return Lezer(tmp_path)
