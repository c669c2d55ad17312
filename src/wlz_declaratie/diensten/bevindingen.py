"""Findings as they are published: what rules and readers found, with the fields of the line, in one order."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from wlz_declaratie.basis.tonen import schone, schone_json
from wlz_declaratie.contract.tabellen import BEVINDINGEN, SOMS
from wlz_declaratie.diensten.totalen import met_teken
from wlz_declaratie.inlezen.basis import MELDING, Batchbestand
from wlz_declaratie.kern.gevonden import Gevonden, Stukken, stuk_van
from wlz_declaratie.kern.uitkomst import ERNST

REGELKOLOMMEN = ("referentienummer", "bsn", "prestatiecode", "begindatum", "einddatum")
UITSLAG: dict[str, pl.DataType | type[pl.DataType]] = {
    **{kolom: soort for kolom, soort in BEVINDINGEN.items() if kolom not in SOMS},
    "ernst": ERNST,
}
"""A finding with the fields of its line, as the contract publishes it; gegevens is a JSON object."""
_TABEL = pl.Schema({"rij": pl.UInt32, **UITSLAG})
_LAATST = 2**32 - 1
"""Stands for the place of what is about a file as a whole: after its lines."""


def bevindingentabel(
    gevonden: Gevonden, breed: pl.LazyFrame, bestanden: Sequence[Batchbestand], gekozen: Collection[str]
) -> pl.DataFrame:
    """All findings (UITSLAG and ``rij``) by bestand, regelnummer and regel_id; those on no line of a file stand last.

    ``breed`` are the lines of the ``bestanden``, whose ``meldingen`` are findings of the ``gekozen`` rules that read.
    It is made stretch by stretch: all that it is made of would take a multiple of what it takes itself.
    """
    rijen = gevonden.op_lijn.alles().select("rij").unique().collect()["rij"]
    if rijen.is_empty() and gevonden.zonder_lijn.is_empty() and not any(b.meldingen.height for b in bestanden):
        return pl.DataFrame(schema=_TABEL)
    gelezen = _gelezen(bestanden, gekozen)
    # Looked for by their number: a join would read all columns of all lines.
    genoemd = pl.col("rij").is_in(rijen.implode())
    bij_lezen = pl.col("regelnummer").is_in(gelezen["regelnummer"].unique().implode())
    velden = gevonden.op_lijn.naast(
        "regelvelden",
        breed.filter(genoemd | bij_lezen).select(
            "rij", "bestandnr", "regelnummer", *REGELKOLOMMEN, "uitvoerder",
            pl.col("declaratiebedrag").alias("declaratiebedrag_cent"), met_teken().alias("netto_cent"),
        ),
    )  # fmt: skip
    per_stuk = _per_stuk(gelezen, velden)
    namen = pl.LazyFrame(
        {"bestandnr": range(len(bestanden)), "bestand": [bestand.naam for bestand in bestanden]},
        schema={"bestandnr": pl.UInt16, "bestand": pl.String},
    )
    laatste = velden.aantal - 1
    return pl.concat(
        [
            _geordend(
                gevonden.op_lijn.stuk(stuk),
                gevonden.zonder_lijn if stuk == laatste else gevonden.zonder_lijn.clear(),
                per_stuk[stuk],
                velden.stuk(stuk).collect(),
                namen,
            )
            for stuk in range(velden.aantal)
        ]
    )


def _gelezen(bestanden: Sequence[Batchbestand], gekozen: Collection[str]) -> pl.DataFrame:
    """What the readers found, as far as it was asked for, with the number of its file."""
    meldingen = [
        bestand.meldingen.cast(pl.Schema(MELDING)).with_columns(bestandnr=pl.lit(nummer, dtype=pl.UInt16))
        for nummer, bestand in enumerate(bestanden)
    ]
    return pl.concat(meldingen).filter(pl.col("regel_id").is_in(gekozen)).with_columns(pl.col("ernst").cast(ERNST))


def _per_stuk(gelezen: pl.DataFrame, velden: Stukken) -> list[pl.DataFrame]:
    """What the readers found by stretch of lines; what is on no line, where its place between the lines is."""
    if velden.aantal == 1:
        return [gelezen]
    eersten = velden.alles().group_by(stuk_van()).agg(pl.col("bestandnr", "regelnummer").sort_by("rij").first())
    bestand, regel = pl.col("bestandnr"), pl.col("regelnummer").fill_null(_LAATST)
    vanaf = [
        pl.when((bestand > nr) | ((bestand == nr) & (regel >= eerste))).then(stuk).otherwise(0)
        for stuk, nr, eerste in eersten.collect().iter_rows()
    ]
    geplaatst = gelezen.with_columns(stuk=pl.max_horizontal(0, *vanaf))
    return [geplaatst.filter(stuk=stuk).drop("stuk") for stuk in range(velden.aantal)]


def _geordend(
    op_lijn: pl.LazyFrame,
    zonder_lijn: pl.DataFrame,
    gelezen: pl.DataFrame,
    velden: pl.DataFrame,
    namen: pl.LazyFrame,
) -> pl.DataFrame:
    """The findings of one stretch, with those on no line at the end."""
    uitvoerder = pl.when(pl.col("uitvoerder") >= 0).then(pl.col("uitvoerder").cast(pl.String).str.zfill(8))
    lezen_op_regel = velden.join(gelezen, on=["bestandnr", "regelnummer"], how="inner")
    lezen_rest = gelezen.join(lezen_op_regel, on=["bestandnr", "regelnummer"], how="anti")
    alles = [
        op_lijn.drop("uitvoerder").join(velden.lazy(), on="rij", how="left"),
        zonder_lijn.lazy().with_columns(uitvoerder=uitvoerder),
        lezen_op_regel.lazy(),
        lezen_rest.lazy(),
    ]
    return toonbaar(
        pl.concat(alles, how="diagonal")
        .join(namen, on="bestandnr", how="left")
        .sort("bestandnr", "regelnummer", "regel_id", "uitvoerder", "melding", nulls_last=True)
        .select(_TABEL.keys())
        .cast(_TABEL)
        .collect()
    )


def toonbaar(bevindingen: pl.DataFrame) -> pl.DataFrame:
    """Findings without a character that may not be shown, in any text: what is reported comes from here."""
    teksten = [
        kolom
        for kolom, soort in BEVINDINGEN.items()
        if soort == pl.String and kolom not in ("ernst", "stand", "gegevens") and kolom in bevindingen.columns
    ]
    return bevindingen.with_columns(schone(pl.col(*teksten)), schone_json(pl.col("gegevens")))
