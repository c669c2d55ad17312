"""``declaratie`` as a user would run it: in this process, as a child of one that has all loaded, or from nothing.

- `draai` calls the entry of the command line, with its own streams, environment and folder. It is the quickest.
- `start` gives a process (see moeder.py): for what has to be killed, told to stop, or run beside another.
- DECLARATIE is the command itself: for what begins before the first line of ours, or in the shell.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import functools
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from wlz_declaratie import cli
from wlz_declaratie.basis import signalen, werkmap

DECLARATIE = Path(sys.executable).with_name("declaratie")
GEEN_TABELLEN = Path(__file__).parent
"""A folder without editions: what the developer imported must not count."""
KOP = "referentienummer;bsn;begindatum;einddatum;prestatiecode;aantal;uitvoerder;tarief;bedrag;declaratiebedrag"
GEDULD = 120.0
"""Seconds after which a process will not end any more."""


def met_omgeving(**anders: str) -> dict[str, str]:
    """The environment of a run without a terminal."""
    return {**os.environ, "COLUMNS": "100", "DECLARATIE_TABELLEN": str(GEEN_TABELLEN), **anders}


def draai(
    *woorden: str | Path, omgeving: dict[str, str] | None = None, map_: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would, without a terminal.

    A night splits its process, which only one without threads can: that is a child of moeder.py.
    """
    if woorden[:1] == ("nacht",):
        return tot_het_einde(start(*woorden, omgeving=omgeving, map_=map_))
    argv = ["declaratie", *map(str, woorden)]
    with _eigen_wereld(argv, met_omgeving(**(omgeving or {})), map_), _opgevangen() as (uit_, fout_):
        code = _roep_aan()
        for bestand in (uit_, fout_):
            bestand.seek(0)
        return subprocess.CompletedProcess(argv, code, _tekst(uit_.read()), _tekst(fout_.read()))


def draai_los(
    *woorden: str | Path, omgeving: dict[str, str] | None = None, map_: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The same from nothing: the interpreter starts, and makes its streams."""
    return subprocess.run(
        [DECLARATIE, *map(str, woorden)],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env=met_omgeving(**(omgeving or {})),
        cwd=map_,
        check=False,
        timeout=GEDULD,
    )


def _roep_aan() -> int:
    try:
        cli.main()
    except SystemExit as einde:
        return einde.code if isinstance(einde.code, int) else int(einde.code is not None)
    finally:
        for stroom in (sys.stdout, sys.stderr):
            stroom.flush()
    raise AssertionError("main ends with an exit code")


def _tekst(geschreven: bytes) -> str:
    """As subprocess gives it."""
    return io.TextIOWrapper(io.BytesIO(geschreven), encoding="utf-8", errors="replace").read()


@contextlib.contextmanager
def _opgevangen() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Let all that goes to stdout and stderr, whoever writes it, go to two files."""
    with contextlib.ExitStack() as af, contextlib.redirect_stdout(sys.stdout), contextlib.redirect_stderr(sys.stderr):
        bestanden = []
        for nummer in (1, 2):
            bestanden.append(af.enter_context(tempfile.TemporaryFile(buffering=0)))
            kopie = os.dup(nummer)
            af.callback(os.close, kopie)
            af.callback(os.dup2, kopie, nummer)
            os.dup2(bestanden[-1].fileno(), nummer)
        yield bestanden[0], bestanden[1]


@contextlib.contextmanager
def _eigen_wereld(argv: list[str], omgeving: dict[str, str], map_: Path | None) -> Iterator[None]:
    """Words, environment, folder, handlers of signals: as a new process has them, and afterwards as they were."""
    oud = dict(os.environ), sys.argv, Path.cwd(), tempfile.tempdir, sys.unraisablehook
    seinen = {sein: signal.getsignal(sein) for sein in signalen._gevangen()}
    os.environ.clear()
    os.environ.update(omgeving)
    sys.argv, tempfile.tempdir = argv, None
    werkmap._opgeruimd.clear()
    if map_ is not None:
        os.chdir(map_)
    try:
        yield
    finally:
        signalen._gevraagd = None
        for sein, wat in seinen.items():
            signal.signal(sein, wat)
        os.environ.clear()
        os.environ.update(oud[0])
        sys.argv, tempfile.tempdir, sys.unraisablehook = oud[1], oud[3], oud[4]
        os.chdir(oud[2])


class Kind:
    """A child of moeder.py, with the words of subprocess.Popen."""

    returncode: int | None = None

    def __init__(self, lijn: socket.socket, args: Sequence[str], uit: int, fout: int) -> None:
        self.args, self._lijn, self._pijpen = args, lijn, (uit, fout)
        self._gelezen = lijn.makefile("r", encoding="ascii")
        self.pid = int(self._gelezen.readline())

    def poll(self) -> int | None:
        self._wacht(0.0)
        return self.returncode

    def wait(self, timeout: float = GEDULD) -> int:
        self._wacht(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self.args, timeout)
        return self.returncode

    def _wacht(self, seconden: float) -> None:
        if self.returncode is None and select.select([self._lijn], [], [], seconden)[0]:
            self.returncode = int(self._gelezen.readline())

    def communicate(self, timeout: float = GEDULD) -> tuple[str, str]:
        """What it writes, until it and all that it started have closed their streams; and wait for it."""
        einde, geschreven, open_ = time.monotonic() + timeout, dict.fromkeys(self._pijpen, b""), set(self._pijpen)
        while open_:
            klaar, _, _ = select.select(open_, [], [], max(0.0, einde - time.monotonic()))
            if not klaar:
                raise subprocess.TimeoutExpired(self.args, timeout)
            for pijp in klaar:
                blok = os.read(pijp, 1 << 16)
                geschreven[pijp] += blok
                if not blok:
                    open_.remove(pijp)
        self.wait(max(0.0, einde - time.monotonic()))
        uit, fout = (_tekst(geschreven[pijp]) for pijp in self._pijpen)
        return uit, fout

    def send_signal(self, sein: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sein)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        self.kill()
        self.wait()
        self._gelezen.close()
        self._lijn.close()
        for pijp in self._pijpen:
            os.close(pijp)


@functools.cache
def _moeder() -> str:
    """Where the parent of this test process listens; it goes when we do."""
    map_ = tempfile.TemporaryDirectory(prefix="moeder-")
    atexit.register(map_.cleanup)
    plek = f"{map_.name}/s"
    with socket.socket(socket.AF_UNIX) as luister:
        luister.bind(plek)
        luister.listen(64)
        moeder = subprocess.Popen(
            [sys.executable, GEEN_TABELLEN / "moeder.py", str(luister.fileno())],
            stdin=subprocess.PIPE,
            pass_fds=[luister.fileno()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    atexit.register(moeder.communicate)
    return plek


def start(
    *woorden: str | Path,
    omgeving: dict[str, str] | None = None,
    map_: Path | None = None,
    module: str = "wlz_declaratie.cli",
) -> Kind:
    """The ``main`` of ``module`` with these words, as a process."""
    args = ["declaratie", *map(str, woorden)]
    vraag = {
        "module": module,
        "woorden": args,
        "omgeving": met_omgeving(**(omgeving or {})),
        "map": str(map_ or Path.cwd()),
    }
    pijpen = os.pipe(), os.pipe()
    lijn = socket.socket(socket.AF_UNIX)
    lijn.connect(_moeder())
    nummers = array.array("i", [schrijf for _, schrijf in pijpen])
    tekst = f"{json.dumps(vraag)}\n".encode()
    lijn.sendmsg([tekst[:1]], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, nummers)])
    lijn.sendall(tekst[1:])
    for nummer in nummers:
        os.close(nummer)
    return Kind(lijn, args, *(lees for lees, _ in pijpen))


def tot_het_einde(kind: Kind) -> subprocess.CompletedProcess[str]:
    """Wait for it."""
    with kind:
        uit, fout = kind.communicate()
    return subprocess.CompletedProcess(kind.args, kind.wait(), uit, fout)


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


def leeft(proces: int) -> bool:
    """Whether it runs: one that ended and waits for its parent does not."""
    try:
        return "Z" not in Path(f"/proc/{proces}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
