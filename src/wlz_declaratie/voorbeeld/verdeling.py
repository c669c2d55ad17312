"""Which scenarios a batch plays, how often and in which order. Nothing here is left to chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice

import polars as pl

from wlz_declaratie.voorbeeld.scenario import Scenario

KLEINSTE_MET_FOUT = 20
"""A batch of fewer lines has no errors; from here on at least one."""
REGELS_PER_FOUT = 100
MENGFACTOR, MENGRUIMTE = 2_654_435_761, 1 << 32
"""Knuth's multiplicative hash, which spreads numbers in a row."""


def verdeel(scenarios: Sequence[Scenario], regels: int, zaad: int) -> pl.Series:
    """Cases (numbers of scenarios, UInt16) of exactly ``regels`` lines, about one in a hundred of them wrong."""
    fouten = kies_fouten(scenarios, regels, zaad) if regels >= KLEINSTE_MET_FOUT else []
    return meng([*fouten, *vul(scenarios, regels - aantal_regels(scenarios, fouten), zaad)], zaad)


def verdeel_alles(scenarios: Sequence[Scenario], regels: int, zaad: int) -> pl.Series:
    """Cases with exactly ``regels`` lines: every error scenario once, the rest without errors."""
    fouten = [nummer for nummer, scenario in enumerate(scenarios) if scenario.fout]
    return meng([*fouten, *vul(scenarios, regels - aantal_regels(scenarios, fouten), zaad)], zaad)


def verdeel_schoon(scenarios: Sequence[Scenario], regels: int, zaad: int) -> pl.Series:
    """Cases with exactly ``regels`` lines and no errors."""
    return meng(vul(scenarios, regels, zaad), zaad)


def aantal_regels(scenarios: Sequence[Scenario], gevallen: Iterable[int]) -> int:
    """Lines of these cases together."""
    return sum(len(scenarios[nummer].regels) for nummer in gevallen)


def kies_fouten(scenarios: Sequence[Scenario], regels: int, zaad: int) -> list[int]:
    """Error scenarios in turn, mixed, from another one for every seed, until one line in a hundred is wrong.

    The first of them rejects a line in every kind of file, so that no batch with errors looks right.
    """
    fout = [nummer for nummer, scenario in enumerate(scenarios) if scenario.fout]
    foute_regels, ruimte = max(1, round(regels / REGELS_PER_FOUT)), regels // 2
    gekozen: list[int] = []
    telling: Counter[int] = Counter()
    vergeefs = 0
    beurten = islice(cycle(meng(fout, 0)), zaad * MENGFACTOR % len(fout), None)
    while foute_regels > 0 and vergeefs < len(fout):
        nummer = next(beurten)
        scenario = scenarios[nummer]
        past = scenario.foute_regels <= foute_regels and len(scenario.regels) <= ruimte
        if past and (gekozen or scenario.overal_afgekeurd) and not _vol(scenario, telling[nummer]):
            gekozen.append(nummer)
            telling[nummer] += 1
            foute_regels -= scenario.foute_regels
            ruimte -= len(scenario.regels)
            vergeefs = 0
        else:
            vergeefs += 1
    return gekozen


def _vol(scenario: Scenario, keren: int) -> bool:
    return scenario.hooguit is not None and keren >= scenario.hooguit


def vul(scenarios: Sequence[Scenario], regels: int, zaad: int) -> list[int]:
    """Scenarios without errors, by weight, that have exactly so many lines together."""
    gekozen: list[int] = []
    telling: Counter[int] = Counter()
    for nummer in _op_gewicht(scenarios, zaad):
        if regels == 0:
            break
        scenario = scenarios[nummer]
        if len(scenario.regels) <= regels and not _vol(scenario, telling[nummer]):
            gekozen.append(nummer)
            telling[nummer] += 1
            regels -= len(scenario.regels)
    return gekozen


def _op_gewicht(scenarios: Sequence[Scenario], zaad: int) -> Iterator[int]:
    """Without end: each scenario without errors once, then each as often as it weighs, evenly spread."""
    schoon = [nummer for nummer, scenario in enumerate(scenarios) if not scenario.fout]
    begin = zaad % len(schoon)
    yield from schoon[begin:] + schoon[:begin]
    plaatsen = [
        ((keer + 0.5) / gewicht, nummer)
        for nummer, gewicht in ((nummer, scenarios[nummer].gewicht) for nummer in schoon)
        for keer in range(gewicht)
    ]
    yield from cycle(nummer for _, nummer in sorted(plaatsen))


def meng(gevallen: Sequence[int], zaad: int) -> pl.Series:
    """The same cases in another order, so that errors lie scattered. UInt16: there may be tens of millions."""
    plaats = pl.int_range(len(gevallen), dtype=pl.UInt64, eager=True)
    # One place has one key: the factor is odd.
    sleutel = (plaats + zaad % MENGRUIMTE) % MENGRUIMTE * MENGFACTOR % MENGRUIMTE
    return pl.Series("scenario", gevallen, dtype=pl.UInt16).gather(sleutel.cast(pl.UInt32).arg_sort())
