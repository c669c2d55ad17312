"""``declaratie vergelijk``: a received return message beside our own check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wlz_declaratie.cli.melden import meld, meld_fout, schrijf_json
from wlz_declaratie.cli.opties import (
    Dossiermap,
    Formaat,
    Formaatkeuze,
    Historiepad,
    Maximum,
    Peildatum,
    Strikt,
    Tabellenmap,
    ToonBsn,
    als_datum,
)


def vergelijk(
    ctx: typer.Context,
    batch: Annotated[Path, typer.Argument(metavar="BATCH", help="De ingediende batch: AW319, CSV, Parquet of XLSX.")],
    aw320: Annotated[Path, typer.Argument(metavar="AW320", help="Het retourbericht dat je erop ontving.")],
    dossier: Dossiermap = None,
    historie: Historiepad = None,
    strikt: Strikt = False,
    tabellen: Tabellenmap = None,
    peildatum: Peildatum = None,
    maximum: Maximum = 50,
    toon_bsn: ToonBsn = False,
    formaat: Formaatkeuze = Formaat.terminal,
) -> None:
    """Vergelijk een ontvangen AW320 met wat de controle voorspelt, per retourcode en per controleregel.

    Voorspeld is een afwijzing waarvoor de controle op dezelfde declaratieregel dezelfde retourcode geeft.
    Exitcode 0: vergeleken, wat de uitkomst ook is.
    2: verkeerd gebruik, onbruikbare invoer of een controleregel die vastliep.
    """
    dag = als_datum(peildatum)

    from wlz_declaratie.cli.uitvoeren import opdracht_van, uitvoering
    from wlz_declaratie.codes.tabellen import lees_codes
    from wlz_declaratie.inlezen.aw320.lezen import lees_aw320
    from wlz_declaratie.rapport import vergelijking_weergave
    from wlz_declaratie.rapport.instellingen import in_kop
    from wlz_declaratie.rapport.vergelijking import vergelijk as vergelijk_met

    retour = lees_aw320(aw320, str(aw320))
    opdracht = opdracht_van([batch], dossier, historie, tabellen, dag, None, None, strikt, False, ctx)
    with uitvoering(opdracht, stil=formaat is Formaat.json) as uitslag:
        vergelijking = vergelijk_met(uitslag, retour)
    betekenissen = lees_codes().retourcodes
    if formaat is Formaat.json:
        schrijf_json(vergelijking_weergave.als_json(vergelijking, betekenissen, toon_bsn=toon_bsn))
    else:
        vergelijking_weergave.toon(vergelijking, betekenissen, maximum=maximum, toon_bsn=toon_bsn)
    for naam, waarde in in_kop(uitslag.instellingen):
        meld(f"{naam}: {waarde}")
    for telling in uitslag.dossier.tellingen:
        meld(f"Let op: {telling}")
    vastgelopen = [status for status in uitslag.regels if status.status == "fout"]
    for status in vastgelopen:
        meld_fout(f"{status.regel.id}: {status.reden}; de andere controleregels zijn wel getoetst.")
    raise typer.Exit(2 if vastgelopen else 0)
