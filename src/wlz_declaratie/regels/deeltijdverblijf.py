"""Deeltijdverblijf, partly at home and partly in an instelling: which days it exempts, and VRB-07."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import dag, gedekte_dagen, met_groep, met_laatst_begonnen, vereniging, vorig_eind
from wlz_declaratie.basis.maanden import eerste_dag, laatste_dag, maand_van
from wlz_declaratie.contract.tabellen import HERKOMST
from wlz_declaratie.kern.begrippen import DEELTIJDVERBLIJF
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import VERBLIJF
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

DAGEN_PER_WEEK = 7
HONDERDSTE = 100
"""Etmalen are counted in whole hundredths, so that the fraction is exact."""
VAN_RIJ = ("zzpcode", "leveringsvorm", *HERKOMST)
"""What a finding tells of a toewijzing."""
MAAND = ["bsn", "honderdsten", "maand"]
"""What days are counted by: those under rows of the same etmalen, in a calendar month."""


def _toewijzingen(pop: Populatie, vanaf: int) -> pl.LazyFrame:
    """The toewijzingen of deeltijdverblijf, cut to the days from ``vanaf`` on; none without that table."""
    if "toewijzingen" not in pop.dossier:
        return pl.LazyFrame(schema={"bsn": pl.Int32, "begin": pl.Int32, "eind": pl.Int32})
    return (
        pop.dossier["toewijzingen"]
        .filter(pl.col("leveringsvorm") == DEELTIJDVERBLIJF, pl.col("bsn").is_not_null(), pl.col("eind") >= vanaf)
        .select(*VAN_RIJ, "bsn", pl.max_horizontal("begin", pl.lit(vanaf, pl.Int32)).alias("begin"), "eind", "etmalen")
    )


def _deeltijddagen(pop: Populatie, vanaf: int) -> pl.LazyFrame:
    return vereniging(_toewijzingen(pop, vanaf), ["bsn"])


def deeltijddagen(van: Van) -> pl.LazyFrame:
    """The days on which a client has deeltijdverblijf: bsn, begin, eind; disjoint, few.

    A stay on such a day goes with a vpt, or with care by the piece. Two stays do not go together.
    """
    return van.pop.eenmaal(_deeltijddagen, van.dag("deeltijdverblijf_vanaf"))


def zonder_deeltijdverblijf(van: Van, pakket: Lijnen) -> Lijnen:
    """Package lines with of each stay only the days without deeltijdverblijf, of a vpt all."""
    vrij = deeltijddagen(van)
    if not van.als_lijnen(vrij).aantal():
        return pakket
    return pakket.buiten(vrij, alleen=VERBLIJF).berekend()


def _maanden(toewijzingen: pl.LazyFrame, verblijf: pl.LazyFrame) -> pl.LazyFrame:
    """A row per toewijzing and calendar month in which the client has stays at all.

    ``begin`` and ``eind`` are its days under the toewijzing, ``maanddagen`` (Int64) the length of the month.
    """
    spanne = verblijf.group_by("bsn").agg(_eerste=pl.min("begin"), _laatste=pl.max("eind"))
    maand = pl.col("maand")
    return (
        toewijzingen.join(spanne, on="bsn", how="inner")
        .with_columns(begin=pl.max_horizontal("begin", "_eerste"), eind=pl.min_horizontal("eind", "_laatste"))
        .filter(pl.col("begin") <= pl.col("eind"))
        .with_columns(maand=pl.int_ranges(maand_van("begin"), maand_van("eind") + 1))
        .explode("maand")
        .with_columns(_eerste=eerste_dag(maand), _laatste=laatste_dag(maand))
        .with_columns(
            begin=pl.max_horizontal("begin", "_eerste"),
            eind=pl.min_horizontal("eind", "_laatste"),
            maanddagen=(pl.col("_laatste") - pl.col("_eerste") + 1).cast(pl.Int64),
        )
        .drop("_eerste", "_laatste")
    )


def _per_dag(maanden: pl.LazyFrame) -> pl.LazyFrame:
    """A row for each day (``begin``) of the rows of ``_maanden``; of a day under several the one with most etmalen."""
    return (
        maanden.with_columns(begin=pl.int_ranges("begin", pl.col("eind") + 1, dtype=pl.Int32))
        .drop("eind")
        .explode("begin")
        .sort("honderdsten", descending=True)
        .unique(["bsn", "begin"], keep="first", maintain_order=True)
    )


def _eerste_lijn(dagen: pl.LazyFrame, verblijf: pl.LazyFrame) -> pl.LazyFrame:
    """The days with the first line on them, in the order of the catalogue; without a line they are left out.

    Within history and within batch, lines go by begin: what one adds starts after the latest eind before it.
    """
    gevonden = []
    for batch in (False, True):
        nieuw = (
            met_groep(verblijf.filter(pl.col("batch") == batch), ["bsn"])
            .with_columns(van=pl.max_horizontal("begin", vorig_eind() + 1), lijn_begin="begin", lijn_eind="eind")
            .filter(pl.col("van") <= pl.col("lijn_eind"))
            .select("rij", "batch", "bsn", "volgorde", "aantal", "van", "lijn_begin", "lijn_eind")
        )
        dagen = met_laatst_begonnen(dagen, nieuw, ["bsn"], "van").with_columns(
            raak=(pl.col("lijn_eind") >= pl.col("begin")).fill_null(False)
        )
        gevonden.append(dagen.filter("raak"))
        dagen = dagen.filter(~pl.col("raak")).drop(
            "rij", "batch", "volgorde", "aantal", "van", "lijn_begin", "lijn_eind", "raak"
        )
    return pl.concat(gevonden)


def _opgeteld(dagen: pl.LazyFrame) -> pl.LazyFrame:
    """The lines of ``_eerste_lijn`` by MAAND, with ``erbij`` and the sum so far, ``verblijfsdagen``.

    A line within one month may have fewer etmalen than days: then these count.
    """
    in_een_maand = maand_van("lijn_begin") == maand_van("lijn_eind")
    hooguit = pl.when(in_een_maand).then(pl.col("aantal").clip(0))
    return (
        dagen.group_by(*MAAND, "rij")
        .agg(
            pl.first("batch", "volgorde", "aantal", "lijn_begin", "lijn_eind", "toegestaan"),
            erbij=pl.len().cast(pl.Int64),
        )
        .with_columns(erbij=pl.min_horizontal("erbij", hooguit), begin="lijn_begin")
        .with_columns(verblijfsdagen=pl.col("erbij").cum_sum().over(MAAND, order_by="volgorde"))
    )


@regel(
    "VRB-07",
    "Meer dagen dan het deeltijdverblijf toelaat",
    bereik="client",
    ernst="signaal",
    retourcodes=("0584",),
    tabellen=("toewijzingen",),
)
def vrb_07(van: Van) -> Iterator[Uitkomst]:
    """Telt per maand de verblijfsdagen onder een toewijzing deeltijdverblijf.

    Wat: per kalendermaand zijn er onder een toewijzing deeltijdverblijf niet meer verblijfsdagen van de cliënt dan de
    etmalen per week maal de dagen van de maand gedeeld door zeven, naar boven afgerond, plus {speling}. Van een
    declaratieregel binnen één maand telt het aantal, als dat minder is dan de dagen. Een dag op twee regels telt één
    keer; van toewijzingen op dezelfde dag telt die met de meeste etmalen. Maanden na die van de peildatum tellen niet.
    De regel waarmee de som er boven komt, is een signaal.
    Waarom: deeltijdverblijf is een vast patroon van een aantal etmalen per week in de instelling; de speling is onze
    lezing, omdat weken over de maandgrens lopen.
    Voorbeeld: bij 3,5 etmalen mogen er in maart 16 + 1 = 17 dagen; de declaratieregel met de 18e dag is een signaal.
    Wat te doen: ga na of het patroon is veranderd, en vraag zo nodig een toewijzing met meer etmalen aan.
    """
    toegewezen = van.als_lijnen(_toewijzingen(van.pop, van.dag("deeltijdverblijf_vanaf"))).berekend()
    onbekend = toegewezen.waar(pl.col("etmalen").is_null()).berekend()
    if onbekend.aantal():
        op_onbekend = van.batch(VERBLIJF).kolommen("rij", "bsn", "begin", "eind").alleen_van(onbekend).gedekt(onbekend)
        yield from op_onbekend.waar(pl.col("gedekt") > 0).ontoetsbaar_zonder(
            "etmalen in de toewijzing deeltijdverblijf"
        )
    # Days are looked at one by one: a line that runs to the year 9999 (VLD-03) must not make millions of them.
    laatste = laatste_dag(maand_van(pl.lit(dag(van.pop.peildatum))))
    deeltijd = (
        toegewezen.frame.drop_nulls("etmalen")
        .with_columns(
            eind=pl.min_horizontal("eind", laatste),
            honderdsten=(pl.col("etmalen") * HONDERDSTE).round().cast(pl.Int64),
        )
        .filter(pl.col("begin") <= pl.col("eind"))
    )
    kolommen = "rij", "batch", "volgorde", "bsn", "aantal", "begin", "eind"
    verblijf = van.lijnen(VERBLIJF).kolommen(*kolommen).alleen_van(deeltijd).berekend().frame
    van.batch(VERBLIJF).alleen_van(deeltijd).getoetst()
    noemer = HONDERDSTE * DAGEN_PER_WEEK
    hele_dagen = (pl.col("honderdsten") * pl.col("maanddagen") + noemer - 1) // noemer
    maanden = _maanden(vereniging(deeltijd, ["bsn", "honderdsten"]), verblijf)
    # Computed: of most months the days alone say that they are not too many.
    te_veel = (
        gedekte_dagen(maanden.with_columns(toegestaan=hele_dagen + van.vast("speling")), verblijf, ["bsn"])
        .with_columns(_samen=pl.col("gedekt").sum().over(MAAND))
        .filter((pl.col("_samen") > pl.col("toegestaan")).any().over("bsn", "maand"))
        .drop("gedekt", "_samen")
        .collect()
        .lazy()
    )
    van_hen = verblijf.join(te_veel, on="bsn", how="semi")
    passeert = (pl.col("verblijfsdagen") > pl.col("toegestaan")) & (
        pl.col("verblijfsdagen") - pl.col("erbij") <= pl.col("toegestaan")
    )
    gevonden = van.als_lijnen(_opgeteld(_eerste_lijn(_per_dag(te_veel), van_hen))).van_batch().waar(passeert)
    eerste_van_maand = eerste_dag(pl.col("maand")).cast(pl.Date).dt
    etmalen = pl.col("etmalen_per_week").cast(pl.String).str.replace(r"\.0$", "").str.replace(".", ",", literal=True)
    yield (
        van.als_lijnen(gevonden.frame.sort("rij", "maand", "honderdsten"))
        .eerste_van("rij")
        .met(
            in_maand_vanaf=pl.max_horizontal("lijn_begin", eerste_dag(pl.col("maand"))),
            maand=eerste_van_maand.strftime("%Y-%m"),
            in_maand=eerste_van_maand.strftime("%m-%Y"),
            etmalen_per_week=pl.col("honderdsten") / HONDERDSTE,
            eind="lijn_eind",
        )
        .met_rij("toewijzing", deeltijd, ["bsn", "honderdsten"], op="in_maand_vanaf")
        .met(bij_etmalen=etmalen)
        .signaal(
            "0584",
            "{verblijfsdagen} verblijfsdagen in {in_maand} tot en met deze declaratieregel; "
            "bij {bij_etmalen} etmalen per week zijn het er hooguit {toegestaan}{toewijzing:rij}",
            "verblijfsdagen toegestaan maand etmalen_per_week",
        )
    )
