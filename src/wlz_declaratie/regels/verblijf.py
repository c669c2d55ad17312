"""VRB: packages (verblijf and vpt) and what goes together with them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import (
    als_datum,
    buiten,
    cumulatieve_dagen,
    dag,
    gedekte_dagen,
    met_groep,
    met_laatste_periode,
    op_as,
    vorig_eind,
)
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.oud import (
    ander_gegevens,
    ander_tekst,
    bevinding,
    datum_tekst,
    deels_zonder,
    meld_tijdens_pakket,
    pakketlijnen,
    tijdens_pakket,
)
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Deels, Uitkomst

DEELTIJDVERBLIJF = 8
"""Leveringsvorm of a toewijzing: partly at home, partly in an instelling."""
DAGEN_PER_WEEK = 7
PAAR = ["bsn", "uitvoerder"]
LIJN = [*PAAR, *("rij", "batch", "bestandnr", "regelnummer", "volgorde", "prestatiecode", "begin", "eind")]
"""What a finding about two lines needs to know of each."""


def _deeltijdverblijf(pop: Populatie) -> pl.LazyFrame:
    """The toewijzingen of deeltijdverblijf."""
    return pop.dossier["toewijzingen"].filter(pl.col("leveringsvorm") == DEELTIJDVERBLIJF)


def _langste() -> pl.Expr:
    """Rows that end later than all before them; the others cover no day that one before them does not."""
    return (pl.col("tot") > pl.col("tot").cum_max().shift()).fill_null(True)


def _die_overlappen(pop: Populatie) -> pl.LazyFrame:
    """Package lines that share a day with another one of the same client; ``paar`` numbers PAAR.

    ``van`` and ``tot`` are the first and last day that count: deeltijdverblijf does not, and a line with
    nothing else is left out. So another of these lines shares a day that counts with a line when it begins by
    ``tot`` and ends from ``van`` on.
    """
    op_begin = pakketlijnen(pop).select("rij", van=op_as("bsn", "begin"), tot=op_as("bsn", "eind")).sort("van")
    raakt_eerdere = (pl.col("van") <= pl.col("tot").cum_max().shift()).fill_null(False)
    rijen = op_begin.filter(raakt_eerdere | raakt_eerdere.shift(-1)).collect()["rij"]
    lijnen = pop.lijnen.filter(pl.col("rij").is_in(rijen.implode())).select(*LIJN, "dagen")
    lijnen = met_groep(lijnen, PAAR).rename({"groep": "paar"})
    if "toewijzingen" not in pop.dossier:
        return lijnen.with_columns(van="begin", tot="eind").collect().lazy()
    lijnen = lijnen.collect().lazy()
    tellend = buiten(lijnen.select("rij", "bsn", "begin", "eind"), _deeltijdverblijf(pop), "bsn")
    per_lijn = tellend.group_by("rij").agg(van=pl.min("begin"), tot=pl.max("eind"))
    return lijnen.join(per_lijn, on="rij", how="inner").collect().lazy()


def _uit_historie(lijnen: pl.LazyFrame, historie: pl.LazyFrame, sleutel: str, tot: pl.Expr, naam: str) -> pl.LazyFrame:
    """Add ``naam`` and ``naam``_eind: of the history lines begun by ``tot`` the one (rij) that ends last."""
    begonnen = (
        historie.select(pl.col("rij").alias(naam), van=op_as(sleutel, "begin"), tot=op_as(sleutel, "eind"))
        .sort("van")
        .filter(_langste())
        .rename({"van": "_van", "tot": "_tot"})
    )
    return (
        lijnen.with_columns(_dag=op_as(sleutel, tot))
        .sort("_dag")
        .join_asof(begonnen, left_on="_dag", right_on="_van", coalesce=False)
        .with_columns((pl.col("_tot") - op_as(sleutel, pl.lit(0))).alias(f"{naam}_eind"))
        .drop("_dag", "_van", "_tot")
    )


def _uit_batch(lijnen: pl.LazyFrame, sleutel: str, naam: str) -> pl.LazyFrame:
    """Add ``naam`` and ``naam``_eind: of the lines before it in the batch the one (rij) that ends last."""
    tot = op_as(sleutel, "eind")
    hoogste = tot.cum_max().shift()
    nieuw = (tot > hoogste).fill_null(True)
    return lijnen.sort(sleutel, "volgorde").with_columns(
        pl.when(nieuw).then("rij").forward_fill().shift().alias(naam),
        (hoogste - op_as(sleutel, pl.lit(0))).alias(f"{naam}_eind"),
    )


def _met_eerdere(alle: pl.LazyFrame) -> pl.LazyFrame:
    """Batch lines that share a day that counts with an earlier line, and ``ander``: the rij of that line.

    ``verhuisdag``: with each earlier line they share one day only, the last of one and the first of the
    other, of two uitvoerders. Where one shares more, that one is named; history before batch.
    """
    historie = alle.filter(~pl.col("batch"))
    # What shares more than a moving day with a line begins before its last day and ends after its first.
    voor_laatste = pl.min_horizontal("tot", pl.col("eind") - 1)
    na_eerste = pl.max_horizontal("van", pl.col("begin") + 1)
    lijnen = alle.filter("batch")
    lijnen = _uit_historie(lijnen, historie, "bsn", voor_laatste, "meer_h")
    lijnen = _uit_historie(lijnen, historie, "paar", pl.col("tot"), "zelfde_h")
    lijnen = _uit_historie(lijnen, historie, "bsn", pl.col("tot"), "een_h")
    lijnen = _uit_batch(lijnen, "paar", "zelfde_b")
    lijnen = _uit_batch(lijnen, "bsn", "een_b")

    def die(naam: str, vanaf: pl.Expr) -> pl.Expr:
        return pl.when(pl.col(f"{naam}_eind") >= vanaf).then(naam)

    van = pl.col("van")
    meer = pl.coalesce(die("meer_h", na_eerste), die("zelfde_h", van), die("een_b", na_eerste), die("zelfde_b", van))
    een = pl.coalesce(die("een_h", van), die("een_b", van))
    return (
        lijnen.with_columns(ander=pl.coalesce(meer, een), verhuisdag=meer.is_null())
        .filter(pl.col("ander").is_not_null())
        .select(*alle.collect_schema().names(), "ander", "verhuisdag")
    )


@regel(
    "VRB-01",
    "Twee pakketten op dezelfde dag",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8216",),
    tabellen_deels=("toewijzingen",),
)
def vrb_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt pakketten van één cliënt die elkaar overlappen.

    Wat: twee pakketregels (verblijf of vpt) van dezelfde cliënt delen geen dag. De latere regel wordt
    afgekeurd; een regel van de batch is altijd later dan een van de historie. Op een verhuisdag is het een
    signaal: één gedeelde dag, de laatste van de ene en de eerste van de andere regel, bij twee uitvoerders.
    Dagen waarop de cliënt een toewijzing deeltijdverblijf heeft, tellen niet mee.
    Waarom: een pakket is de volledige zorg van die dag en wordt maar één keer betaald.
    Voorbeeld: Z041 over heel maart en V041 vanaf 20 maart: de regel die op 20 maart begint, wordt afgekeurd.
    Wat te doen: verkort de regel die niet klopt, of crediteer eerst wat al is gedeclareerd; spreek bij een
    verhuizing af wie de dag declareert.
    """
    pop, p = van.pop, van.p
    alle = _die_overlappen(pop)
    ander = alle.select(
        ander="rij", ander_batch="batch", ander_bestandnr="bestandnr", ander_regelnummer="regelnummer",
        ander_prestatie="prestatiecode", ander_begin="begin", ander_eind="eind",
    )  # fmt: skip
    gedeeld = pl.col("gedeeld_tot") - pl.col("gedeeld_van") + 1
    gevonden = (
        _met_eerdere(alle)
        .filter(p.geldig())
        .join(ander, on="ander", how="left")
        .with_columns(
            gedeeld_van=pl.max_horizontal("begin", "ander_begin"),
            gedeeld_tot=pl.min_horizontal("eind", "ander_eind"),
        )
        .collect()
        .lazy()
    )
    gegevens = {
        "gedeelde_dagen": gedeeld,
        "gedeeld_van": als_datum(pl.col("gedeeld_van")),
        "gedeeld_tot": als_datum(pl.col("gedeeld_tot")),
        "dagen": pl.col("dagen"),
        **ander_gegevens(),
    }
    yield bevinding(
        gevonden.filter(~pl.col("verhuisdag")),
        zin(
            "{} van {} dagen overlappen ({} t/m {}) met {}",
            gedeeld,
            "dagen",
            datum_tekst(pl.col("gedeeld_van")),
            datum_tekst(pl.col("gedeeld_tot")),
            ander_tekst(),
        ),
        "8216",
        gegevens=gegevens,
    )
    yield bevinding(
        gevonden.filter("verhuisdag"),
        zin("verhuisdag {} staat ook op {}", datum_tekst(pl.col("gedeeld_van")), ander_tekst()),
        "8216",
        ernst="signaal",
        gegevens=gegevens,
    )  # fmt: skip


def _midden_van_verblijf(pop: Populatie, getoetst: pl.LazyFrame) -> pl.LazyFrame:
    """Package lines of the clients of ``getoetst``, narrowed to the days that bar other care.

    Left out: the first and last day of an unbroken run of package days, and deeltijdverblijf.
    """
    lijnen = pakketlijnen(pop).select(*LIJN, "lijn_begin", "lijn_eind")
    lijnen = lijnen.join(getoetst.select("bsn"), on="bsn", how="semi")
    van, hoogste = pl.col("van"), pl.col("tot").cum_max()
    nieuw = (van > hoogste.shift() + 1).fill_null(True)
    klaar = nieuw.shift(-1, fill_value=True)
    midden = (
        lijnen.with_columns(van=op_as("bsn", "begin"), tot=op_as("bsn", "eind"))
        .sort("van")
        .with_columns(
            reeks_van=pl.when(nieuw).then("van").forward_fill(),
            reeks_tot=pl.when(klaar).then(hoogste).backward_fill(),
        )
        .with_columns(
            begin=(pl.max_horizontal(van, pl.col("reeks_van") + 1) - op_as("bsn", pl.lit(0))).cast(pl.Int32),
            eind=(pl.min_horizontal("tot", pl.col("reeks_tot") - 1) - op_as("bsn", pl.lit(0))).cast(pl.Int32),
        )
        .filter(pl.col("begin") <= pl.col("eind"))
        .drop("van", "tot", "reeks_van", "reeks_tot")
    )
    if "toewijzingen" in pop.dossier:
        midden = buiten(midden, _deeltijdverblijf(pop), "bsn")
    return midden.collect().lazy()


@regel(
    "VRB-02",
    "Module of dagbesteding tijdens een pakket",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8827",),
    tabellen_deels=("toewijzingen",),
)
def vrb_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt modules en dagbesteding op dagen waarop de cliënt een pakket heeft.

    Wat: een module of dagbesteding valt niet op een dag van een pakket (verblijf of vpt) van dezelfde cliënt,
    bij wie ook. De eerste en de laatste dag van een ononderbroken reeks pakketdagen tellen niet mee, en dagen
    met een toewijzing deeltijdverblijf ook niet. Vallen alle dagen van de regel op zulke dagen, dan wordt zij
    afgekeurd; vallen er enkele op, dan is het een signaal. Een eerder gedeclareerde module die nu op een
    pakket blijkt te vallen, geeft een signaal op het pakket.
    Waarom: een pakket is compleet; modules en losse dagbesteding zijn voor wie een mpt heeft.
    Voorbeeld: H126 van 5 tot en met 9 maart tijdens verblijf van 1 tot en met 31 maart wordt afgekeurd.
    Wat te doen: crediteer de module, of controleer de periode van het pakket.
    """
    pop, p = van.pop, van.p
    getoetst = pop.lijnen.filter(p.geldig(), pl.col("soort").is_in(["module", "dagbesteding"]))
    gevonden = tijdens_pakket(getoetst, _midden_van_verblijf(pop, getoetst))
    yield from meld_tijdens_pakket(gevonden, "8827", "pakketdagen (zonder de eerste en laatste van het verblijf)")


@regel(
    "VRB-03",
    "Schoonmaak tijdens een pakket",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0634",),
)
def vrb_03(van: Van) -> Iterator[Uitkomst]:
    """Zoekt schoonmaak op dagen waarop de cliënt een pakket heeft.

    Wat: schoonmaak (H117) valt niet op een dag van een pakket (verblijf of vpt) van dezelfde cliënt, bij wie
    ook. Vallen alle dagen van de regel op pakketdagen, dan wordt zij afgekeurd; vallen er enkele op, dan is
    het een signaal. Eerder gedeclareerde schoonmaak die nu op een pakket blijkt te vallen, geeft een signaal
    op het pakket.
    Waarom: schoonmaak zit al in het pakket; alleen bij een mpt is zij een losse module.
    Voorbeeld: H117 van 1 tot en met 31 maart bij V041 over dezelfde maand wordt afgekeurd.
    Wat te doen: crediteer de schoonmaak, of controleer de periode van het pakket.
    """
    pop, p = van.pop, van.p
    getoetst = pop.lijnen.filter(p.geldig(), pl.col("soort") == "schoonmaak")
    yield from meld_tijdens_pakket(tijdens_pakket(getoetst, pakketlijnen(pop)), "0634", "pakketdagen")


@regel(
    "VRB-04",
    "Nieuwe indicatie voor een laag V&V-profiel",
    bereik="client",
    ernst="signaal",
    retourcodes=("8229",),
    tabellen=("indicaties",),
    kolommen=("zzpcode",),
)
def vrb_04(van: Van) -> Iterator[Uitkomst]:
    """Zoekt lage V&V-profielen op een indicatie van na het overgangsrecht.

    Wat: bij een pakketregel met zzpcode VV1, VV2 of VV3 is de indicatie met die zzpcode die op de begindatum
    loopt, uiterlijk op 31 december 2015 begonnen. Lopen er meer, dan telt een die later begon.
    Waarom: lage zzp's worden niet meer afgegeven; alleen wie het overgangsrecht had, houdt ze.
    Voorbeeld: Z031 met zzpcode 752 op een indicatie van 1 februari 2016 is een signaal.
    Wat te doen: controleer de zzpcode van de regel en de ingangsdatum van de indicatie.
    """
    pop, p = van.pop, van.p
    laag = pakketlijnen(pop).filter("batch", p.geldig(), pl.col("zzpcode").is_in(p.vast("profielen")))
    laatste_dag = p.dagwaarde("overgangsrecht_tot_en_met")
    nieuw = pop.dossier["indicaties"].filter(pl.col("begin") > dag(laatste_dag))
    lopend = met_laatste_periode(laag, nieuw, ["bsn", "zzpcode"])
    yield bevinding(
        lopend.filter(pl.col("laatste_tot") >= pl.col("begin")),
        zin(
            "zzpcode {} op een indicatie van {}; na {} niet meer afgegeven",
            "zzpcode", datum_tekst(pl.col("laatste_van")), pl.lit(f"{laatste_dag:%d-%m-%Y}"),
        ),
        "8229",
        ernst="signaal",
        gegevens={
            "zzpcode": pl.col("zzpcode"),
            "indicatie_vanaf": als_datum(pl.col("laatste_van")),
            "overgangsrecht_tot_en_met": pl.lit(laatste_dag),
        },
    )  # fmt: skip


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
    pop, p = van.pop, van.p
    vv9b = pl.col("prestatiecode").is_in(p.vast("codes"))
    lijnen = pakketlijnen(pop).filter("batch", p.geldig(), vv9b)
    if "aanbieders" in pop.dossier:
        yield bevinding(
            pop.gemerkt(lijnen, "behandeling").filter(~pl.col("gemerkt")),
            zin(
                "{} vraagt behandeling; de uitvoerder heeft dat kenmerk niet op deze begindatum",
                "prestatiecode",
            ),
            "0562",
            gegevens={"prestatiecode": pl.col("prestatiecode")},
        )
    yield bevinding(
        lijnen.filter(pl.col("prestatiecode").is_in(p.vast("zonder_behandeling"))),
        zin("{} is exclusief behandeling; VV9b is herstelgerichte behandeling", "prestatiecode"),
        "0562",
        ernst="signaal",
        gegevens={"prestatiecode": pl.col("prestatiecode")},
    )


@regel("VRB-06", "VV10 langer dan drie maanden", bereik="client", ernst="signaal", retourcodes=("0584",))
def vrb_06(van: Van) -> Iterator[Uitkomst]:
    """Telt de dagen met VV10.

    Wat: alle dagen van de cliënt met Z101, Z103, V101 of V103 tellen op, ook die van eerdere batches en
    andere uitvoerders. Boven drie maanden is elke regel een signaal.
    Waarom: VV10 is voor de laatste levensfase, bij een levensverwachting van minder dan drie maanden.
    Voorbeeld: 90 dagen in de historie en 31 in deze batch zijn 121 dagen: een signaal.
    Wat te doen: ga na of de cliënt nog aan de voorwaarden voldoet, en leg de verklaring van de arts vast.
    """
    pop, p = van.pop, van.p
    vv10 = pakketlijnen(pop).filter(pl.col("prestatiecode").is_in(p.vast("codes")))
    vv10 = vv10.select(*LIJN, "dagen").collect().lazy()
    grens = p.waarde("max_dagen")
    yield bevinding(
        cumulatieve_dagen(vv10, ["bsn"]).filter("batch", p.geldig(), pl.col("cumulatief") > grens),
        zin("{} dagen VV10 tot en met deze regel; de grens is {}", "cumulatief", grens),
        "0584",
        ernst="signaal",
        gegevens={"dagen_vv10": pl.col("cumulatief"), "grens": grens, "dagen": pl.col("dagen")},
    )


def _maand(dagnummer: str) -> pl.Expr:
    """The calendar month of a day, counted on from year 0."""
    datum = als_datum(pl.col(dagnummer)).dt
    return datum.year().cast(pl.Int64) * 12 + datum.month() - 1


def _eerste_van_maand(maand: pl.Expr) -> pl.Expr:
    return pl.date(maand // 12, maand % 12 + 1, 1).to_physical()


def _maanden(toewijzingen: pl.LazyFrame, pakket: pl.LazyFrame) -> pl.LazyFrame:
    """A row per toewijzing and calendar month in which the client has package lines at all.

    ``begin`` and ``eind`` are its days under the toewijzing, ``maanddagen`` (Int64) the length of the month.
    """
    spanne = pakket.group_by("bsn").agg(_eerste=pl.min("begin"), _laatste=pl.max("eind"))
    volgende = _eerste_van_maand(pl.col("maand") + 1)
    return (
        toewijzingen.join(spanne, on="bsn", how="inner")
        .with_columns(begin=pl.max_horizontal("begin", "_eerste"), eind=pl.min_horizontal("eind", "_laatste"))
        .filter(pl.col("begin") <= pl.col("eind"))
        .with_columns(maand=pl.int_ranges(_maand("begin"), _maand("eind") + 1))
        .explode("maand")
        .with_columns(_eerste=_eerste_van_maand(pl.col("maand")), _laatste=volgende - 1)
        .with_columns(
            begin=pl.max_horizontal("begin", "_eerste"),
            eind=pl.min_horizontal("eind", "_laatste"),
            maanddagen=(pl.col("_laatste") - pl.col("_eerste") + 1).cast(pl.Int64),
        )
        .drop("_eerste", "_laatste")
    )


def _per_lijn(maanden: pl.LazyFrame, pakket: pl.LazyFrame) -> pl.LazyFrame:
    """The batch lines (rij, begin) that add package days to a month of ``_maanden``.

    ``erbij`` are the days that the line adds, ``som`` the days up to and including it in the order of the
    catalogue.
    """
    historie = pakket.filter(~pl.col("batch"))
    # Batch lines go by begin: what one adds to those before it starts after their latest eind.
    nieuw = (
        met_groep(pakket.filter("batch"), ["bsn"])
        .select(
            "rij", "bsn", "volgorde", lijn_begin="begin", lijn_eind="eind",
            van=pl.max_horizontal("begin", vorig_eind() + 1),
        )
        .filter(pl.col("van") <= pl.col("lijn_eind"))
    )  # fmt: skip
    dagen = (
        gedekte_dagen(maanden, historie, ["bsn"], "eerder")
        .with_columns(begin=pl.int_ranges("begin", pl.col("eind") + 1, dtype=pl.Int32))
        .explode("begin")
        .with_columns(eind="begin")
    )
    return (
        buiten(dagen, historie, "bsn")
        .sort("begin")
        .join_asof(
            nieuw.sort("van"),
            left_on="begin",
            right_on="van",
            by="bsn",
            check_sortedness=False,  # cannot be checked within groups; both sides are sorted right here
        )
        .filter(pl.col("begin") <= pl.col("lijn_eind"))
        .group_by("toewijzing", "maand", "rij")
        .agg(
            pl.first("volgorde", "etmalen", "maanddagen", "toegestaan", "eerder"),
            begin=pl.first("lijn_begin"),
            erbij=pl.len().cast(pl.Int64),
        )
        .with_columns(som=pl.col("eerder") + pl.col("erbij").cum_sum().over("toewijzing", "maand", order_by="volgorde"))
    )


@regel(
    "VRB-07",
    "Meer dagen dan het deeltijdverblijf toelaat",
    bereik="client",
    ernst="signaal",
    retourcodes=("0584",),
    tabellen=("toewijzingen",),
)
def vrb_07(van: Van) -> Iterator[Uitkomst]:
    """Telt per maand de pakketdagen onder een toewijzing deeltijdverblijf.

    Wat: per toewijzing deeltijdverblijf en kalendermaand zijn er niet meer pakketdagen van de cliënt dan de
    etmalen per week maal de dagen van de maand gedeeld door zeven, naar boven afgerond, plus één. De regel
    waarmee de som daar boven komt, is een signaal.
    Waarom: deeltijdverblijf is een vast patroon van een aantal etmalen per week in de instelling.
    Voorbeeld: 3,5 etmalen in maart is 15,5, naar boven 16, plus één is 17; de regel met de 18e dag is een
    signaal.
    Wat te doen: ga na of het patroon is veranderd, en vraag zo nodig een toewijzing met meer etmalen aan.
    """
    pop, p = van.pop, van.p
    deeltijd = _deeltijdverblijf(pop)
    zonder = deeltijd.filter(pl.col("etmalen").is_null()).select(pl.len()).collect().item()
    if zonder:
        yield Deels(f"toewijzingen deeltijdverblijf zonder etmalen: {zonder}")
    deeltijd = deeltijd.drop_nulls("etmalen").select("bsn", "begin", "eind", "etmalen").with_row_index("toewijzing")
    pakket = pakketlijnen(pop).select(LIJN).join(deeltijd, on="bsn", how="semi")
    pakket = pakket.collect().lazy()
    # In whole hundredths of an etmaal, so that the fraction is exact.
    noemer = 100 * DAGEN_PER_WEEK
    teller = (pl.col("etmalen") * 100).round().cast(pl.Int64) * pl.col("maanddagen")
    maanden = _maanden(deeltijd, pakket).with_columns(toegestaan=(teller + noemer - 1) // noemer + p.vast("speling"))
    te_veel = gedekte_dagen(maanden, pakket, ["bsn"]).filter(pl.col("gedekt") > pl.col("toegestaan"))
    som, toegestaan = pl.col("som"), pl.col("toegestaan")
    gevonden = (
        _per_lijn(te_veel, pakket)
        .filter(p.geldig(), som > toegestaan, som - pl.col("erbij") <= toegestaan)
        .sort("rij", "maand", "toewijzing")
        .unique("rij", keep="first", maintain_order=True)
    )
    maand = _eerste_van_maand(pl.col("maand")).cast(pl.Date).dt
    etmalen = pl.col("etmalen").cast(pl.String).str.replace(r"\.0$", "").str.replace(".", ",", literal=True)
    yield bevinding(
        gevonden,
        zin(
            "{} pakketdagen in {} tot en met deze regel; bij {} etmalen per week zijn het er hooguit {}",
            som, maand.strftime("%m-%Y"), etmalen, toegestaan,
        ),
        "0584",
        ernst="signaal",
        gegevens={
            "pakketdagen": som,
            "toegestaan": toegestaan,
            "maand": maand.strftime("%Y-%m"),
            "etmalen_per_week": pl.col("etmalen"),
        },
    )  # fmt: skip


@regel("VRB-08", "Zorg na overlijden", bereik="regel", retourcodes=("0328",), tabellen=("clienten.overlijdensdatum",))
def vrb_08(van: Van) -> Iterator[Uitkomst]:
    """Zoekt dagen na de overlijdensdatum.

    Wat: een regel eindigt uiterlijk op de overlijdensdatum die in de tabel `clienten` staat; alleen
    mutatiedagen mogen daarna. Een regel van een cliënt die niet in die tabel staat, is niet te toetsen.
    Waarom: na het overlijden is er geen zorg; de lege plaats gaat met mutatiedagen.
    Voorbeeld: overleden op 10 maart en verblijf tot en met 12 maart: 2 dagen te veel.
    Wat te doen: laat de regel eindigen op de dag van overlijden, of verbeter de datum in `clienten`.
    """
    pop, p = van.pop, van.p
    clienten = pop.dossier["clienten"].select("bsn", overleden=pl.col("overlijdensdatum").to_physical())
    lijnen = pop.lijnen.filter("batch", p.geldig(), pl.col("soort").ne_missing("mutatiedag"))
    yield from deels_zonder(lijnen.join(clienten, on="bsn", how="anti"), "cliënt in tabel clienten")
    overleden = clienten.drop_nulls().group_by("bsn").agg(pl.max("overleden"))
    dagen_erna = pl.col("eind") - pl.max_horizontal("overleden", pl.col("begin") - 1)
    yield bevinding(
        lijnen.join(overleden, on="bsn", how="inner").filter(pl.col("eind") > pl.col("overleden")),
        zin(
            "{} van {} dagen na het overlijden; de laatste dag die mag is {}",
            dagen_erna, "dagen", datum_tekst(pl.col("overleden")),
        ),
        "0328",
        gegevens={
            "dagen_erna": dagen_erna,
            "dagen": pl.col("dagen"),
            "overlijdensdatum": als_datum(pl.col("overleden")),
        },
    )  # fmt: skip
