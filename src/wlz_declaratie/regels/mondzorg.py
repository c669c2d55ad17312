"""MND: dental care, for clients who stay with treatment. Only CSV and its kin carry the dental code lists."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, met_laatste_periode, niet_gedekt
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.oud import bevinding, datum_tekst, veld_tekst
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

MACHTIGING = ["bsn", "prestatiecode"]


def _mondzorg(pop: Populatie, p: Regelparameters) -> pl.LazyFrame:
    return pop.lijnen.filter("batch", pl.col("soort") == "mondzorg", p.geldig())


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
    batch of in de historie, bij welke uitvoerder ook. Eindigde zo'n verblijf in de 63 dagen ervoor, dan is
    het een signaal.
    Waarom: mondzorg uit de Wlz hoort bij verblijf met behandeling; wat al begonnen was, mag na een
    verhuizing nog negen weken.
    Voorbeeld: verblijf met behandeling tot en met 31 januari 2026: een controle op 4 april is een signaal,
    op 5 april wordt zij afgekeurd.
    Wat te doen: controleer het verblijf, en geef de declaraties van de instelling mee als historie. Is er
    geen verblijf met behandeling, declareer dan bij de zorgverzekeraar.
    """
    pop, p = van.pop, van.p
    lijnen = _mondzorg(pop, p)
    met_behandeling = (pl.col("soort") == "verblijf") & (pl.col("behandeling") == "incl")
    verblijf = pop.lijnen.filter(met_behandeling).join(lijnen, on="bsn", how="semi")
    begin, laatste = pl.col("begin"), pl.col("laatste_tot")
    zonder = met_laatste_periode(lijnen, verblijf, ["bsn"]).with_columns(
        sinds=begin - laatste, nog=p.waarde("dagen_erna")
    )
    gegevens = {
        "begindatum": als_datum(begin),
        "laatste_verblijfsdag": als_datum(laatste),
        "dagen_erna": pl.col("nog"),
    }
    yield bevinding(
        zonder.filter((pl.col("sinds") > pl.col("nog")).fill_null(True)),
        pl.when(laatste.is_null())
        .then(zin("geen verblijf met behandeling op of voor {} bekend", datum_tekst(begin)))
        .otherwise(
            zin(
                "geen verblijf met behandeling op {}; het laatste eindigde op {}, meer dan {} dagen eerder",
                datum_tekst(begin), datum_tekst(laatste), "nog",
            )
        ),
        "8968",
        gegevens=gegevens,
    )  # fmt: skip
    yield bevinding(
        zonder.filter(pl.col("sinds").is_between(1, pl.col("nog"))),
        zin(
            "verblijf met behandeling eindigde op {}; tot en met {} mag alleen wat al begonnen was",
            datum_tekst(laatste), datum_tekst(laatste + pl.col("nog")),
        ),
        "8968",
        ernst="signaal",
        gegevens=gegevens,
    )  # fmt: skip


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
    pop, p = van.pop, van.p
    lijst, code = pl.col("prestatiecodelijst"), pl.col("prestatiecode")
    kroon_of_brug = lijst.is_in(p.vast("lijst_kroon_en_brug")) & code.str.starts_with(p.vast("begin_kroon_en_brug"))
    lijnen = _mondzorg(pop, p).filter(lijst.is_in(p.vast("lijst_orthodontie")) | kroon_of_brug)
    machtigingen = pop.dossier["machtigingen"].select(*MACHTIGING, "begin", "eind")
    yield bevinding(
        niet_gedekt(lijnen, machtigingen, MACHTIGING),
        zin(
            "{} van {} dagen zonder machtiging voor {}, vanaf {}",
            "dagen_buiten", "dagen", veld_tekst("prestatiecode"), datum_tekst(pl.col("eerste_dag_buiten")),
        ),
        "0551",
        gegevens={
            "dagen": pl.col("dagen"),
            "dagen_zonder_machtiging": pl.col("dagen_buiten"),
            "eerste_dag_zonder": als_datum(pl.col("eerste_dag_buiten")),
        },
    )  # fmt: skip
