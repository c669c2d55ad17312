"""``declaratie nacht`` as a process: killed at many points, twice at a time, on a full disk."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from doden import sterf_en_herstart
from grondig import keren
from nachthulp import PEILDATUM, asc, csv, draai, historie, regel, stand, start, vul, woorden
from wlz_declaratie.basis.meegeleverd import pad as bestand_van
from wlz_declaratie.nacht.slot import alleen

pytestmark = pytest.mark.om_de(3)


def test_nacht_gedood_en_weer_gestart(tmp_path: Path) -> None:
    sterf_en_herstart(tmp_path, lambda map_: vul(map_ / "in"), woorden, keren(3, 1000), stand)


def test_quarantaine_en_vrijgeven_gedood_en_weer_gestart(tmp_path: Path) -> None:
    """One goes to quarantine, one is given free from it: neither is lost, or booked twice."""

    def vul_(map_: Path) -> None:
        csv(map_ / "in", "a.csv", regel("R1", "2019-03"))
        csv(map_ / "in", "slecht.csv", regel("R2", "2019-02"), regel("R2", "2019-02", "999900018"))
        csv(map_ / "in" / "quarantaine", "vrij.csv", regel("R3"), regel("R3", bsn="999900018"), regel("R4"))
        (map_ / "in" / "quarantaine" / "vrij.csv.reden.txt").write_text("2 van 3\n")

    def opdracht(map_: Path) -> list[str]:
        return [*woorden(map_), "--max-afkeur", "50", "--vrijgeven", "vrij.csv"]

    sterf_en_herstart(tmp_path, vul_, opdracht, keren(2, 1000), stand)
    batches = json.loads((tmp_path / "rustig" / "uit" / "overzicht.json").read_text("utf-8"))["batches"]
    assert [(b["bestand"], b["stand"]) for b in batches] == [
        ("vrij.csv", "verwerkt"), ("slecht.csv", "quarantaine"), ("a.csv", "verwerkt"),
    ]  # fmt: skip


@pytest.mark.grondig
def test_voeg_toe_gedood_en_weer_gestart(tmp_path: Path) -> None:
    def opdracht(map_: Path) -> list[str]:
        paden = (map_ / "in" / naam for naam in ("b.csv", "a.asc", "a.csv"))
        return ["historie", "voeg-toe", str(map_ / "historie"), *map(str, paden), "--peildatum", PEILDATUM]

    sterf_en_herstart(
        tmp_path, lambda map_: vul(map_ / "in"), opdracht, keren(2, 1000), lambda map_: historie(map_ / "historie")
    )


@pytest.mark.grondig
def test_een_volle_schijf_stopt_de_nacht_en_zij_gaat_later_verder(tmp_path: Path) -> None:
    rustig, vol = tmp_path / "rustig", tmp_path / "vol"
    for map_ in (rustig, vol):
        vul(map_ / "in")
    draai(*woorden(rustig))
    verwacht = stand(rustig)
    gestopt = 0
    for bytes_ in (100, 1_000, 3_000, 6_000, 9_000, 12_000, 15_000, 18_000)[:: keren(3, 1)]:
        klaar = draai(*woorden(vol), SCHIJF=str(bytes_))
        if "nacht klaar" in klaar.stderr:
            break
        gestopt += 1
        assert klaar.returncode == 2
        log, _, fout = klaar.stderr.partition("fout: ")
        assert fout.count("\n") == 1
        assert "het bestand wordt groter dan hier mag" in fout or "schijf is vol" in fout
        # What the disk refused is nobody's fault; the bad one comes last.
        assert not [*(vol / "in" / "afgekeurd").glob("*")]
        if log:
            assert json.loads(log.splitlines()[-1])["gebeurtenis"] == "nacht gestopt"
            register = [deel for deel in historie(vol / "historie") if isinstance(deel, dict)]
            assert register == verwacht["historie"][: len(register)]
    assert gestopt >= keren(2, 4)
    draai(*woorden(vol))
    assert stand(vol) == verwacht


@pytest.mark.parametrize("bezet", ["in", "historie", "uit"])
def test_een_tweede_nacht_tegelijk_stopt_meteen(tmp_path: Path, bezet: str) -> None:
    vul(tmp_path / "in")
    for naam in ("historie", "uit"):
        (tmp_path / naam).mkdir()
    with alleen([tmp_path / bezet]):
        klaar = draai(*woorden(tmp_path))
    assert (klaar.returncode, klaar.stdout) == (75, "")
    assert klaar.stderr.startswith(f"fout: {tmp_path / bezet}: hier draait al een nacht")
    assert klaar.stderr.count("\n") == 1
    assert not (tmp_path / "uit" / "overzicht.json").exists()
    assert (tmp_path / "in" / "a.csv").exists()
    # The file of the lock is still there; that stops nobody.
    assert draai(*woorden(tmp_path)).returncode == 3
    assert not (tmp_path / "in" / "a.csv").exists()


def test_droog_verandert_niets(tmp_path: Path) -> None:
    vul(tmp_path / "in")
    eerst = sorted((pad, pad.stat().st_mtime_ns) for pad in tmp_path.rglob("*"))
    klaar = draai(*woorden(tmp_path), "--droog", "--formaat", "json")
    assert (klaar.returncode, klaar.stderr) == (0, "")
    jsonschema.validate(json.loads(klaar.stdout), json.loads(bestand_van("nacht.schema.json").read_text("utf-8")))
    assert [(b["bestand"], b["stand"]) for b in json.loads(klaar.stdout)["batches"]] == [
        ("b.csv", "te doen"),
        ("a.asc", "te doen"),
        ("a.csv", "te doen"),
        ("kapot.csv", "afgekeurd"),
    ]
    assert sorted((pad, pad.stat().st_mtime_ns) for pad in tmp_path.rglob("*")) == eerst
    assert "te doen" in draai(*woorden(tmp_path), "--droog").stdout


def test_exitcodes(tmp_path: Path) -> None:
    csv(tmp_path / "in", "goed.csv", regel("R1"))
    assert draai(*woorden(tmp_path)).returncode == 0
    csv(tmp_path / "in", "fout.csv", regel("R1", "2019-02"))
    assert draai(*woorden(tmp_path)).returncode == 1
    csv(tmp_path / "in", "fout.csv", regel("R1", "2019-03"))
    assert draai(*woorden(tmp_path), "--faal-op", "nooit").returncode == 0
    csv(tmp_path / "in", "goed.csv", regel("R9", "2019-04"))
    csv(tmp_path / "in", "kapot.csv", "1", kop="x")
    klaar = draai(*woorden(tmp_path))
    assert klaar.returncode == 3
    assert "2 batches" not in klaar.stdout
    assert "1 batch verwerkt: 1 declaratieregel, 0 afgekeurd (€ 0,00)." in klaar.stdout
    assert draai("nacht", tmp_path / "weg", "--historie", tmp_path / "h", "--uit", tmp_path / "u").returncode == 2
    assert draai(*woorden(tmp_path), "--uit", tmp_path / "in").returncode == 2
    csv(tmp_path / "in", "slecht.csv", regel("R1", "2019-06"))
    klaar = draai(*woorden(tmp_path), "--max-afkeur", "50")
    assert klaar.returncode == 3
    assert "In quarantaine: slecht.csv" in klaar.stdout


def test_logregels_zijn_json_en_nergens_staat_een_bsn(tmp_path: Path) -> None:
    bsn = "999900006"
    csv(tmp_path / "in", f"batch {bsn}.csv", regel("R1", bsn=bsn), regel("R1", bsn=bsn))
    asc(tmp_path / "in", f"x{bsn}.asc", {"bsn": bsn})
    csv(tmp_path / "in", f"{bsn}.kapot.csv", bsn, kop=bsn)
    (tmp_path / "in" / f"{bsn}.part").write_text(bsn)
    klaar = draai(*woorden(tmp_path), "--formaat", "json")
    assert klaar.returncode == 3
    log: list[dict[str, Any]] = [json.loads(regel_) for regel_ in klaar.stderr.splitlines()]
    assert [regel_["gebeurtenis"] for regel_ in log] == [
        "nacht begonnen", "bestand klaar", "bestand klaar", "bestand afgekeurd", "bestand wacht", "nacht klaar",
    ]  # fmt: skip
    assert all({"moment", "niveau"} <= set(regel_) for regel_ in log)
    overzicht = json.loads(klaar.stdout)
    assert {regel_["run"] for regel_ in log} == {overzicht["run"]}
    jsonschema.validate(overzicht, json.loads(bestand_van("nacht.schema.json").read_text("utf-8")))
    assert overzicht == json.loads((tmp_path / "uit" / "overzicht.json").read_text("utf-8"))
    standen = {"verwerkt": 2, "al_bekend": 0, "quarantaine": 0, "afgekeurd": 1, "wacht": 1, "overgeslagen": 0}
    assert overzicht["bestanden"] == standen
    assert bsn not in klaar.stdout + klaar.stderr
    for pad in [*(tmp_path / "uit").iterdir(), *(tmp_path / "in" / "afgekeurd").glob("*.reden.txt")]:
        assert bsn not in pad.name
        if not pad.name.endswith(".aw320.asc"):  # returns the records as they were sent
            assert bsn.encode() not in pad.read_bytes()
    assert len([*(tmp_path / "uit").glob("*.aw320.asc")]) == 1


def test_metrieken_ook_als_de_nacht_niet_kon(tmp_path: Path) -> None:
    vul(tmp_path / "in")
    (tmp_path / "historie").mkdir()
    doel = tmp_path / "nacht.prom"
    with alleen([tmp_path / "historie"]):
        klaar = draai(*woorden(tmp_path), "--metrieken", doel)
    assert klaar.returncode == 75
    assert "declaratie_nacht_exitcode 75\n" in doel.read_text("utf-8")
    assert draai(*woorden(tmp_path), "--metrieken", doel, "--bewaartermijn", "30").returncode == 3
    tekst = doel.read_text("utf-8")
    assert 'declaratie_nacht_bestanden{stand="verwerkt"} 3\n' in tekst
    assert "declaratie_nacht_exitcode 3\n" in tekst


def test_sigterm_eindigt_met_een_laatste_logregel(tmp_path: Path) -> None:
    vul(tmp_path / "in")
    slaapt = tmp_path / "slaapt"
    kind = start(*woorden(tmp_path), SLAAP=str(slaapt))
    while not slaapt.exists() or not slaapt.read_text():
        assert kind.poll() is None
        time.sleep(0.01)
    os.kill(int(slaapt.read_text()), signal.SIGTERM)
    _, stderr = kind.communicate(timeout=60)
    assert kind.wait() == 143
    *log, einde = stderr.splitlines()
    assert einde.startswith("afgebroken door SIGTERM")
    assert json.loads(log[-1])["gebeurtenis"] == "nacht gestopt"
    assert "SIGTERM" in json.loads(log[-1])["reden"]
    assert draai(*woorden(tmp_path)).returncode == 3
    nachten = json.loads((tmp_path / "uit" / "overzicht.json").read_text("utf-8"))["nachten"]
    assert [nacht["stand"] for nacht in nachten] == ["afgebroken", "klaar"]


def test_de_units_van_de_readme_kloppen_volgens_systemd(tmp_path: Path) -> None:
    if not (keurt := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not here")
    tekst = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    blokken = re.findall(r"^# (declaratie-[a-z@]+\.(?:service|timer))\n(.*?)^```$", tekst, re.MULTILINE | re.DOTALL)
    assert [naam for naam, _ in blokken] == [
        "declaratie-nacht.service", "declaratie-nacht.timer", "declaratie-melding@.service",
    ]  # fmt: skip
    for naam, unit in blokken:
        # The programs and the user of the example are not on this machine.
        unit = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit, flags=re.MULTILINE)
        (tmp_path / naam).write_text(re.sub(r"^User=.*\n", "", unit, flags=re.MULTILINE))
    namen = [str(tmp_path / naam) for naam in ("declaratie-nacht.service", "declaratie-nacht.timer")]
    (tmp_path / "declaratie-melding@x.service").write_text((tmp_path / "declaratie-melding@.service").read_text())
    namen.append(str(tmp_path / "declaratie-melding@x.service"))
    klaar = subprocess.run([keurt, "verify", "--man=no", *namen], capture_output=True, encoding="utf-8", check=False)
    klachten = [regel_ for regel_ in klaar.stderr.splitlines() if "declaratie-" in regel_]
    assert (klaar.returncode, klachten) == (0, [])
