"""The HTML page in a real Chromium: what a reader asks of it, on a wide screen, a phone and paper, and without script.

Runs where Chromium is installed, and in CI always (.ci/run).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from browser import Blad, Chromium, blad, chromium, ontbreekt
from uitslagen import met_aanvaarde, uitslag_van
from wlz_declaratie.diensten.basislijn import vergelijk
from wlz_declaratie.diensten.opgeslagen.lezen import Opgeslagen
from wlz_declaratie.rapport.html import bevindingen, pagina
from wlz_declaratie.rapport.html.bevindingen import ALLE
from wlz_declaratie.rapport.opmaak import euro
from wlz_declaratie.rapport.weergave import Weergave

RIJEN = "[...document.querySelectorAll('#alle > tbody > tr:not(.groep)')]"
KOLOM = {kop.naam: nummer for nummer, kop in enumerate(ALLE)}
KWAAD = "<img src=x onerror='window.kwaad=1'><script>window.kwaad=1</script>"


@dataclass(frozen=True)
class Geschreven:
    """A page, the findings behind it, and a page of the same with texts that mean harm."""

    pad: Path
    kwaad: Path
    bevindingen: pl.DataFrame
    titels: dict[str, str]


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as programma:
        yield programma


@pytest.fixture(scope="module")
def uit(browser: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Geschreven:
    map_ = tmp_path_factory.mktemp("pagina")
    with uitslag_van(map_) as uitslag:
        pagina.schrijf(uitslag, map_ / "u.html", Weergave(statistiek=True))
        kwade = uitslag.bevindingen.head(9).with_columns(
            pl.lit(KWAAD).alias(kolom) for kolom in ("melding", "referentienummer", "uitvoerder", "prestatiecode")
        )
        breed = uitslag.breed.with_columns(uitvoerder=pl.lit(KWAAD))
        pagina.schrijf(replace(uitslag, bevindingen=kwade, breed=breed), map_ / "kwaad.html", Weergave())
        titels = {status.regel.id: status.regel.titel for status in uitslag.regels}
        return Geschreven(map_ / "u.html", map_ / "kwaad.html", uitslag.bevindingen, titels)


@pytest.fixture(scope="module")
def geopend(browser: Chromium, uit: Geschreven) -> Iterator[Blad]:
    with blad(browser, uit.pad) as tab:
        yield tab


@pytest.fixture
def scherm(geopend: Blad) -> Iterator[Blad]:
    """The page on a wide screen, with nothing asked yet."""
    geopend.js("document.getElementById('wis').click()")
    yield geopend
    assert geopend.klachten == []


def kolom(tab: Blad, naam: str) -> list[str]:
    """The words of a column, as they stand below each other."""
    return tab.js(f"{RIJEN}.map(rij => rij.cells[{KOLOM[naam]}].firstChild?.textContent ?? '')")


def telling(tab: Blad) -> str:
    return tab.js("document.getElementById('telling').textContent")


def kies(tab: Blad, naam: str, waarde: str) -> None:
    """Choose from a list."""
    tab.js(
        f"(lijst => {{ lijst.value = {json.dumps(waarde)};"
        " lijst.dispatchEvent(new Event('change', {bubbles: true})); })"
        f"(document.querySelector('select[data-kies={naam}]'))"
    )


def wacht(tab: Blad, begin: str) -> None:
    """Until the count begins so: a search waits for the reader to stop typing."""
    einde = time.monotonic() + 10
    while not telling(tab).startswith(begin):
        assert time.monotonic() < einde, telling(tab)
        time.sleep(0.02)


def test_elke_lijst_kiest_precies_haar_bevindingen(scherm: Blad, uit: Geschreven) -> None:
    alle = uit.bevindingen.height
    maand = pl.col("begindatum").dt.strftime("%Y-%m")
    for naam, waarde, raak in (
        ("Controleregel", "MUT-01", pl.col("regel_id") == "MUT-01"),
        ("Ernst", "afkeur", pl.col("ernst") == "afkeur"),
        ("Maand", "2026-03", maand == "2026-03"),
        ("Uitvoerder", "47000003", pl.col("uitvoerder") == "47000003"),
        ("Uitvoerder", "", pl.col("uitvoerder").is_null()),
    ):
        verwacht = uit.bevindingen.filter(raak).height
        assert 0 < verwacht < alle
        kies(scherm, naam, waarde)
        assert telling(scherm).startswith(f"{verwacht} van {alle} bevindingen")
        assert len(kolom(scherm, "Waar")) == min(verwacht, 200)
        kies(scherm, naam, "*")
    kies(scherm, "Ernst", "signaal")
    kies(scherm, "Maand", "2026-03")
    samen = uit.bevindingen.filter(maand == "2026-03", pl.col("ernst") == "signaal").height
    assert telling(scherm).startswith(f"{samen} van {alle} ")
    scherm.klik("#wis")
    assert telling(scherm) == f"{alle} van {alle} bevindingen; hier de eerste 200."
    scherm.klik("#meer button")
    assert len(kolom(scherm, "Waar")) == alle
    assert scherm.js("document.getElementById('meer').hidden")


def test_zoeken_kijkt_naar_elk_woord_zonder_hoofdletters_of_accenten(scherm: Blad, uit: Geschreven) -> None:
    tekst = pl.concat_str(pl.col("regel_id").replace(uit.titels), "melding", separator=" ")
    verwacht = uit.bevindingen.filter(
        tekst.str.contains("(?i)mutatiedag"), pl.col("uitvoerder") == "47000003"
    ).height  # fmt: skip
    assert verwacht
    scherm.typ("#zoek", "47000003 MÚTATIEDAG")
    wacht(scherm, f"{verwacht} van ")
    scherm.typ("#zoek", "bestaat nergens")
    wacht(scherm, "0 van ")
    assert kolom(scherm, "Waar") == []
    scherm.typ("#zoek", str(uit.bevindingen["bsn"].drop_nulls()[0]))
    time.sleep(0.2)
    wacht(scherm, "0 van ")


def test_sorteren_op_bedrag_dag_en_tekst_en_terug(scherm: Blad, uit: Geschreven) -> None:
    scherm.klik("#meer button")
    eerst = kolom(scherm, "Referentie"), kolom(scherm, "Melding")
    knop = f"#alle th:nth-child({KOLOM['Bedrag'] + 1}) button"
    scherm.js(f"document.querySelector({json.dumps(knop)}).focus()")
    scherm.toets("Enter")
    scherm.toets("Enter")
    bedragen = uit.bevindingen["netto_cent"].sort(descending=True, nulls_last=True)
    assert kolom(scherm, "Bedrag") == ["" if cent is None else euro(cent) for cent in bedragen][:200]
    assert scherm.js(f"document.querySelector({json.dumps(knop)}).parentNode.ariaSort") == "descending"
    assert scherm.js(f"getComputedStyle({RIJEN}[0].cells[1]).display") == "table-cell"
    assert scherm.js("document.getElementById('alle').getBoundingClientRect().right") <= 1280
    scherm.klik(f"#alle th:nth-child({KOLOM['Periode'] + 1}) button")
    dagen = uit.bevindingen["begindatum"].drop_nulls().sort()
    assert [tekst[:10] for tekst in kolom(scherm, "Periode")] == [f"{dag:%d-%m-%Y}" for dag in dagen][:200]
    scherm.klik(f"#alle th:nth-child({KOLOM['Waar'] + 1}) button")
    nummers = [int(tekst.split()[1]) for tekst in kolom(scherm, "Waar") if tekst.startswith("regel ")]
    assert nummers == sorted(nummers)
    scherm.klik("#wis")
    scherm.klik("#meer button")
    assert (kolom(scherm, "Referentie"), kolom(scherm, "Melding")) == eerst


def test_van_een_aanbieder_en_een_controleregel_naar_hun_bevindingen(
    browser: Chromium, scherm: Blad, uit: Geschreven
) -> None:
    kies(scherm, "Ernst", "signaal")
    aanbieder = scherm.js("document.querySelector('.aanbieders tbody th a').textContent")
    scherm.klik(".aanbieders tbody th a")
    assert set(kolom(scherm, "Uitvoerder")) == {aanbieder}
    assert len(kolom(scherm, "Ernst")) == uit.bevindingen.filter(pl.col("uitvoerder") == aanbieder).height
    assert 0 <= scherm.js("document.getElementById('bevindingen').getBoundingClientRect().y") < 300
    scherm.klik("[href='#regel-OVB-04']")
    assert set(kolom(scherm, "Controleregel")) == {"OVB-04"}
    with blad(browser, uit.pad, anker="#regel-MUT-01") as gekregen:
        assert set(kolom(gekregen, "Controleregel")) == {"MUT-01"}


def test_een_tijdlijn_vouwt_uit_onder_haar_bevinding(scherm: Blad) -> None:
    kies(scherm, "Controleregel", "MUT-01")
    assert scherm.js("document.querySelector('#alle figure').checkVisibility()") is False
    scherm.klik("#alle details > summary")
    assert scherm.js("document.querySelector('#alle figure').checkVisibility()")


def test_de_pagina_vraagt_niets_van_het_net_en_draait_alleen_haar_eigen_script(
    browser: Chromium, uit: Geschreven
) -> None:
    with blad(browser, uit.pad) as tab:
        assert (tab.verzoeken, tab.klachten) == ([uit.pad.as_uri()], [])
        assert tab.js(
            "(() => { const ander = document.createElement('script'); ander.textContent = 'window.kwaad = 1';"
            " document.body.append(ander); return window.kwaad ?? null; })()"
        ) is None  # fmt: skip
        assert tab.js("fetch('data:,x').then(() => 'geladen', () => 'geweigerd')") == "geweigerd"
    with blad(browser, uit.kwaad) as tab:
        assert set(kolom(tab, "Referentie")) == {KWAAD}
        kies(tab, "Uitvoerder", KWAAD)
        assert telling(tab) == "9 van 9 bevindingen."
        tab.klik(".aanbieders tbody th a")
        assert tab.js("window.kwaad ?? null") is None
        assert tab.js("document.querySelectorAll('img, script').length") == 1
        assert (len(tab.verzoeken), tab.klachten) == (1, [])


def test_zonder_script_staat_alles_er_in_de_volgorde_van_de_controleregels(browser: Chromium, uit: Geschreven) -> None:
    with blad(browser, uit.pad, script=False) as tab:
        assert not tab.js("document.getElementById('vragen').checkVisibility()")
        regels, ernst = kolom(tab, "Controleregel"), kolom(tab, "Ernst")
        assert tab.js(f"{RIJEN}.every(rij => rij.checkVisibility())")
    assert len(regels) == uit.bevindingen.height
    assert list(zip(regels, ernst, strict=True)) == sorted(
        zip(regels, ernst, strict=True), key=lambda paar: (list(dict.fromkeys(regels)).index(paar[0]), paar[1])
    )


def test_elk_veld_heeft_een_naam_en_de_telling_wordt_voorgelezen(scherm: Blad) -> None:
    velden = scherm.js(
        "[...document.querySelectorAll('form input, form select')].map(v => [v.id, v.labels.length,"
        " v.checkVisibility()])"
    )
    assert len(velden) == 7
    assert all(labels == 1 and zichtbaar for _, labels, zichtbaar in velden)
    assert scherm.js("(t => [t.role, t.ariaLive])(document.getElementById('telling'))") == ["status", "polite"]
    scherm.js("document.getElementById('zoek').focus()")
    gezien = []
    for _ in range(8):
        gezien.append(scherm.js("document.activeElement.id"))
        scherm.toets("Tab")
    assert gezien == [*(veld for veld, _, _ in velden), "wis"]


def test_op_een_telefoon_staan_bedrag_periode_en_uitvoerder_op_het_scherm(browser: Chromium, uit: Geschreven) -> None:
    with blad(browser, uit.pad, 390, 844) as tab:
        for volgorde in ("", str(KOLOM["Bedrag"])):
            tab.js(
                f"(e => {{ e.value = '{volgorde}'; e.dispatchEvent(new Event('change', {{bubbles: true}})); }})"
                "(document.getElementById('sorteer'))"
            )
            assert tab.js("document.documentElement.scrollWidth") <= 390
            totalen = tab.js("document.querySelector('#t-samenvatting').parentNode.getBoundingClientRect().right")
            assert totalen <= 382  # the margin of the page
            for naam in ("Bedrag", "Periode", "Uitvoerder", "Melding"):
                randen = tab.js(
                    f"{RIJEN}.slice(0, 40).map(rij => rij.cells[{KOLOM[naam]}]).filter(cel => cel.firstChild)"
                    ".map(cel => cel.getBoundingClientRect()).map(r => [r.left, r.right, r.height])"
                )
                assert len(randen) > 30
                assert all(0 <= links < rechts <= 390 and hoog > 0 for links, rechts, hoog in randen), naam
        for naam in ("Bedrag", "Periode", "Uitvoerder", "Code"):
            kop = tab.js(f"getComputedStyle({RIJEN}[0].cells[{KOLOM[naam]}], '::before').content")
            assert kop == f'"{naam} "'
        assert tab.klachten == []


def op_papier(tab: Blad, map_: Path) -> list[str]:
    """The text of each sheet."""
    lezer = shutil.which("pdftotext")
    if lezer is None:
        ontbreekt("pdftotext (poppler-utils)")
    (map_ / "u.pdf").write_bytes(tab.pdf())
    tekst = subprocess.run([lezer, "-layout", map_ / "u.pdf", "-"], capture_output=True, check=True, text=True).stdout
    return tekst.split("\f")[:-1]


@pytest.mark.grondig
def test_een_blad_samenvatting_ook_met_een_eerdere_aanvaarde_en_veel_opmerkingen(
    browser: Chromium, tmp_path: Path
) -> None:
    with uitslag_van(tmp_path) as uitslag:
        naast = vergelijk(met_aanvaarde(uitslag, "MUT-01"), Opgeslagen("toen.json", uitslag))
        vol = replace(naast, opmerkingen=tuple(f"toewijzingen.csv, regel {nr}: weggelaten" for nr in range(30)))
        pagina.schrijf(vol, tmp_path / "u.html", Weergave())
    with blad(browser, tmp_path / "u.html") as tab:
        bladen = op_papier(tab, tmp_path)
    for kop in ("Samenvatting", "Vergeleken met eerder", "niet meer.", "Aanbieders", "en nog 27 opmerkingen, onder"):
        assert kop in bladen[0], kop
    assert bladen[1].lstrip().startswith("Controleregels met bevindingen")
    assert "regel 29: weggelaten" in "".join(bladen[1:])


def test_op_papier_een_blad_samenvatting_geen_leeg_blad_en_wat_gekozen_is(
    scherm: Blad, uit: Geschreven, tmp_path: Path
) -> None:
    bladen = op_papier(scherm, tmp_path)
    assert len(bladen) <= 20
    assert min(len(tekst.split()) for tekst in bladen) > 50
    for kop in ("Samenvatting", "Aanbieders", "Euro's per controleregel"):
        assert [kop in tekst for tekst in bladen].count(True) == 1, kop
        assert kop in bladen[0], kop
    assert bladen[1].lstrip().startswith("Controleregels met bevindingen")
    alles = "".join(bladen)
    codes = uit.bevindingen["retourcode"].drop_nulls()
    assert len(re.findall(r" (?:afkeur|signaal) +\d{4}\b", alles)) == codes.len() > 200
    assert "Zoek" not in alles
    lijst = [tekst for tekst in bladen if "Wat te doen:" in tekst]
    assert all("Referentie" in tekst for tekst in lijst), "a sheet without the headings of its columns"
    kies(scherm, "Controleregel", "MUT-01")
    scherm.js("document.querySelector('#alle details').open = true")
    weinig = op_papier(scherm, tmp_path)
    assert len(weinig) < len(bladen) - 10
    assert "".join(weinig).count("dagen geteld") == 1


@pytest.mark.grondig
def test_honderdduizend_bevindingen_antwoorden_meteen(browser: Chromium, tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        keer = -(-100_000 // uitslag.bevindingen.height)
        veel = pl.concat([uitslag.bevindingen] * keer).head(100_000)
        pagina.schrijf(replace(uitslag, bevindingen=veel), tmp_path / "u.html", Weergave(statistiek=True))
    inhoud = (tmp_path / "u.html").read_bytes()
    te_zien, drager, ingepakt = inhoud.partition(b'<template id="declaratie-uitslag">')
    # What a browser lays out has an end (10,000 findings, 4.4 MB); what `toon` unpacks grows with what there is: all
    # 100,000, some 76 bytes each, which no browser looks at.
    assert len(te_zien) < 6_000_000
    assert drager
    assert len(ingepakt) < 10_000_000
    begin = time.monotonic()
    with blad(browser, tmp_path / "u.html") as tab:
        kies(tab, "Uitvoerder", "47000003")
        wacht(tab, "")
        eerste_antwoord = time.monotonic() - begin
        assert f"van {bevindingen.HOOGSTENS:,}".replace(",", ".") in telling(tab)
        assert set(kolom(tab, "Uitvoerder")) == {"47000003"}
        assert "van de 100.000 bevindingen" in tab.js("document.body.textContent")
        tijden: list[Any] = [
            tab.js(
                "(begin => { const lijst = document.getElementById('sorteer'); lijst.value = "
                f"'{nummer}'; lijst.dispatchEvent(new Event('change', {{bubbles: true}}));"
                " document.body.offsetHeight; return performance.now() - begin; })(performance.now())"
            )
            for nummer in range(len(ALLE))
        ]
        assert tab.klachten == []
    # A tenth of this on a machine at rest; to lay out all rows at once would take more than this.
    assert eerste_antwoord < 8
    assert max(tijden) < 3000
