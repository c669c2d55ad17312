"""Work in processes beside this one: the same outcome, however one of them ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from proces import leeft
from wlz_declaratie.basis.zijproces import in_processen

WIE = "__import__('os').getpid()"
HIER = os.getpid()


def _wacht_tot_weg(*pids: int) -> None:
    einde = time.monotonic() + 30
    while any(map(leeft, pids)) and time.monotonic() < einde:
        time.sleep(0.01)
    assert not [pid for pid in pids if leeft(pid)]


def test_elders_gedaan_en_op_volgorde() -> None:
    taken = [f"({nummer}, {WIE})" for nummer in range(6)]
    gedaan = list(in_processen(eval, taken, 2, 1))
    assert [(plaats, uit[0]) for plaats, uit in gedaan] == [(nummer, nummer) for nummer in range(6)]
    werkers = {uit[1] for _, uit in gedaan}
    assert HIER not in werkers
    assert len(werkers) <= 2
    _wacht_tot_weg(*werkers)


def test_wat_een_taak_zegt_is_geen_antwoord() -> None:
    assert list(in_processen(eval, [f"({WIE}, print('x'))[0] != {HIER}"], 1, 1)) == [(0, True)]


def test_een_proces_dat_omvalt_neemt_niets_mee() -> None:
    """What it did not bring back, and what comes after it, is done here."""
    taken = [f"{nummer} if {WIE} == {HIER} else __import__('os').kill({WIE}, 9)" for nummer in range(3)]
    assert list(in_processen(eval, taken, 1, 1)) == [(0, 0), (1, 1), (2, 2)]


def test_een_fout_is_die_van_de_taak() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_processen(eval, ["1 / 0"], 1, 1))


def test_wat_niet_te_versturen_is_gebeurt_hier() -> None:
    assert list(in_processen(lambda taak: (taak, os.getpid()), [1, 2], 2, 1)) == [(0, (1, HIER)), (1, (2, HIER))]


def test_waar_geen_proces_mag_beginnen_gebeurt_het_hier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/dev/null")
    assert list(in_processen(eval, [WIE] * 3, 2, 1)) == [(0, HIER), (1, HIER), (2, HIER)]


def test_wie_ophoudt_laat_niets_lopen() -> None:
    """Not the process, nor the task that it was at: that is not done here after all."""
    begonnen = time.monotonic()
    loop = in_processen(eval, [WIE, f"__import__('time').sleep(60) or {WIE}"], 1, 1)
    _, werker = next(loop)
    loop.close()
    assert time.monotonic() - begonnen < 30
    _wacht_tot_weg(werker)


def test_wie_wordt_gedood_laat_niets_lopen() -> None:
    programma = (
        "from wlz_declaratie.basis.zijproces import in_processen\n"
        f"for _, pid in in_processen(eval, [{WIE!r}, {WIE!r}, 'input()'], 2, 1): print(pid, flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", programma], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as ouder:
        assert ouder.stdout
        werkers = {int(ouder.stdout.readline()) for _ in range(2)}
        ouder.send_signal(signal.SIGKILL)
    _wacht_tot_weg(*werkers)
