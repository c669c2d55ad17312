"""What every rule must have: a source, words, return codes that exist, cases on both sides of each boundary."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from gereedschap.regel_nieuw import VUL_IN
from gevallen import STANDAARD, gevallen
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.kern import parameters
from wlz_declaratie.kern.regel import Regel, alle_regels
from wlz_declaratie.rapport.catalogus import KOPPEN, NA_INDIENING, als_json, lijst, secties, uitleg, wat_te_doen
from wlz_declaratie.rapport.dekking import bronnen

WORTEL = Path(__file__).parents[2]
REGELS = list(alle_regels().values())
BIJ_LEZEN = ("AW", "INL")
"""Families whose findings come from the readers and are tested there."""
GETOETST = [regel for regel in REGELS if regel.familie not in BIJ_LEZEN]
GEVALLEN: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = defaultdict(list)
_GELEZEN, ONLEESBAAR = gevallen()
for _geval in _GELEZEN:
    GEVALLEN[_geval.regel_id].append((dict(_geval.inhoud), dict(_geval.standaard)))

per_regel = pytest.mark.parametrize("regel", REGELS, ids=[regel.id for regel in REGELS])
per_getoetste = pytest.mark.parametrize("regel", GETOETST, ids=[regel.id for regel in GETOETST])


@per_regel
def test_bron(regel: Regel) -> None:
    assert regel.parameters.bronnen
    assert all(periode.bron for perioden in regel.parameters.perioden.values() for periode in perioden)


@per_regel
def test_retourcodes_bestaan(regel: Regel) -> None:
    assert set(regel.retourcodes) <= set(lees_codes().retourcodes)
    assert regel.retourcodes or regel.ernst == ("signaal",)


@per_regel
def test_uitleg_is_volledig(regel: Regel) -> None:
    assert list(secties(regel)) in ([*KOPPEN], [*KOPPEN, NA_INDIENING])
    assert all(secties(regel).values())


@per_regel
def test_wat_te_doen_crediteert_pas_na_indiening(regel: Regel) -> None:
    """Before a batch is sent there is nothing to credit, but what an earlier one declared."""
    vooraf, achteraf = wat_te_doen(regel, ingediend=False) or "", wat_te_doen(regel, ingediend=True) or ""
    assert "crediteer" not in vooraf.replace("crediteer eerst", "")
    assert "crediteer" in achteraf or NA_INDIENING in secties(regel)
    assert achteraf.lower().startswith(vooraf.lower())


@per_getoetste
def test_voorbeeld_is_een_geval(regel: Regel) -> None:
    voorbeeld = secties(regel)["Voorbeeld"].rstrip(".")
    assert voorbeeld in {geval["naam"] for geval, _ in GEVALLEN[regel.id]}, f"geen geval heet: {voorbeeld}"


@per_getoetste
def test_getallen_van_beleid_staan_in_de_parameters(regel: Regel) -> None:
    """A number in the words of a rule is filled in from the parameters, so that it changes with them."""
    geschreven = set(
        re.findall(r"(?<![\w.,§{-])\d+(?![\w.,-])", (regel.toets.__doc__ or "").partition("Voorbeeld:")[0])
    )
    getallen = {
        str(periode.waarde)
        for perioden in regel.parameters.perioden.values()
        for periode in perioden
        if isinstance(periode.waarde, int)
    }
    assert not geschreven & getallen


def test_elk_parameterblok_heeft_een_regel() -> None:
    assert set(parameters.eigen().bestanden) <= set(alle_regels())


def test_niets_meer_in_te_vullen() -> None:
    """What ``make regel-nieuw`` leaves to whoever writes the rule."""
    mappen = ("src/wlz_declaratie/regels", "schemas/parameters", "schemas/voorbeeld", "tests/regels")
    bestanden = [pad for map_ in mappen for pad in (WORTEL / map_).rglob("*.*") if pad.suffix != ".pyc"]
    over = [
        f"{pad.relative_to(WORTEL)}:{nummer}: {regel.strip()}"
        for pad in sorted([*bestanden, WORTEL / "schemas" / "dekking.toml"])
        for nummer, regel in enumerate(pad.read_text("utf-8").splitlines(), start=1)
        if VUL_IN in regel
    ]
    assert not over, "\n".join(over)


@per_regel
def test_niets_ontbreekt(regel: Regel) -> None:
    assert regel.gebrek is None


@per_regel
def test_woorden_noemen_alleen_parameters_die_er_zijn(regel: Regel) -> None:
    assert not re.findall(r"\{[a-z_]+\}", regel.uitleg)


@per_getoetste
def test_casebestand(regel: Regel) -> None:
    assert regel.id in GEVALLEN, ONLEESBAAR.get(regel.id, f"tests/regels/{regel.id}.yaml ontbreekt")


def test_elk_casebestand_heeft_een_regel() -> None:
    assert {*GEVALLEN, *ONLEESBAAR} <= {regel.id for regel in GETOETST}


@per_getoetste
def test_goed_en_fout_geval(regel: Regel) -> None:
    uitgevoerd = [geval for geval, _ in GEVALLEN[regel.id] if geval.get("status") != "niet uitgevoerd"]
    assert any(geval["bevindingen"] for geval in uitgevoerd)
    assert any(not geval["bevindingen"] for geval in uitgevoerd)
    getoond = {b["ernst"] for geval in uitgevoerd for b in geval["bevindingen"] if "ernst" in b}
    assert getoond == set(regel.ernst), "elke ernst staat in een geval"
    codes = {b.get("retourcode") for geval in uitgevoerd for b in geval["bevindingen"]} - {None}
    assert codes == set(regel.retourcodes), "elke retourcode staat in een geval"


def _begindatums(regel_id: str) -> set[date]:
    """Begin dates of all lines of all cases; of history too, since a tested line may lie there."""
    return {
        {**STANDAARD, **standaard, **lijn}["begindatum"]
        for geval, standaard in GEVALLEN[regel_id]
        for lijn in (*geval["regels"], *geval.get("historie", ()))
    }


@per_getoetste
def test_grenzen_van_geldigheid(regel: Regel) -> None:
    p = regel.parameters
    perioden = [periode for reeks in p.perioden.values() for periode in reeks]
    eerste_dagen = {d for d in (p.van, *(periode.van for periode in perioden)) if d}
    eerste_dagen |= {d + timedelta(days=1) for d in (p.tot, *(periode.tot for periode in perioden)) if d}
    nodig = eerste_dagen | {d - timedelta(days=1) for d in eerste_dagen}
    assert nodig <= _begindatums(regel.id), sorted(nodig - _begindatums(regel.id))


@per_getoetste
def test_ontbrekende_tabel_heeft_een_geval(regel: Regel) -> None:
    for status, nodig in (("niet uitgevoerd", regel.tabellen), ("deels uitgevoerd", regel.tabellen_deels)):
        for tabel in nodig:
            assert any(
                geval.get("status") == status and tabel.partition(".")[0] in geval.get("reden", "")
                for geval, _ in GEVALLEN[regel.id]
            ), f"geen geval zonder tabel {tabel}"


def test_een_getal_dat_wij_kozen_heet_eigen_lezing() -> None:
    mut_01 = alle_regels()["MUT-01"]
    perioden = {"grootste_gat": (parameters.Periode(31, "EL"),)}
    regel = replace(mut_01, parameters=replace(mut_01.parameters, bronnen=("B0 §4.7",), perioden=perioden))
    blad = StringIO()
    scherm = Console(width=120, file=blad)
    for deel in uitleg(regel, {sleutel: bron.titel for sleutel, bron in bronnen().items()}, {}, None):
        scherm.print(deel)
    for deel in lijst([regel]):
        scherm.print(deel)
    gezegd = " ".join(blad.getvalue().split())
    assert "grootste gat 31, eigen lezing" in gezegd
    assert "Bron EL, eigen lezing: een getal dat geen bron geeft" in gezegd
    assert "B0 §4.7, eigen lezing; geldig" in gezegd
    assert als_json(regel, None)["bronnen"] == ["B0 §4.7", "EL"]
