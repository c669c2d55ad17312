"""Quiet for a library: stderr comes back, whoever of several is done first."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack

import pytest

from wlz_declaratie.basis import signalen, stil
from wlz_declaratie.basis.stil import zonder_gepraat


def _stderr() -> tuple[int, int]:
    waar = os.fstat(2)
    return waar.st_dev, waar.st_ino


def test_wie_eerst_klaar_is_maakt_niet_uit() -> None:
    echt = _stderr()
    eerste, tweede = ExitStack(), ExitStack()
    eerste.enter_context(zonder_gepraat())
    tweede.enter_context(zonder_gepraat())
    assert _stderr() != echt
    eerste.close()
    assert _stderr() != echt
    tweede.close()
    assert _stderr() == echt


def test_een_signaal_bij_het_begin_laat_stderr_heel(monkeypatch: pytest.MonkeyPatch) -> None:
    """The signal comes when quiet has begun and nothing is in it yet."""
    echt, eerder = _stderr(), signal.signal(signal.SIGTERM, signalen._stop)
    monkeypatch.setattr(signalen, "_gevraagd", None)
    maak_stil = stil._maak_stil

    def en_dan(wie: object) -> None:
        maak_stil(wie)
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(stil, "_maak_stil", en_dan)
    try:
        with pytest.raises(signalen.Afgebroken), zonder_gepraat():
            raise AssertionError("het signaal kwam niet")
    finally:
        signal.signal(signal.SIGTERM, eerder)
    assert _stderr() == echt
