"""IND: the indication of the client and the allocation to the provider."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, met_laatste_periode, niet_gedekt
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.oud import bevinding, datum_tekst, veld_tekst
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import LEVERINGSVORM
from wlz_declaratie.kern.regel import regel
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
    pop, p = van.pop, van.p
    lijnen = pop.lijnen.filter(
        "batch", p.geldig(), ~pl.col("soort").is_in([*ZONDER_INDICATIE, "mutatiedag"]).fill_null(False)
    )
    indicaties = pop.dossier["indicaties"].select("bsn", "begin", "eind")
    yield bevinding(
        niet_gedekt(lijnen.select("rij", "bsn", "begin", "eind", "dagen"), indicaties, ["bsn"]),
        zin(
            "{} van {} dagen zonder indicatie, vanaf {}",
            "dagen_buiten", "dagen", datum_tekst(pl.col("eerste_dag_buiten")),
        ),
        "8289",
        gegevens={
            "dagen": pl.col("dagen"),
            "dagen_zonder_indicatie": pl.col("dagen_buiten"),
            "eerste_dag_zonder": als_datum(pl.col("eerste_dag_buiten")),
        },
    )  # fmt: skip


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
    pop, p = van.pop, van.p
    lijnen = pop.lijnen.filter(
        "batch",
        p.geldig(),
        pl.col("zzpcode").is_not_null(),
        ~pl.col("overbrugging"),
        ~pl.col("soort").is_in(ZONDER_INDICATIE).fill_null(False),
    )
    indicaties = pop.dossier["indicaties"].select("bsn", "zzpcode", "begin", "eind")
    anders = (
        met_laatste_periode(lijnen, indicaties, ["bsn", "zzpcode"])
        .filter((pl.col("laatste_tot") < pl.col("begin")).fill_null(True))
        .sort("begin")
        .join_asof(
            indicaties.select("bsn", wel_zzpcode="zzpcode", wel_van="begin").sort("wel_van", "wel_zzpcode"),
            left_on="begin",
            right_on="wel_van",
            by="bsn",
            coalesce=False,
            check_sortedness=False,  # cannot be checked within groups; both sides are sorted right here
        )
    )
    laatste = (
        pl.when(pl.col("wel_van").is_not_null())
        .then(zin("; laatst ingegaan: {} op {}", "wel_zzpcode", datum_tekst(pl.col("wel_van"))))
        .otherwise(pl.lit("; er was nog geen indicatie ingegaan"))
    )
    begin = datum_tekst(pl.col("begin"))
    yield bevinding(
        anders,
        zin("zzpcode {} is op {} niet geïndiceerd{}", veld_tekst("zzpcode"), begin, laatste),
        "8229",
        gegevens={
            "zzpcode": veld_tekst("zzpcode"),
            "begindatum": als_datum(pl.col("begin")),
            "laatste_zzpcode": pl.col("wel_zzpcode"),
            "laatste_vanaf": als_datum(pl.col("wel_van")),
        },
    )


def _per_vorm(toewijzingen: pl.LazyFrame, p: Regelparameters) -> pl.LazyFrame:
    """Allocations by the leveringsvorm that they allow: bsn, uitvoerder, leveringsvorm, begin, eind."""
    paren = [(vorm, code) for vorm in LEVERINGSVORM.categories for code in p.vast(vorm)]
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
    pop, p = van.pop, van.p
    vorm = [*PLAATS, "leveringsvorm"]
    lijnen = pop.lijnen.filter("batch", p.geldig(), pl.col("soort").is_in(TOEGEWEZEN_SOORTEN)).select(
        "rij", *vorm, "begin", "eind", "dagen"
    )
    toewijzingen = pop.dossier["toewijzingen"].rename({"instelling": "uitvoerder"})
    # Collected: three tests read it. The rest is about the allocations of these lines only.
    ongedekt = niet_gedekt(lijnen, _per_vorm(toewijzingen, p), vorm).collect().lazy()
    toewijzingen = toewijzingen.join(ongedekt, on=PLAATS, how="semi")
    per_vorm = _per_vorm(toewijzingen, p)
    toegewezen = toewijzingen.group_by(PLAATS).agg(
        toegewezen=pl.col("leveringsvorm").unique().sort().cast(pl.String).str.join(", ")
    )
    yield bevinding(
        ongedekt.join(toegewezen, on=PLAATS, how="anti"),
        pl.lit("geen toewijzing van deze cliënt aan deze uitvoerder"),
        "0551",
    )
    yield bevinding(
        ongedekt.join(per_vorm, on=vorm, how="anti").join(toegewezen, on=PLAATS, how="inner"),
        zin("toegewezen met leveringsvorm {}, gedeclareerd als {}", "toegewezen", "leveringsvorm"),
        "0554",
        gegevens={
            "leveringsvorm": pl.col("leveringsvorm").cast(pl.String),
            "toegewezen": pl.col("toegewezen"),
        },
    )
    yield bevinding(
        ongedekt.join(per_vorm, on=vorm, how="semi"),
        zin(
            "{} van {} dagen buiten de toewijzing voor {}, vanaf {}",
            "dagen_buiten", "dagen", "leveringsvorm", datum_tekst(pl.col("eerste_dag_buiten")),
        ),
        "0553",
        gegevens={
            "dagen": pl.col("dagen"),
            "dagen_buiten": pl.col("dagen_buiten"),
            "eerste_dag_buiten": als_datum(pl.col("eerste_dag_buiten")),
            "leveringsvorm": pl.col("leveringsvorm").cast(pl.String),
        },
    )  # fmt: skip
