"""MUT: mutatiedagen, the days that a place stays empty after a client left or died."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import polars.selectors as cs

from wlz_declaratie.basis.dagen import datum_tekst, gedekte_dagen, met_groep, vorig_eind
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import KENMERKEN, Telling, regel
from wlz_declaratie.kern.taal.kiezen import PAKKET, VERBLIJF, code, een_van, gevuld, leeg, profiel, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.taal.zinnen import ZONDER_BEHANDELING
from wlz_declaratie.kern.uitkomst import Uitkomst

PAAR = ["bsn", "uitvoerder"]
_VAN_MUTATIEDAG = ("rij", "volgorde", "batch", "bestandnr", "begin", "eind", "aantal", "overleden")
"""What rules by leegstand read of a mutatie line besides PAAR; over the batch there is no overleden."""


def _leegstanden(pop: Populatie, grootste_gat: int) -> pl.LazyFrame:
    """Mutatie lines with the ``leegstand`` they belong to, in calendar order.

    A new leegstand starts after a gap of more than ``grootste_gat`` days, or when a package day of the same client
    and uitvoerder lies between the previous mutatie line and this one.
    """
    kolommen = cs.by_name(*PAAR, *_VAN_MUTATIEDAG, require_all=False)
    mutatiedagen = pop.lijnen.filter(soort("mutatiedag")).select(kolommen)
    lijnen = met_groep(mutatiedagen, PAAR).with_columns(vorig_eind=vorig_eind()).collect().lazy()
    tussenruimte = lijnen.select(*PAAR, "volgorde", begin=pl.col("vorig_eind") + 1, eind=pl.col("begin") - 1)
    tussenruimte = tussenruimte.filter(pl.col("begin") <= pl.col("eind")).collect().lazy()
    # By client first: to compare two columns of every line takes three times as long.
    clienten = tussenruimte.select(pl.col("bsn").unique().implode()).collect().to_series()
    pakket = pop.lijnen.filter(PAKKET, pl.col("bsn").is_in(clienten)).select(*PAAR, "begin", "eind")
    tussenin = gedekte_dagen(tussenruimte, pakket, PAAR)
    gat = pl.col("begin") - pl.col("vorig_eind") - 1
    nieuw = pl.col("vorig_eind").is_null() | (gat > grootste_gat) | (pl.col("gedekt") > 0).fill_null(False)
    return (
        lijnen.join(tussenin.select("volgorde", "gedekt"), on="volgorde", how="left")
        .sort("groep", "begin", "eind", "volgorde")
        .with_columns(leegstand=nieuw.cast(pl.Int64).cum_sum(), dagen_op_regel=pl.col("aantal").fill_null(0).clip(0))
        .drop("gedekt")
    )


def leegstanden(van: Van) -> Lijnen:
    """The mutatie lines by leegstand, derived once for all rules that count by it."""
    return van.eenmaal(_leegstanden, van.vast("grootste_gat"))


def _verblijf_bij_mutatiedagen(van: Van) -> Lijnen:
    """The stays of every client and uitvoerder that have mutatiedagen, few among all stays."""
    return van.lijnen(VERBLIJF).alleen_van(van.lijnen(soort("mutatiedag")), PAAR)


def _dagen_erna(verblijf: Lijnen) -> tuple[Lijnen, Lijnen]:
    """The stays with as ``begin`` a day on which mutatiedagen that follow them may begin."""
    return verblijf.met(begin="eind"), verblijf.met(begin=pl.col("eind") + 1)


@regel(
    "MUT-01",
    "Meer dan 13 mutatiedagen in één leegstand",
    bereik="client",
    retourcodes=("0584",),
    velden=("aantal",),
    telt=Telling("leegstand"),
)
def mut_01(van: Van) -> Iterator[Uitkomst]:
    """Telt de mutatiedagen van één leegstand op.

    Wat: per cliënt en uitvoerder tellen de mutatiedagen (Z916, Z917) van één leegstand op, ook over maanden en eerdere
    batches heen. Elke declaratieregel waarmee de som boven {max_dagen} komt, wordt afgekeurd.
    Waarom: na vertrek of overlijden wordt de lege plaats een beperkt aantal dagen vergoed.
    Voorbeeld: 8 dagen in maart en 7 in april in dezelfde leegstand zijn 15; van de 7 in april mogen er nog 5.
    Wat te doen: verlaag het aantal tot de dagen die nog mogen; is dat 0, haal de declaratieregel dan weg.
    """
    eerder = pl.col("mutatiedagen") - pl.col("dagen_op_regel")
    nog = pl.col("nog_toegestaan")
    eerdere = zin("; eerder {} dagen vanaf {}", "eerder", datum_tekst(pl.col("leegstand_vanaf")))
    te_veel = (
        leegstanden(van)
        .met(
            mutatiedagen=pl.col("dagen_op_regel").cum_sum().over("leegstand", order_by="volgorde"),
            leegstand_vanaf=pl.col("begin").min().over("leegstand"),
            toegestaan=van.waarde("max_dagen"),
        )
        .van_batch()
        .getoetst("{mutatiedagen} van {toegestaan} mutatiedagen")
        .waar(pl.col("mutatiedagen") > pl.col("toegestaan"))
        .met(eerder=eerder)
        .met(
            nog_toegestaan=pl.max_horizontal(pl.col("toegestaan") - pl.col("eerder"), pl.lit(0)),
            eerdere=pl.when(pl.col("eerder") > 0).then(eerdere).otherwise(pl.lit("")),
        )
        .met_voorstel("aantal", pl.when(nog > 0).then(nog))
    )
    yield te_veel.afkeur(
        "0584",
        "{mutatiedagen} mutatiedagen in deze leegstand, {toegestaan} toegestaan; op deze declaratieregel nog "
        "{nog_toegestaan}{eerdere:tekst}",
        "mutatiedagen toegestaan nog_toegestaan eerder leegstand_vanaf:datum",
    )


@regel(
    "MUT-02",
    "Leegstand sluit niet aan op een verblijf",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8612",),
    velden=("begindatum",),
)
def mut_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt het verblijf dat aan de leegstand voorafging.

    Wat: de eerste declaratieregel van een leegstand begint op de laatste dag van een verblijf (lvhc en O-prestatie
    daarbij) bij dezelfde uitvoerder of op de dag erna. Is er van deze cliënt en uitvoerder geen enkele verblijfsregel
    bekend, dan is het een signaal.
    Waarom: mutatiedagen vergoeden de plaats die door vertrek of overlijden leeg kwam.
    Voorbeeld: verblijf tot en met 10 maart, mutatiedagen vanaf 13 maart: twee dagen te laat.
    Wat te doen: controleer de einddatum van het verblijf en de begindatum van de mutatiedagen, of declareer het
    verblijf (mee).
    """
    eerste = leegstanden(van).eerste_van("leegstand").van_batch()
    verblijf = _verblijf_bij_mutatiedagen(van)
    laatste_dag, dag_erna = _dagen_erna(verblijf)
    zonder = eerste.niet_van(laatste_dag, [*PAAR, "begin"]).niet_van(dag_erna, [*PAAR, "begin"])
    laatste = verblijf.frame.group_by(PAAR).agg(laatste_verblijfsdag=pl.max("eind"))
    yield zonder.met_velden(laatste, PAAR).afkeur(
        "8612",
        "geen verblijf bij deze uitvoerder dat eindigt op {begindatum} of de dag ervoor",
        "begindatum laatste_verblijfsdag:datum",
    )
    yield zonder.niet_van(laatste, PAAR).signaal(
        "8612", "geen verblijf van deze cliënt bij deze uitvoerder in batch of historie", "begindatum"
    )


@regel(
    "MUT-03",
    "Mutatiedagen tijdens een verblijf",
    bereik="client",
    retourcodes=("8216",),
    velden=("begindatum", "einddatum"),
)
def mut_03(van: Van) -> Iterator[Uitkomst]:
    """Zoekt mutatiedagen op dagen waarop de cliënt er nog verbleef.

    Wat: een mutatieregel mag geen dag delen met een verblijfsregel (lvhc en O-prestatie daarbij) van dezelfde cliënt
    en uitvoerder; alleen de laatste dag van het verblijf mag samenvallen.
    Waarom: zolang iemand er verblijft, staat de plaats niet leeg.
    Voorbeeld: verblijf tot en met 10 maart en mutatiedagen vanaf 9 maart: 9 maart is dubbel.
    Wat te doen: laat de mutatiedagen na het verblijf beginnen.
    """
    zonder_laatste_dag = _verblijf_bij_mutatiedagen(van).met(eind=pl.col("eind") - 1)
    getoetst = van.batch(soort("mutatiedag")).gedekt(
        zonder_laatste_dag.waar(pl.col("begin") <= pl.col("eind")), PAAR, "dagen_in_verblijf"
    )
    yield getoetst.waar(pl.col("dagen_in_verblijf") > 0).afkeur(
        "8216", "{dagen_in_verblijf} van {dagen} dagen vallen in een verblijf bij dezelfde uitvoerder"
    )


@regel(
    "MUT-04",
    "Mutatiedag past niet bij de erkenning van de uitvoerder",
    bereik="regel",
    ernst=("afkeur", "signaal"),
    retourcodes=("0562",),
    tabellen=("aanbieders",),
)
def mut_04(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt de mutatiedag met of zonder behandeling met de erkenning van de uitvoerder.

    Wat: Z917 (met behandeling) vraagt een uitvoerder met het kenmerk behandeling; Z916 (zonder) bij een uitvoerder
    die dat kenmerk heeft, is een signaal.
    Waarom: het tarief van de lege plaats volgt de plaats die leeg kwam.
    Voorbeeld: Z917 van een uitvoerder zonder behandeling wordt afgekeurd.
    Wat te doen: declareer de mutatiedag die bij de plaats hoort, of laat het kenmerk in `aanbieders` aanpassen.
    """
    mutatiedagen = van.batch(soort("mutatiedag"))
    met, zonder = van.vast("met_behandeling"), van.vast("zonder_behandeling")
    yield mutatiedagen.waar(code(*met)).zonder_kenmerk("behandeling").afkeur("0562", ZONDER_BEHANDELING)
    yield (
        mutatiedagen.waar(code(*zonder))
        .met_kenmerk("behandeling")
        .signaal("0562", "{prestatiecode} is zonder behandeling; de uitvoerder heeft het kenmerk behandeling")
    )


@regel(
    "MUT-05",
    "Mutatiedag buiten V&V",
    bereik="client",
    retourcodes=("8229",),
    velden=("zzpcode",),
    leest=(KENMERKEN, "indicaties"),
)
def mut_05(van: Van) -> Iterator[Uitkomst]:
    """Toetst het zorgprofiel bij een mutatiedag, of de sector van het verblijf ervoor.

    Wat: het profiel van de declaratieregel (de zzpcode, of als die leeg is het profiel van de indicatie) is er een van
    verpleging en verzorging (VV). Is er geen profiel, dan is het verblijf bij dezelfde uitvoerder dat eindigt op de
    begindatum of de dag ervoor niet van een andere sector.
    Waarom: de mutatiedag bestaat alleen in die sector.
    Voorbeeld: Z916 met zzpcode 808 (VG5) wordt afgekeurd.
    Wat te doen: controleer de zzpcode; buiten V&V zijn mutatiedagen niet te declareren.
    """
    kolommen = "rij", *PAAR, "soort", "begin", "profielcode", "profiel"
    mutatiedagen = van.batch(soort("mutatiedag")).kolommen(*kolommen).berekend()
    yield (
        mutatiedagen.waar(gevuld("profielcode"), ~profiel("VV"))
        .met(zzpcode="profielcode")
        .afkeur("8229", "zzpcode {zzpcode} is geen V&V-profiel")
    )
    zonder = mutatiedagen.waar(leeg("profielcode"))
    yield from zonder.zonder_profiel()
    verblijf = van.lijnen(VERBLIJF).kolommen(*PAAR, "begin", "eind", "sector", "prestatiecode").alleen_van(zonder, PAAR)
    ervoor = pl.concat([lijnen.frame for lijnen in _dagen_erna(verblijf)])
    # One of V&V, or one of which no table says the sector, may be the stay that left the place.
    mogelijk = gevuld("sector") & (pl.col("sector") != van.vast("sector"))
    buiten = ervoor.group_by(*PAAR, "begin").agg(
        buiten=mogelijk.all(),
        verblijf_sector=pl.first("sector"),
        verblijf_prestatie=pl.first("prestatiecode"),
    )
    yield (
        zonder.met_velden(buiten.filter("buiten"), [*PAAR, "begin"])
        .met(verblijf_sector=pl.col("verblijf_sector").cast(pl.String).str.to_uppercase())
        .afkeur("8229", "sluit aan op {verblijf_prestatie}, een verblijf in de sector {verblijf_sector}")
    )


@regel(
    "MUT-06",
    "Uitvoerder declareert bijna altijd het maximum",
    bereik="batch",
    ernst="signaal",
    retourcodes=(),
    leest_van_lijn=("aantal",),
)
def mut_06(van: Van) -> Iterator[Uitkomst]:
    """Kijkt per uitvoerder hoeveel leegstanden precies het maximum tellen.

    Wat: van een uitvoerder met genoeg leegstanden telt een groot deel precies het maximum aantal mutatiedagen. Eén
    bevinding per uitvoerder die zo'n leegstand in de batch heeft.
    Waarom: declareren mag het werkelijke aantal lege dagen, niet standaard het maximum.
    Voorbeeld: 9 van 10 leegstanden van één uitvoerder tellen precies 13 dagen.
    Wat te doen: ga na of de plaats werkelijk zo lang leeg stond.
    """
    per_leegstand = (
        leegstanden(van)
        .met(maximum=van.waarde("max_dagen"))
        .frame.group_by("uitvoerder", "leegstand")
        .agg(pl.min("begin"), pl.sum("dagen_op_regel"), pl.first("maximum"), pl.any("batch"))
    )
    op_maximum = pl.col("dagen_op_regel") == pl.col("maximum")
    per_uitvoerder = (
        van.als_lijnen(per_leegstand)
        .waar(van.p.te_toetsen())
        .frame.group_by("uitvoerder")
        .agg(leegstanden=pl.len(), op_maximum=op_maximum.sum(), maximum=pl.max("maximum"), batch=pl.any("batch"))
    )
    grens = van.vast("min_procent")
    yield (
        van.als_lijnen(per_uitvoerder)
        .waar(
            "batch",
            pl.col("leegstanden") >= van.vast("min_leegstanden"),
            pl.col("op_maximum") * 100 >= pl.col("leegstanden") * grens,
        )
        .met(grens_procent=pl.lit(grens))
        .signaal(
            None,
            "{op_maximum} van {leegstanden} leegstanden tellen precies {maximum} mutatiedagen",
            "leegstanden op_maximum grens_procent",
            over="uitvoerder",
        )
    )


@regel(
    "MUT-07",
    "Leegstand niet door overlijden",
    bereik="client",
    ernst="signaal",
    retourcodes=("8612",),
    tabellen_deels=("clienten.overlijdensdatum",),
    kolommen_deels=("overleden",),
)
def mut_07(van: Van) -> Iterator[Uitkomst]:
    """Gaat na of de plaats leeg kwam doordat de cliënt overleed.

    Wat: van de eerste declaratieregel van een leegstand het eerste dat van toepassing is. Zij begint vóór de
    overlijdensdatum in de tabel `clienten`. De cliënt heeft na de begindatum nog een pakketdag, bij wie ook. De regel
    zegt dat de cliënt niet is overleden, en in `clienten` staat geen overlijdensdatum.
    Waarom: mutatiedagen vergoeden de plaats die door overlijden leeg kwam, niet die van wie verhuist of weg is.
    Voorbeeld: mutatiedagen vanaf 11 maart van een cliënt die op 20 maart elders verblijft.
    Wat te doen: controleer de reden van de leegstand en de overlijdensdatum; zonder overlijden is er geen mutatiedag.
    """
    eerste = leegstanden(van).eerste_van("leegstand").van_batch()
    overleden = pl.LazyFrame(schema={"bsn": pl.Int32, "overlijdensdatum": pl.Int32})
    if van.heeft("clienten"):
        datums = van.tabel("clienten").select("bsn", pl.col("overlijdensdatum").to_physical())
        overleden = datums.drop_nulls().group_by("bsn").agg(pl.max("overlijdensdatum"))
    eerste = van.als_lijnen(eerste.frame.join(overleden, on="bsn", how="left")).berekend()
    yield eerste.waar(pl.col("begin") < pl.col("overlijdensdatum")).signaal(
        "8612", "begint op {begindatum}, vóór het overlijden op {overlijdensdatum:datum}"
    )
    laatste = van.lijnen(PAKKET).alleen_van(eerste).frame.group_by("bsn").agg(laatste_pakketdag=pl.max("eind"))
    nog_pakket = eerste.met_velden(laatste, ["bsn"]).waar(pl.col("laatste_pakketdag") > pl.col("begin")).berekend()
    yield nog_pakket.signaal(
        "8612", "de cliënt heeft na {begindatum} nog een pakket, tot en met {laatste_pakketdag:datum}"
    )
    onbekend = eerste.waar(leeg("overlijdensdatum")).niet_van(nog_pakket, ["rij"])
    yield onbekend.waar(een_van("overleden", [False])).signaal(
        "8612",
        "de cliënt is volgens deze declaratieregel niet overleden, en er is geen overlijdensdatum bekend",
        "begindatum",
    )
    yield from onbekend.niet_ingevuld("overleden")
