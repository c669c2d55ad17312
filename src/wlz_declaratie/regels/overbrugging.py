"""OVB: bridging care, before a place in (SG)LVG treatment is free and after that treatment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from wlz_declaratie.basis.dagen import (
    OPEN_EIND,
    datum_tekst,
    gedekte_dagen,
    met_groep,
    met_laatst_begonnen,
    reeksen,
    vereniging,
    vorig_eind,
)
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.begrippen import LVG_PROFIELEN
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import KENMERKEN, Telling, regel
from wlz_declaratie.kern.taal.kiezen import profiel, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

BESLUIT = ["bsn", "besluitnummer"]
"""Days count per client and decision; lines without besluitnummer are a group of their own."""
PLAATS = ["bsn", "uitvoerder"]


def _episodes(pop: Populatie, grootste_gat: int, overgang_voor: int, overgang_tot: int) -> pl.LazyFrame:
    """Bridging lines of batch and history with the ``episode`` they lie in (numbered) and its first day.

    ``episode_begin`` is that day, ``overgang`` says that the transitional scheme exempts the line. Sorted by
    ``groep`` (client and decision), then begin.
    """
    lijnen = pop.lijnen.filter("overbrugging").select(
        "rij", "batch", "volgorde", *PLAATS, "besluitnummer", "begin", "eind", "dagen"
    )
    begin = pl.when(pl.col("reeks").ne_missing(pl.col("reeks").shift())).then("begin").forward_fill()
    episodes = (
        reeksen(lijnen, BESLUIT, grootste_gat)
        .with_columns(episode_begin=begin)
        .with_columns(overgang=(pl.col("episode_begin") < overgang_voor) & (pl.col("eind") <= overgang_tot))
        .rename({"reeks": "episode"})
        .collect()
        .lazy()
    )
    onder_overgang = episodes.filter("overgang")
    if "indicaties" not in pop.dossier or onder_overgang.limit(1).collect().is_empty():
        return episodes
    verlopen = _zonder_indicatie_van_voor(onder_overgang, pop.dossier["indicaties"], overgang_voor)
    return episodes.with_columns(pl.col("overgang") & ~pl.col("rij").is_in(verlopen.implode()))


def episodes(van: Van) -> Lijnen:
    """The bridging lines by episode, derived once for all rules that look at them."""
    voor, tot_en_met = van.dag("overgang_episode_voor"), van.dag("overgang_tot_en_met")
    return van.eenmaal(_episodes, van.vast("grootste_gat"), voor, tot_en_met)


def getoetste_episodes(van: Van) -> Lijnen:
    """Those of the batch that the transitional scheme does not exempt."""
    return episodes(van).van_batch().waar(~pl.col("overgang"))


def _zonder_indicatie_van_voor(lijnen: pl.LazyFrame, indicaties: pl.LazyFrame, voor: int) -> pl.Series:
    """Rows on whose einddatum no (SG)LVG indication begun before day ``voor`` runs any more.

    The transitional scheme ends with that indication (B0 §3.7). Of a client without any such indication in the table
    nothing is known; such lines are left out.
    """
    van_lvg = indicaties.filter(pl.col("profiel").is_in(LVG_PROFIELEN)).select("bsn", "begin", "eind")
    op_einddatum = lijnen.select("rij", "bsn", begin="eind", eind="eind").join(van_lvg, on="bsn", how="semi")
    lopend = gedekte_dagen(op_einddatum, van_lvg.filter(pl.col("begin") < voor), ["bsn"], "lopend")
    return lopend.filter(pl.col("lopend") == 0).select("rij").collect()["rij"]


def _met_eerdere_episodes(lijnen: pl.LazyFrame, telt_vanaf: int) -> pl.LazyFrame:
    """Add what came before each line's episode: number of episodes, first and last day, days (``dagen_eerder``).

    Also ``telt_vanaf``, the first day of the line's own episode that counts. One pass, in the order of
    ``_episodes``: on the first line of an episode ``vorig_eind`` is the end of the episode before it.
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
    telt=Telling("episodes"),
    leest=(KENMERKEN, "indicaties"),
)
def ovb_01(van: Van) -> Iterator[Uitkomst]:
    """Telt de dagen waarop een (SG)LVG-indicatie anders dan met het eigen pakket is geleverd.

    Wat: overbruggingsregels van één cliënt en besluit met korte gaten ertussen vormen een episode. De duur
    van de eerdere episodes plus de dagen van deze episode tot en met de einddatum blijven binnen {max_dagen} dagen.
    Dagen voor 2019 tellen niet, en wie onder de overgangsregeling valt, wordt niet getoetst.
    Waarom: overbrugging is er tot opname in een (SG)LVG-instelling en duurt hooguit twee keer 13 weken.
    Voorbeeld: een vpt vanaf 1 januari 2026 mag tot en met 1 juli; de regel van 1 tot en met 31 juli wordt
    afgekeurd.
    Wat te doen: declareer tot en met de laatste dag die mag, en vraag voor de tijd daarna de passende
    indicatie aan.
    """
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
        .waar(~pl.col("overgang"), pl.col("dagen_gebruikt") > pl.col("toegestaan"))
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


def _een_van(waarden: Sequence[object]) -> str:
    *eerder, laatste = map(str, waarden)
    return f"{', '.join(eerder)} of {laatste}"


def _wachtend(van: Van) -> pl.LazyFrame:
    """Days (bsn, begin, eind) on which a client waits at an (SG)LVG instelling; at any, without ``aanbieders``."""
    wachtend = van.tabel("wachtstatus").filter(pl.col("status").is_in(van.vast("wachtend")))
    if not van.heeft("aanbieders"):
        return wachtend
    gemerkt = van.tabel("aanbieders").filter(pl.col("kenmerk").is_in(van.vast("behandelinstelling")))
    gemerkt = vereniging(gemerkt, ["agb"]).select("agb", _van="begin", _tot="eind")
    return (
        wachtend.join(gemerkt, left_on="instelling", right_on="agb", how="inner")
        .select("bsn", begin=pl.max_horizontal("begin", "_van"), eind=pl.min_horizontal("eind", "_tot"))
        .filter(pl.col("begin") <= pl.col("eind"))
    )


@regel(
    "OVB-02",
    "Overbrugging zonder actief te wachten",
    bereik="client",
    retourcodes=("0551",),
    tabellen=("wachtstatus",),
    tabellen_deels=("aanbieders",),
    leest=(KENMERKEN, "indicaties"),
)
def ovb_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de (SG)LVG-instelling waar de cliënt op wacht.

    Wat: op de begindatum van een overbruggingsregel staat de cliënt op actief wachten, urgent plaatsen of
    actief plaatsen bij een instelling met het kenmerk lvg, sglvg of borg. Zonder de tabel `aanbieders` telt
    elke instelling. Wie onder de overgangsregeling valt, wordt niet getoetst.
    Waarom: overbrugging is alleen voor wie wacht op opname bij een (SG)LVG-instelling.
    Voorbeeld: de wachtstatus is 2 (wacht op voorkeur): de regel wordt afgekeurd.
    Wat te doen: laat de wachtstatus of het kenmerk van de instelling corrigeren, of stop de overbrugging.
    """
    waar = "een instelling"
    if van.heeft("aanbieders"):
        waar += f" met kenmerk {_een_van(van.vast('behandelinstelling'))}"
    yield (
        getoetste_episodes(van)
        .zonder_op_begin(_wachtend(van))
        .afkeur("0551", f"op {{begindatum}} geen wachtstatus {_een_van(van.vast('wachtend'))} bij {waar}")
    )


def _met_lange_toewijzing(lijnen: pl.LazyFrame, toewijzingen: pl.LazyFrame) -> pl.LazyFrame:
    """Lines that share a day with a row of ``toewijzingen``, with the ``van`` and ``tot`` of one such row."""
    # A row that ends no later than one that began before it is never needed: that one touches the line too.
    laatste = (
        met_groep(toewijzingen, PLAATS)
        .with_columns(vorig_eind=vorig_eind())
        .filter(pl.col("vorig_eind").is_null() | (pl.col("eind") > pl.col("vorig_eind")))
        .select(*PLAATS, van="begin", tot="eind")
    )
    return met_laatst_begonnen(lijnen, laatste, PLAATS, "van", "eind").filter(pl.col("tot") >= pl.col("begin"))


@regel(
    "OVB-03",
    "Overbrugging zonder passende toewijzing",
    bereik="client",
    ernst="signaal",
    retourcodes=("0553",),
    tabellen=("toewijzingen",),
    leest=(KENMERKEN, "indicaties"),
)
def ovb_03(van: Van) -> Iterator[Uitkomst]:
    """Legt overbruggingsregels naast de toewijzingen voor overbrugging.

    Wat: elke dag van de regel ligt in een toewijzing van soort {soort_toewijzing} (overbrugging) voor deze cliënt en
    uitvoerder, en geen toewijzing waar de regel in valt, duurt langer dan {max_dagen_toewijzing} dagen. Wie onder de
    overgangsregeling valt, wordt niet getoetst.
    Waarom: overbrugging wordt per 13 weken toegewezen, zodat na de eerste termijn opnieuw wordt gekeken.
    Voorbeeld: een toewijzing overbrugging zonder einddatum geeft een signaal.
    Wat te doen: vraag het zorgkantoor om een toewijzing overbrugging voor de juiste periode.
    """
    maximum = van.vast("max_dagen_toewijzing")
    toewijzingen = van.toewijzingen(pl.col("soort") == van.vast("soort_toewijzing"))
    overbrugging = getoetste_episodes(van)
    yield (
        overbrugging.gedekt(toewijzingen, PLAATS, "dagen_toegewezen")
        .waar(pl.col("dagen_toegewezen") < pl.col("dagen"))
        .signaal(
            "0553", "{dagen_toegewezen} van {dagen} dagen vallen in een toewijzing overbrugging bij deze uitvoerder"
        )
    )
    lengte = pl.col("eind") - pl.col("begin") + 1
    te_lange = _met_lange_toewijzing(overbrugging.frame, toewijzingen.filter(lengte > maximum))
    open_einde = pl.col("tot") == OPEN_EIND
    te_lang = (
        van.als_lijnen(te_lange)
        .met(toewijzing_van="van", toewijzing_tot=pl.when(~open_einde).then("tot"), toegestaan=pl.lit(maximum))
        .met(dagen_toewijzing=(pl.col("toewijzing_tot") - pl.col("van") + 1).cast(pl.Int64))
    )
    hooguit = "een toewijzing overbrugging telt hooguit {toegestaan} dagen"
    gegevens = "toewijzing_van:datum toewijzing_tot:datum dagen_toewijzing toegestaan"
    yield te_lang.waar(open_einde).signaal(
        "0553", f"toewijzing vanaf {{toewijzing_van:datum}} zonder einddatum; {hooguit}", gegevens
    )
    periode = "{toewijzing_van:datum} t/m {toewijzing_tot:datum}"
    yield te_lang.waar(~open_einde).signaal(
        "0553", f"toewijzing van {periode} telt {{dagen_toewijzing}} dagen; {hooguit}", gegevens
    )


@regel(
    "OVB-04",
    "O-prestatie na (SG)LVG-behandeling: oude indicatie of te veel dagen",
    bereik="client",
    retourcodes=("8229", "0584"),
    leest=(KENMERKEN, "indicaties"),
)
def ovb_04(van: Van) -> Iterator[Uitkomst]:
    """Toetst de overbrugging na de behandeling, in afwachting van de volgende plaats.

    Wat: bij een O-prestatie hoort de nieuwe indicatie, niet meer een (SG)LVG-profiel. De verschillende dagen
    van alle O-prestaties van één cliënt en besluit blijven samen binnen {max_dagen}, eerdere batches eerst
    geteld.
    Waarom: met een nieuwe Wlz-indicatie mag iemand nog hooguit twee keer 13 weken in de (SG)LVG-instelling
    blijven.
    Voorbeeld: 150 dagen eerder gedeclareerd en nu een regel van 40 dagen: 190, dat zijn er 8 te veel.
    Wat te doen: zet de zzpcode van de nieuwe indicatie op de regel; declareer niet meer dagen dan nog mogen.
    """
    overbrugging = van.lijnen(soort("overbrugging"))
    yield (
        overbrugging.van_batch()
        .waar(profiel(*LVG_PROFIELEN))
        .afkeur("8229", "zzpcode {zzpcode} is nog een (SG)LVG-profiel; na de behandeling geldt de nieuwe indicatie")
    )
    te_veel = pl.col("dagen_gebruikt") - pl.col("toegestaan")
    yield (
        overbrugging.opgeteld(BESLUIT, "dagen_gebruikt")
        .van_batch()
        .met(toegestaan=van.waarde("max_dagen"))
        .met(te_veel=te_veel)
        .waar(pl.col("te_veel") > 0)
        .afkeur(
            "0584",
            "{dagen_gebruikt} dagen overbrugging na behandeling onder dit besluit, {toegestaan} toegestaan: "
            "{te_veel} te veel",
        )
    )
