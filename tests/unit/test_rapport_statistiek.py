"""Counts and euros per rule, provider and month, against the findings and the summary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from proces import schrijf
from uitslagen import FOUT, uitslag_van
from wlz_declaratie.cli.uitvoeren import Opdracht, uitvoering
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.rapport import statistiek, terminal
from wlz_declaratie.rapport.html import overzicht

KOP = (
    "referentienummer;bsn;begindatum;einddatum;prestatiecode;aantal;uitvoerder;declaratiebedrag;debet_credit;"
    "referentienummer_voorgaand"
)


def test_een_regel_met_twee_bevindingen_telt_een_keer_en_credit_telt_negatief(tmp_path: Path) -> None:
    batch = schrijf(
        tmp_path,
        "A1;999900018;2026-03-01;2026-03-14;Z916;14;06290101;1400,00;D;",
        "A1;999900018;2026-04-20;2026-05-04;Z916;15;06290101;1500,00;D;",
        "A3;999900006;2026-04-01;2026-04-10;Z041;10;06290102;1000,00;C;A9",
        kop=KOP,
    )
    with uitslag_van(tmp_path, batch, dossier=None) as uitslag:
        gevonden = statistiek.bereken(uitslag)
        telling = uitslag.samenvatting
        assert uitslag.bevindingen.filter(pl.col("regelnummer") == 2).height > 1
    per_uitvoerder = {rij["uitvoerder"]: rij for rij in gevonden.per_uitvoerder.to_dicts()}
    assert (per_uitvoerder["06290101"]["afgekeurd"], per_uitvoerder["06290101"]["afgekeurd_cent"]) == (2, 290000)
    assert (per_uitvoerder["06290102"]["bedrag_cent"], per_uitvoerder["06290102"]["regels"]) == (-100000, 1)
    assert gevonden.per_maand.select("maand", "regels").rows() == [("2026-03", 1), ("2026-04", 2)]
    for tabel in (gevonden.per_uitvoerder, gevonden.per_maand):
        assert tabel["afgekeurd_cent"].sum() == telling.afgekeurd_cent
        assert tabel["bedrag_cent"].sum() == telling.bedrag_cent


def test_bevinding_over_een_uitvoerder_telt_bij_hem(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        zonder_regel = uitslag.bevindingen.filter(pl.col("rij").is_null(), pl.col("uitvoerder").is_not_null())
        per_uitvoerder = statistiek.bereken(uitslag).per_uitvoerder
    assert zonder_regel.height
    for agb in zonder_regel["uitvoerder"]:
        verwacht = uitslag.bevindingen.filter(pl.col("uitvoerder") == agb).height
        assert per_uitvoerder.filter(pl.col("uitvoerder") == agb)["bevindingen"].to_list() == [verwacht]


def test_terminal_zegt_wat_er_niet_staat(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        gevonden = statistiek.bereken(uitslag)
    assert gevonden.per_maand.height > statistiek.GETOOND
    tekst = StringIO()
    statistiek.toon(gevonden, Console(file=tekst, width=100))
    assert "de laatste 20 maanden" in " ".join(tekst.getvalue().split())


@pytest.fixture(scope="module")
def met_credit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uitslag]:
    """Rules that reject credit and debit lines, of which none has two findings: every table adds up to the totals."""
    opdracht = Opdracht(
        [FOUT / "batch.csv"], selecteer=["VLD-10", "MUT-01"], peildatum=date(2026, 7, 1),
        tabellen=tmp_path_factory.mktemp("tabellen"),
    )  # fmt: skip
    with uitvoering(opdracht, stil=True) as uitslag:
        afkeur = uitslag.bevindingen.filter(pl.col("ernst") == "afkeur")
        assert afkeur["rij"].is_unique().all()
        assert set(afkeur["regel_id"]) == {"VLD-10", "MUT-01"}
        assert uitslag.samenvatting.afgekeurd_cent < afkeur["declaratiebedrag_cent"].sum()
        yield uitslag


def test_statistiek_telt_op_tot_de_samenvatting(met_credit: Uitslag) -> None:
    gevonden, telling = statistiek.bereken(met_credit), met_credit.samenvatting
    assert gevonden.per_regel["afkeur_cent"].sum() == telling.afgekeurd_cent
    for tabel in (gevonden.per_uitvoerder, gevonden.per_maand):
        assert tabel["bedrag_cent"].sum() == telling.bedrag_cent
        assert tabel["afgekeurd_cent"].sum() == telling.afgekeurd_cent


def test_terminal_telt_op_tot_de_samenvatting(met_credit: Uitslag) -> None:
    """Of the table per rule, the findings themselves, and the last row of each table that is cut."""
    tekst, telling = StringIO(), met_credit.samenvatting
    terminal.toon(met_credit, maximum=99, toon_bsn=False, scherm=Console(file=tekst, width=300))
    afgekeurd = tekst.getvalue().partition("Afgekeurd per controleregel")[2].partition("Signalen per controleregel")[0]
    per_regel = [regel for regel in afgekeurd.splitlines() if re.match(" [A-Z]{3}-[0-9]{2} ", regel)]
    per_bevinding = [regel for regel in afgekeurd.splitlines() if " · € " in regel]
    assert len(per_regel) == 2 < len(per_bevinding) == telling.afgekeurd
    assert sum(map(laatste_bedrag, per_regel)) == sum(map(laatste_bedrag, per_bevinding)) == telling.afgekeurd_cent

    statistiek.toon(statistiek.bereken(met_credit), Console(file=tekst, width=300))
    _, uitvoerders, maanden = re.split("Statistiek per (?:uitvoerder|maand)", tekst.getvalue())
    for tabel in (uitvoerders, maanden):
        rijen = [rij for regel in tabel.splitlines() if len(rij := re.findall("€ ([-.,0-9]+)", regel)) == 2]
        *delen, totaal = [[cent(bedrag) for bedrag in rij] for rij in rijen]
        assert totaal == [telling.bedrag_cent, telling.afgekeurd_cent]
        assert [sum(kolom) for kolom in zip(*delen, strict=True)] == totaal


def test_pagina_telt_op_tot_de_samenvatting(met_credit: Uitslag) -> None:
    tabel = overzicht.per_regel(met_credit, statistiek.bereken(met_credit))
    assert tabel
    assert sum(laatste_bedrag(str(rij[3])) for rij in tabel.tabel.rijen) == met_credit.samenvatting.afgekeurd_cent


def cent(bedrag: str) -> int:
    return int(bedrag.replace(".", "").replace(",", ""))


def laatste_bedrag(tekst: str) -> int:
    return cent(re.findall("€ ([-.,0-9]+)", tekst)[-1])
