"""The findings of the page, rule by rule; those that count days with the days behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.telling import Regelstatus, is_aanvaard
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.catalogus import wat_te_doen
from wlz_declaratie.rapport.html import tekening
from wlz_declaratie.rapport.html.tabel import Kop, Tabel, Teksttabel
from wlz_declaratie.rapport.tijdlijn import Tijdlijn, tijdlijnen
from wlz_declaratie.rapport.weergave import Weergave

HOOGSTENS = 10_000
"""Findings that the page holds: some 5 MB, which can still be mailed, and which any browser opens at once."""
BEVINDING = (
    Kop("Waar"), Kop("Melding", "m"), Kop("Ernst", "n", "Ernst"), Kop("Code", "n"), Kop("Referentie", "n"),
    Kop("Bsn", "n"), Kop("Prestatie", "n"), Kop("Periode", "n d", "Maand"), Kop("Uitvoerder", "n", "Uitvoerder"),
    Kop("Bedrag", "g"),
)  # fmt: skip
ALLE = (BEVINDING[0], Kop("Controleregel", "n r", "Controleregel"), *BEVINDING[1:])
"""The columns of the table of all rules together."""
DAGEN = Kop("Declaratieregel"), Kop("Periode", "n"), Kop("Dagen", "g"), Kop("Wat")


@dataclass(frozen=True)
class Dagen:
    """The days behind a finding: drawn, explained and as a table."""

    naam: str
    tekst: str
    tekening: tekening.Dagentekening
    legenda: tuple[tuple[str, str], ...]
    tabel: Teksttabel


class Bevinding(NamedTuple):
    """One finding as texts, in the order of BEVINDING; ``kop`` heads its row, ``stand`` is nieuw, aanvaard or empty."""

    kop: str
    melding: str
    ernst: str
    stand: str
    retourcode: str
    referentienummer: str
    bsn: str
    prestatiecode: str
    periode: str
    uitvoerder: str
    bedrag: str
    dagen: Dagen | None = None


class Stuk(NamedTuple):
    """A piece of text, or a name that the reader can type."""

    tekst: str
    code: bool


@dataclass(frozen=True)
class Regelgroep:
    """The findings of one rule; ``aantal`` says how many, and how many of them are here."""

    id: str
    titel: str
    bronnen: str
    te_doen: tuple[Stuk, ...]
    aantal: str
    rijen: Sequence[Bevinding]


@dataclass(frozen=True)
class Bevindingen:
    """``getoond`` of all ``aantal`` findings: one table, the rules one after another."""

    aantal: int
    getoond: int
    tabel: Tabel[Regelgroep]


def bevindingen(uitslag: Uitslag, weergave: Weergave) -> Bevindingen | None:
    """The findings shown, in the order of the catalogue; nothing where there are none."""
    if uitslag.bevindingen.is_empty():
        return None
    getoond = opmaak.getoond(_gekozen(uitslag.bevindingen), weergave.toon_bsn)
    met_bestand = len(uitslag.bestanden) > 1
    gemaakt = tijdlijnen(uitslag, toon_bsn=weergave.toon_bsn)
    rijen: dict[str, list[Bevinding]] = {}
    for rij in getoond.iter_rows(named=True):
        bevinding = rij_van(rij, _waar(rij, met_bestand))
        if lijn := gemaakt.get(rij["nummer"]):
            bevinding = bevinding._replace(dagen=_dagen(rij, lijn))
        rijen.setdefault(rij["regel_id"], []).append(bevinding)
    groepen = [
        _groep(status, rijen[status.regel.id], weergave.ingediend)
        for status in uitslag.regels
        if status.regel.id in rijen
    ]  # fmt: skip
    return Bevindingen(
        uitslag.bevindingen.height,
        getoond.height,
        Tabel("Bevindingen", "t-bevindingen", ALLE, groepen),
    )


def _gekozen(bevindingen: pl.DataFrame) -> pl.DataFrame:
    """The findings that the page has room for, with their place in all as ``nummer``.

    Of each rule as many as of any other while it has them, the heavy ones first and accepted ones last: a cut hides no
    rule, and no rejection behind signals.
    """
    alle = bevindingen.with_row_index("nummer")
    if "stand" in alle.columns:
        alle = alle.sort("stand", maintain_order=True)
    return (
        alle.sort(is_aanvaard(alle), "ernst", maintain_order=True)
        .with_columns(beurt=pl.int_range(pl.len()).over("regel_id"))
        .sort("beurt", maintain_order=True)
        .head(HOOGSTENS)
        .drop("beurt")
    )


def _groep(status: Regelstatus, rijen: Sequence[Bevinding], ingediend: bool) -> Regelgroep:
    regel = status.regel
    totaal = status.afkeur + status.signaal + status.aanvaard
    aantal = opmaak.meervoud(totaal, "bevinding", "bevindingen")
    return Regelgroep(
        regel.id,
        regel.titel,
        ", ".join(regel.parameters.bronnen),
        _stukken(wat_te_doen(regel, ingediend) or ""),
        f"{aantal}, hier {opmaak.getal(len(rijen))}" if len(rijen) < totaal else aantal,
        rijen,
    )


def _waar(rij: dict[str, Any], met_bestand: bool) -> str:
    waar = (
        f"bestandsregel {rij['regelnummer']}"
        if rij["regelnummer"] is not None
        else "bericht"
        if rij["bestand"]
        else "batch"
    )
    return f"{rij['bestand']}, {waar}" if met_bestand and rij["bestand"] else waar


def rij_van(rij: dict[str, Any], kop: str) -> Bevinding:
    """A finding under ``kop``."""
    dagen, stand = rij["begindatum"] or rij["einddatum"], rij.get("stand")
    bedrag = rij["netto_cent"]
    return Bevinding(
        kop,
        f"{rij['melding']}. {opmaak.aanvaarding(rij)}" if stand == "aanvaard" else rij["melding"],
        rij["ernst"],
        stand if stand in ("nieuw", "aanvaard") else "",
        rij["retourcode"] or "",
        rij["referentienummer"] or "",
        rij["bsn"] or "",
        rij["prestatiecode"] or "",
        opmaak.periode(rij["begindatum"], rij["einddatum"]) if dagen else "",
        rij["uitvoerder"] or "",
        "" if bedrag is None else opmaak.euro(bedrag),
    )


def _stukken(tekst: str) -> tuple[Stuk, ...]:
    """Our own text, cut where a name stands between backticks."""
    return tuple(Stuk(deel, nummer % 2 == 1) for nummer, deel in enumerate(re.split(r"`([^`]+)`", tekst)) if deel)


def _dagen(bevinding: dict[str, Any], lijn: Tijdlijn) -> Dagen:
    naam = f"Tijdlijn bij bestandsregel {bevinding['regelnummer']}"
    if bevinding["referentienummer"]:
        naam += f" ({bevinding['referentienummer']})"
    tekst = f"{opmaak.getal(lijn.geteld)} dagen geteld, {opmaak.getal(lijn.grens)} is de grens"
    tekst += f"; de laatste dag erbinnen is {opmaak.datum(lijn.laatste_dag)}." if lijn.laatste_dag else "."
    if lijn.overgeslagen:
        eerdere = "eerdere declaratieregel is", "eerdere declaratieregels zijn"
        tekst += f" {opmaak.meervoud(lijn.overgeslagen, *eerdere)} niet getekend."
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
