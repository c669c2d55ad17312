"""Speed, as ratios side by side in one run: bare CSV read, reading AW319, whole checks, and DuckDB on ten rules.

Every figure is a whole process with its peak memory; runs alternate so that a slow moment of the machine hits all.
``make bench`` uses a million lines; ``python tests/benchmarks/bench.py 100000`` another number.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

RONDEN = 3
MAP = Path(__file__).parent

KALE_CSV = "import polars as pl, sys; pl.read_csv(sys.argv[1], separator=';', infer_schema=False)"
LEES = (
    "import sys, tempfile, pathlib; from wlz_declaratie.inlezen import lees_batch\n"
    "with tempfile.TemporaryDirectory() as map_: lees_batch(pathlib.Path(sys.argv[1]), pathlib.Path(map_))"
)


@dataclass(frozen=True)
class Meting:
    """Wall time in seconds and peak memory in GiB of one process."""

    tijd: float
    geheugen: float


def meet(*opdracht: str | Path) -> Meting:
    """Run a process to its end; its exit code must be 0 or 1 (findings)."""
    begin = time.perf_counter()
    proces = subprocess.Popen([*map(str, opdracht)], stdout=subprocess.DEVNULL)
    _, status, gebruik = os.wait4(proces.pid, 0)
    proces.returncode = os.waitstatus_to_exitcode(status)
    if proces.returncode not in (0, 1):
        raise SystemExit(f"{opdracht} eindigde met {proces.returncode}")
    return Meting(time.perf_counter() - begin, gebruik.ru_maxrss / 1024**2)


def tabel(kop: str, opdrachten: dict[str, list[str | Path]], basis: str, lat: dict[str, str]) -> None:
    """Measure all, RONDEN times in turn, and print medians with the ratio to ``basis``."""
    metingen: dict[str, list[Meting]] = {naam: [] for naam in opdrachten}
    for _ in range(RONDEN):
        for naam, opdracht in opdrachten.items():
            metingen[naam].append(meet(*opdracht))
    tijden = {naam: statistics.median(m.tijd for m in lijst) for naam, lijst in metingen.items()}
    print(f"\n{kop} (mediaan van {RONDEN})")
    print(f"{'':38}{'s':>8}{'×':>8}{'GiB':>8}  lat")
    for naam, lijst in metingen.items():
        top = max(m.geheugen for m in lijst)
        print(f"{naam:38}{tijden[naam]:8.2f}{tijden[naam] / tijden[basis]:8.2f}{top:8.2f}  {lat.get(naam, '')}")


def main() -> None:
    """Make the batch, measure, print."""
    aantal = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    python, declaratie = sys.executable, Path(sys.executable).with_name("declaratie")
    with tempfile.TemporaryDirectory(prefix="declaratie-bench-") as tijdelijk:
        map_ = Path(tijdelijk)
        maken = meet(declaratie, "maak-voorbeeld", map_, "--regels", str(aantal), "--zaad", "1")
        print(f"{aantal} regels gemaakt in {maken.tijd:.1f} s, {maken.geheugen:.2f} GiB")

        def controle(bestand: str, *opties: str) -> list[str | Path]:
            return [declaratie, "controleer", map_ / bestand, "--dossier", map_ / "dossier", "--stil", *opties]

        tabel(
            "Lezen en de hele controle",
            {
                "kale Polars-lezing van de CSV": [python, "-c", KALE_CSV, map_ / "batch.csv"],
                "AW319 lezen": [python, "-c", LEES, map_ / "batch.asc"],
                "CSV lezen": [python, "-c", LEES, map_ / "batch.csv"],
                "hele controle van Parquet": controle("batch.parquet"),
                "hele controle van CSV": controle("batch.csv"),
                "hele controle van AW319": controle("batch.asc"),
            },
            "kale Polars-lezing van de CSV",
            {"AW319 lezen": "≤ 7 ×", "hele controle van Parquet": "≤ 8 ×, ≤ 1,5 GiB"},
        )
        for naam, druk in (("Naast DuckDB", "nee"), ("Naast DuckDB, 5 % van de regels op één bsn", "ja")):
            uit = map_ / f"duckdb-{druk}.json"
            subprocess.run([python, MAP / "naast_duckdb.py", map_, druk, uit], check=True)
            print(f"\n{naam}, dezelfde Parquet, dezelfde bevindingen (mediaan van {RONDEN})")
            print(f"{'':38}{'declaratie':>12}{'DuckDB':>8}")
            for regel, waarden in json.loads(uit.read_text()).items():
                print(
                    f"{regel:38}{waarden['declaratie']:12.2f}{waarden['duckdb']:8.2f}  {waarden['bevindingen']} bevindingen"
                )


if __name__ == "__main__":
    main()
