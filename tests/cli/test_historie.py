"""``declaratie historie`` as processes: several at once, killed half-way, on a full disk."""

from __future__ import annotations

import json
import random
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import nachthulp
import proces
from grondig import keren
from proces import KOP, assert_nette_fout, draai, schrijf

pytestmark = pytest.mark.usefixtures("met_weinig_regels")

PEIL = ("--peildatum", "2026-11-01")
APRIL = "H1;999900018;2026-04-18;2026-04-30;Z916;13;06290101;1,00;13,00;13,00"
MEI = "B1;999900018;2026-05-01;2026-05-01;Z916;1;06290101;1,00;1,00;1,00"


def voeg_toe(historie: Path, *bestanden: Path) -> subprocess.CompletedProcess[str]:
    return draai("historie", "voeg-toe", historie, *bestanden, *PEIL)


def inhoud(historie: Path) -> dict[str, Any]:
    return json.loads(draai("historie", "toon", historie, "--formaat", "json").stdout)  # type: ignore[no-any-return]


def bevindingen(bestand: Path, historie: Path, *regels: str) -> list[dict[str, Any]]:
    klaar = draai(
        "controleer", bestand, "--historie", historie, "--selecteer", ",".join(regels), *PEIL, "--formaat", "json"
    )
    return json.loads(klaar.stdout)["bevindingen"]  # type: ignore[no-any-return]


def test_dertien_dagen_in_april_en_een_in_mei(tmp_path: Path) -> None:
    april, mei = schrijf(tmp_path, APRIL, naam="april.csv"), schrijf(tmp_path, MEI, naam="mei.csv")
    historie = tmp_path / "h"
    klaar = voeg_toe(historie, april)
    assert (klaar.returncode, klaar.stderr) == (0, "")
    assert "1 declaratieregel toegevoegd (batch 1)" in klaar.stdout
    (gevonden,) = bevindingen(mei, historie, "MUT-01")
    assert "eerder 13 dagen vanaf 18-04-2026" in gevonden["melding"]
    assert [gevonden] == bevindingen(mei, april, "MUT-01")
    klaar = voeg_toe(historie, mei)
    assert klaar.returncode == 0
    assert "0 declaratieregels toegevoegd (batch 2)" in klaar.stdout
    assert "Niet toegevoegd: 1 declaratieregel" in klaar.stdout


def test_week_27_van_een_overbrugging_over_negen_batches(tmp_path: Path) -> None:
    """Nine batches of three weeks each make 27; the last week is one too many."""
    kop = KOP + ";zzpcode;besluitnummer"
    historie, regels, dag = tmp_path / "h", [], date(2026, 1, 5)
    for nummer in range(9):
        laatste = dag + timedelta(days=20)
        regels.append(f"O{nummer};999900018;{dag};{laatste};V470;21;06290101;1,00;21,00;21,00;783;1001")
        dag = laatste + timedelta(days=1)
    for nummer, regel in enumerate(regels[:8]):
        assert voeg_toe(historie, schrijf(tmp_path, regel, naam=f"{nummer}.csv", kop=kop)).returncode == 0
    plat = schrijf(tmp_path, *regels[:8], naam="plat.csv", kop=kop)
    laatste_batch = schrijf(tmp_path, regels[8], naam="8.csv", kop=kop)
    uit_opslag = bevindingen(laatste_batch, historie, "OVB-01")
    assert [b["retourcode"] for b in uit_opslag] == ["0584"]
    assert uit_opslag == bevindingen(laatste_batch, plat, "OVB-01")


def test_dubbel_met_vorig_jaar(tmp_path: Path) -> None:
    historie = tmp_path / "h"
    regel = "{};999900006;2025-03-01;2025-03-10;Z041;10;06290101;100,00;1000,00;1000,00"
    assert voeg_toe(historie, schrijf(tmp_path, regel.format("A1"), naam="2025.csv")).returncode == 0
    (dubbel,) = bevindingen(schrijf(tmp_path, regel.format("B1")), historie, "VLD-16")
    assert "een declaratieregel uit een eerdere batch" in dubbel["melding"]


def test_credit_in_een_latere_batch(tmp_path: Path) -> None:
    historie, kop = tmp_path / "h", KOP + ";debet_credit;referentienummer_voorgaand"
    deel = "999900006;2026-03-01;2026-03-10;Z041;10;06290101;100,00;1000,00;1000,00"
    batches = [f"A1;{deel};D;", f"A2;{deel};C;A1", f"A3;{deel};D;"]
    for nummer, regel in enumerate(batches):
        assert voeg_toe(historie, schrijf(tmp_path, regel, naam=f"{nummer}.csv", kop=kop)).returncode == 0
    stand = inhoud(historie)
    assert [b["toegevoegd"] for b in stand["batches"]] == [1, 1, 1]
    assert stand["bedrag_cent"] == 100000


def test_dezelfde_batch_en_een_andere_met_dezelfde_factuur(tmp_path: Path) -> None:
    historie, kop = tmp_path / "h", KOP + ";declarant;factuurnummer"
    bestand = schrijf(tmp_path, APRIL + ";06290101;F1", kop=kop)
    assert voeg_toe(historie, bestand).returncode == 0
    voor = inhoud(historie)
    klaar = voeg_toe(historie, bestand)
    assert klaar.returncode == 0
    assert "staat al in de historie (batch 1" in klaar.stdout
    assert_nette_fout(
        voeg_toe(historie, schrijf(tmp_path, MEI + ";06290101;F1", naam="ander.csv", kop=kop)), "ander.csv"
    )
    assert inhoud(historie) == voor
    assert voor["batches"][0]["facturen"] == [["06290101", "F1"]]


def test_verwijder_met_reden_en_toon(tmp_path: Path) -> None:
    historie, kop = tmp_path / "h", KOP + ";declarant;factuurnummer"
    voeg_toe(historie, schrijf(tmp_path, APRIL + ";06290101;F1", kop=kop))
    tijdlijn = draai("historie", "toon", historie, "--bsn", "999900018")
    assert "18-04-2026 t/m 30-04-2026" in " ".join(tijdlijn.stdout.split())
    assert "█" in tijdlijn.stdout
    assert "999900018" not in tijdlijn.stdout
    assert_nette_fout(draai("historie", "verwijder", historie, "--factuurnummer", "F2", "--reden", "x"), "F2")
    klaar = draai("historie", "verwijder", historie, "--factuurnummer", "F1", "--reden", "foute export")
    assert klaar.returncode == 0
    assert "foute export" in draai("historie", "toon", historie).stdout
    stand = inhoud(historie)
    assert (stand["regels"], stand["batches"][0]["verwijderd"]["reden"]) == (0, "foute export")
    klaar = draai("historie", "controleer-historie", historie)
    assert (klaar.returncode, "klopt" in klaar.stdout) == (0, True)


def test_bewaartermijn(tmp_path: Path) -> None:
    historie = tmp_path / "h"
    voeg_toe(historie, schrijf(tmp_path, APRIL))
    klaar = draai("historie", "bewaartermijn", historie, "--voor", "2026-05-01")
    assert "1 declaratieregel" in klaar.stdout
    assert inhoud(historie)["regels"] == 0
    assert_nette_fout(draai("historie", "bewaartermijn", historie, "--voor", "2099-01-01"), "toekomst")


def test_beschadigde_historie(tmp_path: Path) -> None:
    historie = tmp_path / "h"
    voeg_toe(historie, schrijf(tmp_path, APRIL))
    next(historie.glob("deel=regels-*/*.parquet")).unlink()
    klaar = draai("historie", "controleer-historie", historie)
    assert klaar.returncode == 2
    assert "ontbreekt" in klaar.stdout
    assert_nette_fout(
        draai("controleer", schrijf(tmp_path, MEI), "--historie", historie), "historie", "controleer-historie"
    )


def test_map_zonder_historie(tmp_path: Path) -> None:
    bestand = schrijf(tmp_path, MEI)
    (tmp_path / "leeg").mkdir()
    assert_nette_fout(draai("controleer", bestand, "--historie", tmp_path / "leeg"), "voeg-toe")
    assert_nette_fout(draai("historie", "toon", tmp_path / "weg"), "weg")
    assert_nette_fout(voeg_toe(tmp_path, bestand), "niet leeg")


def start(historie: Path, bestand: Path) -> proces.Kind:
    return nachthulp.start("historie", "voeg-toe", historie, bestand, *PEIL)


def regels(van: int, aantal: int = 1) -> list[str]:
    return [
        f"R{nummer};999900006;{date(2026, 1, 1) + timedelta(days=nummer)};{date(2026, 1, 1) + timedelta(days=nummer)};"
        "Z041;1;06290101;1,00;1,00;1,00"
        for nummer in range(van, van + aantal)
    ]


@pytest.mark.grondig
def test_vier_schrijvers_met_verschillende_batches(tmp_path: Path) -> None:
    historie = tmp_path / "h"
    bestanden = [schrijf(tmp_path, *regels(n * 10, 10), naam=f"{n}.csv") for n in range(4)]
    lopend = [start(historie, bestand) for bestand in bestanden]
    for klaar in map(proces.tot_het_einde, lopend):
        assert (klaar.returncode, klaar.stderr) == (0, "")
    stand = inhoud(historie)
    assert [batch["volgnr"] for batch in stand["batches"]] == [1, 2, 3, 4]
    assert [batch["regels"] for batch in stand["batches"]] == [10] * 4
    assert draai("historie", "controleer-historie", historie).returncode == 0


def test_dezelfde_batch_door_vier_tegelijk(tmp_path: Path) -> None:
    historie, bestand = tmp_path / "h", schrijf(tmp_path, *regels(0, 10))
    lopend = [start(historie, bestand) for _ in range(4)]
    klaar = [proces.tot_het_einde(kind) for kind in lopend]
    assert [k.returncode for k in klaar] == [0] * 4
    assert sorted("staat al" in k.stdout for k in klaar) == [False, True, True, True]
    assert [batch["regels"] for batch in inhoud(historie)["batches"]] == [10]


def zonder_moment(stand: dict[str, Any]) -> dict[str, Any]:
    for batch in stand["batches"]:
        del batch["moment"]
    return {naam: waarde for naam, waarde in stand.items() if naam != "bytes"}


def test_afgebroken_op_willekeurige_momenten(tmp_path: Path) -> None:
    """After every kill the store opens with all or nothing; the restart ends as an undisturbed run."""
    een, twee = schrijf(tmp_path, *regels(0, 50), naam="een.csv"), schrijf(tmp_path, *regels(100, 50), naam="twee.csv")
    begonnen = time.monotonic()
    assert proces.tot_het_einde(start(tmp_path / "rustig", een)).returncode == 0
    duur = time.monotonic() - begonnen
    assert voeg_toe(tmp_path / "rustig", twee).returncode == 0
    verwacht = zonder_moment(inhoud(tmp_path / "rustig"))
    historie, toeval = tmp_path / "h", random.Random(1)
    for bestand in (een, twee):
        for _ in range(keren(3, 250)):
            with start(historie, bestand):
                time.sleep(duur * toeval.uniform(0.0, 1.0))
            klaar = draai("historie", "toon", historie, "--formaat", "json")
            if klaar.returncode == 0:
                assert {batch["regels"] for batch in json.loads(klaar.stdout)["batches"]} <= {50}
        assert voeg_toe(historie, bestand).returncode == 0
    assert zonder_moment(inhoud(historie)) == verwacht
    assert draai("historie", "controleer-historie", historie).returncode == 0


@pytest.mark.parametrize("grens", [100, 9000])
def test_volle_schijf(tmp_path: Path, grens: int) -> None:
    """No file may grow beyond ``grens`` bytes, as on a disk without room."""
    historie = tmp_path / "h"
    voeg_toe(historie, schrijf(tmp_path, APRIL, naam="april.csv"))
    voor = inhoud(historie)
    bestand = schrijf(tmp_path, *regels(0, 300))
    klaar = nachthulp.draai("historie", "voeg-toe", historie, bestand, *PEIL, SCHIJF=str(grens))
    assert_nette_fout(klaar, "schijf is vol", "zoals zij was")
    na = inhoud(historie)
    assert (na["batches"], na["regels"]) == (voor["batches"], voor["regels"])
    assert draai("historie", "controleer-historie", historie).returncode == 0
    assert voeg_toe(historie, tmp_path / "batch.csv").returncode == 0
    assert inhoud(historie)["regels"] == 301
