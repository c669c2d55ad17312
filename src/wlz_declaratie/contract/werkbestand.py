"""The columns that a work file has beside those of the batch: what is wrong, and what the clerk notes."""

from __future__ import annotations

from collections.abc import Collection

GEMAAKT = ("controleregel", "veld", "reden", "wat te doen", "voorstel")
"""Made anew in every round."""
VAN_WIE_HERSTELT = ("afgehandeld", "opmerking")
"""Filled by whoever mends the batch, and kept with their line."""
NIET_GELEZEN = "niet gelezen"
"""The text of a line that could not be split into fields; empty once these stand in their columns."""
ERNAAST = (*GEMAAKT, *VAN_WIE_HERSTELT, NIET_GELEZEN)


def is_werkbestand(koppen: Collection[str]) -> bool:
    """Whether a file with these column names (as `inlezen.ruw.kolomnaam` compares them) is a work file."""
    return {*GEMAAKT, *VAN_WIE_HERSTELT} <= set(koppen)


def ernaast(koppen: Collection[str]) -> tuple[str, ...]:
    """The columns of a file that stand beside its batch: of a work file all, of a copy of one both for notes."""
    if is_werkbestand(koppen):
        return ERNAAST
    return VAN_WIE_HERSTELT if set(VAN_WIE_HERSTELT) <= set(koppen) else ()
