"""What is found on a big population, in stretches of its lines: however long these are, the result is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from uitslagen import FOUT
from wlz_declaratie.basis import geheugen
from wlz_declaratie.diensten.uitvoeren import Opdracht, uitvoering
from wlz_declaratie.kern import gevonden
from wlz_declaratie.kern.gevonden import Stukken

REGELS = ("AW", "INL-01", "INL-02", "IND-01", "MUT-01", "MUT-06", "VLD-09", "VLD-16")


@pytest.fixture(scope="module")
def bestanden(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two tables, unreadable the first line of one and the last of the other, and a damaged message without its end."""
    map_ = tmp_path_factory.mktemp("bestanden")
    kop, *lijnen = (FOUT / "batch.csv").read_text().splitlines()
    stuk = "te;kort"
    (map_ / "een.csv").write_text("\n".join((kop, stuk, *lijnen[::2])))
    (map_ / "bericht.asc").write_bytes(b"".join((FOUT / "beschadigd.asc").read_bytes().splitlines(keepends=True)[:-1]))
    (map_ / "twee.csv").write_text("\n".join((kop, *lijnen[1:9:2], stuk, *lijnen[9::2], stuk)))
    return [map_ / naam for naam in ("een.csv", "bericht.asc", "twee.csv")]


def _uitslag(bestanden: list[Path]) -> tuple[pl.DataFrame, Any, Any]:
    with uitvoering(Opdracht(bestanden, FOUT / "dossier", selecteer=REGELS)) as uitslag:
        return uitslag.bevindingen, uitslag.regels, uitslag.samenvatting


@pytest.fixture(scope="module")
def heel(bestanden: list[Path]) -> tuple[pl.DataFrame, Any, Any]:
    return _uitslag(bestanden)


@pytest.mark.parametrize("lijnen", [9, 50])
def test_stukken_maken_niet_uit(
    bestanden: list[Path], heel: tuple[pl.DataFrame, Any, Any], monkeypatch: pytest.MonkeyPatch, lijnen: int
) -> None:
    tabel, *verder = heel
    op_bestand, op_niets = (pl.col(kolom).is_null() for kolom in ("regelnummer", "bestand"))
    assert all(tabel.filter(soort).height for soort in (op_bestand & ~op_niets, op_niets))
    assert tabel.filter(pl.col("rij").is_null(), ~op_bestand).height >= 4
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 150)
    monkeypatch.setattr(gevonden, "LIJNEN", lijnen)
    in_stukken, *ook = _uitslag(bestanden)
    assert_frame_equal(in_stukken, tabel)
    assert ook == verder


def test_van_niets_is_er_een_tabel(tmp_path: Path) -> None:
    geen = Stukken(gevonden.MET_REGEL, 0, tmp_path / "niets")
    assert geen.aantal == 1
    assert geen.stuk(0).collect().equals(pl.DataFrame(schema=gevonden.MET_REGEL))
    assert geen.alles().collect().is_empty()
