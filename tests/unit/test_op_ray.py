"""What goes before and around Ray, where it is not needed: its errors, what a task carries, and its work folder."""

from __future__ import annotations

import os
import pickle
import socket
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from proces import assert_nette_fout, draai, schrijf
from wlz_declaratie.diensten import op_ray, uitvoeren
from wlz_declaratie.diensten.op_ray import OpRay, doe_taak
from wlz_declaratie.diensten.uitvoeren import Opdracht, uitvoering
from wlz_declaratie.kern.delen import Deel
from wlz_declaratie.kern.in_delen import Deeltaak, Verdeling, naast_elkaar
from wlz_declaratie.kern.uitkomst import Ruw

BSN = "999900006"
REGEL = f"A1;{BSN};2026-03-01;2026-03-10;Z041;10;06290101;100,00;1000,00;1000,00"


def _controleer(map_: Path, *woorden: str | Path) -> Any:
    return draai("controleer", schrijf(map_, REGEL), *woorden)


def test_zonder_het_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert_nette_fout(_controleer(tmp_path, "--ray", "lokaal"), "pip install 'wlz-declaratie[ray]'")


@pytest.mark.parametrize("adres", ["onzin", "ray://hoofd:10001", "hoofd:", ":6379", "hoofd:poort"])
def test_geen_adres(adres: str, tmp_path: Path) -> None:
    assert_nette_fout(_controleer(tmp_path, "--ray", adres), adres, "HOST:POORT")


@pytest.mark.parametrize("poort", [None, 99999])
def test_een_cluster_dat_er_niet_is(poort: int | None, tmp_path: Path) -> None:
    with socket.socket() as dicht:
        dicht.bind(("127.0.0.1", 0))  # nobody listens there
        adres = f"127.0.0.1:{poort or dicht.getsockname()[1]}"
        assert_nette_fout(_controleer(tmp_path, "--ray", adres), adres, "ray status")


@pytest.mark.parametrize("optie", [("--ray-map", "."), ("--ray-delen", "3")])
def test_opties_zonder_ray(optie: tuple[str, str], tmp_path: Path) -> None:
    assert_nette_fout(_controleer(tmp_path, *optie), "horen bij --ray")


def test_een_map_die_er_niet_is(tmp_path: Path) -> None:
    assert_nette_fout(_controleer(tmp_path, "--ray", "lokaal", "--ray-map", tmp_path / "weg"), "--ray-map", "weg")


def test_de_delen_liggen_dicht_in_de_gedeelde_map_en_gaan_weg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what a worker is given is no line and nobody, only where these lie."""
    (gedeeld := tmp_path / "gedeeld").mkdir()
    gezien: list[Deeltaak] = []

    def kijk(doe: Callable[[Deeltaak], list[Ruw]], taken: Sequence[Deeltaak]) -> Iterator[tuple[int, list[Ruw]]]:
        for taak in taken:
            gezien.append(taak)
            assert taak.doel.is_relative_to(gedeeld)
            (werk,) = gedeeld.iterdir()
            assert os.name == "nt" or stat.S_IMODE(werk.stat().st_mode) == 0o700
            assert BSN.encode() not in pickle.dumps(taak.invoer)
        yield from naast_elkaar(doe, taken)

    @contextmanager
    def verdeling_op(op: OpRay | None) -> Iterator[Verdeling]:
        assert op
        yield Verdeling(op.delen or 1, kijk)

    monkeypatch.setattr(uitvoeren, "verdeling_op", verdeling_op)
    velden = ("referentienummer", "bsn", "begindatum", "einddatum", "prestatiecode", "aantal", "uitvoerder")
    frame = pl.DataFrame([REGEL.split(";")[: len(velden)]], schema=velden, orient="row")
    for bron in (schrijf(tmp_path, REGEL), frame):
        with uitvoering(Opdracht([bron], ray=OpRay("lokaal", gedeeld, 3))) as uitslag:
            assert uitslag.samenvatting.regels == 1
        assert list(gedeeld.iterdir()) == []
    assert len(gezien) == 2


def _taak(map_: Path, doe: Callable[[Deeltaak], Any]) -> str:
    taak = Deeltaak(None, Deel(0, 0, (), {}, {"weg": map_ / "weg.parquet"}), {}, (), map_ / "batch-0.parquet", None)  # type: ignore[arg-type]
    (map_ / "batch-0.taak").write_bytes(pickle.dumps((doe, taak)))
    return str(map_ / "batch-0.taak")


def schrijft(taak: Deeltaak) -> list[str]:
    taak.doel.write_text("deel")
    return ["uitkomst"]


def loopt_vast(taak: Deeltaak) -> None:
    raise ValueError(f"bsn {BSN} is geen getal")


def leest_wat_er_niet_is(taak: Deeltaak) -> None:
    taak.deel.dossier()["weg"].collect()


def test_een_taak_laat_haar_uitkomst_achter(tmp_path: Path) -> None:
    assert doe_taak(_taak(tmp_path, schrijft), []) is None
    assert (tmp_path / "batch-0.parquet").read_text() == "deel"
    assert pickle.loads((tmp_path / "batch-0.uit").read_bytes()) == ["uitkomst"]
    assert len(list(tmp_path.iterdir())) == 3


def test_wat_een_werker_niet_kan(tmp_path: Path) -> None:
    """In a word, without what it read."""
    weg = doe_taak(str(tmp_path / "weg.taak"), [])
    deel = doe_taak(_taak(tmp_path, leest_wat_er_niet_is), [])
    stuk = doe_taak(_taak(tmp_path, loopt_vast), [])
    oud = doe_taak(_taak(tmp_path, schrijft), ["wlz-declaratie 0.0.1"])
    assert weg
    assert deel
    assert stuk
    assert oud
    assert [m.wat for m in (weg, deel, stuk, oud)] == ["map", "map", "fout", "pakket"]
    assert "--ray-map" in op_ray._in_woorden(weg)
    assert "wlz-declaratie 0.0.1" in op_ray._in_woorden(oud)
    assert (stuk.waarom, BSN in op_ray._in_woorden(stuk)) == ("ValueError", False)
    assert not (tmp_path / "batch-0.uit").exists()
