"""VRB-07: deeltijdverblijf, partly at home and partly in an instelling."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import buiten, gedekte_dagen, met_groep, met_laatst_begonnen, vorig_eind
from wlz_declaratie.basis.maanden import eerste_dag, laatste_dag, maand_van
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import PAKKET
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Deels, Uitkomst

DEELTIJDVERBLIJF = 8
"""Leveringsvorm of a toewijzing."""
DAGEN_PER_WEEK = 7
HONDERDSTE = 100
"""Etmalen are counted in whole hundredths, so that the fraction is exact."""


def deeltijdverblijf(van: Van) -> pl.LazyFrame:
    """The toewijzingen of deeltijdverblijf; none without that table."""
    if not van.heeft("toewijzingen"):
        return pl.LazyFrame(schema={"bsn": pl.Int32, "begin": pl.Int32, "eind": pl.Int32})
    return van.toewijzingen(pl.col("leveringsvorm") == DEELTIJDVERBLIJF)


def _maanden(toewijzingen: pl.LazyFrame, pakket: pl.LazyFrame) -> pl.LazyFrame:
    """A row per toewijzing and calendar month in which the client has package lines at all.

    ``begin`` and ``eind`` are its days under the toewijzing, ``maanddagen`` (Int64) the length of the month.
    """
    spanne = pakket.group_by("bsn").agg(_eerste=pl.min("begin"), _laatste=pl.max("eind"))
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


def _per_lijn(maanden: pl.LazyFrame, pakket: pl.LazyFrame) -> pl.LazyFrame:
    """The batch lines (rij, begin) that add package days to a month of ``_maanden``.

    ``erbij`` are the days that the line adds, ``pakketdagen`` those up to and including it in the order of the
    catalogue.
    """
    historie = pakket.filter(~pl.col("batch"))
    # Batch lines go by begin: what one adds to those before it starts after their latest eind.
    nieuw = (
        met_groep(pakket.filter("batch"), ["bsn"])
        .select(
            "rij", "bsn", "volgorde", lijn_begin="begin", lijn_eind="eind",
            van=pl.max_horizontal("begin", vorig_eind() + 1),
        )
        .filter(pl.col("van") <= pl.col("lijn_eind"))
    )  # fmt: skip
    dagen = (
        gedekte_dagen(maanden, historie, ["bsn"], "eerder")
        .with_columns(begin=pl.int_ranges("begin", pl.col("eind") + 1, dtype=pl.Int32))
        .explode("begin")
        .with_columns(eind="begin")
    )
    erbij_tot_nu = pl.col("erbij").cum_sum().over("toewijzing", "maand", order_by="volgorde")
    return (
        met_laatst_begonnen(buiten(dagen, historie, "bsn"), nieuw, ["bsn"], "van")
        .filter(pl.col("begin") <= pl.col("lijn_eind"))
        .group_by("toewijzing", "maand", "rij")
        .agg(
            pl.first("volgorde", "etmalen", "maanddagen", "toegestaan", "eerder"),
            begin=pl.first("lijn_begin"),
            erbij=pl.len().cast(pl.Int64),
        )
        .with_columns(pakketdagen=pl.col("eerder") + erbij_tot_nu)
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
    """Telt per maand de pakketdagen onder een toewijzing deeltijdverblijf.

    Wat: per toewijzing deeltijdverblijf en kalendermaand zijn er niet meer pakketdagen van de cliënt dan de
    etmalen per week maal de dagen van de maand gedeeld door zeven, naar boven afgerond, plus {speling}. De regel
    waarmee de som daar boven komt, is een signaal.
    Waarom: deeltijdverblijf is een vast patroon van een aantal etmalen per week in de instelling.
    Voorbeeld: bij 3,5 etmalen mogen er in maart 16 + 1 = 17 dagen; de regel met de 18e dag is een signaal.
    Wat te doen: ga na of het patroon is veranderd, en vraag zo nodig een toewijzing met meer etmalen aan.
    """
    deeltijd = deeltijdverblijf(van)
    zonder = deeltijd.filter(pl.col("etmalen").is_null()).select(pl.len()).collect().item()
    if zonder:
        yield Deels(f"toewijzingen deeltijdverblijf zonder etmalen: {zonder}")
    deeltijd = deeltijd.drop_nulls("etmalen").select("bsn", "begin", "eind", "etmalen").with_row_index("toewijzing")
    pakket = van.lijnen(PAKKET).kolommen("rij", "batch", "volgorde", "bsn", "begin", "eind").alleen_van(deeltijd)
    pakket = pakket.berekend()
    noemer = HONDERDSTE * DAGEN_PER_WEEK
    teller = (pl.col("etmalen") * HONDERDSTE).round().cast(pl.Int64) * pl.col("maanddagen")
    toegestaan = (teller + noemer - 1) // noemer + van.vast("speling")
    maanden = _maanden(deeltijd, pakket.frame).with_columns(toegestaan=toegestaan)
    te_veel = gedekte_dagen(maanden, pakket.frame, ["bsn"]).filter(pl.col("gedekt") > pl.col("toegestaan"))
    passeert = (pl.col("pakketdagen") > pl.col("toegestaan")) & (
        pl.col("pakketdagen") - pl.col("erbij") <= pl.col("toegestaan")
    )
    gevonden = van.als_lijnen(_per_lijn(te_veel, pakket.frame)).waar(van.p.geldig(), passeert)
    eerste_van_maand = eerste_dag(pl.col("maand")).cast(pl.Date).dt
    etmalen = pl.col("etmalen").cast(pl.String).str.replace(r"\.0$", "").str.replace(".", ",", literal=True)
    yield (
        van.als_lijnen(gevonden.frame.sort("rij", "maand", "toewijzing"))
        .eerste_van("rij")
        .met(
            maand=eerste_van_maand.strftime("%Y-%m"),
            in_maand=eerste_van_maand.strftime("%m-%Y"),
            bij_etmalen=etmalen,
            etmalen_per_week="etmalen",
        )
        .signaal(
            "0584",
            "{pakketdagen} pakketdagen in {in_maand} tot en met deze regel; "
            "bij {bij_etmalen} etmalen per week zijn het er hooguit {toegestaan}",
            "pakketdagen toegestaan maand etmalen_per_week",
        )
    )
