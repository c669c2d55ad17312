"""Overlapping packages, deeltijdverblijf and running days against sets of days, line by line."""

from __future__ import annotations

import calendar
import math
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from gevallen import bevindingen, controleer_geval
from grondig import keren
from wlz_declaratie.basis.dagen import buiten, cumulatieve_dagen

EERSTE_DAG = date(2026, 2, 10)
BSNS = ["999900006", "999900018"]
DEELTIJD, VERBLIJF = 8, 4

lijn = st.fixed_dictionaries(
    {
        "bsn": st.sampled_from(BSNS),
        "uitvoerder": st.sampled_from(["06290101", "06290102"]),
        "prestatiecode": st.sampled_from(["Z041", "V041", "H126"]),
        "begin": st.integers(0, 40),
        "duur": st.sampled_from([0, 0, 1, 2, 5, 12, 40]),
    }
)
toewijzing = st.fixed_dictionaries(
    {
        "bsn": st.sampled_from(BSNS),
        "leveringsvorm": st.sampled_from([DEELTIJD, DEELTIJD, VERBLIJF]),
        "begin": st.integers(-5, 50),
        "duur": st.sampled_from([0, 3, 10, 30, None]),
        "etmalen": st.sampled_from([0.5, 1.0, 2.5, 3.5]),
    }
)


def met_datums(rij: dict[str, Any], van: str = "begindatum", tot: str = "einddatum") -> dict[str, Any]:
    rest = {k: v for k, v in rij.items() if k not in ("begin", "duur")}
    begin = EERSTE_DAG + timedelta(days=rij["begin"])
    return rest | {van: begin, tot: None if rij["duur"] is None else begin + timedelta(days=rij["duur"])}


def dagen(van: date, tot: date | None) -> set[date]:
    return {van + timedelta(days=n) for n in range(((tot or date(2027, 1, 1)) - van).days + 1)}


def deeltijddagen(toewijzingen: list[dict[str, Any]], bsn: str) -> set[date]:
    eigen = [t for t in toewijzingen if t["bsn"] == bsn and t["leveringsvorm"] == DEELTIJD]
    return set().union(*(dagen(t["ingangsdatum"], t["einddatum"]) for t in eigen))


def pakketten_op_volgorde(
    historie: list[dict[str, Any]], regels: list[dict[str, Any]]
) -> list[tuple[int | None, dict[str, Any], set[date]]]:
    """Package lines in the order of the catalogue: line number in the batch (history: None), line, days."""
    geordend = []
    for batch, lijnen in ((False, historie), (True, regels)):
        genummerd = sorted(enumerate(lijnen, 1), key=lambda r: (r[1]["begindatum"], r[1]["einddatum"], r[0]))
        geordend += [(nr if batch else None, r, dagen(r["begindatum"], r["einddatum"])) for nr, r in genummerd]
    return [rij for rij in geordend if rij[1]["prestatiecode"] != "H126"]


def gevonden(regel_id: str, historie: list[Any], regels: list[Any], toewijzingen: list[Any]) -> dict[int, Any]:
    geval = {"historie": historie, "regels": regels, "dossier": {"toewijzingen": toewijzingen}}
    uitslag = controleer_geval([regel_id], geval)
    assert uitslag.regels[0].status == "uitgevoerd", uitslag.regels[0].reden
    return {b["regel"]: b for b in bevindingen(uitslag)}


def is_verhuizing(een: dict[str, Any], ander: dict[str, Any], gedeeld: set[date]) -> bool:
    op_de_grens = een["einddatum"] == ander["begindatum"] or ander["einddatum"] == een["begindatum"]
    return len(gedeeld) == 1 and een["uitvoerder"] != ander["uitvoerder"] and op_de_grens


@given(st.lists(lijn, max_size=6), st.lists(lijn, min_size=1, max_size=9), st.lists(toewijzing, max_size=3))
def test_overlappende_pakketten(historie: list[Any], regels: list[Any], toewijzingen: list[Any]) -> None:
    historie, regels = [met_datums(r) for r in historie], [met_datums(r) for r in regels]
    toewijzingen = [met_datums(t, "ingangsdatum") for t in toewijzingen]
    op_volgorde = pakketten_op_volgorde(historie, regels)
    verwacht: dict[int, str] = {}
    for plaats, (nummer, later, van_later) in enumerate(op_volgorde):
        for _, eerder, van_eerder in op_volgorde[:plaats]:
            gedeeld = van_eerder & van_later
            vrij = deeltijddagen(toewijzingen, later["bsn"])
            if nummer is None or eerder["bsn"] != later["bsn"] or not gedeeld - vrij:
                continue
            if not is_verhuizing(eerder, later, gedeeld):
                verwacht[nummer] = "afkeur"
            verwacht.setdefault(nummer, "signaal")
    uitkomst = gevonden("VRB-01", historie, regels, toewijzingen)
    assert {nummer: b["ernst"] for nummer, b in uitkomst.items()} == verwacht
    assert all(b["gegevens"]["gedeelde_dagen"] >= 1 for b in uitkomst.values())


@given(st.lists(lijn, max_size=4), st.lists(lijn, min_size=1, max_size=8), st.lists(toewijzing, max_size=3))
def test_deeltijdverblijf(historie: list[Any], regels: list[Any], toewijzingen: list[Any]) -> None:
    historie, regels = [met_datums(r) for r in historie], [met_datums(r) for r in regels]
    toewijzingen = [met_datums(t, "ingangsdatum") for t in toewijzingen]
    verwacht = set()
    for rij in toewijzingen:
        eronder = deeltijddagen([rij], rij["bsn"])
        geteld: dict[tuple[int, int], set[date]] = defaultdict(set)
        for nummer, pakket, van_pakket in pakketten_op_volgorde(historie, regels):
            for dag in van_pakket & eronder if pakket["bsn"] == rij["bsn"] else ():
                maand = (dag.year, dag.month)
                ervoor = len(geteld[maand])
                geteld[maand].add(dag)
                lengte = calendar.monthrange(*maand)[1]
                grens = math.ceil(Fraction(rij["etmalen"]) * lengte / 7) + 1
                if nummer and ervoor <= grens < len(geteld[maand]):
                    verwacht.add(nummer)
    assert set(gevonden("VRB-07", historie, regels, toewijzingen)) == verwacht


interval = st.tuples(st.integers(1, 2), st.integers(0, 30), st.integers(0, 8), st.booleans())


def frame(rijen: list[tuple[int, int, int, bool]]) -> pl.LazyFrame:
    kolommen = [[bsn, begin, begin + duur, batch] for bsn, begin, duur, batch in rijen]
    schema = {"bsn": pl.Int32, "begin": pl.Int32, "eind": pl.Int32, "batch": pl.Boolean}
    geordend = pl.DataFrame(kolommen, schema=schema, orient="row").sort("bsn", "batch", "begin", "eind")
    return geordend.with_row_index("volgorde").lazy()


@given(st.lists(interval, max_size=10))
@settings(max_examples=keren(50, 2000))
def test_cumulatieve_dagen(rijen: list[tuple[int, int, int, bool]]) -> None:
    geteld: dict[int, set[int]] = defaultdict(set)
    for rij in cumulatieve_dagen(frame(rijen), ["bsn"]).sort("volgorde").collect().to_dicts():
        geteld[rij["bsn"]].update(range(rij["begin"], rij["eind"] + 1))
        assert rij["cumulatief"] == len(geteld[rij["bsn"]])


@given(st.lists(interval, max_size=6), st.lists(interval, max_size=6))
@settings(max_examples=keren(50, 2000))
def test_buiten(rijen: list[tuple[int, int, int, bool]], weg: list[tuple[int, int, int, bool]]) -> None:
    delen = buiten(frame(rijen), frame(weg), "bsn").sort("volgorde", "begin").collect()
    for lijn_ in frame(rijen).collect().to_dicts():
        eruit = {d for bsn, begin, duur, _ in weg if bsn == lijn_["bsn"] for d in range(begin, begin + duur + 1)}
        over = [d for d in range(lijn_["begin"], lijn_["eind"] + 1) if d not in eruit]
        eigen = delen.filter(pl.col("volgorde") == lijn_["volgorde"])
        gevonden_dagen = [d for rij in eigen.to_dicts() for d in range(rij["begin"], rij["eind"] + 1)]
        assert gevonden_dagen == over
        aantal = sum(d - 1 not in over for d in over)
        assert eigen.height == aantal, "aaneengesloten dagen zijn één deel"
