"""How the store refuses."""

from __future__ import annotations

from pathlib import Path

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.inlezen.basis import Invoerfout


class Historiefout(Gebruikersfout):
    """The store refuses or cannot do what is asked; it is as it was."""


class Historiestuk(Invoerfout):
    """There is no store that can be used here: absent, of another maker, or damaged. No batch is to blame."""


class Ingehaald(Exception):
    """Another writer changed the store since it was opened."""


def beschadigd(map_: Path, wat: str) -> Historiestuk:
    """The error of a store that lost something."""
    return Historiestuk(
        str(map_), f"de historie is beschadigd: {wat}", "Zet een reservekopie terug; er is niets gewijzigd."
    )
