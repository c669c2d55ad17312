"""What a rule is: its metadata, how it reports, and the register of all rules."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl

from wlz_declaratie.basis.dagen import als_datum
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.inlezen.basis import toonbaar
from wlz_declaratie.kern import parameters
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie

Ernst = Literal["afkeur", "signaal"]
Bereik = Literal["regel", "client", "batch"]
ERNST = pl.Enum(["afkeur", "signaal"])
"""Heaviest first, so that sorting puts what weighs most on top."""

BEVINDING: dict[str, pl.DataType | type[pl.DataType]] = {
    "rij": pl.UInt32,
    "uitvoerder": pl.Int32,
    "ernst": ERNST,
    "retourcode": pl.String,
    "melding": pl.String,
    "gegevens": pl.String,
}
"""What a rule gives; ``rij`` is null when the finding is about a provider (``uitvoerder``) or the batch."""


@dataclass(frozen=True)
class Deels:
    """The rule did part of its test; ``reden`` names what is missing, ``regels`` on how many lines (0: not counted)."""

    reden: str
    regels: int = 0


@dataclass(frozen=True)
class Niet:
    """The rule turned out to have nothing it could test; ``reden`` says why, ``regels`` for how many lines."""

    reden: str
    regels: int = 0


Uitkomst = pl.LazyFrame | Deels | Niet
Toets = Callable[[Populatie, Regelparameters], Iterator[Uitkomst]]


@dataclass(frozen=True)
class Regel:
    """A rule of the catalogue.

    ``bereik`` says how far the rule looks: this line alone, all lines of one bsn, or the whole batch. ``tabellen``
    (a table, or table.column) and ``kolommen`` are what it cannot run without; ``tabellen_deels`` and
    ``kolommen_deels`` what it can do part of its test without. ``toets`` yields findings, test by test in the order of
    the catalogue: of several findings on one line the heaviest counts, and of equal ones the first.
    """

    id: str
    titel: str
    bereik: Bereik
    ernst: tuple[Ernst, ...]
    retourcodes: tuple[str, ...]
    tabellen: tuple[str, ...]
    tabellen_deels: tuple[str, ...]
    kolommen: tuple[str, ...]
    kolommen_deels: tuple[str, ...]
    toets: Toets
    parameters: Regelparameters

    @property
    def familie(self) -> str:
        """The letters before the dash."""
        return self.id.partition("-")[0]

    @property
    def uitleg(self) -> str:
        """The docstring: Wat, Waarom, Voorbeeld, Wat te doen."""
        return self.toets.__doc__ or ""


_register: dict[str, Regel] = {}


def regel(
    id: str,
    titel: str,
    *,
    bereik: Bereik,
    ernst: Ernst | tuple[Ernst, ...] = "afkeur",
    retourcodes: tuple[str, ...],
    tabellen: tuple[str, ...] = (),
    tabellen_deels: tuple[str, ...] = (),
    kolommen: tuple[str, ...] = (),
    kolommen_deels: tuple[str, ...] = (),
) -> Callable[[Toets], Toets]:
    """Register a rule; its validity, sources and values come from ``schemas/parameters``."""

    def registreer(toets: Toets) -> Toets:
        if id in _register:
            raise ValueError(f"{id} is al geregistreerd")
        _register[id] = Regel(
            id=id,
            titel=titel,
            bereik=bereik,
            ernst=(ernst,) if isinstance(ernst, str) else ernst,
            retourcodes=retourcodes,
            tabellen=tabellen,
            tabellen_deels=tabellen_deels,
            kolommen=kolommen,
            kolommen_deels=kolommen_deels,
            toets=toets,
            parameters=parameters.alle()[id],
        )
        return toets

    return registreer


@cache
def alle_regels() -> Mapping[str, Regel]:
    """The catalogue by rule id, in the order of the families and their numbers."""
    pakket = importlib.import_module("wlz_declaratie.regels")
    for module in pkgutil.iter_modules(pakket.__path__):
        importlib.import_module(f"{pakket.__name__}.{module.name}")
    return dict(sorted(_register.items()))


class OnbekendeRegel(Gebruikersfout):
    """A rule id or prefix that the catalogue does not have."""


def kies(selecteer: Sequence[str], negeer: Sequence[str]) -> list[Regel]:
    """The rules whose id starts with one of ``selecteer`` (all when empty) and with none of ``negeer``."""
    regels = alle_regels()
    for voorvoegsel in (*selecteer, *negeer):
        if not any(regel_id.startswith(voorvoegsel) for regel_id in regels):
            raise OnbekendeRegel(f"geen regel heet of begint met '{voorvoegsel}'. Zie `declaratie regels`.")
    gekozen = [r for r in regels.values() if not selecteer or r.id.startswith(tuple(selecteer))]
    gekozen = [r for r in gekozen if not r.id.startswith(tuple(negeer))]
    if not gekozen:
        raise OnbekendeRegel("met deze --selecteer en --negeer blijft geen regel over. Kies ruimer.")
    return gekozen


def bevinding(
    lijnen: pl.LazyFrame,
    melding: pl.Expr,
    retourcode: str | None,
    *,
    ernst: Ernst = "afkeur",
    uitvoerder: pl.Expr | None = None,
    gegevens: Mapping[str, pl.Expr] | None = None,
) -> pl.LazyFrame:
    """Findings in the shape BEVINDING on every row of ``lijnen`` (which has ``rij``).

    ``gegevens`` are the measured values and limits that prove the finding; a day goes in as a date. Never a bsn.
    """
    waarden = (
        pl.struct(*(waarde.alias(naam) for naam, waarde in gegevens.items())).struct.json_encode()
        if gegevens
        else pl.lit("{}")
    )
    return lijnen.select(
        pl.col("rij").cast(pl.UInt32),
        uitvoerder=pl.lit(None, dtype=pl.Int32) if uitvoerder is None else uitvoerder,
        ernst=pl.lit(ernst, dtype=ERNST),
        retourcode=pl.lit(retourcode, dtype=pl.String),
        melding=melding,
        gegevens=waarden,
    )


def datum_tekst(dagnummer: pl.Expr) -> pl.Expr:
    """A day number as a Dutch date, 31-01-2026."""
    return als_datum(dagnummer).dt.strftime("%d-%m-%Y")


def euro_tekst(cent: pl.Expr) -> pl.Expr:
    """Whole cents as euros with a decimal comma: 1234,56."""
    teken = pl.when(cent < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return zin("{}{},{}", teken, cent.abs() // 100, (cent.abs() % 100).cast(pl.String).str.zfill(2))


def veld_tekst(kolom: str) -> pl.Expr:
    """What a text column holds, as a message may show it; never null."""
    inhoud = toonbaar(pl.col(kolom)).fill_null("(niet getoond)")
    return pl.when(pl.col(kolom).is_null()).then(pl.lit("leeg")).otherwise(inhoud)


def deels_zonder(lijnen: pl.LazyFrame, wat: str) -> Iterator[Deels]:
    """Say how many lines could not be tested for want of ``wat``; nothing when there are none."""
    aantal = lijnen.select(pl.len()).collect().item()
    if aantal:
        yield Deels(f"zonder {wat}", aantal)
