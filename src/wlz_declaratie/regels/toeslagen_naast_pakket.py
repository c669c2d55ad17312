"""TOE, part 2: toeslagen and meerzorg against the package that they come on top of."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import gedekte_dagen
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import PAKKET, code, een_van, leeg, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.taal.zinnen import ZONDER_BEHANDELING
from wlz_declaratie.kern.uitkomst import Uitkomst

PAAR = ["bsn", "uitvoerder"]
TOESLAG = soort("toeslag")
# Meerzorg at home, in an mpt, has no package to come on top of.
BIJ_PAKKET = TOESLAG | (soort("meerzorg") & pl.col("prestatiecode").str.contains("^[ZV]"))
LIJN = ("rij", "batch", "bestandnr", "regelnummer", "volgorde", "prestatiecode", *PAAR, "begin", "eind", "dagen")


def _toeslagen(pop: Populatie) -> pl.LazyFrame:
    kolommen = (*LIJN, "soort", "zzpcode", "profielcode", "aantal", "tijdseenheid", "eenheid_prestatie")
    return pop.lijnen.filter(BIJ_PAKKET).select(kolommen)


def toeslagen(van: Van, *voorwaarden: pl.Expr) -> Lijnen:
    """The toeslagen of batch and history, with the ``codes`` of the rule."""
    return van.eenmaal(_toeslagen).waar(TOESLAG, code(*van.vast("codes")), *voorwaarden)


def _pakketten(pop: Populatie) -> pl.LazyFrame:
    clienten = pop.eenmaal(_toeslagen).filter("batch").select("bsn").unique()
    pakketten = pop.lijnen.filter(PAKKET).select(*PAAR, "begin", "eind", "behandeling")
    return pakketten.join(clienten, on="bsn", how="semi")


def _met_pakketdagen(pop: Populatie) -> pl.LazyFrame:
    """Toeslagen and meerzorg of the batch, with ``pakketdagen`` and ``waar``: at whom those are."""
    pakketten = pop.eenmaal(_pakketten)
    lijnen = pop.eenmaal(_toeslagen).filter("batch")

    def geteld(lijnen: pl.LazyFrame, per: list[str], waar: str) -> pl.LazyFrame:
        van_hen = pakketten.join(lijnen, on=per, how="semi").select(*per, "begin", "eind")
        return gedekte_dagen(lijnen, van_hen, per, "pakketdagen").with_columns(waar=pl.lit(waar))

    return pl.concat(
        [
            geteld(lijnen.filter(TOESLAG), PAAR, "bij deze uitvoerder"),
            geteld(lijnen.filter(~TOESLAG), ["bsn"], "bij enige uitvoerder"),
        ]
    )


@regel(
    "TOE-02",
    "Invasieve beademing zonder behandeling",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0562",),
    tabellen_deels=("aanbieders",),
)
def toe_02(van: Van) -> Iterator[Uitkomst]:
    """Toetst of de toeslag voor invasieve beademing geleverd wordt waar behandeling is.

    Wat: bij Z918 en V918 heeft de uitvoerder op de begindatum het kenmerk behandeling. Heeft hij dat, maar
    valt een dag van de toeslag op een dag van zijn pakket exclusief behandeling, dan is het een signaal.
    Waarom: invasieve beademing vraagt medisch-specialistische zorg en kan alleen waar behandeling wordt
    geboden.
    Voorbeeld: V918 naast V041 van dezelfde uitvoerder is een signaal: V041 is exclusief behandeling.
    Wat te doen: laat het kenmerk in `aanbieders` aanpassen, of declareer het pakket inclusief behandeling.
    """
    beademing = toeslagen(van).van_batch().berekend()
    if van.heeft("aanbieders"):
        yield beademing.zonder_kenmerk("behandeling").afkeur("0562", ZONDER_BEHANDELING)
    exclusief = van.eenmaal(_pakketten).waar(een_van("behandeling", ["excl"])).alleen_van(beademing, PAAR)
    naast = beademing.gedekt(exclusief, PAAR, "pakketdagen_exclusief")
    yield naast.waar(pl.col("pakketdagen_exclusief") > 0).signaal(
        "0562",
        "{pakketdagen_exclusief} van {dagen} dagen vallen op een pakket exclusief behandeling van dezelfde uitvoerder",
    )


@regel("TOE-06", "Toeslag zonder pakket", bereik="client", retourcodes=("8065",))
def toe_06(van: Van) -> Iterator[Uitkomst]:
    """Zoekt bij een toeslag het pakket waar hij bij hoort.

    Wat: in de periode van een toeslag ligt ten minste één dag van een pakket (verblijf, ook LVHC en overbrugging, of
    vpt) van dezelfde cliënt en uitvoerder, in deze batch of in de historie. Bij meerzorg op een Z- of V-prestatie mag
    het pakket van een andere uitvoerder zijn.
    Waarom: een toeslag is er alleen bovenop een pakket.
    Voorbeeld: Z976 over maart, terwijl het verblijf op 28 februari eindigde, wordt afgekeurd.
    Wat te doen: declareer het pakket (mee), controleer periode en uitvoerder, of geef met --historie de
    eerdere batches op.
    """
    getoetst = van.eenmaal(_met_pakketdagen).van_batch().getoetst("{pakketdagen} pakketdagen {waar:tekst}")
    zonder = getoetst.waar(pl.col("pakketdagen") == 0)
    yield zonder.afkeur(
        "8065", "geen pakket {waar:tekst} van {begindatum} t/m {einddatum}", "pakketdagen begindatum einddatum"
    )


@regel("TOE-07", "Meer toeslagdagen dan pakketdagen", bereik="client", retourcodes=("8887",), velden=("aantal",))
def toe_07(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt het aantal etmalen van een toeslag met de dagen van het pakket.

    Wat: van een toeslag die in etmalen telt, is het aantal niet groter dan het aantal dagen dat dezelfde cliënt in die
    periode een pakket (ook LVHC en overbrugging) van dezelfde uitvoerder heeft; van meerzorg op een Z- of V-prestatie:
    van welke uitvoerder ook. De tijdseenheid komt van de declaratieregel, en anders van de prestatie. Een toeslag
    helemaal zonder pakket meldt TOE-06.
    Waarom: op een dag zonder pakket is er ook geen toeslag.
    Voorbeeld: Z976 met aantal 31 over maart, bij een verblijf van 1 tot en met 20 maart: 11 te veel.
    Wat te doen: verlaag het aantal tot de dagen van het pakket, of declareer het pakket over alle dagen.
    """
    etmalen = pl.coalesce("tijdseenheid", "eenheid_prestatie") == van.vast("tijdseenheid")
    met_pakket = van.eenmaal(_met_pakketdagen).van_batch().waar(etmalen, pl.col("pakketdagen") > 0)
    yield from met_pakket.waar(leeg("aantal")).ontoetsbaar_zonder("aantal")
    met_pakket.getoetst("aantal {aantal}, {pakketdagen} pakketdagen {waar:tekst}")
    te_veel = met_pakket.waar(pl.col("aantal") > pl.col("pakketdagen"))
    yield te_veel.met_voorstel("aantal", pl.col("pakketdagen")).afkeur(
        "8887",
        "aantal {aantal}, en {pakketdagen} pakketdagen {waar:tekst} van {begindatum} t/m {einddatum}",
    )
