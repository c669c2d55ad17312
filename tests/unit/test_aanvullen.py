"""What Tab fills in."""

from __future__ import annotations

import pytest

from wlz_declaratie.cli import aanvullen
from wlz_declaratie.kern.regel import alle_regels


@pytest.mark.parametrize(
    ("begin", "eerste"),
    [
        ("", ["AFS", "AFS-01"]), ("MUT", ["MUT", "MUT-01"]), ("mut-0", ["mut-01", "mut-02"]),
        ("MUT,OVB-0", ["MUT,OVB-01", "MUT,OVB-02"]), ("MUT-01,", ["MUT-01,AFS", "MUT-01,AFS-01"]), ("X", []),
    ],
)  # fmt: skip
def test_regels_en_families(begin: str, eerste: list[str]) -> None:
    assert [woord for woord, _ in aanvullen.regels(begin)][:2] == eerste


def test_elke_regel_en_familie_een_keer() -> None:
    woorden = [woord for woord, _ in aanvullen.regels("")]
    assert len(woorden) == len(set(woorden))
    assert set(woorden) == {*alle_regels(), *(regel.familie for regel in alle_regels().values())}


def test_uitleg_kent_regels_en_retourcodes_en_geen_families() -> None:
    assert aanvullen.regel_of_retourcode("MUT-01") == [("MUT-01", alle_regels()["MUT-01"].titel)]
    codes = dict(aanvullen.regel_of_retourcode("058"))
    assert "0584" in codes
    assert all(woord.startswith("058") and wat for woord, wat in codes.items())
    assert "MUT" not in dict(aanvullen.regel_of_retourcode("M"))
