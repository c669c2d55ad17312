"""A result on stdout, of a check or a saved one; and ``declaratie toon``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.cli.melden import meld
from wlz_declaratie.cli.opties import (
    Formaat,
    Formaatkeuze,
    Maximum,
    Sortering,
    ToonBsn,
    ToonBsnVan,
    ToonErnst,
    ToonReferentie,
    ToonRegel,
    ToonRetourcode,
    ToonSortering,
    ToonTop,
    ToonUitvoerder,
    als_keuze,
)

if TYPE_CHECKING:
    from wlz_declaratie.diensten.controleren import Uitslag
    from wlz_declaratie.rapport.keuze import Keuze
    from wlz_declaratie.rapport.weergave import Weergave


def toon(
    bestand: Annotated[Path, typer.Argument(metavar="UITSLAG", help="Van --uit: .json .csv .parquet .xlsx of .html.")],
    maximum: Maximum = 50,
    toon_bsn: ToonBsn = False,
    formaat: Formaatkeuze = Formaat.terminal,
    uitvoerder: ToonUitvoerder = None,
    bsn: ToonBsnVan = None,
    referentie: ToonReferentie = None,
    retourcode: ToonRetourcode = None,
    ernst: ToonErnst = None,
    regel: ToonRegel = None,
    sorteer: ToonSortering = Sortering.bestand,
    top: ToonTop = None,
) -> None:
    """Toon een opgeslagen uitslag, of een keuze daaruit.

    Een .csv draagt alleen bevindingen: geen totalen, peildatum of status van controleregels.
    Exitcode 0: getoond, wat er ook in staat.
    2: verkeerd gebruik, of geen leesbare uitslag.
    """
    keuze = als_keuze(uitvoerder, bsn, referentie, retourcode, ernst, regel, sorteer, top)

    from wlz_declaratie.diensten.opgeslagen.lezen import KAAL, lees
    from wlz_declaratie.rapport.weergave import Weergave

    opgeslagen = lees(bestand)
    if not opgeslagen.volledig:
        if formaat is Formaat.json:
            raise Gebruikersfout(f"{opgeslagen.naam}: {KAAL}. Geef voor JSON de .json, .parquet, .xlsx of .html.")
        for opmerking in (KAAL, *opgeslagen.uitslag.opmerkingen):
            meld(f"Let op: {opgeslagen.naam}: {opmerking}.")
    toon_uitslag(opgeslagen.uitslag, formaat, maximum, Weergave(toon_bsn), keuze, volledig=opgeslagen.volledig)


def toon_uitslag(
    uitslag: Uitslag, formaat: Formaat, maximum: int, weergave: Weergave, keuze: Keuze, *, volledig: bool = True
) -> None:
    """Print a result, as far as ``keuze`` goes. Raises Gebruikersfout for what it asks and nobody knows."""
    from wlz_declaratie.rapport.keuze import kies

    gekozen = None if keuze.leeg else kies(uitslag, keuze)
    if formaat is Formaat.json:
        from wlz_declaratie.rapport import json_uitslag

        json_uitslag.schrijf(uitslag, sys.stdout.buffer, weergave, gekozen)
        sys.stdout.buffer.flush()
        return
    from wlz_declaratie.rapport import statistiek, terminal

    maximum = maximum if keuze.top is None else keuze.top
    terminal.toon(
        uitslag,
        maximum=maximum,
        toon_bsn=weergave.toon_bsn,
        gekozen=gekozen,
        volledig=volledig,
        ingediend=weergave.ingediend,
    )
    if uitslag.voorstellen:
        from wlz_declaratie.rapport import scherm, voorstellen

        scherm.druk_af(voorstellen.delen(uitslag.voorstellen, maximum, weergave.toon_bsn))
    if weergave.statistiek:
        statistiek.toon(statistiek.bereken(uitslag), toon_bsn=weergave.toon_bsn)
