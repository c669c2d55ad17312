"""``declaratie`` as a process, as a user would run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

DECLARATIE = Path(sys.executable).with_name("declaratie")
GEEN_TABELLEN = Path(__file__).parent
"""A folder without editions: what the developer imported must not count."""
KOP = "referentienummer;bsn;begindatum;einddatum;prestatiecode;aantal;uitvoerder;tarief;bedrag;declaratiebedrag"


def draai(
    *woorden: str | Path, omgeving: dict[str, str] | None = None, map_: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would, without a terminal."""
    return subprocess.run(
        [DECLARATIE, *map(str, woorden)],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env={
            **os.environ,
            "COLUMNS": "100",
            "DECLARATIE_TABELLEN": str(GEEN_TABELLEN),
            **(omgeving or {}),
        },
        cwd=map_,
        check=False,
        timeout=120,
    )


def schrijf(map_: Path, *regels: str, naam: str = "batch.csv", kop: str = KOP) -> Path:
    bestand = map_ / naam
    bestand.write_text("\n".join([kop, *regels]) + "\n", encoding="utf-8")
    return bestand


def assert_nette_fout(klaar: subprocess.CompletedProcess[str], *woorden: str) -> None:
    assert klaar.returncode == 2
    assert klaar.stdout == ""
    assert klaar.stderr.startswith("fout: ")
    assert klaar.stderr.count("\n") == 1
    assert "Traceback" not in klaar.stderr
    for woord in woorden:
        assert woord in klaar.stderr
