"""What is wrong with one rule is one line about that rule; the rest of the catalogue goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gevallen import controleer_geval
from proces import draai, schrijf
from wlz_declaratie.basis import meegeleverd
from wlz_declaratie.kern import parameters
from wlz_declaratie.kern.regel import Regel, alle_regels

GOED = "A1;999900006;2026-03-01;2026-03-10;Z041;10;06290101;100,00;1000,00;1000,00"
Verander = Callable[[str, str, str], None]


@pytest.fixture
def verander(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Verander]:
    """Replace a text in a file of the parameters; afterwards all is as it was."""
    map_ = tmp_path / "parameters"
    shutil.copytree(meegeleverd.pad("parameters"), map_)
    monkeypatch.setattr(parameters, "pad", lambda naam: tmp_path / naam)

    def leeg() -> None:
        parameters.eigen.cache_clear()
        alle_regels.cache_clear()

    def vervang(bestand: str, oud: str, nieuw: str) -> None:
        tekst = (map_ / bestand).read_text("utf-8")
        assert oud in tekst
        (map_ / bestand).write_text(tekst.replace(oud, nieuw), encoding="utf-8")
        leeg()

    yield vervang
    leeg()


def _met_gebrek() -> dict[str, str | None]:
    return {regel.id: regel.gebrek for regel in alle_regels().values() if regel.gebrek}


def test_een_vergeten_blok_kost_alleen_die_regel(verander: Verander) -> None:
    verander("toeslagen.toml", "[TOE-08]", "[TOE-98]")
    assert _met_gebrek() == {
        "TOE-08": "schemas/parameters/toeslagen.toml: het blok [TOE-08] ontbreekt. "
        "Voeg het toe, met bronnen en waarden."
    }
    geval: dict[str, Any] = {"regels": [{"prestatiecode": "ZMZ01"}], "dossier": {"machtigingen": []}}
    status, ander = controleer_geval(["TOE-08", "TOE-06"], geval).regels
    assert (status.status, status.reden) == ("fout", alle_regels()["TOE-08"].gebrek)
    assert ander.status == "uitgevoerd"


@pytest.mark.parametrize(
    ("oud", "nieuw", "woord"),
    [
        ('bronnen = ["B2 deel 1 §4.1", "B2 deel 2 §3.2", "B0 §4.8", "B4 §5.2.6"]', 'bronnen = ["roddel"]', "bronnen"),
        (
            'bronnen = ["B2 deel 1 §4.1", "B2 deel 2 §3.2", "B0 §4.8", "B4 §5.2.6"]',
            'bronnen = ["B2 §3.2"]',
            "'B2 deel 1 §4.7'",
        ),
        ("[TOE-08]\nvan = 2016-01-01", '[TOE-08]\nvan = "2016-01-01"', "datums"),
        ("[TOE-08]\n", "[TOE-08]\nmax_dagen = 3\n", "max_dagen"),
        ("[TOE-08]\n", "[TOE-08]\nmax_dagen = [{ waarde = 3 }]\n", "max_dagen"),
    ],
    ids=["bron", "B2 zonder deel", "datum", "getal", "waarde zonder bron"],
)
def test_een_fout_blok_kost_alleen_die_regel(verander: Verander, oud: str, nieuw: str, woord: str) -> None:
    verander("toeslagen.toml", oud, nieuw)
    ((regel_id, gebrek),) = _met_gebrek().items()
    assert regel_id == "TOE-08"
    assert gebrek is not None
    assert gebrek.startswith("schemas/parameters/toeslagen.toml: [TOE-08]")
    assert woord in gebrek


def test_een_bestand_dat_geen_toml_is_kost_alleen_zijn_regels(verander: Verander) -> None:
    verander("toeslagen.toml", "[TOE-08]", "[TOE-08")
    assert set(_met_gebrek()) == {f"TOE-0{nummer}" for nummer in range(1, 10)}
    assert "toeslagen.toml" in str(_met_gebrek()["TOE-08"])


def test_een_blok_in_twee_bestanden(verander: Verander) -> None:
    verander("verblijf.toml", "[VRB-01]", '[TOE-08]\nbronnen = ["KT"]\n\n[VRB-01]')
    assert set(_met_gebrek()) == {"TOE-08"}
    assert "toeslagen.toml" in str(_met_gebrek()["TOE-08"])
    assert "verblijf.toml" in str(_met_gebrek()["TOE-08"])


def test_een_vergeten_waarde_staat_bij_de_regel(verander: Verander) -> None:
    verander("toeslagen.toml", 'tijdseenheid = [{ waarde = "14", bron = "KT" }]', "")
    (status,) = controleer_geval(["TOE-07"], {"regels": [{"prestatiecode": "Z976"}]}).regels
    assert status.status == "fout"
    assert status.reden == "in het blok [TOE-07] van de parameters ontbreekt 'tijdseenheid'"


def test_de_opdrachtregel_gaat_door_en_zegt_het(tmp_path: Path, verander: Verander) -> None:
    verander("toeslagen.toml", "[TOE-08]", "[TOE-98]")
    klaar = draai("controleer", schrijf(tmp_path, GOED), "--selecteer", "TOE,VRB")
    assert klaar.returncode == 2
    assert klaar.stderr.count("\n") == 1
    assert "TOE-08: schemas/parameters/toeslagen.toml" in klaar.stderr
    regels = draai("regels")
    assert regels.returncode == 0
    assert "draait niet" in regels.stdout
    assert "het blok [TOE-08] ontbreekt" in " ".join(draai("uitleg", "TOE-08").stdout.split())


def test_woorden_zonder_hun_parameter_blijven_staan() -> None:
    def toets(van: object) -> Iterator[Any]:
        """Wat: hooguit {max_dagen} dagen."""
        yield from ()

    regel = Regel(
        "TOE-99", "", "regel", ("afkeur",), (), (), (), (), (), (), toets, parameters.Regelparameters.geen("TOE-99")
    )
    assert regel.uitleg == "Wat: hooguit {max_dagen} dagen."
