"""``declaratie regels``: the catalogue."""

from __future__ import annotations

from typing import Annotated

import typer

from wlz_declaratie.cli.opties import Formaat, als_datum


def regels(
    op: Annotated[
        str | None, typer.Option(metavar="JJJJ-MM-DD", help="Alleen regels en waarden die op deze dag gelden.")
    ] = None,
    formaat: Annotated[Formaat, typer.Option(help="Als tabel of als JSON.")] = Formaat.terminal,
) -> None:
    """Toon alle regels met hun ernst, retourcodes, geldigheid en bron."""
    import json

    from rich.console import Console

    from wlz_declaratie.rapport import catalogus
    from wlz_declaratie.regels.basis import alle_regels

    dag = als_datum(op)
    gekozen = catalogus.op_dag(alle_regels(), dag)
    if formaat is Formaat.json:
        typer.echo(json.dumps([catalogus.als_json(regel, dag) for regel in gekozen], ensure_ascii=False, indent=1))
        return
    scherm = Console(highlight=False)
    for deel in catalogus.lijst(gekozen):
        scherm.print(deel)
