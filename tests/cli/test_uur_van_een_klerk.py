"""A clerk's hour: files as Excel leaves them, every damage at once, to a clean check, with what she types."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import fastexcel
import pytest
import xlsxwriter

from proces import assert_nette_fout, draai

ZONDER_NUL = 10000008
"""A bsn that lost its first zero."""
KOP = (
    "Referentienummer", "BSN-nummer", "begindatm", "einddatum", "prestatie_code", "aantal", "uitvoerder", "tarief",
    "bedrag", "declaratiebedrag", "tijdseenheid", "Afdeling",
)  # fmt: skip
VAN, TOT = date(2026, 3, 1), date(2026, 3, 5)
RIJEN: list[list[Any]] = [
    ["K1", ZONDER_NUL, 46082, "07-mrt-26", "Z041", "7", 6290101, "€ 145,00", "€ 1.015,00", "1.015,00", 14, "Es"],
    ["K2", 999900018, "1-3-2026", "14-mrt-26", "Z916", 14, "06290101", 100, 1400, 1400, 14, "Es"],
    ["K3", 999900031, VAN, TOT, "Z041", 5, 6290101, "€ 100,-", "510,00", 510, 14, "Eik"],
    ["K4", 999900055, VAN, TOT, "Z041", "vijf", 6290101, 100, 500, 500, 14, "Eik"],
    ["K5", 999900067, TOT, VAN, "Z041", 5, 6290101, 100, 500, 500, 14, "Eik"],
    ["K6", 999900080, VAN, TOT, "Z041", "x", 6290101, 100, 500, 500, 14, "dubbel"],
    ["K7", 999900079, "2026-03-01", "2026-03-15", "Z916", 15, 6290101, 100, 1500, 1500, 14, "Es"],
]  # fmt: skip
DOSSIER = f"sep=;\nBSN-nummer;geboortedatum\n{ZONDER_NUL};3-mei-41\n"
INSTELLINGEN = '[kolommen]\nbsn = "BSN-nummer"\nbegindatum = "begindatm"\nprestatiecode = "prestatie_code"\n'
WAT = "--dossier dossier --peildatum 2026-06-01 --selecteer MUT-01,VLD,INL"
NOOT = {"afgehandeld": "ja", "opmerking": "=gebeld met Es"}


def bewaar(doel: Path, rijen: Sequence[Sequence[Any]], *, voorblad: bool = False) -> None:
    """As a spreadsheet saves it: what looks like a number or a day is one, by the type of the value."""
    with xlsxwriter.Workbook(doel, {"strings_to_formulas": False, "default_date_format": "d-mmm-yy"}) as boek:
        if voorblad:
            boek.add_worksheet("Voorblad").write_string(0, 0, "Declaraties van maart, zie het tweede blad")
        blad = boek.add_worksheet("Regels")
        boven = 0
        if voorblad:
            blad.write_string(0, 0, "Zorggroep De Linde, maart 2026")
            boven = 2
        for nummer, rij in enumerate(rijen, start=boven):
            blad.write_row(nummer, 0, rij)


def inhoud(boek: Path) -> dict[str, dict[str, Any]]:
    """The rows of a workbook by reference number."""
    frame = fastexcel.read_excel(boek).load_sheet(0, dtypes="string").to_polars()
    return {rij["Referentienummer"]: rij for rij in frame.to_dicts()}


def bewerk(boek: Path, per_regel: Mapping[str, Mapping[str, Any]], *, weg: Sequence[str] = ()) -> None:
    """What the clerk changes, by reference number; the last line comes first, for she sorted them."""
    rijen = inhoud(boek)
    koppen = list(next(iter(rijen.values())))
    nieuw = [rij | per_regel.get(nummer, {}) for nummer, rij in rijen.items() if nummer not in weg]
    bewaar(boek, [koppen, *([rij[kop] for kop in koppen] for rij in reversed(nieuw))])


class Klerk:
    """Types in one folder; `typ` gives what is on the screen, its spaces and line ends as single spaces."""

    def __init__(self, map_: Path) -> None:
        self.map = map_

    def typ(self, woorden: str, code: int) -> str:
        klaar = draai(*shlex.split(woorden), map_=self.map)
        assert klaar.returncode == code, klaar.stdout + klaar.stderr
        gezien = " ".join((klaar.stdout + klaar.stderr).split())
        assert not any(str(bsn) in gezien for bsn in (ZONDER_NUL, 999900018, 999900079))
        return gezien

    def stopt(self, woorden: str, *zegt: str) -> None:
        """One line that says what is wrong and what to do."""
        assert_nette_fout(draai(*shlex.split(woorden), map_=self.map), *zegt)

    def ernaast(self, gezien: str) -> dict[str, int]:
        """How many rejections are new, known, mended and gone."""
        return {naam.lower(): int(n) for naam, n in re.findall(r"(Nieuw|Bekend|Hersteld|Weg) (\d+) \d+", gezien)}


@pytest.fixture
def klerk(tmp_path: Path) -> Klerk:
    (tmp_path / "dossier").mkdir()
    (tmp_path / "dossier" / "clienten.csv").write_text(DOSSIER, "utf-8")
    return Klerk(tmp_path)


def test_van_excel_tot_een_schone_controle(klerk: Klerk) -> None:
    # What cannot be read says what to do, one thing at a time: the kind of file, the columns, a lost number.
    afgerond = [KOP, *RIJEN[:1], ["K2", "1,23E+08", *RIJEN[1][2:]], *RIJEN[2:]]
    bewaar(klerk.map / "maart.xlsx", afgerond, voorblad=True)
    (klerk.map / "maart.xls").write_bytes((klerk.map / "maart.xlsx").read_bytes())
    klerk.stopt("controleer maart.xls", "oud Excel-bestand", "bewaar het als .xlsx")
    klerk.stopt(
        "controleer maart.xlsx", "blad 2 'Regels', rij 3", "'begindatum' (bedoel je 'begindatm'?)", "[kolommen]"
    )
    (klerk.map / "declaratie.toml").write_text(INSTELLINGEN, "utf-8")
    klerk.stopt(f"controleer maart.xlsx {WAT}", "'bsn' (1 keer, vanaf", "een rekenblad heeft de nummers afgerond")
    bewaar(klerk.map / "maart.xlsx", [KOP, *RIJEN], voorblad=True)

    gezien = klerk.typ(f"controleer maart.xlsx {WAT} --herstel werk.xlsx --uit ronde1.xlsx", 1)
    for gelezen in (
        "blad 2 'Regels' gelezen, want blad 1 heeft de kolommen niet",
        "rij 1 boven de kolomnamen (in rij 3) overgeslagen",
        "kolom 'begindatm' gelezen als 'begindatum' (volgens [kolommen] in de instellingen)",
        "kolom 'begindatum': 1 keer een datum als getal van een rekenblad (46082), gelezen als dag (01-03-2026)",
        "kolom 'einddatum': 2 keer een datum met een maandnaam",
        "kolom 'tarief': 2 keer een bedrag met een euroteken",
        "clienten.csv: kolom 'geboortedatum': 1 keer een datum met een maandnaam",
    ):
        assert gelezen in gezien
    werk = klerk.map / "werk.xlsx"
    rijen = inhoud(werk)
    assert {nummer: rij["controleregel"] for nummer, rij in rijen.items()} == {
        "K1": None, "K2": "MUT-01 (afkeur)", "K3": "VLD-08 (afkeur)", "K4": "VLD-05 (afkeur)",
        "K5": "VLD-03 (afkeur)", "K6": "VLD-05 (afkeur)", "K7": "MUT-01 (afkeur)",
    }  # fmt: skip
    assert list(rijen["K1"])[7:] == list(KOP)
    assert (rijen["K1"]["BSN-nummer"], rijen["K1"]["Afdeling"]) == ("010000008", "Es")
    assert (rijen["K2"]["voorstel"], rijen["K3"]["voorstel"]) == ("aantal: 13", "bedrag: 500,00")

    # First round: two lines mended, in cells that are numbers and days then; one line twice in the file is taken out.
    bewerk(
        werk,
        {
            "K1": {"BSN-nummer": ZONDER_NUL, "opmerking": "klopt"},
            "K4": {"aantal": 5, **NOOT},
            "K5": {"begindatm": VAN, "einddatum": TOT, "afgehandeld": "ja"},
            "K7": {"opmerking": "navragen bij het zorgkantoor"},
        },
        weg=["K6"],
    )
    gezien = klerk.typ(f"controleer werk.xlsx {WAT} --herstel werk.xlsx --basislijn ronde1.xlsx --uit ronde2.xlsx", 0)
    assert klerk.ernaast(gezien) == {"nieuw": 0, "bekend": 3, "hersteld": 2, "weg": 1}
    assert ("hersteld: VLD-05 · K4" in gezien, "weg: VLD-05 · K6" in gezien) == (True, True)
    rijen = inhoud(werk)
    assert list(rijen) == ["K7", "K5", "K4", "K3", "K2", "K1"]
    assert {kop: rijen["K4"][kop] for kop in ("controleregel", "reden", *NOOT)} == {
        "controleregel": None, "reden": None, **NOOT,
    }  # fmt: skip
    assert (rijen["K1"]["opmerking"], rijen["K7"]["opmerking"]) == ("klopt", "navragen bij het zorgkantoor")
    assert rijen["K1"]["BSN-nummer"] == "010000008"

    # One finding is agreed upon: it stays as it is, and its proposal is not taken.
    gezien = klerk.typ(
        "aanvaard ronde2.xlsx --regel MUT-01 --referentie K7 --reden 'zorgkantoor akkoord, zaak 12'"
        " --door 'J. Jansen' --tot 2026-12-31",
        0,
    )
    assert "aanvaard.csv" in gezien
    gezien = klerk.typ(f"controleer werk.xlsx {WAT} --aanvaard aanvaard.csv --neem-voorstellen beter.csv", 1)
    assert "K2: aantal 14 → 13 (MUT-01)" in gezien
    assert "K2: declaratiebedrag 1400,00 → 1300,00 (MUT-01)" in gezien
    assert "K3: bedrag 510,00 → 500,00 (VLD-08)" in gezien
    assert "verandert met € -110,00" in gezien
    assert "K7: aantal" not in gezien

    laatste = f"controleer beter.csv {WAT} --aanvaard aanvaard.csv --basislijn ronde2.xlsx --faal-op signaal"
    gezien = klerk.typ(laatste, 0)
    assert klerk.ernaast(gezien) == {"nieuw": 0, "bekend": 0, "hersteld": 2, "weg": 0}
    assert "Alles wat is gevonden, is aanvaard." in gezien
    assert "zorgkantoor akkoord, zaak 12" in gezien
    assert "waarvan aanvaard 1 € 1.500,00" in gezien
    # Without the list that one still rejects.
    assert "Afgekeurd 1 € 1.500,00" in klerk.typ(f"controleer beter.csv {WAT}", 1)


@pytest.mark.parametrize(
    ("codering", "scheiding", "eerste"),
    [("utf-16", "\t", "Declaraties maart\r\n\r\n"), ("utf-8-sig", ";", "sep=;\r\n"), ("cp1252", ";", "")],
)
def test_dezelfde_ronde_met_tekst(klerk: Klerk, codering: str, scheiding: str, eerste: str) -> None:
    """The same table as text, with a first line of Excel's or a title, by way of a work file that is text too."""
    (klerk.map / "declaratie.toml").write_text(INSTELLINGEN, "utf-8")
    tekst = [[f"{cel:%d-%m-%Y}" if isinstance(cel, date) else str(cel) for cel in rij] for rij in (KOP, *RIJEN[:4])]
    regels = "\r\n".join(scheiding.join(rij) for rij in tekst)
    (klerk.map / "maart.csv").write_text(f"{eerste}{regels}\r\n", codering, newline="")
    gezien = klerk.typ(f"controleer maart.csv {WAT} --herstel werk.csv", 1)
    assert "kolom 'bsn': 1 keer een cijfer te weinig" in gezien
    assert "3 met een bevinding" in gezien

    werk = klerk.map / "werk.csv"
    oud = werk.read_text("utf-8-sig")
    assert f"K1;{ZONDER_NUL};46082;07-mrt-26;Z041" in oud
    beter = oud.replace(";vijf;", ";5;").replace(";Z916;14;", ";Z916;13;").replace(";1400", ";1300")
    werk.write_text(beter.replace(";510", ";500"), "utf-8-sig")
    assert "Geen bevindingen." in klerk.typ(f"controleer werk.csv {WAT} --herstel werk.csv", 0)
