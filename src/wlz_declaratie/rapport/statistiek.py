"""Counts and euros per rule, per provider and per month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from wlz_declaratie.basis.tonen import schone
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.totalen import per_groep
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.scherm import druk_af

GETOOND = 20
"""Providers and months shown on a terminal; a file has them all."""


@dataclass(frozen=True)
class Statistiek:
    """Three tables.

    - ``per_regel``, for each rule with findings: regel_id, afkeur, signaal (findings), afkeur_cent, signaal_cent (sum
      of declaratiebedrag_cent of those findings; a line that breaks two rules counts for both);
    - ``per_uitvoerder`` (most rejected euros first) and ``per_maand`` (of begindatum, as JJJJ-MM): regels, bedrag_cent,
      afgekeurd, afgekeurd_cent, met_signaal. Lines, each counted once, and net amounts: they add up to the summary;
      ``bevindingen`` counts findings, also those on no line.
    """

    per_regel: pl.DataFrame
    per_uitvoerder: pl.DataFrame
    per_maand: pl.DataFrame


def bereken(uitslag: Uitslag) -> Statistiek:
    """The statistics of a result."""
    return Statistiek(
        per_regel=_per_regel(uitslag.bevindingen),
        per_uitvoerder=per_groep(uitslag, {"uitvoerder": pl.col("uitvoerder")}).sort(
            "afgekeurd_cent", "bevindingen", "uitvoerder", descending=[True, True, False], nulls_last=True
        ),
        per_maand=per_groep(uitslag, {"maand": pl.col("begindatum").dt.strftime("%Y-%m")}).sort(
            "maand", nulls_last=True
        ),
    )


def _per_regel(bevindingen: pl.DataFrame) -> pl.DataFrame:
    bedrag = pl.col("declaratiebedrag_cent")
    afkeur, signaal = (pl.col("ernst") == ernst for ernst in ("afkeur", "signaal"))
    return (
        bevindingen.group_by("regel_id")
        .agg(
            afkeur=afkeur.sum().cast(pl.Int64),
            signaal=signaal.sum().cast(pl.Int64),
            afkeur_cent=bedrag.filter(afkeur).sum(),
            signaal_cent=bedrag.filter(signaal).sum(),
        )
        .sort("regel_id")
    )


def als_json(statistiek: Statistiek, *, toon_bsn: bool = False) -> dict[str, list[dict[str, Any]]]:
    """The tables as plain values."""
    statistiek = getoond(statistiek, toon_bsn)
    return {naam: getattr(statistiek, naam).to_dicts() for naam in ("per_regel", "per_uitvoerder", "per_maand")}


def toon(statistiek: Statistiek, scherm: Console | None = None, *, toon_bsn: bool = False) -> None:
    """Print the tables on a terminal."""
    druk_af(_tabellen(getoond(statistiek, toon_bsn)), scherm)


def getoond(statistiek: Statistiek, toon_bsn: bool) -> Statistiek:
    """As a report shows it."""
    return replace(statistiek, per_uitvoerder=uitvoerders_getoond(statistiek.per_uitvoerder, toon_bsn))


def uitvoerders_getoond(tabel: pl.DataFrame, toon_bsn: bool) -> pl.DataFrame:
    """Counts as a report shows them: an uitvoerder is no text to trust, and no bsn to show."""
    uitvoerder = tabel.select(schone(pl.col("uitvoerder"))).to_series()
    return tabel.with_columns(uitvoerder if toon_bsn else opmaak.zonder_bsns(uitvoerder))


def _tabellen(statistiek: Statistiek) -> Iterator[RenderableType]:
    yield _tabel(
        "Statistiek per controleregel",
        ("Regel", "Afkeur", "Bedrag", "Signaal", "Bedrag"),
        [
            (regel_id, opmaak.getal(afkeur), opmaak.euro(afkeur_cent), opmaak.getal(signaal), opmaak.euro(signaal_cent))
            for regel_id, afkeur, signaal, afkeur_cent, signaal_cent in statistiek.per_regel.iter_rows()
        ],
    )
    for kop, kolom, tabel in (
        ("Statistiek per uitvoerder", "Uitvoerder", statistiek.per_uitvoerder.head(GETOOND)),
        ("Statistiek per maand van begindatum", "Maand", statistiek.per_maand.tail(GETOOND)),
    ):
        yield _tabel(
            kop,
            (kolom, "Regels", "Bedrag", "Afgekeurd", "Bedrag", "Signaal"),
            [
                (
                    naam or "onbekend",
                    opmaak.getal(n),
                    opmaak.euro(cent),
                    opmaak.getal(af),
                    opmaak.euro(af_cent),
                    opmaak.getal(signaal),
                )
                for naam, n, cent, af, af_cent, signaal, _ in tabel.iter_rows()
            ],
        )
    rest = statistiek.per_uitvoerder.height - GETOOND, statistiek.per_maand.height - GETOOND
    if max(rest) > 0:
        yield Text(
            f"\n  Getoond: {GETOOND} uitvoerders met het hoogste afgekeurde bedrag en de laatste {GETOOND} maanden; "
            "alle staan in --uit NAAM.json.",
            style="dim",
        )


def _tabel(kop: str, kolommen: tuple[str, ...], rijen: list[tuple[str, ...]]) -> RenderableType:
    tabel = Table(box=SIMPLE_HEAD, pad_edge=False, title=f"\n{kop}", title_style="bold", title_justify="left")
    for nummer, kolom in enumerate(kolommen):
        tabel.add_column(kolom, justify="right" if nummer else "left", no_wrap=True)
    for rij in rijen:
        tabel.add_row(*rij)
    return tabel
