"""De opdrachtregel: one module per command, thin; heavy imports stand inside the commands so that help is instant."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from wlz_declaratie import __version__
from wlz_declaratie.cli import controleer, historie, nacht, nederlands, regels, tabellen, uitleg, vergelijk, voorbeeld
from wlz_declaratie.fouten import Gebruikersfout

ONBRUIKBAAR = 2
"""Exit code for wrong use, unreadable input, or a rule that crashed."""

app = typer.Typer(
    name="declaratie",
    help="Controleert Wlz-declaraties (AW319, CSV, Parquet, XLSX) vóór het zorgkantoor dat doet.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.command(name="controleer")(controleer.controleer)
app.command(name="vergelijk")(vergelijk.vergelijk)
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
    versie: Annotated[
        bool, typer.Option("--version", callback=_toon_versie, is_eager=True, help="Toon de versie en stop.")
    ] = False,
) -> None:
    pass


def _meld(tekst: str) -> None:
    print(f"fout: {tekst}", file=sys.stderr)


def main() -> None:
    """Run the command line; every failure is one Dutch line on stderr and an exit code, never a traceback."""
    for stroom in (sys.stdout, sys.stderr):
        if hasattr(stroom, "reconfigure"):
            # A Windows console knows few characters; a question mark beats a crash.
            stroom.reconfigure(errors="replace")
    opdracht = typer.main.get_command(app)
    nederlands.vertaal_hulp(opdracht)
    try:
        code = opdracht(standalone_mode=False)
        sys.stdout.flush()
    except Gebruikersfout as fout:
        _meld(str(fout))
        code = ONBRUIKBAAR
    except typer.TyperException as fout:
        if type(fout).__name__ != "NoArgsIsHelpError":  # the library has printed the help
            _meld(f"{nederlands.fouttekst(fout)}. Zie `declaratie --help`.")
        code = ONBRUIKBAAR
    except (KeyboardInterrupt, typer.Abort):
        _meld("afgebroken; er is niets half weggeschreven")
        code = 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; python must not complain at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except SystemExit:
        raise
    except BaseException as fout:  # the last resort, a panic of Polars included: no traceback, no quoted values
        if os.environ.get("DECLARATIE_DEBUG"):
            raise
        _meld(f"onverwachte fout ({type(fout).__name__}). Meld dit met de opdracht die je gaf.")
        code = ONBRUIKBAAR
    sys.exit(code or 0)
