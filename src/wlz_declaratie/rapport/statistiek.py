"""Counts and euros per rule, per provider and per month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from wlz_declaratie.basis.tonen import schone
from wlz_declaratie.contract.tabellen import AANVAARD
from wlz_declaratie.diensten import totalen
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.telling import is_aanvaard
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.scherm import druk_af

GETOOND = 20
"""Providers and months shown on a terminal; a file has them all."""
Cellen = tuple[str, ...]


@dataclass(frozen=True)
class Statistiek:
    """Three tables.

    - ``per_regel``, for each rule with findings: regel_id, afkeur, signaal (findings), afkeur_cent, signaal_cent (net
      amount of the lines of those findings; a line that breaks two rules counts for both), and with accepted findings
      aanvaard and aanvaard_cent, which count in no other column;
    - ``per_uitvoerder`` (most rejected euros first) and ``per_maand`` (of begindatum, as JJJJ-MM): regels, bedrag_cent,
      afgekeurd, afgekeurd_cent, met_signaal. Lines, each counted once, and net amounts: they add up to the summary;
      ``bevindingen`` counts findings, also those on no line.
    """

    per_regel: pl.DataFrame
    per_uitvoerder: pl.DataFrame
    per_maand: pl.DataFrame


def bereken(uitslag: Uitslag) -> Statistiek:
    """The statistics of a result; a saved one that carries no counts has none per uitvoerder and per maand."""
    tellingen = totalen.tellingen(uitslag)
    if tellingen is None:
        tellingen = pl.DataFrame(schema=totalen.TELLING)
    return Statistiek(
        per_regel=_per_regel(uitslag.bevindingen),
        per_uitvoerder=totalen.opgeteld(tellingen, "uitvoerder").sort(
            "afgekeurd_cent", "bevindingen", "uitvoerder", descending=[True, True, False], nulls_last=True
        ),
        per_maand=totalen.opgeteld(tellingen, "maand").sort("maand", nulls_last=True),
    )


def _per_regel(bevindingen: pl.DataFrame) -> pl.DataFrame:
    bedrag = pl.col("netto_cent")
    afkeur, signaal = (pl.col("ernst") == ernst for ernst in ("afkeur", "signaal"))
    aanvaard = {}
    if AANVAARD[0] in bevindingen.columns:
        uit = is_aanvaard(bevindingen)
        afkeur, signaal = afkeur & ~uit, signaal & ~uit
        aanvaard = {"aanvaard": uit.sum().cast(pl.Int64), "aanvaard_cent": bedrag.filter(uit).sum()}
    return (
        bevindingen.group_by("regel_id")
        .agg(
            afkeur=afkeur.sum().cast(pl.Int64),
            signaal=signaal.sum().cast(pl.Int64),
            afkeur_cent=bedrag.filter(afkeur).sum(),
            signaal_cent=bedrag.filter(signaal).sum(),
            **aanvaard,
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
    per_regel = statistiek.per_regel.select("regel_id", "afkeur", "signaal", "afkeur_cent", "signaal_cent")
    yield _tabel(
        "Statistiek per controleregel",
        ("Controleregel", "Afkeur", "Bedrag", "Signaal", "Bedrag"),
        [
            (regel_id, opmaak.getal(afkeur), opmaak.euro(afkeur_cent), opmaak.getal(signaal), opmaak.euro(signaal_cent))
            for regel_id, afkeur, signaal, afkeur_cent, signaal_cent in per_regel.iter_rows()
        ],
    )
    if "aanvaard" in statistiek.per_regel.columns:
        aanvaard = statistiek.per_regel.filter(pl.col("aanvaard") > 0).select("regel_id", "aanvaard", "aanvaard_cent")
        yield _tabel(
            "Aanvaard per controleregel; telt hierboven niet mee",
            ("Controleregel", "Aanvaard", "Bedrag"),
            [(regel_id, opmaak.getal(aantal), opmaak.euro(cent)) for regel_id, aantal, cent in aanvaard.iter_rows()],
        )
    uitvoerders, maanden = statistiek.per_uitvoerder, statistiek.per_maand
    for kop, kolom, alle, tabel in (
        ("Statistiek per uitvoerder", "Uitvoerder", uitvoerders, uitvoerders.head(GETOOND)),
        ("Statistiek per maand van begindatum", "Maand", maanden, maanden.tail(GETOOND)),
    ):
        yield _tabel(
            kop,
            (kolom, "Declaratieregels", "Bedrag", "Afgekeurd", "Bedrag", "Signaal"),
            [_groep(naam or "onbekend", *tellingen) for naam, *tellingen in tabel.iter_rows()],
            _onder(alle, tabel),
        )
    rest = statistiek.per_uitvoerder.height - GETOOND, statistiek.per_maand.height - GETOOND
    if max(rest) > 0:
        yield Text(
            f"\n  Getoond: {GETOOND} uitvoerders met het hoogste afgekeurde bedrag en de laatste {GETOOND} maanden; "
            "alle staan in --uit NAAM.xlsx.",
            style="dim",
        )


def _groep(naam: str, regels: int, cent: int, afgekeurd: int, afgekeurd_cent: int, signaal: int, _: int) -> Cellen:
    bedragen = opmaak.euro(cent), opmaak.euro(afgekeurd_cent)
    return naam, opmaak.getal(regels), bedragen[0], opmaak.getal(afgekeurd), bedragen[1], opmaak.getal(signaal)


def _onder(alle: pl.DataFrame, getoond: pl.DataFrame) -> list[Cellen]:
    """The last rows of a table: the groups that are not shown taken together, and the total."""
    totaal = alle.select(pl.exclude(alle.columns[0]).sum()).row(0)
    rijen = [_groep("Totaal", *totaal)]
    if rest := alle.height - getoond.height:
        hier = getoond.select(pl.exclude(alle.columns[0]).sum()).row(0)
        rijen.insert(0, _groep(f"{opmaak.getal(rest)} andere", *(t - h for t, h in zip(totaal, hier, strict=True))))
    return rijen


def _tabel(kop: str, kolommen: Cellen, rijen: list[Cellen], onder: Sequence[Cellen] = ()) -> RenderableType:
    """A table with ``onder`` below a line of its own."""
    tabel = Table(box=SIMPLE_HEAD, pad_edge=False, title=f"\n{kop}", title_style="bold", title_justify="left")
    for nummer, kolom in enumerate(kolommen):
        tabel.add_column(kolom, justify="right" if nummer else "left", no_wrap=True)
    for rij in rijen:
        tabel.add_row(*rij)
    tabel.add_section()
    for rij in onder:
        tabel.add_row(*rij)
    return tabel
