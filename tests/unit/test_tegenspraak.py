"""What contradicts in a dossier: both sides of every boundary."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dossierhulp import ANDER, BSN, ELDERS, HUIS, inhoud_van, maak_dossier, tegenspraak
from wlz_declaratie.diensten import tegenspraak as module
from wlz_declaratie.kern.regel import alle_regels

Rij = dict[str, Any]


def teksten(soort: str, map_: Path, **tabellen: list[Rij]) -> list[str]:
    gevonden = tegenspraak(soort, map_, **tabellen)
    assert gevonden.niet_getoetst is None
    assert gevonden.aantal == gevonden.voorbeelden.height
    return gevonden.voorbeelden["wat"].to_list()


@pytest.mark.parametrize(
    ("toewijzing", "indicaties", "verwacht"),
    [
        ({"einddatum": "2025-12-31"}, [{"einddatum": "2025-12-31"}], None),
        ({"einddatum": "2026-01-01"}, [{"einddatum": "2025-12-31"}], "1 dag zonder indicatie, vanaf 01-01-2026"),
        ({}, [{"einddatum": "2026-04-30"}], None),
        ({}, [{"einddatum": "2026-04-29"}], "1 dag zonder indicatie, vanaf 30-04-2026"),
        ({}, [{"ingangsdatum": "2020-01-01"}], None),
        ({}, [{"ingangsdatum": "2020-01-03"}], "2 dagen zonder indicatie, vanaf 01-01-2020"),
        ({}, [{"einddatum": "2024-12-31"}, {"ingangsdatum": "2025-01-01"}], None),
        ({"ingangsdatum": "2026-06-01"}, [{"einddatum": "2026-05-31"}], "1 dag zonder indicatie, vanaf 01-06-2026"),
        ({}, [{"bsn": ANDER}], "2312 dagen zonder indicatie, vanaf 01-01-2020"),
        ({"bsn": "999999999"}, [{}], None),
    ],
)
def test_toewijzing_zonder_indicatie(tmp_path: Path, toewijzing: Rij, indicaties: list[Rij], verwacht: str) -> None:
    gevonden = teksten("toewijzing-zonder-indicatie", tmp_path, toewijzingen=[toewijzing], indicaties=indicaties)
    assert [tekst.partition(": ")[2] for tekst in gevonden] == ([verwacht] if verwacht else [])


EERSTE = {"ingangsdatum": "2020-01-01", "einddatum": "2026-03-31"}
TWEEDE = {"ingangsdatum": "2026-03-31", "instelling": ELDERS}


@pytest.mark.parametrize(
    ("eerste", "tweede", "samen"),
    [
        ({}, {}, "samen op 31-03-2026 (verhuisdag)"),
        ({}, {"instelling": HUIS}, "samen van 31-03-2026 t/m 31-03-2026"),
        ({}, {"ingangsdatum": "2026-03-30"}, "samen van 30-03-2026 t/m 31-03-2026"),
        ({}, {"ingangsdatum": "2026-04-01"}, None),
        ({"einddatum": None}, {"ingangsdatum": "2026-04-30"}, "samen op 30-04-2026 (verhuisdag)"),
        ({"einddatum": None}, {"ingangsdatum": "2026-05-01"}, None),
        ({}, {"bsn": ANDER}, None),
        ({}, {"leveringsvorm": 5}, "samen op 31-03-2026 (verhuisdag)"),
        ({}, {"leveringsvorm": 9}, "samen op 31-03-2026 (verhuisdag)"),
        ({}, {"leveringsvorm": 7}, None),
        ({}, {"leveringsvorm": 8}, None),
        ({}, {"leveringsvorm": 2}, None),
        ({}, {"soort": 3}, None),
        ({"soort": 3}, {"soort": 3}, "samen op 31-03-2026 (verhuisdag)"),
        ({"soort": 5}, {"soort": 5}, None),
        ({}, {"percentage": "99,9"}, None),
        ({}, {"percentage": "100"}, "samen op 31-03-2026 (verhuisdag)"),
    ],
)
def test_twee_pakketten(tmp_path: Path, eerste: Rij, tweede: Rij, samen: str | None) -> None:
    gevonden = teksten("twee-pakketten", tmp_path, toewijzingen=[{**TWEEDE, **tweede}, {**EERSTE, **eerste}])
    assert [tekst.partition(": ")[2] for tekst in gevonden] == ([samen] if samen else [])


def test_twee_pakketten_noemt_die_het_langst_loopt(tmp_path: Path) -> None:
    lang = {"ingangsdatum": "2020-01-01", "instelling": "40000001"}
    kort = {"ingangsdatum": "2020-02-01", "einddatum": "2020-02-29", "instelling": "40000002"}
    later = {"ingangsdatum": "2020-03-01", "instelling": "40000003"}
    gevonden = teksten("twee-pakketten", tmp_path, toewijzingen=[later, kort, lang])
    assert gevonden == [
        "pakket 754 bij 40000003, 01-03-2020 t/m open, naast 754 bij 40000001, 01-01-2020 t/m open: "
        "samen van 01-03-2020 t/m 30-04-2026",
        "pakket 754 bij 40000002, 01-02-2020 t/m 29-02-2020, naast 754 bij 40000001, 01-01-2020 t/m open: "
        "samen van 01-02-2020 t/m 29-02-2020",
    ]


OUD = {"zzpcode": "780", "ingangsdatum": "2018-01-01"}
OUDE_INDICATIE = {"zzpcode": "780", "ingangsdatum": "2019-06-01"}


@pytest.mark.parametrize(
    ("pgb", "indicatie", "vanaf"),
    [
        ({"zzpcode": "782", "einddatum": "2019-01-01", "ingangsdatum": "2019-01-01"}, {}, "01-01-2019"),
        ({"zzpcode": "754"}, {}, None),
        ({"zzpcode": "790", "ingangsdatum": "2019-01-01", "einddatum": "2019-12-31"}, {}, None),
        ({"zzpcode": "790", "ingangsdatum": "2019-01-01", "einddatum": "2020-01-01"}, {}, "01-01-2020"),
        ({**OUD, "einddatum": "2022-12-31"}, OUDE_INDICATIE, None),
        ({**OUD, "einddatum": "2023-01-01"}, OUDE_INDICATIE, "01-01-2023"),
        (OUD, {**OUDE_INDICATIE, "einddatum": "2021-05-31"}, "01-06-2021"),
        (OUD, {**OUDE_INDICATIE, "ingangsdatum": "2020-01-01"}, "01-01-2020"),
        ({"zzpcode": "780", "ingangsdatum": "2020-01-01"}, OUDE_INDICATIE, "01-01-2020"),
        ({"zzpcode": "888", "ingangsdatum": "2020-01-01", "einddatum": "2020-12-31"}, {}, None),
        ({"zzpcode": "888", "ingangsdatum": "2020-01-01", "einddatum": "2021-01-01"}, {}, "01-01-2021"),
        ({"zzpcode": "886"}, {}, None),
        ({"zzpcode": None}, {"zzpcode": "783"}, "01-01-2020"),
        ({"zzpcode": None}, {"zzpcode": "754"}, None),
    ],
)
def test_pgb_mag_niet(tmp_path: Path, pgb: Rij, indicatie: Rij, vanaf: str | None) -> None:
    gevonden = teksten("pgb-mag-niet", tmp_path, pgb=[pgb], indicaties=[indicatie])
    assert [tekst.rpartition(" ")[2] for tekst in gevonden] == ([vanaf] if vanaf else [])


@pytest.mark.parametrize(("vorm", "aantal"), [(2, 1), (4, 0)])
def test_pgb_uit_toewijzingen(tmp_path: Path, vorm: int, aantal: int) -> None:
    rij = {"zzpcode": "783", "leveringsvorm": vorm}
    assert len(teksten("pgb-mag-niet", tmp_path, toewijzingen=[rij])) == aantal


def test_pgb_zonder_tabel_om_de_uitzondering_te_zien(tmp_path: Path) -> None:
    rij = {"zzpcode": "780", "leveringsvorm": 2, "ingangsdatum": "2021-01-01", "einddatum": "2022-12-31"}
    assert teksten("pgb-mag-niet", tmp_path, toewijzingen=[rij]) == []
    later = {**rij, "einddatum": "2023-01-01"}
    assert teksten("pgb-mag-niet", tmp_path, toewijzingen=[later]) == [
        "pgb op 780, 01-01-2021 t/m 01-01-2023: niet mogelijk vanaf 01-01-2023"
    ]


LVG = {"zzpcode": "782", "ingangsdatum": "2022-01-01", "einddatum": "2024-12-31"}
VG = {"zzpcode": "808", "ingangsdatum": "2024-12-31", "einddatum": "2025-06-30"}


@pytest.mark.parametrize(
    ("toewijzing", "indicaties", "vanaf"),
    [
        ({}, [LVG], "31-12-2024"),
        ({"ingangsdatum": "2025-01-01"}, [LVG], None),
        ({"soort": 3}, [LVG], None),
        ({"zzpcode": "754"}, [LVG], None),
        ({}, [{**LVG, "zzpcode": "790"}], "31-12-2024"),
        ({}, [{**LVG, "zzpcode": "808"}], None),
        ({}, [LVG, {"zzpcode": "808", "ingangsdatum": "2024-12-31"}], None),
        ({}, [{**LVG, "bsn": ANDER}], None),
        ({"ingangsdatum": "2021-01-01", "einddatum": "2022-01-01"}, [LVG], "01-01-2022"),
        # The transition of 2020.
        ({"ingangsdatum": "2019-12-31", "einddatum": "2020-12-31"}, [{**LVG, "ingangsdatum": "2018-01-01"}], None),
        (
            {"ingangsdatum": "2019-12-31", "einddatum": "2021-01-01"},
            [{**LVG, "ingangsdatum": "2018-01-01"}],
            "01-01-2021",
        ),
        (
            {"ingangsdatum": "2020-01-01", "einddatum": "2020-12-31"},
            [{**LVG, "ingangsdatum": "2018-01-01"}],
            "01-01-2020",
        ),
    ],
)
def test_lvg_op_vg(tmp_path: Path, toewijzing: Rij, indicaties: list[Rij], vanaf: str | None) -> None:
    gevonden = teksten("lvg-op-vg", tmp_path, toewijzingen=[{**VG, **toewijzing}], indicaties=indicaties)
    assert [tekst.partition(": vanaf ")[2][:10] for tekst in gevonden] == ([vanaf] if vanaf else [])


@pytest.mark.parametrize(
    ("indicatie", "tot"),
    [
        ({"ingangsdatum": "2022-03-01", "einddatum": "2025-02-28"}, None),
        ({"ingangsdatum": "2022-03-01", "einddatum": "2025-03-01"}, "28-02-2025"),
        ({"ingangsdatum": "2023-05-01"}, None),
        ({"ingangsdatum": "2023-04-30"}, "29-04-2026"),
        ({"ingangsdatum": "2023-04-30", "zzpcode": "790"}, "29-04-2026"),
        ({"ingangsdatum": "2015-01-01", "zzpcode": "754"}, None),
        ({"ingangsdatum": "2015-01-01", "einddatum": "2018-12-31"}, None),
        ({"ingangsdatum": "2015-01-01", "einddatum": "2019-01-01"}, "31-12-2017"),
    ],
)
def test_lvg_te_lang(tmp_path: Path, indicatie: Rij, tot: str | None) -> None:
    gevonden = teksten("lvg-te-lang", tmp_path, indicaties=[{"zzpcode": "783", **indicatie}])
    assert [tekst.rpartition(" ")[2] for tekst in gevonden] == ([tot] if tot else [])


@pytest.mark.parametrize(
    ("soort", "tabellen", "reden"),
    [
        ("toewijzing-zonder-indicatie", ["toewijzingen"], "tabel indicaties ontbreekt"),
        ("toewijzing-zonder-indicatie", [], "tabel toewijzingen ontbreekt; tabel indicaties ontbreekt"),
        ("twee-pakketten", ["indicaties"], "tabel toewijzingen ontbreekt"),
        ("pgb-mag-niet", ["indicaties"], "tabel pgb en tabel toewijzingen ontbreken"),
        ("lvg-op-vg", ["toewijzingen"], "tabel indicaties ontbreekt"),
        ("lvg-te-lang", ["pgb"], "tabel indicaties ontbreekt"),
    ],
)
def test_zonder_tabel_niet_te_toetsen(tmp_path: Path, soort: str, tabellen: list[str], reden: str) -> None:
    gevonden = tegenspraak(soort, tmp_path, **{naam: [{}] for naam in tabellen})
    assert (gevonden.niet_getoetst, gevonden.aantal) == (reden, 0)


def test_een_lege_tabel_is_een_tabel(tmp_path: Path) -> None:
    assert len(teksten("toewijzing-zonder-indicatie", tmp_path, toewijzingen=[{}], indicaties=[])) == 1
    leeg = inhoud_van(maak_dossier(tmp_path / "leeg", toewijzingen=[], indicaties=[], pgb=[], clienten=[]))
    assert [(een.aantal, een.niet_getoetst) for een in leeg.tegenspraak] == [(0, None)] * 5


def test_waarden_komen_van_de_regel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    regels = dict(alle_regels())
    regels["LVG-03"] = replace(regels["LVG-03"], gebrek="parameters.toml: kapot")
    monkeypatch.setattr(module, "alle_regels", lambda: regels)
    assert tegenspraak("lvg-te-lang", tmp_path, indicaties=[{}]).niet_getoetst == "parameters.toml: kapot"
    regels["LVG-03"] = replace(alle_regels()["LVG-03"], parameters=alle_regels()["LVG-02"].parameters)
    reden = tegenspraak("lvg-te-lang", tmp_path, indicaties=[{}]).niet_getoetst
    assert reden is not None
    assert "'maanden'" in reden


def test_een_weggelaten_rij_kan_de_oorzaak_zijn(tmp_path: Path) -> None:
    gevonden = tegenspraak(
        "toewijzing-zonder-indicatie",
        tmp_path,
        toewijzingen=[{}, {"bsn": ANDER}],
        indicaties=[{"bsn": ANDER, "zzpcode": "fout"}],
    )
    assert (gevonden.aantal, gevonden.clienten, gevonden.onzeker) == (2, 2, 1)


def test_plaats_en_bsn(tmp_path: Path) -> None:
    fout = {"bsn": ANDER, "soort": 9}
    rijen = [fout, {"einddatum": "2020-01-01"}, {"bsn": ANDER, "ingangsdatum": "2026-01-01"}]
    gevonden = tegenspraak("toewijzing-zonder-indicatie", tmp_path, toewijzingen=rijen, indicaties=[{}])
    velden = gevonden.voorbeelden.select("tabel", "bestand", "regel", "bsn").rows()
    assert velden == [("toewijzingen", "toewijzingen.csv", 4, ANDER)]


def test_een_drukke_client_kost_niets(tmp_path: Path) -> None:
    """Thirty thousand rows of one bsn: no row is joined with all others."""
    rijen = [{"bsn": BSN, "instelling": f"{40000000 + nummer}"} for nummer in range(30_000)]
    gevonden = tegenspraak("twee-pakketten", tmp_path, toewijzingen=rijen, indicaties=[{"zzpcode": "782"}])
    assert (gevonden.aantal, gevonden.clienten, gevonden.voorbeelden.height) == (29_999, 1, 1_000)


def test_pakketvormen() -> None:
    assert set(module.PAKKETVORMEN) == {4, 5, 9}
