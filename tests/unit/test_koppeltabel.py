"""The official workbook: read whole, or refused whole with the cell and the reason."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from koppeltabelwerkboek import KOPPEN, meegeleverd, rij, schrijf_werkboek
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.codes.edities import Editiefout, in_dienst, lees_edities, lees_koppeltabel
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.codes.wijzigingen import Wijzigingen
from wlz_declaratie.diensten.codes_importeren import Import, importeer
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.koppeltabel import lees_werkboek
from wlz_declaratie.inlezen.xlsx import zip as werkboek_zip

pytestmark = pytest.mark.om_de(3)


def gelezen(tmp_path: Path, *rijen: list[Any], **anders: Any) -> list[dict[str, Any]]:
    return lees_werkboek(schrijf_werkboek(tmp_path / "kt.xlsx", rijen, **anders)).rijen.to_dicts()


def ingevoerd(tmp_path: Path, *rijen: list[Any], naam: str = "kt 2020.xlsx", **anders: Any) -> Import:
    return importeer(schrijf_werkboek(tmp_path / naam, rijen), tmp_path / "tabellen", **anders)


def codes(wijzigingen: Wijzigingen) -> tuple[dict[str, str], ...]:
    lijsten = (wijzigingen.nieuw, wijzigingen.beeindigd, wijzigingen.gewijzigd)
    return tuple({w.prestatiecode: w.wat for w in lijst} for lijst in lijsten)


def test_de_hele_koppeltabel_van_2019_is_precies_de_meegeleverde(tmp_path: Path) -> None:
    resultaat = ingevoerd(tmp_path, *meegeleverd(), naam="koppeltabel 2019.xlsx")
    map_ = resultaat.editie.map_
    assert map_ is not None
    assert (map_ / "koppeling.csv").read_bytes() == pad("codes", "koppeling.csv").read_bytes()
    assert lees_koppeltabel(map_).equals(lees_koppeltabel())
    met, zonder = lees_codes(map_=tmp_path / "tabellen"), lees_codes()
    assert met.prestaties.equals(zonder.prestaties)
    assert met.geldigheid.equals(zonder.geldigheid)
    assert met.eenheden.is_empty()
    assert codes(resultaat.wijzigingen) == ({}, {}, {})
    assert (resultaat.prestaties, resultaat.zonder_soort, resultaat.onbekende_zzpcodes) == (480, (), ())


def test_een_rij_per_koppeling_geeft_hetzelfde(tmp_path: Path) -> None:
    samen = ingevoerd(tmp_path, rij("X1", "753, 754", "41"), rij("X1"), naam="a 2020.xlsx")
    los = ingevoerd(tmp_path, rij("X1", None, "41"), rij("X1"), rij("X1", "754"), rij("X1", "753"), naam="b 2021.xlsx")
    assert samen.editie.map_ is not None
    assert los.editie.map_ is not None
    tekst = [(e.map_ / "koppeling.csv").read_text("utf-8") for e in (samen.editie, los.editie) if e.map_]
    assert tekst[0] == tekst[1]
    assert tekst[0].splitlines()[1:] == ["X1;2018-01-01;;6;2;;", "X1;2018-01-01;;6;2;753 754;41"]


def test_cellen_van_elk_soort(tmp_path: Path) -> None:
    (een, twee) = gelezen(
        tmp_path,
        rij("Z041", 753, 4, eenheid=1, van="01-01-2018", tot="31-12-9999", groep="06", wijze="2"),
        rij(
            " Z043 ",
            " 754 ;753,\n754 ",
            "41, 04",
            eenheid="dagdeel (4 UUR)",
            tot=dt.date(2018, 1, 1),
            groep=34,
        ),
    )
    assert een == {
        "rij": 2,
        "prestatiecode": "Z041",
        "zzpcodes": "753",
        "tijdseenheid": "01",
        "functiecodes": "04",
        "ingangsdatum": dt.date(2018, 1, 1),
        "einddatum": None,
        "prestatiegroep": "6",
        "declaratiewijze": "2",
    }
    assert (twee["prestatiecode"], twee["zzpcodes"], twee["functiecodes"]) == ("Z043", "753 754", "04 41")
    assert (twee["tijdseenheid"], twee["einddatum"], twee["prestatiegroep"]) == (
        "16",
        dt.date(2018, 1, 1),
        "34",
    )


@pytest.mark.parametrize(
    ("eenheid", "code"),
    [
        *(
            ("Minuut", "01"),
            ("Uur", "04"),
            ("Etmaal", "14"),
            ("Dagdeel (4 uur)", "16"),
            ("Dagdeel (4uur)", "16"),
        ),
        *(("Tijdsonafhankelijk", "81"), ("04", "04"), (4, "04"), ("4", "04"), (81, "81")),
    ],
)
def test_tijdseenheden(tmp_path: Path, eenheid: Any, code: str) -> None:
    assert gelezen(tmp_path, rij("X1", eenheid=eenheid))[0]["tijdseenheid"] == code


def test_een_lege_rij_telt_niet(tmp_path: Path) -> None:
    rijen = gelezen(tmp_path, [None], rij("X1"), [None, "alleen een omschrijving"], rij("X2"))
    assert [(r["rij"], r["prestatiecode"]) for r in rijen] == [(3, "X1"), (5, "X2")]


def test_een_code_mag_op_meer_rijen(tmp_path: Path) -> None:
    rijen = [
        rij("X1", "753"),
        rij("X1", "753", van=dt.date(2019, 1, 1)),
        rij("X1", "753", tot=dt.date(2018, 12, 31)),
        rij("X1", "753", groep=99),
        rij("X1", "753", wijze=1),
        rij("X1", "754"),
        rij("X1", None, "41"),
        rij("X1"),
    ]
    assert len(gelezen(tmp_path, *rijen)) == len(rijen)


@pytest.mark.parametrize(
    ("fout", "cel", "zegt"),
    [
        (rij(None, "753"), "C3", "prestatiecode is leeg"),
        (rij("z041", "753"), "C3", "'z041'"),
        (rij("Z0412A", "753"), "C3", "'Z0412A'"),
        (rij("Z041", "753 75A"), "E3", "'753 75A'"),
        (rij("Z041", "0753"), "E3", "'0753'"),
        (rij("Z041", "000"), "E3", "'000'"),
        (rij("Z041", 753.754), "E3", "als tekst"),
        (rij("Z041", "753", eenheid=None), "F3", "tijdseenheid is leeg"),
        (rij("Z041", "753", eenheid="Maand"), "F3", "Minuut, Uur"),
        (rij("Z041", "753", eenheid="02"), "F3", "'02'"),
        (rij("Z041", "753", "041"), "G3", "'041'"),
        (rij("Z041", "753", van=None), "H3", "ingangsdatum is leeg"),
        (rij("Z041", "753", van="31-02-2019"), "H3", "'31-02-2019'"),
        (rij("Z041", "753", van=43466), "H3", "31-01-2026"),
        (rij("Z041", "753", tot="onbekend"), "I3", "'onbekend'"),
        (rij("Z041", "753", tot=dt.date(2017, 12, 31)), "I3", "einddatum ligt voor ingangsdatum"),
        (rij("Z041", "753", groep=None), "J3", "prestatiegroep is leeg"),
        (rij("Z041", "753", groep="zes"), "J3", "'zes'"),
        (rij("Z041", "753", groep=0), "J3", "'0'"),
        (rij("Z041", "753", wijze=None), "K3", "declaratiewijze is leeg"),
        (rij("X1", "754, 753"), "C3", "deze rij staat er al, in rij 2"),
        (rij("X1", "753,754", eenheid="Uur"), "C3", "deze rij staat er al, in rij 2"),
        (rij("X1", "755", eenheid="Uur"), "F3", "een andere dan die van dezelfde prestatie in rij 2"),
        (rij("Z041", "999900006"), "E3", "deze waarde is onbruikbaar"),
    ],
)
def test_een_fout_weigert_het_hele_werkboek(tmp_path: Path, fout: list[Any], cel: str, zegt: str) -> None:
    vorige = ingevoerd(tmp_path, rij("X0", "753"), naam="vorige 2020.xlsx").editie
    with pytest.raises(Invoerfout) as geweigerd:
        ingevoerd(tmp_path, rij("X1", "753, 754"), fout, rij("X2"), naam="nieuw 2021.xlsx")
    tekst = str(geweigerd.value)
    assert f"nieuw 2021.xlsx, blad 3: cel {cel}: " in tekst
    assert zegt in tekst
    assert "er is niets gewijzigd" in tekst
    assert "999900006" not in tekst
    assert in_dienst(lees_edities(tmp_path / "tabellen"))[1:] == (vorige,)
    assert len(list((tmp_path / "tabellen").iterdir())) == 1


def test_de_eerste_fouten_worden_genoemd_en_de_rest_geteld(tmp_path: Path) -> None:
    with pytest.raises(
        Invoerfout, match=r"cel C2: .*; cel H2: .*; cel C3: .*; cel C4: .*; cel C5: .*; en nog 2 fouten"
    ) as f:
        gelezen(tmp_path, rij("x", van="x"), *(rij("x") for _ in range(5)))
    assert str(f.value).count("cel ") == 5


def test_een_cel_met_een_formulefout(tmp_path: Path) -> None:
    boek = xlsxwriter.Workbook(tmp_path / "kt.xlsx")
    blad = [boek.add_worksheet() for _ in range(3)][2]
    blad.write_row(0, 2, KOPPEN)
    blad.write_row(1, 2, ["X1", "", "753", "Uur", "", "2018-01-01", "", 6, 2])
    blad.write_formula("E2", "=NA()", value="#N/A")
    boek.close()
    with pytest.raises(Invoerfout, match="cel E2: '#FOUT'"):
        lees_werkboek(tmp_path / "kt.xlsx")


@pytest.mark.parametrize("weg", range(len(KOPPEN)))
def test_een_kolom_die_ontbreekt(tmp_path: Path, weg: int) -> None:
    koppen = KOPPEN[:weg] + KOPPEN[weg + 1 :]
    inhoud = rij("X1", "753", "41", tot=dt.date(2019, 1, 1))
    with pytest.raises(Invoerfout, match=rf"blad 3, cel {'CDEFGHIJK'[weg]}1: kolom '.*' ontbreekt, hier staat"):
        gelezen(tmp_path, inhoud[:weg] + inhoud[weg + 1 :], koppen=koppen)


def test_verwisselde_kolommen(tmp_path: Path) -> None:
    koppen = [*KOPPEN[:2], KOPPEN[4], KOPPEN[3], KOPPEN[2], *KOPPEN[5:]]
    with pytest.raises(Invoerfout, match="cel E1: kolom 'zzpcodes' ontbreekt, hier staat 'Functiecodes'"):
        gelezen(tmp_path, rij("X1"), koppen=koppen)


def test_koppen_mogen_anders_geschreven_zijn(tmp_path: Path) -> None:
    koppen = ["PRESTATIE CODE", "omschrijving prestatie", "ZZP-code(s)", "tijds eenheid", "Functie codes"]
    koppen += ["Ingangs-\ndatum", "Einddatum ", "Prestatie groep", "Declaratie wijze"]
    assert len(gelezen(tmp_path, rij("X1"), koppen=koppen)) == 1


def test_te_weinig_bladen(tmp_path: Path) -> None:
    with pytest.raises(Invoerfout, match="blad 3 ontbreekt, het werkboek heeft er 2"):
        gelezen(tmp_path, rij("X1"), bladen=["een", "twee"])


def test_een_leeg_blad_en_een_blad_met_alleen_koppen(tmp_path: Path) -> None:
    with pytest.raises(Invoerfout, match="cel C1: kolom 'prestatiecode' ontbreekt, hier staat niets"):
        gelezen(tmp_path, koppen=[])
    with pytest.raises(Invoerfout, match="geen enkele rij"):
        gelezen(tmp_path)


def test_kolommen_voor_de_tabel_en_erachter_tellen_niet(tmp_path: Path) -> None:
    boek = xlsxwriter.Workbook(tmp_path / "kt.xlsx")
    blad = [boek.add_worksheet() for _ in range(3)][2]
    blad.write_row(0, 0, ["volgnummer", "status", *KOPPEN, "opmerking"])
    blad.write_row(1, 0, [1, "nieuw", "X1", "", "753", "Uur", "", "2018-01-01", "", 6, 2, "let op"])
    blad.write(5, 0, "alleen een volgnummer")
    boek.close()
    assert lees_werkboek(tmp_path / "kt.xlsx").rijen["prestatiecode"].to_list() == ["X1"]


@pytest.mark.parametrize("inhoud", [b"", b"%PDF-1.7\n" + bytes(range(256)), b"\xd0\xcf\x11\xe0oud"])
def test_wat_geen_werkboek_is(tmp_path: Path, inhoud: bytes) -> None:
    (tmp_path / "kt.xlsx").write_bytes(inhoud)
    with pytest.raises(Invoerfout, match=r"kt\.xlsx"):
        lees_werkboek(tmp_path / "kt.xlsx")
    with pytest.raises(Invoerfout, match=r"weg\.xlsx: dit bestand bestaat niet"):
        lees_werkboek(tmp_path / "weg.xlsx")


def test_een_werkboek_dat_te_groot_uitpakt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    werkboek = schrijf_werkboek(tmp_path / "kt.xlsx", [rij("X1")])
    with zipfile.ZipFile(werkboek, "a", zipfile.ZIP_DEFLATED) as archief:
        archief.writestr("xl/media/groot.bin", bytes(2_000_000))
    monkeypatch.setattr(werkboek_zip, "MEESTE_BYTES", 1_000_000)
    with pytest.raises(Invoerfout, match="uitgepakt groter"):
        lees_werkboek(werkboek)


@pytest.mark.parametrize(
    ("naam", "bladen", "dagen"),
    [
        ("koppeltabel 2021.xlsx", "abc", ("2021-01-01", "2021-12-31")),
        ("kt_2021_v2.xlsx", "abc", ("2021-01-01", "2021-12-31")),
        ("kt.xlsx", ["uitleg", "b", "tabel 2022"], ("2022-01-01", "2022-12-31")),
        ("kt 2021.xlsx", ["uitleg", "b", "tabel 2022"], ("2021-01-01", "2021-12-31")),
        ("kt 2021 of 2022.xlsx", "abc", ("2020-01-01", "2020-12-31")),
        ("kt 20210101.xlsx", "abc", ("2020-01-01", "2020-12-31")),
        ("kt.xlsx", "abc", ("2020-01-01", "2020-12-31")),
    ],
)
def test_welke_dagen_zonder_opgave(tmp_path: Path, naam: str, bladen: list[str], dagen: tuple[str, str]) -> None:
    werkboek = schrijf_werkboek(tmp_path / naam, [rij("X1")], bladen=list(bladen))
    editie = importeer(werkboek, tmp_path / "tabellen").editie
    assert (str(editie.van), str(editie.tot)) == dagen


def test_dagen_zoals_opgegeven(tmp_path: Path) -> None:
    editie = ingevoerd(tmp_path, rij("X1"), van=dt.date(2020, 7, 1)).editie
    assert (editie.van, editie.tot, editie.naam) == (
        dt.date(2020, 7, 1),
        dt.date(2020, 12, 31),
        "koppeltabel 2020",
    )
    editie = ingevoerd(tmp_path, rij("X2"), van=dt.date(2021, 1, 1), tot=dt.date.max).editie
    assert (editie.tot, editie.naam) == (dt.date.max, "koppeltabel 2021–9999")
    with pytest.raises(Editiefout, match=r"koppeltabel 2021–9999 heeft geen laatste dag\. Geef met --van"):
        ingevoerd(tmp_path, rij("X3"), naam="kt.xlsx")


@pytest.mark.parametrize(
    ("rijen", "anders", "zegt"),
    [
        (
            [rij("X1")],
            {"van": dt.date(2020, 2, 1), "tot": dt.date(2020, 1, 31)},
            "31-01-2020 ligt voor de eerste",
        ),
        ([rij("X1", van=dt.date(2021, 1, 1))], {}, "geen enkele prestatie geldt van 01-01-2020"),
        ([rij("X1", tot=dt.date(2019, 12, 31))], {}, "geen enkele prestatie geldt van 01-01-2020"),
        ([rij("X1"), rij("X2", van=dt.date(2021, 1, 1))], {"naam": "kt.xlsx"}, "rij 3 gaat in na 31-12-2020"),
    ],
)
def test_dagen_die_niet_kunnen(tmp_path: Path, rijen: list[Any], anders: Any, zegt: str) -> None:
    with pytest.raises(Gebruikersfout, match=zegt):
        ingevoerd(tmp_path, *rijen, **anders)
    assert not (tmp_path / "tabellen").exists()


def test_een_aangekondigde_prestatie_mag_als_het_jaar_vaststaat(tmp_path: Path) -> None:
    assert ingevoerd(tmp_path, rij("X1"), rij("X2", van=dt.date(2021, 1, 1))).prestaties == 2


def test_de_volgende_editie_en_wat_zij_wijzigt(tmp_path: Path) -> None:
    eind_2020 = dt.date(2020, 12, 31)
    ingevoerd(
        tmp_path,
        rij("BLIJF", "753"),
        rij("WEG", "753"),
        rij("OP", "753"),
        rij("AF", "753", tot=eind_2020),
        rij("HALF", "753"),
        rij("ZZP", "753, 754"),
        rij("VEEL"),
        rij("UREN", "753"),
        rij("GROEP", "753"),
        rij("DOOR", "753", tot=eind_2020),
        rij("OUD", "753", tot=dt.date(2019, 12, 31)),
        rij("STRAK", "753", van=dt.date(2021, 1, 1)),
    )
    resultaat = ingevoerd(
        tmp_path,
        rij("BLIJF", "753", van=dt.date(2019, 1, 1)),
        rij("OP", "753", tot=eind_2020),
        rij("AF", "753", tot=eind_2020),
        rij("HALF", "753", tot=dt.date(2021, 6, 30)),
        rij("ZZP", "755, 754", "41"),
        rij("VEEL", "780, 781, 782, 783, 784, 790, 800"),
        rij("UREN", "753", eenheid="Uur"),
        rij("GROEP", "753", groep=8, wijze=1),
        rij("DOOR", "753"),
        rij("STRAK", "753", van=dt.date(2021, 1, 1)),
        rij("N1", "753", groep=34, van=dt.date(2021, 1, 1)),
        rij("N2", "753", groep=77, van=dt.date(2021, 3, 1)),
        rij("LATER", "753", van=dt.date(2022, 1, 1)),
        naam="kt 2021.xlsx",
    )
    assert resultaat.vorige is not None
    assert resultaat.vorige.naam == "koppeltabel 2020"
    nieuw, beeindigd, gewijzigd = codes(resultaat.wijzigingen)
    assert nieuw == {"N1": "verblijf", "N2": "soort onbekend, vanaf 01-03-2021"}
    assert beeindigd == {
        "AF": "laatste dag 31-12-2020",
        "HALF": "laatste dag 30-06-2021",
        "OP": "laatste dag 31-12-2020",
        "WEG": "staat niet meer in de tabel",
    }
    assert gewijzigd == {
        "DOOR": "loopt door",
        "GROEP": "prestatiegroep 6 → 8; declaratiewijze 2 → 1; soort module → dagbesteding",
        "UREN": "tijdseenheid 14 → 04",
        "VEEL": "zzp erbij: 780, 781, 782, 783, 784 en nog 2; mag niet meer zonder zzp en functie",
        "ZZP": "zzp erbij: 755; zzp weg: 753; functie erbij: 41",
    }
    assert resultaat.zonder_soort == ("N2",)


def test_een_koppeling_die_halverwege_eindigt_is_een_wijziging(tmp_path: Path) -> None:
    ingevoerd(tmp_path, rij("X1", "753, 754"))
    juni = dt.date(2021, 6, 30)
    resultaat = ingevoerd(tmp_path, rij("X1", "753"), rij("X1", "754", tot=juni), naam="kt 2021.xlsx")
    assert codes(resultaat.wijzigingen) == ({}, {}, {"X1": "andere perioden"})


def test_andere_perioden_die_aansluiten_zijn_geen_wijziging(tmp_path: Path) -> None:
    ingevoerd(tmp_path, rij("X1", "753"))
    juni, juli = dt.date(2021, 6, 30), dt.date(2021, 7, 1)
    rijen = [rij("X1", "753", tot=juni), rij("X1", "753", van=juli)]
    assert not ingevoerd(tmp_path, *rijen, naam="kt 2021.xlsx").wijzigingen


def test_voor_de_eerste_editie_is_er_niets_om_mee_te_vergelijken(tmp_path: Path) -> None:
    resultaat = ingevoerd(tmp_path, rij("X1", van=dt.date(2017, 1, 1)), naam="kt 2017.xlsx")
    assert resultaat.vorige is None
    assert not resultaat.wijzigingen


def test_overlap_vraagt_om_vervangen(tmp_path: Path) -> None:
    eerste = ingevoerd(tmp_path, rij("X1", "753")).editie
    with pytest.raises(Editiefout, match=r"voor 01-07-2020 t/m 31-12-2020 geldt al koppeltabel 2020 .*--vervang"):
        ingevoerd(tmp_path, rij("X1", "754"), naam="b.xlsx", van=dt.date(2020, 7, 1), tot=dt.date(2021, 6, 30))
    assert in_dienst(lees_edities(tmp_path / "tabellen"))[1:] == (eerste,)
    nieuw = ingevoerd(
        tmp_path,
        rij("X1", "754"),
        naam="b.xlsx",
        van=dt.date(2020, 7, 1),
        tot=dt.date(2021, 6, 30),
        vervang=True,
    )
    assert nieuw.vorige == eerste
    assert codes(nieuw.wijzigingen)[2] == {"X1": "zzp erbij: 754; zzp weg: 753"}
    dienst = in_dienst(lees_edities(tmp_path / "tabellen"))
    assert [(e.naam, str(e.van), str(e.tot)) for e in dienst] == [
        ("koppeltabel begin 2019", "2018-01-01", "2019-12-31"),
        ("koppeltabel 2020", "2020-01-01", "2020-06-30"),
        ("koppeltabel 2020–2021", "2020-07-01", "2021-06-30"),
    ]


def test_de_meegeleverde_editie_blijft_tot_zij_vervangen_wordt(tmp_path: Path) -> None:
    with pytest.raises(Editiefout, match="geldt al koppeltabel begin 2019"):
        ingevoerd(tmp_path, rij("X1", "753"), naam="kt 2019.xlsx")
    ingevoerd(tmp_path, rij("X1", "753"), naam="kt 2019.xlsx", vervang=True)
    dienst = in_dienst(lees_edities(tmp_path / "tabellen"))
    assert [(e.map_ is None, e.van.year, e.tot.year) for e in dienst] == [
        (True, 2018, 2018),
        (False, 2019, 2019),
    ]


@pytest.mark.parametrize("anders", [{}, {"vervang": True}])
def test_hetzelfde_werkboek_nog_eens(tmp_path: Path, anders: dict[str, bool]) -> None:
    eerste = ingevoerd(tmp_path, rij("X1"))
    nogmaals = importeer(tmp_path / "kt 2020.xlsx", tmp_path / "tabellen", **anders)
    assert (eerste.bestond_al, nogmaals.bestond_al) == (False, True)
    assert nogmaals.editie == eerste.editie
    assert not nogmaals.wijzigingen
    assert len(list((tmp_path / "tabellen").iterdir())) == 1


def test_de_eenheid_is_die_van_de_dagen_van_de_editie(tmp_path: Path) -> None:
    ingevoerd(
        tmp_path,
        rij("X1", "753", eenheid="Uur", tot=dt.date(2019, 12, 31)),
        rij("X1", "753", eenheid="Minuut", van=dt.date(2020, 1, 1), tot=dt.date(2020, 12, 31)),
        rij("X1", "753", eenheid="Etmaal", van=dt.date(2021, 1, 1)),
        rij("X2", "753", eenheid="Uur", tot=dt.date(2018, 12, 31)),
        rij("X2", "753", eenheid="Minuut", van=dt.date(2019, 1, 1), tot=dt.date(2019, 12, 31)),
    )
    tabel = lees_codes(map_=tmp_path / "tabellen").prestaties
    assert tabel.filter(tabel["prestatiecode"].is_in(["X1", "X2"]))["tijdseenheid"].to_list() == ["01", "01"]


def test_onbekende_zzpcodes_worden_genoemd(tmp_path: Path) -> None:
    assert ingevoerd(tmp_path, rij("X1", "753, 123, 999, 124")).onbekende_zzpcodes == ("123", "124")
