"""The wheel holds everything: it works from any folder, without the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

WORTEL = Path(__file__).parents[2]


def test_wiel_werkt_los_van_de_checkout(tmp_path: Path) -> None:
    bouw = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(bouw, cwd=WORTEL, check=True, capture_output=True, timeout=120)
    (wiel,) = tmp_path.glob("*.whl")
    uitgepakt = tmp_path / "los"
    zipfile.ZipFile(wiel).extractall(uitgepakt)

    def draai(*woorden: str | Path) -> str:
        return subprocess.run(
            [sys.executable, "-P", "-m", "wlz_declaratie", *woorden],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(uitgepakt)},
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=60,
        ).stdout

    assert {regel["id"] for regel in json.loads(draai("regels", "--formaat", "json"))} >= {
        "MUT-01",
        "VLD-02",
        "AW-0804",
    }
    draai("controleer", WORTEL / "sample_data" / "schoon" / "batch.csv", "--stil", "--uit", "u.html")
    assert "--afkeur" in (tmp_path / "u.html").read_text("utf-8")
    for onderdeel in ("codes/koppeling.csv", "berichten/aw319-1.4.toml", "dekking.toml", "uitslag.schema.json"):
        assert (uitgepakt / "wlz_declaratie" / "schemas" / onderdeel).is_file()
