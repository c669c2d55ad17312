"""LVG: who may have care on an (SG)LVG profile, in which form, for how long and from whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import polars as pl

from wlz_declaratie.basis.dagen import als_datum
from wlz_declaratie.kern.begrippen import CRISISPAKKET, EIGEN_PAKKET, LVG_PROFIELEN
from wlz_declaratie.kern.regel import KENMERKEN, LEEFTIJD, PROFIEL, regel
from wlz_declaratie.kern.taal.kiezen import code, leeg, profiel, profielcode, soort, vorm
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst


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
    pgb = van.batch(profiel("LVG"), vorm("pgb"))
    gegevens = "zzpcode leveringsvorm"
    yield pgb.waar(profielcode(*van.vast("nooit_pgb"))).afkeur(
        "8866", "een pgb is bij zzpcode {zzpcode} niet mogelijk", gegevens
    )
    vanaf, laatste = van.dag("geen_pgb_meer_vanaf"), van.dag("uitzondering_tot_en_met")
    later = pgb.waar(profielcode(*van.vast("geen_pgb_meer")), pl.col("begin") >= vanaf).met(vanaf=pl.lit(vanaf))
    niet_meer = "een pgb is bij zzpcode {zzpcode} vanaf {vanaf:datum} niet meer mogelijk"
    yield later.waar(pl.col("begin") > laatste).afkeur("8866", niet_meer, gegevens)

    met_uitzondering = later.waar(pl.col("begin") <= laatste)
    ontbreekt = " en ".join(tabel for tabel in ("pgb", "indicaties") if not van.heeft(tabel))
    if ontbreekt:
        yield met_uitzondering.signaal(
            "8866", f"{niet_meer}; of de uitzondering geldt, is niet te toetsen zonder {ontbreekt}", gegevens
        )
        return
    pgb_van_voor = van.tabel("pgb").filter(pl.col("begin") < vanaf)
    besluit_van_voor = (
        van.tabel("indicaties").filter(pl.col("begin") < vanaf).group_by("bsn").agg(loopt_tot=pl.max("eind"))
    )
    houdt_pgb = (
        met_uitzondering.alleen_van(pgb_van_voor)
        .met_velden(besluit_van_voor, ["bsn"])
        .waar(pl.col("loopt_tot") >= pl.col("eind"))
    )
    yield met_uitzondering.niet_van(houdt_pgb, ["rij"]).afkeur(
        "8866", f"{niet_meer}; geen pgb van daarvoor op een indicatie van daarvoor die nog loopt", gegevens
    )


@regel(
    "LVG-02",
    "Te oud voor een LVG-profiel",
    bereik="regel",
    retourcodes=("8407",),
    een_van=(PROFIEL, LEEFTIJD),
)
def lvg_02(van: Van) -> Iterator[Uitkomst]:
    """Toetst de leeftijd bij een LVG-profiel.

    Wat: bij LVG 1 tot en met 5 is de cliënt op de begindatum jonger dan {leeftijd}. De geboortedatum komt van de
    regel, en anders uit de tabel `clienten`. Voor SGLVG geldt geen leeftijdsgrens.
    Waarom: LVG-zorg is behandeling voor jongeren en jongvolwassenen.
    Voorbeeld: een regel die begint op de 23e verjaardag, wordt afgekeurd; een dag eerder mag nog.
    Wat te doen: controleer de geboortedatum, of vraag een indicatie aan die past bij de leeftijd.
    """
    van_lvg = van.batch(profiel("LVG")).met_leeftijd().berekend()
    yield from van_lvg.waar(leeg("leeftijd")).ontoetsbaar_zonder("geboortedatum")
    yield (
        van_lvg.met(grens=van.waarde("leeftijd"))
        .waar(pl.col("leeftijd") >= pl.col("grens"))
        .afkeur(
            "8407",
            "{leeftijd} jaar op {begindatum}; een LVG-profiel is voor wie jonger is dan {grens}",
            "leeftijd grens begindatum",
        )
    )


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

    Wat: bij een (SG)LVG-profiel ligt de einddatum van de regel binnen {maanden} maanden na de ingangsdatum van de
    laatste (SG)LVG-indicatie. Daarboven is het een signaal, boven {maanden_verlengd} maanden wordt de regel afgekeurd.
    Waarom: zo'n indicatie duurt hooguit drie jaar, met een verlenging van hooguit drie maanden.
    Voorbeeld: ingegaan op 1 maart 2022: een regel tot en met 31 maart 2025 is een signaal, een regel tot en
    met 30 juni 2025 wordt afgekeurd.
    Wat te doen: vraag op tijd een vervolgindicatie aan, en neem die op in `indicaties`.
    """
    indicaties = van.tabel("indicaties").filter(profiel(*LVG_PROFIELEN)).select("bsn", indicatie_vanaf="begin")
    lijnen = van.batch(profiel(*LVG_PROFIELEN)).laatst_begonnen(indicaties, "indicatie_vanaf")
    tekst = (
        "de laatste (SG)LVG-indicatie ging in op {indicatie_vanaf:datum}; "
        "{maanden} maanden later is {hooguit_tot_en_met:datum}"
    )
    ingang = als_datum(pl.col("indicatie_vanaf")).dt

    def na(maanden: int) -> Lijnen:
        """The lines that end more than so many months after the indication began."""
        tot = ingang.offset_by(f"{maanden}mo").to_physical()
        return lijnen.met(maanden=pl.lit(maanden), hooguit_tot_en_met=tot).waar(pl.col("eind") > tot)

    yield na(van.vast("maanden")).signaal("8289", tekst)
    yield na(van.vast("maanden_verlengd")).afkeur("8289", tekst)


def _eigen_pakket(groep: str) -> pl.Expr:
    """Lines with the own package of ``groep``; crisis is SGLVG's with that profile, else LVG's."""
    crisis = code(CRISISPAKKET) & (profiel("SGLVG") if groep == "SGLVG" else ~profiel("SGLVG"))
    return soort("verblijf") & (code(*EIGEN_PAKKET[groep]) | crisis)


def _zonder_kenmerk(van: Van, groep: str) -> Iterator[Uitkomst]:
    """Own packages by an uitvoerder that has none of the kenmerken of the day."""
    for periode in van.perioden("kenmerk"):
        kenmerken = cast("list[str]", periode.waarde)
        yield (
            van.batch(_eigen_pakket(groep), periode.geldig())
            .zonder_kenmerk(*kenmerken)
            .met(kenmerk=pl.lit(" of ".join(kenmerken)))
            .afkeur(
                "8010",
                "{prestatiecode} vraagt een uitvoerder met kenmerk {kenmerk}; deze heeft dat niet op {begindatum}",
                "prestatiecode kenmerk",
            )
        )


@regel(
    "LVG-04",
    "LVG-pakket buiten een LVG-instelling",
    bereik="regel",
    retourcodes=("8010",),
    tabellen=("aanbieders",),
    leest=(KENMERKEN, "indicaties"),
)
def lvg_04(van: Van) -> Iterator[Uitkomst]:
    """Toetst of de uitvoerder een LVG-instelling is.

    Wat: de pakketten Z513 tot en met Z553, en crisispakket Z560 (behalve met zzpcode 790), zijn van een
    uitvoerder die op de begindatum het kenmerk lvg heeft.
    Waarom: LVG-zorg wordt alleen ingekocht bij instellingen met behandeling en verblijf als één geheel.
    Voorbeeld: Z533 van een uitvoerder zonder kenmerk lvg wordt afgekeurd.
    Wat te doen: controleer de uitvoerder, of laat het kenmerk in `aanbieders` aanpassen.
    """
    yield from _zonder_kenmerk(van, "LVG")


@regel(
    "LVG-05",
    "SGLVG-pakket buiten een SGLVG-instelling",
    bereik="regel",
    retourcodes=("8010",),
    tabellen=("aanbieders",),
    leest=(KENMERKEN, "indicaties"),
)
def lvg_05(van: Van) -> Iterator[Uitkomst]:
    """Toetst of de uitvoerder een SGLVG-instelling is.

    Wat: pakket Z573, en crisispakket Z560 met zzpcode 790, is van een uitvoerder die op de begindatum het
    kenmerk borg heeft; vanaf 2022 volstaat ook het kenmerk sglvg.
    Waarom: deze behandeling was tot en met 2021 voorbehouden aan de Borg-instellingen.
    Voorbeeld: Z573 in december 2021 van een uitvoerder met alleen het kenmerk sglvg wordt afgekeurd.
    Wat te doen: controleer de uitvoerder, of laat het kenmerk in `aanbieders` aanpassen.
    """
    yield from _zonder_kenmerk(van, "SGLVG")
