"""The findings of the page, rule by rule, with the days behind those that count days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from wlz_declaratie.diensten.controleren import Regelstatus, Uitslag
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.catalogus import wat_te_doen
from wlz_declaratie.rapport.html import tekening
from wlz_declaratie.rapport.html.tabel import Kop, Tabel, Teksttabel
from wlz_declaratie.rapport.tijdlijn import Tijdlijn, tijdlijnen
from wlz_declaratie.rapport.weergave import Weergave

PER_REGEL = 50
"""Findings shown of one rule."""
BEVINDING = (
    Kop("Waar"), Kop("Melding", "m"), Kop("Ernst", "n"), Kop("Code", "n"), Kop("Referentie", "n"), Kop("Bsn", "n"),
    Kop("Prestatie", "n"), Kop("Periode", "n"), Kop("Uitvoerder", "n"), Kop("Bedrag", "g"),
)  # fmt: skip
DAGEN = Kop("Regel"), Kop("Periode", "n"), Kop("Dagen", "g"), Kop("Wat")


class Bevinding(NamedTuple):
    """One finding as texts, in the order of BEVINDING; ``kop`` heads its row, ``nieuw`` was not in the baseline."""

    kop: str
    melding: str
    ernst: str
    nieuw: bool
    retourcode: str
    referentienummer: str
    bsn: str
    prestatiecode: str
    periode: str
    uitvoerder: str
    bedrag: str


class Stuk(NamedTuple):
    """A piece of text, or a name that the reader can type."""

    tekst: str
    code: bool


@dataclass(frozen=True)
class Dagen:
    """The days behind a finding: drawn, explained and as a table."""

    naam: str
    tekst: str
    tekening: tekening.Dagentekening
    legenda: tuple[tuple[str, str], ...]
    tabel: Teksttabel


@dataclass(frozen=True)
class Regelgroep:
    """The findings of one rule, and of some the days."""

    id: str
    titel: str
    bronnen: str
    te_doen: tuple[Stuk, ...]
    tabel: Tabel[Bevinding]
    dagen: tuple[Dagen, ...]


@dataclass(frozen=True)
class Bevindingen:
    """``getoond`` of all ``aantal`` findings, hooguit ``per_regel`` of each rule."""

    aantal: int
    getoond: int
    per_regel: int
    groepen: tuple[Regelgroep, ...]


def bevindingen(uitslag: Uitslag, weergave: Weergave) -> Bevindingen | None:
    """The findings shown, in the order of the catalogue; nothing where there are none."""
    if uitslag.bevindingen.is_empty():
        return None
    alle = opmaak.getoond(uitslag.bevindingen, weergave.toon_bsn).with_row_index("nummer")
    if "stand" in alle.columns:
        alle = alle.sort("stand", maintain_order=True)
    # Heavy findings first, so that a cap never hides a rejection behind signals.
    getoond = alle.sort("ernst", maintain_order=True).group_by("regel_id", maintain_order=True).head(PER_REGEL)
    met_bestand = len(uitslag.bestanden) > 1
    rijen: dict[str, list[Bevinding]] = {}
    for rij in getoond.iter_rows(named=True):
        rijen.setdefault(rij["regel_id"], []).append(rij_van(rij, _waar(rij, met_bestand)))
    dagen: dict[str, list[Dagen]] = {}
    gemaakt = tijdlijnen(uitslag, toon_bsn=weergave.toon_bsn)
    for rij in alle.filter(pl.col("nummer").is_in(list(gemaakt))).iter_rows(named=True):
        dagen.setdefault(rij["regel_id"], []).append(_dagen(rij, gemaakt[rij["nummer"]]))
    groepen = tuple(
        _groep(status, rijen[status.regel.id], dagen.get(status.regel.id, ()), weergave.ingediend)
        for status in uitslag.regels
        if status.regel.id in rijen
    )
    return Bevindingen(alle.height, getoond.height, PER_REGEL, groepen)


def _groep(status: Regelstatus, rijen: Sequence[Bevinding], dagen: Iterable[Dagen], ingediend: bool) -> Regelgroep:
    regel = status.regel
    totaal = status.afkeur + status.signaal
    naam = f"{regel.id}: {opmaak.meervoud(totaal, 'bevinding', 'bevindingen')}"
    if len(rijen) < totaal:
        naam += f", getoond {opmaak.getal(len(rijen))}"
    return Regelgroep(
        regel.id,
        regel.titel,
        ", ".join(regel.parameters.bronnen),
        _stukken(wat_te_doen(regel, ingediend) or ""),
        Tabel(naam, f"t-{regel.id}", BEVINDING, rijen),
        tuple(dagen),
    )


def _waar(rij: dict[str, Any], met_bestand: bool) -> str:
    waar = f"regel {rij['regelnummer']}" if rij["regelnummer"] is not None else "bericht" if rij["bestand"] else "batch"
    return f"{rij['bestand']}, {waar}" if met_bestand and rij["bestand"] else waar


def rij_van(rij: dict[str, Any], kop: str) -> Bevinding:
    """A finding under ``kop``."""
    dagen = rij["begindatum"] or rij["einddatum"]
    return Bevinding(
        kop,
        rij["melding"],
        rij["ernst"],
        rij.get("stand") == "nieuw",
        rij["retourcode"] or "",
        rij["referentienummer"] or "",
        rij["bsn"] or "",
        rij["prestatiecode"] or "",
        opmaak.periode(rij["begindatum"], rij["einddatum"]) if dagen else "",
        rij["uitvoerder"] or "",
        "" if rij["declaratiebedrag_cent"] is None else opmaak.euro(rij["declaratiebedrag_cent"]),
    )


def _stukken(tekst: str) -> tuple[Stuk, ...]:
    """Our own text, cut where a name stands between backticks."""
    return tuple(Stuk(deel, nummer % 2 == 1) for nummer, deel in enumerate(re.split(r"`([^`]+)`", tekst)) if deel)


def _dagen(bevinding: dict[str, Any], lijn: Tijdlijn) -> Dagen:
    naam = f"Tijdlijn bij regel {bevinding['regelnummer']}"
    if bevinding["referentienummer"]:
        naam += f" ({bevinding['referentienummer']})"
    tekst = f"{opmaak.getal(lijn.geteld)} dagen geteld, {opmaak.getal(lijn.grens)} is de grens"
    tekst += f"; de laatste dag erbinnen is {opmaak.datum(lijn.laatste_dag)}." if lijn.laatste_dag else "."
    if lijn.overgeslagen:
        tekst += f" {opmaak.meervoud(lijn.overgeslagen, 'eerdere regel is', 'eerdere regels zijn')} niet getekend."
    if not lijn.volledig:
        tekst += " Niet alle getelde dagen zijn te tekenen."
    rijen = [
        (
            strook.naam, opmaak.periode(deel.van, deel.tot), opmaak.getal((deel.tot - deel.van).days + 1),
            tekening.LEGENDA[deel.soort],
        )
        for strook in lijn.stroken
        for deel in strook.delen
    ]  # fmt: skip
    return Dagen(
        naam,
        tekst,
        tekening.tijdlijn(lijn, f"{naam}: {tekst}"),
        tekening.legenda(lijn),
        Tabel(naam, f"t-lijn-{lijn.nummer}", DAGEN, rijen),
    )
