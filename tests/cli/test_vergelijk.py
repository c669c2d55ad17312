"""``declaratie controleer --aw320`` and ``declaratie vergelijk``, as a user runs them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from aw319_hulp import EINDE, bericht, lijnen
from proces import assert_nette_fout, draai
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.diensten.instellingen import batch
from wlz_declaratie.kern.regel import kies

VOORBEHOUD = "volgens het gedeelde Vektis-retourpatroon; controleer vóór gebruik in productie"
GEEN_BSN = "999999999"
"""Stands for a person without bsn: the rules on clients leave these lines alone."""
OP_DAG = ("--peildatum", "2019-03-01")
TE_VEEL = {"aantal": 40, "bedrag": 400000, "declaratiebedrag": 400000}
"""More days than the period has: 0638 by VLD-05."""


def regels(*afwijkend: dict[str, Any]) -> list[dict[str, Any]]:
    """Lines that the check accepts, but for what each dict changes; no two of them overlap."""
    goed = {"bsn": GEEN_BSN, "zzpcode": "753"}
    return [{**goed, "uitvoerder": f"0629{nummer:04d}", **anders} for nummer, anders in enumerate(afwijkend, start=1)]


def dient_in(map_: Path, *afwijkend: dict[str, Any]) -> Path:
    bestand = map_ / "batch.asc"
    bestand.write_bytes(EINDE.join(bericht(map_, *regels(*afwijkend))) + EINDE)
    return bestand


def ontvangt(batch: Path, codes: dict[int, str], toegekend: int = 0) -> Path:
    """A return message by hand: the retourcodes of each physical line, 8001 and 0200 elsewhere."""
    records = []
    for nummer, record in enumerate(batch.read_bytes().split(EINDE)[:-1], start=1):
        lijst = codes.get(nummer, "8001" if record[:2] == b"04" else "0200")
        match record[:2]:
            case b"01":
                staart = f"{'ZK-77':24}20190320{lijst}"
                record = b"01188" + record[5:]
            case b"04":
                staart = f"00000000D00000000D{lijst}"
            case b"99":
                record, staart = record[:45], f"{toegekend:011d}D"
            case _:
                staart = lijst
        records.append((record + staart.encode()).ljust(370))
    bestand = batch.with_name("ontvangen.asc")
    bestand.write_bytes(EINDE.join(records) + EINDE)
    return bestand


def vergelijk(*woorden: str | Path) -> dict[str, Any]:
    klaar = draai("vergelijk", *woorden, *OP_DAG, "--formaat", "json")
    assert (klaar.returncode, klaar.stderr) == (0, ""), klaar.stderr
    inhoud: dict[str, Any] = json.loads(klaar.stdout)
    jsonschema.validate(inhoud, json.loads(pad("vergelijking.schema.json").read_text("utf-8")))
    return inhoud


def tel(inhoud: dict[str, Any], *namen: str) -> list[int]:
    return [inhoud["samenvatting"][naam] for naam in namen]


@pytest.fixture
def weinig_regels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the catalogue only who finds something in these lines: what a comparison says, does not hang on the others."""
    monkeypatch.setattr(batch, "kies", lambda *_: kies(["VLD", "AW"], []))


weinig = pytest.mark.usefixtures("weinig_regels")

UITKOMSTEN = ("afwijzingen", "voorspeld", "andere_code", "niet_voorspeld", "tevergeefs", "niet_beoordeeld")


def tien_afwijzingen(map_: Path) -> tuple[Path, Path]:
    """Lines at 3..16: the check rejects 3..11, the zorgkantoor 3..9 alike, 10 otherwise and 12 and 13 alone."""
    batch = dient_in(map_, *[TE_VEEL] * 9, *[{}] * 5)
    codes = {**dict.fromkeys(range(3, 10), "0638"), 10: "0611", 12: "0551", 13: "85228060"}
    return batch, ontvangt(batch, codes)


def test_tien_afwijzingen_waarvan_zeven_voorspeld(tmp_path: Path) -> None:
    batch, ontvangen = tien_afwijzingen(tmp_path)
    inhoud = vergelijk(batch, ontvangen)
    assert tel(inhoud, *UITKOMSTEN) == [10, 7, 1, 2, 1, 0]
    per_code = {
        rij["retourcode"]: [rij[kolom] for kolom in ("ontvangen", "voorspeld", "gemist", "tevergeefs")]
        for rij in inhoud["retourcodes"]
    }
    assert per_code == {
        "0551": [1, 0, 1, 0],
        "0611": [1, 0, 1, 0],
        "0638": [7, 7, 0, 2],
        "8060": [1, 0, 1, 0],
        "8522": [1, 0, 1, 0],
    }
    per_regel = {r["regelnummer"]: (r["uitkomst"], r["ontvangen"], r["verwacht"]) for r in inhoud["regels"]}
    assert per_regel == {
        **dict.fromkeys(range(3, 10), ("voorspeld", ["0638"], ["0638"])),
        10: ("andere code", ["0611"], ["0638"]),
        11: ("tevergeefs", [], ["0638"]),
        12: ("niet voorspeld", ["0551"], []),
        13: ("niet voorspeld", ["8060", "8522"], []),
    }
    assert {r["bsn"] for r in inhoud["regels"]} == {"******999"}
    assert {tuple(r["regels"]) for r in inhoud["regels"] if r["verwacht"]} == {("VLD-05",)}
    assert {date.fromisoformat(r["begindatum"]) for r in inhoud["regels"]} == {date(2019, 1, 1)}
    assert inhoud["aw320"]["referentie"] == "ZK-77"


@weinig
def test_tien_afwijzingen_op_de_terminal(tmp_path: Path) -> None:
    klaar = draai("vergelijk", *tien_afwijzingen(tmp_path), *OP_DAG, "--max", "3")
    assert (klaar.returncode, klaar.stderr) == (0, "")
    tekst = " ".join(klaar.stdout.split())
    assert (
        "Van 10 afwijzingen in het AW320 voorspelde de controle er 7; 1 met een andere code, 2 niet. "
        "1 declaratieregel was tevergeefs voorspeld."
    ) in tekst
    assert VOORBEHOUD in tekst
    assert "ontvangen 0611; voorspeld 0638 (VLD-05)" in tekst
    assert "… en nog 4; zie ze met --max." in tekst
    assert max(map(len, klaar.stdout.splitlines())) <= 100
    assert GEEN_BSN not in klaar.stdout


@weinig
def test_toon_bsn(tmp_path: Path) -> None:
    inhoud = vergelijk(*tien_afwijzingen(tmp_path), "--toon-bsn")
    assert {r["bsn"] for r in inhoud["regels"]} == {GEEN_BSN}


def test_eigen_aw320_is_helemaal_voorspeld(tmp_path: Path) -> None:
    batch = dient_in(tmp_path, TE_VEEL, {}, {"declaratiebedrag": 999999}, {"debet_credit": "X", "debet_credit_2": "X"})
    retour = tmp_path / "retour.asc"
    klaar = draai("controleer", batch, "--aw320", retour, *OP_DAG)
    assert klaar.returncode == 1
    assert klaar.stderr == f"{retour}: retourbericht AW320 {VOORBEHOUD}.\n"
    inhoud = vergelijk(batch, retour)
    aantal = inhoud["samenvatting"]["afwijzingen"]
    assert aantal == 3
    assert tel(inhoud, *UITKOMSTEN) == [aantal, aantal, 0, 0, 0, 0]
    assert inhoud["samenvatting"]["goedgekeurd_cent"] == inhoud["samenvatting"]["toegekend_cent"] == 310000


@weinig
def test_stil_en_json_blijven_schoon(tmp_path: Path) -> None:
    batch, retour = dient_in(tmp_path, {}), tmp_path / "retour.asc"
    stil = draai("controleer", batch, "--aw320", retour, *OP_DAG, "--stil")
    assert (stil.returncode, stil.stdout, stil.stderr) == (0, "", "")
    in_json = draai("controleer", batch, "--aw320", retour, *OP_DAG, "--formaat", "json")
    assert json.loads(in_json.stdout)["samenvatting"]["regels"] == 1
    assert VOORBEHOUD in in_json.stderr


@weinig
def test_niet_beoordeeld_is_geen_afwijzing_en_niet_tevergeefs(tmp_path: Path) -> None:
    """The insured record is rejected for what the check finds on its line, and the lines below are not judged."""
    batch = dient_in(tmp_path, TE_VEEL, {})
    inhoud = vergelijk(batch, ontvangt(batch, {2: "0638", 3: "8002", 4: "8002"}))
    assert tel(inhoud, *UITKOMSTEN) == [1, 1, 0, 0, 0, 1]
    assert [(r["kenmerk"], r["uitkomst"]) for r in inhoud["regels"]] == [("02", "voorspeld"), ("04", "niet beoordeeld")]


@weinig
def test_melding_op_de_kop(tmp_path: Path) -> None:
    batch = dient_in(tmp_path, {})
    batch.write_bytes(batch.read_bytes().replace(b"EUR", b"USD"))
    inhoud = vergelijk(batch, ontvangt(batch, {1: "0031", 2: "0351"}))
    assert tel(inhoud, *UITKOMSTEN) == [2, 1, 0, 1, 0, 0]
    assert [(r["kenmerk"], r["uitkomst"]) for r in inhoud["regels"]] == [("01", "voorspeld"), ("02", "niet voorspeld")]


@weinig
def test_meer_dan_drie_codes_is_niet_tevergeefs(tmp_path: Path) -> None:
    batch = dient_in(tmp_path, {**TE_VEEL, "uitvoerder": "00000000"})
    inhoud = vergelijk(batch, ontvangt(batch, {3: "063880600551"}))
    assert {rij["retourcode"] for rij in inhoud["retourcodes"]} == {"0551", "0638", "8060"}


@weinig
def test_batch_als_csv_in_andere_volgorde_met_dubbele_referentie(tmp_path: Path) -> None:
    geen, dubbel = {"referentienummer": None}, {"referentienummer": "DUBBEL"}
    anders = [TE_VEEL, {}, dubbel, dubbel, geen]
    batch = dient_in(tmp_path, *anders)
    tabel = lijnen(*regels(*anders)).select(
        "referentienummer", "bsn", "begindatum", "einddatum", "prestatiecode", "aantal", "uitvoerder", "factuurnummer"
    )
    tabel.reverse().write_csv(tmp_path / "batch.csv", separator=";")
    ontvangen = ontvangt(batch, {3: "0638", 5: "8021", 6: "8021", 7: "8021"})
    inhoud = vergelijk(tmp_path / "batch.csv", ontvangen)
    assert tel(inhoud, *UITKOMSTEN) == [4, 4, 0, 0, 0, 0]
    assert tel(inhoud, "niet_in_batch", "niet_in_retour") == [0, 0]
    assert [r["regelnummer"] for r in inhoud["regels"]] == [6, 3, 4, 2]


@weinig
def test_regels_die_niet_terugkomen_tellen_apart(tmp_path: Path) -> None:
    batch = dient_in(tmp_path, TE_VEEL, TE_VEEL, {})
    ontvangen = ontvangt(batch, {3: "0638"})
    records = ontvangen.read_bytes().split(EINDE)
    ontvangen.write_bytes(EINDE.join([*records[:3], *records[4:]]))
    inhoud = vergelijk(batch, ontvangen)
    assert tel(inhoud, *UITKOMSTEN) == [1, 1, 0, 0, 0, 0]
    assert tel(inhoud, "niet_in_batch", "niet_in_retour") == [0, 1]
    assert inhoud["aw320"]["opmerkingen"] == ["het sluitrecord noemt '000003' records 04, er staan er 2"]


@weinig
def test_van_een_andere_batch(tmp_path: Path) -> None:
    batch = dient_in(tmp_path, {})
    ontvangen = ontvangt(batch, {})
    andere = dient_in(tmp_path, {"factuurnummer": "F-ANDERS"})
    assert_nette_fout(draai("vergelijk", andere, ontvangen, *OP_DAG), "ontvangen.asc", "hoort niet bij", "F2019-0001")
    andere = dient_in(tmp_path, {"referentienummer": "Q1"})
    assert_nette_fout(draai("vergelijk", andere, ontvangen, *OP_DAG), "ontvangen.asc", "referentienummer")


@weinig
def test_geen_aw320(tmp_path: Path) -> None:
    batch = dient_in(tmp_path, {})
    assert_nette_fout(draai("vergelijk", batch, batch, *OP_DAG), "batch.asc, regel 1", "geen AW320")
    assert_nette_fout(draai("vergelijk", batch, tmp_path / "weg.asc", *OP_DAG), "weg.asc")
    (tmp_path / "ruis.asc").write_bytes(bytes(range(256)) * 9)
    assert_nette_fout(draai("vergelijk", batch, tmp_path / "ruis.asc", *OP_DAG), "ruis.asc")


@weinig
def test_aw320_alleen_bij_een_aw319(tmp_path: Path) -> None:
    batch, retour = dient_in(tmp_path, {}), tmp_path / "retour.asc"
    csv = tmp_path / "batch.csv"
    csv.write_text("referentienummer;bsn\n")
    assert_nette_fout(draai("controleer", csv, "--aw320", retour), "batch.csv", "AW319")
    assert_nette_fout(draai("controleer", batch, batch, "--aw320", retour), "één AW319")
    assert_nette_fout(draai("controleer", batch, "--aw320", batch), "batch.asc")
    assert_nette_fout(draai("controleer", batch, "--aw320", tmp_path / "weg" / "r.asc"), "weg")
    assert not retour.exists()


@weinig
@pytest.mark.parametrize("breedte", ["80", "160"])
def test_past_in_de_breedte(tmp_path: Path, breedte: str) -> None:
    klaar = draai("vergelijk", *tien_afwijzingen(tmp_path), *OP_DAG, omgeving={"COLUMNS": breedte})
    assert max(map(len, klaar.stdout.splitlines())) <= int(breedte)
