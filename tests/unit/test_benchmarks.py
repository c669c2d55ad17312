"""What the benchmarks rest on: SQL that still says what the rules say, and batches that are what they claim."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from grondig import rest
from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.inlezen.dossier import lees_dossier
from wlz_declaratie.voorbeeld.batch import Spel
from wlz_declaratie.voorbeeld.scenario import scenarios
from wlz_declaratie.voorbeeld.schrijven import schrijf
from wlz_declaratie.voorbeeld.verdeling import verdeel_alles


@pytest.fixture(scope="module")
def bank() -> Iterator[SimpleNamespace]:
    """The modules of the benchmarks, which are scripts beside each other."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
    import naast_duckdb
    import profiel
    import regels_in_sql
    import verbouwen

    yield SimpleNamespace(duckdb=naast_duckdb, profiel=profiel, sql=regels_in_sql, verbouwen=verbouwen)
    sys.path.pop(0)


@pytest.fixture(scope="module")
def voorbeeld(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every scenario once."""
    map_ = tmp_path_factory.mktemp("voorbeeld")
    schrijf(Spel(verdeel_alles(scenarios(), 600, 2), 2), map_, ["batch.parquet"])
    return map_


def test_het_profiel_meet_wat_er_is(bank: SimpleNamespace) -> None:
    assert [functie for module, functie, _ in bank.profiel.STAPPEN if not hasattr(module, functie)] == []


@pytest.mark.parametrize("druk", rest([True, False], True))
def test_duckdb_geeft_dezelfde_bevindingen(bank: SimpleNamespace, voorbeeld: Path, druk: bool, tmp_path: Path) -> None:
    batch = voorbeeld / "batch.parquet"
    if druk:
        bank.verbouwen.een_bsn(batch, tmp_path / "batch.parquet")
        batch = tmp_path / "batch.parquet"
    uit = bank.duckdb.vergelijk(batch, voorbeeld, tmp_path, 1)
    assert [regel_id for regel_id, waarden in uit.items() if waarden["bevindingen"]] == list(bank.sql.REGELS)


@pytest.mark.parametrize(("wat", "aantal"), [("een_bsn", 30), ("een_client", 10_000)])
def test_een_bsn_met_veel_regels(bank: SimpleNamespace, voorbeeld: Path, wat: str, aantal: int, tmp_path: Path) -> None:
    """In 20,000 lines, every one as it was but for the bsn."""
    regels = pl.read_parquet(voorbeeld / "batch.parquet")
    if wat == "een_client":
        regels = pl.concat([regels] * 34).head(20_000)
    regels.write_parquet(tmp_path / "batch.parquet")
    getattr(bank.verbouwen, wat)(tmp_path / "batch.parquet", tmp_path / "druk.parquet")
    druk = pl.read_parquet(tmp_path / "druk.parquet")
    assert druk.drop("bsn").equals(regels.drop("bsn"))
    anders = druk.filter(druk["bsn"] != regels["bsn"])["bsn"]
    assert set(anders) == {bank.verbouwen.EEN_BSN}
    assert abs(len(anders) - aantal) <= aantal / 3


def test_een_dossier_van_veel_anderen(bank: SimpleNamespace, voorbeeld: Path, tmp_path: Path) -> None:
    voor = lees_dossier(voorbeeld / "dossier").tabellen
    bank.verbouwen.dossier(voorbeeld / "dossier", tmp_path, 5_000)
    na = lees_dossier(tmp_path).tabellen
    assert sum(tabel.height for tabel in na.values()) == 5_000
    for naam, tabel in voor.items():
        assert na[naam].head(tabel.height).select(*DOSSIER[naam]).equals(tabel.select(*DOSSIER[naam])), naam
    bekend, allen = voor["clienten"]["bsn"], na["clienten"]["bsn"]
    assert allen.n_unique() == len(allen) > 5 * len(bekend)
