"""``declaratie`` as a process: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import jsonschema
import pytest

from grondig import keren
from proces import KOP, assert_nette_fout, draai, draai_los, schrijf
from wlz_declaratie.basis.meegeleverd import pad

GOED = "A1;999900006;2026-03-01;2026-03-10;Z041;10;06290101;100,00;1000,00;1000,00"
FOUT = "A2;999900018;2026-03-01;2026-03-14;Z916;14;06290101;100,00;1400,00;1400,00"
SIGNAAL = "A3;999900031;2026-03-01;2026-03-05;Z916;5;06290101;100,00;500,00;500,00"
MUT = ("--selecteer", "MUT")
"""The rules that find something in these lines: how a run goes does not hang on the others."""


def test_goede_batch_geeft_nul(tmp_path: Path) -> None:
    klaar = draai("controleer", schrijf(tmp_path, GOED))
    assert klaar.returncode == 0, klaar.stderr
    assert "Geen bevindingen." in klaar.stdout


def test_afkeur_geeft_een_en_de_som_in_woorden(tmp_path: Path) -> None:
    klaar = draai("controleer", schrijf(tmp_path, GOED, FOUT))
    assert klaar.returncode == 1
    assert "14 mutatiedagen in deze leegstand, 13 toegestaan; op deze declaratieregel nog 13 [0584]" in klaar.stdout
    assert "999900018" not in klaar.stdout
    assert "******018" in klaar.stdout


@pytest.mark.parametrize(
    ("drempel", "code"), [("afkeur", 0), ("signaal", 1), ("nooit", 0)], ids=["afkeur", "signaal", "nooit"]
)
def test_faal_op_bij_alleen_een_signaal(tmp_path: Path, drempel: str, code: int) -> None:
    assert draai("controleer", schrijf(tmp_path, SIGNAAL), *MUT, "--faal-op", drempel, "--stil").returncode == code


def test_nooit_ook_bij_afkeur(tmp_path: Path) -> None:
    assert draai("controleer", schrijf(tmp_path, FOUT), *MUT, "--faal-op", "nooit", "--stil").returncode == 0


def test_volledig_faalt_als_een_regel_niet_kon(tmp_path: Path) -> None:
    bestand = schrijf(tmp_path, GOED)
    assert draai("controleer", bestand, "--selecteer", "MUT-04", "--volledig").returncode == 2
    assert draai("controleer", bestand, "--selecteer", "MUT-01", "--volledig").returncode == 0


def test_json_is_schoon_en_volgens_contract(tmp_path: Path) -> None:
    klaar = draai("controleer", schrijf(tmp_path, GOED, FOUT, "kapot;regel"), "--formaat", "json")
    uitslag = json.loads(klaar.stdout)
    jsonschema.validate(uitslag, json.loads(pad("uitslag.schema.json").read_text("utf-8")))
    assert klaar.stderr == ""
    telling = uitslag["samenvatting"]
    assert (telling["regels"], telling["goedgekeurd"], telling["afgekeurd"], telling["onleesbaar"]) == (2, 1, 1, 1)
    assert telling["bedrag_cent"] == telling["goedgekeurd_cent"] + telling["afgekeurd_cent"] == 240000
    assert [b["regelnummer"] for b in uitslag["bevindingen"]] == sorted(
        b["regelnummer"] for b in uitslag["bevindingen"]
    )
    assert "999900018" not in klaar.stdout


def test_toon_bsn(tmp_path: Path) -> None:
    klaar = draai("controleer", schrijf(tmp_path, FOUT), *MUT, "--formaat", "json", "--toon-bsn")
    assert {b["bsn"] for b in json.loads(klaar.stdout)["bevindingen"]} == {"999900018"}


def test_uit_schrijft_dezelfde_uitslag_alleen_voor_de_eigenaar(tmp_path: Path) -> None:
    bestand, doel = schrijf(tmp_path, FOUT), tmp_path / "uitslag.json"
    klaar = draai("controleer", bestand, *MUT, "--uit", doel, "--formaat", "json")
    assert doel.read_text("utf-8") == klaar.stdout
    assert stat.S_IMODE(doel.stat().st_mode) == 0o600
    assert {p.name for p in tmp_path.iterdir()} == {"batch.csv", "uitslag.json"}


def test_selecteer_en_negeer(tmp_path: Path) -> None:
    bestand = schrijf(tmp_path, FOUT)
    klaar = draai("controleer", bestand, "--selecteer", "mut", "--negeer", "MUT-02,MUT-06", "--formaat", "json")
    assert [r["id"] for r in json.loads(klaar.stdout)["regels"]] == ["MUT-01", "MUT-03", "MUT-04", "MUT-05", "MUT-07"]
    assert_nette_fout(draai("controleer", bestand, "--selecteer", "XYZ"), "XYZ", "declaratie regels")


def test_stil_drukt_niets_af(tmp_path: Path) -> None:
    klaar = draai("controleer", schrijf(tmp_path, FOUT), *MUT, "--stil")
    assert (klaar.returncode, klaar.stdout, klaar.stderr) == (1, "", "")


def test_max_kapt_de_regels_en_niet_de_totalen(tmp_path: Path) -> None:
    regels = [
        f"R{n};{bsn};2026-03-01;2026-03-14;Z916;14;06290101;1,00;14,00;14,00"
        for n, bsn in enumerate(["999900006", "999900018", "999900031"])
    ]
    klaar = draai("controleer", schrijf(tmp_path, *regels), "--selecteer", "MUT-01", "--max", "1")
    assert klaar.stdout.count("mutatiedagen in deze leegstand") == 1
    assert "en nog 2 bevindingen" in klaar.stdout
    assert any(regel.split()[:1] == ["Afgekeurd"] and "3" in regel for regel in klaar.stdout.splitlines())


def test_historie_telt_mee(tmp_path: Path) -> None:
    april = schrijf(tmp_path, "H1;999900018;2026-04-18;2026-04-30;Z916;13;06290101;1,00;13,00;13,00", naam="april.csv")
    mei = schrijf(tmp_path, "B1;999900018;2026-05-01;2026-05-01;Z916;1;06290101;1,00;1,00;1,00", naam="mei.csv")
    zonder = draai("controleer", mei, "--selecteer", "MUT-01")
    assert zonder.returncode == 0
    klaar = draai("controleer", mei, "--selecteer", "MUT-01", "--historie", april)
    assert klaar.returncode == 1
    assert "eerder 13 dagen vanaf 18-04-2026" in " ".join(klaar.stdout.split())


@pytest.mark.parametrize("breedte", ["80", "160"])
def test_rapport_past_in_de_breedte(tmp_path: Path, breedte: str) -> None:
    klaar = draai("controleer", schrijf(tmp_path, GOED, FOUT), omgeving={"COLUMNS": breedte})
    assert max(map(len, klaar.stdout.splitlines())) <= int(breedte)
    assert "\x1b" not in klaar.stdout


def test_windows_console_cp1252(tmp_path: Path) -> None:
    klaar = draai_los("controleer", schrijf(tmp_path, GOED, FOUT), *MUT, omgeving={"PYTHONIOENCODING": "cp1252"})
    assert klaar.returncode == 1
    assert "14 mutatiedagen" in klaar.stdout
    assert klaar.stderr == ""


def test_ontbrekend_bestand(tmp_path: Path) -> None:
    assert_nette_fout(draai("controleer", tmp_path / "weg.asc"), "weg.asc")


def test_map_in_plaats_van_bestand(tmp_path: Path) -> None:
    assert_nette_fout(draai("controleer", tmp_path), str(tmp_path))


@pytest.mark.parametrize("naam", ["leeg.asc", "leeg.csv", "leeg.parquet", "leeg.xlsx", "leeg.txt"])
def test_leeg_bestand(tmp_path: Path, naam: str) -> None:
    (tmp_path / naam).touch()
    assert_nette_fout(draai("controleer", tmp_path / naam), naam)


@pytest.mark.parametrize("naam", ["brief.pdf", "brief.asc", "brief.csv", "brief.parquet", "brief.xlsx"])
def test_pdf(tmp_path: Path, naam: str) -> None:
    (tmp_path / naam).write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n" + bytes(range(256)) * 20)
    assert_nette_fout(draai("controleer", tmp_path / naam), naam)


def test_csv_zonder_bsn(tmp_path: Path) -> None:
    bestand = schrijf(tmp_path, "A1;2026-03-01", kop="referentienummer;begindatum")
    assert_nette_fout(draai("controleer", bestand), "batch.csv", "bsn")


def test_csv_met_dubbele_kolom(tmp_path: Path) -> None:
    bestand = schrijf(tmp_path, GOED + ";x", kop=KOP + ";BSN")
    assert_nette_fout(draai("controleer", bestand), "batch.csv", "bsn")


def test_werkboek_dat_gigabytes_uitpakt(tmp_path: Path) -> None:
    bom = tmp_path / "bom.xlsx"
    with (
        zipfile.ZipFile(bom, "w", zipfile.ZIP_DEFLATED) as archief,
        archief.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as blad,
    ):
        for _ in range(keren(200, 1100)):
            blad.write(bytes(1 << 20))
    assert bom.stat().st_size < 2_000_000
    assert_nette_fout(draai("controleer", bom), "bom.xlsx")


def test_onschrijfbaar_doel_breekt_af_voor_het_werk(tmp_path: Path) -> None:
    bestand = schrijf(tmp_path, FOUT)
    assert_nette_fout(draai("controleer", bestand, "--uit", tmp_path / "nergens" / "u.json"), "nergens")
    assert_nette_fout(draai("controleer", bestand, "--uit", tmp_path), str(tmp_path))
    assert_nette_fout(draai("controleer", bestand, "--uit", tmp_path / "u.docx"), ".docx")


def test_fout_in_de_invoer_laat_geen_uitvoer_achter(tmp_path: Path) -> None:
    doel = tmp_path / "u.json"
    doel.write_text("oud")
    assert_nette_fout(draai("controleer", tmp_path / "weg.csv", "--uit", doel), "weg.csv")
    assert doel.read_text() == "oud"


@pytest.mark.parametrize(
    ("woorden", "zegt"),
    [
        (["controleer"], "BESTAND ontbreekt"),
        (["controleer", "x.csv", "--peildatum", "morgen"], "JJJJ-MM-DD"),
        (["controleer", "x.csv", "--formaat", "xml"], "kies uit"),
        (["controleer", "x.csv", "--max", "veel"], "geheel getal"),
        (["controlleer"], "onbekende opdracht"),
        (["uitleg", "ZZZ-99"], "declaratie regels"),
        (["regels", "--dekking", "--bron", "B9"], "Kies uit B0, B1"),
        (["regels", "--bron", "B0"], "--dekking"),
    ],
)
def test_verkeerd_gebruik(woorden: list[str], zegt: str) -> None:
    assert_nette_fout(draai(*woorden), zegt)


def test_versie_en_hulp() -> None:
    assert draai("--version").stdout.startswith("declaratie ")
    hulp = draai("--help")
    assert hulp.returncode == 0
    assert "Opdrachten" in hulp.stdout
    for engels in ("Usage", "Show this", "Options", "Commands"):
        assert engels not in hulp.stdout


def test_regels_en_uitleg() -> None:
    regels = json.loads(draai("regels", "--formaat", "json").stdout)
    assert {"id", "bronnen", "ernst", "geldig_van", "retourcodes", "tabellen"} <= regels[0].keys()
    op_2014 = {r["id"] for r in json.loads(draai("regels", "--op", "2014-12-31", "--formaat", "json").stdout)}
    assert "MUT-01" in {r["id"] for r in regels} - op_2014
    tekst = draai("uitleg", "mut-01").stdout
    for deel in ("Wat te doen", "0584", "B0 §4.7", "13"):
        assert deel in tekst
    assert "MUT-01" in draai("uitleg", "0584").stdout


def test_dekking_van_een_bron() -> None:
    bronnen = ("--bron", "B2 deel 1", "--bron", "b3")
    uitspraken = json.loads(draai("regels", "--dekking", *bronnen, "--formaat", "json").stdout)
    assert {(u["bron"], u["deel"]) for u in uitspraken} == {("B2", 1), ("B3", None)}
    niet = [u for u in uitspraken if u["reden"]]
    kop, *redenen = draai("regels", "--dekking", *bronnen).stdout.split("\n\n")[0].splitlines()
    telling = f"{len(uitspraken)} uitspraken: {len(uitspraken) - len(niet)} getoetst, {len(niet)} niet"
    assert kop.startswith(telling)
    assert {u["waarom"] for u in niet} <= set(" ".join(redenen).split())


def test_aanvulling_met_tab() -> None:
    # Which shell runs us, a test cannot rely on.
    klaar = draai_los("--show-completion", "bash", omgeving={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert klaar.returncode == 0
    assert "declaratie" in klaar.stdout
