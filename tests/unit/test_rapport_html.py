"""The HTML page: everything escaped, totals true when the detail is capped."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from jinja2 import UndefinedError
from markupsafe import escape

from uitslagen import uitslag_van
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.rapport.html import bevindingen, pagina, sjabloon
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
    assert "<script" not in uit
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
    monkeypatch.setattr(bevindingen, "PER_REGEL", 1)
    with uitslag_van(tmp_path) as uitslag:
        alles, soorten = uitslag.bevindingen.height, uitslag.bevindingen["regel_id"].n_unique()
        uit = geschreven(uitslag, tmp_path)
        afgekeurd = uitslag.samenvatting.afgekeurd
    assert f"Getoond: {soorten} van {alles} bevindingen" in uit
    assert f"{alles} bevindingen. " in uit
    assert f"{afgekeurd} declaratieregels zouden worden afgekeurd" in uit
    assert "MUT-01: 2 bevindingen, getoond 1" in uit


def test_geen_bevindingen(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        uit = geschreven(replace(uitslag, bevindingen=uitslag.bevindingen.clear()), tmp_path)
    assert '<strong class="goed">Geen bevindingen.</strong>' in uit
    assert "<figure>" not in uit


def test_bestandsnaam_bij_meer_dan_een_bestand(tmp_path: Path) -> None:
    map_ = Path(__file__).parents[2] / "sample_data" / "fout"
    with uitslag_van(tmp_path, map_ / "batch.csv", map_ / "batch.asc") as uitslag:
        uit = geschreven(uitslag, tmp_path)
    assert "batch.asc, regel " in uit
    assert "batch.csv, regel " in uit


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
