"""Typed columns (Parquet): what a type leaves open, and what of a value is not read.

Three things cannot be seen from one value: the day of a moment in another time zone, the digits of a number that is
rounded, and whether whole money is euros or cents. What can be proven is read, and said where it is not as it stands
there; the rest is unreadable or refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from wlz_declaratie.contract.tabellen import BEDRAGEN, CIJFERS

_UTC = ("UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "+00:00")
_NEDERLAND = "Europe/Amsterdam"
_MISSCHIEN_MORGEN = 22
"""From this hour in UTC on, it may be the next day in the Netherlands."""

_EXACT_TOT = 2**53
_EXACT_TOT_FLOAT32 = 2**24
"""Up to here every whole number of the type is itself and no rounded other one."""
_CIJFERS_EXACT = 7
"""Digits that a Float32 always holds."""
MEESTE_EURO_FLOAT32 = 2.0**17
"""From here on two amounts that differ a cent may be one Float32."""

LET_OP = "let_op_"


def exact(kolom: str, type_: pl.DataType) -> bool:
    """Whether a number of this type can hold the text, code or day of that column."""
    if not type_.is_float() or type_ == pl.Float64:
        return True
    return type_ == pl.Float32 and CIJFERS.get(kolom, _CIJFERS_EXACT + 1) <= _CIJFERS_EXACT


def afgerond(kolom: str, type_: pl.DataType) -> pl.Expr:
    """Whether a number may stand for another one, or is none: a value that is not to be read as text."""
    if not type_.is_float():
        return pl.lit(value=False)
    waarde = pl.col(kolom)
    grens = _EXACT_TOT if type_ == pl.Float64 else _EXACT_TOT_FLOAT32
    return (~waarde.is_finite()).or_(waarde.abs() > grens).fill_null(value=False)


def dag(kolom: str, type_: pl.Datetime) -> pl.Expr:
    """The day of a moment.

    A moment has the day of its own zone. One in UTC may come from another zone, which Parquet need not keep: it is
    the day that begins at it, in the Netherlands or in UTC, or else the day that it is in both; between them null.
    """
    moment = pl.col(kolom)
    if type_.time_zone not in _UTC:
        return moment.dt.date()
    in_nederland = moment.dt.convert_time_zone(_NEDERLAND)
    return (
        pl.when(_middernacht(in_nederland))
        .then(in_nederland.dt.date())
        .when(_middernacht(moment) | (moment.dt.hour() < _MISSCHIEN_MORGEN))
        .then(moment.dt.date())
    )


def _middernacht(moment: pl.Expr) -> pl.Expr:
    return moment.dt.time() == pl.time(0, 0)


def merktekens(kolom: str, type_: pl.DataType) -> Iterator[pl.Expr]:
    """Columns ``let_op_<what>_<column>``: true where a moment is not read as it stands there."""
    if not isinstance(type_, pl.Datetime):
        return
    moment = pl.col(kolom)
    anders = ~_middernacht(moment)
    if type_.time_zone in _UTC:
        in_nederland = moment.dt.convert_time_zone(_NEDERLAND)
        verschoven = _middernacht(in_nederland) & anders
        yield verschoven.alias(f"{LET_OP}zone_{kolom}")
        anders &= ~verschoven
    yield anders.alias(f"{LET_OP}tijd_{kolom}")


_GEMERKT = {
    "tijd": "tijdstippen met een tijd die niet is gelezen, alleen de dag",
    "zone": "tijdstippen in UTC gelezen als de dag die dan in Nederland begint",
    "getal": "keer een datum als getal van een rekenblad (46082), gelezen als dag (01-03-2026)",
    "kort": "keer een datum met een maandnaam of een jaar van twee cijfers (01-mrt-26), gelezen als dag-maand-jaar",
    "teken": "keer een bedrag met een euroteken, streepje of minteken erachter, gelezen zonder",
    "nul": "keer een cijfer te weinig, gelezen met een 0 ervoor",
}


def gemerkt(gelezen: pl.LazyFrame) -> Iterator[str]:
    """A remark for each column of `merktekens`, with the number of values and the first line."""
    namen = [naam for naam in gelezen.collect_schema().names() if naam.startswith(LET_OP)]
    if not namen:
        return
    ergens = gelezen.select(pl.col(namen).any()).collect().row(0, named=True)
    geraakt = [naam for naam in namen if ergens[naam]]
    if not geraakt:
        return
    eerste = [pl.col("regelnummer").filter(pl.col(naam)).min().alias(f"op_{naam}") for naam in geraakt]
    telling = gelezen.select(*(pl.col(naam).sum() for naam in geraakt), *eerste).collect().row(0, named=True)
    for naam in geraakt:
        wat, _, kolom = naam.removeprefix(LET_OP).partition("_")
        yield f"kolom '{kolom}': {telling[naam]} {_GEMERKT[wat]}; de eerste op bestandsregel {telling[f'op_{naam}']}"


def onduidelijk_bedrag(regels: pl.LazyFrame, types: Mapping[str, pl.DataType]) -> str | None:
    """A money column of which nobody can tell whether it holds euros or cents; None when there is none.

    An integer is cents, text and decimals are euros. A floating column is euros as soon as it, or another that is not
    of integers, shows a part of a euro; with whole amounts only, cents that got empty fields look the same.
    """
    bedragen = {kolom: type_ for kolom, type_ in types.items() if kolom in BEDRAGEN}
    open_ = [kolom for kolom, type_ in bedragen.items() if _zonder_decimalen(type_)]
    if not open_:
        return None
    gevuld = [(pl.col(k).cast(pl.Float64).is_finite() & (pl.col(k) != 0)).any().alias(f"gevuld_{k}") for k in open_]
    breuk = [
        _heeft_breuk(k, type_).any().alias(f"breuk_{k}") for k, type_ in bedragen.items() if not type_.is_integer()
    ]
    gezien = regels.select(*gevuld, *breuk).collect(engine="streaming").row(0, named=True)
    if any(waarde for naam, waarde in gezien.items() if naam.startswith("breuk_")):
        return None
    return next((kolom for kolom in open_ if gezien[f"gevuld_{kolom}"]), None)


def _zonder_decimalen(type_: pl.DataType) -> bool:
    return type_.is_float() or (isinstance(type_, pl.Decimal) and not type_.scale)


def _heeft_breuk(kolom: str, type_: pl.DataType) -> pl.Expr:
    """Where an amount shows that its column is in euros."""
    waarde = pl.col(kolom)
    if isinstance(type_, pl.Decimal):
        return waarde.is_not_null() & pl.lit(bool(type_.scale))
    if type_.is_float():
        return waarde.is_finite() & (waarde != waarde.round(0))
    return waarde.cast(pl.String).str.contains("[.,][0-9]*[1-9]").fill_null(value=False)


def in_centen(gelezen: pl.LazyFrame, types: Mapping[str, pl.DataType]) -> Iterator[str]:
    """A remark that integers were read as cents, with what they come to in euros."""
    centen = [kolom for kolom, type_ in types.items() if kolom in BEDRAGEN and type_.is_integer()]
    if not centen:
        return
    som = gelezen.select(pl.col(centen).sum()).collect().row(0, named=True)
    yield "hele getallen gelezen als centen: " + ", ".join(f"{kolom} samen {_euro(som[kolom])}" for kolom in centen)


def _euro(cent: int) -> str:
    bedrag = f"{abs(cent) // 100:,}".replace(",", ".")
    return f"€ {'-' if cent < 0 else ''}{bedrag},{abs(cent) % 100:02d}"
