"""VLD, part 1: what the fields of one line say by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, dag
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.begrippen import GEEN_BSN
from wlz_declaratie.kern.oud import bevinding, datum_tekst, deels_zonder, euro_tekst, veld_tekst
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst

DEBET_OF_CREDIT = ("D", "C")
ELF = 11


def _getoetst(pop: Populatie, p: Regelparameters) -> pl.LazyFrame:
    """What VLD looks at: every line of the batch, also credit lines and lines without a usable period."""
    return pop.alle.filter("batch", p.geldig())


def _elfproef() -> pl.Expr:
    """The eleven-test: 9 × the first digit + … + 2 × the eighth − the ninth is a multiple of 11."""
    bsn = pl.col("bsn")
    som = pl.sum_horizontal(bsn // 10**macht % 10 * (macht + 1) for macht in range(8, 0, -1)) - bsn % 10
    return som % ELF == 0


@regel("VLD-01", "BSN voldoet niet aan de elfproef", bereik="regel", retourcodes=("0435",))
def vld_01(van: Van) -> Iterator[Uitkomst]:
    """Doet de elfproef op het bsn.

    Wat: het bsn telt negen cijfers, niet alleen nullen, en voldoet aan de elfproef. 999999999 mag: geen BSN.
    Waarom: een bsn dat niet klopt, hoort bij niemand of bij een ander.
    Voorbeeld: twee verwisselde cijfers; de elfproef vindt ze.
    Wat te doen: controleer het bsn in het cliëntdossier en verbeter de regel.
    """
    pop, p = van.pop, van.p
    bsn = pl.col("bsn")
    yield bevinding(
        _getoetst(pop, p).filter(bsn != GEEN_BSN, (bsn <= 0) | ~_elfproef()),
        pl.when(bsn < 0)
        .then(pl.lit("bsn is leeg of telt geen negen cijfers"))
        .when(bsn == 0)
        .then(pl.lit("bsn bestaat uit nullen"))
        .otherwise(pl.lit("bsn voldoet niet aan de elfproef")),
        "0435",
    )


@regel("VLD-03", "Begin- of einddatum klopt niet", bereik="regel", retourcodes=("8007",))
def vld_03(van: Van) -> Iterator[Uitkomst]:
    """Toetst de periode van de regel.

    Wat: begindatum en einddatum zijn gevuld met een bestaande datum, niet vóór 2013, niet na de peildatum, en
    de einddatum ligt niet vóór de begindatum.
    Waarom: zonder bruikbare periode is verder niets te toetsen; andere regels slaan de declaratieregel over.
    Voorbeeld: begindatum 31-04-2026 bestaat niet.
    Wat te doen: verbeter de datum. Ligt de zorg in de toekomst, declareer haar dan na afloop.
    """
    pop, p = van.pop, van.p
    begin, eind = pl.col("begin"), pl.col("eind")
    eerste, peildatum = pl.lit(dag(p.dagwaarde("eerste_dag"))), pl.lit(dag(pop.peildatum))
    oordeel = (
        pl.when(begin.is_null())
        .then(pl.lit("begindatum ontbreekt of bestaat niet"))
        .when(eind.is_null())
        .then(pl.lit("einddatum ontbreekt of bestaat niet"))
        .when(begin < eerste)
        .then(zin("begindatum {} ligt vóór {}", datum_tekst(begin), datum_tekst(eerste)))
        .when(eind < begin)
        .then(zin("einddatum {} ligt vóór begindatum {}", datum_tekst(eind), datum_tekst(begin)))
        .when(eind > peildatum)
        .then(zin("einddatum {} ligt na de peildatum {}", datum_tekst(eind), datum_tekst(peildatum)))
    )
    in_orde = begin.is_between(eerste, eind) & (eind <= peildatum)
    yield bevinding(
        _getoetst(pop, p).filter(~in_orde.fill_null(False)),
        oordeel,
        "8007",
        gegevens={
            "begindatum": als_datum(begin),
            "einddatum": als_datum(eind),
            "eerste_dag": als_datum(eerste),
            "peildatum": als_datum(peildatum),
        },
    )


@regel(
    "VLD-04",
    "Einddatum na de dagtekening van de factuur",
    bereik="regel",
    retourcodes=("8178",),
    kolommen=("dagtekening",),
)
def vld_04(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt de einddatum met de dagtekening.

    Wat: de einddatum ligt niet na de dagtekening van de factuur.
    Waarom: zorg wordt gedeclareerd nadat zij is geleverd.
    Voorbeeld: dagtekening 30-03-2026 en einddatum 31-03-2026: één dag te vroeg gefactureerd.
    Wat te doen: factureer na afloop van de periode, of verbeter de einddatum of de dagtekening.
    """
    pop, p = van.pop, van.p
    lijnen = _getoetst(pop, p)
    yield bevinding(
        lijnen.filter(pl.col("eind") > pl.col("dagtekening")),
        zin(
            "einddatum {} ligt na de dagtekening {}",
            datum_tekst(pl.col("eind")),
            datum_tekst(pl.col("dagtekening")),
        ),
        "8178",
        gegevens={"einddatum": als_datum(pl.col("eind")), "dagtekening": als_datum(pl.col("dagtekening"))},
    )
    zonder = lijnen.filter(pop.met_kolommen("dagtekening"), pl.col("dagtekening").is_null())
    yield from deels_zonder(zonder, "dagtekening")


@regel("VLD-05", "Aantal klopt niet", bereik="regel", retourcodes=("0638",))
def vld_05(van: Van) -> Iterator[Uitkomst]:
    """Toetst het aantal.

    Wat: het aantal is ten minste 1. Telt de prestatie in etmalen, volgens de regel of anders volgens de
    prestatietabel, dan is het aantal niet hoger dan het aantal dagen van de regel.
    Waarom: van iets dat per etmaal gaat, zijn er nooit meer dan dagen.
    Voorbeeld: 32 etmalen van 1 tot en met 31 maart: een te veel.
    Wat te doen: verbeter het aantal of de periode.
    """
    pop, p = van.pop, van.p
    lijnen, aantal = _getoetst(pop, p), pl.col("aantal")
    eenheid, dagen = pl.coalesce("tijdseenheid", "eenheid_prestatie"), pl.col("dagen").clip(0)
    yield bevinding(
        lijnen.filter(aantal.is_null()), pl.lit("aantal ontbreekt of is geen geheel getal"), "0638",
    )  # fmt: skip
    yield bevinding(
        lijnen.filter(aantal < 1),
        zin("aantal is {}, ten minste 1 nodig", aantal),
        "0638",
        gegevens={"aantal": aantal},
    )
    yield bevinding(
        lijnen.filter(eenheid == p.vast("etmaal"), aantal > dagen),
        zin("{} etmalen op {} dagen", aantal, dagen),
        "0638",
        gegevens={"aantal": aantal, "dagen": dagen},
    )
    zonder_eenheid = lijnen.filter(eenheid.is_null(), pl.col("soort").ne_missing("mondzorg"))
    yield from deels_zonder(zonder_eenheid, "tijdseenheid op de regel of bij de prestatie")


@regel("VLD-07", "Aanduiding debet of credit klopt niet", bereik="regel", retourcodes=("0631", "8064"))
def vld_07(van: Van) -> Iterator[Uitkomst]:
    """Toetst de aanduiding debet of credit.

    Wat: debet_credit is D of C. In een AW319-record staan twee aanduidingen; die zijn gelijk.
    Waarom: de aanduiding bepaalt of een bedrag wordt betaald of teruggenomen.
    Voorbeeld: rubriek 0427 is D en rubriek 0430 is C.
    Wat te doen: verbeter de aanduiding; laat bij AW319 de software beide rubrieken gelijk vullen.
    """
    pop, p = van.pop, van.p
    lijnen = _getoetst(pop, p)
    yield bevinding(
        lijnen.filter(~pl.col("debet_credit").is_in(DEBET_OF_CREDIT).fill_null(False)),
        zin("debet_credit is {}; alleen D of C mag", veld_tekst("debet_credit")),
        "0631",
    )
    yield bevinding(
        lijnen.filter(pop.van_soort("aw319"), pl.col("debet_credit").ne_missing(pl.col("debet_credit_2"))),
        zin(
            "rubriek 0427 is {} en rubriek 0430 is {}",
            veld_tekst("debet_credit"),
            veld_tekst("debet_credit_2"),
        ),
        "8064",
    )


@regel(
    "VLD-08",
    "Bedragen op de regel kloppen niet met elkaar",
    bereik="regel",
    retourcodes=("8032",),
    kolommen=("bedrag",),
    kolommen_deels=("tarief", "declaratiebedrag"),
)
def vld_08(van: Van) -> Iterator[Uitkomst]:
    """Rekent het bedrag na.

    Wat: bedrag is tarief × aantal, en het declaratiebedrag is niet hoger dan het bedrag.
    Waarom: wat gedeclareerd wordt, volgt uit tarief en aantal.
    Voorbeeld: tarief 100,00, aantal 3 en bedrag 310,00: het hoort 300,00 te zijn.
    Wat te doen: bereken het bedrag opnieuw uit tarief en aantal.
    """
    pop, p = van.pop, van.p
    if not pop.kolommen.intersection(("tarief", "declaratiebedrag")):
        yield Niet("kolom tarief ontbreekt; kolom declaratiebedrag ontbreekt")
        return
    lijnen = _getoetst(pop, p)
    tarief, aantal, bedrag = pl.col("tarief"), pl.col("aantal"), pl.col("bedrag")
    declaratiebedrag = pl.col("declaratiebedrag")
    yield bevinding(
        lijnen.filter(bedrag != tarief * aantal),
        zin(
            "bedrag is {}, tarief {} × aantal {} is {}",
            euro_tekst(bedrag), euro_tekst(tarief), aantal, euro_tekst(tarief * aantal),
        ),
        "8032",
        gegevens={
            "bedrag_cent": bedrag, "tarief_cent": tarief, "aantal": aantal, "verwacht_cent": tarief * aantal,
        },
    )  # fmt: skip
    yield bevinding(
        lijnen.filter(declaratiebedrag > bedrag),
        zin("declaratiebedrag {} is hoger dan bedrag {}", euro_tekst(declaratiebedrag), euro_tekst(bedrag)),
        "8032",
        gegevens={"declaratiebedrag_cent": declaratiebedrag, "bedrag_cent": bedrag},
    )
    for kolom in ("bedrag", "tarief", "declaratiebedrag"):
        yield from deels_zonder(lijnen.filter(pop.met_kolommen(kolom), pl.col(kolom).is_null()), kolom)


@regel("VLD-11", "Uitvoerder heeft geen geldige AGB-code", bereik="regel", retourcodes=("8011",))
def vld_11(van: Van) -> Iterator[Uitkomst]:
    """Toetst de vorm van de AGB-code van de uitvoerder.

    Wat: acht cijfers, waarvan de eerste twee niet 00 zijn en de laatste zes niet alle nul.
    Waarom: een AGB-code is een soort zorgverlener (01–99) met een volgnummer.
    Voorbeeld: 06000000 is een soort zonder volgnummer.
    Wat te doen: neem de AGB-code over uit het AGB-register.
    """
    pop, p = van.pop, van.p
    uitvoerder, volgnummers = pl.col("uitvoerder"), 10**6
    yield bevinding(
        _getoetst(pop, p).filter((uitvoerder < volgnummers) | (uitvoerder % volgnummers == 0)),
        pl.when(uitvoerder < 0)
        .then(pl.lit("uitvoerder is leeg of telt geen acht cijfers"))
        .when(uitvoerder < volgnummers)
        .then(pl.lit("AGB-code van de uitvoerder begint met 00"))
        .otherwise(pl.lit("AGB-code van de uitvoerder eindigt op zes nullen")),
        "8011",
    )


@regel(
    "VLD-13",
    "Besluitnummer en zzpcode of functiecode horen bij elkaar",
    bereik="regel",
    retourcodes=("8352", "8384"),
)
def vld_13(van: Van) -> Iterator[Uitkomst]:
    """Toetst of besluitnummer en profiel samen zijn gevuld.

    Wat: in een AW319 hoort bij een besluitnummer een zzpcode of een functiecode, en bij een zzpcode een
    besluitnummer.
    Waarom: het indicatiebesluit kent het profiel toe; het een zegt zonder het ander niets.
    Voorbeeld: zzpcode 755 met een besluitnummer van negen nullen.
    Wat te doen: vul het besluitnummer of de zzpcode aan uit het indicatiebesluit.
    """
    pop, p = van.pop, van.p
    if "aw319" not in pop.soorten:
        yield Niet("geen AW319-bericht")
        return
    lijnen = _getoetst(pop, p).filter(pop.van_soort("aw319"))
    zzpcode, functiecode, besluit = pl.col("zzpcode"), pl.col("functiecode"), pl.col("besluitnummer")
    yield bevinding(
        lijnen.filter(zzpcode.is_null(), functiecode.is_null(), besluit.is_not_null()),
        pl.lit("besluitnummer zonder zzpcode of functiecode"),
        "8352",
    )
    yield bevinding(
        lijnen.filter(zzpcode.is_not_null(), besluit.is_null()),
        zin("zzpcode {} zonder besluitnummer", veld_tekst("zzpcode")),
        "8384",
    )


@regel(
    "VLD-14",
    "Geboortedatum is anders dan in clienten",
    bereik="regel",
    retourcodes=("8004",),
    tabellen=("clienten",),
    kolommen=("geboortedatum",),
)
def vld_14(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt de geboortedatum op de regel met die in de tabel clienten.

    Wat: de geboortedatum op de regel is een geboortedatum die `clienten` van dit bsn geeft.
    Waarom: bsn en geboortedatum samen laten zien dat de regel over de juiste persoon gaat.
    Voorbeeld: dag en maand zijn verwisseld.
    Wat te doen: controleer bsn en geboortedatum in het cliëntdossier.
    """
    pop, p = van.pop, van.p
    bekend = pop.dossier["clienten"].select("bsn", geboren_lijn=pl.col("geboortedatum").to_physical()).drop_nulls()
    lijnen = _getoetst(pop, p).filter(pl.col("bsn") != GEEN_BSN)
    gevuld = lijnen.filter(pl.col("geboren_lijn").is_not_null())
    yield bevinding(
        gevuld.join(bekend, on="bsn", how="semi").join(bekend, on=["bsn", "geboren_lijn"], how="anti"),
        pl.lit("geboortedatum op de regel is anders dan in de tabel clienten"),
        "8004",
    )
    zonder_op_regel = lijnen.filter(pop.met_kolommen("geboortedatum"), pl.col("geboren_lijn").is_null())
    yield from deels_zonder(zonder_op_regel, "geboortedatum")
    yield from deels_zonder(gevuld.join(bekend, on="bsn", how="anti"), "geboortedatum in clienten")


@regel(
    "VLD-15",
    "Prestatie en declaratieperiode beginnen in verschillende jaren",
    bereik="regel",
    ernst="signaal",
    retourcodes=("8863",),
    kolommen=("begindatum_periode",),
)
def vld_15(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt het jaar van de begindatum met dat van de declaratieperiode.

    Wat: de begindatum van de regel ligt in het kalenderjaar waarin de declaratieperiode begint.
    Waarom: een declaratiebestand gaat over één kalenderjaar.
    Voorbeeld: zorg van december 2025 in het bestand over januari 2026.
    Wat te doen: declareer de regel in een bestand over het eigen jaar, als het zorgkantoor daarom vraagt.
    """
    pop, p = van.pop, van.p
    lijnen, periode = _getoetst(pop, p), pl.col("periode_begin")
    jaar, jaar_periode = als_datum(pl.col("begin")).dt.year(), als_datum(periode).dt.year()
    yield bevinding(
        lijnen.filter(jaar != jaar_periode),
        zin("begindatum in {}, declaratieperiode begint in {}", jaar, jaar_periode),
        "8863",
        ernst="signaal",
        gegevens={"begindatum": als_datum(pl.col("begin")), "begindatum_periode": als_datum(periode)},
    )
    zonder = lijnen.filter(pop.met_kolommen("begindatum_periode"), periode.is_null())
    yield from deels_zonder(zonder, "begindatum_periode")
