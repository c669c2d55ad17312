"""``declaratie maak-voorbeeld``: synthetic batches with known errors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def maak_voorbeeld(
    map_: Annotated[Path, typer.Argument(metavar="MAP", help="Map voor batch, dossier en verwachte bevindingen.")],
    regels: Annotated[int, typer.Option(min=1, metavar="N", help="Aantal declaratieregels.")] = 1000,
    zaad: Annotated[
        int, typer.Option(metavar="S", help="Zelfde zaad, zelfde bestanden; ander zaad, andere declarant.")
    ] = 1,
    overschrijf: Annotated[bool, typer.Option("--overschrijf", help="Vervang een voorbeeld dat er al staat.")] = False,
) -> None:
    """Maak een synthetische batch (AW319, CSV, Parquet) met dossier en de bevindingen die erin zitten."""
    from wlz_declaratie.voorbeeld import maak

    maak(map_, regels, zaad, overschrijf=overschrijf)
