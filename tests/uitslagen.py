"""A result to report on: the faulty sample, checked in this process."""

from __future__ import annotations

import atexit
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from proces import GEEN_TABELLEN
from wlz_declaratie.cli.uitvoeren import Opdracht, uitvoering
from wlz_declaratie.diensten.aanvaarding import lees_lijst, pas_toe
from wlz_declaratie.diensten.controleren import Uitslag

FOUT = Path(__file__).parents[1] / "sample_data" / "fout"


@contextmanager
def uitslag_van(
    tabellen: Path,
    *bestanden: Path,
    dossier: Path | None = FOUT / "dossier",
    historie: Path | None = None,
    selecteer: Sequence[str] = (),
) -> Iterator[Uitslag]:
    """The result of some files; ``tabellen`` is a folder without editions.

    Without files it is that of the faulty sample, which is checked once for all tests of a process: nothing in a result
    can be changed.
    """
    if not (bestanden or historie or selecteer) and dossier == FOUT / "dossier":
        yield _van_het_voorbeeld()
        return
    opdracht = Opdracht(
        bestanden,
        dossier=dossier,
        historie=historie,
        peildatum=date(2026, 7, 1),
        tabellen=tabellen,
        selecteer=selecteer,
    )
    with uitvoering(opdracht, stil=True) as uitslag:
        yield uitslag


@cache
def _van_het_voorbeeld() -> Uitslag:
    opdracht = Opdracht(
        [FOUT / "batch.csv"], dossier=FOUT / "dossier", peildatum=date(2026, 7, 1), tabellen=GEEN_TABELLEN
    )
    tot_het_einde = ExitStack()
    atexit.register(tot_het_einde.close)
    return tot_het_einde.enter_context(uitvoering(opdracht, stil=True))


def met_aanvaarde(uitslag: Uitslag, *regels: str) -> Uitslag:
    """The result with every finding of these rules accepted, as far as its line has a reference."""
    gevonden = uitslag.bevindingen.filter(pl.col("regel_id").is_in(regels)).drop_nulls("referentienummer")
    rijen = gevonden.select(
        "regel_id", "referentienummer", reden=pl.lit("afgestemd"), door=pl.lit("J. Jansen")
    ).unique()
    return pas_toe(uitslag, lees_lijst(rijen.with_columns(tot=pl.lit(uitslag.peildatum))))
