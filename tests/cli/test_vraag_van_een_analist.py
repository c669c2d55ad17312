"""An analyst's question, in the words that she types: why was this line rejected, who else has it, since when."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from proces import KOP, draai, schrijf

EEN, TWEE, DRIE, VIER = "999900006", "999900018", "999900031", "999900055"
EERSTE, TWEEDE, DERDE = "06290101", "06290102", "06290103"
WAT = "--peildatum 2026-04-30 --selecteer MUT,VLD"
BREED = {"COLUMNS": "160"}
BATCHES = {
    "januari": (
        ("J1", EEN, "2026-01-05", "2026-01-17", "Z916", 13, EERSTE),
        ("J2", TWEE, "2026-01-05", "2026-01-09", "Z916", 5, TWEEDE),
    ),
    "februari": (
        ("F1", EEN, "2026-02-05", "2026-02-09", "Z916", 5, EERSTE),
        ("F2", DRIE, "2026-02-02", "2026-02-16", "Z916", 15, TWEEDE),
        ("F3", VIER, "2026-02-01", "2026-02-28", "Z041", 28, DERDE),
    ),
    "maart": (
        ("M1", TWEE, "2026-03-01", "2026-03-10", "Z916", 10, EERSTE),
        ("M2", TWEE, "2026-03-11", "2026-03-15", "Z916", 5, EERSTE),
        ("M3", EEN, "2026-03-02", "2026-03-21", "Z916", 20, EERSTE),
        ("M4", DRIE, "2026-03-02", "2026-03-15", "Z916", 14, TWEEDE),
        ("M5", VIER, "2026-03-01", "2026-03-31", "Z041", 31, DERDE),
        ("M6", VIER, "2026-03-01", "2026-03-04", "Z041", -4, DERDE),
    ),
    "maart-opnieuw": (
        ("M1", TWEE, "2026-03-01", "2026-03-10", "Z916", 10, EERSTE),
        ("M2", TWEE, "2026-03-11", "2026-03-15", "Z916", 3, EERSTE),
        ("M4", DRIE, "2026-03-02", "2026-03-15", "Z916", 14, TWEEDE),
        ("M7", VIER, "2026-03-01", "2026-03-16", "Z916", 16, DERDE),
    ),
}
"""Number, client, days, prestatie, aantal (below nought: a credit line, that names no debit line) and provider."""


def batchregel(
    nummer: str, bsn: str, van: str, tot: str, prestatie: str, aantal: int, uitvoerder: str, tarief: int = 110
) -> str:
    bedrag = abs(aantal) * tarief
    geld = f"{tarief},00;{bedrag},00;{bedrag},00"
    return f"{nummer};{bsn};{van};{tot};{prestatie};{abs(aantal)};{uitvoerder};{geld};{'C' if aantal < 0 else 'D'}"


class Analist:
    """Types in one folder; `uit` is what the last command wrote on the screen."""

    def __init__(self, map_: Path) -> None:
        self.map = map_

    def typ(self, woorden: str, code: int = 0) -> str:
        """What a command says, after its exit code is as expected and it complained of nothing."""
        klaar: subprocess.CompletedProcess[str] = draai(*shlex.split(woorden), map_=self.map, omgeving=BREED)
        assert (klaar.returncode, klaar.stderr) == (code, ""), klaar.stdout + klaar.stderr
        return klaar.stdout

    def json(self, woorden: str, code: int = 0) -> Any:
        return json.loads(self.typ(f"{woorden} --formaat json", code))


@pytest.fixture(scope="module")
def analist(tmp_path_factory: pytest.TempPathFactory) -> Analist:
    """Three months of three providers, each checked and saved in another format."""
    zij = Analist(tmp_path_factory.mktemp("analist"))
    for naam, regels in BATCHES.items():
        schrijf(zij.map, *(batchregel(*regel) for regel in regels), naam=f"{naam}.csv", kop=f"{KOP};debet_credit")
    for naam, vorm, code in (("januari", "json", 0), ("februari", "xlsx", 1), ("maart", "html", 1)):
        zij.typ(f"controleer {naam}.csv {WAT} --uit {naam}.{vorm} --stil", code)
    return zij


def euro(dagen: int) -> str:
    """An amount on the screen."""
    return f"€ {dagen * 110:,},00".replace(",", ".", 1)


def getoond(tekst: str, nummers: str = r"[JFM]\d") -> list[str]:
    """The reference numbers of the findings on the screen, in their order."""
    return re.findall(rf"· ({nummers}) · bsn \*{{6}}\d{{3}} ", tekst)


def test_waarom_is_deze_regel_afgekeurd(analist: Analist) -> None:
    """Ten days before it and five on it make fifteen: two too many, so three are left, to the thirteenth of March."""
    tekst = analist.typ(f"waarom maart.csv M2 {WAT}", 1)
    kop, _, rest = tekst.partition("Goed: ")
    assert "Afgekeurd: 1 controleregel\n  MUT-01 Meer dan 13 mutatiedagen in één leegstand" in kop
    som = re.search(
        r"(\d+) mutatiedagen in deze leegstand, (\d+) toegestaan; op deze \w*regel nog (\d+); "
        r"eerder (\d+) dagen vanaf 01-03-2026\s+\[0584\]",
        kop,
    )
    assert som is not None
    geteld, mag, nog, eerder = map(int, som.groups())
    assert (geteld, mag, nog, eerder) == (10 + 5, 13, 13 - 10, 10)
    assert "laatste dag binnen de grens 13-03-2026" in rest
    assert "11-03-2026 t/m 13-03-2026: telt\n    14-03-2026 t/m 15-03-2026: te veel" in rest
    assert "M1 · Z916 · aantal 10 · € 1.100,00 · uitvoerder 06290101" in rest
    assert "tabel aanbieders ontbreekt: MUT-04" in rest
    # The line before it is right: it has the ten of the thirteen.
    assert "MUT-01 Meer dan 13 mutatiedagen in één leegstand: 10 van 13 mutatiedagen" in analist.typ(
        f"waarom maart.csv M1 {WAT}"
    )


def test_de_client_eromheen(analist: Analist) -> None:
    tekst = analist.typ(f"client maart.csv 018 {WAT}", 1)
    assert "bsn ******018: 2 declaratieregels in de batch" in tekst
    assert "MUT-01 Meer dan 13 mutatiedagen in één leegstand: 1 afgekeurd, 1 goed" in tekst
    assert "MUT-02 Leegstand sluit niet aan op een verblijf: 1 signaal, 1 niet van toepassing" in tekst
    assert (TWEE in tekst, "M3" in tekst) == (False, False)


def test_wie_heeft_het_nog_meer(analist: Analist) -> None:
    """From saved results alone, whatever their format: the dearest first, and the totals of all."""
    tekst = analist.typ("toon maart.html --regel MUT-01 --sorteer bedrag --top 2")
    assert getoond(tekst) == ["M3", "M4"]
    assert "20 mutatiedagen in deze leegstand, 13 toegestaan" in tekst
    assert re.findall(r"MUT-01 +Meer dan 13 mutatiedagen in één leegstand +0584 +(\d+) +(€ \S+)", tekst) == [
        ("3", euro(20 + 14 + 5))
    ]
    assert getoond(analist.typ("toon maart.html --regel MUT-01 --sorteer bedrag --top 5")) == ["M3", "M4", "M2"]

    inhoud = analist.json("toon maart.html --regel MUT --ernst afkeur")
    assert [(b["uitvoerder"], b["gegevens"]["mutatiedagen"]) for b in inhoud["bevindingen"]] == [
        (EERSTE, 15), (EERSTE, 20), (TWEEDE, 14),
    ]  # fmt: skip
    # What is shown is apart from what there is: the rejected credit line counts negative.
    gevraagd = 110 * (10 + 5 + 20 + 14 + 31 - 4)
    assert inhoud["samenvatting"] == {
        **inhoud["samenvatting"], "regels": 6, "afgekeurd": 4, "bedrag_cent": gevraagd * 100,
        "afgekeurd_cent": 110_00 * (5 + 20 + 14 - 4),
    }  # fmt: skip

    bij_een = analist.typ(f"toon maart.html --uitvoerder {TWEEDE}")
    assert getoond(bij_een) == ["M4", "M4"]
    assert [regel for regel in ("MUT-01", "MUT-02") if f"\n{regel} " in bij_een] == ["MUT-01", "MUT-02"]
    assert getoond(analist.typ(f"toon februari.xlsx --uitvoerder {TWEEDE} --ernst afkeur")) == ["F2"]
    assert getoond(analist.typ(f"toon maart.html --uitvoerder {DERDE}")) == ["M6"]


def test_sinds_wanneer(analist: Analist) -> None:
    uitslagen = "januari.json februari.xlsx maart.html"
    verloop = analist.json(f"trend {uitslagen}")
    per_maand = {rij["maand"]: (rij["regels"], rij["afgekeurd"], rij["afgekeurd_cent"]) for rij in verloop["per_maand"]}
    assert per_maand == {
        "2026-01": (2, 0, 0),
        "2026-02": (3, 1, 15 * 110_00),
        "2026-03": (6, 4, (20 + 14 + 5 - 4) * 110_00),
    }
    afgekeurd = {(rij["uitvoerder"], rij["maand"]): rij["afgekeurd"] for rij in verloop["verloop"] if rij["afgekeurd"]}
    assert afgekeurd == {
        (TWEEDE, "2026-02"): 1, (TWEEDE, "2026-03"): 1, (EERSTE, "2026-03"): 2, (DERDE, "2026-03"): 1,
    }  # fmt: skip
    mut = [(rij["maand"], rij["getoetst"], rij["afkeur"]) for rij in verloop["regels"] if rij["regel_id"] == "MUT-01"]
    assert mut == [("2026-01", 2, 0), ("2026-02", 3, 1), ("2026-03", 6, 3)]

    tekst = analist.typ(f"trend {uitslagen}")
    (stijgt,) = re.findall(r"MUT-01 +Meer dan 13 mutatiedagen in één leegstand +(\S+)‰ +(\S+)‰", tekst)
    assert stijgt == ("200,0", "500,0"), "1 of 5 before, 3 of 6 now"
    # At one provider: in no month before February.
    van_een = analist.typ(f"trend {uitslagen} --uitvoerder {TWEEDE}")
    assert re.findall(r"(2026-\d\d) +(\d+) +(\d+) +(\S+)%", van_een) == [
        ("2026-01", "1", "0", "0,0"), ("2026-02", "1", "1", "100,0"), ("2026-03", "1", "1", "100,0"),
    ]  # fmt: skip
    assert EERSTE not in van_een


def test_en_is_het_nu_hersteld(analist: Analist) -> None:
    """The provider sent March again: a line mended, lines taken out, one as it was, and a new mistake."""
    inhoud = analist.json(f"controleer maart-opnieuw.csv {WAT} --basislijn maart.html", 1)
    standen = {
        (b["referentienummer"], b["regel_id"]): b["stand"] for b in inhoud["bevindingen"] if b["ernst"] == "afkeur"
    }
    assert standen == {("M4", "MUT-01"): "bekend", ("M7", "MUT-01"): "nieuw"}
    tekst = analist.typ(f"controleer maart-opnieuw.csv {WAT} --basislijn maart.html", 1)
    aantallen = dict(re.findall(r"^ (Nieuw|Bekend|Hersteld|Weg) +(\d+) ", tekst, re.MULTILINE))
    assert aantallen == {"Nieuw": "1", "Bekend": "1", "Hersteld": "1", "Weg": "2"}
    assert "hersteld: MUT-01 · M2" in tekst
    assert [nummer for nummer in ("M3", "M6") if f" · {nummer} · " in tekst.partition("weg: ")[2]] == ["M3", "M6"]
    # Nobody looks at what was known already: that alone is no reason to fail.
    oud = BATCHES["maart-opnieuw"][:3]
    schrijf(analist.map, *(batchregel(*regel) for regel in oud), naam="oud.csv", kop=f"{KOP};debet_credit")
    analist.typ(f"controleer oud.csv {WAT} --basislijn maart.html --stil")


def test_een_andere_maand_en_tweemaal_dezelfde(analist: Analist) -> None:
    """Beside the month before, all is new or gone; that is said, and a batch given twice is refused."""
    tekst = analist.typ(f"controleer maart.csv {WAT} --basislijn februari.xlsx", 1)
    assert "periode toen 01-02-2026 t/m 28-02-2026, nu 01-03-2026 t/m 31-03-2026" in " ".join(tekst.split())
    dubbel = draai("trend", "maart.html", "januari.json", "maart.html", map_=analist.map)
    assert (dubbel.returncode, dubbel.stdout) == (2, "")
    assert "maart.html" in dubbel.stderr
