"""Findings and lines as they may be shown: a bsn masked but for its end, wherever in them it stands."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from wlz_declaratie.basis.tonen import gemaskeerd

VAN_DE_REGEL = ("referentienummer", "prestatiecode", "uitvoerder", "melding")
"""Texts of a finding or line in which its own bsn could stand."""
VRIJ = ("aanvaard_reden", "aanvaard_door")
"""Texts of a finding that a person wrote: any bsn could stand in them."""
NOOIT_LANG = ("prestatiecode", "uitvoerder")
"""Fields that are shorter than a bsn: nine digits there are none of theirs."""
ZICHTBAAR = 3
"""How many characters of a masked bsn remain."""


def bsn(toon: bool) -> pl.Expr:
    """The column bsn, masked but for its last characters unless ``toon``; a short one is masked whole."""
    if toon:
        return pl.col("bsn")
    tekst = pl.col("bsn")
    einde = tekst.str.tail(ZICHTBAAR)
    lang = pl.concat_str(pl.lit("*" * 6), einde)
    return pl.when(tekst.str.len_chars() >= 9).then(lang).when(tekst.is_not_null()).then(pl.lit("***")).alias("bsn")


def getoond(regels: pl.DataFrame, toon_bsn: bool) -> pl.DataFrame:
    """Findings or lines as a report shows them: the bsn masked unless ``toon_bsn``, wherever it stands.

    Any other nine digits in a referentienummer stay: they number lines, and are a bsn by chance too often.
    """
    if toon_bsn:
        return regels
    kort = [zonder_bsns(regels[kolom]) for kolom in (*NOOIT_LANG, *VRIJ) if kolom in regels.columns]
    gemaskeerd_ = regels.with_columns(*(_zonder_eigen(k) for k in VAN_DE_REGEL if k in regels.columns))
    if "gegevens" in regels.columns:
        gemaskeerd_ = gemaskeerd_.with_columns(_gegevens(regels))
    return gemaskeerd_.with_columns(bsn(toon=False), *kort)


def _staat_in(kolom: str) -> pl.Expr:
    eigen = pl.col("bsn")
    return (eigen.str.len_chars() >= 9) & pl.col(kolom).str.contains(eigen, literal=True)


def _masker() -> pl.Expr:
    return pl.concat_str(pl.lit("*" * 6), pl.col("bsn").str.tail(ZICHTBAAR))


def _zonder_eigen(kolom: str) -> pl.Expr:
    zonder = pl.col(kolom).str.split(pl.col("bsn")).list.join(_masker())
    return pl.when(_staat_in(kolom)).then(zonder).otherwise(pl.col(kolom)).alias(kolom)


def _gegevens(regels: pl.DataFrame) -> pl.Series:
    """The values that prove a finding, masked in their texts only: a number is an amount or a count."""
    raak = regels.select("bsn", "gegevens", raak=_staat_in("gegevens").fill_null(False)).with_row_index("plaats")
    gevonden = raak.filter("raak")
    anders = [
        json.dumps(zonder(json.loads(gegevens), eigen), ensure_ascii=False, separators=(",", ":"))
        for eigen, gegevens in gevonden.select("bsn", "gegevens").iter_rows()
    ]
    return regels["gegevens"].clone().scatter(gevonden["plaats"], anders) if anders else regels["gegevens"]


def zonder(waarde: Any, eigen: str) -> Any:
    """A value, or one of JSON with all in it, with this bsn masked in its texts."""
    match waarde:
        case str():
            return waarde.replace(eigen, f"{'*' * 6}{eigen[-ZICHTBAAR:]}")
        case dict():
            return {naam: zonder(deel, eigen) for naam, deel in waarde.items()}
        case list():
            return [zonder(deel, eigen) for deel in waarde]
        case _:
            return waarde


def zonder_bsns(kolom: pl.Series) -> pl.Series:
    """A column of texts with each bsn masked that stands on its own."""
    verdacht = kolom.filter(kolom.str.contains("[0-9]{9}")).unique()
    anders = {tekst: gemaskeerd(tekst) for tekst in verdacht}
    return kolom.replace(list(anders), list(anders.values())) if anders else kolom
