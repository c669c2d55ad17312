"""The page as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wlz_declaratie import __version__
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.rapport import json_uitslag, opmaak, statistiek
from wlz_declaratie.rapport.html import bevindingen, overzicht, sjabloon
from wlz_declaratie.rapport.weergave import Weergave


@dataclass(frozen=True)
class Pagina:
    """All that the page shows; a part that is None is left out, or has nothing to tell."""

    titel: str
    versie: str
    herkomst: tuple[tuple[str, str], ...]
    samenvatting: overzicht.Samenvatting
    vergelijking: overzicht.Vergelijking | None
    per_regel: overzicht.PerRegel | None
    aanbieders: overzicht.Groepen
    maanden: overzicht.Groepen | None
    bevindingen: bevindingen.Bevindingen | None
    getoetst: overzicht.Getoetst
    ingepakt: list[str]

    @property
    def onderdelen(self) -> Iterator[tuple[str, str]]:
        """The parts that the page has: anchor and name."""
        yield "samenvatting", "Samenvatting"
        if self.vergelijking:
            yield "basislijn", "Vergeleken met eerder"
        yield "per-regel", "Euro's per controleregel"
        yield "aanbieders", "Aanbieders"
        if self.per_regel:
            yield "controleregels", "Controleregels"
        if self.maanden:
            yield "maanden", "Maanden"
        yield "bevindingen", "Bevindingen"
        if self.vergelijking and self.vergelijking.weg:
            yield "verdwenen", "Verdwenen"
        yield "regels", "Wat is getoetst"


def schrijf(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    """Write the page in UTF-8."""
    with pad.open("w", encoding="utf-8", newline="\n") as naar:
        naar.writelines(sjabloon.pagina().generate(pagina=_pagina(uitslag, weergave)))


def _pagina(uitslag: Uitslag, weergave: Weergave) -> Pagina:
    telling = statistiek.getoond(statistiek.bereken(uitslag), weergave.toon_bsn)
    return Pagina(
        titel=f"Uitslag {', '.join(bestand.naam for bestand in uitslag.bestanden)}",
        versie=__version__,
        herkomst=tuple(_herkomst(uitslag)),
        samenvatting=overzicht.samenvatting(uitslag),
        vergelijking=overzicht.vergelijking(uitslag, uitslag.basislijn, weergave) if uitslag.basislijn else None,
        per_regel=overzicht.per_regel(uitslag, telling),
        aanbieders=overzicht.aanbieders(telling),
        maanden=overzicht.maanden(telling) if weergave.statistiek else None,
        bevindingen=bevindingen.bevindingen(uitslag, weergave),
        getoetst=overzicht.getoetst(uitslag),
        ingepakt=json_uitslag.ingepakt(uitslag, weergave),
    )


def _herkomst(uitslag: Uitslag) -> Iterator[tuple[str, str]]:
    for bestand in uitslag.bestanden:
        regels = opmaak.declaratieregels(bestand.aantal)
        yield "Bestand", f"{bestand.naam} ({bestand.soort.upper()}, {regels})"
    yield "Peildatum", opmaak.datum(uitslag.peildatum)
    for editie in uitslag.edities:
        yield "Codetabel", f"{editie.naam}, geldt {opmaak.periode(editie.van, editie.tot)}"
    for opmerking in uitslag.opmerkingen:
        yield "Let op", opmerking
