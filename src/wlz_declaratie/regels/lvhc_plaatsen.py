"""LVHC, part 2: the days of all clients of an expertise centre beside the places in its advice."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import buiten, jaar, met_groep, vorig_eind
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import gevuld, leeg
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.samenloop import met_eigen_dagen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst
from wlz_declaratie.regels.lvhc import CENTRUM, GEEN_DOELGROEP, VERBLIJF, adviezen, regels_lvhc

PER_JAAR = [*CENTRUM, "jaar"]
KOLOMMEN = (
    *("rij", "batch", "bestandnr", "regelnummer", "volgorde"),
    *("bsn", "begin", "eind", "doelgroep", *CENTRUM),
)


def _per_jaar(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """A row per line (or part of one) and calendar year; begin and eind become the days in that ``jaar``."""
    return (
        lijnen.with_columns(jaar=pl.int_ranges(jaar("begin"), jaar("eind") + 1, dtype=pl.Int32))
        .explode("jaar")
        .with_columns(
            begin=pl.max_horizontal("begin", _eerste_dag()),
            eind=pl.min_horizontal("eind", _laatste_dag()),
        )
    )


def _eerste_dag() -> pl.Expr:
    return pl.date(pl.col("jaar"), 1, 1).to_physical()


def _laatste_dag() -> pl.Expr:
    return pl.date(pl.col("jaar"), 12, 31).to_physical()


def _nieuwe_dagen(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """The parts of each line on days that no earlier line (in the Order) of the client had at this centre."""
    per_client = met_groep(lijnen, ["bsn", *CENTRUM]).with_columns(client_van_centrum="groep")
    delen = (
        met_groep(per_client, ["client_van_centrum", "batch"])
        .with_columns(pl.max_horizontal("begin", vorig_eind() + 1))
        .filter(pl.col("begin") <= pl.col("eind"))
        .drop("groep")
    )
    historie = delen.filter(~pl.col("batch"))
    return pl.concat([historie, buiten(delen.filter("batch"), historie, "client_van_centrum")])


def _plaatsdagen(adviezen: pl.LazyFrame, jaren: pl.LazyFrame) -> pl.LazyFrame:
    """By centre and year: ``plaatsdagen``, places × days of the year in its term; null when unknown.

    Two advices count as two, so that a renewed or a double one never takes away from the provider.
    """
    dagen_in_jaar = pl.min_horizontal("eind", _laatste_dag()) - pl.max_horizontal("begin", _eerste_dag()) + 1
    plaatsen = pl.col("plaatsen")
    return (
        jaren.join(adviezen, on=CENTRUM)
        .with_columns(in_jaar=dagen_in_jaar)
        .filter(pl.col("in_jaar") > 0)
        .group_by(PER_JAAR)
        .agg(plaatsdagen=pl.when(plaatsen.is_not_null().all()).then((plaatsen * pl.col("in_jaar")).sum()))
    )


def _clientdagen(van: Van, verblijf: Lijnen) -> Lijnen:
    """A row per line and year in which it has a day in the advice; on it the days that count (``nieuw``).

    With the ``plaatsdagen`` of the centre in that year.
    """
    advies = van.eenmaal(adviezen)
    nieuw = van.als_lijnen(_per_jaar(_nieuwe_dagen(verblijf.frame))).gedekt(advies, CENTRUM, "nieuw")
    per_regel = van.als_lijnen(_per_jaar(met_eigen_dagen(verblijf.frame))).gedekt(advies, CENTRUM)
    per_regel = per_regel.waar(pl.col("gedekt") > 0).met(begin="lijn_begin", eind="lijn_eind")
    nieuwe = nieuw.frame.group_by("rij", "jaar").agg(pl.sum("nieuw"))
    plaatsdagen = _plaatsdagen(advies.frame, per_regel.combinaties(*PER_JAAR).frame)
    met_nieuw = per_regel.frame.join(nieuwe, on=["rij", "jaar"], how="left")
    return van.als_lijnen(met_nieuw).met(nieuw=pl.col("nieuw").fill_null(0)).met_velden(plaatsdagen, PER_JAAR)


@regel(
    "LVHC-03",
    "Meer cliëntdagen dan plaatsen in het advies",
    bereik="batch",
    retourcodes=("0584",),
    tabellen=("prestaties", "aanbieders"),
    leest_van_lijn=("doelgroep",),
)
def lvhc_03(van: Van) -> Iterator[Uitkomst]:
    """Telt de cliëntdagen van een expertisecentrum in het kalenderjaar.

    Wat: per uitvoerder, doelgroep en kalenderjaar tellen de dagen van alle cliënten op, ook uit eerdere batches; een
    dag van één cliënt telt eenmaal, een dag buiten het advies niet. Elke declaratieregel vanaf die waarmee de som boven
    de plaatsen maal de dagen van het jaar in het advies komt, wordt afgekeurd. Meer adviezen tellen op.
    Waarom: het CELz-advies noemt een aantal plaatsen, en dat is niet te verhogen.
    Voorbeeld: één plaats is heel 2026 goed voor 365 cliëntdagen; de declaratieregel waarmee het er 366 worden, wordt
    afgekeurd.
    Wat te doen: haal weg wat boven de plaatsen uitgaat, of vul het advies aan in `aanbieders`.
    """
    verblijf = regels_lvhc(van, VERBLIJF)
    yield from verblijf.van_batch().waar(leeg("doelgroep")).ontoetsbaar_zonder(GEEN_DOELGROEP)
    bekend = verblijf.waar(gevuld("doelgroep")).kolommen(*KOLOMMEN).berekend()
    if bekend.niets:
        return
    clientdagen = _clientdagen(van, bekend)
    geteld = clientdagen.lopende_som("nieuw", PER_JAAR, als="clientdagen").van_batch().berekend()
    onbekend = geteld.waar(leeg("plaatsdagen")).eerste_van("rij")
    yield from onbekend.ontoetsbaar_zonder("aantal plaatsen in tabel aanbieders")
    geteld.getoetst("{clientdagen} van {plaatsdagen} cliëntdagen in {jaar}")
    nog = (pl.col("plaatsdagen") - pl.col("clientdagen") + pl.col("nieuw")).clip(0)
    # A line that passes it in two years has one finding, on the first.
    te_veel = geteld.waar(pl.col("clientdagen") > pl.col("plaatsdagen")).eerste_van("rij")
    yield te_veel.met(toegestaan="plaatsdagen", nog_toegestaan=nog).afkeur(
        "0584",
        "{clientdagen} cliëntdagen {doelgroep:veld} in {jaar} bij deze uitvoerder;"
        " plaatsen × dagen is {toegestaan}, op deze declaratieregel nog {nog_toegestaan}",
        "jaar doelgroep:veld clientdagen toegestaan nog_toegestaan",
    )
