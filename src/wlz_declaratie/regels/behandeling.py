"""BEH: treatment beside a package, by consult (H335, H336) or otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from wlz_declaratie.basis.dagen import datum_tekst
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.regel import KENMERKEN, regel
from wlz_declaratie.kern.taal.kiezen import PAKKET, code, een_van, gevuld, profiel, profielcode, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.pakket import tijdens_pakket
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.taal.venster import VENSTER, VENSTERGEGEVENS, dagen_van_beide, in_te_veel_maanden
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst

KOLOMMEN = (
    *("rij", "batch", "bestandnr", "regelnummer", "volgorde", "bsn", "uitvoerder", "prestatiecode"),
    *("begin", "eind", "sector", "overbrugging"),
)
"""What is compared of treatment and package lines."""
BEHANDELING = soort("behandeling")
GGZ = pl.col("sector").str.starts_with("ggz").fill_null(False)


def _pakketten(van: Van, behandeling: str, naast: Lijnen) -> Lijnen:
    """The packages incl. or excl. behandeling of the clients of ``naast``.

    Beside a GGZ package excl. behandeling treatment is delivered apart as a matter of course: B0 §4.1 and B1 §2.1
    speak of V&V and GZ only.
    """
    pakket = van.lijnen(PAKKET, een_van("behandeling", [behandeling]))
    if behandeling == "excl":
        pakket = pakket.waar(~GGZ)
    return pakket.kolommen(*KOLOMMEN).alleen_van(naast).berekend()


def _per_vrijstelling(
    lijnen: Lijnen, pakket: Lijnen, ambulante_start: Sequence[str]
) -> Iterator[tuple[Lijnen, Lijnen]]:
    """Treatment lines with the package lines that count for them.

    A bridging line does not count for treatment that may start ambulatory while its client waits for a place.
    """
    start = code(*ambulante_start)
    yield lijnen.waar(~start), pakket
    yield lijnen.waar(start), pakket.waar(~pl.col("overbrugging"))


@regel(
    "BEH-01",
    "Behandeling naast een pakket inclusief behandeling",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0634",),
    leest=(KENMERKEN, "indicaties"),
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
    behandeling = van.lijnen(BEHANDELING, van.p.geldig()).kolommen(*KOLOMMEN).berekend()
    inclusief = _pakketten(van, "incl", naast=behandeling)
    for getoetst, pakket in _per_vrijstelling(behandeling, inclusief, van.vast("ambulante_start")):
        yield from tijdens_pakket(getoetst, pakket, "0634", "pakketdagen inclusief behandeling")


@regel(
    "BEH-02",
    "Behandeling naast een pakket exclusief behandeling zonder toestemming of consult",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0551", "0634"),
    tabellen_deels=("machtigingen",),
    kolommen_deels=("zzpcode",),
    leest=(KENMERKEN, "indicaties"),
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
    consult = code(*van.vast("consulten"))
    van_zg = code(*van.vast("zg_behandeling")) & profiel(*van.vast("zg_profielen"))
    behandeling = van.batch(BEHANDELING, ~consult, ~van_zg).kolommen(*KOLOMMEN).berekend()
    exclusief = _pakketten(van, "excl", naast=behandeling)
    ambulante_start = van.vast("ambulante_start")
    # Where there is no number of days to look back, a machtiging was asked.
    met_machtiging = van.waarde("terugkijk_dagen").is_null()
    if van.heeft("machtigingen"):
        van_sector = exclusief.waar(pl.col("sector") == van.vast("sector_met_machtiging"))
        for getoetst, pakket in _per_vrijstelling(behandeling.waar(met_machtiging), van_sector, ambulante_start):
            yield _zonder_machtiging(van, getoetst.deelt_dag_met(pakket))
    consulten = van.lijnen(BEHANDELING, consult)
    for getoetst, pakket in _per_vrijstelling(behandeling.waar(~met_machtiging), exclusief, ambulante_start):
        yield _zonder_consult(van, getoetst.deelt_dag_met(pakket), consulten)


def _zonder_machtiging(van: Van, behandeling: Lijnen) -> pl.LazyFrame:
    return (
        behandeling.gedekt(van.tabel("machtigingen"), ["bsn", "prestatiecode"], "gemachtigd")
        .waar(pl.col("gemachtigd") < pl.col("dagen"))
        .met(pakketdagen="gedeeld")
        .afkeur(
            "0551",
            "{gemachtigd} van {dagen} dagen gemachtigd voor {prestatiecode} naast een pakket exclusief behandeling: "
            "{ander}",
            "gemachtigd dagen pakketdagen ander",
        )
    )


def _zonder_consult(van: Van, behandeling: Lijnen, consulten: Lijnen) -> pl.LazyFrame:
    """Lines without a consult begun in the days before, up to and including einddatum."""
    begonnen = consulten.frame.select("bsn", laatste_consult="begin")
    vanaf = (pl.col("eind") - van.waarde("terugkijk_dagen")).cast(pl.Int32)
    laatste = zin("; het laatste begon {}", datum_tekst(pl.col("laatste_consult")))
    return (
        behandeling.laatst_begonnen(begonnen, "laatste_consult", tot="eind")
        .met(consult_vanaf=vanaf, consult_tot_en_met="eind", pakketdagen="gedeeld")
        .waar((pl.col("laatste_consult") < pl.col("consult_vanaf")).fill_null(True))
        .met(laatste=laatste.fill_null(""))
        .signaal(
            "0634",
            "geen H335 of H336 begonnen van {consult_vanaf:datum} t/m {consult_tot_en_met:datum}{laatste:tekst}; "
            "pakket exclusief behandeling: {ander}",
            "consult_vanaf:datum consult_tot_en_met:datum laatste_consult:datum pakketdagen ander",
        )
    )


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
    so, avg = (van.lijnen(BEHANDELING, code(van.vast(consult))).berekend() for consult in ("consult_so", "consult_avg"))
    for consulten, andere in ((so, avg), (avg, so)):
        yield (
            consulten.van_batch()
            .deelt_dag_met(andere)
            .met(gedeelde_dagen="gedeeld")
            .signaal("0634", "{gedeelde_dagen} van {dagen} dagen ook {ander}", "dagen gedeelde_dagen ander")
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
    yield (
        van.batch(BEHANDELING)
        .zonder_kenmerk("behandeling")
        .met(op="begin")
        .afkeur("0562", "{prestatiecode} vraagt het kenmerk behandeling; de uitvoerder heeft dat niet op {op:datum}")
    )


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
    velden = ("zzpcode", "besluitnummer")
    if not van.pop.kolommen.intersection(velden):
        yield Niet(f"kolommen {' en '.join(velden)} ontbreken")
        return
    gevulde = [pl.when(gevuld(veld)).then(pl.lit(veld)) for veld in velden]
    yield (
        van.batch(soort("subsidie"), gevuld("zzpcode") | gevuld("besluitnummer"))
        .met(
            gevuld=pl.concat_str(gevulde, separator=" en ", ignore_nulls=True),
            zzpcode_gevuld=gevuld("zzpcode"),
            besluitnummer_gevuld=gevuld("besluitnummer"),
        )
        .afkeur(
            "8866",
            "{prestatiecode} is voor mensen zonder Wlz-indicatie; gevuld: {gevuld}",
            "zzpcode_gevuld besluitnummer_gevuld",
        )
    )


@regel(
    "BEH-06",
    "Structurele behandeling naast een pakket exclusief behandeling",
    bereik="client",
    ernst="signaal",
    retourcodes=("0584",),
    leest=(KENMERKEN, "indicaties"),
)
def beh_06(van: Van) -> Iterator[Uitkomst]:
    """Telt de maanden met behandeling naast een pakket exclusief behandeling.

    Wat: in meer dan {max_maanden} van de {venster_maanden} kalendermaanden tot en met die van de einddatum was er
    een dag met zowel behandeling (ook consulten) als een pakket exclusief behandeling van dezelfde cliënt.
    Waarom: behandeling naast zo'n pakket is bedoeld als tijdelijk.
    Voorbeeld: H335 in elke maand van januari tot en met juli bij Z041: juli is de zevende maand.
    Wat te doen: bespreek met de zorginkoper een pakket inclusief behandeling.
    """
    behandeling = van.lijnen(BEHANDELING).kolommen(*KOLOMMEN).berekend()
    exclusief = _pakketten(van, "excl", naast=behandeling)
    naast_pakket = behandeling.van_batch().deelt_dag_met(exclusief)
    dagen = dagen_van_beide(behandeling.alleen_van(naast_pakket), exclusief.alleen_van(naast_pakket))
    yield in_te_veel_maanden(van, naast_pakket, dagen).signaal(
        "0584", f"{{maanden}} maanden behandeling naast een pakket exclusief behandeling {VENSTER}", VENSTERGEGEVENS
    )


@regel(
    "BEH-07",
    "Behandeling ZG bij een ander profiel of te lang",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8866",),
    kolommen=("zzpcode",),
    leest=(KENMERKEN, "indicaties"),
)
def beh_07(van: Van) -> Iterator[Uitkomst]:
    """Toetst het profiel bij behandeling van een zintuiglijke handicap.

    Wat: H332 en H333 met een profiel buiten ZG worden afgekeurd. Met ZGvis1 of ZGvis2 in meer dan {max_maanden}
    van de {venster_maanden} kalendermaanden tot en met die van de einddatum is het een signaal.
    Waarom: bij een ander profiel betaalt de Zvw deze behandeling; bij ZGvis1 en ZGvis2 zit zij niet in het
    pakket en is zij tijdelijk.
    Voorbeeld: H332 met zzpcode 754 (VV5) wordt afgekeurd.
    Wat te doen: declareer bij de zorgverzekeraar, of vraag bij blijvende behandeling een herindicatie aan.
    """
    zg = van.lijnen(BEHANDELING, code(*van.vast("zg_behandeling"))).berekend()
    yield (
        zg.van_batch()
        .waar(gevuld("zzpcode"), ~profiel(*van.vast("zg_profielen")))
        .afkeur("8866", "{prestatiecode} met zzpcode {zzpcode}, geen ZG-profiel: de Zvw betaalt")
    )
    tijdelijk = zg.waar(profielcode(*van.vast("zonder_behandeling")))
    yield in_te_veel_maanden(van, tijdelijk.van_batch(), tijdelijk.frame).signaal(
        "8866", f"{{maanden}} maanden behandeling ZG bij ZGvis1 of ZGvis2 {VENSTER}", VENSTERGEGEVENS
    )
