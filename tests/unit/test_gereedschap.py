"""``make regel-nieuw`` on a copy: what it leaves fails where something must be filled in, and nowhere else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gereedschap.regel_nieuw import VUL_IN, Weigering, maak

WORTEL = Path(__file__).parents[2]
REGELS = Path("src/wlz_declaratie/regels")


@pytest.fixture
def kopie(tmp_path: Path) -> Path:
    """All that a rule is part of."""
    negeer = shutil.ignore_patterns("__pycache__", "sample_data", "voorbeeldpakket")
    for map_ in ("src", "schemas", "tests"):
        shutil.copytree(WORTEL / map_, tmp_path / map_, ignore=negeer)
    shutil.copy(WORTEL / "pyproject.toml", tmp_path)
    return tmp_path


def draai(kopie: Path, kies: str) -> str:
    """What pytest says of the tests of rules in the copy."""
    klaar = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=line", "-k", kies]
        + [f"tests/unit/test_{naam}.py" for naam in ("regels", "catalogus", "dekking")],
        cwd=kopie,
        env={**os.environ, "PYTHONPATH": f"{kopie / 'src'}{os.pathsep}{kopie / 'tests'}"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert klaar.returncode in (0, 1), klaar.stdout + klaar.stderr
    return klaar.stdout


def gezakt(kopie: Path, regel_id: str) -> set[str]:
    """The tests that fail of those of this rule and of the catalogue as a whole."""
    gezegd = draai(kopie, f"{regel_id} or in_te_vullen or elk_ or alleen_regels")
    return set(re.findall(r"^(?:FAILED|ERROR) \S+::(\w+)", gezegd, re.MULTILINE))


def vul_in(pad: Path, *vervangingen: tuple[str, str]) -> None:
    tekst = pad.read_text("utf-8")
    for oud, nieuw in vervangingen:
        assert oud in tekst, oud
        tekst = tekst.replace(oud, nieuw)
    pad.write_text(tekst, encoding="utf-8")


def test_het_begin_van_een_regel_en_haar_einde(kopie: Path) -> None:
    maak(kopie, "VRB-99", "Wat zij toetst", "8216", "B1 §3.1")
    assert gezakt(kopie, "VRB-99") == {"test_geval", "test_niets_meer_in_te_vullen"}

    module = kopie / REGELS / "verblijf.py"
    vul_in(
        module,
        ("pl.lit(False))", 'pl.col("aantal") > van.vast("max_aantal"))'),
        (f"{VUL_IN}: de melding, met {{begindatum}} als waarde van de regel", "aantal {aantal}"),
    )
    regel = (VUL_IN, "ingevuld")
    vul_in(module, regel)
    vul_in(kopie / "schemas/dekking.toml", regel)
    bron, waarde = 'bronnen = ["B1 §3.1"]\n', 'max_aantal = [{ waarde = 3, bron = "B1 §3.1" }]\n'
    waarden = kopie / "schemas/parameters/verblijf.toml"
    vul_in(waarden, regel, (f"[VRB-99]\n{bron}", f"[VRB-99]\n{bron}{waarde}"))
    vul_in(kopie / "tests/regels/VRB-99.yaml", regel, ("- {}\n    bevindingen:\n", "- {aantal: 4}\n    bevindingen:\n"))
    assert gezakt(kopie, "VRB-99") == set()


def test_een_bron_met_delen(kopie: Path) -> None:
    maak(kopie, "VRB-99", "Wat zij toetst", None, "B2 deel 1 §4.7")
    uitspraak = f'\nbron = "B2"\ndeel = 1\nparagraaf = "4.7"\nuitspraak = "{VUL_IN}'
    assert uitspraak in (kopie / "schemas/dekking.toml").read_text("utf-8")


@pytest.mark.grondig
def test_een_nieuwe_familie_krijgt_haar_eigen_bestanden(kopie: Path) -> None:
    module, waarden, gevallen, _ = maak(kopie, "NWE-01", "Iets nieuws", None, "P")
    assert module == kopie / REGELS / "nwe.py"
    assert waarden == kopie / "schemas/parameters/nwe.toml"
    assert gevallen == kopie / "tests/regels/NWE-01.yaml"
    assert gezakt(kopie, "NWE-01") == {"test_geval", "test_niets_meer_in_te_vullen"}
    ruff = [sys.executable, "-m", "ruff", "check", "--quiet", "--config", WORTEL / "pyproject.toml", module]
    assert subprocess.run(ruff, check=False).returncode == 0


@pytest.mark.grondig
def test_wat_een_regel_mist_is_een_regel_met_het_bestand(kopie: Path) -> None:
    (kopie / "tests/regels/VRB-06.yaml").unlink()
    (kopie / "tests/regels/VRB-07.yaml").write_text("regel: [")
    vul_in(kopie / "schemas/dekking.toml", ('"VRB-08"', '"VRB-05"'))
    gezegd = draai(kopie, "casebestand or catalogus_komt_voor")
    assert "3 failed" in gezegd, gezegd
    for woorden in (
        "AssertionError: tests/regels/VRB-06.yaml ontbreekt",
        "AssertionError: VRB-07.yaml: niet te lezen",
        "AssertionError: schemas/dekking.toml: geen uitspraak noemt VRB-08",
    ):
        assert woorden in gezegd, gezegd


@pytest.mark.parametrize(
    ("regel_id", "titel", "retourcode", "bron", "woord"),
    [
        ("VRB-08", "Iets", None, "P", "bestaat al"),
        ("VRB8", "Iets", None, "P", "geen id"),
        ("VRB-99", "", None, "P", "titel"),
        ("VRB-99", 'Een "titel"', None, "P", "titel"),
        ("VRB-99", "Iets", "12", "P", "vier cijfers"),
        ("VRB-99", "Iets", None, "roddel", "bron"),
    ],
)
def test_een_verkeerde_vraag_schrijft_niets(
    tmp_path: Path, regel_id: str, titel: str, retourcode: str | None, bron: str, woord: str
) -> None:
    for map_ in (REGELS, Path("schemas/parameters")):
        shutil.copytree(WORTEL / map_, tmp_path / map_, ignore=shutil.ignore_patterns("__pycache__"))
    voor = {pad: pad.read_bytes() for pad in tmp_path.rglob("*.*") if pad.is_file()}
    with pytest.raises(Weigering, match=woord):
        maak(tmp_path, regel_id, titel, retourcode, bron)
    assert {pad: pad.read_bytes() for pad in tmp_path.rglob("*.*") if pad.is_file()} == voor
