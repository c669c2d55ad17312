"""What accepting findings does to the counts of a result; the commands are in tests/cli/test_aanvaard.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from uitslagen import met_aanvaarde, uitslag_van
from wlz_declaratie.diensten import totalen
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.telling import Samenvatting
from wlz_declaratie.nacht.dagboek import VERWERKT, Dagboek, Regel
from wlz_declaratie.nacht.overzicht import overzicht
from wlz_declaratie.rapport import statistiek

ALLES = ("afkeur", "signaal", "aanvaard")


@pytest.fixture(scope="module")
def uitslag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uitslag]:
    with uitslag_van(tmp_path_factory.mktemp("tabellen")) as uitslag:
        yield uitslag


def test_totalen_tellen_op_en_een_creditregel_telt_negatief(uitslag: Uitslag) -> None:
    """VLD-10 rejects credit lines."""
    aanvaard = met_aanvaarde(uitslag, "VLD-10", "VLD-15")
    toen, nu = uitslag.samenvatting, aanvaard.samenvatting
    assert (nu.regels, nu.bedrag_cent) == (toen.regels, toen.bedrag_cent)
    assert nu.goedgekeurd + nu.afgekeurd == nu.regels
    assert nu.goedgekeurd_cent + nu.afgekeurd_cent == nu.bedrag_cent
    assert nu.aanvaard == toen.afgekeurd - nu.afgekeurd > 0
    assert nu.aanvaard_cent == toen.afgekeurd_cent - nu.afgekeurd_cent < 0
    per_regel = statistiek.bereken(aanvaard).per_regel
    assert sum(per_regel[kolom].sum() for kolom in ALLES) == uitslag.bevindingen.height
    netto = uitslag.bevindingen["netto_cent"]
    assert sum(per_regel[f"{kolom}_cent"].sum() for kolom in ALLES) == netto.sum()
    assert [sum(getattr(status, kolom) for status in aanvaard.regels) for kolom in ALLES] == [
        per_regel[kolom].sum() for kolom in ALLES
    ]
    tellingen = totalen.tellingen(aanvaard)
    assert tellingen is not None
    assert tellingen.select("regels", "afgekeurd", "afgekeurd_cent", "met_signaal", "bevindingen").sum().row(0) == (
        nu.regels, nu.afgekeurd, nu.afgekeurd_cent, nu.met_signaal, uitslag.bevindingen.height,
    )  # fmt: skip


def test_een_lijn_met_nog_een_afkeur_blijft_afgekeurd(uitslag: Uitslag) -> None:
    afkeur = uitslag.bevindingen.filter(pl.col("ernst") == "afkeur").drop_nulls("rij")
    dubbel = afkeur.filter(pl.len().over("rij") > 1).sort("rij").head(2)
    een, twee = dubbel["regel_id"]
    assert dubbel["rij"].n_unique() == 1
    for regels, goedgekeurd in (((een,), False), ((twee,), False), ((een, twee), True)):
        rest = met_aanvaarde(uitslag, *regels).geldend.filter(pl.col("ernst") == "afkeur")
        assert (dubbel["rij"][0] not in rest["rij"]) is goedgekeurd


def test_het_overzicht_leest_een_dagboek_van_voor_de_aanvaarding(tmp_path: Path) -> None:
    oud = {naam: 1 for naam in asdict(Samenvatting(*[0] * 8)) if not naam.startswith("aanvaard")}
    regel = Regel("b.asc", "0" * 64, VERWERKT, 0, samenvatting=oud)
    telling = overzicht([regel], Dagboek(tmp_path, date(2026, 7, 1), "x"), "run")["samenvatting"]
    assert set(telling) == {veld.name for veld in fields(Samenvatting)}
    assert (telling["regels"], telling["aanvaard"]) == (1, 0)
