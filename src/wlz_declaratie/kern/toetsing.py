"""Rules over the whole population or, when that is big, over its clients part by part.

Rules of one line or one client may run part by part, since a part holds whole clients; rules of the batch see all.
Findings are the same whatever the number of parts, and whoever checks them (``Verdeler``).
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
from wlz_declaratie.basis.verdeeld import Verdeeld
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.kern.afwijkend import eenmaal, met_bron
from wlz_declaratie.kern.delen import Deel, verdeel
from wlz_declaratie.kern.onbruikbaar import hooguit_signaal
from wlz_declaratie.kern.parameters import Parameterfout
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import Regel
from wlz_declaratie.kern.slank import eigen_nummers, kale_lijnen, slanke_regels, wie
from wlz_declaratie.kern.spoor import Spoor
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import BEVINDING, Deels, Niet, Ruw, Uitkomst
from wlz_declaratie.kern.voorwaarden import Gegeven, ontbreekt, ontbreekt_deels
from wlz_declaratie.kern.vreemd import Gespleten, Vreemd, bepaal, gespleten, raakt, toets_gespleten

Status = Literal["uitgevoerd", "deels uitgevoerd", "niet uitgevoerd", "fout"]
Voortgang = Callable[[str, int, int], None]
"""Called before each step with its name, its number and the number of steps."""

WEINIG = 50_000
"""Up to this many lines the plan of a rule is more work than its lines."""

DRADEN = 4
"""How many rules run side by side, for none of them keeps a processor busy all the time."""

DELEN_SAMEN = 2
"""How many parts are checked side by side."""

VAN_BATCHREGELS = (
    *("rij", "batch", "bestandnr", "regelnummer", "volgorde", "mee"),
    *("bsn", "uitvoerder", "begin", "eind", "prestatiecode", "soort"),
)
"""Columns that every rule of the batch has; what else it reads, it names (`Regel.leest_van_lijn`)."""

_GEEN = pl.DataFrame(schema=BEVINDING)
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
    """What is to be checked, all lines of batch and history (``slank.lijnen_van``), and against what."""

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
    spoor: Spoor | None = None
    """Who follows lines through the rules."""
    vreemd: Vreemd | None = None
    """What of its clients the dossier does not know, once that is decided."""
    wiens_bekend: bool = False
    """It is decided, or whoever checks says that the dossier is whole."""
    bronnen: tuple[Batchbestand, ...] = ()
    """Batch and history, if ``lijnen`` are their lines."""
    dossier_verdeeld: Mapping[str, Verdeeld] = field(default_factory=dict)
    """Tables of ``dossier`` that lie in parts."""

    @property
    def aantal_batch(self) -> int:
        """Lines of the batch, without the history."""
        return sum(bestand.aantal for bestand in self.bestanden)

    @property
    def gegeven(self) -> Gegeven:
        """What of the needs of a rule there is."""
        kolommen = tuple(bestand.kolommen for bestand in self.bestanden)
        return Gegeven(frozenset(self.dossier), self.aanwezig, kolommen, [bestand.soort for bestand in self.bestanden])

    def populatie(self, slank: pl.LazyFrame, lijnen: pl.LazyFrame) -> Populatie:
        """What rules read, of the prepared lines ``slank`` and the whole ones ``lijnen``."""
        tegen = self.dossier, self.codes, self.peildatum, self.met_historie, self.bestanden, self.weggelaten, self.spoor
        return Populatie(slank, lijnen, *tegen, self.vreemd)

    def met_vreemd(self, lijnen: pl.LazyFrame) -> Invoer:
        """Decided, by these lines (bsn as a number; batch), whether the dossier is of somebody else."""
        if self.wiens_bekend:
            return self
        return replace(self, vreemd=bepaal(lijnen, self.dossier, self.weggelaten), wiens_bekend=True)


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


def motor(omvang: int) -> pl.Config:
    """The engine of Polars for a frame of so many lines.

    In memory is faster and, up to MEESTE_LIJNEN lines, no larger; above that, streaming keeps the memory within bounds.
    """
    return pl.Config(set_engine_affinity="in-memory" if omvang <= geheugen.MEESTE_LIJNEN else "streaming")


Verdeler = Callable[[Callable[[Deeltaak], list[Ruw]], Sequence[Deeltaak]], Iterator[tuple[int, list[Ruw]]]]
"""Has tasks done, wherever, and gives what came of each as it is done, with its place among the tasks."""


def naast_elkaar(doe: Callable[[Deeltaak], list[Ruw]], taken: Sequence[Deeltaak]) -> Iterator[tuple[int, list[Ruw]]]:
    """Do the tasks here, DELEN_SAMEN at a time."""
    with ThreadPoolExecutor(DELEN_SAMEN) as draden:
        yield from enumerate(draden.map(doe, taken))


@dataclass(frozen=True)
class Verdeling:
    """Into how many parts a population is cut, however small it is, and who checks them.

    What is read for it may lie in as many parts already. They are more where MEESTE_LIJNEN asks for it.
    """

    delen: int
    verdeler: Verdeler = naast_elkaar


def toets(
    invoer: Invoer,
    regels: Collection[Regel],
    werkmap: Path,
    voortgang: Voortgang,
    verdeling: Verdeling | None = None,
) -> list[Toetsing]:
    """Run the rules. A population of more than MEESTE_LIJNEN lines is cut into parts in ``werkmap``.

    With a ``verdeling`` any population is.
    """
    kunnen = [vak for regel in regels if _kan(regel, invoer) for vak in regel.tijdvakken]
    if invoer.omvang <= geheugen.MEESTE_LIJNEN and not verdeling:
        voortgang("declaratieregels voorbereiden", 0, 0)
        lijnen = kale_lijnen(invoer.lijnen, invoer.aantal_batch).collect().lazy()
        slank = slanke_regels(lijnen, invoer.dossier, invoer.codes, eigen_nummers(lijnen))
        del lijnen
        invoer = invoer.met_vreemd(slank.lazy())
        pop = invoer.populatie(slank.lazy(), invoer.lijnen)
        uitkomsten = _draai_alle(kunnen, pop, invoer.gegeven, invoer.omvang, voortgang)
        per_regel: dict[str, list[Ruw]] = {regel.id: [] for regel in kunnen}
        for regel, ruw in zip(kunnen, uitkomsten, strict=True):
            per_regel[regel.id].append(ruw)
    else:
        verdeling = verdeling or Verdeling(1)
        if invoer.omvang > verdeling.delen * geheugen.MEESTE_LIJNEN * geheugen.VERGIST:
            verdeling = replace(verdeling, delen=geheugen.delen(invoer.omvang))
        per_regel = _in_delen(invoer, kunnen, werkmap / "delen", voortgang, verdeling)
    return [_toetsing(regel, per_regel.get(regel.id, []), invoer) for regel in regels]


def _kan(regel: Regel, invoer: Invoer) -> bool:
    return not regel.gebrek and not ontbreekt(regel, invoer.gegeven)


def _in_delen(
    invoer: Invoer, regels: Sequence[Regel], map_: Path, voortgang: Voortgang, verdeling: Verdeling
) -> dict[str, list[Ruw]]:
    """What came of each rule: those of a line or client part by part, then those of the batch."""
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
        Deeltaak(mee, deel, nummers, per_deel, map_ / f"batch-{deel.nummer}.parquet", _gelezen_van_lijn(van_batch))
        for deel in delen
    ]
    gedaan: dict[int, list[Ruw]] = {}
    with motor(0):
        for plaats, uitkomsten in verdeling.verdeler(toets_deel, taken):
            gedaan[plaats] = uitkomsten
            voortgang("delen getoetst", len(gedaan), len(taken))
    per_regel: dict[str, list[Ruw]] = {regel.id: [] for regel in regels}
    for plaats in range(len(taken)):
        for regel, ruw in zip(per_deel, gedaan[plaats], strict=True):
            per_regel[regel.id].append(ruw)
    pop = invoer.populatie(pl.scan_parquet([taak.doel for taak in taken]), invoer.lijnen)
    with motor(invoer.omvang):
        over_alles = _draai_alle(van_batch, pop, invoer.gegeven, invoer.omvang, voortgang)
        for regel, ruw in zip(van_batch, over_alles, strict=True):
            per_regel[regel.id].append(ruw)
    return per_regel


def toets_deel(taak: Deeltaak) -> list[Ruw]:
    """Run the rules of a line or client on a part; what the rules of the batch need of it goes to ``taak.doel``."""
    dossier = {naam: tabel.collect().lazy() for naam, tabel in taak.deel.dossier().items()}
    invoer = replace(taak.invoer, dossier=dossier)
    lijnen = kale_lijnen(taak.deel.lijnen(), invoer.aantal_batch).collect().lazy()
    slank = slanke_regels(lijnen, dossier, invoer.codes, taak.nummers, taak.deel.eerste)
    del lijnen
    pop = invoer.populatie(slank.lazy(), invoer.lijnen)
    draai = _draaier(pop, invoer.gegeven, weinig=False)
    uitkomsten = [draai(regel) for regel in taak.regels]
    slank.select(taak.kolommen or pl.all()).write_parquet(taak.doel, compression="lz4", statistics=False)
    return uitkomsten


def _gelezen_van_lijn(regels: Sequence[Regel]) -> Sequence[str] | None:
    """What rules of the batch read of a line, in one list; None is all of it."""
    kolommen = dict.fromkeys(VAN_BATCHREGELS)
    for regel in regels:
        if regel.leest_van_lijn is None:
            return None
        kolommen |= dict.fromkeys(regel.leest_van_lijn)
    return tuple(kolommen)


def _draai(regel: Regel, pop: Populatie, weinig: bool) -> Ruw:
    try:
        uitkomsten = list(regel.toets(Van(pop, regel.parameters)))
        opmerkingen = tuple(u for u in uitkomsten if isinstance(u, Deels | Niet))
        if any(isinstance(opmerking, Niet) for opmerking in opmerkingen):
            return Ruw(_GEEN, opmerkingen)
        bevindingen = _verzamel(uitkomsten, weinig)
        if vreemd := set(bevindingen["retourcode"].drop_nulls()) - set(regel.retourcodes):
            return Ruw(
                _GEEN, fout=f"controleregel geeft een retourcode die zij niet noemt ({', '.join(sorted(vreemd))})"
            )
        bevindingen = met_bron(bevindingen, regel.parameters)
        if pop.weggelaten:
            bevindingen = hooguit_signaal(bevindingen, regel, pop)
        return Ruw(bevindingen, opmerkingen, niets=not uitkomsten)
    except Parameterfout as fout:
        return Ruw(_GEEN, fout=str(fout))
    except (Exception, pl.exceptions.PanicException) as fout:
        # One rule that crashes must not take the others along. Polars texts may quote values: only the kind is told.
        log.debug("controleregel %s liep vast", regel.id, exc_info=True)
        return Ruw(_GEEN, fout=f"controleregel liep vast ({type(fout).__name__})")


def _draaier(pop: Populatie, gegeven: Gegeven, *, weinig: bool) -> Callable[[Regel], Ruw]:
    """Runs a rule on this population, or on its clients apart where the dossier is of somebody else."""
    apart: Gespleten | None = gespleten(pop)

    def draai(regel: Regel) -> Ruw:
        if apart is None or not raakt(regel):
            return _draai(regel, pop, weinig)
        return toets_gespleten(regel, apart, gegeven, lambda deel: _draai(regel, deel, weinig))

    return draai


def _draai_alle(
    regels: Sequence[Regel], pop: Populatie, gegeven: Gegeven, omvang: int, voortgang: Voortgang
) -> Iterator[Ruw]:
    """Run the rules, DRADEN at a time."""
    draai = _draaier(pop, gegeven, weinig=omvang <= WEINIG)

    def draai_met_voortgang(nummer_en_regel: tuple[int, Regel]) -> Ruw:
        nummer, regel = nummer_en_regel
        voortgang(regel.id, nummer, len(regels))
        return draai(regel)

    with ThreadPoolExecutor(DRADEN) as draden:
        yield from draden.map(draai_met_voortgang, enumerate(regels, start=1))


def _verzamel(uitkomsten: Sequence[Uitkomst], weinig: bool) -> pl.DataFrame:
    """One finding per line: the heaviest, of equal ones the first named.

    Of few lines (``weinig``) all tests are computed in one plan, for there the plan is the work; of many one by one.
    """
    frames = [
        uitkomst.with_columns(toets=pl.lit(nummer))
        for nummer, uitkomst in enumerate(u for u in uitkomsten if isinstance(u, pl.LazyFrame))
    ]
    if not frames:
        return _GEEN
    alles = pl.concat(frames).collect() if weinig else pl.concat([frame.collect() for frame in frames])
    if alles.is_empty():
        return _GEEN
    op_regel = (
        alles.filter(pl.col("rij").is_not_null())
        .sort("rij", "ernst", "toets")
        .unique("rij", keep="first", maintain_order=True)
    )
    return (
        pl.concat([op_regel, alles.filter(pl.col("rij").is_null())]).select(BEVINDING.keys()).cast(pl.Schema(BEVINDING))
    )


def _toetsing(regel: Regel, ruw: Sequence[Ruw], invoer: Invoer) -> Toetsing:
    """The outcome of a rule over all parts; it could not run when it could run on none of them."""
    bevindingen = pl.concat([deel.bevindingen for deel in ruw]) if ruw else _GEEN
    if len(regel.tijdvakken) > 1:
        bevindingen = eenmaal(bevindingen)
    if regel.gebrek:
        return Toetsing(regel, "fout", regel.gebrek, bevindingen)
    if weg := ontbreekt(regel, invoer.gegeven):
        return Toetsing(regel, "niet uitgevoerd", "; ".join(weg), bevindingen)
    if fouten := [deel.fout for deel in ruw if deel.fout]:
        return Toetsing(regel, "fout", fouten[0], bevindingen)
    opmerkingen = [opmerking for deel in ruw for opmerking in deel.opmerkingen]
    met_iets = [deel for deel in ruw if not deel.niets] or ruw
    if all(deel.kon_niet for deel in met_iets):
        return Toetsing(regel, "niet uitgevoerd", "; ".join(_samengenomen(opmerkingen)), bevindingen)
    redenen = ontbreekt_deels(regel, invoer.gegeven) + _samengenomen(opmerkingen)
    return Toetsing(regel, "deels uitgevoerd" if redenen else "uitgevoerd", "; ".join(redenen) or None, bevindingen)


def _samengenomen(opmerkingen: Sequence[Deels | Niet]) -> list[str]:
    """Remarks of all parts, each reason once and in an order of their own, with the lines of all parts together."""
    regels: dict[str, int] = {}
    for opmerking in opmerkingen:
        regels[opmerking.reden] = regels.get(opmerking.reden, 0) + opmerking.regels
    return [
        f"{getal(aantal)} {'declaratieregel' if aantal == 1 else 'declaratieregels'} {reden}" if aantal else reden
        for reden, aantal in sorted(regels.items())
    ]
