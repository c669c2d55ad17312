"""What is shown, of one choice, whatever it is shown of."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import polars as pl
import pytest
from rich.console import Console

from uitslagen import uitslag_van
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.maskeren import getoond
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.cli.opties import Sortering, als_keuze
from wlz_declaratie.diensten.basislijn import vergelijk
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.opgeslagen.lezen import Opgeslagen
from wlz_declaratie.rapport import json_uitslag, terminal
from wlz_declaratie.rapport.keuze import SORTERINGEN, Keuze, bsn_van, kies
from wlz_declaratie.rapport.weergave import Weergave


@pytest.fixture(scope="module")
def uitslag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uitslag]:
    with uitslag_van(tmp_path_factory.mktemp("tabellen")) as gevonden:
        yield gevonden


def test_elk_deel_kiest_wat_het_zegt(uitslag: Uitslag) -> None:
    alle = uitslag.bevindingen
    een = alle.filter(pl.col("regel_id") == "MUT-01").row(0, named=True)
    for keuze, verwacht in (
        (Keuze(regels=("MUT-01",)), pl.col("regel_id") == "MUT-01"),
        (Keuze(regels=("MUT", "VRB-01")), pl.col("regel_id").str.contains("^(MUT-|VRB-01$)")),
        (Keuze(ernst="signaal"), pl.col("ernst") == "signaal"),
        (Keuze(retourcodes=("0584",)), pl.col("retourcode") == "0584"),
        (Keuze(uitvoerders=(een["uitvoerder"],)), pl.col("uitvoerder") == een["uitvoerder"]),
        (Keuze(referenties=(een["referentienummer"],)), pl.col("referentienummer") == een["referentienummer"]),
        (Keuze(bsn=een["bsn"]), pl.col("bsn") == een["bsn"]),
        (Keuze(bsn=een["bsn"][-3:]), pl.col("bsn").str.ends_with(een["bsn"][-3:])),
        (
            Keuze(regels=("MUT",), ernst="signaal"),
            pl.col("regel_id").str.starts_with("MUT") & (pl.col("ernst") == "signaal"),
        ),
    ):
        gekozen = kies(uitslag, keuze)
        assert gekozen.bevindingen.equals(alle.filter(verwacht)), keuze
        assert 0 < gekozen.voldoet < gekozen.van == alle.height


def test_in_een_gemaskeerde_uitslag_telt_het_einde_van_het_bsn_en_dat_wordt_gezegd(uitslag: Uitslag) -> None:
    bsn = uitslag.bevindingen["bsn"].drop_nulls()[0]
    gemaskeerd = replace(uitslag, bevindingen=getoond(uitslag.bevindingen, toon_bsn=False))
    gekozen = kies(gemaskeerd, Keuze(bsn=bsn))
    assert gekozen.op_einde
    assert gekozen.voldoet == uitslag.bevindingen.filter(pl.col("bsn").str.ends_with(bsn[-3:])).height
    assert gekozen.in_woorden == f"bsn ******{bsn[-3:]}; bsn vergeleken op de laatste drie cijfers"
    heel = kies(uitslag, Keuze(bsn=bsn))
    assert not heel.op_einde
    assert bsn not in heel.in_woorden


@pytest.mark.parametrize("sorteer", SORTERINGEN)
def test_volgorde_en_top(uitslag: Uitslag, sorteer: str) -> None:
    gekozen = kies(uitslag, Keuze(sorteer=sorteer, top=30))
    assert (gekozen.bevindingen.height, gekozen.voldoet) == (30, uitslag.bevindingen.height)
    for kolom, hoogste_eerst in SORTERINGEN[sorteer]:
        waarden = uitslag.bevindingen[kolom].sort(descending=hoogste_eerst, nulls_last=True)
        assert gekozen.bevindingen[kolom].to_list() == waarden.head(30).to_list()
    if sorteer == "bestand":
        assert gekozen.bevindingen.equals(uitslag.bevindingen.head(30))


def test_de_opties_kennen_elke_volgorde() -> None:
    assert [sortering.value for sortering in Sortering] == list(SORTERINGEN)


def test_opties_worden_een_keuze() -> None:
    keuze = als_keuze("290101, 06290102", "99990018", ["a,b"], "584,0551", None, "mut,vrb-01", Sortering.bedrag, 5)
    assert keuze.uitvoerders == ("00290101", "06290102")
    assert keuze.bsn == "099990018"
    assert keuze.referenties == ("a,b",)
    assert keuze.retourcodes == ("0584", "0551")
    assert keuze.regels == ("MUT", "VRB-01")
    assert als_keuze(None, None, None, None, None, None, Sortering.bestand, None).leeg
    for fout in ("12345", "x", "9999000181", ""):
        with pytest.raises(Gebruikersfout, match="negen cijfers"):
            bsn_van(fout)


def test_wat_niemand_kent_wordt_gezegd(uitslag: Uitslag) -> None:
    for keuze, zegt in ((Keuze(regels=("MUT", "QQQ")), "'QQQ'"), (Keuze(retourcodes=("9876",)), "'9876'")):
        with pytest.raises(Gebruikersfout, match=zegt):
            kies(uitslag, keuze)
    oud = replace(uitslag, bevindingen=uitslag.bevindingen.head(1).with_columns(retourcode=pl.lit("9876")))
    assert kies(oud, Keuze(retourcodes=("9876",))).voldoet == 1


def als_json(uitslag: Uitslag, keuze: Keuze) -> dict[str, Any]:
    naar = io.BytesIO()
    json_uitslag.schrijf(uitslag, naar, Weergave(), kies(uitslag, keuze))
    inhoud: dict[str, Any] = json.loads(naar.getvalue())
    return inhoud


def test_in_json_blijft_al_het_andere_over_alles_gaan(uitslag: Uitslag) -> None:
    eerder = Opgeslagen("toen.json", replace(uitslag, bevindingen=uitslag.bevindingen[::2]))
    naast = vergelijk(replace(uitslag, bevindingen=uitslag.bevindingen[1::3]), eerder)
    heel, deel = als_json(naast, Keuze(sorteer="regel")), als_json(naast, Keuze(regels=("MUT",), top=2))
    schema = json.loads(pad("uitslag.schema.json").read_text("utf-8"))
    jsonschema.validate(heel, schema)
    jsonschema.validate(deel, schema)
    assert deel["samenvatting"] == heel["samenvatting"]
    assert deel["tellingen"] == heel["tellingen"]
    assert deel["basislijn"]["verdwenen"] == heel["basislijn"]["verdwenen"]
    assert {b["regel_id"][:3] for b in deel["basislijn"]["verdwenen_bevindingen"]} == {"MUT"}
    keuze = deel["keuze"]
    assert keuze["gevraagd"] == {"regel": ["MUT"], "top": 2}
    assert (keuze["getoond"], keuze["van"]) == (len(deel["bevindingen"]), len(heel["bevindingen"])) == (2, keuze["van"])
    assert keuze["voldoet"] > 2


def op_scherm(uitslag: Uitslag, keuze: Keuze) -> str:
    tekst = io.StringIO()
    gekozen = kies(uitslag, keuze)
    terminal.toon(uitslag, maximum=50, toon_bsn=False, gekozen=gekozen, scherm=Console(file=tekst, width=200))
    return tekst.getvalue()


def test_op_het_scherm_staan_de_totalen_van_alles_en_de_gekozen_bevindingen(uitslag: Uitslag) -> None:
    tekst = op_scherm(uitslag, Keuze(regels=("MUT-01",)))
    assert re.search(rf"Afgekeurd +{uitslag.samenvatting.afgekeurd} ", tekst)
    aantal = uitslag.bevindingen.filter(pl.col("regel_id") == "MUT-01").height
    assert f"Getoond: {aantal} van {uitslag.bevindingen.height} bevindingen (controleregel MUT-01)." in tekst
    assert "VRB-01 " not in tekst
    assert "Getoond: 0 van" in op_scherm(uitslag, Keuze(uitvoerders=("00000099",)))
