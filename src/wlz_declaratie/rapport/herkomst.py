"""Whose files these are: what every report says of them before it counts anything."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from wlz_declaratie.diensten import totalen
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.totalen import Herkomst
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.rapport import opmaak


def per_bestand(uitslag: Uitslag, toon_bsn: bool) -> Iterator[tuple[str, str]]:
    """Of each file a name and a value: what it is, whose, for which days, and which columns were not used."""
    for bestand, herkomst in zip_longest(uitslag.bestanden, totalen.herkomst(uitslag)):
        yield "Bestand", _bestand(bestand)
        if herkomst:
            yield from _van_wie(herkomst, toon_bsn)
        if bestand.ongebruikt:
            yield "Niet gebruikt", f"kolommen {', '.join(bestand.ongebruikt)}"


def van_wie(uitslag: Uitslag, toon_bsn: bool) -> Iterator[tuple[str, str]]:
    """Of all files together who declared, and for which days, each once."""
    yield from dict.fromkeys(paar for deel in totalen.herkomst(uitslag) for paar in _van_wie(deel, toon_bsn))


def _bestand(bestand: Batchbestand) -> str:
    tekst = f"{bestand.naam} ({bestand.soort.upper()}, {opmaak.declaratieregels(bestand.aantal)})"
    if bestand.onleesbaar:
        tekst += f"; {opmaak.meervoud(bestand.onleesbaar, 'bestandsregel', 'bestandsregels')} onleesbaar"
    return tekst


def _van_wie(herkomst: Herkomst, toon_bsn: bool) -> Iterator[tuple[str, str]]:
    """Several declaranten are counted rather than listed."""
    if herkomst.declaranten:
        meer = f" en {herkomst.aantal_declaranten - 1} andere" if herkomst.aantal_declaranten > 1 else ""
        factuur = f", factuur {opmaak.vrij(herkomst.factuurnummer, toon_bsn)}" if herkomst.factuurnummer else ""
        yield "Declarant", f"{opmaak.vrij(herkomst.declaranten[0], toon_bsn)}{meer}{factuur}"
    if herkomst.periode:
        yield "Periode", opmaak.periode(*herkomst.periode)
