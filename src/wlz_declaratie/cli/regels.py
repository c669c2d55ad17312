"""``declaratie regels``: the catalogue."""

from __future__ import annotations

from typing import Annotated

import typer

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.cli.melden import schrijf_json
from wlz_declaratie.cli.opties import Formaat, als_datum


def regels(
    op: Annotated[
        str | None, typer.Option(metavar="JJJJ-MM-DD", help="Alleen controleregels en waarden die op deze dag gelden.")
    ] = None,
    dekking: Annotated[
        bool, typer.Option("--dekking", help="Per bron en paragraaf: welke controleregel toetst het, of waarom geen.")
    ] = False,
    bron: Annotated[
        list[str] | None,
        typer.Option(
            metavar="BRON", help="Met --dekking: alleen van deze bron, zoals B0, 'B2 deel 1' of 'B0 §3.7'; herhaalbaar."
        ),
    ] = None,
    formaat: Annotated[Formaat, typer.Option(help="Als tabel of als JSON.")] = Formaat.terminal,
) -> None:
    """Toon alle controleregels met hun ernst, retourcodes, geldigheid en bron."""
    from wlz_declaratie.kern.regel import alle_regels
    from wlz_declaratie.rapport import catalogus
    from wlz_declaratie.rapport import dekking as dekkingstabel
    from wlz_declaratie.rapport.scherm import druk_af

    if bron and not dekking:
        raise Gebruikersfout("--bron kiest uitspraken: geef ook --dekking.")
    if dekking:
        uitspraken = dekkingstabel.van_bronnen(bron or ())
        if formaat is Formaat.json:
            schrijf_json([dekkingstabel.als_json(uitspraak) for uitspraak in uitspraken])
        else:
            druk_af(dekkingstabel.terminal(uitspraken))
        return
    dag = als_datum(op)
    gekozen = catalogus.op_dag(alle_regels(), dag)
    if formaat is Formaat.json:
        schrijf_json([catalogus.als_json(regel, dag) for regel in gekozen])
        return
    druk_af(catalogus.lijst(gekozen))
