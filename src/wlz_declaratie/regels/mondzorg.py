"""MND: dental care, for clients who stay with treatment. Only CSV and its kin carry the dental code lists."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import een_van, soort
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst
from wlz_declaratie.regels.bekend_verblijf import zonder_verblijf_met_behandeling

MACHTIGING = ["bsn", "prestatiecode"]
MONDZORG = soort("mondzorg")


@regel(
    "MND-01",
    "Mondzorg zonder verblijf met behandeling",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8968",),
    tabellen_deels=("toewijzingen", "aanbieders"),
)
def mnd_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt het verblijf met behandeling bij de mondzorg.

    Wat: op de begindatum van een declaratieregel mondzorg heeft de cliënt een verblijf inclusief behandeling, bij welke
    uitvoerder ook: een verblijfsregel in deze batch of in de historie, of een toewijzing verblijf bij een instelling
    met het kenmerk behandeling. Eindigde zo'n verblijf in de {dagen_erna} dagen ervoor, is er alleen een toewijzing bij
    een instelling zonder dat kenmerk, of loopt de regel meer dan {dagen_erna} dagen na het verblijf door, dan is het
    een signaal. Is van de cliënt geen verblijf en geen toewijzing bekend, dan ook.
    Waarom: mondzorg uit de Wlz hoort bij verblijf met behandeling; wat al begonnen was, mag na een
    verhuizing nog negen weken. De tandarts declareert zelf, dus zijn batch toont het verblijf niet.
    Voorbeeld: verblijf met behandeling tot en met 31 januari 2026: een controle op 4 april is een signaal,
    op 5 april wordt zij afgekeurd.
    Wat te doen: controleer het verblijf; neem de toewijzing op in het dossier of geef de declaraties van de
    instelling mee als historie. Is er geen verblijf met behandeling, declareer dan bij de zorgverzekeraar.
    """
    yield from zonder_verblijf_met_behandeling(van, van.batch(MONDZORG), "8968")


@regel(
    "MND-02",
    "Beugel, kroon of brug zonder machtiging",
    bereik="regel",
    ernst=("afkeur", "signaal"),
    retourcodes=("0551",),
    tabellen=("machtigingen",),
)
def mnd_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de machtiging bij een beugel, kroon of brug.

    Wat: orthodontie (lijst 033) en kronen en bruggen (codes met R in lijst 010) zijn elke dag van de declaratieregel
    gedekt door `machtigingen` van deze cliënt en prestatiecode. Vanaf {soms_vanaf} is het een signaal.
    Waarom: voor deze ingrepen vraagt de instelling of de mondzorgverlener vooraf toestemming aan het
    zorgkantoor. Onder de voorwaarden voor 2026 is die alleen in bepaalde gevallen nodig; welke, staat daar
    niet.
    Voorbeeld: een kroon zonder machtiging in 2025 wordt afgekeurd.
    Wat te doen: vraag de machtiging aan, of neem haar op in `machtigingen`; ga vanaf 2026 na of zij nodig is.
    """
    kroon_of_brug = een_van("prestatiecodelijst", van.vast("lijst_kroon_en_brug")) & pl.col(
        "prestatiecode"
    ).str.starts_with(van.vast("begin_kroon_en_brug"))
    orthodontie = een_van("prestatiecodelijst", van.vast("lijst_orthodontie"))
    zonder = (
        van.batch(MONDZORG, orthodontie | kroon_of_brug)
        .niet_gedekt(van.tabel("machtigingen"), MACHTIGING)
        .met(dagen_zonder_machtiging="dagen_buiten", eerste_dag_zonder="eerste_dag_buiten")
    )
    soms = pl.col("begin") >= van.dag("soms_vanaf")
    tekst = (
        "{dagen_zonder_machtiging} van {dagen} dagen zonder machtiging voor {prestatiecode:veld}, "
        "vanaf {eerste_dag_zonder:datum}"
    )
    gegevens = "dagen dagen_zonder_machtiging eerste_dag_zonder:datum"
    yield zonder.waar(~soms).afkeur("0551", tekst, gegevens)
    yield zonder.waar(soms).signaal("0551", f"{tekst}; alleen in bepaalde gevallen nodig", gegevens)
