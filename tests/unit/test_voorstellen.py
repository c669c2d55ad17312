"""Which proposals are taken, and what follows from them; columns that are called like ours; odd fields come back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest

from proces import KOP, assert_nette_fout, draai, schrijf
from wlz_declaratie import controleer
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.gevallen import controleer_geval
from wlz_declaratie.diensten.uitvoeren import Opdracht, uitvoering
from wlz_declaratie.diensten.voorstellen import neem
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.sjabloon import Sjabloonfout, zonder_voorstel
from wlz_declaratie.rapport.herstel.schrijven import schrijf as schrijf_werkbestand
from wlz_declaratie.rapport.schrijven import Uitvoerfout

GEWOON = "A1;999900006;2026-03-01;2026-03-10;Z041;10;06290101;100,00;1000,00;1000,00"

MUT = {"prestatiecode": "Z916", "begindatum": "2026-03-01", "einddatum": "2026-03-14", "aantal": 14, "tarief": 10000}


def uitslag_van(**regel: Any) -> Uitslag:
    velden = {**MUT, "begindatum": date(2026, 3, 1), "einddatum": date(2026, 3, 14), **regel}
    return controleer_geval(["MUT-01", "VLD-08"], {"regels": [velden]})


def genomen(uitslag: Uitslag) -> dict[str, tuple[int | None, int]]:
    return {
        kolom: (was, wordt) for kolom, was, wordt in neem(uitslag, "b").genomen.select("kolom", "was", "wordt").rows()
    }


@pytest.mark.parametrize(
    ("regel", "verwacht"),
    [
        ({}, {"aantal": (14, 13)}),
        ({"bedrag": 140000}, {"aantal": (14, 13), "bedrag": (140000, 130000)}),
        ({"declaratiebedrag": 140000}, {"aantal": (14, 13), "declaratiebedrag": (140000, 130000)}),
        ({"bedrag": 140000, "declaratiebedrag": 130000}, {"aantal": (14, 13), "bedrag": (140000, 130000)}),
        # bedrag was wrong as well: it becomes the new product, not that of the old aantal.
        (
            {"bedrag": 150000, "declaratiebedrag": 150000},
            {"aantal": (14, 13), "bedrag": (150000, 130000), "declaratiebedrag": (150000, 130000)},
        ),
    ],
)
def test_bedrag_volgt_het_aantal(regel: dict[str, Any], verwacht: dict[str, Any]) -> None:
    assert genomen(uitslag_van(**regel)) == verwacht


@pytest.mark.parametrize(
    ("regel", "reden"),
    [
        ({"bedrag": 140000, "declaratiebedrag": 70000}, "ander bedrag"),
        ({"tarief": None, "bedrag": 140000}, "niet na te rekenen"),
        ({"tarief": 10**9, "bedrag": 14 * 10**9}, "past dan niet"),
    ],
)
def test_wat_niet_volgt_wordt_niet_genomen(regel: dict[str, Any], reden: str) -> None:
    uitkomst = neem(uitslag_van(**regel), "b")
    assert uitkomst.genomen.is_empty()
    assert (uitkomst.niet_genomen["kolom"].to_list(), uitkomst.verschil_cent) == (["aantal"], 0)
    assert reden in uitkomst.niet_genomen["reden"][0]


@pytest.mark.parametrize(("gevraagd", "wordt"), [(31000, 30000), (30000, None), (29000, None)])
def test_alleen_het_bedrag(gevraagd: int, wordt: int | None) -> None:
    regel = {"prestatiecode": "Z041", "aantal": 3, "bedrag": 31000, "declaratiebedrag": gevraagd}
    anders = {"declaratiebedrag": (gevraagd, wordt)} if wordt else {}
    assert genomen(uitslag_van(**regel)) == {"bedrag": (31000, 30000), **anders}


def test_een_lager_bedrag_dan_wordt_gevraagd() -> None:
    uitkomst = neem(uitslag_van(prestatiecode="Z041", aantal=3, bedrag=31000, declaratiebedrag=30500), "b")
    assert uitkomst.genomen.is_empty()
    assert uitkomst.niet_genomen["kolom"].to_list() == ["bedrag"]


def test_twee_voorstellen_die_verschillen() -> None:
    """Neither is taken, and both are named."""
    uitslag = uitslag_van()
    ander = uitslag.bevindingen.with_columns(
        regel_id=pl.lit("ZKX-01"), gegevens=pl.lit('{"voorstel":{"kolom":"aantal","waarde":12}}')
    )
    met_twee = replace(uitslag, bevindingen=pl.concat([uitslag.bevindingen, ander]))
    uitkomst = neem(met_twee, "b")
    assert uitkomst.genomen.is_empty()
    assert uitkomst.niet_genomen["reden"].to_list() == [
        "de voorstellen spreken elkaar tegen (MUT-01 zegt 13, ZKX-01 zegt 12)"
    ]
    eens = ander.with_columns(gegevens=pl.lit('{"voorstel":{"kolom":"aantal","waarde":13}}'))
    gelijk = neem(replace(uitslag, bevindingen=pl.concat([uitslag.bevindingen, eens])), "b")
    assert gelijk.genomen.select("regel_id", "wordt").rows() == [("MUT-01, ZKX-01", 13)]


def test_voorstel_gaat_over_een_getal_van_de_regel() -> None:
    with pytest.raises(Sjabloonfout, match="niet over bsn"):
        Lijnen.met_voorstel(object(), "bsn", pl.lit(1))  # type: ignore[arg-type]


@pytest.mark.parametrize("voor", ['"a":1,', ""])
def test_zonder_voorstel(voor: str) -> None:
    gegevens = f'{{{voor}"voorstel":{{"kolom":"aantal","waarde":13}}}}'
    assert json.loads(pl.select(zonder_voorstel(pl.lit(gegevens))).item()) == ({"a": 1} if voor else {})


@pytest.mark.parametrize(("einddatum", "voorstel"), [("2026-12-31", 9000), ("2025-12-31", None)])
def test_geen_voorstel_als_een_dossierrij_niet_bruikbaar_is(einddatum: str, voorstel: int | None) -> None:
    """What such a row would have said may be another price."""
    batch = {**dict(zip(KOP.split(";"), GEWOON.split(";"), strict=True)), "tarief": "100,00"}
    rij = {"agb": "06290101", "prestatiecode": "Z041", "ingangsdatum": "2026-01-01", "tarief": "90,00"}
    afspraken = pl.DataFrame([{**rij, "einddatum": "2026-12-31"}, {**rij, "einddatum": einddatum}])
    (bevinding,) = controleer(pl.DataFrame([batch]), dossier={"afspraken": afspraken}, selecteer="AFS-02").bevindingen[
        "gegevens"
    ]
    assert json.loads(bevinding).get("voorstel", {}).get("waarde") == voorstel


@pytest.mark.parametrize("doel", ["werk.xlsx", "beter.csv"])
def test_een_batch_die_intussen_verandert(tmp_path: Path, doel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not checked is not passed off as checked."""
    monkeypatch.setattr("wlz_declaratie.diensten.bron.sha256", lambda pad: "anders")
    optie = "--herstel" if doel.startswith("werk") else "--neem-voorstellen"
    klaar = draai("controleer", schrijf(tmp_path, GEWOON), "--selecteer", "VLD-01", optie, tmp_path / doel)
    assert_nette_fout(klaar, "tijdens de controle veranderd")
    assert [pad.name for pad in tmp_path.iterdir()] == ["batch.csv"]


def test_een_werkbestand_dat_open_staat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said before the work is done, for on Windows Excel holds on to what it has open."""
    werk = schrijf(tmp_path, GEWOON, naam="werk.csv")
    open_ = Path.open

    def geweigerd(pad: Path, mode: str = "r", *rest: Any, **namen: Any) -> Any:
        if mode == "rb+" and pad == werk:
            raise PermissionError(13, "Permission denied")
        return open_(pad, mode, *rest, **namen)

    monkeypatch.setattr(Path, "open", geweigerd)
    assert_nette_fout(draai("controleer", werk, "--herstel", werk), "Staat het open in Excel?")


def test_een_regel_die_vastliep_laat_het_werkbestand_staan(tmp_path: Path) -> None:
    werk = tmp_path / "werk.csv"
    with uitvoering(Opdracht([schrijf(tmp_path, GEWOON)], selecteer=["VLD-01"])) as uitslag:
        vast = replace(uitslag, regels=tuple(replace(status, status="fout") for status in uitslag.regels))
        with pytest.raises(Uitvoerfout, match="VLD-01 liep vast"):
            schrijf_werkbestand(vast, werk, ingediend=False)
    assert not werk.exists()


@pytest.mark.parametrize("soort", ["xlsx", "csv"])
def test_velden_komen_terug_zoals_ze_kwamen(tmp_path: Path, soort: str) -> None:
    """Formulas, markup, leading zeros, quotes and columns with names of ours: a round later they are what they were."""
    raar = ["=1+1", "-5", "<r>vet</r>", '"aan;haling"', "_x0041_", "0012", "12345678901234567890", "é ☃"]
    regels = [
        f"A{n};99990000{n};2026-03-01;2026-03-01;Z041;1;06290101;1,00;1,00;1,00;{_veld(v)};0{n};eigen reden"
        for n, v in enumerate(raar)
    ]
    kop = f"{KOP};vrij veld;opmerking;reden"
    batch, werk = schrijf(tmp_path, *regels, kop=kop), tmp_path / f"werk.{soort}"
    for bron in (batch, werk):
        draai("controleer", bron, "--selecteer", "VLD-01", "--herstel", werk, "--stil")
    if soort == "xlsx":
        rijen = fastexcel.read_excel(werk).load_sheet(0, dtypes="string").to_polars()
    else:
        rijen = pl.read_csv(werk, separator=";", infer_schema=False)
    assert [tekst.strip() for tekst in rijen["vrij veld"]] == raar
    assert rijen["opmerking"].to_list() == [f"0{n}" for n in range(len(raar))]
    assert rijen["reden (eigen)"].unique().to_list() == ["eigen reden"]
    assert rijen["uitvoerder"].unique().to_list() == ["06290101"]


def _veld(tekst: str) -> str:
    return '"' + tekst.replace('"', '""') + '"'
