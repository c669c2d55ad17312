"""What all tests have: the depth of the run (see grondig.py)."""

from __future__ import annotations

import gc
from collections import Counter

import pytest
from hypothesis import settings

from grondig import GRONDIG, MET_RAY
from nachthulp import met_weinig_regels, vlotte_nacht

__all__ = ["met_weinig_regels", "vlotte_nacht"]

gc.disable()  # until all tests are collected: a syntax tree of each module, and none of it goes

collect_ignore = ["voorbeeldpakket"]  # tests of its own, run by cli/test_regelpakket.py once it is installed

settings.register_profile("snel", max_examples=6, deadline=None)
settings.register_profile("grondig", max_examples=500, deadline=None)
settings.load_profile("grondig" if GRONDIG else "snel")


def pytest_collection_finish() -> None:
    """What the tests themselves leave is collected; the tests stay, so they need not be looked at again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without GRONDIG=1 what is marked ``grondig`` is left out, and all but one in so many of ``om_de``.

    What is marked ``ray`` runs with MET_RAY=1, by itself.
    """
    _laat_weg(config, items, [item for item in items if (item.get_closest_marker("ray") is not None) != MET_RAY])
    if GRONDIG:
        return
    gezien: Counter[str] = Counter()
    weg = []
    for item in items:
        om_de = item.get_closest_marker("om_de")
        test = item.nodeid.partition("[")[0]
        over = om_de is not None and gezien[test] % om_de.args[0] != 0
        if item.get_closest_marker("grondig") or over:
            weg.append(item)
        gezien[test] += not item.get_closest_marker("grondig")
    _laat_weg(config, items, weg)


def _laat_weg(config: pytest.Config, items: list[pytest.Item], weg: list[pytest.Item]) -> None:
    niet = set(weg)
    items[:] = [item for item in items if item not in niet]
    config.hook.pytest_deselected(items=weg)
