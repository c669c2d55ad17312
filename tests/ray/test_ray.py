"""Parts as tasks of Ray: the same findings, whatever happens to a worker, and nobody's data in what Ray keeps."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from gelijken import met_gelijken
from proces import DECLARATIE, assert_nette_fout, met_omgeving
from toeval import Wereld, maak, toets
from wlz_declaratie.basis import werkmap
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.op_ray import KEREN, LOKAAL, OpRay, verdeling_op
from wlz_declaratie.kern.in_delen import Deeltaak, Verdeler, Verdeling, toets_deel
from wlz_declaratie.kern.uitkomst import Ruw

pytestmark = pytest.mark.ray
VOORBEELD = Path(__file__).parents[2] / "sample_data" / "fout"
OPDRACHT = ("controleer", "batch.asc", "--dossier", "dossier", "--peildatum", "2026-11-01")


@pytest.fixture(scope="module")
def verdeler() -> Iterator[Verdeler]:
    """A local Ray that all tests here use."""
    with verdeling_op(OpRay(LOKAAL)) as verdeling:
        assert verdeling is not None
        yield verdeling.verdeler


@pytest.fixture(scope="module")
def wereld() -> Wereld:
    return met_gelijken(maak(7, uniek=False), 7)


@pytest.fixture(scope="module")
def samen(wereld: Wereld, tmp_path_factory: pytest.TempPathFactory) -> Uitslag:
    return toets(wereld, tmp_path_factory.mktemp("samen"))


def zelfde(een: Uitslag, ander: Uitslag) -> bool:
    statussen = [[(s.regel.id, s.status, s.reden) for s in uitslag.regels] for uitslag in (een, ander)]
    return een.bevindingen.equals(ander.bevindingen) and statussen[0] == statussen[1]


@pytest.mark.parametrize("delen", [1, 3, 8, 64])
def test_in_hoeveel_delen_ook(delen: int, verdeler: Verdeler, wereld: Wereld, samen: Uitslag, tmp_path: Path) -> None:
    assert samen.bevindingen.height > 100
    assert zelfde(toets(wereld, tmp_path, verdeling=Verdeling(delen, verdeler)), samen)


def test_een_gedode_werker_wordt_overgedaan(verdeler: Verdeler, wereld: Wereld, samen: Uitslag, tmp_path: Path) -> None:
    merk = tmp_path / "gedood"

    def eenmaal_gedood(taak: Deeltaak) -> list[Ruw]:
        uitkomsten = toets_deel(taak)  # what it wrote is there, and is written again
        if taak.deel.nummer == 1 and not merk.exists():
            merk.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return uitkomsten

    verdeling = Verdeling(4, lambda _, taken: verdeler(eenmaal_gedood, taken))
    assert zelfde(toets(wereld, tmp_path, verdeling=verdeling), samen)
    assert merk.exists()


def test_een_deel_dat_elke_werker_kost(verdeler: Verdeler, wereld: Wereld, tmp_path: Path) -> None:
    def altijd_gedood(taak: Deeltaak) -> list[Ruw]:
        with (tmp_path / "keren").open("a") as naar:
            naar.write("x")
        os.kill(os.getpid(), signal.SIGKILL)
        return []

    verdeling = Verdeling(1, lambda _, taken: verdeler(altijd_gedood, taken))
    with pytest.raises(Gebruikersfout, match="--ray-delen"):
        toets(wereld, tmp_path, verdeling=verdeling)
    assert (tmp_path / "keren").read_text() == "x" * (1 + KEREN)


def test_klaar_is_klaar_ook_als_een_eerder_deel_nog_loopt(verdeler: Verdeler, wereld: Wereld, tmp_path: Path) -> None:
    volgorde: list[int] = []
    mag = tmp_path / "mag"

    def eerste_laatst(taak: Deeltaak) -> list[Ruw]:
        while taak.deel.nummer == 0 and not mag.exists():
            time.sleep(0.05)
        return toets_deel(taak)

    def geteld(_: object, taken: Sequence[Deeltaak]) -> Iterator[tuple[int, list[Ruw]]]:
        for plaats, uitkomsten in verdeler(eerste_laatst, taken):
            volgorde.append(plaats)
            mag.touch()
            yield plaats, uitkomsten

    toets(wereld, tmp_path, verdeling=Verdeling(2, geteld))
    if (os.cpu_count() or 1) > 1:
        assert volgorde == [1, 0]


def test_ray_bewaart_geen_bsn(verdeler: Verdeler, wereld: Wereld, tmp_path: Path) -> None:
    """Not in its logs, its store on disk or its sockets; what a task leaves is in the work folder of the run."""
    toets(wereld, tmp_path, verdeling=Verdeling(3, verdeler))
    (sessie,) = [pad / "r" for pad in werkmap._in_gebruik if (pad / "r").is_dir()]
    assert sessie.parent.stat().st_mode & 0o777 == 0o700
    bestanden = [pad for pad in sessie.rglob("*") if pad.is_file()]
    assert any(pad.suffix == ".log" for pad in bestanden)
    bsns = {str(lijn["bsn"]).encode() for lijn in wereld.lijnen if str(lijn["bsn"]).startswith("9999")}
    assert [pad.name for pad in bestanden if any(bsn in pad.read_bytes() for bsn in bsns)] == []


def declaratie(map_: Path, *woorden: str | Path, **omgeving: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DECLARATIE, *map(str, woorden)],
        cwd=map_, env=met_omgeving(**omgeving), capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    return shutil.copytree(VOORBEELD, tmp_path / "batch")


@pytest.fixture
def adres(verdeler: Verdeler) -> str:
    """Of the local Ray, which is a cluster to another process."""
    import ray

    return str(ray.get_runtime_context().gcs_address)


def test_op_een_cluster(batch: Path, adres: str, tmp_path: Path) -> None:
    (gedeeld := tmp_path / "gedeeld").mkdir()
    hier = declaratie(batch, *OPDRACHT, "--formaat", "json")
    daar = declaratie(batch, *OPDRACHT, "--formaat", "json", "--ray", adres, "--ray-map", gedeeld, "--ray-delen", "5")
    assert (daar.returncode, daar.stdout, daar.stderr) == (1, hier.stdout, "")
    assert list(gedeeld.iterdir()) == []


def test_zonder_het_juiste_token(batch: Path, adres: str) -> None:
    klaar = declaratie(batch, *OPDRACHT, "--ray", adres, RAY_AUTH_TOKEN="a" * 64)
    assert_nette_fout(klaar, "token", adres)


def test_een_regelpakket_dat_werkers_niet_hebben(batch: Path, adres: str, pakket: str) -> None:
    klaar = declaratie(batch, *OPDRACHT, "--ray", adres, PYTHONPATH=pakket)
    assert_nette_fout(klaar, "heeft niet zkx-regels", "Installeer")


def test_lokaal_met_een_regelpakket(batch: Path, pakket: str) -> None:
    hier = declaratie(batch, *OPDRACHT, "--formaat", "json", PYTHONPATH=pakket)
    met_ray = declaratie(batch, *OPDRACHT, "--formaat", "json", "--ray", LOKAAL, PYTHONPATH=pakket)
    assert "ZKX-01" in hier.stdout
    assert (met_ray.returncode, met_ray.stdout, met_ray.stderr) == (1, hier.stdout, "")


@pytest.fixture(scope="module")
def pakket(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The example pack, as if it were installed; its rules are found by the name of its module."""
    site = tmp_path_factory.mktemp("site")
    shutil.copytree(Path(__file__).parents[1] / "voorbeeldpakket" / "zkx_regels", site / "zkx_regels")
    (info := site / "zkx_regels-1.0.0.dist-info").mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zkx-regels\nVersion: 1.0.0\n")
    (info / "entry_points.txt").write_text("[wlz_declaratie.regels]\nZKX = zkx_regels\n")
    return str(site)


@pytest.mark.skipif(os.name == "nt", reason="Windows kent dit sein niet")
def test_een_sein_terwijl_ray_start(batch: Path, tmp_path: Path) -> None:
    """Ray takes SIGTERM for itself; a run that is told to stop ends as any other, and leaves nothing."""
    (gedeeld := tmp_path / "gedeeld").mkdir()
    run = subprocess.Popen(
        [DECLARATIE, *OPDRACHT, "--ray", LOKAAL, "--ray-map", gedeeld],
        cwd=batch, env=met_omgeving(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    while not list(gedeeld.iterdir()) and run.poll() is None:
        time.sleep(0.02)
    time.sleep(1.5)  # well in the start of Ray, that takes two seconds on a quiet machine
    run.send_signal(signal.SIGTERM)
    _, fout = run.communicate(timeout=60)
    assert (run.returncode, fout.count("\n")) == (143, 1)
    assert fout.startswith("afgebroken door SIGTERM")
    assert list(gedeeld.iterdir()) == []
