"""A finding names the row of the dossier on which it rests, and where that comes from, in every format."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from proces import draai

KOP = "referentienummer;bsn;begindatum;einddatum;prestatiecode;aantal;uitvoerder;zzpcode"
LIJNEN = (
    "A1;999900006;2026-03-01;2026-03-31;Z041;31;06290101;754",
    "A2;999900018;2026-03-01;2026-03-31;Z041;31;06290101;754",
)
AW33 = """<?xml version="1.0" encoding="UTF-8"?>
<Bericht xmlns="http://www.istandaarden.nl/iwlz/2_2/aw33/schema"
  xmlns:b="http://www.istandaarden.nl/iwlz/2_2/basisschema/schema">
<Header><BerichtCode>352</BerichtCode><BerichtIdentificatie><b:Identificatie>7</b:Identificatie>
<b:Dagtekening>2026-01-12</b:Dagtekening></BerichtIdentificatie></Header>
<Clienten><Client><Bsn>999900006</Bsn><Geboortedatum><b:Datum>1940-05-01</b:Datum></Geboortedatum>
<Indicatie><Besluitnummer>100000001</Besluitnummer><Ingangsdatum>2024-01-01</Ingangsdatum>
<GeindiceerdeZorgzwaartepakketten><GeindiceerdZorgzwaartepakket><ZzpCode>755</ZzpCode>
<Ingangsdatum>2024-01-01</Ingangsdatum></GeindiceerdZorgzwaartepakket></GeindiceerdeZorgzwaartepakketten>
<ToegewezenZorgzwaartepakketten><ToegewezenZorgzwaartepakket><ZzpCode>754</ZzpCode><Instelling>06290101</Instelling>
<Soort>1</Soort><Ingangsdatum>2026-03-02</Ingangsdatum><Leveringsvorm>4</Leveringsvorm></ToegewezenZorgzwaartepakket>
</ToegewezenZorgzwaartepakketten></Indicatie></Client></Clienten></Bericht>
"""
TABELLEN = {
    "toewijzingen.csv": "bsn;zzpcode;instelling;soort;leveringsvorm;ingangsdatum;einddatum\n"
    "999900031;754;06290101;1;4;2024-01-01;\n"
    "999900018;754;06290101;1;5;2024-01-01;\n",
    "indicaties.csv": "bsn;besluitnummer;zzpcode;ingangsdatum;einddatum\n999900018;B2;756;2024-01-01;\n",
}
VERWACHT = {
    ("A1", "IND-02"): ("indicatie", "indicatie 755, AW33 van 12-01-2026"),
    ("A1", "IND-03"): ("toewijzing", "toewijzing 754 verblijf, AW33 van 12-01-2026"),
    ("A2", "IND-02"): ("indicatie", "indicatie 756, indicaties.csv regel 2"),
    ("A2", "IND-03"): ("toewijzing", "toewijzing 754 vpt, toewijzingen.csv regel 3"),
}


@pytest.fixture(scope="module")
def uitvoer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run on messages and CSV tables prints and writes."""
    map_ = tmp_path_factory.mktemp("herkomst")
    batch, dossier = map_ / "batch.csv", map_ / "dossier"
    batch.write_text("\n".join([KOP, *LIJNEN]) + "\n", "utf-8")
    dossier.mkdir()
    (dossier / "aw33_1.xml").write_text(AW33, "utf-8")
    for naam, tekst in TABELLEN.items():
        (dossier / naam).write_text(tekst, "utf-8")
    uit = [woord for soort in ("json", "csv", "xlsx", "html") for woord in ("--uit", map_ / f"uitslag.{soort}")]
    klaar = draai("controleer", batch, "--dossier", dossier, "--selecteer", "IND-02,IND-03", *uit)
    assert klaar.returncode == 1, klaar.stderr
    (map_ / "scherm.txt").write_text(klaar.stdout, "utf-8")
    return map_


def test_json_en_csv(uitvoer: Path) -> None:
    uit_json = json.loads((uitvoer / "uitslag.json").read_text("utf-8"))["bevindingen"]
    uit_csv = pl.read_csv(uitvoer / "uitslag.csv", separator=";", infer_schema=False).to_dicts()
    assert len(uit_json) == len(uit_csv) == len(VERWACHT)
    for bevinding in (*uit_json, *({**rij, "gegevens": json.loads(rij["gegevens"])} for rij in uit_csv)):
        veld, tekst = VERWACHT[bevinding["referentienummer"], bevinding["regel_id"]]
        assert bevinding["gegevens"][veld] == tekst
        assert bevinding["melding"].endswith(f" ({tekst})")


def test_werkboek(uitvoer: Path) -> None:
    blad = pl.read_excel(uitvoer / "uitslag.xlsx", sheet_name="Bevindingen")
    gevonden = {(rij["Referentienummer"], rij["Controleregel"]): rij["Melding"] for rij in blad.to_dicts()}
    assert {sleutel: melding.endswith(f" ({VERWACHT[sleutel][1]})") for sleutel, melding in gevonden.items()} == (
        dict.fromkeys(VERWACHT, True)
    )


@pytest.mark.parametrize("naam", ["uitslag.html", "scherm.txt"])
def test_pagina_en_scherm(uitvoer: Path, naam: str) -> None:
    tekst = " ".join((uitvoer / naam).read_text("utf-8").split())
    for _, herkomst in VERWACHT.values():
        assert f"({herkomst})" in tekst
