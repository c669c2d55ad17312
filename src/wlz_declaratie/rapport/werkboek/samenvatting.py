"""The first sheet: totals, files, rules and code tables."""

from __future__ import annotations

from typing import Any

from wlz_declaratie import __version__
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.werkboek import bladen
from wlz_declaratie.rapport.werkboek.boek import Werkboek, celtekst

BREEDTEN = 26, 18, 20, 20
"""Of label, count, euros and kind; texts that are long stand in the second column."""


class _Blad:
    """Lines under each other."""

    def __init__(self, boek: Werkboek) -> None:
        self._boek = boek
        self._blad = boek.blad("Samenvatting", liggend=False)
        self._rij = 1
        for nummer, breedte in enumerate(BREEDTEN):
            self._blad.set_column(nummer, nummer, breedte)
        self._blad.write_string(0, 0, "Controle van Wlz-declaraties", boek.titel)

    def regel(self, naam: str, *waarden: str | tuple[float, Any]) -> None:
        """A label and what belongs to it: texts, or numbers with their format."""
        self._blad.write_string(self._rij, 0, naam, self._boek.vormen["tekst"])
        for nummer, waarde in enumerate(waarden, start=1):
            if isinstance(waarde, str):
                self._blad.write_string(self._rij, nummer, celtekst(waarde), self._boek.vormen["ingesprongen"])
            else:
                self._blad.write_number(self._rij, nummer, *waarde)
        self._rij += 1

    def kop(self, *namen: str) -> None:
        """The heading of the lines that follow, an empty row above it."""
        self._rij += 1
        for nummer in range(len(BREEDTEN)):
            naam = namen[nummer] if nummer < len(namen) else ""
            vorm = self._boek.tussenkop if nummer in (0, 3) else self._boek.getalkop
            self._blad.write_string(self._rij, nummer, naam, vorm)
        self._rij += 1


def samenvatting(boek: Werkboek, uitslag: Uitslag) -> None:
    """Write the sheet."""
    blad = _Blad(boek)
    _kop(blad, uitslag)
    _totalen(blad, uitslag, boek.vormen["getal"], boek.vormen["euro"])
    _herkomst(blad, uitslag, boek.vormen["getal"])


def _kop(blad: _Blad, uitslag: Uitslag) -> None:
    blad.regel("Peildatum", opmaak.datum(uitslag.peildatum))
    blad.regel("Gemaakt door", f"declaratie {__version__}")
    namen = bladen.bladnamen("Bevindingen", uitslag.bevindingen.height)
    if len(namen) > 1:
        blad.regel(
            "Let op",
            f"Een blad houdt {opmaak.getal(bladen.BLADREGELS)} bevindingen; de "
            f"{opmaak.getal(uitslag.bevindingen.height)} bevindingen staan op {len(namen)} bladen, {namen[0]} tot en "
            f"met {namen[-1]}.",
        )
    for opmerking in uitslag.opmerkingen:
        blad.regel("Let op", opmerking)


def _totalen(blad: _Blad, uitslag: Uitslag, getal: Any, euro: Any) -> None:
    telling = uitslag.samenvatting
    blad.kop("Totalen", "Regels", "Bedrag")
    blad.regel("Ingediend", (telling.regels, getal), (telling.bedrag_cent / 100, euro))
    blad.regel("Goedgekeurd", (telling.goedgekeurd, getal), (telling.goedgekeurd_cent / 100, euro))
    blad.regel("Afgekeurd", (telling.afgekeurd, getal), (telling.afgekeurd_cent / 100, euro))
    blad.regel("Met signaal", (telling.met_signaal, getal))
    blad.regel("Onleesbaar", (telling.onleesbaar, getal))
    blad.regel("Bevindingen", (uitslag.bevindingen.height, getal))
    if uitslag.basislijn:
        blad.kop("Vergeleken met eerder", "Aantal")
        blad.regel("Basislijn", uitslag.basislijn.bestand)
        stand = uitslag.bevindingen["stand"]
        blad.regel("Nieuw", (int((stand == "nieuw").sum()), getal))
        blad.regel("Bekend", (int((stand == "bekend").sum()), getal))
        blad.regel("Hersteld", (uitslag.basislijn.met_stand("hersteld").height, getal))
        blad.regel("Weg", (uitslag.basislijn.met_stand("weg").height, getal))
        blad.regel("Niet opnieuw getoetst", (uitslag.basislijn.niet_getoetst, getal))


def _herkomst(blad: _Blad, uitslag: Uitslag, getal: Any) -> None:
    blad.kop("Bestanden", "Regels", "Onleesbaar", "Soort")
    for bestand in uitslag.bestanden:
        blad.regel(bestand.naam, (bestand.aantal, getal), (bestand.onleesbaar, getal), bestand.soort.upper())
    blad.kop("Regels van de catalogus", "Aantal")
    for status in ("uitgevoerd", "deels uitgevoerd", "niet uitgevoerd", "fout"):
        blad.regel(status.capitalize(), (sum(s.status == status for s in uitslag.regels), getal))
    blad.kop("Codetabellen")
    for editie in uitslag.edities:
        blad.regel(editie.naam, f"geldt {opmaak.periode(editie.van, editie.tot)}")
