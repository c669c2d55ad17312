"""A result to report on: the faulty sample, checked in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl

from wlz_declaratie.cli.uitvoeren import Opdracht, uitvoering
from wlz_declaratie.diensten.aanvaarding import lees_lijst, pas_toe
from wlz_declaratie.diensten.controleren import Uitslag

FOUT = Path(__file__).parents[1] / "sample_data" / "fout"


@contextmanager
def uitslag_van(
    tabellen: Path, *bestanden: Path, dossier: Path | None = FOUT / "dossier", historie: Path | None = None
) -> Iterator[Uitslag]:
    """The result of some files, by default the faulty sample; ``tabellen`` is a folder without editions."""
    opdracht = Opdracht(
        bestanden or [FOUT / "batch.csv"],
        dossier=dossier,
        historie=historie,
        peildatum=date(2026, 7, 1),
        tabellen=tabellen,
    )
    with uitvoering(opdracht, stil=True) as uitslag:
        yield uitslag


def met_aanvaarde(uitslag: Uitslag, *regels: str) -> Uitslag:
    """The result with every finding of these rules accepted, as far as its line has a reference."""
    gevonden = uitslag.bevindingen.filter(pl.col("regel_id").is_in(regels)).drop_nulls("referentienummer")
    rijen = gevonden.select(
        "regel_id", "referentienummer", reden=pl.lit("afgestemd"), door=pl.lit("J. Jansen")
    ).unique()
    return pas_toe(uitslag, lees_lijst(rijen.with_columns(tot=pl.lit(uitslag.peildatum))))
