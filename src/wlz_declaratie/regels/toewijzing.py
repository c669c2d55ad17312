"""IND: the allocation to the provider, and the care that it said it began."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import OPEN_EIND, datum_tekst, met_kandidaat, op_plaats
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.contract.tabellen import HERKOMST
from wlz_declaratie.inlezen.basis import toonbaar
from wlz_declaratie.kern.begrippen import LEVERINGSVORM, PAKKETSOORTEN, TOEGEWEZEN_VORM, ZORGVORMSOORTEN
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import KENMERKEN, regel
from wlz_declaratie.kern.taal.kiezen import gevuld, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.rij import ELDERS
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

PLAATS = ["bsn", "uitvoerder"]
PER_VORM = [*PLAATS, "leveringsvorm"]
PER_PROFIEL = [*PER_VORM, "zzpcode"]
KOLOMMEN = ("rij", *PER_PROFIEL, "overbrugging", "begin", "eind", "dagen")
CODE = "vormcode"
"""A leveringsvorm as the tables write it: a number."""


MEESTE_GENOEMD = 3
"""Toewijzingen elsewhere that a finding names."""
DAGEN = ("begin", "eind", *HERKOMST)
"""What is told of a row, besides whose it is and of what."""


def _rijen(tabel: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of toewijzingen or leveringen: PLAATS, CODE, zzpcode, DAGEN."""
    return tabel.select("bsn", "zzpcode", *DAGEN, uitvoerder="instelling", vormcode="leveringsvorm")


def _past(van: Van) -> pl.Expr:
    """The leveringsvorm of the line goes with the CODE of the row beside it."""
    return pl.any_horizontal(
        (pl.col("leveringsvorm") == vorm) & pl.col(f"rij_{CODE}").is_in(van.vast(vorm))
        for vorm in LEVERINGSVORM.categories
    )


def _zorg(pop: Populatie) -> pl.LazyFrame:
    """The lines of the batch that need an allocation, KOLOMMEN, ``op_plaats``."""
    return op_plaats(pop.lijnen.filter("batch", soort(*PAKKETSOORTEN, *ZORGVORMSOORTEN)).select(KOLOMMEN))


def _nog_niet_goed(van: Van, rijen: pl.LazyFrame, goed: pl.Expr, wat: str) -> Lijnen:
    """The few lines to look into: that need a row, and that the one begun last does not cover by itself.

    ``goed`` says of a line and that row (``rij_``) whether they go together; ``wat`` is what a day with such rows is.
    """
    zorg = van.eenmaal(_zorg)
    zorg.waar(van.p.te_toetsen()).getoetst(f"{{dagen}} van {{dagen}} dagen {wat}")
    hier = (pl.col("bsn") == pl.col("rij_bsn")) & (pl.col("uitvoerder") == pl.col("rij_uitvoerder"))
    dekt = pl.col("rij_eind") >= pl.col("eind")
    kandidaten = rijen.drop(*HERKOMST)
    over = met_kandidaat(zorg.frame, kandidaten).filter(~(hier & dekt & goed).fill_null(False))
    return van.als_lijnen(over).waar(van.p.te_toetsen()).kolommen(*KOLOMMEN).berekend()


def _per_vorm(van: Van, rijen: pl.LazyFrame) -> pl.LazyFrame:
    """The rows by each leveringsvorm that they allow: PER_PROFIEL, CODE, DAGEN."""
    paren = [(vorm, code) for vorm in LEVERINGSVORM.categories for code in van.vast(vorm)]
    vormen = pl.LazyFrame(paren, schema={"leveringsvorm": LEVERINGSVORM, CODE: pl.Int64}, orient="row")
    return rijen.join(vormen, on=CODE).select(*PER_PROFIEL, CODE, *DAGEN)


@regel(
    "IND-03",
    "Toewijzing dekt de declaratieregel niet",
    bereik="regel",
    retourcodes=("0551", "0553", "0554"),
    velden=("begindatum", "einddatum"),
    tabellen=("toewijzingen",),
    kolommen_deels=("zzpcode",),
    leest=(KENMERKEN, "indicaties"),
)
def ind_03(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de toewijzing van het zorgkantoor bij de declaratieregel.

    Wat: voor een pakket (verblijf, vpt), een module, dagbesteding of schoonmaak is er een toewijzing van deze cliënt
    aan deze uitvoerder (anders 0551), met de leveringsvorm van de declaratieregel (anders 0554), die samen met de
    andere van die vorm elke dag van de regel dekt (anders 0553), en wel op elke dag een met de zzpcode van de regel,
    waar beide gevuld zijn (anders ook 0553; overbruggingszorg mag op een andere zzpcode). Deeltijdverblijf geldt voor
    verblijf en voor mpt.
    Waarom: het zorgkantoor betaalt alleen zorg die het aan deze instelling heeft toegewezen.
    Voorbeeld: een toewijzing vpt draagt geen declaratieregel verblijf.
    Wat te doen: controleer leveringsvorm, zzpcode, uitvoerder en periode, of vraag het zorgkantoor om een
    (nieuwe) toewijzing.
    """
    rijen = _rijen(van.tabel("toewijzingen"))
    eigen_profiel = pl.col("overbrugging") | (pl.col("zzpcode") == pl.col("rij_zzpcode")).fill_null(True)
    zorg = _nog_niet_goed(van, rijen, _past(van) & eigen_profiel, "toegewezen")
    van_clienten = van.tabel_van("toewijzingen", zorg)
    van_hen = _rijen(van_clienten)
    met_vorm = _per_vorm(van, van_hen)
    toegewezen = van_hen.group_by(PLAATS).agg(toegewezen=pl.col(CODE).unique().sort().cast(pl.String).str.join(", "))
    buiten = zorg.niet_gedekt(met_vorm, PER_VORM).berekend()
    elders = van_clienten.pipe(_in_woorden).collect().lazy()
    yield (
        van.als_lijnen(buiten.niet_van(toegewezen, PLAATS).frame.join(elders, on="bsn", how="left"))
        .met(wel=pl.when(gevuld(ELDERS)).then(zin("; wel {}", ELDERS)).otherwise(pl.lit("; ook aan geen andere")))
        .afkeur("0551", "geen toewijzing van deze cliënt aan deze uitvoerder{wel:tekst}", ELDERS)
    )
    yield (
        buiten.niet_van(met_vorm, PER_VORM)
        .met_velden(toegewezen, PLAATS)
        .met_rij("toewijzing", van_hen, PLAATS, vorm=CODE)
        .afkeur(
            "0554",
            "toegewezen met leveringsvorm {toegewezen}, gedeclareerd als {leveringsvorm}{toewijzing:rij}",
            "leveringsvorm toegewezen",
        )
    )
    rij_op_dag = "toewijzing", met_vorm, PER_VORM, "eerste_dag_buiten"
    deels = buiten.alleen_van(met_vorm, PER_VORM)
    yield deels.met_rij(*rij_op_dag, vorm=CODE).afkeur(
        "0553",
        "{dagen_buiten} van {dagen} dagen buiten de toewijzing voor {leveringsvorm}, vanaf {eerste_dag_buiten:datum}"
        "{toewijzing:rij}",
        "dagen dagen_buiten eerste_dag_buiten:datum leveringsvorm",
    )
    met_profiel = zorg.niet_van(buiten, ["rij"]).waar(gevuld("zzpcode"), ~pl.col("overbrugging"))
    yield (
        _ander_profiel(met_profiel, met_vorm)
        .met_rij(*rij_op_dag, vorm=CODE)
        .afkeur(
            "0553",
            "{dagen_buiten} van {dagen} dagen zonder toewijzing met zzpcode {zzpcode:veld}, vanaf"
            " {eerste_dag_buiten:datum}; toegewezen voor {leveringsvorm} is {toegewezen_zzpcode}{toewijzing:rij}",
            "dagen dagen_buiten eerste_dag_buiten:datum leveringsvorm zzpcode:veld toegewezen_zzpcode",
        )
    )


def _in_woorden(rijen: pl.LazyFrame) -> pl.LazyFrame:
    """Per bsn the toewijzingen that there are, in words as ELDERS: those that end last, and how many more."""
    vorm = pl.col("leveringsvorm").replace_strict(TOEGEWEZEN_VORM, default=None, return_dtype=pl.String)
    begin, eind = datum_tekst(pl.col("begin")), datum_tekst(pl.col("eind"))
    dagen = (
        pl.when(pl.col("eind") < OPEN_EIND).then(zin("van {} t/m {}", begin, eind)).otherwise(zin("vanaf {}", begin))
    )

    def met_komma(kolom: str) -> pl.Expr:
        return pl.col(kolom).cast(pl.String).str.strip_suffix(".0").str.replace(".", ",", literal=True)

    woorden = [
        toonbaar(pl.col("zzpcode")),
        vorm,
        zin("aan {}", pl.col("instelling").cast(pl.String).str.zfill(8)),
        dagen,
        zin("({} etmalen per week)", met_komma("etmalen")),
        zin("({}%)", met_komma("percentage")),
    ]
    tekst = pl.concat_str(woorden, separator=" ", ignore_nulls=True)
    genoemd = pl.col("tekst").head(MEESTE_GENOEMD).str.join("; ")
    rest = pl.len() - MEESTE_GENOEMD
    meer = pl.when(pl.len() > MEESTE_GENOEMD).then(zin("; en nog {}", rest.cast(pl.String))).otherwise(pl.lit(""))
    return (
        rijen.select("bsn", "eind", "begin", tekst=tekst)
        .sort("eind", "begin", "tekst", descending=[True, True, False])
        .group_by("bsn", maintain_order=True)
        .agg(genoemd=genoemd, meer=meer)
        .select("bsn", pl.concat_str("genoemd", "meer").alias(ELDERS))
    )


def _ander_profiel(lijnen: Lijnen, met_vorm: pl.LazyFrame) -> Lijnen:
    """Of lines that ``met_vorm`` covers those with a day on which none of it has their zzpcode, or has none."""
    gevraagd = lijnen.combinaties(*PER_PROFIEL).frame
    zonder = met_vorm.filter(pl.col("zzpcode").is_null()).drop("zzpcode").join(gevraagd, on=PER_VORM)
    passend = pl.concat(
        rijen.select(*PER_PROFIEL, "begin", "eind") for rijen in (met_vorm.filter(gevuld("zzpcode")), zonder)
    )
    toegewezen = met_vorm.group_by(PER_VORM).agg(
        toegewezen_zzpcode=pl.col("zzpcode").drop_nulls().unique().sort().str.join(", ")
    )
    return lijnen.niet_gedekt(passend, PER_PROFIEL).met_velden(toegewezen, PER_VORM)


@regel(
    "IND-04",
    "Geen melding aanvang zorg",
    bereik="regel",
    retourcodes=("0551", "0553"),
    tabellen=("leveringen",),
)
def ind_04(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de melding aanvang zorg bij de declaratieregel.

    Wat: voor een pakket (verblijf, vpt), een module, dagbesteding of schoonmaak heeft `leveringen` een rij van deze
    cliënt bij deze uitvoerder die een dag met de declaratieregel deelt (anders 0551); samen dekken die rijen elke dag
    van de regel (anders 0553). Een leveringsvorm in de rij is die van de regel; een rij zonder leveringsvorm geldt voor
    elke. Ook O-prestaties en overbruggingszorg worden getoetst.
    Waarom: het zorgkantoor betaalt pas zorg waarvan de instelling heeft gemeld dat zij is begonnen.
    Voorbeeld: de melding gaat in op 2 maart en de declaratieregel begint op 1 maart.
    Wat te doen: stuur de melding aanvang zorg (of corrigeer de ingangsdatum ervan) en declareer daarna, of vul
    de melding aan in het dossier.
    """
    rijen = _rijen(van.tabel("leveringen"))
    zorg = _nog_niet_goed(van, rijen, pl.col(f"rij_{CODE}").is_null() | _past(van), "gemeld")
    van_hen = _rijen(van.tabel_van("leveringen", zorg))
    elke_vorm = van_hen.filter(pl.col(CODE).is_null()).join(zorg.combinaties(*PER_VORM).frame, on=PLAATS)
    met_vorm = pl.concat([_per_vorm(van, van_hen), elke_vorm.select(*PER_PROFIEL, CODE, *DAGEN)])
    buiten = zorg.niet_gedekt(met_vorm, PER_VORM).berekend()
    geen = pl.col("dagen_buiten") == pl.col("dagen")
    yield buiten.waar(geen).afkeur(
        "0551",
        "geen melding aanvang zorg voor {leveringsvorm} van deze cliënt bij deze uitvoerder in deze periode",
        "leveringsvorm",
    )
    yield (
        buiten.waar(~geen)
        .met_rij("levering", met_vorm, PER_VORM, "eerste_dag_buiten", vorm=CODE)
        .afkeur(
            "0553",
            "{dagen_buiten} van {dagen} dagen buiten de melding aanvang zorg voor {leveringsvorm}, vanaf"
            " {eerste_dag_buiten:datum}{levering:rij}",
            "dagen dagen_buiten eerste_dag_buiten:datum leveringsvorm",
        )
    )
