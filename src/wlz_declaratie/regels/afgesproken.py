"""What AFS rules look up in the table afspraken: which rows serve a line, and the price that these agree on.

A row with a uzovi serves lines of that zorgkantoor only, one without serves all. ``kantoor`` of a line is its uzovi
where some row of that uitvoerder and prestatiecode names it, else ELK.
"""

from __future__ import annotations

import polars as pl

from wlz_declaratie.basis.dagen import met_laatst_begonnen
from wlz_declaratie.basis.tijdvakken import tijdvakken
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van

AFSPRAAK = ["uitvoerder", "prestatiecode"]
PER_KANTOOR = [*AFSPRAAK, "kantoor"]
ELK = -1
"""Every zorgkantoor that no row of that uitvoerder and prestatiecode names, and lines that name none."""
VRAAG = (*AFSPRAAK, "uzovi", "begin", "eind", "tarief")
"""All that an agreement is asked about a line."""
MILJOENSTE = 1_000_000
"""A percentage is reckoned in millionths, as a whole number."""


def afspraken(pop: Populatie) -> pl.LazyFrame:
    """The rows of the table, ``agb`` named ``uitvoerder`` as on the lines."""
    return pop.dossier["afspraken"].rename({"agb": "uitvoerder"})


def _genoemd(pop: Populatie) -> pl.LazyFrame:
    """PER_KANTOOR of the rows that name a zorgkantoor."""
    rijen = afspraken(pop).filter(pl.col("uzovi").is_not_null())
    return rijen.select(*AFSPRAAK, kantoor="uzovi").unique()


def per_kantoor(pop: Populatie) -> pl.LazyFrame:
    """The rows by each ``kantoor`` that they serve, with a number (``afspraak``) of their own."""
    return pop.eenmaal(_per_kantoor)


def _per_kantoor(pop: Populatie) -> pl.LazyFrame:
    rijen = afspraken(pop)
    algemeen = rijen.filter(pl.col("uzovi").is_null())
    delen = [
        rijen.filter(pl.col("uzovi").is_not_null()).with_columns(kantoor="uzovi"),
        algemeen.with_columns(kantoor=pl.lit(ELK, dtype=pl.Int32)),
        algemeen.join(_genoemd(pop), on=AFSPRAAK),
    ]
    velden = ("uzovi", "begin", "eind", "tarief", "aantal", "percentage")
    return pl.concat([deel.select(*PER_KANTOOR, *velden) for deel in delen]).with_row_index("afspraak")


def met_kantoor(pop: Populatie, lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``kantoor`` to lines, or what stands for them."""
    genoemd = _genoemd(pop).with_columns(uzovi="kantoor")
    kantoor = pl.col("kantoor").fill_null(ELK)
    return lijnen.join(genoemd, on=[*AFSPRAAK, "uzovi"], how="left").with_columns(kantoor=kantoor)


def vragen(pop: Populatie) -> pl.LazyFrame:
    """VRAAG of the lines of the batch, each once, with the lines that ask it (``rijen``): few."""
    return pop.lijnen.filter("batch").group_by(VRAAG).agg(rijen="rij")


def vragen_per_kantoor(pop: Populatie) -> pl.LazyFrame:
    """These with ``kantoor``."""
    return met_kantoor(pop, pop.eenmaal(vragen))


def lijnen_met(van: Van, antwoorden: pl.LazyFrame) -> Lijnen:
    """The lines of these ``vragen`` on which the rule is in force, with what is known of them beside VRAAG."""
    per_lijn = antwoorden.rename({"rijen": "rij"}).explode("rij").drop(VRAAG).collect()
    van_hen = pl.lit(False) if per_lijn.is_empty() else pl.col("rij").is_in(per_lijn["rij"].implode())
    return van.batch(van_hen).kolommen("rij", *VRAAG).met_velden(per_lijn.lazy(), ["rij"])


def _prijzen(pop: Populatie) -> pl.LazyFrame:
    """The rows of ``per_kantoor`` that agree on a price: PER_KANTOOR, afspraak, begin, eind, prijs (cents).

    A row with a percentage has a price per row of tarieven, and one without (null) for all its days besides.
    """
    rijen = per_kantoor(pop)
    kolommen = [*PER_KANTOOR, "afspraak", "begin", "eind", "prijs"]
    deel = rijen.filter(pl.col("tarief").is_null(), pl.col("percentage").is_not_null())
    prijzen = [
        rijen.filter(pl.col("tarief").is_not_null()).with_columns(prijs="tarief"),
        deel.with_columns(prijs=pl.lit(None, dtype=pl.Int64)),
    ]
    if "tarieven" in pop.dossier:
        tarieven = pop.dossier["tarieven"].select("prestatiecode", "maximumtarief", "nhc", van="begin", tot="eind")
        prijzen.append(
            deel.join(tarieven, on="prestatiecode")
            .with_columns(begin=pl.max_horizontal("begin", "van"), eind=pl.min_horizontal("eind", "tot"))
            .filter(pl.col("begin") <= pl.col("eind"))
            .with_columns(prijs=_deel_van_maximum())
        )
    return pl.concat([prijs.select(kolommen) for prijs in prijzen])


def _deel_van_maximum() -> pl.Expr:
    """percentage × (maximumtarief − nhc) + nhc in whole cents, a half rounded up."""
    miljoensten = (pl.col("percentage") * MILJOENSTE).round().cast(pl.Int64)
    nhc, geheel = pl.col("nhc").fill_null(0), 100 * MILJOENSTE
    return (miljoensten * (pl.col("maximumtarief") - nhc) + geheel // 2) // geheel + nhc


def prijsvakken(pop: Populatie) -> pl.LazyFrame:
    """Per PER_KANTOOR, from ``vanaf`` on: ``laagste`` and ``hoogste`` price of the rows in force that agree on one.

    ``onbekend``: one of them is a percentage of a maximum that tarieven does not give.
    """
    nummer = pl.col("afspraak")
    return tijdvakken(
        _prijzen(pop),
        PER_KANTOOR,
        pl.min("prijs").alias("laagste"),
        pl.max("prijs").alias("hoogste"),
        (nummer.n_unique() > nummer.filter(pl.col("prijs").is_not_null()).n_unique()).alias("onbekend"),
    )


def met_prijs(pop: Populatie, lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """Add what ``prijsvakken`` says of the begindatum."""
    return met_laatst_begonnen(lijnen, prijsvakken(pop), PER_KANTOOR, "vanaf")
