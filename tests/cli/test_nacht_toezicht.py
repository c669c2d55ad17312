"""A night that is watched: what kills the run puts one file aside, and never the night."""

from __future__ import annotations

import itertools
import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from grondig import rest
from nachthulp import csv, draai, historie, regel, start, woorden
from proces import leeft

pytestmark = pytest.mark.om_de(2)

GOED = ("a.csv", "m.csv", "z.csv")


def vul(inbox: Path) -> None:
    """Three good batches, and one that kills whoever reads it, in the middle."""
    for nummer, naam in enumerate(GOED, start=1):
        csv(inbox, naam, regel(f"R{nummer}", f"2019-0{nummer * 2}"))
    csv(inbox, "dodelijk.csv", regel("DODELIJK", "2019-05"))


def overzicht(map_: Path) -> dict[str, Any]:
    inhoud: dict[str, Any] = json.loads((map_ / "uit" / "overzicht.json").read_text("utf-8"))
    return inhoud


@pytest.mark.parametrize(
    ("waar", "sein"),
    rest(
        itertools.product(["lees_batch", "volgorde"], [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL]),
        ("lees_batch", signal.SIGSEGV),
        ("volgorde", signal.SIGKILL),
    ),
)
def test_een_bestand_dat_de_lezer_doodt(tmp_path: Path, sein: signal.Signals, waar: str) -> None:
    vul(tmp_path / "in")
    klaar = draai(*woorden(tmp_path), DODELIJK=f"DODELIJK {waar} {sein.value}")
    assert klaar.returncode == 3
    assert "Traceback" not in klaar.stderr
    gedaan = {batch["bestand"]: batch for batch in overzicht(tmp_path)["batches"]}
    assert {naam: gedaan[naam]["stand"] for naam in GOED} == dict.fromkeys(GOED, "verwerkt")
    assert gedaan["dodelijk.csv"]["stand"] == "afgekeurd"
    assert "brak het programma telkens af" in gedaan["dodelijk.csv"]["reden"]
    assert len([deel for deel in historie(tmp_path / "historie") if isinstance(deel, dict)]) == 3
    assert (tmp_path / "in" / "afgekeurd" / "dodelijk.csv").exists()
    # Memory may have been short for another reason: then there is a second time.
    starts = klaar.stderr.count('"nacht begonnen"') + klaar.stderr.count('"nacht hervat"')
    assert starts == (3 if sein is signal.SIGKILL else 2)
    assert draai(*woorden(tmp_path)).returncode == 0


def test_een_keer_gedood_en_dan_goed_blijft_goed(tmp_path: Path) -> None:
    """The system took the memory for another program, once."""
    vul(tmp_path / "in")
    klaar = draai(
        *woorden(tmp_path), DODELIJK=f"DODELIJK lees_batch {signal.SIGKILL.value}", EENMAAL=str(tmp_path / "x")
    )
    assert (klaar.returncode, overzicht(tmp_path)["bestanden"]["verwerkt"]) == (0, 4)


@pytest.mark.grondig
def test_een_dood_zonder_bestand_stopt_de_nacht(tmp_path: Path) -> None:
    vul(tmp_path / "in")
    (tmp_path / "dossier").mkdir()
    wat = f"x lees_dossier {signal.SIGABRT.value}"
    klaar = draai(*woorden(tmp_path), "--dossier", tmp_path / "dossier", DODELIJK=wat)
    assert klaar.returncode == 2
    assert klaar.stderr.startswith("fout: de nacht is afgebroken")
    assert klaar.stderr.count("\n") == 1
    assert draai(*woorden(tmp_path)).returncode == 0


def test_ook_vooruitkijken_overleeft_het_niet_stil(tmp_path: Path) -> None:
    vul(tmp_path / "in")
    klaar = draai(*woorden(tmp_path), "--droog", DODELIJK=f"DODELIJK volgorde {signal.SIGABRT.value}")
    assert klaar.returncode == 2
    assert klaar.stderr.startswith("fout: ")
    assert not (tmp_path / "uit").exists()


@pytest.mark.parametrize("sein", rest([signal.SIGTERM, signal.SIGINT, signal.SIGHUP], signal.SIGTERM))
def test_een_sein_aan_de_wachter_bereikt_de_nacht(tmp_path: Path, sein: signal.Signals) -> None:
    vul(tmp_path / "in")
    with start(*woorden(tmp_path), SLAAP=str(tmp_path / "slaapt")) as proces:
        wacht_op(tmp_path / "slaapt")
        proces.send_signal(sein)
        _, fout = proces.communicate(timeout=30)
    assert proces.returncode in (128 + sein, -sein)
    assert "Traceback" not in fout
    assert not leeft(int((tmp_path / "slaapt").read_text()))
    assert draai(*woorden(tmp_path)).returncode == 0
    assert overzicht(tmp_path)["bestanden"]["verwerkt"] == 4


@pytest.mark.grondig
def test_wie_de_wachter_doodt_doodt_de_nacht(tmp_path: Path) -> None:
    vul(tmp_path / "in")
    with start(*woorden(tmp_path), SLAAP=str(tmp_path / "slaapt")) as proces:
        wacht_op(tmp_path / "slaapt")
        proces.kill()
        proces.communicate(timeout=30)
    einde = time.monotonic() + 10
    while leeft(int((tmp_path / "slaapt").read_text())) and time.monotonic() < einde:
        time.sleep(0.01)
    assert draai(*woorden(tmp_path)).returncode == 0


def wacht_op(pad: Path) -> None:
    einde = time.monotonic() + 60
    while not (pad.exists() and pad.read_text()):
        assert time.monotonic() < einde
        time.sleep(0.01)
