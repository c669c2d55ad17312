"""Shared days against sets of days, for any lines of a few clients."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from wlz_declaratie.kern.taal.ander import ander_tekst
from wlz_declaratie.kern.taal.samenloop import met_gedeelde_dagen

LIJNEN = st.lists(st.tuples(st.integers(-1, 2), st.integers(-20, 60), st.integers(0, 45), st.booleans()), max_size=12)
SCHEMA = {
    **{"rij": pl.UInt32, "volgorde": pl.UInt32, "bestandnr": pl.UInt16, "regelnummer": pl.UInt32},
    **{"bsn": pl.Int32, "uitvoerder": pl.Int32, "prestatiecode": pl.String, "batch": pl.Boolean},
    **{"begin": pl.Int32, "eind": pl.Int32, "lijn_begin": pl.Int32, "lijn_eind": pl.Int32},
}


def frame(rijen: list[dict[str, Any]]) -> pl.LazyFrame:
    """Lines as ``met_eigen_dagen`` gives them; what a row does not say follows from its number."""
    vol = [
        {
            **{"rij": nr, "volgorde": nr, "regelnummer": nr, "bestandnr": 0, "bsn": 1, "uitvoerder": 1},
            **{"prestatiecode": "Z043", "batch": True, "lijn_begin": rij["begin"], "lijn_eind": rij["eind"]},
            **rij,
        }
        for nr, rij in enumerate(rijen)
    ]
    return pl.DataFrame(vol, schema=SCHEMA).lazy()


def dagen(rij: dict[str, Any]) -> set[int]:
    return set(range(rij["begin"], rij["eind"] + 1))


@given(LIJNEN, LIJNEN)
@settings(max_examples=60, deadline=None)
def test_gedeelde_dagen(links: list[tuple[int, int, int, bool]], rechts: list[tuple[int, int, int, bool]]) -> None:
    eigen, ander = (
        [{"bsn": bsn, "begin": begin, "eind": begin + lengte, "batch": batch} for bsn, begin, lengte, batch in rijen]
        for rijen in (links, rechts)
    )
    gevonden = {r["rij"]: r for r in met_gedeelde_dagen(frame(eigen), frame(ander)).to_dicts()}
    for rij, lijn in enumerate(eigen):
        raakt = [a for a in ander if a["bsn"] == lijn["bsn"] and dagen(a) & dagen(lijn)]
        if not raakt:
            assert rij not in gevonden
            continue
        uitkomst = gevonden[rij]
        assert uitkomst["gedeeld"] == len(dagen(lijn) & set().union(*map(dagen, raakt)))
        assert uitkomst["dagen"] == len(dagen(lijn))
        genoemd = ander[uitkomst["ander_regelnummer"]]
        assert genoemd in raakt
        assert genoemd["eind"] == max(a["eind"] for a in raakt)


def test_delen_van_een_pakketregel_tellen_op_en_een_leeg_deel_telt_niet() -> None:
    eerder = frame([{"rij": 9, "volgorde": 0, "begin": 1, "eind": 31, "batch": False}])
    delen = [(1, 3), (10, 12), (20, 19)]
    pakket = frame(
        [
            {"rij": 5, "regelnummer": 6, "lijn_begin": 1, "lijn_eind": 31, "begin": begin, "eind": eind}
            for begin, eind in delen
        ]
    )
    (regel,) = met_gedeelde_dagen(pakket, eerder.drop("lijn_begin", "lijn_eind")).to_dicts()
    assert (regel["rij"], regel["gedeeld"], regel["dagen"]) == (5, 6, 31)


def test_de_ander_staat_in_een_ander_bestand() -> None:
    lijnen = frame([{"begin": 0, "eind": 3}])
    ander = frame([{"begin": 2, "eind": 5, "bestandnr": 1, "regelnummer": 12}])
    tekst = met_gedeelde_dagen(lijnen, ander).select(ander_tekst()).item()
    assert tekst == "Z043 van 03-01-1970 t/m 06-01-1970 (bestandsregel 12 van een ander bestand)"
