"""Every rule against its case file: exactly the findings that the case names, no more and no less."""

from __future__ import annotations

import pytest

from gevallen import gevallen
from wlz_declaratie import Geval

GEVALLEN, _ = gevallen()


@pytest.mark.parametrize("geval", GEVALLEN, ids=str)
def test_geval(geval: Geval) -> None:
    assert geval.verschillen() == []
