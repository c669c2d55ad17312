"""Hostile answers of a register: named and skipped or refused, in seconds and within the memory, all in one process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from vijandig.antwoorden import GEWEIGERD, LEESBAAR, OVERGESLAGEN
from vijandig.meting import MEESTE_MB, MEESTE_SECONDEN

pytestmark = pytest.mark.om_de(3)

_LEES = """
import json, sys, time
from pathlib import Path
from vijandig.meting import _piek
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.register.antwoorden import lees_antwoorden
_piek(begin=True)
begin = time.monotonic()
try:
    gelezen = lees_antwoorden([Path(sys.argv[1])])
    uitslag = [[naam for naam in gelezen.tabellen], gelezen.onbruikbaar.height, *gelezen.opmerkingen]
except Invoerfout as fout:
    uitslag = str(fout)
print(json.dumps([uitslag, time.monotonic() - begin, _piek()]))
"""


def lees(map_: Path, stukken: Iterable[str]) -> str | list[object]:
    """What reading gives, within the bounds on time and memory."""
    pad = map_ / "a.json"
    with pad.open("w", encoding="utf-8") as bestand:
        bestand.writelines(stukken)
    klaar = subprocess.run(
        [sys.executable, "-c", _LEES, pad],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (*sys.path, os.environ.get("PYTHONPATH"))))},
        timeout=90,
    )
    pad.unlink()
    assert klaar.returncode == 0, klaar.stderr[-2000:]
    uitslag, seconden, mb = json.loads(klaar.stdout)
    print(f"{seconden:.1f} s, {mb} MB: {uitslag}")
    assert seconden < MEESTE_SECONDEN
    assert mb < MEESTE_MB
    return uitslag


@pytest.mark.parametrize("naam", GEWEIGERD)
def test_geweigerd(tmp_path: Path, naam: str) -> None:
    uitslag = lees(tmp_path, GEWEIGERD[naam]())
    assert isinstance(uitslag, str)
    assert "dit antwoord van een register is niet helemaal te lezen" in uitslag
    assert "\n" not in uitslag
    assert len(uitslag) < 400


@pytest.mark.parametrize("naam", OVERGESLAGEN)
def test_overgeslagen(tmp_path: Path, naam: str) -> None:
    uitslag = lees(tmp_path, OVERGESLAGEN[naam]())
    assert uitslag[:2] == [[], 0]
    assert str(uitslag[-1]).startswith("register, overgeslagen (")


@pytest.mark.parametrize("naam", LEESBAAR)
def test_gelezen(tmp_path: Path, naam: str) -> None:
    assert "toewijzingen" in lees(tmp_path, LEESBAAR[naam]())[0]
