from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pandera.errors import SchemaError, SchemaErrors

from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.contract import kolommen
from wlz_declaratie.contract.berichten import indeling
from wlz_declaratie.contract.modellen import model
from wlz_declaratie.contract.tabellen import (
    BEDRAGEN,
    CIJFERS,
    DECLARATIE,
    DOSSIER,
    HOOGUIT,
    NODIG,
    NULLEN_LEEG,
    SOORTEN,
    STANDAARD,
    TABELLEN,
)

CONTRACT_NODIG = {
    "clienten": "bsn geboortedatum",
    "indicaties": "bsn besluitnummer zzpcode ingangsdatum",
    "toewijzingen": "bsn zzpcode instelling soort leveringsvorm ingangsdatum",
    "wachtstatus": "bsn instelling status ingangsdatum",
    "aanbieders": "agb kenmerk ingangsdatum",
    "afspraken": "agb prestatiecode ingangsdatum",
    "machtigingen": "machtigingsnummer bsn prestatiecode ingangsdatum",
    "pgb": "bsn ingangsdatum",
    "onderwijs": "bsn ingangsdatum",
    "tarieven": "prestatiecode ingangsdatum maximumtarief",
    "leveringen": "bsn instelling ingangsdatum",
    "prestaties": "prestatiecode soort ingangsdatum",
}
"""Columns of the public contract that may not be empty or absent."""


def test_elk_bestand_is_een_tabel() -> None:
    assert {bestand.name for bestand in pad("tabellen").iterdir()} == {f"{naam}.toml" for naam in TABELLEN}
    assert set(TABELLEN) == {"declaraties", "bevindingen", "aanvaard", *DOSSIER}


def test_declaratieregel_in_het_contract() -> None:
    kolommen = TABELLEN["declaraties"].kolommen
    assert {naam for naam, kolom in kolommen.items() if kolom.intern} == {"regelnummer", "debet_credit_2"}
    assert list(NODIG) == [
        "referentienummer",
        "bsn",
        "begindatum",
        "einddatum",
        "prestatiecode",
        "aantal",
        "uitvoerder",
    ]
    assert set(NULLEN_LEEG) == {"besluitnummer", "functiecode", "zzpcode", "tijdseenheid"}
    assert set(HOOGUIT) == {"referentienummer", "referentienummer_voorgaand", "besluitnummer", "machtigingsnummer"}
    assert set(BEDRAGEN) == {"tarief", "bedrag", "declaratiebedrag", "maximumtarief", "nhc"}
    assert STANDAARD == {"prestatiecodelijst": "055", "debet_credit": "D"}


def test_rubrieken_zijn_die_van_het_bericht() -> None:
    genummerd = {veld.nummer: veld for velden in indeling("aw319").records.values() for veld in velden.values()}
    kolommen = TABELLEN["declaraties"].kolommen
    assert {naam for naam, kolom in kolommen.items() if not kolom.aw319} == {
        "regelnummer",
        "leveringsvorm",
        "onderwijs",
    }
    for naam, kolom in kolommen.items():
        if kolom.aw319:
            veld = genummerd[kolom.aw319]
            assert veld.naam == naam
            assert kolom.cijfers in (None, veld.lengte)
            assert kolom.tekens in (None, veld.lengte)


@pytest.mark.parametrize("tabel", DOSSIER)
def test_dossiertabel_in_het_contract(tabel: str) -> None:
    kolommen = TABELLEN[tabel].kolommen
    assert {naam for naam, kolom in kolommen.items() if kolom.nodig} == set(CONTRACT_NODIG[tabel].split())
    assert all(kolom.betekenis for kolom in kolommen.values())


def test_readme_noemt_de_kolommen_van_het_dossier() -> None:
    tekst = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    for naam in DOSSIER:
        kolommen = [kolom + ("" if uitleg.nodig else "?") for kolom, uitleg in TABELLEN[naam].kolommen.items()]
        assert f"| {naam} | {', '.join(kolommen)} |" in tekst


def test_kolommen_van_een_naam_zijn_van_een_soort() -> None:
    """What is told of a column by name alone holds in every table that is read."""
    for naam in {*CIJFERS, *BEDRAGEN, *NULLEN_LEEG}:
        gelezen = [tabel.kolommen[naam] for tabel in TABELLEN.values() if naam in tabel.kolommen]
        gelezen = [kolom for kolom in gelezen if kolom not in TABELLEN["bevindingen"].kolommen.values()]
        assert len({(kolom.type, kolom.cijfers, kolom.soort == "bedrag") for kolom in gelezen}) == 1, naam
    assert len(SOORTEN) == len(set(SOORTEN))


@pytest.mark.parametrize(
    ("velden", "verwacht", "goed", "fout"),
    [
        ({"soort": "tekst", "cijfers": 3}, "3 cijfers", "012", "12"),
        ({"soort": "tekst", "tekens": 2}, "hooguit 2 tekens", "ab", "abc"),
        ({"soort": "tekst", "waarden": ["a", "b"]}, "a b", "b", "c"),
        ({"soort": "tekst", "patroon": "^x+$", "domein": "kruisjes"}, "kruisjes", "xx", "xy"),
        ({"soort": "geheel getal", "waarden": [1, 3], "domein": "oneven"}, "oneven", 3, 2),
        ({"soort": "geheel getal", "minstens": 0}, "nul of meer", 0, -1),
        ({"soort": "getal", "minstens": 0, "hoogstens": 9}, "0 tot en met 9", 9.0, 9.5),
    ],
)
def test_een_kolom_wordt_een_model(
    monkeypatch: pytest.MonkeyPatch, velden: dict[str, Any], verwacht: str, goed: Any, fout: Any
) -> None:
    monkeypatch.setattr(
        kolommen, "lees_toml", lambda *_: {"betekenis": "x", "kolom": {"k": {**velden, "betekenis": "y"}}}
    )
    monkeypatch.setitem(TABELLEN, "proef", tabel := kolommen.lees_tabel("proef"))
    assert tabel.kolommen["k"].verwacht == verwacht
    proef = model.__wrapped__("proef")
    for waarde in (goed, None):
        proef.validate(pl.DataFrame({"k": [waarde]}, schema=tabel.types))
    with pytest.raises(SchemaError):
        proef.validate(pl.DataFrame({"k": [fout]}, schema=tabel.types))


@pytest.mark.parametrize(
    ("velden", "zegt"),
    [
        ({"soort": "tekst", "ciifers": 3}, "ciifers"),
        ({"soort": "woord"}, "soort is 'woord'; kies tekst, datum"),
        ({}, "soort is None"),
    ],
)
def test_een_tabel_met_een_schrijffout(monkeypatch: pytest.MonkeyPatch, velden: dict[str, Any], zegt: str) -> None:
    monkeypatch.setattr(
        kolommen, "lees_toml", lambda *_: {"betekenis": "x", "kolom": {"k": {**velden, "betekenis": "y"}}}
    )
    with pytest.raises(kolommen.Tabelfout, match=rf"proef\.toml, kolom k: .*{zegt}"):
        kolommen.lees_tabel("proef")


def leeg(**anders: pl.DataType | type[pl.DataType]) -> pl.LazyFrame:
    return pl.LazyFrame(schema={**DECLARATIE, **anders})


def test_structuur_van_een_luie_declaratie() -> None:
    model("declaraties").validate(leeg())
    for fout in (
        leeg(aantal=pl.Int32),
        leeg().drop("bsn"),
        leeg().with_columns(extra=1),
        leeg().select(reversed(DECLARATIE)),
    ):
        with pytest.raises((SchemaError, SchemaErrors)):
            model("declaraties").validate(fout)


def test_domein_geldt_voor_een_verzameld_frame() -> None:
    regel = pl.DataFrame([{"bsn": "1"}], schema=DECLARATIE)
    model("declaraties").validate(regel.with_columns(bsn=pl.lit("999900006")))
    with pytest.raises(SchemaErrors):
        model("declaraties").validate(regel, lazy=True)


def test_importeren_van_tabellen_laadt_geen_pandera() -> None:
    for module in ("contract.tabellen", "inlezen", "inlezen.tabulair", "inlezen.dossier"):
        code = f"import sys, wlz_declaratie.{module}; sys.exit('pandera' in sys.modules)"
        subprocess.run([sys.executable, "-c", code], check=True)


def test_de_hulp_leest_geen_tabellen() -> None:
    code = (
        "import sys\nfrom wlz_declaratie.cli import main\nsys.argv = ['declaratie', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "sys.exit(any(naam.startswith('wlz_declaratie.contract') for naam in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
