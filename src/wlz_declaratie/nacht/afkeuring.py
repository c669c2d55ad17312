"""A file that cannot be used, and why."""

from __future__ import annotations

from dataclasses import replace

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.diensten.bijschrijven import Weigering
from wlz_declaratie.historie.fouten import Historiefout, Historiestuk
from wlz_declaratie.nacht.bronnen import Bronfout
from wlz_declaratie.nacht.dagboek import AFGEKEURD, Regel
from wlz_declaratie.nacht.exitcodes import NAAR_IEMAND
from wlz_declaratie.nacht.tafel import Kopie
from wlz_declaratie.nacht.uitslagen import Onbeantwoordbaar
from wlz_declaratie.rapport.schrijven import Uitvoerfout

BRAK_AF = (
    "het lezen van dit bestand brak het programma telkens af. Laat het opnieuw maken; meld dit als het weer gebeurt"
)
GEEN_GEHEUGEN = "er is niet genoeg geheugen voor dit bestand. Splits het, of geef de computer meer geheugen"


class Afgekeurd(Exception):
    """The file cannot be used; ``regel`` is its line."""

    def __init__(self, regel: Regel) -> None:
        super().__init__(regel.reden)
        self.regel = regel


def afgekeurd(regel: Regel, reden: str) -> Regel:
    """The line of a file that cannot be used; no bsn in the reason, and nothing that cannot be shown."""
    heel = zonder_bsn(reden if reden.endswith(".") else f"{reden}.")
    return replace(regel, stand=AFGEKEURD, exitcode=NAAR_IEMAND, reden=heel)


def reden_van(fout: BaseException, kopie: Kopie, bestand: str) -> str:
    """What to say of ``bestand`` when checking its copy raised ``fout``."""
    if isinstance(fout, MemoryError):
        return GEEN_GEHEUGEN
    if not isinstance(fout, (Gebruikersfout, Onbeantwoordbaar)):
        return f"onverwachte fout ({type(fout).__name__}). Meld dit."
    reden = str(fout)
    # What the readers call the file is our copy.
    for naam in (str(kopie.pad), zonder_bsn(str(kopie.pad))):
        reden = reden.replace(naam, bestand)
    return reden.removeprefix(f"{bestand}: ").removeprefix(f"{bestand}, ")


def niet_van_het_bestand(fout: BaseException) -> bool:
    """Whether what checking a file raised says nothing of the file: the night has to stop for it."""
    if isinstance(fout, Historiefout):
        return not isinstance(fout, Weigering)
    return isinstance(fout, (Uitvoerfout, Historiestuk, Bronfout))
