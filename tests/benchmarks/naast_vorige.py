"""The findings of this checkout beside those of another, down to message and gegevens.

``python tests/benchmarks/naast_vorige.py MAP [--regels 100000] [--zaden 1 2 3]``, where MAP is the root of the other
checkout (``git worktree add``). Compared are every case of every rule as it stands here, and whole batches of
``maak-voorbeeld`` in each format. Exit code 1 where anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HIER = Path(__file__).parents[2]
GEVALLEN = """
import json, sys
from pathlib import Path
import gevallen
gevallen.MAP = Path(sys.argv[1])
for regel_id, geval, standaard in gevallen.casebestanden():
    uitslag = gevallen.controleer_geval([regel_id], geval, standaard)
    (status,) = uitslag.regels
    gevonden = [list(map(str, rij)) for rij in uitslag.bevindingen.rows()]
    print(json.dumps([regel_id, geval["naam"], status.status, status.reden, gevonden]))
"""
WISSELT = ("gemaakt_op", "versie")
"""What differs from run to run."""


def _draai(checkout: Path, *woorden: str, invoer: str | None = None) -> str:
    omgeving = {
        **os.environ,
        "PYTHONPATH": f"{checkout / 'src'}{os.pathsep}{checkout / 'tests'}",
        "DECLARATIE_TABELLEN": str(HIER / "tests"),
    }
    klaar = subprocess.run(
        [sys.executable, *woorden],
        input=invoer,
        capture_output=True,
        text=True,
        env=omgeving,
        cwd=checkout,
        check=False,
    )
    if klaar.returncode not in (0, 1):
        raise SystemExit(f"{checkout}: {klaar.stderr}")
    return klaar.stdout


def _opdracht(checkout: Path, *woorden: str) -> str:
    return _draai(checkout, "-c", "from wlz_declaratie.cli import main; main()", *woorden)


def _gevallen(vorige: Path) -> tuple[int, list[str]]:
    """Number of cases here, each run in both checkouts, and those that turn out otherwise."""

    def gelezen(checkout: Path) -> dict[tuple[str, str], str]:
        regels = map(json.loads, _draai(checkout, "-", str(HIER / "tests" / "regels"), invoer=GEVALLEN).splitlines())
        return {(r[0], r[1]): json.dumps(r[2:]) for r in regels}

    toen, nu = gelezen(vorige), gelezen(HIER)
    return len(toen), [
        f"{' / '.join(sleutel)}\n  toen {uitkomst}\n  nu   {nu.get(sleutel)}"
        for sleutel, uitkomst in toen.items()
        if nu.get(sleutel) != uitkomst
    ]


def _batches(vorige: Path, regels: int, zaad: int) -> Iterator[tuple[str, int, list[str]]]:
    """Per format of a batch that the other checkout made: its name, number of findings, and what differs."""
    with tempfile.TemporaryDirectory() as map_:
        _opdracht(vorige, "maak-voorbeeld", map_, "--regels", str(regels), "--zaad", str(zaad))
        for batch in sorted(Path(map_).glob("batch.*")):
            woorden = ("controleer", str(batch), "--dossier", str(Path(map_) / "dossier"), "--formaat", "json")
            toen, nu = (json.loads(_opdracht(checkout, *woorden)) for checkout in (vorige, HIER))
            anders = [
                f"{batch.suffix}, zaad {zaad}: {sleutel}"
                for sleutel in toen.keys() | nu.keys()
                if sleutel not in WISSELT and toen.get(sleutel) != nu.get(sleutel)
            ]
            yield batch.suffix, len(toen["bevindingen"]), anders


def main() -> None:
    lezer = argparse.ArgumentParser()
    lezer.add_argument("vorige", type=Path)
    lezer.add_argument("--regels", type=int, default=100_000)
    lezer.add_argument("--zaden", type=int, nargs="*", default=[1, 2, 3])
    opties = lezer.parse_args()
    vorige = opties.vorige.resolve()
    aantal, anders = _gevallen(vorige)
    print(f"{aantal} gevallen, {len(anders)} anders")
    for zaad in opties.zaden:
        for formaat, bevindingen, verschil in _batches(vorige, opties.regels, zaad):
            print(f"{formaat}, zaad {zaad}: {bevindingen} bevindingen, {len(verschil)} delen anders")
            anders += verschil
    print(*anders, sep="\n")
    raise SystemExit(1 if anders else 0)


if __name__ == "__main__":
    main()
