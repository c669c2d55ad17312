"""The rows of messages parsed, and which of them cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.inlezen.onbruikbaar import ONBRUIKBAAR, onbruikbare
from wlz_declaratie.inlezen.velden import AANVAARD, ontleed, soort_van

Rij = tuple[int | str | None, ...]
PLAATS: dict[str, type[pl.DataType]] = dict.fromkeys(("bericht", "client", "regel", "indicatie"), pl.UInt32)
"""Before the text of a row: the number of its message, of its client over all messages, of that client within the
message, and of its decision over all messages."""


def ontleed_rijen(rijen: Sequence[Rij], types: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """The rows, parsed and numbered (``regelnummer``), after PLAATS; ``fout_<column>`` is what cannot be read."""
    ruw = pl.DataFrame(rijen, schema={**PLAATS, **dict.fromkeys(types, pl.String)}, orient="row")
    waarden = {kolom: ontleed(kolom, soort_van(kolom, type_), pl.String()) for kolom, type_ in types.items()}
    if "percentage" in waarden:
        waarden["percentage"] /= 100
    onleesbaar = {f"fout_{kolom}": pl.when(waarde.is_null()).then(kolom) for kolom, waarde in waarden.items()}
    return ruw.select(*PLAATS, **waarden, **onleesbaar).with_row_index("regelnummer")


def met_alle_kolommen(rijen: pl.DataFrame, tabel: str) -> pl.DataFrame:
    """With the columns of the table that messages do not know, empty."""
    leeg = {kolom: pl.lit(None, type_) for kolom, type_ in DOSSIER[tabel].items() if kolom not in rijen.columns}
    return rijen.with_columns(**leeg)


def keur(
    tabel: str, rijen: pl.DataFrame, elementen: Mapping[str, str], namen: Sequence[str], dagloos: pl.DataFrame
) -> pl.DataFrame:
    """The rows that cannot be used as rows of the table: regelnummer, client, and the columns of ONBRUIKBAAR.

    ``elementen`` is what a remark calls each column; ``namen`` are those of the files. A row counts the clients of its
    message. Of a message in ``dagloos`` (bericht), whose Dagtekening cannot be read, no row can be used.
    """
    aanwezig = [kolom for kolom in DOSSIER[tabel] if kolom in elementen]
    slecht = onbruikbare(rijen, tabel, aanwezig, elementen)
    reden = f"element {elementen['dagtekening']} heeft een onbruikbare waarde, verwacht {AANVAARD['datum']}"
    van_dag = (
        rijen.join(dagloos, on="bericht", how="semi")
        .join(slecht, on="regelnummer", how="anti")
        .select("regelnummer", kolom=pl.lit("dagtekening"), reden=pl.lit(reden), sleutel="bsn")
    )
    bestanden = pl.DataFrame(
        {"bericht": range(len(namen)), "bestand": namen}, schema={"bericht": pl.UInt32, "bestand": pl.String}
    )
    vast = {"tabel": tabel, "plaats": "cliënt"}
    return (
        pl.concat([slecht, van_dag])
        .join(rijen.select("regelnummer", "client", "bericht", "regel"), on="regelnummer")
        .join(bestanden, on="bericht")
        .select(
            *("regelnummer", "client"),
            *(pl.lit(vast[naam]).alias(naam) if naam in vast else pl.col(naam) for naam in ONBRUIKBAAR),
        )
        .sort("regelnummer")
    )


def herkomst(bericht: pl.Expr, dag: str) -> pl.Expr:
    """Where a row comes from, in words: the kind of message, and its day."""
    van = zin("{} van {}", bericht, pl.col(dag).dt.strftime("%d-%m-%Y"))
    return pl.when(pl.col(dag).is_null()).then(zin("{} zonder dagtekening", bericht)).otherwise(van)
