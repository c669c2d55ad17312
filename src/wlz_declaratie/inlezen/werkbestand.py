"""A work file as a batch again: without the columns beside the batch, but with the lines that still wait there."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from wlz_declaratie.contract.werkbestand import ERNAAST, NIET_GELEZEN
from wlz_declaratie.inlezen.ruw import ONLEESBAAR, RuweTabel

WACHT = f"de velden staan nog in kolom '{NIET_GELEZEN}'; zet ze in hun kolommen en maak die cel leeg"


def zonder_ernaast(ruw: RuweTabel) -> RuweTabel:
    """The table with the columns of a batch only; a line that still stands in NIET_GELEZEN is an unreadable one."""
    erbij = [kolom for kolom in ruw.kolommen if kolom in ERNAAST]
    if not erbij:
        return ruw
    regels, onleesbaar = ruw.regels, ruw.onleesbaar
    if NIET_GELEZEN in erbij:
        wacht = pl.col(NIET_GELEZEN).is_not_null()
        nummers = regels.filter(wacht).select("regelnummer").collect(engine="streaming")
        regels = regels.filter(~wacht)
        nieuw = nummers.with_columns(
            pl.lit(None, soort).alias(naam) for naam, soort in ONLEESBAAR.items() if naam != "regelnummer"
        )
        onleesbaar = pl.concat(
            [onleesbaar, nieuw.with_columns(reden=pl.lit(WACHT)).select(*ONLEESBAAR).cast(pl.Schema(ONLEESBAAR))]
        )
    return replace(
        ruw,
        regels=regels.drop(erbij),
        kolommen=tuple(kolom for kolom in ruw.kolommen if kolom not in erbij),
        onleesbaar=onleesbaar,
    )
