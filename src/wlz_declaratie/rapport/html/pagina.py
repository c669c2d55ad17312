"""The page as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wlz_declaratie import __version__
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.rapport import json_uitslag, opmaak, statistiek
from wlz_declaratie.rapport.herkomst import per_bestand
from wlz_declaratie.rapport.html import bevindingen, overzicht, sjabloon
from wlz_declaratie.rapport.instellingen import in_kop
from wlz_declaratie.rapport.weergave import Weergave

BOVENAAN = 3
"""Remarks above the verdict."""


@dataclass(frozen=True)
class Pagina:
    """All that the page shows; a part that is None is left out, or has nothing to tell."""

    titel: str
    versie: str
    herkomst: tuple[tuple[str, str], ...]
    opmerkingen: Sequence[str]
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
        if self.verder_op:
            yield "opmerkingen", "Let op"
        yield "regels", "Wat is getoetst"

    @property
    def let_op(self) -> Sequence[str]:
        """The remarks that stand above everything: many would push the verdict off the screen and off its sheet."""
        return self.opmerkingen[:BOVENAAN] if self.verder_op else self.opmerkingen

    @property
    def verder_op(self) -> int:
        """How many more stand in a part of their own, with the rest; a single one takes no more room above."""
        meer = len(self.opmerkingen) - BOVENAAN
        return meer if meer > 1 else 0


def schrijf(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    """Write the page in UTF-8."""
    with pad.open("w", encoding="utf-8", newline="\n") as naar:
        naar.writelines(sjabloon.pagina().generate(pagina=_pagina(uitslag, weergave)))


def _pagina(uitslag: Uitslag, weergave: Weergave) -> Pagina:
    telling = statistiek.getoond(statistiek.bereken(uitslag), weergave.toon_bsn)
    return Pagina(
        titel=f"Uitslag {', '.join(bestand.naam for bestand in uitslag.bestanden)}",
        versie=__version__,
        herkomst=tuple(_herkomst(uitslag, weergave.toon_bsn)),
        opmerkingen=uitslag.opmerkingen,
        samenvatting=overzicht.samenvatting(uitslag),
        vergelijking=overzicht.vergelijking(uitslag, uitslag.basislijn, weergave) if uitslag.basislijn else None,
        per_regel=overzicht.per_regel(uitslag, telling),
        aanbieders=overzicht.aanbieders(telling),
        maanden=overzicht.maanden(telling) if weergave.statistiek else None,
        bevindingen=bevindingen.bevindingen(uitslag, weergave),
        getoetst=overzicht.getoetst(uitslag),
        ingepakt=json_uitslag.ingepakt(uitslag, weergave),
    )


def _herkomst(uitslag: Uitslag, toon_bsn: bool) -> Iterator[tuple[str, str]]:
    yield from per_bestand(uitslag, toon_bsn)
    yield "Peildatum", opmaak.datum(uitslag.peildatum)
    for editie in uitslag.edities:
        yield "Codetabel", f"{editie.naam}, geldt {opmaak.periode(editie.van, editie.tot)}"
    yield from in_kop(uitslag.instellingen)
