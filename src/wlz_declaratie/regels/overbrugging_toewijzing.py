"""OVB: the toewijzing behind bridging care."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import OPEN_EIND, met_groep, met_laatst_begonnen, vorig_eind
from wlz_declaratie.kern.regel import PROFIEL, regel
from wlz_declaratie.kern.taal.kiezen import een_van, soort
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst
from wlz_declaratie.regels.episodes import PLAATS, getoetste_episodes, zonder_profiel


def _met_lange_toewijzing(lijnen: pl.LazyFrame, toewijzingen: pl.LazyFrame) -> pl.LazyFrame:
    """Lines that share a day with a row of ``toewijzingen``, with the ``van`` and ``tot`` of one such row."""
    # A row that ends no later than one that began before it is never needed: that one touches the line too.
    laatste = (
        met_groep(toewijzingen, PLAATS)
        .with_columns(vorig_eind=vorig_eind())
        .filter(pl.col("vorig_eind").is_null() | (pl.col("eind") > pl.col("vorig_eind")))
        .select(*PLAATS, van="begin", tot="eind")
    )
    return met_laatst_begonnen(lijnen, laatste, PLAATS, "van", "eind").filter(pl.col("tot") >= pl.col("begin"))


@regel(
    "OVB-03",
    "Overbrugging zonder passende toewijzing",
    bereik="client",
    ernst="signaal",
    retourcodes=("0553",),
    tabellen=("toewijzingen",),
    een_van=(PROFIEL,),
)
def ovb_03(van: Van) -> Iterator[Uitkomst]:
    """Legt overbruggingsregels naast de toewijzingen voor overbrugging.

    Wat: elke dag van de declaratieregel ligt in een toewijzing van soort {soort_toewijzing} (overbrugging) voor deze
    cliënt en uitvoerder, en geen toewijzing waar de regel in valt, duurt langer dan {max_dagen_toewijzing} dagen. Wie
    onder de overgangsregeling valt, wordt niet getoetst.
    Waarom: overbrugging wordt per 13 weken toegewezen, zodat na de eerste termijn opnieuw wordt gekeken.
    Voorbeeld: een toewijzing overbrugging zonder einddatum geeft een signaal.
    Wat te doen: vraag het zorgkantoor om een toewijzing overbrugging voor de juiste periode.
    """
    yield from zonder_profiel(van)
    maximum = van.vast("max_dagen_toewijzing")
    toewijzingen = van.toewijzingen(pl.col("soort") == van.vast("soort_toewijzing"))
    overbrugging = getoetste_episodes(van)
    yield (
        overbrugging.gedekt(toewijzingen, PLAATS, "dagen_toegewezen")
        .getoetst("{dagen_toegewezen} van {dagen} dagen toegewezen")
        .waar(pl.col("dagen_toegewezen") < pl.col("dagen"))
        .met_rij("toewijzing", toewijzingen, PLAATS)
        .signaal(
            "0553",
            "{dagen_toegewezen} van {dagen} dagen vallen in een toewijzing overbrugging bij deze uitvoerder"
            "{toewijzing:rij}",
        )
    )
    lengte = pl.col("eind") - pl.col("begin") + 1
    lange = toewijzingen.filter(lengte > maximum)
    open_einde = pl.col("tot") == OPEN_EIND
    te_lang = (
        van.als_lijnen(_met_lange_toewijzing(overbrugging.frame, lange))
        .met(toewijzing_van="van", toewijzing_tot=pl.when(~open_einde).then("tot"), toegestaan=pl.lit(maximum))
        .met(dagen_toewijzing=(pl.col("toewijzing_tot") - pl.col("van") + 1).cast(pl.Int64))
        .met_rij("toewijzing", lange, PLAATS, op="van")
    )
    hooguit = "een toewijzing overbrugging telt hooguit {toegestaan} dagen"
    gegevens = "toewijzing_van:datum toewijzing_tot:datum dagen_toewijzing toegestaan"
    yield te_lang.waar(open_einde).signaal(
        "0553", f"toewijzing vanaf {{toewijzing_van:datum}} zonder einddatum{{toewijzing:rij}}; {hooguit}", gegevens
    )
    periode = "{toewijzing_van:datum} t/m {toewijzing_tot:datum}"
    yield te_lang.waar(~open_einde).signaal(
        "0553", f"toewijzing van {periode} telt {{dagen_toewijzing}} dagen{{toewijzing:rij}}; {hooguit}", gegevens
    )


@regel(
    "OVB-07",
    "(SG)LVG-indicatie op een VG-toewijzing",
    bereik="client",
    ernst="signaal",
    retourcodes=("0553",),
    tabellen=("toewijzingen",),
    een_van=(PROFIEL,),
)
def ovb_07(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de gewone VG-toewijzing achter een overbruggingsregel.

    Wat: bij een overbruggingsregel met verblijf of vpt loopt op de begindatum geen toewijzing van soort
    {soort_toewijzing} (geen overbrugging) met een VG-profiel voor deze cliënt en uitvoerder. Wie onder de
    overgangsregeling valt, wordt niet getoetst.
    Waarom: een (SG)LVG-indicatie wordt niet omgezet in een VG-toewijzing; overbrugging is tijdelijk en heet ook zo.
    Voorbeeld: Z463 op een gewone toewijzing VG5, bij een cliënt met indicatie SGLVG.
    Wat te doen: vraag het zorgkantoor om een toewijzing overbrugging, of om de indicatie die bij de plaats past.
    """
    yield from zonder_profiel(van)
    pakket = getoetste_episodes(van).waar(soort("verblijf", "vpt")).berekend().getoetst()
    vg = van.toewijzingen(pl.col("soort") == van.vast("soort_toewijzing"), een_van("profiel", van.vast("profielen")))
    yield (
        pakket.met_op_begin(vg.join(pakket.frame, on=PLAATS, how="semi"), PLAATS)
        .met(toewijzing_van="laatste_van")
        .met_rij("toewijzing", vg, PLAATS)
        .signaal(
            "0553",
            "een gewone VG-toewijzing (vanaf {toewijzing_van:datum}) op een (SG)LVG-indicatie{toewijzing:rij}; "
            "overbrugging vraagt een toewijzing overbrugging",
        )
    )
