"""The public interface: paths or frames in, frames out, as the command line would have it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import wlz_declaratie
from proces import GEEN_TABELLEN, draai
from wlz_declaratie import Gebruikersfout, Uitslag, controleer
from wlz_declaratie.contract.tabellen import BEVINDINGEN, SOMS

WORTEL = Path(__file__).parents[2]
FOUT = WORTEL / "sample_data" / "fout"
PEILDATUM = date(2026, 7, 1)
REGEL = {
    "referentienummer": "R1",
    "bsn": "999900018",
    "begindatum": date(2026, 3, 1),
    "einddatum": date(2026, 3, 14),
    "prestatiecode": "Z916",
    "aantal": 14,
    "uitvoerder": "06290101",
}


def toets(batch: Any, **opties: Any) -> Uitslag:
    return controleer(batch, **{"peildatum": PEILDATUM, "tabellen": GEEN_TABELLEN, **opties})


def tekst(pad: Path) -> pl.DataFrame:
    """A CSV as a frame of texts."""
    return pl.read_csv(pad, separator=";", infer_schema=False)


def zonder_bestand(uitslag: Uitslag) -> pl.DataFrame:
    return uitslag.bevindingen.drop("bestand")


def test_importeren_laadt_niets() -> None:
    programma = "import sys, wlz_declaratie; assert not {'polars', 'pandera', 'rich'} & set(sys.modules); print('goed')"
    klaar = subprocess.run([sys.executable, "-c", programma], capture_output=True, encoding="utf-8", check=True)
    assert klaar.stdout == "goed\n"


def test_wat_openbaar_heet_is_er() -> None:
    for naam in wlz_declaratie.__all__:
        assert getattr(wlz_declaratie, naam)
    with pytest.raises(AttributeError, match="bestaat_niet"):
        wlz_declaratie.bestaat_niet  # noqa: B018


@pytest.mark.grondig
def test_een_pad_geeft_wat_de_opdrachtregel_geeft() -> None:
    uitslag = toets(FOUT / "batch.asc", dossier=FOUT / "dossier")
    klaar = draai(
        "controleer", FOUT / "batch.asc", "--dossier", FOUT / "dossier", "--peildatum", "2026-07-01",
        "--formaat", "json",
    )  # fmt: skip
    anders = json.loads(klaar.stdout)
    assert uitslag.exitcode == klaar.returncode == 1
    bevindingen = uitslag.bevindingen.with_columns(pl.col(pl.Date).dt.to_string()).to_dicts()
    assert [{**b, "gegevens": json.loads(b["gegevens"])} for b in bevindingen] == anders["bevindingen"]
    assert vars(uitslag.samenvatting) == anders["samenvatting"]
    assert uitslag.regels.rename({"regel_id": "id"}).to_dicts() == anders["regels"]


def test_frames_geven_wat_bestanden_geven() -> None:
    bestand = toets(str(FOUT / "batch.csv"), dossier=str(FOUT / "dossier"))
    frame = tekst(FOUT / "batch.csv")
    dossier: dict[str, Any] = {pad.stem: tekst(pad) for pad in (FOUT / "dossier").glob("*.csv")}
    dossier["clienten"] = dossier["clienten"].lazy()
    dossier["aanbieders"] = FOUT / "dossier" / "aanbieders.csv"
    for vorm, families in ((frame.lazy(), ["VLD", "IND"]), (frame, [])):
        uitslag = toets(vorm, dossier=dossier, selecteer=families)
        assert uitslag.bevindingen.height > 30
        # The header of a CSV is a line, a frame has none.
        een_meer = zonder_bestand(uitslag).with_columns(pl.col("regelnummer") + 1)
        van_families = pl.col("regel_id").str.contains(f"^({'|'.join(families)})")
        zelfde = zonder_bestand(bestand).filter(van_families)
        assert een_meer.drop("gegevens", "melding").equals(zelfde.drop("gegevens", "melding"))
        assert uitslag.regels.equals(bestand.regels.filter(van_families))
    assert set(uitslag.bevindingen["bestand"]) == {"batch-1", None}


def test_kolommen_met_een_type() -> None:
    getypeerd = pl.DataFrame([{**REGEL, "declaratiebedrag": 140000}])
    uitslag = toets(getypeerd, selecteer="MUT-01")
    assert uitslag.bevindingen.columns == [kolom for kolom in BEVINDINGEN if kolom not in SOMS]
    (bevinding,) = uitslag.bevindingen.to_dicts()
    assert (bevinding["retourcode"], bevinding["declaratiebedrag_cent"]) == ("0584", 140000)
    assert any("centen" in opmerking for opmerking in uitslag.opmerkingen)


def test_aanvaarde_bevindingen_keuren_niets_af() -> None:
    rij = {"regel_id": "MUT-01", "referentienummer": "R1", "reden": "x", "door": "y", "tot": PEILDATUM}
    uitslag = toets(pl.DataFrame([REGEL]), selecteer="MUT-01", aanvaard=pl.DataFrame([rij]))
    assert uitslag.bevindingen["stand"].to_list() == ["aanvaard"]
    assert (uitslag.exitcode, uitslag.samenvatting.afgekeurd, uitslag.samenvatting.aanvaard) == (0, 0, 1)
    assert uitslag.lijnen["goedgekeurd"].to_list() == [True]
    assert uitslag.regels.filter(regel_id="MUT-01").select("afkeur", "aanvaard").row(0) == (0, 1)
    with pytest.raises(Gebruikersfout, match=r"^aanvaard, regel 1: kolom 'reden' is leeg"):
        toets(pl.DataFrame([REGEL]), aanvaard=pl.DataFrame([{**rij, "reden": None}]))


def test_lijnen_zeggen_wat_is_goedgekeurd() -> None:
    uitslag = toets([pl.DataFrame([REGEL]), pl.DataFrame([{**REGEL, "bsn": "999900031", "aantal": 14}])], negeer="MUT")
    assert uitslag.lijnen["bestand"].to_list() == ["batch-1", "batch-2"]
    assert uitslag.lijnen["goedgekeurd"].sum() == uitslag.samenvatting.goedgekeurd
    gekeurd = toets([pl.DataFrame([REGEL]), pl.DataFrame([{**REGEL, "einddatum": date(2026, 3, 3)}])], selecteer="VLD")
    samen = gekeurd.lijnen.join(gekeurd.bevindingen.filter(ernst="afkeur"), on=["bestand", "regelnummer"], how="anti")
    assert samen.height == gekeurd.samenvatting.goedgekeurd == gekeurd.lijnen["goedgekeurd"].sum()


def test_bsn_is_gemaskeerd_tenzij() -> None:
    frame = pl.DataFrame([{**REGEL, "referentienummer": "R999900018"}])
    for stil in (toets(frame).bevindingen, toets(frame).lijnen):
        assert "999900018" not in stil.write_csv()
    heel = toets(frame, toon_bsn=True)
    assert set(heel.bevindingen["bsn"]) == set(heel.lijnen["bsn"]) == {"999900018"}


def test_historie_als_frame() -> None:
    april = pl.DataFrame([{**REGEL, "begindatum": date(2026, 2, 16), "einddatum": date(2026, 2, 28), "aantal": 13}])
    maart = pl.DataFrame([{**REGEL, "einddatum": date(2026, 3, 1), "aantal": 1}])
    assert toets(maart, selecteer="MUT-01").bevindingen.is_empty()
    assert toets(maart, historie=april.lazy(), selecteer=["mut-01"]).bevindingen.height == 1


def test_exitcode_volgt_de_drempel() -> None:
    frame = pl.DataFrame([REGEL])
    assert toets(frame, selecteer="MUT-01").exitcode == 1
    assert toets(frame, selecteer="MUT-01", faal_op="nooit").exitcode == 0
    assert toets(frame, selecteer="MUT-04", volledig=True).exitcode == 2
    with pytest.raises(Gebruikersfout, match="faal_op"):
        toets(frame, faal_op="altijd")


def test_een_onleesbaar_veld_is_een_bevinding() -> None:
    uitslag = toets(pl.DataFrame([{**REGEL, "dagtekening": "gisteren"}]), selecteer="INL")
    (bevinding,) = uitslag.bevindingen.to_dicts()
    assert (bevinding["regel_id"], bevinding["regelnummer"]) == ("INL-01", 1)
    assert "dagtekening 'gisteren'" in bevinding["melding"]


@pytest.mark.parametrize(
    ("batch", "woorden"),
    [
        (pl.DataFrame([REGEL]).drop("bsn"), ["batch-1", "kolom 'bsn' ontbreekt"]),
        (pl.DataFrame([{**REGEL, "bsn": ["999900018"]}]), ["batch-1", "kolom 'bsn'", "List"]),
        (pl.DataFrame([{**REGEL, "begindatum": True}]), ["batch-1", "kolom 'begindatum'", "Boolean"]),
        (pl.DataFrame([{**REGEL, "tarief": 100.0}]), ["batch-1", "kolom 'tarief'", "centen"]),
        (pl.DataFrame([{**REGEL, "BSN": "1"}]), ["batch-1", "'bsn'", "meer dan één keer"]),
        (pl.DataFrame([REGEL]).clear(), ["batch-1", "geen enkele declaratieregel"]),
        (pl.LazyFrame([REGEL]).select("bestaat_niet"), ["batch-1", "niet te berekenen"]),
        (Path("bestaat-niet.csv"), ["bestaat-niet.csv", "bestaat niet"]),
        ([], ["geen batch"]),
        ([7], ["batch-1", "int"]),
    ],
    ids=["kolom", "lijst", "datum", "euro", "dubbel", "leeg", "lazy", "pad", "niets", "getal"],
)
def test_een_onbruikbare_batch_is_een_regel(batch: Any, woorden: list[str]) -> None:
    with pytest.raises(Gebruikersfout) as gevangen:
        toets(batch)
    assert all(woord in str(gevangen.value) for woord in woorden), gevangen.value
    assert "\n" not in str(gevangen.value)


INDICATIE = {
    "bsn": "999900018",
    "besluitnummer": "1",
    "zzpcode": "754",
    "ingangsdatum": date(2026, 1, 1),
    "einddatum": None,
}


@pytest.mark.parametrize(
    ("dossier", "woorden"),
    [
        ({"indicatie": pl.DataFrame([INDICATIE])}, ["'indicatie'", "indicaties"]),
        ({"indicaties": pl.DataFrame([INDICATIE]).drop("zzpcode")}, ["dossiertabel indicaties", "'zzpcode'"]),
        (
            {"indicaties": pl.DataFrame([INDICATIE, {**INDICATIE, "zzpcode": "VV4"}])},
            ["dossiertabel indicaties, regel 2", "'zzpcode'", "'VV4'", "3 cijfers"],
        ),
        (
            {"indicaties": pl.DataFrame([{**INDICATIE, "ingangsdatum": "ooit"}])},
            ["dossiertabel indicaties, regel 1", "'ingangsdatum'", "'ooit'"],
        ),
        (
            {"indicaties": pl.DataFrame([{**INDICATIE, "einddatum": date(2025, 1, 1)}])},
            ["dossiertabel indicaties, regel 1", "einddatum"],
        ),
        ({"indicaties": "indicaties.txt"}, ["indicaties.txt", ".csv"]),
        ({"indicaties": "bestaat-niet.csv"}, ["bestaat-niet.csv", "bestaat niet"]),
        ({"indicaties": 3}, ["dossiertabel indicaties", "int"]),
        ("bestaat-niet", ["bestaat-niet", "map"]),
    ],
    ids=["naam", "kolom", "domein", "datum", "omgekeerd", "soort", "pad", "getal", "map"],
)
def test_een_onbruikbaar_dossier_is_een_regel(dossier: Any, woorden: list[str]) -> None:
    with pytest.raises(Gebruikersfout) as gevangen:
        toets(pl.DataFrame([REGEL]), dossier=dossier, strikt=True)
    assert all(woord in str(gevangen.value) for woord in woorden), gevangen.value


def test_een_fout_toont_geen_bsn() -> None:
    dossier = {"indicaties": pl.DataFrame([{**INDICATIE, "bsn": "99990001"}])}
    with pytest.raises(Gebruikersfout) as gevangen:
        toets(pl.DataFrame([REGEL]), dossier=dossier, strikt=True)
    assert "99990001" not in str(gevangen.value)
    uitslag = toets(pl.DataFrame([REGEL]), dossier=dossier)
    assert uitslag.niet_bruikbaar["kolom"].to_list() == ["bsn"]
    assert "99990001" not in str(uitslag.niet_bruikbaar.rows()) + " ".join(uitslag.opmerkingen)


def test_het_voorbeeld_in_de_readme_draait(monkeypatch: pytest.MonkeyPatch) -> None:
    deel = (WORTEL / "README.md").read_text("utf-8").partition("## In een notebook")[2].partition("\n## ")[0]
    (blok,) = re.findall(r"```python\n(.*?)```", deel, re.DOTALL)
    monkeypatch.chdir(WORTEL)
    monkeypatch.setenv("DECLARATIE_TABELLEN", str(GEEN_TABELLEN))
    wereld: dict[str, Any] = {}
    exec(blok, wereld)
    assert wereld["uitslag"].bevindingen.height > 0
    assert wereld["mutatiedagen"].exitcode == 1
    assert wereld["te_herstellen"].height == wereld["uitslag"].samenvatting.afgekeurd
