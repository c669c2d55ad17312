"""A run that is told to stop, at any moment, and what the next one makes of a run that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import proces
from grondig import rest
from proces import draai

pytestmark = pytest.mark.om_de(3)

STOPPEN = ("SIGTERM", "SIGHUP", "SIGINT")


@pytest.fixture(scope="module")
def groot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch that takes seconds, of which the first go to a mended copy in the work folder."""
    map_ = tmp_path_factory.mktemp("groot")
    assert draai("maak-voorbeeld", map_, "--regels", "100000").returncode == 0
    csv = map_ / "batch.csv"
    with csv.open("ab") as naar:  # an irregular line makes the reader write the whole again
        naar.write(b'"kapot;' + b";" * 40 + b"\n")
    return map_


class Run:
    """A run with a temporary folder of its own; ``los``: the interpreter starts too."""

    def __init__(self, map_: Path, *woorden: str | Path, los: bool = False) -> None:
        self.tijdelijk = map_ / "tijdelijk"
        self.tijdelijk.mkdir(exist_ok=True)
        omgeving = {"TMPDIR": str(self.tijdelijk)}
        self.proces: proces.Kind | subprocess.Popen[str]
        if los:
            self.proces = subprocess.Popen(
                [proces.DECLARATIE, *map(str, woorden)],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=proces.met_omgeving(**omgeving),
            )  # fmt: skip
        else:
            self.proces = proces.start(*woorden, omgeving=omgeving)

    def wacht_op(self, patroon: str, map_: Path | None = None) -> bool:
        """Until such a file is there for more than a moment; False when the run was done before."""
        gezien: set[Path] = set()
        while self.proces.poll() is None:
            nu = set((map_ or self.tijdelijk).rglob(patroon))
            if nu & gezien:
                return True
            gezien = nu
            time.sleep(0.02)
        return False

    def stop(self, naam: str) -> tuple[int, str, str]:
        self.proces.send_signal(getattr(signal, naam))
        stdout, stderr = self.proces.communicate(timeout=60)
        return self.proces.wait(), stdout, stderr

    @property
    def over(self) -> set[str]:
        return {str(pad.relative_to(self.tijdelijk)) for pad in self.tijdelijk.rglob("*")}


def afgebroken(naam: str) -> tuple[int, str, str]:
    return 128 + getattr(signal, naam), "", f"afgebroken door {naam}; er is niets half weggeschreven\n"


@pytest.mark.parametrize("naam", rest(STOPPEN, "SIGTERM"))
@pytest.mark.parametrize("bij", ["declaratie-*", "bezig", ".u.*.deel"])
def test_gestopte_run_laat_niets_achter(tmp_path: Path, groot: Path, naam: str, bij: str) -> None:
    """The work folder stayed, with a copy of the batch and whole bsns; so did the half result."""
    doel = tmp_path / "uit"
    doel.mkdir()
    run = Run(
        tmp_path,
        "controleer",
        groot / "batch.csv",
        "--dossier",
        groot / "dossier",
        "--uit",
        doel / "u.html",
        "--uit",
        doel / "u.xlsx",
    )
    if bij == "bezig":
        assert run.wacht_op(".declaratie-slot")
        time.sleep(0.3)
    elif bij.startswith("."):
        assert run.wacht_op(bij, doel)
    else:
        assert run.wacht_op(bij)
    assert run.stop(naam) == afgebroken(naam)
    assert run.over == set()
    assert not list(doel.glob(".*"))


@pytest.mark.parametrize("wacht", rest([0.0, 0.01, 0.02, 0.05, 0.1, 0.2], 0.02))
def test_tweede_signaal_laat_ook_niets_achter(tmp_path: Path, groot: Path, wacht: float) -> None:
    run = Run(tmp_path, "controleer", groot / "batch.csv", "--dossier", groot / "dossier", "--uit", tmp_path / "u.xlsx")
    assert run.wacht_op("declaratie-*/batch-1/*")
    run.proces.send_signal(signal.SIGTERM)
    time.sleep(wacht)
    assert run.stop("SIGINT")[0] in (143, 130)
    assert run.over == set()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("na_ms", rest([25, 40, 60, 80, 100, 130, 160, 200, 300], 60, 100, 200))
def test_ctrl_c_in_het_begin_geeft_een_regel(tmp_path: Path, groot: Path, na_ms: int) -> None:
    run = Run(tmp_path, "controleer", groot / "batch.csv", los=True)
    time.sleep(na_ms / 1000)
    code, stdout, stderr = run.stop("SIGINT")
    if code != 130 and ("wlz_declaratie/" not in stderr or "import signalen" in stderr):
        pytest.skip("the interpreter itself was not up yet")
    assert (code, stdout, stderr) == afgebroken("SIGINT")
    assert run.over == set()


def test_genegeerd_signaal_blijft_genegeerd(tmp_path: Path) -> None:
    """Under nohup the end of a session is no reason to stop."""
    klaar = subprocess.run(
        ["/bin/bash", "-c", f"trap '' HUP; {proces.DECLARATIE} maak-voorbeeld {tmp_path}/v --regels 20000 & "
         "sleep 0.4; kill -HUP $!; wait $!"],
        capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert (klaar.returncode, klaar.stderr) == (0, "")


HOUDT_VAST = """
import sys, time
from pathlib import Path
from wlz_declaratie.basis.werkmap import half_bestand, werkmap
with half_bestand(Path(sys.argv[1])) as half, werkmap() as map_:
    half.write_text("regels")
    (map_ / "regelmatig.csv").write_text("regels")
    print("klaar", flush=True)
    time.sleep(60)
"""


def test_volgende_run_ruimt_op_na_een_doodgeschoten_run(tmp_path: Path, groot: Path) -> None:
    doel = tmp_path / "uit"
    doel.mkdir()
    run = Run(tmp_path, "controleer", groot / "batch.csv")
    houder = subprocess.Popen(
        [sys.executable, "-c", HOUDT_VAST, doel / "u.html"],
        stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": str(run.tijdelijk)},
    )  # fmt: skip
    assert houder.stdout is not None
    assert houder.stdout.readline() == b"klaar\n"
    assert run.wacht_op("batch-1")
    run.stop("SIGKILL")

    def volgende() -> None:
        klaar = draai(
            "controleer", "sample_data/schoon/batch.csv", "--uit", doel / "ander.csv", "--stil",
            omgeving={"TMPDIR": str(run.tijdelijk)}, map_=Path(__file__).parents[2],
        )  # fmt: skip
        assert (klaar.returncode, klaar.stderr) == (0, "")

    def resten() -> tuple[int, int]:
        return len(list(doel.glob(".u.html.*.deel"))), len(list(run.tijdelijk.glob("declaratie-*")))

    assert resten() == (1, 2)
    volgende()
    assert resten() == (1, 1), "what a living process holds stays"
    houder.kill()
    houder.communicate()
    volgende()
    assert resten() == (0, 0)
    assert [pad.name for pad in doel.iterdir()] == ["ander.csv"]


@pytest.mark.grondig
def test_lopende_run_wordt_niet_opgeruimd(tmp_path: Path, groot: Path) -> None:
    run = Run(tmp_path, "controleer", groot / "batch.csv", "--uit", tmp_path / "u.json", "--stil")
    assert run.wacht_op("declaratie-*/batch-1/*")
    for _ in range(3):
        ander = Run(tmp_path, "controleer", Path(__file__).parents[2] / "sample_data/schoon/batch.csv", "--stil")
        ander.proces.communicate(timeout=60)
    run.proces.communicate(timeout=60)
    assert run.proces.returncode == 1
    assert (tmp_path / "u.json").stat().st_size > 1000
