"""Answers of a register as an attacker would make them: JSON that would take hours, gigabytes, or the process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from antwoorden import ANDER, indicatie, specificatie

_BEGIN, _EINDE = '{"data": {"bemiddelingspecificatie": [', "]}}"
_GOED = json.dumps(specificatie())


def _keer(begin: str, stuk: str, keer: int, einde: str) -> Iterator[str]:
    """Text with ``stuk`` so many times in it, without having it in memory."""
    per = max(1, (1 << 20) // len(stuk))
    yield begin
    for _ in range(keer // per):
        yield stuk * per
    yield stuk * (keer % per) + einde


def _velden(begin: str, waarde: str, aantal: int, einde: str) -> Iterator[str]:
    """An object with so many fields, each of another name."""
    yield begin
    yield from (f'"v{nummer}": {waarde}, ' for nummer in range(aantal))
    yield f'"laatste": {waarde}{einde}'


def _met(waarde: str) -> tuple[str, str]:
    """What stands before and after a value of a field that nobody reads, in an answer that is good but for that."""
    begin, einde = json.dumps(specificatie("s2", ANDER, opname="@")).split(f'"{waarde}"')
    return f"{_BEGIN}{_GOED}, {begin}", f"{einde}{_EINDE}"


_VOOR, _NA = _met("@")
_PAKKETTEN = json.dumps(indicatie(geindiceerdZorgzwaartepakket="@"))

GEWEIGERD: dict[str, Callable[[], Iterable[str]]] = {
    "delen zonder inhoud": lambda: _keer(f"{_BEGIN}{_GOED}", ", {}", 10_000_000, _EINDE),
    "pakketten zonder inhoud": lambda: _keer(
        '{"data": {"wlzIndicatie": [' + _PAKKETTEN.split('"@"')[0] + "[{}", ", {}", 900_000, "]}]}}"
    ),
    "diep": lambda: _keer(_VOOR, "[", 10_000_000, _NA),
    "diep, objecten": lambda: _keer(_VOOR, '{"bemiddeling":', 500_000, _NA),
    "één tekst": lambda: _keer(f'{_VOOR}"', "x", 30_000_000, f'"{_NA}'),
    "één getal": lambda: _keer(_VOOR, "9", 30_000_000, _NA),
    "één lijst": lambda: _keer(f"{_VOOR}[1", ", 1", 10_000_000, f"]{_NA}"),
    "één object": lambda: _keer(f'{_VOOR}{{"a": 1', ', "a": 1', 400_000, f"}}{_NA}"),
    "velden van data": lambda: _velden(f"{_BEGIN}{_GOED}], ", "1", 2_000_000, "}}"),
    "velden van data, leeg": lambda: _velden(f"{_BEGIN}{_GOED}], ", "[]", 20_000, "}}"),
}
"""Answers that are refused: what they are, is known by then."""

OVERGESLAGEN: dict[str, Callable[[], Iterable[str]]] = {
    "spaties": lambda: _keer("", " ", 100_000_000, ""),
    "diep": lambda: _keer("", "[", 10_000_000, ""),
    "velden": lambda: _velden("{", "1", 1_000_000, "}"),
    "onbekende lijst": lambda: _keer('{"data": {"levering": [{}', ", {}", 10_000_000, "]}}"),
    "fouten zonder inhoud": lambda: _keer('{"errors": [{}', ", {}", 10_000_000, "]}"),
    "één tekst": lambda: _keer('{"a": "', "x", 30_000_000, '"}'),
    "veel fouten": lambda: _keer('{"errors": [{"message": "x"}', ', {"message": "x"}', 1_000_000, "]}"),
}
"""Files of which nothing says that they are an answer of these registers."""

LEESBAAR: dict[str, Callable[[], Iterable[str]]] = {
    "lijsten in een deel": lambda: _keer(f"{_VOOR}[[]", ", []", 900_000, f"]{_NA}"),
    "lange teksten": lambda: [
        _BEGIN,
        ", ".join(json.dumps(specificatie(f"s{n}", zzpCode="7" * 1_000_000)) for n in range(50)),
        f", {_GOED}{_EINDE}",
    ],
    "slechte rijen": lambda: _keer(
        f"{_BEGIN}{_GOED}", ', {"bemiddelingspecificatieID": "s2", "zzpCode": "x"}', 500_000, _EINDE
    ),
    "veel toewijzingen": lambda: (
        f"{_BEGIN if n == 0 else ', '}{json.dumps(specificatie(f's{n}'))}{_EINDE if n == 39_999 else ''}"
        for n in range(40_000)
    ),
    "een ruimte ervoor": lambda: _keer("", " ", 50_000_000, f"{_BEGIN}{_GOED}{_EINDE}"),
}
"""Answers that ask for trouble and can be read all the same, in bounds."""
