"""Editions: which serves which day, what the code tables say then, and how they are kept."""

from __future__ import annotations

import datetime as dt
import errno
import stat
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gevallen import bevindingen, controleer_geval
from koppeltabelwerkboek import meegeleverd, rij, schrijf_werkboek
from wlz_declaratie.codes import edities
from wlz_declaratie.codes.edities import Editie, Editiefout, in_dienst, lees_edities, tabellenmap
from wlz_declaratie.codes.tabellen import Codes, lees_codes
from wlz_declaratie.diensten.codes_importeren import importeer

pytestmark = pytest.mark.om_de(4)


def editie(naam: str, van: str, tot: str) -> Editie:
    return Editie(naam, "bron", dt.date.fromisoformat(van), dt.date.fromisoformat(tot))


def voer_in(map_: Path, jaar: int, *rijen: list[Any], **anders: Any) -> Editie:
    """Import a workbook of this year into the folder ``map_``."""
    werkboek = schrijf_werkboek(map_.parent / f"kt {jaar}.xlsx", rijen)
    return importeer(werkboek, map_, **anders).editie


@pytest.fixture
def map_(tmp_path: Path) -> Path:
    return tmp_path / "tabellen"


@pytest.mark.parametrize(
    ("opvolgend", "verwacht"),
    [
        ([("a", "2018-01-01", "2019-12-31")], ["a 2018-01-01 2019-12-31"]),
        (
            [("a", "2018-01-01", "2019-12-31"), ("b", "2021-01-01", "2021-12-31")],
            ["a 2018-01-01 2019-12-31", "b 2021-01-01 2021-12-31"],
        ),
        (
            [("a", "2018-01-01", "2019-12-31"), ("b", "2018-07-01", "2018-07-01")],
            ["a 2018-01-01 2018-06-30", "b 2018-07-01 2018-07-01", "a 2018-07-02 2019-12-31"],
        ),
        ([("a", "2018-01-01", "2019-12-31"), ("b", "2018-01-01", "2019-12-31")], ["b 2018-01-01 2019-12-31"]),
        ([("a", "2018-01-01", "2018-12-31"), ("b", "2017-01-01", "9999-12-31")], ["b 2017-01-01 9999-12-31"]),
        (
            [
                ("a", "0001-01-01", "9999-12-31"),
                ("b", "2018-01-01", "2018-12-31"),
                ("c", "2018-12-31", "2019-01-01"),
            ],
            [
                *("a 0001-01-01 2017-12-31", "b 2018-01-01 2018-12-30"),
                *("c 2018-12-31 2019-01-01", "a 2019-01-02 9999-12-31"),
            ],
        ),
    ],
)
def test_in_dienst(opvolgend: list[tuple[str, str, str]], verwacht: list[str]) -> None:
    dienst = in_dienst([editie(*gegevens) for gegevens in opvolgend])
    assert [f"{e.naam} {e.van} {e.tot}" for e in dienst] == verwacht


# Two editions: the built-in one until 2019-12-31, and this one for 2020.
RIJEN_2020 = [
    rij("Z041", "754", eenheid="Uur", groep=36),  # in 2019: 753, etmaal
    rij("H335", eenheid="Minuut", groep=38),  # in 2019 coupled, and without both
    rij("H332", "753", eenheid="Minuut"),  # in 2019 uncoupled
    rij("N001", "753", eenheid="Uur"),  # by this table valid from 2018 on
    rij("N002", "753", tot=dt.date(2020, 6, 30)),
    rij("Z043", "753", groep=34, van=dt.date(2021, 1, 1)),
]


@pytest.fixture
def twee(map_: Path) -> Path:
    voer_in(map_, 2020, *RIJEN_2020)
    return map_


def toets(regel_id: str, map_: Path, *regels: dict[str, Any], **geval: Any) -> tuple[Any, list[dict[str, Any]]]:
    """Check lines of one day each; zzpcode and functiecode are columns of the batch."""
    standaard = {"zzpcode": None, "functiecode": None, "tijdseenheid": None}
    regels_ = [{**regel, "einddatum": regel["begindatum"]} for regel in regels]
    uitslag = controleer_geval([regel_id], {"regels": regels_, "tabellenmap": map_, **geval}, standaard)
    (status,) = uitslag.regels
    return status, bevindingen(uitslag)


OUDE_DAG, NIEUWE_DAG = dt.date(2019, 12, 31), dt.date(2020, 1, 1)
LAATSTE_DAG, BUITEN = dt.date(2020, 12, 31), dt.date(2021, 1, 1)


@pytest.mark.parametrize(
    ("code", "dag", "ernst"),
    [
        ("Z051", OUDE_DAG, None),
        ("Z051", NIEUWE_DAG, "afkeur"),
        ("N001", OUDE_DAG, "afkeur"),
        ("N001", NIEUWE_DAG, None),
        ("N001", LAATSTE_DAG, None),
        ("N002", dt.date(2020, 6, 30), None),
        ("N002", dt.date(2020, 7, 1), "afkeur"),
        ("Z043", OUDE_DAG, None),
        ("Z043", LAATSTE_DAG, "afkeur"),
        ("F126", NIEUWE_DAG, "afkeur"),
        ("O001", NIEUWE_DAG, None),
        ("X999", LAATSTE_DAG, "afkeur"),
        ("X999", BUITEN, "signaal"),
        ("N001", BUITEN, None),
        ("Z051", BUITEN, None),
    ],
)
def test_vld_02_in_twee_edities(twee: Path, code: str, dag: dt.date, ernst: str | None) -> None:
    status, gevonden = toets("VLD-02", twee, {"prestatiecode": code, "begindatum": dag})
    assert [b["ernst"] for b in gevonden] == ([ernst] if ernst else [])
    assert status.status == ("deels uitgevoerd" if dag == BUITEN else "uitgevoerd")


@pytest.mark.parametrize(
    ("code", "dag", "eenheid", "hoort"),
    [
        ("Z041", OUDE_DAG, "14", None),
        ("Z041", OUDE_DAG, "04", "14"),
        ("Z041", NIEUWE_DAG, "04", None),
        ("Z041", NIEUWE_DAG, "14", "04"),
        ("Z041", LAATSTE_DAG, "14", "04"),
        ("Z051", NIEUWE_DAG, "04", "14"),
        ("N001", NIEUWE_DAG, "14", "04"),
        ("Z041", BUITEN, "81", "04"),
        ("Z041", BUITEN, "04", None),
        ("Z041", dt.date(2017, 12, 31), "04", "14"),
        ("Z051", BUITEN, "04", None),  # the edition of 2020 does not know it
    ],
)
def test_vld_06_neemt_de_eenheid_van_de_editie(
    twee: Path, code: str, dag: dt.date, eenheid: str, hoort: str | None
) -> None:
    regel = {"prestatiecode": code, "begindatum": dag, "tijdseenheid": eenheid}
    _, gevonden = toets("VLD-06", twee, regel)
    assert [b["gegevens"]["tijdseenheid_prestatie"] for b in gevonden] == ([hoort] if hoort else [])


def test_vld_05_ook(twee: Path) -> None:
    regels = [{"prestatiecode": "Z041", "begindatum": dag, "aantal": 2} for dag in (OUDE_DAG, NIEUWE_DAG)]
    assert [b["regel"] for b in toets("VLD-05", twee, *regels)[1]] == [1]


@pytest.mark.parametrize(
    ("code", "dag", "zzpcode", "fout"),
    [
        ("Z041", OUDE_DAG, "753", False),
        ("Z041", OUDE_DAG, "754", True),
        ("Z041", NIEUWE_DAG, "754", False),
        ("Z041", NIEUWE_DAG, "753", True),
        ("Z041", LAATSTE_DAG, None, True),
        ("H335", OUDE_DAG, "999", True),
        ("H335", NIEUWE_DAG, "999", False),
        ("H335", NIEUWE_DAG, None, False),
        ("H332", OUDE_DAG, "999", False),
        ("H332", NIEUWE_DAG, "999", True),
        ("H332", NIEUWE_DAG, "753", False),
        ("H332", NIEUWE_DAG, None, True),
        ("N001", OUDE_DAG, "999", False),  # does not exist then: VLD-02
        ("N001", NIEUWE_DAG, "999", True),
        ("Z051", NIEUWE_DAG, "999", False),
        ("Z041", BUITEN, "999", True),
        ("Z041", BUITEN, "754", False),
        ("Z041", dt.date(2017, 12, 31), "754", True),
        ("Z051", BUITEN, "999", False),
        ("N002", BUITEN, "999", False),  # ended before the last day of that edition
    ],
)
def test_vld_12_in_twee_edities(twee: Path, code: str, dag: dt.date, zzpcode: str | None, fout: bool) -> None:
    regel = {"prestatiecode": code, "begindatum": dag, "zzpcode": zzpcode}
    assert [b["retourcode"] for b in toets("VLD-12", twee, regel)[1]] == (["1113"] if fout else [])


def test_een_code_van_het_dossier_is_ongekoppeld_in_een_editie_zonder_die_code(twee: Path) -> None:
    dossier = {"prestaties": [{"prestatiecode": "Z051", "soort": "verblijf", "ingangsdatum": NIEUWE_DAG}]}
    regel = {"prestatiecode": "Z051", "zzpcode": "999"}
    regels = [{**regel, "begindatum": OUDE_DAG}, {**regel, "begindatum": NIEUWE_DAG}]
    assert [b["regel"] for b in toets("VLD-12", twee, *regels, dossier=dossier)[1]] == [1]


OUD = "koppeltabel begin 2019: 01-01-2018 t/m 31-12-2019"
NIEUW = "koppeltabel 2020: 01-01-2020 t/m 31-12-2020"


@pytest.mark.parametrize(
    ("regel_id", "reden"),
    [
        ("VLD-02", f"3 declaratieregels buiten de edities ({OUD} en {NIEUW})"),
        *(
            (
                regel_id,
                f"1 declaratieregel buiten de editie, vergeleken met wat de dichtstbijzijnde kent ({OUD}); "
                f"2 declaratieregels buiten de editie, vergeleken met wat de dichtstbijzijnde kent ({NIEUW})",
            )
            for regel_id in ("VLD-06", "VLD-12")
        ),
    ],
)
def test_regels_buiten_alle_edities_worden_geteld(twee: Path, regel_id: str, reden: str) -> None:
    dagen = [dt.date(2017, 12, 31), OUDE_DAG, NIEUWE_DAG, BUITEN, BUITEN]
    regels = [{"prestatiecode": "O001", "begindatum": dag, "tijdseenheid": "14"} for dag in dagen]
    status, _ = toets(regel_id, twee, *regels)
    assert (status.status, status.reden) == ("deels uitgevoerd", reden)
    assert toets(regel_id, twee, *regels[3:])[0].status == "deels uitgevoerd"
    assert toets(regel_id, twee, *regels[1:3])[0].status == "uitgevoerd"


def test_in_het_gat_tussen_twee_edities_toetst_vld_02_niet(map_: Path) -> None:
    voer_in(map_, 2022, rij("N001", "753"))
    status, gevonden = toets("VLD-02", map_, {"prestatiecode": "Z041", "begindatum": dt.date(2021, 6, 1)})
    assert (status.status, gevonden) == ("deels uitgevoerd", [])


@pytest.mark.parametrize(
    ("dag", "editie_"),
    [
        (dt.date(2017, 1, 1), "koppeltabel begin 2019"),
        (dt.date(2020, 1, 1), "koppeltabel begin 2019"),
        (dt.date(2020, 12, 31), "koppeltabel begin 2019"),  # 366 days after the one, 366 before the other
        (dt.date(2021, 1, 1), "koppeltabel 2022"),
        (dt.date(2021, 12, 31), "koppeltabel 2022"),
        (dt.date(2026, 1, 1), "koppeltabel 2022"),
    ],
)
def test_in_het_gat_telt_de_dichtstbijzijnde_editie(map_: Path, dag: dt.date, editie_: str) -> None:
    voer_in(map_, 2022, rij("Z041", "754", eenheid="Uur"))
    regel = {"prestatiecode": "Z041", "begindatum": dag, "zzpcode": "999", "tijdseenheid": "81"}
    eenheid = {"koppeltabel 2022": "04"}.get(editie_, "14")
    for regel_id in ("VLD-06", "VLD-12"):
        status, (gevonden,) = toets(regel_id, map_, regel)
        assert (gevonden["ernst"], gevonden["gegevens"]["editie"]) == ("signaal", editie_)
        assert editie_ in gevonden["melding"]
        assert editie_ in status.reden
        assert gevonden["gegevens"].get("tijdseenheid_prestatie", eenheid) == eenheid


def test_een_vervangen_editie_antwoordt_niet_meer_voor_die_dagen(twee: Path) -> None:
    voer_in(twee, 2019, rij("N009", "753"), van=dt.date(2019, 7, 1), tot=dt.date(2020, 6, 30), vervang=True)
    codes = lees_codes(map_=twee)
    assert [(e.van, e.tot) for e in codes.edities] == [
        (dt.date(2018, 1, 1), dt.date(2019, 6, 30)),
        (dt.date(2019, 7, 1), dt.date(2020, 6, 30)),
        (dt.date(2020, 7, 1), dt.date(2020, 12, 31)),
    ]
    dagen = [dt.date(2019, 6, 30), dt.date(2019, 7, 1), dt.date(2020, 6, 30), dt.date(2020, 7, 1)]
    for code, goed in (("Z051", [True, False, False, False]), ("N009", [False, True, True, False])):
        regels = [{"prestatiecode": code, "begindatum": dag} for dag in dagen]
        fout = {b["regel"] for b in toets("VLD-02", twee, *regels)[1]}
        assert [nummer not in fout for nummer in range(1, 5)] == goed, code


def test_een_editie_met_een_gat_door_een_latere_import(twee: Path) -> None:
    juni = dt.date(2020, 6, 1), dt.date(2020, 6, 30)
    voer_in(twee, 2020, rij("Z041", "754", groep=36), van=juni[0], tot=juni[1], vervang=True)
    dagen = [dt.date(2020, 5, 31), *juni, dt.date(2020, 7, 1)]
    regels = [{"prestatiecode": "N001", "begindatum": dag} for dag in dagen]
    assert [b["regel"] for b in toets("VLD-02", twee, *regels)[1]] == [2, 3]
    regels = [{"prestatiecode": "Z041", "begindatum": dag, "tijdseenheid": "14"} for dag in dagen]
    assert [b["regel"] for b in toets("VLD-06", twee, *regels)[1]] == [1, 4]


def test_de_hele_tabel_in_stukken_zegt_hetzelfde(map_: Path) -> None:
    voer_in(map_, 2019, *meegeleverd(), van=dt.date(2018, 7, 1), tot=dt.date(2019, 3, 31))
    los, heel = lees_codes(map_=map_), lees_codes()
    assert len(los.edities) == 3
    assert los.prestaties.equals(heel.prestaties)
    assert los.geldigheid.equals(heel.geldigheid)
    for dag in (dt.date(2018, 1, 1), dt.date(2018, 6, 30), dt.date(2018, 7, 1), dt.date(2019, 4, 1)):
        assert op_dag(los, dag) == op_dag(heel, dag)


def op_dag(codes: Codes, dag: dt.date) -> list[tuple[str | None, ...]]:
    geldt = (pl.col("ingangsdatum") <= dag) & (pl.col("einddatum").fill_null(dt.date.max) >= dag)
    return sorted(codes.koppeling.filter(geldt).select("prestatiecode", "zzpcode", "functiecode").rows(), key=str)


def kenmerken(map_: Path, code: str, extra: list[dict[str, Any]] | None = None) -> dict[str, str | None]:
    rijen = None if extra is None else pl.DataFrame(extra).with_columns(einddatum=pl.lit(None, dtype=pl.Date))
    return lees_codes(rijen, map_).prestaties.row(by_predicate=pl.col("prestatiecode") == code, named=True)


def dossierrij(code: str, soort: str, **anders: str) -> dict[str, Any]:
    return {"prestatiecode": code, "soort": soort, "ingangsdatum": dt.date(2020, 1, 1), **anders}


@pytest.mark.parametrize("jaren", [(2020, 2021), (2021, 2020)])
def test_de_nieuwste_editie_bepaalt_de_kenmerken(map_: Path, jaren: tuple[int, int]) -> None:
    groepen = {2020: 6, 2021: 8}
    for jaar in jaren:
        eenheid = "Uur" if jaar == 2021 else "Minuut"
        voer_in(
            map_,
            jaar,
            rij("N1", "753", groep=groepen[jaar], eenheid=eenheid),
            rij("H104", groep=groepen[jaar]),
        )
    assert kenmerken(map_, "N1")["soort"] == kenmerken(map_, "H104")["soort"] == "dagbesteding"
    assert kenmerken(map_, "N1")["tijdseenheid"] == "04"


def test_een_oudere_editie_bepaalt_wat_de_nieuwste_open_laat(map_: Path) -> None:
    voer_in(map_, 2020, rij("N1", "753", groep=36))
    voer_in(map_, 2021, rij("N1", "753", groep=77, eenheid="Uur"), rij("Z041", "753", groep=77))
    n1 = kenmerken(map_, "N1")
    assert (n1["soort"], n1["behandeling"], n1["tijdseenheid"]) == ("verblijf", "excl", "04")
    assert kenmerken(map_, "Z041")["soort"] == "verblijf"


def test_benoemde_codes_houden_hun_soort(map_: Path) -> None:
    voer_in(map_, 2020, rij("O123", "782", groep=34), rij("S335", groep=34), rij("H117", groep=8))
    soorten = [kenmerken(map_, code)["soort"] for code in ("O123", "S335", "H117")]
    assert soorten == ["overbrugging", "subsidie", "schoonmaak"]
    assert kenmerken(map_, "O123")["behandeling"] is None


def test_het_dossier_geeft_een_geimporteerde_code_haar_kenmerken(map_: Path) -> None:
    voer_in(map_, 2020, rij("LV1", "753", groep=77, eenheid="Uur"), rij("LV2", "753", groep=34))
    extra = [dossierrij("LV1", "lvhc", doelgroep="GP+"), dossierrij("LV2", "lvhc", doelgroep="MS+")]
    assert kenmerken(map_, "LV1")["soort"] is None
    lv1, lv2 = kenmerken(map_, "LV1", extra), kenmerken(map_, "LV2", extra)
    assert (lv1["soort"], lv1["doelgroep"], lv1["tijdseenheid"]) == ("lvhc", "GP+", "04")
    assert (lv2["soort"], lv2["doelgroep"], lv2["behandeling"]) == ("lvhc", "MS+", None)


def test_het_dossier_geeft_een_meegeleverde_code_alleen_een_soort_die_ontbreekt(map_: Path) -> None:
    voer_in(map_, 2020, rij("F126", "753", groep=77), rij("H001", "753", groep=8), rij("Z041", "753", groep=36))
    extra = [dossierrij(code, "lvhc") for code in ("F126", "H001", "Z041", "H100", "O123")]
    soorten = {code: kenmerken(map_, code, extra)["soort"] for code in ("F126", "H001", "Z041", "H100", "O123")}
    assert soorten == {
        "F126": "lvhc",
        "H001": "dagbesteding",
        "Z041": "verblijf",
        "H100": None,
        "O123": "overbrugging",
    }


def test_een_editie_is_alleen_voor_de_eigenaar(map_: Path) -> None:
    eigen = voer_in(map_, 2020, rij("X1")).map_
    assert eigen is not None
    rechten = {pad.name: stat.S_IMODE(pad.stat().st_mode) for pad in (map_, eigen, *eigen.iterdir())}
    bestanden = dict.fromkeys(["editie.toml", "koppeling.csv", "prestaties.csv"], 0o600)
    assert rechten == {map_.name: 0o700, eigen.name: 0o700, **bestanden}


def test_een_editie_is_er_heel_of_niet(map_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schrijf, teller = edities._schrijf, iter(range(10))

    def vol(bestand: Path, tekst: str) -> None:
        if next(teller) == 2:
            raise OSError(errno.ENOSPC, "schijf vol")
        schrijf(bestand, tekst)

    monkeypatch.setattr(edities, "_schrijf", vol)
    with pytest.raises(Editiefout, match=r"bewaren lukt niet \(schijf vol\).*niets gewijzigd"):
        voer_in(map_, 2020, rij("X1"))
    assert list(map_.iterdir()) == []


def test_een_afgebroken_import_en_vreemde_bestanden_tellen_niet(map_: Path) -> None:
    eigen = voer_in(map_, 2020, rij("X1")).map_
    assert eigen is not None
    eigen.rename(map_ / ".nieuw-x")
    (map_ / "lees mij.txt").write_text("tekst")
    (map_ / "andere map").mkdir()
    assert [e.map_ for e in lees_edities(map_)] == [None]


def test_lees_edities_geeft_terug_wat_is_bewaard(map_: Path) -> None:
    bewaard = importeer(schrijf_werkboek(map_.parent / 'kt "2020" ü.xlsx', [rij("X1")]), map_).editie
    assert lees_edities(map_)[1:] == (bewaard,)
    assert bewaard.bron == 'kt "2020" ü.xlsx'
    assert lees_edities(map_.parent / "weg") == lees_edities(None)


@pytest.mark.parametrize(
    ("bestand", "inhoud"),
    [
        ("editie.toml", "naam = "),
        ("editie.toml", 'naam = "x"'),
        ("editie.toml", 'naam = "x"\nbron = "y"\nvan = "2020-01-01"\ntot = "2020-12-31"'),
        ("editie.toml", 'naam = "x"\nbron = "y"\nvan = 2020-12-31\ntot = 2020-01-01'),
        ("koppeling.csv", None),
        ("koppeling.csv", ""),
        ("koppeling.csv", "prestatiecode;zzpcodes\nX1;753\n"),
        ("prestaties.csv", None),
        (
            "koppeling.csv",
            "prestatiecode;ingangsdatum;einddatum;prestatiegroep;declaratiewijze;zzpcodes;functiecodes\nX;2020;;6;2;;\n",
        ),
    ],
)
def test_een_beschadigde_editie(map_: Path, bestand: str, inhoud: str | None) -> None:
    eigen = voer_in(map_, 2020, rij("X1")).map_
    assert eigen is not None
    if inhoud is None:
        (eigen / bestand).unlink()
    else:
        (eigen / bestand).write_text(inhoud, encoding="utf-8")
    with pytest.raises(Editiefout, match=rf"{eigen.name}.*Verwijder deze map en importeer") as fout:
        lees_codes(map_=map_)
    assert "\n" not in str(fout.value)


def test_tabellenmap(tmp_path: Path) -> None:
    assert tabellenmap(tmp_path) == tmp_path
    assert tabellenmap(None).name == "tabellen"
    with pytest.raises(Editiefout, match=r"deze map bestaat niet.*--tabellen"):
        tabellenmap(tmp_path / "weg")
    (tmp_path / "bestand").touch()
    with pytest.raises(Editiefout, match="dit is geen map"):
        tabellenmap(tmp_path / "bestand")


@pytest.mark.parametrize(
    "inhoud",
    [
        "x = " + "[" * 100_000,
        "naam = " + "9" * 5_000,
        'naam = 3\nbron = "b"\nvan = 2020-01-01\ntot = 2020-12-31',
        'naam = "n"\nbron = ["b"]\nvan = 2020-01-01\ntot = 2020-12-31',
        'naam = "n"\nbron = "b"\nvan = 2020-01-01\ntot = 2020-12-31\nsha256 = 3',
        'naam = "n"\nbron = "' + "b" * (64 << 10) + '"\nvan = 2020-01-01\ntot = 2020-12-31',
    ],
)
def test_vijandige_editie(tmp_path: Path, inhoud: str) -> None:
    (tmp_path / "2020").mkdir()
    (tmp_path / "2020" / "editie.toml").write_text(inhoud)
    with pytest.raises(edities.Editiefout, match=r"editie\.toml is niet te lezen"):
        edities.lees_edities(tmp_path)


def test_naam_van_een_editie_zonder_stuurtekens(tmp_path: Path) -> None:
    (tmp_path / "2020").mkdir()
    inhoud = 'naam = "a\\u001b[2J"\nbron = "b"\nvan = 2020-01-01\ntot = 2020-12-31'
    (tmp_path / "2020" / "editie.toml").write_text(inhoud)
    assert edities.lees_edities(tmp_path)[1].naam == "a\ufffd[2J"
