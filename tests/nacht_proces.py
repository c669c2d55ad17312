"""``declaratie`` as a child of moeder.py that hardly waits between two looks, and that can be told where to die.

By the environment:

- DOOD_BIJ=n: it kills itself (SIGKILL) at its n-th act on the file system, DOOD_NA=s so many seconds after it, and the
  process that watches it first: as a power cut would. DADEN=file: which acts there were, one a line. GEDULD=n: only a
  file under which it died so often is put aside.
- SCHIJF=n: no file can become bigger than n bytes: a disk that is full, as far as the program can tell.
- DODELIJK='text function signal': it gives itself that signal when that function reads a file that holds the text;
  EENMAAL=file: only as long as that is not there.
- SLAAP=file: when it reads its first batch it writes its number there, and sleeps.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from nachthulp import weinig_regels
from wlz_declaratie import cli

DADEN = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "fcntl.flock"}
SCHRIJVEND = os.O_WRONLY | os.O_RDWR


class Teller:
    """Counts what changes the file system, and dies at its turn."""

    def __init__(self, dood_bij: int, dood_na: float) -> None:
        self.processen = [os.getpid()]
        self.dood_bij, self.dood_na = dood_bij, dood_na
        self.daden: list[str] = []
        self.gesplitst: list[int] = []
        ouder = os.getpid()
        os.register_at_fork(
            after_in_parent=lambda: self.gesplitst.append(0), after_in_child=lambda: self.in_kind(ouder)
        )

    def in_kind(self, ouder: int) -> None:
        """Only now: what is heavy must not be loaded before the process splits."""
        from wlz_declaratie.nacht import dagboek, inbox

        inbox.TUSSENPOOS = 0.0
        dagboek.TE_VAAK = int(os.environ.get("GEDULD", dagboek.TE_VAAK))
        if wat := os.environ.get("DODELIJK"):
            maak_dodelijk(*wat.split())
        if slaap := os.environ.get("SLAAP"):
            maak_slaperig(Path(slaap))
        self.gesplitst, self.processen = [], [ouder, os.getpid()]

    def __call__(self, gebeurtenis: str, args: tuple[Any, ...]) -> None:
        if args and ("nacht-werk" in str(args[0]) or str(args[0]).startswith(("tmp", "kopie-"))):
            return  # what is temporary does not matter
        schrijft = gebeurtenis == "open" and isinstance(args[2], int) and bool(args[2] & SCHRIJVEND)
        if schrijft or gebeurtenis in DADEN:
            self.daden.append(f"{gebeurtenis} {args[0]}")
            if len(self.daden) == self.dood_bij:
                self._sterf()

    def _sterf(self) -> None:
        if self.dood_na:
            threading.Timer(self.dood_na, self._dood).start()
        else:
            self._dood()

    def _dood(self) -> None:
        for proces in self.processen:
            os.kill(proces, signal.SIGKILL)


def maak_dodelijk(tekst: str, functie: str, sein: str) -> None:
    """Die of a file that holds ``tekst``, when ``functie`` reads it."""
    from wlz_declaratie.diensten import uitvoeren
    from wlz_declaratie.nacht import draaien, volgorde

    elders = {"volgorde": (volgorde, "lees_ruw"), "lees_dossier": (uitvoeren, "lees_dossier")}
    module, naam = elders.get(functie, (draaien, functie))
    echt, eenmaal = getattr(module, naam), os.environ.get("EENMAAL")

    def lees(*args: Any, **namen: Any) -> Any:
        geweest = eenmaal is not None and Path(eenmaal).exists()
        if not geweest and (not args[0].is_file() or tekst.encode() in args[0].read_bytes()):
            if eenmaal:
                Path(eenmaal).touch()
            os.kill(os.getpid(), int(sein))
        return echt(*args, **namen)

    setattr(module, naam, lees)


def maak_slaperig(pad: Path) -> None:
    """Sleep at the first batch, having said who does."""
    from wlz_declaratie.nacht import draaien

    def lees(*_: Any) -> Any:
        pad.write_text(str(os.getpid()))
        time.sleep(60)

    draaien.lees_batch = lees


def main() -> None:
    if schijf := os.environ.get("SCHIJF"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(schijf), resource.RLIM_INFINITY))
    weinig_regels()
    teller = Teller(int(os.environ.get("DOOD_BIJ", "0")), float(os.environ.get("DOOD_NA", "0")))
    sys.addaudithook(teller)
    try:
        cli.main()
    finally:
        if (naar := os.environ.get("DADEN")) and not teller.gesplitst:
            Path(naar).write_text("\n".join(teller.daden))
