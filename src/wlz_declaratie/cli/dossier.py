"""``declaratie dossier``: what is in a dossier and what can be tested with it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.cli.instellingen import gezet
from wlz_declaratie.cli.melden import meld, schrijf_json
from wlz_declaratie.cli.opties import (
    Formaat,
    Formaatkeuze,
    Strikt,
    Tabellenmap,
    ToonBsn,
    als_datum,
)


class Vorm(StrEnum):
    """How tables are written."""

    parquet = "parquet"
    csv = "csv"


def dossier(
    ctx: typer.Context,
    map_: Annotated[Path, typer.Argument(metavar="MAP", help="Map met dossiertabellen (clienten, indicaties, ...).")],
    voor: Annotated[
        list[Path] | None,
        typer.Option(metavar="BATCH", help="Alleen de cliënten van deze batch (en haar kolommen); mag vaker."),
    ] = None,
    uit: Annotated[
        Path | None, typer.Option(metavar="MAP", help="Schrijf de samengevoegde tabellen, voor een volgende --dossier.")
    ] = None,
    vorm: Annotated[Vorm, typer.Option(help="Hoe --uit schrijft.")] = Vorm.parquet,
    overschrijf: Annotated[bool, typer.Option("--overschrijf", help="Vervang de tabellen die er al staan.")] = False,
    strikt: Strikt = False,
    tabellen: Tabellenmap = None,
    peildatum: Annotated[
        str | None,
        typer.Option(
            metavar="JJJJ-MM-DD", help="Tot en met deze dag telt een rij zonder einddatum. (standaard: vandaag)"
        ),
    ] = None,
    maximum: Annotated[
        int, typer.Option("--max", min=0, metavar="N", help="Getoonde rijen per soort; totalen zijn volledig.")
    ] = 10,
    toon_bsn: ToonBsn = False,
    formaat: Formaatkeuze = Formaat.terminal,
) -> None:
    """Toon wat er in een dossier staat, wat niet klopt, en welke controleregels ermee kunnen.

    De tabellen van --uit bevatten bsn's; alleen jij kunt ze lezen.

    Exitcode 0: gelezen, ook als er iets niet klopt of is weggelaten.
    2: verkeerd gebruik of onleesbare invoer; met --strikt ook een rij die niet bruikbaar is.
    """
    dag = als_datum(peildatum)
    if overschrijf and not uit:
        raise Gebruikersfout("--overschrijf hoort bij --uit: geef ook --uit MAP.")

    from wlz_declaratie.basis.werkmap import werkmap
    from wlz_declaratie.diensten.dossier import bekijk
    from wlz_declaratie.diensten.instellingen.kolommen import kolommen_van
    from wlz_declaratie.diensten.uitvoeren import Opdracht
    from wlz_declaratie.rapport import dossier as rapport
    from wlz_declaratie.rapport import dossiertabellen

    if uit:
        dossiertabellen.controleer(uit, map_, overschrijf=overschrijf)
    kolommen = kolommen_van(gezet(ctx))
    opdracht = Opdracht(voor or [], map_, peildatum=dag, tabellen=tabellen, strikt=strikt, vertaald=kolommen)
    with werkmap() as werk:
        inhoud = bekijk(opdracht, werk)
    geschreven = dossiertabellen.schrijf(inhoud, uit, vorm.value) if uit else None
    if formaat is Formaat.json:
        schrijf_json(rapport.als_json(inhoud, toon_bsn=toon_bsn))
    else:
        rapport.toon(inhoud, maximum=maximum, toon_bsn=toon_bsn)
    if geschreven is not None:
        meld(f"{uit}: {len(inhoud.rijen)} tabellen geschreven ({vorm}), {geschreven} rijen.")
        if inhoud.zonder_sleutel:
            meld(f"{uit}: niet geschreven, want weggelaten en zonder leesbare sleutel: {inhoud.zonder_sleutel}.")
