"""How rules are run: in parts, with what is missing, and when one crashes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gevallen import bevindingen, controleer_geval, gevallen
from wlz_declaratie import Geval
from wlz_declaratie.basis import geheugen, zijproces
from wlz_declaratie.inlezen.dossier import lees_dossier
from wlz_declaratie.kern import gevonden, in_delen
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Deels, Niet, Uitkomst

pytestmark = pytest.mark.om_de(3)

BSNS = ("999900006", "999900018", "999900031", "999900043", None, "fout", "999900055")
CODES = ("Z041", "Z043", "Z916", "V041", "H335", "H330", "H126", "Z910", "Z533", "H332")


def _regels(aantal: int) -> list[dict[str, Any]]:
    toeval = random.Random(11)
    regels = []
    for nummer in range(aantal):
        dag = date(2025, 1, 1) + timedelta(days=toeval.randrange(400))
        regels.append(
            {
                "referentienummer": f"R{nummer // 2 if toeval.random() < 0.1 else nummer}",
                "bsn": toeval.choice(BSNS),
                "prestatiecode": toeval.choice(CODES),
                "uitvoerder": toeval.choice(("06290101", "06290202", "geen")),
                "zzpcode": toeval.choice((None, "754", "784", "808", "840")),
                "begindatum": dag,
                "einddatum": dag + timedelta(days=toeval.randrange(30)),
                "aantal": toeval.randrange(1, 20),
            }
        )
    return regels


def _gevonden(map_: Path) -> tuple[list[dict[str, Any]], list[tuple[str, str, str | None]]]:
    regels = _regels(400)
    geval = {"regels": regels[:300], "historie": regels[300:], "werkmap": map_}
    uitslag = controleer_geval(list(alle_regels()), geval)
    return bevindingen(uitslag), [(s.regel.id, s.status, s.reden) for s in uitslag.regels]


@pytest.mark.parametrize("deel", [350, 120, 40])
def test_delen_maken_niet_uit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deel: int) -> None:
    samen = _gevonden(tmp_path)
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", deel)
    monkeypatch.setattr(gevonden, "LIJNEN", 70)
    map_ = tmp_path / "delen"
    map_.mkdir()
    assert _gevonden(map_) == samen
    assert list((map_ / "delen").glob("batch-*.arrow"))


def test_processen_maken_niet_uit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samen = _gevonden(tmp_path)
    gevraagd, vraag = list[Any](), zijproces._gevraagd
    monkeypatch.setattr(zijproces, "_gevraagd", lambda *wat: gevraagd.append(uit := vraag(*wat)) or uit)
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 120)
    monkeypatch.setattr(in_delen, "IN_PROCESSEN", 0)
    map_ = tmp_path / "delen"
    map_.mkdir()
    assert _gevonden(map_) == samen
    assert len(gevraagd) == 4


VAN_BATCHREGELS = [geval for geval in gevallen()[0] if alle_regels()[geval.regel_id].bereik == "batch"]


@pytest.mark.parametrize("geval", VAN_BATCHREGELS, ids=str)
def test_een_regel_van_de_batch_vindt_in_delen_hetzelfde(
    geval: Geval, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written of each part (`leest_van_lijn`) is all that it reads, and enough."""
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 1)
    assert replace(geval, inhoud={**geval.inhoud, "werkmap": tmp_path}).verschillen() == []


def _met(monkeypatch: pytest.MonkeyPatch, toets: Any) -> Any:
    """MUT-01 with another test."""
    regels = dict(alle_regels())
    monkeypatch.setitem(regels, "MUT-01", replace(regels["MUT-01"], toets=toets))
    monkeypatch.setattr("wlz_declaratie.diensten.gevallen.alle_regels", lambda: regels)
    (status,) = controleer_geval(["MUT-01"], {"regels": [{}]}).regels
    return status


def test_een_regel_die_vastloopt_staat_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuk(van: Van) -> Iterator[Uitkomst]:
        yield Deels("komt niet aan bod")
        raise KeyError("999900006")

    status = _met(monkeypatch, stuk)
    assert (status.status, status.reden) == ("fout", "controleregel liep vast (KeyError)")


def test_niet_en_deels(monkeypatch: pytest.MonkeyPatch) -> None:
    def niets(van: Van) -> Iterator[Uitkomst]:
        yield Niet("buiten de editie", 12)

    def half(van: Van) -> Iterator[Uitkomst]:
        yield Deels("zonder datum", 1)

    niet, deels = _met(monkeypatch, niets), _met(monkeypatch, half)
    assert (niet.status, niet.reden) == ("niet uitgevoerd", "12 declaratieregels buiten de editie")
    assert (deels.status, deels.reden) == ("deels uitgevoerd", "1 declaratieregel zonder datum")


def test_niet_in_het_ene_deel_en_niets_in_de_andere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part in which there was nothing to test does not make a rule that could test nothing a rule that did."""

    def alleen_bij_een(van: Van) -> Iterator[Uitkomst]:
        if van.batch(pl.col("bsn") == int(BSNS[0] or 0)).aantal():
            yield Niet("zonder tarief", 1)

    def status() -> tuple[str, str | None]:
        regels = dict(alle_regels())
        regels["MUT-01"] = replace(regels["MUT-01"], toets=alleen_bij_een)
        monkeypatch.setattr("wlz_declaratie.diensten.gevallen.alle_regels", lambda: regels)
        lijnen = [{"bsn": bsn} for bsn in BSNS if bsn]
        (uitkomst,) = controleer_geval(["MUT-01"], {"regels": lijnen, "werkmap": tmp_path}).regels
        return uitkomst.status, uitkomst.reden

    samen = status()
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 2)
    assert status() == samen == ("niet uitgevoerd", "1 declaratieregel zonder tarief")


def test_kolom_die_in_een_dossiertabel_ontbreekt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clienten.csv").write_text("bsn;geboortedatum\n999900006;1940-01-01\n")
    monkeypatch.setattr("wlz_declaratie.diensten.gevallen.dossier", lambda tabellen: lees_dossier(tmp_path))
    (status,) = controleer_geval(["VRB-08"], {"regels": [{}]}).regels
    assert (status.status, status.reden) == ("niet uitgevoerd", "kolom overlijdensdatum ontbreekt in tabel clienten")
