"""Check a batch against the store and add what is accepted, in one transaction."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from wlz_declaratie import __version__
from wlz_declaratie.basis.slot import beurt
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.contract.sleutels import sleutel
from wlz_declaratie.contract.tabellen import DECLARATIE
from wlz_declaratie.diensten.controleren import Uitslag, controleer
from wlz_declaratie.diensten.klaarzetten import Klaargezet, zet_klaar
from wlz_declaratie.historie.fouten import Historiefout, Ingehaald
from wlz_declaratie.historie.lezen import lees_uit
from wlz_declaratie.historie.onderhoud import te_verdichten, verdicht
from wlz_declaratie.historie.opslag import Historie, is_historie, open_historie, open_of_maak
from wlz_declaratie.historie.register import Batch, cijfers, nu
from wlz_declaratie.historie.ronde import Ronde
from wlz_declaratie.inlezen.basis import Batchbestand, toon
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.kern.invoer import Voortgang
from wlz_declaratie.kern.regel import Regel, alle_regels

ONBEVESTIGD = ("AW-0208", "AW-0150", "AW-0151", "AW-0153", "AW-0156", "AW-0157", "AW-0158")
"""Findings that say that the closing record is not there, or does not agree with the message above it."""
VREEMD = "INL-02"
"""The finding that says that the dossier is of somebody else (`kern.vreemd`)."""


class Weigering(Historiefout):
    """This batch cannot go into the store, whatever the state of the disk; the store is as it was."""


@dataclass(frozen=True)
class Bijgeschreven:
    """The batch in the store; ``uitslag`` is None when it was there already and nothing changed."""

    batch: Batch
    uitslag: Uitslag | None


@dataclass(frozen=True)
class Toetssteen:
    """What a batch is checked against, besides the store. ``werkmap`` is private; the caller removes it."""

    codes: Codes
    dossier: Dossier
    peildatum: date
    werkmap: Path
    voortgang: Voortgang = lambda naam, nummer, aantal: None
    dossier_volledig: bool = False
    vrijgegeven: bool = False
    """Whether somebody wants it in the store though the dossier is of somebody else."""
    regels: Sequence[Regel] | None = None
    """What is tested; None is all. The guard on a dossier of somebody else always is."""
    afwerking: Callable[[Uitslag], Uitslag] = lambda uitslag: uitslag
    """What becomes of the result before anything is decided by it: beside a baseline, with accepted findings."""
    klaar: Klaargezet | None = None
    """The dossier made ready, by who checks more than one batch against it."""
    ronde: Ronde | None = None
    """What some batches need of the store, by who checks more than one."""


def voeg_toe(
    map_: Path,
    bestand: Batchbestand,
    tegen: Toetssteen,
    gecontroleerd: Callable[[Uitslag], None] = lambda uitslag: None,
) -> Bijgeschreven:
    """Check ``bestand``, the store as history, and add its accepted lines.

    ``gecontroleerd`` is called with the result before anything is added; a second time when another writer came
    between and the batch had to be checked again. The same content again changes nothing.

    Raises Weigering when one of its invoices is in with other content, when a rule crashed, when its own closing
    record does not confirm it, or when the dossier is of somebody else; Historiefout when the disk refuses, or when a
    rule of the catalogue cannot run at all, which is no fault of the batch. The store stays as it was. Raises
    Historiestuk when that cannot be read.
    """
    if gebreken := [f"{regel.id}: {regel.gebrek}" for regel in alle_regels().values() if regel.gebrek]:
        raise Historiefout(f"niet elke controleregel kan draaien. {' '.join(gebreken)} Er is niets toegevoegd.")
    if not is_historie(map_):
        open_of_maak(map_)
    try:
        return _schrijf_bij(map_, bestand, tegen, gecontroleerd, nullcontext, lambda: beurt(map_))
    except Ingehaald:
        # The first check ran beside other writers and one came between. Now nobody can.
        return _schrijf_bij(map_, bestand, tegen, gecontroleerd, lambda: beurt(map_), nullcontext)


Beurt = Callable[[], AbstractContextManager[None]]


def _schrijf_bij(
    map_: Path,
    bestand: Batchbestand,
    tegen: Toetssteen,
    gecontroleerd: Callable[[Uitslag], None],
    bij_controle: Beurt,
    bij_schrijven: Beurt,
) -> Bijgeschreven:
    with bij_controle():
        historie = open_historie(map_)
        uitslag = keur(historie, bestand, tegen, gecontroleerd)
        if isinstance(uitslag, Batch):
            return Bijgeschreven(uitslag, None)
        regels = _goedgekeurd(uitslag)
        batch = _batch(historie.volgende, bestand, uitslag, regels)
        vol = te_verdichten(historie, batch.deel)
        with bij_schrijven():
            historie.voeg_toe(batch, regels)
        if tegen.ronde:
            tegen.ronde.neem(batch, regels)
    if vol:
        verdicht(map_)
    return Bijgeschreven(batch, uitslag)


def keur(
    historie: Historie, bestand: Batchbestand, tegen: Toetssteen, gecontroleerd: Callable[[Uitslag], None]
) -> Uitslag | Batch:
    """All of ``voeg_toe`` but adding: its result, or the batch of the store that it is again. Raises as that does."""
    half = onbevestigd(bestand)
    if half is None and (bekend := _bekend(historie, bestand)):
        return bekend
    uitslag = toets_tegen(historie, bestand, tegen, None)
    if vast := [status.regel.id for status in uitslag.regels if status.status == "fout"]:
        raise Weigering(
            f"{bestand.naam}: {', '.join(vast)} liep vast, dus is niet bekend welke declaratieregels goed zijn. "
            "Er is niets toegevoegd; meld dit."
        )
    gecontroleerd(uitslag)
    if half:
        raise Weigering(
            f"{bestand.naam}: {half}. Er is niets toegevoegd; laat het bericht in zijn geheel opnieuw aanleveren."
        )
    if not tegen.vrijgegeven and (vreemd := dossier_van_een_ander(uitslag)):
        raise Weigering(
            f"{bestand.naam}: {vreemd} Er is niets toegevoegd. Geef het dossier van deze declarant, of, als alle "
            "cliënten erin staan, --dossier-volledig."
        )
    return uitslag


def dossier_van_een_ander(uitslag: Uitslag) -> str | None:
    """That the dossier does not know most clients of the batch, in words: then many accepted lines are not tested."""
    gevonden = uitslag.bevindingen.filter(pl.col("regel_id") == VREEMD)["melding"]
    return None if gevonden.is_empty() else str(gevonden[0])


def onbevestigd(bestand: Batchbestand) -> str | None:
    """Why the closing record of a message does not confirm what stands above it; None when it does.

    A file of another kind has no closing record, and so nothing that could deny it.
    """
    if bestand.soort != "aw319":
        return None
    gevonden = bestand.meldingen.select("regel_id", "gegevens").unique(maintain_order=True)
    fouten = [regel_id for regel_id in ONBEVESTIGD if regel_id in gevonden["regel_id"]]
    if "AW-0208" in fouten:
        return "het bericht breekt af: er is geen sluitrecord (AW-0208)"
    if fouten:
        return f"het sluitrecord klopt niet met het bericht ({', '.join(fouten)})"
    if bestand.onleesbaar:
        return "het bericht is beschadigd, dus het sluitrecord bevestigt het niet (AW-0804)"
    tweede = pl.col("gegevens").str.json_path_match("$.record") == "01"
    if gevonden.filter(pl.col("regel_id") == "AW-8026", tweede).height:
        return "er staat meer dan één bericht in het bestand (AW-8026)"
    return None


def toets_tegen(historie: Historie, bestand: Batchbestand, tegen: Toetssteen, voor: int | None) -> Uitslag:
    """Check a batch against the store, or what was there before batch ``voor``. Raises Ingehaald, Historiestuk."""
    werkmap = Path(tempfile.mkdtemp(dir=tegen.werkmap))
    geschiedenis = _geschiedenis(historie, bestand, tegen, voor, werkmap)
    klaar = tegen.klaar or zet_klaar(tegen.dossier, tegen.codes)
    lijnen = pl.concat([deel.regels.select(sleutel("bsn", 9)) for deel in (bestand, geschiedenis)])
    uitslag = controleer(
        [bestand],
        regels=_regels(tegen),
        codes=tegen.codes,
        peildatum=tegen.peildatum,
        dossier=klaar.van(lijnen.unique().collect(engine="streaming")["bsn"]),
        werkmap=werkmap,
        historie=[geschiedenis],
        voortgang=tegen.voortgang,
        dossier_volledig=tegen.dossier_volledig,
    )
    return tegen.afwerking(uitslag)


def _regels(tegen: Toetssteen) -> list[Regel]:
    alle = alle_regels()
    if tegen.regels is None:
        return list(alle.values())
    gekozen = {regel.id: regel for regel in tegen.regels}
    return [gekozen.get(id_, regel) for id_, regel in alle.items() if id_ in gekozen or id_ == VREEMD]


def _geschiedenis(
    historie: Historie, bestand: Batchbestand, tegen: Toetssteen, voor: int | None, werkmap: Path
) -> Batchbestand:
    """The lines of the store that the check needs."""
    if tegen.ronde and voor is None and (gekozen := tegen.ronde.lees(historie, bestand, werkmap)):
        return gekozen
    tabellen = tegen.dossier.tabellen
    return lees_uit(historie, [bestand], codes=tegen.codes, tabellen=tabellen, werkmap=werkmap, voor=voor)


def _bekend(historie: Historie, bestand: Batchbestand) -> Batch | None:
    """The batch of the store that this is again. Raises Weigering when only the invoice is the same."""
    for batch in historie.aanwezig:
        if batch.sha256 == bestand.sha256:
            return batch
    for batch in historie.aanwezig:
        if set(batch.facturen) & set(bestand.facturen):
            raise Weigering(
                f"{bestand.naam}: dezelfde factuur staat met een andere inhoud in de historie (batch {batch.volgnr}). "
                "Crediteer in een latere batch, of haal die batch terug met `declaratie historie verwijder`."
            )
    return None


def _goedgekeurd(uitslag: Uitslag) -> pl.DataFrame:
    """The batch lines without a rejection: exactly the columns of DECLARATIE."""
    afgekeurd = uitslag.geldend.filter(pl.col("ernst") == "afkeur", pl.col("rij").is_not_null())["rij"]
    goed = ~pl.col("rij").is_in(afgekeurd.unique().implode())
    return uitslag.breed.filter(goed).select(*DECLARATIE).collect(engine="streaming")


def _batch(
    volgnr: int,
    bestand: Batchbestand,
    uitslag: Uitslag,
    regels: pl.DataFrame,
) -> Batch:
    return Batch(
        volgnr=volgnr,
        # Cut and checked as any text of the user: a name may hold a bsn.
        bestand=toon(Path(bestand.naam).name),
        soort=bestand.soort,
        sha256=bestand.sha256,
        facturen=bestand.facturen,
        moment=nu(),
        peildatum=uitslag.peildatum.isoformat(),
        versie=__version__,
        edities=tuple(editie.naam for editie in uitslag.edities),
        toegevoegd=regels.height,
        afgekeurd=bestand.aantal - regels.height + bestand.onleesbaar,
        **cijfers(regels),
    )
