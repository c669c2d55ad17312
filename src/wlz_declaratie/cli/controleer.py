"""``declaratie controleer``: the main job."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wlz_declaratie.cli.melden import meld, meld_fout
from wlz_declaratie.cli.opties import Formaat, Formaatkeuze, Strikt, Tabellenmap, als_datum, als_lijst

if TYPE_CHECKING:
    from wlz_declaratie.diensten.controleren import Uitslag
    from wlz_declaratie.rapport.weergave import Weergave


class Drempel(StrEnum):
    """Which findings give exit code 1."""

    afkeur = "afkeur"
    signaal = "signaal"
    nooit = "nooit"


def controleer(
    bestanden: Annotated[list[Path], typer.Argument(metavar="BESTAND", help="Batches: AW319, CSV, Parquet of XLSX.")],
    dossier: Annotated[
        Path | None, typer.Option(metavar="MAP", help="Map met dossiertabellen (clienten, indicaties, ...).")
    ] = None,
    historie: Annotated[
        Path | None, typer.Option(metavar="PAD", help="Goedgekeurde regels van eerdere batches.")
    ] = None,
    tabellen: Tabellenmap = None,
    peildatum: Annotated[
        str | None, typer.Option(metavar="JJJJ-MM-DD", help="'Vandaag' voor de regels. (standaard: vandaag)")
    ] = None,
    selecteer: Annotated[
        str | None, typer.Option(metavar="ID,...", help="Alleen deze regels of families (MUT, OVB-01).")
    ] = None,
    negeer: Annotated[str | None, typer.Option(metavar="ID,...", help="Deze regels of families niet.")] = None,
    uit: Annotated[
        list[Path] | None,
        typer.Option(metavar="BESTAND", help="Schrijf de uitslag (.json .csv .parquet .xlsx .html); mag vaker."),
    ] = None,
    aw320: Annotated[
        Path | None, typer.Option("--aw320", metavar="BESTAND", help="Schrijf het retourbericht bij één AW319.")
    ] = None,
    maximum: Annotated[
        int, typer.Option("--max", min=0, metavar="N", help="Getoonde regels; totalen zijn volledig.")
    ] = 50,
    faal_op: Annotated[Drempel, typer.Option(help="Vanaf welke ernst de exitcode 1 is.")] = Drempel.afkeur,
    volledig: Annotated[
        bool, typer.Option("--volledig", help="Exitcode 2 als een gekozen regel niet kon worden uitgevoerd.")
    ] = False,
    strikt: Strikt = False,
    toon_bsn: Annotated[bool, typer.Option("--toon-bsn", help="Toon het hele bsn (anders overal gemaskeerd).")] = False,
    met_statistiek: Annotated[
        bool, typer.Option("--statistiek", help="Aantallen en euro's per regel, uitvoerder en maand.")
    ] = False,
    basislijn: Annotated[
        Path | None,
        typer.Option(metavar="BESTAND", help="Een eerdere uitslag (.json); --faal-op kijkt dan naar wat nieuw is."),
    ] = None,
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
) -> None:
    """Controleer batches en toon wat het zorgkantoor zou afkeuren.

    Exitcode 0: geen bevindingen vanaf --faal-op.
    1: die zijn er wel.
    2: verkeerd gebruik, onleesbare invoer of een regel die vastliep.
    """
    dag = als_datum(peildatum)
    if (ray_map or ray_delen) and not op_ray:
        raise typer.BadParameter("--ray-map en --ray-delen horen bij --ray")
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
        from wlz_declaratie.diensten.basislijn import lees, vergelijk

        eerder = lees(basislijn)

    from wlz_declaratie.cli.uitvoeren import Opdracht, uitvoering
    from wlz_declaratie.diensten.op_ray import OpRay
    from wlz_declaratie.diensten.uitvoeren import exitcode
    from wlz_declaratie.rapport.weergave import Weergave

    keuze = als_lijst(selecteer), als_lijst(negeer)
    verdeeld = OpRay(op_ray, ray_map, ray_delen) if op_ray else None
    opdracht = Opdracht(bestanden, dossier, historie, dag, *keuze, tabellen, strikt, verdeeld)
    weergave = Weergave(toon_bsn, met_statistiek)
    with uitvoering(opdracht, stil=stil or formaat is Formaat.json) as uitslag:
        if eerder:
            uitslag = vergelijk(uitslag, eerder)
        if doelen:
            formaten.schrijf(uitslag, doelen, weergave)
        if aw320:
            retourbericht.schrijf(uitslag, aw320)
        if not stil:
            _toon(uitslag, formaat, maximum, weergave)
    if aw320 and not stil:
        meld(f"{aw320}: retourbericht AW320 {VOORBEHOUD}.")
    for status in uitslag.regels:
        if status.status == "fout":
            meld_fout(f"{status.regel.id}: {status.reden}; de andere regels zijn wel getoetst.")
    raise typer.Exit(exitcode(uitslag, faal_op.value, volledig))


def _toon(uitslag: Uitslag, formaat: Formaat, maximum: int, weergave: Weergave) -> None:
    import sys

    if formaat is Formaat.json:
        from wlz_declaratie.rapport import json_uitslag

        json_uitslag.schrijf(uitslag, sys.stdout.buffer, weergave)
        sys.stdout.buffer.flush()
        return
    from wlz_declaratie.rapport import statistiek, terminal

    terminal.toon(uitslag, maximum=maximum, toon_bsn=weergave.toon_bsn)
    if weergave.statistiek:
        statistiek.toon(statistiek.bereken(uitslag), toon_bsn=weergave.toon_bsn)
