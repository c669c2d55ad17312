"""A signal that asks us to stop ends the run in an orderly way: what is temporary goes, one line tells, exit 128 + n.

The first one raises Afgebroken, at the next step of Python: while Polars works that is when it is done. A second one
ends the run where it is, and still removes what is temporary. Light, for it is imported before all else.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # even typing takes longer than all the rest here
    from types import FrameType
    from typing import Any

NAMEN = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Afgebroken(BaseException):
    """The run was told to stop by ``signaal``; no Exception, so that nobody takes it for a fault and goes on."""

    def __init__(self, signaal: int) -> None:
        super().__init__(signaal)
        self.signaal = signaal

    @property
    def code(self) -> int:
        """The exit code."""
        return 128 + self.signaal

    def __str__(self) -> str:
        return f"afgebroken door {signal.Signals(self.signaal).name}; er is niets half weggeschreven"


_gevraagd: Afgebroken | None = None


def gevraagd() -> Afgebroken | None:
    """What asked us to stop; what fails thereafter may fail by that, under another name."""
    return _gevraagd


class uitgesteld:
    """A few steps that belong together, in any thread: a signal in between waits until no such block is open."""

    _open = 0
    _wacht: int | None = None
    _tel = _thread.allocate_lock()

    def __enter__(self) -> None:
        with uitgesteld._tel:
            uitgesteld._open += 1

    def __exit__(self, *_wat: object) -> None:
        with uitgesteld._tel:
            uitgesteld._open -= 1
        if uitgesteld._open == 0 and (signaal := uitgesteld._wacht) is not None:
            uitgesteld._wacht = None
            signal.raise_signal(signaal)


def _stop(signaal: int, _frame: FrameType | None) -> None:
    global _gevraagd
    if uitgesteld._open:
        uitgesteld._wacht = signaal
        return
    eerder, _gevraagd = _gevraagd, Afgebroken(signaal)
    if eerder is not None:
        _stop_meteen(_gevraagd)
    raise _gevraagd


def _stop_meteen(afgebroken: Afgebroken) -> None:
    from wlz_declaratie.basis.werkmap import ruim_alles

    try:
        ruim_alles(voorgoed=True)
        os.write(2, f"{afgebroken}\n".encode())
    finally:
        os._exit(afgebroken.code)


def _nog_eens(gevallen: Any) -> None:
    """Python drops what is raised in a callback of its own (of an import, of a garbage collection): then ask again."""
    global _gevraagd
    if not isinstance(gevallen.exc_value, Afgebroken):
        sys.__unraisablehook__(gevallen)
        return
    _gevraagd = None
    _thread.start_new_thread(_later, (gevallen.exc_value.signaal,))


def _later(signaal: int) -> None:
    time.sleep(0.01)
    signal.raise_signal(signaal)


def _gevangen() -> list[signal.Signals]:
    return [getattr(signal, naam) for naam in NAMEN if hasattr(signal, naam)]


def vang() -> None:
    """From now on these signals raise Afgebroken; one that was ignored when we started (nohup) stays so."""
    for nummer in _gevangen():
        if signal.getsignal(nummer) is not signal.SIG_IGN:
            signal.signal(nummer, _stop)
    sys.unraisablehook = _nog_eens


def negeer() -> None:
    """The run is over: a signal now changes nothing of what was done."""
    for nummer in _gevangen():
        signal.signal(nummer, signal.SIG_IGN)
