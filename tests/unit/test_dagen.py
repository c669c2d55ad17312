"""Look-ups of periods, against the same said plainly: many small random groups, some crowded, some keys empty."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest

from wlz_declaratie.basis import dagen
from wlz_declaratie.basis.tijdvakken import laatst_begonnen_per_tijdvak, tijdvakken

pytestmark = pytest.mark.om_de(3)

Rij = dict[str, Any]
TYPES = {"bsn": pl.Int32, "uitvoerder": pl.Int32, "begin": pl.Int32, "eind": pl.Int32, "nr": pl.UInt32}
BSNS = (None, -7, -1, 1, 2, 999_999_999)
UITVOERDERS = (None, 1, 2049, -3)
"""2049 and 1 share their last bits."""


def rijen(zaad: int, aantal: int, *, langste: int = 30) -> list[Rij]:
    kies = random.Random(zaad)
    gekozen = []
    for nr in range(aantal):
        begin = kies.choice((-719_162, -5, 0)) if kies.random() < 0.05 else kies.randint(1, 60)
        eind = kies.choice((begin + kies.randint(0, langste), 2_932_896))
        gekozen.append(
            {"bsn": kies.choice(BSNS), "uitvoerder": kies.choice(UITVOERDERS), "begin": begin, "eind": eind, "nr": nr}
        )
    return gekozen


def frame(van: Iterable[Rij]) -> pl.LazyFrame:
    return pl.LazyFrame(list(van), schema=TYPES)


def zelfde(lijn: Rij, rij: Rij, op: list[str]) -> bool:
    return all(lijn[k] is not None and lijn[k] == rij[k] for k in op)


@pytest.mark.parametrize("zaad", range(12))
@pytest.mark.parametrize("op", [["bsn"], ["bsn", "uitvoerder"]])
def test_laatst_begonnen(zaad: int, op: list[str]) -> None:
    lijnen, tabel = rijen(zaad, 80), rijen(zaad + 100, zaad * 10)
    uit = dagen.met_laatst_begonnen(
        frame(lijnen), frame(tabel).select(*op, van="begin", tot="eind", rij="nr"), op, "van"
    ).collect()
    assert set(uit.columns) == {*TYPES, "van", "tot", "rij"}
    assert uit.height == len(lijnen)
    for rij in uit.iter_rows(named=True):
        begonnen = [r for r in tabel if zelfde(rij, r, op) and r["begin"] <= rij["begin"]]
        laatste = max(begonnen, key=lambda r: (r["begin"], r["nr"]), default=None)
        gevonden = (rij["van"], rij["tot"], rij["rij"])
        assert gevonden == ((laatste["begin"], laatste["eind"], laatste["nr"]) if laatste else (None, None, None))


def test_laatst_begonnen_houdt_gelijke_namen_uit_elkaar() -> None:
    lijnen, tabel = frame([rijen(1, 1)[0] | {"bsn": 1, "begin": 5}]), frame([rijen(2, 1)[0] | {"bsn": 1, "begin": 4}])
    uit = dagen.met_laatst_begonnen(lijnen, tabel.select("bsn", "nr", "eind", van="begin"), ["bsn"], "van").collect()
    assert {"nr", "nr_right", "eind", "eind_right", "van"} <= set(uit.columns)
    assert uit["van"].to_list() == [4]


@pytest.mark.parametrize("zaad", range(12))
def test_kandidaat_is_van_de_plaats_of_zegt_niets(zaad: int) -> None:
    """Where bsn and uitvoerder are those of the line, it is the row begun last, unless another has the same bits."""
    lijnen, tabel = rijen(zaad, 80), rijen(zaad + 100, zaad * 10)
    uit = dagen.met_kandidaat(dagen.op_plaats(frame(lijnen)), frame(tabel)).collect()
    assert uit.height == len(lijnen)
    for rij in uit.iter_rows(named=True):
        if not (zelfde(rij, {k: rij[f"rij_{k}"] for k in ("bsn", "uitvoerder")}, ["bsn", "uitvoerder"])):
            continue
        begonnen = [r["begin"] for r in tabel if zelfde(rij, r, ["bsn", "uitvoerder"]) and r["begin"] <= rij["begin"]]
        assert rij["rij_begin"] == max(begonnen)


@pytest.mark.parametrize("zaad", range(12))
@pytest.mark.parametrize("op", [["bsn"], ["bsn", "uitvoerder"]])
def test_niet_gedekt(zaad: int, op: list[str]) -> None:
    lijnen = [lijn | {"eind": min(lijn["eind"], lijn["begin"] + 40)} for lijn in rijen(zaad, 60)]
    tabel = rijen(zaad + 100, zaad * 8, langste=8)
    uit = dagen.niet_gedekt(frame(lijnen), frame(tabel).select(*op, "begin", "eind"), op).collect()
    verwacht = {}
    for lijn in lijnen:
        rij = [r for r in tabel if zelfde(lijn, r, op)]
        buiten = [
            d for d in range(lijn["begin"], lijn["eind"] + 1) if not any(r["begin"] <= d <= r["eind"] for r in rij)
        ]
        if buiten:
            verwacht[lijn["nr"]] = (buiten[0], len(buiten))
    assert {r["nr"]: (r["eerste_dag_buiten"], r["dagen_buiten"]) for r in uit.iter_rows(named=True)} == verwacht
    assert set(uit.columns) == {*TYPES, "eerste_dag_buiten", "dagen_buiten"}


@pytest.mark.parametrize("op", [["uitvoerder"], ["bsn", "uitvoerder"]])
@pytest.mark.parametrize("zaad", range(8))
def test_binnen(zaad: int, op: list[str]) -> None:
    lijnen, dekking = (
        [r | {kolom: min(max(r[kolom], 0), 200) for kolom in ("begin", "eind")} for r in rijen(z, 40)]
        for z in (zaad, zaad + 500)
    )
    verwacht = set()
    for lijn in lijnen:
        if any(lijn[kolom] is None for kolom in op):
            continue
        per_dag = [r for r in dekking if zelfde(lijn, r, op)]
        dag = range(lijn["begin"], lijn["eind"] + 1)
        binnen = [d for d in dag if any(r["begin"] <= d <= r["eind"] for r in per_dag)]
        eerste = [d for d in binnen if d - 1 not in binnen]
        laatste = [d for d in binnen if d + 1 not in binnen]
        verwacht |= {(lijn["nr"], van, tot) for van, tot in zip(eerste, laatste, strict=True)}
    uit = dagen.binnen(frame(lijnen), frame(dekking).select(*op, "begin", "eind"), op).collect()
    assert verwacht
    assert set(uit.select("nr", "begin", "eind").rows()) == verwacht
    assert uit.height == len(verwacht)
    assert set(uit.columns) == set(TYPES)


@pytest.mark.parametrize("zaad", range(8))
def test_tijdvakken(zaad: int) -> None:
    tabel = [r | {"bsn": r["bsn"] or 3} for r in rijen(zaad, 40)]
    hoogste = tijdvakken(frame(tabel), ["bsn"], pl.max("nr"), pl.len().alias("aantal"))
    laatste = laatst_begonnen_per_tijdvak(frame(tabel), ["bsn"], "nr", "nr")
    for dag in range(-6, 95):
        vraag = pl.LazyFrame({"bsn": [1, 2, 3, -1], "begin": [dag] * 4}, schema={"bsn": pl.Int32, "begin": pl.Int32})
        per_bsn = dagen.met_laatst_begonnen(vraag, hoogste, ["bsn"], "vanaf").collect()
        met_laatste = dagen.met_laatst_begonnen(vraag, laatste, ["bsn"], "vanaf").collect()
        for uit, sleutel in ((per_bsn, lambda r: r["nr"]), (met_laatste, lambda r: (r["begin"], r["nr"]))):
            for rij in uit.iter_rows(named=True):
                lopend = [r for r in tabel if r["bsn"] == rij["bsn"] and r["begin"] <= dag <= r["eind"]]
                assert rij["nr"] == (max(lopend, key=sleutel)["nr"] if lopend else None)
                assert (rij.get("aantal", len(lopend)) or 0) == len(lopend)


def test_rijen_die_open_blijven_stapelen_zich_niet_op() -> None:
    open_rijen = [{"bsn": 1, "uitvoerder": 1, "begin": nr, "eind": 2_932_896, "nr": nr} for nr in range(20_000)]
    laatste = laatst_begonnen_per_tijdvak(frame(open_rijen), ["bsn"], "nr", "nr").collect()
    assert laatste.height == 20_001
    assert laatste.filter(pl.col("vanaf") == 700)["nr"].to_list() == [700]
