"""HLP: aids paid above the budget of the institution; the dossier table prestaties says which they are."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import een_van, gevuld, leeg, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

VERBLIJF = soort("verblijf")
GEGEVENS = "begindatum laatste_verblijfsdag:datum"


def _zonder(hulpmiddelen: Lijnen, verblijf: Lijnen, wat: str) -> Iterator[Uitkomst]:
    """Aids without ``verblijf`` on begindatum; ``wat`` is its name in Dutch."""
    zonder = hulpmiddelen.zonder_op_begin(verblijf.alleen_van(hulpmiddelen)).met(laatste_verblijfsdag="laatste_tot")
    yield zonder.waar(leeg("laatste_verblijfsdag")).afkeur(
        "8969", f"geen {wat} op of voor {{begindatum}} bekend", GEGEVENS
    )
    yield zonder.waar(gevuld("laatste_verblijfsdag")).afkeur(
        "8969", f"geen {wat} op {{begindatum}}; het laatste eindigde op {{laatste_verblijfsdag:datum}}", GEGEVENS
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
    yield from _zonder(van.batch(soort("hulpmiddel_mobiliteit")), van.lijnen(VERBLIJF), "verblijf")


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
    met_behandeling = van.lijnen(VERBLIJF, een_van("behandeling", ["incl"]))
    yield from _zonder(van.batch(soort("hulpmiddel_persoonlijk")), met_behandeling, "verblijf met behandeling")


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
    vanaf = van.dag("geheel_vergoed_vanaf")
    yield (
        van.batch(soort("hulpmiddel_spraak"), pl.col("begin") < vanaf)
        .met(geheel_vergoed_vanaf=pl.lit(vanaf))
        .signaal(
            "8970",
            "vóór {geheel_vergoed_vanaf:datum} niet geheel boven budget vergoed",
            "begindatum geheel_vergoed_vanaf:datum",
        )
    )
