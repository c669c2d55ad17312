"""The whole catalogue over random batches and dossiers: no rule crashes, and nothing hangs on how it was run.

In what order lines and rows stand, into how many parts a batch is cut and whether rules run side by side: the findings
are the same. Which line a message names beside its own may follow the order of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gelijken import met_gelijken
from grondig import keren, rest
from toeval import BEREIKEN, Wereld, dossier_geschud, gebreken, geschud, gevonden, helften, maak, toets
from wlz_declaratie.basis import geheugen
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.kern import draaien
from wlz_declaratie.kern.in_delen import Verdeling

ZADEN = range(keren(1, 60))


def statussen(uitslag: Uitslag) -> dict[str, tuple[str, frozenset[str]]]:
    """How each rule went; reasons in any order."""
    return {s.regel.id: (s.status, frozenset((s.reden or "").split("; "))) for s in uitslag.regels}


@pytest.mark.parametrize("zaad", range(1000, 1000 + keren(2, 300)))
def test_geen_regel_loopt_vast_of_zegt_onzin(zaad: int, tmp_path: Path) -> None:
    wereld = maak(zaad, uniek=zaad % 2 == 0)
    assert gebreken(toets(wereld, tmp_path), wereld) == []


@pytest.mark.grondig
@pytest.mark.parametrize("zaad", ZADEN)
def test_volgorde_van_regels(zaad: int, tmp_path: Path) -> None:
    wereld, anders = (w := maak(zaad)), geschud(w, zaad)
    een, twee = toets(wereld, tmp_path), toets(anders, tmp_path)
    assert gevonden(een, wereld, met_tekst=False) == gevonden(twee, anders, met_tekst=False)
    assert statussen(een) == statussen(twee)


@pytest.mark.parametrize("zaad", ZADEN)
def test_volgorde_van_het_dossier(zaad: int, tmp_path: Path) -> None:
    wereld, anders = (w := maak(zaad, uniek=False)), dossier_geschud(w, zaad)
    een, twee = toets(wereld, tmp_path), toets(anders, tmp_path)
    assert gevonden(een, wereld) == gevonden(twee, anders)
    assert statussen(een) == statussen(twee)


@pytest.mark.grondig
@pytest.mark.parametrize("zaad", ZADEN)
def test_splitsen_per_client(zaad: int, tmp_path: Path) -> None:
    wereld = maak(zaad)
    ids = [id_ for id_, bereik in BEREIKEN.items() if bereik != "batch"]
    # What its files carry decides what a rule can do: each half must have a line of each file.
    halve = [
        half for half in helften(wereld, zaad) if {r["_bestand"] for r in half.lijnen} == {*range(len(half.soorten))}
    ]
    if len(halve) == 2:
        los = set[object]().union(*(gevonden(toets(half, tmp_path, ids), half) for half in halve))
        assert los == gevonden(toets(wereld, tmp_path, ids), wereld)


def _in_delen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 60)


def _een_voor_een(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draaien, "WEINIG", -1)


@pytest.mark.grondig
@pytest.mark.parametrize("anders", [_in_delen, _een_voor_een])
@pytest.mark.parametrize("zaad", ZADEN)
def test_hoe_er_gedraaid_wordt(
    zaad: int, anders: Callable[[pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wereld: Wereld = maak(zaad, uniek=False)
    samen = toets(wereld, tmp_path)
    anders(monkeypatch)
    map_ = tmp_path / "delen"
    map_.mkdir()
    los = toets(wereld, map_)
    assert gevonden(los, wereld) == gevonden(samen, wereld)
    assert statussen(los) == statussen(samen)


@pytest.mark.parametrize("delen", rest((1, 3, 8, 64), 3))
@pytest.mark.parametrize("zaad", ZADEN)
def test_in_hoeveel_delen_maakt_bij_gelijke_regels_niet_uit(zaad: int, delen: int, tmp_path: Path) -> None:
    wereld = met_gelijken(maak(zaad, clienten=keren(10, 25), uniek=False), zaad)
    samen = toets(wereld, tmp_path)
    (map_ := tmp_path / "delen").mkdir()
    los = toets(wereld, map_, verdeling=Verdeling(delen))
    assert los.bevindingen.equals(samen.bevindingen)
    assert [(s.regel.id, s.status, s.reden) for s in los.regels] == [
        (s.regel.id, s.status, s.reden) for s in samen.regels
    ]
