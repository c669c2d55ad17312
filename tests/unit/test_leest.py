"""A rule says which tables of the dossier its findings may rest on; here its cases show which these are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import pytest

from gevallen import gevallen
from grondig import keren
from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.diensten.gevallen import Geval, controleer_geval
from wlz_declaratie.kern.invoer import Invoer
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import KENMERKEN, Regel, alle_regels

DOOR_DE_LIJN = {
    KENMERKEN: ("soort", "sector", "behandeling", "dagbesteding", "doelgroep", "eenheid_prestatie"),
    "indicaties": ("profiel", "profielcode", "overbrugging"),
}
"""Columns of a line that come from a table, or may."""
MEEGELEZEN = dict.fromkeys(
    ("BEH-03", "BEH-06", "BEH-10", "TOE-02", "TOE-04", "TOE-06", "TOE-07", "VLD-02", "VLD-06", "IND-04"),
    "indicaties",
)
"""They share one pass over the lines with rules that look at the profile or at bridging care (BEH-01, BEH-07, TOE-01,
VLD-12); they do not look at it."""
HOOGUIT = keren(1, 5)
"""Cases of each rule that are run, those with findings first."""
GEVALLEN: dict[str, list[Geval]] = defaultdict(list)
for _geval in sorted(gevallen()[0], key=lambda geval: not geval.inhoud["bevindingen"]):
    GEVALLEN[_geval.regel_id].append(_geval)

per_regel = pytest.mark.parametrize(
    "regel", [r for r in alle_regels().values() if r.id in GEVALLEN], ids=lambda r: r.id
)


class _Gezien(dict[str, Any]):
    """A dossier that remembers which tables were asked for."""

    def __init__(self, tabellen: Any, gezien: set[str]) -> None:
        super().__init__(tabellen)
        self._gezien = gezien

    def __getitem__(self, tabel: str) -> Any:
        self._gezien.add(tabel)
        return super().__getitem__(tabel)

    def get(self, tabel: str, anders: Any = None) -> Any:
        self._gezien.add(tabel)
        return super().get(tabel, anders)


@pytest.fixture
def gelezen(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The tables that rules take from the dossier while the test runs."""
    gezien: set[str] = set()
    echt = Invoer.populatie

    def populatie(invoer: Invoer, slank: pl.LazyFrame, lijnen: pl.LazyFrame) -> Populatie:
        pop = echt(invoer, slank, lijnen)
        object.__setattr__(pop, "dossier", _Gezien(pop.dossier, gezien))
        return pop

    monkeypatch.setattr(Invoer, "populatie", populatie)
    return gezien


def _zonder(kolommen: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    echt = Invoer.populatie
    monkeypatch.setattr(Invoer, "populatie", lambda invoer, slank, lijnen: echt(invoer, slank.drop(kolommen), lijnen))


@per_regel
def test_tabellen_uit_het_dossier_zijn_genoemd(regel: Regel, gelezen: set[str]) -> None:
    for geval in GEVALLEN[regel.id][:HOOGUIT]:
        controleer_geval([regel.id], geval.inhoud, geval.standaard)
    ongenoemd = gelezen - regel.steunt_op
    assert not ongenoemd, f"zet leest=({', '.join(map(repr, sorted(ongenoemd)))}, ...) bij @regel {regel.id}"


@per_regel
def test_tabellen_achter_de_lijn_zijn_genoemd(regel: Regel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that crashes without a column looks at it."""
    for tabel, kolommen in DOOR_DE_LIJN.items():
        genoemd = tabel in regel.steunt_op or tabel.partition(".")[0] in regel.steunt_op
        if genoemd or tabel == MEEGELEZEN.get(regel.id):
            continue
        with monkeypatch.context() as even:
            _zonder(kolommen, even)
            for geval in GEVALLEN[regel.id][:HOOGUIT]:
                [status] = controleer_geval([regel.id], geval.inhoud, geval.standaard).regels
                assert status.status != "fout", f"zet leest=({tabel!r}, ...) bij @regel {regel.id} ({status.reden})"


@pytest.mark.parametrize("regel", alle_regels().values(), ids=lambda r: r.id)
def test_wat_een_regel_leest_bestaat(regel: Regel) -> None:
    assert regel.steunt_op <= {*DOSSIER, KENMERKEN}
