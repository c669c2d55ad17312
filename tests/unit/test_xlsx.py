from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from tabulair import BSN, REGEL, Lezer, csv_tekst, een, waarden, werkboek
from wlz_declaratie.contract.tabellen import DECLARATIE
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.xlsx import zip as werkboek_zip

pytestmark = pytest.mark.om_de(2)

KOP = list(REGEL)
RIJ = list(REGEL.values())


def met(**velden: Any) -> tuple[list[Any], list[Any]]:
    regel = {**REGEL, **velden}
    return list(regel), list(regel.values())


def test_cellen_van_elk_type(lezer: Lezer) -> None:
    batch = lezer.xlsx(
        *met(
            bsn=12345,
            begindatum=date(2026, 1, 1),
            einddatum=datetime(2026, 1, 31, 13, 5),
            geboortedatum=20000131,
            dagtekening="31-01-2026",
            aantal=31,
            uitvoerder=6290101,
            declarant="06290101",
            zzpcode=53,
            functiecode=0,
            tijdseenheid=4,
            prestatiecodelijst=10,
            uzovi=55,
            tarief=187.45,
            bedrag=1250,
            declaratiebedrag="1.234,56",
            onderwijs=True,
            overleden="nee",
        )
    )
    frame = batch.regels.collect()
    assert dict(frame.schema) == DECLARATIE
    verwacht = {
        "regelnummer": 2,
        "bsn": "000012345",
        "begindatum": date(2026, 1, 1),
        "einddatum": date(2026, 1, 31),
        "geboortedatum": date(2000, 1, 31),
        "dagtekening": date(2026, 1, 31),
        "aantal": 31,
        "uitvoerder": "06290101",
        "declarant": "06290101",
        "zzpcode": "053",
        "functiecode": None,
        "tijdseenheid": "04",
        "prestatiecodelijst": "010",
        "uzovi": "0055",
        "tarief": 18745,
        "bedrag": 125000,
        "declaratiebedrag": 123456,
        "onderwijs": True,
        "overleden": False,
    }
    assert frame.select(*verwacht).row(0, named=True) == verwacht
    assert batch.meldingen.is_empty()
    assert batch.soort == "xlsx"


def test_som_van_kommagetallen_is_een_heel_bedrag(lezer: Lezer) -> None:
    assert een(lezer.xlsx(*met(tarief=0.1 + 0.2)), "tarief") == 30


def test_half_etmaal_en_half_serienummer_zijn_onleesbaar(lezer: Lezer) -> None:
    batch = lezer.xlsx(*met(aantal=3.5, dagtekening=46053.5, tarief=12.345))
    assert (een(batch, "aantal"), een(batch, "dagtekening"), een(batch, "tarief")) == (None, None, None)
    assert "dagtekening '46053.5'" in batch.meldingen["melding"][0]
    assert "tarief '12.345'" in batch.meldingen["melding"][0]


def test_dezelfde_regels_in_drie_vormen(lezer: Lezer) -> None:
    regels = [
        {
            **REGEL,
            "tarief": "187,45",
            "zzpcode": "755",
            "onderwijs": "ja",
            "leveringsvorm": "vpt",
            "extra": "é",
        },
        {**REGEL, "tarief": "", "zzpcode": "000", "onderwijs": "", "leveringsvorm": "", "extra": ""},
        {**REGEL, "tarief": "x", "zzpcode": " ", "onderwijs": "0", "leveringsvorm": "PGB", "extra": ""},
    ]
    batches = [
        lezer.csv(csv_tekst(*regels)),
        lezer.parquet(pl.DataFrame(regels)),
        lezer.xlsx(list(regels[0]), *(list(regel.values()) for regel in regels)),
    ]
    frames = [batch.regels.collect() for batch in batches]
    assert [frame["regelnummer"].to_list() for frame in frames] == [[2, 3, 4], [1, 2, 3], [2, 3, 4]]
    for batch, frame in zip(batches[1:], frames[1:], strict=True):
        assert frame.drop("regelnummer").equals(frames[0].drop("regelnummer"))
        assert batch.meldingen.drop("regelnummer").equals(batches[0].meldingen.drop("regelnummer"))
        assert (batch.kolommen, batch.ongebruikt) == (batches[0].kolommen, batches[0].ongebruikt)


def test_lege_rijen_tellen_mee_in_het_regelnummer(lezer: Lezer) -> None:
    batch = lezer.xlsx(KOP, [], RIJ, ["  ", ""], RIJ, [None])
    assert waarden(batch, "regelnummer") == [3, 5]


def test_cel_met_een_formulefout(lezer: Lezer) -> None:
    kop, rij = met(tarief="=1/0", machtigingsnummer=None)
    batch = lezer.xlsx(kop, RIJ, rij, begin=(0, 3))
    assert waarden(batch, "tarief") == [None, None]
    assert batch.meldingen["regelnummer"].to_list() == [3]
    assert "tarief '#FOUT'" in batch.meldingen["melding"][0]


def test_alleen_het_eerste_blad(lezer: Lezer) -> None:
    buffer = io.BytesIO()
    boek = xlsxwriter.Workbook(buffer)
    eerste, tweede = boek.add_worksheet("Eerste"), boek.add_worksheet("Tweede")
    for y, rij in enumerate((KOP, RIJ)):
        eerste.write_row(y, 0, rij)
    tweede.write_row(0, 0, ["iets anders"])
    tweede.write_formula(1, 0, "=1/0", None, "#DIV/0!")
    boek.close()
    batch = lezer.lees(lezer.bestand("batch.xlsx", buffer.getvalue()))
    assert (batch.aantal, batch.meldingen.height) == (1, 0)


def test_kop_niet_in_rij_1(lezer: Lezer) -> None:
    assert waarden(lezer.xlsx(KOP, RIJ, begin=(19, 0)), "regelnummer") == [21]
    with pytest.raises(Invoerfout, match="rij 1"):
        lezer.xlsx(KOP, RIJ, begin=(20, 0))


def test_leeg_blad(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match="leeg"):
        lezer.xlsx()


def test_ontbrekende_en_dubbele_kolom(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match=r"batch\.xlsx, rij 1: kolom 'uitvoerder' ontbreekt"):
        lezer.xlsx(KOP[:-1], RIJ[:-1])
    with pytest.raises(Invoerfout, match="meer dan één keer"):
        lezer.xlsx([*KOP, "Bsn"], [*RIJ, BSN])


def herpak(inhoud: bytes, **anders: bytes | None) -> bytes:
    """The workbook with some members replaced or left out; ``__`` in a name is ``/``."""
    buffer = io.BytesIO()
    vervang = {naam.replace("__", "/") + ".xml": waarde for naam, waarde in anders.items()}
    with (
        zipfile.ZipFile(io.BytesIO(inhoud)) as oud,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as nieuw,
    ):
        for lid in oud.infolist():
            waarde = vervang.get(lid.filename, oud.read(lid))
            if waarde is not None:
                nieuw.writestr(lid.filename, waarde)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "inhoud",
    [
        csv_tekst(REGEL).encode(),
        b"%PDF-1.7",
        b"PK\x03\x04 afgebroken",
        werkboek(KOP, RIJ)[:2000],
        herpak(werkboek(KOP, RIJ), xl__workbook=None),
        herpak(werkboek(KOP, RIJ), xl__workbook=b"<workbook>"),
        herpak(werkboek(KOP, RIJ), xl__workbook=b'<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'),
        herpak(werkboek(KOP, RIJ), xl__worksheets__sheet1=None),
        herpak(werkboek(KOP, RIJ), xl__worksheets__sheet1=b"<worksheet><sheetData><row"),
    ],
)
def test_geen_werkboek(lezer: Lezer, inhoud: bytes) -> None:
    with pytest.raises(Invoerfout) as fout:
        lezer.lees(lezer.bestand("batch.xlsx", inhoud))
    assert "\n" not in str(fout.value)


def test_oud_of_beveiligd_werkboek(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match="wachtwoord"):
        lezer.lees(lezer.bestand("batch.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))


def test_zip_bom(lezer: Lezer, monkeypatch: pytest.MonkeyPatch) -> None:
    bom = herpak(werkboek(KOP, RIJ), docProps__app=bytes(3_000_000))
    assert len(bom) < 20_000
    assert lezer.lees(lezer.bestand("goed.xlsx", bom)).aantal == 1
    monkeypatch.setattr(werkboek_zip, "MEESTE_BYTES", 2_000_000)
    with pytest.raises(Invoerfout, match="uitgepakt groter"):
        lezer.lees(lezer.bestand("bom.xlsx", bom))


def test_zip_bom_die_liegt_over_zijn_maat(lezer: Lezer, monkeypatch: pytest.MonkeyPatch) -> None:
    echte_maat = struct.pack("<I", 3_000_000)
    bom = herpak(werkboek(KOP, RIJ), docProps__app=bytes(3_000_000))
    assert bom.count(echte_maat) == 2
    bom = bom.replace(echte_maat, struct.pack("<I", 10))
    with zipfile.ZipFile(io.BytesIO(bom)) as archief:
        assert archief.getinfo("docProps/app.xml").file_size == 10
    monkeypatch.setattr(werkboek_zip, "MEESTE_BYTES", 2_000_000)
    with pytest.raises(Invoerfout, match="uitgepakt groter"):
        lezer.lees(lezer.bestand("bom.xlsx", bom))


@pytest.mark.parametrize("aanhaling", [b'"', b"'"])
def test_verre_cel_vraagt_geen_geheugen(lezer: Lezer, aanhaling: bytes) -> None:
    blad = b"""<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
        <sheetData><row r="1"><c r="A1"><v>1</v></c></row>
        <row r="1048576"><c
            r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>""".replace(b'"', aanhaling)
    with pytest.raises(Invoerfout, match="rij 1048576 en kolom 16384"):
        lezer.lees(lezer.bestand("ver.xlsx", herpak(werkboek(KOP, RIJ), xl__worksheets__sheet1=blad)))


def test_opgemaakte_lege_cellen_zijn_geen_verre_cellen(lezer: Lezer) -> None:
    buffer = io.BytesIO()
    boek = xlsxwriter.Workbook(buffer)
    blad = boek.add_worksheet()
    vet = boek.add_format({"bold": True})
    for y, rij in enumerate((KOP, RIJ)):
        blad.write_row(y, 0, rij)
    for y in range(0, 1_048_576, 100_000):
        blad.write_blank(y, 16_383, None, vet)
    boek.close()
    assert lezer.lees(lezer.bestand("batch.xlsx", buffer.getvalue())).aantal == 1
