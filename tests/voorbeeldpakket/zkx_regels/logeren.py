"""ZKX: wat zorgkantoor X over logeren heeft afgesproken."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie import Uitkomst, Van, regel
from wlz_declaratie.kern.taal.kiezen import soort


@regel("ZKX-01", "Meer etmalen logeren dan afgesproken", bereik="regel", retourcodes=("0584",))
def zkx_01(van: Van) -> Iterator[Uitkomst]:
    """Toetst het aantal etmalen logeren op één regel.

    Wat: een regel met logeren telt hooguit {max_etmalen} etmalen.
    Waarom: zorgkantoor X koopt logeren in als korte onderbreking van de zorg thuis.
    Voorbeeld: vijftien etmalen in maart 2026.
    Wat te doen: declareer tot en met het afgesproken aantal, of vraag een uitzondering aan.
    """
    lijnen = van.batch(soort("logeren")).met(grens=van.waarde("max_etmalen"))
    yield lijnen.waar(pl.col("aantal") > pl.col("grens")).afkeur(
        "0584", "{aantal} etmalen logeren, {grens} afgesproken"
    )
