"""Files whole or not at all, whatever the disk does."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import polars as pl
import pytest

from wlz_declaratie.rapport.schrijven import Uitvoerfout, controleer_doel, vervangend


def schrijf_half(doel: Path, fout: BaseException) -> None:
    with vervangend(doel) as tijdelijk:
        tijdelijk.write_text("half")
        raise fout


def test_volle_schijf_laat_staan_wat_er_stond(tmp_path: Path) -> None:
    doel = tmp_path / "u.json"
    doel.write_text("oud")
    vol = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(Uitvoerfout, match="de schijf is vol"):
        schrijf_half(doel, vol)
    assert doel.read_text() == "oud"
    assert list(tmp_path.iterdir()) == [doel]


def test_volle_schijf_volgens_polars(tmp_path: Path) -> None:
    vol = pl.exceptions.ComputeError(f"parquet: underlying IO error: x (os error {errno.ENOSPC})")
    with pytest.raises(Uitvoerfout, match="de schijf is vol"):
        schrijf_half(tmp_path / "u.parquet", vol)
    assert list(tmp_path.iterdir()) == []


def test_een_fout_van_onszelf_blijft_die_fout(tmp_path: Path) -> None:
    for fout in (pl.exceptions.ComputeError("iets anders"), KeyboardInterrupt()):
        with pytest.raises(type(fout)):
            schrijf_half(tmp_path / "u.parquet", fout)
    assert list(tmp_path.iterdir()) == []


def test_map_die_weigert_wordt_vooraf_gezien(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def weiger(*args: object, **kwargs: object) -> tuple[int, str]:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("wlz_declaratie.werkmap.tempfile.mkstemp", weiger)
    with pytest.raises(Uitvoerfout, match="je mag hier niet schrijven"):
        controleer_doel(tmp_path / "u.json")


def test_lange_naam(tmp_path: Path) -> None:
    with pytest.raises(Uitvoerfout, match="naam is te lang"), vervangend(tmp_path / f"{'u' * 300}.json") as tijdelijk:
        tijdelijk.write_text("x")
    assert list(tmp_path.iterdir()) == []
