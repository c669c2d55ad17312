"""Rates as texts and small bars."""

from __future__ import annotations

from collections.abc import Sequence

VOL, LEEG = "█", "░"
TRAPPEN = "▁▂▃▄▅▆▇█"


def deel(aantal: int, geheel: int) -> float | None:
    """A part of a whole; None where there is no whole."""
    return aantal / geheel if geheel > 0 else None


def procent(waarde: float | None) -> str:
    """5,0%, or a dash."""
    return "–" if waarde is None else f"{waarde:.1%}".replace(".", ",")


def promille(waarde: float | None) -> str:
    """1.000,0‰, or a dash."""
    return "–" if waarde is None else f"{waarde:,.1f}‰".translate(str.maketrans(",.", ".,"))


def balk(waarde: float | None, hoogste: float, breedte: int = 12) -> str:
    """A bar, as long as the value is beside the highest; anything above nothing is seen."""
    if waarde is None:
        return ""
    vol = max(round(waarde / hoogste * breedte), waarde > 0) if hoogste > 0 else 0
    return VOL * vol + LEEG * (breedte - vol)


def lijntje(waarden: Sequence[float | None]) -> str:
    """A step for each value, the highest at the top; a space where there is none."""
    hoogste = max((waarde for waarde in waarden if waarde is not None), default=0.0)
    if hoogste <= 0:
        return "".join(" " if waarde is None else TRAPPEN[0] for waarde in waarden)
    return "".join(
        " " if waarde is None else TRAPPEN[round(waarde / hoogste * (len(TRAPPEN) - 1))] for waarde in waarden
    )
