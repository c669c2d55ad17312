"""``declaratie uitleg``: one rule, a family of them, or one return code."""

from __future__ import annotations

from typing import Annotated

import typer

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.lijkt import LANGSTE, vraag
from wlz_declaratie.cli import aanvullen
from wlz_declaratie.cli.instellingen import gezet
from wlz_declaratie.cli.opties import als_datum

_CIJFERS = 4
"""Of a return code."""


def uitleg(
    ctx: typer.Context,
    wat: Annotated[
        str,
        typer.Argument(
            metavar="REGEL|FAMILIE|RETOURCODE",
            help="Zoals MUT-01, MUT of 0584.",
            autocompletion=aanvullen.regel_of_retourcode,
        ),
    ],
    op: Annotated[str | None, typer.Option(metavar="JJJJ-MM-DD", help="Alleen waarden die op deze dag gelden.")] = None,
) -> None:
    """Leg een controleregel of retourcode uit (wat, waarom, bron, waarden, wat te doen), of toon een familie.

    Wat maar op één manier gelezen kan worden, wordt zo gelezen: MUT01 is MUT-01, 584 is 0584.
    """
    from wlz_declaratie.codes.tabellen import lees_codes
    from wlz_declaratie.diensten.instellingen.beleid import met_instellingen
    from wlz_declaratie.kern.regel import alle_regels, herkend, lijkt_op
    from wlz_declaratie.rapport import catalogus
    from wlz_declaratie.rapport.dekking import bronnen
    from wlz_declaratie.rapport.instellingen import over_regel
    from wlz_declaratie.rapport.scherm import druk_af

    dag = als_datum(op)
    gevraagd = wat.strip().upper()
    alle, retourcodes = alle_regels(), lees_codes().retourcodes
    code = gevraagd.zfill(_CIJFERS) if gevraagd.isascii() and gevraagd.isdigit() else gevraagd
    familie = [regel for regel in catalogus.op_dag(alle, dag) if regel.familie == gevraagd.rstrip("-")]
    gevraagd = herkend(gevraagd, alle) or gevraagd
    if gevraagd in alle:
        titels = {sleutel: bron.titel for sleutel, bron in bronnen().items()}
        regel, gezegd = met_instellingen(gezet(ctx), alle[gevraagd])
        delen = catalogus.uitleg(regel, titels, retourcodes, dag, [*over_regel(gezegd.waarden, gezegd.ernst)])
    elif code in retourcodes:
        geven = [regel for regel in alle.values() if code in regel.retourcodes]
        delen = catalogus.uitleg_retourcode(code, retourcodes[code], geven)
    elif familie:
        delen = catalogus.lijst(familie)
    else:
        bedoel = vraag(lijkt_op(gevraagd, alle)) or "."
        reden = f"'{wat[:LANGSTE]}' is geen controleregel, familie of bekende retourcode{bedoel}"
        raise Gebruikersfout(f"{reden} Zie `declaratie regels`.")
    druk_af(delen)
