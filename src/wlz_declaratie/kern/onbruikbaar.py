"""No rejection rests on a row of the dossier that was left out because it could not be used.

A finding of a rule that reads the table, on a line of which that row may have spoken, is a signal at most and says
which row. A line is of the bsn of the row, or in a table without one of its provider or prestatie. A rule that looks at
all lines of a client may also have missed there what a provider or prestatie is: then all lines of that client count,
as do those of a client who waits for, or is allocated to, that provider.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.contract.sleutels import SLEUTELS, sleutel
from wlz_declaratie.contract.tabellen import TABELLEN
from wlz_declaratie.kern.begrippen import GEEN_BSN
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import KENMERKEN, Regel
from wlz_declaratie.kern.taal.sjabloon import zonder_voorstel

_OP_LIJN = {"bsn": "bsn", "agb": "uitvoerder", "prestatiecode": "prestatiecode"}
_MET_KENMERKEN = KENMERKEN.partition(".")[0]


def weggelaten(onbruikbaar: pl.DataFrame, codes: Codes) -> dict[str, pl.DataFrame]:
    """The left-out rows of a dossier (`inlezen.onbruikbaar.ONBRUIKBAAR`) by table and key.

    Columns: sleutel as it stands on a line, nr (the order), dossierrij (the first row, as a message names it),
    dossierrijen (how many), and bekend: whether the key is a prestatie of which the kenmerken are known all the same.
    """
    uit_bericht = pl.col("plaats") == "cliënt"
    naam = pl.concat_str(
        "tabel", pl.when(uit_bericht).then("bestand"), "plaats", "regel", separator=" ", ignore_nulls=True
    )
    gelezen = onbruikbaar.with_row_index("nr").with_columns(dossierrij=naam).drop_nulls("sleutel")
    per_tabel = {}
    for (tabel,), rijen in gelezen.group_by("tabel"):
        kolom = TABELLEN[str(tabel)].sleutel
        op_lijn = sleutel("sleutel", SLEUTELS[kolom]) if kolom in SLEUTELS else pl.col("sleutel")
        per_sleutel = (
            rijen.group_by("sleutel")
            .agg(pl.col("nr").min(), pl.col("dossierrij").sort_by("nr").first(), dossierrijen=pl.len())
            .with_columns(bekend=pl.col("sleutel").is_in(codes.bekend.implode()))
        )
        per_tabel[str(tabel)] = per_sleutel.with_columns(op_lijn.alias("sleutel")).drop_nulls("sleutel")
    return per_tabel


def hooguit_signaal(bevindingen: pl.DataFrame, regel: Regel, pop: Populatie) -> pl.DataFrame:
    """The findings of a rule, those that may rest on a row that was left out as signals that name it."""
    geraakt = list(_geraakt(regel, pop)) if bevindingen.height else []
    if not geraakt:
        return bevindingen
    alle = pl.concat(geraakt).sort("nr")
    som = pl.col("dossierrij").first(), pl.col("dossierrijen").sum()
    op_lijn = alle.group_by("rij", maintain_order=True).agg(som)
    over_uitvoerder = alle.unique(["uitvoerder", "nr"], keep="first", maintain_order=True)
    over_uitvoerder = over_uitvoerder.group_by("uitvoerder", maintain_order=True).agg(som)
    met_lijn = pl.col("rij").is_not_null()
    return pl.concat(
        [
            _naast(bevindingen.filter(met_lijn), op_lijn, "rij"),
            _naast(bevindingen.filter(~met_lijn), over_uitvoerder, "uitvoerder"),
        ]
    )


def _naast(bevindingen: pl.DataFrame, geraakt: pl.DataFrame, op: str) -> pl.DataFrame:
    een_van = pl.when(pl.col("dossierrijen") > 1).then(zin("een van {}: ", "dossierrijen")).otherwise(pl.lit(""))
    slot = "; " + een_van + "dossierrij niet bruikbaar: " + pl.col("dossierrij")
    raak = pl.col("dossierrij").is_not_null()
    return (
        bevindingen.join(geraakt, on=op, how="left", maintain_order="left")
        .with_columns(
            ernst=pl.when(raak).then(pl.lit("signaal", dtype=bevindingen.schema["ernst"])).otherwise("ernst"),
            melding=pl.when(raak).then(pl.col("melding") + slot).otherwise("melding"),
            gegevens=pl.when(raak).then(zonder_voorstel(pl.col("gegevens"))).otherwise("gegevens"),
        )
        .select(bevindingen.columns)
    )


def _geraakt(regel: Regel, pop: Populatie) -> Iterator[pl.DataFrame]:
    """For each table that the rule reads and that misses rows: the lines of the batch of which these may speak."""
    for tabel in pop.weggelaten:
        heel = tabel in regel.steunt_op
        if heel or (tabel == _MET_KENMERKEN and KENMERKEN in regel.steunt_op):
            lijnen = pop.eenmaal(_lijnen, tabel, alle=heel, van_client=regel.bereik == "client").collect()
            if lijnen.height:
                yield lijnen


def _lijnen(pop: Populatie, tabel: str, *, alle: bool, van_client: bool) -> pl.LazyFrame:
    """rij and uitvoerder of lines of the batch, with nr, dossierrij and dossierrijen of what was left out about them.

    ``alle``: also rows of a prestatie that is known without them; ``van_client``: what is said of one line of a client
    matters to all.
    """
    kolom = _OP_LIJN[TABELLEN[tabel].sleutel]
    rijen = pop.weggelaten[tabel].lazy()
    if not alle:
        rijen = rijen.filter(~pl.col("bekend"))
    rijen = rijen.select("sleutel", "nr", "dossierrij", "dossierrijen")
    lijnen = pop.alle.select("rij", "batch", "bsn", "uitvoerder", "prestatiecode")
    geraakt = lijnen.join(rijen.rename({"sleutel": kolom}), on=kolom, how="inner")
    if van_client and kolom != "bsn":
        met = [geraakt.select("bsn", "nr", "dossierrij", "dossierrijen")]
        if kolom == "uitvoerder":
            bij = rijen.rename({"sleutel": "instelling"})
            met += [
                rij.select("bsn", "instelling").join(bij, on="instelling").drop("instelling")
                for rij in _bij_instelling(pop.dossier)
            ]
        van_hen = pl.concat(met).filter(pl.col("bsn") != GEEN_BSN).unique(["bsn", "nr"])
        breder = lijnen.join(van_hen, on="bsn", how="inner")
        geraakt = pl.concat([geraakt.select(breder.collect_schema().names()), breder]).unique(["rij", "nr"])
    return geraakt.filter("batch").select("rij", "uitvoerder", "nr", "dossierrij", "dossierrijen")


def _bij_instelling(dossier: Mapping[str, pl.LazyFrame]) -> Iterator[pl.LazyFrame]:
    """The tables that tie a client to an instelling."""
    return (t for t in dossier.values() if {"bsn", "instelling"} <= set(t.collect_schema().names()))
