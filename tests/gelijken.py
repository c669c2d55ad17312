"""Batches in which many lines are equal, wholly or in what they are sorted by: what hangs on their order then shows."""

from __future__ import annotations

from dataclasses import replace

from toeval import Kies, Rij, Wereld

ANDERS = (
    *("aantal", "uitvoerder", "prestatiecode", "zzpcode", "tarief", "bedrag", "declaratiebedrag"),
    *("referentienummer", "leveringsvorm", "besluitnummer", "machtigingsnummer"),
)
"""Not what the order of the catalogue looks at: client, days."""


def met_gelijken(wereld: Wereld, zaad: int) -> Wereld:
    """The world with copies of its lines, in any order: alike, of another client, or with something else in a field."""
    kies = Kies(zaad)
    lijnen = wereld.lijnen
    meer = [dict(lijn) for lijn in lijnen]
    for lijn in lijnen:
        for _ in range(kies.choice((0, 0, 1, 2, 3))):
            kopie = dict(lijn)
            if kies.random() < 0.6:
                kopie |= {veld: kies.choice(lijnen)[veld] for veld in kies.sample(ANDERS, kies.choice((1, 2, 4)))}
            if kies.random() < 0.25:
                kopie["bsn"] = kies.choice(lijnen)["bsn"]
            meer.append(kopie)
    kies.shuffle(meer)
    historie: list[Rij] | None = wereld.historie
    if historie is not None:
        historie = [dict(kies.choice(lijnen)) for _ in range(len(lijnen) // 4)] + historie
    return replace(wereld, lijnen=[lijn | {"_nr": nr} for nr, lijn in enumerate(meer)], historie=historie)
