"""A dossier of somebody else: nothing is rejected for what it lacks of a client that it does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gevallen import STANDAARD, controleer_geval, gevallen
from grondig import keren, rest
from wlz_declaratie.basis import geheugen
from wlz_declaratie.contract.tabellen import OVER_AANBIEDERS, OVER_CLIENTEN
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.gevallen import Geval
from wlz_declaratie.diensten.waarom import ga_na
from wlz_declaratie.kern.regel import Regel, alle_regels
from wlz_declaratie.kern.vreemd import MINSTENS, NOEMEN
from wlz_declaratie.voorbeeld.nummers import bsns

ANDER, *VEEL = map(str, bsns(2 * MINSTENS + 1, 7))
RIJ: dict[str, dict[str, Any]] = {
    "clienten": {"geboortedatum": date(1940, 5, 1)},
    "indicaties": {"besluitnummer": "1", "zzpcode": "754", "ingangsdatum": date(2026, 1, 1)},
    "toewijzingen": {
        "zzpcode": "754", "instelling": "06290101", "soort": 1, "leveringsvorm": 4, "ingangsdatum": date(2026, 1, 1),
    },
    "leveringen": {"instelling": "06290101", "ingangsdatum": date(2026, 1, 1)},
}  # fmt: skip
GERAAKT = [r for r in alle_regels().values() if not OVER_CLIENTEN.isdisjoint(r.steunt_op) and r.id != "INL-02"]
SIGNAAL = "{} van {} cliënten staan niet in het dossier; hoort dit dossier bij deze declarant?"


def tabellen(bekend: Sequence[str], *namen: str) -> dict[str, list[dict[str, Any]]]:
    """Those tables, with a row of each of these clients."""
    return {naam: [{"bsn": bsn, **RIJ[naam]} for bsn in bekend] for naam in namen or NOEMEN}


def toets(clienten: Sequence[str], dossier: Mapping[str, Any], *ids: str, **anders: Any) -> Uitslag:
    regels = [{"bsn": bsn, "zzpcode": "754"} for bsn in clienten]
    geval = {"regels": regels, "dossier": dossier, **anders}
    return controleer_geval(ids or ("IND-01", "IND-03", "INL-02", "VLD-14"), geval)


def afgekeurd(uitslag: Uitslag) -> int:
    return uitslag.bevindingen.filter(regel_id="IND-01", ernst="afkeur").height


def signalen(uitslag: Uitslag) -> list[str]:
    return uitslag.bevindingen.filter(regel_id="INL-02")["melding"].to_list()


@pytest.mark.parametrize(
    ("clienten", "onbekend", "vreemd"),
    [(20, 11, True), (20, 10, False), (21, 11, True), (19, 19, False), (19, 10, False), (20, 20, True)],
)
def test_de_grenzen(clienten: int, onbekend: int, vreemd: bool) -> None:
    wie = VEEL[:clienten]
    uitslag = toets(wie, tabellen([*wie[onbekend:], ANDER]))
    assert signalen(uitslag) == ([SIGNAAL.format(onbekend, clienten)] if vreemd else [])
    assert afgekeurd(uitslag) == (0 if vreemd else onbekend)
    per_regel = {status.regel.id: (status.status, status.reden) for status in uitslag.regels}
    niet = f"{onbekend} declaratieregels van cliënten die niet in het dossier staan"
    assert per_regel["IND-01"] == (("deels uitgevoerd", niet) if vreemd else ("uitgevoerd", None))
    assert per_regel["INL-02"] == ("uitgevoerd", None)


@pytest.mark.parametrize("tabel", NOEMEN)
def test_een_dossier_met_een_van_de_tabellen(tabel: str) -> None:
    ander = toets(VEEL[:20], tabellen([ANDER], tabel))
    assert signalen(ander) == [SIGNAAL.format(20, 20)]
    assert not ander.bevindingen["ernst"].is_in(["afkeur"]).any()
    eigen = toets(VEEL[:20], tabellen(VEEL[:10], tabel))
    assert signalen(eigen) == []


@pytest.mark.parametrize(("aanbieder", "vreemd"), [("06290102", True), (STANDAARD["uitvoerder"], False)])
def test_ook_afspraken_van_een_ander_keuren_niets_af(aanbieder: str, vreemd: bool) -> None:
    """Of the own provider they do, and then the clients are new rather than somebody else's."""
    rij = {"agb": aanbieder, "prestatiecode": "Z999", "ingangsdatum": date(2026, 1, 1), "tarief": 1}
    uitslag = toets(VEEL[:20], tabellen([ANDER]) | {"afspraken": [rij]}, "AFS-01", "INL-02")
    assert signalen(uitslag) == [SIGNAAL.format(20, 20)]
    assert uitslag.samenvatting.afgekeurd == (0 if vreemd else 20)
    assert uitslag.regels[0].status == ("deels uitgevoerd" if vreemd else "uitgevoerd")


def test_zonder_die_tabellen_is_niets_te_zeggen() -> None:
    uitslag = toets(VEEL[:20], tabellen([ANDER], "leveringen"), "INL-02", "IND-04")
    assert signalen(uitslag) == []
    assert {status.regel.id: status.status for status in uitslag.regels} == {
        "INL-02": "niet uitgevoerd",
        "IND-04": "uitgevoerd",
    }
    assert uitslag.samenvatting.afgekeurd == 20


def test_een_client_in_een_van_de_tabellen_is_bekend() -> None:
    """It is judged by all of them: of the known client the indicatie is missing, and that is a rejection."""
    bekend, *onbekend = VEEL[:20]
    dossier = tabellen([ANDER]) | {"toewijzingen": tabellen([bekend], "toewijzingen")["toewijzingen"]}
    uitslag = toets([bekend, *onbekend], dossier)
    assert signalen(uitslag) == [SIGNAAL.format(19, 20)]
    assert uitslag.bevindingen.filter(ernst="afkeur").select("regel_id", "bsn").rows() == [("IND-01", bekend)]


def test_ook_andere_tabellen_over_clienten_zeggen_dan_niets() -> None:
    uitslag = toets(VEEL[:20], tabellen([ANDER], "clienten", "leveringen"), "IND-04")
    assert uitslag.bevindingen.is_empty()
    [status] = uitslag.regels
    assert status.status == "deels uitgevoerd"


def test_wat_geen_client_is_telt_niet_mee() -> None:
    wie = [*VEEL[:19], "999999999", "12345", "999999999"]
    assert signalen(toets(wie, tabellen([ANDER]), "INL-02")) == []


def test_de_historie_telt_niet_mee_en_doet_mee() -> None:
    """Known clients of earlier batches say nothing of this one; the lines of an unknown one are still counted."""
    leeg = {"prestatiecode": "Z916", "aantal": 13}
    eerder = {**leeg, "begindatum": date(2026, 2, 1), "einddatum": date(2026, 2, 13)}
    nu = {**leeg, "begindatum": date(2026, 2, 14), "einddatum": date(2026, 2, 26)}
    geval = {
        "regels": [{"bsn": bsn, **nu} for bsn in VEEL[:20]],
        "historie": [{"bsn": bsn, **eerder} for bsn in VEEL],
        "dossier": tabellen(VEEL[20:]),
    }
    uitslag = controleer_geval(["MUT-01", "INL-02", "MUT-07"], geval)
    assert signalen(uitslag) == [SIGNAAL.format(20, 20)]
    assert uitslag.bevindingen.filter(regel_id="MUT-01").height == 20


@pytest.mark.parametrize("deel", rest([1, 5, 12, 23], 12))
def test_in_delen_hetzelfde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deel: int) -> None:
    wie = VEEL[:24]
    ids = {"INL-02", "IND-03", *[regel.id for regel in GERAAKT][:: keren(4, 1)]}
    dossier = tabellen([*wie[14:], ANDER], *RIJ)

    def alles(map_: Path) -> tuple[Any, ...]:
        uitslag = toets(wie, dossier, *ids, werkmap=map_)
        return uitslag.bevindingen.rows(), [(s.regel.id, s.status, s.reden) for s in uitslag.regels]

    heel = alles(tmp_path / "heel")
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", deel)
    assert alles(tmp_path / "delen") == heel


def test_een_volledig_dossier_keurt_af_wie_er_niet_in_staat() -> None:
    uitslag = toets(VEEL[:20], tabellen([ANDER]), dossier_volledig=True)
    assert signalen(uitslag) == []
    assert afgekeurd(uitslag) == 20


def test_waarom_zegt_niet_getoetst_met_de_reden(tmp_path: Path) -> None:
    uitslag = toets(VEEL[:20], tabellen(VEEL[:2]), werkmap=tmp_path)
    van = {rij: {o.regel.id: o for o in ga_na(uitslag, [rij]).oordelen[rij]} for rij in (0, 5)}
    assert van[0]["IND-01"].soort == "goed"
    for regel_id in ("IND-01", "IND-03"):
        gevonden = van[5][regel_id]
        assert (gevonden.soort, gevonden.toelichting) == ("niet getoetst", "de cliënt staat niet in het dossier")


def test_de_uitleg_noemt_de_grens() -> None:
    assert re.search(rf"\b{MINSTENS} cliënten", alle_regels()["INL-02"].uitleg)


# Every rule: of who is unknown it finds what it finds without tables about clients, and of others what it always does.

GEVALLEN: dict[str, list[Geval]] = {}
for _geval in sorted(gevallen()[0], key=lambda geval: not geval.inhoud["bevindingen"]):
    GEVALLEN.setdefault(_geval.regel_id, []).append(_geval)


def bevindingen(geval: Geval, anders: Mapping[str, Any], erbij: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """What its rule finds on the lines of a case, beside lines of other clients."""
    eigen = geval.inhoud["regels"]
    vol = [{"bsn": bsn, "uitvoerder": "06290199", "prestatiecode": "Z041"} for bsn in erbij]
    inhoud = {**geval.inhoud, **anders, "regels": [*eigen, *vol]}
    gevonden = controleer_geval([geval.regel_id], inhoud, geval.standaard).bevindingen
    van_eigen = gevonden.filter(gevonden["regelnummer"].is_null() | (gevonden["regelnummer"] <= len(eigen)))
    return van_eigen.select("regelnummer", "ernst", "retourcode", "melding").rows()


@pytest.mark.parametrize("regel", GERAAKT, ids=lambda regel: regel.id)
def test_elke_regel_die_op_zulke_tabellen_steunt(regel: Regel) -> None:
    for geval in GEVALLEN[regel.id][: keren(1, 10)]:
        gegeven: dict[str, list[dict[str, Any]]] = dict(geval.inhoud.get("dossier", {}))
        over = {naam: rijen for naam, rijen in gegeven.items() if naam in OVER_CLIENTEN}
        overige = {naam: rijen for naam, rijen in gegeven.items() if naam not in OVER_CLIENTEN}
        van_een_ander = {naam: [{**rij, "bsn": ANDER} for rij in rijen] for naam, rijen in over.items()}
        met_clienten = {"clienten": [], **van_een_ander, **overige}
        onbekend = bevindingen(geval, {"dossier": met_clienten}, VEEL)
        lijnen = [{**STANDAARD, **geval.standaard, **lijn} for lijn in geval.inhoud["regels"]]
        uitvoerders = {lijn["uitvoerder"] for lijn in lijnen}
        van_hen = {
            naam: rijen
            for naam, rijen in overige.items()
            if naam not in OVER_AANBIEDERS or any(rij["agb"] in uitvoerders for rij in rijen)
        }
        assert onbekend == bevindingen(geval, {"dossier": van_hen}), "keurt een onbekende af"
        wie = {lijn["bsn"] for lijn in lijnen} - {None}
        vrij = next(naam for naam in NOEMEN if naam not in regel.steunt_op)
        bekend = bevindingen(geval, {"dossier": {**gegeven, **tabellen(sorted(wie), vrij)}}, VEEL)
        assert bekend == bevindingen(geval, {}), "oordeelt anders over wie bekend is"
