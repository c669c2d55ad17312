"""``declaratie instellingen``: what is in force, and from where."""

from __future__ import annotations

from typing import Annotated

import typer

from wlz_declaratie.cli.instellingen import gezet, opdrachten
from wlz_declaratie.cli.melden import schrijf_json
from wlz_declaratie.cli.opties import Formaat, Formaatkeuze


def instellingen(
    ctx: typer.Context,
    declarant: Annotated[
        str | None, typer.Option(metavar="AGB", help="Ook wat voor batches van deze declarant geldt.")
    ] = None,
    uzovi: Annotated[str | None, typer.Option(metavar="CODE", help="Ook wat voor deze UZOVI-code geldt.")] = None,
    alles: Annotated[bool, typer.Option("--alles", help="Noem ook wat niemand heeft gezet.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Druk het JSON-schema van declaratie.toml af, voor een editor.")
    ] = False,
    formaat: Formaatkeuze = Formaat.terminal,
) -> None:
    """Toon welke instellingen gelden en waar elk vandaan komt, en controleer declaratie.toml.

    Exitcode 0: er is geen bestand, of alles erin klopt.
    2: er staat iets in dat niet kan.
    """
    from wlz_declaratie.diensten.instellingen.overzicht import overzicht
    from wlz_declaratie.diensten.instellingen.schema import schema as maak_schema
    from wlz_declaratie.rapport import instellingen as rapport
    from wlz_declaratie.rapport.scherm import druk_af

    bekend = opdrachten(ctx.find_root().command)
    if schema:
        schrijf_json(maak_schema(bekend))
        return
    geldend = overzicht(gezet(ctx), bekend, declarant, uzovi)
    if formaat is Formaat.json:
        schrijf_json(rapport.overzicht_als_json(geldend))
        return
    druk_af(rapport.overzicht_delen(geldend, alles=alles))
