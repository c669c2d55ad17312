"""Counts and euros per rule, provider and month, against the findings and the summary."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import polars as pl
from rich.console import Console

from proces import schrijf
from uitslagen import uitslag_van
from wlz_declaratie.rapport import statistiek

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
