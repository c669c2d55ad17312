"""GGZ: which mental health profiles the Wlz knows, since when, for whom and in which form."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, dag
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.oud import bevinding, datum_tekst, deels_zonder
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst


def _met_profiel(pop: Populatie, p: Regelparameters, groep: str) -> pl.LazyFrame:
    """Batch lines on which the rule is in force, with a profile of ``groep``."""
    return pop.lijnen.filter("batch", p.geldig(), pl.col("profiel") == groep)


@regel(
    "GGZ-01",
    "GGZ-W-profiel vóór de opening van de Wlz",
    bereik="regel",
    retourcodes=("8970",),
    kolommen=("zzpcode",),
)
def ggz_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt GGZ-W-profielen van voor de dag waarop de Wlz ervoor openging.

    Wat: een regel met een profiel GGZ-W begint op of na de eerste dag waarop die profielen bestaan.
    Waarom: de Wlz staat pas sinds 2021 open voor mensen met een psychische stoornis als grondslag.
    Voorbeeld: zzpcode 880 op een regel die op 31 december 2020 begint, wordt afgekeurd.
    Wat te doen: declareer de zorg van daarvoor op het profiel of bij de financier van toen, en splits een
    regel die over de grens loopt.
    """
    pop, p = van.pop, van.p
    eerste_dag = p.dagwaarde("eerste_dag")
    yield bevinding(
        _met_profiel(pop, p, "GGZ-W").filter(pl.col("begin") < dag(eerste_dag)),
        zin(
            "zzpcode {} (GGZ-W) bestaat vanaf {}; deze regel begint op {}",
            "zzpcode", pl.lit(f"{eerste_dag:%d-%m-%Y}"), datum_tekst(pl.col("begin")),
        ),
        "8970",
        gegevens={
            "zzpcode": pl.col("zzpcode"),
            "begindatum": als_datum(pl.col("begin")),
            "eerste_dag": pl.lit(eerste_dag),
        },
    )  # fmt: skip


@regel(
    "GGZ-02",
    "Te jong voor een GGZ-W-profiel",
    bereik="regel",
    retourcodes=("8407",),
    kolommen=("zzpcode",),
)
def ggz_02(van: Van) -> Iterator[Uitkomst]:
    """Toetst de leeftijd bij een GGZ-W-profiel.

    Wat: bij een profiel GGZ-W is de cliënt op de begindatum volwassen. De geboortedatum komt van de regel, en
    anders uit de tabel `clienten`.
    Waarom: voor jongeren met een psychische stoornis is de Wlz niet opengesteld.
    Voorbeeld: een regel die de dag voor de 18e verjaardag begint, wordt afgekeurd.
    Wat te doen: controleer de geboortedatum en de zzpcode; zorg aan jongeren loopt via de Jeugdwet.
    """
    pop, p = van.pop, van.p
    if "geboortedatum" not in pop.kolommen and "clienten" not in pop.dossier:
        yield Niet("kolom geboortedatum en tabel clienten ontbreken")
        return
    lijnen = _met_profiel(pop, p, "GGZ-W")
    yield from deels_zonder(lijnen.filter(pl.col("leeftijd").is_null()), "geboortedatum")
    grens = p.waarde("leeftijd")
    yield bevinding(
        lijnen.filter(pl.col("leeftijd") < grens),
        zin(
            "{} jaar op {}; een GGZ-W-profiel is voor wie {} jaar of ouder is",
            "leeftijd", datum_tekst(pl.col("begin")), grens,
        ),
        "8407",
        gegevens={"leeftijd": pl.col("leeftijd"), "grens": grens, "begindatum": als_datum(pl.col("begin"))},
    )  # fmt: skip


@regel(
    "GGZ-03",
    "Pgb bij GGZ-W5",
    bereik="regel",
    retourcodes=("8866",),
    kolommen=("zzpcode", "leveringsvorm"),
)
def ggz_03(van: Van) -> Iterator[Uitkomst]:
    """Keurt een pgb bij GGZ-W5 af.

    Wat: een regel met zzpcode 888 (GGZ-W5) heeft niet leveringsvorm pgb.
    Waarom: GGZ-W5 is beveiligd wonen; dat is niet met een pgb in te kopen.
    Voorbeeld: een pgb-regel met zzpcode 888 wordt afgekeurd, met zzpcode 886 niet.
    Wat te doen: controleer leveringsvorm en zzpcode; lever de zorg in natura.
    """
    pop, p = van.pop, van.p
    lijnen = _met_profiel(pop, p, "GGZ-W").filter(pl.col("leveringsvorm") == "pgb")
    yield bevinding(
        lijnen.filter(pl.col("zzpcode").is_in(p.vast("geen_pgb"))),
        zin("een pgb is bij zzpcode {} niet mogelijk", "zzpcode"),
        "8866",
        gegevens={"zzpcode": pl.col("zzpcode"), "leveringsvorm": pl.lit("pgb")},
    )


@regel(
    "GGZ-04",
    "GGZ-B anders dan als verblijf",
    bereik="regel",
    retourcodes=("8229",),
    kolommen=("zzpcode",),
)
def ggz_04(van: Van) -> Iterator[Uitkomst]:
    """Toetst de leveringsvorm bij een GGZ-B-profiel.

    Wat: een regel met een profiel GGZ-B heeft leveringsvorm verblijf. Staat er geen leveringsvorm op de
    regel, dan is een Z-prestatie verblijf, een V-prestatie vpt en al het andere mpt.
    Waarom: bij GGZ-B horen behandeling en verblijf onlosmakelijk bij elkaar; thuis leveren kan niet.
    Voorbeeld: een module H126 met zzpcode 770 in 2017 wordt afgekeurd.
    Wat te doen: controleer de zzpcode en de leveringsvorm; thuis is er alleen zorg op een ander profiel.
    """
    pop, p = van.pop, van.p
    vorm = p.vast("leveringsvorm")
    yield bevinding(
        _met_profiel(pop, p, "GGZ-B").filter(pl.col("leveringsvorm") != vorm),
        zin(
            "zzpcode {} (GGZ-B) gaat alleen met leveringsvorm {}; deze regel is {}",
            "zzpcode", pl.lit(vorm), "leveringsvorm",
        ),
        "8229",
        gegevens={
            "zzpcode": pl.col("zzpcode"),
            "leveringsvorm": pl.col("leveringsvorm"),
            "toegestaan": pl.lit(vorm),
        },
    )  # fmt: skip
