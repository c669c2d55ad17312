"""TOE: toeslagen and meerzorg, which come on top of a package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import polars as pl

from wlz_declaratie.kern.regel import KENMERKEN, Telling, regel
from wlz_declaratie.kern.taal.kiezen import PAKKET, code, gevuld, leeg, profielcode, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.taal.zinnen import ZONDER_BEHANDELING
from wlz_declaratie.kern.uitkomst import Uitkomst

PAAR = ["bsn", "uitvoerder"]


def _met_code(van: Van) -> pl.Expr:
    return soort("toeslag") & code(*van.vast("codes"))


def _met_pakketdagen(toeslagen: Lijnen, pakket: Lijnen, als: str = "pakketdagen") -> Lijnen:
    """With ``als``: days of each line on which the same uitvoerder gives this client a package."""
    return toeslagen.gedekt(pakket.alleen_van(toeslagen, PAAR), PAAR, als)


@regel(
    "TOE-01",
    "Toeslag beademing bij een ander profiel",
    bereik="regel",
    retourcodes=("8229",),
    kolommen=("zzpcode",),
    leest=(KENMERKEN, "indicaties"),
)
def toe_01(van: Van) -> Iterator[Uitkomst]:
    """Toetst het zorgprofiel bij de toeslag voor (non-)invasieve beademing.

    Wat: bij Z918, Z921, V918 en V921 is de zzpcode er een waarvoor de toeslag op de begindatum mag: tot en
    met 2025 alle profielen VV, VG en LG; vanaf 2026 VV4 tot en met VV9b, VG3 tot en met VG8, LG2 en LG4 tot
    en met LG7. Een lege zzpcode wordt niet getoetst.
    Waarom: de toeslag is voor een afgebakende groep cliënten ingekocht.
    Voorbeeld: Z918 met zzpcode 820 (LG1) mag in december 2025 en wordt in januari 2026 afgekeurd.
    Wat te doen: controleer de zzpcode; past het profiel niet, dan is de toeslag niet te declareren.
    """
    toeslagen = van.batch(_met_code(van), gevuld("zzpcode")).berekend()
    for periode in van.perioden("profielen"):
        profielen = cast("list[str]", periode.waarde)
        yield toeslagen.waar(periode.geldig(), ~profielcode(*profielen)).afkeur(
            "8229", "{prestatiecode} mag op {begindatum} niet bij zzpcode {zzpcode}", "zzpcode begindatum"
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
    toeslagen = van.batch(_met_code(van)).berekend()
    if van.heeft("aanbieders"):
        yield toeslagen.zonder_kenmerk("behandeling").afkeur("0562", ZONDER_BEHANDELING)
    exclusief = van.lijnen(PAKKET, pl.col("behandeling") == "excl")
    naast = _met_pakketdagen(toeslagen, exclusief, als="pakketdagen_exclusief")
    yield naast.waar(pl.col("pakketdagen_exclusief") > 0).signaal(
        "0562",
        "{pakketdagen_exclusief} van {dagen} dagen vallen op een pakket exclusief behandeling van dezelfde uitvoerder",
    )


@regel(
    "TOE-03",
    "Observatie bij een ander profiel of te lang",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8229", "0584"),
    kolommen_deels=("zzpcode",),
    telt=Telling("dagen", soort("toeslag"), "observatiedagen"),
    leest=(KENMERKEN, "indicaties"),
)
def toe_03(van: Van) -> Iterator[Uitkomst]:
    """Toetst het profiel bij observatie en telt de observatiedagen.

    Wat: bij Z912 is de zzpcode VG5 tot en met VG8 of LVG3 tot en met LVG5 (een lege wordt niet getoetst).
    Alle observatiedagen van de cliënt, ook die van eerdere batches en andere uitvoerders, tellen op: boven
    een half jaar is het een signaal, boven een jaar wordt de regel afgekeurd.
    Waarom: observatie duurt in eerste instantie hooguit een half jaar en met verlenging hooguit een jaar.
    Voorbeeld: 180 dagen in de historie en 5 in deze batch zijn 185: een signaal.
    Wat te doen: ga na of de verlenging is afgesproken; declareer na een jaar geen observatie meer.
    """
    observatie = van.lijnen(_met_code(van)).berekend()
    yield (
        observatie.van_batch()
        .waar(gevuld("zzpcode"), ~profielcode(*van.vast("profielen")))
        .afkeur("8229", "observatie mag niet bij zzpcode {zzpcode}")
    )
    geteld = observatie.opgeteld(als="observatiedagen").van_batch()
    tekst = "{observatiedagen} observatiedagen tot en met deze regel; de grens is {grens}"
    te_lang = pl.col("observatiedagen") > pl.col("grens")
    gegevens = "observatiedagen grens dagen"
    yield geteld.met(grens=van.waarde("max_dagen")).waar(te_lang).afkeur("0584", tekst, gegevens)
    yield geteld.met(grens=van.waarde("signaal_dagen")).waar(te_lang).signaal("0584", tekst, gegevens)


@regel(
    "TOE-04",
    "Epilepsietoeslag van een uitvoerder zonder epilepsiezorg",
    bereik="regel",
    retourcodes=("8010",),
    tabellen=("aanbieders",),
)
def toe_04(van: Van) -> Iterator[Uitkomst]:
    """Toetst wie de toeslag voor gespecialiseerde epilepsiezorg declareert.

    Wat: bij Z975, Z976, Z977, V975, V976 en V977 heeft de uitvoerder op de begindatum het kenmerk epilepsie.
    Waarom: de toeslag is alleen ingekocht bij de instellingen met een landelijke functie voor epilepsie.
    Voorbeeld: Z976 van een uitvoerder zonder dat kenmerk wordt afgekeurd.
    Wat te doen: controleer de uitvoerder, of laat het kenmerk in `aanbieders` aanpassen.
    """
    yield (
        van.batch(_met_code(van))
        .zonder_kenmerk("epilepsie")
        .afkeur("8010", "{prestatiecode}: de uitvoerder heeft op {begindatum} niet het kenmerk epilepsie")
    )


@regel(
    "TOE-05",
    "Kindtoeslag tijdens onderwijs",
    bereik="regel",
    retourcodes=("0634",),
    kolommen=("onderwijs",),
)
def toe_05(van: Van) -> Iterator[Uitkomst]:
    """Zoekt kindtoeslagen op zorg tijdens onderwijs.

    Wat: een kindtoeslag mag niet op een regel met onderwijs ja. Een regel waarop dat niet is ingevuld, is
    niet te toetsen.
    Waarom: bij zorg en ondersteuning tijdens onderwijs is de kindtoeslag op de dagbesteding niet van
    toepassing.
    Voorbeeld: H940 met onderwijs ja wordt afgekeurd.
    Wat te doen: crediteer de kindtoeslag over de uren op school.
    """
    toeslagen = van.batch(soort("kindtoeslag"))
    niet_ingevuld = toeslagen.waar(van.pop.met_kolommen("onderwijs"), leeg("onderwijs"))
    yield from niet_ingevuld.ontoetsbaar_zonder("ja of nee in kolom onderwijs")
    yield toeslagen.waar("onderwijs").afkeur(
        "0634", "kindtoeslag {prestatiecode} tijdens onderwijs", "prestatiecode onderwijs"
    )


@regel("TOE-06", "Toeslag zonder pakket", bereik="client", retourcodes=("8065",))
def toe_06(van: Van) -> Iterator[Uitkomst]:
    """Zoekt bij een toeslag het pakket waar hij bij hoort.

    Wat: in de periode van een toeslag ligt ten minste één dag van een pakket (verblijf of vpt) van dezelfde
    cliënt en uitvoerder, in deze batch of in de historie.
    Waarom: een toeslag is er alleen bovenop een pakket.
    Voorbeeld: Z976 over maart, terwijl het verblijf op 28 februari eindigde, wordt afgekeurd.
    Wat te doen: declareer het pakket (mee), controleer periode en uitvoerder, of geef met --historie de
    eerdere batches op.
    """
    toeslagen = _met_pakketdagen(van.batch(soort("toeslag")), van.lijnen(PAKKET))
    yield toeslagen.waar(pl.col("pakketdagen") == 0).afkeur(
        "8065",
        "geen pakket bij deze uitvoerder van {begindatum} t/m {einddatum}",
        "pakketdagen begindatum einddatum",
    )


@regel("TOE-07", "Meer toeslagdagen dan pakketdagen", bereik="client", retourcodes=("8887",))
def toe_07(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt het aantal etmalen van een toeslag met de dagen van het pakket.

    Wat: van een toeslag die in etmalen telt, is het aantal niet groter dan het aantal dagen dat dezelfde
    cliënt in die periode een pakket van dezelfde uitvoerder heeft. De tijdseenheid komt van de regel, en
    anders van de prestatie.
    Waarom: op een dag zonder pakket is er ook geen toeslag.
    Voorbeeld: Z976 met aantal 31 over maart, bij een verblijf van 1 tot en met 20 maart: 11 te veel.
    Wat te doen: declareer de toeslag over de dagen van het pakket, of declareer het pakket over alle dagen.
    """
    etmalen = pl.coalesce("tijdseenheid", "eenheid_prestatie") == van.vast("tijdseenheid")
    toeslagen = van.batch(soort("toeslag"), etmalen)
    yield from toeslagen.waar(leeg("aantal")).ontoetsbaar_zonder("aantal")
    yield (
        _met_pakketdagen(toeslagen, van.lijnen(PAKKET))
        .waar(pl.col("aantal") > pl.col("pakketdagen"))
        .afkeur(
            "8887", "aantal {aantal}, en {pakketdagen} pakketdagen bij deze uitvoerder van {begindatum} t/m {einddatum}"
        )
    )


@regel(
    "TOE-08",
    "Meerzorg zonder machtiging",
    bereik="client",
    retourcodes=("0551",),
    tabellen=("machtigingen",),
)
def toe_08(van: Van) -> Iterator[Uitkomst]:
    """Zoekt bij meerzorg de machtiging.

    Wat: elke dag van een meerzorgregel ligt in een rij van `machtigingen` van dezelfde cliënt en
    prestatiecode; meer rijen mogen samen dekken.
    Waarom: meerzorg wordt alleen betaald na een beschikking voor deze cliënt.
    Voorbeeld: ZMZ01 over heel maart met een machtiging tot en met 15 maart: 16 dagen zonder.
    Wat te doen: neem de machtiging op in `machtigingen`, vraag verlenging aan, of declareer tot de laatste
    dag.
    """
    meerzorg = van.batch(soort("meerzorg"))
    gemachtigd = meerzorg.gedekt(van.tabel("machtigingen"), ["bsn", "prestatiecode"], "gemachtigd")
    yield gemachtigd.waar(pl.col("gemachtigd") < pl.col("dagen")).afkeur(
        "0551", "{gemachtigd} van {dagen} dagen gemachtigd voor {prestatiecode}", "gemachtigd dagen"
    )
