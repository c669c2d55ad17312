"""``declaratie historie``: the store of accepted lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.cli.melden import meld, schrijf_json, zeg
from wlz_declaratie.cli.opties import (
    Aanvaardlijst,
    Dossiermap,
    DossierVolledig,
    Formaat,
    Peildatum,
    Strikt,
    Tabellenmap,
    als_datum,
)

app = typer.Typer(
    name="historie",
    help="Bewaar goedgekeurde declaratieregels, zodat latere batches ertegen worden getoetst.",
    no_args_is_help=True,
)

Map = Annotated[Path, typer.Argument(metavar="MAP", help="De map van de historie.")]


@app.command(name="voeg-toe")
def voeg_toe(
    ctx: typer.Context,
    map_: Map,
    bestanden: Annotated[list[Path], typer.Argument(metavar="BESTAND", help="Batches: AW319, CSV, Parquet of XLSX.")],
    dossier: Dossiermap = None,
    strikt: Strikt = False,
    dossier_volledig: DossierVolledig = False,
    tabellen: Tabellenmap = None,
    peildatum: Peildatum = None,
    aanvaard: Aanvaardlijst = None,
) -> None:
    """Controleer batches en voeg de goedgekeurde declaratieregels toe, per batch in één keer.

    De eerste keer wordt de map gemaakt.
    Een batch die er al in staat, verandert niets.

    Exitcode 0: elke batch staat erin.
    2: een batch is geweigerd; wat daarvóór kwam, staat erin.
    """
    dag = als_datum(peildatum)

    from wlz_declaratie.cli.uitvoeren import bijschrijving, opdracht_van
    from wlz_declaratie.rapport import historie as rapport

    tellingen: dict[str, None] = {}
    for bestand in bestanden:
        opdracht = opdracht_van([bestand], dossier, None, tabellen, dag, None, None, strikt, dossier_volledig, ctx)
        resultaat = bijschrijving(map_, bestand, opdracht, aanvaard, ctx)
        zeg(rapport.bijgeschreven(bestand, resultaat))
        if resultaat.uitslag:
            tellingen.update(dict.fromkeys(resultaat.uitslag.dossier.tellingen))
    for telling in tellingen:
        meld(f"Let op: {telling}")


@app.command()
def toon(
    map_: Map,
    bsn: Annotated[
        str | None, typer.Option(metavar="BSN", help="De declaratieregels van één cliënt, als tijdlijn.")
    ] = None,
    formaat: Annotated[Formaat, typer.Option(help="Als tabel of als JSON.")] = Formaat.terminal,
) -> None:
    """Toon de batches met declaratieregels, bedrag en periode, of één cliënt door de tijd."""
    from wlz_declaratie.historie.lezen import van_client
    from wlz_declaratie.historie.opslag import open_historie
    from wlz_declaratie.rapport import historie as rapport
    from wlz_declaratie.rapport.scherm import druk_af

    if bsn is not None and not (bsn.isdigit() and len(bsn) == 9):
        raise Gebruikersfout("--bsn: een bsn heeft negen cijfers. Controleer het nummer.")
    historie = open_historie(map_)
    regels = None if bsn is None else van_client(historie, bsn)
    if formaat is Formaat.json:
        inhoud = rapport.als_json(historie) if regels is None else rapport.client_als_json(regels)
        schrijf_json(inhoud)
        return
    druk_af(rapport.overzicht(historie) if regels is None else rapport.tijdlijn(regels))


@app.command()
def verwijder(
    map_: Map,
    factuurnummer: Annotated[str, typer.Option(metavar="NUMMER", help="De factuur van de batch.")],
    reden: Annotated[str, typer.Option(metavar="TEKST", help="Waarom; dit blijft in de historie staan.")],
    declarant: Annotated[
        str | None, typer.Option(metavar="AGB", help="Nodig als meer declaranten dit factuurnummer hebben.")
    ] = None,
) -> None:
    """Haal een batch terug: haar declaratieregels tellen niet meer mee, de reden blijft."""
    from wlz_declaratie.historie.onderhoud import verwijder as haal_weg
    from wlz_declaratie.rapport import opmaak

    batch = haal_weg(map_, factuurnummer, declarant, reden)
    regels = opmaak.declaratieregels(batch.regels)
    zeg(f"Batch {batch.volgnr} is verwijderd: {regels}, {opmaak.euro(batch.cent)}.")


@app.command(name="controleer-historie")
def controleer_historie(map_: Map) -> None:
    """Controleer of alles er is wat volgens het log in de historie staat.

    Exitcode 0: de historie klopt.
    2: er ontbreekt iets of er is iets beschadigd.
    """
    from wlz_declaratie.historie.onderhoud import controleer
    from wlz_declaratie.rapport import historie as rapport
    from wlz_declaratie.rapport.scherm import druk_af

    gevonden = controleer(map_)
    druk_af(rapport.verslag(gevonden))
    if gevonden.fouten:
        raise Gebruikersfout(f"{map_}: de historie klopt niet met haar log. Zet een reservekopie terug.")


@app.command()
def bewaartermijn(
    map_: Map,
    voor: Annotated[
        str, typer.Option(metavar="JJJJ-MM-DD", help="Declaratieregels die vóór deze dag eindigden, gaan weg.")
    ],
) -> None:
    """Verwijder declaratieregels die niet langer bewaard mogen worden, ook van schijf.

    De batches blijven in het overzicht, zonder die declaratieregels.
    """
    dag = als_datum(voor)
    if dag is None or dag > date.today():
        raise typer.BadParameter(f"{dag} ligt in de toekomst", param_hint="--voor")

    from wlz_declaratie.historie.onderhoud import bewaartermijn as verwijder_oude
    from wlz_declaratie.rapport import opmaak

    aantal = verwijder_oude(map_, dag)
    zeg(f"{opmaak.declaratieregels(aantal)} van vóór {opmaak.datum(dag)} verwijderd, ook van schijf.")
