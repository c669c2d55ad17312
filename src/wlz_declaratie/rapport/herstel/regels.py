"""What stands beside each line of a work file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.contract.tabellen import AANVAARD
from wlz_declaratie.contract.werkbestand import GEMAAKT, NIET_GELEZEN, VAN_WIE_HERSTELT
from wlz_declaratie.diensten.bron import Bron, lees_bron
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.telling import Regelstatus, is_aanvaard
from wlz_declaratie.diensten.voorstellen import met_voorstel, voorstel_in_woorden
from wlz_declaratie.rapport.catalogus import wat_te_doen

AFGEKEURD, GESIGNALEERD = "_afkeur", "_signaal"
"""Columns with the headings of the cells that are rejected, or signalled."""
_ONLEESBAAR = "INL-01"


@dataclass(frozen=True)
class Werkregels:
    """The lines of a work file, by ascending regelnummer.

    ``regels``: the columns ``koppen``, all text, and AFGEKEURD and GESIGNALEERD (lists of headings, null on most
    lines). ``batch`` are those of ``koppen`` that came with the batch. ``elders`` counts findings that are about no
    line: about the message, a provider or the batch.
    """

    regels: pl.DataFrame
    koppen: tuple[str, ...]
    batch: tuple[str, ...]
    elders: int


def werkregels(uitslag: Uitslag, *, scheiding: str, ingediend: bool, voor_csv: bool) -> Werkregels:
    """The lines of the one file of ``uitslag``; ``scheiding`` stands between the findings of a line."""
    bron = lees_bron(uitslag, voor_csv=voor_csv)
    naast = _per_regel(uitslag, bron, scheiding, ingediend)
    elders = uitslag.bevindingen.join(bron.regels, on="regelnummer", how="anti").height
    regels = bron.regels.join(naast, on="regelnummer", how="left", maintain_order="left")
    niet_gelezen = () if regels[NIET_GELEZEN].null_count() == regels.height else (NIET_GELEZEN,)
    koppen = (*GEMAAKT, *VAN_WIE_HERSTELT, *niet_gelezen, *bron.koppen)
    return Werkregels(regels.select(*koppen, AFGEKEURD, GESIGNALEERD), koppen, bron.koppen, elders)


def _per_regel(uitslag: Uitslag, bron: Bron, scheiding: str, ingediend: bool) -> pl.DataFrame:
    """By regelnummer: GEMAAKT, AFGEKEURD and GESIGNALEERD, the heaviest finding first.

    An accepted finding is told with its reason; it marks no cell, and there is nothing to do about it.
    """
    op_regel = uitslag.bevindingen.filter(pl.col("regelnummer").is_not_null())
    gevonden = (
        met_voorstel(op_regel)
        .join(_van_regels(uitslag.regels, ingediend), on="regel_id", how="left")
        .with_columns(koppen=_koppen(bron), aanvaard=is_aanvaard(op_regel))
        .with_columns(pl.when(~pl.col("aanvaard")).then(pl.col("doen", "kolom")))
        .sort("regelnummer", "ernst", "regel_id")
    )
    nummer = pl.when(pl.len().over("regelnummer") > 1).then(zin("{}: ", "regel_id")).otherwise(pl.lit(""))
    code = pl.when(pl.col("retourcode").is_not_null()).then(zin(" [{}]", "retourcode")).otherwise(pl.lit(""))

    def samen(tekst: pl.Expr) -> pl.Expr:
        return tekst.drop_nulls().str.join(scheiding)

    def van(ernst: str) -> pl.Expr:
        return (
            pl.col("koppen")
            .filter(~pl.col("aanvaard"), pl.col("ernst") == ernst)
            .explode(empty_as_null=False, keep_nulls=False)
        )

    ernst = zin(
        "{}{}", pl.col("ernst").cast(pl.String), pl.when("aanvaard").then(pl.lit(", aanvaard")).otherwise(pl.lit(""))
    )
    return (
        gevonden.with_columns(nummer=nummer)
        .group_by("regelnummer", maintain_order=True)
        .agg(
            samen(zin("{} ({})", "regel_id", ernst)).alias("controleregel"),
            samen(zin("{}{}", "nummer", pl.col("koppen").list.join(", "))).alias("veld"),
            samen(zin("{}{}{}{}", "nummer", "melding", code, _aanvaarding(op_regel))).alias("reden"),
            samen(zin("{}{}", "nummer", "doen")).alias("wat te doen"),
            samen(zin("{}{}", "nummer", voorstel_in_woorden())).alias("voorstel"),
            van("afkeur").alias(AFGEKEURD),
            van("signaal").alias(GESIGNALEERD),
        )
        .with_columns(pl.when(pl.col(kolom) != "").then(kolom).alias(kolom) for kolom in ("wat te doen", "voorstel"))
    )


def _aanvaarding(bevindingen: pl.DataFrame) -> pl.Expr:
    """What stands behind the message of an accepted finding, and nothing behind any other."""
    if AANVAARD[0] not in bevindingen.columns:
        return pl.lit("")
    dag = pl.col("aanvaard_tot").dt.strftime("%d-%m-%Y")
    waarom = zin(". Aanvaard door {} tot en met {}: {}", "aanvaard_door", dag, "aanvaard_reden")
    return pl.when("aanvaard").then(waarom).otherwise(pl.lit(""))


def _van_regels(statussen: Sequence[Regelstatus], ingediend: bool) -> pl.DataFrame:
    """By regel_id: ``doen`` and ``velden`` (of the contract)."""
    regels = [status.regel for status in statussen]
    return pl.DataFrame(
        {
            "regel_id": [regel.id for regel in regels],
            "doen": [wat_te_doen(regel, ingediend) for regel in regels],
            "velden": [list(regel.velden) for regel in regels],
        },
        schema={"regel_id": pl.String, "doen": pl.String, "velden": pl.List(pl.String)},
    )


def _koppen(bron: Bron) -> pl.Expr:
    """The headings of the fields that a finding speaks of, as far as the file has them."""
    gelezen = pl.Struct({"velden": pl.List(pl.Struct({"kolom": pl.String}))})
    onleesbaar = pl.when(pl.col("regel_id") == _ONLEESBAAR).then("gegevens").str.json_decode(gelezen)
    velden = (
        pl.when(pl.col("regel_id") == _ONLEESBAAR)
        .then(onleesbaar.struct.field("velden").list.eval(pl.element().struct.field("kolom")))
        .otherwise("velden")
        .fill_null([])
    )
    aanwezig = velden.list.set_intersection(pl.lit(list(bron.kop_van), pl.List(pl.String)))
    naar = {kolom: bron.kop_van[kolom] for kolom in bron.kop_van}
    return aanwezig.list.eval(pl.element().replace_strict(naar, default=None, return_dtype=pl.String))
