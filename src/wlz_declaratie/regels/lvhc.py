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

from wlz_declaratie.basis.dagen import (
    als_datum,
    buiten,
    dag,
    gedekte_dagen,
    met_groep,
    niet_gedekt,
    vorig_eind,
)
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.begrippen import SOORT
from wlz_declaratie.kern.oud import (
    als_lijnen,
    ander_gegevens,
    ander_tekst,
    bevinding,
    datum_tekst,
    deels_zonder,
    euro_tekst,
    met_gedeelde_dagen,
    veld_tekst,
)
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

VERBLIJF, CONSULT = "lvhc", "lvhc_consult"
CENTRUM = ["uitvoerder", "groep_lvhc"]
"""An expertise centre: one uitvoerder for one doelgroep."""
PER_JAAR = [*CENTRUM, "jaar"]
GEEN_DOELGROEP = "doelgroep in tabel prestaties"


def _lijnen(pop: Populatie, *soorten: str) -> pl.LazyFrame:
    """Lines of these soorten with ``groep_lvhc``, the doelgroep to compare by."""
    return pop.lijnen.filter(pl.col("soort").is_in(soorten)).with_columns(
        groep_lvhc=pl.col("doelgroep").str.to_lowercase()
    )


def _zonder_doelgroep(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    return lijnen.filter(pl.col("doelgroep").is_null())


def _adviezen(pop: Populatie) -> pl.LazyFrame:
    """Advices of the CELz: uitvoerder, groep_lvhc, begin, eind, plaatsen (null where not given)."""
    kenmerk = pl.col("kenmerk").str
    return (
        pop.dossier["aanbieders"]
        .filter(kenmerk.starts_with("rec:") | kenmerk.starts_with("dec:"))
        .select(
            pl.col("agb").alias("uitvoerder"),
            kenmerk.slice(len("rec:")).str.to_lowercase().alias("groep_lvhc"),
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

    Wat: op elke dag van een regel LVHC-verblijf of LVHC-consult heeft de uitvoerder in `aanbieders` het
    kenmerk rec: of dec: met de doelgroep van de prestatie, vanaf de ingangsdatum van het CELz-advies en
    binnen de looptijd.
    Waarom: alleen een REC of DEC levert deze zorg, en pas vanaf de dag die in het advies staat.
    Voorbeeld: een advies vanaf 15 maart 2026 en een regel over heel maart: de eerste 14 dagen zijn niet
    gedekt.
    Wat te doen: declareer alleen dagen binnen het advies, of vul het advies aan in `aanbieders`.
    """
    pop, p = van.pop, van.p
    lijnen = _lijnen(pop, VERBLIJF, CONSULT).filter("batch", p.geldig())
    yield from deels_zonder(_zonder_doelgroep(lijnen), GEEN_DOELGROEP)
    adviezen = _adviezen(pop).select(*CENTRUM, "begin", "eind")
    yield bevinding(
        niet_gedekt(lijnen.drop_nulls("doelgroep"), adviezen, CENTRUM),
        zin(
            "op {} van {} dagen geen REC of DEC voor {}, vanaf {}",
            "dagen_buiten", "dagen", veld_tekst("doelgroep"), datum_tekst(pl.col("eerste_dag_buiten")),
        ),
        "8010",
        gegevens={
            "doelgroep": veld_tekst("doelgroep"),
            "dagen": pl.col("dagen"),
            "dagen_zonder_advies": pl.col("dagen_buiten"),
            "eerste_dag_zonder": als_datum(pl.col("eerste_dag_buiten")),
        },
    )  # fmt: skip


def _eerste_dagen(p: Regelparameters) -> pl.LazyFrame:
    """The first day per soort and doelgroep: soort, groep_lvhc, eerste_dag (null: since always)."""
    eerste: dict[tuple[str, str], date | None] = {}
    for soort in (VERBLIJF, CONSULT):
        for periode in p.perioden[soort]:
            for doelgroep in cast("list[str]", periode.waarde):
                eerste.setdefault((soort, doelgroep.lower()), periode.van)
    rijen = [(*sleutel, None if van is None else dag(van)) for sleutel, van in eerste.items()]
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

    Wat: verblijf is er voor GP+ en DZEP vanaf 2025, voor NAH+ en MS+ vanaf 2026, voor de andere doelgroepen
    altijd. Consulten zijn er voor Korsakov, Huntington, GP+ en DZEP vanaf 2025 en voor NAH+ en MS+ vanaf
    2026. Een doelgroep waarvan hier geen begindatum bekend is (consulten voor LBS onder meer), wordt niet
    getoetst.
    Waarom: zorgkantoren kopen deze zorg per doelgroep vanaf een vaste datum in.
    Voorbeeld: een regel NAH+ die begint op 31 december 2025, wordt afgekeurd.
    Wat te doen: declareer die zorg niet als LVHC, en controleer de doelgroep in tabel `prestaties`.
    """
    pop, p = van.pop, van.p
    lijnen = _lijnen(pop, VERBLIJF, CONSULT).filter("batch", p.geldig())
    yield from deels_zonder(_zonder_doelgroep(lijnen), GEEN_DOELGROEP)
    eerste = _eerste_dagen(p)
    sleutel = ["soort", "groep_lvhc"]
    yield from deels_zonder(
        lijnen.drop_nulls("doelgroep").join(eerste, on=sleutel, how="anti"),
        "bekende begindatum van de doelgroep",
    )
    wat = pl.when(pl.col("soort") == CONSULT).then(pl.lit("consult")).otherwise(pl.lit("verblijf"))
    yield bevinding(
        lijnen.join(eerste, on=sleutel).filter(pl.col("begin") < pl.col("eerste_dag")),
        zin("{} voor {} kan pas vanaf {}", wat, veld_tekst("doelgroep"), datum_tekst(pl.col("eerste_dag"))),
        "8970",
        gegevens={
            "doelgroep": veld_tekst("doelgroep"),
            "begindatum": als_datum(pl.col("begin")),
            "eerste_dag": als_datum(pl.col("eerste_dag")),
        },
    )


def _per_jaar(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """A row per line (or part of one) and calendar year; begin and eind become the days in that ``jaar``."""
    begin, eind = (als_datum(pl.col(kolom)).dt.year() for kolom in ("begin", "eind"))
    return (
        lijnen.with_columns(jaar=pl.int_ranges(begin, eind + 1, dtype=pl.Int32))
        .explode("jaar")
        .with_columns(
            begin=pl.max_horizontal("begin", _eerste_van(pl.col("jaar"))),
            eind=pl.min_horizontal("eind", _laatste_van(pl.col("jaar"))),
        )
    )


def _eerste_van(jaar: pl.Expr) -> pl.Expr:
    return pl.date(jaar, 1, 1).to_physical()


def _laatste_van(jaar: pl.Expr) -> pl.Expr:
    return pl.date(jaar, 12, 31).to_physical()


def _nieuwe_dagen(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """The parts of each line on days that no earlier line (in the Order) of the client had at this centre."""
    per_client = met_groep(lijnen, ["bsn", *CENTRUM]).with_columns(client_van_centrum="groep")
    delen = (
        met_groep(per_client, ["client_van_centrum", "batch"])
        .with_columns(pl.max_horizontal("begin", vorig_eind() + 1))
        .filter(pl.col("begin") <= pl.col("eind"))
        .drop("groep")
    )
    historie = delen.filter(~pl.col("batch"))
    return pl.concat([historie, buiten(delen.filter("batch"), historie, "client_van_centrum")])


def _plaatsdagen(adviezen: pl.LazyFrame, jaren: pl.LazyFrame) -> pl.LazyFrame:
    """By centre and year: ``plaatsdagen``, places × days of the year in its term; null when unknown.

    Two advices count as two, so that a renewed or a double one never takes away from the provider.
    """
    dagen_in_jaar = (
        pl.min_horizontal("eind", _laatste_van(pl.col("jaar")))
        - pl.max_horizontal("begin", _eerste_van(pl.col("jaar")))
        + 1
    )
    plaatsen = pl.col("plaatsen")
    return (
        jaren.join(adviezen, on=CENTRUM)
        .with_columns(in_jaar=dagen_in_jaar)
        .filter(pl.col("in_jaar") > 0)
        .group_by(PER_JAAR)
        .agg(plaatsdagen=pl.when(plaatsen.is_not_null().all()).then((plaatsen * pl.col("in_jaar")).sum()))
    )


@regel(
    "LVHC-03",
    "Meer cliëntdagen dan plaatsen in het advies",
    bereik="batch",
    retourcodes=("0584",),
    tabellen=("prestaties", "aanbieders"),
)
def lvhc_03(van: Van) -> Iterator[Uitkomst]:
    """Telt de cliëntdagen van een expertisecentrum in het kalenderjaar.

    Wat: per uitvoerder, doelgroep en kalenderjaar tellen de dagen van alle cliënten op, ook uit eerdere
    batches; een dag van één cliënt telt eenmaal, een dag buiten het advies niet. Elke regel vanaf die
    waarmee de som boven de plaatsen maal de dagen van het jaar in het advies komt, wordt afgekeurd. Meer
    adviezen tellen op.
    Waarom: het CELz-advies noemt een aantal plaatsen, en dat is niet te verhogen.
    Voorbeeld: 10 plaatsen heel 2026 zijn 3650 cliëntdagen; de regel waarmee het er 3651 worden, wordt
    afgekeurd.
    Wat te doen: crediteer wat boven de plaatsen uitgaat, of vul het advies aan in `aanbieders`.
    """
    pop, p = van.pop, van.p
    lijnen = _lijnen(pop, VERBLIJF)
    yield from deels_zonder(_zonder_doelgroep(lijnen).filter("batch", p.geldig()), GEEN_DOELGROEP)
    lijnen = lijnen.drop_nulls("doelgroep").select(
        "rij", "batch", "bestandnr", "regelnummer", "volgorde", "bsn", "begin", "eind", "doelgroep", *CENTRUM
    )
    adviezen = _adviezen(pop)
    nieuw = gedekte_dagen(_per_jaar(_nieuwe_dagen(lijnen)), adviezen, CENTRUM, "nieuw")
    per_regel = (
        gedekte_dagen(_per_jaar(lijnen.with_columns(eigen_begin="begin", eigen_eind="eind")), adviezen, CENTRUM)
        .filter(pl.col("gedekt") > 0)
        .join(nieuw.group_by("rij", "jaar").agg(pl.sum("nieuw")), on=["rij", "jaar"], how="left")
        .with_columns(pl.col("nieuw").fill_null(0))
    )
    jaren = per_regel.select(PER_JAAR).unique()
    # Collected once: the count of what could not be tested reads it too.
    geteld = (
        per_regel.join(_plaatsdagen(adviezen, jaren), on=PER_JAAR)
        .sort(*PER_JAAR, "batch", "eigen_begin", "eigen_eind", "bestandnr", "regelnummer")
        .with_columns(som=pl.col("nieuw").cum_sum().over(PER_JAAR), begin="eigen_begin")
        .filter("batch", p.geldig())
        .collect()
        .lazy()
    )
    onbekend = geteld.filter(pl.col("plaatsdagen").is_null()).unique("rij")
    yield from deels_zonder(onbekend, "aantal plaatsen in tabel aanbieders")
    som, plaatsdagen = pl.col("som"), pl.col("plaatsdagen")
    nog = (plaatsdagen - som + pl.col("nieuw")).clip(0)
    yield bevinding(
        # A line that passes it in two years has one finding, on the first.
        geteld.filter(som > plaatsdagen).sort("jaar").unique("rij", keep="first", maintain_order=True),
        zin(
            "{} cliëntdagen {} in {} bij deze uitvoerder; plaatsen × dagen is {}, op deze regel nog {}",
            som, veld_tekst("doelgroep"), "jaar", plaatsdagen, nog,
        ),
        "0584",
        gegevens={
            "jaar": pl.col("jaar"),
            "doelgroep": veld_tekst("doelgroep"),
            "clientdagen": som,
            "toegestaan": plaatsdagen,
            "nog_toegestaan": nog,
        },
    )  # fmt: skip


@regel(
    "LVHC-04",
    "LVHC-consult tijdens verblijf in een REC of DEC",
    bereik="client",
    retourcodes=("0634",),
    tabellen=("prestaties",),
)
def lvhc_04(van: Van) -> Iterator[Uitkomst]:
    """Zoekt consulten voor wie al in een expertisecentrum verblijft.

    Wat: een regel LVHC-consult deelt geen dag met een regel LVHC-verblijf van dezelfde cliënt, bij welke
    uitvoerder of doelgroep ook.
    Waarom: consultatie is er voor cliënten die buiten een REC of DEC verblijven; binnen zit zij in het
    pakket.
    Voorbeeld: verblijf vanaf 10 maart en een consult op 10 maart: afgekeurd.
    Wat te doen: controleer de datum van het consult; declareer een consult van vóór de opname op zijn eigen
    dagen.
    """
    pop, p = van.pop, van.p
    consulten = als_lijnen(_lijnen(pop, CONSULT).filter("batch", p.geldig()))
    yield bevinding(
        met_gedeelde_dagen(consulten, als_lijnen(_lijnen(pop, VERBLIJF))),
        zin("{} van {} dagen in een REC of DEC: {}", "gedeeld", "dagen", ander_tekst()),
        "0634",
        gegevens={"dagen": pl.col("dagen"), "dagen_in_verblijf": pl.col("gedeeld"), **ander_gegevens()},
    )


@regel(
    "LVHC-05",
    "LVHC-consult te laat gefactureerd",
    bereik="regel",
    ernst="signaal",
    retourcodes=("0586",),
    tabellen=("prestaties",),
    kolommen=("dagtekening",),
)
def lvhc_05(van: Van) -> Iterator[Uitkomst]:
    """Toetst of consulten na elke maand worden gefactureerd.

    Wat: de dagtekening ligt niet na het einde van de maand die volgt op de maand van de einddatum.
    Waarom: het landelijke bedrag voor consulten is alleen te volgen als uren na afloop van de maand
    binnenkomen.
    Voorbeeld: een consult in januari 2026 wordt uiterlijk op 28 februari gefactureerd; 1 maart is een
    signaal.
    Wat te doen: declareer uren voortaan na elke maand, ook als het traject nog loopt.
    """
    pop, p = van.pop, van.p
    lijnen = _lijnen(pop, CONSULT).filter("batch", p.geldig())
    yield from deels_zonder(lijnen.filter(pl.col("dagtekening").is_null()), "dagtekening")
    maanden = p.vast("maanden_erna")
    uiterlijk = als_datum(pl.col("eind")).dt.month_start().dt.offset_by(f"{maanden + 1}mo").to_physical() - 1
    dagtekening = pl.col("dagtekening")
    yield bevinding(
        lijnen.with_columns(uiterlijk=uiterlijk).filter(dagtekening > pl.col("uiterlijk")),
        zin(
            "consult t/m {}, dagtekening {}; uiterlijk {}",
            datum_tekst(pl.col("eind")), datum_tekst(dagtekening), datum_tekst(pl.col("uiterlijk")),
        ),
        "0586",
        ernst="signaal",
        gegevens={
            "einddatum": als_datum(pl.col("eind")),
            "dagtekening": als_datum(dagtekening),
            "uiterlijk": als_datum(pl.col("uiterlijk")),
        },
    )  # fmt: skip


@regel(
    "LVHC-06",
    "LVHC-consulten boven het landelijke bedrag",
    bereik="batch",
    ernst="signaal",
    retourcodes=("8105",),
    tabellen=("prestaties",),
    kolommen=("declaratiebedrag",),
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
    pop, p = van.pop, van.p
    consulten = _lijnen(pop, CONSULT).filter(p.geldig()).with_columns(jaar=als_datum(pl.col("begin")).dt.year())
    yield from deels_zonder(consulten.filter(pl.col("declaratiebedrag").is_null()), "declaratiebedrag")
    budget = pl.lit(p.vast("budget_cent"))
    bedrag = pl.col("declaratiebedrag")
    yield bevinding(
        consulten.group_by("jaar")
        .agg(bedrag.sum(), pl.any("batch"))
        .filter("batch", bedrag > budget)
        .with_columns(rij=pl.lit(None)),
        zin(
            "consulten LVHC in {}: {} euro in batch en historie samen, landelijk {} euro",
            "jaar", euro_tekst(bedrag), euro_tekst(budget),
        ),
        "8105",
        ernst="signaal",
        gegevens={"jaar": pl.col("jaar"), "declaratiebedrag_cent": bedrag, "landelijk_cent": budget},
    )  # fmt: skip
