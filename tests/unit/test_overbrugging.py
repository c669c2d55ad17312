"""What the rules on (SG)LVG share: own packages, the indicated groups, episodes."""

from __future__ import annotations

import polars as pl
import pytest

from wlz_declaratie.kern.begrippen import LVG_PROFIELEN
from wlz_declaratie.kern.overbrugging import met_groepen
from wlz_declaratie.kern.taal.kiezen import eigen_pakket
from wlz_declaratie.regels.episodes import met_episode


@pytest.mark.parametrize(
    ("groepen", "eigen"),
    [
        (("LVG",), ["Z513", "Z553", "Z560"]),
        (("SGLVG",), ["Z560", "Z573"]),
        (LVG_PROFIELEN, ["Z513", "Z553", "Z560", "Z573"]),
    ],
)
def test_eigen_pakket(groepen: tuple[str, ...], eigen: list[str]) -> None:
    codes = ["Z513", "Z553", "Z560", "Z573", "Z471", "V533"]
    soorten = ["verblijf"] * 5 + ["vpt"]
    lijnen = pl.DataFrame({"prestatiecode": codes, "soort": soorten})
    assert lijnen.filter(eigen_pakket(*groepen))["prestatiecode"].to_list() == eigen


def test_dezelfde_code_op_een_andere_lijst_is_geen_pakket() -> None:
    mondzorg = pl.DataFrame({"prestatiecode": ["Z513"], "soort": ["mondzorg"]})
    assert mondzorg.filter(eigen_pakket("LVG")).is_empty()


def _groepen(profiel: str | None, indicaties: list[tuple[str | None, str | None, int, int]] | None) -> set[str]:
    lijn = pl.LazyFrame({"bsn": [1], "begin": [10], "profiel": [profiel]}, schema_overrides={"profiel": pl.String})
    tabel = None
    if indicaties is not None:
        rijen = [(1, *indicatie) for indicatie in indicaties]
        tabel = pl.LazyFrame(rijen, ["bsn", "zzpcode", "profiel", "begin", "eind"], orient="row")
    (uit,) = met_groepen(lijn.cast({"begin": pl.Int32}), tabel).collect().to_dicts()
    return {groep for groep in LVG_PROFIELEN if uit[groep]}


def test_zonder_tabel_zegt_het_profiel_van_de_regel_het() -> None:
    assert _groepen("LVG", None) == {"LVG"}
    assert _groepen("VG", None) == _groepen(None, None) == set()


def test_een_lopende_indicatie_gaat_voor_het_profiel_van_de_regel() -> None:
    assert _groepen("VG", [("790", "SGLVG", 10, 10)]) == {"SGLVG"}
    assert _groepen("LVG", [("808", "VG", 1, 99)]) == set()
    assert _groepen("VG", [("790", "SGLVG", 1, 99), ("782", "LVG", 1, 99), ("808", "VG", 1, 99)]) == {"LVG", "SGLVG"}


def test_zonder_lopende_indicatie_zegt_het_profiel_van_de_regel_het() -> None:
    assert _groepen("LVG", [("790", "SGLVG", 1, 9), ("790", "SGLVG", 11, 99)]) == {"LVG"}
    assert _groepen("LVG", [(None, None, 1, 99)]) == {"LVG"}


def test_episodes_per_groep_met_hun_eerste_dag() -> None:
    lijnen = pl.LazyFrame(
        [(1, "A", 1, 10), (1, "A", 5, 6), (1, "A", 14, 20), (1, "A", 25, 30), (1, None, 11, 12), (2, "A", 11, 12)],
        ["bsn", "besluitnummer", "begin", "eind"],
        orient="row",
    )
    uit = met_episode(lijnen.cast({"begin": pl.Int32, "eind": pl.Int32}), ["bsn", "besluitnummer"], 3).collect()
    gevonden = set(uit.select("bsn", "besluitnummer", "begin", "episode_begin").rows())
    assert gevonden == {
        (1, "A", 1, 1), (1, "A", 5, 1), (1, "A", 14, 1), (1, "A", 25, 25), (1, None, 11, 11), (2, "A", 11, 11)
    }  # fmt: skip
    assert uit["episode"].n_unique() == 4
