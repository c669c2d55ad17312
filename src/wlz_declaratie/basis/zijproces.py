"""A Python process beside this one, with the same package: how it starts, and a few of them for work in turn."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import IO, Any, TypeVar

W = TypeVar("W")
U = TypeVar("U")


def opdracht(module: str, *woorden: str) -> list[str]:
    """The command that runs a module of the package. -P: the folder where this runs may be anyone's."""
    return [sys.executable, "-P", "-m", module, *woorden]


def omgeving(draden: int) -> dict[str, str]:
    """Its environment: the same package as here, and so many threads for Polars."""
    hier = str(Path(__file__).parents[2])
    zoekpad = os.pathsep.join(deel for deel in (hier, os.environ.get("PYTHONPATH")) if deel)
    aantal = str(draden)
    eigen = {"PYTHONPATH": zoekpad, "POLARS_MAX_THREADS": aantal, "RAYON_NUM_THREADS": aantal, "RUST_BACKTRACE": "0"}
    return {**os.environ, **eigen}


def in_processen(doe: Callable[[W], U], taken: Sequence[W], aantal: int, draden: int) -> Iterator[tuple[int, U]]:
    """Do the tasks in ``aantal`` processes of so many threads; gives each with its place, in their order.

    A task that its process does not bring back (killed, out of memory, not to be sent) is done here, so that an error
    is that of the task itself. ``doe`` is a function of a module that the process can import.
    """
    gestopt = Event()
    with _processen(aantal, draden) as werkers, ThreadPoolExecutor(aantal) as draad:
        vrij = SimpleQueue[subprocess.Popen[bytes]]()
        for werker in werkers:
            vrij.put(werker)

        def uitbesteed(taak: W) -> U:
            werker = vrij.get()
            try:
                return _gevraagd(werker, doe, taak)
            except Exception:  # whatever the process, the pipe or pickle makes of it
                if gestopt.is_set():
                    raise
                werker.kill()
                return doe(taak)
            finally:
                vrij.put(werker)

        try:
            yield from enumerate(draad.map(uitbesteed, taken))
        finally:
            gestopt.set()
            for werker in werkers:
                werker.kill()


@contextmanager
def _processen(aantal: int, draden: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many processes that `_werk`; they end with the block, and with the process that runs it."""
    werkers = list[subprocess.Popen[bytes]]()
    try:
        for _ in range(aantal):
            werkers.append(
                subprocess.Popen(  # noqa: S603
                    opdracht(__name__),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=omgeving(draden),
                    start_new_session=True,  # a Ctrl-C is for whoever started it
                )
            )
        yield werkers
    finally:
        for werker in werkers:
            werker.kill()
            werker.wait()
            for pijp in (werker.stdin, werker.stdout):
                with suppress(OSError):
                    _open(pijp).close()


def _gevraagd(werker: subprocess.Popen[bytes], doe: Callable[[W], U], taak: W) -> U:
    """What the process makes of the task. Raises EOFError or OSError when it is gone."""
    vraag = pickle.dumps((doe, taak))
    heen = _open(werker.stdin)
    heen.write(vraag)
    heen.flush()
    antwoord: U = pickle.load(_open(werker.stdout))  # noqa: S301 (a pipe to a process of our own)
    return antwoord


def _open(pijp: IO[Any] | None) -> IO[Any]:
    if pijp is None:
        raise OSError("geen pijp")
    return pijp


def _werk() -> None:
    """The process: do what is asked, until nobody asks any more."""
    vragen, antwoorden = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a rule pack prints is no answer
    while True:
        try:
            doe, taak = pickle.load(vragen)  # noqa: S301 (a pipe from the process that started this one)
        except EOFError:
            return
        pickle.dump(doe(taak), antwoorden)
        antwoorden.flush()


if __name__ == "__main__":
    _werk()
