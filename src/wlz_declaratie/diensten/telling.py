"""What counts of the findings: per line, per rule and in all, those that somebody accepted apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from wlz_declaratie.diensten.totalen import netto
from wlz_declaratie.kern.regel import Regel
from wlz_declaratie.kern.toetsing import Status


@dataclass(frozen=True)
class Regelstatus:
    """How a rule went, apart from what it found."""

    regel: Regel
    status: Status
    reden: str | None
    afkeur: int
    signaal: int
    aanvaard: int = 0
    """Accepted findings, of either severity; they count in neither of the others."""


@dataclass(frozen=True)
class Samenvatting:
    """Counts of lines and net amounts in cents (credit lines count negative).

    regels = goedgekeurd + afgekeurd; onleesbaar counts input lines that could not become a line at all; aanvaard are
    those of goedgekeurd that would be rejected, had nobody accepted what was found.
    """

    regels: int
    goedgekeurd: int
    afgekeurd: int
    met_signaal: int
    onleesbaar: int
    bedrag_cent: int
    goedgekeurd_cent: int
    afgekeurd_cent: int
    aanvaard: int = 0
    aanvaard_cent: int = 0


@dataclass(frozen=True)
class Aanvaarding:
    """What the rows of a list of accepted findings did.

    Each row either accepts a finding (``gebruikt``), did so until a day that is past (``verlopen``), meets no finding
    any more (``komt_niet_voor``), or is of a rule that did not run (``niet_nagegaan``).
    """

    bestand: str
    gebruikt: int
    verlopen: int
    komt_niet_voor: int
    niet_nagegaan: int


def geldend(bevindingen: pl.DataFrame) -> pl.DataFrame:
    """Findings but those that are accepted."""
    return bevindingen.filter(~is_aanvaard(bevindingen)) if "stand" in bevindingen.columns else bevindingen


def aanvaarde(bevindingen: pl.DataFrame) -> pl.DataFrame:
    """Of findings those that are accepted."""
    return bevindingen.filter(is_aanvaard(bevindingen))


def is_aanvaard(bevindingen: pl.DataFrame) -> pl.Expr:
    """Whether a finding is accepted; of a result without a ``stand`` none is."""
    if "stand" not in bevindingen.columns:
        return pl.repeat(value=False, n=pl.len(), dtype=pl.Boolean)
    return (pl.col("stand") == "aanvaard").fill_null(value=False)


def samengevat(bevindingen: pl.DataFrame, breed: pl.LazyFrame, aantal: int, onleesbaar: int) -> Samenvatting:
    """The summary of ``aantal`` lines (``breed``) with these findings, accepted or not."""

    def regels_met(gevonden: pl.DataFrame, ernst: str) -> pl.Series:
        rijen = gevonden.select(pl.col("rij").filter(pl.col("ernst") == ernst))
        return rijen["rij"].drop_nulls().unique()

    tellend = geldend(bevindingen)
    afgekeurd, gevonden = regels_met(tellend, "afkeur"), regels_met(bevindingen, "afkeur")
    aanvaard = gevonden.filter(~gevonden.is_in(afgekeurd.implode()))
    bedrag = pl.col("bedrag")
    bedragen = (
        breed.select(
            bedrag=netto(),
            afgekeurd=pl.col("rij").is_in(afgekeurd.implode()),
            aanvaard=pl.col("rij").is_in(aanvaard.implode()),
        )
        .select(bedrag.sum(), afgekeurd=bedrag.filter("afgekeurd").sum(), aanvaard=bedrag.filter("aanvaard").sum())
        .collect()
        .row(0)
    )
    return Samenvatting(
        regels=aantal,
        goedgekeurd=aantal - len(afgekeurd),
        afgekeurd=len(afgekeurd),
        met_signaal=len(regels_met(tellend, "signaal")),
        onleesbaar=onleesbaar,
        bedrag_cent=bedragen[0],
        goedgekeurd_cent=bedragen[0] - bedragen[1],
        afgekeurd_cent=bedragen[1],
        aanvaard=len(aanvaard),
        aanvaard_cent=bedragen[2],
    )


def geteld(statussen: Sequence[Regelstatus], bevindingen: pl.DataFrame) -> tuple[Regelstatus, ...]:
    """The rules with the number of their findings, accepted ones apart."""
    soort = pl.when(is_aanvaard(bevindingen)).then(pl.lit("aanvaard")).otherwise(pl.col("ernst").cast(pl.String))
    # Only what is grouped: it would copy every other column.
    per_soort = bevindingen.select("regel_id", soort=soort).group_by("regel_id", "soort").len()
    telling: Mapping[tuple[str, str], int] = {
        (regel_id, naam): aantal for regel_id, naam, aantal in per_soort.iter_rows()
    }

    def van(status: Regelstatus, soort: str) -> int:
        return telling.get((status.regel.id, soort), 0)

    return tuple(
        replace(status, afkeur=van(status, "afkeur"), signaal=van(status, "signaal"), aanvaard=van(status, "aanvaard"))
        for status in statussen
    )
