"""The days behind cumulative findings, with history, double days and early limits."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from proces import schrijf
from uitslagen import uitslag_van
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.rapport.tijdlijn import Tijdlijn, tijdlijnen

PRIJS = "1,00;1,00;1,00"
CUMULATIEF = {regel.id for regel in alle_regels().values() if regel.telt}


def lijnen(uitslag: Uitslag, regel_id: str) -> list[Tijdlijn]:
    nummers = uitslag.bevindingen.with_row_index("n").filter(pl.col("regel_id") == regel_id)["n"].to_list()
    return [lijn for nummer, lijn in tijdlijnen(uitslag).items() if nummer in nummers]


def delen(lijn: Tijdlijn) -> list[tuple[str, list[tuple[str, str, str]]]]:
    return [
        (strook.naam, [(f"{d.van:%d-%m}", f"{d.tot:%d-%m}", d.soort) for d in strook.delen]) for strook in lijn.stroken
    ]


def test_voorbeeld_heeft_van_elke_cumulatieve_regel_een_volledige_tijdlijn(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        gemaakt = tijdlijnen(uitslag)
        regels = {uitslag.bevindingen["regel_id"][nummer] for nummer in gemaakt}
        cumulatief = uitslag.bevindingen.filter(pl.col("regel_id").is_in(CUMULATIEF), pl.col("retourcode") == "0584")
    assert regels == CUMULATIEF
    assert len(gemaakt) == cumulatief.height
    assert all(lijn.volledig and lijn.overgeslagen == 0 for lijn in gemaakt.values())
    assert all(sum(strook.eigen for strook in lijn.stroken) == 1 for lijn in gemaakt.values())


def test_leegstand_over_de_historie_heen(tmp_path: Path) -> None:
    eerder = schrijf(
        tmp_path,
        f"H0;999900018;2026-04-01;2026-04-18;Z041;18;06290101;{PRIJS}",
        f"H1;999900018;2026-04-18;2026-04-27;Z916;10;06290101;{PRIJS}",
        naam="april.csv",
    )
    mei = schrijf(tmp_path, f"B1;999900018;2026-04-28;2026-05-03;Z916;6;06290101;{PRIJS}", naam="mei.csv")
    with uitslag_van(tmp_path, mei, dossier=None, historie=eerder) as uitslag:
        (lijn,) = lijnen(uitslag, "MUT-01")
    assert (lijn.geteld, lijn.grens, lijn.laatste_dag, lijn.volledig) == (16, 13, date(2026, 4, 30), True)
    assert delen(lijn) == [
        ("Z041 · eerdere batch", [("01-04", "18-04", "verblijf")]),
        ("Z916 · eerdere batch", [("18-04", "27-04", "telt")]),
        ("Z916 · bestandsregel 2", [("28-04", "30-04", "telt"), ("01-05", "03-05", "te veel")]),
    ]
    assert (lijn.van, lijn.tot) == (date(2026, 4, 1), date(2026, 5, 3))


def test_dubbele_dagen_tellen_een_keer(tmp_path: Path) -> None:
    batch = schrijf(
        tmp_path,
        f"A1;999900018;2026-01-01;2026-01-31;Z103;31;06290101;{PRIJS}",
        f"A2;999900018;2026-01-21;2026-03-31;Z103;70;06290101;{PRIJS}",
        f"A3;999900018;2026-04-01;2026-04-10;Z103;10;06290101;{PRIJS}",
    )
    with uitslag_van(tmp_path, batch, dossier=None) as uitslag:
        (lijn,) = lijnen(uitslag, "VRB-06")
    assert (lijn.geteld, lijn.grens, lijn.laatste_dag, lijn.volledig) == (100, 92, date(2026, 4, 2), True)
    assert delen(lijn)[1:] == [
        ("Z103 · bestandsregel 3", [("21-01", "31-01", "telt niet"), ("01-02", "31-03", "telt")]),
        ("Z103 · bestandsregel 4", [("01-04", "02-04", "telt"), ("03-04", "10-04", "te veel")]),
    ]


def test_een_observatie_loopt_door_over_een_gat(tmp_path: Path) -> None:
    batch = schrijf(
        tmp_path,
        f"A1;999900018;2025-01-01;2025-01-31;Z912;31;06290101;{PRIJS}",
        f"A2;999900018;2025-09-01;2025-12-31;Z912;122;06290101;{PRIJS}",
        f"A3;999900018;2026-01-10;2026-03-05;Z912;55;06290102;{PRIJS}",
    )
    with uitslag_van(tmp_path, batch, dossier=None) as uitslag:
        (lijn,) = lijnen(uitslag, "TOE-03")
    assert (lijn.geteld, lijn.grens, lijn.laatste_dag, lijn.volledig) == (186, 181, date(2026, 2, 28), True)
    assert delen(lijn) == [
        ("Z912 · bestandsregel 3", [("01-09", "31-12", "telt")]),
        ("Z912 · bestandsregel 4", [("10-01", "28-02", "telt"), ("01-03", "05-03", "te veel")]),
    ]


def test_gecrediteerde_regel_wordt_niet_getekend(tmp_path: Path) -> None:
    kop = (
        "referentienummer;bsn;begindatum;einddatum;prestatiecode;aantal;uitvoerder;debet_credit;"
        "referentienummer_voorgaand"
    )
    batch = schrijf(
        tmp_path,
        "A1;999900018;2026-03-01;2026-03-10;Z916;10;06290101;D;",
        "A2;999900018;2026-03-01;2026-03-10;Z916;10;06290101;C;A1",
        "A3;999900018;2026-03-01;2026-03-15;Z916;15;06290101;D;",
        kop=kop,
    )
    with uitslag_van(tmp_path, batch, dossier=None) as uitslag:
        (lijn,) = lijnen(uitslag, "MUT-01")
    assert [strook.naam for strook in lijn.stroken] == ["Z916 · bestandsregel 4"]


def test_niet_meer_dan_afgesproken(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        per_regel = [uitslag.bevindingen["regel_id"][nummer] for nummer in tijdlijnen(uitslag, per_regel=1)]
    assert sorted(per_regel) == sorted(CUMULATIEF)
