"""OVB: waiting for a place, the condition for bridging care."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from wlz_declaratie.basis.dagen import binnen
from wlz_declaratie.kern.begrippen import LVG_PROFIELEN
from wlz_declaratie.kern.overbrugging import met_groepen
from wlz_declaratie.kern.regel import KENMERKEN, PROFIEL, regel
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst
from wlz_declaratie.regels.episodes import getoetste_episodes, zonder_profiel

WACHT = ["bsn", "kenmerken"]
"""Who waits, and at what kind of instelling: one with one of these kenmerken."""


def _opgesomd(waarden: Sequence[object]) -> str:
    *eerder, laatste = map(str, waarden)
    return f"{', '.join(eerder)} of {laatste}" if eerder else laatste


def _passend(van: Van) -> dict[str, list[str]]:
    """The kenmerken that fit an indication, by their names in a sentence: of LVG, of SGLVG, and of both at once."""
    per_groep = [van.vast(f"instelling_{groep.lower()}") for groep in LVG_PROFIELEN]
    return {_opgesomd(kenmerken): kenmerken for kenmerken in (*per_groep, [k for groep in per_groep for k in groep])}


def _met_kenmerken(van: Van, lijnen: Lijnen) -> Lijnen:
    """The lines with ``kenmerken``: those, as a text, of an instelling that fits the indication on begindatum."""
    indicaties = van.tabel("indicaties") if van.heeft("indicaties") else None
    lvg, sglvg, beide = _passend(van)
    tekst = (
        pl.when(pl.col("LVG") & pl.col("SGLVG"))
        .then(pl.lit(beide))
        .when("LVG")
        .then(pl.lit(lvg))
        .otherwise(pl.lit(sglvg))
    )
    return van.als_lijnen(met_groepen(lijnen.frame, indicaties)).met(kenmerken=tekst).berekend()


def _wachtend(van: Van, lijnen: Lijnen) -> pl.LazyFrame:
    """The days (WACHT, instelling, begin, eind) on which the clients of ``lijnen`` wait at an instelling that fits.

    At any instelling, without ``aanbieders``.
    """
    wachtend = (
        van.tabel("wachtstatus")
        .filter(pl.col("status").is_in(van.vast("wachtend")))
        .join(lijnen.frame.select(WACHT).unique(), on="bsn", how="inner")
        .select(*WACHT, "instelling", "begin", "eind")
    )
    if not van.heeft("aanbieders"):
        return wachtend
    gemerkt = pl.concat(
        van.tabel("aanbieders")
        .filter(pl.col("kenmerk").is_in(kenmerken))
        .select("begin", "eind", instelling="agb", kenmerken=pl.lit(tekst))
        for tekst, kenmerken in _passend(van).items()
    )
    return binnen(wachtend, gemerkt, ["instelling", "kenmerken"])


def _met_overeenkomst(van: Van, wachtend: pl.LazyFrame) -> pl.LazyFrame:
    """Those days on which the instelling has a row in ``afspraken``."""
    afspraken = van.tabel("afspraken").select("begin", "eind", instelling="agb")
    return binnen(wachtend, afspraken.join(wachtend, on="instelling", how="semi"), ["instelling"])


@regel(
    "OVB-02",
    "Overbrugging zonder actief te wachten",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0551",),
    tabellen=("wachtstatus",),
    tabellen_deels=("aanbieders", "afspraken"),
    een_van=(PROFIEL,),
    leest=(KENMERKEN, "toewijzingen"),
)
def ovb_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de (SG)LVG-instelling waar de cliënt op wacht.

    Wat: op de begindatum van een overbruggingsregel staat de cliënt op actief wachten, urgent plaatsen of actief
    plaatsen bij een instelling die past bij de indicatie: met het kenmerk lvg voor LVG, sglvg of borg voor SGLVG.
    Zonder de tabel `aanbieders` telt elke instelling. Geldt dat niet op elke dag van de declaratieregel, of heeft geen
    van die instellingen op de begindatum een rij in `afspraken`, dan is het een signaal. Wie onder de overgangsregeling
    valt, wordt niet getoetst.
    Waarom: overbrugging is alleen voor wie actief wacht op opname bij een (SG)LVG-instelling waarmee het zorgkantoor
    een overeenkomst heeft.
    Voorbeeld: de wachtstatus is 2 (wacht op voorkeur): de declaratieregel wordt afgekeurd.
    Wat te doen: laat de wachtstatus of het kenmerk van de instelling corrigeren, of stop de overbrugging.
    """
    yield from zonder_profiel(van)
    lijnen = _met_kenmerken(van, getoetste_episodes(van)).getoetst()
    if not lijnen.aantal():
        return
    wachtend = _wachtend(van, lijnen).collect().lazy()
    status = f"wachtstatus {_opgesomd(van.vast('wachtend'))}"
    waar = "bij een instelling met kenmerk {kenmerken}" if van.heeft("aanbieders") else "bij een instelling"
    yield lijnen.zonder_op_begin(wachtend, WACHT).afkeur("0551", f"op {{begindatum}} geen {status} {waar}")

    op_begin = lijnen.met_op_begin(wachtend, WACHT)
    yield (
        op_begin.waar(pl.col("laatste_tot") < pl.col("eind"))
        .gedekt(wachtend, WACHT, "dagen_wachtend")
        .signaal("0551", f"op {{dagen_wachtend}} van {{dagen}} dagen {status} {waar}")
    )
    if van.heeft("afspraken"):
        yield (
            op_begin.kolommen("rij", *WACHT, "begin", "eind")
            .zonder_op_begin(_met_overeenkomst(van, wachtend), WACHT)
            .signaal("0551", f"op {{begindatum}} {status}, maar bij geen instelling met een afspraak op die dag")
        )
