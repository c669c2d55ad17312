"""MUT: mutatiedagen, the days that a place stays empty after a client left or died."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, gedekte_dagen, met_groep, vorig_eind
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import Uitkomst, bevinding, datum_tekst, regel

PAAR = ["bsn", "uitvoerder"]


def _met_dagen(pop: Populatie, soort: str) -> pl.LazyFrame:
    return pop.lijnen.filter(pl.col("soort") == soort)


def _verblijf_bij_mutatiedagen(pop: Populatie) -> pl.LazyFrame:
    """The stays of every client and uitvoerder that have mutatiedagen, few among all stays."""
    verblijf = _met_dagen(pop, "verblijf").select(*PAAR, "begin", "eind")
    return verblijf.join(_met_dagen(pop, "mutatiedag").select(PAAR), on=PAAR, how="semi")


def _leegstanden(pop: Populatie, grootste_gat: int) -> pl.LazyFrame:
    """Mutatie lines with the ``leegstand`` they belong to, in calendar order.

    A new leegstand starts after a gap of more than ``grootste_gat`` days, or when a package day of the same client
    and uitvoerder lies between the previous mutatie line and this one.
    """
    mutatiedagen = _met_dagen(pop, "mutatiedag")
    pakket = pop.lijnen.filter(pl.col("soort").is_in(["verblijf", "vpt"])).select(*PAAR, "begin", "eind")
    pakket = pakket.join(mutatiedagen.select(PAAR), on=PAAR, how="semi")
    lijnen = met_groep(mutatiedagen, PAAR).with_columns(vorig_eind=vorig_eind())
    tussenruimte = lijnen.select(*PAAR, "volgorde", begin=pl.col("vorig_eind") + 1, eind=pl.col("begin") - 1)
    tussenin = gedekte_dagen(tussenruimte.filter(pl.col("begin") <= pl.col("eind")), pakket, PAAR)
    gat = pl.col("begin") - pl.col("vorig_eind") - 1
    nieuw = pl.col("vorig_eind").is_null() | (gat > grootste_gat) | (pl.col("gedekt") > 0).fill_null(False)
    return (
        lijnen.join(tussenin.select("volgorde", "gedekt"), on="volgorde", how="left")
        .sort("groep", "begin", "eind", "volgorde")
        .with_columns(leegstand=nieuw.cast(pl.Int64).cum_sum(), dagen_op_regel=pl.col("aantal").fill_null(0).clip(0))
        .drop("gedekt")
    )


@regel("MUT-01", "Meer dan 13 mutatiedagen in één leegstand", bereik="client", retourcodes=("0584",))
def mut_01(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Telt de mutatiedagen van één leegstand op.

    Wat: per cliënt en uitvoerder tellen de mutatiedagen (Z916, Z917) van één leegstand op, ook over maanden en
    eerdere batches heen. Elke regel waarmee de som boven het maximum komt, wordt afgekeurd.
    Waarom: na vertrek of overlijden wordt de lege plaats een beperkt aantal dagen vergoed.
    Voorbeeld: 8 dagen in maart en 7 in april in dezelfde leegstand zijn 15; van de 7 in april mogen er nog 5.
    Wat te doen: crediteer de regel en declareer alleen het aantal dagen dat nog mag.
    """
    som = pl.col("dagen_op_regel").cum_sum().over("leegstand", order_by="volgorde")
    eerder_som, maximum = pl.col("som") - pl.col("dagen_op_regel"), pl.col("maximum")
    nog = pl.max_horizontal(maximum - eerder_som, pl.lit(0))
    eerdere_dagen = (
        pl.when(eerder_som > 0)
        .then(zin("; eerder {} dagen vanaf {}", eerder_som, datum_tekst(pl.col("eerste_dag"))))
        .otherwise(pl.lit(""))
    )
    lijnen = (
        _leegstanden(pop, p.vast("grootste_gat"))
        .with_columns(som=som, maximum=p.waarde("max_dagen"), eerste_dag=pl.col("begin").min().over("leegstand"))
        .filter("batch", p.geldig(), pl.col("som") > maximum)
    )
    yield bevinding(
        lijnen,
        zin(
            "{} mutatiedagen in deze leegstand, {} toegestaan; op deze regel nog {}{}",
            "som", "maximum", nog, eerdere_dagen,
        ),
        "0584",
        gegevens={
            "mutatiedagen": pl.col("som"),
            "toegestaan": maximum,
            "nog_toegestaan": nog,
            "eerder": eerder_som,
            "leegstand_vanaf": als_datum(pl.col("eerste_dag")),
        },
    )  # fmt: skip


@regel(
    "MUT-02",
    "Leegstand sluit niet aan op een verblijf",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8612",),
)
def mut_02(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Zoekt het verblijf dat aan de leegstand voorafging.

    Wat: de eerste regel van een leegstand begint op de laatste dag van een verblijf bij dezelfde uitvoerder of op de
    dag erna. Is er van deze cliënt en uitvoerder geen enkele verblijfsregel bekend, dan is het een signaal.
    Waarom: mutatiedagen vergoeden de plaats die door vertrek of overlijden leeg kwam.
    Voorbeeld: verblijf tot en met 10 maart, mutatiedagen vanaf 13 maart: twee dagen te laat.
    Wat te doen: controleer de einddatum van het verblijf en de begindatum van de mutatiedagen, of declareer het
    verblijf (mee).
    """
    verblijf = _verblijf_bij_mutatiedagen(pop).select(*PAAR, "eind")
    eerste = (
        _leegstanden(pop, p.vast("grootste_gat"))
        .unique("leegstand", keep="first", maintain_order=True)
        .filter("batch", p.geldig())
    )
    zonder = (
        eerste.join(verblijf.with_columns(begin="eind"), on=[*PAAR, "begin"], how="anti")
        .join(verblijf.with_columns(begin=pl.col("eind") + 1), on=[*PAAR, "begin"], how="anti")
        .join(verblijf.group_by(PAAR).agg(laatste=pl.max("eind")), on=PAAR, how="left")
    )
    bekend = zonder.filter(pl.col("laatste").is_not_null())
    begin = datum_tekst(pl.col("begin"))
    yield bevinding(
        bekend,
        zin("geen verblijf bij deze uitvoerder dat eindigt op {} of de dag ervoor", begin),
        "8612",
        gegevens={"begindatum": als_datum(pl.col("begin")), "laatste_verblijfsdag": als_datum(pl.col("laatste"))},
    )
    yield bevinding(
        zonder.filter(pl.col("laatste").is_null()),
        pl.lit("geen verblijf van deze cliënt bij deze uitvoerder in batch of historie"),
        "8612",
        ernst="signaal",
        gegevens={"begindatum": als_datum(pl.col("begin"))},
    )


@regel("MUT-03", "Mutatiedagen tijdens een verblijf", bereik="client", retourcodes=("8216",))
def mut_03(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Zoekt mutatiedagen op dagen waarop de cliënt er nog verbleef.

    Wat: een mutatieregel mag geen dag delen met een verblijfsregel van dezelfde cliënt en uitvoerder; alleen de
    laatste dag van het verblijf mag samenvallen.
    Waarom: zolang iemand er verblijft, staat de plaats niet leeg.
    Voorbeeld: verblijf tot en met 10 maart en mutatiedagen vanaf 9 maart: 9 maart is dubbel.
    Wat te doen: laat de mutatiedagen na het verblijf beginnen.
    """
    verblijf = (
        _verblijf_bij_mutatiedagen(pop).with_columns(pl.col("eind") - 1).filter(pl.col("begin") <= pl.col("eind"))
    )
    lijnen = _met_dagen(pop, "mutatiedag").filter("batch", p.geldig())
    yield bevinding(
        gedekte_dagen(lijnen, verblijf, PAAR).filter(pl.col("gedekt") > 0),
        zin("{} van {} dagen vallen in een verblijf bij dezelfde uitvoerder", "gedekt", "dagen"),
        "8216",
        gegevens={"dagen_in_verblijf": pl.col("gedekt"), "dagen": pl.col("dagen")},
    )


@regel(
    "MUT-04",
    "Mutatiedag past niet bij de erkenning van de uitvoerder",
    bereik="regel",
    ernst=("afkeur", "signaal"),
    retourcodes=("0562",),
    tabellen=("aanbieders",),
)
def mut_04(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Vergelijkt de mutatiedag met of zonder behandeling met de erkenning van de uitvoerder.

    Wat: Z917 (met behandeling) vraagt een uitvoerder met het kenmerk behandeling; Z916 (zonder) bij een uitvoerder
    die dat kenmerk heeft, is een signaal.
    Waarom: het tarief van de lege plaats volgt de plaats die leeg kwam.
    Voorbeeld: Z917 van een uitvoerder zonder behandeling wordt afgekeurd.
    Wat te doen: declareer de mutatiedag die bij de plaats hoort, of laat het kenmerk in `aanbieders` aanpassen.
    """
    lijnen = pop.gemerkt(_met_dagen(pop, "mutatiedag").filter("batch", p.geldig()), "behandeling")
    met, zonder = p.vast("met_behandeling"), p.vast("zonder_behandeling")
    yield bevinding(
        lijnen.filter(pl.col("prestatiecode").is_in(met), ~pl.col("gemerkt")),
        zin("{} vraagt behandeling; de uitvoerder heeft dat kenmerk niet op deze begindatum", "prestatiecode"),
        "0562",
        gegevens={"prestatiecode": pl.col("prestatiecode")},
    )
    yield bevinding(
        lijnen.filter(pl.col("prestatiecode").is_in(zonder), pl.col("gemerkt")),
        zin("{} is zonder behandeling; de uitvoerder heeft het kenmerk behandeling", "prestatiecode"),
        "0562",
        ernst="signaal",
        gegevens={"prestatiecode": pl.col("prestatiecode")},
    )


@regel("MUT-05", "Mutatiedag bij een profiel buiten V&V", bereik="regel", retourcodes=("8229",))
def mut_05(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Toetst het zorgprofiel bij een mutatiedag.

    Wat: is de zzpcode gevuld, dan is het een profiel van verpleging en verzorging (VV).
    Waarom: de mutatiedag bestaat alleen in die sector.
    Voorbeeld: Z916 met zzpcode 808 (VG5) wordt afgekeurd.
    Wat te doen: controleer de zzpcode; buiten V&V zijn mutatiedagen niet te declareren.
    """
    lijnen = _met_dagen(pop, "mutatiedag").filter("batch", p.geldig(), pl.col("zzpcode").is_not_null())
    yield bevinding(
        lijnen.filter(pl.col("profiel").ne_missing("VV")),
        zin("zzpcode {} is geen V&V-profiel", "zzpcode"),
        "8229",
        gegevens={"zzpcode": pl.col("zzpcode")},
    )


@regel(
    "MUT-06",
    "Uitvoerder declareert bijna altijd het maximum",
    bereik="batch",
    ernst="signaal",
    retourcodes=(),
)
def mut_06(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Kijkt per uitvoerder hoeveel leegstanden precies het maximum tellen.

    Wat: van een uitvoerder met genoeg leegstanden telt een groot deel precies het maximum aantal mutatiedagen. Eén
    bevinding per uitvoerder die zo'n leegstand in de batch heeft.
    Waarom: declareren mag het werkelijke aantal lege dagen, niet standaard het maximum.
    Voorbeeld: 9 van 10 leegstanden van één uitvoerder tellen precies 13 dagen.
    Wat te doen: ga na of de plaats werkelijk zo lang leeg stond.
    """
    per_leegstand = (
        _leegstanden(pop, p.vast("grootste_gat"))
        .with_columns(maximum=p.waarde("max_dagen"))
        .group_by("uitvoerder", "leegstand")
        .agg(pl.min("begin"), pl.sum("dagen_op_regel"), pl.first("maximum"), pl.any("batch"))
        .filter(p.geldig())
    )
    per_uitvoerder = (
        per_leegstand.group_by("uitvoerder")
        .agg(
            leegstanden=pl.len(),
            op_maximum=(pl.col("dagen_op_regel") == pl.col("maximum")).sum(),
            maximum=pl.max("maximum"),
            batch=pl.any("batch"),
        )
        .filter(
            "batch",
            pl.col("leegstanden") >= p.vast("min_leegstanden"),
            pl.col("op_maximum") * 100 >= pl.col("leegstanden") * p.vast("min_procent"),
        )
    )
    yield bevinding(
        per_uitvoerder.with_columns(rij=pl.lit(None)),
        zin("{} van {} leegstanden tellen precies {} mutatiedagen", "op_maximum", "leegstanden", "maximum"),
        None,
        ernst="signaal",
        uitvoerder=pl.col("uitvoerder"),
        gegevens={
            "leegstanden": pl.col("leegstanden"),
            "op_maximum": pl.col("op_maximum"),
            "grens_procent": pl.lit(p.vast("min_procent")),
        },
    )
