"""The trend on a terminal: small bars, the last months; a file has them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from wlz_declaratie.diensten.trend import Trend
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.scherm import druk_af
from wlz_declaratie.rapport.trend.balken import balk, deel, lijntje, procent, promille

MAANDEN = 12
VERSCHILLEN = 5
"""Rules shown that rise, and that fall."""
ONBEKEND = "onbekend"


def toon(trend: Trend, *, maximum: int, scherm: Console | None = None) -> None:
    """Print the tables; at most ``maximum`` providers."""
    druk_af(_rapport(trend, maximum), scherm)


def _rapport(trend: Trend, maximum: int) -> Iterator[RenderableType]:
    yield Text(f"Verloop over {opmaak.meervoud(len(trend.uitslagen), 'uitslag', 'uitslagen')}", style="bold")
    for opmerking in trend.opmerkingen:
        yield Text(f"Let op: {opmerking}")
    yield _per_maand(trend.per_maand.tail(MAANDEN))
    if trend.per_maand.height > MAANDEN:
        yield Text(
            f"  Getoond: de laatste {MAANDEN} van {trend.per_maand.height} maanden; alle staan in --uit.", style="dim"
        )
    yield _per_uitvoerder(trend, maximum)
    if trend.per_uitvoerder.height > maximum:
        yield Text(
            f"  Getoond: {maximum} van {opmaak.getal(trend.per_uitvoerder.height)} uitvoerders, hoogste afgekeurde "
            "bedrag eerst; alle staan in --uit.",
            style="dim",
        )
    yield from _verschillen(trend)


def _tabel(kop: str, kolommen: Sequence[str], rijen: Iterator[Sequence[str]], *, links: tuple[int, ...]) -> Table:
    tabel = Table(box=SIMPLE_HEAD, pad_edge=False, title=f"\n{kop}", title_style="bold", title_justify="left")
    for nummer, kolom in enumerate(kolommen):
        tabel.add_column(kolom, justify="left" if nummer in links else "right", no_wrap=kolom != "Wat", overflow="fold")
    for rij in rijen:
        tabel.add_row(*rij)
    return tabel


def _per_maand(maanden: pl.DataFrame) -> Table:
    delen = [deel(rij["afgekeurd"], rij["regels"]) for rij in maanden.iter_rows(named=True)]
    hoogste = max((waarde for waarde in delen if waarde), default=0.0)
    rijen = (
        (
            rij["maand"] or ONBEKEND, opmaak.getal(rij["regels"]), opmaak.getal(rij["afgekeurd"]), procent(waarde),
            balk(waarde, hoogste), opmaak.euro(rij["afgekeurd_cent"]),
        )
        for rij, waarde in zip(maanden.iter_rows(named=True), delen, strict=True)
    )  # fmt: skip
    kolommen = ("Maand", "Declaratieregels", "Afgekeurd", "Deel", "", "Bedrag")
    return _tabel("Afgekeurd per maand van begindatum", kolommen, rijen, links=(0, 4))


def _per_uitvoerder(trend: Trend, maximum: int) -> Table:
    maanden = trend.per_maand["maand"].drop_nulls().tail(MAANDEN).to_list()

    def verloop(uitvoerder: str | None) -> str:
        eigen = trend.verloop.filter(pl.col("uitvoerder").eq_missing(pl.lit(uitvoerder)))
        per = {rij["maand"]: deel(rij["afgekeurd"], rij["regels"]) for rij in eigen.iter_rows(named=True)}
        return lijntje([per.get(maand) for maand in maanden])

    rijen = (
        (
            rij["uitvoerder"] or ONBEKEND, opmaak.getal(rij["regels"]), opmaak.getal(rij["afgekeurd"]),
            procent(deel(rij["afgekeurd"], rij["regels"])), verloop(rij["uitvoerder"]),
            opmaak.euro(rij["afgekeurd_cent"]),
        )
        for rij in trend.per_uitvoerder.head(maximum).iter_rows(named=True)
    )  # fmt: skip
    kolommen = ("Uitvoerder", "Declaratieregels", "Afgekeurd", "Deel", "Verloop", "Bedrag")
    return _tabel("Afgekeurd per uitvoerder", kolommen, rijen, links=(0, 4))


def _verschillen(trend: Trend) -> Iterator[RenderableType]:
    """Rules that rise and fall, each with its months."""
    if trend.maand is None:
        yield Text("\nEr is maar één maand: of een controleregel stijgt of daalt, is nog niet te zeggen.", style="dim")
        return
    for kop, regels in (
        (
            f"Controleregels die stijgen: {trend.maand} naast de maanden ervoor",
            trend.verschil.filter(pl.col("verschil") > 0),
        ),
        (
            f"Controleregels die dalen: {trend.maand} naast de maanden ervoor",
            trend.verschil.filter(pl.col("verschil") < 0).sort("verschil", "regel_id"),
        ),
    ):
        if regels.is_empty():
            continue
        rijen = (
            (
                rij["regel_id"], rij["titel"], promille(rij["eerder"]), promille(rij["laatste"]),
                _lijntje_van(trend.regels, rij["regel_id"]),
            )
            for rij in regels.head(VERSCHILLEN).iter_rows(named=True)
        )  # fmt: skip
        yield _tabel(kop, ("Controleregel", "Wat", "Ervoor", "Nu", "Verloop"), rijen, links=(0, 1, 4))


def _lijntje_van(regels: pl.DataFrame, regel_id: str) -> str:
    eigen = regels.filter(pl.col("regel_id") == regel_id, pl.col("maand").is_not_null()).tail(MAANDEN)
    return lijntje([deel(rij["afkeur"], rij["getoetst"]) for rij in eigen.iter_rows(named=True)])
