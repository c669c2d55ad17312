"""Rules on one population, side by side or one by one: what came of each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from wlz_declaratie.kern.afwijkend import met_bron
from wlz_declaratie.kern.invoer import Voortgang
from wlz_declaratie.kern.onbruikbaar import hooguit_signaal
from wlz_declaratie.kern.parameters import Parameterfout
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import Regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import BEVINDING, GEEN_BEVINDING, Deels, Niet, Ruw, Uitkomst
from wlz_declaratie.kern.voorwaarden import Gegeven
from wlz_declaratie.kern.vreemd import Gespleten, gespleten, raakt, toets_gespleten

WEINIG = 50_000
"""Up to this many lines the plan of a rule is more work than its lines."""

DRADEN = 4
"""How many rules run side by side, for none of them keeps a processor busy all the time."""

GEEN = pl.DataFrame(schema=BEVINDING)
"""No finding."""
log = logging.getLogger(__name__)


def _draai(regel: Regel, pop: Populatie, weinig: bool) -> Ruw:
    try:
        uitkomsten = list(regel.toets(Van(pop, regel.parameters)))
        opmerkingen = tuple(u for u in uitkomsten if isinstance(u, Deels | Niet))
        if any(isinstance(opmerking, Niet) for opmerking in opmerkingen):
            return Ruw(GEEN, opmerkingen)
        bevindingen = _verzamel(uitkomsten, weinig)
        if vreemd := set(bevindingen["retourcode"].drop_nulls()) - set(regel.retourcodes):
            return Ruw(
                GEEN, fout=f"controleregel geeft een retourcode die zij niet noemt ({', '.join(sorted(vreemd))})"
            )
        bevindingen = met_bron(bevindingen, regel.parameters)
        if pop.weggelaten:
            bevindingen = hooguit_signaal(bevindingen, regel, pop)
        return Ruw(bevindingen, opmerkingen, niets=not uitkomsten)
    except Parameterfout as fout:
        return Ruw(GEEN, fout=str(fout))
    except (Exception, pl.exceptions.PanicException) as fout:
        # One rule that crashes must not take the others along. Polars texts may quote values: only the kind is told.
        log.debug("controleregel %s liep vast", regel.id, exc_info=True)
        return Ruw(GEEN, fout=f"controleregel liep vast ({type(fout).__name__})")


def draaier(pop: Populatie, gegeven: Gegeven, *, weinig: bool) -> Callable[[Regel], Ruw]:
    """Runs a rule on this population, or on its clients apart where the dossier is of somebody else."""
    apart: Gespleten | None = gespleten(pop)

    def draai(regel: Regel) -> Ruw:
        if apart is None or not raakt(regel, apart):
            return _draai(regel, pop, weinig)
        return toets_gespleten(regel, apart, gegeven, lambda deel: _draai(regel, deel, weinig))

    return draai


def draai_alle(
    regels: Sequence[Regel], pop: Populatie, gegeven: Gegeven, omvang: int, voortgang: Voortgang
) -> Iterator[tuple[Regel, Ruw]]:
    """Run the rules, DRADEN at a time; gives each with what came of it, in their order."""
    draai = draaier(pop, gegeven, weinig=omvang <= WEINIG)

    def draai_met_voortgang(nummer_en_regel: tuple[int, Regel]) -> Ruw:
        nummer, regel = nummer_en_regel
        voortgang(regel.id, nummer, len(regels))
        return draai(regel)

    with ThreadPoolExecutor(DRADEN) as draden:
        uitkomsten = draden.map(draai_met_voortgang, enumerate(regels, start=1))
        yield from zip(regels, uitkomsten, strict=True)


def _verzamel(uitkomsten: Sequence[Uitkomst], weinig: bool) -> pl.DataFrame:
    """One finding per line: the heaviest, of equal ones the first named.

    Of few lines (``weinig``) all tests are computed in one plan, for there the plan is the work; of many one by one.
    """
    frames = [
        uitkomst.with_columns(toets=pl.lit(nummer))
        for nummer, uitkomst in enumerate(u for u in uitkomsten if isinstance(u, pl.LazyFrame))
        if uitkomst is not GEEN_BEVINDING
    ]
    if not frames:
        return GEEN
    alles = pl.concat(frames).collect() if weinig else pl.concat([frame.collect() for frame in frames])
    if alles.is_empty():
        return GEEN
    op_regel = (
        alles.filter(pl.col("rij").is_not_null())
        .sort("rij", "ernst", "toets")
        .unique("rij", keep="first", maintain_order=True)
    )
    return (
        pl.concat([op_regel, alles.filter(pl.col("rij").is_null())]).select(BEVINDING.keys()).cast(pl.Schema(BEVINDING))
    )
