"""LVHC, part 3: the clients of an expertise centre on one day beside the places in its advices."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import dag, vereniging
from wlz_declaratie.basis.maanden import laatste_dag, maand_van
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import gevuld, leeg
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


def _boven_de_plaatsen(lijnen: pl.LazyFrame, volle_dagen: pl.LazyFrame) -> pl.LazyFrame:
    """The lines (rij) of the latest clients on a full day, in the order of lines; with the first such ``dag``."""
    per_dag = volle_dagen.pipe(_per_dag).select(*DAG_VAN_CENTRUM, "plaatsen", "clienten")
    lijnen = lijnen.pipe(_per_dag).select("rij", "bsn", "nummer", *DAG_VAN_CENTRUM)
    op_volle_dag = lijnen.join(per_dag, on=DAG_VAN_CENTRUM)
    # The place of a client on a day is that of the first line that covers it. Counted along the rows: of a day each,
    # groups may be millions.
    clienten = (
        op_volle_dag.group_by(*DAG_VAN_CENTRUM, "bsn")
        .agg(pl.min("nummer"), pl.first("plaatsen"))
        .sort(*DAG_VAN_CENTRUM, "nummer")
    )
    nieuwe_dag = pl.any_horizontal(pl.col(kolom).ne_missing(pl.col(kolom).shift()) for kolom in DAG_VAN_CENTRUM)
    nr = pl.int_range(pl.len())
    plaats = nr - pl.when(nieuwe_dag).then(nr).forward_fill() + 1
    te_veel = clienten.filter(plaats > pl.col("plaatsen"))
    return (
        op_volle_dag.join(te_veel, on=[*DAG_VAN_CENTRUM, "bsn"], how="semi")
        .sort("rij", "dag")
        .unique("rij", keep="first", maintain_order=True)
        .select("rij", "dag", "plaatsen", "clienten")
    )


def _tussen(perioden: pl.LazyFrame, eerste: pl.Expr, laatste: pl.Expr) -> pl.LazyFrame:
    """The periods as far as they lie from ``eerste`` through ``laatste``."""
    return perioden.with_columns(
        begin=pl.max_horizontal("begin", eerste), eind=pl.min_horizontal("eind", laatste)
    ).filter(pl.col("begin") <= pl.col("eind"))


@regel(
    "LVHC-07",
    "Meer cliënten op één dag dan plaatsen in het advies",
    bereik="batch",
    ernst="signaal",
    retourcodes=("0584",),
    tabellen=("prestaties", "aanbieders"),
    leest_van_lijn=("doelgroep",),
)
def lvhc_07(van: Van) -> Iterator[Uitkomst]:
    """Telt per dag de cliënten van een expertisecentrum.

    Wat: op geen dag hebben meer cliënten een declaratieregel LVHC-verblijf van één uitvoerder en doelgroep dan er
    plaatsen zijn in de adviezen die dan gelden; adviezen tellen op. Van de cliënten die er te veel zijn, de laatste in
    de volgorde van de regels, krijgt elke regel van de batch met zo'n dag een signaal. Een dag zonder advies hoort bij
    LVHC-01; maanden na die van de peildatum tellen niet.
    Waarom: het CELz-advies noemt hoeveel cliënten er tegelijk kunnen verblijven.
    Voorbeeld: één plaats, een cliënt tot en met 20 maart en een ander vanaf 20 maart: de tweede is een signaal.
    Wat te doen: ga na wie er die dag verbleef, of vul het advies aan in `aanbieders`.
    """
    alle = regels_lvhc(van, VERBLIJF)
    yield from alle.van_batch().waar(leeg("doelgroep")).ontoetsbaar_zonder(GEEN_DOELGROEP)
    verblijf = alle.waar(gevuld("doelgroep")).kolommen("rij", "bsn", "doelgroep", *VOLGORDE, *CENTRUM).berekend()
    if not verblijf.van_batch().aantal():
        return
    advies = van.eenmaal(adviezen)
    zonder_aantal = verblijf.van_batch().gedekt(advies.waar(leeg("plaatsen")), CENTRUM).waar(pl.col("gedekt") > 0)
    yield from zonder_aantal.ontoetsbaar_zonder("aantal plaatsen in tabel aanbieders")
    # Days are looked at one by one: a line from the year 1 or to 9999 (VLD-03) must not make millions of them.
    eerste = verblijf.van_batch().frame.select(pl.min("begin")).collect().item()
    laatste = laatste_dag(maand_van(pl.lit(dag(van.pop.peildatum))))
    vol = _volle_dagen(verblijf.frame, advies.frame).pipe(_tussen, pl.lit(eerste, pl.Int32), laatste).collect().lazy()
    raak = verblijf.gedekt(vol, CENTRUM).waar(pl.col("gedekt") > 0).berekend()
    spanne = vol.group_by(CENTRUM).agg(_eerste=pl.min("begin"), _laatste=pl.max("eind"))
    lijnen = raak.frame.sort(VOLGORDE).with_row_index("nummer").join(spanne, on=CENTRUM)
    lijnen = lijnen.pipe(_tussen, pl.col("_eerste"), pl.col("_laatste")).collect().lazy()
    clientdagen = lijnen.select((pl.col("eind") - pl.col("begin") + 1).cast(pl.Int64).sum()).collect().item()
    if clientdagen > MEESTE_CLIENTDAGEN:
        yield Deels(f"meer dan {MEESTE_CLIENTDAGEN} cliëntdagen bij volle centra; niet per dag geteld", raak.aantal())
        return
    boven = _boven_de_plaatsen(lijnen, vol).collect().lazy()
    yield (
        raak.van_batch()
        .met_velden(boven, ["rij"])
        .signaal(
            "0584",
            "{clienten} cliënten {doelgroep:veld} op {dag:datum} bij deze uitvoerder; plaatsen: {plaatsen}",
            "doelgroep:veld dag:datum clienten plaatsen",
        )
    )
