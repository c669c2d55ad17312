"""What the shell may fill in with Tab: ids of rules, families, retourcodes. It runs at each Tab, and imports little."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

Woord = tuple[str, str]
"""What can be typed, and what it is."""


def regels(begin: str) -> list[Woord]:
    """Rules and families for the last id of a list with commas."""
    eerder, komma, laatste = begin.rpartition(",")
    return [(f"{eerder}{komma}{id_}", wat) for id_, wat in _passend(_regels(), laatste)]


def regel_of_retourcode(begin: str) -> list[Woord]:
    """A rule or a retourcode."""
    return [*_passend((woord for woord in _regels() if "-" in woord[0]), begin), *_passend(_retourcodes(), begin)]


def _passend(woorden: Iterable[Woord], begin: str) -> Iterator[Woord]:
    """Those that begin so, in small letters for who types small letters: the shell drops what differs."""
    klein = begin.islower()
    for woord, wat in woorden:
        getypt = woord.lower() if klein else woord
        if getypt.startswith(begin):
            yield getypt, wat


def _regels() -> Iterator[Woord]:
    """Each family before its rules, those of a rule pack too."""
    from wlz_declaratie.kern.regel import alle_regels

    vorige = ""
    for id_, regel in alle_regels().items():
        if regel.familie != vorige:
            vorige = regel.familie
            yield vorige, "familie"
        yield id_, regel.titel


def _retourcodes() -> Iterator[Woord]:
    from wlz_declaratie.basis.meegeleverd import pad

    with pad("codes", "retourcodes.csv").open(encoding="utf-8", newline="") as bestand:
        yield from ((rij[0], rij[1]) for rij in list(csv.reader(bestand, delimiter=";"))[1:])
