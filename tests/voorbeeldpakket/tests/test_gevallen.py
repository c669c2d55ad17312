"""Elke regel van het pakket tegen zijn gevallen."""

from pathlib import Path

import pytest

from wlz_declaratie import Geval, lees_gevallen


@pytest.mark.parametrize("geval", lees_gevallen(Path(__file__).parent / "gevallen"), ids=str)
def test_geval(geval: Geval) -> None:
    assert geval.verschillen() == []
