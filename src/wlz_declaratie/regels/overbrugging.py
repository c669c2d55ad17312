"""OVB: bridging care, before a place in (SG)LVG treatment is free and after that treatment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from wlz_declaratie.basis.dagen import (
    OPEN_EIND,
    als_datum,
    cumulatieve_dagen,
    dag,
    gedekte_dagen,
    met_groep,
    reeksen,
    vereniging,
    vorig_eind,
)
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.oud import bevinding, datum_tekst
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import LVG_PROFIELEN, Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

BESLUIT = ["bsn", "besluitnummer"]
"""Days count per client and decision; lines without besluitnummer are a group of their own."""
PLAATS = ["bsn", "uitvoerder"]


def _episodes(pop: Populatie, p: Regelparameters) -> pl.LazyFrame:
    """Bridging lines of batch and history with the ``episode`` they lie in (numbered) and its first day.

    ``episode_begin`` is that day, ``overgang`` says that the transitional scheme exempts the line. Sorted by
    ``groep`` (client and decision), then begin.
    """
    lijnen = pop.lijnen.filter("overbrugging").select(
        "rij", "batch", "volgorde", *PLAATS, "besluitnummer", "begin", "eind", "dagen"
    )
    begin = pl.when(pl.col("reeks").ne_missing(pl.col("reeks").shift())).then("begin").forward_fill()
    voor, tot_en_met = (dag(p.dagwaarde(f"overgang_{naam}")) for naam in ("episode_voor", "tot_en_met"))
    episodes = (
        reeksen(lijnen, BESLUIT, p.vast("grootste_gat"))
        .with_columns(episode_begin=begin)
        .with_columns(overgang=(pl.col("episode_begin") < voor) & (pl.col("eind") <= tot_en_met))
        .rename({"reeks": "episode"})
        .collect()
    )
    if "indicaties" not in pop.dossier or not episodes["overgang"].any():
        return episodes.lazy()
    verlopen = _zonder_indicatie_van_voor(episodes.lazy().filter("overgang"), pop.dossier["indicaties"], voor)
    return episodes.lazy().with_columns(pl.col("overgang") & ~pl.col("rij").is_in(verlopen.implode()))


def _zonder_indicatie_van_voor(lijnen: pl.LazyFrame, indicaties: pl.LazyFrame, voor: int) -> pl.Series:
    """Rows on whose einddatum no (SG)LVG indication begun before day ``voor`` runs any more.

    The transitional scheme ends with that indication (B0 §3.7). Of a client without any such indication in the table
    nothing is known; such lines are left out.
    """
    van_lvg = indicaties.filter(pl.col("profiel").is_in(LVG_PROFIELEN)).select("bsn", "begin", "eind")
    laatste_dag = lijnen.select("rij", "bsn", begin="eind", eind="eind").join(van_lvg, on="bsn", how="semi")
    lopend = gedekte_dagen(laatste_dag, van_lvg.filter(pl.col("begin") < voor), ["bsn"], "lopend")
    return lopend.filter(pl.col("lopend") == 0).select("rij").collect()["rij"]


def _met_eerdere_episodes(lijnen: pl.LazyFrame, telt_vanaf: int) -> pl.LazyFrame:
    """Add what came before each line's episode: number of episodes, first and last day, days (``eerder``).

    Also ``telt_begin``, the first day of the line's own episode that counts. One pass, in the order of
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
        telt_begin=pl.max_horizontal("episode_begin", pl.lit(telt_vanaf)),
        eerder=pl.col("opgeteld") - sinds(eerste_van_groep, "opgeteld"),
        eerdere_episodes=pl.col("episode") - sinds(eerste_van_groep, "episode"),
        eerder_van=sinds(eerste_van_groep, "episode_begin"),
        eerder_tot=sinds(volgende_episode, "vorig_eind"),
    )


@regel("OVB-01", "Meer dan 2 × 13 weken overbrugging", bereik="client", retourcodes=("0584",))
def ovb_01(van: Van) -> Iterator[Uitkomst]:
    """Telt de dagen waarop een (SG)LVG-indicatie anders dan met het eigen pakket is geleverd.

    Wat: overbruggingsregels van één cliënt en besluit met korte gaten ertussen vormen een episode. De duur
    van de eerdere episodes plus de dagen van deze episode tot en met de einddatum blijven binnen het maximum.
    Dagen voor 2019 tellen niet, en wie onder de overgangsregeling valt, wordt niet getoetst.
    Waarom: overbrugging is er tot opname in een (SG)LVG-instelling en duurt hooguit twee keer 13 weken.
    Voorbeeld: een vpt vanaf 1 januari 2026 mag tot en met 1 juli; de regel van 1 tot en met 31 juli wordt
    afgekeurd.
    Wat te doen: declareer tot en met de laatste dag die mag, en vraag voor de tijd daarna de passende
    indicatie aan.
    """
    pop, p = van.pop, van.p
    telt_vanaf = dag(p.dagwaarde("telt_vanaf"))
    rest = pl.col("maximum") - pl.col("eerder")
    # Where earlier episodes used everything up, the last day allowed lies in the last one with days left.
    laatste = pl.when(rest > 0).then(pl.col("telt_begin") + rest - 1).forward_fill()
    lijnen = (
        _met_eerdere_episodes(_episodes(pop, p), telt_vanaf)
        .with_columns(
            gebruikt=pl.col("eerder") + pl.col("eind") - pl.col("telt_begin") + 1,
            maximum=p.waarde("max_dagen"),
        )
        .with_columns(laatste=laatste)
        .filter("batch", p.geldig(), ~pl.col("overgang"), pl.col("gebruikt") > pl.col("maximum"))
    )
    heeft_eerdere = pl.col("eerder") > 0
    eerder_van, eerder_tot = datum_tekst(pl.col("eerder_van")), datum_tekst(pl.col("eerder_tot"))
    eerdere = (
        pl.when(heeft_eerdere)
        .then(
            zin(
                "; eerder {} dagen in {} episode(s) van {} t/m {}",
                "eerder", "eerdere_episodes", eerder_van, eerder_tot,
            )
        )
        .otherwise(pl.lit(""))
    )  # fmt: skip
    telt_later = (
        pl.when(pl.col("telt_begin") > pl.col("episode_begin"))
        .then(zin(" en telt vanaf {}", datum_tekst(pl.col("telt_begin"))))
        .otherwise(pl.lit(""))
    )
    yield bevinding(
        lijnen,
        zin(
            "{} dagen overbrugging, {} toegestaan; laatste dag {}; deze episode begon {}{}{}",
            "gebruikt", "maximum", datum_tekst(pl.col("laatste")), datum_tekst(pl.col("episode_begin")),
            telt_later, eerdere,
        ),
        "0584",
        gegevens={
            "dagen_gebruikt": pl.col("gebruikt"),
            "toegestaan": pl.col("maximum"),
            "laatste_dag": als_datum(pl.col("laatste")),
            "episode_vanaf": als_datum(pl.col("episode_begin")),
            "telt_vanaf": als_datum(pl.col("telt_begin")),
            "eerdere_episodes": pl.col("eerdere_episodes"),
            "dagen_eerder": pl.col("eerder"),
            "eerder_van": als_datum(pl.when(heeft_eerdere).then("eerder_van")),
            "eerder_tot": als_datum(pl.when(heeft_eerdere).then("eerder_tot")),
        },
    )  # fmt: skip


def _een_van(waarden: Sequence[str]) -> str:
    return f"{', '.join(waarden[:-1])} of {waarden[-1]}"


@regel(
    "OVB-02",
    "Overbrugging zonder actief te wachten",
    bereik="client",
    retourcodes=("0551",),
    tabellen=("wachtstatus",),
    tabellen_deels=("aanbieders",),
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
    pop, p = van.pop, van.p
    wachtend = pop.dossier["wachtstatus"].filter(pl.col("status").is_in(p.vast("wachtend")))
    actief = wachtend.select("bsn", "begin", "eind")
    waar = "een instelling"
    if "aanbieders" in pop.dossier:
        kenmerken = p.vast("behandelinstelling")
        gemerkt = pop.dossier["aanbieders"].filter(pl.col("kenmerk").is_in(kenmerken))
        gemerkt = vereniging(gemerkt, ["agb"]).select("agb", _van="begin", _tot="eind")
        actief = (
            wachtend.join(gemerkt, left_on="instelling", right_on="agb", how="inner")
            .select("bsn", begin=pl.max_horizontal("begin", "_van"), eind=pl.min_horizontal("eind", "_tot"))
            .filter(pl.col("begin") <= pl.col("eind"))
        )
        waar = f"een instelling met kenmerk {_een_van(kenmerken)}"
    lijnen = _episodes(pop, p).filter("batch", p.geldig(), ~pl.col("overgang"))
    op_begin = lijnen.select("rij", "bsn", "begin", eind="begin")
    statussen = _een_van([str(status) for status in p.vast("wachtend")])
    yield bevinding(
        gedekte_dagen(op_begin, actief, ["bsn"]).filter(pl.col("gedekt") == 0),
        zin("op {} geen wachtstatus {} bij {}", datum_tekst(pl.col("begin")), pl.lit(statussen), pl.lit(waar)),
        "0551",
        gegevens={"begindatum": als_datum(pl.col("begin"))},
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
    return (
        lijnen.sort("eind")
        .join_asof(
            laatste.sort("van"),
            left_on="eind",
            right_on="van",
            by=PLAATS,
            coalesce=False,
            check_sortedness=False,  # cannot be checked within groups; both sides are sorted right here
        )
        .filter(pl.col("tot") >= pl.col("begin"))
    )


@regel(
    "OVB-03",
    "Overbrugging zonder passende toewijzing",
    bereik="client",
    ernst="signaal",
    retourcodes=("0553",),
    tabellen=("toewijzingen",),
)
def ovb_03(van: Van) -> Iterator[Uitkomst]:
    """Legt overbruggingsregels naast de toewijzingen voor overbrugging.

    Wat: elke dag van de regel ligt in een toewijzing van soort 3 (overbrugging) voor deze cliënt en
    uitvoerder, en geen toewijzing waar de regel in valt, duurt langer dan 13 weken. Wie onder de
    overgangsregeling valt, wordt niet getoetst.
    Waarom: overbrugging wordt per 13 weken toegewezen, zodat na de eerste termijn opnieuw wordt gekeken.
    Voorbeeld: een toewijzing overbrugging zonder einddatum geeft een signaal.
    Wat te doen: vraag het zorgkantoor om een toewijzing overbrugging voor de juiste periode.
    """
    pop, p = van.pop, van.p
    soort, maximum = p.vast("soort_toewijzing"), p.vast("max_dagen_toewijzing")
    toewijzingen = (
        pop.dossier["toewijzingen"]
        .filter(pl.col("soort") == soort)
        .select("bsn", "begin", "eind", uitvoerder="instelling")
    )
    lijnen = _episodes(pop, p).filter("batch", p.geldig(), ~pl.col("overgang"))
    yield bevinding(
        gedekte_dagen(lijnen, toewijzingen, PLAATS).filter(pl.col("gedekt") < pl.col("dagen")),
        zin("{} van {} dagen vallen in een toewijzing overbrugging bij deze uitvoerder", "gedekt", "dagen"),
        "0553",
        ernst="signaal",
        gegevens={"dagen_toegewezen": pl.col("gedekt"), "dagen": pl.col("dagen")},
    )
    lengte = pl.col("eind") - pl.col("begin") + 1
    lang = _met_lange_toewijzing(lijnen, toewijzingen.filter(lengte > maximum))
    open_einde = pl.col("tot") == OPEN_EIND
    duur = (pl.col("tot") - pl.col("van") + 1).cast(pl.Int64)
    hooguit = zin("een toewijzing overbrugging telt hooguit {} dagen", pl.lit(maximum))
    yield bevinding(
        lang,
        pl.when(open_einde)
        .then(zin("toewijzing vanaf {} zonder einddatum; {}", datum_tekst(pl.col("van")), hooguit))
        .otherwise(
            zin(
                "toewijzing van {} t/m {} telt {} dagen; {}",
                datum_tekst(pl.col("van")), datum_tekst(pl.col("tot")), duur, hooguit,
            )
        ),
        "0553",
        ernst="signaal",
        gegevens={
            "toewijzing_van": als_datum(pl.col("van")),
            "toewijzing_tot": als_datum(pl.when(~open_einde).then("tot")),
            "dagen_toewijzing": pl.when(~open_einde).then(duur),
            "toegestaan": pl.lit(maximum),
        },
    )  # fmt: skip


@regel(
    "OVB-04",
    "O-prestatie na (SG)LVG-behandeling: oude indicatie of te veel dagen",
    bereik="client",
    retourcodes=("8229", "0584"),
)
def ovb_04(van: Van) -> Iterator[Uitkomst]:
    """Toetst de overbrugging na de behandeling, in afwachting van de volgende plaats.

    Wat: bij een O-prestatie hoort de nieuwe indicatie, niet meer een (SG)LVG-profiel. De verschillende dagen
    van alle O-prestaties van één cliënt en besluit blijven samen binnen het maximum, eerdere batches eerst
    geteld.
    Waarom: met een nieuwe Wlz-indicatie mag iemand nog hooguit twee keer 13 weken in de (SG)LVG-instelling
    blijven.
    Voorbeeld: 150 dagen eerder gedeclareerd en nu een regel van 40 dagen: 190, dat zijn er 8 te veel.
    Wat te doen: zet de zzpcode van de nieuwe indicatie op de regel; declareer niet meer dagen dan nog mogen.
    """
    pop, p = van.pop, van.p
    lijnen = pop.lijnen.filter(pl.col("soort") == "overbrugging").select(
        "rij", "batch", "volgorde", *BESLUIT, "zzpcode", "profiel", "begin", "eind", "dagen"
    )
    yield bevinding(
        lijnen.filter("batch", p.geldig(), pl.col("profiel").is_in(LVG_PROFIELEN)),
        zin("zzpcode {} is nog een (SG)LVG-profiel; na de behandeling geldt de nieuwe indicatie", "zzpcode"),
        "8229",
        gegevens={"zzpcode": pl.col("zzpcode")},
    )
    te_veel = pl.col("som") - pl.col("maximum")
    yield bevinding(
        cumulatieve_dagen(lijnen, BESLUIT, "som")
        .with_columns(maximum=p.waarde("max_dagen"))
        .filter("batch", p.geldig(), pl.col("som") > pl.col("maximum")),
        zin(
            "{} dagen overbrugging na behandeling onder dit besluit, {} toegestaan: {} te veel",
            "som", "maximum", te_veel,
        ),
        "0584",
        gegevens={"dagen_gebruikt": pl.col("som"), "toegestaan": pl.col("maximum"), "te_veel": te_veel},
    )  # fmt: skip
