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
ZORGVORMEN = {"H126": "VRB-02", "H803": "VRB-02", "H117": "VRB-03"}
"""Care by the piece, and the rule that keeps it away from a package."""
BSNS = ["999900006", "999900018"]
DEELTIJD, VERBLIJF, PGB = 8, 4, 2

lijn = st.fixed_dictionaries(
    {
        "bsn": st.sampled_from(BSNS),
        "uitvoerder": st.sampled_from(["06290101", "06290102"]),
        "prestatiecode": st.sampled_from(["Z041", "Z041", "O001", "V041", "V041", *ZORGVORMEN]),
        "aantal": st.sampled_from([None, 0, 2, 5, 31]),
        "begin": st.integers(0, 40),
        "duur": st.sampled_from([0, 0, 1, 2, 5, 12, 40]),
    }
)
toewijzing = st.fixed_dictionaries(
    {
        "bsn": st.sampled_from(BSNS),
        "leveringsvorm": st.sampled_from([DEELTIJD, DEELTIJD, VERBLIJF, PGB]),
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


def toegewezen(toewijzingen: list[dict[str, Any]], bsn: str, vorm: int = DEELTIJD) -> set[date]:
    eigen = [t for t in toewijzingen if t["bsn"] == bsn and t["leveringsvorm"] == vorm]
    return set().union(*(dagen(t["ingangsdatum"], t["einddatum"]) for t in eigen))


def is_verblijf(regel: dict[str, Any]) -> bool:
    return regel["prestatiecode"] in ("Z041", "O001")


def pakketten_op_volgorde(
    historie: list[dict[str, Any]], regels: list[dict[str, Any]]
) -> list[tuple[int | None, dict[str, Any], set[date]]]:
    """Package lines in the order of the catalogue: line number in the batch (history: None), line, days."""
    geordend = []
    for batch, lijnen in ((False, historie), (True, regels)):
        genummerd = sorted(enumerate(lijnen, 1), key=lambda r: (r[1]["begindatum"], r[1]["einddatum"], r[0]))
        geordend += [(nr if batch else None, r, dagen(r["begindatum"], r["einddatum"])) for nr, r in genummerd]
    return [rij for rij in geordend if rij[1]["prestatiecode"] not in ZORGVORMEN]


def gevonden(regel_id: str, historie: list[Any], regels: list[Any], toewijzingen: list[Any]) -> dict[int, Any]:
    tabellen = {"toewijzingen": toewijzingen, "pgb": []}
    geval = {"historie": historie, "regels": regels, "dossier": tabellen}
    uitslag = controleer_geval([regel_id], geval, {"leveringsvorm": None})
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
            samen = is_verblijf(eerder) != is_verblijf(later)
            vrij = toegewezen(toewijzingen, later["bsn"]) if samen else set()
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
    for bsn in BSNS:
        geteld: dict[tuple[float, int, int], int] = defaultdict(int)
        gehad: set[date] = set()
        for nummer, regel, van_regel in pakketten_op_volgorde(historie, regels):
            if regel["bsn"] != bsn or not is_verblijf(regel):
                continue
            erbij: dict[tuple[float, int, int], int] = defaultdict(int)
            for dag in van_regel - gehad:
                gelden = [t["etmalen"] for t in toewijzingen if dag in toegewezen([t], bsn)]
                if gelden:
                    erbij[max(gelden), dag.year, dag.month] += 1
            gehad |= van_regel
            een_maand = len({(dag.year, dag.month) for dag in van_regel}) == 1
            for maand, aantal in erbij.items():
                telt = min(aantal, regel["aantal"]) if een_maand and regel["aantal"] is not None else aantal
                ervoor = geteld[maand]
                geteld[maand] += telt
                lengte = calendar.monthrange(*maand[1:])[1]
                grens = math.ceil(Fraction(maand[0]) * lengte / 7) + 1
                if nummer and ervoor <= grens < geteld[maand]:
                    verwacht.add(nummer)
    assert set(gevonden("VRB-07", historie, regels, toewijzingen)) == verwacht


def binnen_reeksen(alle: set[date]) -> set[date]:
    """Without the first and last day of each run."""
    dag = timedelta(days=1)
    return {d for d in alle if d - dag in alle and d + dag in alle}


@given(st.lists(lijn, max_size=5), st.lists(lijn, min_size=1, max_size=9), st.lists(toewijzing, max_size=3))
def test_zorg_per_stuk_naast_een_pakket(historie: list[Any], regels: list[Any], toewijzingen: list[Any]) -> None:
    """VRB-02 and VRB-03: which package days count, beside which lines, and on which line the finding falls."""
    historie, regels = [met_datums(r) for r in historie], [met_datums(r) for r in regels]
    toewijzingen = [met_datums(t, "ingangsdatum") for t in toewijzingen]
    for regel_id in ("VRB-02", "VRB-03"):
        pakketten = pakketten_op_volgorde(historie, regels)
        verwacht: dict[int, str] = {}
        tellend: dict[str, list[tuple[int | None, set[date]]]] = {bsn: [] for bsn in BSNS}
        for bsn in BSNS:
            alle = set().union(*(van_pakket for _, p, van_pakket in pakketten if p["bsn"] == bsn))
            mogen = binnen_reeksen(alle) if regel_id == "VRB-02" else alle
            for nummer, pakket, van_pakket in pakketten:
                if pakket["bsn"] == bsn:
                    vrij = toegewezen(toewijzingen, bsn) if is_verblijf(pakket) else set()
                    tellend[bsn].append((nummer, (van_pakket & mogen) - vrij))
        for batch, lijnen in ((False, historie), (True, regels)):
            for nummer, zorg in enumerate(lijnen, 1):
                if ZORGVORMEN.get(zorg["prestatiecode"]) != regel_id:
                    continue
                eigen = dagen(zorg["begindatum"], zorg["einddatum"])
                raak = [(nr, d) for nr, d in tellend[zorg["bsn"]] if d & eigen]
                if batch and raak:
                    alles = eigen <= set().union(*(d for _, d in raak))
                    verwacht[nummer] = "afkeur" if alles and zorg["prestatiecode"] != "H803" else "signaal"
                if not batch:
                    verwacht |= {nr: "signaal" for nr, _ in raak if nr}
        uitkomst = gevonden(regel_id, historie, regels, toewijzingen)
        assert {nummer: b["ernst"] for nummer, b in uitkomst.items()} == verwacht


@given(st.lists(lijn, min_size=1, max_size=9), st.lists(toewijzing, max_size=4))
def test_pakket_naast_pgb(regels: list[Any], toewijzingen: list[Any]) -> None:
    regels, toewijzingen = [met_datums(r) for r in regels], [met_datums(t, "ingangsdatum") for t in toewijzingen]
    verwacht = {}
    for nummer, pakket, van_pakket in pakketten_op_volgorde([], regels):
        vrij = toegewezen(toewijzingen, pakket["bsn"]) if is_verblijf(pakket) else set()
        if raak := (van_pakket & toegewezen(toewijzingen, pakket["bsn"], PGB)) - vrij:
            verwacht[nummer] = len(raak)
    uitkomst = gevonden("VRB-09", [], regels, toewijzingen)
    assert {nummer: b["gegevens"]["pgbdagen"] for nummer, b in uitkomst.items()} == verwacht


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
