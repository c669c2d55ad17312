"""``declaratie regels``: the catalogue."""

from __future__ import annotations

from typing import Annotated

import typer

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
    import json

    from rich.console import Console

    from wlz_declaratie.rapport import catalogus
    from wlz_declaratie.rapport import dekking as dekkingstabel
    from wlz_declaratie.regels.basis import alle_regels

    dag = als_datum(op)
    gekozen = catalogus.op_dag(alle_regels(), dag)
    if formaat is Formaat.json:
        inhoud = (
            [dekkingstabel.als_json(uitspraak) for uitspraak in dekkingstabel.uitspraken()]
            if dekking
            else [catalogus.als_json(regel, dag) for regel in gekozen]
        )
        typer.echo(json.dumps(inhoud, ensure_ascii=False, indent=1))
        return
    scherm = Console(highlight=False)
    for deel in dekkingstabel.terminal() if dekking else catalogus.lijst(gekozen):
        scherm.print(deel)
