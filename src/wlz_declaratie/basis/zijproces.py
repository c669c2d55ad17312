"""A Python process beside this one, with the same package: how it starts, and a few of them for work in turn."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import TypeVar

from wlz_declaratie.basis import heap

W = TypeVar("W")
U = TypeVar("U")
Zijproces = subprocess.Popen[bytes]


def opdracht(module: str, *woorden: str) -> list[str]:
    """The command that runs a module of the package. -P: the folder where this runs may be anyone's."""
    return [sys.executable, "-P", "-m", module, *woorden]


def omgeving(draden: int) -> dict[str, str]:
    """Its environment: the same package as here, so many threads for Polars, and an allocator that keeps less."""
    hier = str(Path(__file__).parents[2])
    zoekpad = os.pathsep.join(deel for deel in (hier, os.environ.get("PYTHONPATH")) if deel)
    aantal = str(draden)
    eigen = {"PYTHONPATH": zoekpad, "POLARS_MAX_THREADS": aantal, "RAYON_NUM_THREADS": aantal, "RUST_BACKTRACE": "0"}
    return {**os.environ, **heap.ernaast(), **eigen}


def in_processen(doe: Callable[[W], U], taken: Sequence[W], aantal: int, draden: int) -> Iterator[tuple[int, U]]:
    """Do the tasks in ``aantal`` processes of so many threads; gives each with its place, in their order.

    A task that its process does not bring back (killed, out of memory, not to be sent) is done here, so that an error
    is that of the task itself. ``doe`` is a function of a module that the process can import.
    """
    gestopt = Event()
    with ExitStack() as tot_het_einde:
        werkers = [tot_het_einde.enter_context(_zijproces(draden)) for _ in range(aantal)]
        beurten = tot_het_einde.enter_context(ThreadPoolExecutor(aantal))
        vrij = SimpleQueue[Zijproces | None]()
        for werker in werkers:
            vrij.put(werker)

        def uitbesteed(taak: W) -> U:
            werker = vrij.get()
            try:
                return _gevraagd(werker, doe, taak)
            except Exception:  # whatever the process, the pipe or pickle makes of it
                if gestopt.is_set():
                    raise
                _dood(werker)
                return doe(taak)
            finally:
                vrij.put(werker)

        try:
            yield from enumerate(beurten.map(uitbesteed, taken))
        finally:
            gestopt.set()
            for werker in werkers:
                _dood(werker)


@contextmanager
def _zijproces(draden: int) -> Iterator[Zijproces | None]:
    """A process that `_werk`, None where none can be made; it ends with the block, and with whoever runs that."""
    try:
        proces = subprocess.Popen(  # noqa: S603
            opdracht(__name__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=omgeving(draden),
            start_new_session=True,  # a Ctrl-C is for whoever started it
        )
    except OSError:
        yield None
        return
    try:
        yield proces
    finally:
        _dood(proces)
        with suppress(OSError), proces:  # closes the pipes; what was not sent yet, cannot be sent any more
            pass


def _dood(proces: Zijproces | None) -> None:
    if proces is not None:
        proces.kill()


def _gevraagd(werker: Zijproces | None, doe: Callable[[W], U], taak: W) -> U:
    """What the process makes of the task. Raises EOFError or OSError when it is gone."""
    if werker is None or werker.stdin is None or werker.stdout is None:
        raise OSError("geen zijproces")
    vraag = pickle.dumps((doe, taak))
    werker.stdin.write(vraag)
    werker.stdin.flush()
    antwoord: U = pickle.load(werker.stdout)  # noqa: S301 (a pipe to a process of our own)
    return antwoord


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
