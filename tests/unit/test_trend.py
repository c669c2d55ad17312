"""Saved results beside each other."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import polars as pl
import pytest
from rich.console import Console

from proces import KOP, draai, schrijf
from uitslagen import uitslag_van
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.diensten.trend import Trend, trend
from wlz_declaratie.rapport import formaten
from wlz_declaratie.rapport.trend import bestanden, scherm
from wlz_declaratie.rapport.trend.balken import balk, lijntje, promille
from wlz_declaratie.rapport.weergave import Weergave

AANBIEDER, ANDER = "06290101", "06290102"
WEINIG = ("MUT", "VLD")
VORMEN = (".json", ".xlsx", ".parquet")


def regel(nummer: int, maand: int, *, dagen: int, uitvoerder: str = AANBIEDER) -> str:
    """A vacancy of so many days; more than 13 are rejected."""
    van, tot = f"2026-{maand:02}-01", f"2026-{maand:02}-{dagen:02}"
    bsn = 999900006 if nummer % 2 else 999900018
    return f"R{nummer};{bsn};{van};{tot};Z916;{dagen};{uitvoerder};100,00;{dagen * 100},00;{dagen * 100},00"


@pytest.fixture(scope="module")
def uitslagen(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three months, each in another format, with 0, 1 and 2 lines that MUT-01 rejects."""
    map_ = tmp_path_factory.mktemp("maanden")
    paden = []
    for maand, (te_lang, vorm) in enumerate(zip((0, 1, 2), VORMEN, strict=True), start=1):
        regels = [regel(nummer, maand, dagen=15 if nummer < te_lang else 5) for nummer in range(2)]
        batch = schrijf(map_, *regels, regel(8, maand, dagen=5, uitvoerder=ANDER), naam=f"batch{maand}.csv")
        paden.append(map_ / f"u{maand}{vorm}")
        with uitslag_van(map_, batch, dossier=None, selecteer=WEINIG) as uitslag:
            formaten.schrijf(uitslag, [paden[-1]], Weergave())
    return paden


@pytest.fixture(scope="module")
def verloop(uitslagen: list[Path]) -> Trend:
    return trend(uitslagen)


def test_maanden_en_uitvoerders_tellen_op(verloop: Trend) -> None:
    assert verloop.per_maand.select("maand", "regels").rows() == [(f"2026-0{maand}", 3) for maand in (1, 2, 3)]
    for groep in (verloop.per_maand, verloop.per_uitvoerder, verloop.verloop):
        assert groep["regels"].sum() == 9
        assert groep["afgekeurd"].sum() == verloop.per_maand["afgekeurd"].sum()
        assert groep["afgekeurd_cent"].sum() == verloop.per_maand["afgekeurd_cent"].sum() > 0
    assert verloop.per_uitvoerder["uitvoerder"].to_list() == [AANBIEDER, ANDER]
    assert verloop.verloop.height == 6


def test_een_regel_die_stijgt(verloop: Trend) -> None:
    mut = verloop.regels.filter(pl.col("regel_id") == "MUT-01")
    assert mut.select("maand", "getoetst", "afkeur").rows() == [("2026-01", 3, 0), ("2026-02", 3, 1), ("2026-03", 3, 2)]
    assert verloop.maand == "2026-03"
    (rij,) = verloop.verschil.filter(pl.col("regel_id") == "MUT-01").to_dicts()
    assert rij["eerder"] == pytest.approx(1000 / 6)
    assert rij["laatste"] == pytest.approx(2000 / 3)
    assert rij["verschil"] == pytest.approx(500)


def test_een_regel_die_niet_liep_telt_niet_als_nul(tmp_path: Path, uitslagen: list[Path]) -> None:
    inhoud = json.loads(uitslagen[0].read_text("utf-8"))
    for lid in inhoud["regels"]:
        if lid["id"] == "MUT-01":
            lid["status"] = "niet uitgevoerd"
    (tmp_path / "u1.json").write_text(json.dumps(inhoud), "utf-8")
    zonder = trend([tmp_path / "u1.json", *uitslagen[1:]])
    mut = zonder.regels.filter(pl.col("regel_id") == "MUT-01")
    assert mut["maand"].to_list() == ["2026-02", "2026-03"]
    assert zonder.verschil.filter(pl.col("regel_id") == "MUT-01")["eerder"].item() == pytest.approx(1000 / 3)


def test_een_uitvoerder(uitslagen: list[Path]) -> None:
    alleen = trend(uitslagen, [ANDER])
    assert (alleen.per_maand["regels"].sum(), alleen.per_maand["afgekeurd"].sum()) == (3, 0)
    assert alleen.regels["getoetst"].max() == 1


def test_een_maand_zegt_niets_over_stijgen(uitslagen: list[Path]) -> None:
    een = trend(uitslagen[:1])
    assert een.maand is None
    assert een.verschil.is_empty()
    assert "maar één maand" in op_scherm(een)


def test_een_batch_telt_een_keer(tmp_path: Path, uitslagen: list[Path]) -> None:
    with pytest.raises(Gebruikersfout, match=r"batch .*batch1\.csv staat ook in .*u1\.json"):
        trend([*uitslagen, uitslagen[0]])
    kop = f"{KOP};declarant;factuurnummer"
    paden = []
    for naam, dagen in (("eerst", 15), ("hersteld", 13)):
        batch = schrijf(tmp_path, f"{regel(1, 4, dagen=dagen)};06000003;F1", naam=f"{naam}.csv", kop=kop)
        paden.append(tmp_path / f"{naam}.json")
        with uitslag_van(tmp_path, batch, dossier=None, selecteer=WEINIG) as uitslag:
            formaten.schrijf(uitslag, [paden[-1]], Weergave())
    assert trend(paden).opmerkingen == (
        "factuur F1 van declarant 06000003 staat in meer dan één uitslag; haar declaratieregels tellen elke keer",
    )


def test_wat_geen_tellingen_draagt(tmp_path: Path, uitslagen: list[Path]) -> None:
    inhoud = json.loads(uitslagen[0].read_text("utf-8"))
    del inhoud["tellingen"]
    (tmp_path / "oud.json").write_text(json.dumps(inhoud), "utf-8")
    with pytest.raises(Gebruikersfout, match=r"oud\.json: deze uitslag draagt geen tellingen per maand"):
        trend([tmp_path / "oud.json"])


def op_scherm(verloop: Trend, maximum: int = 20) -> str:
    tekst = io.StringIO()
    scherm.toon(verloop, maximum=maximum, scherm=Console(file=tekst, width=120))
    return tekst.getvalue()


def test_op_het_scherm(verloop: Trend) -> None:
    tekst = op_scherm(verloop)
    assert "Verloop over 3 uitslagen" in tekst
    maart = next(lijn for lijn in tekst.splitlines() if "2026-03" in lijn)
    assert "█" * 12 in maart
    assert "Controleregels die stijgen: 2026-03 naast de maanden ervoor" in tekst
    assert "Getoond: 1 van 2 uitvoerders" in op_scherm(verloop, maximum=1)


def test_balken() -> None:
    assert balk(0.5, 1.0, 4) == "██░░"
    assert balk(0.001, 1.0, 4) == "█░░░"
    assert balk(0.0, 1.0, 4) == balk(0.0, 0.0, 4) == "░░░░"
    assert balk(None, 1.0) == ""
    assert lijntje([0.0, None, 0.5, 1.0]) == "▁ ▅█"
    assert lijntje([0.0, 0.0]) == "▁▁"
    assert lijntje([]) == ""
    assert [promille(waarde) for waarde in (None, 5, 1000.04)] == ["–", "5,0‰", "1.000,0‰"]


def test_bestanden(tmp_path: Path, verloop: Trend) -> None:
    kwaad = replace(verloop, uitslagen=("<b>=1+1</b>.json",))
    doelen = [tmp_path / f"verloop{vorm}" for vorm in bestanden.FORMATEN]
    bestanden.schrijf(kwaad, doelen)
    html, xlsx, als_json = doelen
    inhoud = json.loads(als_json.read_text("utf-8"))
    jsonschema.validate(inhoud, json.loads(pad("trend.schema.json").read_text("utf-8")))
    assert inhoud["per_maand"] == verloop.per_maand.to_dicts()
    tekst = html.read_text("utf-8")
    assert "<b>=1" not in tekst
    assert "66,7%" in tekst
    assert "MUT-01" in tekst
    boek = pl.read_excel(xlsx, sheet_id=0)
    assert list(boek) == ["Maanden", "Uitvoerders", "Per maand", "Controleregels", "Stijgers en dalers"]
    assert boek["Maanden"]["Deel afgekeurd"].to_list() == pytest.approx([0, 1 / 3, 2 / 3])
    assert {doel.stat().st_mode & 0o777 for doel in doelen} == {0o600}


def test_geen_bsn_als_uitvoerder(tmp_path: Path, uitslagen: list[Path]) -> None:
    inhoud = json.loads(uitslagen[0].read_text("utf-8"))
    inhoud["tellingen"]["rijen"][0][0] = "999900018"
    (tmp_path / "u.json").write_text(json.dumps(inhoud), "utf-8")
    assert "999900018" not in json.dumps(bestanden.als_json(trend([tmp_path / "u.json"])))


def test_de_opdracht(tmp_path: Path, uitslagen: list[Path]) -> None:
    klaar = draai("trend", *uitslagen, "--uit", tmp_path / "v.html", "--formaat", "json")
    assert (klaar.returncode, klaar.stderr) == (0, "")
    assert json.loads(klaar.stdout)["schema"] == "declaratie-trend/1"
    assert (tmp_path / "v.html").exists()
    for doel, zegt in ((tmp_path / "v.csv", ".html, .xlsx, .json"), (uitslagen[0], "een van de uitslagen")):
        fout = draai("trend", *uitslagen, "--uit", doel)
        assert fout.returncode == 2
        assert zegt in fout.stderr
    assert json.loads(uitslagen[0].read_text("utf-8"))["schema"] == "declaratie-uitslag/1"
