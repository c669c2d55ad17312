"""What a night would do, told beforehand: each file is opened and checked, and nothing is written."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.basis.signalen import gevraagd
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.diensten.bijschrijven import keur, onbevestigd
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.historie.opslag import Historie, is_historie, open_historie, open_of_maak
from wlz_declaratie.historie.register import Batch
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.nacht import bewaren, nachten, quarantaine
from wlz_declaratie.nacht.afkeuring import afgekeurd, niet_van_het_bestand, reden_van
from wlz_declaratie.nacht.boeken import bekende, geboekte
from wlz_declaratie.nacht.bronnen import Bronnen
from wlz_declaratie.nacht.dagboek import AFGEKEURD, WACHT, Regel
from wlz_declaratie.nacht.inbox import NIET_STIL, Bestand, bekijk
from wlz_declaratie.nacht.map import Map
from wlz_declaratie.nacht.opdracht import Nacht
from wlz_declaratie.nacht.overzicht import al_bekend, met_uitslag, overgeslagen, regel_van, wacht
from wlz_declaratie.nacht.overzicht import vooruitblik as vooruit
from wlz_declaratie.nacht.tafel import Blijft, Kopie, Tafel, TeGroot
from wlz_declaratie.nacht.volgorde import op_volgorde
from wlz_declaratie.nacht.vorige import Vorige

TE_DOEN = "te doen"


def vooruitblik(nacht: Nacht) -> dict[str, Any]:
    """What ``draai`` would do now; changes nothing.

    Each batch is checked against the store as it is, so without what the batches before it would add.
    """
    nacht.controleer_mappen()
    with werkmap() as map_, Map(nacht.inbox) as inbox:
        blik = _Blik(nacht, map_)
        eigen = [eigen_.name for eigen_ in nacht.in_inbox if inbox.is_zelfde(eigen_.parent)]
        inhoud = bekijk(inbox, nacht.rust, eigen)
        volgorde = op_volgorde(inhoud.af, blik.tafel, lambda sha256: nullcontext(True), nacht.opties.vertaald)
        regels = [blik.bekijk(bestand, dag) for bestand, dag in volgorde]
    wachtend = [wacht(bestand, reden) for bestand, reden in inhoud.wacht]
    weg = bewaren.te_verwijderen(nacht, blik.geboekt) if nacht.bewaartermijn is not None else None
    return vooruit([*regels, *wachtend, *map(overgeslagen, inhoud.vreemd)], weg)


class _Blik:
    """What there is to check against; ``map_`` is private."""

    def __init__(self, nacht: Nacht, map_: Path) -> None:
        self._nacht, self._map = nacht, map_
        for naam in ("tafel", "dossier"):
            (map_ / naam).mkdir()
        self.tafel = Tafel(map_ / "tafel")
        self._bronnen = Bronnen(map_ / "dossier")
        self._bronnen.voor(nacht.opties)
        self._historie: Historie = (
            open_historie(nacht.historie) if is_historie(nacht.historie) else open_of_maak(map_ / "historie")
        )
        batches = geboekte(nacht.historie) if is_historie(nacht.historie) else ()
        self.geboekt, self.bekend = {batch.sha256 for batch in batches}, bekende(batches)
        self._vorige = Vorige(nacht.uit, nachten.vorig(nacht.uit).get("laatste_uitslag"))

    def bekijk(self, bestand: Bestand, dag: date | None) -> Regel:
        """What would become of this file. Raises what stops a night."""
        regel = regel_van(bestand, None, dag, TE_DOEN)
        try:
            kopie = self.tafel.neem(bestand)
            regel = regel_van(bestand, kopie.sha256, dag, TE_DOEN)
            if kopie.sha256 in self.bekend:
                return al_bekend(regel, self.bekend[kopie.sha256])
            with werkmap(self._map) as eigen:
                gevonden = self._toets(kopie, regel, eigen)
        except Blijft as reden:
            return wacht(bestand, str(reden), reden.exitcode)
        except TeGroot as fout:
            gevonden = afgekeurd(regel, str(fout))
        finally:
            self.tafel.ruim_op(bestand)
        if gevonden.stand == AFGEKEURD and not bestand.stil:
            return replace(gevonden, stand=WACHT, exitcode=0, reden=NIET_STIL)
        return gevonden

    def _toets(self, kopie: Kopie, regel: Regel, map_: Path) -> Regel:
        klaar = regel
        try:
            batch = replace(lees_batch(kopie.pad, map_, self._nacht.opties.vertaald), naam=regel.bestand)
            opties = self._nacht.opties_van(batch)
            peildatum = self._nacht.peildatum or date.today()
            tegen = self._bronnen.toetssteen(opties, peildatum, map_, self._vorige, vrijgegeven=True)

            def gecontroleerd(uitslag: Uitslag) -> None:
                nonlocal klaar
                klaar = met_uitslag(regel, uitslag, opties)
                waarom = None if onbevestigd(batch) else quarantaine.waarom_apart(uitslag, opties.max_afkeur)
                if waarom:
                    klaar = quarantaine.apart(klaar, waarom, regel.bestand)

            gevonden = keur(self._historie, batch, tegen, gecontroleerd)
        except (Exception, pl.exceptions.PanicException) as fout:
            if gevraagd() or niet_van_het_bestand(fout):
                raise
            return afgekeurd(klaar, reden_van(fout, kopie, regel.bestand))
        return al_bekend(regel, gevonden.volgnr) if isinstance(gevonden, Batch) else klaar
