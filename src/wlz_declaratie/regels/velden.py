"""VLD, part 1: what the fields of one line say by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import dag, jaar
from wlz_declaratie.basis.elfproef import rest
from wlz_declaratie.kern.begrippen import GEEN_BSN
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import een_van, gevuld, leeg, soort
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst

IN_EEN_DAG = ("etmalen", "uren", "minuten")
DEBET_OF_CREDIT = ("D", "C")
BEDRAGEN = ("bedrag", "tarief", "declaratiebedrag")
VOLGNUMMERS = 10**6
"""An AGB code is a soort of two digits, then a number of six."""


@regel("VLD-01", "BSN voldoet niet aan de elfproef", bereik="regel", retourcodes=("0435",), velden=("bsn",), leest=())
def vld_01(van: Van) -> Iterator[Uitkomst]:
    """Doet de elfproef op het bsn.

    Wat: het bsn telt negen cijfers, niet alleen nullen, en voldoet aan de elfproef. 999999999 mag: geen BSN.
    Waarom: een bsn dat niet klopt, hoort bij niemand of bij een ander.
    Voorbeeld: twee verwisselde cijfers; de elfproef vindt ze.
    Wat te doen: controleer het bsn in het cliëntdossier en verbeter de declaratieregel.
    """
    regels, bsn = van.elke_regel(), pl.col("bsn")
    yield regels.waar(bsn < 0).afkeur("0435", "bsn is leeg of telt geen negen cijfers")
    yield regels.waar(bsn == 0).afkeur("0435", "bsn bestaat uit nullen")
    yield regels.waar(bsn > 0, bsn != GEEN_BSN, rest(bsn) != 0).afkeur("0435", "bsn voldoet niet aan de elfproef")


@regel(
    "VLD-03",
    "Begin- of einddatum klopt niet",
    bereik="regel",
    retourcodes=("8007",),
    velden=("begindatum", "einddatum"),
    leest=(),
)
def vld_03(van: Van) -> Iterator[Uitkomst]:
    """Toetst de periode van de declaratieregel.

    Wat: begindatum en einddatum zijn gevuld met een bestaande datum, niet vóór {eerste_dag}, niet na de peildatum, en
    de einddatum ligt niet vóór de begindatum.
    Waarom: zonder bruikbare periode is verder niets te toetsen; andere controleregels slaan de declaratieregel over.
    Voorbeeld: einddatum 1 maart 2026 bij begindatum 2 maart 2026.
    Wat te doen: verbeter de datum. Ligt de zorg in de toekomst, declareer haar dan na afloop.
    """
    begin, eind = pl.col("begin"), pl.col("eind")
    eerste_dag, peildatum = van.dag("eerste_dag"), dag(van.pop.peildatum)
    regels = van.elke_regel().met(eerste_dag=pl.lit(eerste_dag), peildatum=pl.lit(peildatum))
    for onjuist, tekst in (
        (begin.is_null(), "begindatum ontbreekt of bestaat niet"),
        (eind.is_null(), "einddatum ontbreekt of bestaat niet"),
        (begin < eerste_dag, "begindatum {begindatum} ligt vóór {eerste_dag:datum}"),
        (eind < begin, "einddatum {einddatum} ligt vóór begindatum {begindatum}"),
        (eind > peildatum, "einddatum {einddatum} ligt na de peildatum {peildatum:datum}"),
    ):
        yield regels.waar(onjuist).afkeur("8007", tekst, "begindatum einddatum eerste_dag:datum peildatum:datum")


@regel(
    "VLD-04",
    "Einddatum na de dagtekening van de factuur",
    bereik="regel",
    retourcodes=("8178",),
    velden=("einddatum", "dagtekening"),
    kolommen=("dagtekening",),
    leest=(),
)
def vld_04(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt de einddatum met de dagtekening.

    Wat: de einddatum ligt niet na de dagtekening van de factuur.
    Waarom: zorg wordt gedeclareerd nadat zij is geleverd.
    Voorbeeld: dagtekening 30-03-2026 en einddatum 31-03-2026: één dag te vroeg gefactureerd.
    Wat te doen: factureer na afloop van de periode, of verbeter de einddatum of de dagtekening.
    """
    regels = van.elke_regel()
    yield regels.waar(pl.col("eind") > pl.col("dagtekening")).afkeur(
        "8178", "einddatum {einddatum} ligt na de dagtekening {dagtekening:datum}"
    )
    yield from regels.niet_ingevuld("dagtekening")


@regel("VLD-05", "Aantal klopt niet", bereik="regel", retourcodes=("0638",), velden=("aantal",))
def vld_05(van: Van) -> Iterator[Uitkomst]:
    """Toetst het aantal.

    Wat: het aantal is ten minste één. Het past ook in de dagen van de declaratieregel, naar de tijdseenheid op de regel
    of anders die van de prestatietabel: ten hoogste {etmalen_per_dag} etmaal, {uren_per_dag} uur of {minuten_per_dag}
    minuten per dag. Zonder bruikbare periode is alleen het minimum getoetst.
    Waarom: van iets dat per etmaal, uur of minuut gaat, zijn er nooit meer dan er in de dagen passen.
    Voorbeeld: 32 etmalen van 1 tot en met 31 maart: een te veel.
    Wat te doen: verbeter het aantal, de tijdseenheid of de periode.
    """
    regels, aantal, dagen = van.elke_regel(), pl.col("aantal"), pl.col("dagen")
    yield regels.waar(leeg("aantal")).afkeur("0638", "aantal ontbreekt of is geen geheel getal")
    yield regels.waar(aantal < 1).afkeur("0638", "aantal is {aantal}, ten minste 1 nodig")
    eenheid = pl.coalesce("tijdseenheid", "eenheid_prestatie")
    te_veel = {
        naam: (eenheid == van.vast(naam)) & (aantal > dagen * van.vast(f"{naam}_per_dag")) for naam in IN_EEN_DAG
    }
    passen_niet = regels.waar(pl.any_horizontal(te_veel.values()), dagen > 0).berekend()
    for naam, van_eenheid in te_veel.items():
        per_dag = van.vast(f"{naam}_per_dag")
        grens = "" if per_dag == 1 else ", ten hoogste {hooguit}"
        regels_met = passen_niet.waar(van_eenheid).met(hooguit=dagen * per_dag)
        yield regels_met.afkeur("0638", f"{{aantal:getal}} {naam} op {{dagen}} dagen{grens}")
    zonder_eenheid = regels.waar(leeg("tijdseenheid"), leeg("eenheid_prestatie"), ~soort("mondzorg"))
    yield from zonder_eenheid.ontoetsbaar_zonder("tijdseenheid op de regel of bij de prestatie")


@regel(
    "VLD-07",
    "Aanduiding debet of credit klopt niet",
    bereik="regel",
    retourcodes=("0631", "8064"),
    velden=("debet_credit",),
    leest=(),
)
def vld_07(van: Van) -> Iterator[Uitkomst]:
    """Toetst de aanduiding debet of credit.

    Wat: debet_credit is D of C. In een AW319-record staan twee aanduidingen; die zijn gelijk.
    Waarom: de aanduiding bepaalt of een bedrag wordt betaald of teruggenomen.
    Voorbeeld: rubriek 0427 is D en rubriek 0430 is C.
    Wat te doen: verbeter de aanduiding; laat bij AW319 de software beide rubrieken gelijk vullen.
    """
    regels = van.elke_regel()
    yield regels.waar(~een_van("debet_credit", DEBET_OF_CREDIT)).afkeur(
        "0631", "debet_credit is {debet_credit:veld}; alleen D of C mag", ""
    )
    ongelijk = pl.col("debet_credit").ne_missing(pl.col("debet_credit_2"))
    yield regels.waar(van.pop.van_soort("aw319"), ongelijk).afkeur(
        "8064", "rubriek 0427 is {debet_credit:veld} en rubriek 0430 is {debet_credit_2:veld}", ""
    )


@regel(
    "VLD-08",
    "Bedragen op de declaratieregel kloppen niet met elkaar",
    bereik="regel",
    retourcodes=("8032",),
    velden=("bedrag", "declaratiebedrag"),
    kolommen_deels=BEDRAGEN,
    leest=(),
)
def vld_08(van: Van) -> Iterator[Uitkomst]:
    """Rekent het bedrag na.

    Wat: bedrag is tarief × aantal, het declaratiebedrag is niet hoger dan het bedrag, en geen van de drie ligt onder
    nul.
    Waarom: wat gedeclareerd wordt, volgt uit tarief en aantal. Dat het wordt teruggenomen, zegt debet_credit en geen
    minteken.
    Voorbeeld: tarief 100,00, aantal 3 en bedrag 310,00: het hoort 300,00 te zijn.
    Wat te doen: bereken het bedrag opnieuw uit tarief en aantal; laat bij een creditregel het minteken weg.
    """
    if not van.pop.kolommen.intersection(BEDRAGEN):
        yield Niet("; ".join(f"kolom {naam} ontbreekt" for naam in BEDRAGEN))
        return
    regels = van.elke_regel().met(
        **{f"{naam}_cent": naam for naam in BEDRAGEN}, verwacht_cent=pl.col("tarief") * pl.col("aantal")
    )
    # What a credit line takes back, or a credit line of it names, has to stay equal to the other of the two.
    zeker = pl.col("mee") & (pl.col("tarief") >= 0) & (pl.col("aantal") > 0)
    anders = regels.waar(pl.col("bedrag_cent") != pl.col("verwacht_cent"))
    yield anders.met_voorstel("bedrag", pl.when(zeker).then("verwacht_cent")).afkeur(
        "8032",
        "bedrag is {bedrag_cent:euro}, tarief {tarief_cent:euro} × aantal {aantal:getal} is {verwacht_cent:euro}",
    )
    yield regels.waar(pl.col("declaratiebedrag_cent") > pl.col("bedrag_cent")).afkeur(
        "8032", "declaratiebedrag {declaratiebedrag_cent:euro} is hoger dan bedrag {bedrag_cent:euro}"
    )
    onder_nul = regels.waar(pl.min_horizontal(BEDRAGEN) < 0).berekend()
    for naam in BEDRAGEN:
        yield onder_nul.waar(pl.col(naam) < 0).afkeur(
            "8032", f"{naam} {{{naam}_cent:euro}} ligt onder nul; debet of credit staat in debet_credit"
        )
    for naam in BEDRAGEN:
        yield from regels.niet_ingevuld(naam)


@regel(
    "VLD-11",
    "Uitvoerder heeft geen geldige AGB-code",
    bereik="regel",
    retourcodes=("8011",),
    velden=("uitvoerder",),
    leest=(),
)
def vld_11(van: Van) -> Iterator[Uitkomst]:
    """Toetst de vorm van de AGB-code van de uitvoerder.

    Wat: acht cijfers, waarvan de eerste twee niet 00 zijn en de laatste zes niet alle nul.
    Waarom: een AGB-code is een soort zorgverlener (01–99) met een volgnummer.
    Voorbeeld: 06000000 is een soort zonder volgnummer.
    Wat te doen: neem de AGB-code over uit het AGB-register.
    """
    regels, uitvoerder = van.elke_regel(), pl.col("uitvoerder")
    yield regels.waar(uitvoerder < 0).afkeur("8011", "uitvoerder is leeg of telt geen acht cijfers")
    yield regels.waar(uitvoerder.is_between(0, VOLGNUMMERS - 1)).afkeur(
        "8011", "AGB-code van de uitvoerder begint met 00"
    )
    yield regels.waar(uitvoerder >= VOLGNUMMERS, uitvoerder % VOLGNUMMERS == 0).afkeur(
        "8011", "AGB-code van de uitvoerder eindigt op zes nullen"
    )


@regel(
    "VLD-13",
    "Besluitnummer en zzpcode of functiecode horen bij elkaar",
    bereik="regel",
    retourcodes=("8352", "8384"),
    velden=("besluitnummer", "zzpcode"),
    leest=(),
)
def vld_13(van: Van) -> Iterator[Uitkomst]:
    """Toetst of besluitnummer en profiel samen zijn gevuld.

    Wat: in een AW319 hoort bij een besluitnummer een zzpcode of een functiecode, en bij een zzpcode een
    besluitnummer.
    Waarom: het indicatiebesluit kent het profiel toe; het een zegt zonder het ander niets.
    Voorbeeld: zzpcode 755 zonder besluitnummer.
    Wat te doen: vul het besluitnummer of de zzpcode aan uit het indicatiebesluit.
    """
    if "aw319" not in van.pop.soorten:
        yield Niet("geen AW319-bericht")
        return
    regels = van.elke_regel(van.pop.van_soort("aw319"))
    yield regels.waar(leeg("zzpcode"), leeg("functiecode"), gevuld("besluitnummer")).afkeur(
        "8352", "besluitnummer zonder zzpcode of functiecode"
    )
    yield regels.waar(gevuld("zzpcode"), leeg("besluitnummer")).afkeur(
        "8384", "zzpcode {zzpcode:veld} zonder besluitnummer", ""
    )


@regel(
    "VLD-14",
    "Geboortedatum is anders dan in clienten",
    bereik="regel",
    retourcodes=("8004",),
    velden=("geboortedatum",),
    tabellen=("clienten",),
    kolommen=("geboortedatum",),
    leest=(),
)
def vld_14(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt de geboortedatum op de declaratieregel met die in de tabel clienten.

    Wat: de geboortedatum op de declaratieregel is een geboortedatum die `clienten` van dit bsn geeft.
    Waarom: bsn en geboortedatum samen laten zien dat de declaratieregel over de juiste persoon gaat.
    Voorbeeld: dag en maand zijn verwisseld.
    Wat te doen: controleer bsn en geboortedatum in het cliëntdossier.
    """
    bekend = van.tabel("clienten").select("bsn", geboren=pl.col("geboortedatum").to_physical()).drop_nulls()
    regels = van.elke_regel(pl.col("bsn") != GEEN_BSN)
    met_datum = regels.waar(gevuld("geboren"))
    yield (
        met_datum.alleen_van(bekend)
        .niet_van(bekend, ["bsn", "geboren"])
        .afkeur("8004", "geboortedatum op de declaratieregel is anders dan in de tabel clienten")
    )
    yield from regels.niet_ingevuld("geboortedatum", kolom="geboren")
    yield from met_datum.niet_van(bekend).ontoetsbaar_zonder("geboortedatum in clienten")


@regel(
    "VLD-15",
    "Prestatie en declaratieperiode beginnen in verschillende jaren",
    bereik="regel",
    ernst="signaal",
    retourcodes=("8863",),
    velden=("begindatum",),
    kolommen=("begindatum_periode",),
    leest=(),
)
def vld_15(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt het jaar van de begindatum met dat van de declaratieperiode.

    Wat: de begindatum van de declaratieregel ligt in het kalenderjaar waarin de declaratieperiode begint.
    Waarom: een declaratiebestand gaat over één kalenderjaar.
    Voorbeeld: zorg van december 2025 in het bestand over januari 2026.
    Wat te doen: zet de declaratieregel in een bestand over het eigen jaar, als het zorgkantoor daarom vraagt.
    """
    regels = van.elke_regel().met(
        jaar=jaar("begin"),
        jaar_periode=jaar("periode_begin"),
        begindatum_periode="periode_begin",
    )
    yield regels.waar(pl.col("jaar") != pl.col("jaar_periode")).signaal(
        "8863",
        "begindatum in {jaar}, declaratieperiode begint in {jaar_periode}",
        "begindatum begindatum_periode:datum",
    )
    yield from regels.niet_ingevuld("begindatum_periode")
