"""The result files of one batch, each written whole or not at all."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.nacht.namen import naast
from wlz_declaratie.nacht.opties import Opties
from wlz_declaratie.rapport import aw320, formaten
from wlz_declaratie.rapport.schrijven import Schijffout
from wlz_declaratie.rapport.weergave import Weergave

SOORTEN = tuple(f".uitslag{vorm}" for vorm in formaten.FORMATEN)
AW320 = ".aw320.asc"


class Onbeantwoordbaar(Exception):
    """The batch cannot be answered with an AW320; the text is the reason. It has no results now."""


def schrijf(uitslag: Uitslag, map_: Path, opties: Opties) -> tuple[str, ...]:
    """Write the result of the one batch of ``uitslag`` and, for an AW319, the AW320; gives their names, JSON first.

    Raises Schijffout when the disk refuses, Onbeantwoordbaar.
    """
    (bestand,) = uitslag.bestanden
    stam = _stam(bestand.naam, bestand.sha256, map_)
    namen = [f"{stam}.uitslag{vorm}" for vorm in dict.fromkeys((".json", *opties.vormen))]
    weergave = Weergave(statistiek=opties.statistiek, ingediend=opties.ingediend)
    # The JSON goes first: it holds the name for this batch, see _stam.
    formaten.schrijf(uitslag, [map_ / naam for naam in namen], weergave)
    if bestand.soort == "aw319":
        namen.append(f"{stam}{AW320}")
        try:
            aw320.schrijf(uitslag, map_ / namen[-1])
        except Schijffout:
            raise
        except Gebruikersfout as fout:
            # It is not the disk that refuses, but a figure that does not fit the message.
            for naam in namen:
                (map_ / naam).unlink(missing_ok=True)
            raise Onbeantwoordbaar(str(fout)) from None
    return tuple(namen)


def _stam(naam: str, sha256: str, map_: Path) -> str:
    """How the result files of this batch begin: as the batch, unless something else lies there.

    The same batch gets the same names each time, and no result of another batch is ever replaced.
    """
    stam = Path(naam).stem
    namen = itertools.chain((stam,), (naast(stam, sha256, nummer) for nummer in itertools.count(1)))
    return next(kandidaat for kandidaat in namen if _vrij(kandidaat, sha256, map_))


def _vrij(stam: str, sha256: str, map_: Path) -> bool:
    """Whether nothing lies at these names but results of this batch."""
    paden = [map_ / f"{stam}{soort}" for soort in (*SOORTEN, AW320)]
    bezet = [pad for pad in paden if os.path.lexists(pad)]
    if any(pad.is_symlink() or not pad.is_file() for pad in bezet):
        return False
    return paden[0] not in bezet or gaat_over(paden[0], sha256)


def gaat_over(pad: Path, sha256: str) -> bool:
    """Whether the head of this result, above the findings, names a file with this content."""
    with pad.open(encoding="utf-8", errors="replace") as bestand:
        for regel in bestand:
            if sha256 in regel:
                return True
            if '"bevindingen"' in regel:
                break
    return False
