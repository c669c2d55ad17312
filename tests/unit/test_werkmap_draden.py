"""A run that ends at once removes all it holds, also what a thread of it is making just then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wlz_declaratie.basis import signalen, werkmap


@pytest.fixture(autouse=True)
def _weer_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(werkmap, "_dicht", False)
    monkeypatch.setattr(werkmap, "_in_gebruik", set())


def test_wat_een_draad_nog_schrijft_gaat_ook_weg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread makes its lock just when the folder is being removed, so that the folder stays."""
    echt, keren = werkmap.shutil.rmtree, []

    def rmtree(pad: Path, **hoe: Any) -> None:
        keren.append(pad)
        echt(pad, **hoe)
        if len(keren) == 1:
            pad.mkdir()
            (pad / werkmap.SLOT).touch()

    monkeypatch.setattr(werkmap.shutil, "rmtree", rmtree)
    map_ = tmp_path / "declaratie-abcdefgh"
    map_.mkdir()
    werkmap._in_gebruik.add(map_)
    werkmap.ruim_alles(voorgoed=True)
    assert not map_.exists()
    assert len(keren) == 2


def test_daarna_maakt_geen_draad_meer_iets(tmp_path: Path) -> None:
    werkmap.ruim_alles(voorgoed=True)
    with pytest.raises(OSError, match="gestopt"), werkmap.werkmap(tmp_path):
        pass
    with pytest.raises(OSError, match="gestopt"), werkmap.half_bestand(tmp_path / "u.json"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_een_signaal_wacht_op_elk_open_blok(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that ends must not let through a signal while another, of another thread, is open."""
    gevraagd: list[int] = []
    monkeypatch.setattr(signalen.signal, "raise_signal", gevraagd.append)
    een, ander = signalen.uitgesteld(), signalen.uitgesteld()
    een.__enter__()
    ander.__enter__()
    een.__exit__()
    signalen._stop(15, None)
    assert gevraagd == []
    ander.__exit__()
    assert gevraagd == [15]
