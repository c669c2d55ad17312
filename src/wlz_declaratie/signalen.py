"""A signal that asks us to stop ends the run in an orderly way: what is temporary goes, one line tells, exit 128 + n.

The first one raises Afgebroken, at the next step of Python: while Polars works that is when it is done. A second one
ends the run where it is, and still removes what is temporary. Light, for it is imported before all else.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

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


_al_gevraagd = False


def _stop(signaal: int, _frame: FrameType | None) -> None:
    global _al_gevraagd
    afgebroken = Afgebroken(signaal)
    if _al_gevraagd:
        _stop_meteen(afgebroken)
    _al_gevraagd = True
    raise afgebroken


def _stop_meteen(afgebroken: Afgebroken) -> None:
    from wlz_declaratie.werkmap import ruim_alles

    try:
        ruim_alles()
        os.write(2, f"{afgebroken}\n".encode())
    finally:
        os._exit(afgebroken.code)


def _gevangen() -> list[signal.Signals]:
    return [getattr(signal, naam) for naam in NAMEN if hasattr(signal, naam)]


def vang() -> None:
    """From now on these signals raise Afgebroken; one that was ignored when we started (nohup) stays so."""
    for nummer in _gevangen():
        if signal.getsignal(nummer) is not signal.SIG_IGN:
            signal.signal(nummer, _stop)


def negeer() -> None:
    """The run is over: a signal now changes nothing of what was done."""
    for nummer in _gevangen():
        signal.signal(nummer, signal.SIG_IGN)
