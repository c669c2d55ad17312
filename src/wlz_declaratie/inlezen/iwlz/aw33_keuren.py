"""The rows of AW33 messages parsed, and which messages cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.inlezen.iwlz.aw33_rijen import ELEMENTEN, genoemd
from wlz_declaratie.inlezen.velden import ontleed, soort_van

if TYPE_CHECKING:
    from pandera.polars import DataFrameSchema

_ERBIJ: dict[str, type[pl.DataType]] = {"datumgebruik": pl.String, "dagtekening": pl.Date}
"""Columns that are in no table, but decide what gets there."""


def ontleed_rijen(tabel: str, rijen: list[tuple[int | str | None, ...]]) -> pl.DataFrame:
    """The rows, parsed, after bericht, client and ``fout``: the first column that cannot be read."""
    plaats = {"bericht": pl.UInt32, "client": pl.UInt32}
    elementen, types = ELEMENTEN[tabel], DOSSIER[tabel] | _ERBIJ
    ruw = pl.DataFrame(rijen, schema={**plaats, **dict.fromkeys(elementen, pl.String)}, orient="row")
    waarden = {kolom: ontleed(kolom, soort_van(kolom, types[kolom]), pl.String()) for kolom in elementen}
    if "percentage" in waarden:
        waarden["percentage"] /= 100
    onleesbaar = [
        pl.when(pl.col(kolom).is_not_null() & waarde.is_null()).then(pl.lit(kolom)) for kolom, waarde in waarden.items()
    ]
    leeg = {kolom: pl.lit(None, type_) for kolom, type_ in DOSSIER[tabel].items() if kolom not in elementen}
    return ruw.select(*plaats, fout=pl.coalesce(onleesbaar), **waarden, **leeg)


def fouten(gelezen: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The messages with an unusable value: bericht, and the first such element as a remark names it."""
    from wlz_declaratie.contract.modellen import model

    per_tabel = []
    for tabel, rijen in gelezen.items():
        gevonden = _fouten_in(te_gebruiken(tabel, rijen), tabel, model(tabel))
        element = pl.col("kolom").replace_strict(genoemd(tabel), return_dtype=pl.String)
        per_tabel.append(gevonden.select("bericht", element=element))
    return pl.concat(per_tabel).unique("bericht", keep="first", maintain_order=True).sort("bericht")


def te_gebruiken(tabel: str, rijen: pl.DataFrame) -> pl.DataFrame:
    """Without the allocations that name no instelling (pgb), which no table can hold."""
    return rijen.drop_nulls("instelling") if tabel == "toewijzingen" else rijen


def _fouten_in(rijen: pl.DataFrame, tabel: str, model: DataFrameSchema) -> pl.DataFrame:
    """bericht and kolom of what cannot be read, is not in its domain, or ends before it begins."""
    from pandera.errors import SchemaErrors

    gevonden = [rijen.drop_nulls("fout").select("bericht", kolom="fout")]
    try:
        model.validate(rijen.select(*DOSSIER[tabel]), lazy=True)
    except SchemaErrors as fout:
        # Pandera's index is the position of the row.
        gevallen = fout.failure_cases.select(rij=pl.col("index").cast(pl.UInt32), kolom="column")
        met_rij = rijen.with_row_index("rij").join(gevallen, on="rij", maintain_order="left_right")
        gevonden.append(met_rij.select("bericht", "kolom"))
    if "einddatum" in rijen.columns:
        omgekeerd = rijen.filter(pl.col("einddatum") < pl.col("ingangsdatum"))
        gevonden.append(omgekeerd.select("bericht", kolom=pl.lit("einddatum")))
    return pl.concat(gevonden)
