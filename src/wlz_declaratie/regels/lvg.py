"""LVG: who may have care on an (SG)LVG profile, for how long, from whom, and what that care comprises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import polars as pl

from wlz_declaratie.basis.dagen import als_datum
from wlz_declaratie.kern.begrippen import CRISISPAKKET, LVG_PROFIELEN, SGLVG_KENMERKEN, SOORT
from wlz_declaratie.kern.regel import KENMERKEN, LEEFTIJD, PROFIEL, regel
from wlz_declaratie.kern.taal.kiezen import code, eigen_pakket, leeg, profiel, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

HULPMIDDELEN = tuple(naam for naam in SOORT.categories if naam.startswith("hulpmiddel_"))
CRISIS = code(CRISISPAKKET)


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
    declaratieregel, en anders uit de tabel `clienten`. Voor SGLVG geldt geen leeftijdsgrens.
    Waarom: LVG-zorg is behandeling voor jongeren en jongvolwassenen.
    Voorbeeld: een declaratieregel die begint op de 23e verjaardag, wordt afgekeurd; een dag eerder mag nog.
    Wat te doen: controleer de geboortedatum, of vraag een indicatie aan die past bij de leeftijd.
    """
    yield from van.batch().zonder_profiel()
    van_lvg = van.batch(profiel("LVG")).met_leeftijd().berekend()
    yield from van_lvg.waar(leeg("leeftijd")).ontoetsbaar_zonder("geboortedatum")
    yield (
        van_lvg.met(grens=van.waarde("leeftijd"))
        .getoetst("{leeftijd} jaar, jonger dan {grens} is goed")
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

    Wat: bij een (SG)LVG-profiel valt de hele declaratieregel binnen {maanden} maanden, gerekend vanaf de ingangsdatum
    van de laatste (SG)LVG-indicatie. Daarboven is het een signaal, boven {maanden_verlengd} maanden wordt de regel
    afgekeurd.
    Waarom: zo'n indicatie duurt hooguit drie jaar, met een verlenging van hooguit drie maanden.
    Voorbeeld: ingegaan op 1 maart 2022: een declaratieregel tot en met 31 maart 2025 is een signaal, een regel tot en
    met 30 juni 2025 wordt afgekeurd.
    Wat te doen: vraag op tijd een vervolgindicatie aan, en neem die op in `indicaties`.
    """
    yield from van.batch().zonder_profiel()
    indicaties = van.tabel("indicaties").filter(profiel(*LVG_PROFIELEN))
    ingegaan = indicaties.select("bsn", indicatie_vanaf="begin")
    lijnen = van.batch(profiel(*LVG_PROFIELEN)).kolommen("rij", "bsn", "begin", "eind")
    lijnen = lijnen.laatst_begonnen(ingegaan, "indicatie_vanaf").berekend().getoetst()
    tekst = (
        "de laatste (SG)LVG-indicatie ging in op {indicatie_vanaf:datum}{indicatie:rij}; "
        "{maanden} maanden lopen tot en met {hooguit_tot_en_met:datum}"
    )
    ingang = als_datum(pl.col("indicatie_vanaf")).dt

    def na(maanden: int) -> Lijnen:
        """The lines with a day after so many months from the day on which the indication began."""
        tot_en_met = ingang.offset_by(f"{maanden}mo").to_physical() - 1
        te_lang = lijnen.met(maanden=pl.lit(maanden), hooguit_tot_en_met=tot_en_met).waar(pl.col("eind") > tot_en_met)
        return te_lang.met_rij("indicatie", indicaties, op="indicatie_vanaf")

    yield na(van.vast("maanden")).signaal("8289", tekst)
    yield na(van.vast("maanden_verlengd")).afkeur("8289", tekst)


def _eigen_pakketten(van: Van, groep: str) -> Lijnen:
    """The own packages of a group of profiles in the batch, those for a crisis of any client among them."""
    kolommen = "rij", "uitvoerder", "begin", "prestatiecode", "profielcode", "profiel", "soort"
    return van.batch(eigen_pakket(groep)).kolommen(*kolommen).berekend()


def _zonder_kenmerk(van: Van, pakket: Lijnen) -> Iterator[Uitkomst]:
    """Own packages by an uitvoerder that has none of the kenmerken of the day."""
    for periode in van.perioden("kenmerk"):
        kenmerken = cast("list[str]", periode.waarde)
        yield _bij_een_ander(pakket.waar(periode.geldig()).zonder_kenmerk(*kenmerken), " of ".join(kenmerken))


def _bij_een_ander(pakket: Lijnen, kenmerk: str) -> Uitkomst:
    return pakket.met(kenmerk=pl.lit(kenmerk)).afkeur(
        "8010",
        "{prestatiecode} vraagt een uitvoerder met kenmerk {kenmerk}; deze heeft dat niet op {begindatum}",
        "prestatiecode kenmerk",
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

    Wat: de pakketten Z513 tot en met Z553, en crisispakket Z560 (behalve met profiel SGLVG), zijn van een
    uitvoerder die op de begindatum het kenmerk lvg heeft. Is bij Z560 het profiel niet bekend, dan volstaat elk
    kenmerk van een (SG)LVG-instelling.
    Waarom: LVG-zorg wordt alleen ingekocht bij instellingen met behandeling en verblijf als één geheel.
    Voorbeeld: Z533 van een uitvoerder zonder kenmerk lvg wordt afgekeurd.
    Wat te doen: controleer de uitvoerder, of laat het kenmerk in `aanbieders` aanpassen.
    """
    pakket = _eigen_pakketten(van, "LVG")
    onbekend = CRISIS & leeg("profielcode")
    yield from pakket.waar(onbekend).zonder_profiel()
    yield from _zonder_kenmerk(van, pakket.waar(~onbekend, ~(CRISIS & profiel("SGLVG"))).getoetst())
    yield _bij_een_ander(
        pakket.waar(onbekend).getoetst().zonder_kenmerk(*SGLVG_KENMERKEN), " of ".join(SGLVG_KENMERKEN)
    )


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

    Wat: pakket Z573, en crisispakket Z560 met profiel SGLVG, is van een uitvoerder die op de begindatum het
    kenmerk borg heeft; vanaf 2022 volstaat ook het kenmerk sglvg.
    Waarom: deze behandeling was tot en met 2021 voorbehouden aan de Borg-instellingen.
    Voorbeeld: Z573 in december 2021 van een uitvoerder met alleen het kenmerk sglvg wordt afgekeurd.
    Wat te doen: controleer de uitvoerder, of laat het kenmerk in `aanbieders` aanpassen.
    """
    pakket = _eigen_pakketten(van, "SGLVG")
    yield from pakket.waar(CRISIS).zonder_profiel()
    yield from _zonder_kenmerk(van, pakket.waar(~CRISIS | profiel("SGLVG")).getoetst())


@regel(
    "LVG-06",
    "Mondzorg of hulpmiddel tijdens (SG)LVG-behandeling",
    bereik="client",
    ernst="signaal",
    retourcodes=("0634",),
    tabellen_deels=("prestaties",),
)
def lvg_06(van: Van) -> Iterator[Uitkomst]:
    """Zoekt mondzorg en hulpmiddelen op een dag in het eigen pakket van (SG)LVG.

    Wat: op de begindatum van mondzorg of een hulpmiddel verblijft de cliënt op een eigen pakket (Z513 tot en met
    Z553, Z573, Z560), bij welke uitvoerder ook. Welke prestaties hulpmiddelen zijn, zegt de tabel `prestaties`.
    Waarom: de instelling regelt daar ook de algemeen medische zorg, waaronder tandarts en hulpmiddelen, en betaalt
    die uit haar tarief.
    Voorbeeld: een controle bij de tandarts tijdens verblijf op Z533 is een signaal.
    Wat te doen: breng de kosten bij de instelling in rekening, of controleer wanneer het verblijf begon en eindigde.
    """
    los = van.batch(soort("mondzorg", *HULPMIDDELEN)).kolommen("rij", "bsn", "begin", "prestatiecode").berekend()
    eigen = van.lijnen(eigen_pakket(*LVG_PROFIELEN)).alleen_van(los)
    yield los.met_op_begin(eigen).signaal(
        "0634",
        "op {begindatum} verblijft de cliënt op een eigen pakket (SG)LVG; uit dat tarief betaalt de instelling ook "
        "{prestatiecode:veld}",
    )
