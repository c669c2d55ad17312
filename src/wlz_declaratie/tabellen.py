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
