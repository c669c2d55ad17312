"""A clerk's files out of Excel: every damage at once, to a clean check, with what a person types."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from proces import assert_nette_fout, draai
from tabulair import REGEL, csv_tekst, werkboek

OP_DAG = ("--peildatum", "2026-04-30", "--selecteer", "VLD")
ZONDER_NUL = "10000008"
LIJN: dict[str, Any] = {
    "Referentienummer": "R1",
    "BSN-nummer": ZONDER_NUL,
    "begindatum": "46082",
    "einddatum": "07-mrt-26",
    "prestatie_code": "Z041",
    "aantal": "7",
    "uitvoerder": "6290101",
    "tarief": "€ 145,00",
    "bedrag": "€ 1.015,00",
    "declaratiebedrag": "1.015,00",
    "tijdseenheid": "14",
    "prestatiecodelijst": "55",
    "opmerkin": "",
}
KOLOMMEN = '[kolommen]\nbsn = "BSN-nummer"\nprestatiecode = "prestatie_code"\n'


def vlak(tekst: str) -> str:
    return " ".join(tekst.split())


@pytest.fixture
def kantoor(tmp_path: Path) -> Path:
    """A folder with a batch as Excel leaves it: text with tabs in UTF-16, a title above it, a table in the dossier."""
    tabel = csv_tekst(LIJN, {**LIJN, "Referentienummer": "R2", "begindatum": "8-3-26", "einddatum": "14 maart 2026"})
    tekst = "Declaraties maart\n\n" + tabel
    (tmp_path / "maart.txt").write_text(tekst.replace(";", "\t").replace("\n", "\r\n"), "utf-16", newline="")
    dossier = tmp_path / "dossier"
    dossier.mkdir()
    (dossier / "clienten.csv").write_text(f"sep=;\nBSN-nummer;geboortedatum\n{ZONDER_NUL};3-mei-41\n", "utf-8")
    return tmp_path


def test_van_excel_naar_een_schone_controle(kantoor: Path) -> None:
    woorden = ("controleer", "maart.txt", "--dossier", "dossier", *OP_DAG)
    eerst = draai(*woorden, map_=kantoor)
    assert_nette_fout(eerst, "clienten.csv, regel 2: kolom 'bsn' (bedoel je 'bsn-nummer'?) ontbreekt")
    assert 'zet in declaratie.toml onder [kolommen]: bsn = "bsn-nummer"' in eerst.stderr
    (kantoor / "declaratie.toml").write_text(KOLOMMEN, "utf-8")
    klaar = draai(*woorden, map_=kantoor)
    assert (klaar.returncode, klaar.stderr) == (0, ""), vlak(klaar.stdout)
    gezien = vlak(klaar.stdout)
    for opmerking in (
        "regel 1 boven de kolomnamen (in regel 3) overgeslagen",
        "kolom 'bsn-nummer' gelezen als 'bsn' (volgens [kolommen] in de instellingen)",
        "kolom 'bsn': 2 keer een cijfer te weinig",
        "kolom 'uitvoerder': 2 keer een cijfer te weinig",
        "kolom 'begindatum': 1 keer een datum als getal van een rekenblad",
        "kolom 'begindatum': 1 keer een datum met een maandnaam of een jaar van twee cijfers",
        "kolom 'einddatum': 2 keer een datum met een maandnaam",
        "kolom 'tarief': 2 keer een bedrag met een euroteken",
        "clienten.csv: kolom 'geboortedatum': 1 keer een datum met een maandnaam",
    ):
        assert opmerking in gezien
    assert "Geen bevindingen." in gezien
    assert ZONDER_NUL not in gezien


def test_het_dossier_met_dezelfde_instellingen(kantoor: Path) -> None:
    (kantoor / "mijn.toml").write_text(KOLOMMEN, "utf-8")
    assert_nette_fout(draai("dossier", "dossier", map_=kantoor), "bedoel je 'bsn-nummer'?")
    klaar = draai("dossier", "dossier", "--instellingen", "mijn.toml", map_=kantoor)
    assert (klaar.returncode, klaar.stderr) == (0, "")
    assert "kolom 'bsn-nummer' gelezen als 'bsn'" in vlak(klaar.stdout)


def test_instellingen_worden_hogerop_gevonden(kantoor: Path) -> None:
    (kantoor / "declaratie.toml").write_text(KOLOMMEN, "utf-8")
    (diep := kantoor / "a" / "b").mkdir(parents=True)
    assert draai("controleer", "../../maart.txt", *OP_DAG, map_=diep).returncode == 0


@pytest.mark.parametrize(
    ("inhoud", "melding"),
    [
        ('[kolommen]\n\nbns = "x"', "regel 3: [kolommen]: 'bns' is geen kolom van een tabel; bedoel je 'bsn'?"),
        ("[kolomen]\n", "regel 1: 'kolomen' is geen instelling; bedoel je [kolommen]?"),
        ('bsn = "x"', "regel 1: 'bsn' is geen instelling."),
        ("kolommen = 3", "regel 1: kolommen is geen onderdeel. Schrijf [kolommen]"),
        ("[kolommen]\nbsn = BSN", "regel 2: dit is geen geldige TOML."),
        ("[kolommen]\nbsn = 3", "regel 2: [kolommen]: bij bsn staat geen kolomnaam."),
        ('[kolommen]\nbsn = " "', "regel 2: [kolommen]: bij bsn staat geen kolomnaam."),
        ('[kolommen]\nbsn = "X"\nagb = "x "', "regel 3: [kolommen]: agb en bsn noemen dezelfde kolom."),
        ('[kolommen]\nregelnummer = "x"', "'regelnummer' is geen kolom van een tabel"),
    ],
)
def test_een_fout_in_de_instellingen(tmp_path: Path, inhoud: str, melding: str) -> None:
    (tmp_path / "b.csv").write_text(csv_tekst(REGEL), "utf-8")
    (tmp_path / "x.toml").write_text(inhoud, "utf-8")
    assert_nette_fout(draai("controleer", "b.csv", "--instellingen", "x.toml", map_=tmp_path), melding)


def test_vertaalde_kolom_naast_de_eigen(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text(csv_tekst({**REGEL, "BSN-nummer": "x"}), "utf-8")
    (tmp_path / "declaratie.toml").write_text(KOLOMMEN, "utf-8")
    klaar = draai("controleer", "b.csv", map_=tmp_path)
    assert_nette_fout(klaar, "kolom 'bsn' staat er meer dan één keer ('bsn-nummer' telt ook als die kolom)")


def test_wat_niet_terug_kan_is_een_melding(tmp_path: Path) -> None:
    regels = [{**REGEL, "bsn": "1,23E+08", "referentienummer": f"R{nr}"} for nr in range(500)]
    (tmp_path / "b.csv").write_text(csv_tekst(*regels), "utf-8")
    klaar = draai("controleer", "b.csv", map_=tmp_path)
    assert_nette_fout(
        klaar, "b.csv: kolom 'bsn' (500 keer, vanaf bestandsregel 2): een rekenblad heeft de nummers afgerond"
    )
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "pgb.csv").write_text("bsn;ingangsdatum\n1.23457E+08;2026-01-01\n", "utf-8")
    assert_nette_fout(draai("dossier", "d", map_=tmp_path), "d/pgb.csv: kolom 'bsn' (1 keer, vanaf bestandsregel 2)")


@pytest.mark.parametrize(("naam", "wat"), [("b.xls", "oud Excel-bestand"), ("b.ods", "LibreOffice"), ("b.xlsm", "mac")])
def test_ander_rekenblad(tmp_path: Path, naam: str, wat: str) -> None:
    (tmp_path / naam).write_bytes(werkboek(list(REGEL), list(REGEL.values())))
    klaar = draai("controleer", naam, map_=tmp_path)
    assert_nette_fout(klaar, wat)
    assert "bewaar het als .xlsx" in klaar.stderr


def test_een_txt_die_geen_tabel_is_blijft_een_aw319(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("bsn\nzomaar tekst; met bsn\n", "utf-8")
    assert_nette_fout(draai("controleer", "b.txt", map_=tmp_path), "AW319")


@pytest.mark.parametrize(
    ("woorden", "code", "gezegd"),
    [
        (("uitleg", "MUT01"), 0, "MUT-01 Meer dan"),
        (("uitleg", "mut 1"), 0, "MUT-01 Meer dan"),
        (("uitleg", "584"), 0, "0584 Er is meer aantal"),
        (("uitleg", "mut"), 0, "MUT-07"),
        (("uitleg", "MTU-01"), 2, "bedoel je MUT-01?"),
        (("uitleg", "MUT99"), 2, "'MUT99' is geen controleregel, familie of bekende retourcode"),
        (("controler", "x"), 2, "onbekende opdracht 'controler'; bedoel je controleer?"),
        (("historie", "tonn"), 2, "bedoel je toon?"),
        (("xyz",), 2, "onbekende opdracht 'xyz'. Zie"),
        (("controleer", "x", "--selecteer", "MUT01"), 2, "begint met 'MUT01'; bedoel je MUT-01?"),
        (("controleer", "x", "--negeer", "VBR"), 2, "begint met 'VBR'; bedoel je VRB of OVB?"),
        (("uitleg", "9" * 5000), 2, "is geen controleregel"),
    ],
)
def test_bedoel_je(woorden: tuple[str, ...], code: int, gezegd: str) -> None:
    klaar = draai(*woorden)
    assert (klaar.returncode, len(klaar.stderr.splitlines()) <= 1) == (code, True)
    assert gezegd in vlak(klaar.stdout + klaar.stderr)
    if gezegd == "MUT-07":
        assert {*re.findall(r"\b[A-Z]{3}-\d\d\b", klaar.stdout)} == {f"MUT-0{nr}" for nr in range(1, 8)}


def test_aw319_heeft_geen_leveringsvorm() -> None:
    klaar = draai(
        "controleer", Path(__file__).parents[2] / "sample_data/fout/batch.asc", "--selecteer", "LVG-01,TOE-05"
    )
    gezien = vlak(klaar.stdout)
    assert "kolom leveringsvorm" not in gezien
    assert (
        "AW319 kent geen leveringsvorm: verblijf, vpt of mpt volgt uit de prestatiecode, een pgb alleen uit" in gezien
    )
    assert "AW319 kent geen onderwijs: geef de tabel onderwijs" in gezien
