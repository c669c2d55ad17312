"""Where the time of one check goes: wall, processor and peak memory per step and per rule, dearest first.

``make profiel`` (a million lines), ``make profiel REGELS=10000000``, or ``python tests/benchmarks/profiel.py MAP`` for
a folder from ``declaratie maak-voorbeeld``. Steps and rules run one after another here, so that each is told apart: a
check as users run it, with some of them side by side, is shorter. Steps within a step count in both.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from wlz_declaratie.basis import heap

heap.stel_af()  # as the command does, before Polars is there

from wlz_declaratie.diensten import controleren, klaarzetten, uitvoeren
from wlz_declaratie.kern import draaien, in_delen, slank, toetsing

STAPPEN: tuple[tuple[ModuleType, str, str], ...] = (
    (uitvoeren, "lees_tegen", "dossier en codes lezen"),
    (uitvoeren, "lees_batch", "batch lezen"),
    (klaarzetten, "dossier_voor_regels", "dossier klaarzetten"),
    (slank, "kale_lijnen", "gecrediteerde regels zoeken"),
    (in_delen, "verdeel", "verdelen over delen"),
    (slank, "eigen_nummers", "eigen nummers"),
    (toetsing, "bereid_voor", "declaratieregels voorbereiden"),
    (in_delen, "bereid_voor", "declaratieregels voorbereiden"),
    (controleren, "toets", "alle controleregels, met voorbereiden en verdelen"),
    (controleren, "bevindingentabel", "bevindingen samenvoegen"),
    (controleren, "samengevat", "totalen"),
)
"""What is measured besides the rules: where it is called, and in words."""
PAUZE = 0.01
"""Seconds between two looks at the memory."""
GIB = 1 << 30


@dataclass
class Post:
    """What one step or rule took: seconds of wall and processor, and the most memory (GiB) while it ran."""

    tijd: float = 0.0
    processor: float = 0.0
    top: float = 0.0


class Meter:
    """Adds up what wrapped functions take."""

    def __init__(self) -> None:
        self.posten: dict[str, Post] = defaultdict(Post)
        self._lopend: list[str] = []
        threading.Thread(target=self._kijk, daemon=True).start()

    def om(self, functie: Callable[..., Any], naam: Callable[..., str]) -> Callable[..., Any]:
        """The function, measured under the name that its arguments give."""

        def gemeten(*args: Any, **namen: Any) -> Any:
            post = self.posten[wie := naam(*args)]
            self._lopend.append(wie)
            begin, cpu = time.perf_counter(), time.process_time()
            try:
                return functie(*args, **namen)
            finally:
                post.tijd += time.perf_counter() - begin
                post.processor += time.process_time() - cpu
                self._lopend.remove(wie)

        return gemeten

    def _kijk(self) -> None:
        while True:
            nu = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / GIB
            for wie in list(self._lopend):
                self.posten[wie].top = max(self.posten[wie].top, nu)
            time.sleep(PAUZE)


def profileer(map_: Path) -> None:
    """Check the batch of the folder, and print what took how long."""
    meter = Meter()
    for module, functie, woorden in STAPPEN:
        setattr(module, functie, meter.om(getattr(module, functie), lambda *_, woorden=woorden: woorden))
    draaien._draai = meter.om(draaien._draai, lambda regel, *_: regel.id)
    draaien.DRADEN = in_delen.SAMEN = 1
    in_delen.IN_PROCESSEN = sys.maxsize
    begin = time.perf_counter()
    opdracht = uitvoeren.Opdracht([map_ / "batch.parquet"], map_ / "dossier", peildatum=date(2026, 4, 30))
    with uitvoeren.uitvoering(opdracht) as uitslag:
        duur = time.perf_counter() - begin
        print(f"{uitslag.samenvatting.regels} regels, {uitslag.bevindingen.height} bevindingen")
    stappen = {woorden for *_, woorden in STAPPEN}
    for kop, namen in (("stap", stappen), ("controleregel", meter.posten.keys() - stappen)):
        print(f"\n{kop:52}{'s':>8}{'%':>6}{'cpu s':>8}{'GiB':>7}")
        for naam in sorted(namen, key=lambda naam: -meter.posten[naam].tijd):
            post = meter.posten[naam]
            deel = 100 * post.tijd / duur
            print(f"{naam:52}{post.tijd:8.2f}{deel:6.1f}{post.processor:8.2f}{post.top:7.2f}")
    top = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"\n{'samen':52}{duur:8.2f}{100:6.1f}{time.process_time():8.2f}{top:7.2f}")


def main() -> None:
    """A folder of one's own, or a batch of so many lines that is made for it."""
    wat = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    if not wat.isdecimal():
        profileer(Path(wat))
        return
    with tempfile.TemporaryDirectory(prefix="declaratie-profiel-") as tijdelijk:
        from wlz_declaratie.cli import main as declaratie

        sys.argv = ["declaratie", "maak-voorbeeld", tijdelijk, "--regels", wat, "--zaad", "1"]
        try:
            declaratie()
        except SystemExit as einde:
            if einde.code:
                raise
        profileer(Path(tijdelijk))


if __name__ == "__main__":
    main()
