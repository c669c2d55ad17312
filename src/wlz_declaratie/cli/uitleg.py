"""``declaratie uitleg``: one rule, or one return code."""

from __future__ import annotations

from typing import Annotated

import typer

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.cli import aanvullen
from wlz_declaratie.cli.opties import als_datum


def uitleg(
    wat: Annotated[
        str,
        typer.Argument(
            metavar="REGEL|RETOURCODE", help="Zoals MUT-01 of 0584.", autocompletion=aanvullen.regel_of_retourcode
        ),
    ],
    op: Annotated[str | None, typer.Option(metavar="JJJJ-MM-DD", help="Alleen waarden die op deze dag gelden.")] = None,
) -> None:
    """Leg een regel of een retourcode uit: wat, waarom, bron, waarden, en wat te doen."""
    from wlz_declaratie.codes.tabellen import lees_codes
    from wlz_declaratie.kern.regel import alle_regels
    from wlz_declaratie.rapport import catalogus
    from wlz_declaratie.rapport.dekking import bronnen
    from wlz_declaratie.rapport.scherm import druk_af

    dag = als_datum(op)
    gevraagd = wat.strip().upper()
    alle, retourcodes = alle_regels(), lees_codes().retourcodes
    if gevraagd in alle:
        titels = {sleutel: bron.titel for sleutel, bron in bronnen().items()}
        delen = catalogus.uitleg(alle[gevraagd], titels, retourcodes, dag)
    elif gevraagd in retourcodes:
        geven = [regel for regel in alle.values() if gevraagd in regel.retourcodes]
        delen = catalogus.uitleg_retourcode(gevraagd, retourcodes[gevraagd], geven)
    else:
        raise Gebruikersfout(f"'{wat}' is geen regel en geen bekende retourcode. Zie `declaratie regels`.")
    druk_af(delen)
