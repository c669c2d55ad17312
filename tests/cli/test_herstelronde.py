"""A clerk's rounds: from an Excel batch with errors, by way of the work file, to a check without findings."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import fastexcel
import jsonschema
import pytest
import xlsxwriter

from proces import KOP, assert_nette_fout, draai, schrijf
from wlz_declaratie.basis.meegeleverd import pad

BATCH = [
    "A1;999900006;2026-03-01;2026-03-10;Z041;10;06290101;100,00;1000,00;1000,00",
    "A2;999900018;2026-02-01;2026-02-28;Z041;28;06290101;100,00;2800,00;2800,00",
    "A3;999900018;2026-03-01;2026-03-14;Z916;14;06290101;100,00;1400,00;1400,00",
    "A4;999900031;2026-03-01;2026-03-05;Z041;5;06290101;100,00;510,00;510,00",
    "A5;999900055;2026-03-01;2026-03-02;Z041;twee;06290101;100,00;200,00;200,00",
]
PEIL = ("--peildatum", "2026-06-01", "--selecteer", "MUT-01,VLD,INL")


def werkboek(doel: Path, rijen: Sequence[Sequence[Any]], *bladen: str) -> Path:
    """A workbook as someone saves it; further sheets have a value too."""
    with xlsxwriter.Workbook(doel, {"strings_to_formulas": False}) as boek:
        blad = boek.add_worksheet()
        for nummer, rij in enumerate(rijen):
            blad.write_row(nummer, 0, rij)
        for naam in bladen:
            boek.add_worksheet(naam).write_string(0, 0, "van mij")
    return doel


def inhoud(boek: Path) -> list[dict[str, str | None]]:
    frame = fastexcel.read_excel(boek).load_sheet(0, dtypes="string").to_polars()
    return frame.to_dicts()


def bewerk(boek: Path, per_regel: Mapping[str, Mapping[str, str | None]], weg: Sequence[str] = ()) -> None:
    """What a clerk does: other values in the rows with these referentienummers, and rows that go."""
    rijen = [rij | per_regel.get(rij["referentienummer"] or "", {}) for rij in inhoud(boek)]
    over = [rij for rij in rijen if rij["referentienummer"] not in weg]
    werkboek(boek, [list(rijen[0]), *([rij[kop] for kop in rijen[0]] for rij in over)])


def op_nummer(boek: Path) -> dict[str | None, dict[str, str | None]]:
    return {rij["referentienummer"]: rij for rij in inhoud(boek)}


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """With a column of the declarant's own, a bsn and an aantal as numbers, and a date as a date."""
    kop = [*KOP.split(";"), "Afdeling"]
    rijen: list[list[Any]] = [[*regel.split(";"), f"afd {nummer}"] for nummer, regel in enumerate(BATCH)]
    rijen[0][1], rijen[0][5] = 999900006, 10
    return werkboek(tmp_path / "maart.xlsx", [kop, *rijen])


def test_van_fouten_naar_schoon(batch: Path, tmp_path: Path) -> None:
    werk = tmp_path / "werk.xlsx"
    klaar = draai("controleer", batch, *PEIL, "--herstel", werk)
    assert klaar.returncode == 1
    assert "werk.xlsx: 5 rijen, 3 met een bevinding" in klaar.stderr
    assert "hele bsn" in klaar.stderr
    assert stat.S_IMODE(werk.stat().st_mode) == 0o600

    rijen = op_nummer(werk)
    assert list(rijen) == ["A1", "A2", "A3", "A4", "A5"]
    assert list(rijen["A1"])[-11:] == [*KOP.split(";"), "Afdeling"]
    assert [rij["Afdeling"] for rij in rijen.values()] == [f"afd {nummer}" for nummer in range(5)]
    assert (rijen["A1"]["bsn"], rijen["A1"]["controleregel"]) == ("999900006", None)
    mut = rijen["A3"]
    assert (mut["controleregel"], mut["veld"], mut["voorstel"]) == ("MUT-01 (afkeur)", "aantal", "aantal: 13")
    assert mut["reden"] == "14 mutatiedagen in deze leegstand, 13 toegestaan; op deze declaratieregel nog 13 [0584]"
    assert (mut["wat te doen"] or "").startswith("verlaag het aantal")
    assert rijen["A4"]["voorstel"] == "bedrag: 500,00"
    assert (rijen["A5"]["aantal"], rijen["A5"]["veld"]) == ("twee", "aantal")
    with ZipFile(werk) as zip_:
        notities = zip_.read("xl/comments1.xml").decode()
    assert notities.count("<comment ") == 3
    assert "14 mutatiedagen" in notities

    # The first round: one line mended, one noted, and one left for later.
    noot = {"afgehandeld": "ja", "opmerking": "=gebeld met zorg <b>"}
    bewerk(
        werk,
        {
            "A3": {"aantal": "13", "bedrag": "1300,00", "declaratiebedrag": "1300,00", **noot},
            "A4": {"opmerking": "tarief navragen"},
        },
    )
    klaar = draai("controleer", werk, *PEIL, "--herstel", werk)
    assert klaar.returncode == 1
    (ongebruikt,) = [regel for regel in klaar.stdout.splitlines() if "Niet gebruikt" in regel]
    assert ongebruikt.split() == ["Niet", "gebruikt", "kolommen", "afdeling"]
    rijen = op_nummer(werk)
    assert {kop: rijen["A3"][kop] for kop in ("controleregel", *noot)} == {"controleregel": None, **noot}
    assert (rijen["A4"]["opmerking"], rijen["A4"]["voorstel"]) == ("tarief navragen", "bedrag: 500,00")

    # The second: sorted otherwise, one line taken out, the rest mended.
    bewerk(werk, {"A4": {"bedrag": "500", "declaratiebedrag": "500"}, "A2": {"opmerking": "blijft"}}, weg=["A5"])
    klaar = draai("controleer", werk, *PEIL, "--herstel", werk)
    assert (klaar.returncode, "Geen bevindingen." in klaar.stdout) == (0, True), klaar.stdout
    rijen = op_nummer(werk)
    assert list(rijen) == ["A1", "A2", "A3", "A4"]
    assert [rijen[nummer]["opmerking"] for nummer in rijen] == [None, "blijft", noot["opmerking"], "tarief navragen"]
    assert {path.name for path in tmp_path.iterdir()} == {"maart.xlsx", "werk.xlsx"}


def test_de_voorstellen_nemen_en_opnieuw_controleren(batch: Path, tmp_path: Path) -> None:
    beter = tmp_path / "beter.csv"
    klaar = draai("controleer", batch, *PEIL, "--neem-voorstellen", beter)
    assert "Voorstellen genomen: 5 velden op 2 declaratieregels, in" in klaar.stdout
    assert "bestandsregel 4 · A3: aantal 14 → 13 (MUT-01)" in klaar.stdout
    assert "bestandsregel 4 · A3: declaratiebedrag 1400,00 → 1300,00 (MUT-01)" in klaar.stdout
    assert "bestandsregel 5 · A4: bedrag 510,00 → 500,00 (VLD-08)" in klaar.stdout
    assert "verandert met € -110,00" in klaar.stdout
    assert "999900018" not in klaar.stdout
    regels = beter.read_text("utf-8").splitlines()
    assert regels[0] == f"{KOP};Afdeling"
    assert regels[1] == "A1;999900006;2026-03-01;2026-03-10;Z041;10;06290101;100,00;1000,00;1000,00;afd 0"
    assert regels[3] == "A3;999900018;2026-03-01;2026-03-14;Z916;13;06290101;100,00;1300,00;1300,00;afd 2"
    # What is left has no lawful value that a rule could know.
    over = json.loads(draai("controleer", beter, *PEIL, "--formaat", "json").stdout)
    assert [(b["referentienummer"], b["regel_id"]) for b in over["bevindingen"]] == [("A5", "VLD-05")]


def test_json_noemt_wat_is_genomen(batch: Path, tmp_path: Path) -> None:
    klaar = draai("controleer", batch, *PEIL, "--neem-voorstellen", tmp_path / "b.csv", "--formaat", "json")
    uitslag = json.loads(klaar.stdout)
    jsonschema.validate(uitslag, json.loads(pad("uitslag.schema.json").read_text("utf-8")))
    assert klaar.stderr == ""
    genomen = uitslag["voorstellen"]["genomen"]
    assert [(rij["regelnummer"], rij["kolom"], rij["was"], rij["wordt"]) for rij in genomen] == [
        (4, "aantal", 14, 13),
        (4, "bedrag", 140000, 130000),
        (4, "declaratiebedrag", 140000, 130000),
        (5, "bedrag", 51000, 50000),
        (5, "declaratiebedrag", 51000, 50000),
    ]
    assert uitslag["voorstellen"]["verschil_cent"] == -11000
    assert {rij["bsn"] for rij in genomen} == {"******018", "******031"}
    (mut,) = [b for b in uitslag["bevindingen"] if b["regel_id"] == "MUT-01"]
    assert mut["gegevens"]["voorstel"] == {"kolom": "aantal", "waarde": 13}


def test_csv_met_regels_die_niet_te_lezen_zijn(tmp_path: Path) -> None:
    """A line without its fields stands in a column of its own until the clerk has put them where they belong."""
    batch, werk = schrijf(tmp_path, BATCH[0], "kapot;é;regel", f'"{BATCH[3]}'), tmp_path / "werk.csv"
    assert draai("controleer", batch, *PEIL, "--herstel", werk).returncode == 1
    regels = werk.read_text("utf-8-sig").splitlines()
    assert regels[0] == f"controleregel;veld;reden;wat te doen;voorstel;afgehandeld;opmerking;niet gelezen;{KOP}"
    assert ";kapot;é;regel" in regels[2].replace('"', "")
    opnieuw = draai("controleer", werk, *PEIL, "--formaat", "json", "--herstel", werk)
    telling = json.loads(opnieuw.stdout)
    assert (telling["samenvatting"]["regels"], telling["samenvatting"]["onleesbaar"]) == (1, 2)
    assert "maak die cel leeg" in opnieuw.stdout
    assert telling["bestanden"][0]["ongebruikte_kolommen"] == []
    assert_nette_fout(draai("controleer", werk, *PEIL, "--neem-voorstellen", tmp_path / "x.csv"), "niet te lezen")
    # The clerk puts the fields in their place, and clears the rest.
    werk.write_text("\n".join([regels[0], regels[1], f"{';' * 8}{BATCH[2]}", f";;;;;;weggehaald;;{';' * 9}"]), "utf-8")
    klaar = json.loads(draai("controleer", werk, *PEIL, "--formaat", "json", "--herstel", werk).stdout)
    assert (klaar["samenvatting"]["regels"], klaar["samenvatting"]["onleesbaar"]) == (2, 0)
    assert "weggehaald" in werk.read_text("utf-8-sig")


def test_een_aw319_wordt_de_kolommen_van_het_contract(tmp_path: Path) -> None:
    voorbeeld = Path("sample_data/fout").resolve()
    werk, beter = tmp_path / "werk.csv", tmp_path / "beter.asc"
    regels = ("--selecteer", "MUT-01,TOE,VLD,AFS,AW")
    tegen = ("--dossier", voorbeeld / "dossier", "--peildatum", "2026-06-01", "--formaat", "json", *regels)
    eerst = json.loads(
        draai("controleer", voorbeeld / "batch.asc", *tegen, "--herstel", werk, "--neem-voorstellen", beter).stdout
    )
    kop, *lijnen = werk.read_text("utf-8-sig").splitlines()
    assert kop.split(";")[7:9] == ["referentienummer", "referentienummer_voorgaand"]
    assert "debet_credit_2" not in kop
    assert len(lijnen) == eerst["samenvatting"]["regels"]
    genomen = eerst["voorstellen"]["genomen"]
    assert {regel for rij in genomen for regel in rij["regel_id"].split(", ")} == {
        "MUT-01",
        "TOE-07",
        "VLD-08",
        "AFS-02",
    }
    daarna = json.loads(draai("controleer", beter, *tegen).stdout)

    def gevonden(uitslag: Mapping[str, Any]) -> set[tuple[str, str | None]]:
        return {(b["regel_id"], b["referentienummer"]) for b in uitslag["bevindingen"]}

    hersteld = {(regel, rij["referentienummer"]) for rij in genomen for regel in rij["regel_id"].split(", ")}
    # Counts and total of the closing record hold, so nothing is found on the message either.
    assert gevonden(daarna) == gevonden(eerst) - hersteld
    verschil = daarna["samenvatting"]["bedrag_cent"] - eerst["samenvatting"]["bedrag_cent"]
    assert verschil == eerst["voorstellen"]["verschil_cent"] < 0
    anders = [
        nummer for nummer, (oud, nieuw) in enumerate(_records(voorbeeld / "batch.asc", beter), start=1) if oud != nieuw
    ]
    assert set(anders[:-1]) == {rij["regelnummer"] for rij in genomen}


def _records(*berichten: Path) -> Iterator[tuple[bytes, ...]]:
    return zip(*(bericht.read_bytes().split(b"\r\n") for bericht in berichten), strict=True)


def test_niets_gaat_verloren(batch: Path, tmp_path: Path) -> None:
    """Nothing that someone filled in is replaced: not the batch itself, no other file, no further sheet."""
    werk, voor = tmp_path / "werk.xlsx", batch.read_bytes()
    assert_nette_fout(draai("controleer", batch, *PEIL, "--herstel", batch), "nog geen werkbestand")
    assert batch.read_bytes() == voor
    draai("controleer", batch, *PEIL, "--herstel", werk, "--stil")
    eerder = werk.read_bytes()
    assert_nette_fout(draai("controleer", batch, *PEIL, "--herstel", werk), "bestaat al", "Controleer dat bestand zelf")
    assert_nette_fout(draai("controleer", batch, werk, "--herstel", tmp_path / "x.xlsx"), "dit zijn er 2")
    assert_nette_fout(draai("controleer", batch, "--herstel", tmp_path / "x.ods"), ".xlsx of .csv")
    assert_nette_fout(draai("controleer", batch, "--neem-voorstellen", batch), ".csv")
    assert_nette_fout(draai("controleer", batch, "--neem-voorstellen", tmp_path / "b.asc"), "alleen uit een AW319")
    beide = ("--herstel", tmp_path / "x.csv", "--neem-voorstellen", tmp_path / "x.csv")
    assert_nette_fout(draai("controleer", batch, *beide), "ook voor iets anders")
    assert werk.read_bytes() == eerder
    rijen = inhoud(werk)
    werkboek(werk, [list(rijen[0]), *(list(rij.values()) for rij in rijen)], "Notities")
    eerder = werk.read_bytes()
    assert_nette_fout(draai("controleer", werk, *PEIL, "--herstel", werk), "meer bladen")
    assert werk.read_bytes() == eerder


def test_ingediend_spreekt_van_crediteren(batch: Path, tmp_path: Path) -> None:
    vooraf, achteraf = tmp_path / "v.csv", tmp_path / "a.csv"
    assert "crediteer" not in draai("controleer", batch, *PEIL, "--herstel", vooraf).stdout.lower()
    assert (
        "Crediteer wat is toegekend" in draai("controleer", batch, *PEIL, "--herstel", achteraf, "--ingediend").stdout
    )
    assert "crediteer" not in vooraf.read_text("utf-8")
    assert "crediteer haar (debet_credit C" in achteraf.read_text("utf-8")
    klaar = draai("controleer", batch, "--ingediend", "--neem-voorstellen", tmp_path / "b.csv")
    assert klaar.returncode == 2
    assert "crediteer" in klaar.stderr
