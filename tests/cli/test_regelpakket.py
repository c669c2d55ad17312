"""A rule pack that is installed: its rules stand beside ours, and what is wrong with it is one line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nachthulp import asc
from proces import GEEN_TABELLEN, assert_nette_fout, draai, met_omgeving, schrijf
from wlz_declaratie import Gevalfout, controleer, controleer_gevallen
from wlz_declaratie.historie.opslag import Historiefout
from wlz_declaratie.kern import parameters
from wlz_declaratie.kern.pakketten import Pakket
from wlz_declaratie.kern.regel import Regel, alle_regels
from wlz_declaratie.nacht.draaien import draai as nacht
from wlz_declaratie.nacht.opdracht import Nacht
from wlz_declaratie.nacht.opties import Opties

pytestmark = pytest.mark.om_de(3)

VOORBEELD = Path(__file__).parents[1] / "voorbeeldpakket"
LOGEREN = {
    "prestatiecode": "Z999",
    "begindatum": date(2026, 3, 1),
    "einddatum": date(2026, 3, 15),
    "aantal": 15,
    "zzpcode": "753",
}
MELDING = "15 etmalen logeren, 14 afgesproken"
GOED = "A1;999900006;2026-03-01;2026-03-10;Z041;10;06290101;100,00;1000,00;1000,00"


@pytest.fixture(scope="module")
def geinstalleerd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which pip installed the example; nothing of it is built in the checkout, and nothing fetched."""
    map_ = tmp_path_factory.mktemp("pakket")
    bron = shutil.copytree(VOORBEELD, map_ / "bron")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    subprocess.run(
        [*pip, "--no-deps", "--no-build-isolation", "--target", map_ / "site", bron],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return map_ / "site"


def met_pakket(site: Path, *woorden: str | Path, map_: Path) -> subprocess.CompletedProcess[str]:
    """A process that has the pack installed."""
    pad = os.pathsep.join([str(site), *filter(None, sys.path)])
    return subprocess.run(
        [sys.executable, *woorden],
        env=met_omgeving(PYTHONPATH=pad),
        cwd=map_,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def declaratie(site: Path, *woorden: str | Path, map_: Path) -> subprocess.CompletedProcess[str]:
    return met_pakket(site, "-c", "from wlz_declaratie.cli import main; main()", *woorden, map_=map_)


def test_zijn_bevinding_staat_naast_de_andere_in_elke_vorm(geinstalleerd: Path, tmp_path: Path) -> None:
    asc(tmp_path, "batch.asc", LOGEREN, {**LOGEREN, "bsn": "fout", "aantal": 1})
    vormen = ("json", "csv", "parquet", "xlsx", "html")
    doelen = [woord for vorm in vormen for woord in ("--uit", f"uit.{vorm}")]
    opties = ("--selecteer", "ZKX,VLD,AW", "--peildatum", "2026-07-01", "--aw320", "retour.asc")
    opdracht = ("controleer", "batch.asc", *opties, *doelen)
    klaar = declaratie(geinstalleerd, *opdracht, map_=tmp_path)
    assert klaar.returncode == 1, klaar.stderr
    assert f"{MELDING} [0584]" in klaar.stdout
    assert "ZKX-01 Meer etmalen logeren dan afgesproken (ZKX §2.1)" in klaar.stdout

    uitslag = json.loads((tmp_path / "uit.json").read_text("utf-8"))
    gevonden = [b["regel_id"] for b in uitslag["bevindingen"]]
    assert "ZKX-01" in gevonden
    assert set(gevonden) > {"ZKX-01"}
    (status,) = [r for r in uitslag["regels"] if r["id"].startswith("ZKX")]
    assert (status["status"], status["afkeur"]) == ("uitgevoerd", 1)

    assert pl.read_csv(tmp_path / "uit.csv", separator=";", infer_schema=False)["regel_id"].to_list() == gevonden
    parquet = pl.read_parquet(tmp_path / "uit.parquet")
    assert parquet.filter(regel_id="ZKX-01")["melding"].to_list() == [MELDING]
    werkboek = pl.read_excel(tmp_path / "uit.xlsx", sheet_name="Bevindingen", engine="calamine")
    assert MELDING in werkboek.write_csv()
    assert MELDING in (tmp_path / "uit.html").read_text("utf-8")
    records = (tmp_path / "retour.asc").read_bytes().split(b"\r\n")
    assert any(record.startswith(b"04") and b"0584" in record for record in records)


def test_catalogus_en_uitleg(geinstalleerd: Path, tmp_path: Path) -> None:
    regels = json.loads(declaratie(geinstalleerd, "regels", "--formaat", "json", map_=tmp_path).stdout)
    assert [(r["id"], r["pakket"]) for r in regels if "pakket" in r] == [("ZKX-01", "zkx-regels 1.0")]
    assert len(regels) == len(alle_regels()) + 1
    uitleg = " ".join(declaratie(geinstalleerd, "uitleg", "zkx-01", map_=tmp_path).stdout.split())
    assert "hooguit 21 t/m 31-12-2025; 14 vanaf 01-01-2026 etmalen" in uitleg
    assert "ZKX §2.1, Inkoopbeleid zorgkantoor X 2026" in uitleg
    assert "zkx-regels 1.0" in uitleg


def test_selecteer(geinstalleerd: Path, tmp_path: Path) -> None:
    batch = schrijf(tmp_path, GOED)
    klaar = declaratie(geinstalleerd, "controleer", batch, "--selecteer", "ZKX", "--formaat", "json", map_=tmp_path)
    assert [r["id"] for r in json.loads(klaar.stdout)["regels"]] == ["ZKX-01"]
    assert_nette_fout(draai("controleer", batch, "--selecteer", "ZKX"), "ZKX")


def test_zijn_gevallen_draaien_met_de_openbare_helper(geinstalleerd: Path, tmp_path: Path) -> None:
    shutil.copytree(VOORBEELD / "tests", tmp_path / "tests")
    klaar = met_pakket(geinstalleerd, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", map_=tmp_path)
    assert klaar.returncode == 0, klaar.stdout
    assert "4 passed" in klaar.stdout
    gevallen = tmp_path / "tests" / "gevallen" / "ZKX-01.yaml"
    gevallen.write_text(gevallen.read_text("utf-8").replace("14 afgesproken", "13 afgesproken"), encoding="utf-8")
    programma = "from wlz_declaratie import controleer_gevallen; controleer_gevallen('tests/gevallen')"
    klaar = met_pakket(geinstalleerd, "-c", programma, map_=tmp_path)
    assert klaar.returncode == 1
    assert "ZKX-01: vijftien etmalen in maart 2026" in klaar.stderr
    assert f"melding is '{MELDING}', verwacht '15 etmalen logeren, 13 afgesproken'" in klaar.stderr


# What can be wrong with a pack. Here it lies on sys.path of this process, as a distribution does.


class Werkplaats:
    """Makes packs as pip would leave them."""

    def __init__(self, map_: Path) -> None:
        self.map = map_

    def maak(self, naam: str, familie: str, regels: str | None, parameters_: str | None = "") -> None:
        module = f"{naam}_regels"
        info = self.map / f"{naam}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {naam}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[wlz_declaratie.regels]\n{familie} = {module}\n")
        if regels is None:
            return
        (self.map / module).mkdir()
        (self.map / module / "__init__.py").write_text("")
        (self.map / module / "beleid.py").write_text(
            f"from wlz_declaratie import regel\ndef toets(van):\n    yield from ()\n{regels}\n"
        )
        if parameters_ is not None:
            (self.map / module / "parameters.toml").write_text(parameters_)
        alle_regels.cache_clear()


def een(regel_id: str, **anders: str) -> str:
    """A rule; each with a function of its own."""
    woorden = {"bereik": "'regel'", "retourcodes": "('0584',)", **anders}
    return f"regel('{regel_id}', 'Titel', {', '.join(f'{k}={v}' for k, v in woorden.items())})(toets)"


def blok(*regel_ids: str) -> str:
    return "\n".join(f'[{regel_id}]\nbronnen = ["P"]' for regel_id in regel_ids)


@pytest.fixture
def werkplaats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Werkplaats]:
    map_ = tmp_path / "site"
    map_.mkdir()
    monkeypatch.syspath_prepend(map_)
    modules, register = set(sys.modules), list(regelregister())
    yield Werkplaats(map_)
    for naam in set(sys.modules) - modules:
        if naam.partition(".")[0].endswith("_regels"):
            del sys.modules[naam]
    regelregister()[:] = register
    alle_regels.cache_clear()


def regelregister() -> list[Regel]:
    from wlz_declaratie.kern import regel

    return regel._register


def gebreken() -> dict[str, str]:
    return {r.id: r.gebrek for r in alle_regels().values() if r.gebrek}


@pytest.mark.parametrize(
    ("familie", "regels", "parameters_", "reden"),
    [
        ("ZKX", None, "", "ModuleNotFoundError: No module named 'kapot_regels'"),
        ("ZKX", "import bestaat_niet", "", "ModuleNotFoundError: No module named 'bestaat_niet'"),
        ("ZKX", "raise SystemExit(3)", "", "SystemExit: 3"),
        ("ZKX", "1 +", "", "SyntaxError"),
        ("ZKX", "", "", "geen enkele @regel"),
        ("ZKX", een("ZKY-01"), blok("ZKY-01"), "ZKY-01 heet niet ZKX-01"),
        ("ZKX", een("ZKX-00"), blok("ZKX-00"), "ZKX-00 heet niet ZKX-01"),
        ("ZKX", f"{een('ZKX-01')}\n{een('ZKX-01')}", blok("ZKX-01"), "ZKX-01 staat er twee keer in"),
        ("ZKX", een("ZKX-01"), None, "kapot_regels/parameters.toml ontbreekt"),
        ("MUT", een("MUT-98"), blok("MUT-98"), "de familie MUT is al van een ander"),
        ("zkx-1", een("ZKX-01"), blok("ZKX-01"), "de familie 'zkx-1'"),
    ],
    ids=[
        "module", "import", "exit", "syntax", "leeg", "vreemd", "nul", "dubbel", "parameters", "bezet", "naam",
    ],
)  # fmt: skip
def test_een_pakket_dat_niet_deugt_is_een_regel(
    werkplaats: Werkplaats, tmp_path: Path, familie: str, regels: str | None, parameters_: str | None, reden: str
) -> None:
    eigen = set(alle_regels())
    werkplaats.maak("kapot", familie, regels, parameters_)
    alle_regels.cache_clear()
    ((regel_id, gebrek),) = gebreken().items()
    assert regel_id == f"{familie if familie.isalpha() else 'PAKKET'}-00"
    assert gebrek.startswith("regelpakket kapot 1.0 is niet geladen: ")
    assert reden in gebrek
    assert set(alle_regels()) == eigen | {regel_id}
    klaar = draai("controleer", schrijf(tmp_path, GOED), "--selecteer", f"VLD,{regel_id}")
    assert klaar.returncode == 2
    assert f"{regel_id}: regelpakket kapot 1.0 is niet geladen" in klaar.stderr
    assert klaar.stderr.count("\n") == 1
    assert draai("controleer", schrijf(tmp_path, GOED), "--selecteer", "VLD").returncode == 0
    assert "niet geladen" in " ".join(draai("regels").stdout.split())
    assert draai("uitleg", regel_id).returncode == 0


def test_met_een_pakket_dat_niet_deugt_wordt_niets_geboekt_en_niets_afgekeurd(
    werkplaats: Werkplaats, tmp_path: Path
) -> None:
    werkplaats.maak("kapot", "ZKX", None)
    alle_regels.cache_clear()
    batch = schrijf(tmp_path, GOED)
    assert_nette_fout(draai("historie", "voeg-toe", tmp_path / "h", batch), "ZKX-00", "kapot 1.0", "niets toegevoegd")
    assert not (tmp_path / "h").exists()
    inbox = tmp_path / "in"
    inbox.mkdir()
    shutil.copy(batch, inbox)
    opdracht = Nacht(
        inbox=inbox, historie=tmp_path / "h", uit=tmp_path / "uit", peildatum=date(2026, 7, 1), rust=0,
        opties=Opties(tabellen=GEEN_TABELLEN),
    )  # fmt: skip
    with pytest.raises(Historiefout, match="ZKX-00"):
        nacht(opdracht)
    assert (inbox / "batch.csv").read_bytes() == batch.read_bytes()


def test_twee_pakketten_met_een_familie(werkplaats: Werkplaats) -> None:
    werkplaats.maak("eerste", "ZKX", een("ZKX-01"), blok("ZKX-01"))
    werkplaats.maak("tweede", "ZKX", een("ZKX-02"), blok("ZKX-02"))
    werkplaats.maak("derde", "ZKX", een("ZKX-03"), blok("ZKX-03"))
    assert alle_regels()["ZKX-03"].pakket == "derde 1.0"
    (gebrek,) = gebreken().values()
    assert "regelpakket eerste 1.0" in gebrek
    assert "regelpakket tweede 1.0" in gebrek


@pytest.mark.parametrize(
    ("regels", "parameters_", "reden"),
    [
        (een("ZKX-01"), blok("ZKX-02"), "kapot_regels/parameters.toml: het blok [ZKX-01] ontbreekt"),
        (een("ZKX-01"), '[ZKX-01]\nbronnen = ["ZKX"]', "kapot_regels/parameters.toml: [ZKX-01] bronnen"),
        (een("ZKX-01"), "[ZKX-01", "kapot_regels/parameters.toml: [ZKX-01] is niet te lezen"),
        (een("ZKX-01", retourcodes="('584',)"), blok("ZKX-01"), "kapot_regels.beleid: ZKX-01 heeft retourcode 584"),
        (een("ZKX-01", ernst="'ramp'"), blok("ZKX-01"), "ZKX-01 heeft ernst"),
        (een("ZKX-01", bereik="'alles'"), blok("ZKX-01"), "ZKX-01 heeft bereik 'alles'"),
    ],
    ids=["blok", "bron", "toml", "retourcode", "ernst", "bereik"],
)
def test_een_regel_die_niet_deugt_kost_de_andere_niets(
    werkplaats: Werkplaats, regels: str, parameters_: str, reden: str
) -> None:
    werkplaats.maak("kapot", "ZKX", f"{regels}\n{een('ZKX-09')}", f"{blok('ZKX-09')}\n{parameters_}")
    ((regel_id, gebrek),) = [(id_, g) for id_, g in gebreken().items() if id_ != "ZKX-09"]
    assert regel_id == "ZKX-01"
    assert reden in gebrek


def test_een_pakket_kan_geen_uitslag_bederven(werkplaats: Werkplaats) -> None:
    """A finding with a code that does not fit a record, or in another shape, is a crash of that rule alone."""
    toetsen = """
@regel("ZKX-01", "Vreemde code", bereik="regel", retourcodes=("0584",))
def een(van):
    yield van.batch().afkeur("te lang", "x")
@regel("ZKX-02", "Vreemde vorm", bereik="regel", retourcodes=("0584",))
def twee(van):
    yield van.batch().frame.select("bsn")
"""
    werkplaats.maak("kapot", "ZKX", toetsen, blok("ZKX-01", "ZKX-02"))
    frame = pl.DataFrame([{**LOGEREN, "referentienummer": "R", "bsn": "999900006", "uitvoerder": "06290101"}])
    uitslag = controleer(frame, selecteer=["ZKX", "VLD"])
    status = {r["regel_id"]: (r["status"], r["reden"]) for r in uitslag.regels.to_dicts()}
    assert status["ZKX-01"] == ("fout", "controleregel geeft een retourcode die zij niet noemt (te lang)")
    assert status["ZKX-02"][0] == "fout"
    assert status["VLD-03"][0] == "uitgevoerd"
    assert uitslag.exitcode == 2


def test_zonder_pakketten_geen_parameters_van_een_ander() -> None:
    assert parameters.eigen().waar == "schemas/parameters"
    assert str(Pakket("zkx-regels 1.0", "ZKX", "zkx_regels")) == "regelpakket zkx-regels 1.0"


@pytest.mark.parametrize(
    ("tekst", "reden"),
    [
        ("regel: [", "X-01.yaml: niet te lezen"),
        ("regel: X-02\ngevallen: []", "X-01.yaml: noemt regel X-02"),
        ("regel: X-01", "X-01.yaml: verwacht"),
        ("regel: X-01\ngevallen: [{naam: a, regels: []}]", "X-01.yaml, geval 1: nodig"),
        ("regel: X-01\ngevallen: [{naam: a, regels: [], bevindingen: [], bevinding: []}]", "geval 1"),
        ("regel: X-01\ngevallen: [{naam: a, regels: [{}], bevindingen: []}]", "X-01 staat niet in de catalogus"),
    ],
    ids=["yaml", "naam", "gevallen", "sleutel ontbreekt", "sleutel te veel", "regel"],
)
def test_een_casebestand_dat_niet_deugt_is_een_regel(tmp_path: Path, tekst: str, reden: str) -> None:
    (tmp_path / "X-01.yaml").write_text(tekst)
    with pytest.raises(Gevalfout) as gevangen:
        controleer_gevallen(tmp_path)
    assert reden in str(gevangen.value)
    assert "\n" not in str(gevangen.value)


def test_een_map_zonder_gevallen(tmp_path: Path) -> None:
    with pytest.raises(Gevalfout, match="geen enkel casebestand"):
        controleer_gevallen(tmp_path)
