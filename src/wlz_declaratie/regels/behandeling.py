"""BEH: treatment beside a package, by consult (H335, H336) or otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, gedekte_dagen, vereniging
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.oud import (
    als_lijnen,
    ander_gegevens,
    ander_tekst,
    bevinding,
    datum_tekst,
    meld_tijdens_pakket,
    met_gedeelde_dagen,
    pakketlijnen,
    tijdens_pakket,
)
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst

KOLOMMEN = (
    *("rij", "batch", "bestandnr", "regelnummer", "volgorde", "bsn", "uitvoerder", "prestatiecode"),
    *("begin", "eind", "lijn_begin", "lijn_eind", "sector", "overbrugging"),
)
"""What is compared of treatment and package lines."""


def _behandelingen(pop: Populatie) -> pl.LazyFrame:
    return als_lijnen(pop.lijnen.filter(pl.col("soort") == "behandeling"))


def _naast_pakket(pop: Populatie, lijnen: pl.LazyFrame, behandeling: str) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """The lines, and the package lines incl. or excl. behandeling of their clients.

    Beside a GGZ package excl. behandeling treatment is delivered apart as a matter of course: B0 §4.1 and B1 §2.1
    speak of V&V and GZ only. Collected: the part of all lines that several tests then read.
    """
    lijnen = lijnen.select(KOLOMMEN).collect().lazy()
    pakket = pakketlijnen(pop).filter(pl.col("behandeling") == behandeling)
    if behandeling == "excl":
        pakket = pakket.filter(~pl.col("sector").str.starts_with("ggz").fill_null(False))
    return lijnen, pakket.select(KOLOMMEN).join(lijnen, on="bsn", how="semi").collect().lazy()


def _per_vrijstelling(
    lijnen: pl.LazyFrame, pakket: pl.LazyFrame, ambulante_start: Sequence[str]
) -> Iterator[tuple[pl.LazyFrame, pl.LazyFrame]]:
    """Treatment lines with the package lines that count for them.

    A bridging line does not count for treatment that may start ambulatory while its client waits for a place.
    """
    start = pl.col("prestatiecode").is_in(ambulante_start)
    yield lijnen.filter(~start), pakket
    yield lijnen.filter(start), pakket.filter(~pl.col("overbrugging"))


@regel(
    "BEH-01",
    "Behandeling naast een pakket inclusief behandeling",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0634",),
)
def beh_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt behandeling op dagen waarop zij al in het pakket zit.

    Wat: een regel met behandeling waarvan elke dag een pakketdag inclusief behandeling van dezelfde cliënt
    is, wordt afgekeurd; zijn alleen sommige dagen dat, dan is het een signaal. Is de behandeling eerder
    gedeclareerd en komt het pakket nu pas, dan krijgt de pakketregel het signaal. Ambulante behandeling van
    (SG)LVG naast overbrugging mag.
    Waarom: het pakket betaalt de behandeling al.
    Voorbeeld: H330 van 5 tot en met 9 maart bij Z043 over heel maart: 5 van 5 dagen, afgekeurd.
    Wat te doen: crediteer de behandeling, of declareer het pakket exclusief behandeling als dat geleverd
    is. Bij een signaal: ga na op welke dag de behandeling was.
    """
    pop, p = van.pop, van.p
    lijnen, inclusief = _naast_pakket(pop, _behandelingen(pop).filter(p.geldig()), "incl")
    for getoetst, pakket in _per_vrijstelling(lijnen, inclusief, p.vast("ambulante_start")):
        yield from meld_tijdens_pakket(tijdens_pakket(getoetst, pakket), "0634", "pakketdagen inclusief behandeling")


@regel(
    "BEH-02",
    "Behandeling naast een pakket exclusief behandeling zonder toestemming of consult",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0551", "0634"),
    tabellen_deels=("machtigingen",),
    kolommen_deels=("zzpcode",),
)
def beh_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt bij behandeling naast een pakket exclusief behandeling wat haar toestaat.

    Wat: behandeling anders dan H335 en H336 die een dag deelt met een pakket exclusief behandeling. Tot en
    met 2019 vraagt zij naast een V&V-pakket een machtiging die alle dagen dekt; vanaf 2020 een consult
    (H335 of H336) van dezelfde cliënt dat in het half jaar tot en met de einddatum begon. Niet voor H332 en
    H333 met een ZG-profiel, en niet voor ambulante behandeling van (SG)LVG naast overbrugging.
    Waarom: naast zo'n pakket is behandeling bedoeld als kort vervolg op een consult van SO of AVG-arts.
    Voorbeeld: H330 in maart 2026 bij Z041, en geen H335 of H336 sinds 30 september 2025: een signaal.
    Wat te doen: neem de machtiging op in `machtigingen`, of declareer het consult (mee) en geef met
    --historie de eerdere batches op.
    """
    pop, p = van.pop, van.p
    consult = pl.col("prestatiecode").is_in(p.vast("consulten"))
    zg_code = pl.col("prestatiecode").is_in(p.vast("zg_behandeling"))
    zg_profiel = pl.col("profiel").is_in(p.vast("zg_profielen")).fill_null(False)
    lijnen, exclusief = _naast_pakket(
        pop, _behandelingen(pop).filter("batch", p.geldig(), ~consult, ~(zg_code & zg_profiel)), "excl"
    )
    ambulante_start = p.vast("ambulante_start")
    # Where there is no number of days to look back, a machtiging was asked.
    met_machtiging = p.waarde("terugkijk_dagen").is_null()
    if "machtigingen" in pop.dossier:
        van_sector = exclusief.filter(pl.col("sector") == p.vast("sector_met_machtiging"))
        for getoetst, pakket in _per_vrijstelling(lijnen.filter(met_machtiging), van_sector, ambulante_start):
            yield _zonder_machtiging(met_gedeelde_dagen(getoetst, pakket), pop.dossier["machtigingen"])
    consulten = _behandelingen(pop).filter(consult).select(KOLOMMEN).collect().lazy()
    for getoetst, pakket in _per_vrijstelling(lijnen.filter(~met_machtiging), exclusief, ambulante_start):
        yield _zonder_consult(met_gedeelde_dagen(getoetst, pakket), consulten, p)


def _zonder_machtiging(lijnen: pl.LazyFrame, machtigingen: pl.LazyFrame) -> pl.LazyFrame:
    getoetst = gedekte_dagen(lijnen, machtigingen, ["bsn", "prestatiecode"], "gemachtigd")
    return bevinding(
        getoetst.filter(pl.col("gemachtigd") < pl.col("dagen")),
        zin(
            "{} van {} dagen gemachtigd voor {} naast een pakket exclusief behandeling: {}",
            "gemachtigd", "dagen", "prestatiecode", ander_tekst(),
        ),
        "0551",
        gegevens={
            "gemachtigd": pl.col("gemachtigd"),
            "dagen": pl.col("dagen"),
            "pakketdagen": pl.col("gedeeld"),
            **ander_gegevens(),
        },
    )  # fmt: skip


def _zonder_consult(lijnen: pl.LazyFrame, consulten: pl.LazyFrame, p: Regelparameters) -> pl.LazyFrame:
    """Findings on lines without a consult begun in the days before, up to and including einddatum."""
    vanaf = (pl.col("eind") - p.waarde("terugkijk_dagen")).cast(pl.Int32)
    laatste = (
        lijnen.with_columns(vanaf=vanaf)
        .sort("eind")
        .join_asof(
            consulten.select("bsn", consult="begin").sort("consult"),
            left_on="eind",
            right_on="consult",
            by="bsn",
            coalesce=False,
            check_sortedness=False,  # cannot be checked within groups; both sides are sorted right here
        )
    )
    zonder = laatste.filter(pl.col("consult").is_null() | (pl.col("consult") < pl.col("vanaf")))
    eerder = (
        pl.when(pl.col("consult").is_null())
        .then(pl.lit(""))
        .otherwise(zin("; het laatste begon {}", datum_tekst(pl.col("consult"))))
    )
    return bevinding(
        zonder,
        zin(
            "geen H335 of H336 begonnen van {} t/m {}{}; pakket exclusief behandeling: {}",
            datum_tekst(pl.col("vanaf")), datum_tekst(pl.col("eind")), eerder, ander_tekst(),
        ),
        "0634",
        ernst="signaal",
        gegevens={
            "consult_vanaf": als_datum(pl.col("vanaf")),
            "consult_tot_en_met": als_datum(pl.col("eind")),
            "laatste_consult": als_datum(pl.col("consult")),
            "pakketdagen": pl.col("gedeeld"),
            **ander_gegevens(),
        },
    )  # fmt: skip


@regel(
    "BEH-03",
    "Consult van SO en AVG-arts op dezelfde dag",
    bereik="client",
    ernst="signaal",
    retourcodes=("0634",),
)
def beh_03(van: Van) -> Iterator[Uitkomst]:
    """Zoekt H335 en H336 van één cliënt op dezelfde dag.

    Wat: een consult van de specialist ouderengeneeskunde (H335) en een van de AVG-arts (H336) van dezelfde
    cliënt delen een dag. Beide regels krijgen het signaal.
    Waarom: een huisarts consulteert de arts die bij de cliënt past; beide tegelijk ligt niet voor de hand.
    Voorbeeld: H335 op 10 maart en H336 van 9 tot en met 11 maart: 10 maart is dubbel.
    Wat te doen: ga na of beide consulten er waren en of de code klopt.
    """
    pop, p = van.pop, van.p
    codes = p.vast("consult_so"), p.vast("consult_avg")
    consulten = _behandelingen(pop).filter(pl.col("prestatiecode").is_in(codes)).select(KOLOMMEN).collect().lazy()
    so, avg = (consulten.filter(pl.col("prestatiecode") == code) for code in codes)
    for lijnen, andere in ((so, avg), (avg, so)):
        yield bevinding(
            met_gedeelde_dagen(lijnen.filter("batch", p.geldig()), andere),
            zin("{} van {} dagen ook {}", "gedeeld", "dagen", ander_tekst()),
            "0634",
            ernst="signaal",
            gegevens={"dagen": pl.col("dagen"), "gedeelde_dagen": pl.col("gedeeld"), **ander_gegevens()},
        )


@regel(
    "BEH-04",
    "Behandeling door een uitvoerder zonder toelating",
    bereik="regel",
    retourcodes=("0562",),
    tabellen=("aanbieders",),
)
def beh_04(van: Van) -> Iterator[Uitkomst]:
    """Toetst of de uitvoerder behandeling mag leveren.

    Wat: de uitvoerder van behandeling heeft in `aanbieders` op de begindatum het kenmerk behandeling.
    Waarom: alleen wie voor behandeling is toegelaten, mag haar declareren.
    Voorbeeld: H335 van een uitvoerder zonder het kenmerk behandeling wordt afgekeurd.
    Wat te doen: laat de toegelaten behandelaar declareren, of laat het kenmerk in `aanbieders` aanpassen.
    """
    pop, p = van.pop, van.p
    lijnen = pop.gemerkt(_behandelingen(pop).filter("batch", p.geldig()), "behandeling")
    yield bevinding(
        lijnen.filter(~pl.col("gemerkt")),
        zin("{} vraagt het kenmerk behandeling; de uitvoerder heeft dat niet op {}", "prestatiecode",
                  datum_tekst(pl.col("begin"))),
        "0562",
        gegevens={"prestatiecode": pl.col("prestatiecode"), "op": als_datum(pl.col("begin"))},
    )  # fmt: skip


@regel(
    "BEH-05",
    "Subsidieprestatie bij een cliënt met een Wlz-indicatie",
    bereik="regel",
    retourcodes=("8866",),
    kolommen_deels=("zzpcode", "besluitnummer"),
)
def beh_05(van: Van) -> Iterator[Uitkomst]:
    """Zoekt subsidieprestaties met gegevens van een Wlz-indicatie.

    Wat: bij een S-prestatie zijn zzpcode en besluitnummer leeg.
    Waarom: de subsidie is voor mensen zonder Wlz-indicatie; met indicatie gelden de gewone prestaties.
    Voorbeeld: S335 met zzpcode 754 wordt afgekeurd.
    Wat te doen: declareer de prestatie voor cliënten met een indicatie (H335 in plaats van S335), of laat
    zzpcode en besluitnummer leeg.
    """
    pop, p = van.pop, van.p
    velden = ("zzpcode", "besluitnummer")
    if not pop.kolommen.intersection(velden):
        yield Niet(f"kolommen {' en '.join(velden)} ontbreken")
        return
    lijnen = pop.lijnen.filter(pl.col("soort") == "subsidie", "batch", p.geldig())
    gevuld = [pl.when(pl.col(veld).is_not_null()).then(pl.lit(veld)) for veld in velden]
    yield bevinding(
        lijnen.filter(pl.any_horizontal(pl.col(velden).is_not_null())),
        zin(
            "{} is voor mensen zonder Wlz-indicatie; gevuld: {}",
            "prestatiecode", pl.concat_str(gevuld, separator=" en ", ignore_nulls=True),
        ),
        "8866",
        gegevens={f"{veld}_gevuld": pl.col(veld).is_not_null() for veld in velden},
    )  # fmt: skip


@regel(
    "BEH-06",
    "Structurele behandeling naast een pakket exclusief behandeling",
    bereik="client",
    ernst="signaal",
    retourcodes=("0584",),
)
def beh_06(van: Van) -> Iterator[Uitkomst]:
    """Telt de maanden met behandeling naast een pakket exclusief behandeling.

    Wat: in meer dan 6 van de 12 kalendermaanden tot en met die van de einddatum was er een dag met zowel
    behandeling (ook consulten) als een pakket exclusief behandeling van dezelfde cliënt.
    Waarom: behandeling naast zo'n pakket is bedoeld als tijdelijk.
    Voorbeeld: H335 in elke maand van januari tot en met juli bij Z041: juli is de zevende maand.
    Wat te doen: bespreek met de zorginkoper een pakket inclusief behandeling.
    """
    pop, p = van.pop, van.p
    alle, exclusief = _naast_pakket(pop, _behandelingen(pop), "excl")
    lijnen = met_gedeelde_dagen(alle.filter("batch", p.geldig()), exclusief)
    behandeling, pakket = (frame.join(lijnen, on="bsn", how="semi") for frame in (alle, exclusief))
    yield _te_veel_maanden(
        lijnen, _gedeelde_dagen(behandeling, pakket), p,
        "maanden behandeling naast een pakket exclusief behandeling", "0584",
    )  # fmt: skip


@regel(
    "BEH-07",
    "Behandeling ZG bij een ander profiel of te lang",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8866",),
    kolommen=("zzpcode",),
)
def beh_07(van: Van) -> Iterator[Uitkomst]:
    """Toetst het profiel bij behandeling van een zintuiglijke handicap.

    Wat: H332 en H333 met een profiel buiten ZG worden afgekeurd. Met ZGvis1 of ZGvis2 in meer dan 6 van de
    12 kalendermaanden tot en met die van de einddatum is het een signaal.
    Waarom: bij een ander profiel betaalt de Zvw deze behandeling; bij ZGvis1 en ZGvis2 zit zij niet in het
    pakket en is zij tijdelijk.
    Voorbeeld: H332 met zzpcode 754 (VV5) wordt afgekeurd.
    Wat te doen: declareer bij de zorgverzekeraar, of vraag bij blijvende behandeling een herindicatie aan.
    """
    pop, p = van.pop, van.p
    zg = _behandelingen(pop).filter(pl.col("prestatiecode").is_in(p.vast("zg_behandeling")))
    zg = zg.select(*KOLOMMEN, "zzpcode", "profiel").collect().lazy()
    lijnen = zg.filter("batch", p.geldig())
    yield bevinding(
        lijnen.filter(
            pl.col("zzpcode").is_not_null(), ~pl.col("profiel").is_in(p.vast("zg_profielen")).fill_null(False)
        ),
        zin("{} met zzpcode {}, geen ZG-profiel: de Zvw betaalt", "prestatiecode", "zzpcode"),
        "8866",
        gegevens={"prestatiecode": pl.col("prestatiecode"), "zzpcode": pl.col("zzpcode")},
    )
    tijdelijk = pl.col("zzpcode").is_in(p.vast("zonder_behandeling"))
    yield _te_veel_maanden(
        lijnen.filter(tijdelijk),
        zg.filter(tijdelijk),
        p,
        "maanden behandeling ZG bij ZGvis1 of ZGvis2",
        "8866",
    )


def _gedeelde_dagen(lijnen: pl.LazyFrame, andere: pl.LazyFrame) -> pl.LazyFrame:
    """The days that a client has in both frames, as disjoint intervals: bsn, begin, eind."""
    grenzen = []
    for dagen in (vereniging(lijnen, ["bsn"]), vereniging(andere, ["bsn"])):
        grenzen.append(dagen.select("bsn", begin="begin", stap=pl.lit(1)))
        grenzen.append(dagen.select("bsn", begin=pl.col("eind") + 1, stap=pl.lit(-1)))
    # Each client ends at zero, so one running sum over all clients will do; two deep is a day of both.
    return (
        pl.concat(grenzen)
        .group_by("bsn", "begin")
        .agg(pl.sum("stap"))
        .sort("bsn", "begin")
        .with_columns(diepte=pl.col("stap").cum_sum(), eind=pl.col("begin").shift(-1) - 1)
        .filter(pl.col("diepte") == 2)
        .select("bsn", "begin", "eind")
    )


def _maand(dagnummer: pl.Expr) -> pl.Expr:
    """The calendar month of a day, numbered so that consecutive months are consecutive numbers."""
    datum = als_datum(dagnummer).dt
    return datum.year() * 12 + datum.month().cast(pl.Int32) - 1


def _te_veel_maanden(
    lijnen: pl.LazyFrame, dagen: pl.LazyFrame, p: Regelparameters, wat: str, retourcode: str
) -> pl.LazyFrame:
    """Findings (signaal) on lines with ``dagen`` in too many calendar months of the window.

    The window ends with the month of einddatum. ``dagen`` (bsn, begin, eind) may span months and overlap.
    """
    laatste, eerste = _maand(pl.col("eind")), (pl.col("laatste") - pl.col("venster") + 1).cast(pl.Int32)
    vensters = (
        lijnen.with_columns(venster=p.waarde("venster_maanden"), toegestaan=p.waarde("max_maanden"), laatste=laatste)
        .with_columns(eerste=eerste)
        .with_columns(begin="eerste", eind="laatste")
    )
    # A month counts as a day does elsewhere: covered months of the window are covered days of an interval.
    maanden = dagen.select("bsn", begin=_maand(pl.col("begin")), eind=_maand(pl.col("eind"))).collect().lazy()
    te_veel = gedekte_dagen(vensters, maanden, ["bsn"], "maanden").filter(pl.col("maanden") > pl.col("toegestaan"))
    vanaf, tot = (pl.date(pl.col(maand) // 12, pl.col(maand) % 12 + 1, 1) for maand in ("eerste", "laatste"))
    tot = tot.dt.month_end()
    return bevinding(
        te_veel,
        zin(
            "{} {} van {} t/m {}, {} toegestaan",
            "maanden", pl.lit(wat), vanaf.dt.strftime("%d-%m-%Y"), tot.dt.strftime("%d-%m-%Y"), "toegestaan",
        ),
        retourcode,
        ernst="signaal",
        gegevens={
            "maanden": pl.col("maanden"),
            "toegestaan": pl.col("toegestaan"),
            "venster_vanaf": vanaf,
            "venster_tot_en_met": tot,
        },
    )  # fmt: skip
