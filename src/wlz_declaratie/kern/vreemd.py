"""A dossier of somebody else: of a batch more than half of the clients are in none of its tables about clients.

Then nothing follows from what those tables lack of an unknown client. For these clients every rule that rests on a
table about clients runs as if there were no such table: what it cannot test without, it does not test, and says so. So
with a table about providers, when it names none of the batch: it is of somebody else too. The whole batch decides, once
(`bepaal`); lines are told apart part by part (`gespleten`), for a part holds whole clients.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import polars as pl

from wlz_declaratie.contract.tabellen import OVER_AANBIEDERS, OVER_CLIENTEN
from wlz_declaratie.kern.begrippen import GEEN_BSN
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import Regel
from wlz_declaratie.kern.uitkomst import Deels, Niet, Ruw
from wlz_declaratie.kern.voorwaarden import Gegeven, ontbreekt, ontbreekt_deels

NOEMEN = ("clienten", "indicaties", "toewijzingen")
"""Tables that tell whose dossier it is; a client in one of these is known."""
MINSTENS = 20
"""Clients that a batch must have: of fewer, all may be new."""
REDEN = "van cliënten die niet in het dossier staan"


@dataclass(frozen=True)
class Vreemd:
    """Of so many clients of a batch so many are unknown: more than half."""

    onbekend: int
    clienten: int
    mist: frozenset[str]
    """Tables that prove nothing about an unknown client: those about clients, and those about providers that name no
    provider of the batch."""


@dataclass(frozen=True)
class Gespleten:
    """The lines of known and of unknown clients.

    ``regels`` counts those of the batch among the latter; ``mist`` are the tables that these are tested without.
    """

    bekend: Populatie
    onbekend: Populatie
    regels: int
    mist: frozenset[str]


def bepaal(
    lijnen: pl.LazyFrame, dossier: Mapping[str, pl.LazyFrame], weggelaten: Mapping[str, pl.DataFrame]
) -> Vreemd | None:
    """Whether the dossier is of somebody else than these lines (bsn and uitvoerder as numbers; batch); None is no.

    A row that could not be used still makes its client known. A bsn that is no number, or nobody's, is no client.
    """
    noemen = _noemen(dossier, weggelaten)
    if not noemen:
        return None
    van_iemand = "batch", pl.col("bsn") > 0, pl.col("bsn") != GEEN_BSN
    over = lijnen.filter(*van_iemand).select(pl.col("bsn").unique()).collect()
    clienten = over.height
    if clienten < MINSTENS:
        return None
    for tabel in noemen:
        over = _niet_in(over, tabel)
        if 2 * over.height <= clienten:
            return None
    uitvoerders = lijnen.filter("batch").select(agb=pl.col("uitvoerder").unique()).collect().lazy()
    over_anderen = [
        naam
        for naam in OVER_AANBIEDERS.intersection(dossier)
        if dossier[naam].join(uitvoerders, on="agb", how="semi").collect().is_empty()
    ]
    return Vreemd(over.height, clienten, OVER_CLIENTEN.union(over_anderen))


def gespleten(pop: Populatie) -> Gespleten | None:
    """The population by whether the dossier knows the client; None where it is nobody else's."""
    if pop.vreemd is None:
        return None
    over = pop.alle.select(pl.col("bsn").unique()).collect()
    for tabel in _noemen(pop.dossier, pop.weggelaten):
        over = _niet_in(over, tabel)
    onbekend = pl.col("bsn").is_in(over["bsn"].implode())
    zonder = {naam: tabel for naam, tabel in pop.dossier.items() if naam not in pop.vreemd.mist}
    van_hen = pop.deel(onbekend, zonder)
    regels = int(van_hen.alle.select(pl.col("batch").sum()).collect().item())
    return Gespleten(pop.deel(~onbekend, pop.dossier), van_hen, regels, pop.vreemd.mist)


def raakt(regel: Regel, lijnen: Gespleten) -> bool:
    """Whether the guard concerns the rule; one of the batch sees all clients at once, and reads no such table."""
    return regel.bereik != "batch" and not lijnen.mist.isdisjoint(regel.steunt_op)


def toets_gespleten(regel: Regel, lijnen: Gespleten, gegeven: Gegeven, draai: Callable[[Populatie], Ruw]) -> Ruw:
    """What a rule gives on both, together: of unknown clients what it gives without the tables about clients."""
    bekend = draai(lijnen.bekend)
    if not lijnen.regels:
        return bekend
    zonder = replace(gegeven, tabellen=gegeven.tabellen - lijnen.mist)
    gemist = ontbreekt(regel, zonder)
    if not gemist and len(ontbreekt_deels(regel, zonder)) == len(ontbreekt_deels(regel, gegeven)):
        return _samen(bekend, draai(lijnen.onbekend))
    if lijnen.onbekend.spoor is not None:
        batch = lijnen.onbekend.alle.filter("batch")
        lijnen.onbekend.spoor.ontoetsbaar(regel.id, batch, "de cliënt staat niet in het dossier")
    if gemist:
        return _samen(bekend, Ruw(bekend.bevindingen.clear(), (Niet(REDEN, lijnen.regels),)))
    van_hen = draai(lijnen.onbekend)
    # It says that a table is not there; to them it is not.
    eigen = [o for o in van_hen.opmerkingen if not _noemt_tabel(o.reden, lijnen.mist)]
    return _samen(bekend, replace(van_hen, opmerkingen=(*eigen, Deels(REDEN, lijnen.regels))))


def _samen(bekend: Ruw, onbekend: Ruw) -> Ruw:
    """The two as one; a rule that could do nothing for the ones, did part of its test when it could for the others."""
    opmerkingen = (*bekend.opmerkingen, *onbekend.opmerkingen)
    if not (bekend.kon_niet and onbekend.kon_niet):
        opmerkingen = tuple(Deels(o.reden, o.regels) for o in opmerkingen)
    return Ruw(
        pl.concat([bekend.bevindingen, onbekend.bevindingen]),
        opmerkingen,
        fout=bekend.fout or onbekend.fout,
        niets=bekend.niets and onbekend.niets,
    )


def _noemt_tabel(reden: str, namen: Collection[str]) -> bool:
    return any(reden == f"tabel {naam} ontbreekt" for naam in namen)


def _noemen(dossier: Mapping[str, pl.LazyFrame], weggelaten: Mapping[str, pl.DataFrame]) -> list[pl.LazyFrame]:
    """The bsn of each of the tables NOEMEN that there are, with the rows that could not be used."""
    tabellen = []
    for naam in NOEMEN:
        if naam in dossier:
            tabellen.append(dossier[naam].select("bsn"))
            if naam in weggelaten:
                tabellen.append(weggelaten[naam].lazy().select(bsn="sleutel"))
    return tabellen


def _niet_in(clienten: pl.DataFrame, tabel: pl.LazyFrame) -> pl.DataFrame:
    """Those (bsn) that the table does not have; of a big table only their rows are kept meanwhile."""
    gevonden = tabel.join(clienten.lazy(), on="bsn", how="semi").select(pl.col("bsn").unique()).collect()
    return clienten.join(gevonden, on="bsn", how="anti")
