"""Options that several commands share, and how their texts become values."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Formaat(StrEnum):
    """How a command prints."""

    terminal = "terminal"
    json = "json"


Formaatkeuze = Annotated[Formaat, typer.Option(help="json op stdout is schoon: verder niets.")]

Tabellenmap = Annotated[
    Path | None,
    typer.Option(
        "--tabellen",
        metavar="MAP",
        envvar="DECLARATIE_TABELLEN",
        show_envvar=False,
        help="Map met geïmporteerde codetabellen; standaard DECLARATIE_TABELLEN, anders die van de gebruiker.",
    ),
]
"""Where the imported editions are; an option, then the environment, then the folder of the platform."""


Strikt = Annotated[
    bool, typer.Option("--strikt", help="Een dossierrij die niet bruikbaar is, is een fout (exitcode 2).")
]
"""Otherwise it is left out and named, and no rejection rests on it."""


Instellingenbestand = Annotated[
    Path | None,
    typer.Option(
        "--instellingen",
        metavar="BESTAND",
        help="Instellingen; standaard declaratie.toml in deze map of daarboven. [kolommen] geeft kolommen hun naam.",
    ),
]
"""What a user sets once: see `diensten.instellingen`."""


def als_datum(tekst: str | None) -> date | None:
    """A date as JJJJ-MM-DD."""
    if tekst is None:
        return None
    try:
        return date.fromisoformat(tekst)
    except ValueError:
        raise typer.BadParameter(f"'{tekst}' is geen datum; schrijf JJJJ-MM-DD, zoals 2026-01-31") from None


def als_lijst(tekst: str | None) -> list[str]:
    """Ids with commas between."""
    return [deel.strip().upper() for deel in (tekst or "").split(",") if deel.strip()]
