"""Where a user's settings differ from ours: other values for some days, and rules that are softened.

A rule reads many values as ones that never change. So it runs for each stretch of days apart (`tijdvakken`), and judges
in each the lines that begin there, by the values of these days. What it counts, it counts over all days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from wlz_declaratie.kern.parameters import Parameterfout, Periode, Regelparameters, eis_aaneen, soort_van
from wlz_declaratie.kern.uitkomst import ERNST

if TYPE_CHECKING:
    from wlz_declaratie.kern.regel import Regel

_DAG = timedelta(days=1)


def eis_past(p: Regelparameters, naam: str, periode: Periode) -> None:
    """Raises Parameterfout for a value of another kind than ours, and for days on which the rule does not hold."""
    soort = soort_van(p.perioden[naam][0].waarde)
    if soort_van(periode.waarde) != soort:
        raise Parameterfout(f"{naam} is een {soort}")
    if (p.tot and periode.van and periode.van > p.tot) or (p.van and periode.tot and periode.tot < p.van):
        raise Parameterfout(f"{naam}: op deze dagen geldt de controleregel niet")


def met_waarden(p: Regelparameters, naam: str, andere: Sequence[Periode]) -> Regelparameters:
    """The parameters with other values of ``naam`` on the days of these; on all other days they stay as they were.

    Raises Parameterfout for periods that overlap, or leave days between them and ours without a value.
    """
    perioden = list(p.perioden[naam])
    eerder: Periode | None = None
    for een in sorted(andere, key=lambda periode: periode.van or date.min):
        if eerder and (eerder.tot is None or een.van is None or een.van <= eerder.tot):
            raise Parameterfout(f"{naam}: perioden overlappen of laten een gat")
        eerder = een
        perioden = [stuk for periode in perioden for stuk in _buiten(periode, een)] + [replace(een, lokaal=True)]
    perioden.sort(key=lambda periode: periode.van or date.min)
    eis_aaneen(naam, perioden)
    return replace(p, perioden={**p.perioden, naam: tuple(perioden)})


def _buiten(periode: Periode, andere: Periode) -> Iterator[Periode]:
    """What is left of a period when the days of another are taken out: before it, and after."""
    if andere.van and (periode.van is None or periode.van < andere.van):
        voor = andere.van - _DAG
        yield replace(periode, tot=voor if periode.tot is None else min(periode.tot, voor))
    if andere.tot and (periode.tot is None or periode.tot > andere.tot):
        na = andere.tot + _DAG
        yield replace(periode, van=na if periode.van is None else max(periode.van, na))


def tijdvakken(p: Regelparameters) -> tuple[Regelparameters, ...]:
    """These, for each stretch of days between which a value starts or ends of which a settings file has another."""
    anders = [een for perioden in _lokale(p) for een in perioden]
    if not anders:
        return (p,)
    eerste_dagen = {een.van for een in anders if een.van} | {een.tot + _DAG for een in anders if een.tot}
    knippen = sorted(d for d in eerste_dagen if (p.van is None or d > p.van) and (p.tot is None or d <= p.tot))
    begin = [p.van, *knippen]
    eind = [*(knip - _DAG for knip in knippen), p.tot]
    return tuple(replace(p, vak=vak) for vak in zip(begin, eind, strict=True))


def _lokale(p: Regelparameters) -> Iterator[Sequence[Periode]]:
    """The periods of each parameter that a settings file has otherwise."""
    return (perioden for perioden in p.perioden.values() if any(een.lokaal for een in perioden))


def met_bron(bevindingen: pl.DataFrame, p: Regelparameters) -> pl.DataFrame:
    """Findings that say by whose values they are, where these are not ours; those on no line by all that there are."""
    eigen = [een for perioden in _lokale(p) for een in perioden if een.lokaal]
    if not eigen:
        return bevindingen
    nu = [een for een in eigen if p.vak is None or een.raakt(*p.vak)]
    slot = pl.when(pl.col("rij").is_null()).then(pl.lit(_slot(eigen))).otherwise(pl.lit(_slot(nu)))
    return bevindingen.with_columns(melding=pl.col("melding") + slot)


def _slot(perioden: Sequence[Periode]) -> str:
    bronnen = dict.fromkeys(een.bron for een in perioden)
    return f"; volgens {' en '.join(bronnen)}" if bronnen else ""


def eenmaal(bevindingen: pl.DataFrame) -> pl.DataFrame:
    """Findings of all stretches of days together: on a line the heaviest, of others that are equal one."""
    op_lijn = bevindingen.filter(pl.col("rij").is_not_null()).sort("rij", "ernst", maintain_order=True)
    zonder = bevindingen.filter(pl.col("rij").is_null()).unique(maintain_order=True)
    return pl.concat([op_lijn.unique("rij", keep="first", maintain_order=True), zonder])


def verzacht(bevindingen: pl.DataFrame, regels: Collection[Regel]) -> pl.DataFrame:
    """Findings with a signal for each afkeur of a rule that is softened; the message says why."""
    redenen = {regel.id: regel.verzacht for regel in regels if regel.verzacht}
    if not redenen:
        return bevindingen
    raak = pl.col("regel_id").is_in(list(redenen)) & (pl.col("ernst") == "afkeur")
    slot = pl.col("regel_id").replace_strict(redenen, default=None, return_dtype=pl.String)
    return bevindingen.with_columns(
        ernst=pl.when(raak).then(pl.lit("signaal", ERNST)).otherwise("ernst"),
        melding=pl.when(raak).then(pl.col("melding") + "; verzacht tot signaal: " + slot).otherwise("melding"),
    )
