"""Rules one after another, over the whole population or, when that is big, over its clients part by part.

Rules of one line or one client may run part by part, since a part holds whole clients; rules of the batch see all.
Findings are the same whatever the number of parts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from wlz_declaratie.basis import geheugen
from wlz_declaratie.basis.tekst import getal
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.kern.onbruikbaar import hooguit_signaal
from wlz_declaratie.kern.parameters import Parameterfout
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import Regel
from wlz_declaratie.kern.slank import eigen_nummers, slanke_regels, sleutel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import BEVINDING, Deels, Niet, Uitkomst
from wlz_declaratie.kern.voorwaarden import Gegeven, ontbreekt, ontbreekt_deels

Status = Literal["uitgevoerd", "deels uitgevoerd", "niet uitgevoerd", "fout"]
Voortgang = Callable[[str, int, int], None]
"""Called before each step with its name, its number and the number of steps."""

SAMEN = 50_000
"""Up to this many lines rules run side by side; above it each rule keeps all processors busy by itself."""

DRADEN = 3
"""How many rules run side by side."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Toetsing:
    """How one rule went, and what it found (schema BEVINDING)."""

    regel: Regel
    status: Status
    reden: str | None
    bevindingen: pl.DataFrame


@dataclass(frozen=True)
class Invoer:
    """What is to be checked, all lines of batch and history (``populatie.lijnen_van``), and against what."""

    lijnen: pl.LazyFrame
    omvang: int
    dossier: Mapping[str, pl.LazyFrame]
    codes: Codes
    peildatum: date
    met_historie: bool
    bestanden: tuple[Batchbestand, ...]
    aanwezig: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Columns that the dossier tables really have, where that is known."""
    weggelaten: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    """Rows of the dossier that could not be used, by table: see `kern.onbruikbaar`."""

    @property
    def aantal_batch(self) -> int:
        """Lines of the batch, without the history."""
        return sum(bestand.aantal for bestand in self.bestanden)

    @property
    def gegeven(self) -> Gegeven:
        """What of the needs of a rule there is."""
        kolommen = tuple(bestand.kolommen for bestand in self.bestanden)
        return Gegeven(frozenset(self.dossier), self.aanwezig, kolommen)

    def populatie(self, slank: pl.LazyFrame, lijnen: pl.LazyFrame) -> Populatie:
        """What rules read, of the prepared lines ``slank`` and the whole ones ``lijnen``."""
        tegen = self.dossier, self.codes, self.peildatum, self.met_historie, self.bestanden, self.weggelaten
        return Populatie(slank, lijnen, *tegen)

    def van_clienten(self, lijnen: pl.LazyFrame) -> Invoer:
        """The same with only the dossier rows of the clients of ``lijnen``."""
        clienten = lijnen.select(sleutel("bsn", 9)).unique().collect().lazy()
        dossier = {
            naam: tabel.join(clienten, on="bsn", how="semi").collect().lazy()
            if "bsn" in tabel.collect_schema().names()
            else tabel
            for naam, tabel in self.dossier.items()
        }
        return replace(self, dossier=dossier)


def motor(omvang: int) -> pl.Config:
    """The engine of Polars for a frame of so many lines.

    In memory is faster and, up to MEESTE_LIJNEN lines, no larger; above that, streaming keeps the memory within bounds.
    """
    return pl.Config(set_engine_affinity="in-memory" if omvang <= geheugen.MEESTE_LIJNEN else "streaming")


def toets(invoer: Invoer, regels: Collection[Regel], werkmap: Path, voortgang: Voortgang) -> list[Toetsing]:
    """Run the rules. ``werkmap`` takes the parts of a population of more than MEESTE_LIJNEN lines."""
    per_regel: dict[str, list[_Ruw]] = {regel.id: [] for regel in regels}
    kunnen = [regel for regel in regels if not regel.gebrek and not ontbreekt(regel, invoer.gegeven)]
    for pop, bereiken in _populaties(invoer, werkmap):
        gekozen = [regel for regel in kunnen if regel.bereik in bereiken]
        with motor(invoer.omvang if bereiken == ("batch",) else 0):
            for regel, ruw in zip(gekozen, _draai_alle(gekozen, pop, invoer.omvang, voortgang), strict=True):
                per_regel[regel.id].append(ruw)
    return [_toetsing(regel, per_regel[regel.id], invoer) for regel in regels]


def _populaties(invoer: Invoer, werkmap: Path) -> Iterator[tuple[Populatie, Collection[str]]]:
    """Populations with the reach of the rules that may run on each."""
    nummers = eigen_nummers(invoer.lijnen)
    gegeven = invoer.codes, invoer.aantal_batch, nummers
    if invoer.omvang <= geheugen.MEESTE_LIJNEN:
        slank = slanke_regels(invoer.lijnen, invoer.dossier, *gegeven)
        yield invoer.populatie(slank.lazy(), invoer.lijnen), ("regel", "client", "batch")
        return
    eerste = 0
    slanke_delen = []
    for nummer, deel in enumerate(_delen(invoer, werkmap)):
        van_deel = invoer.van_clienten(deel)
        slank = slanke_regels(deel, van_deel.dossier, *gegeven, eerste)
        eerste += slank.height
        yield van_deel.populatie(slank.lazy(), deel), ("regel", "client")
        slanke_delen.append(werkmap / f"slank-{nummer}.parquet")
        slank.write_parquet(slanke_delen[-1], compression="lz4")
        del slank
    yield invoer.populatie(pl.scan_parquet(slanke_delen), invoer.lijnen), ("batch",)


def _delen(invoer: Invoer, werkmap: Path) -> Iterator[pl.LazyFrame]:
    """The lines cut by a hash of bsn, each part with whole clients, written once."""
    aantal = -(-invoer.omvang // geheugen.MEESTE_LIJNEN)
    map_ = werkmap / "delen"
    nummer = pl.col("bsn").fill_null("").hash() % aantal
    invoer.lijnen.with_columns(deel=nummer).sink_parquet(
        pl.PartitionBy(map_, key="deel", include_key=False), compression="lz4", mkdir=True
    )
    for deel in sorted(map_.iterdir()):
        yield pl.scan_parquet(deel / "*.parquet")


@dataclass(frozen=True)
class _Ruw:
    """What one rule gave on one population: findings and remarks, or neither when it crashed."""

    bevindingen: pl.DataFrame
    opmerkingen: tuple[Deels | Niet, ...] = ()
    fout: str | None = None
    niets: bool = False
    """It came to no test and no remark: there was nothing for it here."""


def _draai(regel: Regel, pop: Populatie, weinig: bool) -> _Ruw:
    leeg = pl.DataFrame(schema=BEVINDING)
    try:
        uitkomsten = list(regel.toets(Van(pop, regel.parameters)))
        opmerkingen = tuple(u for u in uitkomsten if isinstance(u, Deels | Niet))
        if any(isinstance(opmerking, Niet) for opmerking in opmerkingen):
            return _Ruw(leeg, opmerkingen)
        bevindingen = _verzamel(uitkomsten, weinig)
        if vreemd := set(bevindingen["retourcode"].drop_nulls()) - set(regel.retourcodes):
            return _Ruw(leeg, fout=f"regel geeft een retourcode die zij niet noemt ({', '.join(sorted(vreemd))})")
        if pop.weggelaten:
            bevindingen = hooguit_signaal(bevindingen, regel, pop)
        return _Ruw(bevindingen, opmerkingen, niets=not uitkomsten)
    except Parameterfout as fout:
        return _Ruw(leeg, fout=str(fout))
    except (Exception, pl.exceptions.PanicException) as fout:
        # One rule that crashes must not take the others along. Polars texts may quote values: only the kind is told.
        log.debug("regel %s liep vast", regel.id, exc_info=True)
        return _Ruw(leeg, fout=f"regel liep vast ({type(fout).__name__})")


def _draai_alle(regels: Sequence[Regel], pop: Populatie, omvang: int, voortgang: Voortgang) -> Iterator[_Ruw]:
    """Run the rules in their order; on few lines several at a time, for then most of the work is not in the lines."""

    def draai(nummer_en_regel: tuple[int, Regel]) -> _Ruw:
        nummer, regel = nummer_en_regel
        voortgang(regel.id, nummer, len(regels))
        return _draai(regel, pop, omvang <= SAMEN)

    genummerd = enumerate(regels, start=1)
    if omvang > SAMEN:
        yield from map(draai, genummerd)
        return
    with ThreadPoolExecutor(DRADEN) as draden:
        yield from draden.map(draai, genummerd)


def _verzamel(uitkomsten: Sequence[Uitkomst], weinig: bool) -> pl.DataFrame:
    """One finding per line: the heaviest, of equal ones the first named.

    Of few lines (``weinig``) all tests are computed in one plan, for there the plan is the work; of many one by one.
    """
    frames = [
        uitkomst.with_columns(toets=pl.lit(nummer))
        for nummer, uitkomst in enumerate(u for u in uitkomsten if isinstance(u, pl.LazyFrame))
    ]
    if not frames:
        return pl.DataFrame(schema=BEVINDING)
    alles = pl.concat(frames).collect() if weinig else pl.concat([frame.collect() for frame in frames])
    if alles.is_empty():
        return pl.DataFrame(schema=BEVINDING)
    op_regel = (
        alles.filter(pl.col("rij").is_not_null())
        .sort("rij", "ernst", "toets")
        .unique("rij", keep="first", maintain_order=True)
    )
    return (
        pl.concat([op_regel, alles.filter(pl.col("rij").is_null())]).select(BEVINDING.keys()).cast(pl.Schema(BEVINDING))
    )


def _toetsing(regel: Regel, ruw: Sequence[_Ruw], invoer: Invoer) -> Toetsing:
    """The outcome of a rule over all parts; it could not run when it could run on none of them."""
    bevindingen = pl.concat([deel.bevindingen for deel in ruw]) if ruw else pl.DataFrame(schema=BEVINDING)
    if regel.gebrek:
        return Toetsing(regel, "fout", regel.gebrek, bevindingen)
    if weg := ontbreekt(regel, invoer.gegeven):
        return Toetsing(regel, "niet uitgevoerd", "; ".join(weg), bevindingen)
    if fouten := [deel.fout for deel in ruw if deel.fout]:
        return Toetsing(regel, "fout", fouten[0], bevindingen)
    opmerkingen = [opmerking for deel in ruw for opmerking in deel.opmerkingen]
    met_iets = [deel for deel in ruw if not deel.niets] or ruw
    if all(any(isinstance(o, Niet) for o in deel.opmerkingen) for deel in met_iets):
        return Toetsing(regel, "niet uitgevoerd", "; ".join(_samengenomen(opmerkingen)), bevindingen)
    redenen = ontbreekt_deels(regel, invoer.gegeven) + _samengenomen(opmerkingen)
    return Toetsing(regel, "deels uitgevoerd" if redenen else "uitgevoerd", "; ".join(redenen) or None, bevindingen)


def _samengenomen(opmerkingen: Sequence[Deels | Niet]) -> list[str]:
    """Remarks of all parts, each reason once, with the lines of all parts together."""
    regels: dict[str, int] = {}
    for opmerking in opmerkingen:
        regels[opmerking.reden] = regels.get(opmerking.reden, 0) + opmerking.regels
    return [
        f"{getal(aantal)} {'regel' if aantal == 1 else 'regels'} {reden}" if aantal else reden
        for reden, aantal in regels.items()
    ]
