"""The result as one HTML page to mail on: no network, no script, good on paper; totals complete, detail capped.

Everything that comes from a file goes through ``escape``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie import __version__
from wlz_declaratie.diensten.controleren import Basislijn, Regelstatus, Uitslag
from wlz_declaratie.rapport import html_svg, opmaak, statistiek
from wlz_declaratie.rapport.catalogus import secties
from wlz_declaratie.rapport.html_stijl import STIJL
from wlz_declaratie.rapport.statistiek import Statistiek
from wlz_declaratie.rapport.tijdlijn import Tijdlijn, tijdlijnen
from wlz_declaratie.rapport.weergave import Weergave

STAVEN = 15
"""Rules in the chart; the others are one bar together."""
AANBIEDERS = 20
MAANDEN = 36
PER_REGEL = 50
"""Findings shown of one rule."""
VERDWENEN = 100

BELEID = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What the browser may load: nothing."""


def schrijf(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    """Write the page in UTF-8."""
    with pad.open("w", encoding="utf-8", newline="\n") as naar:
        for stuk in _pagina(uitslag, weergave):
            naar.write(stuk)
            naar.write("\n")


def _pagina(uitslag: Uitslag, weergave: Weergave) -> Iterator[str]:
    telling = statistiek.getoond(statistiek.bereken(uitslag), weergave.toon_bsn)
    yield '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{BELEID}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="robots" content="noindex">\n<meta name="referrer" content="no-referrer">'
    namen = ", ".join(bestand.naam for bestand in uitslag.bestanden)
    yield f"<title>Uitslag {escape(namen)}</title>\n<style>{STIJL}</style>\n</head>\n<body>"
    yield html_svg.ARCERING
    yield '<a class="over" href="#bevindingen">Naar de bevindingen</a>'
    yield "<header>"
    yield "<h1>Controle van Wlz-declaraties</h1>"
    yield from _herkomst(uitslag)
    yield from _navigatie(uitslag, weergave)
    yield "</header>\n<main>"
    yield from _samenvatting(uitslag)
    if uitslag.basislijn:
        yield from _basislijn(uitslag, uitslag.basislijn, weergave)
    yield from _per_regel(uitslag, telling)
    yield from _aanbieders(telling)
    if weergave.statistiek:
        yield from _maanden(telling)
    yield from _bevindingen(uitslag, weergave)
    yield from _regels(uitslag)
    yield "</main>"
    yield (
        f'<footer><p class="zacht">Gemaakt met declaratie {__version__}. Een voorspelling op grond van openbaar '
        "beleid; het oordeel is aan het zorgkantoor. Bevat gegevens over personen: deel dit bestand alleen met wie het "
        "mag zien.</p></footer>\n</body>\n</html>"
    )


def _navigatie(uitslag: Uitslag, weergave: Weergave) -> Iterator[str]:
    doelen = [("samenvatting", "Samenvatting")]
    if uitslag.basislijn:
        doelen.append(("basislijn", "Vergeleken met eerder"))
    doelen += [("per-regel", "Euro's per regel"), ("aanbieders", "Aanbieders")]
    if weergave.statistiek:
        doelen.append(("maanden", "Maanden"))
    doelen += [("bevindingen", "Bevindingen"), ("regels", "Wat is getoetst")]
    yield '<nav aria-label="Onderdelen"><ul>'
    yield from (f'<li><a href="#{anker}">{escape(naam)}</a></li>' for anker, naam in doelen)
    yield "</ul></nav>"


def _herkomst(uitslag: Uitslag) -> Iterator[str]:
    yield "<dl>"
    for bestand in uitslag.bestanden:
        yield _paar(
            "Bestand", f"{bestand.naam} ({bestand.soort.upper()}, {opmaak.meervoud(bestand.aantal, 'regel', 'regels')})"
        )
    yield _paar("Peildatum", opmaak.datum(uitslag.peildatum))
    for editie in uitslag.edities:
        yield _paar("Codetabel", f"{editie.naam}, geldt {opmaak.periode(editie.van, editie.tot)}")
    for opmerking in uitslag.opmerkingen:
        yield _paar("Let op", opmerking)
    yield "</dl>"


def _paar(naam: str, waarde: str) -> str:
    return f"<dt>{naam}</dt><dd>{escape(waarde)}</dd>"


@dataclass(frozen=True)
class Kop:
    """A column of a table: its heading and the class of its cells (g: number, n: no wrap, m: long text)."""

    naam: str
    klasse: str = ""


def _tabel(naam: str, koppen: Sequence[Kop], rijen: Iterable[Sequence[str]], anker: str) -> Iterator[str]:
    """A table that scrolls by itself, by keyboard too; cells are HTML, the first of a row is its heading."""
    klassen = [f' class="{kop.klasse}"' if kop.klasse else "" for kop in koppen]
    yield f'<div class="rol" role="region" tabindex="0" aria-labelledby="{anker}"><table>'
    yield f'<caption id="{anker}">{escape(naam)}</caption><thead><tr>'
    yield "".join(f'<th scope="col"{klasse}>{kop.naam}</th>' for kop, klasse in zip(koppen, klassen, strict=True))
    yield "</tr></thead><tbody>"
    for eerste, *rest in rijen:
        cellen = "".join(f"<td{klasse}>{cel}</td>" for cel, klasse in zip(rest, klassen[1:], strict=True))
        yield f'<tr><th scope="row">{eerste}</th>{cellen}</tr>'
    yield "</tbody></table></div>"


def _deel(deel: int, geheel: int) -> str:
    return f"{deel / geheel:.1%}".replace(".", ",") if geheel > 0 else "–"


def _samenvatting(uitslag: Uitslag) -> Iterator[str]:
    t = uitslag.samenvatting
    yield '<section aria-labelledby="samenvatting"><h2 id="samenvatting">Samenvatting</h2>'
    yield f"<p>{_oordeel(uitslag)}</p>"
    rijen = [
        ("Ingediend", t.regels, t.bedrag_cent),
        ("Goedgekeurd", t.goedgekeurd, t.goedgekeurd_cent),
        ("Afgekeurd", t.afgekeurd, t.afgekeurd_cent),
    ]
    cellen = [
        (naam, opmaak.getal(aantal), _deel(aantal, t.regels), opmaak.euro(cent), _deel(cent, t.bedrag_cent))
        for naam, aantal, cent in rijen
    ]
    cellen.append(("Met signaal", opmaak.getal(t.met_signaal), _deel(t.met_signaal, t.regels), "", ""))
    if t.onleesbaar:
        cellen.append(("Onleesbaar", opmaak.getal(t.onleesbaar), "", "", ""))
    koppen = Kop("Regels"), Kop("Aantal", "g"), Kop("Deel", "g"), Kop("Bedrag", "g"), Kop("Deel", "g")
    yield from _tabel("Declaratieregels en bedragen", koppen, cellen, "t-samenvatting")
    yield "</section>"


def _oordeel(uitslag: Uitslag) -> str:
    t = uitslag.samenvatting
    if uitslag.bevindingen.is_empty():
        return '<strong class="goed">Geen bevindingen.</strong>'
    aantal = opmaak.meervoud(uitslag.bevindingen.height, "bevinding", "bevindingen")
    if t.afgekeurd or t.onleesbaar:
        regels = opmaak.meervoud(t.afgekeurd, "regel zou worden", "regels zouden worden")
        return f'{aantal}. <strong class="afkeur">{regels} afgekeurd ({opmaak.euro(t.afgekeurd_cent)}).</strong>'
    return f'{aantal}. <strong class="signaal">Alleen signalen: er is niets afgekeurd.</strong>'


def _basislijn(uitslag: Uitslag, basislijn: Basislijn, weergave: Weergave) -> Iterator[str]:
    yield '<section aria-labelledby="basislijn"><h2 id="basislijn">Vergeleken met eerder</h2>'
    yield f"<p>Met {escape(basislijn.bestand)}, peildatum {opmaak.datum(basislijn.peildatum)}.</p>"
    stand = pl.col("stand")
    groepen = (
        ("Nieuw", uitslag.bevindingen.filter(stand == "nieuw")),
        ("Bekend", uitslag.bevindingen.filter(stand == "bekend")),
        ("Verdwenen", basislijn.verdwenen),
    )
    rijen = [
        (naam, *(opmaak.getal(int((b["ernst"] == ernst).sum())) for ernst in ("afkeur", "signaal")))
        for naam, b in groepen
    ]
    yield from _tabel("Bevindingen", (Kop("Stand"), Kop("Afkeur", "g"), Kop("Signaal", "g")), rijen, "t-basislijn")
    if basislijn.niet_getoetst:
        aantal = opmaak.meervoud(basislijn.niet_getoetst, "eerdere bevinding is", "eerdere bevindingen zijn")
        yield f"<p>{aantal} niet opnieuw getoetst: die regels liepen nu niet.</p>"
    if not basislijn.verdwenen.is_empty():
        verdwenen = opmaak.getoond(basislijn.verdwenen, weergave.toon_bsn)
        if verdwenen.height > VERDWENEN:
            yield f"<p>Getoond: de eerste {VERDWENEN} van {opmaak.getal(verdwenen.height)} verdwenen bevindingen.</p>"
        yield from _tabel(
            "Verdwenen bevindingen",
            (Kop("Regel"), *BEVINDING[1:]),
            ((rij["regel_id"], *_cellen(rij, False)[1:]) for rij in verdwenen.head(VERDWENEN).iter_rows(named=True)),
            "t-verdwenen",
        )
    yield "</section>"


def _per_regel(uitslag: Uitslag, telling: Statistiek) -> Iterator[str]:
    yield '<section aria-labelledby="per-regel"><h2 id="per-regel">Euro\'s per regel</h2>'
    if telling.per_regel.is_empty():
        yield "<p>Geen bevindingen.</p></section>"
        return
    titels = {status.regel.id: status.regel.titel for status in uitslag.regels}
    op_bedrag = telling.per_regel.sort("afkeur_cent", "afkeur", "regel_id", descending=[True, True, False])
    afgekeurd = op_bedrag.filter(pl.col("afkeur") > 0).select("regel_id", "afkeur_cent").rows()
    if afgekeurd:
        staven = [(regel_id, titels[regel_id], cent) for regel_id, cent in afgekeurd[:STAVEN]]
        if rest := afgekeurd[STAVEN:]:
            naam = opmaak.meervoud(len(rest), "regel", "regels")
            staven.append((html_svg.OVERIG, naam, sum(cent for _, cent in rest)))
        yield (
            "<figure><figcaption>Declaratiebedrag van de afgekeurde regels, per regel van de catalogus. Een "
            "declaratieregel die op twee regels stuit, telt bij allebei.</figcaption>"
        )
        yield html_svg.staven(staven, "Staafdiagram: afgekeurd bedrag per regel; de tabel hierna heeft de getallen")
        yield "</figure>"
    rijen = [
        (
            f'<a href="#regel-{rij["regel_id"]}">{rij["regel_id"]}</a>', escape(titels[rij["regel_id"]]),
            opmaak.getal(rij["afkeur"]), opmaak.euro(rij["afkeur_cent"]),
            opmaak.getal(rij["signaal"]), opmaak.euro(rij["signaal_cent"]),
        )
        for rij in op_bedrag.iter_rows(named=True)
    ]  # fmt: skip
    koppen = (
        Kop("Regel"), Kop("Wat", "m"), Kop("Afkeur", "g"), Kop("Bedrag", "g"), Kop("Signaal", "g"), Kop("Bedrag", "g"),
    )  # fmt: skip
    yield from _tabel("Bevindingen en bedragen per regel", koppen, rijen, "t-per-regel")
    yield "</section>"


def _per_groep(naam: str, kop: str, groepen: pl.DataFrame, anker: str) -> Iterator[str]:
    koppen = (
        Kop(kop), Kop("Regels", "g"), Kop("Bedrag", "g"), Kop("Afgekeurd", "g"), Kop("Afgekeurd bedrag", "g"),
        Kop("Deel", "g"), Kop("Met signaal", "g"), Kop("Bevindingen", "g"),
    )  # fmt: skip
    rijen = (
        (
            escape(rij[groepen.columns[0]] or "onbekend"), opmaak.getal(rij["regels"]), opmaak.euro(rij["bedrag_cent"]),
            opmaak.getal(rij["afgekeurd"]), opmaak.euro(rij["afgekeurd_cent"]),
            _deel(rij["afgekeurd_cent"], rij["bedrag_cent"]), opmaak.getal(rij["met_signaal"]),
            opmaak.getal(rij["bevindingen"]),
        )
        for rij in groepen.iter_rows(named=True)
    )  # fmt: skip
    yield from _tabel(naam, koppen, rijen, anker)


def _aanbieders(telling: Statistiek) -> Iterator[str]:
    yield '<section aria-labelledby="aanbieders"><h2 id="aanbieders">Aanbieders</h2>'
    alle = telling.per_uitvoerder
    top = alle.head(AANBIEDERS)
    if alle.height > top.height:
        yield (
            f"<p>De {AANBIEDERS} van {opmaak.getal(alle.height)} uitvoerders met het hoogste afgekeurde bedrag; samen "
            f"{opmaak.euro(int(top['afgekeurd_cent'].sum()))} van {opmaak.euro(int(alle['afgekeurd_cent'].sum()))}.</p>"
        )
    yield from _per_groep("Uitvoerders, hoogste afgekeurde bedrag eerst", "Uitvoerder", top, "t-aanbieders")
    yield "</section>"


def _maanden(telling: Statistiek) -> Iterator[str]:
    yield '<section aria-labelledby="maanden"><h2 id="maanden">Maanden</h2>'
    if telling.per_maand.height > MAANDEN:
        yield f"<p>De laatste {MAANDEN} van {telling.per_maand.height} maanden; alle staan in het werkboek.</p>"
    yield from _per_groep("Per maand van begindatum", "Maand", telling.per_maand.tail(MAANDEN), "t-maanden")
    yield "</section>"


BEVINDING = (
    Kop("Waar"), Kop("Melding", "m"), Kop("Ernst", "n"), Kop("Code", "n"), Kop("Referentie", "n"), Kop("Bsn", "n"),
    Kop("Prestatie", "n"), Kop("Periode", "n"), Kop("Uitvoerder", "n"), Kop("Bedrag", "g"),
)  # fmt: skip


def _cellen(rij: dict[str, Any], met_bestand: bool) -> tuple[str, ...]:
    """The cells of BEVINDING for one finding."""
    waar = f"regel {rij['regelnummer']}" if rij["regelnummer"] is not None else "bericht" if rij["bestand"] else "batch"
    if met_bestand and rij["bestand"]:
        waar = f"{rij['bestand']}, {waar}"
    stand = " <strong>(nieuw)</strong>" if rij.get("stand") == "nieuw" else ""
    dagen = rij["begindatum"] or rij["einddatum"]
    return (
        escape(waar),
        escape(rij["melding"]),
        f'<span class="{rij["ernst"]}">{rij["ernst"]}</span>{stand}',
        *(escape(rij[kolom] or "") for kolom in ("retourcode", "referentienummer", "bsn", "prestatiecode")),
        opmaak.periode(rij["begindatum"], rij["einddatum"]) if dagen else "",
        escape(rij["uitvoerder"] or ""),
        "" if rij["declaratiebedrag_cent"] is None else opmaak.euro(rij["declaratiebedrag_cent"]),
    )


def _bevindingen(uitslag: Uitslag, weergave: Weergave) -> Iterator[str]:
    yield '<section aria-labelledby="bevindingen"><h2 id="bevindingen">Bevindingen</h2>'
    if uitslag.bevindingen.is_empty():
        yield "<p>Geen bevindingen.</p></section>"
        return
    alle = opmaak.getoond(uitslag.bevindingen, weergave.toon_bsn).with_row_index("nummer")
    if "stand" in alle.columns:
        alle = alle.sort("stand", maintain_order=True)
    # Heavy findings first, so that a cap never hides a rejection behind signals.
    getoond = alle.sort("ernst", maintain_order=True).group_by("regel_id", maintain_order=True).head(PER_REGEL)
    if getoond.height < alle.height:
        yield (
            f"<p><strong>Getoond: {opmaak.getal(getoond.height)} van {opmaak.getal(alle.height)} bevindingen</strong>, "
            f"hooguit {PER_REGEL} per regel. Alle totalen zijn volledig; alle bevindingen staan in de uitslag als "
            ".xlsx, .csv, .parquet of .json.</p>"
        )
    per_regel = {regel_id: groep for (regel_id,), groep in getoond.group_by("regel_id", maintain_order=True)}
    lijnen: dict[str, list[tuple[dict[str, Any], Tijdlijn]]] = {}
    gemaakt = tijdlijnen(uitslag, toon_bsn=weergave.toon_bsn)
    for rij in alle.filter(pl.col("nummer").is_in(list(gemaakt))).iter_rows(named=True):
        lijnen.setdefault(rij["regel_id"], []).append((rij, gemaakt[rij["nummer"]]))
    met_bestand = len(uitslag.bestanden) > 1
    for status in uitslag.regels:
        regel_id = status.regel.id
        if regel_id in per_regel:
            yield from _regel(status, per_regel[regel_id], lijnen.get(regel_id, []), met_bestand)
    yield "</section>"


def _regel(
    status: Regelstatus,
    bevindingen: pl.DataFrame,
    lijnen: Sequence[tuple[dict[str, Any], Tijdlijn]],
    met_bestand: bool,
) -> Iterator[str]:
    regel = status.regel
    yield f'<section aria-labelledby="regel-{regel.id}"><h3 id="regel-{regel.id}">{regel.id} {escape(regel.titel)}</h3>'
    yield f'<p class="zacht">Bron: {escape(", ".join(regel.parameters.bronnen))}</p>'
    if te_doen := secties(regel).get("Wat te doen"):
        yield f"<p><strong>Wat te doen:</strong> {_met_code(te_doen)}</p>"
    totaal = status.afkeur + status.signaal
    naam = f"{regel.id}: {opmaak.meervoud(totaal, 'bevinding', 'bevindingen')}"
    if bevindingen.height < totaal:
        naam += f", getoond {opmaak.getal(bevindingen.height)}"
    rijen = (_cellen(rij, met_bestand) for rij in bevindingen.iter_rows(named=True))
    yield from _tabel(naam, BEVINDING, rijen, f"t-{regel.id}")
    for bevinding, lijn in lijnen:
        yield from _tijdlijn(bevinding, lijn)
    yield "</section>"


def _met_code(tekst: str) -> str:
    """Our own text with names between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(tekst))


def _tijdlijn(bevinding: dict[str, Any], lijn: Tijdlijn) -> Iterator[str]:
    naam = f"Tijdlijn bij regel {bevinding['regelnummer']}"
    if bevinding["referentienummer"]:
        naam += f" ({bevinding['referentienummer']})"
    tekst = f"{opmaak.getal(lijn.geteld)} dagen geteld, {opmaak.getal(lijn.grens)} is de grens"
    tekst += f"; de laatste dag erbinnen is {opmaak.datum(lijn.laatste_dag)}." if lijn.laatste_dag else "."
    if lijn.overgeslagen:
        tekst += f" {opmaak.meervoud(lijn.overgeslagen, 'eerdere regel is', 'eerdere regels zijn')} niet getekend."
    if not lijn.volledig:
        tekst += " Niet alle getelde dagen zijn te tekenen."
    yield f"<figure><figcaption><strong>{escape(naam)}.</strong> {tekst}</figcaption>"
    yield html_svg.tijdlijn(lijn, f"{naam}: {tekst}")
    soorten = {deel.soort for strook in lijn.stroken for deel in strook.delen}
    yield from html_svg.legenda([soort for soort in html_svg.LEGENDA if soort in soorten])
    yield "<details><summary>Dezelfde dagen als tabel</summary>"
    rijen = (
        (
            escape(strook.naam), opmaak.periode(deel.van, deel.tot), opmaak.getal((deel.tot - deel.van).days + 1),
            html_svg.LEGENDA[deel.soort],
        )
        for strook in lijn.stroken
        for deel in strook.delen
    )  # fmt: skip
    koppen = Kop("Regel"), Kop("Periode", "n"), Kop("Dagen", "g"), Kop("Wat")
    yield from _tabel(naam, koppen, rijen, f"t-lijn-{lijn.nummer}")
    yield "</details></figure>"


def _regels(uitslag: Uitslag) -> Iterator[str]:
    yield '<section aria-labelledby="regels"><h2 id="regels">Wat is getoetst</h2>'
    aantallen = ", ".join(
        f"{aantal} {naam}"
        for naam in ("uitgevoerd", "deels uitgevoerd", "niet uitgevoerd", "fout")
        if (aantal := sum(status.status == naam for status in uitslag.regels))
    )
    yield f"<p>Van {len(uitslag.regels)} regels: {aantallen}.</p>"
    rijen = (
        (
            status.regel.id, escape(status.regel.titel), status.status, escape(status.reden or ""),
            opmaak.getal(status.afkeur), opmaak.getal(status.signaal),
            escape(", ".join(status.regel.parameters.bronnen)),
        )
        for status in uitslag.regels
    )  # fmt: skip
    koppen = (
        Kop("Regel"), Kop("Titel", "m"), Kop("Status", "n"), Kop("Reden", "m"), Kop("Afkeur", "g"), Kop("Signaal", "g"),
        Kop("Bronnen", "n"),
    )  # fmt: skip
    yield from _tabel("Regels van de catalogus, hun status en bronnen", koppen, rijen, "t-regels")
    yield "</section>"
