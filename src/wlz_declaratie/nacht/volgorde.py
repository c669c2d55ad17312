"""In which order the batches are done: the oldest period first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl

from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.contract.tabellen import DECLARATIE
from wlz_declaratie.inlezen import TABULAIR
from wlz_declaratie.inlezen.aw319.kop import zoek_kop
from wlz_declaratie.inlezen.koppen import Gevraagd
from wlz_declaratie.inlezen.openen import lees_ruw, lees_velden
from wlz_declaratie.nacht.inbox import Bestand
from wlz_declaratie.nacht.tafel import Tafel, kop

ORDENING = ("begindatum_periode", "begindatum", "declarant", "factuurnummer")
KOP = 2**16
"""Bytes of an AW319 in which its header must stand to count for the order."""

Probeer = Callable[[str], AbstractContextManager[bool]]
"""Around the reading of a file with this sha256; false when it must not be read."""


class Rang(NamedTuple):
    """The order of batches: by period; those without one last, by begindatum; then by invoice and name."""

    zonder_periode: bool
    dag: date
    declarant: str
    factuurnummer: str
    naam: str


def op_volgorde(
    bestanden: Iterable[Bestand], tafel: Tafel, probeer: Probeer, vertaald: Mapping[str, str] | None = None
) -> list[tuple[Bestand, date | None]]:
    """Oldest period first, each with that period's first day; None where that could not be told.

    ``vertaald`` as for `inlezen.koppen.Gevraagd`.
    """
    met_rang = sorted(
        ((_rang(bestand, tafel, probeer, vertaald or {}), bestand) for bestand in bestanden), key=lambda paar: paar[0]
    )
    return [(bestand, None if rang.dag == date.max else rang.dag) for rang, bestand in met_rang]


def _rang(bestand: Bestand, tafel: Tafel, probeer: Probeer, vertaald: Mapping[str, str]) -> Rang:
    """The place of a file; whatever is wrong with it, it comes last, where reading it tells what."""
    laatste = Rang(True, date.max, "", "", bestand.naam)
    try:
        with werkmap() as map_:
            if bestand.soort not in TABULAIR:
                return _rang_aw319(bestand, map_)
            kopie = tafel.neem(bestand)
            with probeer(kopie.sha256) as mag:
                return _rang_tabel(bestand, kopie.pad, map_, vertaald) if mag else laatste
    except (Exception, pl.exceptions.PanicException):
        return laatste
    finally:
        tafel.ruim_op_wat_te_veel_is(bestand)


def _rang_aw319(bestand: Bestand, map_: Path) -> Rang:
    """By the header alone."""
    begin = map_ / "kop"
    begin.write_bytes(kop(bestand, KOP))
    gevonden = zoek_kop(begin, begin.name)
    rubrieken = gevonden.indeling.rubrieken("01")
    velden = {naam: veld.van(gevonden.record).strip() for naam, veld in rubrieken.items()}
    try:
        dag = datetime.strptime(velden["begindatum_periode"], "%Y%m%d").date()
    except ValueError:
        return Rang(True, date.max, velden["declarant"], velden["factuurnummer"], bestand.naam)
    return Rang(False, dag, velden["declarant"], velden["factuurnummer"], bestand.naam)


def _rang_tabel(bestand: Bestand, pad: Path, map_: Path, vertaald: Mapping[str, str]) -> Rang:
    """By the least of four columns."""
    ruw = lees_ruw(pad, pad.name, map_, Gevraagd(ORDENING, (), vertaald=vertaald))
    kolommen = lees_velden(ruw, pad.name, {naam: DECLARATIE[naam] for naam in ORDENING})
    eerste = kolommen.select(pl.col(*ORDENING).min()).collect(engine="streaming").row(0, named=True)
    dag = eerste["begindatum_periode"] or eerste["begindatum"] or date.max
    return Rang(
        eerste["begindatum_periode"] is None, dag, eerste["declarant"] or "", eerste["factuurnummer"] or "",
        bestand.naam,
    )  # fmt: skip
