"""Progress: on a terminal only, also during one long step, and of writing too."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from rich.console import Console

from uitslagen import uitslag_van
from wlz_declaratie.cli import uitvoeren
from wlz_declaratie.rapport import formaten
from wlz_declaratie.rapport.weergave import Weergave
from wlz_declaratie.rapport.werkboek import bladen


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Where a terminal would show it, at once."""
    uit = io.StringIO()
    monkeypatch.setattr(uitvoeren, "Scherm", lambda **_: Console(file=uit, force_terminal=True, width=100))
    monkeypatch.setattr(uitvoeren, "GEDULD", 0.0)
    return uit


def test_een_stap_die_lang_duurt_staat_er_vanzelf(terminal: io.StringIO) -> None:
    with uitvoeren.voortgang(stil=False) as stap:
        stap("batch.csv lezen", 0, 0)
        einde = time.monotonic() + 10
        while "batch.csv lezen" not in terminal.getvalue() and time.monotonic() < einde:
            time.sleep(0.01)
        stap("schrijven naar u.xlsx", 20_000, 100_000)
    assert "batch.csv lezen" in terminal.getvalue()
    assert "schrijven naar u.xlsx (20.000/100.000)" in terminal.getvalue()


def test_wat_snel_klaar_is_toont_niets(terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uitvoeren, "GEDULD", 30.0)
    with uitvoeren.voortgang(stil=False) as stap:
        stap("batch.csv lezen", 0, 0)
    assert "lezen" not in terminal.getvalue()


def test_stil_toont_niets(terminal: io.StringIO) -> None:
    with uitvoeren.voortgang(stil=True) as stap:
        stap("batch.csv lezen", 0, 0)
        time.sleep(0.05)
    assert terminal.getvalue() == ""


def test_schrijven_zegt_hoe_ver_het_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bladen, "BLOK", 100)
    stappen: list[tuple[str, int, int]] = []
    with uitslag_van(tmp_path) as uitslag:
        doelen = [tmp_path / "u.json", tmp_path / "u.xlsx"]
        formaten.schrijf(uitslag, doelen, Weergave(), lambda *stap: stappen.append(stap))
        alle = uitslag.bevindingen.height
    assert stappen[:3] == [
        ("schrijven naar u.json", 0, 0), ("schrijven naar u.xlsx", 0, 0), ("schrijven naar u.xlsx", 100, alle),
    ]  # fmt: skip
    assert stappen[-1] == ("schrijven naar u.xlsx", alle, alle)
