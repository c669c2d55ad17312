"""Where the bars of a drawing stand. Widths are percentages, so that texts keep their size at any width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.tijdlijn import Deel, Soort, Tijdlijn

RIJ = 40
"""Height of one bar with its name above it, in pixels."""
BOVEN = 22
"""Room above the first bar of a timeline, for the name of the limit."""
SMALST = 0.2
"""A day has to be seen, however long the timeline."""
KLASSE: dict[Soort, str] = {"telt": "telt", "te veel": "teveel", "telt niet": "niet", "verblijf": "rust"}
OVERIG = "Overig"
"""The name of the bar that takes the others together."""
LEGENDA: dict[Soort, str] = {
    "telt": "telt mee, binnen de grens",
    "te veel": "telt mee, boven de grens",
    "telt niet": "telt niet (nog eens) mee",
    "verblijf": "verblijf ervoor",
}


@dataclass(frozen=True)
class Staaf:
    """A horizontal bar; ``boven`` in pixels, ``breedte`` a percentage."""

    label: str
    titel: str
    waarde: str
    klasse: str
    boven: int
    breedte: float


@dataclass(frozen=True)
class Staafdiagram:
    """``naam`` says what it shows to who cannot see it."""

    naam: str
    hoogte: int
    staven: tuple[Staaf, ...]


@dataclass(frozen=True)
class Blok:
    """Days of one kind; ``links`` and ``breedte`` are percentages."""

    klasse: str
    tekst: str
    links: float
    breedte: float


@dataclass(frozen=True)
class Baan:
    """A declaration line; ``eigen`` is that of the finding itself."""

    naam: str
    eigen: bool
    boven: int
    blokken: tuple[Blok, ...]


@dataclass(frozen=True)
class Grens:
    """The last day within the limit, and where it ends, a percentage."""

    dag: date
    plek: float


@dataclass(frozen=True)
class Dagentekening:
    """A bar of days per declaration line, ``onder`` where they end, and a line where the limit fell."""

    naam: str
    van: date
    tot: date
    banen: tuple[Baan, ...]
    onder: int
    grens: Grens | None


def staven(
    rijen: Sequence[tuple[str, str, int]], naam: str, schrijf: Callable[[int], str] = opmaak.euro
) -> Staafdiagram:
    """Horizontal bars: label, title and value each, in their order; ``schrijf`` gives a value as text."""
    grootste = max(1, *(waarde for _, _, waarde in rijen))  # credit lines can make all of them negative
    return Staafdiagram(
        naam,
        RIJ * len(rijen),
        tuple(
            Staaf(
                label,
                titel,
                schrijf(waarde),
                "rust" if label == OVERIG else "staaf",
                nummer * RIJ,
                max(waarde, 0) / grootste * 100,
            )
            for nummer, (label, titel, waarde) in enumerate(rijen)
        ),
    )


def tijdlijn(lijn: Tijdlijn, naam: str) -> Dagentekening:
    """The drawing of a timeline."""
    van, tot = lijn.van, lijn.tot
    dagen = (tot - van).days + 1

    def plek(dag: date, erbij: int = 0) -> float:
        return ((dag - van).days + erbij) / dagen * 100

    def blok(deel: Deel) -> Blok:
        links = plek(deel.van)
        breedte = max(plek(deel.tot, 1) - links, SMALST)
        return Blok(KLASSE[deel.soort], f"{deel.soort}: {opmaak.periode(deel.van, deel.tot)}", links, breedte)

    laatste = lijn.laatste_dag
    return Dagentekening(
        naam=naam,
        van=van,
        tot=tot,
        banen=tuple(
            Baan(strook.naam, strook.eigen, BOVEN + nummer * RIJ, tuple(map(blok, strook.delen)))
            for nummer, strook in enumerate(lijn.stroken)
        ),
        onder=BOVEN + RIJ * len(lijn.stroken),
        grens=Grens(laatste, plek(laatste, 1)) if laatste is not None and van <= laatste <= tot else None,
    )


def legenda(lijn: Tijdlijn) -> tuple[tuple[str, str], ...]:
    """The class of each kind of bar that the timeline has, and what it means."""
    soorten = {deel.soort for strook in lijn.stroken for deel in strook.delen}
    return tuple((KLASSE[soort], tekst) for soort, tekst in LEGENDA.items() if soort in soorten)
