from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from aw319_hulp import AW319, EINDE, bericht, commentaar, gevonden, lees, lijnen, met
from wlz_declaratie.basis import geheugen
from wlz_declaratie.basis.meegeleverd import lees_toml, pad
from wlz_declaratie.contract.berichten import STANDAARD
from wlz_declaratie.contract.tabellen import DECLARATIE
from wlz_declaratie.inlezen.aw319 import bestand as aw319_bestand
from wlz_declaratie.inlezen.aw319.controles import CONTROLES
from wlz_declaratie.inlezen.aw319.lezen import lees_aw319
from wlz_declaratie.inlezen.aw319.schrijven import schrijf_aw319
from wlz_declaratie.inlezen.basis import MELDING, Invoerfout

pytestmark = pytest.mark.om_de(3)

Records = list[bytes]

ANDER_BSN = "999900018"
DRIE = ({}, {}, {"bsn": ANDER_BSN, "geboortedatum": date(1951, 12, 24), "overleden": True})
"""Two clients: records 1 header, 2 insured, 3 and 4 lines, 5 insured, 6 line, 7 closing."""


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return bericht(tmp_path, *DRIE)


def wijzig(regelnummer: int, naam: str, waarde: str) -> Callable[[Records], Records]:
    def doe(records: Records) -> Records:
        veranderd = met(records[regelnummer - 1], naam, waarde)
        return [*records[: regelnummer - 1], veranderd, *records[regelnummer:]]

    return doe


# The layout


@pytest.mark.parametrize("soort", ["01", "02", "04", "98", "99"])
def test_indeling_vult_het_record_zonder_gat_of_overlap(soort: str) -> None:
    velden = lees_toml("berichten", "aw319-1.4.toml")[soort]
    vorig_eind = 0
    for nummer, veld in velden.items():
        assert nummer.startswith(soort)
        assert veld["begin"] == vorig_eind + 1
        assert veld["eind"] == veld["begin"] + veld["lengte"] - 1
        vorig_eind = veld["eind"]
    assert vorig_eind == AW319.recordlengte == 310
    assert len(AW319.rubrieken(soort)) == len(velden)


def test_schemas_liggen_naast_de_code() -> None:
    assert pad("berichten", "aw319-1.4.toml").is_file()
    assert AW319.editie == STANDAARD == "1.4"


# A sound message


def test_geldig_bericht(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, records)
    verwacht = lijnen(*DRIE)
    assert_frame_equal(batch.regels.collect(), verwacht)
    assert batch.regels.collect_schema() == pl.Schema(DECLARATIE)
    assert verwacht["regelnummer"].to_list() == [3, 4, 6]
    assert (batch.naam, batch.soort, batch.aantal, batch.onleesbaar) == ("bericht.asc", "aw319", 3, 0)
    assert batch.sha256 == hashlib.sha256((tmp_path / "bericht.asc").read_bytes()).hexdigest()
    assert set(DECLARATIE) - batch.kolommen == {"regelnummer", "leveringsvorm", "onderwijs"}
    assert batch.meldingen.schema == pl.Schema(MELDING)
    assert gevonden(batch) == []


def test_commentaar_mag_tussen_de_records(tmp_path: Path, records: Records) -> None:
    slot = met(met(records[6], "aantal_commentaren", "000001"), "aantal_details", "0000006")
    batch = lees(tmp_path, [*records[:6], commentaar(6), slot])
    assert (gevonden(batch), batch.aantal, batch.onleesbaar) == ([], 3, 0)


def test_nullen_en_spaties_zijn_leeg(tmp_path: Path) -> None:
    leeg = dict.fromkeys(("besluitnummer", "functiecode", "zzpcode", "tijdseenheid", "geboortedatum"))
    leeg |= dict.fromkeys(("begindatum", "einddatum", "aantal", "debet_credit", "debet_credit_2", "bsn"))
    leeg |= dict.fromkeys(("declarant", "dagtekening", "referentienummer", "uitvoerder"))
    batch = lees(tmp_path, bericht(tmp_path, leeg))
    regel = batch.regels.collect().row(0, named=True)
    assert all(regel[naam] is None for naam in leeg)
    assert regel["prestatiecodelijst"] == "055"
    assert gevonden(batch) == [("AW-0025", 1)]


# Message controls: the fault, and exactly what is found


def verwijder(regelnummer: int) -> Callable[[Records], Records]:
    return lambda records: records[: regelnummer - 1] + records[regelnummer:]


GEVALLEN: dict[str, list[tuple[Callable[[Records], Records], list[tuple[str, int | None]]]]] = {
    "AW-0010": [
        (wijzig(1, "bericht", "428"), [("AW-0010", 1)]),
        (wijzig(1, "bericht", "   "), [("AW-0010", 1)]),
    ],
    "AW-0011": [(wijzig(1, "versie", "02"), [("AW-0011", 1)])],
    "AW-8027": [(wijzig(1, "subversie", "03"), [("AW-8027", 1)])],
    "AW-8028": [(wijzig(1, "soort_bericht", "X"), [("AW-8028", 1)])],
    "AW-0018": [
        (wijzig(1, "uzovi", "0000"), [("AW-0018", 1)]),
        (wijzig(1, "uzovi", "55A1"), [("AW-0018", 1)]),
        (lambda records: wijzig(1, "servicebureau", "98000001")(wijzig(1, "uzovi", "0000")(records)), []),
    ],
    "AW-0020": [
        (wijzig(1, "begindatum_periode", "00000000"), [("AW-0020", 1)]),
        (wijzig(1, "begindatum_periode", "20190132"), [("AW-0020", 1)]),
    ],
    "AW-0021": [
        (wijzig(1, "einddatum_periode", "        "), [("AW-0021", 1)]),
        (wijzig(1, "einddatum_periode", "20190229"), [("AW-0021", 1)]),
        (wijzig(1, "einddatum_periode", "20181231"), [("AW-0021", 1)]),
    ],
    "AW-0025": [(wijzig(1, "dagtekening", "20190431"), [("AW-0025", 1)])],
    "AW-0030": [(wijzig(1, "factuurnummer", " " * 12), [("AW-0030", 1)])],
    "AW-0031": [(wijzig(1, "valuta", "NLG"), [("AW-0031", 1)])],
    "AW-0150": [
        (wijzig(7, "totaalbedrag", "00000929999"), [("AW-0150", 7)]),
        (wijzig(7, "totaalbedrag", " " * 11), [("AW-0150", 7)]),
        (wijzig(7, "debet_credit", "C"), [("AW-0150", 7)]),
    ],
    "AW-0151": [(wijzig(7, "aantal_verzekerden", "000003"), [("AW-0151", 7)])],
    "AW-0153": [(wijzig(7, "aantal_commentaren", "00000x"), [("AW-0153", 7)])],
    "AW-0156": [(wijzig(7, "aantal_details", "0000004"), [("AW-0156", 7)])],
    "AW-0157": [(wijzig(7, "aantal_debiteuren", "000001"), [("AW-0157", 7)])],
    "AW-0158": [(wijzig(7, "aantal_prestaties", "000002"), [("AW-0158", 7)])],
    "AW-0208": [(verwijder(7), [("AW-0208", None)])],
    "AW-0351": [(wijzig(2, "geslacht", "9"), [("AW-0351", 2)])],
    "AW-0423": [
        (wijzig(3, "uzovi", "1234"), [("AW-0423", 3)]),
        (wijzig(5, "uzovi", "1234"), [("AW-0423", 6)]),
        (wijzig(5, "uzovi", "0000"), [("AW-0423", 5), ("AW-0423", 6)]),
    ],
    "AW-0435": [(wijzig(4, "bsn", ANDER_BSN), [("AW-0435", 4)])],
    "AW-0581": [
        (wijzig(3, "prestatiecodelijst", "065"), [("AW-0581", 3)]),
        (wijzig(3, "prestatiecodelijst", "   "), [("AW-0581", 3)]),
    ],
    "AW-0801": [
        (wijzig(3, "identificatie", "000000000009"), [("AW-0801", 3)]),
        (wijzig(2, "identificatie", "00000000000x"), [("AW-0801", 2)]),
        (wijzig(6, "identificatie", "000000000004"), [("AW-0801", 6)]),
    ],
    "AW-0804": [
        (lambda records: [records[0], records[1][:-1], *records[2:]], [("AW-0804", 2)]),
        (lambda records: [*records[:3], records[3] + b" ", *records[4:]], [("AW-0804", 4)]),
    ],
    "AW-8026": [
        (wijzig(4, "kenmerk", "07"), [("AW-8026", 4), ("AW-0150", 7), ("AW-0158", 7)]),
        (wijzig(4, "kenmerk", "03"), [("AW-8026", 4), ("AW-0150", 7), ("AW-0157", 7), ("AW-0158", 7)]),
        (lambda records: [records[1], records[0], *records[2:]], [("AW-8026", 1)]),
        (lambda records: [*records[:5], records[6], records[5]], [("AW-8026", 7)]),
        (lambda records: [records[0], b"99".ljust(33, b"0") + b"00000000000D".ljust(277)], [("AW-8026", None)]),
        (lambda records: [*records[:3], records[0], *records[3:]], [("AW-8026", 4)]),
        (
            lambda records: [*records, *records],
            [("AW-8026", 8), ("AW-8026", 10), ("AW-8026", 11), ("AW-8026", 13)],
        ),
    ],
    "AW-8030": [(wijzig(5, "overleden", "0"), [("AW-8030", 5)])],
    "AW-8031": [(wijzig(6, "doorsturen", "2"), [("AW-8031", 6)])],
    "AW-8095": [
        (lambda records: [*records[:2], b"", *records[2:]], [("AW-8095", 3)]),
        (lambda records: [*records, b""], [("AW-8095", 8)]),
    ],
}


def test_elke_controle_heeft_een_geval() -> None:
    assert GEVALLEN.keys() == CONTROLES.keys()


@pytest.mark.parametrize(("breek", "verwacht"), [geval for gevallen in GEVALLEN.values() for geval in gevallen])
def test_controle_vindt_precies_de_fout(
    tmp_path: Path,
    records: Records,
    breek: Callable[[Records], Records],
    verwacht: list[tuple[str, int | None]],
) -> None:
    batch = lees(tmp_path, breek(records))
    assert gevonden(batch) == sorted(verwacht, key=lambda melding: (melding[1] or 0, melding[0]))
    assert set(batch.meldingen["ernst"]) <= {"afkeur"}
    for melding in batch.meldingen.iter_rows(named=True):
        assert melding["retourcode"] == melding["regel_id"].removeprefix("AW-")
        assert isinstance(json.loads(melding["gegevens"]), dict)
        assert "9999000" not in melding["melding"] + melding["gegevens"]


def test_tien_fouten_zijn_tien_meldingen(tmp_path: Path, records: Records) -> None:
    fouten = [
        (1, "versie", "09"),
        (1, "valuta", "USD"),
        (1, "dagtekening", "20191399"),
        (2, "geslacht", "0"),
        (3, "doorsturen", "0"),
        (3, "prestatiecodelijst", "068"),
        (4, "bsn", ANDER_BSN),
        (5, "overleden", "X"),
        (6, "identificatie", "000000000042"),
        (7, "aantal_verzekerden", "000099"),
    ]
    for regelnummer, naam, waarde in fouten:
        records = wijzig(regelnummer, naam, waarde)(records)
    batch = lees(tmp_path, records)
    assert len(gevonden(batch)) == len(set(gevonden(batch))) == 10
    assert batch.regels.collect()["regelnummer"].to_list() == [3, 4, 6]


# Damage


def test_beschadigd_record_verbergt_de_andere_niet(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, [*records[:3], records[3][:200], *records[4:]])
    # The amount of the damaged record is gone, so nobody can say whether the total is right; the counts are.
    assert gevonden(batch) == [("AW-0804", 4)]
    assert batch.meldingen["melding"].to_list() == ["Recordlengte is 200; moet 310 zijn."]
    assert (batch.aantal, batch.onleesbaar) == (2, 1)
    assert batch.regels.collect()["regelnummer"].to_list() == [3, 6]


def test_bedrag_dat_nog_op_zijn_plaats_staat_telt_mee(tmp_path: Path, records: Records) -> None:
    beschadigd = [*records[:3], records[3].rstrip(), *records[4:]]
    assert gevonden(lees(tmp_path, beschadigd)) == [("AW-0804", 4)]
    ander_totaal = wijzig(7, "totaalbedrag", "00000000001")(beschadigd)
    assert gevonden(lees(tmp_path, ander_totaal)) == [("AW-0804", 4), ("AW-0150", 7)]


def test_regels_onder_een_beschadigd_verzekerdenrecord(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, [*records[:4], records[4][:-3], *records[5:]])
    assert gevonden(batch) == [("AW-0804", 5)]
    regels = batch.regels.collect()
    assert regels["bsn"].to_list() == ["999900006", "999900006", ANDER_BSN]
    assert regels["geboortedatum"].to_list() == [date(1940, 3, 15), date(1940, 3, 15), None]
    assert regels["overleden"].to_list() == [False, False, None]


def test_beschadigde_kop(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, [records[0].rstrip(), *records[1:]])
    assert gevonden(batch) == [("AW-0804", 1)]
    assert batch.regels.collect()["factuurnummer"].to_list() == ["F2019-0001"] * 3
    verschoven = lees(tmp_path, [records[0][:20] + records[0][21:], *records[1:]])
    assert {"AW-0804", "AW-0025", "AW-0031"} <= {regel_id for regel_id, _ in gevonden(verschoven)}
    assert not verschoven.meldingen["melding"].str.contains("20190").any()


def test_records_aaneen(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, [*records[:3], records[3] + records[4], *records[5:]])
    assert gevonden(batch) == [("AW-8095", 4)]
    assert (batch.aantal, batch.onleesbaar) == (2, 2)
    assert batch.regels.collect().select("regelnummer", "geboortedatum").rows() == [
        (3, date(1940, 3, 15)),
        (5, None),
    ]


def test_een_record_zonder_cr_wordt_gelezen_en_genoemd(tmp_path: Path, records: Records) -> None:
    inhoud = EINDE.join(records[:4]) + b"\n" + EINDE.join(records[4:]) + EINDE
    batch = lees(tmp_path, inhoud)
    assert gevonden(batch) == [("AW-8095", 4)]
    assert batch.regels.collect()["regelnummer"].to_list() == [3, 4, 6]


def test_laatste_record_zonder_crlf(tmp_path: Path, records: Records) -> None:
    for staart in (b"", b"\r"):
        batch = lees(tmp_path, EINDE.join(records) + staart)
        assert gevonden(batch) == [("AW-8095", 7)]


@pytest.mark.parametrize("einde", [b"\n", b"\r", b""])
@pytest.mark.parametrize("aan_het_slot", [b"", b"\n"])
def test_bestand_zonder_crlf_krijgt_een_melding(
    tmp_path: Path, records: Records, einde: bytes, aan_het_slot: bytes
) -> None:
    batch = lees(tmp_path, einde.join(records) + (aan_het_slot and (einde or aan_het_slot)))
    assert gevonden(batch) == [("AW-8095", None)]
    assert json.loads(batch.meldingen["gegevens"][0]) == {"aantal": 7}
    assert_frame_equal(batch.regels.collect(), lijnen(*DRIE))
    assert batch.onleesbaar == 0


def test_eindemarkering_van_oude_software(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, EINDE.join(records) + EINDE + b"\x1a")
    assert gevonden(batch) == []


@pytest.mark.parametrize("afgebroken_na", [5, 100, 309, 312, 313, 700, 1000, 1247, 1800])
def test_afgebroken_bericht_is_een_bericht_met_bevindingen(
    tmp_path: Path, records: Records, afgebroken_na: int
) -> None:
    heel = EINDE.join(records) + EINDE
    batch = lees(tmp_path, heel[:afgebroken_na])
    gelezen = {3: 936, 4: 1248, 6: 1872}
    assert batch.regels.collect()["regelnummer"].to_list() == [
        nummer for nummer, eind in gelezen.items() if afgebroken_na >= eind - 2
    ]
    ids = [regel_id for regel_id, _ in gevonden(batch)]
    assert "AW-0208" in ids
    in_de_laatste_regel = afgebroken_na % 312
    assert ("AW-0804" in ids) == (in_de_laatste_regel not in (0, 310, 311))
    assert ("AW-8095" in ids) == (in_de_laatste_regel != 0)


def test_afgebroken_slot(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, [*records[:6], records[6][:40]])
    assert gevonden(batch) == [("AW-0208", None), ("AW-0804", 7)]


def test_bericht_zonder_verzekerden(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, [records[0], records[2], records[3], records[6]])
    assert [melding for melding in gevonden(batch) if melding[0] == "AW-8026"] == [
        ("AW-8026", 2),
        ("AW-8026", 3),
    ]
    assert batch.regels.collect()["geboortedatum"].to_list() == [None, None]


def test_na_een_sprong_loopt_de_nummering_weer_goed(tmp_path: Path) -> None:
    records = bericht(tmp_path, *[{}] * 6)
    for regelnummer in range(5, 9):
        records = wijzig(regelnummer, "identificatie", f"{regelnummer + 99:012d}")(records)
    assert gevonden(lees(tmp_path, records)) == [("AW-0801", 5)]
    verwisseld = bericht(tmp_path, *[{}] * 6)
    verwisseld[4:6] = [verwisseld[5], verwisseld[4]]
    assert gevonden(lees(tmp_path, verwisseld)) == [("AW-0801", 5), ("AW-0801", 6)]


def test_een_lang_nummer_wordt_niet_getoond(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, wijzig(3, "identificatie", "000999900006")(records))
    assert batch.meldingen["melding"].to_list() == ["Identificatie detailrecord is geen volgnummer; verwacht 2."]


def test_credit_in_het_totaal(tmp_path: Path) -> None:
    credit = {"debet_credit": "C", "debet_credit_2": "C", "declaratiebedrag": 400000}
    records = bericht(tmp_path, {}, credit)
    assert AW319.rubrieken("99")["totaalbedrag"].van(records[-1].decode()) == "00000090000"
    assert AW319.rubrieken("99")["debet_credit"].van(records[-1].decode()) == "C"
    assert gevonden(lees(tmp_path, records)) == []
    # Without the second indicator the first one gives the sign.
    records[3] = met(records[3], "debet_credit_2", " ")
    batch = lees(tmp_path, records)
    assert gevonden(batch) == []
    assert batch.regels.collect()["debet_credit_2"].to_list() == ["D", None]


# Fields


@pytest.mark.parametrize(
    ("naam", "waarde", "gelezen"),
    [
        ("begindatum", "20190230", None),
        ("begindatum", " 2019101", None),
        ("begindatum", "2019 1 1", None),
        ("begindatum", "00000101", None),
        ("einddatum", "99991231", date(9999, 12, 31)),
        ("aantal", "abcd", None),
        ("aantal", "-001", None),
        ("aantal", "+001", None),
        ("aantal", "0000", 0),
        ("aantal", "  12", 12),
        ("debet_credit", "x", "x"),
        ("debet_credit", " ", None),
        ("zzpcode", "000", None),
        ("besluitnummer", "000000000", None),
        ("besluitnummer", "000000012", "000000012"),
        ("bsn", "000000000", "000000000"),
        ("uitvoerder", "00000000", "00000000"),
        ("machtigingsnummer", "M-1".ljust(15), "M-1"),
        ("prestatiecode", " Z1  ", "Z1"),
    ],
)
def test_velden(tmp_path: Path, naam: str, waarde: str, gelezen: Any) -> None:
    records = bericht(tmp_path, {})
    batch = lees(tmp_path, wijzig(3, naam, waarde)(records))
    assert batch.regels.collect()[naam].to_list() == [gelezen]
    assert "INL-01" not in [regel_id for regel_id, _ in gevonden(batch)]


def test_bedrag_dat_geen_getal_is(tmp_path: Path, records: Records) -> None:
    records = wijzig(3, "tarief", "0000012x")(wijzig(3, "declaratiebedrag", " " * 8)(records))
    batch = lees(tmp_path, wijzig(6, "bedrag", "+0000012")(records))
    assert gevonden(batch) == [("INL-01", 3), ("INL-01", 6)]
    assert batch.meldingen["retourcode"].to_list() == ["0001", "0001"]
    assert batch.meldingen["melding"][0] == (
        "tarief (0425) is '0000012x', geen bedrag in centen; declaratiebedrag (0429) is '', geen bedrag in centen."
    )
    assert json.loads(batch.meldingen["gegevens"][0]) == {"kolommen": "tarief, declaratiebedrag"}
    assert batch.regels.collect()["tarief"].to_list() == [None, 10000, 10000]
    assert batch.regels.collect()["bedrag"].to_list() == [310000, 310000, None]


def test_onmogelijke_geboortedatum_is_een_melding_op_het_verzekerdenrecord(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, wijzig(2, "geboortedatum", "19401503")(records))
    assert gevonden(batch) == [("INL-01", 2)]
    assert "1940" not in batch.meldingen["melding"][0]
    assert batch.regels.collect()["geboortedatum"].to_list() == [None, None, date(1951, 12, 24)]


@pytest.mark.parametrize(
    ("regelnummer", "naam", "waarde", "fout"),
    [
        (1, "declarant", "ZORG    ", True),
        (1, "declarant", "        ", False),
        (1, "declarant", "00000000", False),
        (3, "tijdseenheid", "uu", True),
        (3, "tijdseenheid", "4 ", True),
        (3, "tijdseenheid", "  ", False),
        (3, "tijdseenheid", "00", False),
    ],
)
def test_codes_zijn_cijfers_of_leeg(
    tmp_path: Path, records: Records, regelnummer: int, naam: str, waarde: str, fout: bool
) -> None:
    assert gevonden(lees(tmp_path, wijzig(regelnummer, naam, waarde)(records))) == [("INL-01", regelnummer)] * fout


def test_beschadigde_kop_wordt_niet_verschoven_gelezen(tmp_path: Path, records: Records) -> None:
    for kop in (records[0][:60] + records[0][61:], records[0][:60] + b"0" + records[0][60:]):
        regels = lees(tmp_path, [kop, *records[1:]]).regels.collect()
        assert regels.height == 3
        assert regels.select("declarant", "uzovi", "factuurnummer", "dagtekening").null_count().row(0) == (3, 3, 3, 3)


def test_accenten_verschuiven_niets(tmp_path: Path, records: Records) -> None:
    # 0x85 (a line end to Python), 0xA0 and bytes that together look like UTF-8 are all ordinary text here.
    records = wijzig(2, "naam_1", "Ça\x85va\xa0Ã©ée Müller".ljust(25))(records)
    records = wijzig(3, "referentienummer", "Réf\xe9rence n\xb0 1".ljust(20))(records)
    batch = lees(tmp_path, records)
    assert gevonden(batch) == []
    verwacht = lijnen({"referentienummer": "Référence n° 1"}, {}, DRIE[2])
    assert_frame_equal(batch.regels.collect(), verwacht)


# Blocks and spooling


@pytest.mark.parametrize("blok", [1, 7, 311, 312, 313, 1000, 3120])
@pytest.mark.parametrize("einde", [b"\r\n", b"\n", b""])
def test_blokgrenzen_maken_niet_uit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blok: int, einde: bytes) -> None:
    clienten = ["999900006", ANDER_BSN, "99990002x", "999900031"]
    records = bericht(tmp_path, *({"bsn": bsn, "aantal": aantal} for bsn in clienten for aantal in range(1, 6)))
    records = wijzig(9, "identificatie", "000000000099")(wijzig(2, "naam_1", "é" * 25)(records))
    records = [*records[:12], records[12][:-2], *records[13:]] if einde else records
    inhoud = b"".join(record + einde for record in [*records, *records[:3]])
    verwacht = lees(tmp_path, inhoud)
    monkeypatch.setattr(aw319_bestand, "BLOK", blok)
    batch = lees(tmp_path, inhoud)
    assert_frame_equal(batch.regels.collect(), verwacht.regels.collect())
    assert_frame_equal(batch.meldingen, verwacht.meldingen)
    assert (batch.sha256, batch.aantal, batch.onleesbaar) == (
        verwacht.sha256,
        verwacht.aantal,
        verwacht.onleesbaar,
    )
    assert {"AW-0801", "AW-8026"} <= set(batch.meldingen["regel_id"])


@pytest.mark.parametrize("klein", [1, 3, 5, 19, 20])
def test_veel_regels_gaan_naar_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, klein: int) -> None:
    records = bericht(tmp_path, *({"aantal": aantal} for aantal in range(1, 21)))
    verwacht = lees(tmp_path, records).regels.collect()
    assert not list(tmp_path.rglob("*.parquet"))
    monkeypatch.setattr(aw319_bestand, "BLOK", 624)
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", klein)
    batch = lees(tmp_path, records)
    assert_frame_equal(batch.regels.collect(), verwacht)
    assert bool(list(tmp_path.rglob("*.parquet"))) == (klein < 20)


# What is no message


@pytest.mark.parametrize(
    "inhoud",
    [
        b"%PDF-1.7\n" + bytes(range(256)) * 20,
        b"bsn;prestatiecode\n999900006;Z041\n",
        b"zomaar tekst",
        b"0123456789\r\n0187654321\r\n",
        b"\x00" * 1000,
    ],
)
def test_geen_aw319_is_een_invoerfout(tmp_path: Path, inhoud: bytes) -> None:
    with pytest.raises(Invoerfout, match=r"bericht\.asc, regel 1: geen AW319-bericht") as fout:
        lees(tmp_path, inhoud)
    assert "\n" not in str(fout.value)


def test_niets_te_lezen_is_een_invoerfout(tmp_path: Path) -> None:
    (tmp_path / "leeg.asc").touch()
    for naam in ("leeg.asc", "weg.asc", "."):
        with pytest.raises(Invoerfout):
            lees_aw319(tmp_path / naam, naam, tmp_path)


def test_kop_die_niet_vooraan_staat(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, [records[1], records[2], records[0], *records[3:]])
    assert ("AW-8026", 1) in gevonden(batch)
    assert batch.regels.collect()["factuurnummer"].to_list() == ["F2019-0001"] * 3
    fout_in_kop = wijzig(3, "valuta", "USD")([records[1], records[2], records[0], *records[3:]])
    assert ("AW-0031", 3) in gevonden(lees(tmp_path, fout_in_kop))


def test_utf8_teken_vooraan(tmp_path: Path, records: Records) -> None:
    batch = lees(tmp_path, b"\xef\xbb\xbf" + EINDE.join(records) + EINDE)
    assert gevonden(batch) == [("AW-0804", 1)]
    assert_frame_equal(batch.regels.collect(), lijnen(*DRIE))


# The writer


def test_schrijver_groepeert_per_client(tmp_path: Path) -> None:
    om_en_om = ({}, {"bsn": ANDER_BSN}, {}, {"bsn": None}, {"bsn": ANDER_BSN})
    regels = lijnen(*om_en_om)
    assert regels["regelnummer"].to_list() == [3, 6, 4, 9, 7]
    batch = lees(tmp_path, bericht(tmp_path, *om_en_om))
    assert gevonden(batch) == []
    assert_frame_equal(batch.regels.collect(), regels.sort("regelnummer"))


def test_schrijver_is_gelijk_bij_gelijke_invoer(tmp_path: Path) -> None:
    assert bericht(tmp_path, *DRIE) == bericht(tmp_path, *DRIE)
    namen = {bericht(tmp_path, {"bsn": f"9999000{nummer:02d}"})[1][63:88] for nummer in range(20)}
    assert any(not naam.isascii() for naam in namen)


@pytest.mark.parametrize(
    "anders",
    [{"referentienummer": "R" * 21}, {"tarief": 100_000_000}, {"tarief": -1}, {"factuurnummer": "€ 12"}],
)
def test_schrijver_weigert_wat_niet_past(tmp_path: Path, anders: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"past niet|negatieve|encode"):
        schrijf_aw319(lijnen(anders), tmp_path / "uit.asc")
    with pytest.raises(ValueError, match="ten minste één regel"):
        schrijf_aw319(lijnen().clear(), tmp_path / "uit.asc")
