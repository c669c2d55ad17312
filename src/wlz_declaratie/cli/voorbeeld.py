"""``declaratie maak-voorbeeld``: synthetic batches with known errors."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Batchformaat(StrEnum):
    """A file of the batch, by its extension."""

    asc = "asc"
    csv = "csv"
    parquet = "parquet"


def maak_voorbeeld(
    map_: Annotated[Path, typer.Argument(metavar="MAP", help="Map voor batch, dossier en verwachte bevindingen.")],
    regels: Annotated[int, typer.Option(min=1, metavar="N", help="Aantal declaratieregels.")] = 1000,
    zaad: Annotated[
        int, typer.Option(metavar="S", help="Zelfde zaad, zelfde bestanden; ander zaad, andere declarant.")
    ] = 1,
    formaat: Annotated[
        list[Batchformaat] | None, typer.Option(help="Alleen dit batchbestand; herhaalbaar. Standaard alle drie.")
    ] = None,
    overschrijf: Annotated[bool, typer.Option("--overschrijf", help="Vervang een voorbeeld dat er al staat.")] = False,
) -> None:
    """Maak een synthetische batch (AW319, CSV, Parquet) met dossier en de bevindingen die erin zitten.

    Boven een miljoen declaratieregels is het dossier Parquet. Een AW319 heeft er hooguit 999.999: meer telt het niet.
    """
    from wlz_declaratie.voorbeeld import maak

    maak(map_, regels, zaad, formaten=formaat or tuple(Batchformaat), overschrijf=overschrijf)
