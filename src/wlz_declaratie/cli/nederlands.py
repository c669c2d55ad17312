"""Dutch for what the command line library says in English: its headings and its errors."""

from __future__ import annotations

import re
from typing import Any

import typer

from wlz_declaratie.basis.lijkt import bedoeld, vraag

FOUTEN = (
    (r"Input should be a valid integer.*", "geef een geheel getal"),
    (r"Input should be greater than or equal to (.*)", r"geef \1 of meer"),
    (r"Value error, (.*) is not one of (.*?)\.?", r"\1 kan niet; kies uit \2"),
    (r"Option '(.*)' requires an argument\.?", r"optie \1 mist een waarde"),
    (r"Option '(.*)' does not take a value\.?", r"optie \1 krijgt geen waarde"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", r"'\1' is te veel"),
    (r"Missing command\.?", "noem een opdracht"),
)
"""Library texts as patterns with what we say instead."""
_GEEN_OPDRACHT = re.compile(r"No such command '(.*?)'\..*", re.DOTALL)


def fouttekst(fout: typer.TyperException) -> str:
    """Wrong use in one Dutch line; what our own options say is Dutch already."""
    param: Any = getattr(fout, "param", None)
    naam = "" if param is None else param.opts[0] if param.param_type_name == "option" else param.metavar or param.name
    tekst = str(getattr(fout, "message", "") or fout)
    match type(fout).__name__:
        case "MissingParameter":
            return f"{naam} ontbreekt"
        case "NoSuchOption":
            lijkt_op = sorted(getattr(fout, "possibilities", None) or ())
            return f"onbekende optie {getattr(fout, 'option_name', '')}{vraag(lijkt_op)}"
    if onbekend := _GEEN_OPDRACHT.fullmatch(tekst):
        opdrachten = getattr(getattr(getattr(fout, "ctx", None), "command", None), "commands", {})
        return f"onbekende opdracht '{onbekend[1]}'{vraag(bedoeld(onbekend[1], opdrachten))}"
    for patroon, nederlands in FOUTEN:
        if gevonden := re.fullmatch(patroon, tekst):
            tekst = gevonden.expand(nederlands)
            break
    return f"{naam}: {tekst}" if naam else tekst


def vertaal_hulp(opdracht: Any) -> None:
    """Give the help of a command and all below it Dutch headings."""
    for param in opdracht.params:
        if param.name == "install_completion":
            param.help = "Installeer aanvulling met Tab voor deze shell."
        elif param.name == "show_completion":
            param.help = "Toon het script voor aanvulling met Tab."
    _vertaal_vaste_teksten(opdracht)
    for onderdeel in getattr(opdracht, "commands", {}).values():
        vertaal_hulp(onderdeel)


def _vertaal_koppen() -> None:
    from typer import rich_utils  # only for who asks for help: it is a tenth of the start of any command

    rich_utils.ARGUMENTS_PANEL_TITLE = "Argumenten"
    rich_utils.OPTIONS_PANEL_TITLE = "Opties"
    rich_utils.COMMANDS_PANEL_TITLE = "Opdrachten"
    rich_utils.DEFAULT_STRING = "[standaard: {}]"
    rich_utils.REQUIRED_LONG_STRING = "[verplicht]"


def _vertaal_vaste_teksten(opdracht: Any) -> None:
    gebruik, hulp, optie_hulp = opdracht.get_usage, opdracht.format_help, opdracht.get_help_option

    def nederlands_gebruik(ctx: typer.Context) -> str:
        tekst: str = gebruik(ctx)
        for engels, nederlands in (
            ("Usage:", "Gebruik:"),
            ("[OPTIONS]", "[OPTIES]"),
            ("COMMAND [ARGS]", "OPDRACHT [...]"),
        ):
            tekst = tekst.replace(engels, nederlands)
        return tekst

    def nederlandse_hulp(ctx: typer.Context, formatter: Any) -> None:
        _vertaal_koppen()
        hulp(ctx, formatter)

    def nederlandse_hulpoptie(ctx: typer.Context) -> Any:
        optie = optie_hulp(ctx)
        if optie is not None:
            optie.help = "Toon deze uitleg en stop."
        return optie

    opdracht.get_usage = nederlands_gebruik
    opdracht.format_help = nederlandse_hulp
    opdracht.get_help_option = nederlandse_hulpoptie
