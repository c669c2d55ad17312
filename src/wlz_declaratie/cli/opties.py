"""Options that several commands share, and how their texts become values."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wlz_declaratie.cli import aanvullen

if TYPE_CHECKING:
    from wlz_declaratie.rapport.keuze import Keuze


class Formaat(StrEnum):
    """How a command prints."""

    terminal = "terminal"
    json = "json"


Formaatkeuze = Annotated[Formaat, typer.Option(help="json op stdout is schoon: verder niets.")]

ToonBsn = Annotated[bool, typer.Option("--toon-bsn", help="Toon het hele bsn (anders overal gemaskeerd).")]

Maximum = Annotated[
    int, typer.Option("--max", min=0, metavar="N", help="Hoeveel er getoond worden; totalen zijn volledig.")
]

Dossiermap = Annotated[
    Path | None, typer.Option("--dossier", metavar="MAP", help="Map met dossiertabellen (clienten, indicaties, ...).")
]

Historiepad = Annotated[
    Path | None, typer.Option("--historie", metavar="PAD", help="Goedgekeurde declaratieregels van eerdere batches.")
]

Peildatum = Annotated[
    str | None,
    typer.Option("--peildatum", metavar="JJJJ-MM-DD", help="'Vandaag' voor de controleregels. (standaard: vandaag)"),
]

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


DossierVolledig = Annotated[
    bool,
    typer.Option(
        "--dossier-volledig",
        help="In het dossier staan alle cliënten: keur af wie er niet in staat, ook als het de meesten zijn.",
    ),
]
"""Otherwise that is taken for a dossier of somebody else: see `kern.vreemd`."""


Aanvaardlijst = Annotated[
    Path | None,
    typer.Option(
        "--aanvaard", metavar="BESTAND", help="Aanvaarde bevindingen (.csv .parquet .xlsx); zij keuren niets af."
    ),
]
"""See `diensten.aanvaarding`."""

Statistiek = Annotated[
    bool, typer.Option("--statistiek", help="Aantallen en euro's per controleregel, uitvoerder en maand.")
]
Ingediend = Annotated[
    bool, typer.Option("--ingediend", help="De batch is al ingediend: wat te doen gaat dan over crediteren.")
]
"""What reports tell."""

Selecteer = Annotated[
    str | None,
    typer.Option(
        "--selecteer",
        metavar="ID,...",
        help="Alleen deze controleregels of families (MUT, OVB-01).",
        autocompletion=aanvullen.regels,
    ),
]
Negeer = Annotated[
    str | None,
    typer.Option(
        "--negeer",
        metavar="ID,...",
        help="Deze controleregels of families niet.",
        autocompletion=aanvullen.regels,
    ),
]
"""Which rules run."""


class Ernstkeuze(StrEnum):
    """Which findings are shown."""

    afkeur = "afkeur"
    signaal = "signaal"


class Sortering(StrEnum):
    """In which order findings are shown; those of `keuze.SORTERINGEN`."""

    bestand = "bestand"
    bedrag = "bedrag"
    begindatum = "begindatum"
    uitvoerder = "uitvoerder"
    regel = "regel"
    ernst = "ernst"


_TONEN = "Wat getoond wordt"
"""The panel of the help in which these stand: they change nothing of what runs, is counted or written."""

ToonUitvoerder = Annotated[
    str | None,
    typer.Option("--uitvoerder", metavar="AGB,...", help="Alleen van deze uitvoerders.", rich_help_panel=_TONEN),
]
ToonBsnVan = Annotated[
    str | None,
    typer.Option(
        "--bsn",
        metavar="BSN",
        help="Alleen van deze cliënt; de laatste drie cijfers mag ook.",
        rich_help_panel=_TONEN,
    ),
]
ToonReferentie = Annotated[
    list[str] | None,
    typer.Option(
        "--referentie", metavar="NUMMER", help="Alleen van dit referentienummer; mag vaker.", rich_help_panel=_TONEN
    ),
]
ToonRetourcode = Annotated[
    str | None,
    typer.Option("--retourcode", metavar="CODE,...", help="Alleen met deze retourcodes.", rich_help_panel=_TONEN),
]
ToonErnst = Annotated[
    Ernstkeuze | None, typer.Option("--ernst", help="Alleen afkeur, of alleen signaal.", rich_help_panel=_TONEN)
]
ToonRegel = Annotated[
    str | None,
    typer.Option(
        "--regel", metavar="ID,...", help="Alleen van deze controleregels of families.", rich_help_panel=_TONEN
    ),
]
ToonSortering = Annotated[
    Sortering, typer.Option("--sorteer", help="De volgorde; bedrag: het hoogste eerst.", rich_help_panel=_TONEN)
]
ToonTop = Annotated[
    int | None,
    typer.Option("--top", min=1, metavar="N", help="Alleen de eerste N.", rich_help_panel=_TONEN),
]


def als_agbs(tekst: str | None) -> tuple[str, ...]:
    """AGB codes with commas between, each with the zeros that a spreadsheet takes off."""
    return tuple(agb.zfill(8) for agb in als_lijst(tekst))


def als_keuze(
    uitvoerder: str | None,
    bsn: str | None,
    referentie: list[str] | None,
    retourcode: str | None,
    ernst: Ernstkeuze | None,
    regel: str | None,
    sorteer: Sortering,
    top: int | None,
) -> Keuze:
    """What to show, of the options above. Raises Gebruikersfout for a bsn that cannot be one."""
    from wlz_declaratie.rapport.keuze import Keuze, bsn_van

    return Keuze(
        uitvoerders=als_agbs(uitvoerder),
        bsn=None if bsn is None else bsn_van(bsn),
        referenties=tuple(referentie or ()),
        retourcodes=tuple(code.zfill(4) for code in als_lijst(retourcode)),
        ernst=ernst.value if ernst else None,
        regels=tuple(als_lijst(regel)),
        sorteer=sorteer.value,
        top=top,
    )


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
    from wlz_declaratie.kern.regel import ids

    return ids(tekst or "")
