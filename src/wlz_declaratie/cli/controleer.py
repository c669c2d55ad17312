"""``declaratie controleer``: the main job."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wlz_declaratie.cli import aanvullen
from wlz_declaratie.cli.melden import meld, meld_fout
from wlz_declaratie.cli.opties import (
    Dossiermap,
    Formaat,
    Formaatkeuze,
    Historiepad,
    Instellingenbestand,
    Maximum,
    Peildatum,
    Sortering,
    Strikt,
    Tabellenmap,
    ToonBsn,
    ToonBsnVan,
    ToonErnst,
    ToonReferentie,
    ToonRegel,
    ToonRetourcode,
    ToonSortering,
    ToonTop,
    ToonUitvoerder,
    als_datum,
    als_keuze,
    als_lijst,
)
from wlz_declaratie.cli.tonen import toon_uitslag


class Drempel(StrEnum):
    """Which findings give exit code 1."""

    afkeur = "afkeur"
    signaal = "signaal"
    nooit = "nooit"


def controleer(
    bestanden: Annotated[list[Path], typer.Argument(metavar="BESTAND", help="Batches: AW319, CSV, Parquet of XLSX.")],
    dossier: Dossiermap = None,
    historie: Historiepad = None,
    tabellen: Tabellenmap = None,
    peildatum: Peildatum = None,
    selecteer: Annotated[
        str | None,
        typer.Option(
            metavar="ID,...",
            help="Alleen deze controleregels of families (MUT, OVB-01).",
            autocompletion=aanvullen.regels,
        ),
    ] = None,
    negeer: Annotated[
        str | None,
        typer.Option(metavar="ID,...", help="Deze controleregels of families niet.", autocompletion=aanvullen.regels),
    ] = None,
    uit: Annotated[
        list[Path] | None,
        typer.Option(metavar="BESTAND", help="Schrijf de uitslag (.json .csv .parquet .xlsx .html); mag vaker."),
    ] = None,
    aw320: Annotated[
        Path | None, typer.Option("--aw320", metavar="BESTAND", help="Schrijf het retourbericht bij één AW319.")
    ] = None,
    maximum: Maximum = 50,
    faal_op: Annotated[Drempel, typer.Option(help="Vanaf welke ernst de exitcode 1 is.")] = Drempel.afkeur,
    volledig: Annotated[
        bool, typer.Option("--volledig", help="Exitcode 2 als een gekozen controleregel niet kon worden uitgevoerd.")
    ] = False,
    strikt: Strikt = False,
    toon_bsn: ToonBsn = False,
    met_statistiek: Annotated[
        bool, typer.Option("--statistiek", help="Aantallen en euro's per controleregel, uitvoerder en maand.")
    ] = False,
    basislijn: Annotated[
        Path | None,
        typer.Option(metavar="BESTAND", help="Een eerdere uitslag, elke vorm; --faal-op kijkt naar wat nieuw is."),
    ] = None,
    stil: Annotated[bool, typer.Option("--stil", help="Druk niets af; alleen de exitcode telt.")] = False,
    instellingen: Instellingenbestand = None,
    formaat: Formaatkeuze = Formaat.terminal,
    uitvoerder: ToonUitvoerder = None,
    bsn: ToonBsnVan = None,
    referentie: ToonReferentie = None,
    retourcode: ToonRetourcode = None,
    ernst: ToonErnst = None,
    regel: ToonRegel = None,
    sorteer: ToonSortering = Sortering.bestand,
    top: ToonTop = None,
) -> None:
    """Controleer batches en toon wat het zorgkantoor zou afkeuren.

    Exitcode 0: geen bevindingen vanaf --faal-op.
    1: die zijn er wel.
    2: verkeerd gebruik, onleesbare invoer of een controleregel die vastliep.
    """
    dag = als_datum(peildatum)
    keuze = als_keuze(uitvoerder, bsn, referentie, retourcode, ernst, regel, sorteer, top)
    if not keuze.leeg:
        from wlz_declaratie.rapport.keuze import eis_bekend

        eis_bekend(keuze)
    doelen = uit or []
    if doelen:
        from wlz_declaratie.rapport import formaten

        dossierbestanden = dossier.glob("*") if dossier else ()
        formaten.controleer_doelen(doelen, [*bestanden, *([historie] if historie else []), *dossierbestanden])
    if aw320:
        from wlz_declaratie.inlezen.aw320.indeling import VOORBEHOUD
        from wlz_declaratie.rapport import aw320 as retourbericht

        retourbericht.controleer_opdracht(aw320, bestanden, [*doelen, *(pad for pad in (historie, basislijn) if pad)])
    eerder = None
    if basislijn:
        from wlz_declaratie.diensten.basislijn import vergelijk
        from wlz_declaratie.diensten.opgeslagen.lezen import lees

        eerder = lees(basislijn)

    from wlz_declaratie.cli.uitvoeren import Opdracht, uitvoering, voortgang
    from wlz_declaratie.diensten.instellingen import lees_instellingen
    from wlz_declaratie.diensten.uitvoeren import exitcode
    from wlz_declaratie.rapport.weergave import Weergave

    kolommen = lees_instellingen(instellingen).kolommen
    gekozen = als_lijst(selecteer), als_lijst(negeer)
    opdracht = Opdracht(bestanden, dossier, historie, dag, *gekozen, tabellen, strikt, kolommen)
    weergave = Weergave(toon_bsn, met_statistiek)
    with uitvoering(opdracht, stil=stil or formaat is Formaat.json) as uitslag:
        if eerder:
            uitslag = vergelijk(uitslag, eerder)
        with voortgang(stil or formaat is Formaat.json) as stap:
            if doelen:
                formaten.schrijf(uitslag, doelen, weergave, stap)
            if aw320:
                stap("schrijven van het retourbericht", 0, 0)
                retourbericht.schrijf(uitslag, aw320)
        if not stil:
            toon_uitslag(uitslag, formaat, maximum, weergave, keuze)
    if aw320 and not stil:
        meld(f"{aw320}: retourbericht AW320 {VOORBEHOUD}.")
    for status in uitslag.regels:
        if status.status == "fout":
            meld_fout(f"{status.regel.id}: {status.reden}; de andere controleregels zijn wel getoetst.")
    raise typer.Exit(exitcode(uitslag, faal_op.value, volledig))
