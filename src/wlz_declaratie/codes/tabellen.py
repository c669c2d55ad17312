"""The code tables: which prestaties exist, on which days, for which profiles and functions.

Source: ``schemas/codes``, where ``editie.toml`` states source and edition of each table. The built-in edition
is the koppeltabel of early 2019 (Vektis) with code list 055 of that year. Imported editions stand beside it,
each for its own days; the dossier table ``prestaties`` adds to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.basis.dagen import OPEN_EIND, als_datum, buiten, dag, vereniging
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.meegeleverd import lees_toml, pad
from wlz_declaratie.codes.edities import PRESTATIES, Editie, in_dienst, lees_edities, lees_koppeltabel, lees_tabel

KENMERKEN = (
    *("soort", "sector", "profiel", "behandeling", "dagbesteding", "tijdseenheid", "doelgroep"),
    "prestatiegroep",
)
"""What is known of a prestatie whatever the date. Null where it does not apply or no table says it."""


class Codefout(Gebruikersfout):
    """The dossier table ``prestaties`` contradicts itself: one Dutch line with code, column and remedy.

    ``codes`` are all those of which ``kenmerk`` has more than one value.
    """

    def __init__(self, tekst: str, codes: Sequence[str], kenmerk: str) -> None:
        super().__init__(tekst)
        self.codes, self.kenmerk = codes, kenmerk


@dataclass(frozen=True)
class Codes:
    """All code tables together.

    - ``edities``: which edition answers for which days, in the order of days; no day twice.
    - ``prestaties``: prestatiecode and KENMERKEN, one row per known code: those of the newest edition that
      settles its soort.
    - ``eenheden``: prestatiecode, tijdseenheid, ingangsdatum, einddatum: the editions (their days) in which
      the unit of a code is another than in ``prestaties``.
    - ``geldigheid``: prestatiecode, ingangsdatum, einddatum (null is open); disjoint periods, joined where
      they meet. A code of list 055 that the koppeltabel does not name has none: known, but valid on no day.
    - ``koppeling``: prestatiecode, zzpcode, functiecode, ingangsdatum, einddatum (null is open). Never both
      codes in one row; both null is the row without both.
    - ``gekoppeld``: prestatiecode, ingangsdatum, einddatum: the editions (their days) that couple the code
      with any zzpcode or functiecode. In any other it is uncoupled: it has only rows without both, or none.
    - ``profielen``: zzpcode, naam, groep, nummer; groep is null for a zzpcode outside every profile set.
    - ``retourcodes``: meaning in our own words by retourcode.
    """

    edities: tuple[Editie, ...]
    prestaties: pl.DataFrame
    eenheden: pl.DataFrame
    geldigheid: pl.DataFrame
    koppeling: pl.DataFrame
    gekoppeld: pl.DataFrame
    profielen: pl.DataFrame
    retourcodes: dict[str, str]

    @property
    def bekend(self) -> pl.Series:
        """Every prestatiecode that any table knows, valid or not."""
        return self.prestaties["prestatiecode"]

    def van_groep(self, *groepen: str) -> list[str]:
        """The prestatiecodes whose prestatiegroep (the one that decides) is one of these, sorted."""
        beslissend = pl.col("prestatiegroep").str.split(" ").list.first()
        return self.prestaties.filter(beslissend.is_in(groepen))["prestatiecode"].to_list()


def lees_profielen() -> pl.DataFrame:
    """The zzpcodes: zzpcode, naam, groep, nummer."""
    return _lees("zzp-profielen.csv")


def _lees(naam: str) -> pl.DataFrame:
    return pl.read_csv(pad("codes", naam), separator=";", infer_schema=False)


def _overbrugging(vorm: dict[str, Any]) -> pl.DataFrame:
    """The O-prestaties as rows of the dossier table ``prestaties``: no list gives their numbers (B1 §5.3)."""
    begin, cijfers = vorm["begin"], vorm["cijfers"]
    codes = [f"{begin}{nummer:0{cijfers}}" for nummer in range(10**cijfers)]
    return pl.DataFrame({"prestatiecode": codes}).with_columns(
        soort=pl.lit(vorm["soort"]),
        ingangsdatum=pl.lit(vorm["ingangsdatum"]),
        einddatum=pl.lit(None, dtype=pl.Date),
    )


def _van_dossier(extra: pl.DataFrame, vast: pl.Series) -> pl.DataFrame:
    """One row per code of ``extra`` that is not in ``vast``; of each attribute the one value given."""
    kenmerken = [kenmerk for kenmerk in KENMERKEN if kenmerk in extra.columns]
    nieuw = (
        extra.filter(~pl.col("prestatiecode").is_in(vast.implode()))
        .group_by("prestatiecode", maintain_order=True)
        .agg(pl.col(kenmerken).drop_nulls().unique(maintain_order=True))
    )
    for kenmerk in kenmerken:
        strijdig = nieuw.filter(pl.col(kenmerk).list.len() > 1)
        if not strijdig.is_empty():
            code, waarden = strijdig.select("prestatiecode", kenmerk).row(0)
            raise Codefout(
                f"tabel prestaties: code {code} heeft meer dan één {kenmerk} ({', '.join(waarden)}). "
                f"Geef alle rijen van deze code dezelfde {kenmerk}.",
                strijdig["prestatiecode"].to_list(),
                kenmerk,
            )
    return nieuw.with_columns(pl.col(kenmerken).list.first().cast(pl.String))


def _samen(tabellen: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """One row per code from tables in order of precedence: the first that settles its soort, the first unit."""
    alle_kolommen = pl.DataFrame(schema=dict.fromkeys(("prestatiecode", *KENMERKEN), pl.String))
    rijen = pl.concat([alle_kolommen, *tabellen], how="diagonal").select(alle_kolommen.columns)
    eenheden = rijen.select("prestatiecode", "tijdseenheid").drop_nulls()
    return (
        rijen.sort(pl.col("soort").is_null(), maintain_order=True)
        .unique("prestatiecode", keep="first", maintain_order=True)
        .drop("tijdseenheid")
        .join(
            eenheden.unique("prestatiecode", keep="first", maintain_order=True),
            on="prestatiecode",
            how="left",
        )
        .select(rijen.columns)
        .sort("prestatiecode")
    )


def _lijnen(perioden: pl.DataFrame) -> pl.LazyFrame:
    """A table with ingangsdatum and einddatum (null is open) as lines with begin and eind."""
    begin = pl.col("ingangsdatum").to_physical()
    eind = pl.col("einddatum").to_physical().fill_null(OPEN_EIND)
    return perioden.lazy().with_columns(begin=begin, eind=eind).drop("ingangsdatum", "einddatum")


def _perioden(lijnen: pl.LazyFrame) -> pl.DataFrame:
    """Lines with begin and eind as a table with ingangsdatum and einddatum, sorted."""
    eind = pl.when(pl.col("eind") < OPEN_EIND).then(pl.col("eind"))
    datums = {"ingangsdatum": als_datum(pl.col("begin")), "einddatum": als_datum(eind)}
    tabel = lijnen.with_columns(**datums).drop("begin", "eind").collect(engine="in-memory")  # it is a small table
    return tabel.sort(tabel.columns)


def _dagen(edities: Sequence[Editie], mappen: Sequence[Path | None]) -> pl.LazyFrame:
    """The days of each edition as begin and eind; ``editie`` is the place of its folder in ``mappen``."""
    return pl.LazyFrame(
        [(mappen.index(editie.map_), dag(editie.van), dag(editie.tot)) for editie in edities],
        schema={"editie": pl.Int32, "begin": pl.Int32, "eind": pl.Int32},
        orient="row",
    )


def _buiten_andere(lijnen: pl.LazyFrame, dagen: pl.LazyFrame) -> pl.LazyFrame:
    """Take from the lines of each edition the days for which another one answers."""
    elke = dagen.select("editie").unique()
    van_andere = dagen.rename({"editie": "andere"}).join(elke, how="cross")
    return buiten(lijnen, van_andere.filter(pl.col("andere") != pl.col("editie")), "editie")


def _op_dagen(tabel: pl.DataFrame, dagen: pl.LazyFrame) -> pl.DataFrame:
    """The rows of a table with ``editie``, each over the days of its edition."""
    return _perioden(tabel.lazy().unique().join(dagen, on="editie").drop("editie"))


def _bij_elkaar(tabellen: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The tables of several editions below one another, with ``editie`` to tell which."""
    return pl.concat(
        [tabel.with_columns(editie=pl.lit(nummer, dtype=pl.Int32)) for nummer, tabel in enumerate(tabellen)]
    )


def _vast(ingebouwd: Sequence[pl.DataFrame], geimporteerd: pl.DataFrame) -> pl.Series:
    """The codes whose attributes are ours: the built-in ones, but those that only an import uses, without soort."""
    alle = _samen([geimporteerd, *ingebouwd])
    zonder_soort = alle.filter(pl.col("soort").is_null()).join(geimporteerd, on="prestatiecode", how="semi")
    eigen = pl.concat([tabel["prestatiecode"] for tabel in ingebouwd])
    return eigen.filter(~eigen.is_in(zonder_soort["prestatiecode"].implode()))


def lees_codes(extra: pl.DataFrame | None = None, map_: Path | None = None) -> Codes:
    """Read the built-in tables, the imported editions below ``map_`` and the dossier table ``prestaties``.

    ``extra`` is that table (columns in schemas/tabellen, dates as Date). For a built-in code, the O-prestaties among
    them, its rows add validity only; any other code comes with its attributes, and so does one to which an
    imported edition gives no soort. Raises Codefout when its rows contradict one another, Editiefout when an
    imported edition cannot be read.
    """
    edities = in_dienst(lees_edities(map_))
    if extra is None and all(editie.map_ is None for editie in edities):
        return _meegeleverd()
    return _lees_codes(extra, edities)


@cache
def _meegeleverd() -> Codes:
    """What there is without an import and without the table of a dossier: the same for a whole process."""
    return _lees_codes(None, in_dienst(lees_edities(None)))


def _lees_codes(extra: pl.DataFrame | None, edities: tuple[Editie, ...]) -> Codes:
    mappen = list(dict.fromkeys(editie.map_ for editie in reversed(edities)))  # the newest first
    dagen = _dagen(edities, mappen)
    koppeltabel = _bij_elkaar([lees_koppeltabel(m) for m in mappen])
    van_edities = _bij_elkaar([lees_tabel(m, "prestaties.csv", PRESTATIES) for m in mappen])
    overbrugging = _overbrugging(lees_toml("codes", "editie.toml")["overbrugging"])
    ingebouwd = [overbrugging, lees_tabel(None, "prestaties.csv", PRESTATIES)]
    bronnen, perioden = [overbrugging, van_edities, *ingebouwd], [overbrugging]
    if extra is not None:
        geimporteerd = van_edities.filter(pl.col("editie").is_in([nr for nr, m in enumerate(mappen) if m]))
        bronnen.insert(0, _van_dossier(extra, _vast(ingebouwd, geimporteerd)))
        perioden.append(extra)

    prestaties = _samen(bronnen)
    eenheden = van_edities.select("prestatiecode", "tijdseenheid", "editie").drop_nulls()
    koppeling = _buiten_andere(_lijnen(koppeltabel), dagen).select(
        "prestatiecode", "zzpcode", "functiecode", "begin", "eind"
    )
    aanvulling = _lijnen(pl.concat(perioden, how="diagonal_relaxed"))
    gekoppeld = koppeltabel.filter(pl.any_horizontal(pl.col("zzpcode", "functiecode").is_not_null()))
    return Codes(
        edities=edities,
        prestaties=prestaties,
        eenheden=_op_dagen(eenheden.join(prestaties, on=["prestatiecode", "tijdseenheid"], how="anti"), dagen),
        geldigheid=_perioden(
            vereniging(
                pl.concat([tabel.select("prestatiecode", "begin", "eind") for tabel in (koppeling, aanvulling)]),
                ["prestatiecode"],
            )
        ),
        koppeling=_perioden(koppeling),
        gekoppeld=_op_dagen(gekoppeld.select("prestatiecode", "editie"), dagen),
        profielen=lees_profielen(),
        retourcodes=dict(_lees("retourcodes.csv").rows()),
    )
