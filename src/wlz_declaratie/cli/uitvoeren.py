"""A check as a command runs it: `diensten.uitvoeren`, with progress on a terminal."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from wlz_declaratie.basis.tekst import getal
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.cli.opties import als_lijst
from wlz_declaratie.diensten import uitvoeren as diensten
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.instellingen import lees_instellingen
from wlz_declaratie.diensten.uitvoeren import Opdracht as Opdracht
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.kern.toetsing import Voortgang
from wlz_declaratie.rapport.scherm import Scherm

if TYPE_CHECKING:
    from wlz_declaratie.diensten.bijschrijven import Bijgeschreven

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
    instellingen: Path | None,
    dossier_volledig: bool,
) -> Opdracht:
    """What to check, of the options that choose it; see `opties`. Raises Gebruikersfout for unusable settings."""
    kolommen = lees_instellingen(instellingen).kolommen
    gekozen = als_lijst(selecteer), als_lijst(negeer)
    return Opdracht(bestanden, dossier, historie, peildatum, *gekozen, tabellen, strikt, kolommen, dossier_volledig)


@contextmanager
def uitvoering(opdracht: Opdracht, *, stil: bool) -> Iterator[Uitslag]:
    """Read and check, with progress; the lines of the result can be read until the block ends."""
    with ExitStack() as tot_het_einde:
        with voortgang(stil) as stap:
            uitslag = tot_het_einde.enter_context(diensten.uitvoering(opdracht, stap))
        yield uitslag


def bijschrijving(map_: Path, bestand: Path, opdracht: Opdracht, aanvaard: Path | None) -> Bijgeschreven:
    """Check one file against the store and what else ``opdracht`` names, and add its accepted lines.

    A finding of the list ``aanvaard`` rejects nothing.
    """
    from wlz_declaratie.diensten.aanvaarding import lees_lijst, pas_toe
    from wlz_declaratie.diensten.bijschrijven import Toetssteen, voeg_toe

    lijst = lees_lijst(aanvaard, opdracht.vertaald) if aanvaard else None

    def afwerking(uitslag: Uitslag) -> Uitslag:
        return pas_toe(uitslag, lijst) if lijst else uitslag

    with werkmap() as werk, voortgang(stil=False) as stap:
        dossier, codes = diensten.lees_tegen(opdracht)
        peildatum = opdracht.peildatum or date.today()
        tegen = Toetssteen(
            codes, dossier, peildatum, werk, stap, dossier_volledig=opdracht.dossier_volledig, afwerking=afwerking
        )
        return voeg_toe(map_, lees_batch(bestand, werk, opdracht.vertaald), tegen)


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
