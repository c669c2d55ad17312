"""The code tables: which prestaties exist, on which days, for which profiles and functions.

Source: ``schemas/codes``, where ``editie.toml`` states source and edition of each table. The built-in edition
is the koppeltabel of early 2019 (Vektis) with code list 055 of that year. The dossier table ``prestaties``
adds to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from wlz_declaratie.dagen import OPEN_EIND, als_datum, vereniging
from wlz_declaratie.fouten import Gebruikersfout
from wlz_declaratie.schemas import lees_toml, pad

KENMERKEN = ("soort", "sector", "profiel", "behandeling", "dagbesteding", "tijdseenheid", "doelgroep")
"""What is known of a prestatie whatever the date. Null where it does not apply or no table says it."""


class Codefout(Gebruikersfout):
    """The dossier table ``prestaties`` contradicts itself: one Dutch line with code, column and remedy."""


@dataclass(frozen=True)
class Editie:
    """An edition of the koppeltabel and the days, both inclusive, for which it answers."""

    naam: str
    bron: str
    van: date
    tot: date


@dataclass(frozen=True)
class Codes:
    """All code tables together.

    - ``prestaties``: prestatiecode and KENMERKEN, one row per known code.
    - ``geldigheid``: prestatiecode, ingangsdatum, einddatum (null is open); disjoint periods, joined where
      they meet. A code of list 055 that the koppeltabel does not name has none: known, but valid on no day.
    - ``koppeling``: prestatiecode, zzpcode, functiecode, ingangsdatum, einddatum (null is open). Never both
      codes in one row; both null is the row without both. A code that has only such rows is uncoupled, and so
      is a code without any row (dossier, overbrugging).
    - ``profielen``: zzpcode, naam, groep, nummer; groep is null for a zzpcode outside every profile set.
    - ``retourcodes``: meaning in our own words by retourcode.
    """

    edities: tuple[Editie, ...]
    prestaties: pl.DataFrame
    geldigheid: pl.DataFrame
    koppeling: pl.DataFrame
    profielen: pl.DataFrame
    retourcodes: dict[str, str]

    @property
    def bekend(self) -> pl.Series:
        """Every prestatiecode that any table knows, valid or not."""
        return self.prestaties["prestatiecode"]


def _lees(naam: str) -> pl.DataFrame:
    return pl.read_csv(pad("codes", naam), separator=";", infer_schema=False)


def lees_koppeltabel() -> pl.DataFrame:
    """The built-in koppeltabel, a row per coupling: Codes.koppeling plus prestatiegroep and declaratiewijze.

    The file holds one row per prestatiecode, period, groep and declaratiewijze, with its zzp codes and its
    function codes as lists; a row with neither is the row without both.
    """
    rijen = _lees("koppeling.csv").with_columns(pl.col("ingangsdatum", "einddatum").str.to_date("%Y-%m-%d"))
    zzp, functie, geen = pl.col("zzpcodes"), pl.col("functiecodes"), pl.lit(None, dtype=pl.String)
    periode = [pl.col("ingangsdatum", "einddatum", "prestatiegroep", "declaratiewijze")]

    def rij(zzpcode: pl.Expr, functiecode: pl.Expr) -> list[pl.Expr]:
        return [pl.col("prestatiecode"), zzpcode.alias("zzpcode"), functiecode.alias("functiecode"), *periode]

    return pl.concat(
        [
            rijen.filter(zzp.is_null() & functie.is_null()).select(rij(geen, geen)),
            rijen.drop_nulls("zzpcodes").select(rij(zzp.str.split(" "), geen)).explode("zzpcode"),
            rijen.drop_nulls("functiecodes").select(rij(geen, functie.str.split(" "))).explode("functiecode"),
        ]
    )


def _overbrugging(vorm: dict[str, Any]) -> pl.DataFrame:
    """The O-prestaties as rows of the dossier table ``prestaties``: no list gives their numbers (B1 §5.3)."""
    begin, cijfers = vorm["begin"], vorm["cijfers"]
    codes = [f"{begin}{nummer:0{cijfers}}" for nummer in range(10**cijfers)]
    return pl.DataFrame({"prestatiecode": codes}).with_columns(
        soort=pl.lit(vorm["soort"]), ingangsdatum=pl.lit(vorm["ingangsdatum"])
    )


def _nieuwe_codes(extra: pl.DataFrame, bekend: pl.Series) -> pl.DataFrame:
    """One row per code of ``extra`` that no built-in table knows; of each attribute the one value given."""
    kenmerken = [kenmerk for kenmerk in KENMERKEN if kenmerk in extra.columns]
    nieuw = (
        extra.filter(~pl.col("prestatiecode").is_in(bekend.implode()))
        .group_by("prestatiecode", maintain_order=True)
        .agg(pl.col(kenmerken).drop_nulls().unique(maintain_order=True))
    )
    for kenmerk in kenmerken:
        strijdig = nieuw.filter(pl.col(kenmerk).list.len() > 1)
        if not strijdig.is_empty():
            code, waarden = strijdig.select("prestatiecode", kenmerk).row(0)
            raise Codefout(
                f"tabel prestaties: code {code} heeft meer dan één {kenmerk} ({', '.join(waarden)}). "
                f"Geef alle rijen van deze code dezelfde {kenmerk}."
            )
    return nieuw.with_columns(pl.col(kenmerken).list.first())


def _geldigheid(perioden: pl.DataFrame) -> pl.DataFrame:
    lijnen = perioden.select(
        "prestatiecode",
        begin=pl.col("ingangsdatum").to_physical(),
        eind=pl.col("einddatum").to_physical().fill_null(OPEN_EIND),
    )
    eind = pl.when(pl.col("eind") < OPEN_EIND).then(pl.col("eind"))
    return (
        vereniging(lijnen.lazy(), ["prestatiecode"])
        .select("prestatiecode", ingangsdatum=als_datum(pl.col("begin")), einddatum=als_datum(eind))
        .collect()
    )


def lees_codes(extra: pl.DataFrame | None = None) -> Codes:
    """Read the built-in tables and add the dossier table ``prestaties`` (columns in CONTRACT, dates as Date).

    For a built-in code, the O-prestaties among them, a row of ``extra`` adds validity only; any other code
    comes with its attributes and is uncoupled. Raises Codefout when its rows contradict one another.
    """
    edities = lees_toml("codes", "editie.toml")
    koppeltabel = lees_koppeltabel()
    overbrugging = _overbrugging(edities["overbrugging"])
    alle_kolommen = pl.DataFrame(schema=dict.fromkeys(("prestatiecode", *KENMERKEN), pl.String))
    prestaties = pl.concat(
        [alle_kolommen, _lees("prestaties.csv").drop("prestatiegroep"), overbrugging.drop("ingangsdatum")],
        how="diagonal",
    )
    perioden = [koppeltabel, overbrugging]
    if extra is not None:
        nieuw = _nieuwe_codes(extra, prestaties["prestatiecode"])
        prestaties = pl.concat([prestaties, nieuw], how="diagonal_relaxed")
        perioden.append(extra)
    return Codes(
        edities=(Editie(**edities["koppeling"]),),
        prestaties=prestaties,
        geldigheid=_geldigheid(pl.concat(perioden, how="diagonal_relaxed")),
        koppeling=koppeltabel.drop("prestatiegroep", "declaratiewijze"),
        profielen=_lees("zzp-profielen.csv"),
        retourcodes=dict(_lees("retourcodes.csv").rows()),
    )
