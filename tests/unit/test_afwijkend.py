"""Values and severities in place of ours: what a rule makes of them, on both sides of each day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from gevallen import STANDAARD, gevallen
from grondig import om_de
from wlz_declaratie import Geval
from wlz_declaratie.diensten import gevallen as diensten
from wlz_declaratie.kern.afwijkend import met_waarden, tijdvakken, verzacht
from wlz_declaratie.kern.parameters import Parameterfout, Periode, Regelparameters
from wlz_declaratie.kern.regel import Regel, alle_regels
from wlz_declaratie.kern.uitkomst import ERNST
from wlz_declaratie.rapport.catalogus import secties

OPEN = Periode(13, "B1 §3.1")
TELT_SAMEN = ("MUT-06",)
"""Rules that count lines of a provider: of each stretch of days apart."""
GEVALLEN = [geval for geval in gevallen()[0] if alle_regels()[geval.regel_id].parameters.perioden]


def p(*perioden: Periode, van: date | None = None, tot: date | None = None) -> Regelparameters:
    return Regelparameters("XX-01", van, tot, ("B0",), {"dagen": perioden, "vast": (Periode(["a"], "B0"),)})


def dagen(gemaakt: Regelparameters) -> list[tuple[object, date | None, date | None, bool]]:
    return [(een.waarde, een.van, een.tot, een.lokaal) for een in gemaakt.perioden["dagen"]]


def test_een_waarde_voor_een_tijd() -> None:
    eigen = met_waarden(p(OPEN), "dagen", [Periode(14, "x", date(2027, 1, 1), date(2027, 12, 31))])
    assert dagen(eigen) == [
        (13, None, date(2026, 12, 31), False),
        (14, date(2027, 1, 1), date(2027, 12, 31), True),
        (13, date(2028, 1, 1), None, False),
    ]
    assert [deel.vak for deel in tijdvakken(eigen)] == [
        (None, date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 12, 31)),
        (date(2028, 1, 1), None),
    ]
    assert [deel.vast("dagen") for deel in tijdvakken(eigen)] == [13, 14, 13]
    assert eigen.op(date(2027, 12, 31)).vast("dagen") == 14
    assert eigen.op(date(2028, 1, 1)).vast("dagen") == 13


def test_de_laatste_laag_wint_dag_voor_dag() -> None:
    eerst = met_waarden(p(OPEN), "dagen", [Periode(14, "x", date(2027, 1, 1))])
    dan = met_waarden(eerst, "dagen", [Periode(15, "y", date(2027, 7, 1), date(2027, 7, 31))])
    assert [waarde for waarde, *_ in dagen(dan)] == [13, 14, 15, 14]
    heel = met_waarden(dan, "dagen", [Periode(20, "z")])
    assert dagen(heel) == [(20, None, None, True)]
    assert len(tijdvakken(heel)) == 1


def test_alleen_binnen_de_geldigheid_van_de_regel() -> None:
    eigen = met_waarden(
        p(OPEN, van=date(2020, 1, 1), tot=date(2020, 12, 31)), "dagen", [Periode(1, "x", date(2019, 7, 1))]
    )
    assert [deel.vak for deel in tijdvakken(eigen)] == [(date(2020, 1, 1), date(2020, 12, 31))]
    assert tijdvakken(eigen)[0].vast("dagen") == 1


def test_zonder_eigen_waarde_verandert_er_niets() -> None:
    gewoon = p(Periode(1, "B0", tot=date(2019, 12, 31)), Periode(2, "B0", van=date(2020, 1, 1)))
    assert tijdvakken(gewoon) == (gewoon,)


@pytest.mark.parametrize(
    ("nieuw", "melding"),
    [
        ([Periode(1, "x", date(2027, 1, 1)), Periode(2, "x", date(2027, 6, 1))], "overlappen"),
        ([Periode(1, "x"), Periode(2, "x")], "overlappen"),
        ([Periode(1, "x", date(2010, 1, 1), date(2018, 12, 31))], "laten een gat"),
    ],
)
def test_wat_niet_kan(nieuw: list[Periode], melding: str) -> None:
    with pytest.raises(Parameterfout, match=melding):
        met_waarden(p(Periode(13, "B0", van=date(2020, 1, 1))), "dagen", nieuw)


def zelfde_vanaf(regel: Regel, dag: date) -> Regel:
    """The rule with each of its values, from that day on, as if a settings file said the same."""
    eigen = regel.parameters
    for naam, perioden in eigen.perioden.items():
        for een in perioden:
            if een.raakt(dag, dag):
                eigen = met_waarden(eigen, naam, [replace(een, van=dag, bron="X")])
    return replace(regel, parameters=eigen)


@pytest.mark.parametrize("geval", om_de(40, GEVALLEN), ids=str)
def test_dezelfde_waarde_geeft_dezelfde_bevindingen(geval: Geval, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut at a day amid its lines a rule finds what it found: it judges each line once, and counts over all days."""
    lijnen = [{**STANDAARD, **geval.standaard, **lijn} for lijn in geval.inhoud["regels"]]
    begin = sorted(lijn["begindatum"] for lijn in lijnen if lijn["begindatum"]) or [date(2026, 1, 1)]
    regel = zelfde_vanaf(alle_regels()[geval.regel_id], begin[len(begin) // 2])
    monkeypatch.setattr(diensten, "alle_regels", lambda: {**alle_regels(), regel.id: regel})
    anders = [een for een in geval.verschillen() if not ("melding is" in een and "; volgens X" in een)]
    assert not anders or geval.regel_id in TELT_SAMEN


def test_ook_een_lijn_zonder_dag_wordt_beoordeeld(monkeypatch: pytest.MonkeyPatch) -> None:
    geval = next(een for een in GEVALLEN if een.inhoud["naam"] == "begindatum ontbreekt of bestaat niet")
    test_dezelfde_waarde_geeft_dezelfde_bevindingen(geval, monkeypatch)


def test_in_de_uitleg_staat_de_eigen_waarde() -> None:
    regel = alle_regels()["MUT-01"]
    eigen = met_waarden(regel.parameters, "max_dagen", [Periode(14, "x", date(2027, 1, 1))])
    assert "13 t/m 31-12-2026; 14 vanaf 01-01-2027" in secties(replace(regel, parameters=eigen))["Wat"]


def test_verzacht() -> None:
    bevindingen = pl.DataFrame(
        {
            "regel_id": ["MUT-01", "MUT-02", "MUT-01"],
            "ernst": ["afkeur", "afkeur", "signaal"],
            "melding": ["a", "b", "c"],
        },
        schema_overrides={"ernst": ERNST},
    )
    regels = [replace(alle_regels()["MUT-01"], verzacht="proef"), alle_regels()["MUT-02"]]
    assert verzacht(bevindingen, regels).rows() == [
        ("MUT-01", "signaal", "a; verzacht tot signaal: proef"),
        ("MUT-02", "afkeur", "b"),
        ("MUT-01", "signaal", "c"),
    ]
    assert verzacht(bevindingen, regels[1:]) is bevindingen
