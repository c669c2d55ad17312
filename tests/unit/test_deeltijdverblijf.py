"""The words behind MUT and VRB: days of deeltijdverblijf, what they cut, and what is missing of a table."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from gevallen import bestand, bevindingen, controleer_geval, dossier
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.diensten.controleren import controleer
from wlz_declaratie.diensten.klaarzetten import zet_klaar
from wlz_declaratie.historie import vraag
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.kern.begrippen import PAKKETSOORTEN
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.kern.slank import dossier_voor_regels
from wlz_declaratie.kern.taal.kiezen import een_van
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.regels.deeltijdverblijf import deeltijddagen

BSN, ANDER = 999900006, 999900018
MET_DEELTIJDVERBLIJF = ("VRB-01", "VRB-02", "VRB-03", "VRB-07", "VRB-09")


def vrij(*toewijzingen: dict[str, Any] | None) -> list[tuple[int, date, date | None]]:
    """The days of deeltijdverblijf; None stands for no table at all."""
    rijen = [{"bsn": str(BSN), "leveringsvorm": 8, **rij} for rij in toewijzingen if rij is not None]
    tabellen = {} if None in toewijzingen else dossier({"toewijzingen": rijen}).tabellen
    leeg = pl.LazyFrame()
    gegeven = dossier_voor_regels(tabellen, lees_codes())
    pop = Populatie(leeg, leeg, gegeven, lees_codes(), date(2026, 11, 1), False, ())
    gevonden = deeltijddagen(Van(pop, alle_regels()["VRB-01"].parameters)).collect()
    datums = gevonden.with_columns(pl.col("begin", "eind").cast(pl.Date))
    return [(bsn, van, None if tot == date(9999, 12, 31) else tot) for bsn, van, tot in datums.iter_rows()]


@pytest.mark.parametrize(
    ("rij", "dagen"),
    [
        ({"ingangsdatum": date(2026, 3, 1), "einddatum": date(2026, 3, 9)}, (date(2026, 3, 1), date(2026, 3, 9))),
        ({"ingangsdatum": date(2019, 12, 31)}, (date(2020, 1, 1), None)),
        ({"ingangsdatum": date(2019, 1, 1), "einddatum": date(2020, 1, 1)}, (date(2020, 1, 1), date(2020, 1, 1))),
        ({"ingangsdatum": date(2019, 1, 1), "einddatum": date(2019, 12, 31)}, None),
        ({"ingangsdatum": date(2026, 3, 1), "leveringsvorm": 4}, None),
        ({"ingangsdatum": date(2026, 3, 1), "bsn": "12"}, None),
    ],
)
def test_deeltijdverblijf_is_er_vanaf_2020(rij: dict[str, Any], dagen: tuple[date, date | None] | None) -> None:
    assert vrij(rij) == ([(BSN, *dagen)] if dagen else [])


def test_rijen_van_een_client_samen() -> None:
    eerste = {"ingangsdatum": date(2026, 3, 1), "einddatum": date(2026, 3, 15)}
    volgende = {"ingangsdatum": date(2026, 3, 10), "einddatum": date(2026, 3, 31), "instelling": "06290102"}
    ander = {"bsn": str(ANDER), "ingangsdatum": date(2026, 3, 5)}
    assert vrij(eerste, volgende, ander) == [
        (BSN, date(2026, 3, 1), date(2026, 3, 31)),
        (ANDER, date(2026, 3, 5), None),
    ]


def test_zonder_toewijzingen_is_er_geen() -> None:
    assert vrij() == vrij(None) == []


def test_elke_regel_met_deeltijdverblijf_heeft_dezelfde_eerste_dag() -> None:
    dagen = {regel.id: regel.parameters.perioden.get("deeltijdverblijf_vanaf") for regel in alle_regels().values()}
    assert {regel_id for regel_id, wanneer in dagen.items() if wanneer} == set(MET_DEELTIJDVERBLIJF)
    assert {
        alle_regels()[regel_id].parameters.dagwaarde("deeltijdverblijf_vanaf") for regel_id in MET_DEELTIJDVERBLIJF
    } == {date(2020, 1, 1)}


def test_alleen_gekozen_lijnen_worden_geknipt() -> None:
    frame = pl.LazyFrame(
        {
            "nr": [1, 2, 3],
            "bsn": pl.Series([1, 1, 2], dtype=pl.Int32),
            "soort": ["verblijf", "vpt", "verblijf"],
            "begin": pl.Series([0, 0, 0], dtype=pl.Int32),
            "eind": pl.Series([9, 9, 9], dtype=pl.Int32),
        }
    )
    weg = pl.LazyFrame(
        {"bsn": [1], "begin": [3], "eind": [5]}, schema=dict.fromkeys(("bsn", "begin", "eind"), pl.Int32)
    )
    lijnen = Lijnen(frame, cast("Populatie", SimpleNamespace()), Regelparameters.geen("X-01"))
    delen = lijnen.buiten(weg, alleen=een_van("soort", ["verblijf"])).frame.sort("nr", "begin").collect()
    assert delen.select("nr", "begin", "eind", "lijn_begin", "lijn_eind").rows() == [
        (1, 0, 2, 0, 9), (1, 6, 9, 0, 9), (2, 0, 9, 0, 9), (3, 0, 9, 0, 9)
    ]  # fmt: skip


def test_prestatiegroep_die_beslist() -> None:
    vervoer = lees_codes().van_groep("16")
    assert (vervoer[0], len(vervoer)) == ("H803", 9)
    assert set(vervoer) <= set(lees_codes().prestaties.filter(soort="vervoer")["prestatiecode"])
    # In groups 6 and 38, of which 6 decides.
    assert "H325" in lees_codes().van_groep("6")
    assert "H325" not in lees_codes().van_groep("38")
    assert lees_codes().van_groep() == []


def test_de_historie_kent_dezelfde_pakketten() -> None:
    assert set(vraag.PAKKETSOORTEN) == set(PAKKETSOORTEN)


MUTATIEDAG = {"prestatiecode": "Z916", "begindatum": date(2026, 3, 11), "einddatum": date(2026, 3, 15)}
LATER = {"prestatiecode": "Z041", "begindatum": date(2026, 3, 20), "einddatum": date(2026, 3, 31)}


def test_zonder_clienten_en_zonder_overleden_alleen_een_later_pakket() -> None:
    regels = [MUTATIEDAG, LATER, MUTATIEDAG | {"bsn": str(ANDER)}]
    uitslag = controleer_geval(["MUT-07"], {"regels": regels})
    (status,) = uitslag.regels
    assert status.reden == "tabel clienten ontbreekt; kolom overleden ontbreekt"
    assert [b["regel"] for b in bevindingen(uitslag)] == [1]


def test_clienten_zonder_kolom_overlijdensdatum(tmp_path: Path) -> None:
    tabellen = dossier({"clienten": [{"bsn": str(BSN), "geboortedatum": date(1940, 1, 1)}]}).tabellen
    uitslag = controleer(
        [bestand([MUTATIEDAG | {"overleden": False}], {}, "batch")],
        regels=[alle_regels()["MUT-07"]],
        codes=lees_codes(),
        peildatum=date(2026, 11, 1),
        werkmap=tmp_path,
        dossier=zet_klaar(Dossier(tabellen, (), {"clienten": frozenset(("bsn", "geboortedatum"))}), lees_codes()),
    )
    (status,) = uitslag.regels
    assert (status.status, status.reden) == ("deels uitgevoerd", "kolom overlijdensdatum ontbreekt in tabel clienten")
    assert uitslag.bevindingen.height == 1
