"""TOE: toeslagen and meerzorg, which come on top of a package: for whom, from whom and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, reeksen
from wlz_declaratie.kern.regel import KENMERKEN, PROFIEL, Telling, regel
from wlz_declaratie.kern.taal.kiezen import PAKKET, een_van, gevuld, leeg, profielcode, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst
from wlz_declaratie.regels.toeslagen_naast_pakket import toeslagen

ONDERWIJS = ("kolom onderwijs", "tabel onderwijs")


@regel(
    "TOE-01",
    "Toeslag beademing bij een ander profiel",
    bereik="regel",
    retourcodes=("8229",),
    een_van=(PROFIEL,),
)
def toe_01(van: Van) -> Iterator[Uitkomst]:
    """Toetst het zorgprofiel bij de toeslag voor (non-)invasieve beademing.

    Wat: bij Z918, Z921, V918 en V921 is de zzpcode er een waarvoor de toeslag op de begindatum mag: tot en
    met 2025 alle profielen VV, VG en LG; vanaf 2026 VV4 tot en met VV9b, VG3 tot en met VG8, LG2 en LG4 tot
    en met LG7.
    Waarom: de toeslag is voor een afgebakende groep cliënten ingekocht.
    Voorbeeld: Z918 met zzpcode 820 (LG1) mag in december 2025 en wordt in januari 2026 afgekeurd.
    Wat te doen: controleer de zzpcode; past het profiel niet, dan is de toeslag niet te declareren.
    """
    beademing = toeslagen(van).van_batch().berekend()
    yield from beademing.zonder_profiel()
    met_profiel = beademing.waar(gevuld("profielcode")).met(zzpcode="profielcode")
    for periode in van.perioden("profielen"):
        profielen = cast("list[str]", periode.waarde)
        yield met_profiel.waar(periode.geldig(), ~profielcode(*profielen)).afkeur(
            "8229", "{prestatiecode} mag op {begindatum} niet bij zzpcode {zzpcode}", "zzpcode begindatum"
        )


@regel(
    "TOE-03",
    "Observatie bij een ander profiel of te lang",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8229", "0584"),
    telt=Telling("looptijd", soort("toeslag"), "observatiedagen"),
    leest=(KENMERKEN, "indicaties"),
)
def toe_03(van: Van) -> Iterator[Uitkomst]:
    """Toetst het profiel bij observatie en hoelang zij duurt.

    Wat: bij Z912 is de zzpcode VG5 tot en met VG8 of LVG3 tot en met LVG5. Eén observatie is wat van een cliënt
    aaneensluit, ook in eerdere batches en bij andere uitvoerders, met gaten van hooguit {grootste_gat} dagen. Eindigt
    een declaratieregel meer dan {maanden_eerst} maanden na de eerste dag, dan is dat een signaal: er is een verlenging
    nodig. Na {maanden_verlengd} maanden is die voorbij, ook een signaal. Na {maanden_hooguit} maanden wordt de regel
    afgekeurd.
    Waarom: observatie duurt in eerste instantie hooguit een half jaar, met een verlenging drie maanden langer, en
    in totaal hooguit een jaar.
    Voorbeeld: observatie van 1 september tot en met 5 maart, met een gat van een dag: een signaal.
    Wat te doen: ga na of de verlenging is afgesproken; declareer na een jaar geen observatie meer.
    """
    observatie = toeslagen(van).berekend()
    van_batch = observatie.van_batch()
    yield from van_batch.zonder_profiel()
    yield (
        van_batch.waar(gevuld("profielcode"), ~profielcode(*van.vast("profielen")))
        .met(zzpcode="profielcode")
        .afkeur("8229", "observatie mag niet bij zzpcode {zzpcode}")
    )
    eerste_dag = pl.col("begin").min().over("reeks")
    per_observatie = (
        van.als_lijnen(reeksen(observatie.frame, ["bsn"], van.vast("grootste_gat")))
        .met(observatie_vanaf=eerste_dag)
        .van_batch()
        .met(observatiedagen=(pl.col("eind") - pl.col("observatie_vanaf") + 1).cast(pl.Int64))
        .berekend()
        .getoetst("{observatiedagen} dagen observatie")
    )
    begin = "observatie vanaf {observatie_vanaf:datum}; {maanden} maanden lopen t/m {hooguit_tot_en_met:datum}"
    gegevens = "observatiedagen grens maanden observatie_vanaf:datum hooguit_tot_en_met:datum"
    langer = _langer_dan(per_observatie, van.vast("maanden_hooguit"))
    yield langer.afkeur("0584", f"{begin}, en langer mag niet", gegevens)
    langer = _langer_dan(per_observatie, van.vast("maanden_verlengd"))
    yield langer.signaal("0584", f"{begin}, en dan is de verlenging voorbij", gegevens)
    langer = _langer_dan(per_observatie, van.vast("maanden_eerst"))
    yield langer.signaal("0584", f"{begin}, en dan is een verlenging nodig", gegevens)


def _langer_dan(observatie: Lijnen, maanden: int) -> Lijnen:
    """The lines that end after so many months from the first day of their observation."""
    na_maanden = als_datum(pl.col("observatie_vanaf")).dt.offset_by(f"{maanden}mo").to_physical()
    return (
        observatie.met(maanden=pl.lit(maanden), hooguit_tot_en_met=na_maanden - 1)
        .waar(pl.col("eind") > pl.col("hooguit_tot_en_met"))
        .met(grens=(pl.col("hooguit_tot_en_met") - pl.col("observatie_vanaf") + 1).cast(pl.Int64))
    )


@regel(
    "TOE-04",
    "Epilepsietoeslag van een uitvoerder zonder epilepsiezorg, of op twee niveaus",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8010", "0634"),
    tabellen_deels=("aanbieders",),
)
def toe_04(van: Van) -> Iterator[Uitkomst]:
    """Toetst wie de toeslag voor gespecialiseerde epilepsiezorg declareert, en op welk niveau.

    Wat: bij Z975, Z976, Z977, V975, V976 en V977 heeft de uitvoerder op de begindatum het kenmerk epilepsie. Twee
    niveaus (het laatste cijfer: laag, midden, hoog) van één cliënt op dezelfde dag zijn een signaal op beide
    declaratieregels.
    Waarom: de toeslag is alleen ingekocht bij de instellingen met een landelijke functie voor epilepsie; een
    cliënt heeft één niveau.
    Voorbeeld: Z976 van een uitvoerder zonder dat kenmerk wordt afgekeurd.
    Wat te doen: controleer de uitvoerder en het niveau, of laat het kenmerk in `aanbieders` aanpassen.
    """
    epilepsie = toeslagen(van).met(niveau=pl.col("prestatiecode").str.slice(-1)).berekend()
    if van.heeft("aanbieders"):
        yield (
            epilepsie.van_batch()
            .zonder_kenmerk("epilepsie")
            .afkeur("8010", "{prestatiecode}: de uitvoerder heeft op {begindatum} niet het kenmerk epilepsie")
        )
    meer_niveaus = epilepsie.frame.group_by("bsn").agg(pl.n_unique("niveau")).filter(pl.col("niveau") > 1)
    epilepsie = epilepsie.alleen_van(meer_niveaus).berekend()
    for niveau in sorted(set(epilepsie.frame.collect()["niveau"])):
        op_niveau = een_van("niveau", [niveau])
        yield (
            epilepsie.waar(op_niveau)
            .van_batch()
            .deelt_dag_met(epilepsie.waar(~op_niveau))
            .met(gedeelde_dagen="gedeeld")
            .signaal(
                "0634", "{gedeelde_dagen} van {dagen} dagen ook een ander niveau: {ander}", "dagen gedeelde_dagen ander"
            )
        )


@regel(
    "TOE-05",
    "Kindtoeslag of pakket zonder dagbesteding tijdens onderwijs",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0634",),
    een_van=(ONDERWIJS,),
)
def toe_05(van: Van) -> Iterator[Uitkomst]:
    """Zoekt zorg tijdens onderwijs die daar niet bij past.

    Wat: een kindtoeslag mag niet op een declaratieregel met onderwijs ja, en niet op dagen in de tabel `onderwijs`:
    liggen al haar dagen daarin, dan wordt zij afgekeurd, liggen er enkele in, dan is het een signaal. Een pakket
    exclusief dagbesteding is daar een signaal. Zonder die tabel is een kindtoeslag waarop onderwijs niet is ingevuld,
    niet te toetsen.
    Waarom: bij zorg en ondersteuning tijdens onderwijs is de kindtoeslag op de dagbesteding niet van
    toepassing; wie een pakket heeft, krijgt die zorg uit een pakket inclusief dagbesteding.
    Voorbeeld: H940 met onderwijs ja wordt afgekeurd.
    Wat te doen: haal de kindtoeslag over de uren op school weg, of declareer het pakket inclusief dagbesteding.
    """
    kind = soort("kindtoeslag")
    getoetst = van.batch(kind | (PAKKET & een_van("dagbesteding", ["excl"])))
    if not van.heeft("onderwijs"):
        yield from getoetst.waar(kind, leeg("onderwijs")).ontoetsbaar_zonder("ja of nee in kolom onderwijs")
    volgens_regel = getoetst.waar("onderwijs").berekend()
    gegevens = "prestatiecode onderwijs"
    yield volgens_regel.waar(kind).afkeur("0634", "kindtoeslag {prestatiecode} tijdens onderwijs", gegevens)
    yield volgens_regel.waar(~kind).signaal(
        "0634", "{prestatiecode} is exclusief dagbesteding, en er is zorg tijdens onderwijs", gegevens
    )
    if van.heeft("onderwijs"):
        tabel = van.tabel("onderwijs")
        schooldagen = getoetst.alleen_van(tabel).berekend().gedekt(tabel, als="schooldagen")
        op_school = schooldagen.waar(pl.col("schooldagen") > 0).berekend()
        # On days without school, as in the holidays, dagbesteding with its toeslag is as it should be.
        alle_dagen = pl.col("schooldagen") == pl.col("dagen")
        tekst = "kindtoeslag {prestatiecode} op {schooldagen} van {dagen} dagen tijdens onderwijs"
        yield op_school.waar(kind, alle_dagen).afkeur("0634", tekst)
        yield op_school.waar(kind, ~alle_dagen).signaal("0634", tekst)
        yield op_school.waar(~kind).signaal(
            "0634",
            "{prestatiecode} is exclusief dagbesteding, en er is zorg tijdens onderwijs op {schooldagen} van {dagen} "
            "dagen",
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
    gemachtigd.getoetst("{gemachtigd} van {dagen} dagen gemachtigd")
    yield gemachtigd.waar(pl.col("gemachtigd") < pl.col("dagen")).afkeur(
        "0551", "{gemachtigd} van {dagen} dagen gemachtigd voor {prestatiecode}", "gemachtigd dagen"
    )


@regel(
    "TOE-09",
    "Opslag Waardigheid en trots na opname in het tarief",
    bereik="regel",
    retourcodes=("0582",),
)
def toe_09(van: Van) -> Iterator[Uitkomst]:
    """Zoekt opslagen Waardigheid en trots van na de opname in het tarief.

    Wat: een opslag waarvan de prestatiecode begint met {begin_van_code} begint niet na 2019.
    Waarom: het geld voor Waardigheid en trots zit vanaf 2020 in de tarieven van de pakketten zelf.
    Voorbeeld: WZ053 over maart 2026 wordt afgekeurd.
    Wat te doen: haal de opslag weg; het pakket dekt haar.
    """
    begin_van_code = pl.any_horizontal(pl.col("prestatiecode").str.starts_with(b) for b in van.vast("begin_van_code"))
    yield van.batch(soort("opslag"), begin_van_code).afkeur(
        "0582", "{prestatiecode} op {begindatum}: Waardigheid en trots zit in het tarief van het pakket"
    )
