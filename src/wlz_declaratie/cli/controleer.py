"""``declaratie controleer``: the main job."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wlz_declaratie.cli.melden import meld, meld_fout
from wlz_declaratie.cli.opties import (
    Aanvaardlijst,
    Dossiermap,
    DossierVolledig,
    Formaat,
    Formaatkeuze,
    Historiepad,
    Ingediend,
    Maximum,
    Negeer,
    Peildatum,
    Selecteer,
    Sortering,
    Statistiek,
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
)
from wlz_declaratie.cli.tonen import toon_uitslag


class Drempel(StrEnum):
    """Which findings give exit code 1."""

    afkeur = "afkeur"
    signaal = "signaal"
    nooit = "nooit"


def controleer(
    ctx: typer.Context,
    bestanden: Annotated[list[Path], typer.Argument(metavar="BESTAND", help="Batches: AW319, CSV, Parquet of XLSX.")],
    dossier: Dossiermap = None,
    historie: Historiepad = None,
    tabellen: Tabellenmap = None,
    peildatum: Peildatum = None,
    selecteer: Selecteer = None,
    negeer: Negeer = None,
    uit: Annotated[
        list[Path] | None,
        typer.Option(metavar="BESTAND", help="Schrijf de uitslag (.json .csv .parquet .xlsx .html); mag vaker."),
    ] = None,
    aw320: Annotated[
        Path | None, typer.Option("--aw320", metavar="BESTAND", help="Schrijf het retourbericht bij één AW319.")
    ] = None,
    herstel: Annotated[
        Path | None,
        typer.Option(
            "--herstel",
            metavar="BESTAND",
            help="Schrijf een werkbestand (.xlsx .csv): de hele batch zoals zij kwam, met per declaratieregel wat er "
            "mis is en wat te doen. Het bevat het hele bsn. Verbeter het en controleer het zelf weer, met dezelfde "
            "naam hier.",
        ),
    ] = None,
    neem_voorstellen: Annotated[
        Path | None,
        typer.Option(
            "--neem-voorstellen",
            metavar="BESTAND",
            help="Schrijf een verbeterde kopie (.csv; van een AW319 ook .asc) met de voorstellen erin. Zij bevat het "
            "hele bsn.",
        ),
    ] = None,
    ingediend: Ingediend = False,
    maximum: Maximum = 50,
    faal_op: Annotated[Drempel, typer.Option(help="Vanaf welke ernst de exitcode 1 is.")] = Drempel.afkeur,
    volledig: Annotated[
        bool, typer.Option("--volledig", help="Exitcode 2 als een gekozen controleregel niet kon worden uitgevoerd.")
    ] = False,
    strikt: Strikt = False,
    dossier_volledig: DossierVolledig = False,
    toon_bsn: ToonBsn = False,
    met_statistiek: Statistiek = False,
    basislijn: Annotated[
        Path | None,
        typer.Option(metavar="BESTAND", help="Een eerdere uitslag, elke vorm; --faal-op kijkt naar wat nieuw is."),
    ] = None,
    aanvaard: Aanvaardlijst = None,
    op_ray: Annotated[
        str | None,
        typer.Option(
            "--ray", metavar="lokaal|ADRES", help="Toets met Ray: op deze computer, of op het cluster HOST:POORT."
        ),
    ] = None,
    ray_map: Annotated[
        Path | None,
        typer.Option(metavar="MAP", help="Map die elke machine van het cluster heeft. (standaard: de tijdelijke map)"),
    ] = None,
    ray_delen: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Hoeveel delen. (standaard: twee per werker)")
    ] = None,
    stil: Annotated[bool, typer.Option("--stil", help="Druk niets af; alleen de exitcode telt.")] = False,
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
    if (ray_map or ray_delen) and not op_ray:
        raise typer.BadParameter("--ray-map en --ray-delen horen bij --ray")
    doelen = uit or []
    ernaast = [pad for pad in (historie, basislijn, aanvaard) if pad]
    if doelen:
        from wlz_declaratie.rapport import formaten

        dossierbestanden = dossier.glob("*") if dossier else ()
        gelezen = [pad for pad in (historie, aanvaard) if pad]
        formaten.controleer_doelen(doelen, [*bestanden, *gelezen, *dossierbestanden])
    if aw320:
        from wlz_declaratie.inlezen.aw320.indeling import VOORBEHOUD
        from wlz_declaratie.rapport import aw320 as retourbericht

        retourbericht.controleer_opdracht(aw320, bestanden, [*doelen, *ernaast])
    if herstel or neem_voorstellen:
        if neem_voorstellen and ingediend:
            raise typer.BadParameter(
                "een ingediende declaratieregel wijzig je niet, die crediteer je: laat een van beide weg"
            )
        _controleer_kopieen(herstel, neem_voorstellen, bestanden, [*doelen, aw320, *ernaast], dossier)
    eerder = None
    if basislijn:
        from wlz_declaratie.diensten.basislijn import vergelijk
        from wlz_declaratie.diensten.opgeslagen.lezen import lees

        eerder = lees(basislijn)

    from wlz_declaratie.cli.uitvoeren import aanvaarde, opdracht_van, uitvoering, voortgang
    from wlz_declaratie.diensten.op_ray import OpRay
    from wlz_declaratie.diensten.uitvoeren import exitcode
    from wlz_declaratie.rapport.weergave import Weergave

    opdracht = opdracht_van(
        bestanden, dossier, historie, tabellen, dag, selecteer, negeer, strikt, dossier_volledig, ctx
    )
    if op_ray:
        opdracht = replace(opdracht, ray=OpRay(op_ray, ray_map, ray_delen))
    lijst = None
    if aanvaard:
        from wlz_declaratie.diensten.aanvaarding import lees_lijst

        lijst = lees_lijst(aanvaard, opdracht.vertaald)
    weergave = Weergave(toon_bsn, met_statistiek, ingediend)
    with uitvoering(opdracht, stil=stil or formaat is Formaat.json) as uitslag:
        if eerder:
            uitslag = vergelijk(uitslag, eerder)
        if lijst := aanvaarde(uitslag.bestanden, ctx, opdracht.vertaald) or lijst:
            from wlz_declaratie.diensten.aanvaarding import pas_toe

            uitslag = pas_toe(uitslag, lijst)
        with voortgang(stil or formaat is Formaat.json) as stap:
            if neem_voorstellen:
                from wlz_declaratie.rapport import voorstellen

                stap("schrijven van de verbeterde kopie", 0, 0)
                uitslag = voorstellen.schrijf(uitslag, neem_voorstellen)
            if doelen:
                formaten.schrijf(uitslag, doelen, weergave, stap)
            if aw320:
                stap("schrijven van het retourbericht", 0, 0)
                retourbericht.schrijf(uitslag, aw320)
            if herstel:
                from wlz_declaratie.rapport.herstel import schrijven as werkbestand

                stap("schrijven van het werkbestand", 0, 0)
                geschreven = werkbestand.schrijf(uitslag, herstel, ingediend=ingediend)
        if not stil:
            toon_uitslag(uitslag, formaat, maximum, weergave, keuze)
    if aw320 and not stil:
        meld(f"{aw320}: retourbericht AW320 {VOORBEHOUD}.")
    if herstel and not stil:
        meld(f"{herstel}: {geschreven}. Het bevat het hele bsn: bewaar en deel het als de batch zelf.")
    for status in uitslag.regels:
        if status.status == "fout":
            meld_fout(f"{status.regel.id}: {status.reden}; de andere controleregels zijn wel getoetst.")
    raise typer.Exit(exitcode(uitslag, faal_op.value, volledig))


def _controleer_kopieen(
    herstel: Path | None,
    neem: Path | None,
    bestanden: list[Path],
    andere: list[Path | None],
    dossier: Path | None,
) -> None:
    """Refuse a work file or corrected copy that could not be written, or that would replace another file."""
    from wlz_declaratie.rapport import voorstellen
    from wlz_declaratie.rapport.herstel import schrijven as werkbestand

    overige = [*(pad for pad in andere if pad), *(dossier.glob("*") if dossier else ())]
    if herstel:
        werkbestand.controleer_opdracht(herstel, bestanden, [*overige, *([neem] if neem else [])])
    if neem:
        voorstellen.controleer_opdracht(neem, bestanden, [*overige, *([herstel] if herstel else [])])
