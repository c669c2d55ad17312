"""A run that a file can kill is watched: by a process that reads nothing, and so cannot die of it.

`bewaak` splits the process, before anything heavy is loaded. The child does the night; when a signal ends it, the
parent notes that in the journal and starts it again, so that the file that was being read is put aside when it does
so too often. What the system sends to the parent reaches the child, which ends in its own orderly way; nobody
survives a parent that is killed outright. Windows cannot split a process: there the next night finds out.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from wlz_declaratie.basis.fouten import Gebruikersfout

_actief = False


def actief() -> bool:
    """Whether this process is watched."""
    return _actief


def bewaak(noteer_dood: Callable[[int], bool]) -> None:
    """Go on in a child that is watched, where there can be one; the parent ends with what the child ended with.

    ``noteer_dood`` gets the signal that ended a child, and says whether a new one has something to go on with.
    """
    global _actief
    if sys.platform == "win32":
        return
    while True:
        for stroom in (sys.stdout, sys.stderr):
            if stroom is not None:  # closed by whoever started this
                stroom.flush()
        ouder = os.getpid()
        kind = os.fork()
        if kind == 0:
            _actief = True
            _sterf_met(ouder)
            return
        code, gevraagd = _wacht(kind)
        if code >= 0:
            raise SystemExit(code)
        if -code in gevraagd or -code in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            raise SystemExit(128 - code)
        if not noteer_dood(-code):
            raise Gebruikersfout(
                f"de nacht is afgebroken ({signal.strsignal(-code) or -code}). Start haar opnieuw; zij gaat verder "
                "waar zij was."
            )
        if gevraagd:
            raise SystemExit(128 + gevraagd[0])


def _wacht(kind: int) -> tuple[int, list[int]]:
    """The exit code of the child, negative for the signal that ended it; and the signals that came meanwhile.

    A terminal and systemd send to all processes, others to the parent alone: the child gets a second to go by itself.
    """
    gekregen: list[int] = []

    def onthoud(sein: int, _: FrameType | None) -> None:
        gekregen.append(sein)
        signal.alarm(1)

    def geef_door(*_: object) -> None:
        os.kill(kind, gekregen[-1])

    nieuw = dict.fromkeys((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), onthoud) | {signal.SIGALRM: geef_door}
    oud = {sein: signal.signal(sein, wat) for sein, wat in nieuw.items() if signal.getsignal(sein) != signal.SIG_IGN}
    try:
        _, stand = os.waitpid(kind, 0)
    finally:
        signal.alarm(0)
        for sein, wat in oud.items():
            signal.signal(sein, wat or signal.SIG_DFL)
    return os.waitstatus_to_exitcode(stand), gekregen


def _sterf_met(ouder: int) -> None:
    """Be killed when the parent is; systems other than Linux cannot say so."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    except (OSError, AttributeError):
        return
    if os.getppid() != ouder:
        os.kill(os.getpid(), signal.SIGKILL)
