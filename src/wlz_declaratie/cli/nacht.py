"""``declaratie nacht``: every batch in a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from wlz_declaratie.cli.controleer import Drempel
from wlz_declaratie.cli.melden import meld_fout, schrijf_json
from wlz_declaratie.cli.opties import DossierVolledig, Formaat, Formaatkeuze, Strikt, Tabellenmap, als_datum

TELLEND = {Drempel.afkeur: ("afkeur",), Drempel.signaal: ("afkeur", "signaal"), Drempel.nooit: ()}
"""Severities that give exit code 1."""


def nacht(
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
    droog: Annotated[bool, typer.Option("--droog", help="Toon wat er zou gebeuren en doe niets.")] = False,
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
    """
    dag = als_datum(peildatum)
    if droog and vrijgeven:
        raise typer.BadParameter("--vrijgeven boekt, en --droog doet niets: laat een van beide weg")

    from wlz_declaratie.nacht import toezicht
    from wlz_declaratie.nacht.dagboek import noteer_dood

    # Before anything heavy is loaded: a process that has threads cannot be split.
    toezicht.bewaak(lambda sein: not droog and noteer_dood(uit, dag, sein))

    from wlz_declaratie.nacht.draaien import draai
    from wlz_declaratie.nacht.exitcodes import PROBEER_OPNIEUW
    from wlz_declaratie.nacht.logboek import naar
    from wlz_declaratie.nacht.oorzaak import ProbeerOpnieuw
    from wlz_declaratie.nacht.opdracht import Nacht
    from wlz_declaratie.nacht.opties import Opties
    from wlz_declaratie.nacht.vooruitblik import vooruitblik

    opties = Opties(
        dossier=dossier, tabellen=tabellen, strikt=strikt, dossier_volledig=dossier_volledig,
        tellend=TELLEND[faal_op], max_afkeur=max_afkeur,
    )  # fmt: skip
    opdracht = Nacht(
        inbox=inbox, historie=historie, uit=uit, archief=archief, peildatum=dag, rust=rust,
        vrijgeven=vrijgeven or (), opnieuw=uitslagen_opnieuw, opties=opties,
    )  # fmt: skip
    if droog:
        _toon(vooruitblik(opdracht), formaat)
        return
    try:
        with naar(sys.stderr):
            overzicht = draai(opdracht)
    except ProbeerOpnieuw as fout:
        meld_fout(str(fout))
        raise typer.Exit(PROBEER_OPNIEUW) from None
    _toon(overzicht, formaat)
    raise typer.Exit(overzicht["exitcode"])


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
