"""``declaratie trend``: saved results beside each other, by month and provider."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wlz_declaratie.cli.melden import schrijf_json
from wlz_declaratie.cli.opties import Formaat, Formaatkeuze, ToonUitvoerder, als_agbs


def trend(
    bestanden: Annotated[
        list[Path],
        typer.Argument(metavar="UITSLAG", help="Van --uit, niet .csv; elke batch één keer."),
    ],
    uit: Annotated[
        list[Path] | None, typer.Option(metavar="BESTAND", help="Schrijf het verloop (.html .xlsx .json); mag vaker.")
    ] = None,
    uitvoerder: ToonUitvoerder = None,
    maximum: Annotated[
        int, typer.Option("--max", min=0, metavar="N", help="Getoonde uitvoerders; totalen zijn volledig.")
    ] = 20,
    formaat: Formaatkeuze = Formaat.terminal,
) -> None:
    """Toon per maand en uitvoerder hoeveel is afgekeurd, en welke controleregels stijgen of dalen.

    Exitcode 0: getoond.
    2: verkeerd gebruik, geen leesbare uitslag, of een batch die in twee uitslagen staat.
    """
    from wlz_declaratie.diensten.trend import trend as reken
    from wlz_declaratie.rapport.trend import bestanden as vormen
    from wlz_declaratie.rapport.trend import scherm

    doelen = uit or []
    vormen.controleer_doelen(doelen, bestanden)
    verloop = reken(bestanden, als_agbs(uitvoerder))
    vormen.schrijf(verloop, doelen)
    if formaat is Formaat.json:
        schrijf_json(vormen.als_json(verloop))
    else:
        scherm.toon(verloop, maximum=maximum)
