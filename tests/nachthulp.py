"""An inbox for tests of the night, and all that a night leaves behind."""

from __future__ import annotations

import json
import subprocess
from dataclasses import fields
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import proces
from aw319_hulp import lijnen
from grondig import GRONDIG
from wlz_declaratie.diensten import bijschrijven
from wlz_declaratie.historie.onderhoud import controleer
from wlz_declaratie.historie.opslag import open_historie
from wlz_declaratie.inlezen.aw319.schrijven import schrijf_aw319
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.nacht import inbox
from wlz_declaratie.nacht.opdracht import Nacht
from wlz_declaratie.nacht.opties import Opties

PEILDATUM = "2020-01-01"
KOP = (
    "referentienummer;bsn;begindatum;einddatum;prestatiecode;aantal;uitvoerder"
    ";declarant;factuurnummer;begindatum_periode"
)

FEBRUARI = {
    "factuurnummer": "F-2019-02",
    "begindatum": date(2019, 2, 2),
    "einddatum": date(2019, 2, 2),
    "aantal": 1,
    "zzpcode": "753",
    "begindatum_periode": date(2019, 2, 1),
    "einddatum_periode": date(2019, 2, 28),
}
"""An AW319 line of one day in February."""


def regel(referentie: str, maand: str = "2019-01", bsn: str = "999900006", code: str = "Z041") -> str:
    """A line of one day, on the first of the month, of the invoice of that month."""
    dag = f"{maand}-01"
    return f"{referentie};{bsn};{dag};{dag};{code};1;06290001;06290001;F-{maand};{dag}"


def csv(map_: Path, naam: str, *regels: str, kop: str = KOP) -> Path:
    map_.mkdir(parents=True, exist_ok=True)
    pad = map_ / naam
    pad.write_text("\n".join([kop, *regels]) + "\n", encoding="utf-8")
    return pad


def asc(map_: Path, naam: str, *anders: dict[str, Any]) -> Path:
    map_.mkdir(parents=True, exist_ok=True)
    schrijf_aw319(lijnen(*anders), map_ / naam)
    return map_ / naam


def vul(inbox: Path) -> None:
    """Three batches of which the order by name is not that of the periods, and a file that is none."""
    csv(inbox, "a.csv", regel("R1", "2019-03"), regel("R3", "2019-03", "999900018"))
    csv(inbox, "b.csv", regel("R1", "2019-01"), regel("R2", "2019-01", "999900018"))
    asc(inbox, "a.asc", FEBRUARI, {**FEBRUARI, "bsn": "999900018"})
    csv(inbox, "kapot.csv", "1;2", kop="dit;is niets")


def woorden(map_: Path) -> list[str]:
    """``nacht`` on the folders in, historie and uit of ``map_``."""
    mappen = ("nacht", map_ / "in", "--historie", map_ / "historie", "--uit", map_ / "uit")
    return [*map(str, mappen), "--peildatum", PEILDATUM, "--rust", "0", "--max-afkeur", "100"]


def opdracht(**alles: Any) -> Nacht:
    """A night, with the options of its batches among its own."""
    eigen = {veld.name for veld in fields(Opties)} & alles.keys()
    opties = Opties(**{naam: alles[naam] for naam in eigen})
    return Nacht(**{naam: wat for naam, wat in alles.items() if naam not in eigen}, opties=opties)


def nacht(map_: Path, **anders: Any) -> Nacht:
    """The night of what lies in the folder."""
    vast = {"inbox": map_ / "in", "historie": map_ / "historie", "uit": map_ / "uit", "rust": 0, "max_afkeur": 100}
    return opdracht(**{**vast, "peildatum": date.fromisoformat(PEILDATUM), "tabellen": map_, **anders})


def start(*wat: str | Path, **omgeving: str) -> proces.Kind:
    return proces.start(*wat, omgeving=omgeving, module="nacht_proces")


BIJ_LEZEN = ("AW", "INL")
"""Families whose findings come from a reader."""


def weinig_regels() -> None:
    """Of the catalogue only the readers' own rules and the plain ones, unless GRONDIG: a night is about files.

    Every batch of a night is checked by all that `bijschrijven` knows, which is most of the time of a test.
    """
    if not GRONDIG:
        plat = ("VLD-09", "VLD-10", "VLD-16", "MUT-01")
        gekozen = {id_: regel_ for id_, regel_ in alle_regels().items() if regel_.familie in BIJ_LEZEN or id_ in plat}
        bijschrijven.alle_regels = lambda: gekozen


@pytest.fixture
def met_weinig_regels(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same until a test is done."""
    monkeypatch.setattr(bijschrijven, "alle_regels", alle_regels)
    weinig_regels()


@pytest.fixture
def vlotte_nacht(monkeypatch: pytest.MonkeyPatch, met_weinig_regels: None) -> None:
    """A night of few rules that does not look twice at what lies there."""
    monkeypatch.setattr(inbox, "TUSSENPOOS", 0.0)


def draai(*wat: str | Path, **omgeving: str) -> subprocess.CompletedProcess[str]:
    """The command line as a process: see nacht_proces.py for what ``omgeving`` can say."""
    return proces.tot_het_einde(start(*wat, **omgeving))


def stand(map_: Path) -> dict[str, Any]:
    """All that lies in ``map_`` but moments: files by content, the overview and the store by what they say."""
    bestanden = {
        str(pad.relative_to(map_)): sha256(pad.read_bytes()).hexdigest()
        for pad in map_.rglob("*")
        if pad.is_file() and map_ / "historie" not in pad.parents and pad.name != "overzicht.json"
    }
    overzichten = [json.loads(pad.read_text("utf-8")) for pad in map_.glob("uit/overzicht.json")]
    for overzicht in overzichten:
        for moment in ("momenten", "run", "nachten"):
            overzicht.pop(moment)
    return {"bestanden": bestanden, "overzicht": overzichten, "historie": historie(map_ / "historie")}


def historie(map_: Path) -> list[Any]:
    """Register and lines of a store that is sound, without moments."""
    assert controleer(map_).fouten == ()
    open_ = open_historie(map_)
    register = [batch.als_json() for batch in open_.batches]
    for batch in register:
        batch.pop("moment")
    return [*register, *sorted(open_.regels().collect().rows(), key=str)]
