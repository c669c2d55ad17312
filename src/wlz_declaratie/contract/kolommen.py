"""What schemas/tabellen says of the columns of a table; declaraties.toml explains its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from wlz_declaratie.basis.meegeleverd import lees_toml

Soort = Literal["tekst", "datum", "ja/nee", "geheel getal", "getal", "regelnummer", "bedrag"]

TYPES: dict[Soort, type[pl.DataType]] = {
    "tekst": pl.String,
    "datum": pl.Date,
    "ja/nee": pl.Boolean,
    "geheel getal": pl.Int64,
    "getal": pl.Float64,
    "regelnummer": pl.UInt32,
    "bedrag": pl.Int64,
}
"""The type of a column inside the house; money is in whole cents."""

SLEUTELS = ("bsn", "agb", "prestatiecode")
"""What a row of the dossier may speak of; the first that its table has."""


@dataclass(frozen=True)
class Kolom:
    """One column, in the words of declaraties.toml."""

    soort: Soort
    betekenis: str
    nodig: bool = False
    intern: bool = False
    cijfers: int | None = None
    voorloopnul: bool = False
    tekens: int | None = None
    waarden: tuple[Any, ...] | None = None
    patroon: str | None = None
    minstens: int | None = None
    hoogstens: int | None = None
    domein: str | None = None
    nullen_leeg: bool = False
    standaard: str | None = None
    aw319: str | None = None
    buiten_aw319: str | None = None

    @property
    def type(self) -> type[pl.DataType]:
        """Its type inside the house."""
        return TYPES[self.soort]

    @property
    def verwacht(self) -> str | None:
        """What a value must be, as a message says it; None when its kind says enough."""
        if self.domein:
            return self.domein
        if self.cijfers:
            return f"{self.cijfers} cijfers"
        if self.tekens:
            return f"hooguit {self.tekens} tekens"
        if self.waarden:
            return " ".join(str(waarde) for waarde in self.waarden)
        if self.hoogstens is not None:
            return f"{self.minstens} tot en met {self.hoogstens}"
        return "nul of meer" if self.minstens == 0 else None

    def past(self, naam: str) -> pl.Expr | None:
        """Whether a value of the column of that name is in its domain, null where it is empty; None: every value is.

        Says what the check in `contract.modellen` says, of a million rows at once.
        """
        waarde = pl.col(naam)
        if self.cijfers:
            return waarde.str.contains(f"^[0-9]{{{self.cijfers}}}$")
        if self.tekens:
            return waarde.str.len_chars().is_between(1, self.tekens)
        if self.patroon:
            return waarde.str.contains(self.patroon)
        if self.waarden:
            return waarde.is_in(self.waarden)
        if self.hoogstens is not None:
            return waarde.is_between(self.minstens, self.hoogstens)
        return None if self.minstens is None else waarde >= self.minstens


@dataclass(frozen=True)
class Tabel:
    """A table and its columns by name, in order."""

    naam: str
    betekenis: str
    kolommen: dict[str, Kolom]

    @property
    def types(self) -> dict[str, type[pl.DataType]]:
        """The type of each column inside the house."""
        return {naam: kolom.type for naam, kolom in self.kolommen.items()}

    @property
    def sleutel(self) -> str:
        """The column that says of whom or what a row of the dossier speaks: the client, else the provider or code."""
        return next(naam for naam in SLEUTELS if naam in self.kolommen)


class Tabelfout(Exception):
    """A table file that cannot be used: a mistake of whoever wrote it, never of a user."""


def lees_tabel(naam: str) -> Tabel:
    """The table of that name. Raises Tabelfout for a word or kind that no column has, or one that is missing."""
    inhoud = lees_toml("tabellen", f"{naam}.toml")
    kolommen = {}
    for kolom, velden in inhoud["kolom"].items():
        try:
            kolommen[kolom] = _kolom(velden)
        except (TypeError, ValueError) as fout:
            raise Tabelfout(f"{naam}.toml, kolom {kolom}: {fout}") from None
    return Tabel(naam, inhoud["betekenis"], kolommen)


def _kolom(velden: dict[str, Any]) -> Kolom:
    if velden.get("soort") not in TYPES:
        raise ValueError(f"soort is {velden.get('soort')!r}; kies {', '.join(TYPES)}")
    gezet = dict(velden)
    if "waarden" in gezet:
        gezet["waarden"] = tuple(gezet["waarden"])
    return Kolom(**gezet)
