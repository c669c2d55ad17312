"""Parquet: typed columns, scanned, after a look at what the file would take in the reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

from wlz_declaratie.inlezen.apart import lees_apart, verdacht
from wlz_declaratie.inlezen.basis import Invoerfout, controleer_bestand
from wlz_declaratie.inlezen.parquet_grenzen import GEEN_PARQUET, LANGSTE, bekijk
from wlz_declaratie.inlezen.ruw import ONLEESBAAR, Gevraagd, RuweTabel, gevulde_regels, wijs_toe
from wlz_declaratie.stil import zonder_gepraat

__all__ = ["GEEN_PARQUET", "lees_parquet", "lijnen"]

TE_LANG = f"(niet gelezen: langer dan {LANGSTE} tekens)"
"""Stands for a longer text; itself too long for any column."""

_VOUD = 150
"""Measured: a common batch takes some 60 times its own size."""


def lees_parquet(pad: Path, naam: str, gevraagd: Gevraagd) -> RuweTabel:
    """Open a Parquet file; regelnummer is the row, the first is 1. Raises Invoerfout."""
    grootte = controleer_bestand(pad, naam)
    inhoud = bekijk(pad, naam)
    try:
        with zonder_gepraat():
            bron = pl.scan_parquet(pad, glob=False, hive_partitioning=False)
            schema = bron.collect_schema()
            hooguit = bron.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        raise Invoerfout(naam, *GEEN_PARQUET) from None
    plaatsen, ongebruikt = wijs_toe(naam, schema.names(), gevraagd)
    apart = inhoud.dubbelzinnig or verdacht(inhoud.ruimte, grootte, _VOUD)
    return RuweTabel(
        formaat="parquet",
        regels=lees_apart("parquet", pad, naam, {"plaatsen": plaatsen, "lang": lang}).lazy()
        if apart
        else lijnen(pad, plaatsen, lang),
        kolommen=tuple(plaatsen),
        ongebruikt=ongebruikt,
        onleesbaar=pl.DataFrame(schema=ONLEESBAAR),
        hooguit=hooguit,
    )


def lijnen(pad: Path, plaatsen: Mapping[str, int], lang: Collection[int]) -> pl.LazyFrame:
    """The lines of a file that was looked at, as in `RuweTabel.regels`; columns ``lang`` may have too long a text."""
    bron = pl.scan_parquet(pad, glob=False, hive_partitioning=False)
    genummerd = bron.select(
        _als_tekst(kolom, type_, nummer in lang).alias(str(nummer))
        for nummer, (kolom, type_) in enumerate(bron.collect_schema().items())
    )
    return gevulde_regels(genummerd.with_row_index("regelnummer", offset=1), dict(plaatsen))


def _als_tekst(kolom: str, type_: pl.DataType, lang: bool) -> pl.Expr:
    """The column, text as text, with TE_LANG for what is too long: every step would copy it."""
    if not isinstance(type_, (pl.String, *_TEKST)):
        return pl.col(kolom)
    tekst = pl.col(kolom).cast(pl.String) if isinstance(type_, _TEKST) else pl.col(kolom)
    if not lang:
        return tekst
    return pl.when(tekst.str.len_bytes() > LANGSTE).then(pl.lit(TE_LANG)).otherwise(tekst)


_TEKST = (pl.Categorical, pl.Enum, pl.Null)
"""Types that are text in another guise."""
