"""Words of the field with one meaning in the whole house: soorten, leveringsvormen, own packages."""

from __future__ import annotations

import polars as pl

GEEN_BSN = 999_999_999
"""The bsn that says that a person has none."""

LVG_PROFIELEN = ("LVG", "SGLVG")
EIGEN_PAKKET = {"LVG": ("Z513", "Z523", "Z533", "Z543", "Z553"), "SGLVG": ("Z573",)}
CRISISPAKKET = "Z560"
SGLVG_KENMERKEN = ("lvg", "sglvg", "borg")
"""An uitvoerder is an (SG)LVG institution on a day when aanbieders gives it one of these."""
OVERBRUGBAAR = ("verblijf", "vpt", "module", "dagbesteding", "logeren")
VERBLIJFSOORTEN = ("verblijf", "lvhc", "overbrugging")
"""A stay: an O-prestatie is one in the (SG)LVG institution."""
PAKKETSOORTEN = (*VERBLIJFSOORTEN, "vpt")
"""Care of a whole day."""
ZORGVORMSOORTEN = ("module", "dagbesteding", "schoonmaak")
"""Care that is put together by the piece: the mpt."""
ZONDER_INDICATIE = ("subsidie", "partnerverblijf")
"""Care for people who have no indication of their own."""
DEELTIJDVERBLIJF, PGB, VPT, MPT = 8, 2, 5, 7
"""Leveringsvormen of a toewijzing."""
TOEGEWEZEN_VORM = {
    4: "verblijf", VPT: "vpt", MPT: "mpt", PGB: "pgb", DEELTIJDVERBLIJF: "deeltijdverblijf", 9: "verkeerde bed"
}  # fmt: skip
"""All of them, in words."""
VERBLIJF_TOEGEWEZEN = (4, 8, 9)
"""Leveringsvormen of a toewijzing with which a client stays: verblijf, deeltijdverblijf, verkeerde bed."""
LEVERINGSVORM = pl.Enum(["verblijf", "vpt", "mpt", "pgb"])
SOORT = pl.Enum(
    [
        "verblijf", "vpt", "module", "dagbesteding", "dagbesteding_pakket", "behandeling", "mutatiedag", "meerzorg",
        "toeslag", "kindtoeslag", "vervoer", "logeren", "opslag", "overig", "schoonmaak", "reiskosten", "subsidie",
        "eenmalig", "partnerverblijf", "overbrugging", "mondzorg", "lvhc", "lvhc_consult", "hulpmiddel_mobiliteit",
        "hulpmiddel_persoonlijk", "hulpmiddel_spraak", "hulpmiddel_verpleging",
    ]
)  # fmt: skip
