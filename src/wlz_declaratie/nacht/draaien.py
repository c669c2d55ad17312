"""The run of a night."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.signalen import Afgebroken, gevraagd
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.diensten.bijschrijven import onbevestigd
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.historie.opslag import open_of_maak
from wlz_declaratie.historie.ronde import Ronde
from wlz_declaratie.historie.vraag import Sleutels, sleutels_van
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.nacht import afvoer, bewaren, mappen, nachten, quarantaine
from wlz_declaratie.nacht.afkeuring import BRAK_AF, Afgekeurd, afgekeurd, niet_van_het_bestand, reden_van
from wlz_declaratie.nacht.boeken import bekende, boek, geboekte, zonder_boeken
from wlz_declaratie.nacht.bronnen import Bronnen
from wlz_declaratie.nacht.dagboek import AFGEKEURD, QUARANTAINE, VERWERKT, WACHT, Dagboek, Regel
from wlz_declaratie.nacht.exitcodes import NAAR_IEMAND
from wlz_declaratie.nacht.inbox import NIET_STIL, NOG_BEZIG, Bestand, bekijk
from wlz_declaratie.nacht.logboek import meld
from wlz_declaratie.nacht.map import Map
from wlz_declaratie.nacht.mappen import Mappen, maak_map
from wlz_declaratie.nacht.namen import getoond
from wlz_declaratie.nacht.oorzaak import gestopt, met_oorzaak, van_de_schijf
from wlz_declaratie.nacht.opdracht import Nacht
from wlz_declaratie.nacht.overzicht import al_bekend, met_uitslag, overgeslagen, overzicht, regel_van, wacht
from wlz_declaratie.nacht.quarantaine import Apart
from wlz_declaratie.nacht.slot import alleen
from wlz_declaratie.nacht.tafel import Blijft, Kopie, Tafel, TeGroot
from wlz_declaratie.nacht.uitslagen import schrijf
from wlz_declaratie.nacht.volgorde import op_volgorde
from wlz_declaratie.nacht.vooruit import Vooruit
from wlz_declaratie.nacht.vorige import Vorige
from wlz_declaratie.nacht.werkmap import eigen_werkmap


def draai(nacht: Nacht) -> dict[str, Any]:
    """Do the night; gives the overview, also written as OVERZICHT. Raises Gebruikersfout when it has to stop."""
    nacht.controleer_mappen()
    try:
        open_of_maak(nacht.historie)
        for map_ in (*nacht.in_inbox, nacht.uit):
            maak_map(map_)
        nacht.controleer_mappen()
        with (
            alleen((nacht.inbox, nacht.historie, nacht.uit)),
            eigen_werkmap(nacht.uit) as werkmap,
            mappen.geopend(nacht.inbox, nacht.in_inbox) as open_,
        ):
            with Map(nacht.uit) as uit:
                for rommelig in (uit, open_.archief, open_.afgekeurd, open_.quarantaine):
                    afvoer.ruim_op(rommelig)
            open_.afvoer.herstel()
            open_.afvoer.proef(open_.archief)
            return _Run(nacht, open_, werkmap).draai()
    except OSError as fout:
        raise gestopt(fout) from fout
    except Gebruikersfout as fout:
        if (anders := met_oorzaak(fout)) is fout:
            raise
        raise anders from fout


class _Run:
    def __init__(self, nacht: Nacht, open_: Mappen, werkmap: Path) -> None:
        self._nacht, self._mappen, self._werkmap = nacht, open_, werkmap
        self._bronnen = Bronnen(werkmap)
        self._bronnen.voor(nacht.opties)  # what is wrong with these, is said before anything is done
        self._dagboek = Dagboek(nacht.uit, nacht.peildatum)
        (werkmap / "tafel").mkdir()
        self._tafel = Tafel(werkmap / "tafel")
        self._eerder = nachten.vorig(nacht.uit)
        self._vorige = Vorige(nacht.uit, self._eerder.get("laatste_uitslag"))
        self._vooruit: Vooruit | None = None
        self._ronde: Ronde | None = None
        self._bekend: dict[str, int] = {}

    def draai(self) -> dict[str, Any]:
        try:
            return self._draai()
        except (Gebruikersfout, OSError, Afgebroken) as fout:
            reden = str(gestopt(fout) if isinstance(fout, OSError) else gevraagd() or fout)
            meld("nacht gestopt", logging.ERROR, reden=reden)
            raise

    def _draai(self) -> dict[str, Any]:
        if self._dagboek.opzij:
            meld("dagboek opzij gezet", logging.WARNING, bestand=self._dagboek.opzij, reden="niet te lezen")
        vrij = self._vrijgegeven()
        inhoud = bekijk(self._mappen.inbox, self._nacht.rust, self._mappen.eigen)
        self._dagboek.begin_run(self._nacht.run)
        begin = "nacht hervat" if self._dagboek.hervat else "nacht begonnen"
        meld(begin, peildatum=self._dagboek.peildatum.isoformat(), bestanden=len(inhoud.af))
        for telling in self._bronnen.tellingen:
            meld("dossierrijen weggelaten", logging.WARNING, reden=telling)
        blijvend = [wacht(bestand, reden) for bestand, reden in inhoud.wacht]
        self._bekend = bekende(geboekte(self._nacht.historie))
        volgorde = op_volgorde([*inhoud.af, *vrij], self._tafel, self._dagboek.probeer, self._nacht.opties.vertaald)
        self._vooruit = self._kijk_vooruit([bestand for bestand, _ in volgorde])
        for plaats, (bestand, dag) in enumerate(volgorde):
            if afgebroken := gevraagd():  # and somebody who reads took it for a fault of what he read
                raise afgebroken
            self._ronde = self._vooruit.voor(plaats)
            if blijft := self._doe(bestand, dag):
                blijvend.append(blijft)
        blijvend += map(overgeslagen, inhoud.vreemd)
        for regel in blijvend:
            wat = "bestand wacht" if regel.stand == WACHT else "overgeslagen"
            meld(wat, logging.WARNING, bestand=regel.bestand, reden=regel.reden)
        return self._sluit(blijvend)

    def _kijk_vooruit(self, bestanden: Sequence[Bestand]) -> Vooruit:
        def vraagt(kopie: Kopie, map_: Path) -> tuple[Sleutels, Batchbestand]:
            batch = lees_batch(kopie.pad, map_, self._nacht.opties.vertaald)
            bron = self._bronnen.voor(self._nacht.opties_van(batch))
            return sleutels_van([batch], bron.codes, bron.dossier.tabellen.get("afspraken")), batch

        return Vooruit(
            bestanden, self._tafel, self._dagboek.probeer, vraagt, self._nacht.historie, self._werkmap / "ronde"
        )

    def _doe(self, bestand: Bestand, dag: date | None) -> Regel | None:
        """Do one file; gives the line of one that has to wait."""
        regel = regel_van(bestand, None, dag, VERWERKT)
        kopie: Kopie | None = None
        try:
            kopie = self._tafel.neem(bestand)
            regel = regel_van(bestand, kopie.sha256, dag, VERWERKT)
            return self._toets(bestand, kopie, regel)
        except TeGroot as fout:
            return self._keur_af(bestand, None, afgekeurd(regel, str(fout)))
        except Afgekeurd as fout:
            return self._keur_af(bestand, kopie, fout.regel)
        except Apart as fout:
            return self._zet_apart(bestand, kopie, fout.regel)
        except Blijft as fout:
            return _als_het_er_ligt(bestand, replace(regel, stand=WACHT, exitcode=fout.exitcode, reden=str(fout)))
        finally:
            self._tafel.ruim_op(bestand)

    def _toets(self, bestand: Bestand, kopie: Kopie, regel: Regel) -> Regel | None:
        """Check, report, book and archive. Raises Blijft, Afgekeurd, Apart; and what stops the night."""
        bekend = self._bekend
        if kopie.sha256 in bekend:
            eerder = self._dagboek.van(regel.bestand, kopie.sha256)
            if eerder is None or eerder.stand in (AFGEKEURD, QUARANTAINE):
                regel = al_bekend(regel, bekend[kopie.sha256])
                if self._nacht.opnieuw:
                    self._verwerk(bestand, kopie, regel, bekend[kopie.sha256])
                else:
                    self._dagboek.noteer(regel)
        else:
            self._verwerk(bestand, kopie, regel)
        with _te_verplaatsen():
            anders = self._afvoer(bestand).archiveer(bestand, kopie, self._mappen.archief)
        klaar = self._dagboek.van(regel.bestand, kopie.sha256) or regel
        meld(
            "bestand klaar", bestand=klaar.bestand, sha256=kopie.sha256, stand=klaar.stand, **(klaar.samenvatting or {})
        )
        return wacht(bestand, anders) if anders else None

    def _vrijgegeven(self) -> list[Bestand]:
        """What somebody gave free of what lies in quarantine, now or before this night was broken off."""
        map_, al = self._mappen.quarantaine, self._dagboek.vrijgegeven
        gevonden = {naam: quarantaine.zoek(map_, naam) for naam in self._nacht.vrijgeven}
        for naam, sha256 in gevonden.items():
            if sha256 is None and zonder_bsn(naam) not in al.values():
                if self._dagboek.leeg:
                    self._dagboek.sluit()
                raise quarantaine.onvindbaar(map_, naam)
        for naam, sha256 in gevonden.items():
            if sha256 is not None and sha256 not in al:
                self._dagboek.geef_vrij(zonder_bsn(naam), sha256)
                meld("batch vrijgegeven", bestand=zonder_bsn(naam), sha256=sha256)
        return quarantaine.vrije(map_, al)

    def _afvoer(self, bestand: Bestand) -> afvoer.Afvoer:
        """Whoever takes the file from where it lies. The reason why it lay in quarantine is past."""
        if bestand.map_ is not self._mappen.quarantaine:
            return self._mappen.afvoer
        bestand.map_.verwijder(f"{bestand.naam}{quarantaine.REDEN}")
        return self._mappen.vrijgave

    def _verwerk(self, bestand: Bestand, kopie: Kopie, regel: Regel, volgnr: int | None = None) -> None:
        """Check the batch, write its results, note it and add it to the store. Raises Blijft, Afgekeurd, Apart.

        One that is in the store already, as ``volgnr``, is not added again.
        """
        try:
            with (
                tempfile.TemporaryDirectory(dir=self._werkmap, ignore_cleanup_errors=True) as werkmap,
                self._dagboek.probeer(kopie.sha256) as mag,
            ):
                if not mag:
                    raise Afgekeurd(afgekeurd(regel, BRAK_AF))
                self._boek(bestand, kopie, regel, Path(werkmap), volgnr)
        except (Blijft, Afgekeurd, Apart):
            raise
        except (Exception, pl.exceptions.PanicException) as fout:
            if gevraagd() or niet_van_het_bestand(fout):
                raise
            if van_de_schijf(fout):
                raise gestopt(fout) from fout
            raise Afgekeurd(self._met_reden(regel, kopie, fout)) from None

    def _met_reden(self, regel: Regel, kopie: Kopie, fout: BaseException) -> Regel:
        """The line of a file that is refused; one of which there are results keeps them."""
        eerder = self._dagboek.van(regel.bestand, kopie.sha256)
        reden = reden_van(fout, kopie, regel.bestand)
        return afgekeurd(eerder if eerder and eerder.stand == AFGEKEURD else regel, reden)

    def _boek(self, bestand: Bestand, kopie: Kopie, regel: Regel, werkmap: Path, volgnr: int | None) -> None:
        gelezen = self._vooruit and self._vooruit.gelezen(kopie.sha256)
        batch = replace(gelezen or lees_batch(kopie.pad, werkmap, self._nacht.opties.vertaald), naam=regel.bestand)
        opties = self._nacht.opties_van(batch)
        half = onbevestigd(batch) is not None
        vrij = kopie.sha256 in self._dagboek.vrijgegeven

        def gecontroleerd(uitslag: Uitslag) -> None:
            self._dagboek.eind()
            if bestand.veranderd() or batch.sha256 != kopie.sha256:
                raise Blijft(NOG_BEZIG)
            if half and not bestand.stil:
                raise Blijft(NIET_STIL)
            klaar = replace(met_uitslag(regel, uitslag, opties), uitslag=schrijf(uitslag, self._nacht.uit, opties))
            if half:
                klaar = replace(klaar, stand=AFGEKEURD, exitcode=NAAR_IEMAND)
            elif waarom := None if vrij or volgnr else quarantaine.waarom_apart(uitslag, opties.max_afkeur):
                naam = getoond(self._plek_apart(bestand, kopie), kopie.sha256)
                raise Apart(quarantaine.apart(klaar, waarom, naam))
            self._dagboek.noteer(klaar)

        tegen = self._bronnen.toetssteen(
            opties, self._dagboek.peildatum, werkmap, self._vorige, vrijgegeven=vrij, ronde=self._ronde
        )
        if volgnr:
            zonder_boeken(self._nacht.historie, batch, tegen, volgnr, gecontroleerd)
        else:
            geboekt = boek(self._nacht.historie, batch, tegen, gecontroleerd)
            self._bekend[batch.sha256] = geboekt.batch.volgnr
            if geboekt.uitslag is None:  # by somebody else, meanwhile
                self._dagboek.noteer(al_bekend(regel, geboekt.batch.volgnr))

    def _keur_af(self, bestand: Bestand, kopie: Kopie | None, regel: Regel) -> Regel | None:
        """Put the file aside; one that may still be coming in, stays."""
        if not bestand.ligt_er() or not bestand.stil or bestand.veranderd():
            reden = NOG_BEZIG if bestand.veranderd() else NIET_STIL
            return _als_het_er_ligt(bestand, replace(regel, stand=WACHT, exitcode=0, reden=reden))
        self._dagboek.noteer(regel)
        return self._leg_apart(bestand, kopie, regel, self._mappen.afgekeurd, "bestand afgekeurd")

    def _zet_apart(self, bestand: Bestand, kopie: Kopie | None, regel: Regel) -> Regel | None:
        """Put a batch in quarantine; it has its results, and a restart before it lies there does it again."""
        self._dagboek.noteer(regel)
        return self._leg_apart(bestand, kopie, regel, self._mappen.quarantaine, "batch in quarantaine")

    def _plek_apart(self, bestand: Bestand, kopie: Kopie) -> str:
        return afvoer.plek(self._mappen.quarantaine, bestand.naam, kopie.sha256)

    def _leg_apart(self, bestand: Bestand, kopie: Kopie | None, regel: Regel, naar: Map, wat: str) -> Regel | None:
        """Put the file in that folder with its reason; gives its line when it has to stay where it is."""
        try:
            with _te_verplaatsen():
                self._afvoer(bestand).keur_af(bestand, kopie, naar, regel.reden or "")
        except Blijft as fout:
            return _als_het_er_ligt(bestand, replace(regel, stand=WACHT, exitcode=fout.exitcode, reden=str(fout)))
        meld(wat, logging.ERROR, bestand=regel.bestand, sha256=regel.sha256, reden=regel.reden)
        return None

    def _sluit(self, blijvend: list[Regel]) -> dict[str, Any]:
        """Write the overview and end the night.

        A run that found nothing to do leaves what the last one that did had to tell: a run that was killed after its
        last act and starts again is such a run.
        """
        geboekt = geboekte(self._nacht.historie)
        bekend = bekende(geboekt)
        gedaan = [r for r in self._dagboek.regels.values() if r.stand != VERWERKT or r.sha256 in bekend]
        let_op = [*self._nacht.ingesteld, *self._bronnen.tellingen]
        inhoud = overzicht([*gedaan, *blijvend], self._dagboek, self._nacht.run, let_op)
        inhoud["in_quarantaine"] = list(quarantaine.getoonde(self._mappen.quarantaine))
        inhoud["laatste_uitslag"] = self._vorige.met(gedaan)
        inhoud["verwijderd"] = bewaren.verwijder(self._nacht, {batch.sha256 for batch in geboekt})
        iets = bool(gedaan or self._dagboek.opzij)
        bewaard = nachten.met_nachten(inhoud, self._eerder, self._dagboek, gedaan=iets)
        nachten.schrijf(self._nacht.uit, bewaard)
        inhoud["nachten"] = bewaard["nachten"]
        self._dagboek.sluit()
        meld("nacht klaar", exitcode=inhoud["exitcode"], **inhoud["bestanden"])
        return inhoud


def _als_het_er_ligt(bestand: Bestand, regel: Regel) -> Regel | None:
    """The line, unless someone took the file out of the inbox: there is nothing left to tell of it."""
    if bestand.ligt_er():
        return regel
    meld("bestand verdwenen", logging.WARNING, bestand=regel.bestand)
    return None


@contextmanager
def _te_verplaatsen() -> Iterator[None]:
    """What the system will not do with this one file, the next night tries again. Raises Blijft, OSError."""
    try:
        yield
    except OSError as fout:
        if van_de_schijf(fout):
            raise
        raise Blijft(f"niet te verplaatsen ({fout.strerror})", NAAR_IEMAND) from fout
