"""VRB: packages (verblijf and vpt) and what goes together with them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import buiten
from wlz_declaratie.kern.regel import PROFIEL, Telling, regel
from wlz_declaratie.kern.taal.kiezen import PAKKET, VERBLIJF, ZORGVORM, code, een_van, profielcode, soort, vorm
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.pakket import tijdens_pakket
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.taal.zinnen import ZONDER_BEHANDELING
from wlz_declaratie.kern.uitkomst import Uitkomst
from wlz_declaratie.regels.deeltijdverblijf import deeltijddagen, zonder_deeltijdverblijf

GENOEMD = (
    *("rij", "batch", "bestandnr", "regelnummer", "volgorde", "bsn", "uitvoerder", "prestatiecode", "soort"),
    *("begin", "eind", "dagen"),
)
"""What findings about two lines need of them; to sort and join few columns is faster."""


def _naast_elkaar(van: Van, zorg: pl.Expr) -> tuple[Lijnen, Lijnen]:
    """The lines of ``zorg`` on which the rule is in force and the package lines, of clients that have both: few."""
    getoetst = van.lijnen(van.p.te_toetsen(), zorg).kolommen(*GENOEMD).getoetst()
    pakket = van.lijnen(PAKKET).kolommen(*GENOEMD).alleen_van(getoetst).berekend()
    return getoetst.alleen_van(pakket).berekend(), pakket


@regel(
    "VRB-01",
    "Twee pakketten op dezelfde dag",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8216",),
    velden=("begindatum", "einddatum"),
    tabellen_deels=("toewijzingen",),
)
def vrb_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt pakketten van één cliënt die elkaar overlappen.

    Wat: twee pakketregels (verblijf, lvhc, O-prestatie of vpt) van dezelfde cliënt delen geen dag. De latere
    declaratieregel wordt afgekeurd; een regel van de batch is altijd later dan een van de historie. Op een verhuisdag
    is het een signaal: één gedeelde dag, de laatste van de ene en de eerste van de andere regel, bij twee uitvoerders.
    Op dagen met een toewijzing deeltijdverblijf, vanaf {deeltijdverblijf_vanaf}, mag verblijf naast vpt; twee keer
    verblijf mag ook dan niet.
    Waarom: een pakket is de volledige zorg van die dag en wordt maar één keer betaald.
    Voorbeeld: Z041 over heel maart en V041 vanaf 20 maart: de declaratieregel die op 20 maart begint, wordt afgekeurd.
    Wat te doen: verkort de declaratieregel die niet klopt, of crediteer eerst wat al is gedeclareerd; spreek bij een
    verhuizing af wie de dag declareert.
    """
    pakket = van.lijnen(PAKKET).kolommen(*GENOEMD).getoetst()
    dubbel, vrij = pakket.deelt_dag_met_eerdere(), deeltijddagen(van)
    yield from _dubbele(dubbel.niet_van(vrij))
    onder = dubbel.alleen_van(vrij).berekend()
    if onder.aantal():
        # A stay and a vpt go together on these days, two of the same kind on none.
        van_hen = pakket.alleen_van(onder).berekend()
        yield from _dubbele(van_hen.waar(VERBLIJF).deelt_dag_met_eerdere())
        yield from _dubbele(van_hen.waar(~VERBLIJF).deelt_dag_met_eerdere())
        yield from _dubbele(van_hen.deelt_dag_met_eerdere(behalve=vrij))


def _dubbele(lijnen: Lijnen) -> Iterator[Uitkomst]:
    dubbel, gegevens = lijnen.van_batch(), "gedeelde_dagen gedeeld_van:datum gedeeld_tot:datum dagen ander"
    yield dubbel.waar(~pl.col("verhuisdag")).afkeur(
        "8216",
        "{gedeelde_dagen} van {dagen} dagen overlappen ({gedeeld_van:datum} t/m {gedeeld_tot:datum}) met {ander}",
        gegevens,
    )
    yield dubbel.waar("verhuisdag").signaal("8216", "verhuisdag {gedeeld_van:datum} staat ook op {ander}", gegevens)


@regel(
    "VRB-02",
    "Module of dagbesteding tijdens een pakket",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8827",),
    tabellen_deels=("toewijzingen",),
)
def vrb_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt modules, dagbesteding en haar vervoer op dagen waarop de cliënt een pakket heeft.

    Wat: een module of dagbesteding, en vervoer bij dagbesteding (prestatiegroep {vervoergroepen} van de koppeltabel),
    valt niet op een dag van een pakket (verblijf, lvhc, O-prestatie of vpt) van dezelfde cliënt, bij wie ook. De eerste
    en de laatste dag van een ononderbroken reeks pakketdagen tellen niet mee, en dagen verblijf met een toewijzing
    deeltijdverblijf, vanaf {deeltijdverblijf_vanaf}, ook niet. Vallen alle dagen van de declaratieregel op zulke dagen,
    dan wordt zij afgekeurd; vallen er enkele op, of is het vervoer, dan is het een signaal. Een eerder gedeclareerde
    module die nu op een pakket blijkt te vallen, geeft een signaal op het pakket.
    Waarom: een pakket is compleet; modules, losse dagbesteding en het vervoer erheen zijn voor wie een mpt heeft.
    Voorbeeld: H126 van 5 tot en met 9 maart tijdens verblijf van 1 tot en met 31 maart wordt afgekeurd.
    Wat te doen: haal de module weg, of controleer de periode van het pakket.
    """
    vervoer = code(*van.pop.codes.van_groep(*van.vast("vervoergroepen")))
    losse_zorg = soort("module", "dagbesteding") | (soort("vervoer") & vervoer)
    getoetst, pakket = _naast_elkaar(van, losse_zorg)
    pakket = zonder_deeltijdverblijf(van, pakket.zonder_randen())
    dagen = "pakketdagen (zonder de eerste en laatste van het verblijf)"
    yield from tijdens_pakket(getoetst, pakket, "8827", dagen, nooit_afkeur=vervoer)


@regel(
    "VRB-03",
    "Schoonmaak tijdens een pakket",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0634",),
    tabellen_deels=("toewijzingen",),
    kolommen_deels=("leveringsvorm",),
)
def vrb_03(van: Van) -> Iterator[Uitkomst]:
    """Zoekt schoonmaak op dagen waarop de cliënt een pakket heeft, of met een andere leveringsvorm dan mpt.

    Wat: schoonmaak (H117) valt niet op een dag van een pakket (verblijf, lvhc, O-prestatie of vpt) van dezelfde cliënt,
    bij wie ook; dagen verblijf met een toewijzing deeltijdverblijf, vanaf {deeltijdverblijf_vanaf}, tellen niet mee.
    Vallen alle dagen van de declaratieregel op pakketdagen, dan wordt zij afgekeurd; vallen er enkele op, dan is het
    een signaal. Eerder gedeclareerde schoonmaak die nu op een pakket blijkt te vallen, geeft een signaal op het pakket.
    Noemt de regel zelf leveringsvorm verblijf, vpt of pgb, dan wordt zij ook afgekeurd.
    Waarom: schoonmaak zit al in het pakket; alleen bij een mpt is zij een losse module.
    Voorbeeld: H117 van 1 tot en met 31 maart bij V041 over dezelfde maand wordt afgekeurd.
    Wat te doen: haal de schoonmaak weg, of controleer de periode van het pakket.
    """
    getoetst, pakket = _naast_elkaar(van, soort("schoonmaak"))
    yield from tijdens_pakket(getoetst, zonder_deeltijdverblijf(van, pakket), "0634", "pakketdagen")
    # Of a code that begins otherwise only the column can say these.
    genoemd = vorm("verblijf", "vpt", "pgb") & ~pl.col("prestatiecode").str.contains("^[ZV]")
    yield van.batch(soort("schoonmaak"), genoemd).afkeur(
        "0634", "schoonmaak met leveringsvorm {leveringsvorm}; alleen bij mpt is zij een losse prestatie"
    )


@regel(
    "VRB-04",
    "Laag V&V-profiel na het overgangsrecht",
    bereik="client",
    ernst="signaal",
    retourcodes=("8229",),
    tabellen_deels=("indicaties", "toewijzingen"),
    een_van=(PROFIEL, ("tabel indicaties", "tabel toewijzingen")),
)
def vrb_04(van: Van) -> Iterator[Uitkomst]:
    """Zoekt lage V&V-profielen op een indicatie of toewijzing van na het overgangsrecht.

    Wat: bij een pakketregel, module, dagbesteding of schoonmaak met profiel VV1, VV2 of VV3 is de indicatie met dat
    profiel die op de begindatum loopt, uiterlijk op {overgangsrecht_tot_en_met} begonnen; bij een pakketregel ook de
    toewijzing van zijn leveringsvorm aan deze uitvoerder. Lopen er meer, dan telt een die later begon.
    Waarom: lage zzp's worden niet meer afgegeven; alleen wie het overgangsrecht had, houdt ze.
    Voorbeeld: Z031 met zzpcode 752 op een indicatie van 1 februari 2016 is een signaal.
    Wat te doen: controleer de zzpcode van de declaratieregel en de ingangsdatum van indicatie en toewijzing.
    """
    laatste_dag = van.dag("overgangsrecht_tot_en_met")
    later = pl.col("begin") > laatste_dag
    kolommen = "rij", "bsn", "uitvoerder", "soort", "leveringsvorm", "profielcode", "begin", "eind"
    zorg = van.batch(PAKKET | ZORGVORM).kolommen(*kolommen)
    laag = (
        zorg.waar(profielcode(*van.vast("profielen")))
        .met(zzpcode="profielcode", overgangsrecht_tot_en_met=pl.lit(laatste_dag))
        .berekend()
        .getoetst()
    )
    na = "na {overgangsrecht_tot_en_met:datum} niet meer afgegeven"
    if van.heeft("indicaties"):
        indicaties, per = van.tabel("indicaties").filter(later), ["bsn", "zzpcode"]
        yield (
            laag.met_op_begin(indicaties, per)
            .met(indicatie_vanaf="laatste_van")
            .met_rij("indicatie", indicaties, per)
            .signaal("8229", "zzpcode {zzpcode} op een indicatie van {indicatie_vanaf:datum}{indicatie:rij}; " + na)
        )
    if van.heeft("toewijzingen"):
        vormen = {v: van.vast(f"toegewezen_{v}") for v in ("verblijf", "vpt")}
        for naam, codes in vormen.items():
            toewijzingen, per = van.toewijzingen(later, een_van("leveringsvorm", codes)), ["bsn", "uitvoerder"]
            yield (
                laag.waar(PAKKET, vorm(naam))
                .met_op_begin(toewijzingen, per)
                .met(toewijzing_vanaf="laatste_van")
                .met_rij("toewijzing", toewijzingen, per)
                .signaal(
                    "8229",
                    "zzpcode {zzpcode} op een toewijzing {leveringsvorm} van {toewijzing_vanaf:datum}{toewijzing:rij}; "
                    + na,
                    "zzpcode toewijzing_vanaf:datum overgangsrecht_tot_en_met:datum",
                )
            )
    yield from zorg.zonder_profiel()


@regel(
    "VRB-05",
    "VV9b zonder behandeling",
    bereik="regel",
    ernst=("afkeur", "signaal"),
    retourcodes=("0562",),
    tabellen_deels=("aanbieders",),
)
def vrb_05(van: Van) -> Iterator[Uitkomst]:
    """Toetst of VV9b geleverd wordt waar behandeling is.

    Wat: bij Z095, Z097, V095 en V097 heeft de uitvoerder op de begindatum het kenmerk behandeling. Heeft hij
    dat, dan zijn Z095 en V095, die exclusief behandeling zijn, nog een signaal.
    Waarom: VV9b is herstelgerichte behandeling en kan alleen waar behandeling wordt geboden.
    Voorbeeld: Z095 van een uitvoerder met behandeling is een signaal, Z097 niet.
    Wat te doen: laat het kenmerk in `aanbieders` aanpassen, of declareer Z097 of V097.
    """
    vv9b = van.batch(PAKKET, code(*van.vast("codes")))
    if van.heeft("aanbieders"):
        yield vv9b.zonder_kenmerk("behandeling").afkeur("0562", ZONDER_BEHANDELING)
    yield vv9b.waar(code(*van.vast("zonder_behandeling"))).signaal(
        "0562", "{prestatiecode} is exclusief behandeling; VV9b is herstelgerichte behandeling"
    )


@regel(
    "VRB-06",
    "VV10 langer dan drie maanden",
    bereik="client",
    ernst="signaal",
    retourcodes=("0584",),
    telt=Telling("dagen", PAKKET, "dagen_vv10"),
)
def vrb_06(van: Van) -> Iterator[Uitkomst]:
    """Telt de dagen met VV10.

    Wat: alle dagen van de cliënt met Z101, Z103, V101 of V103 tellen op, ook die van eerdere batches en andere
    uitvoerders. Boven {max_dagen} dagen is elke declaratieregel een signaal.
    Waarom: VV10 is voor de laatste levensfase, bij een levensverwachting van minder dan drie maanden.
    Voorbeeld: 90 dagen in de historie en 31 in deze batch zijn 121: een signaal.
    Wat te doen: ga na of de cliënt nog aan de voorwaarden voldoet, en leg de verklaring van de arts vast.
    """
    geteld = van.lijnen(PAKKET, code(*van.vast("codes"))).opgeteld(als="dagen_vv10").van_batch()
    yield (
        geteld.met(grens=van.waarde("max_dagen"))
        .getoetst("{dagen_vv10} van {grens} dagen VV10")
        .waar(pl.col("dagen_vv10") > pl.col("grens"))
        .signaal(
            "0584",
            "{dagen_vv10} dagen VV10 tot en met deze declaratieregel; de grens is {grens}",
            "dagen_vv10 grens dagen",
        )
    )


@regel(
    "VRB-08",
    "Zorg na overlijden",
    bereik="regel",
    retourcodes=("0328",),
    velden=("begindatum", "einddatum"),
    tabellen=("clienten.overlijdensdatum",),
)
def vrb_08(van: Van) -> Iterator[Uitkomst]:
    """Zoekt dagen na de overlijdensdatum.

    Wat: een declaratieregel eindigt uiterlijk op de overlijdensdatum die in de tabel `clienten` staat; alleen
    mutatiedagen mogen daarna. Een regel van een cliënt die niet in die tabel staat, is niet te toetsen.
    Waarom: na het overlijden is er geen zorg; de lege plaats gaat met mutatiedagen.
    Voorbeeld: overleden op 10 maart en verblijf tot en met 12 maart: 2 dagen te veel.
    Wat te doen: laat de declaratieregel eindigen op de dag van overlijden, of verbeter de datum in `clienten`.
    """
    clienten = van.tabel("clienten").select("bsn", overlijdensdatum=pl.col("overlijdensdatum").to_physical())
    zorg = van.batch(~soort("mutatiedag"))
    yield from zorg.niet_van(clienten).ontoetsbaar_zonder("cliënt in tabel clienten")
    overleden = clienten.drop_nulls().group_by("bsn").agg(pl.max("overlijdensdatum"))
    yield (
        zorg.met_velden(overleden, ["bsn"])
        .waar(pl.col("eind") > pl.col("overlijdensdatum"))
        .met(dagen_erna=pl.col("eind") - pl.max_horizontal("overlijdensdatum", pl.col("begin") - 1))
        .afkeur(
            "0328",
            "{dagen_erna} van {dagen} dagen na het overlijden; de laatste dag die mag is {overlijdensdatum:datum}",
            "dagen_erna dagen overlijdensdatum:datum",
        )
    )


@regel(
    "VRB-09",
    "Pakket naast een pgb",
    bereik="client",
    ernst="signaal",
    retourcodes=("0634",),
    tabellen_deels=("pgb", "toewijzingen"),
    een_van=(("tabel pgb", "tabel toewijzingen"),),
)
def vrb_09(van: Van) -> Iterator[Uitkomst]:
    """Zoekt pakketdagen van een cliënt die dan een pgb heeft.

    Wat: een pakketregel (verblijf, lvhc, O-prestatie of vpt) deelt geen dag met een pgb van de cliënt, in de tabel
    `pgb` of in een toewijzing pgb, op welk profiel ook. Dagen verblijf met een toewijzing deeltijdverblijf, vanaf
    {deeltijdverblijf_vanaf}, tellen niet mee.
    Waarom: een pgb gaat alleen samen met een mpt; naast een pakket wordt dezelfde zorg twee keer betaald.
    Voorbeeld: Z041 over heel maart en een pgb tot en met 10 maart: 10 dagen.
    Wat te doen: ga na of het pgb op tijd is beëindigd, of het pakket te vroeg begint.
    """
    pgb, vrij = van.pgbdagen().drop_nulls("bsn"), deeltijddagen(van)
    pakket = van.batch(PAKKET).kolommen(*GENOEMD).alleen_van(pgb).berekend()
    naast_verblijf = buiten(pgb, vrij, "bsn")
    for lijnen, dagen in ((pakket.waar(VERBLIJF), naast_verblijf), (pakket.waar(~VERBLIJF), pgb)):
        yield (
            lijnen.gedekt(dagen, als="pgbdagen")
            .waar(pl.col("pgbdagen") > 0)
            .met_rij("pgb", dagen)
            .signaal(
                "0634",
                "op {pgbdagen} van {dagen} dagen heeft de cliënt een pgb{pgb:rij}; dat gaat alleen samen met mpt",
            )
        )
