"""AFS: what provider and zorgkantoor agreed on: prestatie and price, and the term for invoicing."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import OPEN_EIND, datum_tekst, met_laatst_begonnen, met_laatste_periode
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.basis.tijdvakken import tijdvakken
from wlz_declaratie.basis.werkdagen import werkdagnummers
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import KENMERKEN, regel
from wlz_declaratie.kern.taal.kiezen import gevuld, leeg, soort
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst
from wlz_declaratie.regels.afgesproken import (
    PER_KANTOOR,
    afspraken,
    lijnen_met,
    met_prijs,
    per_kantoor,
    vragen,
    vragen_per_kantoor,
)

PERIODE = ["periode_eind", "dagtekening"]


def _met_ooit(pop: Populatie, antwoorden: pl.LazyFrame) -> pl.LazyFrame:
    """With the days on which there ever was an agreement (null: none, or no end), and these in words as ``wel``."""
    laatste = pl.max("eind")
    ooit = (
        per_kantoor(pop)
        .group_by(PER_KANTOOR)
        .agg(afspraken_van=pl.min("begin"), afspraken_tot=pl.when(laatste < OPEN_EIND).then(laatste))
    )
    van_dag, tot_dag = datum_tekst(pl.col("afspraken_van")), datum_tekst(pl.col("afspraken_tot"))
    wel = (
        pl.when(leeg("afspraken_van"))
        .then(pl.lit(""))
        .when(leeg("afspraken_tot"))
        .then(zin("; wel vanaf {}", van_dag))
        .otherwise(zin("; wel tussen {} en {}", van_dag, tot_dag))
    )
    return antwoorden.join(ooit, on=PER_KANTOOR, how="left").with_columns(wel=wel)


@regel(
    "AFS-01",
    "Geen afspraak voor deze prestatie",
    bereik="regel",
    ernst=("afkeur", "signaal"),
    retourcodes=("8060",),
    velden=("uitvoerder", "prestatiecode"),
    tabellen=("afspraken",),
    leest=(KENMERKEN,),
)
def afs_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de afspraak bij uitvoerder en prestatie.

    Wat: `afspraken` heeft een rij van deze uitvoerder en prestatiecode die op de begindatum geldt (anders afkeur), en
    op elke latere dag van de declaratieregel een (anders signaal). Een rij met een uzovi geldt alleen voor regels met
    die uzovi. Mondzorg van een uitvoerder zonder enige afspraak wordt niet getoetst.
    Waarom: het zorgkantoor vergoedt alleen wat het met de aanbieder heeft afgesproken. Een mondzorgverlener kan
    onderaannemer van de instelling zijn, en declareert dan zonder eigen afspraak.
    Voorbeeld: een afspraak tot en met 31 december 2025 en een declaratieregel die begint op 1 januari 2026.
    Wat te doen: controleer prestatiecode, uitvoerder en uzovi, of vul de nieuwe afspraak aan in het dossier.
    """
    op_begin = met_laatste_periode(vragen_per_kantoor(van.pop), per_kantoor(van.pop), PER_KANTOOR)
    niet_tot_het_eind = op_begin.filter((pl.col("laatste_tot") < pl.col("eind")).fill_null(True)).collect().lazy()
    op_begin_niet = (pl.col("laatste_tot") < pl.col("begin")).fill_null(True)
    onderaannemers = van.batch(soort("mondzorg")).niet_van(afspraken(van.pop), ["uitvoerder"]).berekend()
    van.batch().niet_van(onderaannemers, ["rij"]).getoetst()
    zonder = lijnen_met(van, _met_ooit(van.pop, niet_tot_het_eind.filter(op_begin_niet)))
    yield zonder.niet_van(onderaannemers, ["rij"]).afkeur(
        "8060",
        "geen afspraak met deze uitvoerder voor {prestatiecode:veld} op {begindatum}{wel:tekst}",
        "begindatum afspraken_van:datum afspraken_tot:datum",
    )
    later_niet = niet_tot_het_eind.filter(~op_begin_niet).with_columns(eerste_dag_zonder=pl.col("laatste_tot") + 1)
    yield lijnen_met(van, later_niet).signaal(
        "8060",
        "geen afspraak met deze uitvoerder voor {prestatiecode:veld} vanaf {eerste_dag_zonder:datum}",
        "begindatum eerste_dag_zonder:datum",
    )


def _zonder_prijs(van: Van) -> Iterator[Niet]:
    """The rule cannot run where no agreement names a price, or only part of a maximum that is not given."""
    rijen, tarieven, delen = (
        afspraken(van.pop).select(pl.len(), pl.col("tarief").count(), pl.col("percentage").count()).collect().row(0)
    )
    if rijen and not tarieven:
        if not delen:
            yield Niet("kolom tarief ontbreekt in tabel afspraken of is leeg")
        elif not van.heeft("tarieven"):
            yield Niet("tabel tarieven ontbreekt")


def _met_maximum(van: Van, gevraagd: pl.LazyFrame) -> pl.LazyFrame:
    """With ``maximumtarief`` on begindatum, the highest where there are more; null without the table or a row."""
    if not van.heeft("tarieven"):
        return gevraagd.with_columns(maximumtarief=pl.lit(None, dtype=pl.Int64))
    maxima = tijdvakken(van.tabel("tarieven"), ["prestatiecode"], pl.max("maximumtarief"))
    return met_laatst_begonnen(gevraagd, maxima, ["prestatiecode"], "vanaf")


@regel(
    "AFS-02",
    "Tarief anders dan de afspraak",
    bereik="regel",
    ernst=("afkeur", "signaal"),
    retourcodes=("0611",),
    velden=("tarief",),
    tabellen=("afspraken",),
    kolommen=("tarief",),
    leest=("tarieven",),
)
def afs_02(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt het tarief met de afspraak.

    Wat: het tarief is niet hoger (afkeur) en niet lager (signaal) dan in `afspraken` van deze uitvoerder en
    prestatiecode op de begindatum. Afgesproken is het tarief; is dat leeg, dan het percentage van het
    maximumtarief in `tarieven`, waarbij de nhc geheel meetelt: percentage × (maximumtarief − nhc) + nhc, een
    halve cent naar boven. Gelden er meer afspraken, dan is boven de hoogste te hoog en onder de laagste te laag.
    Een afspraak zonder tarief en percentage wordt niet getoetst.
    Waarom: vergoed wordt ten hoogste de afgesproken prijs; wie minder vraagt, krijgt minder.
    Voorbeeld: afgesproken 99,99 euro en gedeclareerd 100,00 euro: afgekeurd.
    Wat te doen: declareer het afgesproken tarief, of vul de nieuwe afspraak aan in het dossier.
    """
    yield from _zonder_prijs(van)
    geprijsd = met_prijs(van.pop, vragen_per_kantoor(van.pop)).collect().lazy()
    bekend = geprijsd.filter(gevuld("hoogste"), ~pl.col("onbekend"))
    van.getoetst(
        lambda: lijnen_met(van, bekend),
        "tarief {tarief:euro} euro, afgesproken is ten hoogste {hoogste:euro} euro",
    )
    # Where more is agreed on, or less allowed, no one price is the lawful one.
    een_prijs = (pl.col("laagste") == pl.col("hoogste")) & (pl.col("hoogste") <= pl.col("maximumtarief")).fill_null(
        True
    )
    yield (
        lijnen_met(van, _met_maximum(van, bekend.filter(pl.col("tarief") > pl.col("hoogste"))))
        .met(tarief_cent="tarief", afgesproken_cent="hoogste")
        .met_voorstel("tarief", pl.when(een_prijs).then("hoogste"))
        .afkeur("0611", "tarief {tarief_cent:euro} euro, afgesproken is {afgesproken_cent:euro} euro")
    )
    yield (
        lijnen_met(van, bekend.filter(pl.col("tarief") < pl.col("laagste")))
        .met(tarief_cent="tarief", afgesproken_cent="laagste")
        .signaal("0611", "tarief {tarief_cent:euro} euro, lager dan afgesproken: {afgesproken_cent:euro} euro")
    )
    yield from lijnen_met(van, bekend.filter(leeg("tarief"))).ontoetsbaar_zonder("tarief")
    zonder_maximum = geprijsd.filter("onbekend")
    yield from lijnen_met(van, zonder_maximum).ontoetsbaar_zonder("maximumtarief in tabel tarieven")


@regel(
    "AFS-05",
    "Tarief boven het maximum",
    bereik="regel",
    retourcodes=("0611",),
    velden=("tarief",),
    tabellen=("tarieven",),
    kolommen=("tarief",),
    leest=(),
)
def afs_05(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt het tarief met het maximumtarief.

    Wat: het tarief is niet hoger dan het maximumtarief in `tarieven` van deze prestatiecode op de begindatum;
    gelden er meer rijen, dan telt de hoogste. Een prestatie zonder rij wordt niet getoetst.
    Waarom: een prijs boven het maximum van de NZa mag niemand vragen of vergoeden.
    Voorbeeld: het maximumtarief is 99,99 euro en gedeclareerd is 100,00 euro.
    Wat te doen: declareer ten hoogste het maximumtarief, of vul het nieuwe tarief aan in het dossier.
    """
    met_maximum = _met_maximum(van, van.eenmaal(vragen).frame).filter(gevuld("maximumtarief")).collect().lazy()
    van.getoetst(
        lambda: lijnen_met(van, met_maximum), "tarief {tarief:euro} euro, het maximum is {maximumtarief:euro} euro"
    )
    te_hoog = met_maximum.filter(pl.col("tarief") > pl.col("maximumtarief"))
    yield (
        lijnen_met(van, te_hoog)
        .met(tarief_cent="tarief", maximumtarief_cent="maximumtarief")
        .afkeur("0611", "tarief {tarief_cent:euro} euro, het maximumtarief is {maximumtarief_cent:euro} euro")
    )
    yield from lijnen_met(van, met_maximum.filter(leeg("tarief"))).ontoetsbaar_zonder("tarief")


def _met_te_veel_werkdagen(paren: pl.DataFrame, toegestaan: int) -> pl.LazyFrame:
    """Of PERIODE the pairs with more ``werkdagen`` between them than ``toegestaan``, and the ``laatste_werkdag``."""
    # Without any pair one day will do.
    grenzen = paren.select(pl.min("periode_eind").fill_null(0), pl.max("dagtekening").fill_null(0)).cast(pl.Date)
    nummers = werkdagnummers(*grenzen.row(0))
    laatste = nummers.group_by("nummer").agg(laatste_werkdag=pl.min("dag"))
    return (
        paren.join(nummers, left_on="periode_eind", right_on="dag")
        .join(nummers, left_on="dagtekening", right_on="dag", suffix="_dagtekening")
        .with_columns(werkdagen=pl.col("nummer_dagtekening") - pl.col("nummer"), nummer=pl.col("nummer") + toegestaan)
        .filter(pl.col("werkdagen") > toegestaan)
        .join(laatste, on="nummer")
        .lazy()
    )


@regel(
    "AFS-04",
    "Te laat gefactureerd",
    bereik="regel",
    ernst="signaal",
    retourcodes=("0586",),
    velden=("dagtekening",),
    kolommen=("dagtekening", "einddatum_periode"),
    leest=(),
)
def afs_04(van: Van) -> Iterator[Uitkomst]:
    """Telt de werkdagen tussen het einde van de declaratieperiode en de dagtekening.

    Wat: de dagtekening ligt niet meer dan {max_werkdagen} werkdagen na de laatste dag van de declaratieperiode.
    Werkdagen zijn maandag tot en met vrijdag, behalve de feestdagen van de Algemene termijnenwet, Goede
    Vrijdag en 5 mei.
    Waarom: zorgkantoren vragen de declaratie van een maand binnen die termijn.
    Voorbeeld: periode tot en met 31 maart 2026: de zeventiende werkdag is 28 april, want Goede Vrijdag,
    tweede paasdag en Koningsdag tellen niet.
    Wat te doen: declareer voortaan eerder, of overleg met het zorgkantoor over de late declaratie.
    """
    lijnen, toegestaan = van.batch(), van.vast("max_werkdagen")
    zonder_datum = lijnen.waar(leeg("periode_eind") | leeg("dagtekening"))
    yield from zonder_datum.ontoetsbaar_zonder("dagtekening of einddatum_periode")
    # A batch has few pairs of these dates, however many lines.
    paren = lijnen.combinaties(*PERIODE).waar(pl.col("dagtekening") > pl.col("periode_eind"))
    te_laat = lijnen.met_velden(_met_te_veel_werkdagen(paren.frame.collect(), toegestaan), PERIODE)
    yield te_laat.met(toegestaan=pl.lit(toegestaan), einddatum_periode="periode_eind").signaal(
        "0586",
        "dagtekening {dagtekening:datum} is {werkdagen} werkdagen na {einddatum_periode:datum};"
        " {toegestaan} is toegestaan, tot en met {laatste_werkdag:datum}",
        "einddatum_periode:datum dagtekening:datum werkdagen toegestaan laatste_werkdag:datum",
    )
