"""GGZ: which mental health profiles the Wlz knows, since when, for whom and in which form."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.regel import LEEFTIJD, PROFIEL, regel
from wlz_declaratie.kern.taal.kiezen import leeg, profiel, profielcode, vorm
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst


@regel(
    "GGZ-01",
    "GGZ-W-profiel vóór de opening van de Wlz",
    bereik="regel",
    retourcodes=("8970",),
    een_van=(PROFIEL,),
)
def ggz_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt GGZ-W-profielen van voor de dag waarop de Wlz ervoor openging.

    Wat: een regel met een profiel GGZ-W begint op of na de eerste dag waarop die profielen bestaan.
    Waarom: de Wlz staat pas sinds 2021 open voor mensen met een psychische stoornis als grondslag.
    Voorbeeld: zzpcode 880 op een regel die op 31 december 2020 begint, wordt afgekeurd.
    Wat te doen: declareer de zorg van daarvoor op het profiel of bij de financier van toen, en splits een
    regel die over de grens loopt.
    """
    eerste_dag = van.dag("eerste_dag")
    yield (
        van.batch(profiel("GGZ-W"), pl.col("begin") < eerste_dag)
        .met(eerste_dag=pl.lit(eerste_dag))
        .afkeur(
            "8970",
            "zzpcode {zzpcode} (GGZ-W) bestaat vanaf {eerste_dag:datum}; deze regel begint op {begindatum}",
            "zzpcode begindatum eerste_dag:datum",
        )
    )


@regel(
    "GGZ-02",
    "Te jong voor een GGZ-W-profiel",
    bereik="regel",
    retourcodes=("8407",),
    een_van=(PROFIEL, LEEFTIJD),
)
def ggz_02(van: Van) -> Iterator[Uitkomst]:
    """Toetst de leeftijd bij een GGZ-W-profiel.

    Wat: bij een profiel GGZ-W is de cliënt op de begindatum {leeftijd} jaar of ouder. De geboortedatum komt
    van de regel, en anders uit de tabel `clienten`.
    Waarom: voor jongeren met een psychische stoornis is de Wlz niet opengesteld.
    Voorbeeld: een regel die de dag voor de 18e verjaardag begint, wordt afgekeurd.
    Wat te doen: controleer de geboortedatum en de zzpcode; zorg aan jongeren loopt via de Jeugdwet.
    """
    van_ggz = van.batch(profiel("GGZ-W")).met_leeftijd().berekend()
    yield from van_ggz.waar(leeg("leeftijd")).ontoetsbaar_zonder("geboortedatum")
    yield (
        van_ggz.met(grens=van.waarde("leeftijd"))
        .waar(pl.col("leeftijd") < pl.col("grens"))
        .afkeur(
            "8407",
            "{leeftijd} jaar op {begindatum}; een GGZ-W-profiel is voor wie {grens} jaar of ouder is",
            "leeftijd grens begindatum",
        )
    )


@regel(
    "GGZ-03",
    "Pgb bij GGZ-W5",
    bereik="regel",
    retourcodes=("8866",),
    kolommen=("leveringsvorm",),
    een_van=(PROFIEL,),
)
def ggz_03(van: Van) -> Iterator[Uitkomst]:
    """Keurt een pgb bij GGZ-W5 af.

    Wat: een regel met zzpcode 888 (GGZ-W5) heeft niet leveringsvorm pgb.
    Waarom: GGZ-W5 is beveiligd wonen; dat is niet met een pgb in te kopen.
    Voorbeeld: een pgb-regel met zzpcode 888 wordt afgekeurd, met zzpcode 886 niet.
    Wat te doen: controleer leveringsvorm en zzpcode; lever de zorg in natura.
    """
    yield van.batch(profiel("GGZ-W"), vorm("pgb"), profielcode(*van.vast("geen_pgb"))).afkeur(
        "8866", "een pgb is bij zzpcode {zzpcode} niet mogelijk", "zzpcode leveringsvorm"
    )


@regel(
    "GGZ-04",
    "GGZ-B anders dan als verblijf",
    bereik="regel",
    retourcodes=("8229",),
    een_van=(PROFIEL,),
)
def ggz_04(van: Van) -> Iterator[Uitkomst]:
    """Toetst de leveringsvorm bij een GGZ-B-profiel.

    Wat: een regel met een profiel GGZ-B heeft leveringsvorm verblijf. Staat er geen leveringsvorm op de
    regel, dan is een Z-prestatie verblijf, een V-prestatie vpt en al het andere mpt.
    Waarom: bij GGZ-B horen behandeling en verblijf onlosmakelijk bij elkaar; thuis leveren kan niet.
    Voorbeeld: een module H126 met zzpcode 770 in 2017 wordt afgekeurd.
    Wat te doen: controleer de zzpcode en de leveringsvorm; thuis is er alleen zorg op een ander profiel.
    """
    toegestaan = van.vast("leveringsvorm")
    yield (
        van.batch(profiel("GGZ-B"), ~vorm(toegestaan))
        .met(toegestaan=pl.lit(toegestaan))
        .afkeur(
            "8229",
            "zzpcode {zzpcode} (GGZ-B) gaat alleen met leveringsvorm {toegestaan}; deze regel is {leveringsvorm}",
            "zzpcode leveringsvorm toegestaan",
        )
    )
