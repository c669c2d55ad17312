"""A result comes back from every format that carries it, and nothing else does."""

from __future__ import annotations

import base64
import io
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from rich.console import Console

from uitslagen import uitslag_van
from vijandig.tekens import FORMULES
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.contract.tabellen import BEVINDINGEN
from wlz_declaratie.diensten import totalen
from wlz_declaratie.diensten.basislijn import vergelijk
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.opgeslagen import drager, vorm
from wlz_declaratie.diensten.opgeslagen.kop import CREDIT_POSITIEF
from wlz_declaratie.diensten.opgeslagen.lezen import FORMATEN, Opgeslagen, lees
from wlz_declaratie.rapport import formaten, json_uitslag, statistiek, terminal
from wlz_declaratie.rapport.weergave import Weergave

VOLLEDIG = tuple(soort for soort in FORMATEN if soort != ".csv")


@pytest.fixture(scope="module")
def uitslag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uitslag]:
    with uitslag_van(tmp_path_factory.mktemp("tabellen")) as gevonden:
        yield gevonden


@pytest.fixture(scope="module")
def map_(tmp_path_factory: pytest.TempPathFactory, uitslag: Uitslag) -> Path:
    """The faulty sample beside an earlier result, in every format."""
    doel = tmp_path_factory.mktemp("uitslagen")
    eerder = Opgeslagen("toen.json", replace(uitslag, bevindingen=uitslag.bevindingen.head(40)))
    naast = vergelijk(replace(uitslag, bevindingen=uitslag.bevindingen[20:]), eerder)
    formaten.schrijf(naast, [doel / f"u{soort}" for soort in FORMATEN], Weergave())
    return doel


def als_json(uitslag: Uitslag, **weergave: bool) -> bytes:
    naar = io.BytesIO()
    json_uitslag.schrijf(uitslag, naar, Weergave(**weergave))
    return naar.getvalue()


def test_wat_wij_schrijven_is_wat_wij_lezen() -> None:
    assert tuple(formaten.FORMATEN) == FORMATEN


@pytest.mark.parametrize("soort", VOLLEDIG)
def test_de_hele_uitslag_komt_terug(map_: Path, soort: str) -> None:
    gelezen = lees(map_ / f"u{soort}")
    assert gelezen.volledig
    assert als_json(gelezen.uitslag) == (map_ / "u.json").read_bytes()
    assert als_json(gelezen.uitslag, toon_bsn=True) == (map_ / "u.json").read_bytes()


def test_csv_draagt_haar_bevindingen_en_zegt_dat_zij_meer_niet_draagt(map_: Path) -> None:
    gelezen, heel = lees(map_ / "u.csv"), lees(map_ / "u.json")
    assert not gelezen.volledig
    assert gelezen.peildatum is None
    assert gelezen.uitslag.bevindingen.equals(heel.uitslag.bevindingen)
    assert {status.regel.id for status in gelezen.uitslag.regels} == set(heel.uitslag.bevindingen["regel_id"])


@pytest.mark.parametrize("soort", FORMATEN)
def test_elke_tekst_komt_terug_zoals_zij_was(tmp_path: Path, uitslag: Uitslag, soort: str) -> None:
    teksten = [*FORMULES, "'=1+1", "''@x", "'gewoon", 'a;"b"', "</template>", "<r><t>x</t></r>", "_x0041_", "é€😀"]
    teksten = [tekst for tekst in teksten if tekst.isprintable()]
    een = pl.concat([uitslag.bevindingen.head(1)] * len(teksten))
    kwaad = een.with_columns(melding=pl.Series(teksten), referentienummer=pl.Series(teksten))
    doel = tmp_path / f"u{soort}"
    formaten.schrijf(replace(uitslag, bevindingen=kwaad), [doel], Weergave())
    gelezen = lees(doel).uitslag.bevindingen
    assert gelezen["melding"].to_list() == gelezen["referentienummer"].to_list() == teksten


@pytest.mark.parametrize("soort", FORMATEN)
def test_een_uitslag_zonder_bevindingen(tmp_path: Path, uitslag: Uitslag, soort: str) -> None:
    doel = tmp_path / f"u{soort}"
    formaten.schrijf(replace(uitslag, bevindingen=uitslag.bevindingen.clear()), [doel], Weergave())
    assert lees(doel).uitslag.bevindingen.is_empty()


@pytest.mark.parametrize("nu", [slice(None), slice(0, 0)], ids=["alles bekend", "niets meer"])
def test_een_uitslag_naast_een_basislijn_waarin_niets_nieuw_of_weg_is(
    tmp_path: Path, uitslag: Uitslag, nu: slice
) -> None:
    gelijk = replace(uitslag, bevindingen=uitslag.bevindingen[nu])
    naast = vergelijk(gelijk, Opgeslagen("toen.json", gelijk))
    formaten.schrijf(naast, [tmp_path / "u.json"], Weergave())
    gelezen = lees(tmp_path / "u.json").uitslag
    assert als_json(gelezen) == (tmp_path / "u.json").read_bytes()
    terminal.toon(gelezen, maximum=1, toon_bsn=False, scherm=Console(file=io.StringIO()))


def test_tellingen_tellen_op_tot_de_samenvatting(map_: Path, uitslag: Uitslag) -> None:
    geteld, bewaard = totalen.tellingen(uitslag), lees(map_ / "u.parquet").uitslag.bewaard
    assert geteld is not None
    assert bewaard is not None
    assert bewaard.tellingen is not None
    t = uitslag.samenvatting
    som = geteld.sum().row(0, named=True)
    assert (som["regels"], som["afgekeurd"], som["met_signaal"]) == (t.regels, t.afgekeurd, t.met_signaal)
    assert (som["bedrag_cent"], som["afgekeurd_cent"]) == (t.bedrag_cent, t.afgekeurd_cent)
    assert som["bevindingen"] == uitslag.bevindingen.height
    assert bewaard.tellingen.select("uitvoerder", "maand", "regels").equals(
        geteld.select("uitvoerder", "maand", "regels")
    )


def test_een_regel_die_de_catalogus_niet_meer_heeft(tmp_path: Path, map_: Path) -> None:
    oud = (map_ / "u.json").read_text("utf-8").replace("MUT-01", "OUD-01")
    (tmp_path / "u.json").write_text(oud, "utf-8")
    gelezen = lees(tmp_path / "u.json").uitslag
    assert "OUD-01" in {status.regel.id for status in gelezen.regels}
    assert als_json(gelezen).decode() == oud


def test_een_te_grote_uitslag_wordt_niet_meegedragen(
    tmp_path: Path, uitslag: Uitslag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vorm, "MEESTE_BYTES", 10_000)
    monkeypatch.setattr("wlz_declaratie.rapport.tabel.MEESTE_KOP", 1_000)
    formaten.schrijf(uitslag, [tmp_path / f"u{soort}" for soort in (".xlsx", ".html", ".parquet")], Weergave())
    for soort in (".xlsx", ".html"):
        with pytest.raises(Gebruikersfout, match=r"draagt geen uitslag.*neem de \.json"):
            lees(tmp_path / f"u{soort}")
    assert not lees(tmp_path / "u.parquet").volledig


@pytest.mark.parametrize("soort", FORMATEN)
def test_een_creditregel_telt_ook_in_een_opgeslagen_uitslag_negatief(
    tmp_path: Path, uitslag: Uitslag, soort: str
) -> None:
    """VLD-10 rejects credit lines."""
    formaten.schrijf(uitslag, [tmp_path / f"u{soort}"], Weergave())
    gelezen = lees(tmp_path / f"u{soort}").uitslag
    nu, toen = statistiek.bereken(gelezen).per_regel, statistiek.bereken(uitslag).per_regel
    assert nu.equals(toen)
    assert nu.row(by_predicate=pl.col("regel_id") == "VLD-10", named=True)["afkeur_cent"] < 0
    assert CREDIT_POSITIEF not in gelezen.opmerkingen


def test_van_een_oudere_uitslag_tellen_creditregels_positief_en_dat_staat_erbij(
    tmp_path: Path, map_: Path, uitslag: Uitslag
) -> None:
    """One that tells no netto_cent, neither of its findings nor of those that are gone."""
    oud = json.loads((map_ / "u.json").read_text("utf-8"))
    for bevinding in oud["bevindingen"] + oud["basislijn"]["verdwenen_bevindingen"]:
        del bevinding["netto_cent"]
    (tmp_path / "u.json").write_text(json.dumps(oud), "utf-8")
    pl.read_parquet(map_ / "u.parquet").drop("netto_cent").write_parquet(tmp_path / "u.parquet")
    pl.read_csv(map_ / "u.csv", separator=";", infer_schema=False).drop("netto_cent").write_csv(
        tmp_path / "u.csv", separator=";"
    )
    for soort in (".json", ".parquet", ".csv"):
        gelezen = lees(tmp_path / f"u{soort}")
        basislijn = gelezen.uitslag.basislijn
        for bevindingen in (gelezen.uitslag.bevindingen, *([basislijn.verdwenen] if basislijn else [])):
            assert bevindingen["netto_cent"].to_list() == bevindingen["declaratiebedrag_cent"].to_list()
        assert gelezen.uitslag.opmerkingen[-1] == CREDIT_POSITIEF
        assert f"basislijn {gelezen.naam}: {CREDIT_POSITIEF}" in vergelijk(uitslag, gelezen).opmerkingen
    (tmp_path / "weer.json").write_bytes(als_json(lees(tmp_path / "u.json").uitslag))
    assert lees(tmp_path / "weer.json").uitslag.opmerkingen.count(CREDIT_POSITIEF) == 1


def bederf(naam: str, waarde: Any) -> Callable[[dict[str, Any]], None]:
    """Puts a value at a place in a result, like ``bestanden.0.regels``."""

    def pas_toe(inhoud: Any) -> None:
        *pad, laatste = (int(deel) if deel.isdigit() else deel for deel in naam.split("."))
        for deel in pad:
            inhoud = inhoud[deel]
        inhoud[laatste] = waarde

    return pas_toe


DIEP: Any = "x"
for _ in range(900):
    DIEP = [DIEP]

KAPOT = {
    f"{naam} = {str(waarde)[:20]}": bederf(naam, waarde)
    for naam, waarde in (
        ("schema", "declaratie-uitslag/9"), ("peildatum", None), ("peildatum", "2026-13-01"), ("peildatum", 20260101),
        ("bestanden", {}), ("bestanden.0", None), ("bestanden.0.regels", -1), ("bestanden.0.regels", True),
        ("bestanden.0.regels", 10**30), ("bestanden.0.periode", []), ("bestanden.0.declaranten", "06000003"),
        ("bestanden.0.bestand", DIEP), ("samenvatting.regels", "5"), ("samenvatting.meer", 1), ("samenvatting", []),
        ("regels", []), ("regels.0.status", "klaar"), ("regels.0.titel", None), ("opmerkingen", [1]),
        ("tabellen", [{}]), ("dossier", []), ("dossier.niet_genoemd", 1.5), ("basislijn", []),
        ("basislijn.verdwenen_bevindingen.0.stand", "nieuw"), ("tellingen", 5), ("tellingen.kolommen", []),
        ("tellingen.rijen.0", [1]), ("tellingen.rijen.0.2", "9"), ("tellingen.rijen.0.1", "2026-99"),
        ("bevindingen.0", None), ("bevindingen.0.ernst", "zwaar"), ("bevindingen.0.regel_id", None),
        ("bevindingen.0.regelnummer", 2**40), ("bevindingen.0.declaratiebedrag_cent", 1.5), ("bevindingen.0.bsn", 9),
        ("bevindingen.0.netto_cent", 7), ("bevindingen.0.netto_cent", 1.5),
        ("bevindingen.0.begindatum", "31-01-2026"), ("bevindingen.0.gegevens", []), ("bevindingen.0.stand", "weg"),
        ("bevindingen.0.regel_id", "ZZZ-99"), ("bevindingen.0.melding", DIEP),
    )
}  # fmt: skip


@pytest.mark.parametrize("naam", KAPOT)
def test_een_waarde_die_niet_klopt_is_een_nette_fout(tmp_path: Path, map_: Path, naam: str) -> None:
    inhoud = json.loads((map_ / "u.json").read_text("utf-8"))
    KAPOT[naam](inhoud)
    (tmp_path / "u.json").write_text(json.dumps(inhoud), "utf-8")
    with pytest.raises(Gebruikersfout, match=r"u\.json: dit is geen uitslag"):
        lees(tmp_path / "u.json")


def blad(doel: Path, *cellen: str, naam: str = vorm.NAAM) -> None:
    boek = xlsxwriter.Workbook(doel)
    for rij, cel in enumerate(cellen):
        (boek.get_worksheet_by_name(naam) or boek.add_worksheet(naam)).write_string(rij, 0, cel)
    boek.close()


BOM = base64.b64encode(zlib.compress(b" " * 10_001)).decode()


@pytest.mark.parametrize(
    "inhoud",
    ["", "geen base64", base64.b64encode(b"geen zlib").decode(), BOM, BOM[:-8]],
    ids=["leeg", "tekst", "niet ingepakt", "bom", "half"],
)
def test_wat_een_pagina_of_werkboek_draagt_heeft_grenzen(
    tmp_path: Path, inhoud: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drager, "MEESTE_BYTES", 10_000)
    pagina = f'<template id="{vorm.NAAM}">{inhoud}</template>'
    (tmp_path / "u.html").write_text(pagina)
    (tmp_path / "twee.html").write_text(pagina * 2)
    blad(tmp_path / "u.xlsx", *(inhoud[plek : plek + 30_000] for plek in range(0, len(inhoud), 30_000)))
    blad(tmp_path / "ander.xlsx", "x", naam="Blad1")
    (tmp_path / "geen.xlsx").write_bytes(b"PK\x03\x04 geen zip")
    for naam in ("u.html", "twee.html", "u.xlsx", "ander.xlsx", "geen.xlsx"):
        with pytest.raises(Gebruikersfout, match=f"{naam}: dit bestand draagt geen uitslag"):
            lees(tmp_path / naam)


def tabel(**anders: pl.Series) -> pl.DataFrame:
    goed: dict[str, list[object]] = {kolom: [None] for kolom in BEVINDINGEN if kolom != "stand"}
    goed |= {"regel_id": ["MUT-01"], "ernst": ["afkeur"], "melding": ["m"], "gegevens": ['{"a": 1}']}
    return pl.DataFrame(goed, schema={k: t for k, t in BEVINDINGEN.items() if k != "stand"}).with_columns(**anders)


@pytest.mark.parametrize(
    "anders",
    [
        {"gegevens": pl.Series(['{"a": 1}, "b": {}'])}, {"gegevens": pl.Series(["[]"])},
        {"gegevens": pl.Series(['{"a": NaN}'])}, {"gegevens": pl.Series(["[" * 100_000])},
        {"gegevens": pl.Series([None], dtype=pl.String)}, {"ernst": pl.Series(["zwaar"])},
        {"melding": pl.Series(["m" * 40_000])}, {"bsn": pl.Series([999900018])},
        {"begindatum": pl.Series(["31-01-2026"])}, {"stand": pl.Series(["weg"])},
    ],
    ids=lambda anders: next(iter(anders)),
)  # fmt: skip
def test_een_tabel_die_niet_klopt_is_een_nette_fout(tmp_path: Path, anders: dict[str, pl.Series]) -> None:
    slecht = tabel(**anders)
    slecht.write_parquet(tmp_path / "u.parquet")
    slecht.write_csv(tmp_path / "u.csv", separator=";")
    for soort in (".parquet", ".csv"):
        if soort == ".csv" and "bsn" in anders:
            continue  # there a number is a text like any other
        with pytest.raises(Gebruikersfout, match=rf"u\{soort}: dit is geen uitslag"):
            lees(tmp_path / f"u{soort}")


@pytest.mark.parametrize(
    ("kop", "goed"),
    [("", True), (";x" * 180, True), (";x" * 200, False), (';"x', False), (";" + "x" * (16 << 10), False)],
    ids=["eigen", "erbij", "te veel", "aanhaling", "lang"],
)
def test_de_kop_van_een_csv_heeft_grenzen(tmp_path: Path, kop: str, goed: bool) -> None:
    namen, regel = tabel().write_csv(separator=";").splitlines()
    unieke = "".join(f";x{nummer}" for nummer in range(kop.count(";x"))) if kop.startswith(";x;") else kop
    (tmp_path / "u.csv").write_text(f"{namen}{unieke}\n{regel}{';' * unieke.count(';')}\n", "utf-8")
    if goed:
        assert lees(tmp_path / "u.csv").uitslag.bevindingen.height == 1
    else:
        with pytest.raises(Gebruikersfout, match=r"u\.csv: dit is geen uitslag"):
            lees(tmp_path / "u.csv")


def test_een_tabel_die_klopt(tmp_path: Path) -> None:
    tabel(vreemd=pl.Series([1])).write_parquet(tmp_path / "u.parquet")
    tabel(vreemd=pl.Series([1])).write_csv(tmp_path / "u.csv", separator=";")
    for soort in (".parquet", ".csv"):
        gelezen = lees(tmp_path / f"u{soort}").uitslag.bevindingen
        assert gelezen["gegevens"].to_list() == ['{"a":1}']


def test_bsn_en_stuurtekens_uit_een_uitslag_worden_niet_getoond(tmp_path: Path, map_: Path) -> None:
    inhoud = json.loads((map_ / "u.json").read_text("utf-8"))
    inhoud["bestanden"][0] |= {"bestand": "999900018.csv\x1b[2J", "declaranten": ["999900018"]}
    inhoud["opmerkingen"] = ["bsn 999900018 \x1b[31m"]
    inhoud["bevindingen"][0] |= {"bestand": "999900018.csv", "bsn": "999900018", "melding": "van 999900018\x07"}
    (tmp_path / "u.json").write_text(json.dumps(inhoud), "utf-8")
    tekst = als_json(lees(tmp_path / "u.json").uitslag).decode()
    assert "999900018" not in tekst
    assert "\\u001b" not in tekst
    assert "\\u0007" not in tekst


def test_bestand_dat_geen_uitslag_is(tmp_path: Path) -> None:
    for naam in ("weg.json", "u.txt", "999900018.json"):
        with pytest.raises(Gebruikersfout) as fout:
            lees(tmp_path / naam)
        assert "999900018" not in str(fout.value)
    (tmp_path / "leeg.json").write_text("")
    with pytest.raises(Gebruikersfout, match="leeg"):
        lees(tmp_path / "leeg.json")
