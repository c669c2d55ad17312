"""``declaratie regels``: the catalogue."""

from __future__ import annotations

from typing import Annotated

import typer

from wlz_declaratie.cli.melden import schrijf_json
from wlz_declaratie.cli.opties import Formaat, als_datum


def regels(
    op: Annotated[
        str | None, typer.Option(metavar="JJJJ-MM-DD", help="Alleen regels en waarden die op deze dag gelden.")
    ] = None,
    dekking: Annotated[
        bool, typer.Option("--dekking", help="Per bron en paragraaf: welke regel toetst het, of waarom geen.")
    ] = False,
    formaat: Annotated[Formaat, typer.Option(help="Als tabel of als JSON.")] = Formaat.terminal,
) -> None:
    """Toon alle regels met hun ernst, retourcodes, geldigheid en bron."""
    from wlz_declaratie.kern.regel import alle_regels
    from wlz_declaratie.rapport import catalogus
    from wlz_declaratie.rapport import dekking as dekkingstabel
    from wlz_declaratie.rapport.scherm import druk_af

    dag = als_datum(op)
    gekozen = catalogus.op_dag(alle_regels(), dag)
    if formaat is Formaat.json:
        inhoud = (
            [dekkingstabel.als_json(uitspraak) for uitspraak in dekkingstabel.uitspraken()]
            if dekking
            else [catalogus.als_json(regel, dag) for regel in gekozen]
        )
        schrijf_json(inhoud)
        return
    druk_af(dekkingstabel.terminal() if dekking else catalogus.lijst(gekozen))
