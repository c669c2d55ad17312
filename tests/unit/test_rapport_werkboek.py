"""The workbook: what stands in its cells, and that no text becomes a formula or markup."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from uitslagen import uitslag_van
from wlz_declaratie.rapport.weergave import Weergave
from wlz_declaratie.rapport.werkboek import bladen
from wlz_declaratie.rapport.werkboek.schrijven import schrijf

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "<r><t>x</t></r>", "_x0041_", "{=1}", "a\x07b", "mailto:a@b"]


def bladxml(pad: Path) -> dict[str, str]:
    with zipfile.ZipFile(pad) as boek:
        return {naam: boek.read(naam).decode() for naam in boek.namelist() if naam.startswith("xl/worksheets/sheet")}


def test_tekst_blijft_tekst(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        basis = uitslag.bevindingen.head(1)
        kwaad = pl.concat([basis] * len(EVIL)).with_columns(
            referentienummer=pl.Series(EVIL), melding=pl.Series(EVIL), bestand=pl.Series(EVIL)
        )
        schrijf(replace(uitslag, bevindingen=kwaad), tmp_path / "u.xlsx", Weergave())
    assert all(
        "<f>" not in xml and "<f " not in xml and "<hyperlink" not in xml
        for xml in bladxml(tmp_path / "u.xlsx").values()
    )
    gelezen = pl.read_excel(tmp_path / "u.xlsx", sheet_name="Bevindingen")
    for kop in ("Referentienummer", "Melding", "Bestand"):
        assert [tekst.rstrip() for tekst in gelezen[kop]] == EVIL


def test_wie_dit_leest_vindt_filter_kop_en_breedte(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        schrijf(uitslag, tmp_path / "u.xlsx", Weergave())
        aantal = uitslag.bevindingen.height
    xml = bladxml(tmp_path / "u.xlsx")["xl/worksheets/sheet2.xml"]
    assert '<pane ySplit="1"' in xml
    assert f'<autoFilter ref="A1:P{aantal + 1}"/>' in xml
    assert xml.count("<col ") >= 10


def test_meer_bevindingen_dan_een_blad_houdt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with uitslag_van(tmp_path) as uitslag:
        aantal = uitslag.bevindingen.height
        monkeypatch.setattr(bladen, "BLADREGELS", 40)
        schrijf(uitslag, tmp_path / "u.xlsx", Weergave())
    boek = pl.read_excel(tmp_path / "u.xlsx", sheet_id=0)
    delen = [blad for naam, blad in boek.items() if naam.startswith("Bevindingen")]
    assert len(delen) == -(-aantal // 40) > 2
    assert sum(blad.height for blad in delen) == aantal
    assert list(boek)[:3] == ["Samenvatting", "Bevindingen", "Bevindingen 2"]
    tekst = " ".join(bladxml(tmp_path / "u.xlsx")["xl/worksheets/sheet1.xml"].split())
    assert f"bevindingen staan op {len(delen)} bladen" in tekst


def test_lege_uitslag(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        schrijf(replace(uitslag, bevindingen=uitslag.bevindingen.clear()), tmp_path / "u.xlsx", Weergave())
    assert pl.read_excel(tmp_path / "u.xlsx", sheet_name="Bevindingen", raise_if_empty=False).is_empty()


def test_datum_voor_1900_is_tekst(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        oud = uitslag.bevindingen.head(1).with_columns(begindatum=pl.date(1823, 5, 1))
        schrijf(replace(uitslag, bevindingen=oud), tmp_path / "u.xlsx", Weergave())
    assert pl.read_excel(tmp_path / "u.xlsx", sheet_name="Bevindingen")["Begindatum"].to_list() == ["01-05-1823"]
