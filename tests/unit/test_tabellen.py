from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pandera.errors import SchemaError, SchemaErrors

from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.contract.modellen import DECLARATIES, als_toml, modellen
from wlz_declaratie.contract.tabellen import BEDRAGEN, CIJFERS, DECLARATIE, DOSSIER, HOOGUIT, NODIG, SOORTEN, STANDAARD

CONTRACT_NODIG = {
    "clienten": "bsn geboortedatum",
    "indicaties": "bsn besluitnummer zzpcode ingangsdatum",
    "toewijzingen": "bsn zzpcode instelling soort leveringsvorm ingangsdatum",
    "wachtstatus": "bsn instelling status ingangsdatum",
    "aanbieders": "agb kenmerk ingangsdatum",
    "afspraken": "agb prestatiecode ingangsdatum",
    "machtigingen": "machtigingsnummer bsn prestatiecode ingangsdatum",
    "pgb": "bsn zzpcode ingangsdatum",
    "prestaties": "prestatiecode soort ingangsdatum",
}
"""Columns of the public contract that may not be empty or absent."""


def gepubliceerd(tabel: str) -> dict[str, Any]:
    return tomllib.loads(pad("tabellen", f"{tabel}.toml").read_text(encoding="utf-8"))


def test_gepubliceerde_contracten_lopen_in_de_pas() -> None:
    bestanden = {bestand.stem for bestand in pad("tabellen").iterdir()}
    assert bestanden == set(modellen()) == {"declaraties", "bevindingen", *DOSSIER}
    for naam, model in modellen().items():
        tekst = pad("tabellen", f"{naam}.toml").read_text(encoding="utf-8")
        assert tekst == als_toml(model), f"{naam}.toml is verouderd: draai make schemas"


def test_opdracht_schrijft_de_contracten(tmp_path: Path) -> None:
    doel = tmp_path / "nieuw"
    subprocess.run([sys.executable, "-m", "wlz_declaratie.contract.modellen", str(doel)], check=True)
    assert {bestand.name: bestand.read_bytes() for bestand in doel.iterdir()} == {
        bestand.name: bestand.read_bytes() for bestand in pad("tabellen").iterdir()
    }


def test_declaratieregel_in_het_contract() -> None:
    kolommen = {kolom["naam"]: kolom for kolom in gepubliceerd("declaraties")["kolom"]}
    assert [*kolommen] == [kolom for kolom in DECLARATIE if kolom not in ("regelnummer", "debet_credit_2")]
    assert {naam for naam, kolom in kolommen.items() if kolom["nodig"]} == set(NODIG)
    assert {naam: kolom["standaard"] for naam, kolom in kolommen.items() if "standaard" in kolom} == STANDAARD
    assert {naam for naam, kolom in kolommen.items() if kolom["soort"] == "bedrag"} == set(BEDRAGEN)
    assert all("eenheid" in kolommen[naam] for naam in BEDRAGEN)
    assert {naam for naam, kolom in kolommen.items() if "aw319" not in kolom} == {
        "leveringsvorm",
        "onderwijs",
    }
    assert kolommen["bsn"]["aw319"] == "0403"


@pytest.mark.parametrize("tabel", DOSSIER)
def test_dossiertabel_in_het_contract(tabel: str) -> None:
    kolommen = gepubliceerd(tabel)["kolom"]
    assert [kolom["naam"] for kolom in kolommen] == [*DOSSIER[tabel]]
    assert {kolom["naam"] for kolom in kolommen if kolom["nodig"]} == set(CONTRACT_NODIG[tabel].split())
    assert all(kolom["betekenis"] for kolom in kolommen)


def test_hulplijsten_noemen_bestaande_kolommen() -> None:
    alle = set(DECLARATIE).union(*DOSSIER.values())
    assert {*NODIG, *HOOGUIT, *STANDAARD} <= set(DECLARATIE)
    assert {*BEDRAGEN, *CIJFERS} <= alle
    assert len(SOORTEN) == len(set(SOORTEN))


def leeg(**anders: pl.DataType | type[pl.DataType]) -> pl.LazyFrame:
    return pl.LazyFrame(schema={**DECLARATIE, **anders})


def test_structuur_van_een_luie_declaratie() -> None:
    DECLARATIES.validate(leeg())
    for fout in (
        leeg(aantal=pl.Int32),
        leeg().drop("bsn"),
        leeg().with_columns(extra=1),
        leeg().select(reversed(DECLARATIE)),
    ):
        with pytest.raises((SchemaError, SchemaErrors)):
            DECLARATIES.validate(fout)


def test_domein_geldt_voor_een_verzameld_frame() -> None:
    regel = pl.DataFrame([{"bsn": "1"}], schema=DECLARATIE)
    DECLARATIES.validate(regel.with_columns(bsn=pl.lit("999900006")))
    with pytest.raises(SchemaErrors):
        DECLARATIES.validate(regel, lazy=True)


def test_importeren_van_tabellen_laadt_geen_pandera() -> None:
    for module in ("contract.tabellen", "inlezen", "inlezen.tabulair", "inlezen.dossier"):
        code = f"import sys, wlz_declaratie.{module}; sys.exit('pandera' in sys.modules)"
        subprocess.run([sys.executable, "-c", code], check=True)
