"""LVG: who may have care on an (SG)LVG profile, in which form, for how long and from whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, dag
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.oud import bevinding, datum_tekst, deels_zonder
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import CRISISPAKKET, EIGEN_PAKKET, LVG_PROFIELEN, Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Ernst, Niet, Uitkomst


def _met_profiel(pop: Populatie, p: Regelparameters, *groepen: str) -> pl.LazyFrame:
    """Batch lines on which the rule is in force, with a profile of one of ``groepen``."""
    return pop.lijnen.filter("batch", p.geldig(), pl.col("profiel").is_in(groepen))


@regel(
    "LVG-01",
    "Pgb bij een LVG-profiel",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8866",),
    tabellen_deels=("pgb", "indicaties"),
    kolommen=("leveringsvorm",),
)
def lvg_01(van: Van) -> Iterator[Uitkomst]:
    """Keurt een pgb bij een LVG-profiel af.

    Wat: LVG 3, 4 en 5 gaan nooit met een pgb. LVG 1 en 2 vanaf 2020 niet meer; tot en met 2022 is er een
    uitzondering voor wie al vóór 2020 een pgb had, op een indicatie van vóór 2020 die op de einddatum nog
    loopt. Zonder de tabellen `pgb` en `indicaties` is die uitzondering niet te toetsen en is het een signaal.
    Waarom: een LVG-profiel is voor behandeling met verblijf in een instelling; dat kan niet met een pgb.
    Voorbeeld: een pgb-regel met zzpcode 780 in maart 2023 wordt afgekeurd.
    Wat te doen: controleer leveringsvorm en zzpcode; bespreek met het zorgkantoor welke indicatie past.
    """
    pop, p = van.pop, van.p
    lijnen = _met_profiel(pop, p, "LVG").filter(pl.col("leveringsvorm") == "pgb")
    vanaf, laatste = p.dagwaarde("geen_pgb_meer_vanaf"), p.dagwaarde("uitzondering_tot_en_met")
    gegevens = {"zzpcode": pl.col("zzpcode"), "leveringsvorm": pl.lit("pgb")}
    yield bevinding(
        lijnen.filter(pl.col("zzpcode").is_in(p.vast("nooit_pgb"))),
        zin("een pgb is bij zzpcode {} niet mogelijk", "zzpcode"),
        "8866",
        gegevens=gegevens,
    )
    later = lijnen.filter(pl.col("zzpcode").is_in(p.vast("geen_pgb_meer")), pl.col("begin") >= dag(vanaf))
    niet_meer = zin("een pgb is bij zzpcode {} vanaf {} niet meer mogelijk", "zzpcode", pl.lit(f"{vanaf:%d-%m-%Y}"))
    yield bevinding(later.filter(pl.col("begin") > dag(laatste)), niet_meer, "8866", gegevens=gegevens)

    met_uitzondering = later.filter(pl.col("begin") <= dag(laatste))
    ontbreekt = " en ".join(naam for naam in ("pgb", "indicaties") if naam not in pop.dossier)
    if ontbreekt:
        yield bevinding(
            met_uitzondering,
            zin("{}; of de uitzondering geldt, is niet te toetsen zonder {}", niet_meer, pl.lit(ontbreekt)),
            "8866",
            ernst="signaal",
            gegevens=gegevens,
        )
        return
    pgb_van_voor = pop.dossier["pgb"].filter(pl.col("begin") < dag(vanaf)).select("bsn").unique()
    besluit_van_voor = (
        pop.dossier["indicaties"].filter(pl.col("begin") < dag(vanaf)).group_by("bsn").agg(loopt_tot=pl.max("eind"))
    )
    houdt_pgb = (
        met_uitzondering.join(pgb_van_voor, on="bsn", how="semi")
        .join(besluit_van_voor, on="bsn", how="inner")
        .filter(pl.col("loopt_tot") >= pl.col("eind"))
    )
    yield bevinding(
        met_uitzondering.join(houdt_pgb, on="rij", how="anti"),
        zin("{}; geen pgb van daarvoor op een indicatie van daarvoor die nog loopt", niet_meer),
        "8866",
        gegevens=gegevens,
    )


@regel("LVG-02", "Te oud voor een LVG-profiel", bereik="regel", retourcodes=("8407",))
def lvg_02(van: Van) -> Iterator[Uitkomst]:
    """Toetst de leeftijd bij een LVG-profiel.

    Wat: bij LVG 1 tot en met 5 is de cliënt op de begindatum jonger dan 23. De geboortedatum komt van de
    regel, en anders uit de tabel `clienten`. Voor SGLVG geldt geen leeftijdsgrens.
    Waarom: LVG-zorg is behandeling voor jongeren en jongvolwassenen.
    Voorbeeld: een regel die begint op de 23e verjaardag, wordt afgekeurd; een dag eerder mag nog.
    Wat te doen: controleer de geboortedatum, of vraag een indicatie aan die past bij de leeftijd.
    """
    pop, p = van.pop, van.p
    if "geboortedatum" not in pop.kolommen and "clienten" not in pop.dossier:
        yield Niet("kolom geboortedatum en tabel clienten ontbreken")
        return
    lijnen = _met_profiel(pop, p, "LVG")
    yield from deels_zonder(lijnen.filter(pl.col("leeftijd").is_null()), "geboortedatum")
    grens = p.waarde("leeftijd")
    yield bevinding(
        lijnen.filter(pl.col("leeftijd") >= grens),
        zin(
            "{} jaar op {}; een LVG-profiel is voor wie jonger is dan {}",
            "leeftijd", datum_tekst(pl.col("begin")), grens,
        ),
        "8407",
        gegevens={"leeftijd": pl.col("leeftijd"), "grens": grens, "begindatum": als_datum(pl.col("begin"))},
    )  # fmt: skip


@regel(
    "LVG-03",
    "(SG)LVG-indicatie duurt te lang",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8289",),
    tabellen=("indicaties",),
)
def lvg_03(van: Van) -> Iterator[Uitkomst]:
    """Toetst hoe lang geleden de laatste (SG)LVG-indicatie inging.

    Wat: bij een (SG)LVG-profiel ligt de einddatum van de regel binnen 36 maanden na de ingangsdatum van de
    laatste (SG)LVG-indicatie. Daarboven is het een signaal, boven 39 maanden wordt de regel afgekeurd.
    Waarom: zo'n indicatie duurt hooguit drie jaar, met een verlenging van hooguit drie maanden.
    Voorbeeld: ingegaan op 1 maart 2022: een regel tot en met 31 maart 2025 is een signaal, een regel tot en
    met 30 juni 2025 wordt afgekeurd.
    Wat te doen: vraag op tijd een vervolgindicatie aan, en neem die op in `indicaties`.
    """
    pop, p = van.pop, van.p
    maanden, verlengd = p.vast("maanden"), p.vast("maanden_verlengd")
    ingang = als_datum(pl.col("begin")).dt
    indicaties = (
        pop.dossier["indicaties"]
        .filter(pl.col("profiel").is_in(LVG_PROFIELEN))
        .select(
            "bsn",
            ingang="begin",
            tot_signaal=ingang.offset_by(f"{maanden}mo").to_physical(),
            tot_afkeur=ingang.offset_by(f"{verlengd}mo").to_physical(),
        )
    )
    lijnen = (
        _met_profiel(pop, p, *LVG_PROFIELEN)
        .sort("begin")
        .join_asof(
            indicaties.sort("ingang"),
            left_on="begin",
            right_on="ingang",
            by="bsn",
            coalesce=False,
            check_sortedness=False,  # cannot be checked within groups; both sides are sorted right here
        )
    )
    yield _te_lang(lijnen, "tot_signaal", maanden, "signaal")
    yield _te_lang(lijnen, "tot_afkeur", verlengd, "afkeur")


def _te_lang(lijnen: pl.LazyFrame, grens: str, maanden: int, ernst: Ernst) -> pl.LazyFrame:
    """Findings on lines that end after the day ``grens``, so many ``maanden`` after the indication began."""
    ingang, tot = pl.col("ingang"), pl.col(grens)
    return bevinding(
        lijnen.filter(pl.col("eind") > tot),
        zin(
            "de laatste (SG)LVG-indicatie ging in op {}; {} maanden later is {}",
            datum_tekst(ingang), pl.lit(maanden), datum_tekst(tot),
        ),
        "8289",
        ernst=ernst,
        gegevens={
            "indicatie_vanaf": als_datum(ingang),
            "maanden": pl.lit(maanden),
            "hooguit_tot_en_met": als_datum(tot),
        },
    )  # fmt: skip


def _eigen_pakket(pop: Populatie, p: Regelparameters, groep: str) -> pl.LazyFrame:
    """Batch lines with the own package of ``groep``; crisis is SGLVG's with that profile, else LVG's."""
    van_sglvg = (pl.col("profiel") == "SGLVG").fill_null(False)
    crisis = (pl.col("prestatiecode") == CRISISPAKKET) & (van_sglvg if groep == "SGLVG" else ~van_sglvg)
    return pop.lijnen.filter(
        "batch",
        pl.col("soort") == "verblijf",
        p.geldig(),
        pl.col("prestatiecode").is_in(EIGEN_PAKKET[groep]) | crisis,
    )


def _zonder_kenmerk(pop: Populatie, p: Regelparameters, groep: str) -> Iterator[Uitkomst]:
    """Own packages by an uitvoerder that has none of the kenmerken of the day."""
    for periode in p.perioden["kenmerk"]:
        kenmerken = cast("list[str]", periode.waarde)
        een_van = " of ".join(kenmerken)
        lijnen = _eigen_pakket(pop, p, groep).filter(periode.geldig())
        yield bevinding(
            pop.gemerkt(lijnen, *kenmerken).filter(~pl.col("gemerkt")),
            zin(
                "{} vraagt een uitvoerder met kenmerk {}; deze heeft dat niet op {}",
                "prestatiecode", pl.lit(een_van), datum_tekst(pl.col("begin")),
            ),
            "8010",
            gegevens={"prestatiecode": pl.col("prestatiecode"), "kenmerk": pl.lit(een_van)},
        )  # fmt: skip


@regel(
    "LVG-04",
    "LVG-pakket buiten een LVG-instelling",
    bereik="regel",
    retourcodes=("8010",),
    tabellen=("aanbieders",),
)
def lvg_04(van: Van) -> Iterator[Uitkomst]:
    """Toetst of de uitvoerder een LVG-instelling is.

    Wat: de pakketten Z513 tot en met Z553, en crisispakket Z560 (behalve met zzpcode 790), zijn van een
    uitvoerder die op de begindatum het kenmerk lvg heeft.
    Waarom: LVG-zorg wordt alleen ingekocht bij instellingen met behandeling en verblijf als één geheel.
    Voorbeeld: Z533 van een uitvoerder zonder kenmerk lvg wordt afgekeurd.
    Wat te doen: controleer de uitvoerder, of laat het kenmerk in `aanbieders` aanpassen.
    """
    pop, p = van.pop, van.p
    yield from _zonder_kenmerk(pop, p, "LVG")


@regel(
    "LVG-05",
    "SGLVG-pakket buiten een SGLVG-instelling",
    bereik="regel",
    retourcodes=("8010",),
    tabellen=("aanbieders",),
)
def lvg_05(van: Van) -> Iterator[Uitkomst]:
    """Toetst of de uitvoerder een SGLVG-instelling is.

    Wat: pakket Z573, en crisispakket Z560 met zzpcode 790, is van een uitvoerder die op de begindatum het
    kenmerk borg heeft; vanaf 2022 volstaat ook het kenmerk sglvg.
    Waarom: deze behandeling was tot en met 2021 voorbehouden aan de Borg-instellingen.
    Voorbeeld: Z573 in december 2021 van een uitvoerder met alleen het kenmerk sglvg wordt afgekeurd.
    Wat te doen: controleer de uitvoerder, of laat het kenmerk in `aanbieders` aanpassen.
    """
    pop, p = van.pop, van.p
    yield from _zonder_kenmerk(pop, p, "SGLVG")
