"""Batch plus history: the one frame that every rule reads.

The frame is slim: numbers for bsn, uitvoerder and days, only the columns that rules use. It is sorted by client and
within a client in the order of the catalogue (history before batch; then begindatum, einddatum, file, line), so that
``volgorde`` (the row number) is that order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import RLock
from typing import Any, Concatenate, ParamSpec

import polars as pl

from wlz_declaratie.basis.dagen import OPEN_EIND, gedekte_dagen
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.contract.tabellen import MONDZORGLIJSTEN
from wlz_declaratie.inlezen.basis import Batchbestand

GEEN_BSN = 999_999_999
"""The bsn that says that a person has none."""

LVG_PROFIELEN = ("LVG", "SGLVG")
EIGEN_PAKKET = {"LVG": ("Z513", "Z523", "Z533", "Z543", "Z553"), "SGLVG": ("Z573",)}
CRISISPAKKET = "Z560"
OVERBRUGBAAR = ("verblijf", "vpt", "module", "dagbesteding")
LEVERINGSVORM = pl.Enum(["verblijf", "vpt", "mpt", "pgb"])
SOORT = pl.Enum(
    [
        "verblijf", "vpt", "module", "dagbesteding", "dagbesteding_pakket", "behandeling", "mutatiedag", "meerzorg",
        "toeslag", "kindtoeslag", "vervoer", "logeren", "opslag", "overig", "schoonmaak", "reiskosten", "subsidie",
        "eenmalig", "partnerverblijf", "overbrugging", "mondzorg", "lvhc", "lvhc_consult", "hulpmiddel_mobiliteit",
        "hulpmiddel_persoonlijk", "hulpmiddel_spraak",
    ]
)  # fmt: skip

P = ParamSpec("P")


class _Bewaard:
    """What was derived of one population; rules run side by side, and each thing is derived once."""

    def __init__(self) -> None:
        self._slot = RLock()  # what is derived may rest on something else that is
        self._frames: dict[Any, pl.LazyFrame] = {}

    def haal(self, sleutel: Any, afleiding: Callable[[], pl.LazyFrame]) -> pl.LazyFrame:
        with self._slot:
            if sleutel not in self._frames:
                self._frames[sleutel] = afleiding().collect().lazy()
            return self._frames[sleutel]


@dataclass(frozen=True)
class Populatie:
    """What rules read.

    ``alle`` holds every line of batch and history; ``lijnen`` those that take part in all rules but VLD: a usable
    period, debet, not credited, a bsn. Columns:

    - rij (UInt32, batch lines first), batch (false: history), bestandnr, regelnummer, volgorde;
    - bsn, uitvoerder (Int32; below zero: no valid number, equal only to itself);
    - begin, eind (Int32 days, inclusive), dagen (Int64);
    - prestatiecode, prestatiecodelijst, soort, sector, behandeling, dagbesteding, doelgroep, eenheid_prestatie;
    - zzpcode, profiel (group of the zzpcode), functiecode, besluitnummer, leveringsvorm, aantal, tijdseenheid;
    - tarief, bedrag, declaratiebedrag (cents), debet_credit, debet_credit_2;
    - geboren, dagtekening, periode_begin, periode_eind (days), leeftijd (full years on begin), onderwijs;
    - overbrugging (a bridging line of an (SG)LVG client), mee (takes part in ``lijnen``).

    ``breed`` gives the full declaration lines of batch and history with ``rij`` for the rules on references.
    ``dossier`` holds the optional tables, days as ``begin`` and ``eind``, keys as numbers.
    """

    alle: pl.LazyFrame
    breed: pl.LazyFrame
    dossier: Mapping[str, pl.LazyFrame]
    codes: Codes
    peildatum: date
    met_historie: bool
    bestanden: tuple[Batchbestand, ...]
    """The batch files, by bestandnr."""
    _bewaard: _Bewaard = field(default_factory=_Bewaard, repr=False, compare=False)

    def eenmaal(
        self, afleiding: Callable[Concatenate[Populatie, P], pl.LazyFrame], *woorden: P.args, **namen: P.kwargs
    ) -> pl.LazyFrame:
        """What ``afleiding`` makes of this population: computed at the first call, and kept for every rule."""
        sleutel = (afleiding, woorden, tuple(sorted(namen.items())))
        return self._bewaard.haal(sleutel, lambda: afleiding(self, *woorden, **namen))

    @property
    def soorten(self) -> frozenset[str]:
        """Kinds of the batch files: aw319, csv, parquet, xlsx."""
        return frozenset(bestand.soort for bestand in self.bestanden)

    @property
    def kolommen(self) -> frozenset[str]:
        """Columns that at least one of the batch files carries."""
        return frozenset[str]().union(*(bestand.kolommen for bestand in self.bestanden))

    def van_soort(self, soort: str) -> pl.Expr:
        """Lines that come from a batch file of this kind."""
        nummers = [nr for nr, bestand in enumerate(self.bestanden) if bestand.soort == soort]
        return pl.col("bestandnr").is_in(nummers)

    def met_kolommen(self, *kolommen: str) -> pl.Expr:
        """Lines that come from a batch file that carries all these columns: there, empty means empty."""
        nummers = [nr for nr, bestand in enumerate(self.bestanden) if bestand.kolommen.issuperset(kolommen)]
        return pl.col("bestandnr").is_in(nummers)

    @property
    def lijnen(self) -> pl.LazyFrame:
        """Lines that take part in all rules but VLD, batch and history."""
        return self.alle.filter("mee")

    def gemerkt(self, lijnen: pl.LazyFrame, *kenmerken: str) -> pl.LazyFrame:
        """Add ``gemerkt``: the table aanbieders gives the uitvoerder one of ``kenmerken`` on begindatum."""
        tabel = self.dossier["aanbieders"].filter(pl.col("kenmerk").is_in(kenmerken))
        rijen = tabel.select(pl.col("agb").alias("uitvoerder"), "begin", "eind")
        einde = pl.col("eind")
        return (
            gedekte_dagen(lijnen.with_columns(_eind=einde, eind="begin"), rijen, ["uitvoerder"], "_dag")
            .with_columns(eind="_eind", gemerkt=pl.col("_dag") > 0)
            .drop("_eind", "_dag")
        )


def sleutel(kolom: str, lengte: int) -> pl.Expr:
    """A text of exactly ``lengte`` digits as a number; anything else is null."""
    goed = pl.col(kolom).str.contains(rf"^[0-9]{{{lengte}}}$")
    return pl.when(goed).then(pl.col(kolom).cast(pl.Int32, strict=False))


def dossiertabellen(tabellen: Mapping[str, pl.DataFrame]) -> dict[str, pl.LazyFrame]:
    """Dossier tables as rules read them: keys as numbers, the period as days, an empty einddatum open."""
    gegeven = {}
    for naam, tabel in tabellen.items():
        kolommen = []
        for kolom in ("bsn", "agb", "instelling"):
            if kolom in tabel.columns:
                kolommen.append(sleutel(kolom, 9 if kolom == "bsn" else 8))
        if "ingangsdatum" in tabel.columns:
            kolommen.append(pl.col("ingangsdatum").to_physical().alias("begin"))
            kolommen.append(pl.col("einddatum").to_physical().fill_null(OPEN_EIND).alias("eind"))
        gegeven[naam] = tabel.lazy().with_columns(kolommen).drop("ingangsdatum", "einddatum", strict=False)
        if "ingangsdatum" in tabel.columns:
            # A row that ends before it begins is never in force; as an interval it would take days from others.
            gegeven[naam] = gegeven[naam].filter(pl.col("begin") <= pl.col("eind"))
    return gegeven


def breed(bestanden: Sequence[Batchbestand], eerste_rij: int, eerste_bestand: int) -> pl.LazyFrame:
    """The lines of several files under each other, with ``rij`` and ``bestandnr``."""
    delen = [
        bestand.regels.with_columns(bestandnr=pl.lit(eerste_bestand + nr, dtype=pl.UInt16))
        for nr, bestand in enumerate(bestanden)
    ]
    return pl.concat(delen).with_row_index("rij", offset=eerste_rij)


def _dagnummer(kolom: str) -> pl.Expr:
    return pl.col(kolom).to_physical()


def _eenheid_op_begin(codes: Codes) -> pl.Expr:
    """The unit of the prestatie: that of the edition in force on begindatum, where it has another."""
    eenheid = pl.col("eenheid_prestatie")
    for (van, tot), rijen in codes.eenheden.group_by("ingangsdatum", "einddatum"):
        per_code = dict(rijen.select("prestatiecode", "tijdseenheid").rows())
        in_editie = pl.col("begin").cast(pl.Date).is_between(pl.lit(van), pl.lit(tot))
        anders = pl.col("prestatiecode").replace_strict(per_code, default=None, return_dtype=pl.String)
        eenheid = pl.coalesce(pl.when(in_editie).then(anders), eenheid)
    return eenheid


def _slank(lijnen: pl.LazyFrame, codes: Codes, aantal_batch: int) -> pl.LazyFrame:
    """Only what rules use, numbers where numbers will do, with the attributes of prestatie and zzpcode."""
    prestaties = codes.prestaties.lazy().select(
        "prestatiecode",
        pl.col("soort").cast(SOORT),
        "sector",
        "behandeling",
        "dagbesteding",
        "doelgroep",
        pl.col("tijdseenheid").alias("eenheid_prestatie"),
    )
    profielen = codes.profielen.lazy().select("zzpcode", pl.col("groep").alias("profiel"))
    mondzorg = pl.col("prestatiecodelijst").is_in(MONDZORGLIJSTEN)
    vorm = (
        pl.when(pl.col("prestatiecode").str.starts_with("Z"))
        .then(pl.lit("verblijf"))
        .when(pl.col("prestatiecode").str.starts_with("V"))
        .then(pl.lit("vpt"))
        .otherwise(pl.lit("mpt"))
    )
    return (
        lijnen.select(
            "rij", "bestandnr", "regelnummer",
            (pl.col("rij") < aantal_batch).alias("batch"),
            sleutel("bsn", 9), pl.col("bsn").alias("bsn_tekst"),
            sleutel("uitvoerder", 8), pl.col("uitvoerder").alias("uitvoerder_tekst"),
            _dagnummer("begindatum").alias("begin"), _dagnummer("einddatum").alias("eind"),
            "prestatiecode", "prestatiecodelijst", "zzpcode", "functiecode", "besluitnummer",
            pl.coalesce(pl.col("leveringsvorm"), vorm).cast(LEVERINGSVORM).alias("leveringsvorm"),
            "aantal", "tijdseenheid", "tarief", "bedrag", "declaratiebedrag", "debet_credit", "debet_credit_2",
            _dagnummer("geboortedatum").alias("geboren"), "onderwijs", _dagnummer("dagtekening"),
            _dagnummer("begindatum_periode").alias("periode_begin"),
            _dagnummer("einddatum_periode").alias("periode_eind"),
        )
        .join(prestaties, on="prestatiecode", how="left")
        .join(profielen, on="zzpcode", how="left")
        .with_columns(
            dagen=(pl.col("eind") - pl.col("begin") + 1).cast(pl.Int64),
            eenheid_prestatie=_eenheid_op_begin(codes),
            soort=pl.when(mondzorg).then(pl.lit("mondzorg", dtype=SOORT)).otherwise(pl.col("soort")),
        )
    )  # fmt: skip


def eigen_nummers(lijnen: pl.LazyFrame) -> dict[str, pl.DataFrame]:
    """Texts of bsn and uitvoerder that are no valid number, each with a number below zero of its own.

    That number is the first row that carries the text, so that it is the same in every part of a batch.
    """
    return {
        kolom: lijnen.filter(pl.col(kolom).is_not_null(), sleutel(kolom, lengte).is_null())
        .group_by(pl.col(kolom).alias(f"{kolom}_tekst"))
        .agg((-1 - pl.col("rij").min().cast(pl.Int32)).alias("_eigen"))
        .collect()
        for kolom, lengte in (("bsn", 9), ("uitvoerder", 8))
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


def _gecrediteerd(lijnen: pl.LazyFrame) -> pl.Series:
    """Rows of debet lines that a credit line of the same bsn names as its predecessor."""
    credits = lijnen.filter(pl.col("debet_credit") == "C").select(
        "bsn", pl.col("referentienummer_voorgaand").alias("referentienummer")
    )
    debets = lijnen.filter(pl.col("debet_credit") == "D").select("rij", "bsn", "referentienummer")
    return debets.join(credits, on=["bsn", "referentienummer"], how="semi").select("rij").collect()["rij"]


def _met_leeftijd(alle: pl.LazyFrame, clienten: pl.LazyFrame | None) -> pl.LazyFrame:
    """Birth date of the line, else of the table clienten; full years on begindatum."""
    if clienten is not None:
        bekend = (
            clienten.select("bsn", pl.col("geboortedatum").to_physical().alias("_geboren"))
            .drop_nulls()
            .unique("bsn", keep="first", maintain_order=True)
        )
        alle = alle.join(bekend, on="bsn", how="left")
        alle = alle.with_columns(geboren_lijn="geboren", geboren=pl.coalesce("geboren", "_geboren")).drop("_geboren")
    else:
        alle = alle.with_columns(geboren_lijn="geboren")
    begin, geboren = pl.col("begin").cast(pl.Date).dt, pl.col("geboren").cast(pl.Date).dt
    nog_niet_jarig = (
        begin.month().cast(pl.Int32) * 100 + begin.day() < geboren.month().cast(pl.Int32) * 100 + geboren.day()
    )
    return alle.with_columns(leeftijd=begin.year() - geboren.year() - nog_niet_jarig.cast(pl.Int32))


def _overbruggingsregels(alle: pl.DataFrame, dossier: Mapping[str, pl.LazyFrame]) -> pl.Series:
    """Rows of bridging lines (REGELS, OVB): care on a (SG)LVG indication that is not the own package of it.

    The indications on begindatum decide where there are any, else the profile of the line. Credit lines and
    cancelled lines are marked too: VLD-12 looks at them.
    """
    van_lvg = pl.col("profiel").is_in(LVG_PROFIELEN)
    indicaties = dossier.get("indicaties")
    if indicaties is not None:
        geindiceerd = indicaties.filter(van_lvg).select(pl.col("bsn").unique()).collect()["bsn"]
        van_lvg = van_lvg | pl.col("bsn").is_in(geindiceerd.implode())
    overbrugbaar = pl.col("soort").is_in(OVERBRUGBAAR) & (pl.col("leveringsvorm") != "pgb")
    kandidaten = alle.filter(overbrugbaar, pl.col("begin").is_not_null(), van_lvg).select(
        *("rij", "bsn", "begin", "prestatiecode"),
        *((pl.col("profiel") == groep).alias(groep) for groep in LVG_PROFIELEN),
        eind="begin",
    )
    if indicaties is not None:
        kandidaten = _groepen_op_begin(kandidaten, indicaties)
    eigen = pl.col("prestatiecode") == CRISISPAKKET
    for groep, codes in EIGEN_PAKKET.items():
        eigen = eigen | (pl.col(groep) & pl.col("prestatiecode").is_in(codes))
    return kandidaten.filter(pl.any_horizontal(LVG_PROFIELEN), ~eigen)["rij"]


def _groepen_op_begin(kandidaten: pl.DataFrame, indicaties: pl.LazyFrame) -> pl.DataFrame:
    """Let the indications on begindatum, where there are any, say to which LVG_PROFIELEN a line belongs."""
    clienten = kandidaten["bsn"].unique().implode()
    lopend = indicaties.filter(pl.col("zzpcode").is_not_null(), pl.col("bsn").is_in(clienten)).collect().lazy()
    lijnen = gedekte_dagen(kandidaten.lazy(), lopend.select("bsn", "begin", "eind"), ["bsn"], "_enige")
    for groep in LVG_PROFIELEN:
        van_groep = lopend.filter(pl.col("profiel") == groep).select("bsn", "begin", "eind")
        lijnen = gedekte_dagen(lijnen, van_groep, ["bsn"], "_groep").with_columns(
            pl.when(pl.col("_enige") > 0).then(pl.col("_groep") > 0).otherwise(groep).alias(groep)
        )
    return lijnen.collect()


def lijnen_van(bestanden: Sequence[Batchbestand], historie: Sequence[Batchbestand]) -> pl.LazyFrame:
    """All declaration lines of batch, then history, with ``rij`` and ``bestandnr``."""
    lijnen = breed(bestanden, 0, 0)
    if historie:
        lijnen = pl.concat([lijnen, breed(historie, sum(b.aantal for b in bestanden), len(bestanden))])
    return lijnen


def dossier_voor_regels(tabellen: Mapping[str, pl.DataFrame], codes: Codes) -> dict[str, pl.LazyFrame]:
    """The dossier tables with keys as numbers, periods as days and the profile of each indication."""
    dossier = dossiertabellen(tabellen)
    if "indicaties" in dossier:
        profielen = codes.profielen.lazy().select("zzpcode", pl.col("groep").alias("profiel"))
        dossier["indicaties"] = dossier["indicaties"].join(profielen, on="zzpcode", how="left")
    return dossier


def slanke_regels(
    lijnen: pl.LazyFrame,
    dossier: Mapping[str, pl.LazyFrame],
    codes: Codes,
    aantal_batch: int,
    nummers: Mapping[str, pl.DataFrame],
    eerste: int = 0,
) -> pl.DataFrame:
    """The frame that rules read (columns: see Populatie) of the declaration lines of whole clients.

    ``nummers`` comes from ``eigen_nummers``; ``volgorde`` numbers the lines from ``eerste``.
    """
    alle = _met_eigen_nummers(_slank(lijnen, codes, aantal_batch), nummers).collect()
    gecrediteerd = pl.lit(False)
    if alle.select((pl.col("debet_credit") == "C").any()).item():
        gecrediteerd = pl.col("rij").is_in(_gecrediteerd(lijnen).implode())
    bruikbaar = (pl.col("eind") >= pl.col("begin")) & (pl.col("debet_credit") == "D") & (pl.col("bsn") != GEEN_BSN)
    alle = alle.with_columns(mee=(bruikbaar & ~gecrediteerd).fill_null(False))
    alle = alle.with_columns(overbrugging=pl.col("rij").is_in(_overbruggingsregels(alle, dossier).implode()))
    return (
        _met_leeftijd(alle.lazy(), dossier.get("clienten"))
        .sort("bsn", "batch", "begin", "eind", "bestandnr", "regelnummer")
        .with_row_index("volgorde", offset=eerste)
        .collect()
    )
