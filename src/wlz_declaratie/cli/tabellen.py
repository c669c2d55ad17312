"""``declaratie tabellen``: the editions of the koppeltabel, and the import of a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wlz_declaratie.cli.melden import schrijf_json
from wlz_declaratie.cli.opties import Formaat, Tabellenmap, als_datum

app = typer.Typer(
    name="tabellen", help="Toon de codetabellen, of importeer de koppeltabel van een jaar.", no_args_is_help=True
)


@app.command()
def toon(
    tabellen: Tabellenmap = None,
    formaat: Annotated[Formaat, typer.Option(help="Als tabel of als JSON.")] = Formaat.terminal,
) -> None:
    """Toon welke codetabellen er zijn en voor welke dagen elke geldt."""
    from wlz_declaratie.codes.edities import tabellenmap
    from wlz_declaratie.rapport import edities
    from wlz_declaratie.rapport.scherm import druk_af

    map_ = tabellenmap(tabellen)
    if formaat is Formaat.json:
        schrijf_json(edities.als_json(map_))
        return
    druk_af([*edities.lijst(map_)])  # an edition that cannot be read leaves nothing half printed


@app.command()
def importeer(
    werkboek: Annotated[
        Path, typer.Argument(metavar="KOPPELTABEL.xlsx", help="Het werkboek zoals Vektis het uitgeeft.")
    ],
    van: Annotated[
        str | None,
        typer.Option(
            metavar="JJJJ-MM-DD",
            help="Eerste dag; standaard 1 januari van het jaar in de naam, anders aansluitend op de nieuwste.",
        ),
    ] = None,
    tot: Annotated[
        str | None, typer.Option(metavar="JJJJ-MM-DD", help="Laatste dag; standaard 31 december van dat jaar.")
    ] = None,
    vervang: Annotated[bool, typer.Option("--vervang", help="Vervang wat nu voor deze dagen geldt.")] = False,
    maximum: Annotated[int, typer.Option("--max", min=0, metavar="N", help="Getoonde codes per lijst.")] = 50,
    tabellen: Tabellenmap = None,
) -> None:
    """Lees een koppeltabel, bewaar haar als editie en toon wat er verandert.

    Is er iets mis met het werkboek, dan blijft alles zoals het was.
    """
    eerste, laatste = als_datum(van), als_datum(tot)

    from wlz_declaratie.codes.edities import gebruikersmap
    from wlz_declaratie.diensten.codes_importeren import importeer as voer_in
    from wlz_declaratie.rapport import edities
    from wlz_declaratie.rapport.scherm import druk_af

    resultaat = voer_in(werkboek, tabellen or gebruikersmap(), van=eerste, tot=laatste, vervang=vervang)
    druk_af(edities.verslag(resultaat, maximum))
