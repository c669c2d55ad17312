"""A check as a command runs it: `diensten.uitvoeren`, with progress on a terminal."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from wlz_declaratie.basis.tekst import getal
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.cli.instellingen import gegeven, gezet, naam_van
from wlz_declaratie.cli.opties import als_lijst
from wlz_declaratie.diensten import uitvoeren as diensten
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.instellingen.batch import Batchinstelling, voor_batch, voor_declarant
from wlz_declaratie.diensten.instellingen.beleid import eis_goed
from wlz_declaratie.diensten.instellingen.kolommen import kolommen_van
from wlz_declaratie.diensten.uitvoeren import Opdracht as Opdracht
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.kern.invoer import Voortgang
from wlz_declaratie.rapport.scherm import Scherm

if TYPE_CHECKING:
    from wlz_declaratie.diensten.bijschrijven import Bijgeschreven
    from wlz_declaratie.inlezen.aanvaard import Aanvaardlijst

GEDULD = 1.0
"""Seconds before progress appears; what is small is done by then."""


def opdracht_van(
    bestanden: Sequence[Path],
    dossier: Path | None,
    historie: Path | None,
    tabellen: Path | None,
    peildatum: date | None,
    selecteer: str | None,
    negeer: str | None,
    strikt: bool,
    dossier_volledig: bool,
    ctx: typer.Context,
) -> Opdracht:
    """What to check, of the options that choose it (see `opties`) and the settings of this command.

    Raises Gebruikersfout for unusable settings.
    """
    instellingen = gezet(ctx)
    eis_goed(instellingen)
    naam, wint = naam_van(ctx), gegeven(ctx)
    gekozen = als_lijst(selecteer), als_lijst(negeer)
    kolommen = kolommen_van(instellingen)
    opdracht = Opdracht(bestanden, dossier, historie, peildatum, *gekozen, tabellen, strikt, kolommen, dossier_volledig)
    opdracht = replace(opdracht, ingesteld=voor_declarant(instellingen, None, None, opdracht=naam, gegeven=wint))
    if not (instellingen.declaranten or instellingen.uzovi):
        return opdracht

    def van_wie(gelezen: Sequence[Batchbestand]) -> Opdracht:
        return _met_keuze(opdracht, voor_batch(instellingen, gelezen, opdracht=naam, gegeven=wint))

    return replace(opdracht, voor_batch=van_wie)


def _met_keuze(opdracht: Opdracht, keuze: Batchinstelling) -> Opdracht:
    """What to check with the settings of its declarant."""
    opties = keuze.opties
    return replace(
        opdracht,
        dossier=Path(opties["dossier"]) if "dossier" in opties else opdracht.dossier,
        strikt=opties.get("strikt", opdracht.strikt),
        dossier_volledig=opties.get("dossier-volledig", opdracht.dossier_volledig),
        selecteer=als_lijst(opties["selecteer"]) if "selecteer" in opties else opdracht.selecteer,
        negeer=als_lijst(opties["negeer"]) if "negeer" in opties else opdracht.negeer,
        ingesteld=keuze,
    )


@contextmanager
def uitvoering(opdracht: Opdracht, *, stil: bool) -> Iterator[Uitslag]:
    """Read and check, with progress; the lines of the result can be read until the block ends."""
    with ExitStack() as tot_het_einde:
        with voortgang(stil) as stap:
            uitslag = tot_het_einde.enter_context(diensten.uitvoering(opdracht, stap))
        yield uitslag


def aanvaarde(
    bestanden: Sequence[Batchbestand], ctx: typer.Context, vertaald: Mapping[str, str]
) -> Aanvaardlijst | None:
    """The accepted findings that their declarant has for himself; None where he has none, or one was given."""
    keuze = voor_batch(gezet(ctx), bestanden, opdracht=naam_van(ctx), gegeven=gegeven(ctx))
    eigen = keuze.opties.get("aanvaard")
    if not eigen:
        return None
    from wlz_declaratie.diensten.aanvaarding import lees_lijst  # takes the readers of results along

    return lees_lijst(Path(eigen), vertaald)


def bijschrijving(
    map_: Path, bestand: Path, opdracht: Opdracht, aanvaard: Path | None, ctx: typer.Context
) -> Bijgeschreven:
    """Check one file against the store and what else ``opdracht`` names, and add its accepted lines.

    A finding of the list ``aanvaard`` rejects nothing.
    """
    from wlz_declaratie.diensten.aanvaarding import lees_lijst, pas_toe
    from wlz_declaratie.diensten.bijschrijven import Toetssteen, voeg_toe

    lijst = lees_lijst(aanvaard, opdracht.vertaald) if aanvaard else None
    with werkmap() as werk, voortgang(stil=False) as stap:
        batch = lees_batch(bestand, werk, opdracht.vertaald)
        if opdracht.voor_batch:
            opdracht = opdracht.voor_batch([batch])
            lijst = aanvaarde([batch], ctx, opdracht.vertaald) or lijst
        dossier, codes = diensten.lees_tegen(opdracht)

        def afwerking(uitslag: Uitslag) -> Uitslag:
            uitslag = opdracht.ingesteld.bij(uitslag)
            return pas_toe(uitslag, lijst) if lijst else uitslag

        tegen = Toetssteen(
            codes,
            dossier,
            opdracht.peildatum or date.today(),
            werk,
            stap,
            dossier_volledig=opdracht.dossier_volledig,
            regels=opdracht.ingesteld.regels(opdracht.selecteer, opdracht.negeer),
            afwerking=afwerking,
        )
        return voeg_toe(map_, batch, tegen)


@contextmanager
def voortgang(stil: bool) -> Iterator[Voortgang]:
    """Progress on stderr, on a terminal only, when it takes longer than GEDULD."""
    scherm = Scherm(stderr=True)
    if stil or not scherm.is_terminal:
        yield lambda naam, nummer, aantal: None
        return
    kolommen = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    balk = Progress(*kolommen, console=scherm, transient=True, redirect_stdout=False, redirect_stderr=False)
    taak = balk.add_task("")
    # By a clock of its own: one step may take a minute, and nothing tells in the meantime.
    wekker = threading.Timer(GEDULD, balk.start)
    wekker.daemon = True

    def stap(naam: str, nummer: int, aantal: int) -> None:
        balk.update(taak, description=f"{naam} ({getal(nummer)}/{getal(aantal)})" if aantal else naam)

    wekker.start()
    try:
        yield stap
    finally:
        wekker.cancel()
        wekker.join()
        balk.stop()
