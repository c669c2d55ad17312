"""The totals of the page: the batch, the rules, the providers, the months, and what changed since a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from wlz_declaratie.diensten.controleren import Basislijn, Uitslag
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.html import tekening
from wlz_declaratie.rapport.html.bevindingen import BEVINDING, Bevinding, rij_van
from wlz_declaratie.rapport.html.tabel import Kop, Tabel, Teksttabel, deel
from wlz_declaratie.rapport.statistiek import Statistiek
from wlz_declaratie.rapport.weergave import Weergave

STAVEN = 15
"""Rules in the chart; the others are one bar together."""
AANBIEDERS = 20
MAANDEN = 36
VERDWENEN = 100
"""Findings shown of those that are gone."""
HEEL = "\u00a0"
"""A space at which no line is broken."""


@dataclass(frozen=True)
class Samenvatting:
    """The verdict, ``klasse`` its colour, and the lines and amounts; ``bevindingen`` counts all."""

    bevindingen: int
    klasse: str
    oordeel: str
    tabel: Teksttabel


@dataclass(frozen=True)
class Vergelijking:
    """What is new, known and gone; of those that are ``weg`` the table holds the first."""

    bestand: str
    peildatum: date | None
    niet_getoetst: int
    standen: Teksttabel
    weg: int
    verdwenen: Tabel[Bevinding]


@dataclass(frozen=True)
class PerRegel:
    """Rejected euros by rule; no chart when nothing is rejected."""

    diagram: tekening.Staafdiagram | None
    tabel: Teksttabel


@dataclass(frozen=True)
class Groepen:
    """The first or last of ``aantal`` groups; cents rejected of those shown, and of all."""

    aantal: int
    afgekeurd_cent: int
    alle_cent: int
    tabel: Teksttabel


@dataclass(frozen=True)
class Getoetst:
    """How each rule went; ``aantallen`` sums it up."""

    aantallen: str
    tabel: Teksttabel


def samenvatting(uitslag: Uitslag) -> Samenvatting:
    """Counts of lines and net amounts."""
    t = uitslag.samenvatting
    aanvaard = [("waarvan aanvaard", t.aanvaard, t.aanvaard_cent)] if uitslag.aanvaarding else []
    rijen = [
        (naam, opmaak.getal(aantal), deel(aantal, t.regels), opmaak.euro(cent), deel(cent, t.bedrag_cent))
        for naam, aantal, cent in (
            ("Ingediend", t.regels, t.bedrag_cent),
            ("Goedgekeurd", t.goedgekeurd, t.goedgekeurd_cent),
            *aanvaard,
            ("Afgekeurd", t.afgekeurd, t.afgekeurd_cent),
        )
    ]
    rijen.append(("Met signaal", opmaak.getal(t.met_signaal), deel(t.met_signaal, t.regels), "", ""))
    if t.onleesbaar:
        rijen.append(("Onleesbaar", opmaak.getal(t.onleesbaar), "", "", ""))
    koppen = Kop("Declaratieregels"), Kop("Aantal", "g"), Kop("Deel", "g"), Kop("Bedrag", "g"), Kop("Deel", "g")
    klasse, oordeel = _oordeel(uitslag)
    return Samenvatting(
        uitslag.bevindingen.height,
        klasse,
        oordeel,
        Tabel("Declaratieregels en bedragen", "t-samenvatting", koppen, rijen),
    )


def _oordeel(uitslag: Uitslag) -> tuple[str, str]:
    t = uitslag.samenvatting
    if uitslag.bevindingen.is_empty():
        return "goed", "Geen bevindingen."
    if t.afgekeurd or t.onleesbaar:
        regels = opmaak.meervoud(t.afgekeurd, "declaratieregel zou worden", "declaratieregels zouden worden")
        return "afkeur", f"{regels} afgekeurd ({opmaak.euro(t.afgekeurd_cent).replace(' ', HEEL)})."
    if uitslag.geldend.is_empty():
        return "goed", "Alles wat is gevonden, is aanvaard."
    return "signaal", "Alleen signalen: er is niets afgekeurd."


def vergelijking(uitslag: Uitslag, basislijn: Basislijn, weergave: Weergave) -> Vergelijking:
    """The findings beside those of the baseline."""
    stand = pl.col("stand")
    groepen = (
        ("Nieuw", uitslag.bevindingen.filter(stand == "nieuw")),
        ("Bekend", uitslag.bevindingen.filter(stand == "bekend")),
        ("Hersteld", basislijn.met_stand("hersteld")),
        ("Weg", basislijn.met_stand("weg")),
    )
    rijen = [
        (naam, *(opmaak.getal(int((b["ernst"] == ernst).sum())) for ernst in ("afkeur", "signaal")))
        for naam, b in groepen
    ]
    koppen = Kop("Stand"), Kop("Afkeur", "g"), Kop("Signaal", "g")
    verdwenen = opmaak.getoond(basislijn.verdwenen, weergave.toon_bsn).head(VERDWENEN)
    return Vergelijking(
        basislijn.bestand,
        basislijn.peildatum,
        basislijn.niet_getoetst,
        Tabel("Bevindingen", "t-basislijn", koppen, rijen),
        basislijn.verdwenen.height,
        Tabel(
            "Verdwenen bevindingen",
            "t-verdwenen",
            (Kop("Controleregel"), *BEVINDING[1:]),
            [rij_van(rij, f"{rij['regel_id']} ({rij['stand']})") for rij in verdwenen.iter_rows(named=True)],
        ),
    )


def per_regel(uitslag: Uitslag, telling: Statistiek) -> PerRegel | None:
    """Rules with findings, most rejected euros first; nothing where there are none."""
    if telling.per_regel.is_empty():
        return None
    titels = {status.regel.id: status.regel.titel for status in uitslag.regels}
    op_bedrag = telling.per_regel.sort("afkeur_cent", "afkeur", "regel_id", descending=[True, True, False])
    aanvaard = (Kop("Aanvaard", "g"), Kop("Bedrag", "g")) if "aanvaard" in op_bedrag.columns else ()
    rijen = [
        (
            rij["regel_id"], titels[rij["regel_id"]], opmaak.getal(rij["afkeur"]), opmaak.euro(rij["afkeur_cent"]),
            opmaak.getal(rij["signaal"]), opmaak.euro(rij["signaal_cent"]),
            *((opmaak.getal(rij["aanvaard"]), opmaak.euro(rij["aanvaard_cent"])) if aanvaard else ()),
        )
        for rij in op_bedrag.iter_rows(named=True)
    ]  # fmt: skip
    koppen = (
        Kop("Controleregel"), Kop("Wat", "m"), Kop("Afkeur", "g"), Kop("Bedrag", "g"), Kop("Signaal", "g"),
        Kop("Bedrag", "g"), *aanvaard,
    )  # fmt: skip
    return PerRegel(
        _diagram(op_bedrag, titels),
        Tabel("Bevindingen en bedragen per controleregel", "t-per-regel", koppen, rijen),
    )


def _diagram(op_bedrag: pl.DataFrame, titels: dict[str, str]) -> tekening.Staafdiagram | None:
    afgekeurd = op_bedrag.filter(pl.col("afkeur") > 0).select("regel_id", "afkeur_cent").rows()
    if not afgekeurd:
        return None
    staven = [(regel_id, titels[regel_id], cent) for regel_id, cent in afgekeurd[:STAVEN]]
    if rest := afgekeurd[STAVEN:]:
        naam = opmaak.controleregels(len(rest))
        staven.append((tekening.OVERIG, naam, sum(cent for _, cent in rest)))
    return tekening.staven(
        staven, "Staafdiagram: afgekeurd bedrag per controleregel; de tabel hierna heeft de getallen"
    )


def aanbieders(telling: Statistiek) -> Groepen:
    """The providers with the highest rejected amount."""
    alle = telling.per_uitvoerder
    return _groepen(
        alle, alle.head(AANBIEDERS), "Uitvoerder", "Uitvoerders, hoogste afgekeurde bedrag eerst", "t-aanbieders"
    )


def maanden(telling: Statistiek) -> Groepen:
    """The last months."""
    alle = telling.per_maand
    return _groepen(alle, alle.tail(MAANDEN), "Maand", "Per maand van begindatum", "t-maanden")


def _groepen(alle: pl.DataFrame, getoond: pl.DataFrame, kop: str, naam: str, anker: str) -> Groepen:
    koppen = (
        Kop(kop), Kop("Declaratieregels", "g"), Kop("Bedrag", "g"), Kop("Afgekeurd", "g"), Kop("Afgekeurd bedrag", "g"),
        Kop("Deel", "g"), Kop("Met signaal", "g"), Kop("Bevindingen", "g"),
    )  # fmt: skip
    rijen = [
        (
            rij[getoond.columns[0]] or "onbekend", opmaak.getal(rij["regels"]), opmaak.euro(rij["bedrag_cent"]),
            opmaak.getal(rij["afgekeurd"]), opmaak.euro(rij["afgekeurd_cent"]),
            deel(rij["afgekeurd_cent"], rij["bedrag_cent"]), opmaak.getal(rij["met_signaal"]),
            opmaak.getal(rij["bevindingen"]),
        )
        for rij in getoond.iter_rows(named=True)
    ]  # fmt: skip
    return Groepen(
        alle.height,
        int(getoond["afgekeurd_cent"].sum()),
        int(alle["afgekeurd_cent"].sum()),
        Tabel(naam, anker, koppen, rijen),
    )


def getoetst(uitslag: Uitslag) -> Getoetst:
    """The rules of the catalogue, how they went and where they come from."""
    aantallen = ", ".join(
        f"{aantal} {naam}"
        for naam in ("uitgevoerd", "deels uitgevoerd", "niet uitgevoerd", "fout")
        if (aantal := sum(status.status == naam for status in uitslag.regels))
    )
    rijen = [
        (
            status.regel.id, status.regel.titel, status.status, status.reden or "",
            opmaak.getal(status.afkeur), opmaak.getal(status.signaal), ", ".join(status.regel.parameters.bronnen),
        )
        for status in uitslag.regels
    ]  # fmt: skip
    koppen = (
        Kop("Controleregel"), Kop("Titel", "m"), Kop("Status", "n"), Kop("Reden", "m"), Kop("Afkeur", "g"),
        Kop("Signaal", "g"), Kop("Bronnen", "n"),
    )  # fmt: skip
    return Getoetst(aantallen, Tabel("Controleregels, hun status en bronnen", "t-regels", koppen, rijen))
