"""The sheets with tables: findings, rules, providers, months."""

from __future__ import annotations

import polars as pl

from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.rapport.catalogus import geldigheid, wat_te_doen
from wlz_declaratie.rapport.werkboek.boek import Kolom, Werkboek, schrijf_rijen

BLADREGELS = 1_048_575
"""Findings on one sheet: all its rows but the header."""
BLOK = 20_000
"""Findings turned into Python values at a time."""

BEVINDING = {
    "regel_id": Kolom("Regel", 9),
    "titel": Kolom("Wat is er", 26, omloop=True),
    "ernst": Kolom("Ernst", 9),
    "stand": Kolom("Stand", 9),
    "melding": Kolom("Melding", 40, omloop=True),
    "wat_te_doen": Kolom("Wat te doen", 44, omloop=True),
    "regelnummer": Kolom("Regel nr.", 9, "getal"),
    "referentienummer": Kolom("Referentienummer", 20),
    "bsn": Kolom("Bsn", 12),
    "prestatiecode": Kolom("Prestatie", 10),
    "begindatum": Kolom("Begindatum", 12, "datum"),
    "einddatum": Kolom("Einddatum", 12, "datum"),
    "uitvoerder": Kolom("Uitvoerder", 12),
    "declaratiebedrag_cent": Kolom("Declaratiebedrag", 17, "euro"),
    "retourcode": Kolom("Code", 8),
    "bestand": Kolom("Bestand", 24, omloop=True),
    "gegevens": Kolom("Gegevens", 40),
}
"""Columns of the sheet with findings, the ones that a clerk needs first on the left."""

REGEL = (
    Kolom("Regel", 9),
    Kolom("Titel", 40, omloop=True),
    Kolom("Status", 17),
    Kolom("Reden", 40, omloop=True),
    Kolom("Afkeur", 9, "getal"),
    Kolom("Bedrag afkeur", 16, "euro"),
    Kolom("Signaal", 9, "getal"),
    Kolom("Bedrag signaal", 16, "euro"),
    Kolom("Retourcodes", 18),
    Kolom("Bronnen", 22, omloop=True),
    Kolom("Geldig", 26),
    Kolom("Wat te doen", 60, omloop=True),
)


def bladnamen(naam: str, aantal: int) -> list[str]:
    """The sheets for so many findings: numbered from the second on."""
    return [naam if nummer == 1 else f"{naam} {nummer}" for nummer in range(1, max(-(-aantal // BLADREGELS), 1) + 1)]


def bevindingen(boek: Werkboek, naam: str, bevindingen: pl.DataFrame, uitslag: Uitslag, ingediend: bool) -> None:
    """Findings with what their rule says, on as many sheets as they need."""
    regels = {status.regel.id: status.regel for status in uitslag.regels}
    bekend = list(regels)
    per_regel = pl.DataFrame(
        {
            "regel_id": bekend,
            "titel": [regels[regel_id].titel for regel_id in bekend],
            "wat_te_doen": [wat_te_doen(regels[regel_id], ingediend) for regel_id in bekend],
        },
        schema=dict.fromkeys(("regel_id", "titel", "wat_te_doen"), pl.String),
    )
    volledig = bevindingen.join(per_regel, on="regel_id", how="left", maintain_order="left")
    namen = [kolom for kolom in BEVINDING if kolom in volledig.columns]
    kolommen = [BEVINDING[kolom] for kolom in namen]
    volledig = volledig.select(namen)
    for nummer, bladnaam in enumerate(bladnamen(naam, volledig.height)):
        deel = volledig.slice(nummer * BLADREGELS, BLADREGELS)
        blad = boek.tabelblad(bladnaam, kolommen, deel.height)
        blad.print_area(0, 0, deel.height, len(kolommen) - 2)  # gegevens are for programs
        schrijf_rijen(boek, blad, kolommen, (rij for blok in deel.iter_slices(BLOK) for rij in blok.iter_rows()))


def regels(boek: Werkboek, uitslag: Uitslag, per_regel: pl.DataFrame, ingediend: bool) -> None:
    """The rules of the catalogue and how they went; ``per_regel`` has their cents, as Statistiek says."""
    centen = {rij["regel_id"]: rij for rij in per_regel.iter_rows(named=True)}
    rijen = []
    for status in uitslag.regels:
        regel, cent = status.regel, centen.get(status.regel.id, {})
        rijen.append(
            (
                regel.id, regel.titel, status.status, status.reden,
                status.afkeur, cent.get("afkeur_cent", 0), status.signaal, cent.get("signaal_cent", 0),
                " ".join(regel.retourcodes) or None, ", ".join(regel.parameters.bronnen), geldigheid(regel),
                wat_te_doen(regel, ingediend),
            )
        )  # fmt: skip
    schrijf_rijen(boek, boek.tabelblad("Regels", REGEL, len(rijen)), REGEL, rijen)


def per_groep(boek: Werkboek, naam: str, kop: str, groepen: pl.DataFrame) -> None:
    """Providers or months, as Statistiek has them."""
    kolommen = (
        Kolom(kop, 22), Kolom("Regels", 11, "getal"), Kolom("Bedrag", 18, "euro"), Kolom("Afgekeurd", 11, "getal"),
        Kolom("Afgekeurd bedrag", 18, "euro"), Kolom("Met signaal", 12, "getal"), Kolom("Bevindingen", 13, "getal"),
    )  # fmt: skip
    groepen = groepen.with_columns(pl.first().fill_null("onbekend")).head(BLADREGELS)
    schrijf_rijen(boek, boek.tabelblad(naam, kolommen, groepen.height), kolommen, groepen.iter_rows())
