"""AFS: what provider and zorgkantoor agreed on: prestatie, price, volume, and the term for invoicing."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import OPEN_EIND, datum_tekst, jaar
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.basis.werkdagen import werkdagnummers
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import gevuld, leeg
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst

AFSPRAAK = ["uitvoerder", "prestatiecode"]
PER_JAAR = [*AFSPRAAK, "jaar"]
PERIODE = ["periode_eind", "dagtekening"]


def _afspraken(pop: Populatie) -> pl.LazyFrame:
    return pop.dossier["afspraken"].rename({"agb": "uitvoerder"})


def _tijdvakken(pop: Populatie) -> pl.LazyFrame:
    """What holds per uitvoerder and prestatiecode from ``vanaf`` on, until the next row of that pair.

    rijen (agreements in force), afgesproken_cent (the highest tarief) and volume (the sum): where agreements overlap,
    what is best for the provider. Null where none of them names one.
    """
    afspraken = _afspraken(pop).select(*AFSPRAAK, "begin", pl.col("eind") + 1, "tarief", "aantal")
    grenzen = (
        pl.concat([afspraken.select(*AFSPRAAK, vanaf=grens) for grens in ("begin", "eind")])
        .unique()
        .sort(*AFSPRAAK, "vanaf")
        .with_row_index("nr")
    )
    # Each agreement covers the tijdvakken from its own begin up to the one that starts on the day after it.
    per_tijdvak = (
        afspraken.join(grenzen, left_on=[*AFSPRAAK, "begin"], right_on=[*AFSPRAAK, "vanaf"])
        .join(grenzen, left_on=[*AFSPRAAK, "eind"], right_on=[*AFSPRAAK, "vanaf"], suffix="_eind")
        .with_columns(nr=pl.int_ranges("nr", "nr_eind", dtype=pl.UInt32))
        .explode("nr")
        .group_by("nr")
        .agg(
            rijen=pl.len(),
            afgesproken_cent=pl.max("tarief"),
            volume=pl.when(pl.col("aantal").count() > 0).then(pl.sum("aantal")),
        )
    )
    return grenzen.join(per_tijdvak, on="nr", how="left").drop("nr").with_columns(pl.col("rijen").fill_null(0))


def _met_tijdvak(van: Van, lijnen: Lijnen) -> Lijnen:
    """With what holds on begindatum; null before the first agreement."""
    return lijnen.laatst_begonnen(van.eenmaal(_tijdvakken).frame, "vanaf", AFSPRAAK)


def _met_ooit(van: Van, lijnen: Lijnen) -> Lijnen:
    """With the days on which there ever was an agreement (null: none, or no end), and these in words as ``wel``."""
    laatste = pl.max("eind")
    ooit = (
        _afspraken(van.pop)
        .group_by(AFSPRAAK)
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
    return van.als_lijnen(lijnen.frame.join(ooit, on=AFSPRAAK, how="left")).met(wel=wel)


def _nergens(van: Van, kolom: str) -> Iterator[Niet]:
    """The rule cannot run where there are agreements and none names this value: as good as no such column."""
    rijen, gevulde = _afspraken(van.pop).select(rijen=pl.len(), gevulde=pl.col(kolom).count()).collect().row(0)
    if rijen and not gevulde:
        yield Niet(f"kolom {kolom} ontbreekt in tabel afspraken of is leeg")


@regel(
    "AFS-01",
    "Geen afspraak voor deze prestatie",
    bereik="regel",
    retourcodes=("8060",),
    tabellen=("afspraken",),
    leest=(),
)
def afs_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de afspraak bij uitvoerder en prestatie.

    Wat: `afspraken` heeft een rij van deze uitvoerder en prestatiecode die op de begindatum geldt.
    Waarom: het zorgkantoor vergoedt alleen wat het met de aanbieder heeft afgesproken.
    Voorbeeld: een afspraak tot en met 31 december 2025 en een regel die begint op 1 januari 2026.
    Wat te doen: controleer prestatiecode en uitvoerder, of vul de nieuwe afspraak aan in het dossier.
    """
    zonder = _met_tijdvak(van, van.batch()).waar(pl.col("rijen").fill_null(0) == 0)
    yield _met_ooit(van, zonder).afkeur(
        "8060",
        "geen afspraak met deze uitvoerder voor {prestatiecode:veld} op {begindatum}{wel:tekst}",
        "begindatum afspraken_van:datum afspraken_tot:datum",
    )


@regel(
    "AFS-02",
    "Tarief boven de afspraak",
    bereik="regel",
    retourcodes=("0611",),
    tabellen=("afspraken",),
    kolommen=("tarief",),
    leest=(),
)
def afs_02(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt het tarief met de afspraak.

    Wat: het tarief is niet hoger dan het tarief in `afspraken` van deze uitvoerder en prestatiecode op de
    begindatum; gelden er meer afspraken, dan telt het hoogste. Een afspraak zonder tarief wordt niet
    getoetst.
    Waarom: vergoed wordt ten hoogste de afgesproken prijs.
    Voorbeeld: afgesproken 99,99 euro en gedeclareerd 100,00 euro: afgekeurd.
    Wat te doen: declareer het afgesproken tarief, of vul de nieuwe afspraak aan in het dossier.
    """
    yield from _nergens(van, "tarief")
    met_prijs = _met_tijdvak(van, van.batch()).waar(gevuld("afgesproken_cent")).met(tarief_cent="tarief")
    yield met_prijs.waar(pl.col("tarief_cent") > pl.col("afgesproken_cent")).afkeur(
        "0611", "tarief {tarief_cent:euro} euro, afgesproken is {afgesproken_cent:euro} euro"
    )
    yield from met_prijs.waar(leeg("tarief")).ontoetsbaar_zonder("tarief")


def _mogelijk_te_veel(van: Van, lijnen: Lijnen) -> pl.LazyFrame:
    """PER_JAAR of which the whole year passes the smallest volume: only there does the order of the lines matter."""
    laagste = van.eenmaal(_tijdvakken).waar(gevuld("volume")).frame.group_by(AFSPRAAK).agg(laagste=pl.min("volume"))
    per_jaar = lijnen.frame.group_by(PER_JAAR).agg(pl.sum("aantal"))
    return per_jaar.join(laagste, on=AFSPRAAK).filter(pl.col("aantal") > pl.col("laagste"))


@regel(
    "AFS-03",
    "Meer dan het afgesproken volume",
    bereik="batch",
    ernst="signaal",
    retourcodes=("0589",),
    tabellen=("afspraken",),
    leest=(),
)
def afs_03(van: Van) -> Iterator[Uitkomst]:
    """Telt het aantal per uitvoerder en prestatie in het kalenderjaar op.

    Wat: per uitvoerder, prestatiecode en kalenderjaar van de begindatum telt het aantal op, ook uit eerdere
    batches. Elke regel vanaf die waarmee de som boven het volume in `afspraken` komt, is een signaal. Het
    volume is dat van de afspraken die op de begindatum gelden, bij elkaar opgeteld.
    Waarom: boven het afgesproken volume is vergoeding niet zeker; in de herschikking kan het worden
    bijgesteld.
    Voorbeeld: 1000 afgesproken, 990 gedeclareerd tot en met oktober: een regel van 30 in november gaat
    erover.
    Wat te doen: vraag om een hogere afspraak in de herschikking, of vul die aan in het dossier.
    """
    yield from _nergens(van, "aantal")
    lijnen = van.lijnen().met(jaar=jaar("begin"), aantal=pl.col("aantal").fill_null(0).clip(0))
    geteld = lijnen.alleen_van(_mogelijk_te_veel(van, lijnen), PER_JAAR).lopende_som("aantal", PER_JAAR).van_batch()
    nog = (pl.col("volume") - pl.col("som") + pl.col("aantal")).clip(0)
    yield (
        _met_tijdvak(van, geteld)
        .waar(pl.col("som") > pl.col("volume"))
        .met(aantal="som", afgesproken="volume", nog_afgesproken=nog)
        .signaal(
            "0589",
            "{aantal} van {prestatiecode} in {jaar} bij deze uitvoerder, {afgesproken} afgesproken;"
            " op deze regel nog {nog_afgesproken}",
            "jaar aantal afgesproken nog_afgesproken",
        )
    )


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
