"""The run of a night."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie import __version__
from wlz_declaratie.bijschrijven import Toetssteen
from wlz_declaratie.codes import lees_codes
from wlz_declaratie.controle import Samenvatting, Uitslag
from wlz_declaratie.edities import tabellenmap
from wlz_declaratie.fouten import Gebruikersfout
from wlz_declaratie.historie.opslag import Historiefout, open_of_maak
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.basis import sha256
from wlz_declaratie.inlezen.dossier import Dossier, lees_dossier
from wlz_declaratie.nacht.boeken import Geweigerd, bekende, boek
from wlz_declaratie.nacht.dagboek import AFGEKEURD, AL_BEKEND, STANDEN, VERWERKT, WACHT, Dagboek, Regel
from wlz_declaratie.nacht.inbox import Bestand, bekijk, maak_map, op_volgorde, plek
from wlz_declaratie.nacht.logboek import meld
from wlz_declaratie.nacht.namen import kort
from wlz_declaratie.nacht.slot import alleen
from wlz_declaratie.nacht.uitslagen import Onbeantwoordbaar, schrijf
from wlz_declaratie.rapport.schrijven import REDENEN, SYSTEEMFOUT, Uitvoerfout, vervangend
from wlz_declaratie.tonen import zonder_bsn

SCHEMA = "declaratie-nacht/1"
OVERZICHT = "overzicht.json"
WERKMAP = ".nacht-werk"
"""Private folder in the folder of results for what does not fit in memory; a killed run's is removed by the next."""
ONAF = ".*.deel"
"""Half written files of a killed run, as rapport.schrijven names them."""
ARCHIEF, AFGEKEURDE = "archief", "afgekeurd"
NOG_BEZIG = "wordt nog geschreven"
TE_DOEN = "te doen"
ONBRUIKBAAR = 2
"""Exit code of a night with a file that could not be used."""


@dataclass(frozen=True)
class Nacht:
    """What to do: see ``declaratie nacht --help``. ``tellend`` are the severities that give exit code 1."""

    inbox: Path
    historie: Path
    uit: Path
    archief: Path | None = None
    dossier: Path | None = None
    tabellen: Path | None = None
    peildatum: date | None = None
    tellend: Collection[str] = ("afkeur",)

    @property
    def naar_archief(self) -> Path:
        """Where done files go."""
        return self.archief or self.inbox / ARCHIEF


class Blijft(Exception):
    """The file stays in the inbox for the next night; the text says why."""


def draai(nacht: Nacht) -> dict[str, Any]:
    """Do the night; gives the overview, also written as OVERZICHT. Raises Gebruikersfout when it has to stop."""
    _controleer_mappen(nacht)
    try:
        open_of_maak(nacht.historie)
        afgekeurd = maak_map(nacht.inbox / AFGEKEURDE)
        _zelfde_schijf(nacht.inbox, maak_map(nacht.naar_archief))
        with alleen((nacht.inbox, nacht.historie, maak_map(nacht.uit))), _werkmap(nacht.uit) as werkmap:
            for map_ in (nacht.uit, afgekeurd):
                for half in map_.glob(ONAF):
                    half.unlink()
            return _Run(nacht, werkmap).draai()
    except OSError as fout:
        raise _gestopt(fout) from fout


def vooruitblik(nacht: Nacht) -> dict[str, Any]:
    """What ``draai`` would do now; changes nothing."""
    _controleer_mappen(nacht)
    af, onaf = bekijk(nacht.inbox)
    bekend = bekende(nacht.historie)
    regels = []
    for bestand, dag in op_volgorde(af):
        try:
            som = sha256(bestand.pad)
        except OSError:
            regels.append(_onleesbaar(bestand))
            continue
        regel = _regel(bestand, som, dag, TE_DOEN)
        regels.append(_al_bekend(regel, bekend[som]) if som in bekend else regel)
    return {
        "schema": SCHEMA,
        "versie": __version__,
        "droog": True,
        "batches": [asdict(regel) for regel in (*regels, *map(_wordt_geschreven, onaf))],
    }


class _Run:
    def __init__(self, nacht: Nacht, werkmap: Path) -> None:
        self._nacht, self._werkmap = nacht, werkmap
        self._dossier = lees_dossier(nacht.dossier) if nacht.dossier else Dossier({}, ())
        self._codes = lees_codes(self._dossier.tabellen.get("prestaties"), tabellenmap(nacht.tabellen))
        self._dagboek = Dagboek(nacht.uit, nacht.peildatum)

    def draai(self) -> dict[str, Any]:
        try:
            return self._draai()
        except (Gebruikersfout, OSError) as fout:
            reden = str(_gestopt(fout) if isinstance(fout, OSError) else fout)
            meld("nacht gestopt", logging.ERROR, reden=reden)
            raise

    def _draai(self) -> dict[str, Any]:
        af, onaf = bekijk(self._nacht.inbox)
        begin = "nacht hervat" if self._dagboek.hervat else "nacht begonnen"
        meld(begin, peildatum=self._dagboek.peildatum.isoformat(), bestanden=len(af))
        wachtend = [_wordt_geschreven(bestand) for bestand in onaf]
        for bestand, dag in op_volgorde(af):
            if blijft := self._doe(bestand, dag):
                wachtend.append(blijft)
        for regel in wachtend:
            meld("bestand wacht", logging.WARNING, bestand=regel.bestand, reden=regel.reden)
        return self._sluit(wachtend)

    def _doe(self, bestand: Bestand, dag: date | None) -> Regel | None:
        """Do one file; gives the line of one that has to wait."""
        try:
            som = sha256(bestand.pad)
        except OSError:
            return _als_het_er_ligt(bestand, _onleesbaar(bestand))
        regel = _regel(bestand, som, dag, VERWERKT)
        bekend = bekende(self._nacht.historie)
        try:
            if som in bekend:
                eerder = self._dagboek.van(regel.bestand, som)
                if eerder is None or eerder.stand == AFGEKEURD:
                    self._dagboek.noteer(_al_bekend(regel, bekend[som]))
            else:
                self._verwerk(bestand, regel)
        except Blijft as reden:
            return _als_het_er_ligt(bestand, replace(regel, stand=WACHT, reden=str(reden)))
        except _Afgekeurd as reden:
            self._keur_af(bestand, som, replace(regel, stand=AFGEKEURD, exitcode=ONBRUIKBAAR, reden=str(reden)))
            return None
        _verplaats(bestand.pad, plek(bestand.pad, som, self._nacht.naar_archief), regel.bestand)
        klaar = self._dagboek.van(regel.bestand, som) or regel
        meld("bestand klaar", bestand=klaar.bestand, sha256=som, stand=klaar.stand, **(klaar.samenvatting or {}))
        return None

    def _verwerk(self, bestand: Bestand, regel: Regel) -> None:
        """Check the batch, write its results, note it and add it to the store. Raises Blijft, _Afgekeurd."""
        try:
            with tempfile.TemporaryDirectory(dir=self._werkmap, ignore_cleanup_errors=True) as werkmap:
                self._boek(bestand, regel, Path(werkmap))
        except (Blijft, Uitvoerfout, Historiefout, MemoryError):
            raise
        except (Exception, pl.exceptions.PanicException) as fout:
            if bestand.veranderd():
                raise Blijft(NOG_BEZIG) from None
            if _van_de_schijf(fout):
                raise
            bekende_fout = isinstance(fout, (Gebruikersfout, Geweigerd, Onbeantwoordbaar))
            reden = str(fout) if bekende_fout else f"onverwachte fout ({type(fout).__name__}). Meld dit."
            # The only value of the user in a reason is the path, or the name.
            for naam in (str(bestand.pad), bestand.pad.name):
                reden = reden.replace(naam, regel.bestand)
            raise _Afgekeurd(reden) from None

    def _boek(self, bestand: Bestand, regel: Regel, werkmap: Path) -> None:
        batch = replace(lees_batch(bestand.pad, werkmap), naam=regel.bestand)

        def gecontroleerd(uitslag: Uitslag) -> None:
            if bestand.veranderd() or batch.sha256 != regel.sha256:
                raise Blijft(NOG_BEZIG)
            self._dagboek.noteer(
                replace(
                    regel,
                    exitcode=int(uitslag.bevindingen["ernst"].is_in(list(self._nacht.tellend)).any()),
                    peildatum=uitslag.peildatum.isoformat(),
                    samenvatting=asdict(uitslag.samenvatting),
                    uitslag=schrijf(uitslag, self._nacht.uit),
                )
            )

        tegen = Toetssteen(self._codes, self._dossier, self._dagboek.peildatum, werkmap)
        if not boek(self._nacht.historie, batch, tegen, gecontroleerd):
            self._dagboek.noteer(_al_bekend(regel, bekende(self._nacht.historie)[batch.sha256]))

    def _keur_af(self, bestand: Bestand, som: str, regel: Regel) -> None:
        """Put the file aside, its reason first: a restart between the two rejects it again."""
        meld("bestand afgekeurd", logging.ERROR, bestand=regel.bestand, sha256=som, reden=regel.reden)
        self._dagboek.noteer(regel)
        doel = plek(bestand.pad, som, self._nacht.inbox / AFGEKEURDE)
        with vervangend(doel.with_name(f"{_schoon(doel, som)}.reden.txt")) as tijdelijk:
            tijdelijk.write_text(f"{regel.reden}\n", encoding="utf-8")
        _verplaats(bestand.pad, doel, regel.bestand)

    def _sluit(self, wachtend: list[Regel]) -> dict[str, Any]:
        """Write the overview and end the night.

        A run that found nothing to do leaves the overview of the last one that did: a run that was killed after its
        last act and starts again is such a run.
        """
        bekend = bekende(self._nacht.historie)
        gedaan = [r for r in self._dagboek.regels.values() if r.stand != VERWERKT or r.sha256 in bekend]
        inhoud = _overzicht([*gedaan, *wachtend], self._dagboek)
        doel = self._nacht.uit / OVERZICHT
        if gedaan or not doel.exists():
            with vervangend(doel) as tijdelijk:
                tijdelijk.write_text(json.dumps(inhoud, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self._dagboek.sluit()
        meld("nacht klaar", exitcode=inhoud["exitcode"], **inhoud["bestanden"])
        return inhoud


class _Afgekeurd(Exception):
    """The file cannot be used; the text is the reason, without a bsn."""


def _schoon(pad: Path, som: str | None) -> str:
    return kort(zonder_bsn(pad.name, som[:8]) if som else zonder_bsn(pad.name), som or "")


def _regel(bestand: Bestand, som: str, dag: date | None, stand: str) -> Regel:
    return Regel(_schoon(bestand.pad, som), som, stand, 0, periode=dag.isoformat() if dag else None)


def _al_bekend(regel: Regel, volgnr: int) -> Regel:
    return replace(regel, stand=AL_BEKEND, reden=f"staat al in de historie, als batch {volgnr}")


def _wordt_geschreven(bestand: Bestand) -> Regel:
    return Regel(_schoon(bestand.pad, None), None, WACHT, 0, NOG_BEZIG)


def _onleesbaar(bestand: Bestand) -> Regel:
    """A file that we may not read is not bad: on Windows another program may hold it."""
    return Regel(_schoon(bestand.pad, None), None, WACHT, ONBRUIKBAAR, "niet te lezen: geen rechten, of nog in gebruik")


def _als_het_er_ligt(bestand: Bestand, regel: Regel) -> Regel | None:
    """The line, unless someone took the file out of the inbox: there is nothing left to tell of it."""
    if bestand.pad.exists():
        return regel
    meld("bestand verdwenen", logging.WARNING, bestand=regel.bestand)
    return None


def _overzicht(regels: list[Regel], dagboek: Dagboek) -> dict[str, Any]:
    telling = Counter(regel.stand for regel in regels)
    samenvattingen = [regel.samenvatting for regel in regels if regel.samenvatting]
    return {
        "schema": SCHEMA,
        "versie": __version__,
        "peildatum": dagboek.peildatum.isoformat(),
        "exitcode": max((regel.exitcode for regel in regels), default=0),
        "bestanden": {stand.replace(" ", "_"): telling[stand] for stand in STANDEN},
        "samenvatting": {veld.name: sum(s[veld.name] for s in samenvattingen) for veld in fields(Samenvatting)},
        "batches": [asdict(regel) for regel in regels],
        "momenten": {
            "begonnen": dagboek.begonnen.isoformat(timespec="seconds"),
            "klaar": datetime.now(UTC).isoformat(timespec="seconds"),
        },
    }


def _gestopt(fout: OSError) -> Gebruikersfout:
    """What stops the night, without the path: it may hold a bsn."""
    reden = REDENEN.get(fout.errno or 0, fout.strerror or type(fout).__name__)
    return Gebruikersfout(
        f"de nacht is gestopt: {reden}. Verhelp dit en start haar opnieuw; zij gaat verder waar zij was."
    )


def _verplaats(pad: Path, doel: Path, naam: str) -> None:
    """Move by rename; one that another program holds (Windows) is moved the next night, when it is known already."""
    try:
        pad.replace(doel)
    except PermissionError:
        meld("bestand niet verplaatst", logging.WARNING, bestand=naam, reden="geen rechten, of nog in gebruik")


def _van_de_schijf(fout: BaseException) -> bool:
    """Whether the system refused, which is no fault of the batch; Polars tells so in a text."""
    if isinstance(fout, OSError):
        return fout.errno is not None
    return isinstance(fout, pl.exceptions.ComputeError) and bool(SYSTEEMFOUT.search(str(fout)))


def _controleer_mappen(nacht: Nacht) -> None:
    if not nacht.inbox.is_dir():
        raise Gebruikersfout(f"{nacht.inbox}: deze map bestaat niet. Noem de map waarin de batches binnenkomen.")
    namen = {"--historie": nacht.historie, "--uit": nacht.uit, "--archief": nacht.naar_archief}
    for optie, map_ in namen.items():
        if map_.resolve() == nacht.inbox.resolve():
            raise Gebruikersfout(f"{optie} {map_}: dit is de inbox zelf. Kies een andere map.")
        if map_.exists() and not map_.is_dir():
            raise Gebruikersfout(f"{optie} {map_}: dit is geen map. Kies een andere.")


def _zelfde_schijf(inbox: Path, archief: Path) -> None:
    if inbox.stat().st_dev != archief.stat().st_dev:
        raise Gebruikersfout(
            f"--archief {archief}: dit is een andere schijf dan die van de inbox, en een bestand gaat er met één "
            "handeling heen. Kies een map op dezelfde schijf."
        )


@contextmanager
def _werkmap(uit: Path) -> Iterator[Path]:
    """A private folder, empty; all temporary files go there, so that a killed run leaves no lines elsewhere."""
    map_ = uit / WERKMAP
    shutil.rmtree(map_, ignore_errors=True)
    map_.mkdir(mode=0o700)
    vorige, tempfile.tempdir = tempfile.tempdir, str(map_)
    try:
        yield map_
    finally:
        tempfile.tempdir = vorige
        shutil.rmtree(map_, ignore_errors=True)
