"""The last result of each declarant before this night, for who wants the findings of now beside those of then."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.opgeslagen.lezen import Opgeslagen, lees
from wlz_declaratie.nacht.dagboek import Regel
from wlz_declaratie.nacht.logboek import meld

MEESTE = 10_000
"""Declarants that are remembered, those seen last."""
MEESTE_DECLARANTEN = 50
"""Of one batch."""


class Vorige:
    """Names of results in the folder of results, by declarant; as the overview of the last night has them."""

    def __init__(self, map_: Path, namen: Any) -> None:
        """``namen`` comes from a file: what is no name of a file in the folder counts for nothing."""
        self._map = map_
        gelezen = namen.items() if isinstance(namen, dict) else ()
        self._namen = {d: naam for d, naam in gelezen if isinstance(naam, str) and naam and Path(naam).name == naam}

    def van(self, uitslag: Uitslag) -> Opgeslagen | None:
        """The last result of the one declarant of this one; None where there is none, or none that can be read."""
        wie = declaranten(uitslag)
        naam = self._namen.get(wie[0]) if len(wie) == 1 else None
        if naam is None or not (self._map / naam).is_file():
            return None
        try:
            return lees(self._map / naam)
        except Gebruikersfout:
            meld("vorige uitslag niet te lezen", logging.WARNING, bestand=naam)
            return None

    def met(self, regels: Iterable[Regel]) -> Mapping[str, str]:
        """The names after this night."""
        nieuw = dict(self._namen)
        for regel in regels:
            for declarant in regel.declaranten if regel.uitslag else ():
                nieuw.pop(declarant, None)
                nieuw[declarant] = regel.uitslag[0]
        return dict([*nieuw.items()][-MEESTE:])


def declaranten(uitslag: Uitslag) -> tuple[str, ...]:
    """Whose lines these are: AGB codes, of a hostile batch not more than a few; what is no code is nobody."""
    gevonden = uitslag.breed.select("declarant").unique().collect(engine="streaming")["declarant"]
    codes = gevonden.filter(gevonden.str.contains(r"^[0-9]{8}$")).sort().head(MEESTE_DECLARANTEN)
    return tuple(codes.to_list())
