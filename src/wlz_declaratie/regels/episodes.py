"""Episodes of bridging care, and the transition scheme (Overgangsregeling) that exempts some of its lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from wlz_declaratie.basis.dagen import met_laatst_begonnen, met_laatste_periode, reeksen, vereniging
from wlz_declaratie.kern.begrippen import LVG_PROFIELEN, MPT, OVERBRUGBAAR, VPT
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.taal.kiezen import een_van, leeg, soort, vorm
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Deels

BESLUIT = ["bsn", "besluitnummer"]
"""Days count per client and decision; lines without besluitnummer are a group of their own."""
PLAATS = ["bsn", "uitvoerder"]


def met_episode(lijnen: pl.LazyFrame, op: Sequence[str], grootste_gat: int) -> pl.LazyFrame:
    """Add the ``episode`` in which each line lies (numbered) and ``episode_begin``, its first day.

    An episode is a run of lines of one group whose gaps are at most ``grootste_gat`` days. Sorted by ``groep``, then
    begin; ``vorig_eind`` is the latest eind before the line.
    """
    begin = pl.when(pl.col("reeks").ne_missing(pl.col("reeks").shift())).then("begin").forward_fill()
    return reeksen(lijnen, op, grootste_gat).with_columns(episode_begin=begin).rename({"reeks": "episode"})


def _episodes(pop: Populatie, grootste_gat: int, overgang_voor: int, overgang_tot_en_met: int) -> pl.LazyFrame:
    """Bridging lines of batch and history by episode; ``overgang``: the transition scheme exempts the line."""
    lijnen = pop.lijnen.filter("overbrugging").select(
        "rij", "batch", "volgorde", *PLAATS, "besluitnummer", "begin", "eind", "dagen", "soort", "profiel"
    )
    gevonden = met_episode(lijnen, BESLUIT, grootste_gat).collect().lazy()
    vrijgesteld = onder_overgangsregeling(gevonden, pop.dossier, overgang_voor, overgang_tot_en_met)
    return gevonden.with_columns(overgang=pl.col("rij").is_in(vrijgesteld.implode()))


def episodes(van: Van) -> Lijnen:
    """The bridging lines by episode, derived once for all rules that look at them."""
    voor, tot_en_met = van.dag("overgang_voor"), van.dag("overgang_tot_en_met")
    return van.eenmaal(_episodes, van.vast("grootste_gat"), voor, tot_en_met)


def getoetste_episodes(van: Van) -> Lijnen:
    """Those of the batch that the transition scheme does not exempt."""
    return episodes(van).van_batch().waar(~pl.col("overgang"))


def onder_overgangsregeling(
    lijnen: pl.LazyFrame, dossier: Mapping[str, pl.LazyFrame], voor: int, tot_en_met: int
) -> pl.Series:
    """Rows of bridging lines (with ``episode_begin``) that the transition scheme of B0 §3.7 exempts.

    Such a line ends by day ``tot_en_met`` and while the indication of before day ``voor`` runs, and care other than
    the own package was there before that day: a toewijzing says so, or where the client has none, the episode.
    """
    tijdig = lijnen.filter(pl.col("eind") <= tot_en_met).collect()
    if tijdig.is_empty():
        return tijdig["rij"]
    kandidaten = tijdig.lazy()
    vrij = pl.col("episode_begin") < voor
    if "toewijzingen" in dossier:
        kandidaten = _met_toegewezen(kandidaten, dossier["toewijzingen"], voor)
        vrij = pl.when("heeft_toewijzing").then("toegewezen").otherwise(vrij)
    if "indicaties" in dossier:
        kandidaten = _met_lopende_indicatie(kandidaten, dossier["indicaties"], voor)
        vrij = vrij & pl.col("indicatie_loopt")
    return kandidaten.filter(vrij).select("rij").collect()["rij"]


def _met_toegewezen(lijnen: pl.LazyFrame, toewijzingen: pl.LazyFrame, voor: int) -> pl.LazyFrame:
    """Add ``heeft_toewijzing``, any of the client, and ``toegewezen``: one from before ``voor`` that is a ground.

    That is one of vpt or mpt, at whichever uitvoerder, or one of a profile outside (SG)LVG here and on begindatum.
    """
    van_hen = toewijzingen.join(lijnen, on="bsn", how="semi").rename({"instelling": "uitvoerder"}).collect().lazy()
    eerder = van_hen.filter(pl.col("begin") < voor)
    thuis = een_van("leveringsvorm", [VPT, MPT])
    ander_profiel = pl.col("zzpcode").is_not_null() & ~een_van("profiel", LVG_PROFIELEN)
    clienten = van_hen.group_by("bsn").agg(thuis=(thuis & (pl.col("begin") < voor)).any())
    hier = (pl.col("laatste_tot") >= pl.col("begin")).fill_null(False)
    return (
        met_laatste_periode(lijnen, eerder.filter(ander_profiel), PLAATS)
        .join(clienten, on="bsn", how="left")
        .with_columns(
            heeft_toewijzing=pl.col("thuis").is_not_null(), toegewezen=hier | pl.col("thuis").fill_null(False)
        )
        .drop("laatste_van", "laatste_tot", "thuis")
    )


def _met_lopende_indicatie(lijnen: pl.LazyFrame, indicaties: pl.LazyFrame, voor: int) -> pl.LazyFrame:
    """Add ``indicatie_loopt``: an (SG)LVG indication begun before day ``voor`` runs on einddatum.

    Of a client without any such indication in the table nothing is known; there it is true.
    """
    van_lvg = indicaties.filter(een_van("profiel", LVG_PROFIELEN)).join(lijnen, on="bsn", how="semi").collect().lazy()
    perioden = vereniging(van_lvg.filter(pl.col("begin") < voor), ["bsn"])
    perioden = perioden.select("bsn", indicatie_van="begin", indicatie_tot="eind")
    clienten = van_lvg.select("bsn").unique().with_columns(heeft_indicatie=pl.lit(True))
    loopt = (pl.col("indicatie_tot") >= pl.col("eind")).fill_null(False)
    return (
        met_laatst_begonnen(lijnen, perioden, ["bsn"], "indicatie_van", tot="eind")
        .join(clienten, on="bsn", how="left")
        .with_columns(indicatie_loopt=pl.col("heeft_indicatie").is_null() | loopt)
        .drop("indicatie_van", "indicatie_tot", "heeft_indicatie")
    )


def zonder_profiel(van: Van) -> Iterator[Deels]:
    """Say of how many lines it cannot be told whether they are bridging care, for want of a profile."""
    yield from van.eenmaal(_zonder_profiel).van_batch().zonder_profiel()


def _zonder_profiel(pop: Populatie) -> pl.LazyFrame:
    overbrugbaar = soort(*OVERBRUGBAAR) & ~vorm("pgb")
    return pop.lijnen.filter("batch", overbrugbaar, leeg("profielcode"), ~pl.col("overbrugging")).select(
        "rij", "batch", "begin", "soort", "profielcode"
    )
