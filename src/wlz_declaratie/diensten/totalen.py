"""What is told of all lines of a result together: who declared them for which days, and counts per month and provider.

Of a check they are counted from its lines; a saved result brings them along, for its lines are gone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from wlz_declaratie.diensten.controleren import Uitslag

MEESTE_DECLARANTEN = 1_000
"""Of one file that are named; ``aantal_declaranten`` counts all."""
TELLING: dict[str, type[pl.DataType]] = {
    "uitvoerder": pl.String,
    "maand": pl.String,
    **dict.fromkeys(
        ("regels", "bedrag_cent", "afgekeurd", "afgekeurd_cent", "met_signaal", "bevindingen"),
        pl.Int64,
    ),
}
"""Lines by uitvoerder and month of begindatum (JJJJ-MM), each counted once, with net amounts; they add up to the
summary. ``bevindingen`` counts findings, also those on no line and accepted ones."""
TELLINGEN = tuple(naam for naam, soort in TELLING.items() if soort == pl.Int64)
"""What is added up: lines, cents and findings."""

Dagen = tuple[date, date]
"""The first and the last."""


@dataclass(frozen=True)
class Herkomst:
    """Who declared a file, in the order of the file, and for which days.

    ``periode`` is what its header says, ``dagen`` from the first begindatum to the last einddatum of its lines.
    """

    declaranten: tuple[str, ...]
    aantal_declaranten: int
    factuurnummer: str | None
    periode: Dagen | None
    dagen: Dagen | None


@dataclass(frozen=True)
class Bewaard:
    """What was counted before: a Herkomst a file, the counts (TELLING), each None for a saved result that has none.

    ``niet_genoemd`` counts rows of the dossier that were left out and that it does not name.
    """

    herkomst: tuple[Herkomst, ...] | None
    tellingen: pl.DataFrame | None
    niet_genoemd: int


def herkomst(uitslag: Uitslag) -> tuple[Herkomst, ...]:
    """Of each file; nothing for a saved result that does not tell."""
    if uitslag.bewaard:
        return uitslag.bewaard.herkomst or ()
    return tuple(_herkomst(uitslag.breed.filter(pl.col("bestandnr") == nr)) for nr in range(len(uitslag.bestanden)))


def _herkomst(lijnen: pl.LazyFrame) -> Herkomst:
    # Lines come in no order: the first is that with the lowest rij.
    per_declarant = lijnen.group_by("declarant").agg(
        rij=pl.col("rij").min(),
        met_factuur=pl.col("rij").filter(pl.col("factuurnummer").is_not_null()).min(),
        van=pl.col("begindatum_periode").min(),
        tot=pl.col("einddatum_periode").max(),
        eerste=pl.col("begindatum").min(),
        laatste=pl.col("einddatum").max(),
    )
    gevonden = per_declarant.sort("rij").collect()
    declaranten = gevonden["declarant"].drop_nulls()
    eerste_met_factuur = pl.lit(gevonden["met_factuur"].min(), pl.UInt32)
    op_factuur = lijnen.filter(pl.col("rij") == eerste_met_factuur).select("factuurnummer").collect()
    uitersten = gevonden.select(pl.col("van", "eerste").min(), pl.col("tot", "laatste").max()).row(0, named=True)
    periode, dagen = (uitersten["van"], uitersten["tot"]), (uitersten["eerste"], uitersten["laatste"])
    return Herkomst(
        tuple(declaranten.head(MEESTE_DECLARANTEN)),
        len(declaranten),
        op_factuur.item() if op_factuur.height else None,
        periode if all(periode) else None,
        dagen if all(dagen) else None,
    )


def tellingen(uitslag: Uitslag) -> pl.DataFrame | None:
    """The counts (TELLING), by uitvoerder and month; None for a saved result that has none."""
    if uitslag.bewaard:
        return uitslag.bewaard.tellingen
    return _getelde_regels(uitslag).select(list(TELLING)).sort("uitvoerder", "maand", nulls_last=True)


def opgeteld(tellingen: pl.DataFrame, *op: str) -> pl.DataFrame:
    """Counts (TELLING) by ``op``, one or both of their groups; in no order."""
    return tellingen.group_by(op).agg(pl.col(TELLINGEN).sum())


def geteld(uitslag: Uitslag) -> Uitslag:
    """The same result, its lines counted once for whoever asks."""
    return replace(uitslag, bewaard=uitslag.bewaard or Bewaard(herkomst(uitslag), tellingen(uitslag), 0))


def netto() -> pl.Expr:
    """The declared amount of a line in cents; a credit line counts negative, an empty amount as nothing."""
    return met_teken().fill_null(0)


def met_teken() -> pl.Expr:
    """The declared amount of a line in cents, negative for a credit line; null where there is none."""
    return pl.col("declaratiebedrag") * pl.when(pl.col("debet_credit") == "C").then(-1).otherwise(1)


def _getelde_regels(uitslag: Uitslag) -> pl.DataFrame:
    """Lines and findings with the counts of TELLING, in no order."""
    groepen = {"uitvoerder": pl.col("uitvoerder"), "maand": pl.col("begindatum").dt.strftime("%Y-%m")}
    geraakt = (
        uitslag.geldend.lazy()
        .filter(pl.col("rij").is_not_null())
        .group_by("rij")
        .agg(afgekeurd=(pl.col("ernst") == "afkeur").any(), met_signaal=(pl.col("ernst") == "signaal").any())
    )
    regels = (
        uitslag.breed.select("rij", **groepen, bedrag_cent=netto())
        .join(geraakt, on="rij", how="left")
        .with_columns(pl.col("afgekeurd", "met_signaal").fill_null(False))
        .group_by(groepen.keys())
        .agg(
            pl.len().cast(pl.Int64).alias("regels"),
            pl.col("bedrag_cent").sum(),
            pl.col("afgekeurd").sum().cast(pl.Int64),
            pl.col("bedrag_cent").filter("afgekeurd").sum().alias("afgekeurd_cent"),
            pl.col("met_signaal").sum().cast(pl.Int64),
        )
    )
    bevindingen = (
        uitslag.bevindingen.select(**groepen).group_by(groepen.keys()).agg(bevindingen=pl.len().cast(pl.Int64))
    )
    samen = regels.join(bevindingen.lazy(), on=list(groepen), how="full", coalesce=True, nulls_equal=True)
    return samen.collect(engine="streaming").with_columns(pl.col(TELLINGEN).fill_null(0))
