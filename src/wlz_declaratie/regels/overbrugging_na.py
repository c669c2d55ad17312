"""OVB: the O-prestatie, bridging care after (SG)LVG treatment."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.begrippen import LVG_PROFIELEN, SGLVG_KENMERKEN
from wlz_declaratie.kern.regel import KENMERKEN, regel
from wlz_declaratie.kern.taal.kiezen import eigen_pakket, leeg, profiel, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst
from wlz_declaratie.regels.episodes import BESLUIT, PLAATS, met_episode

KOLOMMEN = (
    *("rij", "batch", "volgorde", *PLAATS, "besluitnummer", "begin", "eind", "prestatiecode", "soort"),
    *("profielcode", "profiel"),
)


def _te_veel(van: Van, overbrugging: Lijnen) -> pl.LazyFrame:
    te_veel = pl.col("dagen_gebruikt") - pl.col("toegestaan")
    return (
        overbrugging.opgeteld(BESLUIT, "dagen_gebruikt")
        .van_batch()
        .met(toegestaan=van.waarde("max_dagen"))
        .getoetst("{dagen_gebruikt} van {toegestaan} dagen overbrugging na behandeling")
        .met(te_veel=te_veel)
        .waar(pl.col("te_veel") > 0)
        .afkeur(
            "0584",
            "{dagen_gebruikt} dagen overbrugging na behandeling onder dit besluit, {toegestaan} toegestaan: "
            "{te_veel} te veel",
        )
    )


def _zonder_behandeling_ervoor(van: Van, overbrugging: Lijnen) -> Iterator[Uitkomst]:
    """O-prestaties of a run that begins before any own package of that client and uitvoerder."""
    eigen = van.lijnen(eigen_pakket(*LVG_PROFIELEN)).alleen_van(overbrugging, PLAATS)
    eerste = eigen.frame.group_by(PLAATS).agg(eigen_pakket_vanaf=pl.min("begin"))
    reeksen = met_episode(overbrugging.frame, PLAATS, van.vast("grootste_gat"))
    in_batch = van.als_lijnen(reeksen.join(eerste, on=PLAATS, how="left")).van_batch().met(reeks_vanaf="episode_begin")
    gegevens = "reeks_vanaf:datum eigen_pakket_vanaf:datum"
    wat = "de O-prestaties bij deze uitvoerder begonnen op {reeks_vanaf:datum}"
    yield in_batch.waar(leeg("eigen_pakket_vanaf")).signaal(
        "0553", f"{wat}; daar is geen eigen pakket (SG)LVG van bekend, in batch of historie", gegevens
    )
    yield in_batch.waar(pl.col("reeks_vanaf") < pl.col("eigen_pakket_vanaf")).signaal(
        "0553", f"{wat}, voor het eerste eigen pakket (SG)LVG daar ({{eigen_pakket_vanaf:datum}})", gegevens
    )


@regel(
    "OVB-04",
    "O-prestatie na (SG)LVG-behandeling klopt niet",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8229", "0584", "8010", "0553"),
    tabellen_deels=("aanbieders",),
    leest=(KENMERKEN, "indicaties"),
)
def ovb_04(van: Van) -> Iterator[Uitkomst]:
    """Toetst de overbrugging na de behandeling, in afwachting van de volgende plaats.

    Wat: bij een O-prestatie hoort de nieuwe indicatie, niet meer een (SG)LVG-profiel. De verschillende dagen
    van alle O-prestaties van één cliënt en besluit blijven samen binnen {max_dagen}, eerdere batches eerst
    geteld. De uitvoerder is op de begindatum een (SG)LVG-instelling (kenmerk lvg, sglvg of borg). Een reeks
    O-prestaties met gaten van hooguit {grootste_gat} dagen begint op of na de begindatum van een eigen pakket (SG)LVG
    van deze cliënt bij deze uitvoerder; anders is het een signaal.
    Waarom: met een nieuwe Wlz-indicatie mag iemand nog hooguit twee keer 13 weken blijven in de (SG)LVG-instelling
    waar hij of zij behandeld is.
    Voorbeeld: 150 dagen eerder gedeclareerd en nu een declaratieregel van 40 dagen: 190, dat zijn er 8 te veel.
    Wat te doen: zet de zzpcode van de nieuwe indicatie op de declaratieregel; declareer niet meer dagen dan nog mogen;
    geef met --historie de declaraties van de behandeling mee.
    """
    overbrugging = van.lijnen(soort("overbrugging")).kolommen(*KOLOMMEN).berekend()
    in_batch = overbrugging.van_batch()
    yield from in_batch.zonder_profiel()
    yield (
        in_batch.waar(profiel(*LVG_PROFIELEN))
        .met(zzpcode="profielcode")
        .afkeur("8229", "zzpcode {zzpcode} is nog een (SG)LVG-profiel; na de behandeling geldt de nieuwe indicatie")
    )
    yield _te_veel(van, overbrugging)
    if van.heeft("aanbieders"):
        yield in_batch.zonder_kenmerk(*SGLVG_KENMERKEN).afkeur(
            "8010", "{prestatiecode} vraagt een (SG)LVG-instelling; deze uitvoerder is dat niet op {begindatum}"
        )
    yield from _zonder_behandeling_ervoor(van, overbrugging)
