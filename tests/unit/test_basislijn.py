"""Matching with an earlier result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from uitslagen import FOUT, uitslag_van
from wlz_declaratie.diensten.basislijn import Eerder, lees, vergelijk
from wlz_declaratie.diensten.controleren import UITSLAG
from wlz_declaratie.rapport import formaten
from wlz_declaratie.rapport.weergave import Weergave


@pytest.mark.grondig
def test_de_hele_uitslag_is_bekend_ook_als_de_regels_verschuiven(tmp_path: Path) -> None:
    doel = tmp_path / "vorige.json"
    with uitslag_van(tmp_path) as uitslag:
        formaten.schrijf(uitslag, [doel], Weergave(toon_bsn=True))
    kop, *regels = (FOUT / "batch.csv").read_text("utf-8").splitlines()
    verschoven = tmp_path / "hernoemd.csv"
    verschoven.write_text("\n".join([kop, *regels[-100:], *regels[:-100]]) + "\n", "utf-8")
    with uitslag_van(tmp_path, verschoven) as uitslag:
        nu = vergelijk(uitslag, lees(doel))
    assert nu.basislijn is not None
    anders = nu.bevindingen.filter(pl.col("stand") == "nieuw")
    assert anders.is_empty(), anders.select("regel_id", "regelnummer", "gegevens").rows()
    assert nu.basislijn.verdwenen.is_empty()
    assert nu.basislijn.niet_getoetst == 0


def test_van_gelijke_bevindingen_zijn_er_zoveel_bekend_als_er_waren(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        een = uitslag.bevindingen.filter(pl.col("regel_id") == "MUT-01").head(1)
        drie = replace(uitslag, bevindingen=pl.concat([een] * 3))
        twee = Eerder("x.json", date(2026, 1, 1), pl.concat([een] * 2).select(list(UITSLAG)))
        assert vergelijk(drie, twee).bevindingen["stand"].to_list() == ["bekend", "bekend", "nieuw"]
        minder = vergelijk(replace(uitslag, bevindingen=een), twee)
    assert minder.basislijn is not None
    assert minder.basislijn.verdwenen.height == 1


def test_ander_bedrag_of_andere_waarde_is_een_nieuwe_bevinding(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        een = uitslag.bevindingen.filter(pl.col("regel_id") == "MUT-01").head(1)
        for kolom, waarde in (
            ("declaratiebedrag_cent", pl.lit(1)),
            ("gegevens", pl.lit('{"mutatiedagen":99}')),
            ("referentienummer", pl.lit(None, pl.String)),
            ("einddatum", pl.date(2026, 3, 30)),
        ):
            eerder = Eerder("x.json", date(2026, 1, 1), een.with_columns(waarde.alias(kolom)).select(list(UITSLAG)))
            assert vergelijk(replace(uitslag, bevindingen=een), eerder).bevindingen["stand"].to_list() == ["nieuw"]
        zelfde = Eerder(
            "x.json", date(2026, 1, 1), een.with_columns(regelnummer=9, bestand=pl.lit("y")).select(list(UITSLAG))
        )
        assert vergelijk(replace(uitslag, bevindingen=een), zelfde).bevindingen["stand"].to_list() == ["bekend"]
