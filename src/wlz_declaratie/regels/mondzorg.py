"""MND: dental care, for clients who stay with treatment. Only CSV and its kin carry the dental code lists."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import een_van, leeg, soort
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

MACHTIGING = ["bsn", "prestatiecode"]
MONDZORG = soort("mondzorg")


@regel(
    "MND-01",
    "Mondzorg zonder verblijf met behandeling",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8968",),
)
def mnd_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt het verblijf met behandeling bij de mondzorg.

    Wat: op de begindatum van een regel mondzorg heeft de cliënt een verblijf inclusief behandeling, in deze
    batch of in de historie, bij welke uitvoerder ook. Eindigde zo'n verblijf in de {dagen_erna} dagen ervoor, dan is
    het een signaal.
    Waarom: mondzorg uit de Wlz hoort bij verblijf met behandeling; wat al begonnen was, mag na een
    verhuizing nog negen weken.
    Voorbeeld: verblijf met behandeling tot en met 31 januari 2026: een controle op 4 april is een signaal,
    op 5 april wordt zij afgekeurd.
    Wat te doen: controleer het verblijf, en geef de declaraties van de instelling mee als historie. Is er
    geen verblijf met behandeling, declareer dan bij de zorgverzekeraar.
    """
    mondzorg = van.batch(MONDZORG)
    met_behandeling = van.lijnen(soort("verblijf"), een_van("behandeling", ["incl"])).alleen_van(mondzorg)
    naast_verblijf = mondzorg.op_begin(met_behandeling).met(
        dagen_erna=van.waarde("dagen_erna"), laatste_verblijfsdag="laatste_tot"
    )
    sinds = pl.col("begin") - pl.col("laatste_verblijfsdag")
    gegevens = "begindatum laatste_verblijfsdag:datum dagen_erna"
    yield naast_verblijf.waar(leeg("laatste_verblijfsdag")).afkeur(
        "8968", "geen verblijf met behandeling op of voor {begindatum} bekend", gegevens
    )
    yield naast_verblijf.waar(sinds > pl.col("dagen_erna")).afkeur(
        "8968",
        "geen verblijf met behandeling op {begindatum}; het laatste eindigde op {laatste_verblijfsdag:datum}, "
        "meer dan {dagen_erna} dagen eerder",
        gegevens,
    )
    yield (
        naast_verblijf.waar(sinds.is_between(1, pl.col("dagen_erna")))
        .met(begonnen_mag_tot=pl.col("laatste_verblijfsdag") + pl.col("dagen_erna"))
        .signaal(
            "8968",
            "verblijf met behandeling eindigde op {laatste_verblijfsdag:datum}; tot en met {begonnen_mag_tot:datum} "
            "mag alleen wat al begonnen was",
            gegevens,
        )
    )


@regel(
    "MND-02",
    "Beugel, kroon of brug zonder machtiging",
    bereik="regel",
    retourcodes=("0551",),
    tabellen=("machtigingen",),
)
def mnd_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de machtiging bij een beugel, kroon of brug.

    Wat: orthodontie (lijst 033) en kronen en bruggen (codes met R in lijst 010) zijn elke dag van de regel
    gedekt door `machtigingen` van deze cliënt en prestatiecode.
    Waarom: voor deze ingrepen vraagt de instelling of de mondzorgverlener vooraf toestemming aan het
    zorgkantoor. Sinds de voorwaarden voor 2026 is die alleen in bepaalde gevallen nodig; welke, staat daar
    niet.
    Voorbeeld: een kroon zonder machtiging wordt afgekeurd.
    Wat te doen: vraag de machtiging aan, of neem haar op in `machtigingen`.
    """
    kroon_of_brug = een_van("prestatiecodelijst", van.vast("lijst_kroon_en_brug")) & pl.col(
        "prestatiecode"
    ).str.starts_with(van.vast("begin_kroon_en_brug"))
    orthodontie = een_van("prestatiecodelijst", van.vast("lijst_orthodontie"))
    yield (
        van.batch(MONDZORG, orthodontie | kroon_of_brug)
        .niet_gedekt(van.tabel("machtigingen"), MACHTIGING)
        .met(dagen_zonder_machtiging="dagen_buiten", eerste_dag_zonder="eerste_dag_buiten")
        .afkeur(
            "0551",
            "{dagen_zonder_machtiging} van {dagen} dagen zonder machtiging voor {prestatiecode:veld}, "
            "vanaf {eerste_dag_zonder:datum}",
            "dagen dagen_zonder_machtiging eerste_dag_zonder:datum",
        )
    )
