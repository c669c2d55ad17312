"""A process that has loaded everything and started nothing: what is asked of it, a child of it does.

A child is a process like any other, with streams, signals and an end of its own; it only needs no time to start. What
a start itself does (the first imports, the encoding of a console, a stream that is closed) is not tested here.

The parent talks over a socket: per child one connection, on which it sends the module that has the ``main``, the words,
the environment and the folder, with the two streams to write to; it gets the number of the child, and how it ended.
"""

from __future__ import annotations

import array
import gc
import importlib
import io
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import wlz_declaratie

HOOGUIT = 1 << 20
"""Bytes of a request."""


def laad_alles() -> None:
    """Import every module, and what is read once per process."""
    for module in pkgutil.walk_packages(wlz_declaratie.__path__, "wlz_declaratie."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    from wlz_declaratie.kern.regel import alle_regels

    alle_regels()
    gc.freeze()  # the memory of a child stays that of its parent as long as nobody touches it


def wacht(luister: socket.socket) -> Callable[[], None]:
    """Serve until ``luister`` is closed; gives, in each child, what it has to do."""
    kinderen: dict[int, socket.socket] = {}
    wek_lees, wek_schrijf = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wek_schrijf)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as kijk:
        for bron in (luister, wek_lees, sys.stdin):
            kijk.register(bron, selectors.EVENT_READ)
        while True:
            bronnen = {sleutel.fileobj for sleutel, _ in kijk.select()}
            if sys.stdin in bronnen:  # whoever started us is gone
                raise SystemExit(0)
            if wek_lees in bronnen:
                os.read(wek_lees, 1000)
                _meld_doden(kinderen)
            if luister in bronnen:
                lijn, _ = luister.accept()
                vraag, streams = _ontvang(lijn)
                if (kind := os.fork()) == 0:
                    break
                for nummer in streams:
                    os.close(nummer)
                kinderen[kind] = lijn
                lijn.sendall(f"{kind}\n".encode())
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for dicht in (luister, lijn, *kinderen.values()):
        dicht.close()
    os.close(wek_lees)
    os.close(wek_schrijf)
    return _word(vraag, streams)


def _meld_doden(kinderen: dict[int, socket.socket]) -> None:
    while kinderen:
        kind, stand = os.waitpid(-1, os.WNOHANG)
        if kind == 0:
            return
        with kinderen.pop(kind) as lijn:
            try:
                lijn.sendall(f"{os.waitstatus_to_exitcode(stand)}\n".encode())
            except BrokenPipeError:  # nobody waits for it any more
                continue


def _ontvang(lijn: socket.socket) -> tuple[dict[str, Any], list[int]]:
    nummers = array.array("i")
    tekst, bij, _, _ = lijn.recvmsg(HOOGUIT, socket.CMSG_SPACE(2 * nummers.itemsize))
    for _, _, inhoud in bij:
        nummers.frombytes(inhoud)
    while not tekst.endswith(b"\n"):
        tekst += lijn.recv(HOOGUIT)
    return json.loads(tekst), list(nummers)


def _word(vraag: dict[str, Any], streams: list[int]) -> Callable[[], None]:
    """Become the process that was asked for, as the interpreter would have started it."""
    nergens = os.open(os.devnull, os.O_RDONLY)
    for nummer, doel in zip((nergens, *streams), (0, 1, 2), strict=True):
        os.dup2(nummer, doel)
        os.close(nummer)
    for naam, doel in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        vorm = io.TextIOWrapper(
            io.FileIO(doel, "r") if doel == 0 else io.BufferedWriter(io.FileIO(doel, "w")),  # type: ignore[arg-type]
            encoding="utf-8",
            errors="surrogateescape" if doel < 2 else "backslashreplace",
            line_buffering=doel == 2,
        )
        setattr(sys, naam, vorm)
        setattr(sys, f"__{naam}__", vorm)
    os.environ.clear()
    os.environ.update(vraag["omgeving"])
    tempfile.tempdir = None
    os.chdir(vraag["map"])
    sys.argv = vraag["woorden"]
    main: Callable[[], None] = importlib.import_module(vraag["module"]).main
    return main


if __name__ == "__main__":
    laad_alles()
    with socket.socket(fileno=int(sys.argv[1])) as luister_:
        opdracht = wacht(luister_)
    opdracht()
