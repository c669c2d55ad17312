"""Of what stands in several answers, or twice in one: which of the rows count."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from wlz_declaratie.contract.tabellen import DOSSIER


def vervangen(soort: str, orde: pl.DataFrame) -> pl.DataFrame:
    """The numbers of the rows that newer ones of the same id replace, and whether what replaces them is ``later``.

    Whether a newer one can be used does not matter. ``orde`` (see `keuren.Gekeurd`) has the number of the file of each
    row besides. An allocation stands in an answer as often as the query comes by it, a client with each indication:
    that is not later.
    """
    met_id = orde.drop_nulls("id")
    if met_id["id"].n_unique() == met_id.height:
        return orde.clear().select("nr", later=pl.lit(value=True))
    if soort == "indicaties":
        # An indication is as many rows as it has packages: they stand in one file, and count together.
        laatste = pl.col("bestand") == pl.col("bestand").max().over("id")
        return met_id.filter(~laatste).select("nr", later=pl.lit(value=True))
    op_volgorde = met_id.sort("moment", "nr", nulls_last=False)
    later = pl.col("moment").ne_missing(pl.col("moment").last().over("id"))
    return (
        op_volgorde.select("nr", later.alias("later"), oud=~pl.col("id").is_last_distinct()).filter("oud").drop("oud")
    )


def met_meer(rijen: Sequence[pl.DataFrame], kolom: str) -> int:
    """How many clients the rows give more than one value of a column."""
    paren = pl.concat([frame.select("bsn", kolom) for frame in rijen]).unique()
    return paren.height - paren["bsn"].n_unique()


def zonder(rijen: Sequence[pl.DataFrame], oud: pl.DataFrame) -> pl.DataFrame:
    """The rows but for those that are replaced."""
    if not rijen:
        return pl.DataFrame()
    alle = pl.concat(rijen)
    return alle.join(oud, on="nr", how="anti", maintain_order="left") if oud.height else alle


def een_keer(rijen: pl.DataFrame, tabel: str) -> pl.DataFrame:
    """Without rows that say what another says: of an indication, or where an answer has no id to tell them apart."""
    dubbel = pl.struct(*DOSSIER[tabel]).is_first_distinct()
    if tabel == "indicaties":
        return rijen.filter(dubbel)
    return rijen if rijen["id"].null_count() == 0 else rijen.filter(pl.col("id").is_not_null() | dubbel)
