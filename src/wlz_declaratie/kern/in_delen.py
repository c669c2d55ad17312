"""Rules over a population that is cut by client: those of a line or a client part by part, those of the batch over all.

Findings are the same whatever the number of parts, and whoever checks them (``Verdeler``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.geheugen import SAMEN, motor
from wlz_declaratie.basis.zijproces import in_processen
from wlz_declaratie.kern.delen import Deel, verdeel
from wlz_declaratie.kern.draaien import draai_alle, draaier
from wlz_declaratie.kern.gevonden import Gevonden
from wlz_declaratie.kern.invoer import Invoer, Voortgang
from wlz_declaratie.kern.regel import Regel
from wlz_declaratie.kern.slank import bereid_voor, eigen_nummers, wie
from wlz_declaratie.kern.uitkomst import Ruw

IN_PROCESSEN = 3_000_000
"""From so many lines each in a process of its own. In one process they wait for the threads of Polars, that they share:
15 % of their time, and a process costs half a second."""

VAN_BATCHREGELS = (
    *("rij", "batch", "bestandnr", "regelnummer", "volgorde", "mee"),
    *("bsn", "uitvoerder", "begin", "eind", "prestatiecode", "soort"),
)
"""Columns that every rule of the batch has; what else it reads, it names (`Regel.leest_van_lijn`)."""


@dataclass(frozen=True)
class Deeltaak:
    """A part to be checked: all that it takes, for it may be done elsewhere. ``invoer`` has no lines and no dossier."""

    invoer: Invoer
    deel: Deel
    nummers: Mapping[str, pl.DataFrame]
    """Of texts that are no bsn or uitvoerder: see `slank.eigen_nummers`."""
    regels: Sequence[Regel]
    doel: Path
    """Where what rules of the batch read of these lines is written."""
    kolommen: Sequence[str] | None
    """What they read; None is all."""


Verdeler = Callable[[Callable[[Deeltaak], list[Ruw]], Sequence[Deeltaak]], Iterator[tuple[int, list[Ruw]]]]
"""Has tasks done, wherever, and gives what came of each as it is done, with its place among the tasks."""


def naast_elkaar(doe: Callable[[Deeltaak], list[Ruw]], taken: Sequence[Deeltaak]) -> Iterator[tuple[int, list[Ruw]]]:
    """Do the tasks here, SAMEN at a time."""
    if taken and taken[0].invoer.omvang >= IN_PROCESSEN:
        yield from in_processen(doe, taken, SAMEN, max(1, pl.thread_pool_size() // SAMEN))
        return
    with ThreadPoolExecutor(SAMEN) as draden:
        yield from enumerate(draden.map(doe, taken))


@dataclass(frozen=True)
class Verdeling:
    """Into how many parts a population is cut, however small it is, and who checks them.

    What is read for it may lie in as many parts already. They are more where MEESTE_LIJNEN asks for it.
    """

    delen: int
    verdeler: Verdeler = naast_elkaar


def draai_in_delen(
    regels: Sequence[Regel], invoer: Invoer, map_: Path, voortgang: Voortgang, verdeling: Verdeling, gevonden: Gevonden
) -> Iterator[tuple[Regel, Ruw]]:
    """Run the rules: of a line or client once for each part, in the order of the parts, then those of the batch.

    What they find goes to ``gevonden``; what is given is how they went, without.
    """
    voortgang("declaratieregels verdelen", 0, 0)
    map_.mkdir(parents=True)
    delen = verdeel(verdeling.delen, invoer.lijnen, invoer.bronnen, invoer.dossier, invoer.dossier_verdeeld, map_)
    van_wie = wie(invoer.lijnen, invoer.aantal_batch)
    nummers = eigen_nummers(van_wie)
    invoer = invoer.met_vreemd(van_wie)
    per_deel = [regel for regel in regels if regel.bereik != "batch"]
    van_batch = [regel for regel in regels if regel.bereik == "batch"]
    # Nothing that is not needed goes along to whoever checks a part; what is lazy and empty may still hold it all.
    mee = replace(
        invoer,
        lijnen=pl.LazyFrame(),
        dossier={},
        bronnen=(),
        dossier_verdeeld={},
        bestanden=tuple(
            replace(bestand, regels=pl.LazyFrame(), verdeeld=None, meldingen=bestand.meldingen.clear())
            for bestand in invoer.bestanden
        ),
    )
    taken = [
        Deeltaak(mee, deel, nummers, per_deel, map_ / f"batch-{deel.nummer}.arrow", _gelezen_van_lijn(van_batch))
        for deel in delen
    ]
    gedaan: dict[int, list[tuple[Regel, Ruw]]] = {}
    with motor(0):
        for plaats, uitkomsten in verdeling.verdeler(toets_deel, taken):
            gedaan[plaats] = gevonden.neem(zip(per_deel, uitkomsten, strict=True))
            voortgang("delen getoetst", len(gedaan), len(taken))
    for plaats in range(len(taken)):
        yield from gedaan[plaats]
    pop = invoer.populatie(pl.scan_ipc([taak.doel for taak in taken]), invoer.lijnen)
    with motor(invoer.omvang):
        yield from gevonden.neem(draai_alle(van_batch, pop, invoer.gegeven, invoer.omvang, voortgang))


def toets_deel(taak: Deeltaak) -> list[Ruw]:
    """Run the rules of a line or client on a part; what the rules of the batch need of it goes to ``taak.doel``."""
    dossier = {naam: tabel.collect().lazy() for naam, tabel in taak.deel.dossier().items()}
    invoer = replace(taak.invoer, dossier=dossier)
    slank = bereid_voor(taak.deel.lijnen(), invoer.aantal_batch, dossier, invoer.codes, taak.nummers, taak.deel.eerste)
    pop = invoer.populatie(slank.lazy(), invoer.lijnen)
    draai = draaier(pop, invoer.gegeven, weinig=False)
    uitkomsten = [draai(regel) for regel in taak.regels]
    slank.select(taak.kolommen or pl.all()).write_ipc(taak.doel, compression="lz4")
    return uitkomsten


def _gelezen_van_lijn(regels: Sequence[Regel]) -> Sequence[str] | None:
    """What rules of the batch read of a line, in one list; None is all of it."""
    kolommen = dict.fromkeys(VAN_BATCHREGELS)
    for regel in regels:
        if regel.leest_van_lijn is None:
            return None
        kolommen |= dict.fromkeys(regel.leest_van_lijn)
    return tuple(kolommen)
