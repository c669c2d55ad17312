"""Typed columns: Parquet, scanned after a look at what the file would take in the reader, and frames of the caller."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.stil import zonder_gepraat
from wlz_declaratie.basis.systeem import foutnummer
from wlz_declaratie.inlezen.apart import lees_apart, verdacht
from wlz_declaratie.inlezen.basis import Invoerfout, controleer_bestand
from wlz_declaratie.inlezen.koppen import Gevraagd, wijs_toe
from wlz_declaratie.inlezen.parquet.grenzen import GEEN_PARQUET, LANGSTE, bekijk
from wlz_declaratie.inlezen.ruw import ONLEESBAAR, RuweTabel, gevulde_regels

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
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as fout:
        raise Invoerfout(naam, *GEEN_PARQUET, systeem=foutnummer(fout)) from None
    toegewezen = wijs_toe(naam, schema.names(), gevraagd)
    plaatsen = toegewezen.plaatsen
    if gevraagd.alles:
        plaatsen = {kop: plaats for kop, plaats in plaatsen.items() if not isinstance(schema.dtypes()[plaats], _NOOIT)}
    apart = inhoud.dubbelzinnig or verdacht(inhoud.ruimte, grootte, _VOUD)
    vraag = {"plaatsen": plaatsen, "lang": sorted(inhoud.lang)}
    return RuweTabel(
        formaat="parquet",
        regels=lees_apart("parquet", pad, naam, vraag).lazy() if apart else lijnen(pad, plaatsen, inhoud.lang),
        kolommen=tuple(plaatsen),
        ongebruikt=toegewezen.ongebruikt,
        onleesbaar=pl.DataFrame(schema=ONLEESBAAR),
        hooguit=hooguit,
        opmerkingen=toegewezen.opmerkingen,
    )


def lees_frame(frame: pl.DataFrame, naam: str, gevraagd: Gevraagd) -> RuweTabel:
    """A frame as a Parquet file with the same columns is read; regelnummer is the row. Raises Invoerfout."""
    toegewezen = wijs_toe(naam, frame.columns, gevraagd)
    return RuweTabel(
        formaat="frame",
        regels=_lijnen(frame.lazy(), toegewezen.plaatsen, range(frame.width)),
        kolommen=tuple(toegewezen.plaatsen),
        ongebruikt=toegewezen.ongebruikt,
        onleesbaar=pl.DataFrame(schema=ONLEESBAAR),
        hooguit=frame.height,
        opmerkingen=toegewezen.opmerkingen,
    )


def lijnen(pad: Path, plaatsen: Mapping[str, int], lang: Collection[int]) -> pl.LazyFrame:
    """The lines of a file that was looked at, as in `RuweTabel.regels`; columns ``lang`` may have too long a text."""
    return _lijnen(pl.scan_parquet(pad, glob=False, hive_partitioning=False), plaatsen, lang)


def _lijnen(bron: pl.LazyFrame, plaatsen: Mapping[str, int], lang: Collection[int]) -> pl.LazyFrame:
    kolommen = list(bron.collect_schema().items())
    gevraagd = set(plaatsen.values())
    genummerd = bron.select(
        _als_tekst(kolom, type_, nummer in lang).alias(str(nummer))
        for nummer, (kolom, type_) in enumerate(kolommen)
        if nummer in gevraagd or not isinstance(type_, _NOOIT)
    )
    return gevulde_regels(genummerd.with_row_index("regelnummer", offset=1), dict(plaatsen))


def _als_tekst(kolom: str, type_: pl.DataType, lang: bool) -> pl.Expr:
    """The column, text as text, with TE_LANG for what is too long: every step would copy it."""
    waarde = pl.col(kolom)
    if isinstance(type_, pl.String):
        return pl.when(waarde.str.len_bytes() > LANGSTE).then(pl.lit(TE_LANG)).otherwise(waarde) if lang else waarde
    if isinstance(type_, (pl.Categorical, pl.Enum)):
        # As text, a category is copied into every line that has it.
        te_lang = waarde.cat.len_bytes() > LANGSTE
        tekst = pl.when(~te_lang).then(waarde).cast(pl.String)
        return pl.when(te_lang).then(pl.lit(TE_LANG)).otherwise(tekst) if lang else waarde.cast(pl.String)
    return waarde.cast(pl.String) if isinstance(type_, pl.Null) else waarde


_NOOIT = (pl.List, pl.Array, pl.Struct, pl.Binary, pl.Object)
"""Types that no column has: one that nobody asks for is not even unpacked, for its nulls may be as long as it says."""
