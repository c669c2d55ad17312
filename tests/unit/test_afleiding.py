"""Soort, behandeling, dagbesteding, profiel and sector from the groups of a koppeltabel."""

from __future__ import annotations

import polars as pl
import pytest

from wlz_declaratie.basis.meegeleverd import lees_toml, pad
from wlz_declaratie.codes.afleiding import leid_af
from wlz_declaratie.codes.edities import lees_koppeltabel
from wlz_declaratie.codes.tabellen import lees_profielen
from wlz_declaratie.kern.begrippen import SOORT


def afgeleid(code: str, *groepen: str, zzpcodes: tuple[str | None, ...] = (None,)) -> dict[str, str | None]:
    rijen = [(code, zzpcode, groep) for groep in groepen for zzpcode in zzpcodes]
    kolommen = {"prestatiecode": pl.String, "zzpcode": pl.String, "prestatiegroep": pl.String}
    (rij,) = leid_af(pl.DataFrame(rijen, schema=kolommen, orient="row"), lees_profielen()).to_dicts()
    return rij


def test_de_meegeleverde_tabel_volgt_uit_de_meegeleverde_koppeltabel() -> None:
    tabel = pl.read_csv(pad("codes", "prestaties.csv"), separator=";", infer_schema=False)
    uit_groepen = leid_af(lees_koppeltabel(), lees_profielen())
    gekoppeld = tabel.drop_nulls("prestatiegroep").sort("prestatiecode")
    assert gekoppeld.height == 480
    assert uit_groepen.equals(gekoppeld.select(uit_groepen.columns))


def test_de_andere_meegeleverde_codes_hebben_alleen_een_benoemde_soort() -> None:
    tabel = pl.read_csv(pad("codes", "prestaties.csv"), separator=";", infer_schema=False)
    zonder_groep = tabel.filter(pl.col("prestatiegroep").is_null())
    leeg = pl.lit(None, dtype=pl.String)
    benoemd = leid_af(zonder_groep.with_columns(zzpcode=leeg, prestatiegroep=pl.lit("0")), lees_profielen())
    assert benoemd["soort"].to_list() == zonder_groep.sort("prestatiecode")["soort"].to_list()
    assert zonder_groep.drop("prestatiecode", "soort").null_count().sum_horizontal().item() == 6 * 487


@pytest.mark.parametrize(
    ("groepen", "soort"),
    [
        (("99",), "overig"),
        (("99", "6"), "module"),
        (("38", "6"), "module"),
        (("38", "28"), "behandeling"),
        (("6", "42"), "module"),
        (("42",), None),
        (("99", "42"), None),
        (("13",), "vervoer"),
        (("29",), "mutatiedag"),
    ],
)
def test_soort_uit_de_groepen(groepen: tuple[str, ...], soort: str | None) -> None:
    assert afgeleid("X001", *groepen)["soort"] == soort
    assert afgeleid("X001", *reversed(groepen))["soort"] == soort


@pytest.mark.parametrize(
    ("code", "soort"),
    [("H117", "schoonmaak"), ("H336", "behandeling"), ("S001", "subsidie"), ("M002", "eenmalig")],
)
def test_een_benoemde_code_gaat_voor_de_groep(code: str, soort: str) -> None:
    assert afgeleid(code, "34")["soort"] == soort


@pytest.mark.parametrize(
    ("code", "soort"),
    [("O123", "overbrugging"), ("O12", "verblijf"), ("O1234", "verblijf"), ("XO123", "verblijf")],
)
def test_overbrugging_heeft_een_vaste_vorm(code: str, soort: str) -> None:
    assert afgeleid(code, "34")["soort"] == soort
    assert (afgeleid(code, "34")["sector"] is None) == (soort == "overbrugging" or code[1] not in "012345678")


@pytest.mark.parametrize("code", ["V814", "V815", "V824", "V825"])
def test_zgvis_1_en_2_zijn_zonder_behandeling(code: str) -> None:
    assert afgeleid(code, "2", zzpcodes=("840",))["behandeling"] == "excl"
    assert afgeleid("V834", "2", zzpcodes=("844",))["behandeling"] == "incl"


@pytest.mark.parametrize(
    ("code", "zzpcodes", "profiel", "sector"),
    [
        ("Z041", ("753",), "753", "vv"),
        ("Z415", ("800", "998"), "800", "vg"),
        ("Z101", ("753", "759", "800"), "759", "vv"),
        ("Z101", ("753", "800"), None, "vv"),
        ("Z490", ("800", "802"), None, "vg"),
        ("Z573", ("790",), "790", "sglvg"),
        ("Z981", ("880",), "880", "ggz-w"),
        ("Z981", ("880", "882"), None, None),
        ("Z041", (None,), None, "vv"),
    ],
)
def test_profiel_en_sector_van_een_pakket(
    code: str, zzpcodes: tuple[str | None, ...], profiel: str | None, sector: str | None
) -> None:
    rij = afgeleid(code, "34", zzpcodes=zzpcodes)
    assert (rij["profiel"], rij["sector"]) == (profiel, sector)


def test_alleen_een_pakket_heeft_profiel_en_sector() -> None:
    rij = afgeleid("Z041", "8", zzpcodes=("753",))
    assert (rij["soort"], rij["profiel"], rij["sector"]) == ("dagbesteding", None, None)


def test_elke_soort_bestaat() -> None:
    groepen = lees_toml("codes", "groepen.toml")
    assert {regel["soort"] for deel in ("benoemd", "groep") for regel in groepen[deel]} <= set(SOORT.categories)
    nummers = [groep for regel in groepen["groep"] for groep in regel["groepen"]]
    assert len(nummers) == len(set(nummers))
