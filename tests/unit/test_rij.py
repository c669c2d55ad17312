"""The row of the dossier on which a finding rests: how it is told, and which one it is."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grondig import keren
from wlz_declaratie.basis.dagen import OPEN_EIND
from wlz_declaratie.contract.tabellen import HERKOMST, LEVERINGSVORMEN, TABELLEN
from wlz_declaratie.diensten.basislijn import _VERSCHUIFT
from wlz_declaratie.kern.begrippen import TOEGEWEZEN_VORM
from wlz_declaratie.kern.taal import rij, sjabloon

SCHEMA = {"zzpcode": pl.String, "leveringsvorm": pl.Int64, **HERKOMST}
PER = ["bsn", "uitvoerder"]


@pytest.mark.parametrize(
    ("zzpcode", "vorm", "herkomst", "regel", "tekst"),
    [
        ("754", 4, "AW33 van 12-01-2026", None, "toewijzing 754 verblijf, AW33 van 12-01-2026"),
        ("754", 5, "toewijzingen.csv", 12, "toewijzing 754 vpt, toewijzingen.csv regel 12"),
        ("754", 8, "Toewijzingen.XLSX", 3, "toewijzing 754 deeltijdverblijf, Toewijzingen.XLSX rij 3"),
        ("754", 9, None, None, "toewijzing 754 verkeerde bed"),
        ("754", 4, None, 2, "toewijzing 754 verblijf"),
        (None, 7, "AW33 zonder dagtekening", None, "toewijzing mpt, AW33 zonder dagtekening"),
        ("999900006", None, "pgb.csv", 2, "toewijzing, pgb.csv regel 2"),
        ("7\n5", 6, None, None, "toewijzing 7 5"),
    ],
)
def test_in_woorden(zzpcode: str | None, vorm: int | None, herkomst: str | None, regel: int | None, tekst: str) -> None:
    frame = pl.DataFrame([(zzpcode, vorm, herkomst, regel)], schema=SCHEMA, orient="row")
    assert frame.select(rij.in_woorden(frame.columns, "toewijzing", "leveringsvorm")).item() == tekst


def test_in_woorden_van_minder_kolommen() -> None:
    frame = pl.DataFrame({"woord": ["pgb", "toewijzing"], "zzpcode": ["888", None]})
    assert frame.select(rij.in_woorden(frame.columns, "pgb", "vormcode")).to_series().to_list() == [
        "pgb 888",
        "toewijzing",
    ]


def test_elke_vorm_heeft_een_woord() -> None:
    assert set(TOEGEWEZEN_VORM) == set(TABELLEN["toewijzingen"].kolommen["leveringsvorm"].waarden or ())
    assert {*LEVERINGSVORMEN} <= set(TOEGEWEZEN_VORM.values())


def test_sjabloon() -> None:
    frame = pl.DataFrame({"toewijzing": ["toewijzing 754", None], "dagen": [3, 3]})
    gegevens = frame.select(
        melding=sjabloon.melding("{dagen} dagen{toewijzing:rij}; te veel"),
        uit_sjabloon=sjabloon.gegevens("{toewijzing:rij}{dagen}"),
        genoemd=sjabloon.gegevens("{toewijzing:rij}", "dagen"),
    )
    assert gegevens["melding"].to_list() == ["3 dagen (toewijzing 754); te veel", "3 dagen; te veel"]
    met, zonder = '{"dagen":3,"toewijzing":"toewijzing 754"}', '{"dagen":3,"toewijzing":null}'
    assert gegevens["uit_sjabloon"].to_list() == gegevens["genoemd"].to_list() == [met, zonder]
    with pytest.raises(sjabloon.Sjabloonfout, match="een rij heet toewijzing"):
        sjabloon.melding("{dagen:rij}")


@pytest.mark.parametrize("waarde", ["null", '"toewijzing 754, x.csv regel 2"', r'"a \" b\\"'])
def test_een_andere_plaats_is_geen_andere_bevinding(waarde: str) -> None:
    zonder = '{"dagen":31,"zzpcode":"\\"toewijzing\\":\\"x\\""}'
    met = f'{zonder[:-1]},"toewijzing":{waarde}}}'
    assert pl.select(pl.lit(met).str.replace_all(_VERSCHUIFT, "")).item() == zonder
    assert pl.select(pl.lit(zonder).str.replace_all(_VERSCHUIFT, "")).item() == zonder


# which row

Rij = tuple[int, int, int, int]
"""Client, first and last day, and the number in its file."""
dagen = st.integers(10, 30)
rijen = st.lists(st.tuples(st.integers(1, 2), dagen, st.integers(0, 8), st.integers(1, 3)), max_size=8)
lijnen = st.lists(st.tuples(st.integers(1, 3), dagen, st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=6)


def _verwacht(rijen: list[Rij], bsn: int, begin: int, eind: int, op: int) -> str | None:
    van_hen = sorted((van, tot, f"toewijzing, x.csv regel {nr}") for client, van, tot, nr in rijen if client == bsn)
    begonnen = [r for r in van_hen if r[0] <= op]
    erna = [r for r in van_hen if r[0] > op]
    langst = max(begonnen, key=lambda r: (r[1], r[0], r[2]), default=None)
    if begonnen and begonnen[-1][1] >= op:
        return begonnen[-1][2]
    if langst and langst[1] >= begin:
        return langst[2]
    if erna and erna[0][0] <= eind:
        return erna[0][2]
    return langst[2] if langst else erna[0][2] if erna else None


@settings(max_examples=keren(50, 2000), deadline=None)
@given(rijen, lijnen, st.randoms())
def test_welke_rij(ruwe_rijen: list[Rij], ruwe_lijnen: list[Rij], schud: Any) -> None:
    tabel = [(bsn, van, van + duur, nr) for bsn, van, duur, nr in ruwe_rijen]
    regels = [(bsn, begin, begin + duur, begin + min(duur, op)) for bsn, begin, duur, op in ruwe_lijnen]
    verwacht = [_verwacht(tabel, *regel) for regel in regels]
    schud.shuffle(tabel)
    bron = pl.DataFrame(
        tabel, schema=dict.fromkeys(("bsn", "begin", "eind"), pl.Int32) | {"nr": pl.UInt32}, orient="row"
    )
    bron = bron.select("bsn", "begin", "eind", herkomst=pl.lit("x.csv"), herkomst_regel="nr", uitvoerder=pl.lit(1))
    frame = pl.DataFrame(regels, schema=dict.fromkeys(("bsn", "begin", "eind", "op"), pl.Int32), orient="row")
    frame = frame.with_row_index("rij").with_columns(uitvoerder=pl.lit(1))
    for per in (["bsn"], PER):
        gevonden = rij.met_rij(frame, bron.lazy(), "toewijzing", per, "op", "vormcode").sort("rij")
        assert gevonden["toewijzing"].to_list() == verwacht
        assert gevonden.columns == [*frame.columns, "toewijzing"]


def test_een_toewijzing_zonder_einddatum_en_een_andere_vorm() -> None:
    schema = dict.fromkeys((*PER, "begin", "eind"), pl.Int32) | {"leveringsvorm": pl.Int64}
    tabel = pl.LazyFrame([(1, 1, 10, OPEN_EIND, 4), (1, 2, 12, 13, 5)], schema=schema, orient="row")
    frame = pl.DataFrame([(1, 1, 14, 20), (1, 2, 14, 20), (1, 3, 14, 20)], schema=[*PER, "begin", "eind"], orient="row")
    frame = frame.cast(pl.Int32)
    per_plaats = rij.met_rij(frame, tabel, "toewijzing", PER, "begin", "leveringsvorm").sort("uitvoerder")
    assert per_plaats["toewijzing"].to_list() == ["toewijzing verblijf", "toewijzing vpt", None]
    per_client = rij.met_rij(frame, tabel, "toewijzing", ["bsn"], "begin", "leveringsvorm")
    assert per_client["toewijzing"].to_list() == ["toewijzing verblijf"] * 3
