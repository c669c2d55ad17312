"""LVHC, part 3: the clients of an expertise centre on one day beside the places in its advices."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import vereniging
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import gevuld, leeg
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Deels, Uitkomst
from wlz_declaratie.regels.lvhc import CENTRUM, GEEN_DOELGROEP, VERBLIJF, adviezen, regels_lvhc

DAG_VAN_CENTRUM = [*CENTRUM, "dag"]
TELLERS = ("clienten", "plaatsen", "adviezen", "open")
VOLGORDE = ("batch", "begin", "eind", "bestandnr", "regelnummer")
MEESTE_CLIENTDAGEN = 20_000_000
"""Beyond this many, days of too full centres are not looked at one by one: no country has so many."""


def _volle_dagen(verblijf: pl.LazyFrame, advies: pl.LazyFrame) -> pl.LazyFrame:
    """The days of a centre with more clients than places: CENTRUM, begin, eind, plaatsen, and ``clienten``.

    Days without an advice, and those on which an advice names no number of places, are left out. Each centre ends at
    zero, so one running sum over all of them will do.
    """

    def stappen(rijen: pl.LazyFrame, **waarden: pl.Expr) -> list[pl.LazyFrame]:
        tellers = {naam: waarden.get(naam, pl.lit(0)).cast(pl.Int64) for naam in TELLERS}
        return [
            rijen.select(*CENTRUM, dag="begin", **tellers),
            rijen.select(*CENTRUM, dag=pl.col("eind") + 1, **{naam: -teller for naam, teller in tellers.items()}),
        ]

    een, plaatsen = pl.lit(1), pl.col("plaatsen")
    per_client = vereniging(verblijf, ["bsn", *CENTRUM])
    van_advies = stappen(advies, adviezen=een, plaatsen=plaatsen.fill_null(0), open=plaatsen.is_null())
    return (
        pl.concat([*stappen(per_client, clienten=een), *van_advies])
        .group_by(DAG_VAN_CENTRUM)
        .agg(pl.sum(*TELLERS))
        .sort(DAG_VAN_CENTRUM)
        .with_columns(pl.col(*TELLERS).cum_sum())
        .with_columns(begin="dag", eind=pl.col("dag").shift(-1) - 1)
        .filter(pl.col("clienten") > pl.col("plaatsen"), pl.col("adviezen") > 0, pl.col("open") == 0)
        .select(*CENTRUM, "begin", "eind", "plaatsen", "clienten")
    )


def _per_dag(perioden: pl.LazyFrame) -> pl.LazyFrame:
    return perioden.with_columns(dag=pl.int_ranges("begin", pl.col("eind") + 1, dtype=pl.Int32)).explode("dag")


def _boven_de_plaatsen(verblijf: Lijnen, volle_dagen: pl.LazyFrame) -> pl.LazyFrame:
    """The lines (rij) of the latest clients on a full day, in the order of lines; with the first such ``dag``."""
    per_dag = volle_dagen.pipe(_per_dag).select(*DAG_VAN_CENTRUM, "plaatsen", "clienten")
    lijnen = verblijf.frame.sort(VOLGORDE).with_row_index("nummer").pipe(_per_dag)
    op_volle_dag = lijnen.select("rij", "bsn", "nummer", *DAG_VAN_CENTRUM).join(per_dag, on=DAG_VAN_CENTRUM)
    # The place of a client on a day is that of the first line that covers it.
    plaats = pl.col("nummer").min().over(*DAG_VAN_CENTRUM, "bsn").rank("dense").over(DAG_VAN_CENTRUM)
    return (
        op_volle_dag.with_columns(plaats=plaats)
        .filter(pl.col("plaats") > pl.col("plaatsen"))
        .sort("rij", "dag")
        .unique("rij", keep="first", maintain_order=True)
        .select("rij", "dag", "plaatsen", "clienten")
    )


@regel(
    "LVHC-07",
    "Meer cliënten op één dag dan plaatsen in het advies",
    bereik="batch",
    ernst="signaal",
    retourcodes=("0584",),
    tabellen=("prestaties", "aanbieders"),
)
def lvhc_07(van: Van) -> Iterator[Uitkomst]:
    """Telt per dag de cliënten van een expertisecentrum.

    Wat: op geen dag hebben meer cliënten een regel LVHC-verblijf van één uitvoerder en doelgroep dan er plaatsen zijn
    in de adviezen die dan gelden; adviezen tellen op. Van de cliënten die er te veel zijn, de laatste in de volgorde
    van de regels, krijgt elke regel van de batch met zo'n dag een signaal. Een dag zonder advies hoort bij LVHC-01.
    Waarom: het CELz-advies noemt hoeveel cliënten er tegelijk kunnen verblijven.
    Voorbeeld: één plaats, een cliënt tot en met 20 maart en een ander vanaf 20 maart: de tweede is een signaal.
    Wat te doen: ga na wie er die dag verbleef, of vul het advies aan in `aanbieders`.
    """
    alle = regels_lvhc(van, VERBLIJF)
    yield from alle.van_batch().waar(leeg("doelgroep")).ontoetsbaar_zonder(GEEN_DOELGROEP)
    verblijf = alle.waar(gevuld("doelgroep")).kolommen("rij", "bsn", "doelgroep", *VOLGORDE, *CENTRUM).berekend()
    if verblijf.niets:
        return
    advies = van.eenmaal(adviezen)
    zonder_aantal = verblijf.van_batch().gedekt(advies.waar(leeg("plaatsen")), CENTRUM).waar(pl.col("gedekt") > 0)
    yield from zonder_aantal.ontoetsbaar_zonder("aantal plaatsen in tabel aanbieders")
    vol = _volle_dagen(verblijf.frame, advies.frame).collect().lazy()
    raak = verblijf.gedekt(vol, CENTRUM).waar(pl.col("gedekt") > 0).berekend()
    clientdagen = raak.frame.select((pl.col("eind") - pl.col("begin") + 1).cast(pl.Int64).sum()).collect().item()
    if clientdagen > MEESTE_CLIENTDAGEN:
        yield Deels(f"meer dan {MEESTE_CLIENTDAGEN} cliëntdagen bij volle centra; niet per dag geteld", raak.aantal())
        return
    boven = _boven_de_plaatsen(raak, vol).collect().lazy()
    yield (
        raak.van_batch()
        .met_velden(boven, ["rij"])
        .signaal(
            "0584",
            "{clienten} cliënten {doelgroep:veld} op {dag:datum} bij deze uitvoerder; plaatsen: {plaatsen}",
            "doelgroep:veld dag:datum clienten plaatsen",
        )
    )
