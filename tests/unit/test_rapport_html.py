"""The HTML page: everything escaped, totals true when the detail is capped."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from jinja2 import UndefinedError
from markupsafe import escape

from uitslagen import met_aanvaarde, uitslag_van
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.rapport.html import bevindingen, pagina, sjabloon
from wlz_declaratie.rapport.opmaak import euro
from wlz_declaratie.rapport.weergave import Weergave

pytestmark = pytest.mark.om_de(3)

EVIL = '"><script>alert(1)</script><img src=x onerror=y>'


def geschreven(uitslag: Uitslag, map_: Path) -> str:
    pagina.schrijf(uitslag, map_ / "u.html", Weergave(statistiek=True))
    return (map_ / "u.html").read_text("utf-8")


def test_alles_uit_het_bestand_is_ontdaan_van_opmaak(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        tekst = [
            k for k, t in uitslag.bevindingen.schema.items() if t == pl.String and k not in ("regel_id", "gegevens")
        ]
        kwaad = uitslag.bevindingen.with_columns(pl.lit(EVIL).alias(kolom) for kolom in tekst if kolom != "retourcode")
        bestanden = tuple(replace(bestand, naam=EVIL) for bestand in uitslag.bestanden)
        breed = uitslag.breed.with_columns(uitvoerder=pl.lit(EVIL), prestatiecode=pl.lit(EVIL))
        kwade = replace(
            uitslag, bevindingen=kwaad.with_columns(bsn=uitslag.bevindingen["bsn"]), bestanden=bestanden, breed=breed,
            opmerkingen=(EVIL,),
        )  # fmt: skip
        uit = geschreven(kwade, tmp_path)
    assert uit.count("<script") == 1
    assert "<img" not in uit
    assert uit.count("&lt;script&gt;") > 100


@pytest.mark.parametrize("kwaad", ["{{ 7 * 7 }}", "{% raw %}", "{# weg #}", "' onload='x", "`x`", "&lt;b&gt;"])
def test_wat_een_sjabloon_lijkt_blijft_tekst(tmp_path: Path, kwaad: str) -> None:
    with uitslag_van(tmp_path) as uitslag:
        kwade = uitslag.bevindingen.with_columns(melding=pl.lit(kwaad), referentienummer=pl.lit(kwaad))
        uit = geschreven(replace(uitslag, bevindingen=kwade, opmerkingen=(kwaad,)), tmp_path)
    assert uit.count(str(escape(kwaad))) > 2 * uitslag.bevindingen.height
    assert "<code>x</code>" not in uit


def test_geen_sjabloon_neemt_iets_zonder_het_te_ontdoen_van_opmaak() -> None:
    bronnen = [pad for pad in Path(pagina.__file__).parent.rglob("*") if pad.suffix in (".py", ".jinja")]
    assert len(bronnen) > 10
    assert not [
        pad.name for pad in bronnen if re.search(r"\bsafe\b|Markup|autoescape(?!=True)", pad.read_text("utf-8"))
    ]


def test_een_naam_die_niemand_gaf_is_een_fout() -> None:
    with pytest.raises(UndefinedError, match="bestaat_niet"):
        sjabloon.pagina().environment.from_string("{{ bestaat_niet }}").render()


def test_veel_bevindingen_kappen_alleen_het_detail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with uitslag_van(tmp_path) as uitslag:
        alles, soorten = uitslag.bevindingen.height, uitslag.bevindingen["regel_id"].n_unique()
        monkeypatch.setattr(bevindingen, "HOOGSTENS", soorten)
        uit = geschreven(uitslag, tmp_path)
        afgekeurd = uitslag.samenvatting.afgekeurd
        monkeypatch.setattr(bevindingen, "HOOGSTENS", alles)
        heel = geschreven(uitslag, tmp_path)
    assert f"<strong>Deze pagina bevat {soorten} van de {alles} bevindingen</strong>" in uit
    assert "<code>--uit NAAM.xlsx</code>" in uit
    assert f"{alles} bevindingen. " in uit
    assert f"{afgekeurd} declaratieregels zouden worden afgekeurd" in uit
    assert "2 bevindingen, hier 1. Bron" in uit
    assert uit.count('<td class="n r">') == soorten
    assert "Deze pagina bevat" not in heel
    assert heel.count('<td class="n r">') == alles


def test_van_elke_controleregel_evenveel_de_zwaarste_eerst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bevindingen, "HOOGSTENS", 6)
    ernst = pl.Enum(["afkeur", "signaal"])
    alle = pl.DataFrame({"regel_id": ["A"] * 9 + ["B"] * 2, "ernst": ["signaal"] * 8 + ["afkeur"] + ["signaal"] * 2})
    gekozen = bevindingen._gekozen(alle.cast({"ernst": ernst}))
    assert gekozen.filter(regel_id="A")["nummer"].to_list() == [8, 0, 1, 2]
    assert gekozen.filter(regel_id="B")["nummer"].to_list() == [9, 10]


def test_wat_is_aanvaard_staat_apart_en_in_een_gekapte_lijst_achteraan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with uitslag_van(tmp_path) as uitslag:
        aanvaard = met_aanvaarde(uitslag, "VLD-10")
        heel = geschreven(aanvaard, tmp_path)
        monkeypatch.setattr(bevindingen, "HOOGSTENS", uitslag.bevindingen.height - 1)
        gekozen = bevindingen._gekozen(met_aanvaarde(uitslag, "VLD-10", "VLD-15").bevindingen)
    afkeur = aanvaard.aanvaard.filter(pl.col("ernst") == "afkeur").height
    assert heel.count('<span class="goed">afkeur, aanvaard</span>') == afkeur > 0
    assert (
        heel.count('<span class="afkeur">afkeur</span>') == aanvaard.geldend.filter(pl.col("ernst") == "afkeur").height
    )
    assert "Aanvaard door J. Jansen tot en met 01-07-2026: afgestemd" in heel
    assert f"{aanvaard.aanvaard.height} bevindingen. Bron" in heel
    assert gekozen["stand"].to_list()[-1] == "aanvaard"
    standen = gekozen.filter(pl.col("regel_id") == "VLD-15")["stand"].fill_null("").to_list()
    assert standen == sorted(standen)


def test_een_browser_draait_alleen_het_script_van_de_pagina(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        uit = geschreven(uitslag, tmp_path)
    beleid = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', uit)
    script = re.findall(r"<script>(.*?)</script>", uit, re.DOTALL)
    assert len(beleid) == len(script) == 1
    som = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{som}';" in beleid[0]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(", script[0])
    assert not re.search(r"\son\w+=", uit)


def test_een_creditregel_telt_negatief_in_rij_tabel_en_diagram(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        credit = replace(uitslag, breed=uitslag.breed.with_columns(debet_credit=pl.lit("C")))
        mut = credit.bevindingen.filter(pl.col("regel_id") == "MUT-01").with_columns(netto_cent=-pl.col("netto_cent"))
        uit = geschreven(replace(credit, bevindingen=mut), tmp_path)
    per_stuk = [euro(-cent) for cent in mut["declaratiebedrag_cent"]]
    assert all(f'<td class="g">{bedrag}</td>' in uit for bedrag in per_stuk)
    som = euro(-mut.filter(pl.col("ernst") == "afkeur")["declaratiebedrag_cent"].sum())
    assert f'<td class="g">{som}</td>' in uit
    assert f'text-anchor="end">{som}</text>' in uit
    assert not re.search(r'width="-', uit)


@pytest.mark.parametrize(("aantal", "bovenaan"), [(pagina.BOVENAAN + 1, pagina.BOVENAAN + 1), (9, pagina.BOVENAAN)])
def test_veel_opmerkingen_staan_niet_voor_het_oordeel(tmp_path: Path, aantal: int, bovenaan: int) -> None:
    with uitslag_van(tmp_path) as uitslag:
        uit = geschreven(replace(uitslag, opmerkingen=tuple(f"let op {nr}" for nr in range(aantal))), tmp_path)
    boven, _, onder = uit.partition('id="samenvatting"')
    assert (boven.count("<dd>let op "), onder.count("<li>let op ")) == (bovenaan, aantal if aantal > bovenaan else 0)
    assert ("en nog 6 opmerkingen</a>" in boven) == (aantal > bovenaan) == ('<h2 id="opmerkingen">' in onder)
    assert "<dd>06000003, factuur 260300000002</dd>" in boven


def test_geen_bevindingen(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        uit = geschreven(replace(uitslag, bevindingen=uitslag.bevindingen.clear()), tmp_path)
    assert '<strong class="goed">Geen bevindingen.</strong>' in uit
    assert "<figure>" not in uit


def test_bestandsnaam_bij_meer_dan_een_bestand(tmp_path: Path) -> None:
    map_ = Path(__file__).parents[2] / "sample_data" / "fout"
    with uitslag_van(tmp_path, map_ / "batch.csv", map_ / "batch.asc", selecteer=("VLD",)) as uitslag:
        uit = geschreven(uitslag, tmp_path)
    assert "batch.asc, bestandsregel " in uit
    assert "batch.csv, bestandsregel " in uit


def helderheid(kleur: str) -> float:
    """Relative luminance of WCAG 2."""
    delen = [int(kleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (deel / 12.92 if deel <= 0.04045 else ((deel + 0.055) / 1.055) ** 2.4 for deel in delen)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(een: str, ander: str) -> float:
    hoog, laag = sorted((helderheid(een), helderheid(ander)), reverse=True)
    return (hoog + 0.05) / (laag + 0.05)


def test_kleuren_hebben_genoeg_contrast_licht_en_donker() -> None:
    stijl = Path(pagina.__file__).with_name("sjablonen") / "stijl.css"
    blokken = stijl.read_text("utf-8").split(":root {")[1:3]
    thema = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", blok)) for blok in blokken]
    assert thema[0] != thema[1]
    for kleuren in thema:
        for achter in ("vlak", "kaart"):
            for tekst in ("tekst", "zacht", "link", "afkeur", "signaal", "goed"):
                assert contrast(kleuren[tekst], kleuren[achter]) >= 4.5, (tekst, achter)
            for vlak in ("telt", "teveel", "rust"):
                assert contrast(kleuren[vlak], kleuren[achter]) >= 3, (vlak, achter)
