"""Rows of a dossier table that cannot be used: which, why, and of whom they spoke.

Everything is an expression over whole columns: of a hundred thousand rows all may be wrong. A value is never quoted
from a column that holds a bsn, a birth date or a day of death, nor where it could be a bsn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.contract.kolommen import Kolom
from wlz_declaratie.contract.tabellen import TABELLEN
from wlz_declaratie.inlezen.basis import NIET_GETOOND, Invoerfout, toonbaar
from wlz_declaratie.inlezen.velden import AANVAARD, soort_van

NOOIT_TONEN = ("bsn", "geboortedatum", "overlijdensdatum")
HOOGUIT_GENOEMD = 5
"""Rows of one table that a remark names; the result as JSON names more."""

ONBRUIKBAAR: dict[str, type[pl.DataType]] = {
    "tabel": pl.String,
    "bestand": pl.String,
    "plaats": pl.String,
    "regel": pl.UInt32,
    "kolom": pl.String,
    "reden": pl.String,
    "sleutel": pl.String,
}
"""A row that is left out: ``plaats`` says what ``regel`` counts (regel, rij, cliënt), ``kolom`` is null for a line that
could not be split, ``sleutel`` is the bsn, agb or prestatiecode of the row where that could be read: never shown."""
GEEN = pl.DataFrame(schema=ONBRUIKBAAR)


@dataclass(frozen=True)
class Bron:
    """Where rows of a table come from, how many there are, and how many of them cannot be used."""

    tabel: str
    bestand: str
    rijen: int
    niet_bruikbaar: int

    @property
    def naam(self) -> str:
        """How a remark calls it."""
        return self.bestand if self.tabel in self.bestand.lower() else f"{self.bestand}, {self.tabel}"

    @property
    def telling(self) -> str:
        """How many of its rows are left out, as a remark."""
        return (
            f"{self.naam}: {self.niet_bruikbaar} van {self.rijen} rijen niet bruikbaar en weggelaten; "
            "een afkeur die daarop kan steunen, is een signaal"
        )


@dataclass(frozen=True)
class Dossierrijen:
    """What was read of a dossier, source by source, and the rows that are left out (ONBRUIKBAAR)."""

    bronnen: tuple[Bron, ...] = ()
    onbruikbaar: pl.DataFrame = field(default_factory=lambda: GEEN, compare=False)

    @property
    def tellingen(self) -> list[str]:
        """A remark on each source of which rows are left out."""
        return [bron.telling for bron in self.bronnen if bron.niet_bruikbaar]


def als_rijen(onbruikbaar: pl.DataFrame, tabel: str, bestand: str, plaats: str) -> pl.DataFrame:
    """What `onbruikbare` and `RuweTabel.onleesbaar` give of one file, as ONBRUIKBAAR, by ascending number."""
    vast = {"tabel": tabel, "bestand": bestand, "plaats": plaats}
    return onbruikbaar.select(
        *(pl.lit(waarde).alias(naam) for naam, waarde in vast.items()),
        pl.col("regelnummer").cast(pl.UInt32).alias("regel"),
        *("kolom", "reden", "sleutel"),
    ).sort("regel")


def onbruikbare(
    gelezen: pl.DataFrame, tabel: str, aanwezig: Collection[str], elementen: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """The rows of a parsed table that cannot be used: regelnummer, the first kolom that is wrong, reden and sleutel.

    ``gelezen`` is as `openen.lees_velden` gives it. ``elementen`` are the names of columns in a message.
    """
    kolommen = {naam: kolom for naam, kolom in TABELLEN[tabel].kolommen.items() if naam in aanwezig}
    fout = {naam: _fout(naam, kolom, gelezen.columns) for naam, kolom in kolommen.items()}
    waarom = [_waarom(naam, kolom, fout[naam], gelezen.columns, elementen) for naam, kolom in kolommen.items()]
    if {"ingangsdatum", "einddatum"} <= kolommen.keys():
        fout["periode"] = pl.col("einddatum") < pl.col("ingangsdatum")
        waarom.append(_waarom_omgekeerd(fout["periode"]))
    slecht = gelezen.select(pl.any_horizontal(fout.values()).fill_null(value=False)).to_series()
    if not slecht.any():
        tekst = dict.fromkeys(("kolom", "reden", "sleutel"), pl.String)
        return pl.DataFrame(schema={"regelnummer": pl.UInt32, **tekst})
    sleutel = TABELLEN[tabel].sleutel
    waarde = zin(" '{}'", toonbaar(pl.col("waarde"))).fill_null(f" {NIET_GETOOND}")
    getoond = pl.when(pl.col("waarde").is_null()).then(pl.lit("")).otherwise(waarde)
    return (
        gelezen.filter(slecht)
        .select(
            "regelnummer",
            pl.coalesce(waarom).alias("waarom"),
            sleutel=pl.when(~fout[sleutel].fill_null(value=False)).then(sleutel)
            if sleutel in fout
            else pl.lit(None, pl.String),
        )
        .unnest("waarom")
        .select("regelnummer", "kolom", zin("{}{}{}", "begin", getoond, "eind").alias("reden"), "sleutel")
    )


def niet_gesplitst(onleesbaar: pl.DataFrame, tabel: str) -> pl.DataFrame:
    """The lines that could not be split into fields, as `onbruikbare` gives rows."""
    sleutel = TABELLEN[tabel].sleutel
    past = TABELLEN[tabel].kolommen[sleutel].past("sleutel")
    return onleesbaar.select(
        "regelnummer",
        kolom=pl.lit(None, dtype=pl.String),
        reden="reden",
        sleutel=pl.when(past).then("sleutel") if past is not None else pl.col("sleutel"),
    )


def _fout(naam: str, kolom: Kolom, aanwezig: Collection[str]) -> pl.Expr:
    """Whether a field cannot be read, is empty but needed, or holds what its column does not allow."""
    fouten = [pl.col(f"fout_{naam}").is_not_null()] if f"fout_{naam}" in aanwezig else []
    if kolom.nodig:
        fouten.append(pl.col(naam).is_null())
    if (past := kolom.past(naam)) is not None:
        fouten.append(~past)
    return pl.any_horizontal(fouten) if fouten else pl.lit(value=False)


def _waarom(
    naam: str, kolom: Kolom, fout: pl.Expr, aanwezig: Collection[str], elementen: Mapping[str, str] | None
) -> pl.Expr:
    """Where a field is wrong, why: the text before and after the value, and that, where it may be shown."""
    soort = AANVAARD[soort_van(naam, kolom.type)]
    onleesbaar = pl.col(f"fout_{naam}") if f"fout_{naam}" in aanwezig else pl.lit(None, dtype=pl.String)
    eigen = pl.col(naam) / 100 if kolom.soort == "bedrag" else pl.col(naam)
    waarde = pl.coalesce(onleesbaar, eigen.cast(pl.String))
    verwacht = pl.when(onleesbaar.is_not_null()).then(pl.lit(soort)).otherwise(pl.lit(kolom.verwacht or soort))
    genoemd = f"element {elementen[naam]}" if elementen else f"kolom '{naam}'"
    return pl.when(fout).then(
        pl.struct(
            kolom=pl.lit(naam),
            begin=pl.lit(f"{genoemd} ")
            + pl.when(waarde.is_null()).then(pl.lit("is leeg")).otherwise(pl.lit("heeft een onbruikbare waarde")),
            waarde=pl.lit(None, dtype=pl.String) if naam in NOOIT_TONEN else waarde,
            eind=pl.lit(", verwacht ") + verwacht,
        )
    )


def _waarom_omgekeerd(omgekeerd: pl.Expr) -> pl.Expr:
    return pl.when(omgekeerd).then(
        pl.struct(
            kolom=pl.lit("einddatum"),
            begin=zin("einddatum {} ligt voor ingangsdatum {}", "einddatum", "ingangsdatum"),
            waarde=pl.lit(None, dtype=pl.String),
            eind=pl.lit(""),
        )
    )


def weiger(onbruikbaar: pl.DataFrame, naam: str) -> NoReturn:
    """Refuse a table for its first row that cannot be used. Raises Invoerfout."""
    eerste = onbruikbaar.row(0, named=True)
    ook = onbruikbaar.height - 1
    rest = f"; ook {ook} andere {'rij' if ook == 1 else 'rijen'} niet bruikbaar" if ook else ""
    remedie = "Verbeter de waarde." if eerste["kolom"] else "Herstel de regel."
    raise Invoerfout(naam, f"{eerste['reden']}{rest}", remedie, f"{eerste['plaats']} {eerste['regel']}")


def opmerkingen(bron: Bron, rijen: pl.DataFrame) -> Iterator[str]:
    """The rows of one source that are left out, as remarks: how many, and the first of them by name."""
    if rijen.is_empty():
        return
    yield bron.telling
    for rij in rijen.head(HOOGUIT_GENOEMD).iter_rows(named=True):
        yield f"{rij['bestand']}, {rij['plaats']} {rij['regel']}: {rij['reden']}"
    if (rest := rijen.height - HOOGUIT_GENOEMD) > 0:
        yield f"{bron.naam}: en nog {rest}; zie het deel dossier van de uitslag als JSON"
    if zonder := rijen["sleutel"].null_count():
        yield (
            f"{bron.naam}: {TABELLEN[bron.tabel].sleutel} onleesbaar in {zonder} daarvan: van wie zij zijn is niet "
            "bekend, dus geen afkeur wordt er een signaal om"
        )
