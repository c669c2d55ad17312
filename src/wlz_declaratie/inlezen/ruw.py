"""A table as the file holds it: which columns there are, the lines by number, nothing parsed yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from wlz_declaratie.contract.werkbestand import ERNAAST, NIET_GELEZEN, ernaast
from wlz_declaratie.inlezen.basis import NIET_GETOOND, Invoerfout, toon, toonbaar
from wlz_declaratie.inlezen.velden import kaal

Formaat = Literal["csv", "parquet", "xlsx", "frame"]
GETYPEERD = ("parquet", "frame")
"""Formats of which the columns have a type of their own."""

ONLEESBAAR: dict[str, type[pl.DataType]] = {
    "regelnummer": pl.UInt32,
    "reden": pl.String,
    "sleutel": pl.String,
    "tekst": pl.String,
}
"""Lines that could not be split into fields, why, what stands where `Gevraagd.sleutel` would, and the line itself
where all was asked (`Gevraagd.alles`)."""

_HOOGUIT_GENOEMD = 40

MEESTE_KOLOMMEN = 2_000
"""No table has so many, and each one makes the work of every line more."""


@dataclass(frozen=True)
class Gevraagd:
    """The columns that a table may have (`bekend`) and must have (`nodig`); `sleutel` says of whom a line speaks.

    `werkbestand`: it may also be a work file (`contract.werkbestand`). `alles`: every column there is, by its heading.
    """

    bekend: Sequence[str]
    nodig: Collection[str]
    sleutel: str | None = None
    werkbestand: bool = False
    alles: bool = False

    def ernaast(self, plaatsen: Mapping[str, int]) -> frozenset[int]:
        """Where columns stand that make no line by themselves: a cleared line may still have its notes."""
        if not self.werkbestand:
            return frozenset()
        return frozenset(plaats for kolom, plaats in plaatsen.items() if kolom in ERNAAST and kolom != NIET_GELEZEN)


@dataclass(frozen=True)
class RuweTabel:
    """A table before parsing.

    ``regels`` holds regelnummer (UInt32, ascending) and the known columns that the file has, text stripped
    and empty text null; lines without any field are left out. ``hooguit`` is an upper bound of its height;
    ``opmerkingen`` say what was read in another way than it stands there, or not at all.
    """

    formaat: Formaat
    regels: pl.LazyFrame
    kolommen: tuple[str, ...]
    ongebruikt: tuple[str, ...]
    onleesbaar: pl.DataFrame
    hooguit: int
    opmerkingen: tuple[str, ...] = ()


def kolomnaam(kop: str | None) -> str:
    """A column heading as it is compared."""
    return (kop or "").strip().strip("\ufeff").strip().lower()


def wijs_toe(
    naam: str, koppen: Sequence[str | None], gevraagd: Gevraagd, plaats: str | None = None
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Position of each known column by name, and the columns that nobody reads. Raises Invoerfout."""
    if len(koppen) > MEESTE_KOLOMMEN:
        reden = f"er zijn {len(koppen)} kolommen; hooguit {MEESTE_KOLOMMEN} worden gelezen"
        raise Invoerfout(naam, reden, "Verwijder de kolommen die niet nodig zijn.", plaats)
    namen = [kolomnaam(kop) for kop in koppen]
    dubbel = sorted(kop for kop, aantal in Counter(namen).items() if kop and aantal > 1)
    if dubbel:
        raise Invoerfout(naam, f"kolom {toon(dubbel[0])} staat er meer dan één keer", "Laat er één staan.", plaats)
    ontbreekt = [kolom for kolom in gevraagd.nodig if kolom not in namen]
    if ontbreekt:
        gevuld = [kop for kop in namen if kop]
        wel = [toon(kop) for kop in gevuld[:_HOOGUIT_GENOEMD]]
        rest = f" en nog {len(gevuld) - _HOOGUIT_GENOEMD}" if len(gevuld) > _HOOGUIT_GENOEMD else ""
        wat = "kolom" if len(ontbreekt) == 1 else "kolommen"
        raise Invoerfout(
            naam,
            f"{wat} {', '.join(repr(kolom) for kolom in ontbreekt)} ontbreekt; "
            f"wel aanwezig: {', '.join(wel) or 'geen enkele'}{rest}",
            f"Voeg de {wat} toe, met de naam in de eerste regel.",
            plaats,
        )
    if gevraagd.alles:
        return {_kop(kop, nummer): nummer for nummer, kop in enumerate(koppen)}, ()
    bekend = (*gevraagd.bekend, *(ernaast(namen) if gevraagd.werkbestand else ()))
    plaatsen = {kolom: namen.index(kolom) for kolom in bekend if kolom in namen}
    getoond = pl.DataFrame({"kop": namen}).select(toonbaar(pl.col("kop")).fill_null(NIET_GETOOND)).to_series()
    ongebruikt = tuple(
        wel if kop else _zonder_naam(nummer)
        for nummer, (kop, wel) in enumerate(zip(namen, getoond, strict=True), start=1)
        if kop not in plaatsen
    )
    return plaatsen, ongebruikt


def _zonder_naam(nummer: int) -> str:
    return f"kolom {nummer} (zonder naam)"


def _kop(kop: str | None, plaats: int) -> str:
    """A heading as it stands in the file."""
    return (kop or "").strip().strip("\ufeff").strip() or _zonder_naam(plaats + 1)


def gevulde_regels(frame: pl.LazyFrame, plaatsen: Mapping[str, int], ernaast: Collection[int] = ()) -> pl.LazyFrame:
    """The lines with any field, of a frame with regelnummer and columns 0, 1, 2 ...; known ones named.

    Columns at the places ``ernaast`` make no line by themselves.
    """
    schema = frame.collect_schema()
    tekst = [kaal(kolom) for kolom, type_ in schema.items() if type_ == pl.String]
    gevuld = pl.any_horizontal(pl.all().exclude("regelnummer", *map(str, ernaast)).is_not_null())
    benoemd = [pl.col(str(nummer)).alias(kolom) for kolom, nummer in plaatsen.items()]
    return frame.with_columns(tekst).filter(gevuld).select("regelnummer", *benoemd)
