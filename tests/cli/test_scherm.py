"""What a text from a file may do to what is shown and written: nothing."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from proces import draai, draai_los, schrijf
from vijandig.tekens import ALLES, BESTURING, FORMULES, OPMAAK, TEKSTVELDEN, batch_csv, batch_parquet, regel
from wlz_declaratie.contract.berichten import indeling

pytestmark = pytest.mark.om_de(3)

VOORBEELD = Path(__file__).parents[2] / "sample_data" / "fout"
SOORTEN = ("json", "csv", "parquet", "xlsx", "html")
_CEL = r"(?:'[A-Z][a-z]+'!)?[$]?[A-Z][$]?[0-9]+(?::[$]?[A-Z][$]?[0-9]+)?"
ONZE_FORMULE = re.compile(
    rf"<f>(?:SUM|SUBTOTAL|COUNTIF|SUMIF)\((?:10[39],)?{_CEL}(?:,\"[a-z]+\")?(?:,{_CEL})?\)</f>|<f>[BC][0-9]+-[BC][0-9]+</f>"
)
"""What the workbook calculates of itself; no text of a file has this shape."""
EIGEN, ANDER, DERDE = "999900006", "999900018", "999900031"


def uitvoer(map_: Path) -> list[str | Path]:
    return [woord for soort in SOORTEN for woord in ("--uit", map_ / f"u.{soort}")]


def teksten(waarde: Any) -> Iterator[str]:
    if isinstance(waarde, str):
        yield waarde
    for deel in waarde.values() if isinstance(waarde, dict) else waarde if isinstance(waarde, list) else ():
        yield from teksten(deel)


def alles_geschreven(map_: Path) -> dict[str, str]:
    """Every result as the texts it holds; of a JSON object also its values."""
    boek = pl.read_excel(map_ / "u.xlsx", sheet_id=0, has_header=False).values()
    with zipfile.ZipFile(map_ / "u.xlsx") as archief:
        rauw = "".join(archief.read(naam).decode("utf-8") for naam in archief.namelist())
    return {
        "json": (map_ / "u.json").read_text("utf-8"),
        "json waarden": "\n".join(teksten(json.loads((map_ / "u.json").read_text("utf-8")))),
        "csv": (map_ / "u.csv").read_text("utf-8"),
        "parquet": "\n".join(teksten(pl.read_parquet(map_ / "u.parquet").cast(pl.String).to_dicts())),
        "xlsx": "\n".join(teksten([blad.cast(pl.String).to_dicts() for blad in boek])),
        "xlsx rauw": rauw.replace("\r", ""),
        "html": (map_ / "u.html").read_text("utf-8"),
    }


@pytest.mark.parametrize("maak", [batch_csv, batch_parquet])
def test_geen_stuurteken_bereikt_een_terminal_of_een_uitslag(tmp_path: Path, maak: Any) -> None:
    bestand = maak(tmp_path, [*ALLES, *(BESTURING if maak is batch_parquet else [])])
    kies = ("controleer", bestand, "--statistiek", "--max", "9999")
    klaar = draai(*kies, *uitvoer(tmp_path))
    stdout_json = draai(*kies, "--selecteer", "VLD,MUT", "--formaat", "json", "--toon-bsn")
    assert (klaar.returncode, klaar.stderr, stdout_json.returncode, stdout_json.stderr) == (1, "", 1, "")
    assert "[/x]" in klaar.stdout
    assert ":smile:" in klaar.stdout
    for waar, tekst in {
        "terminal": klaar.stdout,
        "stdout": stdout_json.stdout,
        "waarden": "\n".join(teksten(json.loads(stdout_json.stdout))),
        **alles_geschreven(tmp_path),
    }.items():
        assert not [hex(ord(teken)) for teken in BESTURING if teken != "\n" and teken in tekst], waar


@pytest.mark.parametrize(
    "plek", ["declarant", "factuurnummer", "referentienummer", "prestatiecode", "kolom", "bestand"]
)
def test_opmaak_blijft_tekst(tmp_path: Path, plek: str) -> None:
    """``[/x]`` was read as markup: MarkupError, exit 2, no result."""
    rij = regel(declarant="06000003") | ({plek: "[/x]"} if plek in TEKSTVELDEN else {})
    if plek in ("kolom", "bestand"):
        rij["[/x]" if plek == "kolom" else "ander"] = "1"
    map_ = tmp_path / "[" if plek == "bestand" else tmp_path
    map_.mkdir(exist_ok=True)
    naam = "x].csv" if plek == "bestand" else "batch.csv"
    bestand = schrijf(map_, ";".join(rij.values()), naam=naam, kop=";".join(rij))
    klaar = draai("controleer", bestand)
    assert (klaar.returncode in (0, 1), klaar.stderr) == (True, "")
    assert "[/x]" in klaar.stdout.replace("\n", "")


class _Labels(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.gezien: Counter[str] = Counter()
        self.kenmerken: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.gezien[tag] += 1
        self.kenmerken |= {naam for naam, _ in attrs}


def test_html_en_werkboek_nemen_niets_voor_opmaak_of_formule(tmp_path: Path) -> None:
    bestand = batch_csv(tmp_path, [*OPMAAK, *FORMULES])
    assert draai("controleer", bestand, "--statistiek", "--stil", *uitvoer(tmp_path)).returncode == 1
    bladzijde = _Labels()
    bladzijde.feed((tmp_path / "u.html").read_text("utf-8"))
    assert bladzijde.gezien["script"] == 1, "more than the page's own"
    assert not bladzijde.gezien.keys() & {"img", "t", "r", "iframe"}
    assert not {naam for naam in bladzijde.kenmerken if naam.startswith("on") or naam == "src"}
    with zipfile.ZipFile(tmp_path / "u.xlsx") as archief:
        for naam in archief.namelist():
            inhoud = archief.read(naam).decode("utf-8")
            assert not re.search(r"<hyperlink|TargetMode=\"External\"", inhoud), naam
            formules = re.findall("<f[ >].*?</f>", inhoud)
            assert all(map(ONZE_FORMULE.fullmatch, formules)), naam
            if naam == "xl/worksheets/sheet2.xml":  # the findings
                assert not formules
    referenties = set(pl.read_excel(tmp_path / "u.xlsx", sheet_name="Bevindingen")["Referentienummer"].drop_nulls())
    assert {"[/x]", "_x001B_", "{0}", "=1+1", "http://x/"} <= referenties


def test_csv_houdt_geen_formule_over(tmp_path: Path) -> None:
    bestand = batch_parquet(tmp_path, FORMULES)
    assert draai("controleer", bestand, "--stil", *uitvoer(tmp_path)).returncode == 1
    csv = pl.read_csv(tmp_path / "u.csv", separator=";", infer_schema=False)
    formules = [w for kolom in csv.iter_columns() for w in kolom.drop_nulls() if w[:1] in "=+-@\uff1d\uff20"]
    assert formules == []
    assert {"'=1+1", "'+1+1", "'-1+1", "'@SUM(A1)", "'\uff1d1+1"} <= set(csv["referentienummer"])
    parquet = pl.read_parquet(tmp_path / "u.parquet")
    assert "=1+1" in parquet["referentienummer"].to_list()


def batch_met_bsn(map_: Path) -> Path:
    """A bsn in every text field, in the name of a column and of the file; the own bsn in a referentienummer."""
    rijen = [
        regel(declarant=ANDER, factuurnummer=DERDE),
        *(regel(**{veld: f"x{EIGEN}-1"}) for veld in TEKSTVELDEN),
        *(regel(**{veld: EIGEN}) for veld in TEKSTVELDEN),
        regel(prestatiecode=ANDER, uitvoerder=DERDE),
        regel(referentienummer=EIGEN, declaratiebedrag="-1,00"),
    ]
    velden = list(dict.fromkeys(veld for rij in rijen for veld in rij))
    regels = [";".join(rij.get(veld, "") for veld in velden) + ";1" for rij in rijen]
    return schrijf(map_, *regels, naam=f"batch {ANDER}.csv", kop=";".join([*velden, f"kolom{DERDE}"]))


def test_geen_bsn_in_enige_uitvoer(tmp_path: Path) -> None:
    bestand = batch_met_bsn(tmp_path)
    vorige = tmp_path / f"vorige{ANDER}.json"
    weinig = ("--selecteer", "VLD,MUT")  # the first run below has all rules
    draai("controleer", bestand, *weinig, "--stil", "--uit", vorige)
    schrijf(tmp_path, ";".join(regel(referentienummer="Z9").values()), naam="n.csv", kop=";".join(regel()))
    klaar = [
        draai("controleer", bestand, "--statistiek", "--max", "999", *uitvoer(tmp_path)),
        draai("controleer", bestand, *weinig, "--basislijn", vorige, "--formaat", "json", "--statistiek"),
        draai("controleer", tmp_path / "n.csv", *weinig, "--basislijn", vorige, "--max", "999"),
        draai("controleer", tmp_path / f"weg {EIGEN}.csv"),
        draai("controleer", bestand, "--uit", tmp_path / EIGEN / "u.json"),
        draai("controleer", bestand, "--uit", tmp_path / f"20260101{EIGEN}.docx"),
        draai("controleer", bestand, "--dossier", tmp_path / EIGEN),
        draai("controleer", bestand, "--aw320", tmp_path / f"{EIGEN}.asc"),
        draai("historie", "toon", tmp_path / EIGEN),
        draai("nacht", tmp_path / EIGEN, "--historie", tmp_path / "h", "--uit", tmp_path / "uit"),
        draai("uitleg", EIGEN),
        draai(EIGEN),
        draai("controleer", bestand, "--peildatum", EIGEN),
        draai("controleer", bestand, f"--{EIGEN}"),
    ]
    assert [k.returncode for k in klaar] == [1, 0, 1, *[2] * 11]
    teksten_ = {f"stdout {n}": k.stdout for n, k in enumerate(klaar)} | {
        f"stderr {n}": k.stderr for n, k in enumerate(klaar)
    }
    for waar, tekst in {**teksten_, **alles_geschreven(tmp_path), "vorige": vorige.read_text("utf-8")}.items():
        assert not [bsn for bsn in (EIGEN, ANDER, DERDE) if bsn in tekst.replace("\n", "")], waar
    assert f"declarant ******{ANDER[-3:]}" in " ".join(klaar[0].stdout.lower().split())


def test_met_toon_bsn_is_niets_gemaskeerd(tmp_path: Path) -> None:
    klaar = draai("controleer", batch_met_bsn(tmp_path), "--toon-bsn", "--max", "999", "--statistiek")
    for wat in (f"Declarant {ANDER} en", f", factuur {DERDE}", f"x{EIGEN}-1", f"bsn {EIGEN}"):
        assert wat in " ".join(klaar.stdout.split())


def test_gemaskeerde_basislijn_kent_een_bevinding_met_eigen_bsn_als_referentie(tmp_path: Path) -> None:
    bestand = batch_met_bsn(tmp_path)
    kies = ("controleer", bestand, "--selecteer", "MUT")
    draai(*kies, "--stil", "--uit", tmp_path / "v.json")
    klaar = draai(*kies, "--basislijn", tmp_path / "v.json", "--formaat", "json")
    basislijn = json.loads(klaar.stdout)["basislijn"]
    assert basislijn["nieuw"] == basislijn["verdwenen"] == {"afkeur": 0, "signaal": 0}


def test_historie_toont_geen_bsn_en_geen_stuurteken(tmp_path: Path) -> None:
    rij = regel(declarant=ANDER, factuurnummer=DERDE, einddatum="2026-03-10", aantal="10", prestatiecode="Z041")
    bestand = schrijf(tmp_path, ";".join(rij.values()), naam=f"b{ANDER}.csv", kop=";".join(rij))
    map_ = tmp_path / "h"
    klaar = [
        draai("historie", "voeg-toe", map_, bestand),
        draai("historie", "voeg-toe", map_, bestand),
        draai("historie", "toon", map_),
        draai("historie", "toon", map_, "--formaat", "json"),
        draai("historie", "toon", map_, "--bsn", EIGEN),
        draai("historie", "toon", map_, "--bsn", EIGEN, "--formaat", "json"),
        draai("historie", "verwijder", map_, "--factuurnummer", DERDE, "--reden", f"om {EIGEN}\x1b[2J[/x]"),
        draai("historie", "toon", map_),
    ]
    assert {k.returncode for k in klaar} == {0}, [k.stderr for k in klaar]
    for k in klaar:
        assert not [wat for wat in (EIGEN, ANDER, DERDE, "\x1b") if wat in k.stdout + k.stderr]
    assert "[/x]" in klaar[-1].stdout


@pytest.mark.parametrize(
    "woorden",
    [
        ["controleer", "[/x]"], ["--[/x]"], ["controleer", "x", "--[/x]"], ["[/x]"], ["uitleg", "[/x]"],
        ["controleer", "x", "--max", "[/x]"], ["controleer", "x", "--faal-op", "[/x]"],
        ["controleer", "x", "--peildatum", "[/x]"], ["regels", "--op", "\x1b[2J"], ["controleer", "\udcff\x1b[2J"],
        ["controleer", "x", "--selecteer", "\x1b]0;[/x]\x07"], ["historie", "toon", "[/x]\u202e"],
        ["nacht", "[/x]", "--historie", "\x1b", "--uit", "u"], ["tabellen", "importeer", "[/x]\x9b"],
        ["maak-voorbeeld", "\x1b[2J/x/y", "--regels", "[/x]"], ["vergelijk", "[/x]", "\x1b[2J"],
        ["dossier", "[/x]\x1b[2J"], ["dossier", ".", "--voor", "[/x]\x9b"], ["dossier", "d", "--uit", "[/x]/\x1b[2J/x"],
    ],
)  # fmt: skip
def test_vijandige_woorden_zijn_een_nette_fout(tmp_path: Path, woorden: list[str]) -> None:
    klaar = draai(*woorden, map_=tmp_path)
    assert klaar.returncode == 2
    assert klaar.stdout == ""
    assert klaar.stderr.startswith("fout: ")
    assert klaar.stderr.count("\n") == 1
    assert "onverwachte fout" not in klaar.stderr
    assert not [hex(ord(teken)) for teken in BESTURING if teken != "\n" and teken in klaar.stderr]


@pytest.mark.parametrize("opdracht", [["regels"], ["regels", "--dekking"], ["tabellen", "toon"]])
@pytest.mark.parametrize("codering", ["cp1252", "ascii"])
def test_json_is_utf8_op_elke_console(opdracht: list[str], codering: str) -> None:
    goed = draai(*opdracht, "--formaat", "json")
    klaar = draai_los(*opdracht, "--formaat", "json", omgeving={"PYTHONIOENCODING": codering})
    assert json.loads(klaar.stdout) == json.loads(goed.stdout)
    assert "\ufffd" not in klaar.stdout


@pytest.mark.grondig
def test_vergelijk_toont_geen_bsn_en_geen_stuurteken(tmp_path: Path) -> None:
    records = (VOORBEELD / "batch.asc").read_bytes().decode("latin-1").split("\r\n")

    def zet(plaats: int, naam: str, waarde: str) -> None:
        veld = indeling("aw319").rubrieken(records[plaats][:2])[naam]
        regel_, einde = records[plaats], veld.begin + veld.lengte
        records[plaats] = regel_[: veld.begin] + waarde.ljust(veld.lengte)[: veld.lengte] + regel_[einde:]

    prestaties = [plaats for plaats, record in enumerate(records) if record[:2] == "04"]
    begin = indeling("aw319").rubrieken("04")["bsn"].begin
    eigen = {plaats: records[plaats][begin : begin + 9] for plaats in prestaties}
    zet(0, "factuurnummer", f"{ANDER}[/]")
    for plaats in prestaties:
        zet(plaats, "referentienummer", f"{eigen[plaats]}\x1b[2J\x9b[/x]")
    batch, retour = tmp_path / f"b{ANDER}.asc", tmp_path / f"r{ANDER}.asc"
    batch.write_bytes("\r\n".join(records).encode("latin-1"))
    dossier = ("--dossier", VOORBEELD / "dossier")
    klaar = [
        draai("controleer", batch, "--aw320", retour, *dossier, "--max", "999"),
        draai("vergelijk", batch, retour, *dossier, "--max", "999"),
        draai("vergelijk", batch, retour, *dossier, "--formaat", "json"),
    ]
    assert [k.returncode for k in klaar] == [1, 0, 0]
    for k in klaar:
        tekst = (k.stdout + k.stderr).replace("\n", "")
        assert not [bsn for bsn in {ANDER, *eigen.values()} if bsn in tekst]
        assert not [hex(ord(teken)) for teken in BESTURING if teken in tekst]
    assert f"{ANDER}[/]".encode() in retour.read_bytes(), "the AW320 holds what was sent"
