"""What someone may have meant by a word that is not known."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

LANGSTE = 60
MEESTE = 400
"""Words longer than LANGSTE, and possibilities beyond MEESTE, are not looked at: comparing costs their product."""
_SCHEIDING = re.compile(r"[^0-9a-z]+")


def bedoeld(woord: str, mogelijk: Collection[str], *, hooguit: int = 2, gelijkenis: float = 0.66) -> list[str]:
    """Which of these may have been meant, the likeliest first.

    Capitals, spaces and punctuation do not count; what is then equal wins, then what is one of the words of the other
    (BSN-nummer, bsn), then what looks like it.
    """
    from difflib import get_close_matches

    kaal = _kaal(woord)
    if not kaal or len(woord) > LANGSTE:
        return []
    per_kaal: dict[str, str] = {}
    for een in list(mogelijk)[:MEESTE]:
        if len(een) <= LANGSTE:
            per_kaal.setdefault(_kaal(een), een)
    if kaal in per_kaal:
        return [per_kaal[kaal]]
    delen = _delen(woord)
    in_delen = [een for sleutel, een in per_kaal.items() if sleutel in delen or kaal in _delen(een)]
    lijkt = [per_kaal[sleutel] for sleutel in get_close_matches(kaal, per_kaal, hooguit, gelijkenis)]
    return list(dict.fromkeys((*in_delen, *lijkt)))[:hooguit]


def vraag(namen: Sequence[str]) -> str:
    """``; bedoel je x of y?``, or nothing."""
    return f"; bedoel je {' of '.join(namen)}?" if namen else ""


def _kaal(woord: str) -> str:
    return "".join(_delen(woord))


def _delen(woord: str) -> list[str]:
    return [deel for deel in _SCHEIDING.split(woord.lower()) if deel]
