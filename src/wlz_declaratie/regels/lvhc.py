"""LVHC: low volume, high complexity: care of expertise centres (REC, DEC) and their consults elsewhere.

Which prestaties these are, and for which doelgroep, comes from the dossier table ``prestaties`` alone. Travel
costs of a consult count as a consult: give them the soort ``lvhc_consult`` too. The names of the doelgroepen
are those in the parameters of LVHC-02; capitals do not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

import polars as pl

from wlz_declaratie.basis.dagen import dag, jaar
from wlz_declaratie.basis.maanden import laatste_dag, maand_van
from wlz_declaratie.kern.begrippen import SOORT
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import gevuld, leeg, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

VERBLIJF, CONSULT = "lvhc", "lvhc_consult"
KORT = {"ms": "ms+", "nah": "nah+"}
"""Doelgroepen that go by a shorter name too."""
CENTRUM = ["uitvoerder", "groep_lvhc"]
"""An expertise centre: one uitvoerder for one doelgroep."""
GEEN_DOELGROEP = "doelgroep in tabel prestaties"


def _groep(doelgroep: pl.Expr) -> pl.Expr:
    """The doelgroep as it is compared."""
    return doelgroep.str.to_lowercase().replace(KORT)


def regels_lvhc(van: Van, *soorten: str) -> Lijnen:
    """Lines of these soorten with ``groep_lvhc``, the doelgroep to compare by."""
    return van.lijnen(soort(*soorten)).met(groep_lvhc=_groep(pl.col("doelgroep").cast(pl.String)))


def adviezen(pop: Populatie) -> pl.LazyFrame:
    """Advices of the CELz: uitvoerder, groep_lvhc, begin, eind, plaatsen (null where not given)."""
    kenmerk = pl.col("kenmerk").str
    return (
        pop.dossier["aanbieders"]
        .filter(kenmerk.starts_with("rec:") | kenmerk.starts_with("dec:"))
        .select(
            pl.col("agb").alias("uitvoerder"),
            _groep(kenmerk.slice(len("rec:"))).alias("groep_lvhc"),
            "begin",
            "eind",
            "plaatsen",
        )
    )


@regel(
    "LVHC-01",
    "Uitvoerder is geen REC of DEC voor de doelgroep",
    bereik="regel",
    retourcodes=("8010",),
    tabellen=("prestaties", "aanbieders"),
)
def lvhc_01(van: Van) -> Iterator[Uitkomst]:
    """Toetst of de uitvoerder is aangewezen als expertisecentrum.

    Wat: op elke dag van een declaratieregel LVHC-verblijf of LVHC-consult heeft de uitvoerder in `aanbieders` het
    kenmerk rec: of dec: met de doelgroep van de prestatie, vanaf de ingangsdatum van het CELz-advies en binnen de
    looptijd.
    Waarom: alleen een REC of DEC levert deze zorg, en pas vanaf de dag die in het advies staat.
    Voorbeeld: een advies vanaf 15 maart 2026 en een declaratieregel over heel maart: de eerste 14 dagen zijn niet
    gedekt.
    Wat te doen: declareer alleen dagen binnen het advies, of vul het advies aan in `aanbieders`.
    """
    regels = regels_lvhc(van, VERBLIJF, CONSULT).van_batch()
    yield from regels.waar(leeg("doelgroep")).ontoetsbaar_zonder(GEEN_DOELGROEP)
    zonder_advies = regels.waar(gevuld("doelgroep")).niet_gedekt(van.eenmaal(adviezen), CENTRUM)
    yield zonder_advies.met(dagen_zonder_advies="dagen_buiten", eerste_dag_zonder="eerste_dag_buiten").afkeur(
        "8010",
        "op {dagen_zonder_advies} van {dagen} dagen geen REC of DEC voor {doelgroep:veld},"
        " vanaf {eerste_dag_zonder:datum}",
        "doelgroep:veld dagen dagen_zonder_advies eerste_dag_zonder:datum",
    )


SOORT_EN_GROEP = ["soort", "groep_lvhc"]


def _eerste_dagen(van: Van) -> pl.LazyFrame:
    """The first day per soort and doelgroep: SOORT_EN_GROEP, eerste_dag (null: since always)."""
    eerste: dict[tuple[str, str], date | None] = {}
    for naam in (VERBLIJF, CONSULT):
        for periode in van.perioden(naam):
            for doelgroep in cast("list[str]", periode.waarde):
                eerste.setdefault((naam, doelgroep.lower()), periode.van)
    rijen = [(*sleutel, None if vanaf is None else dag(vanaf)) for sleutel, vanaf in eerste.items()]
    return pl.DataFrame(
        rijen, schema={"soort": SOORT, "groep_lvhc": pl.String, "eerste_dag": pl.Int32}, orient="row"
    ).lazy()


@regel(
    "LVHC-02",
    "LVHC vóór de eerste dag van de doelgroep",
    bereik="regel",
    retourcodes=("8970",),
    tabellen=("prestaties",),
)
def lvhc_02(van: Van) -> Iterator[Uitkomst]:
    """Toetst of de doelgroep op de begindatum al te declareren is.

    Wat: verblijf is er voor {lvhc}. Consulten zijn er voor {lvhc_consult}, en voor geen andere doelgroep. Verblijf
    voor een doelgroep waarvan hier geen begindatum bekend is, wordt niet getoetst. NAH en MS zijn NAH+ en MS+.
    Waarom: zorgkantoren kopen deze zorg per doelgroep vanaf een vaste datum in.
    Voorbeeld: een declaratieregel NAH+ die begint op 31 december 2025, wordt afgekeurd.
    Wat te doen: declareer die zorg niet als LVHC, en controleer de doelgroep in tabel `prestaties`.
    """
    regels, eerste = regels_lvhc(van, VERBLIJF, CONSULT).van_batch(), _eerste_dagen(van)
    yield from regels.waar(leeg("doelgroep")).ontoetsbaar_zonder(GEEN_DOELGROEP)
    onbekend = regels.waar(gevuld("doelgroep")).niet_van(eerste, SOORT_EN_GROEP)
    yield from onbekend.waar(~soort(CONSULT)).ontoetsbaar_zonder("bekende begindatum van de doelgroep")
    yield onbekend.waar(soort(CONSULT)).afkeur(
        "8970", "consulten voor {doelgroep:veld} zijn niet te declareren", "doelgroep:veld begindatum"
    )
    te_vroeg = regels.met_velden(eerste, SOORT_EN_GROEP).waar(pl.col("begin") < pl.col("eerste_dag"))
    for naam, wat in ((VERBLIJF, "verblijf"), (CONSULT, "consult")):
        yield te_vroeg.waar(soort(naam)).afkeur(
            "8970",
            wat + " voor {doelgroep:veld} kan pas vanaf {eerste_dag:datum}",
            "doelgroep:veld begindatum eerste_dag:datum",
        )


@regel(
    "LVHC-04",
    "LVHC-consult tijdens verblijf in een REC of DEC",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0634",),
    tabellen=("prestaties",),
)
def lvhc_04(van: Van) -> Iterator[Uitkomst]:
    """Zoekt consulten voor wie al in een expertisecentrum verblijft.

    Wat: een declaratieregel LVHC-consult waarvan elke dag ook op een regel LVHC-verblijf van dezelfde cliënt staat, bij
    welke uitvoerder of doelgroep ook, wordt afgekeurd; zijn alleen sommige dagen dat, dan is het een signaal.
    Waarom: consultatie is er voor cliënten die buiten een REC of DEC verblijven; binnen zit zij in het
    pakket.
    Voorbeeld: verblijf vanaf 10 maart en een consult op 10 maart: afgekeurd.
    Wat te doen: controleer de datum van het consult; declareer een consult van vóór de opname op zijn eigen
    dagen.
    """
    in_verblijf = van.batch(soort(CONSULT)).deelt_dag_met(van.lijnen(soort(VERBLIJF))).met(dagen_in_verblijf="gedeeld")
    alle_dagen = pl.col("gedeeld") == pl.col("dagen")
    tekst = "{dagen_in_verblijf} van {dagen} dagen in een REC of DEC: {ander}"
    gegevens = "dagen dagen_in_verblijf ander"
    yield in_verblijf.waar(alle_dagen).afkeur("0634", tekst, gegevens)
    yield in_verblijf.waar(~alle_dagen).signaal("0634", tekst, gegevens)


@regel(
    "LVHC-05",
    "LVHC-consult over meer maanden, of te laat gefactureerd",
    bereik="regel",
    ernst="signaal",
    retourcodes=("0586",),
    tabellen=("prestaties",),
    kolommen=("dagtekening",),
)
def lvhc_05(van: Van) -> Iterator[Uitkomst]:
    """Toetst of consulten na elke maand worden gefactureerd.

    Wat: een declaratieregel LVHC-consult ligt in één kalendermaand, en de dagtekening ligt niet na het einde van de
    maand die volgt op de maand van de begindatum.
    Waarom: het landelijke bedrag voor consulten is alleen te volgen als uren na afloop van de maand
    binnenkomen.
    Voorbeeld: een consult in januari 2026 wordt uiterlijk op 28 februari gefactureerd; 1 maart is een
    signaal.
    Wat te doen: declareer uren voortaan na elke maand, per maand, ook als het traject nog loopt.
    """
    consulten = van.batch(soort(CONSULT))
    yield from consulten.waar(leeg("dagtekening")).ontoetsbaar_zonder("dagtekening")
    yield consulten.waar(maand_van("begin") != maand_van("eind")).signaal(
        "0586", "consult van {begindatum} t/m {einddatum} over meer dan één kalendermaand"
    )
    uiterlijk = laatste_dag(maand_van("begin") + van.vast("maanden_erna"))
    yield (
        consulten.met(uiterlijk=uiterlijk)
        .waar(pl.col("dagtekening") > pl.col("uiterlijk"))
        .signaal(
            "0586",
            "consult vanaf {begindatum}, dagtekening {dagtekening:datum}; uiterlijk {uiterlijk:datum}",
        )
    )


@regel(
    "LVHC-06",
    "LVHC-consulten boven het landelijke bedrag",
    bereik="batch",
    ernst="signaal",
    retourcodes=("8105",),
    tabellen=("prestaties",),
    kolommen=("declaratiebedrag",),
    leest_van_lijn=("declaratiebedrag", "doelgroep"),
)
def lvhc_06(van: Van) -> Iterator[Uitkomst]:
    """Telt het bedrag van alle consulten in het kalenderjaar op.

    Wat: het declaratiebedrag van alle consulten met een begindatum in een kalenderjaar, batch en historie
    samen, blijft binnen het landelijke bedrag; reiskosten tellen mee als tabel `prestaties` ze als
    lvhc_consult noemt. Eén bevinding over de batch, als daar een consult van dat jaar in zit.
    Waarom: voor consultatie en advies is landelijk een vast bedrag per jaar beschikbaar.
    Voorbeeld: 4.600.000 euro aan consulten in 2026 is 100.000 euro te veel.
    Wat te doen: overleg met het zorgkantoor; een enkele aanbieder is hier niet aan te wijzen.
    """
    consulten = van.lijnen(soort(CONSULT), van.p.te_toetsen())
    yield from consulten.waar(leeg("declaratiebedrag")).ontoetsbaar_zonder("declaratiebedrag")
    per_jaar = (
        consulten.met(jaar=jaar("begin"))
        .frame.group_by("jaar")
        .agg(pl.any("batch"), declaratiebedrag_cent=pl.sum("declaratiebedrag"))
    )
    budget = van.vast("budget_cent")
    te_veel = van.als_lijnen(per_jaar).waar("batch", pl.col("declaratiebedrag_cent") > budget)
    yield te_veel.met(landelijk_cent=pl.lit(budget)).signaal(
        "8105",
        "consulten LVHC in {jaar}: {declaratiebedrag_cent:euro} euro in batch en historie samen,"
        " landelijk {landelijk_cent:euro} euro",
        over="batch",
    )
