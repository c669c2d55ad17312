"""HLP: aids paid above the budget of the institution; the dossier table prestaties says which they are."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, dag, met_laatste_periode
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.oud import bevinding, datum_tekst
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst


def _zonder_verblijf(pop: Populatie, p: Regelparameters, soort: str, verblijf: pl.LazyFrame, wat: str) -> pl.LazyFrame:
    """Findings on lines of ``soort`` without ``verblijf`` on begindatum; ``wat`` is its name in Dutch."""
    lijnen = pop.lijnen.filter("batch", pl.col("soort") == soort, p.geldig())
    begin, laatste = pl.col("begin"), pl.col("laatste_tot")
    melding = (
        pl.when(laatste.is_null())
        .then(zin("geen {} op of voor {} bekend", pl.lit(wat), datum_tekst(begin)))
        .otherwise(
            zin(
                "geen {} op {}; het laatste eindigde op {}",
                pl.lit(wat),
                datum_tekst(begin),
                datum_tekst(laatste),
            )
        )
    )
    verblijf = verblijf.join(lijnen, on="bsn", how="semi")
    return bevinding(
        met_laatste_periode(lijnen, verblijf, ["bsn"]).filter((laatste < begin).fill_null(True)),
        melding,
        "8969",
        gegevens={"begindatum": als_datum(begin), "laatste_verblijfsdag": als_datum(laatste)},
    )


@regel(
    "HLP-01",
    "Mobiliteitshulpmiddel zonder verblijf",
    bereik="client",
    retourcodes=("8969",),
    tabellen=("prestaties",),
)
def hlp_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt het verblijf bij een mobiliteitshulpmiddel.

    Wat: op de begindatum van een hulpmiddel van soort hulpmiddel_mobiliteit heeft de cliënt een verblijf,
    met of zonder behandeling, in deze batch of in de historie, bij welke uitvoerder ook.
    Waarom: rolstoel, aangepaste fiets en scootmobiel komen uit de Wlz bij verblijf in een instelling; bij
    vpt en mpt betaalt de gemeente of de zorgverzekeraar.
    Voorbeeld: een rolstoel voor iemand met een vpt wordt afgekeurd.
    Wat te doen: controleer het verblijf, en geef de declaraties van de instelling mee als historie. Woont
    de cliënt thuis, verwijs dan naar de gemeente.
    """
    pop, p = van.pop, van.p
    verblijf = pop.lijnen.filter(pl.col("soort") == "verblijf")
    yield _zonder_verblijf(pop, p, "hulpmiddel_mobiliteit", verblijf, "verblijf")


@regel(
    "HLP-02",
    "Persoonsgebonden hulpmiddel zonder verblijf met behandeling",
    bereik="client",
    retourcodes=("8969",),
    tabellen=("prestaties",),
)
def hlp_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt het verblijf met behandeling bij een persoonsgebonden hulpmiddel.

    Wat: op de begindatum van een hulpmiddel van soort hulpmiddel_persoonlijk (schoenen, kleding, prothese,
    orthese) heeft de cliënt een verblijf inclusief behandeling, in deze batch of in de historie, bij welke
    uitvoerder ook.
    Waarom: alleen bij verblijf met behandeling komt dit hulpmiddel uit de Wlz; anders uit de
    zorgverzekering.
    Voorbeeld: orthopedische schoenen bij verblijf zonder behandeling worden afgekeurd.
    Wat te doen: controleer het verblijf, en geef de declaraties van de instelling mee als historie. Is er
    geen verblijf met behandeling, declareer dan bij de zorgverzekeraar.
    """
    pop, p = van.pop, van.p
    verblijf = pop.lijnen.filter(pl.col("soort") == "verblijf", pl.col("behandeling") == "incl")
    yield _zonder_verblijf(pop, p, "hulpmiddel_persoonlijk", verblijf, "verblijf met behandeling")


@regel(
    "HLP-03",
    "Spraakhulpmiddel vóór 2025",
    bereik="regel",
    ernst="signaal",
    retourcodes=("8970",),
    tabellen=("prestaties",),
)
def hlp_03(van: Van) -> Iterator[Uitkomst]:
    """Zoekt spraakvervangende hulpmiddelen van vóór 2025.

    Wat: een hulpmiddel van soort hulpmiddel_spraak met een begindatum vóór 2025 is een signaal.
    Waarom: pas vanaf 2025 wordt een spraakvervangend hulpmiddel geheel boven het budget van de instelling
    vergoed.
    Voorbeeld: een spraakcomputer van 31 december 2024.
    Wat te doen: ga na welk deel het budget van de instelling draagt, en declareer alleen de rest.
    """
    pop, p = van.pop, van.p
    vanaf = pl.lit(dag(p.dagwaarde("geheel_vergoed_vanaf")))
    lijnen = pop.lijnen.filter("batch", pl.col("soort") == "hulpmiddel_spraak", p.geldig())
    yield bevinding(
        lijnen.filter(pl.col("begin") < vanaf),
        zin("vóór {} niet geheel boven budget vergoed", datum_tekst(vanaf)),
        "8970",
        ernst="signaal",
        gegevens={"begindatum": als_datum(pl.col("begin")), "geheel_vergoed_vanaf": als_datum(vanaf)},
    )
