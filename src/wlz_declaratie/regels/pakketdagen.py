"""Package days, and other care declared on them: the shape that BEH-01, VRB-02 and VRB-03 share.

No rules here. Source: REGELS, the paragraph above the table of BEH. A line of minutes or hours often spans
a month, so one shared day proves nothing about the day of care. The outcome for a tested line is therefore:

- every day of it is a package day: ``geheel`` (afkeur);
- only some days are: ``deels`` (signaal);
- the tested line is history and the package line is in the batch: ``gespiegeld``, the package line (signaal).

Use::

    getoetst = pop.lijnen.filter(pl.col("soort") == "schoonmaak", p.geldig())   # batch and history
    yield from meld_tijdens_pakket(tijdens_pakket(getoetst, pakketlijnen(pop)), "0634", "pakketdagen")

A rule for which some package days do not count narrows ``begin`` and ``eind`` of the package lines (a line
left with begin after eind has no days), or gives several disjoint parts of one line as rows with the same
``rij``: the mirror adds the parts up. Messages show ``lijn_begin`` and ``lijn_eind``, the line's own days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from wlz_declaratie.basis.dagen import als_datum
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import bevinding, datum_tekst

PAKKETSOORTEN = ("verblijf", "vpt")
_LIJN = (
    *("rij", "batch", "bestandnr", "regelnummer", "volgorde", "bsn", "uitvoerder", "prestatiecode"),
    *("lijn_begin", "lijn_eind"),
)
_ANDER = {
    "rij": "ander_rij",
    "batch": "ander_batch",
    "bestandnr": "ander_bestandnr",
    "regelnummer": "ander_regelnummer",
    "prestatiecode": "ander_prestatie",
    "lijn_begin": "ander_begin",
    "lijn_eind": "ander_eind",
}
_DAGEN_PER_CLIENT = 1 << 22
"""Larger than any day number: bsn times this plus a day orders all days of all clients in one column."""


@dataclass(frozen=True)
class TijdensPakket:
    """The three outcomes; one row per line that gets a finding, all of them batch lines.

    The columns of ``met_gedeelde_dagen``, ``gedeeld`` named ``pakketdagen``: the days of the tested line that
    are package days; in ``gespiegeld`` the days of the package line on which the tested history falls.
    """

    geheel: pl.LazyFrame
    deels: pl.LazyFrame
    gespiegeld: pl.LazyFrame


def pakketlijnen(pop: Populatie) -> pl.LazyFrame:
    """All package lines, batch and history: the columns of ``pop.lijnen``, and lijn_begin and lijn_eind.

    Filter on ``behandeling`` (incl, excl), ``sector`` or ``overbrugging`` for some of them.
    """
    return als_lijnen(pop.lijnen.filter(pl.col("soort").is_in(PAKKETSOORTEN)))


def als_lijnen(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the days of each line as ``lijn_begin`` and ``lijn_eind``, whatever begin and eind become."""
    return lijnen.with_columns(lijn_begin="begin", lijn_eind="eind")


def tijdens_pakket(getoetst: pl.LazyFrame, pakket: pl.LazyFrame) -> TijdensPakket:
    """Compare tested lines (batch and history, those on which the rule is in force) with package days.

    ``getoetst`` has the columns of ``pop.lijnen``, ``pakket`` those of ``pakketlijnen``; both of all clients.
    """
    lijnen = als_lijnen(getoetst)
    raak = met_gedeelde_dagen(lijnen.filter("batch"), pakket).rename({"gedeeld": "pakketdagen"})
    gespiegeld = met_gedeelde_dagen(pakket.filter("batch"), lijnen.filter(~pl.col("batch")))
    alle_dagen = pl.col("pakketdagen") == pl.col("dagen")
    return TijdensPakket(
        geheel=raak.filter(alle_dagen),
        deels=raak.filter(~alle_dagen),
        gespiegeld=gespiegeld.rename({"gedeeld": "pakketdagen"}),
    )


def meld_tijdens_pakket(gevonden: TijdensPakket, retourcode: str, dagen: str) -> Iterator[pl.LazyFrame]:
    """Findings on the three outcomes; ``dagen`` says in Dutch which package days are meant, in the plural."""
    van_regel = zin("{} van {} dagen zijn {}: {}", "pakketdagen", "dagen", pl.lit(dagen), ander_tekst())
    van_pakket = zin("{} van {} dagen van dit pakket delen een dag met {}", "pakketdagen", "dagen", ander_tekst())
    gegevens = {"dagen": pl.col("dagen"), "pakketdagen": pl.col("pakketdagen"), **ander_gegevens()}
    yield bevinding(gevonden.geheel, van_regel, retourcode, gegevens=gegevens)
    yield bevinding(gevonden.deels, van_regel, retourcode, ernst="signaal", gegevens=gegevens)
    yield bevinding(gevonden.gespiegeld, van_pakket, retourcode, ernst="signaal", gegevens=gegevens)


def met_gedeelde_dagen(lijnen: pl.LazyFrame, andere: pl.LazyFrame) -> pl.LazyFrame:
    """The lines that share a day with ``andere`` of the same bsn; both as ``als_lijnen`` gives them.

    One row per line, with the columns:

    - rij, batch, bestandnr, regelnummer, volgorde, bsn, uitvoerder, prestatiecode, lijn_begin and lijn_eind
      of the line; begin and eind are its own days too, whatever was left out;
    - dagen, gedeeld (Int64): its days, and those it shares;
    - ander_batch (false: history), ander_bestandnr, ander_regelnummer, ander_prestatie, ander_begin,
      ander_eind: one line that it shares a day with.

    Computed here, not lazily: several findings read it.
    """
    eigen, ander = _als_interval(lijnen), _als_interval(andere)
    # Only clients on both sides matter: often few, and what follows sorts.
    anderen = ander.join(eigen, on="bsn", how="semi").collect()
    eigenen = eigen.join(anderen.lazy(), on="bsn", how="semi").collect()
    perioden = (
        anderen.select("van", "tot", ander_rij="rij")
        .sort("van", "ander_rij")
        .with_columns(hoogste=pl.col("tot").cum_max())
        .with_columns(vorige=pl.col("hoogste").shift())
    )
    # Of the others begun by the end of a line, the one that ends last shares a day with it, if any does.
    laatste = perioden.filter(pl.col("vorige").is_null() | (pl.col("tot") > pl.col("vorige")))
    raak = (
        eigenen.select("rij", "van", "tot")
        .sort("tot")
        .join_asof(
            laatste.select("ander_rij", ander_van="van", ander_tot="tot"),
            left_on="tot",
            right_on="ander_van",
            coalesce=False,
        )
        .filter(pl.col("ander_tot") >= pl.col("van"))
    )
    geteld = _met_geteld(raak, perioden).group_by("rij").agg(pl.first("ander_rij"), pl.sum("gedeeld"))
    dagen = pl.col("lijn_eind") - pl.col("lijn_begin") + 1
    return (
        geteld.lazy()
        .join(_velden(lijnen, _LIJN, geteld["rij"]), on="rij")
        .join(_velden(andere, tuple(_ANDER), geteld["ander_rij"]).rename(_ANDER), on="ander_rij")
        .with_columns(begin="lijn_begin", eind="lijn_eind", dagen=dagen.cast(pl.Int64))
        .drop("ander_rij")
        .sort("volgorde")
        .collect()
        .lazy()
    )


def _als_interval(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """Lines with their days as ``van`` and ``tot``: numbers that order all days of all clients, by client."""
    sleutel = pl.col("bsn").cast(pl.Int64) * _DAGEN_PER_CLIENT
    return lijnen.filter(pl.col("begin") <= pl.col("eind")).select(
        "rij", "bsn", van=sleutel + pl.col("begin"), tot=sleutel + pl.col("eind")
    )


def _velden(lijnen: pl.LazyFrame, kolommen: Sequence[str], rijen: pl.Series) -> pl.LazyFrame:
    """Columns of the few lines found, one row per line."""
    gezocht = pl.LazyFrame({"rij": rijen})
    return lijnen.select(kolommen).join(gezocht, on="rij", how="semi").unique("rij")


def _met_geteld(lijnen: pl.DataFrame, andere: pl.DataFrame) -> pl.DataFrame:
    """Add ``gedeeld``: how many days of each interval lie in the union of ``andere``.

    ``andere`` is sorted by van, with the running maximum of tot as ``hoogste``, ``vorige`` the one before.
    """
    nieuw = pl.col("vorige").is_null() | (pl.col("van") > pl.col("vorige") + 1)
    lengte = pl.col("periode_tot") - pl.col("periode_van") + 1
    perioden = (
        andere.with_columns(alles=pl.col("hoogste").last())
        .filter(nieuw)
        .select(periode_van="van", periode_tot=pl.coalesce(pl.col("vorige").shift(-1), "alles"))
        .with_columns(voor=lengte.cum_sum() - lengte)
    )

    def geteld(dag: str) -> pl.Expr:
        """Days of the union from the very first client up to and including a day."""
        tot = pl.min_horizontal(dag, "periode_tot")
        return (pl.col("voor") + tot - pl.col("periode_van") + 1).fill_null(0)

    lijnen = lijnen.with_columns(ervoor=pl.col("van") - 1, gedeeld=pl.lit(0, dtype=pl.Int64))
    for dag, teken in (("tot", 1), ("ervoor", -1)):
        lijnen = (
            lijnen.sort(dag)
            .join_asof(perioden, left_on=dag, right_on="periode_van", coalesce=False)
            .with_columns(gedeeld=pl.col("gedeeld") + teken * geteld(dag))
            .drop("periode_van", "periode_tot", "voor")
        )
    return lijnen


def ander_tekst() -> pl.Expr:
    """The other line in words: what it is, its period and where it stands."""
    waar = (
        pl.when(~pl.col("ander_batch"))
        .then(pl.lit("eerder gedeclareerd"))
        .when(pl.col("ander_bestandnr") != pl.col("bestandnr"))
        .then(zin("regel {} van een ander bestand", "ander_regelnummer"))
        .otherwise(zin("regel {}", "ander_regelnummer"))
    )
    begin, eind = datum_tekst(pl.col("ander_begin")), datum_tekst(pl.col("ander_eind"))
    return zin("{} van {} t/m {} ({})", "ander_prestatie", begin, eind, waar)


def ander_gegevens() -> dict[str, pl.Expr]:
    """The other line as gegevens; a line of the history has no regelnummer to look up."""
    return {
        "andere_regel": pl.when("ander_batch").then(pl.col("ander_regelnummer")),
        "andere_prestatie": pl.col("ander_prestatie"),
        "andere_van": als_datum(pl.col("ander_begin")),
        "andere_tot": als_datum(pl.col("ander_eind")),
        "eerder_gedeclareerd": ~pl.col("ander_batch"),
    }
