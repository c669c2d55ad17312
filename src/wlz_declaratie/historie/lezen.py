"""What a check needs of the store (``vraag``), and no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl

from wlz_declaratie.basis import geheugen
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.contract.tabellen import DECLARATIE
from wlz_declaratie.historie.fouten import Historiestuk, Ingehaald
from wlz_declaratie.historie.opslag import LEESFOUTEN, Historie, open_historie
from wlz_declaratie.historie.register import REGELS
from wlz_declaratie.historie.vraag import GEEN_BSN, LIJN, VOLUME, Vraag, een_van, sleutels_van, vraag_van
from wlz_declaratie.inlezen.basis import MELDING, Batchbestand

POGINGEN = 5
"""A reader who is overtaken by ``bewaartermijn`` opens the store again."""
SCHEMA_LIJN: dict[str, type[pl.DataType]] = {"volgnr": pl.Int64, **REGELS}
PLAATS = ["volgnr", "regelnummer"]
"""What identifies a line in the store."""
OP_VOLGORDE = pl.col("volgnr") * 2**32 + pl.col("regelnummer")
"""The same as one number, by the order in which the lines were added."""
PER_KANTOOR = [*VOLUME, "uzovi"]
"""An agreement may serve the lines of one zorgkantoor only."""


def lees_voor(
    map_: Path,
    bestanden: Sequence[Batchbestand],
    *,
    codes: Codes,
    tabellen: Mapping[str, pl.DataFrame],
    werkmap: Path,
) -> Batchbestand:
    """The lines of the store that a check of these batches needs; regelnummer is the order in which they were added.

    ``tabellen`` are those of the dossier. Raises Historiestuk when the folder holds no store that can be read.
    """
    for _ in range(POGINGEN):
        try:
            return lees_uit(open_historie(map_), bestanden, codes=codes, tabellen=tabellen, werkmap=werkmap)
        except Ingehaald:
            continue
    raise _onleesbaar(map_)


def lees_uit(
    historie: Historie,
    bestanden: Sequence[Batchbestand],
    *,
    codes: Codes,
    tabellen: Mapping[str, pl.DataFrame],
    werkmap: Path,
    voor: int | None = None,
) -> Batchbestand:
    """As ``lees_voor``, of the store as it was when opened. Raises Ingehaald when its files went since.

    ``voor``: only of batches with a lower volgnr.
    """
    # What goes wrong here is of the batch; what goes wrong below, of the store.
    vraag = vraag_van(sleutels_van(bestanden, codes, tabellen.get("afspraken")))

    def lees() -> pl.DataFrame:
        alles = historie.regels() if voor is None else historie.regels().filter(pl.col("volgnr") < voor)
        return kies(alles, vraag, lambda credits: sommen(alles, credits, vraag.paren))

    return als_batch(historie, lees_van(historie, lees), werkmap)


def lees_van(historie: Historie, lees: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """What ``lees`` reads of the store. Raises Ingehaald when its files went since it was opened, Historiestuk."""
    try:
        return lees()
    except LEESFOUTEN as fout:
        if open_historie(historie.map_).tabel.version() != historie.tabel.version():
            raise Ingehaald from fout
        raise _onleesbaar(historie.map_) from fout


def als_batch(historie: Historie, regels: pl.DataFrame, werkmap: Path) -> Batchbestand:
    """Lines of the store as `controleer` takes a history; many are kept in ``werkmap``."""
    aantal = regels.height
    lijnen = regels.lazy()
    if aantal > geheugen.MEESTE_LIJNEN:
        regels.write_parquet(werkmap / "historie.parquet", compression="lz4")
        lijnen = pl.scan_parquet(werkmap / "historie.parquet", glob=False)
    return Batchbestand(
        naam=str(historie.map_),
        soort="historie",
        sha256="",
        regels=lijnen,
        aantal=aantal,
        kolommen=frozenset(DECLARATIE),
        ongebruikt=(),
        meldingen=pl.DataFrame(schema=MELDING),
        onleesbaar=0,
    )


def _onleesbaar(map_: Path) -> Historiestuk:
    return Historiestuk(
        str(map_), "de historie is niet te lezen", "Kijk met `declaratie historie controleer-historie` wat er mis is."
    )


def kies(alles: pl.LazyFrame, vraag: Vraag, totalen: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
    """The lines asked for, with the columns of DECLARATIE; regelnummer follows the order in which they were added.

    ``totalen`` gives `sommen` of the whole store for ``vraag.paren``, of the lines that were taken back.
    """
    gekozen = alles.filter(vraag.regels).collect(engine="streaming")
    anderen = gekozen.lazy().filter(~vraag.clienten).select(*PLAATS, "bsn", mutatie=vraag.mutatie).collect()
    erbij = gekozen.clear()
    if not anderen.is_empty() or not vraag.paren.is_empty():
        credit = pl.col("debet_credit") == "C"
        vaker = anderen.filter("mutatie").group_by("bsn").len().filter(pl.col("len") > 1)["bsn"]
        gelezen = alles.filter(credit | (vraag.pakket & een_van("bsn", vaker))).collect(engine="streaming")
        erbij = gelezen.filter(een_van("bsn", anderen["bsn"])).join(anderen, on=PLAATS, how="anti")
        credits = gelezen.lazy().filter(credit).select("bsn", referentienummer="referentienummer_voorgaand")
        erbij = pl.concat([erbij, _volumes(totalen(credits), [gekozen, erbij], credits, vraag.paren)])
    # To number wide lines is much cheaper than to sort them.
    return (
        pl.concat([gekozen, erbij])
        .with_columns(regelnummer=OP_VOLGORDE.rank("ordinal").cast(pl.UInt32))
        .select(*DECLARATIE)
    )


def sommen(lijnen: pl.LazyFrame, credits: pl.LazyFrame, paren: pl.DataFrame) -> pl.LazyFrame:
    """The sum of aantal by PER_KANTOOR of the lines that ``paren`` (VOLUME) asks for and no credit took back."""
    return (
        lijnen.filter(
            *(een_van(kolom, paren[kolom]) for kolom in ("uitvoerder", "prestatiecode")),
            pl.col("debet_credit") == "D",
            pl.col("einddatum") >= pl.col("begindatum"),
            pl.col("bsn") != GEEN_BSN,
        )
        .select("uitvoerder", "prestatiecode", "uzovi", *LIJN, "aantal", jaar=pl.col("begindatum").dt.year())
        .join(paren.lazy(), on=VOLUME, how="semi")
        .join(credits, on=LIJN, how="anti")
        .group_by(PER_KANTOOR)
        .agg(pl.col("aantal").clip(0).sum())
    )


def _volumes(
    totaal: pl.LazyFrame, gekozen: Sequence[pl.DataFrame], credits: pl.LazyFrame, paren: pl.DataFrame
) -> pl.DataFrame:
    """One line for each of ``paren`` and zorgkantoor with the sum of aantal of the lines that were not chosen.

    ``credits`` names the lines that were taken back. A line of sums has no bsn and no reference, so that no rule but
    AFS-03 meets it.
    """
    if paren.is_empty():
        return gekozen[0].clear()
    van_gekozen = sommen(pl.concat(gekozen).lazy(), credits, paren)
    rest = (
        totaal.join(van_gekozen, on=PER_KANTOOR, how="left", nulls_equal=True, suffix="_gekozen")
        .with_columns(pl.col("aantal") - pl.col("aantal_gekozen").fill_null(0))
        .filter(pl.col("aantal") > 0)
        .collect(engine="streaming")
    )
    eerste_dag = pl.date("jaar", 1, 1)
    return rest.select(
        "uitvoerder", "prestatiecode", "uzovi", "aantal",
        volgnr=pl.lit(0, dtype=pl.Int64), debet_credit=pl.lit("D"), begindatum=eerste_dag, einddatum=eerste_dag,
    ).match_to_schema(
        SCHEMA_LIJN, missing_columns="insert"
    )  # fmt: skip


def van_client(historie: Historie, bsn: str) -> pl.DataFrame:
    """All lines of one client, with ``volgnr``."""
    return historie.regels().filter(pl.col("bsn") == bsn).collect(engine="streaming")
