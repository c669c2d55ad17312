"""A batch too big to hold is cut by client while it is read: the same lines, remarks and findings, once each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from uitslagen import FOUT
from wlz_declaratie.basis import geheugen
from wlz_declaratie.diensten import uitvoeren
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.uitvoeren import Opdracht, uitvoering
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.aw319 import bestand as aw319_bestand
from wlz_declaratie.inlezen.aw319 import lezen as aw319_lezen
from wlz_declaratie.inlezen.basis import PLEK, Batchbestand
from wlz_declaratie.inlezen.omvang import geschat
from wlz_declaratie.kern import delen as delen_module

DELEN = 3
Gevonden = tuple[pl.DataFrame, Any, Any]
"""Findings, how the rules went, and the summary."""
REGELS = ("INL-01", "INL-02", "IND-01", "MUT-01", "MUT-06", "VLD-09", "VLD-10", "VLD-16", "VRB-01")
"""Of a line, of a client and of the batch; that all find the same in parts is tested elsewhere."""


def _als_parquet(map_: Path) -> Path:
    """The batch with mistakes as Parquet, with a field that cannot be read and one that a spreadsheet changed."""
    frame = pl.read_csv(FOUT / "batch.csv", separator=";", infer_schema=False)
    rij = pl.int_range(pl.len())
    kapot = pl.when(rij == 1).then(pl.lit("veel")).otherwise("aantal").alias("aantal")
    kort = pl.when(rij == 2).then(pl.col("uitvoerder").str.tail(7)).otherwise("uitvoerder").alias("uitvoerder")
    frame.with_columns(kapot, kort).write_parquet(map_ / "batch.parquet")
    return map_ / "batch.parquet"


def _gelezen(pad: Path, map_: Path, delen: int) -> Batchbestand:
    werkmap = map_ / f"{pad.suffix[1:]}-{delen}"
    werkmap.mkdir()
    return lees_batch(pad, werkmap, delen=delen)


@pytest.mark.parametrize("soort", ["csv", "parquet", "asc"])
def test_een_batch_in_delen_is_dezelfde_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, soort: str) -> None:
    pad = _als_parquet(tmp_path) if soort == "parquet" else FOUT / f"batch.{soort}"
    heel = _gelezen(pad, tmp_path, 1)
    monkeypatch.setattr(aw319_bestand, "BLOK", 31_200)
    monkeypatch.setattr(aw319_lezen, "SAMEN", 100)
    gesneden = _gelezen(pad, tmp_path, DELEN)
    assert heel.verdeeld is None
    assert gesneden.verdeeld is not None
    assert gesneden.aantal == heel.aantal
    assert_frame_equal(gesneden.regels.collect().sort("regelnummer"), heel.regels.collect())
    assert_frame_equal(gesneden.meldingen, heel.meldingen)
    assert (gesneden.opmerkingen, gesneden.sha256) == (heel.opmerkingen, heel.sha256)

    delen = [gesneden.verdeeld.deel(nummer).collect() for nummer in range(DELEN)]
    assert all(deel.height for deel in delen)
    samen = pl.concat(delen).sort(PLEK)
    assert samen[PLEK].to_list() == list(range(heel.aantal))
    assert samen["regelnummer"].is_sorted()
    waar = pl.concat([deel.select("bsn", deel=pl.lit(nummer)) for nummer, deel in enumerate(delen)])
    assert waar.unique().group_by("bsn").len()["len"].max() == 1


def _uitslag(opdracht: Opdracht) -> Gevonden:
    with uitvoering(opdracht) as uitslag:
        return _gevonden(uitslag)


def _gevonden(uitslag: Uitslag) -> Gevonden:
    statussen = [(s.regel.id, s.status, s.reden, s.afkeur, s.signaal) for s in uitslag.regels]
    return uitslag.bevindingen, statussen, uitslag.samenvatting


@pytest.fixture(scope="module")
def opdracht(tmp_path_factory: pytest.TempPathFactory) -> Opdracht:
    """Two files and a history: a third each of the batch with mistakes, so that clients lie in all three."""
    map_ = tmp_path_factory.mktemp("drieen")
    frame = pl.read_csv(FOUT / "batch.csv", separator=";", infer_schema=False)
    frame.gather_every(3).write_csv(map_ / "een.csv", separator=";")
    frame.gather_every(3, 1).write_parquet(map_ / "twee.parquet")
    frame.gather_every(3, 2).write_csv(map_ / "historie.csv", separator=";")
    bestanden = [map_ / "een.csv", map_ / "twee.parquet"]
    return Opdracht(bestanden, FOUT / "dossier", historie=map_ / "historie.csv", selecteer=REGELS)


@pytest.fixture(scope="module")
def ongedeeld(opdracht: Opdracht) -> Gevonden:
    return _uitslag(opdracht)


@pytest.mark.parametrize("geschat_op", [None, 1])
def test_delen_bij_het_lezen_maken_niet_uit(
    opdracht: Opdracht, ongedeeld: Gevonden, monkeypatch: pytest.MonkeyPatch, geschat_op: int | None
) -> None:
    """Also where the guess was too low, and what was read has to be cut after all."""
    opnieuw: list[Path] = []
    verdeeld = delen_module.Verdeeld

    def snijd(map_: Path, delen: int) -> Any:
        opnieuw.extend([map_] if "delen" in map_.parts else [])
        return verdeeld(map_, delen)

    monkeypatch.setattr(delen_module, "Verdeeld", snijd)
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 150)
    if geschat_op is not None:
        monkeypatch.setattr(uitvoeren, "geschat", lambda bron: geschat_op)
    tabel, statussen, samenvatting = _uitslag(opdracht)
    assert_frame_equal(tabel, ongedeeld[0])
    assert statussen == ongedeeld[1]
    assert samenvatting == ongedeeld[2]
    assert bool(opnieuw) == (geschat_op is not None)


def test_wat_er_ongeveer_in_een_bestand_staat(tmp_path: Path) -> None:
    lijnen = pl.read_csv(FOUT / "batch.csv", separator=";", infer_schema=False).height
    assert geschat(_als_parquet(tmp_path)) == lijnen
    assert lijnen * 0.9 < geschat(FOUT / "batch.csv") < lijnen * 1.1
    # Of a message also the records that are no line of it count.
    assert lijnen < geschat(FOUT / "batch.asc") < lijnen * 3
    assert geschat(pl.DataFrame({"bsn": ["1", "2"]})) == 2
    (tmp_path / "leeg.csv").touch()
    (tmp_path / "geen.parquet").write_bytes(b"PAR1")
    for naam in ("leeg.csv", "geen.parquet", "is-er-niet.csv", "blad.xlsx"):
        assert geschat(tmp_path / naam) == 0
