"""Tables of the public contract: columns, types and simple domains."""

from __future__ import annotations

import polars as pl

DECLARATIE: dict[str, type[pl.DataType]] = {
    "regelnummer": pl.UInt32,
    "referentienummer": pl.String,
    "referentienummer_voorgaand": pl.String,
    "bsn": pl.String,
    "geboortedatum": pl.Date,
    "overleden": pl.Boolean,
    "besluitnummer": pl.String,
    "functiecode": pl.String,
    "zzpcode": pl.String,
    "begindatum": pl.Date,
    "einddatum": pl.Date,
    "prestatiecodelijst": pl.String,
    "prestatiecode": pl.String,
    "aantal": pl.Int64,
    "tijdseenheid": pl.String,
    "uitvoerder": pl.String,
    "tarief": pl.Int64,
    "bedrag": pl.Int64,
    "declaratiebedrag": pl.Int64,
    "debet_credit": pl.String,
    "leveringsvorm": pl.String,
    "machtigingsnummer": pl.String,
    "onderwijs": pl.Boolean,
    "declarant": pl.String,
    "uzovi": pl.String,
    "factuurnummer": pl.String,
    "dagtekening": pl.Date,
    "begindatum_periode": pl.Date,
    "einddatum_periode": pl.Date,
    "debet_credit_2": pl.String,
}
"""A declaration line inside the house; money in whole cents. debet_credit_2 is AW319 rubriek 0430."""

BEVINDINGEN: dict[str, type[pl.DataType]] = {
    "regel_id": pl.String,
    "ernst": pl.String,
    "retourcode": pl.String,
    "bestand": pl.String,
    "regelnummer": pl.UInt32,
    "referentienummer": pl.String,
    "bsn": pl.String,
    "prestatiecode": pl.String,
    "begindatum": pl.Date,
    "einddatum": pl.Date,
    "uitvoerder": pl.String,
    "declaratiebedrag_cent": pl.Int64,
    "melding": pl.String,
    "gegevens": pl.String,
    "stand": pl.String,
}
"""A finding in a CSV or Parquet result; stand is there only when the run had a baseline."""

ALLEEN_INTERN = ("regelnummer", "debet_credit_2")
"""Columns of a declaration line that no CSV, Parquet or XLSX carries."""

NODIG = ("referentienummer", "bsn", "begindatum", "einddatum", "prestatiecode", "aantal", "uitvoerder")
"""Columns that a file of declaration lines must carry; every other one may be absent."""

STANDAARD = {"prestatiecodelijst": "055", "debet_credit": "D"}
"""What an empty field means in CSV, Parquet and XLSX."""

NULLEN_LEEG = ("besluitnummer", "functiecode", "zzpcode", "tijdseenheid")
"""Columns in which only zeros means empty."""

HOOGUIT = {
    "referentienummer": 20,
    "referentienummer_voorgaand": 20,
    "besluitnummer": 9,
    "machtigingsnummer": 15,
}
"""Longest text of the columns of a declaration line that no rule tests for length."""

LEVERINGSVORMEN = ("verblijf", "vpt", "mpt", "pgb")

MONDZORGLIJSTEN = ("010", "033", "043", "044", "045")
"""The lists of dental care, which AW319 does not carry; every other prestatie of the Wlz is on list 055."""

BEDRAGEN = ("tarief", "bedrag", "declaratiebedrag")
"""Money columns, in whichever table: whole cents inside, euros in CSV and XLSX."""

CIJFERS = {
    "bsn": 9,
    "uitvoerder": 8,
    "declarant": 8,
    "instelling": 8,
    "agb": 8,
    "uzovi": 4,
    "zzpcode": 3,
    "prestatiecodelijst": 3,
    "functiecode": 2,
    "tijdseenheid": 2,
}
"""Number of digits of codes, in whichever table; a number cell gets its leading zeros back."""

SOORTEN = (
    "verblijf",
    "vpt",
    "module",
    "dagbesteding",
    "dagbesteding_pakket",
    "behandeling",
    "mutatiedag",
    "meerzorg",
    "toeslag",
    "kindtoeslag",
    "vervoer",
    "logeren",
    "opslag",
    "overig",
    "schoonmaak",
    "reiskosten",
    "subsidie",
    "eenmalig",
    "partnerverblijf",
    "overbrugging",
    "mondzorg",
    "lvhc",
    "lvhc_consult",
    "hulpmiddel_mobiliteit",
    "hulpmiddel_persoonlijk",
    "hulpmiddel_spraak",
)
"""What kind of care a prestatie can be."""

DOSSIER: dict[str, dict[str, type[pl.DataType]]] = {
    "clienten": {"bsn": pl.String, "geboortedatum": pl.Date, "overlijdensdatum": pl.Date},
    "indicaties": {
        "bsn": pl.String,
        "besluitnummer": pl.String,
        "zzpcode": pl.String,
        "ingangsdatum": pl.Date,
        "einddatum": pl.Date,
    },
    "toewijzingen": {
        "bsn": pl.String,
        "zzpcode": pl.String,
        "instelling": pl.String,
        "soort": pl.Int64,
        "leveringsvorm": pl.Int64,
        "ingangsdatum": pl.Date,
        "einddatum": pl.Date,
        "etmalen": pl.Float64,
        "percentage": pl.Float64,
    },
    "wachtstatus": {
        "bsn": pl.String,
        "instelling": pl.String,
        "status": pl.Int64,
        "ingangsdatum": pl.Date,
        "einddatum": pl.Date,
    },
    "aanbieders": {
        "agb": pl.String,
        "kenmerk": pl.String,
        "ingangsdatum": pl.Date,
        "einddatum": pl.Date,
        "plaatsen": pl.Int64,
    },
    "afspraken": {
        "agb": pl.String,
        "prestatiecode": pl.String,
        "ingangsdatum": pl.Date,
        "einddatum": pl.Date,
        "tarief": pl.Int64,
        "aantal": pl.Int64,
    },
    "machtigingen": {
        "machtigingsnummer": pl.String,
        "bsn": pl.String,
        "prestatiecode": pl.String,
        "ingangsdatum": pl.Date,
        "einddatum": pl.Date,
    },
    "pgb": {"bsn": pl.String, "zzpcode": pl.String, "ingangsdatum": pl.Date, "einddatum": pl.Date},
    "prestaties": {
        "prestatiecode": pl.String,
        "soort": pl.String,
        "sector": pl.String,
        "behandeling": pl.String,
        "dagbesteding": pl.String,
        "tijdseenheid": pl.String,
        "doelgroep": pl.String,
        "ingangsdatum": pl.Date,
        "einddatum": pl.Date,
    },
}
"""The optional tables of the dossier; tarief in whole cents, etmalen per week in halves."""
