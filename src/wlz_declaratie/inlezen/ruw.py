"""A table as the file holds it: which columns there are, the lines by number, nothing parsed yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from wlz_declaratie.inlezen.basis import NIET_GETOOND, Invoerfout, toon, toonbaar
from wlz_declaratie.inlezen.parquet.getypeerd import afgerond, gemerkt, in_centen, merktekens, onduidelijk_bedrag
from wlz_declaratie.inlezen.velden import AANVAARD, als_tekst, kaal, ontleed, past, soort_van

Formaat = Literal["csv", "parquet", "xlsx", "frame"]
GETYPEERD = ("parquet", "frame")
"""Formats of which the columns have a type of their own."""

ONLEESBAAR: dict[str, type[pl.DataType]] = {"regelnummer": pl.UInt32, "reden": pl.String}
"""Lines that could not be split into fields, and why."""

_HOOGUIT_GENOEMD = 40

MEESTE_KOLOMMEN = 2_000
"""No table has so many, and each one makes the work of every line more."""


@dataclass(frozen=True)
class Gevraagd:
    """The columns that a table may have (`bekend`) and must have (`nodig`)."""

    bekend: Sequence[str]
    nodig: Collection[str]


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


def lees_ruw(pad: Path, naam: str, werkmap: Path, gevraagd: Gevraagd) -> RuweTabel:
    """Open a .csv, .parquet or .xlsx; a big CSV that has to be mended first is mended in the work folder.

    Raises Invoerfout when it is not such a file, when a needed column is missing or a column is there twice.
    """
    soort = pad.suffix.lower()
    if soort == ".parquet":
        from wlz_declaratie.inlezen.parquet.lezen import lees_parquet

        return lees_parquet(pad, naam, gevraagd)
    if soort == ".xlsx":
        from wlz_declaratie.inlezen.xlsx.lezen import lees_xlsx

        return lees_xlsx(pad, naam, gevraagd)
    from wlz_declaratie.inlezen.csv.lezen import lees_csv

    return lees_csv(pad, naam, werkmap, gevraagd)


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
    plaatsen = {kolom: namen.index(kolom) for kolom in gevraagd.bekend if kolom in namen}
    getoond = pl.DataFrame({"kop": namen}).select(toonbaar(pl.col("kop")).fill_null(NIET_GETOOND)).to_series()
    ongebruikt = tuple(
        wel if kop else f"kolom {nummer} (zonder naam)"
        for nummer, (kop, wel) in enumerate(zip(namen, getoond, strict=True), start=1)
        if kop not in plaatsen
    )
    return plaatsen, ongebruikt


def gevulde_regels(frame: pl.LazyFrame, plaatsen: dict[str, int]) -> pl.LazyFrame:
    """The lines with any field, of a frame with regelnummer and columns 0, 1, 2 ...; known ones named."""
    schema = frame.collect_schema()
    tekst = [kaal(kolom) for kolom, type_ in schema.items() if type_ == pl.String]
    gevuld = pl.any_horizontal(pl.all().exclude("regelnummer").is_not_null())
    benoemd = [pl.col(str(nummer)).alias(kolom) for kolom, nummer in plaatsen.items()]
    return frame.with_columns(tekst).filter(gevuld).select("regelnummer", *benoemd)


def lees_velden(ruw: RuweTabel, naam: str, types: Mapping[str, type[pl.DataType]]) -> pl.LazyFrame:
    """The columns of `types`, parsed; an absent one is null. Raises Invoerfout for an unreadable type.

    Beside each parsed column stands ``fout_<column>``: the raw field as text where it could not be read, else
    null; and ``let_op_...`` where it was read in another way than it stands there, for `opgemerkt`.
    """
    schema = ruw.regels.collect_schema()
    waarden, fouten = [pl.col("regelnummer")], []
    for kolom, doel in types.items():
        if kolom not in ruw.kolommen:
            waarden.append(pl.lit(None, dtype=doel).alias(kolom))
            continue
        soort, type_ = soort_van(kolom, doel), schema[kolom]
        if not past(kolom, soort, type_):
            hoe = "als tekst" if soort == "tekst" else f"als tekst, met {AANVAARD[soort]}"
            raise Invoerfout(naam, f"kolom '{kolom}' heeft type {type_}", f"Lever deze kolom aan {hoe}.")
        waarden.append(ontleed(kolom, soort, type_, uit_cellen=ruw.formaat == "xlsx").alias(kolom))
        if soort != "tekst":
            waarden.append(als_tekst(kolom, type_).alias(f"fout_{kolom}"))
            fouten.append(pl.when(pl.col(kolom).is_null()).then(f"fout_{kolom}").alias(f"fout_{kolom}"))
        elif type_.is_float():
            waarden.append(pl.when(afgerond(kolom, type_)).then(als_tekst(kolom, type_)).alias(f"fout_{kolom}"))
        if soort == "datum":
            waarden += merktekens(kolom, type_)
    if onduidelijk := _onduidelijk_bedrag(ruw, naam):
        raise Invoerfout(
            naam,
            f"in kolom '{onduidelijk}' (type {schema[onduidelijk]}) staan alleen hele bedragen: euro's of centen",
            "Lever centen aan als gehele getallen (int64), of euro's als tekst of decimal met twee decimalen.",
        )
    return ruw.regels.select(waarden).with_columns(fouten)


def _onduidelijk_bedrag(ruw: RuweTabel, naam: str) -> str | None:
    if ruw.formaat not in GETYPEERD:
        return None
    try:
        return onduidelijk_bedrag(ruw.regels, ruw.regels.collect_schema())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        from wlz_declaratie.inlezen.parquet.lezen import GEEN_PARQUET

        raise Invoerfout(naam, *GEEN_PARQUET) from None


def opgemerkt(ruw: RuweTabel, gelezen: pl.LazyFrame) -> tuple[str, ...]:
    """What was read in another way than it stands there, of the lines of `lees_velden`."""
    if ruw.formaat not in GETYPEERD:
        return ruw.opmerkingen
    return (*ruw.opmerkingen, *gemerkt(gelezen), *in_centen(gelezen, ruw.regels.collect_schema()))
