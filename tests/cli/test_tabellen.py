"""``declaratie tabellen`` as a process, and the tables that ``declaratie controleer`` then uses."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from koppeltabelwerkboek import KOPPEN, meegeleverd, rij, schrijf_werkboek
from proces import assert_nette_fout, draai, schrijf

REGEL = "A1;999900006;2020-03-01;2020-03-10;N001;10;06290101;1,00;10,00;10,00"


def werkboek(map_: Path, *rijen: list[Any], naam: str = "koppeltabel 2020.xlsx") -> Path:
    return schrijf_werkboek(map_ / naam, rijen)


def edities(map_: Path) -> list[dict[str, Any]]:
    inhoud: dict[str, Any] = json.loads(draai("tabellen", "toon", "--formaat", "json", "--tabellen", map_).stdout)
    return inhoud["edities"]


def in_gebruik(map_: Path) -> dict[str, list[tuple[str, str]]]:
    return {e["naam"]: [(deel["van"], deel["tot"]) for deel in e["in_gebruik"]] for e in edities(map_)}


def test_zonder_import_is_er_de_meegeleverde_editie(tmp_path: Path) -> None:
    klaar = draai("tabellen", "toon", "--tabellen", tmp_path)
    assert (klaar.returncode, klaar.stderr) == (0, "")
    assert "01-01-2018 t/m 31-12-2019" in " ".join(klaar.stdout.split())
    (editie,) = edities(tmp_path)
    assert (editie["meegeleverd"], editie["prestaties"], editie["sha256"]) == (True, 480, None)


def test_importeer_de_koppeltabel_van_2019_en_dan_die_van_2020(tmp_path: Path) -> None:
    map_ = tmp_path / "nieuw" / "tabellen"
    klaar = draai("tabellen", "importeer", werkboek(tmp_path, *meegeleverd(), naam="kt 2019.xlsx"), "--tabellen", map_)
    assert (klaar.returncode, klaar.stderr) == (0, "")
    assert "koppeltabel 2019 geïmporteerd: 480 prestaties uit kt 2019.xlsx" in klaar.stdout
    assert "Geldt 01-01-2019 t/m 31-12-2019, naar het jaar in de naam" in klaar.stdout
    assert "Geen wijzigingen ten opzichte van koppeltabel begin 2019." in klaar.stdout

    volgende = [regel for regel in meegeleverd() if regel[0] not in ("Z051", "Z061")]
    volgende += [rij("N001", "753", groep=34), rij("N002", "753"), rij("N003", groep=77)]
    for regel in volgende:
        if regel[0] == "Z041":
            regel[2] = "753, 754"
    klaar = draai("tabellen", "importeer", werkboek(tmp_path, *volgende), "--tabellen", map_, "--max", "1")
    assert klaar.returncode == 0, klaar.stderr
    regels = [" ".join(regel.split()) for regel in klaar.stdout.splitlines()]
    verslag = regels[regels.index("Wijzigingen ten opzichte van koppeltabel 2019") + 1 :]
    assert [regel for regel in verslag if regel] == [
        "Nieuw: 3 prestaties",
        "N001 verblijf",
        "… en nog 2; zie ze met --max",
        "Beëindigd: 2 prestaties",
        "Z051 staat niet meer in de tabel",
        "… en nog 1; zie ze met --max",
        "Gewijzigd: 1 prestatie",
        "Z041 zzp erbij: 754",
    ]
    assert "geen soort volgens de groepen: N003" in klaar.stdout
    assert in_gebruik(map_) == {
        "koppeltabel begin 2019": [("2018-01-01", "2018-12-31")],
        "koppeltabel 2019": [("2019-01-01", "2019-12-31")],
        "koppeltabel 2020": [("2020-01-01", "2020-12-31")],
    }


@pytest.mark.parametrize(
    ("fout", "zegt"),
    [
        (rij("X2", van="31-02-2021"), "blad 3: cel H3: '31-02-2021'"),
        (rij("X1", "753"), "blad 3: cel C3: deze rij staat er al, in rij 2"),
    ],
)
def test_een_geweigerd_werkboek_laat_de_vorige_editie_in_gebruik(tmp_path: Path, fout: list[Any], zegt: str) -> None:
    map_ = tmp_path / "tabellen"
    draai("tabellen", "importeer", werkboek(tmp_path, rij("X1")), "--tabellen", map_)
    eerst = edities(map_)
    kapot = werkboek(tmp_path, rij("X1", "753"), fout, naam="kt 2021.xlsx")
    assert_nette_fout(draai("tabellen", "importeer", kapot, "--tabellen", map_), "kt 2021.xlsx", zegt)
    zonder = schrijf_werkboek(tmp_path / "kt 2021.xlsx", [rij("X1")[:6]], koppen=KOPPEN[:6])
    assert_nette_fout(draai("tabellen", "importeer", zonder, "--tabellen", map_), "cel I1: kolom 'einddatum' ontbreekt")
    assert edities(map_) == eerst


def test_overlap_en_vervang(tmp_path: Path) -> None:
    map_ = tmp_path / "tabellen"
    woorden = ("tabellen", "importeer", werkboek(tmp_path, rij("X1")), "--tabellen", map_)
    dagen = ("--van", "2019-07-01", "--tot", "2020-06-30")
    assert_nette_fout(draai(*woorden, *dagen), "geldt al koppeltabel begin 2019", "--vervang")
    assert not map_.exists()
    assert draai(*woorden, *dagen, "--vervang").returncode == 0
    assert draai(*woorden, "--van", "2018-01-01", "--tot", "2018-12-31", "--vervang").returncode == 0
    assert draai(*woorden, "--van", "2018-01-01", "--tot", "2019-12-31", "--vervang").returncode == 0
    assert in_gebruik(map_) == {
        "koppeltabel begin 2019": [],
        "koppeltabel 2019–2020": [("2020-01-01", "2020-06-30")],
        "koppeltabel 2018": [],
        "koppeltabel 2018–2019": [("2018-01-01", "2019-12-31")],
    }
    assert "voor geen dag meer, vervangen" in " ".join(draai("tabellen", "toon", "--tabellen", map_).stdout.split())


def test_controleer_gebruikt_de_geimporteerde_editie(tmp_path: Path) -> None:
    map_ = tmp_path / "tabellen"
    draai("tabellen", "importeer", werkboek(tmp_path, rij("N001", "753", groep=34)), "--tabellen", map_)
    batch = schrijf(tmp_path, REGEL.replace("N001", "Z041"))
    woorden = ("controleer", batch, "--selecteer", "VLD-02", "--formaat", "json")
    assert draai(*woorden).returncode == 0
    met = draai(*woorden, "--tabellen", map_)
    assert met.returncode == 1
    uitslag = json.loads(met.stdout)
    assert [b["melding"] for b in uitslag["bevindingen"]] == ["prestatiecode Z041 bestaat niet op 01-03-2020"]
    assert [(t["naam"], t["bron"], t["van"], t["tot"]) for t in uitslag["tabellen"]][1:] == [
        ("koppeltabel 2020", "koppeltabel 2020.xlsx", "2020-01-01", "2020-12-31")
    ]
    # The environment says the same, and the option goes first.
    assert draai(*woorden, omgeving={"DECLARATIE_TABELLEN": str(map_)}).returncode == 1
    assert draai(*woorden, "--tabellen", tmp_path, omgeving={"DECLARATIE_TABELLEN": str(map_)}).returncode == 0


def test_standaard_in_de_map_van_de_gebruiker(tmp_path: Path) -> None:
    thuis = {"DECLARATIE_TABELLEN": "", "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    thuis |= {"LOCALAPPDATA": str(tmp_path), "USERPROFILE": str(tmp_path)}
    batch = schrijf(tmp_path, REGEL)
    assert (
        draai("controleer", batch, "--selecteer", "VLD-02", "--stil", "--faal-op", "signaal", omgeving=thuis).returncode
        == 1
    )
    assert draai("tabellen", "importeer", werkboek(tmp_path, rij("N001", "753")), omgeving=thuis).returncode == 0
    (bewaard,) = tmp_path.rglob("editie.toml")
    assert bewaard.parents[1].name == "tabellen"
    assert bewaard.parents[2].name == "declaratie"
    klaar = draai("controleer", batch, "--selecteer", "VLD-02", "--formaat", "json", omgeving=thuis)
    assert klaar.returncode == 0
    assert json.loads(klaar.stdout)["regels"][0]["status"] == "uitgevoerd"


def test_een_map_die_er_niet_is_of_niet_deugt(tmp_path: Path) -> None:
    batch, weg = schrijf(tmp_path, REGEL), tmp_path / "weg"
    assert_nette_fout(draai("controleer", batch, "--tabellen", weg), str(weg), "bestaat niet")
    assert_nette_fout(draai("tabellen", "toon", omgeving={"DECLARATIE_TABELLEN": str(weg)}), "DECLARATIE_TABELLEN")
    map_ = tmp_path / "tabellen"
    draai("tabellen", "importeer", werkboek(tmp_path, rij("X1")), "--tabellen", map_)
    (eigen,) = map_.iterdir()
    (eigen / "koppeling.csv").unlink()
    for woorden in (("controleer", batch), ("tabellen", "toon")):
        assert_nette_fout(draai(*woorden, "--tabellen", map_), eigen.name, "Verwijder deze map")


@pytest.mark.parametrize(
    ("woorden", "zegt"),
    [
        (["importeer"], "KOPPELTABEL.xlsx ontbreekt"),
        (["importeer", "weg.xlsx"], "weg.xlsx: dit bestand bestaat niet"),
        (["importeer", "weg.xlsx", "--van", "2020"], "JJJJ-MM-DD"),
        (["importeer", "weg.xlsx", "--max", "-1"], "0 of meer"),
        (["importer"], "onbekende opdracht"),
        (["toon", "--formaat", "xml"], "kies uit"),
    ],
)
def test_verkeerd_gebruik(tmp_path: Path, woorden: list[str], zegt: str) -> None:
    assert_nette_fout(draai("tabellen", *woorden, map_=tmp_path), zegt)


@pytest.mark.parametrize("breedte", ["80", "160"])
def test_past_in_de_breedte(tmp_path: Path, breedte: str) -> None:
    rijen = [rij(f"N{nummer:03}", "753, 754", tot=dt.date(2020, 6, 30)) for nummer in range(60)]
    invoer = draai(
        *("tabellen", "importeer", werkboek(tmp_path, *rijen, naam=f"{'lange naam ' * 9}2020.xlsx")),
        *("--tabellen", tmp_path),
        omgeving={"COLUMNS": breedte},
    )
    toon = draai("tabellen", "toon", "--tabellen", tmp_path, omgeving={"COLUMNS": breedte})
    for klaar in (invoer, toon):
        assert klaar.returncode == 0
        assert max(map(len, klaar.stdout.splitlines())) <= int(breedte)
        assert "\x1b" not in klaar.stdout


def test_hulp_in_het_nederlands() -> None:
    for woorden in (
        ["tabellen", "--help"],
        ["tabellen", "importeer", "--help"],
        ["tabellen", "toon", "--help"],
    ):
        hulp = draai(*woorden)
        assert hulp.returncode == 0
        for engels in ("Usage", "Show this", "Options", "Commands", "env var"):
            assert engels not in hulp.stdout
