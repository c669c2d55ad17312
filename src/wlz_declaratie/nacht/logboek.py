"""Log lines as JSON, one object a line, for whoever collects them; never a bsn or a value of a line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

NIVEAUS = {logging.INFO: "info", logging.WARNING: "waarschuwing", logging.ERROR: "fout", logging.CRITICAL: "fout"}

log = logging.getLogger(__name__)


class Regelopmaak(logging.Formatter):
    """``moment`` (UTC), ``niveau``, ``gebeurtenis``, then what the event tells."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        velden: dict[str, Any] = {
            "moment": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": NIVEAUS.get(record.levelno, record.levelname.lower()),
            "gebeurtenis": record.getMessage(),
            **getattr(record, "velden", {}),
        }
        return json.dumps(velden, ensure_ascii=False)


def meld(gebeurtenis: str, niveau: int = logging.INFO, **velden: Any) -> None:
    """Log an event; fields without a value are left out."""
    log.log(niveau, gebeurtenis, extra={"velden": {naam: w for naam, w in velden.items() if w is not None}})


@contextmanager
def naar(stroom: TextIO) -> Iterator[None]:
    """Send what this package logs to a stream."""
    afhandelaar = logging.StreamHandler(stroom)
    afhandelaar.setFormatter(Regelopmaak())
    pakket = logging.getLogger("wlz_declaratie")
    pakket.addHandler(afhandelaar)
    vorig = pakket.level
    pakket.setLevel(logging.INFO)
    try:
        yield
    finally:
        pakket.removeHandler(afhandelaar)
        pakket.setLevel(vorig)
