"""``declaratie waarom`` and ``declaratie client``: all about one line, or about one client."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wlz_declaratie.cli import ONBRUIKBAAR
from wlz_declaratie.cli.melden import meld, meld_fout, schrijf_json
from wlz_declaratie.cli.opties import (
    Dossiermap,
    DossierVolledig,
    Formaat,
    Formaatkeuze,
    Historiepad,
    Negeer,
    Peildatum,
    Selecteer,
    Strikt,
    Tabellenmap,
    ToonBsn,
    als_datum,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wlz_declaratie.diensten.controleren import Uitslag
    from wlz_declaratie.diensten.uitvoeren import Opdracht
    from wlz_declaratie.diensten.waarom import Waarom

Batch = Annotated[Path, typer.Argument(metavar="BATCH", help="De batch: AW319, CSV, Parquet of XLSX.")]
Alles = Annotated[bool, typer.Option("--alles", help="Noem ook elke controleregel die hier niets te toetsen had.")]


def waarom(
    ctx: typer.Context,
    batch: Batch,
    referentie: Annotated[
        str, typer.Argument(metavar="REFERENTIE", help="Het referentienummer van de declaratieregel.")
    ],
    dossier: Dossiermap = None,
    historie: Historiepad = None,
    tabellen: Tabellenmap = None,
    peildatum: Peildatum = None,
    selecteer: Selecteer = None,
    negeer: Negeer = None,
    strikt: Strikt = False,
    dossier_volledig: DossierVolledig = False,
    regelnummer: Annotated[
        int | None,
        typer.Option(
            "--regelnummer",
            min=1,
            metavar="N",
            help="De bestandsregel, als meer declaratieregels deze referentie hebben.",
        ),
    ] = None,
    alles: Alles = False,
    toon_bsn: ToonBsn = False,
    formaat: Formaatkeuze = Formaat.terminal,
) -> None:
    """Toon van één declaratieregel wat elke controleregel ervan vindt, met de cliënt in de tijd en het dossier.

    Exitcode 0: geen controleregel keurt haar af, of het hele bestand.
    1: er is er een die dat doet.
    2: verkeerd gebruik, onleesbare invoer of een controleregel die vastliep.
    """
    dag = als_datum(peildatum)

    from wlz_declaratie.cli.uitvoeren import opdracht_van
    from wlz_declaratie.diensten.zoeken import regel_met
    from wlz_declaratie.rapport.scherm import druk_af
    from wlz_declaratie.rapport.waarom import inhoud, scherm

    opdracht = opdracht_van([batch], dossier, historie, tabellen, dag, selecteer, negeer, strikt, dossier_volledig, ctx)
    with _nagegaan(opdracht, formaat, lambda uitslag: [regel_met(uitslag, referentie, regelnummer)]) as nagegaan:
        wat = inhoud.van_regel(nagegaan, toon_bsn=toon_bsn)
    if formaat is Formaat.json:
        schrijf_json(wat)
    else:
        druk_af(scherm.regel(wat, nagegaan.retourcodes, alles=alles))
    _eindig(nagegaan)


def client(
    ctx: typer.Context,
    batch: Batch,
    bsn: Annotated[str, typer.Argument(metavar="BSN", help="Het bsn van de cliënt, of de laatste drie cijfers ervan.")],
    dossier: Dossiermap = None,
    historie: Historiepad = None,
    tabellen: Tabellenmap = None,
    peildatum: Peildatum = None,
    selecteer: Selecteer = None,
    negeer: Negeer = None,
    strikt: Strikt = False,
    dossier_volledig: DossierVolledig = False,
    alles: Alles = False,
    toon_bsn: ToonBsn = False,
    formaat: Formaatkeuze = Formaat.terminal,
) -> None:
    """Toon van één cliënt alle declaratieregels in de tijd, wat de controleregels ervan vinden, en het dossier.

    Exitcode 0: geen van deze declaratieregels wordt afgekeurd.
    1: een of meer wel.
    2: verkeerd gebruik, onleesbare invoer of een controleregel die vastliep.
    """
    dag = als_datum(peildatum)

    from wlz_declaratie.cli.uitvoeren import opdracht_van
    from wlz_declaratie.diensten.zoeken import regels_van
    from wlz_declaratie.rapport.keuze import bsn_van
    from wlz_declaratie.rapport.scherm import druk_af
    from wlz_declaratie.rapport.waarom import inhoud, scherm

    gezocht = bsn_van(bsn, "BSN")
    opdracht = opdracht_van([batch], dossier, historie, tabellen, dag, selecteer, negeer, strikt, dossier_volledig, ctx)
    with _nagegaan(opdracht, formaat, lambda uitslag: regels_van(uitslag, gezocht)) as nagegaan:
        wat = inhoud.van_client(nagegaan, toon_bsn=toon_bsn)
    if formaat is Formaat.json:
        schrijf_json(wat)
    else:
        druk_af(scherm.client(wat, alles=alles))
    _eindig(nagegaan)


@contextmanager
def _nagegaan(opdracht: Opdracht, formaat: Formaat, zoek: Callable[[Uitslag], list[int]]) -> Iterator[Waarom]:
    """Check the batch, and follow the lines that ``zoek`` finds in it; they can be read until the block ends."""
    from wlz_declaratie.cli.uitvoeren import uitvoering
    from wlz_declaratie.diensten.waarom import ga_na

    with uitvoering(replace(opdracht, naslag=True), stil=formaat is Formaat.json) as uitslag:
        yield ga_na(uitslag, zoek(uitslag))


def _eindig(nagegaan: Waarom) -> None:
    """What was left out of the dossier and what crashed, and the exit code."""
    from wlz_declaratie.rapport.instellingen import in_kop

    for naam, waarde in in_kop(nagegaan.uitslag.instellingen):
        meld(f"{naam}: {waarde}")
    for telling in nagegaan.uitslag.dossier.tellingen:
        meld(f"Let op: {telling}")
    vastgelopen = [status for status in nagegaan.uitslag.regels if status.status == "fout"]
    for status in vastgelopen:
        meld_fout(f"{status.regel.id}: {status.reden}; de andere controleregels zijn wel getoetst.")
    raise typer.Exit(ONBRUIKBAAR if vastgelopen else int(nagegaan.afgekeurd))
