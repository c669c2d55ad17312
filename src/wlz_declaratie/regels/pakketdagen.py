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

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from wlz_declaratie.dagen import als_datum, gedekte_dagen, met_groep, vorig_eind
from wlz_declaratie.populatie import Populatie
from wlz_declaratie.regels.basis import bevinding, datum_tekst

PAKKETSOORTEN = ("verblijf", "vpt")
_LIJN = (
    *("rij", "batch", "bestandnr", "regelnummer", "volgorde", "bsn", "uitvoerder", "prestatiecode"),
    *("begin", "eind", "lijn_begin", "lijn_eind"),
)


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
    van_regel = pl.format("{} van {} dagen zijn {}: {}", "pakketdagen", "dagen", pl.lit(dagen), ander_tekst())
    van_pakket = pl.format(
        "{} van {} dagen van dit pakket delen een dag met {}", "pakketdagen", "dagen", ander_tekst()
    )
    gegevens = {"dagen": pl.col("dagen"), "pakketdagen": pl.col("pakketdagen"), **ander_gegevens()}
    yield bevinding(gevonden.geheel, van_regel, retourcode, gegevens=gegevens)
    yield bevinding(gevonden.deels, van_regel, retourcode, ernst="signaal", gegevens=gegevens)
    yield bevinding(gevonden.gespiegeld, van_pakket, retourcode, ernst="signaal", gegevens=gegevens)


def met_gedeelde_dagen(lijnen: pl.LazyFrame, andere: pl.LazyFrame) -> pl.LazyFrame:
    """The lines that share a day with ``andere`` of the same bsn; both as ``als_lijnen`` gives them.

    One row per line, with the columns:

    - rij, batch, bestandnr, regelnummer, volgorde, bsn, uitvoerder, prestatiecode, begin, eind, lijn_begin
      and lijn_eind of the line;
    - dagen, gedeeld (Int64): its days, and those it shares;
    - ander_batch (false: history), ander_bestandnr, ander_regelnummer, ander_prestatie, ander_begin,
      ander_eind: one line that it shares a day with.

    Computed here, not lazily: several findings read it.
    """
    # Only clients on both sides need sorting.
    lijnen, andere = (f.select(_LIJN).filter(pl.col("begin") <= pl.col("eind")) for f in (lijnen, andere))
    andere = andere.join(lijnen, on="bsn", how="semi")
    lijnen = lijnen.join(andere, on="bsn", how="semi")
    raak = gedekte_dagen(lijnen, andere, ["bsn"], "gedeeld").filter(pl.col("gedeeld") > 0)
    return (
        met_andere_lijn(raak, andere)
        .sort("volgorde", "begin")
        .group_by("rij", maintain_order=True)
        .agg(pl.exclude("rij", "gedeeld").first(), pl.sum("gedeeld"))
        .with_columns(dagen=(pl.col("lijn_eind") - pl.col("lijn_begin") + 1).cast(pl.Int64))
        .collect(engine="streaming")
        .lazy()
    )


def met_andere_lijn(lijnen: pl.LazyFrame, andere: pl.LazyFrame) -> pl.LazyFrame:
    """Add the ``ander_`` columns: the line of ``andere`` that begins by ``eind`` of each line and ends last.

    Of the same bsn. Where any of ``andere`` shares a day with the line, this one does. Gives the lines in
    another order, with nulls where there is no such line.
    """
    # A line that ends no later than an earlier one is never the answer.
    laatste = (
        met_groep(andere, ["bsn"])
        .with_columns(_vorig=vorig_eind())
        .filter(pl.col("_vorig").is_null() | (pl.col("eind") > pl.col("_vorig")))
        .select(
            "bsn", pl.col("begin").alias("_van"),
            ander_batch="batch", ander_bestandnr="bestandnr", ander_regelnummer="regelnummer",
            ander_prestatie="prestatiecode", ander_begin="lijn_begin", ander_eind="lijn_eind",
        )
    )  # fmt: skip
    return (
        lijnen.sort("eind")
        .join_asof(
            laatste.sort("_van"),
            left_on="eind",
            right_on="_van",
            by="bsn",
            coalesce=False,
            check_sortedness=False,  # cannot be checked within groups; both sides are sorted right here
        )
        .drop("_van", "bsn_right", strict=False)
    )


def ander_tekst() -> pl.Expr:
    """The other line in words: what it is, its period and where it stands."""
    waar = (
        pl.when(~pl.col("ander_batch"))
        .then(pl.lit("eerder gedeclareerd"))
        .when(pl.col("ander_bestandnr") != pl.col("bestandnr"))
        .then(pl.format("regel {} van een ander bestand", "ander_regelnummer"))
        .otherwise(pl.format("regel {}", "ander_regelnummer"))
    )
    begin, eind = datum_tekst(pl.col("ander_begin")), datum_tekst(pl.col("ander_eind"))
    return pl.format("{} van {} t/m {} ({})", "ander_prestatie", begin, eind, waar)


def ander_gegevens() -> dict[str, pl.Expr]:
    """The other line as gegevens; a line of the history has no regelnummer to look up."""
    return {
        "andere_regel": pl.when("ander_batch").then(pl.col("ander_regelnummer")),
        "andere_prestatie": pl.col("ander_prestatie"),
        "andere_van": als_datum(pl.col("ander_begin")),
        "andere_tot": als_datum(pl.col("ander_eind")),
        "eerder_gedeclareerd": ~pl.col("ander_batch"),
    }
