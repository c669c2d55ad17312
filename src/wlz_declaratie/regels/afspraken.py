"""AFS: what provider and zorgkantoor agreed on: prestatie, price, volume, and the term for invoicing."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import OPEN_EIND, als_datum
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.basis.werkdagen import werkdagnummers
from wlz_declaratie.kern.oud import bevinding, datum_tekst, deels_zonder, euro_tekst, veld_tekst
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst

AFSPRAAK = ["uitvoerder", "prestatiecode"]
VOLGORDE = ["batch", "begin", "eind", "bestandnr", "regelnummer"]
"""The order of the catalogue over all clients together; history is the batch that is false."""


def _afspraken(pop: Populatie) -> pl.LazyFrame:
    return pop.dossier["afspraken"].rename({"agb": "uitvoerder"})


def _tijdvakken(pop: Populatie) -> pl.LazyFrame:
    """What holds per uitvoerder and prestatiecode from ``vanaf`` on, until the next row of that pair.

    rijen (agreements in force), tarief (cents; the highest) and volume (the sum): where agreements overlap,
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
            tarief=pl.max("tarief"),
            volume=pl.when(pl.col("aantal").count() > 0).then(pl.sum("aantal")),
        )
    )
    return grenzen.join(per_tijdvak, on="nr", how="left").drop("nr").with_columns(pl.col("rijen").fill_null(0))


def _met_tijdvak(lijnen: pl.LazyFrame, tijdvakken: pl.LazyFrame) -> pl.LazyFrame:
    """Add what holds on begindatum; null before the first agreement. Gives the lines in another order."""
    return lijnen.sort("begin").join_asof(
        tijdvakken.rename({"tarief": "afgesproken_tarief"}).sort("vanaf"),
        left_on="begin",
        right_on="vanaf",
        by=AFSPRAAK,
        coalesce=False,
        check_sortedness=False,  # cannot be checked within groups; both sides are sorted right here
    )


@regel(
    "AFS-01",
    "Geen afspraak voor deze prestatie",
    bereik="regel",
    retourcodes=("8060",),
    tabellen=("afspraken",),
)
def afs_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de afspraak bij uitvoerder en prestatie.

    Wat: `afspraken` heeft een rij van deze uitvoerder en prestatiecode die op de begindatum geldt.
    Waarom: het zorgkantoor vergoedt alleen wat het met de aanbieder heeft afgesproken.
    Voorbeeld: een afspraak tot en met 31 december 2025 en een regel die begint op 1 januari 2026.
    Wat te doen: controleer prestatiecode en uitvoerder, of vul de nieuwe afspraak aan in het dossier.
    """
    pop, p = van.pop, van.p
    zonder = _met_tijdvak(pop.lijnen.filter("batch", p.geldig()), _tijdvakken(pop)).filter(
        pl.col("rijen").fill_null(0) == 0
    )
    ooit = (
        _afspraken(pop)
        .group_by(AFSPRAAK)
        .agg(ooit_van=pl.min("begin"), ooit_tot=pl.max("eind"))
        .with_columns(ooit_tot=pl.when(pl.col("ooit_tot") < OPEN_EIND).then("ooit_tot"))
    )
    eerste, laatste = datum_tekst(pl.col("ooit_van")), datum_tekst(pl.col("ooit_tot"))
    wel = (
        pl.when(pl.col("ooit_van").is_null())
        .then(pl.lit(""))
        .when(pl.col("ooit_tot").is_null())
        .then(zin("; wel vanaf {}", eerste))
        .otherwise(zin("; wel tussen {} en {}", eerste, laatste))
    )
    yield bevinding(
        zonder.join(ooit, on=AFSPRAAK, how="left"),
        zin(
            "geen afspraak met deze uitvoerder voor {} op {}{}",
            veld_tekst("prestatiecode"), datum_tekst(pl.col("begin")), wel,
        ),
        "8060",
        gegevens={
            "begindatum": als_datum(pl.col("begin")),
            "afspraken_van": als_datum(pl.col("ooit_van")),
            "afspraken_tot": als_datum(pl.col("ooit_tot")),
        },
    )  # fmt: skip


@regel(
    "AFS-02",
    "Tarief boven de afspraak",
    bereik="regel",
    retourcodes=("0611",),
    tabellen=("afspraken",),
    kolommen=("tarief",),
)
def afs_02(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt het tarief met de afspraak.

    Wat: het tarief is niet hoger dan het tarief in `afspraken` van deze uitvoerder en prestatiecode op de
    begindatum; gelden er meer afspraken, dan telt het hoogste. Een afspraak zonder tarief wordt niet
    getoetst.
    Waarom: vergoed wordt ten hoogste de afgesproken prijs.
    Voorbeeld: afgesproken 100,00 euro en gedeclareerd 100,01 euro: afgekeurd.
    Wat te doen: declareer het afgesproken tarief, of vul de nieuwe afspraak aan in het dossier.
    """
    pop, p = van.pop, van.p
    if _zonder_waarde(pop, "tarief"):
        yield Niet("kolom tarief ontbreekt in tabel afspraken of is leeg")
        return
    met_prijs = _met_tijdvak(pop.lijnen.filter("batch", p.geldig()), _tijdvakken(pop)).filter(
        pl.col("afgesproken_tarief").is_not_null()
    )
    tarief, afgesproken = pl.col("tarief"), pl.col("afgesproken_tarief")
    yield bevinding(
        met_prijs.filter(tarief > afgesproken),
        zin("tarief {} euro, afgesproken is {} euro", euro_tekst(tarief), euro_tekst(afgesproken)),
        "0611",
        gegevens={"tarief_cent": tarief, "afgesproken_cent": afgesproken},
    )
    yield from deels_zonder(met_prijs.filter(tarief.is_null()), "tarief")


def _zonder_waarde(pop: Populatie, kolom: str) -> bool:
    """Whether there are agreements and none names this value: as good as a table without the column."""
    geteld = _afspraken(pop).select(rijen=pl.len(), gevuld=pl.col(kolom).count()).collect()
    rijen, gevuld = geteld.row(0)
    return bool(rijen) and not gevuld


@regel(
    "AFS-03",
    "Meer dan het afgesproken volume",
    bereik="batch",
    ernst="signaal",
    retourcodes=("0589",),
    tabellen=("afspraken",),
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
    pop, p = van.pop, van.p
    if _zonder_waarde(pop, "aantal"):
        yield Niet("kolom aantal ontbreekt in tabel afspraken of is leeg")
        return
    tijdvakken = _tijdvakken(pop)
    per_jaar = [*AFSPRAAK, "jaar"]
    lijnen = pop.lijnen.with_columns(
        jaar=als_datum(pl.col("begin")).dt.year(), aantal=pl.col("aantal").fill_null(0).clip(0)
    )
    # Only where a whole year passes the smallest volume does the order of the lines matter.
    laagste = tijdvakken.drop_nulls("volume").group_by(AFSPRAAK).agg(laagste=pl.min("volume"))
    te_veel = (
        lijnen.group_by(per_jaar)
        .agg(pl.sum("aantal"))
        .join(laagste, on=AFSPRAAK)
        .filter(pl.col("aantal") > pl.col("laagste"))
    )
    som, volume = pl.col("som"), pl.col("volume")
    boven = (
        lijnen.join(te_veel, on=per_jaar, how="semi")
        .select("rij", *VOLGORDE, *per_jaar, "aantal")
        .sort(*per_jaar, *VOLGORDE)
        .with_columns(som=pl.col("aantal").cum_sum().over(per_jaar))
        .filter("batch", p.geldig())
    )
    nog = (volume - som + pl.col("aantal")).clip(0)
    yield bevinding(
        _met_tijdvak(boven, tijdvakken).filter(som > volume),
        zin(
            "{} van {} in {} bij deze uitvoerder, {} afgesproken; op deze regel nog {}",
            som, "prestatiecode", "jaar", volume, nog,
        ),
        "0589",
        ernst="signaal",
        gegevens={"jaar": pl.col("jaar"), "aantal": som, "afgesproken": volume, "nog_afgesproken": nog},
    )  # fmt: skip


@regel(
    "AFS-04",
    "Te laat gefactureerd",
    bereik="regel",
    ernst="signaal",
    retourcodes=("0586",),
    kolommen=("dagtekening", "einddatum_periode"),
)
def afs_04(van: Van) -> Iterator[Uitkomst]:
    """Telt de werkdagen tussen het einde van de declaratieperiode en de dagtekening.

    Wat: de dagtekening ligt niet meer dan 17 werkdagen na de laatste dag van de declaratieperiode.
    Werkdagen zijn maandag tot en met vrijdag, behalve de feestdagen van de Algemene termijnenwet, Goede
    Vrijdag en 5 mei.
    Waarom: zorgkantoren vragen de declaratie van een maand binnen die termijn.
    Voorbeeld: periode tot en met 31 maart 2026: de zeventiende werkdag is 28 april, want Goede Vrijdag,
    tweede paasdag en Koningsdag tellen niet.
    Wat te doen: declareer voortaan eerder, of overleg met het zorgkantoor over de late declaratie.
    """
    pop, p = van.pop, van.p
    lijnen = pop.lijnen.filter("batch", p.geldig())
    kolommen, maximum = ["periode_eind", "dagtekening"], p.vast("max_werkdagen")
    yield from deels_zonder(
        lijnen.filter(pl.any_horizontal(pl.col(kolommen).is_null())), "dagtekening of einddatum_periode"
    )
    # A batch has few pairs of these dates, however many lines.
    paren = lijnen.select(kolommen).unique().filter(pl.col("dagtekening") > pl.col("periode_eind")).collect()
    if paren.is_empty():
        return
    grenzen = paren.select(pl.min("periode_eind").cast(pl.Date), pl.max("dagtekening").cast(pl.Date))
    nummers = werkdagnummers(*grenzen.row(0))
    laatste = nummers.group_by("nummer").agg(laatste_dag=pl.min("dag"))
    te_laat = (
        paren.join(nummers, left_on="periode_eind", right_on="dag")
        .join(nummers, left_on="dagtekening", right_on="dag", suffix="_dagtekening")
        .with_columns(werkdagen=pl.col("nummer_dagtekening") - pl.col("nummer"), nummer=pl.col("nummer") + maximum)
        .filter(pl.col("werkdagen") > maximum)
        .join(laatste, on="nummer")
    )
    dagtekening, einde = datum_tekst(pl.col("dagtekening")), datum_tekst(pl.col("periode_eind"))
    yield bevinding(
        lijnen.join(te_laat.lazy(), on=kolommen),
        zin(
            "dagtekening {} is {} werkdagen na {}; {} is toegestaan, tot en met {}",
            dagtekening, "werkdagen", einde, pl.lit(maximum), datum_tekst(pl.col("laatste_dag")),
        ),
        "0586",
        ernst="signaal",
        gegevens={
            "einddatum_periode": als_datum(pl.col("periode_eind")),
            "dagtekening": als_datum(pl.col("dagtekening")),
            "werkdagen": pl.col("werkdagen"),
            "toegestaan": pl.lit(maximum),
            "laatste_werkdag": als_datum(pl.col("laatste_dag")),
        },
    )  # fmt: skip
