"""Row order, splitting by client and adding a client never change findings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gevallen import bevindingen, controleer_geval
from grondig import keren
from wlz_declaratie.kern.regel import alle_regels

BSNS = ["999900006", "999900018", "999900031", "999900043"]
EXTRA_BSN = "999900055"
UITVOERDERS = ["06290101", "06290202"]
CODES = [
    "Z041",
    "Z043",
    "Z101",
    "Z513",
    "Z573",
    "Z560",
    "Z916",
    "Z917",
    "Z912",
    "Z918",
    "Z095",
    "Z425",
    "V041",
    "V043",
    "V101",
    "H126",
    "H117",
    "H335",
    "H336",
    "H803",
    "H330",
    "H325",
    "H332",
    "H531",
    "Z910",
    "Z975",
    "Z913",
    "ZMZ01",
    "S335",
    "O001",
    "Z995",
    "M001",
    "LC01",
]
PROFIELEN = [None, "754", "759", "750", "780", "784", "790", "808", "814", "840", "882", "888", "860", "824"]
EERSTE_DAG = date(2019, 11, 1)

regel = st.fixed_dictionaries(
    {
        "bsn": st.sampled_from(BSNS),
        "uitvoerder": st.sampled_from(UITVOERDERS),
        "prestatiecode": st.sampled_from(CODES),
        "zzpcode": st.sampled_from(PROFIELEN),
        "besluitnummer": st.sampled_from([None, "1001", "1002"]),
        "leveringsvorm": st.sampled_from([None, None, None, "pgb", "vpt"]),
        "geboortedatum": st.sampled_from([None, date(1940, 5, 1), date(2003, 1, 15)]),
        "aantal": st.integers(1, 20),
        "onderwijs": st.sampled_from([None, True]),
        "overleden": st.sampled_from([None, False, True]),
        "begin": st.integers(0, 500),
        "duur": st.integers(0, 120),
    }
)


def _met_nummers(regels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Dates from offsets; no two lines of the same days, so that ties do not hang on the line number."""
    gezien: set[tuple[int, int]] = set()
    klaar = []
    for nummer, ruw in enumerate(regels):
        lijn = dict(ruw)
        begin, duur = lijn.pop("begin"), lijn.pop("duur")
        while (begin, duur) in gezien:
            duur += 1
        gezien.add((begin, duur))
        dag = EERSTE_DAG + timedelta(days=begin)
        klaar.append(
            lijn
            | {"referentienummer": f"R{nummer}", "begindatum": dag, "einddatum": dag + timedelta(days=duur)}
            | {"tarief": 100, "bedrag": 100 * lijn["aantal"], "declaratiebedrag": 100 * lijn["aantal"]}
            | {
                "dagtekening": date(2022, 1, 1),
                "begindatum_periode": date(2021, 1, 1),
                "einddatum_periode": date(2021, 1, 31),
            }
        )
    return klaar


def _rij(**waarden: Any) -> dict[str, Any]:
    return {"ingangsdatum": date(2019, 1, 1), "einddatum": date(2020, 9, 30)} | waarden


DOSSIER: dict[str, list[dict[str, Any]]] = {
    "clienten": [
        {"bsn": bsn, "geboortedatum": date(1999, 2, 3), "overlijdensdatum": date(2020, 11, 1)} for bsn in BSNS[:2]
    ],
    "indicaties": [
        _rij(bsn=BSNS[0], zzpcode="784"),
        _rij(bsn=BSNS[1], zzpcode="754"),
        _rij(bsn=BSNS[2], zzpcode="790"),
    ],
    "toewijzingen": [
        _rij(
            bsn=BSNS[0],
            zzpcode="784",
            instelling=UITVOERDERS[0],
            soort=3,
            leveringsvorm=7,
            einddatum=date(2019, 12, 31),
        ),
        _rij(bsn=BSNS[1], zzpcode="754", instelling=UITVOERDERS[0], soort=1, leveringsvorm=8, etmalen=3.5),
        _rij(bsn=BSNS[3], instelling=UITVOERDERS[0], soort=1, leveringsvorm=8, etmalen=2.0),
        _rij(bsn=BSNS[3], instelling=UITVOERDERS[1], soort=1, leveringsvorm=2),
        _rij(bsn=BSNS[2], zzpcode="790", instelling=UITVOERDERS[1], soort=1, leveringsvorm=4),
    ],
    "wachtstatus": [_rij(bsn=BSNS[0], instelling=UITVOERDERS[1], status=1)],
    "aanbieders": [
        _rij(agb=UITVOERDERS[1], kenmerk="lvg"),
        _rij(agb=UITVOERDERS[1], kenmerk="behandeling"),
        _rij(agb=UITVOERDERS[0], kenmerk="rec:GP+", plaatsen=1),
    ],
    "afspraken": [
        _rij(agb=uitvoerder, prestatiecode=code, tarief=90, aantal=40)
        for uitvoerder in UITVOERDERS
        for code in CODES[:20]
    ],
    "machtigingen": [_rij(machtigingsnummer="M1", bsn=BSNS[1], prestatiecode="ZMZ01")],
    "pgb": [_rij(bsn=BSNS[0], zzpcode="780")],
    "prestaties": [_rij(prestatiecode="LC01", soort="lvhc", doelgroep="GP+", einddatum=None)],
}
ALLE = [r.id for r in alle_regels().values()]
PER_CLIENT = [r.id for r in alle_regels().values() if r.bereik != "batch"]


def _gevonden(
    regels: list[dict[str, Any]], ids: list[str], historie: list[dict[str, Any]] | None
) -> set[tuple[Any, ...]]:
    geval = {"regels": regels, "dossier": DOSSIER, "historie": historie}
    uitslag = controleer_geval(ids, geval)
    assert not [s.regel.id for s in uitslag.regels if s.status == "fout"]
    sleutels = ("regel_id", "ernst", "retourcode", "referentienummer", "uitvoerder")
    return {tuple(b[s] for s in sleutels) for b in bevindingen(uitslag)}


regels_en_historie = st.tuples(st.lists(regel, min_size=2, max_size=25), st.integers(0, 10))
instellingen = settings(max_examples=keren(2, 150), suppress_health_check=[HealthCheck.too_slow])


@instellingen
@given(regels_en_historie, st.randoms(use_true_random=False))
def test_volgorde_van_regels_maakt_niet_uit(invoer: tuple[list[dict[str, Any]], int], toeval: Any) -> None:
    lijnen = _met_nummers(invoer[0])
    historie, regels = lijnen[: min(invoer[1], len(lijnen) - 1)], lijnen[min(invoer[1], len(lijnen) - 1) :]
    geschud = toeval.sample(regels, len(regels))
    assert _gevonden(regels, ALLE, historie) == _gevonden(geschud, ALLE, toeval.sample(historie, len(historie)))


@instellingen
@given(regels_en_historie)
def test_splitsen_per_client_maakt_niet_uit(invoer: tuple[list[dict[str, Any]], int]) -> None:
    lijnen = _met_nummers(invoer[0])
    grens = min(invoer[1], len(lijnen) - 1)
    historie, regels = lijnen[:grens], lijnen[grens:]
    samen = _gevonden(regels, PER_CLIENT, historie)
    los: set[tuple[Any, ...]] = set()
    for bsn in {lijn["bsn"] for lijn in regels}:
        van_client = [[lijn for lijn in groep if lijn["bsn"] == bsn] for groep in (regels, historie)]
        los |= _gevonden(van_client[0], PER_CLIENT, van_client[1])
    assert samen == los


@pytest.mark.grondig
@instellingen
@given(regels_en_historie, st.lists(regel, min_size=1, max_size=5))
def test_een_client_erbij_verandert_de_andere_niet(
    invoer: tuple[list[dict[str, Any]], int], erbij: list[dict[str, Any]]
) -> None:
    lijnen = _met_nummers(invoer[0] + [{**lijn, "bsn": EXTRA_BSN} for lijn in erbij])
    regels, extra = lijnen[: len(invoer[0])], lijnen[len(invoer[0]) :]
    referenties = {lijn["referentienummer"] for lijn in regels}
    met = {b for b in _gevonden(regels + extra, PER_CLIENT, []) if b[3] in referenties}
    assert met == _gevonden(regels, PER_CLIENT, [])


@pytest.mark.parametrize("aantal", [1, 2, 5])
def test_elke_regel_draait_op_een_lege_populatie(aantal: int) -> None:
    """Lines that no rule can do anything with must crash none."""
    leeg = [{"bsn": None, "prestatiecode": None, "begindatum": None, "einddatum": None, "aantal": None}] * aantal
    uitslag = controleer_geval(ALLE, {"regels": leeg, "dossier": DOSSIER, "historie": []})
    assert not [status.regel.id for status in uitslag.regels if status.status == "fout"]
