"""The code tables: what they hold, and what a dossier adds to them."""

import hashlib
import re
from datetime import date

import polars as pl
import pytest

from wlz_declaratie.basis.meegeleverd import lees_toml, pad
from wlz_declaratie.codes.edities import lees_koppeltabel
from wlz_declaratie.codes.tabellen import KENMERKEN, Codefout, Codes, lees_codes

KOPPELTABEL_SHA256 = "6ddf7e7c8e12db7dde681faac397a61af13fe78b5ff1534221926611dec357cd"
"""Of our own expansion: its rows as text with sorted columns, sorted."""

GROEPEN = {
    "34": ("verblijf", "incl", "incl"),
    "35": ("verblijf", "incl", "excl"),
    "36": ("verblijf", "excl", "incl"),
    "37": ("verblijf", "excl", "excl"),
    "2": ("vpt", "incl", "incl"),
    "4": ("vpt", "incl", "excl"),
    "39": ("vpt", "excl", "incl"),
    "40": ("vpt", "excl", "excl"),
    "6": ("module", None, None),
    "8": ("dagbesteding", None, None),
    "7": ("dagbesteding_pakket", None, None),
    **dict.fromkeys(("28", "38"), ("behandeling", None, None)),
    "29": ("mutatiedag", None, None),
    "31": ("meerzorg", None, None),
    **dict.fromkeys(("20", "21"), ("toeslag", None, None)),
    **dict.fromkeys(("17", "18", "19"), ("kindtoeslag", None, None)),
    **dict.fromkeys(("13", "14", "15", "16"), ("vervoer", None, None)),
    "5": ("logeren", None, None),
    "41": ("opslag", None, None),
    "99": ("overig", None, None),
}
"""Soort, behandeling and dagbesteding by prestatiegroep, in the order that decides for a code in several."""

BENOEMD = {
    "H117": "schoonmaak",
    **dict.fromkeys(("H321", "H337"), "reiskosten"),
    **dict.fromkeys((f"H{nummer}" for nummer in range(325, 337)), "behandeling"),
    **dict.fromkeys(("I001", "I002", "M001", "M002"), "eenmalig"),
    **dict.fromkeys(("Z995", "Z997", "Z998"), "partnerverblijf"),
}
SECTOREN = dict(zip("012345678", ("vv", "vv", "ggz-b", "ggz-c", "vg", "lvg", "lg", "zgaud", "zgvis"), strict=True))
"""By the second character of a package code."""

PROFIELEN = {
    "VV": [750, 751, 752, 753, 754, 755, 756, 757, 191, 759],
    "LVG": [780, 781, 782, 783, 784],
    "SGLVG": [790],
    "VG": [800, 802, 804, 806, 808, 810, 812, 814],
    "LG": [820, 822, 824, 826, 828, 830, 832],
    "ZGvis": [840, 842, 844, 846, 848],
    "ZGaud": [850, 852, 854, 856],
    "GGZ-B": [860, 862, 864, 766, 768, 770, 772],
    "GGZ-C": [760, 762, 764, 866, 868, 870],
    "GGZ-W": [880, 882, 884, 886, 888],
}
RETOURCODES = re.findall(
    r"\d{4}",
    """
    0001 0010 0011 0018 0020 0021 0025 0030 0031 0150 0151 0153 0156 0157 0158 0200 0208 0328
    0351 0423 0435 0551 0553 0554 0562 0581 0582 0584 0586 0589 0611 0631 0634 0638 0643 0651
    0801 0804 1113 8001 8002 8004 8007 8010 8011 8017 8021 8026 8027 8028 8030 8031 8032 8060
    8062 8064 8065 8084 8095 8105 8178 8216 8229 8289 8352 8384 8407 8612 8827 8863 8866 8887
    8968 8969 8970
    """,
)
"""Every code that a rule or a message control gives, and the four that an AW320 itself may carry."""


@pytest.fixture(scope="module")
def codes() -> Codes:
    return lees_codes()


@pytest.fixture(scope="module")
def tabel() -> pl.DataFrame:
    """The file itself, with the groups that decided."""
    return pl.read_csv(pad("codes", "prestaties.csv"), separator=";", infer_schema=False)


def kenmerken(codes: Codes, prestatiecode: str) -> dict[str, str | None]:
    return codes.prestaties.row(by_predicate=pl.col("prestatiecode") == prestatiecode, named=True)


def perioden(codes: Codes, prestatiecode: str) -> list[tuple[date, date | None]]:
    rijen = codes.geldigheid.filter(pl.col("prestatiecode") == prestatiecode)
    return rijen.select("ingangsdatum", "einddatum").rows()


def gekoppeld(codes: Codes) -> set[str]:
    met_code = codes.koppeling.filter(pl.col("zzpcode").is_not_null() | pl.col("functiecode").is_not_null())
    return set(met_code["prestatiecode"])


def dossier(**kolommen: list[object]) -> pl.DataFrame:
    return pl.DataFrame(kolommen)


def test_aantal_per_soort(codes: Codes) -> None:
    aantallen = dict(codes.prestaties.group_by("soort").len().rows())
    assert aantallen == {
        None: 478,
        "verblijf": 127,
        "vpt": 108,
        "dagbesteding": 39,
        "vervoer": 36,
        "subsidie": 32,
        "opslag": 28,
        "toeslag": 26,
        "kindtoeslag": 21,
        "module": 20,
        "dagbesteding_pakket": 18,
        "behandeling": 12,
        "logeren": 5,
        "eenmalig": 4,
        "partnerverblijf": 3,
        "meerzorg": 3,
        "reiskosten": 2,
        "overig": 2,
        "mutatiedag": 2,
        "schoonmaak": 1,
        "overbrugging": 1000,
    }


@pytest.mark.parametrize(
    ("prestatiecode", "soort"),
    [
        ("H117", "schoonmaak"),
        ("H321", "reiskosten"),
        ("H337", "reiskosten"),
        ("H326", "behandeling"),
        ("H328", "behandeling"),
        ("H335", "behandeling"),
        ("H336", "behandeling"),
        ("S335", "subsidie"),
        ("S881", "subsidie"),
        ("SE031", "subsidie"),
        ("I001", "eenmalig"),
        ("M001", "eenmalig"),
        ("IX181", None),
        ("Z995", "partnerverblijf"),
        ("Z999", "logeren"),
        ("Z1003", "logeren"),
        ("Z916", "mutatiedag"),
        ("Z917", "mutatiedag"),
        ("ZMZ01", "meerzorg"),
        ("WZ041", "opslag"),
        ("H301", "module"),
        ("H300", "module"),
        ("F125", "dagbesteding"),
        ("H900", "dagbesteding_pakket"),
        ("H981", "vervoer"),
        ("H940", "kindtoeslag"),
        ("Z914", "kindtoeslag"),
        ("V975", "toeslag"),
        ("Z981", "overig"),
        ("V981", "overig"),
        ("Z011", None),
        ("O123", "overbrugging"),
    ],
)
def test_soort(codes: Codes, prestatiecode: str, soort: str | None) -> None:
    assert kenmerken(codes, prestatiecode)["soort"] == soort


@pytest.mark.parametrize(
    ("prestatiecode", "verwacht"),
    [
        ("Z041", ("verblijf", "vv", "753", "excl", "incl", "14")),
        ("Z097", ("verblijf", "vv", "191", "incl", "incl", "14")),
        ("V101", ("vpt", "vv", "759", "excl", "incl", "14")),
        ("Z110", ("verblijf", "vv", None, "incl", "incl", "14")),
        ("Z272", ("verblijf", "ggz-b", "772", "incl", "excl", "14")),
        ("Z280", ("verblijf", "ggz-b", None, "incl", "incl", "14")),
        ("Z454", ("verblijf", "vg", "808", "excl", "excl", "14")),
        ("Z490", ("verblijf", "vg", None, "excl", "incl", "14")),
        ("Z560", ("verblijf", "lvg", None, "incl", "incl", "14")),
        ("Z573", ("verblijf", "sglvg", "790", "incl", "incl", "14")),
        ("V632", ("vpt", "lg", "824", "incl", "excl", "14")),
        ("V713", ("vpt", "zgaud", "850", "incl", "incl", "14")),
        ("V814", ("vpt", "zgvis", "840", "excl", "excl", "14")),
        ("V815", ("vpt", "zgvis", "840", "excl", "incl", "14")),
        ("V825", ("vpt", "zgvis", "842", "excl", "incl", "14")),
        ("V833", ("vpt", "zgvis", "844", "incl", "incl", "14")),
        ("H335", ("behandeling", None, None, None, None, "01")),
        ("Z011", (None, None, None, None, None, None)),
    ],
)
def test_kenmerken(codes: Codes, prestatiecode: str, verwacht: tuple[str | None, ...]) -> None:
    assert tuple(kenmerken(codes, prestatiecode)[kenmerk] for kenmerk in KENMERKEN[:-2]) == verwacht


def test_soort_volgt_uit_de_groepen(tabel: pl.DataFrame) -> None:
    for rij in tabel.iter_rows(named=True):
        groepen = (rij["prestatiegroep"] or "").split()
        assert groepen == sorted(groepen, key=list(GROEPEN).index)
        soort, behandeling, dagbesteding = GROEPEN[groepen[0]] if groepen else (None, None, None)
        code = rij["prestatiecode"]
        soort = "subsidie" if code.startswith("S") else BENOEMD.get(code, soort)
        if code in ("V814", "V815", "V824", "V825"):
            behandeling = "excl"
        verwacht = (soort, behandeling, dagbesteding)
        assert (rij["soort"], rij["behandeling"], rij["dagbesteding"]) == verwacht, code


def test_groepen_zijn_die_van_de_koppeltabel(tabel: pl.DataFrame) -> None:
    groepen = tabel.drop_nulls("prestatiegroep").select(
        "prestatiecode", pl.col("prestatiegroep").str.split(" ").list.sort()
    )
    koppeltabel = lees_koppeltabel().group_by("prestatiecode").agg(pl.col("prestatiegroep").unique().sort())
    assert groepen.sort("prestatiecode").equals(koppeltabel.sort("prestatiecode"))


def test_sector_en_profiel_van_pakketten(codes: Codes) -> None:
    pakketten = codes.prestaties.filter(pl.col("soort").is_in(["verblijf", "vpt"]))
    for code, sector in pakketten.select("prestatiecode", "sector").rows():
        assert sector == ("sglvg" if code in ("Z573", "V573") else SECTOREN[code[1]]), code
    zonder_profiel = set(pakketten.filter(pl.col("profiel").is_null())["prestatiecode"])
    assert zonder_profiel == {"Z110", "Z280", "Z490", "Z491", "Z560"}
    gekoppelde_paren = set(codes.koppeling.select("prestatiecode", "zzpcode").rows())
    assert set(pakketten.drop_nulls("profiel").select("prestatiecode", "profiel").rows()) <= gekoppelde_paren


def test_een_rij_per_code(codes: Codes, tabel: pl.DataFrame) -> None:
    assert tabel.height == tabel["prestatiecode"].n_unique() == 967
    assert codes.prestaties.columns == ["prestatiecode", *KENMERKEN]
    assert codes.bekend.n_unique() == codes.bekend.len() == 967 + 1000


def test_koppeltabel_is_volledig(codes: Codes) -> None:
    koppeltabel = lees_koppeltabel()
    rijen = koppeltabel.select(sorted(koppeltabel.columns)).rows()
    tekst = "".join(sorted(";".join("" if waarde is None else str(waarde) for waarde in rij) + "\n" for rij in rijen))
    assert koppeltabel.height == codes.koppeling.height == codes.koppeling.n_unique() == 6122
    assert koppeltabel["prestatiecode"].n_unique() == 480
    assert set(koppeltabel["prestatiecode"]) <= set(codes.bekend)
    leeg = {kolom: aantal for kolom, aantal in koppeltabel.null_count().row(0, named=True).items() if aantal}
    assert leeg == {"zzpcode": 353, "functiecode": 5793, "einddatum": 5086}
    assert hashlib.sha256(tekst.encode()).hexdigest() == KOPPELTABEL_SHA256


@pytest.mark.parametrize(
    "rij",
    [
        ("F125", None, "82", date(2011, 1, 1), None),
        ("F125", "856", None, date(2018, 1, 1), None),
        ("V471", "998", None, date(2012, 1, 1), date(2018, 3, 31)),
        ("Z103", "759", None, date(2018, 1, 1), date(2018, 1, 1)),
        ("Z103", "759", None, date(2018, 1, 1), None),
        ("H335", None, None, date(2016, 1, 1), None),
        ("S335", None, None, date(2016, 1, 1), None),
        ("S335", None, "61", date(2016, 1, 1), None),
    ],
)
def test_koppeling(codes: Codes, rij: tuple[object, ...]) -> None:
    assert codes.koppeling.columns == ["prestatiecode", "zzpcode", "functiecode", "ingangsdatum", "einddatum"]
    assert rij in codes.koppeling.rows()


def test_zzp_en_functie_staan_nooit_in_een_rij(codes: Codes) -> None:
    assert codes.koppeling.filter(pl.col("zzpcode").is_not_null() & pl.col("functiecode").is_not_null()).is_empty()


def test_ongekoppelde_codes(codes: Codes) -> None:
    alleen_zonder = set(codes.koppeling["prestatiecode"]) - gekoppeld(codes)
    assert alleen_zonder == {"H332", "H333", "H337", "V981", "Z916", "Z917", "Z981"}
    assert {"H301", "H335", "S335"} <= gekoppeld(codes)  # these have a row without both besides


@pytest.mark.parametrize(
    ("prestatiecode", "verwacht"),
    [
        ("H894", [(date(2013, 1, 1), date(2018, 12, 31))]),
        ("H905", [(date(2018, 1, 1), date(2018, 12, 31))]),
        ("ZMZTK", [(date(2018, 1, 1), date(2018, 12, 31))]),
        ("Z415", [(date(2011, 1, 1), None)]),  # 2011 to March 2018, overlapped from January 2018
        ("Z103", [(date(2018, 1, 1), None)]),
        ("H335", [(date(2016, 1, 1), None)]),
        ("H328", []),
        ("Z011", []),
        ("O000", [(date(2020, 1, 1), None)]),
        ("O999", [(date(2020, 1, 1), None)]),
    ],
)
def test_geldigheid(codes: Codes, prestatiecode: str, verwacht: list[tuple[date, date | None]]) -> None:
    assert prestatiecode in codes.bekend
    assert perioden(codes, prestatiecode) == verwacht


def test_geldig_zijn_de_codes_van_de_koppeltabel(codes: Codes) -> None:
    geldig = codes.geldigheid.filter(~pl.col("prestatiecode").str.starts_with("O"))
    assert geldig["prestatiecode"].n_unique() == 480
    beeindigd = geldig.drop_nulls("einddatum")["prestatiecode"]
    assert sorted(beeindigd) == [
        *("H894", "H895", "H896", "H905", "H974", "H975", "H976", "S894", "S895", "S896", "ZMZTK", "ZMZTL")
    ]


@pytest.mark.parametrize("prestatiecode", ["O12", "O1234", "O12A", "o123", "X999"])
def test_onbekende_codes(codes: Codes, prestatiecode: str) -> None:
    assert prestatiecode not in codes.bekend


def test_overbrugging_is_ongekoppeld(codes: Codes) -> None:
    assert codes.koppeling.filter(pl.col("prestatiecode").str.starts_with("O")).is_empty()


def test_editie(codes: Codes) -> None:
    (editie,) = codes.edities
    assert (editie.naam, editie.van, editie.tot) == (
        "koppeltabel begin 2019",
        date(2018, 1, 1),
        date(2019, 12, 31),
    )
    assert "Vektis" in editie.bron


def test_elke_tabel_noemt_haar_bron() -> None:
    edities = lees_toml("codes", "editie.toml")
    for bestand in pad("codes").glob("*.csv"):
        assert edities[bestand.stem]["naam"]
        assert edities[bestand.stem]["bron"]


def test_profielen(codes: Codes) -> None:
    groepen = codes.profielen.drop_nulls("groep").group_by("groep").agg(pl.col("zzpcode").sort()).rows()
    assert dict(groepen) == {groep: sorted(map(str, zzpcodes)) for groep, zzpcodes in PROFIELEN.items()}
    zonder_groep = codes.profielen.filter(pl.col("groep").is_null())
    assert set(zonder_groep["zzpcode"]) == {"190", "758", "996", "997", "998", "999"}
    namen = dict(codes.profielen.select("zzpcode", "naam").rows())
    assert [namen[code] for code in ("753", "191", "759", "780", "790", "766", "870", "888", "840", "850")] == [
        *("VV4", "VV9b", "VV10", "LVG1", "SGLVG", "GGZ-B4", "GGZ-C6", "GGZ-W5", "ZGvis1", "ZGaud1")
    ]
    assert codes.profielen["naam"].null_count() == 0
    assert codes.profielen["zzpcode"].n_unique() == codes.profielen["naam"].n_unique() == codes.profielen.height


def test_gekoppelde_zzpcodes_zijn_bekend(codes: Codes) -> None:
    assert set(codes.koppeling["zzpcode"].drop_nulls()) <= set(codes.profielen["zzpcode"])


def test_elke_retourcode_heeft_woorden(codes: Codes) -> None:
    assert list(codes.retourcodes) == RETOURCODES
    for betekenis in codes.retourcodes.values():
        assert betekenis[0].isupper()
        assert betekenis[-1] not in ". "
    assert len(set(codes.retourcodes.values())) == len(RETOURCODES)


def test_dossier_voegt_een_code_toe() -> None:
    codes = lees_codes(
        dossier(
            prestatiecode=["LV01", "LV01", "LV02"],
            soort=["lvhc", "lvhc", "hulpmiddel_spraak"],
            tijdseenheid=[None, "14", None],
            doelgroep=["GP+", "GP+", None],
            ingangsdatum=[date(2025, 1, 1), date(2026, 1, 1), date(2020, 1, 1)],
            einddatum=[date(2025, 12, 31), None, date(2020, 12, 31)],
        )
    )
    assert kenmerken(codes, "LV01") == {
        **dict.fromkeys(KENMERKEN),
        **{"prestatiecode": "LV01", "soort": "lvhc", "tijdseenheid": "14", "doelgroep": "GP+"},
    }
    assert kenmerken(codes, "LV02")["soort"] == "hulpmiddel_spraak"
    assert perioden(codes, "LV01") == [(date(2025, 1, 1), None)]
    assert perioden(codes, "LV02") == [(date(2020, 1, 1), date(2020, 12, 31))]
    assert {"LV01", "LV02"}.isdisjoint(codes.koppeling["prestatiecode"])
    assert codes.prestaties.height == 967 + 1000 + 2


def test_dossier_geeft_een_bekende_code_alleen_dagen(codes: Codes) -> None:
    met_dossier = lees_codes(
        dossier(
            prestatiecode=["H905", "Z103", "Z011", "O123"],
            soort=["module", "module", "verblijf", "module"],
            sector=["lg"] * 4,
            doelgroep=["MS+"] * 4,
            ingangsdatum=[date(2019, 1, 1), date(2010, 1, 1), date(2020, 1, 1), date(2019, 1, 1)],
            einddatum=[date(2019, 6, 30), date(2010, 12, 31), None, date(2019, 1, 31)],
        )
    )
    assert met_dossier.prestaties.equals(codes.prestaties)
    assert met_dossier.koppeling.equals(codes.koppeling)
    assert perioden(met_dossier, "H905") == [(date(2018, 1, 1), date(2019, 6, 30))]
    assert perioden(met_dossier, "Z103") == [(date(2010, 1, 1), date(2010, 12, 31)), (date(2018, 1, 1), None)]
    assert perioden(met_dossier, "Z011") == [(date(2020, 1, 1), None)]
    assert perioden(met_dossier, "O123") == [(date(2019, 1, 1), date(2019, 1, 31)), (date(2020, 1, 1), None)]


def test_dossier_zonder_facultatieve_kolommen() -> None:
    codes = lees_codes(dossier(prestatiecode=["LV01"], soort=["lvhc"], ingangsdatum=[date(2025, 1, 1)]))
    assert kenmerken(codes, "LV01")["doelgroep"] is None
    assert perioden(codes, "LV01") == [(date(2025, 1, 1), None)]


def test_dossier_met_lege_kolommen(codes: Codes) -> None:
    leeg = lees_codes(
        dossier(
            prestatiecode=["LV01"],
            soort=["lvhc"],
            sector=[None],
            ingangsdatum=[date(2025, 1, 1)],
            einddatum=[None],
        )
    )
    assert leeg.prestaties.schema == codes.prestaties.schema
    assert leeg.geldigheid.schema == codes.geldigheid.schema


@pytest.mark.parametrize(("kolom", "een", "ander"), [("soort", "lvhc", "module"), ("doelgroep", "GP+", "MS+")])
def test_dossier_spreekt_zichzelf_tegen(kolom: str, een: str, ander: str) -> None:
    kolommen: dict[str, list[object]] = {"soort": ["lvhc", "lvhc"], kolom: [een, ander]}
    with pytest.raises(Codefout, match=rf"^tabel prestaties: code LV01 .*{kolom}.*{een[:2]}.*{ander[:2]}.*Geef"):
        lees_codes(
            dossier(prestatiecode=["LV01", "LV01"], ingangsdatum=[date(2025, 1, 1), date(2026, 1, 1)], **kolommen)
        )
