"""GGZ: which mental health profiles the Wlz knows, since when, for whom and in which form."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.regel import KENMERKEN, LEEFTIJD, PROFIEL, regel
from wlz_declaratie.kern.taal.kiezen import PAKKET, ZORGVORM, een_van, leeg, profiel, profielcode, soort, vorm
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst

AFSPRAAK = ["uitvoerder", "prestatiecode"]
PRESTATIE = ["bsn", "prestatiecode"]


@regel(
    "GGZ-01",
    "GGZ-W-profiel vóór de opening van de Wlz",
    bereik="regel",
    retourcodes=("8970",),
    een_van=(PROFIEL,),
)
def ggz_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt GGZ-W-profielen van voor de dag waarop de Wlz ervoor openging.

    Wat: een declaratieregel met een profiel GGZ-W begint op of na de eerste dag waarop die profielen bestaan.
    Waarom: de Wlz staat pas sinds 2021 open voor mensen met een psychische stoornis als grondslag.
    Voorbeeld: zzpcode 880 op een declaratieregel die op 31 december 2020 begint, wordt afgekeurd.
    Wat te doen: declareer de zorg van daarvoor op het profiel of bij de financier van toen, en splits een
    declaratieregel die over de grens loopt.
    """
    eerste_dag = van.dag("eerste_dag")
    van_voor = van.batch(pl.col("begin") < eerste_dag)
    van.batch(profiel("GGZ-W")).getoetst()
    yield from van_voor.zonder_profiel()
    yield (
        van_voor.waar(profiel("GGZ-W"))
        .met(eerste_dag=pl.lit(eerste_dag), zzpcode="profielcode")
        .afkeur(
            "8970",
            "zzpcode {zzpcode} (GGZ-W) bestaat vanaf {eerste_dag:datum}; deze declaratieregel begint op {begindatum}",
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

    Wat: bij een profiel GGZ-W is de cliënt op de begindatum {leeftijd} jaar of ouder. De geboortedatum komt van de
    declaratieregel, en anders uit de tabel `clienten`.
    Waarom: voor jongeren met een psychische stoornis is de Wlz niet opengesteld.
    Voorbeeld: een declaratieregel die de dag voor de 18e verjaardag begint, wordt afgekeurd.
    Wat te doen: controleer de geboortedatum en de zzpcode; zorg aan jongeren loopt via de Jeugdwet.
    """
    te_jong = pl.col("leeftijd") < van.waarde("leeftijd")
    mogelijk = van.batch(profiel("GGZ-W") | leeg("profielcode")).met_leeftijd()
    met_profiel = mogelijk.waar(profiel("GGZ-W")).met(grens=van.waarde("leeftijd"))
    met_profiel.getoetst("{leeftijd} jaar, ten minste {grens} is goed")
    jong = mogelijk.waar(te_jong.fill_null(True)).berekend()
    yield from jong.zonder_profiel()
    van_ggz = jong.waar(profiel("GGZ-W"))
    yield from van_ggz.waar(leeg("leeftijd")).ontoetsbaar_zonder("geboortedatum")
    yield (
        van_ggz.waar(te_jong)
        .met(grens=van.waarde("leeftijd"))
        .afkeur(
            "8407",
            "{leeftijd} jaar op {begindatum}; een GGZ-W-profiel is voor wie {grens} jaar of ouder is",
            "leeftijd grens begindatum",
        )
    )


@regel(
    "GGZ-03",
    "Pgb bij GGZ-W5",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8866",),
    tabellen_deels=("pgb", "toewijzingen"),
    kolommen_deels=("leveringsvorm",),
    een_van=(("kolom leveringsvorm", "tabel pgb", "tabel toewijzingen"),),
    leest=(KENMERKEN, "indicaties"),
)
def ggz_03(van: Van) -> Iterator[Uitkomst]:
    """Zoekt een pgb bij GGZ-W5.

    Wat: een declaratieregel met zzpcode {geen_pgb} (GGZ-W5) heeft niet leveringsvorm pgb. Deelt een regel een dag met
    een pgb op dat profiel (uit de tabel `pgb`, of een toewijzing met leveringsvorm 2), dan is dat een signaal.
    Waarom: GGZ-W5 is beveiligd wonen; dat is niet met een pgb in te kopen.
    Voorbeeld: een pgb-regel met zzpcode 888 wordt afgekeurd, met zzpcode 886 niet.
    Wat te doen: controleer leveringsvorm en zzpcode; lever de zorg in natura.
    """
    met_pgb = van.heeft("pgb") or van.heeft("toewijzingen")
    if not (van.pop.kolommen & {"zzpcode"} or van.heeft("indicaties") or met_pgb):
        yield Niet("kolom zzpcode en tabel indicaties ontbreken")
        return
    w5 = profielcode(*van.vast("geen_pgb"))
    van.batch(w5).getoetst()
    als_pgb = van.batch(vorm("pgb"))
    yield from als_pgb.zonder_profiel()
    yield (
        als_pgb.waar(w5)
        .met(zzpcode="profielcode")
        .afkeur("8866", "een pgb is bij zzpcode {zzpcode} niet mogelijk", "zzpcode leveringsvorm")
    )
    pgb = van.als_lijnen(van.pgbdagen()).waar(een_van("zzpcode", van.vast("geen_pgb"))).berekend()
    if pgb.aantal():
        kolommen = "rij", "bsn", "begin", "eind", "dagen"
        naast = van.batch().kolommen(*kolommen).alleen_van(pgb).gedekt(pgb, als="pgbdagen")
        naast.getoetst("{pgbdagen} van {dagen} dagen met een pgb")
        yield (
            naast.waar(pl.col("pgbdagen") > 0)
            .met_rij("pgb", pgb.frame)
            .signaal("8866", "{pgbdagen} van {dagen} dagen met een pgb op GGZ-W5{pgb:rij}; dat is niet mogelijk")
        )


@regel(
    "GGZ-04",
    "GGZ-B anders dan als verblijf",
    bereik="regel",
    retourcodes=("8229",),
    kolommen_deels=("leveringsvorm",),
    een_van=(PROFIEL,),
)
def ggz_04(van: Van) -> Iterator[Uitkomst]:
    """Zoekt zorg thuis bij een GGZ-B-profiel.

    Wat: een declaratieregel met een profiel GGZ-B heeft niet leveringsvorm pgb, en is geen vpt, module, dagbesteding of
    schoonmaak.
    Waarom: bij GGZ-B horen behandeling en verblijf onlosmakelijk bij elkaar; thuis leveren kan niet.
    Voorbeeld: een module H126 met zzpcode 770 in 2017 wordt afgekeurd.
    Wat te doen: controleer de zzpcode en de leveringsvorm; thuis is er alleen zorg op een ander profiel.
    """
    # A vpt that no prestatie table knows is one all the same.
    vpt = soort("vpt") | (vorm("vpt") & leeg("soort"))
    wat_thuis = pl.coalesce(pl.col("soort").cast(pl.String), pl.lit("vpt"))
    thuis = van.batch(vorm("pgb") | vpt | ZORGVORM)
    van.batch(profiel("GGZ-B")).getoetst()
    yield from thuis.zonder_profiel()
    yield (
        thuis.waar(profiel("GGZ-B"))
        .met(zzpcode="profielcode", thuis=pl.when(vorm("pgb")).then(pl.lit("pgb")).otherwise(wat_thuis))
        .afkeur(
            "8229",
            "zzpcode {zzpcode} (GGZ-B) gaat alleen met verblijf; deze declaratieregel is {thuis}",
            "zzpcode leveringsvorm thuis",
        )
    )


@regel(
    "GGZ-05",
    "GGZ-W5 zonder afspraak",
    bereik="client",
    ernst="signaal",
    retourcodes=("0551",),
    tabellen=("afspraken", "machtigingen"),
    een_van=(PROFIEL,),
)
def ggz_05(van: Van) -> Iterator[Uitkomst]:
    """Zoekt bij GGZ-W5 de afspraak over deze zorg of deze cliënt.

    Wat: bij een pakket, module, dagbesteding of schoonmaak met zzpcode {maatwerk} (GGZ-W5) is er op de begindatum een
    rij in `afspraken` voor uitvoerder en prestatiecode, of een in `machtigingen` voor cliënt en prestatiecode.
    Waarom: beveiligd wonen is maatwerk: het zorgkantoor maakt afspraken over aantallen, of per cliënt.
    Voorbeeld: een module H126 met zzpcode 888 zonder afspraak en zonder machtiging is een signaal.
    Wat te doen: neem de afspraak of de machtiging op, of overleg met de zorginkoper.
    """
    zorg = van.batch(PAKKET | ZORGVORM)
    yield from zorg.zonder_profiel()
    w5 = zorg.waar(profielcode(*van.vast("maatwerk"))).met(zzpcode="profielcode").berekend().getoetst()
    if w5.aantal():
        afspraken = van.tabel("afspraken").rename({"agb": "uitvoerder"})
        zonder_afspraak = w5.alleen_van(w5.zonder_op_begin(afspraken, AFSPRAAK), ["rij"])
        yield zonder_afspraak.zonder_op_begin(van.tabel("machtigingen"), PRESTATIE).signaal(
            "0551",
            "{prestatiecode} bij zzpcode {zzpcode}: op {begindatum} geen afspraak en geen machtiging",
            "prestatiecode zzpcode begindatum",
        )
