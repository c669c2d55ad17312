"""``declaratie waarom`` and ``declaratie client``, as a user runs them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from proces import assert_nette_fout, draai
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.rapport.balk import BREEDTE, balk

WORTEL = Path(__file__).parents[2]
BATCH, DOSSIER = "sample_data/fout/batch.csv", "sample_data/fout/dossier"
MET = ("--dossier", DOSSIER, "--peildatum", "2026-04-30")
AFGEKEURD, BSN = "2-450", "999925970"
"""The last of the lines with which a leegstand has too many days, and its client."""
WEINIG = ("--selecteer", "MUT,BEH-01,VLD,INL")
"""Of each conclusion at least one rule: what is said of all of them the golden texts say."""


def waarom(*woorden: str, breedte: str = "100") -> Any:
    return draai("waarom", BATCH, *woorden, map_=WORTEL, omgeving={"COLUMNS": breedte})


def als_json(*woorden: str) -> dict[str, Any]:
    klaar = draai(*woorden, *MET, "--formaat", "json", map_=WORTEL)
    inhoud: dict[str, Any] = json.loads(klaar.stdout)
    naam = inhoud["schema"].removeprefix("declaratie-").removesuffix("/1")
    jsonschema.validate(inhoud, json.loads(pad(f"{naam}.schema.json").read_text("utf-8")))
    return inhoud


def test_alles_noemt_elke_controleregel() -> None:
    lang = waarom(AFGEKEURD, *MET, *WEINIG, "--alles").stdout
    assert "BEH-01 Behandeling naast een pakket inclusief behandeling\n" in lang


def test_json_volgens_het_schema() -> None:
    inhoud = als_json("waarom", BATCH, AFGEKEURD)
    assert sum(inhoud["telling"].values()) == len(inhoud["oordelen"])
    per_regel = {oordeel["regel_id"]: oordeel for oordeel in inhoud["oordelen"]}
    assert per_regel["MUT-01"]["oordeel"] == "afgekeurd"
    assert per_regel["MUT-01"]["gegevens"][0]["toegestaan"] == 13
    tekst = json.dumps(inhoud)
    assert BSN not in tekst
    assert "geboortedatum" not in tekst
    heel = json.dumps(als_json("waarom", BATCH, AFGEKEURD, "--toon-bsn", "--selecteer", "VLD-01"))
    assert BSN in heel
    assert "geboortedatum" in heel


def test_json_van_een_client_telt_elke_declaratieregel() -> None:
    inhoud = als_json("client", BATCH, f"******{BSN[-3:]}", *WEINIG)
    assert all(sum(regel["telling"].values()) == len(inhoud["regels"]) for regel in inhoud["controleregels"])
    afgekeurd = sum(regel["telling"]["afgekeurd"] for regel in inhoud["controleregels"])
    assert afgekeurd == sum(regel["telling"]["afgekeurd"] for regel in inhoud["regels"]) > 0
    assert BSN not in json.dumps(inhoud)


def test_wat_loopt_is_te_kiezen_en_bepaalt_de_exitcode() -> None:
    klaar = waarom(AFGEKEURD, *MET, "--selecteer", "MUT,VLD", "--negeer", "MUT")
    assert klaar.returncode == 0
    uitgezet = klaar.stdout.partition("uitgezet: niet gekozen met --selecteer, of wel met --negeer: ")[2]
    assert "MUT (7 controleregels)" in " ".join(uitgezet.split())
    assert waarom(AFGEKEURD, *MET, "--selecteer", "MUT,VLD").returncode == 1


@pytest.mark.parametrize(
    ("woorden", "verwacht"),
    [
        (
            ("waarom", BATCH, "2_21", "--selecteer", "VLD-01"),
            "geen declaratieregel heeft referentienummer '2_21'; bedoel je 2-21?",
        ),
        (
            ("waarom", BATCH, "999900006", "--selecteer", "VLD-01"),
            "geen declaratieregel heeft referentienummer '******006'",
        ),
        (("waarom", BATCH, "2-21", "--selecteer", "XYZ"), "geen controleregel heet of begint met 'XYZ'"),
        (("waarom", "weg.csv", "2-21"), "weg.csv"),
        (("client", BATCH, "12"), "BSN: geef een bsn van negen cijfers, of de laatste drie ervan."),
        (("client", BATCH, "999990019", "--selecteer", "VLD-01"), "met dit bsn, dat eindigt op 019"),
    ],
)
def test_fout_is_een_regel(woorden: tuple[str, ...], verwacht: str) -> None:
    klaar = draai(*woorden, map_=WORTEL)
    assert_nette_fout(klaar, verwacht)
    assert "999990019" not in klaar.stderr


@pytest.mark.parametrize(
    ("van", "tot", "plaats"),
    [(1, 30, (0, 30)), (1, 1, (0, 1)), (30, 30, (29, 30)), (11, 20, (10, 20))],
)
def test_balk(van: int, tot: int, plaats: tuple[int, int]) -> None:
    streep = balk(date(2026, 4, van), date(2026, 4, tot), date(2026, 4, 1), date(2026, 4, 30), "█")
    begin, eind = plaats
    assert streep == "·" * begin + "█" * (eind - begin) + "·" * (BREEDTE - eind)
