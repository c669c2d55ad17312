"""Words of the field with one meaning in the whole house: soorten, leveringsvormen, own packages."""

from __future__ import annotations

import polars as pl

GEEN_BSN = 999_999_999
"""The bsn that says that a person has none."""

LVG_PROFIELEN = ("LVG", "SGLVG")
EIGEN_PAKKET = {"LVG": ("Z513", "Z523", "Z533", "Z543", "Z553"), "SGLVG": ("Z573",)}
CRISISPAKKET = "Z560"
OVERBRUGBAAR = ("verblijf", "vpt", "module", "dagbesteding")
LEVERINGSVORM = pl.Enum(["verblijf", "vpt", "mpt", "pgb"])
SOORT = pl.Enum(
    [
        "verblijf", "vpt", "module", "dagbesteding", "dagbesteding_pakket", "behandeling", "mutatiedag", "meerzorg",
        "toeslag", "kindtoeslag", "vervoer", "logeren", "opslag", "overig", "schoonmaak", "reiskosten", "subsidie",
        "eenmalig", "partnerverblijf", "overbrugging", "mondzorg", "lvhc", "lvhc_consult", "hulpmiddel_mobiliteit",
        "hulpmiddel_persoonlijk", "hulpmiddel_spraak",
    ]
)  # fmt: skip
