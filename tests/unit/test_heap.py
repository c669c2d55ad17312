"""The allocator of Polars: set before Polars is there, and never against whoever set it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from wlz_declaratie.basis import heap
from wlz_declaratie.basis.zijproces import omgeving

NAAM = "_RJEM_MALLOC_CONF"


def test_wie_het_zelf_zet_wint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAAM, "narenas:7")
    heap.stel_af()
    assert os.environ[NAAM] == "narenas:7"


def test_een_zijproces_houdt_minder_vast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})
    heap.stel_af()
    hier, daar = (wat[NAAM].partition("dirty_decay_ms:")[2].split(",")[0] for wat in (os.environ, omgeving(1)))
    assert int(daar) < int(hier)
    os.environ[NAAM] = "narenas:7"
    assert omgeving(1)[NAAM] == "narenas:7"


def test_de_opdracht_zet_het_voordat_polars_er_is() -> None:
    programma = (
        "import os, sys; from wlz_declaratie.basis import heap; from wlz_declaratie import cli; gezet = heap.stel_af\n"
        "def kijk(): assert 'polars' not in sys.modules; gezet(); print(os.environ['_RJEM_MALLOC_CONF'])\n"
        "heap.stel_af = kijk; sys.argv = ['declaratie', '--version']; cli.main()"
    )
    kaal = {naam: waarde for naam, waarde in os.environ.items() if naam != NAAM}
    klaar = subprocess.run([sys.executable, "-c", programma], env=kaal, capture_output=True, text=True)
    assert klaar.stdout.startswith("oversize_threshold:0,"), klaar.stderr
