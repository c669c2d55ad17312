"""IND: the indication of the client."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import datum_tekst
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.begrippen import ZONDER_INDICATIE
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import gevuld, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

RIJ = "{indicatie:rij}"
GEEN_TOETS = (*ZONDER_INDICATIE, "mutatiedag")
"""A place that fell empty is paid for after the indication ended with the death."""


@regel(
    "IND-01",
    "Zorg op een dag zonder indicatie",
    bereik="regel",
    ernst=("afkeur", "signaal"),
    retourcodes=("8289",),
    velden=("begindatum", "einddatum"),
    tabellen=("indicaties",),
)
def ind_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt voor elke dag van de declaratieregel een indicatie.

    Wat: elke dag van begindatum tot en met einddatum valt in een rij van `indicaties` van deze cliënt; rijen mogen op
    elkaar aansluiten en het profiel doet niet ter zake. Subsidie, partnerverblijf en mutatiedagen worden niet getoetst.
    Begint de declaratieregel in de tijd waarin wie al een plek had mocht blijven ({voortgezet}), en hoort het profiel
    van de regel of van de laatst ingegane indicatie van deze cliënt bij die groep, dan is het een signaal.
    Waarom: recht op zorg uit de Wlz is er alleen zolang een indicatiebesluit geldt. In de V&V liep zorg op een
    GGZ-B-indicatie in 2017 door, ook als de indicatie in dat jaar afliep.
    Voorbeeld: een indicatie tot en met 29 maart en een declaratieregel over heel maart: 30 en 31 maart zijn niet
    gedekt.
    Wat te doen: declareer tot en met de laatste dag van de indicatie, of vul het nieuwe besluit aan in het
    dossier.
    """
    kolommen = ("rij", "bsn", "profiel", "begin", "eind", "dagen")
    buiten = (
        van.batch(~soort(*GEEN_TOETS))
        .kolommen(*kolommen)
        .getoetst("{dagen} van {dagen} dagen met een indicatie")
        .niet_gedekt(door=van.tabel("indicaties"))
        .met(dagen_zonder_indicatie="dagen_buiten", eerste_dag_zonder="eerste_dag_buiten")
        .met_rij("indicatie", van.tabel("indicaties"), op="eerste_dag_zonder")
    )
    doorgelopen = _voortgezet(van, buiten)
    tekst = f"{{dagen_zonder_indicatie}} van {{dagen}} dagen zonder indicatie, vanaf {{eerste_dag_zonder:datum}}{RIJ}"
    gegevens = "dagen dagen_zonder_indicatie eerste_dag_zonder:datum"
    yield doorgelopen.signaal("8289", f"{tekst}; in deze tijd liep zorg op {{voortgezet}} door", gegevens)
    yield buiten.niet_van(doorgelopen, ["rij"]).afkeur("8289", tekst, gegevens)


def _voortgezet(van: Van, lijnen: Lijnen) -> Lijnen:
    """Lines of a group whose care went on after the indication, by their own profile or by the one that began last."""
    indicaties = van.tabel_van("indicaties", lijnen)
    laatste = indicaties.filter(pl.col("begin") == pl.col("begin").max().over("bsn"))
    per_groep = []
    for periode in van.perioden("voortgezet"):
        clienten = laatste.filter(pl.col("profiel") == periode.waarde).select("bsn").collect()["bsn"]
        van_groep = (pl.col("profiel") == periode.waarde) | pl.col("bsn").is_in(clienten.implode())
        per_groep.append(lijnen.waar(periode.geldig(), van_groep).met(voortgezet=pl.lit(periode.waarde)).frame)
    return van.als_lijnen(pl.concat(per_groep)).berekend()


@regel(
    "IND-02",
    "Profiel van de declaratieregel is niet geïndiceerd",
    bereik="regel",
    retourcodes=("8229",),
    velden=("zzpcode",),
    tabellen=("indicaties",),
    kolommen=("zzpcode",),
)
def ind_02(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt de zzpcode met de indicatie.

    Wat: is de zzpcode gevuld, dan heeft `indicaties` op de begindatum een rij van deze cliënt met die
    zzpcode; zonder enige indicatie is de zzpcode ook fout. Subsidie, partnerverblijf, mutatiedagen en
    overbruggingszorg worden niet getoetst.
    Waarom: de zorg en de prijs volgen het profiel dat het CIZ heeft vastgesteld.
    Voorbeeld: een declaratieregel met zzpcode 755 terwijl 754 is geïndiceerd, wordt afgekeurd.
    Wat te doen: neem de zzpcode over van het indicatiebesluit, of vul het nieuwe besluit aan in het
    dossier.
    """
    kolommen = ("rij", "bsn", "zzpcode", "begin", "eind")
    laatste = van.tabel("indicaties").select(
        "bsn", laatste_zzpcode="zzpcode", laatste_vanaf="begin", laatste_eind="eind"
    )
    # Mostly the indication that began last has the zzpcode; only of the others does it matter which more there were.
    al_goed = (pl.col("laatste_zzpcode") == pl.col("zzpcode")) & (pl.col("laatste_eind") >= pl.col("begin"))
    anders = (
        van.batch(gevuld("zzpcode"), ~pl.col("overbrugging"), ~soort(*GEEN_TOETS))
        .kolommen(*kolommen)
        .laatst_begonnen(laatste, "laatste_vanaf")
        .waar(~al_goed.fill_null(False))
        .kolommen(*kolommen)
        .berekend()
    )
    van_hen = van.tabel_van("indicaties", anders)
    laatst_ingegaan = van_hen.sort("zzpcode").select("bsn", laatste_zzpcode="zzpcode", laatste_vanaf="begin")
    ingegaan = van_hen.with_columns(laatste_zzpcode="zzpcode")
    genoemd = zin("; laatst ingegaan: {} op {}", "laatste_zzpcode", datum_tekst(pl.col("laatste_vanaf")))
    geen = pl.lit("; er was nog geen indicatie ingegaan")
    yield (
        anders.zonder_op_begin(van_hen, ["bsn", "zzpcode"])
        .laatst_begonnen(laatst_ingegaan, "laatste_vanaf")
        .met(laatste=pl.when(gevuld("laatste_vanaf")).then(genoemd).otherwise(geen))
        .met_rij("indicatie", ingegaan, ["bsn", "laatste_zzpcode"], op="laatste_vanaf")
        .afkeur(
            "8229",
            f"zzpcode {{zzpcode:veld}} is op {{begindatum}} niet geïndiceerd{{laatste:tekst}}{RIJ}",
            "zzpcode:veld begindatum laatste_zzpcode laatste_vanaf:datum",
        )
    )
