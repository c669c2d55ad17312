"""A region over three months: what the operator sees each morning, and what the store holds in the end.

Beside it the same region with a full disk and a process that is killed: nothing is lost by that, and nothing twice.
"""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from doden import sterf_en_herstart
from grondig import keren
from nachthulp import csv, draai, historie, stand, woorden
from wlz_declaratie.voorbeeld.nummers import bsns

DECLARANTEN = keren(5, 40)
MAANDEN = ("2019-01", "2019-02", "2019-03")
CLIENTEN = 4
VEEL = 20
"""Clients of the one whose dossier is not there: of fewer, nobody could say whose it is."""
ONBEKEND, KAPOT, HERHAALT = 1, 2, 3
"""Declarants (the first is 0): his clients are not in the dossier; his first file is none; he sends it once more."""
KOP = (
    "referentienummer;bsn;begindatum;einddatum;prestatiecode;aantal;uitvoerder;declarant;factuurnummer"
    ";begindatum_periode;debet_credit;referentienummer_voorgaand"
)
PER_DECLARANT = [
    [str(bsn) for bsn in bsns(VEEL if nummer == ONBEKEND else CLIENTEN, 100 + nummer)] for nummer in range(DECLARANTEN)
]


@dataclass(frozen=True)
class Regel:
    """A line of one day, the first of a month; a credit line names the line that it takes back."""

    declarant: int
    maand: str
    client: int
    factuurmaand: str
    voorgaand: str = ""

    @property
    def referentie(self) -> str:
        soort = "C" if self.voorgaand else "D" if self.maand == self.factuurmaand else "N"
        return f"{soort}{self.declarant}-{self.client}-{self.maand}"

    def __str__(self) -> str:
        agb, dag = f"06{self.declarant:06d}", f"{self.maand}-01"
        bsn, credit = PER_DECLARANT[self.declarant][self.client], "C" if self.voorgaand else "D"
        factuur = f"F{self.declarant}-{self.factuurmaand};{self.factuurmaand}-01"
        vast = f"{self.referentie};{bsn};{dag};{dag};Z041;1;{agb};{agb}"
        return f"{vast};{factuur};{credit};{self.voorgaand}"


def maandbatch(declarant: int, maand: str) -> list[str]:
    """The lines of a month; from the second on with what is put right of the month before: credit and anew."""
    regels = [Regel(declarant, maand, client, maand) for client in range(len(PER_DECLARANT[declarant]))]
    if maand != MAANDEN[0] and declarant not in (ONBEKEND, KAPOT):
        vorige = MAANDEN[MAANDEN.index(maand) - 1]
        fout = Regel(declarant, vorige, 0, vorige)
        regels += [Regel(declarant, vorige, 0, maand, fout.referentie), Regel(declarant, vorige, 0, maand)]
    return [str(regel) for regel in regels]


def lever_aan(map_: Path, maand: str) -> None:
    """What lies in the inbox on the morning after this month, and in the dossier."""
    for nummer in range(DECLARANTEN):
        naam = f"{nummer:02d}-{maand}.csv"
        if (nummer, maand) == (KAPOT, MAANDEN[0]):
            csv(map_ / "in", naam, "1;2", kop="dit;is niets")
            continue
        csv(map_ / "in", naam, *maandbatch(nummer, maand), kop=KOP)
    if maand == MAANDEN[1]:
        csv(map_ / "in", f"{KAPOT:02d}-{MAANDEN[0]}-opnieuw.csv", *maandbatch(KAPOT, MAANDEN[0]), kop=KOP)
        csv(map_ / "in", f"{HERHAALT:02d}-nog-eens.csv", *maandbatch(HERHAALT, MAANDEN[0]), kop=KOP)
    # Only from the second month on the dossier knows everybody.
    bekend = [n for n in range(DECLARANTEN) if n != ONBEKEND or maand != MAANDEN[0]]
    rijen = (f"{bsn};1950-01-01" for nummer in bekend for bsn in PER_DECLARANT[nummer])
    csv(map_ / "dossier", "clienten.csv", *rijen, kop="bsn;geboortedatum")


def opdracht(map_: Path, maand: str) -> list[str]:
    """The command of that morning: in the second month the operator gives free what waited."""
    vrij = ["--vrijgeven", f"{ONBEKEND:02d}-{MAANDEN[0]}.csv"] if maand == MAANDEN[1] else []
    return [*woorden(map_), "--dossier", str(map_ / "dossier"), *vrij]


def nacht(map_: Path, maand: str, **omgeving: str) -> tuple[int, dict[str, Any]]:
    """A night: its exit code, and the overview."""
    klaar = draai(*opdracht(map_, maand), **omgeving)
    assert "Traceback" not in klaar.stderr
    assert not any(bsn in klaar.stdout + klaar.stderr for clienten in PER_DECLARANT for bsn in clienten)
    pad = map_ / "uit" / "overzicht.json"
    return klaar.returncode, json.loads(pad.read_text("utf-8")) if pad.exists() else {}


def standen(overzicht: dict[str, Any]) -> dict[str, str]:
    return {batch["bestand"]: batch["stand"] for batch in overzicht["batches"]}


@pytest.fixture(scope="module")
def rustig(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A region that nothing happens to: by month the exit code, the overview and all that lies there."""
    map_ = tmp_path_factory.mktemp("rustig")
    gezien = {}
    for maand in MAANDEN:
        lever_aan(map_, maand)
        code, overzicht = nacht(map_, maand)
        gezien[maand] = (code, overzicht, stand(map_))
    return gezien


def test_wat_de_beheerder_elke_ochtend_ziet(rustig: dict[str, Any]) -> None:
    januari, februari, maart = (rustig[maand] for maand in MAANDEN)
    verwacht = {f"{nummer:02d}-2019-01.csv": "verwerkt" for nummer in range(DECLARANTEN)}
    assert standen(januari[1]) == {
        **verwacht,
        f"{ONBEKEND:02d}-2019-01.csv": "quarantaine",
        f"{KAPOT:02d}-2019-01.csv": "afgekeurd",
    }
    assert januari[0] == 3
    reden = next(b["reden"] for b in januari[1]["batches"] if b["stand"] == "quarantaine")
    assert f"{VEEL} van {VEEL} cliënten" in reden

    assert standen(februari[1]) == {
        **{f"{nummer:02d}-2019-02.csv": "verwerkt" for nummer in range(DECLARANTEN)},
        f"{ONBEKEND:02d}-2019-01.csv": "verwerkt",
        f"{KAPOT:02d}-2019-01-opnieuw.csv": "verwerkt",
        f"{HERHAALT:02d}-nog-eens.csv": "al bekend",
    }
    assert februari[0] == maart[0]
    assert februari[0] in (0, 1)
    assert standen(maart[1]) == {f"{nummer:02d}-2019-03.csv": "verwerkt" for nummer in range(DECLARANTEN)}


def test_wat_de_historie_aan_het_eind_heeft(rustig: dict[str, Any]) -> None:
    """Each month of each declarant once, with every credit line and what came in place of it."""
    alles = rustig[MAANDEN[-1]][2]["historie"]
    register = [deel for deel in alles if isinstance(deel, dict)]
    assert len(register) == DECLARANTEN * len(MAANDEN)
    aangeleverd = [regel for maand in MAANDEN for nummer in range(DECLARANTEN) for regel in maandbatch(nummer, maand)]
    geboekt, geweigerd = len(alles) - len(register), sum(batch["afgekeurd"] for batch in register)
    assert geboekt + geweigerd == len(aangeleverd)
    referenties = [
        waarde for rij in alles if isinstance(rij, tuple) for waarde in rij if f"{waarde}"[:2] in ("D0", "C0", "N0")
    ]
    assert "C0-0-2019-01" in referenties


@pytest.mark.grondig
def test_een_volle_schijf_en_een_gedode_nacht_veranderen_niets(tmp_path: Path, rustig: dict[str, Any]) -> None:
    for maand in MAANDEN:
        lever_aan(tmp_path, maand)
        if maand == MAANDEN[1]:
            for bytes_ in ("100", "6000"):
                code, _ = nacht(tmp_path, maand, SCHIJF=bytes_)
                assert code in (2, 75)
        if maand == MAANDEN[2]:
            for bij in ("10", "60")[: keren(1, 2)]:
                assert nacht(tmp_path, maand, DOOD_BIJ=bij)[0] == -signal.SIGKILL
        code, overzicht = nacht(tmp_path, maand)
        assert (code, standen(overzicht)) == (rustig[maand][0], standen(rustig[maand][1]))
        assert historie(tmp_path / "historie") == rustig[maand][2]["historie"]
    assert stand(tmp_path) == rustig[MAANDEN[-1]][2]


@pytest.mark.grondig
def test_duizend_keer_gedood(tmp_path: Path) -> None:
    """The second night of a small region, with a release, a known file and corrections, killed all over."""

    def vul(map_: Path) -> None:
        lever_aan(map_, MAANDEN[0])
        nacht(map_, MAANDEN[0])
        lever_aan(map_, MAANDEN[1])

    sterf_en_herstart(tmp_path, vul, lambda map_: opdracht(map_, MAANDEN[1]), keren(2, 1000), stand)
