"""IND: the indication of the client and the allocation to the provider."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import datum_tekst
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.begrippen import LEVERINGSVORM
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import gevuld, soort
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

ZONDER_INDICATIE = ("subsidie", "partnerverblijf")
"""Care for people who have no indication of their own."""
TOEGEWEZEN_SOORTEN = ("verblijf", "vpt", "module", "dagbesteding")
PLAATS = ["bsn", "uitvoerder"]


@regel(
    "IND-01",
    "Zorg op een dag zonder indicatie",
    bereik="regel",
    retourcodes=("8289",),
    tabellen=("indicaties",),
)
def ind_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt voor elke dag van de regel een indicatie.

    Wat: elke dag van begindatum tot en met einddatum valt in een rij van `indicaties` van deze cliënt;
    rijen mogen op elkaar aansluiten en het profiel doet niet ter zake. Subsidie, partnerverblijf en
    mutatiedagen worden niet getoetst.
    Waarom: recht op zorg uit de Wlz is er alleen zolang een indicatiebesluit geldt.
    Voorbeeld: een indicatie tot en met 29 maart en een regel over heel maart: 30 en 31 maart zijn niet
    gedekt.
    Wat te doen: declareer tot en met de laatste dag van de indicatie, of vul het nieuwe besluit aan in het
    dossier.
    """
    zorg = van.batch(~soort(*ZONDER_INDICATIE, "mutatiedag")).kolommen("rij", "bsn", "begin", "eind", "dagen")
    yield (
        zorg.niet_gedekt(door=van.tabel("indicaties"))
        .met(dagen_zonder_indicatie="dagen_buiten", eerste_dag_zonder="eerste_dag_buiten")
        .afkeur(
            "8289",
            "{dagen_zonder_indicatie} van {dagen} dagen zonder indicatie, vanaf {eerste_dag_zonder:datum}",
            "dagen dagen_zonder_indicatie eerste_dag_zonder:datum",
        )
    )


@regel(
    "IND-02",
    "Profiel van de regel is niet geïndiceerd",
    bereik="regel",
    retourcodes=("8229",),
    tabellen=("indicaties",),
    kolommen=("zzpcode",),
)
def ind_02(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt de zzpcode met de indicatie.

    Wat: is de zzpcode gevuld, dan heeft `indicaties` op de begindatum een rij van deze cliënt met die
    zzpcode; zonder enige indicatie is de zzpcode ook fout. Subsidie, partnerverblijf en overbruggingszorg
    worden niet getoetst.
    Waarom: de zorg en de prijs volgen het profiel dat het CIZ heeft vastgesteld.
    Voorbeeld: een regel met zzpcode 755 terwijl 754 is geïndiceerd, wordt afgekeurd.
    Wat te doen: neem de zzpcode over van het indicatiebesluit, of vul het nieuwe besluit aan in het
    dossier.
    """
    indicaties = van.tabel("indicaties").select("bsn", "zzpcode", "begin", "eind")
    laatst_ingegaan = indicaties.sort("zzpcode").select("bsn", laatste_zzpcode="zzpcode", laatste_vanaf="begin")
    laatste = zin("; laatst ingegaan: {} op {}", "laatste_zzpcode", datum_tekst(pl.col("laatste_vanaf")))
    geen = pl.lit("; er was nog geen indicatie ingegaan")
    yield (
        van.batch(gevuld("zzpcode"), ~pl.col("overbrugging"), ~soort(*ZONDER_INDICATIE))
        .zonder_op_begin(indicaties, ["bsn", "zzpcode"])
        .laatst_begonnen(laatst_ingegaan, "laatste_vanaf")
        .met(laatste=pl.when(gevuld("laatste_vanaf")).then(laatste).otherwise(geen))
        .afkeur(
            "8229",
            "zzpcode {zzpcode:veld} is op {begindatum} niet geïndiceerd{laatste:tekst}",
            "zzpcode:veld begindatum laatste_zzpcode laatste_vanaf:datum",
        )
    )


def _per_vorm(toewijzingen: pl.LazyFrame, van: Van) -> pl.LazyFrame:
    """Toewijzingen by the leveringsvorm that they allow: bsn, uitvoerder, leveringsvorm, begin, eind."""
    paren = [(vorm, code) for vorm in LEVERINGSVORM.categories for code in van.vast(vorm)]
    vormen = pl.DataFrame(paren, schema={"leveringsvorm": LEVERINGSVORM, "code": pl.Int64}, orient="row").lazy()
    return (
        toewijzingen.select(*PLAATS, pl.col("leveringsvorm").alias("code"), "begin", "eind")
        .join(vormen, on="code")
        .select(*PLAATS, "leveringsvorm", "begin", "eind")
    )


@regel(
    "IND-03",
    "Toewijzing dekt de regel niet",
    bereik="regel",
    retourcodes=("0551", "0553", "0554"),
    tabellen=("toewijzingen",),
)
def ind_03(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de toewijzing van het zorgkantoor bij de regel.

    Wat: voor een pakket (verblijf, vpt), een module of dagbesteding is er een toewijzing van deze cliënt
    aan deze uitvoerder (anders 0551), met de leveringsvorm van de regel (anders 0554), die samen met de
    andere van die vorm elke dag van de regel dekt (anders 0553). Deeltijdverblijf geldt voor verblijf en
    voor mpt.
    Waarom: het zorgkantoor betaalt alleen zorg die het aan deze instelling heeft toegewezen.
    Voorbeeld: een toewijzing vpt draagt geen regel verblijf.
    Wat te doen: controleer leveringsvorm, uitvoerder en periode, of vraag het zorgkantoor om een (nieuwe)
    toewijzing.
    """
    per_vorm = [*PLAATS, "leveringsvorm"]
    zorg = van.batch(soort(*TOEGEWEZEN_SOORTEN)).kolommen("rij", *per_vorm, "begin", "eind", "dagen")
    # Computed: three tests read it. The rest is about the toewijzingen of these lines only.
    buiten = zorg.niet_gedekt(_per_vorm(van.toewijzingen(), van), per_vorm).berekend()
    toewijzingen = van.toewijzingen().join(buiten.frame, on=PLAATS, how="semi")
    met_vorm = _per_vorm(toewijzingen, van)
    toegewezen = toewijzingen.group_by(PLAATS).agg(
        toegewezen=pl.col("leveringsvorm").unique().sort().cast(pl.String).str.join(", ")
    )
    yield buiten.niet_van(toegewezen, PLAATS).afkeur("0551", "geen toewijzing van deze cliënt aan deze uitvoerder")
    yield (
        buiten.niet_van(met_vorm, per_vorm)
        .met_velden(toegewezen, PLAATS)
        .afkeur(
            "0554",
            "toegewezen met leveringsvorm {toegewezen}, gedeclareerd als {leveringsvorm}",
            "leveringsvorm toegewezen",
        )
    )
    yield buiten.alleen_van(met_vorm, per_vorm).afkeur(
        "0553",
        "{dagen_buiten} van {dagen} dagen buiten de toewijzing voor {leveringsvorm}, vanaf {eerste_dag_buiten:datum}",
        "dagen dagen_buiten eerste_dag_buiten:datum leveringsvorm",
    )
