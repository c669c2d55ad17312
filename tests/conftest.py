"""What all tests have: the depth of the run (see grondig.py)."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import settings

from grondig import GRONDIG
from nachthulp import met_weinig_regels

__all__ = ["met_weinig_regels"]

collect_ignore = ["voorbeeldpakket"]  # tests of its own, run by cli/test_regelpakket.py once it is installed

settings.register_profile("snel", max_examples=6, deadline=None)
settings.register_profile("grondig", max_examples=500, deadline=None)
settings.load_profile("grondig" if GRONDIG else "snel")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without GRONDIG=1 what is marked ``grondig`` is left out, and all but one in so many of ``om_de``."""
    if GRONDIG:
        return
    gezien: Counter[str] = Counter()
    houd, weg = [], []
    for item in items:
        om_de = item.get_closest_marker("om_de")
        test = item.nodeid.partition("[")[0]
        over = om_de is not None and gezien[test] % om_de.args[0] != 0
        if item.get_closest_marker("grondig") or over:
            weg.append(item)
        else:
            houd.append(item)
        gezien[test] += not item.get_closest_marker("grondig")
    items[:] = houd
    config.hook.pytest_deselected(items=weg)
