"""The rows of AW33 messages parsed, and which of them cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.inlezen.iwlz.aw33_rijen import ELEMENTEN, genoemd
from wlz_declaratie.inlezen.onbruikbaar import ONBRUIKBAAR, onbruikbare
from wlz_declaratie.inlezen.velden import AANVAARD, ontleed, soort_van

_ERBIJ: dict[str, type[pl.DataType]] = {"datumgebruik": pl.String, "dagtekening": pl.Date}
"""Columns that are in no table, but decide what gets there."""
_PLAATS = {"bericht": pl.UInt32, "client": pl.UInt32, "regel": pl.UInt32}


def ontleed_rijen(tabel: str, rijen: list[tuple[int | str | None, ...]]) -> pl.DataFrame:
    """The rows, parsed and numbered, after bericht, client and regel; ``fout_<column>`` is what cannot be read."""
    elementen, types = ELEMENTEN[tabel], DOSSIER[tabel] | _ERBIJ
    ruw = pl.DataFrame(rijen, schema={**_PLAATS, **dict.fromkeys(elementen, pl.String)}, orient="row")
    waarden = {kolom: ontleed(kolom, soort_van(kolom, types[kolom]), pl.String()) for kolom in elementen}
    if "percentage" in waarden:
        waarden["percentage"] /= 100
    onleesbaar = {f"fout_{kolom}": pl.when(waarde.is_null()).then(kolom) for kolom, waarde in waarden.items()}
    leeg = {kolom: pl.lit(None, type_) for kolom, type_ in DOSSIER[tabel].items() if kolom not in elementen}
    return ruw.select(*_PLAATS, **waarden, **onleesbaar, **leeg).with_row_index("regelnummer")


def zonder_dag(clienten: pl.DataFrame) -> pl.Series:
    """The messages of which nobody can tell the day, and so not whether they are the latest of their clients."""
    return clienten.filter(pl.col("fout_dagtekening").is_not_null())["bericht"].unique()


def keur(gelezen: Mapping[str, pl.DataFrame], namen: Sequence[str]) -> dict[str, pl.DataFrame]:
    """By table the rows that cannot be used: regelnummer, client, and the columns of ONBRUIKBAAR.

    ``namen`` are those of the messages. A row counts the clients of its message.
    """
    dagloos = zonder_dag(gelezen["clienten"]).implode()
    bestanden = pl.DataFrame(
        {"bericht": range(len(namen)), "bestand": namen}, schema={"bericht": pl.UInt32, "bestand": pl.String}
    )
    per_tabel = {}
    for tabel, rijen in gelezen.items():
        elementen = genoemd(tabel)
        slecht = onbruikbare(te_gebruiken(tabel, rijen), tabel, ELEMENTEN[tabel], elementen)
        van_dag = rijen.filter(pl.col("bericht").is_in(dagloos)).join(slecht, on="regelnummer", how="anti")
        reden = (
            f"element {genoemd('clienten')['dagtekening']} heeft een onbruikbare waarde, verwacht {AANVAARD['datum']}"
        )
        van_dag = van_dag.select("regelnummer", kolom=pl.lit("dagtekening"), reden=pl.lit(reden), sleutel="bsn")
        met_plaats = (
            pl.concat([slecht, van_dag])
            .join(rijen.select("regelnummer", "client", "bericht", "regel"), on="regelnummer")
            .join(bestanden, on="bericht")
        )
        per_tabel[tabel] = met_plaats.select("regelnummer", "client", *_als_onbruikbaar(tabel)).sort("regelnummer")
    return per_tabel


def _als_onbruikbaar(tabel: str) -> list[pl.Expr]:
    vast = {"tabel": tabel, "plaats": "cliënt"}
    return [pl.lit(vast[naam]).alias(naam) if naam in vast else pl.col(naam) for naam in ONBRUIKBAAR]


def te_gebruiken(tabel: str, rijen: pl.DataFrame) -> pl.DataFrame:
    """Without the allocations that name no instelling (pgb), which no table can hold."""
    return rijen.drop_nulls("instelling") if tabel == "toewijzingen" else rijen
