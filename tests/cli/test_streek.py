"""A region over months: what the operator sees each morning, and what the store holds in the end.

Beside it the same region with a full disk and with kills: nothing is lost by that, and nothing twice.
"""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from doden import WEINIG, sterf_en_herstart
from grondig import keren
from nachthulp import draai, historie, stand
from streek import KAPOT, MAANDEN, ONBEKEND, SLECHT, VEEL, Streek

KLEIN = Streek(6)
STREEK = Streek(keren(6, 40))
NACHTEN = MAANDEN[: keren(2, 3)]


def nacht(streek: Streek, map_: Path, maand: str, **omgeving: str) -> tuple[int, str, dict[str, Any]]:
    """A night: its exit code, what it says, and the overview."""
    klaar = draai(*streek.opdracht(map_, maand), **omgeving)
    assert "Traceback" not in klaar.stderr
    bsns = {bsn for declarant in range(streek.declaranten) for bsn in streek.clienten(declarant)}
    assert not any(bsn in klaar.stdout + klaar.stderr for bsn in bsns)
    pad = map_ / "uit" / "overzicht.json"
    return klaar.returncode, klaar.stdout, json.loads(pad.read_text("utf-8")) if pad.exists() else {}


def standen(overzicht: dict[str, Any]) -> dict[str, str]:
    return {batch["bestand"]: batch["stand"] for batch in overzicht["batches"]}


@pytest.fixture(scope="module")
def rustig(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A region that nothing happens to: by month the exit code, the screen, the overview and all that lies there."""
    map_ = tmp_path_factory.mktemp("rustig")
    gezien = {}
    for maand in NACHTEN:
        STREEK.lever_aan(map_, maand)
        code, scherm, overzicht = nacht(STREEK, map_, maand)
        gezien[maand] = (code, scherm, overzicht, stand(map_))
    return gezien


def test_wat_de_beheerder_elke_ochtend_ziet(rustig: dict[str, Any]) -> None:
    januari, *later = MAANDEN
    onbekend, kapot, slecht = (STREEK.naam(declarant, januari) for declarant in (ONBEKEND, KAPOT, SLECHT))
    for maand, (_, scherm, overzicht, _) in rustig.items():
        assert standen(overzicht) == STREEK.standen(maand)
        verwerkt = sum(wat == "verwerkt" for wat in STREEK.standen(maand).values())
        assert f"{verwerkt} batches verwerkt: " in scherm
        # What lies in quarantine is named until somebody takes it away.
        assert overzicht["in_quarantaine"] == ([onbekend, slecht] if maand == januari else [slecht])
    code, scherm, overzicht, _ = rustig[januari]
    assert code == 3
    assert f"{onbekend}: {VEEL} van {VEEL} cliënten staan niet in het dossier" in scherm
    assert f"{slecht}: 5 van 9 declaratieregels zijn afgekeurd: meer dan 50 %" in scherm
    assert f"{kapot}: regel 1: kolommen 'referentienummer'" in scherm
    assert ", 1 afgekeurd (€ 100,00)." in scherm, "what is in quarantine counts for no declarant yet"
    # A known file and what still lies in quarantine are no work for anybody.
    assert [rustig[maand][0] for maand in later if maand in rustig] == [0] * (len(NACHTEN) - 1)


def test_wat_de_historie_heeft(rustig: dict[str, Any]) -> None:
    """Each good line of each batch that was booked, once: debit, credit, and what came in place of it."""
    for nummer, maand in enumerate(NACHTEN, start=1):
        verwacht = STREEK.geboekt(*MAANDEN[:nummer])
        alles = rustig[maand][3]["historie"]
        assert sorted(rij[2] for rij in alles if isinstance(rij, tuple)) == [regel.referentie for regel in verwacht]
        assert sum(deel["cent"] for deel in alles if isinstance(deel, dict)) == sum(regel.cent for regel in verwacht)


@pytest.mark.grondig
def test_een_volle_schijf_en_een_gedode_nacht_veranderen_niets(tmp_path: Path) -> None:
    rustig, anders = tmp_path / "rustig", tmp_path / "anders"
    for maand in MAANDEN:
        for map_ in (rustig, anders):
            KLEIN.lever_aan(map_, maand)
        for bytes_ in ("100", "6000") if maand == MAANDEN[1] else ():
            # A limit of the process stands for the disk; of that the system says something else than of a full one.
            assert nacht(KLEIN, anders, maand, SCHIJF=bytes_, **WEINIG)[0] in (2, 75)
        for bij in ("10", "60") if maand == MAANDEN[2] else ():
            assert nacht(KLEIN, anders, maand, DOOD_BIJ=bij, **WEINIG)[0] == -signal.SIGKILL
        code, _, overzicht = nacht(KLEIN, rustig, maand, **WEINIG)
        code_anders, _, overzicht_anders = nacht(KLEIN, anders, maand, **WEINIG)
        assert (code_anders, standen(overzicht_anders)) == (code, standen(overzicht))
        assert historie(anders / "historie") == historie(rustig / "historie")
    assert stand(anders) == stand(rustig)


@pytest.mark.grondig
@pytest.mark.parametrize("maand", MAANDEN)
def test_duizend_keer_gedood(tmp_path: Path, maand: str) -> None:
    """Every night of a small region, killed all over: from the first act on a file to the overview."""
    klaar = tmp_path / "klaar"
    for nacht_ in MAANDEN[: MAANDEN.index(maand)]:
        KLEIN.lever_aan(klaar, nacht_)
        nacht(KLEIN, klaar, nacht_, **WEINIG)
    KLEIN.lever_aan(klaar, maand)

    def vul(map_: Path) -> None:
        shutil.copytree(klaar, map_, dirs_exist_ok=True)

    sterf_en_herstart(tmp_path, vul, lambda map_: KLEIN.opdracht(map_, maand), keren(2, 334), stand)
