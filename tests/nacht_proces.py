"""``declaratie`` as a process that does not wait between two looks, and that can be told where to die.

Usage: nacht_proces.py WOORD...; with DOOD_BIJ=n it kills itself (SIGKILL) at the n-th act on the file system, and with
TELLING=file it writes there how many there were.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from wlz_declaratie import cli
from wlz_declaratie.cli import nacht
from wlz_declaratie.nacht import inbox

GEBEURTENISSEN = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "os.truncate", "fcntl.flock"}
SCHRIJVEND = os.O_WRONLY | os.O_RDWR


class Teller:
    """Counts what changes the file system, and dies at its turn."""

    def __init__(self, dood_bij: int) -> None:
        self.dood_bij = dood_bij
        self.stand = 0

    def __call__(self, gebeurtenis: str, args: tuple[Any, ...]) -> None:
        schrijft = gebeurtenis == "open" and isinstance(args[2], int) and bool(args[2] & SCHRIJVEND)
        if schrijft or gebeurtenis in GEBEURTENISSEN:
            self.stand += 1
            if self.stand == self.dood_bij:
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    inbox.TUSSENPOOS = 0.01
    teller = Teller(int(os.environ.get("DOOD_BIJ", "0")))
    sys.addaudithook(teller)
    cli.app.command(name="nacht")(nacht.nacht)
    try:
        cli.main()
    finally:
        if naar := os.environ.get("TELLING"):
            Path(naar).write_text(str(teller.stand))


if __name__ == "__main__":
    main()
