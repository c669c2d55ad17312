"""``declaratie nacht``: every batch in a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from wlz_declaratie.basis.signalen import gevraagd
from wlz_declaratie.cli import ONBRUIKBAAR
from wlz_declaratie.cli.controleer import Drempel
from wlz_declaratie.cli.instellingen import gegeven, gezet
from wlz_declaratie.cli.melden import meld_fout, schrijf_json
from wlz_declaratie.cli.opties import (
    Aanvaardlijst,
    DossierVolledig,
    Formaat,
    Formaatkeuze,
    Ingediend,
    Negeer,
    Selecteer,
    Statistiek,
    Strikt,
    Tabellenmap,
    als_datum,
    als_lijst,
)


class Vorm(StrEnum):
    """A format of a result."""

    json = "json"
    xlsx = "xlsx"
    html = "html"
    csv = "csv"
    parquet = "parquet"


def nacht(
    ctx: typer.Context,
    inbox: Annotated[Path, typer.Argument(metavar="INBOX", help="Map waarin de batches binnenkomen.")],
    historie: Annotated[Path, typer.Option(metavar="MAP", help="De historie; de eerste keer wordt zij gemaakt.")],
    uit: Annotated[Path, typer.Option(metavar="MAP", help="Waar de uitslagen en overzicht.json komen.")],
    archief: Annotated[
        Path | None, typer.Option(metavar="MAP", help="Waar verwerkte bestanden heen gaan. (standaard: INBOX/archief)")
    ] = None,
    dossier: Annotated[
        Path | None, typer.Option(metavar="MAP", help="Map met dossiertabellen (clienten, indicaties, ...).")
    ] = None,
    strikt: Strikt = False,
    dossier_volledig: DossierVolledig = False,
    tabellen: Tabellenmap = None,
    peildatum: Annotated[
        str | None, typer.Option(metavar="JJJJ-MM-DD", help="'Vandaag' voor de controleregels. (standaard: vandaag)")
    ] = None,
    selecteer: Selecteer = None,
    negeer: Negeer = None,
    aanvaard: Aanvaardlijst = None,
    basislijn: Annotated[
        bool,
        typer.Option(
            "--basislijn",
            help="Leg elke uitslag naast de vorige van dezelfde declarant; --faal-op kijkt naar wat nieuw is.",
        ),
    ] = False,
    vorm: Annotated[
        list[Vorm] | None,
        typer.Option(help="In welke vorm uitslagen komen; mag vaker, JSON is er altijd. (standaard: json en xlsx)"),
    ] = None,
    met_statistiek: Statistiek = False,
    ingediend: Ingediend = False,
    faal_op: Annotated[Drempel, typer.Option(help="Vanaf welke ernst de exitcode 1 is.")] = Drempel.afkeur,
    max_afkeur: Annotated[
        int,
        typer.Option(
            metavar="PROCENT", min=0, max=100, help="Is er van een batch meer afgekeurd, dan gaat zij in quarantaine."
        ),
    ] = 50,
    vrijgeven: Annotated[
        list[str] | None,
        typer.Option(metavar="NAAM", help="Boek deze batch uit de quarantaine nu toch; mag vaker."),
    ] = None,
    uitslagen_opnieuw: Annotated[
        bool,
        typer.Option("--uitslagen-opnieuw", help="Schrijf ook de uitslagen van een batch die al in de historie staat."),
    ] = False,
    rust: Annotated[
        float,
        typer.Option(
            metavar="SECONDEN",
            min=0,
            help="Zo lang moet een bestand zonder sluitrecord stil zijn, tenzij er BESTAND.klaar naast staat.",
        ),
    ] = 60,
    bewaartermijn: Annotated[
        int | None,
        typer.Option(
            metavar="DAGEN",
            min=1,
            help="Verwijder uitslagen, verwerkte en afgekeurde bestanden die er langer liggen. (standaard: nooit)",
        ),
    ] = None,
    metrieken: Annotated[
        Path | None,
        typer.Option(metavar="BESTAND", help="Schrijf hoe het ging voor Prometheus (node_exporter, *.prom)."),
    ] = None,
    droog: Annotated[
        bool, typer.Option("--droog", help="Open en toets alles, toon wat er zou gebeuren en doe niets.")
    ] = False,
    formaat: Formaatkeuze = Formaat.terminal,
) -> None:
    """Controleer alle batches in een map, de oudste periode eerst, en zet ze in de historie.

    Een afgebroken nacht gaat verder waar zij was.
    Logregels (JSON) gaan naar stderr.

    Exitcode 0: geen bevindingen vanaf --faal-op.
    1: die zijn er wel.
    2: verkeerd gebruik, of de nacht moest stoppen.
    3: een bestand was niet bruikbaar of een batch staat in quarantaine; de rest is verwerkt.
    75: probeer het opnieuw: er draait al een nacht, of de schijf is vol.
    143: gestopt door SIGTERM; dezelfde opdracht gaat verder waar zij was.
    """
    dag = als_datum(peildatum)
    if droog and vrijgeven:
        raise typer.BadParameter("--vrijgeven boekt, en --droog doet niets: laat een van beide weg")

    from wlz_declaratie.nacht import toezicht
    from wlz_declaratie.nacht.dagboek import noteer_dood
    from wlz_declaratie.nacht.logboek import naar, nieuwe_run

    run, instellingen = nieuwe_run(), gezet(ctx)
    # Before anything heavy is loaded: a process that has threads cannot be split.
    toezicht.bewaak(lambda sein: not droog and noteer_dood(uit, dag, sein))

    from wlz_declaratie.diensten.instellingen.beleid import eis_goed
    from wlz_declaratie.diensten.instellingen.kolommen import kolommen_van
    from wlz_declaratie.nacht.draaien import draai
    from wlz_declaratie.nacht.exitcodes import PROBEER_OPNIEUW
    from wlz_declaratie.nacht.oorzaak import ProbeerOpnieuw
    from wlz_declaratie.nacht.opdracht import Nacht
    from wlz_declaratie.nacht.opties import VORMEN, Opties
    from wlz_declaratie.nacht.vooruitblik import vooruitblik
    from wlz_declaratie.rapport.schrijven import controleer_doel

    eis_goed(instellingen)
    opties = Opties(
        dossier=dossier, tabellen=tabellen, strikt=strikt, dossier_volledig=dossier_volledig,
        vertaald=kolommen_van(instellingen), selecteer=als_lijst(selecteer), negeer=als_lijst(negeer),
        faal_op=faal_op.value, max_afkeur=max_afkeur, aanvaard=aanvaard, basislijn=basislijn,
        vormen=[f".{soort.value}" for soort in vorm] if vorm else VORMEN,
        statistiek=met_statistiek, ingediend=ingediend,
    )  # fmt: skip
    opdracht = Nacht(
        inbox=inbox, historie=historie, uit=uit, archief=archief, peildatum=dag, rust=rust,
        vrijgeven=vrijgeven or (), opnieuw=uitslagen_opnieuw, opties=opties, run=run,
        bewaartermijn=bewaartermijn, instellingen=instellingen, gegeven=gegeven(ctx),
    )  # fmt: skip
    if droog:
        _toon(vooruitblik(opdracht), formaat)
        return
    if metrieken:
        controleer_doel(metrieken)
    with _met_metrieken(metrieken, uit):
        try:
            with naar(sys.stderr, run):
                overzicht = draai(opdracht)
        except ProbeerOpnieuw as fout:
            meld_fout(str(fout))
            raise typer.Exit(PROBEER_OPNIEUW) from None
        _toon(overzicht, formaat)
        raise typer.Exit(overzicht["exitcode"])


@contextmanager
def _met_metrieken(doel: Path | None, uit: Path) -> Iterator[None]:
    """Tell how the run ended, however it ends."""
    try:
        yield
    except BaseException as fout:
        if doel:
            from wlz_declaratie.nacht.metrieken import schrijf

            code = fout.exit_code if isinstance(fout, typer.Exit) else getattr(gevraagd(), "code", ONBRUIKBAAR)
            schrijf(doel, uit, code, datetime.now(UTC))
        raise


def _toon(overzicht: dict[str, Any], formaat: Formaat) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from wlz_declaratie.rapport import opmaak
    from wlz_declaratie.rapport.scherm import Scherm

    if formaat is Formaat.json:
        schrijf_json(overzicht)
        return
    scherm = Scherm()
    tabel = Table(box=SIMPLE_HEAD, pad_edge=False)
    tabel.add_column("Bestand", overflow="fold")
    for kolom in ("Stand", "Declaratieregels", "Afgekeurd", "Afgekeurd bedrag"):
        tabel.add_column(kolom, justify="left" if kolom == "Stand" else "right", no_wrap=True)
    for batch in overzicht["batches"]:
        telling = batch["samenvatting"]
        aantallen = [opmaak.getal(telling[naam]) for naam in ("regels", "afgekeurd")] if telling else []
        bedrag = [opmaak.euro(telling["afgekeurd_cent"])] if telling else []
        tabel.add_row(Text(batch["bestand"]), batch["stand"], *aantallen, *bedrag)
    scherm.print(tabel if overzicht["batches"] else "Er is niets te doen.")
    for batch in overzicht["batches"]:
        if batch["reden"]:
            scherm.print(Text(f"{batch['bestand']}: {batch['reden']}"), soft_wrap=True)
    if liggend := overzicht.get("in_quarantaine"):
        scherm.print(Text(f"In quarantaine: {', '.join(liggend)}"), soft_wrap=True)
    for weg in overzicht.get("te_verwijderen", ()):
        scherm.print(Text(f"Te verwijderen ({weg['soort']}): {weg['bestand']}"), soft_wrap=True)
    if any((verwijderd := overzicht.get("verwijderd", {})).values()):
        weggehaald = ", ".join(f"{opmaak.getal(aantal)} {soort}" for soort, aantal in verwijderd.items() if aantal)
        scherm.print(f"Verwijderd na de bewaartermijn: {weggehaald}.", soft_wrap=True)
    for opmerking in overzicht.get("opmerkingen", ()):
        scherm.print(Text(f"Let op: {opmerking}"), soft_wrap=True)
    if "samenvatting" in overzicht:
        telling = overzicht["samenvatting"]
        verwerkt = opmaak.meervoud(overzicht["bestanden"]["verwerkt"], "batch", "batches")
        scherm.print(
            f"{verwerkt} verwerkt: {opmaak.declaratieregels(telling['regels'])}, "
            f"{opmaak.getal(telling['afgekeurd'])} afgekeurd ({opmaak.euro(telling['afgekeurd_cent'])}).",
            soft_wrap=True,
        )
