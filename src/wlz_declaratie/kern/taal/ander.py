"""The other line of a finding about two: ``{ander}`` in a template.

Of the frame: ``bestandnr`` of the line itself, and of the other one ander_batch (false: history), ander_bestandnr,
ander_regelnummer, ander_prestatie, ander_begin and ander_eind.
"""

from __future__ import annotations

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, datum_tekst
from wlz_declaratie.basis.tekst import zin

_VELDEN = {
    "rij": "ander_rij",
    "batch": "ander_batch",
    "bestandnr": "ander_bestandnr",
    "regelnummer": "ander_regelnummer",
    "prestatiecode": "ander_prestatie",
    "begin": "ander_begin",
    "eind": "ander_eind",
}


def als_ander(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """The lines as the other ones of a finding: ``ander_rij`` to join them on, and the columns named above."""
    return lijnen.select(pl.col(kolom).alias(naam) for kolom, naam in _VELDEN.items())


def ander_tekst() -> pl.Expr:
    """The other line in words: what it is, its period and where it stands."""
    waar = (
        pl.when(~pl.col("ander_batch"))
        .then(pl.lit("eerder gedeclareerd"))
        .when(pl.col("ander_bestandnr") != pl.col("bestandnr"))
        .then(zin("bestandsregel {} van een ander bestand", "ander_regelnummer"))
        .otherwise(zin("bestandsregel {}", "ander_regelnummer"))
    )
    begin, eind = datum_tekst(pl.col("ander_begin")), datum_tekst(pl.col("ander_eind"))
    return zin("{} van {} t/m {} ({})", "ander_prestatie", begin, eind, waar)


def ander_gegevens() -> dict[str, pl.Expr]:
    """The other line as gegevens; a line of the history has no regelnummer to look up."""
    return {
        "andere_regel": pl.when("ander_batch").then(pl.col("ander_regelnummer")),
        "andere_prestatie": pl.col("ander_prestatie"),
        "andere_van": als_datum(pl.col("ander_begin")),
        "andere_tot": als_datum(pl.col("ander_eind")),
        "eerder_gedeclareerd": ~pl.col("ander_batch"),
    }
