"""Reading in a process of its own: however it ends, here it is an ordinary error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from tabulair import BSN, REGEL, Lezer, werkboek
from vijandig.parquet import VOORVOEGSEL, met, voorvoegsels
from wlz_declaratie.inlezen import apart
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.parquet import lezen as parquet
from wlz_declaratie.inlezen.xlsx import lezen as xlsx


def processen(kenmerk: str) -> list[int]:
    gevonden = []
    for map_ in Path("/proc").glob("[0-9]*"):
        try:
            if kenmerk.encode() in (map_ / "cmdline").read_bytes():
                gevonden.append(int(map_.name))
        except OSError:
            continue
    return gevonden


@pytest.mark.parametrize("soort", ["xlsx", "parquet"])
def test_apart_gelezen_is_hetzelfde(lezer: Lezer, monkeypatch: pytest.MonkeyPatch, soort: str) -> None:
    regels = [{**REGEL, "referentienummer": f"R{n}", "tarief": "12,50", "extra": "x"} for n in range(50)]

    def lees() -> tuple[pl.DataFrame, pl.DataFrame, tuple[str, ...]]:
        if soort == "parquet":
            batch = lezer.parquet(pl.DataFrame(regels))
        else:
            batch = lezer.xlsx(list(regels[0]), *(list(regel.values()) for regel in regels))
        return batch.regels.collect(), batch.meldingen, batch.ongebruikt

    hier = lees()
    monkeypatch.setattr({"xlsx": xlsx, "parquet": parquet}[soort], "verdacht", lambda *_: True)
    apart_ = lees()
    assert apart_[0].equals(hier[0])
    assert apart_[1].equals(hier[1])
    assert apart_[2] == hier[2]


def test_te_weinig_geheugen_is_een_gewone_fout(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match=r"het lezen brak af: .* Maak de export opnieuw"):
        lezer.lees(lezer.bestand("batch.parquet", voorvoegsels()))
    assert processen(str(lezer.map)) == []


def test_een_gewoon_bestand_met_voorvoegsels_wordt_gelezen(lezer: Lezer) -> None:
    # Lengths of the prefix (0) and of the suffix (2) for one value, then the value.
    inhoud = bytes([128, 1, 4, 1, 0]) + bytes([128, 1, 4, 1, 4]) + b"R1"
    batch = lezer.lees(lezer.bestand("b.parquet", met(1, "referentienummer", bladzijde=inhoud, codering=VOORVOEGSEL)))
    assert batch.regels.select("referentienummer", "bsn").collect().row(0) == ("R1", BSN)


def test_te_lang_duren_is_een_gewone_fout(lezer: Lezer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "GEDULD", 0.01)
    pad = lezer.bestand("batch.xlsx", werkboek(["a"], ["b"]))
    with pytest.raises(Invoerfout, match="te veel geheugen of tijd"):
        apart.lees_apart("werkblad", pad, "batch.xlsx", {"nummer": 0})
    assert processen(str(lezer.map)) == []


def test_een_lezer_die_omvalt_is_een_gewone_fout(lezer: Lezer) -> None:
    pad = lezer.bestand("batch.xlsx", b"geen werkboek")
    with pytest.raises(Invoerfout, match="het lezen brak af"):
        apart.lees_apart("werkblad", pad, "batch.xlsx", {"nummer": 0})


@pytest.mark.parametrize("einde", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_wie_erom_vroeg_is_weg(tmp_path: Path, einde: signal.Signals) -> None:
    eindeloos = tmp_path / "batch.xlsx"
    os.mkfifo(eindeloos)
    code = (
        "from pathlib import Path\nfrom wlz_declaratie.inlezen.apart import lees_apart\n"
        f"lees_apart('werkblad', Path({str(eindeloos)!r}), 'x', {{'nummer': 0}})"
    )
    vrager = subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    lezers: list[int] = []
    wacht = time.monotonic() + 8
    while not lezers and time.monotonic() < wacht:
        time.sleep(0.05)
        lezers = [nummer for nummer in processen(str(eindeloos)) if nummer != vrager.pid]
    assert lezers
    vrager.send_signal(einde)
    vrager.wait()
    wacht = time.monotonic() + 5
    while processen(str(eindeloos)) and time.monotonic() < wacht:
        time.sleep(0.05)
    assert processen(str(eindeloos)) == []


def test_de_map_waar_het_draait_doet_niet_mee(lezer: Lezer, monkeypatch: pytest.MonkeyPatch) -> None:
    (lezer.map / "polars.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(lezer.map)
    pad = lezer.bestand("batch.xlsx", werkboek(["a"], ["b"]))
    assert apart.lees_apart("werkblad", Path(pad.name), "batch.xlsx", {"nummer": 0}).rows() == [("a",), ("b",)]
