"""Batches that are kept aside: their results are there, and nothing is booked until somebody says so.

Such a batch lies in a folder of its own, with the reason beside it. Who gives it free (`Dagboek.geef_vrij`) has it
checked again from there, against dossier and store as they are by then, and booked whatever is found.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.tekst import getal
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.diensten.bijschrijven import dossier_van_een_ander
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.nacht.dagboek import QUARANTAINE, Regel
from wlz_declaratie.nacht.exitcodes import NAAR_IEMAND
from wlz_declaratie.nacht.inbox import Bestand, blik
from wlz_declaratie.nacht.map import Map
from wlz_declaratie.nacht.namen import getoond
from wlz_declaratie.nacht.tafel import som

REDEN = ".reden.txt"
"""Behind the name of a file that was put aside: why."""


class Apart(Exception):
    """The batch goes to quarantine; ``regel`` is its line, that was noted."""

    def __init__(self, regel: Regel) -> None:
        super().__init__(regel.reden)
        self.regel = regel


def waarom_apart(uitslag: Uitslag, max_afkeur: int) -> str | None:
    """Why nobody should book this unseen; ``max_afkeur`` is what may be rejected of its lines, in percent."""
    if vreemd := dossier_van_een_ander(uitslag):
        return vreemd
    telling = uitslag.samenvatting
    regels, weg = telling.regels + telling.onleesbaar, telling.afgekeurd + telling.onleesbaar
    if weg * 100 <= max_afkeur * regels:
        return None
    return f"{getal(weg)} van {getal(regels)} declaratieregels zijn afgekeurd: meer dan {max_afkeur} % (--max-afkeur)."


def apart(regel: Regel, waarom: str, naam: str) -> Regel:
    """Its line, with what to do; ``naam`` is how the file is called in quarantine, as it may be shown."""
    reden = (
        f"{waarom} Er is niets geboekt. Bied de batch opnieuw aan, verbeterd of met het goede dossier, of boek haar "
        f"toch met --vrijgeven '{naam}'."
    )
    return replace(regel, stand=QUARANTAINE, exitcode=NAAR_IEMAND, reden=reden)


def namen(map_: Map) -> list[str]:
    """The batches that lie in quarantine."""
    return [n for n in map_.namen() if not n.startswith(".") and not n.endswith(REDEN) and map_.gewoon(n)]


def getoonde(map_: Map) -> dict[str, str]:
    """The batches that lie in quarantine by the name that may be shown."""
    return {n if zonder_bsn(n) == n else getoond(n, som(map_.lees(n))): n for n in namen(map_)}


def zoek(map_: Map, naam: str) -> str | None:
    """The sha256 of the batch of that name, or that is shown so; None when there is none."""
    liggen = namen(map_)
    gekozen = naam if naam in liggen else getoonde(map_).get(naam)
    return som(map_.lees(gekozen)) if gekozen else None


def onvindbaar(map_: Map, naam: str) -> Gebruikersfout:
    """That no batch in quarantine has that name, and which there are."""
    liggen = ", ".join(getoonde(map_))
    wel = f"Daar ligt: {liggen}." if liggen else "Daar ligt niets."
    return Gebruikersfout(f"--vrijgeven '{zonder_bsn(naam)}': zo heet geen batch in quarantaine. {wel}")


def vrije(map_: Map, sommen: Collection[str]) -> list[Bestand]:
    """The batches in quarantine with one of these contents, to be checked."""
    gevonden = []
    for naam in namen(map_) if sommen else ():
        stand = map_.stand(naam)
        gezien = blik(stand) if stand else None
        if gezien and som(map_.lees(naam)) in sommen:
            gevonden.append(Bestand(map_, naam, gezien))
    return gevonden
