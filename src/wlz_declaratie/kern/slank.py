"""The slim frame of a population: declaration lines and dossier tables as rules read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from wlz_declaratie.basis.dagen import OPEN_EIND
from wlz_declaratie.basis.verdeeld import Verdeeld
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.contract.sleutels import SLEUTELS, sleutel
from wlz_declaratie.contract.tabellen import DECLARATIE, HERKOMST, MONDZORGLIJSTEN
from wlz_declaratie.inlezen.basis import PLEK, Batchbestand
from wlz_declaratie.kern.begrippen import GEEN_BSN, LEVERINGSVORM, SOORT, VERBLIJFSOORTEN
from wlz_declaratie.kern.overbrugging import overbruggingsregels
from wlz_declaratie.kern.profiel import met_profiel, met_profielgroep

_EIGEN = {"bsn": 9, "uitvoerder": 8}
"""Numbers of a line by which it is grouped, with their digits; what is no such number still equals itself."""


@dataclass(frozen=True)
class Lijnenbron:
    """The lines of one file: where they come from, the ``rij`` of the first and their ``bestandnr``.

    Both are None of lines that have these columns themselves.
    """

    lijnen: pl.LazyFrame | Verdeeld
    eerste_rij: int | None = None
    bestandnr: int | None = None


def dossiertabellen(tabellen: Mapping[str, pl.DataFrame]) -> dict[str, pl.LazyFrame]:
    """Dossier tables as rules read them: keys as numbers, the period as days, an empty einddatum open.

    A table that does not say where its rows come from says nothing (HERKOMST is null).
    """
    gegeven = {}
    for naam, tabel in tabellen.items():
        kolommen = [sleutel(kolom, lengte) for kolom, lengte in SLEUTELS.items() if kolom in tabel.columns]
        kolommen += [pl.lit(None, dtype=t).alias(k) for k, t in HERKOMST.items() if k not in tabel.columns]
        if "ingangsdatum" in tabel.columns:
            kolommen.append(pl.col("ingangsdatum").to_physical().alias("begin"))
            kolommen.append(pl.col("einddatum").to_physical().fill_null(OPEN_EIND).alias("eind"))
        gegeven[naam] = tabel.lazy().with_columns(kolommen).drop("ingangsdatum", "einddatum", strict=False)
        if "ingangsdatum" in tabel.columns:
            # A row that ends before it begins is never in force; as an interval it would take days from others.
            gegeven[naam] = gegeven[naam].filter(pl.col("begin") <= pl.col("eind"))
    return gegeven


def _dagnummer(kolom: str) -> pl.Expr:
    return pl.col(kolom).to_physical()


def eenheid_op_begin(codes: Codes) -> pl.Expr:
    """The unit of the prestatie: that of the edition in force on begindatum, where it has another."""
    eenheid = pl.col("eenheid_prestatie")
    for (van, tot), rijen in codes.eenheden.group_by("ingangsdatum", "einddatum"):
        per_code = dict(rijen.select("prestatiecode", "tijdseenheid").rows())
        in_editie = pl.col("begin").cast(pl.Date).is_between(pl.lit(van), pl.lit(tot))
        anders = pl.col("prestatiecode").replace_strict(per_code, default=None, return_dtype=pl.String)
        eenheid = pl.coalesce(pl.when(in_editie).then(anders), eenheid)
    return eenheid


def kale_lijnen(lijnen: pl.LazyFrame, aantal_batch: int) -> pl.LazyFrame:
    """What rules use of the declaration lines themselves, numbers where numbers will do.

    The text of a bsn or uitvoerder is there only where it is no number; ``gecrediteerd`` says that a credit line of the
    same bsn names the line as its predecessor. What the line is about is for ``bereid_voor``.
    """
    gecrediteerd = _gecrediteerd(lijnen)
    if gecrediteerd.is_empty():
        lijnen = lijnen.with_columns(gecrediteerd=False)
    else:
        merk = gecrediteerd.to_frame().lazy().with_columns(gecrediteerd=True)
        lijnen = lijnen.join(merk, on="rij", how="left").with_columns(pl.col("gecrediteerd").fill_null(False))
    return lijnen.select(
        *_wie(aantal_batch),
        "bestandnr", "regelnummer",
        _dagnummer("begindatum").alias("begin"), _dagnummer("einddatum").alias("eind"),
        "prestatiecode", pl.col("prestatiecodelijst").cast(pl.Categorical), "zzpcode", "functiecode", "besluitnummer",
        "leveringsvorm", sleutel("uzovi", 4), "machtigingsnummer", "overleden",
        "aantal", "tijdseenheid", "tarief", "bedrag", "declaratiebedrag",
        pl.col("debet_credit", "debet_credit_2").cast(pl.Categorical),
        _dagnummer("geboortedatum").alias("geboren"), "onderwijs", _dagnummer("dagtekening"),
        _dagnummer("begindatum_periode").alias("periode_begin"),
        _dagnummer("einddatum_periode").alias("periode_eind"),
        "gecrediteerd",
    )  # fmt: skip


def wie(lijnen: pl.LazyFrame, aantal_batch: int) -> pl.LazyFrame:
    """Of the declaration lines only whose they are, as `kale_lijnen` has it."""
    return lijnen.select(_wie(aantal_batch))


def _wie(aantal_batch: int) -> list[pl.Expr]:
    nummers = {kolom: sleutel(kolom, lengte) for kolom, lengte in _EIGEN.items()}
    teksten = [pl.when(nummer.is_null()).then(kolom).alias(f"{kolom}_tekst") for kolom, nummer in nummers.items()]
    return [pl.col("rij"), (pl.col("rij") < aantal_batch).alias("batch"), *nummers.values(), *teksten]


def _gecrediteerd(lijnen: pl.LazyFrame) -> pl.Series:
    """Rows of debet lines that a credit line of the same bsn names as its predecessor."""
    credits = (
        lijnen.filter(pl.col("debet_credit") == "C")
        .select("bsn", pl.col("referentienummer_voorgaand").alias("referentienummer"))
        .drop_nulls()
        .collect()
    )
    if credits.is_empty():
        return pl.Series("rij", [], pl.UInt32)
    # The few that have such a reference first: comparing two texts of every line takes four times as long.
    genoemd = pl.col("referentienummer").is_in(credits["referentienummer"].unique().implode())
    debets = lijnen.filter(genoemd, pl.col("debet_credit") == "D").select("rij", "bsn", "referentienummer")
    return debets.join(credits.lazy(), on=["bsn", "referentienummer"], how="semi").select("rij").collect()["rij"]


def _met_kenmerken(kaal: pl.LazyFrame, codes: Codes) -> pl.LazyFrame:
    """The lines with the attributes of their prestatie and zzpcode."""
    prestaties = codes.prestaties.lazy().select(
        "prestatiecode",
        pl.col("soort").cast(SOORT),
        pl.col("sector").cast(pl.Categorical),
        # An LVHC stay is incl. behandeling unless the table says otherwise; of an O-prestatie it is unknown.
        pl.when(pl.col("soort") == "lvhc")
        .then(pl.col("behandeling").fill_null("incl"))
        .otherwise("behandeling")
        .cast(pl.Categorical),
        pl.col("dagbesteding", "doelgroep").cast(pl.Categorical),
        pl.col("tijdseenheid").alias("eenheid_prestatie"),
    )
    mondzorg = pl.col("prestatiecodelijst").is_in(MONDZORGLIJSTEN)
    vorm = (
        pl.when(pl.col("soort").is_in(VERBLIJFSOORTEN) | pl.col("prestatiecode").str.starts_with("Z"))
        .then(pl.lit("verblijf"))
        .when(pl.col("prestatiecode").str.starts_with("V"))
        .then(pl.lit("vpt"))
        .otherwise(pl.lit("mpt"))
    )
    return (
        kaal.join(prestaties, on="prestatiecode", how="left")
        .pipe(met_profielgroep, codes, soort=pl.Categorical)
        .with_columns(
            leveringsvorm=pl.coalesce("leveringsvorm", vorm).cast(LEVERINGSVORM),
            dagen=(pl.col("eind") - pl.col("begin") + 1).cast(pl.Int64),
            eenheid_prestatie=eenheid_op_begin(codes),
            soort=pl.when(mondzorg).then(pl.lit("mondzorg", dtype=SOORT)).otherwise(pl.col("soort")),
        )
    )


def eigen_nummers(kaal: pl.LazyFrame) -> dict[str, pl.DataFrame]:
    """Texts of bsn and uitvoerder that are no valid number, each with a number below zero of its own.

    That number is the first row that carries the text, so that it is the same in every part of a batch.
    """
    return {
        kolom: kaal.filter(pl.col(f"{kolom}_tekst").is_not_null())
        .group_by(f"{kolom}_tekst")
        .agg((-1 - pl.col("rij").min().cast(pl.Int32)).alias("_eigen"))
        .collect()
        for kolom in _EIGEN
    }


def _met_eigen_nummers(lijnen: pl.LazyFrame, nummers: Mapping[str, pl.DataFrame]) -> pl.LazyFrame:
    """Give what is no valid number its own; an empty field equals nothing, not even another empty one."""
    for kolom, tabel in nummers.items():
        leeg = -1 - pl.col("rij").cast(pl.Int32)
        if not tabel.is_empty():
            lijnen = lijnen.join(tabel.lazy(), on=f"{kolom}_tekst", how="left")
            lijnen = lijnen.with_columns(pl.coalesce(kolom, "_eigen").alias(kolom)).drop("_eigen")
        lijnen = lijnen.with_columns(pl.coalesce(kolom, leeg).alias(kolom)).drop(f"{kolom}_tekst")
    return lijnen


def lijnenbronnen(bestanden: Sequence[Batchbestand]) -> list[Lijnenbron]:
    """Where the lines of these files come from: ``rij`` numbers them all, in the order of the files."""
    bronnen, eerste = list[Lijnenbron](), 0
    for bestandnr, bestand in enumerate(bestanden):
        bronnen.append(Lijnenbron(bestand.verdeeld or bestand.regels.with_row_index(PLEK), eerste, bestandnr))
        eerste += bestand.aantal
    return bronnen


def lijnen_uit(bronnen: Sequence[Lijnenbron], deel: int | None = None) -> pl.LazyFrame:
    """Declaration lines with ``rij`` and ``bestandnr``, all or those of one part, in no order."""

    def van(bron: Lijnenbron) -> pl.LazyFrame:
        if isinstance(bron.lijnen, pl.LazyFrame):
            lijnen = bron.lijnen
        else:
            lijnen = bron.lijnen.alles() if deel is None else bron.lijnen.deel(deel)
        if bron.eerste_rij is None:
            return lijnen.select("rij", *DECLARATIE, "bestandnr")
        rij = (pl.col(PLEK) + bron.eerste_rij).cast(pl.UInt32).alias("rij")
        return lijnen.select(rij, *DECLARATIE, pl.lit(bron.bestandnr, dtype=pl.UInt16).alias("bestandnr"))

    return pl.concat([van(bron) for bron in bronnen])


def lijnen_van(bestanden: Sequence[Batchbestand], historie: Sequence[Batchbestand]) -> pl.LazyFrame:
    """All declaration lines of batch, then history, with ``rij`` and ``bestandnr``."""
    return lijnen_uit(lijnenbronnen((*bestanden, *historie)))


def in_geheugen(_naam: str, tabel: pl.LazyFrame) -> pl.LazyFrame:
    """The table, computed."""
    return tabel.collect().lazy()


def dossier_voor_regels(
    tabellen: Mapping[str, pl.DataFrame],
    codes: Codes,
    bewaar: Callable[[str, pl.LazyFrame], pl.LazyFrame] = in_geheugen,
) -> dict[str, pl.LazyFrame]:
    """The dossier tables with keys as numbers, periods as days, and ``profiel`` beside the zzpcode of a row.

    Computed once, for every rule reads them; ``bewaar`` says where each is kept.
    """
    dossier = dossiertabellen(tabellen)
    for naam in ("indicaties", "toewijzingen", "pgb"):
        if naam in dossier:
            dossier[naam] = dossier[naam].pipe(met_profielgroep, codes)
    return {naam: bewaar(naam, tabel) for naam, tabel in dossier.items()}


def bereid_voor(
    lijnen: pl.LazyFrame,
    aantal_batch: int,
    dossier: Mapping[str, pl.LazyFrame],
    codes: Codes,
    nummers: Mapping[str, pl.DataFrame] | None = None,
    eerste: int = 0,
) -> pl.DataFrame:
    """The frame that rules read (columns: see Populatie) of the declaration lines of whole clients.

    Of a part with the ``nummers`` of the whole (`eigen_nummers`); ``volgorde`` numbers the lines from ``eerste``.
    """
    kaal = kale_lijnen(lijnen, aantal_batch).collect().lazy()
    nummers = eigen_nummers(kaal) if nummers is None else nummers
    alle = _met_kenmerken(_met_eigen_nummers(kaal, nummers), codes).collect()
    del kaal  # its columns were copied, and need not lie beside what is made of them
    alle = met_profiel(alle, dossier.get("indicaties"), codes)
    bruikbaar = (pl.col("eind") >= pl.col("begin")) & (pl.col("debet_credit") == "D") & (pl.col("bsn") != GEEN_BSN)
    alle = alle.with_columns(mee=(bruikbaar & ~pl.col("gecrediteerd")).fill_null(False)).drop("gecrediteerd")
    alle = alle.with_columns(overbrugging=pl.col("rij").is_in(overbruggingsregels(alle, dossier).implode()))
    # Not lazily: the plan of a sort of wide lines costs twice the sort.
    alle = alle.sort("bsn", "batch", "begin", "eind", "bestandnr", "regelnummer")
    return alle.with_row_index("volgorde", offset=eerste)
