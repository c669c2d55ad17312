"""Tables of the public contract: columns, types and simple domains, from schemas/tabellen."""

from __future__ import annotations

import polars as pl

from wlz_declaratie.contract.kolommen import Kolom, Tabel, lees_tabel

_DOSSIER = (
    "clienten",
    "indicaties",
    "toewijzingen",
    "wachtstatus",
    "aanbieders",
    "afspraken",
    "machtigingen",
    "pgb",
    "prestaties",
    "onderwijs",
    "tarieven",
    "leveringen",
)

TABELLEN: dict[str, Tabel] = {naam: lees_tabel(naam) for naam in ("declaraties", *_DOSSIER, "bevindingen", "aanvaard")}
"""Every table: the lines of a file, the dossier, the findings that come out, and those that are accepted."""

_REGEL = TABELLEN["declaraties"].kolommen
_GELEZEN: list[tuple[str, Kolom]] = [
    paar for naam in ("declaraties", *_DOSSIER) for paar in TABELLEN[naam].kolommen.items()
]

DECLARATIE: dict[str, type[pl.DataType]] = TABELLEN["declaraties"].types
"""A declaration line inside the house; money in whole cents. debet_credit_2 is AW319 rubriek 0430."""

BEVINDINGEN: dict[str, type[pl.DataType]] = TABELLEN["bevindingen"].types
"""A finding in a CSV or Parquet result; those of SOMS are not always there."""

AANVAARD = ("aanvaard_reden", "aanvaard_door", "aanvaard_tot")
"""Of an accepted finding: why, by whom, and until and including which day."""

SOMS = ("stand", *AANVAARD)
"""Columns of a finding that a result has only beside a baseline or with accepted findings."""

NIEUW = ("netto_cent",)
"""Columns of a finding that a result of an earlier version does not have."""

DOSSIER: dict[str, dict[str, type[pl.DataType]]] = {naam: TABELLEN[naam].types for naam in _DOSSIER}
"""The optional tables of the dossier; tarief in whole cents, etmalen per week in halves."""

OVER_CLIENTEN = frozenset(naam for naam in DOSSIER if TABELLEN[naam].sleutel == "bsn")
"""Tables of the dossier of which each row is about one client; the others are about no client."""

OVER_AANBIEDERS = frozenset(naam for naam in DOSSIER if TABELLEN[naam].sleutel == "agb")
"""Tables of the dossier of which each row is about one provider."""

HERKOMST: dict[str, type[pl.DataType]] = {"herkomst": pl.Categorical, "herkomst_regel": pl.UInt32}
"""Behind the columns of DOSSIER, in every table that was read: where a row comes from, as a finding may show it, and
its number in that file (null for a message). Few texts for many rows."""

ALLEEN_INTERN = tuple(naam for naam, kolom in _REGEL.items() if kolom.intern)
"""Columns of a declaration line that no CSV, Parquet or XLSX carries."""

NODIG = tuple(naam for naam, kolom in _REGEL.items() if kolom.nodig)
"""Columns that a file of declaration lines must carry; every other one may be absent."""

STANDAARD = {naam: kolom.standaard for naam, kolom in _REGEL.items() if kolom.standaard}
"""What an empty field means in CSV, Parquet and XLSX."""

NULLEN_LEEG = tuple(naam for naam, kolom in _REGEL.items() if kolom.nullen_leeg)
"""Columns, in whichever table, in which only zeros means empty."""

_DOOR_EEN_REGEL = ("prestatiecode",)
"""Texts of which a rule of the catalogue tests the length."""

HOOGUIT = {naam: kolom.tekens for naam, kolom in _REGEL.items() if kolom.tekens and naam not in _DOOR_EEN_REGEL}
"""Longest text of the columns of a declaration line that no rule tests for length."""

BEDRAGEN = tuple(dict.fromkeys(naam for naam, kolom in _GELEZEN if kolom.soort == "bedrag"))
"""Money columns, in whichever table: whole cents inside, euros in CSV and XLSX."""

CIJFERS = {naam: kolom.cijfers for naam, kolom in _GELEZEN if kolom.cijfers}
"""Number of digits of codes, in whichever table; a number cell gets its leading zeros back."""

VOORLOOPNUL = tuple(dict.fromkeys(naam for naam, kolom in _GELEZEN if kolom.voorloopnul))
"""Codes, in whichever table, that may begin with a zero: a spreadsheet takes it, and one digit too few gets it back."""

LEVERINGSVORMEN: tuple[str, ...] = _REGEL["leveringsvorm"].waarden or ()

SOORTEN: tuple[str, ...] = TABELLEN["prestaties"].kolommen["soort"].waarden or ()
"""What kind of care a prestatie can be."""

MONDZORGLIJSTEN = ("010", "033", "043", "044", "045")
"""The lists of dental care, which AW319 does not carry; every other prestatie of the Wlz is on list 055."""
