"""OVB: bridging care, for as long as there is no place in (SG)LVG treatment."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import datum_tekst
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.begrippen import LVG_PROFIELEN
from wlz_declaratie.kern.regel import KENMERKEN, PROFIEL, Telling, regel
from wlz_declaratie.kern.taal.kiezen import een_van, eigen_pakket, gevuld, leeg, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst
from wlz_declaratie.regels.episodes import BESLUIT, episodes, zonder_profiel


def _met_eerdere_episodes(lijnen: pl.LazyFrame, telt_vanaf: int) -> pl.LazyFrame:
    """Add what came before each line's episode: number of episodes, first and last day, days (``dagen_eerder``).

    Also ``telt_vanaf``, the first day of the line's own episode that counts. One pass, in the order of
    ``episodes``: on the first line of an episode ``vorig_eind`` is the end of the episode before it.
    """
    eerste_van_groep = pl.col("vorig_eind").is_null()
    volgende_episode = ~eerste_van_groep & (pl.col("episode") != pl.col("episode").shift())
    vorig_begin = pl.max_horizontal(pl.col("episode_begin").shift(), pl.lit(telt_vanaf))
    vorige_lengte = pl.max_horizontal(pl.col("vorig_eind") - vorig_begin + 1, pl.lit(0)).cast(pl.Int64)

    def sinds(waar: pl.Expr, kolom: str) -> pl.Expr:
        return pl.when(waar).then(kolom).forward_fill()

    return lijnen.with_columns(
        opgeteld=pl.when(volgende_episode).then(vorige_lengte).otherwise(0).cum_sum()
    ).with_columns(
        telt_vanaf=pl.max_horizontal("episode_begin", pl.lit(telt_vanaf)),
        dagen_eerder=pl.col("opgeteld") - sinds(eerste_van_groep, "opgeteld"),
        eerdere_episodes=pl.col("episode") - sinds(eerste_van_groep, "episode"),
        eerder_van=sinds(eerste_van_groep, "episode_begin"),
        eerder_tot=sinds(volgende_episode, "vorig_eind"),
    )


@regel(
    "OVB-01",
    "Meer dan 2 × 13 weken overbrugging",
    bereik="client",
    retourcodes=("0584",),
    een_van=(PROFIEL,),
    telt=Telling("episodes"),
    leest=(KENMERKEN, "toewijzingen"),
)
def ovb_01(van: Van) -> Iterator[Uitkomst]:
    """Telt de dagen waarop een (SG)LVG-indicatie anders dan met het eigen pakket is geleverd.

    Wat: overbruggingsregels van één cliënt en besluit met korte gaten ertussen vormen een episode. De duur
    van de eerdere episodes plus de dagen van deze episode tot en met de einddatum blijven binnen {max_dagen} dagen.
    Dagen voor 2019 tellen niet, en wie onder de overgangsregeling valt, wordt niet getoetst.
    Waarom: overbrugging is er tot opname in een (SG)LVG-instelling en duurt hooguit twee keer 13 weken.
    Voorbeeld: een vpt vanaf 1 januari 2026 mag tot en met 1 juli; de declaratieregel van 1 tot en met 31 juli wordt
    afgekeurd.
    Wat te doen: declareer tot en met de laatste dag die mag, en vraag voor de tijd daarna de passende
    indicatie aan.
    """
    yield from zonder_profiel(van)
    telt_vanaf = van.dag("telt_vanaf")
    rest = pl.col("toegestaan") - pl.col("dagen_eerder")
    # Where earlier episodes used everything up, the last day allowed lies in the last one with days left.
    laatste_dag = pl.when(rest > 0).then(pl.col("telt_vanaf") + rest - 1).forward_fill()
    telt_later = zin(" en telt vanaf {}", datum_tekst(pl.col("telt_vanaf")))
    eerder_van, eerder_tot = datum_tekst(pl.col("eerder_van")), datum_tekst(pl.col("eerder_tot"))
    eerdere = zin(
        "; eerder {} dagen in {} episode(s) van {} t/m {}", "dagen_eerder", "eerdere_episodes", eerder_van, eerder_tot
    )
    heeft_eerdere = pl.col("dagen_eerder") > 0
    yield (
        van.als_lijnen(_met_eerdere_episodes(episodes(van).frame, telt_vanaf))
        .met(
            dagen_gebruikt=pl.col("dagen_eerder") + pl.col("eind") - pl.col("telt_vanaf") + 1,
            toegestaan=van.waarde("max_dagen"),
        )
        .met(laatste_dag=laatste_dag)
        .van_batch()
        .waar(~pl.col("overgang"))
        .getoetst("{dagen_gebruikt} van {toegestaan} dagen overbrugging")
        .waar(pl.col("dagen_gebruikt") > pl.col("toegestaan"))
        .met(
            telt_later=pl.when(pl.col("telt_vanaf") > pl.col("episode_begin")).then(telt_later).otherwise(pl.lit("")),
            eerdere=pl.when(heeft_eerdere).then(eerdere).otherwise(pl.lit("")),
            episode_vanaf="episode_begin",
            eerder_van=pl.when(heeft_eerdere).then("eerder_van"),
            eerder_tot=pl.when(heeft_eerdere).then("eerder_tot"),
        )
        .afkeur(
            "0584",
            "{dagen_gebruikt} dagen overbrugging, {toegestaan} toegestaan; laatste dag {laatste_dag:datum}; "
            "deze episode begon {episode_vanaf:datum}{telt_later:tekst}{eerdere:tekst}",
            "dagen_gebruikt toegestaan laatste_dag:datum episode_vanaf:datum telt_vanaf:datum eerdere_episodes "
            "dagen_eerder eerder_van:datum eerder_tot:datum",
        )
    )


def _opname(overbrugging: Lijnen, eigen: Lijnen) -> Lijnen:
    """With ``opname``: the first day of the own package under the same decision; null where there is none.

    Where the line or the own package has no besluitnummer, the client alone decides.
    """

    def eerste(lijnen: Lijnen, *per: str) -> pl.LazyFrame:
        return lijnen.frame.group_by(per).agg(opname=pl.min("begin"))

    met_besluit, zonder_besluit = overbrugging.waar(gevuld("besluitnummer")), overbrugging.waar(leeg("besluitnummer"))
    per_paar = [
        met_besluit.met_velden(eerste(eigen.waar(gevuld("besluitnummer")), *BESLUIT), BESLUIT),
        met_besluit.met_velden(eerste(eigen.waar(leeg("besluitnummer")), "bsn"), ["bsn"]),
        zonder_besluit.met_velden(eerste(eigen, "bsn"), ["bsn"]),
    ]
    samen = pl.concat([paar.frame for paar in per_paar])
    return overbrugging.met_velden(samen.group_by("rij").agg(pl.min("opname")), ["rij"])


@regel(
    "OVB-05",
    "Overbrugging na de opname",
    bereik="client",
    ernst="signaal",
    retourcodes=("0553",),
    een_van=(PROFIEL,),
)
def ovb_05(van: Van) -> Iterator[Uitkomst]:
    """Zoekt overbrugging die begint na de opname in de (SG)LVG-instelling.

    Wat: een overbruggingsregel begint voor het eigen pakket (Z513 tot en met Z553, Z573, Z560) van dezelfde cliënt.
    Zijn beide besluitnummers gevuld, dan alleen onder hetzelfde besluit.
    Waarom: overbrugging duurt tot de opname. Wie daarna verhuist, heeft daar een andere indicatie voor nodig.
    Voorbeeld: Z533 tot en met 31 januari en een vpt vanaf 1 februari, op dezelfde indicatie.
    Wat te doen: vraag de indicatie aan die bij de nieuwe plaats past, en declareer daarop.
    """
    yield from zonder_profiel(van)
    kolommen = "rij", "bsn", "besluitnummer", "begin"
    overbrugging = van.batch("overbrugging").kolommen(*kolommen).berekend()
    # Who is elsewhere on an own package of another profile, is bridging there: that line is not after itself.
    eigen = (
        van.lijnen(eigen_pakket(*LVG_PROFIELEN))
        .alleen_van(overbrugging)
        .met(begin=pl.col("begin") + pl.col("overbrugging").cast(pl.Int32))
        .kolommen(*kolommen)
        .berekend()
    )
    yield (
        _opname(overbrugging, eigen)
        .waar(pl.col("begin") >= pl.col("opname"))
        .signaal(
            "0553",
            "begint op {begindatum}, na opname in het eigen pakket (SG)LVG op {opname:datum}; overbrugging duurt tot "
            "opname",
        )
    )


@regel(
    "OVB-06",
    "Overbrugging met een pakket van een andere sector",
    bereik="client",
    ernst="signaal",
    retourcodes=("8229",),
    een_van=(PROFIEL,),
)
def ovb_06(van: Van) -> Iterator[Uitkomst]:
    """Toetst van welke sector het pakket is waarmee wordt overbrugd.

    Wat: een overbruggingsregel met verblijf of vpt heeft een prestatie van de sector VG; een vpt mag ook dat van
    (SG)LVG zelf zijn. Een prestatie zonder sector wordt niet getoetst.
    Waarom: overbruggen kan met een VG-toewijzing, een vpt of een mpt.
    Voorbeeld: Z631 (LG) bij een cliënt met indicatie LVG3 is een signaal.
    Wat te doen: controleer prestatie en indicatie; vraag een passende indicatie aan als de cliënt andere zorg nodig
    heeft.
    """
    yield from zonder_profiel(van)
    overbrugging = van.batch("overbrugging", gevuld("sector"), soort("verblijf", "vpt")).getoetst()
    pakket = overbrugging.waar(~een_van("sector", van.vast("sectoren")))
    eigen_vpt = soort("vpt") & een_van("sector", van.vast("sectoren_vpt"))
    yield pakket.waar(~eigen_vpt).signaal(
        "8229", "overbrugging van een (SG)LVG-indicatie met {prestatiecode}, sector {sector}"
    )
