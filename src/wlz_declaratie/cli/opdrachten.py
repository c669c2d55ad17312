"""The commands together, and how each failure of one is told."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Annotated, Any

import typer

from wlz_declaratie import __version__
from wlz_declaratie.basis.fouten import SCHIJF_VOL, VOL, Gebruikersfout
from wlz_declaratie.basis.signalen import gevraagd
from wlz_declaratie.cli import (
    ONBRUIKBAAR,
    aanvaard,
    controleer,
    dossier,
    historie,
    instellingen,
    nacht,
    nederlands,
    regels,
    tabellen,
    tonen,
    toon_instellingen,
    trend,
    uitleg,
    vergelijk,
    voorbeeld,
    waarom,
)
from wlz_declaratie.cli.geheugen import eis_geheugen
from wlz_declaratie.cli.melden import meld_fout

app = typer.Typer(
    name="declaratie",
    help="Controleert Wlz-declaraties (AW319, CSV, Parquet, XLSX) vóór het zorgkantoor dat doet.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.command(name="controleer")(controleer.controleer)
app.command(name="toon")(tonen.toon)
app.command(name="waarom")(waarom.waarom)
app.command(name="client")(waarom.client)
app.command(name="aanvaard")(aanvaard.aanvaard)
app.command(name="trend")(trend.trend)
app.command(name="vergelijk")(vergelijk.vergelijk)
app.command(name="dossier")(dossier.dossier)
app.command(name="instellingen")(toon_instellingen.instellingen)
app.command(name="regels")(regels.regels)
app.command(name="uitleg")(uitleg.uitleg)
app.add_typer(historie.app)
app.command(name="nacht")(nacht.nacht)
app.add_typer(tabellen.app)
app.command(name="maak-voorbeeld")(voorbeeld.maak_voorbeeld)


def _toon_versie(gevraagd: bool) -> None:
    if gevraagd:
        print(f"declaratie {__version__}")
        raise typer.Exit


@app.callback()
def _opties(
    _versie: Annotated[
        bool, typer.Option("--version", callback=_toon_versie, is_eager=True, help="Toon de versie en stop.")
    ] = False,
) -> None:
    eis_geheugen()


@cache
def opdrachtregel() -> Any:
    """All commands, as they are given: a process that runs several makes them once."""
    opdracht = typer.main.get_command(app)
    instellingen.sluit_aan(opdracht)
    nederlands.vertaal_hulp(opdracht)
    return opdracht


def voer_uit() -> int:
    """Run the command that was given; gives the exit code. Raises what a signal raises, and SystemExit."""
    try:
        code = opdrachtregel()(standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, SystemExit):
        raise
    except typer.Abort:
        raise KeyboardInterrupt from None
    except BaseException as fout:
        if gevraagd() is not None:
            raise
        _meld(fout)
        code = ONBRUIKBAAR
    return code or 0


def _meld(fout: BaseException) -> None:
    """Tell what went wrong in one line: no traceback, no quoted values."""
    match fout:
        case Gebruikersfout():
            meld_fout(str(fout))
        case typer.TyperException():
            if type(fout).__name__ != "NoArgsIsHelpError":  # the library has printed the help
                tekst = nederlands.fouttekst(fout)
                meld_fout(f"{tekst}{'' if tekst.endswith('?') else '.'} Zie `declaratie --help`.")
        case MemoryError() | RuntimeError(args=("can't start new thread",)):
            meld_fout("er is niet genoeg geheugen. Splits het bestand, of geef de computer meer geheugen.")
        case _:  # the last resort, a panic of Polars included
            from wlz_declaratie.basis.systeem import foutnummer

            if foutnummer(fout) in VOL:
                meld_fout(SCHIJF_VOL)
                return
            if os.environ.get("DECLARATIE_DEBUG"):
                raise fout
            meld_fout(f"onverwachte fout ({type(fout).__name__}). Meld dit met de opdracht die je gaf.")
