"""TOE: toeslagen and meerzorg, which come on top of a package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, cumulatieve_dagen, gedekte_dagen
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import Ernst, Uitkomst, bevinding, datum_tekst, deels_zonder, regel
from wlz_declaratie.regels.pakketdagen import pakketlijnen

PAAR = ["bsn", "uitvoerder"]
VELDEN = [*PAAR, *("rij", "batch", "volgorde", "prestatiecode", "zzpcode", "begin", "eind", "dagen")]
PERIODE = {"begindatum": als_datum(pl.col("begin")), "einddatum": als_datum(pl.col("eind"))}


def _met_code(pop: Populatie, p: Regelparameters) -> pl.LazyFrame:
    """Toeslag lines of batch and history with one of the ``codes`` of the rule.

    Found here, not lazily: they are few, and several tests read them.
    """
    van_regel = (pl.col("soort") == "toeslag") & pl.col("prestatiecode").is_in(p.vast("codes"))
    return pop.lijnen.filter(van_regel).select(VELDEN).collect().lazy()


def _met_pakketdagen(lijnen: pl.LazyFrame, pakket: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``pakketdagen``: days of each line on which the same uitvoerder gives this client a package."""
    dagen = pakket.select(*PAAR, "begin", "eind").join(lijnen.select(PAAR), on=PAAR, how="semi")
    return gedekte_dagen(lijnen, dagen, PAAR, "pakketdagen")


@regel(
    "TOE-01",
    "Toeslag beademing bij een ander profiel",
    bereik="regel",
    retourcodes=("8229",),
    kolommen=("zzpcode",),
)
def toe_01(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Toetst het zorgprofiel bij de toeslag voor (non-)invasieve beademing.

    Wat: bij Z918, Z921, V918 en V921 is de zzpcode er een waarvoor de toeslag op de begindatum mag: tot en
    met 2025 alle profielen VV, VG en LG; vanaf 2026 VV4 tot en met VV9b, VG3 tot en met VG8, LG2 en LG4 tot
    en met LG7. Een lege zzpcode wordt niet getoetst.
    Waarom: de toeslag is voor een afgebakende groep cliënten ingekocht.
    Voorbeeld: Z918 met zzpcode 820 (LG1) mag in december 2025 en wordt in januari 2026 afgekeurd.
    Wat te doen: controleer de zzpcode; past het profiel niet, dan is de toeslag niet te declareren.
    """
    lijnen = _met_code(pop, p).filter("batch", p.geldig())
    for periode in p.perioden["profielen"]:
        profielen = cast("list[str]", periode.waarde)
        yield bevinding(
            lijnen.filter(periode.geldig(), ~pl.col("zzpcode").is_in(profielen)),
            zin("{} mag op {} niet bij zzpcode {}", "prestatiecode", datum_tekst(pl.col("begin")), "zzpcode"),
            "8229",
            gegevens={"zzpcode": pl.col("zzpcode"), "begindatum": als_datum(pl.col("begin"))},
        )


@regel(
    "TOE-02",
    "Invasieve beademing zonder behandeling",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0562",),
    tabellen_deels=("aanbieders",),
)
def toe_02(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Toetst of de toeslag voor invasieve beademing geleverd wordt waar behandeling is.

    Wat: bij Z918 en V918 heeft de uitvoerder op de begindatum het kenmerk behandeling. Heeft hij dat, maar
    valt een dag van de toeslag op een dag van zijn pakket exclusief behandeling, dan is het een signaal.
    Waarom: invasieve beademing vraagt medisch-specialistische zorg en kan alleen waar behandeling wordt
    geboden.
    Voorbeeld: V918 naast V041 van dezelfde uitvoerder is een signaal: V041 is exclusief behandeling.
    Wat te doen: laat het kenmerk in `aanbieders` aanpassen, of declareer het pakket inclusief behandeling.
    """
    lijnen = _met_code(pop, p).filter("batch", p.geldig())
    if "aanbieders" in pop.dossier:
        yield bevinding(
            pop.gemerkt(lijnen, "behandeling").filter(~pl.col("gemerkt")),
            zin(
                "{} vraagt behandeling; de uitvoerder heeft dat kenmerk niet op deze begindatum",
                "prestatiecode",
            ),
            "0562",
            gegevens={"prestatiecode": pl.col("prestatiecode")},
        )
    exclusief = pakketlijnen(pop).filter(pl.col("behandeling") == "excl")
    yield bevinding(
        _met_pakketdagen(lijnen, exclusief).filter(pl.col("pakketdagen") > 0),
        zin(
            "{} van {} dagen vallen op een pakket exclusief behandeling van dezelfde uitvoerder",
            "pakketdagen", "dagen",
        ),
        "0562",
        ernst="signaal",
        gegevens={"pakketdagen_exclusief": pl.col("pakketdagen"), "dagen": pl.col("dagen")},
    )  # fmt: skip


@regel(
    "TOE-03",
    "Observatie bij een ander profiel of te lang",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8229", "0584"),
    kolommen_deels=("zzpcode",),
)
def toe_03(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Toetst het profiel bij observatie en telt de observatiedagen.

    Wat: bij Z912 is de zzpcode VG5 tot en met VG8 of LVG3 tot en met LVG5 (een lege wordt niet getoetst).
    Alle observatiedagen van de cliënt, ook die van eerdere batches en andere uitvoerders, tellen op: boven
    een half jaar is het een signaal, boven een jaar wordt de regel afgekeurd.
    Waarom: observatie duurt in eerste instantie hooguit een half jaar en met verlenging hooguit een jaar.
    Voorbeeld: 180 dagen in de historie en 5 in deze batch zijn 185: een signaal.
    Wat te doen: ga na of de verlenging is afgesproken; declareer na een jaar geen observatie meer.
    """
    observatie = _met_code(pop, p)
    lijnen = observatie.filter("batch", p.geldig())
    yield bevinding(
        lijnen.filter(~pl.col("zzpcode").is_in(p.vast("profielen"))),
        zin("observatie mag niet bij zzpcode {}", "zzpcode"),
        "8229",
        gegevens={"zzpcode": pl.col("zzpcode")},
    )
    geteld = cumulatieve_dagen(observatie, ["bsn"]).filter("batch", p.geldig())
    grenzen: tuple[tuple[str, Ernst], ...] = (("max_dagen", "afkeur"), ("signaal_dagen", "signaal"))
    for naam, ernst in grenzen:
        grens = p.waarde(naam)
        yield bevinding(
            geteld.filter(pl.col("cumulatief") > grens),
            zin("{} observatiedagen tot en met deze regel; de grens is {}", "cumulatief", grens),
            "0584",
            ernst=ernst,
            gegevens={"observatiedagen": pl.col("cumulatief"), "grens": grens, "dagen": pl.col("dagen")},
        )


@regel(
    "TOE-04",
    "Epilepsietoeslag van een uitvoerder zonder epilepsiezorg",
    bereik="regel",
    retourcodes=("8010",),
    tabellen=("aanbieders",),
)
def toe_04(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Toetst wie de toeslag voor gespecialiseerde epilepsiezorg declareert.

    Wat: bij Z975, Z976, Z977, V975, V976 en V977 heeft de uitvoerder op de begindatum het kenmerk epilepsie.
    Waarom: de toeslag is alleen ingekocht bij de instellingen met een landelijke functie voor epilepsie.
    Voorbeeld: Z976 van een uitvoerder zonder dat kenmerk wordt afgekeurd.
    Wat te doen: controleer de uitvoerder, of laat het kenmerk in `aanbieders` aanpassen.
    """
    lijnen = _met_code(pop, p).filter("batch", p.geldig())
    yield bevinding(
        pop.gemerkt(lijnen, "epilepsie").filter(~pl.col("gemerkt")),
        zin(
            "{}: de uitvoerder heeft op {} niet het kenmerk epilepsie",
            "prestatiecode",
            datum_tekst(pl.col("begin")),
        ),
        "8010",
        gegevens={"prestatiecode": pl.col("prestatiecode"), "begindatum": als_datum(pl.col("begin"))},
    )


@regel(
    "TOE-05",
    "Kindtoeslag tijdens onderwijs",
    bereik="regel",
    retourcodes=("0634",),
    kolommen=("onderwijs",),
)
def toe_05(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Zoekt kindtoeslagen op zorg tijdens onderwijs.

    Wat: een kindtoeslag mag niet op een regel met onderwijs ja. Een regel waarop dat niet is ingevuld, is
    niet te toetsen.
    Waarom: bij zorg en ondersteuning tijdens onderwijs is de kindtoeslag op de dagbesteding niet van
    toepassing.
    Voorbeeld: H940 met onderwijs ja wordt afgekeurd.
    Wat te doen: crediteer de kindtoeslag over de uren op school.
    """
    lijnen = pop.lijnen.filter("batch", p.geldig(), pl.col("soort") == "kindtoeslag")
    leeg = lijnen.filter(pop.met_kolommen("onderwijs"), pl.col("onderwijs").is_null())
    yield from deels_zonder(leeg, "ja of nee in kolom onderwijs")
    yield bevinding(
        lijnen.filter("onderwijs"),
        zin("kindtoeslag {} tijdens onderwijs", "prestatiecode"),
        "0634",
        gegevens={"prestatiecode": pl.col("prestatiecode"), "onderwijs": pl.col("onderwijs")},
    )


@regel("TOE-06", "Toeslag zonder pakket", bereik="client", retourcodes=("8065",))
def toe_06(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Zoekt bij een toeslag het pakket waar hij bij hoort.

    Wat: in de periode van een toeslag ligt ten minste één dag van een pakket (verblijf of vpt) van dezelfde
    cliënt en uitvoerder, in deze batch of in de historie.
    Waarom: een toeslag is er alleen bovenop een pakket.
    Voorbeeld: Z976 over maart, terwijl het verblijf op 28 februari eindigde, wordt afgekeurd.
    Wat te doen: declareer het pakket (mee), controleer periode en uitvoerder, of geef met --historie de
    eerdere batches op.
    """
    lijnen = pop.lijnen.filter("batch", p.geldig(), pl.col("soort") == "toeslag")
    yield bevinding(
        _met_pakketdagen(lijnen, pakketlijnen(pop)).filter(pl.col("pakketdagen") == 0),
        zin(
            "geen pakket bij deze uitvoerder van {} t/m {}",
            datum_tekst(pl.col("begin")), datum_tekst(pl.col("eind")),
        ),
        "8065",
        gegevens={"pakketdagen": pl.col("pakketdagen"), **PERIODE},
    )  # fmt: skip


@regel("TOE-07", "Meer toeslagdagen dan pakketdagen", bereik="client", retourcodes=("8887",))
def toe_07(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Vergelijkt het aantal etmalen van een toeslag met de dagen van het pakket.

    Wat: van een toeslag die in etmalen telt, is het aantal niet groter dan het aantal dagen dat dezelfde
    cliënt in die periode een pakket van dezelfde uitvoerder heeft. De tijdseenheid komt van de regel, en
    anders van de prestatie.
    Waarom: op een dag zonder pakket is er ook geen toeslag.
    Voorbeeld: Z976 met aantal 31 over maart, bij een verblijf van 1 tot en met 20 maart: 11 te veel.
    Wat te doen: declareer de toeslag over de dagen van het pakket, of declareer het pakket over alle dagen.
    """
    etmalen = pl.coalesce("tijdseenheid", "eenheid_prestatie") == p.vast("tijdseenheid")
    lijnen = pop.lijnen.filter("batch", p.geldig(), pl.col("soort") == "toeslag", etmalen)
    yield from deels_zonder(lijnen.filter(pl.col("aantal").is_null()), "aantal")
    yield bevinding(
        _met_pakketdagen(lijnen, pakketlijnen(pop)).filter(pl.col("aantal") > pl.col("pakketdagen")),
        zin(
            "aantal {}, en {} pakketdagen bij deze uitvoerder van {} t/m {}",
            "aantal", "pakketdagen", datum_tekst(pl.col("begin")), datum_tekst(pl.col("eind")),
        ),
        "8887",
        gegevens={"aantal": pl.col("aantal"), "pakketdagen": pl.col("pakketdagen"), **PERIODE},
    )  # fmt: skip


@regel(
    "TOE-08",
    "Meerzorg zonder machtiging",
    bereik="client",
    retourcodes=("0551",),
    tabellen=("machtigingen",),
)
def toe_08(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Zoekt bij meerzorg de machtiging.

    Wat: elke dag van een meerzorgregel ligt in een rij van `machtigingen` van dezelfde cliënt en
    prestatiecode; meer rijen mogen samen dekken.
    Waarom: meerzorg wordt alleen betaald na een beschikking voor deze cliënt.
    Voorbeeld: ZMZ01 over heel maart met een machtiging tot en met 15 maart: 16 dagen zonder.
    Wat te doen: neem de machtiging op in `machtigingen`, vraag verlenging aan, of declareer tot de laatste
    dag.
    """
    lijnen = pop.lijnen.filter("batch", p.geldig(), pl.col("soort") == "meerzorg")
    getoetst = gedekte_dagen(lijnen, pop.dossier["machtigingen"], ["bsn", "prestatiecode"], "gemachtigd")
    yield bevinding(
        getoetst.filter(pl.col("gemachtigd") < pl.col("dagen")),
        zin("{} van {} dagen gemachtigd voor {}", "gemachtigd", "dagen", "prestatiecode"),
        "0551",
        gegevens={"gemachtigd": pl.col("gemachtigd"), "dagen": pl.col("dagen")},
    )
