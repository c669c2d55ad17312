"""The transition scheme of bridging care, for any lines, toewijzingen and indications of a few clients."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from wlz_declaratie.regels.episodes import onder_overgangsregeling

VOOR, TOT_EN_MET = 50, 100
DAG, LENGTE = st.integers(30, 110), st.integers(0, 40)
CLIENT, PLAATS = st.integers(1, 2), st.integers(1, 2)
PROFIEL = st.sampled_from(["LVG", "SGLVG", "VG", None])
LIJN = st.fixed_dictionaries(
    {"bsn": CLIENT, "uitvoerder": PLAATS, "begin": DAG, "lengte": LENGTE, "eerder": st.integers(0, 30)}
)
TOEWIJZING = st.fixed_dictionaries(
    {
        **{"bsn": CLIENT, "instelling": PLAATS, "leveringsvorm": st.sampled_from([2, 4, 5, 7, 8])},
        **{"profiel": PROFIEL, "begin": DAG, "lengte": LENGTE},
    }
)
INDICATIE = st.fixed_dictionaries({"bsn": CLIENT, "profiel": PROFIEL, "begin": DAG, "lengte": LENGTE})
TYPEN = {
    **dict.fromkeys(("bsn", "uitvoerder", "instelling", "begin", "eind", "episode_begin"), pl.Int32),
    **{"rij": pl.UInt32, "leveringsvorm": pl.Int64, "profiel": pl.String, "zzpcode": pl.String},
}
Rij = dict[str, Any]


def frame(rijen: list[Rij], *kolommen: str) -> pl.LazyFrame:
    return pl.DataFrame(
        [{k: rij.get(k) for k in kolommen} for rij in rijen], schema={k: TYPEN[k] for k in kolommen}
    ).lazy()


def is_vrij(lijn: Rij, toewijzingen: list[Rij] | None, indicaties: list[Rij] | None) -> bool:
    """What B0 §3.7 says of one line."""
    if lijn["eind"] > TOT_EN_MET:
        return False
    lvg = [i for i in indicaties or [] if i["bsn"] == lijn["bsn"] and i["profiel"] in ("LVG", "SGLVG")]
    if lvg and not any(i["begin"] < VOOR and i["begin"] <= lijn["eind"] <= i["eind"] for i in lvg):
        return False
    van_client = [t for t in toewijzingen or [] if t["bsn"] == lijn["bsn"]]
    if not van_client:
        return bool(lijn["episode_begin"] < VOOR)
    eerder = [t for t in van_client if t["begin"] < VOOR]
    return any(
        t["leveringsvorm"] in (5, 7)
        or (
            t["instelling"] == lijn["uitvoerder"]
            and t["begin"] <= lijn["begin"] <= t["eind"]
            and t["profiel"] not in (None, "LVG", "SGLVG")
        )
        for t in eerder
    )


@given(
    st.lists(LIJN, max_size=6),
    st.none() | st.lists(TOEWIJZING, max_size=6),
    st.none() | st.lists(INDICATIE, max_size=5),
)
@settings(max_examples=100, deadline=None)
def test_overgangsregeling(lijnen: list[Rij], toewijzingen: list[Rij] | None, indicaties: list[Rij] | None) -> None:
    for nr, lijn in enumerate(lijnen):
        lijn |= {"rij": nr, "eind": lijn["begin"] + lijn["lengte"], "episode_begin": lijn["begin"] - lijn["eerder"]}
    for rij in (*(toewijzingen or ()), *(indicaties or ())):
        rij |= {"eind": rij["begin"] + rij["lengte"], "zzpcode": rij["profiel"]}
    dossier = {}
    if toewijzingen is not None:
        kolommen = "bsn", "instelling", "leveringsvorm", "profiel", "zzpcode", "begin", "eind"
        dossier["toewijzingen"] = frame(toewijzingen, *kolommen)
    if indicaties is not None:
        dossier["indicaties"] = frame(indicaties, "bsn", "profiel", "zzpcode", "begin", "eind")
    gevonden = onder_overgangsregeling(
        frame(lijnen, "rij", "bsn", "uitvoerder", "begin", "eind", "episode_begin"), dossier, VOOR, TOT_EN_MET
    )
    assert set(gevonden) == {lijn["rij"] for lijn in lijnen if is_vrij(lijn, toewijzingen, indicaties)}
