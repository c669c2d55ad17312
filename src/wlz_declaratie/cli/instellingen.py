"""What a settings file sets, as defaults of the command line: each command gets ``--instellingen``, read first.

The options of a file become the ``default_map`` of the command, so that the command line wins and each value is
tested by the option itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from wlz_declaratie.cli import nederlands
from wlz_declaratie.cli.melden import meld
from wlz_declaratie.diensten.instellingen.lezen import NIET, Instellingen, Opdrachten, lees_instellingen
from wlz_declaratie.diensten.instellingen.optie import Optie, Soort

_SOORTEN: dict[Any, Soort] = {bool: "ja/nee", int: "geheel getal", float: "getal", Path: "pad"}
_DATUM = "JJJJ-MM-DD"
_NIET = (*NIET, "help", "version", "install-completion", "show-completion")
_MET_KOP = ("controleer", "waarom", "client", "vergelijk", "nacht")
"""Commands of which the report says by itself which file is in force."""


def sluit_aan(opdracht: Any) -> None:
    """Give every command, and all below it, the option ``--instellingen``; `gezet` is what it read."""
    # The library makes options of a signature only.
    maker = typer.Typer()
    maker.command()(_met_optie)
    optie = next(param for param in typer.main.get_command(maker).params if param.name == "instellingen")
    for _, een in _opdrachten(opdracht):
        een.params.append(optie)


def gezet(ctx: typer.Context) -> Instellingen:
    """The settings in force for the command that runs."""
    return ctx.obj if isinstance(ctx.obj, Instellingen) else Instellingen()


def uit_bestand(ctx: typer.Context) -> list[str]:
    """The long names of the options of this command of which the value is that of the file."""
    return [naam for naam, param in _opties(ctx.command) if _bron(ctx, param) == "DEFAULT_MAP"]


def gegeven(ctx: typer.Context) -> list[str]:
    """The long names of the options that were given with this command, or in the environment: these win."""
    return [naam for naam, param in _opties(ctx.command) if _bron(ctx, param) in ("COMMANDLINE", "ENVIRONMENT")]


def opdrachten(opdracht: Any) -> Opdrachten:
    """The options of each command that a file may set."""
    return {
        naam: {optie: _als_optie(optie, param) for optie, param in _opties(een)} for naam, een in _opdrachten(opdracht)
    }


def naam_van(ctx: typer.Context) -> str:
    """The command that runs, as its table is called: ``historie.voeg-toe``."""
    delen = []
    boven: Any = ctx
    while boven is not None and boven.parent is not None:
        delen.append(boven.info_name or "")
        boven = boven.parent
    return ".".join(reversed(delen))


def _laad(ctx: typer.Context, waarde: str | None) -> str | None:
    if ctx.resilient_parsing:
        return waarde
    instellingen = lees_instellingen(waarde, lambda: opdrachten(ctx.find_root().command))
    naam = naam_van(ctx)
    van_opdracht = instellingen.opdrachten.get(naam, {})
    ctx.obj = instellingen
    ctx.default_map = {
        param.name: van_opdracht[optie] for optie, param in _opties(ctx.command) if optie in van_opdracht
    }
    bestand = instellingen.bestand
    if bestand and bestand.gevonden and van_opdracht and naam not in _MET_KOP:
        meld(f"{bestand.naam}: [{naam}] {', '.join(van_opdracht)}.")
    return waarde


def _met_optie(
    instellingen: Annotated[
        str | None,
        typer.Option(
            metavar="BESTAND|geen",
            help="Instellingen; standaard declaratie.toml in deze map of daarboven. geen: zonder.",
            is_eager=True,
            expose_value=False,
            callback=_laad,
        ),
    ] = None,
) -> None:
    """Only for its option."""


def _opdrachten(opdracht: Any, voor: str = "") -> Iterator[tuple[str, Any]]:
    for naam, een in opdracht.commands.items():
        if hasattr(een, "commands"):
            yield from _opdrachten(een, f"{voor}{naam}.")
        else:
            yield f"{voor}{naam}", een


def _opties(opdracht: Any) -> Iterator[tuple[str, Any]]:
    for param in opdracht.params:
        if param.param_type_name == "option":
            naam = max(param.opts, key=len).lstrip("-")
            if naam not in _NIET:
                yield naam, param


def _bron(ctx: typer.Context, param: Any) -> str:
    bron = ctx.get_parameter_source(param.name)
    return bron.name if bron else ""


def _als_optie(naam: str, param: Any) -> Optie:
    soort: Any = param.type_descriptor.annotation
    if param.multiple:
        (soort,) = get_args(soort)
    keuzes = tuple(een.value for een in soort) if isinstance(soort, type) and issubclass(soort, Enum) else ()
    vorm: Soort = "keuze" if keuzes else "datum" if param.metavar == _DATUM else _SOORTEN.get(soort, "tekst")
    return Optie(
        naam,
        vorm,
        " ".join((param.help or "").split()),
        lambda waarde: _lees(param, waarde),
        vaker=param.multiple,
        komma=(param.metavar or "").endswith(",..."),
        waarden=keuzes,
        minstens=param.min,
        hoogstens=param.max,
        standaard=_kaal(param.default),
    )


def _kaal(waarde: Any) -> Any:
    """A default as a file would have it."""
    return waarde.value if isinstance(waarde, Enum) else str(waarde) if isinstance(waarde, Path) else waarde


def _lees(param: Any, waarde: Any) -> object:
    """The validation of the option itself. Raises ValueError with what it says."""
    try:
        return param.process_value(typer.Context(typer.core.TyperCommand(None)), waarde)
    except typer.TyperException as fout:
        raise ValueError(nederlands.fouttekst(fout)) from None
