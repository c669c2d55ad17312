"""Log lines as JSON, one object a line, for whoever collects them; never a bsn or a value of a line."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

NIVEAUS = {logging.INFO: "info", logging.WARNING: "waarschuwing", logging.ERROR: "fout", logging.CRITICAL: "fout"}

log = logging.getLogger(__name__)


def nieuwe_run() -> str:
    """An id of a run; those of later runs sort after it."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


class Regelopmaak(logging.Formatter):
    """``moment`` (UTC), ``niveau``, ``run``, ``gebeurtenis``, then what the event tells."""

    def __init__(self, run: str | None = None) -> None:
        super().__init__()
        self._run = {"run": run} if run else {}

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        velden: dict[str, Any] = {
            "moment": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": NIVEAUS.get(record.levelno, record.levelname.lower()),
            **self._run,
            "gebeurtenis": record.getMessage(),
            **getattr(record, "velden", {}),
        }
        return json.dumps(velden, ensure_ascii=False)


def meld(gebeurtenis: str, niveau: int = logging.INFO, **velden: Any) -> None:
    """Log an event; fields without a value are left out."""
    log.log(niveau, gebeurtenis, extra={"velden": {naam: w for naam, w in velden.items() if w is not None}})


@contextmanager
def naar(stroom: TextIO, run: str | None = None) -> Iterator[None]:
    """Send what this package logs to a stream, every line with the id of the run."""
    afhandelaar = logging.StreamHandler(stroom)
    afhandelaar.setFormatter(Regelopmaak(run))
    pakket = logging.getLogger("wlz_declaratie")
    pakket.addHandler(afhandelaar)
    vorig = pakket.level
    pakket.setLevel(logging.INFO)
    try:
        yield
    finally:
        pakket.removeHandler(afhandelaar)
        pakket.setLevel(vorig)
