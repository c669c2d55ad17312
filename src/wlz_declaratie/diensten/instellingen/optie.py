"""An option of a command as a settings file may set it, and what its value may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from wlz_declaratie.basis.lijkt import bedoeld, vraag
from wlz_declaratie.basis.tonen import schoon
from wlz_declaratie.diensten.instellingen.bestand import Bestand, Pad, getoond

Soort = Literal["ja/nee", "geheel getal", "getal", "tekst", "pad", "datum", "keuze"]
MEESTE_TEKENS = 1_000

ALS: Mapping[Soort, str] = {
    "ja/nee": "Schrijf true of false.",
    "geheel getal": "Schrijf een geheel getal, zonder aanhalingstekens.",
    "getal": "Schrijf een getal, zonder aanhalingstekens.",
    "tekst": 'Zet de tekst tussen aanhalingstekens: "…".',
    "pad": 'Zet de naam tussen aanhalingstekens: "…". Zij geldt vanaf de map van dit bestand.',
    "datum": "Schrijf een datum als 2026-01-31.",
    "keuze": 'Zet de keuze tussen aanhalingstekens: "…".',
}


@dataclass(frozen=True)
class Optie:
    """What an option of a command takes: ``naam`` is the long one, without dashes.

    ``vaker``: it may be given more than once, here as a list. ``komma``: a text with commas between, here a list too.
    ``waarden`` are what it can be, of a keuze, ``minstens`` and ``hoogstens`` the bounds of a number. ``lees`` is its
    own validation; it raises ValueError, in Dutch.
    """

    naam: str
    soort: Soort
    hulp: str
    lees: Callable[[Any], object]
    vaker: bool = False
    komma: bool = False
    waarden: tuple[str, ...] = ()
    minstens: float | None = None
    hoogstens: float | None = None
    standaard: Any = None
    """What is built in; None is nothing."""

    def keur(self, bestand: Bestand, plaats: Pad, waarde: Any) -> Any:
        """The value as the command line gives it: texts, paths from the folder of the file.

        Raises Gebruikersfout, with its line, for what the option does not take.
        """
        lijst = isinstance(waarde, list) and (self.vaker or self.komma)
        delen = [self._deel(bestand, plaats, deel) for deel in (waarde if lijst else [waarde])]
        if lijst and not delen:
            raise bestand.fout(plaats, f"{self.naam} is een lege lijst", "Vul haar, of haal de regel weg.")
        gekeurd = ",".join(delen) if self.komma else delen if self.vaker else delen[0]
        try:
            self.lees(gekeurd)
        except ValueError as fout:
            raise bestand.fout(
                plaats, str(fout).rstrip("."), f"Zie `declaratie {opdracht_van(plaats)} --help`."
            ) from None
        return gekeurd

    def _deel(self, bestand: Bestand, plaats: Pad, waarde: Any) -> Any:
        goed: bool
        match self.soort:
            case "ja/nee":
                goed = isinstance(waarde, bool)
            case "geheel getal":
                goed = type(waarde) is int
            case "getal":
                goed = type(waarde) in (int, float)
            case "datum":
                if type(waarde) is date:
                    waarde = waarde.isoformat()
                goed = isinstance(waarde, str) and _is_datum(waarde)
            case _:
                goed = isinstance(waarde, str) and bool(waarde.strip()) and len(waarde) <= MEESTE_TEKENS
                goed = goed and schoon(waarde) == waarde
        if not goed:
            wat = "een lijst" if isinstance(waarde, list) else f"geen {self.soort}"
            raise bestand.fout(plaats, f"bij {self.naam} staat {wat}", ALS[self.soort])
        if self.waarden and waarde not in self.waarden:
            lijkt = vraag([f"'{een}'" for een in bedoeld(waarde, self.waarden)])
            reden = f"{self.naam} kan niet {getoond(waarde)} zijn{lijkt}"
            raise bestand.fout(plaats, reden, f"Kies uit {', '.join(self.waarden)}.")
        return str(bestand.naast(waarde)) if self.soort == "pad" else waarde


def opdracht_van(plaats: Pad) -> str:
    """The command of a table."""
    return " ".join(str(deel) for deel in plaats[:-1])


def _is_datum(tekst: str) -> bool:
    try:
        date.fromisoformat(tekst)
    except ValueError:
        return False
    return True
