"""VLD, part 2: the line beside the code tables. Which prestaties exist, in which unit, for which profiles.

The tables answer for the days of their edition only. A later edition comes in by importing a koppeltabel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from wlz_declaratie.basis.dagen import OPEN_EIND, als_datum, dag, gedekte_dagen
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.kern.oud import bevinding, datum_tekst, veld_tekst
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Deels, Niet, Uitkomst

MET_PROFIEL = ("zzpcode", "functiecode")


def _editie(codes: Codes) -> pl.Expr:
    """The first day of the edition that answers for begindatum; null outside every edition."""
    in_editie = {dag(e.van): pl.col("begin").is_between(dag(e.van), dag(e.tot)) for e in codes.edities}
    return pl.coalesce(pl.when(op_dag).then(pl.lit(van, dtype=pl.Int32)) for van, op_dag in in_editie.items())


def _getoetst(pop: Populatie, p: Regelparameters) -> pl.LazyFrame:
    """The lines of the batch but those of dental lists; ``in_editie``: the code tables answer for them."""
    return pop.alle.filter("batch", p.geldig(), pl.col("soort").ne_missing("mondzorg")).with_columns(
        in_editie=_editie(pop.codes).is_not_null()
    )


def _telling(lijnen: pl.LazyFrame) -> tuple[int, int]:
    """How many lines lie in an edition, and how many do not."""
    binnen, alle = lijnen.select(pl.col("in_editie").sum(), alle=pl.len()).collect().row(0)
    return binnen, alle - binnen


def _buiten_editie(pop: Populatie) -> str:
    edities = " en ".join(f"{e.naam}: {e.van:%d-%m-%Y} t/m {e.tot:%d-%m-%Y}" for e in pop.codes.edities)
    return f"buiten de editie{'s' if len(pop.codes.edities) > 1 else ''} ({edities})"


def _dagen(tabel: pl.DataFrame) -> pl.LazyFrame:
    """A code table with its validity as day numbers."""
    return tabel.lazy().with_columns(
        begin=pl.col("ingangsdatum").to_physical(),
        eind=pl.col("einddatum").to_physical().fill_null(OPEN_EIND),
    )


def _zonder(combinaties: pl.LazyFrame, tabel: pl.LazyFrame, op: Sequence[str]) -> pl.LazyFrame:
    """Combinations (columns ``op`` among them, and begin) that have no row in the table on begindatum."""
    op_begin = combinaties.with_columns(eind="begin")
    return gedekte_dagen(op_begin, tabel, op, "_rijen").filter(pl.col("_rijen") == 0).drop("eind", "_rijen")


def _zonder_prestatie(combinaties: pl.LazyFrame, codes: Codes) -> pl.LazyFrame:
    return _zonder(combinaties, _dagen(codes.geldigheid), ["prestatiecode"])


@regel(
    "VLD-02",
    "Prestatiecode bestaat niet op de begindatum",
    bereik="regel",
    ernst=("afkeur", "signaal"),
    retourcodes=("0582",),
)
def vld_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de prestatiecode op in de prestatietabel.

    Wat: de prestatiecode staat op de begindatum in de prestatietabel: de koppeltabel, aangevuld met de tabel
    prestaties van het dossier. Buiten de editie van de koppeltabel is alleen een code die in geen enkele
    tabel voorkomt een signaal. Mondzorglijsten blijven buiten beschouwing.
    Waarom: een onbekende of vervallen prestatie heeft geen tarief.
    Voorbeeld: een prestatie die tot en met 2018 bestond, met begindatum 1 januari 2019.
    Wat te doen: verbeter de code. Is zij nieuwer dan de tabel, importeer dan de koppeltabel van dat jaar of
    vul de tabel prestaties aan.
    """
    pop, p = van.pop, van.p
    lijnen = _getoetst(pop, p)
    binnen = lijnen.filter("in_editie")
    op = ["prestatiecode", "begin"]
    zonder = _zonder_prestatie(binnen.select(op).unique(), pop.codes)
    bekend = pl.col("prestatiecode").is_in(pop.codes.bekend.implode()).fill_null(False)
    code, leeg = veld_tekst("prestatiecode"), pl.col("prestatiecode").is_null()
    gegevens = {"prestatiecode": code, "begindatum": als_datum(pl.col("begin"))}
    yield bevinding(
        binnen.join(zonder, on=op, how="semi", nulls_equal=True),
        pl.when(leeg)
        .then(pl.lit("prestatiecode is leeg"))
        .otherwise(zin("prestatiecode {} bestaat niet op {}", code, datum_tekst(pl.col("begin")))),
        "0582",
        gegevens=gegevens,
    )
    yield bevinding(
        lijnen.filter(~pl.col("in_editie"), ~bekend),
        pl.when(leeg)
        .then(pl.lit("prestatiecode is leeg"))
        .otherwise(zin("geen enkele tabel kent prestatiecode {}", code)),
        "0582",
        ernst="signaal",
        gegevens=gegevens,
    )
    _, buiten = _telling(lijnen)
    if buiten:
        yield Deels(_buiten_editie(pop), buiten)


@regel(
    "VLD-06",
    "Tijdseenheid is niet die van de prestatie",
    bereik="regel",
    retourcodes=("0643",),
    kolommen=("tijdseenheid",),
)
def vld_06(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt de tijdseenheid op de regel met die van de prestatie.

    Wat: is de tijdseenheid gevuld, dan is het de tijdseenheid van de prestatie. Alleen in de editie van de
    koppeltabel.
    Waarom: het tarief geldt per eenheid.
    Voorbeeld: uren (04) bij een prestatie die per dagdeel (16) gaat.
    Wat te doen: verbeter de tijdseenheid, en het aantal als dat in de verkeerde eenheid is geteld.
    """
    pop, p = van.pop, van.p
    lijnen = _getoetst(pop, p)
    binnen, buiten = _telling(lijnen)
    if buiten and not binnen:
        yield Niet(_buiten_editie(pop), buiten)
        return
    eenheid, van_prestatie = veld_tekst("tijdseenheid"), pl.col("eenheid_prestatie")
    yield bevinding(
        lijnen.filter("in_editie", pl.col("tijdseenheid") != van_prestatie),
        zin("tijdseenheid {}; prestatie {} gaat per {}", eenheid, pl.col("prestatiecode"), van_prestatie),
        "0643",
        gegevens={"tijdseenheid": eenheid, "tijdseenheid_prestatie": van_prestatie},
    )
    if buiten:
        yield Deels(_buiten_editie(pop), buiten)


def _ongekoppeld(combinaties: pl.LazyFrame, codes: Codes) -> pl.LazyFrame:
    """Combinations (prestatiecode, zzpcode, functiecode, begin) without a row on begindatum.

    Codes that have only rows without both fields couple with anything; so do codes without any row. That is
    for each edition to say.
    """
    koppeling = _dagen(codes.koppeling)
    een_gevuld = pl.any_horizontal(pl.col(MET_PROFIEL).is_not_null())
    gekoppeld = koppeling.filter(een_gevuld)
    wel_gekoppeld = _dagen(codes.gekoppeld).select("prestatiecode", editie="begin")
    in_editie = combinaties.with_columns(editie=_editie(codes))
    fout = in_editie.join(wel_gekoppeld, on=["prestatiecode", "editie"], how="semi").drop("editie")
    geen_van_beide = _zonder(fout.filter(~een_gevuld), koppeling.filter(~een_gevuld), ["prestatiecode"])
    fout = fout.filter(een_gevuld)
    for veld in MET_PROFIEL:
        # Where both are filled, what the one field does not couple goes on to the other.
        fout = _zonder(fout, gekoppeld.filter(pl.col(veld).is_not_null()), ["prestatiecode", veld])
    bestaat_niet = _zonder_prestatie(combinaties.select("prestatiecode", "begin").unique(), codes)
    return pl.concat([geen_van_beide, fout]).join(bestaat_niet, on=["prestatiecode", "begin"], how="anti")


@regel(
    "VLD-12",
    "Prestatie past niet bij zzpcode of functiecode",
    bereik="regel",
    retourcodes=("1113",),
    kolommen_deels=MET_PROFIEL,
)
def vld_12(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de combinatie van prestatie met zzpcode of functiecode op in de koppeltabel.

    Wat: de koppeltabel kent de prestatie op de begindatum bij deze zzpcode of deze functiecode; zijn beide
    gevuld, dan is één van de twee genoeg. Een prestatie die nergens aan gekoppeld is, mag bij alles.
    Overbruggingszorg en prestaties die niet bestaan (VLD-02) worden niet getoetst. Alleen in de editie van de
    koppeltabel.
    Waarom: de zorg hoort bij wat het indicatiebesluit toekent.
    Voorbeeld: verblijf VG5 bij een zzpcode van V&V.
    Wat te doen: controleer prestatiecode, zzpcode en functiecode met het indicatiebesluit en de koppeltabel.
    """
    pop, p = van.pop, van.p
    if not pop.kolommen.intersection(MET_PROFIEL):
        yield Niet("kolom zzpcode ontbreekt; kolom functiecode ontbreekt")
        return
    lijnen = _getoetst(pop, p)
    binnen, buiten = _telling(lijnen)
    if buiten and not binnen:
        yield Niet(_buiten_editie(pop), buiten)
        return
    combinatie = ["prestatiecode", *MET_PROFIEL, "begin"]
    # Only a file that has both columns can say that both are empty.
    toetsbaar = pl.any_horizontal(pl.col(MET_PROFIEL).is_not_null()) | pop.met_kolommen(*MET_PROFIEL)
    getoetst = lijnen.filter("in_editie", ~pl.col("overbrugging"), toetsbaar)
    fout = _ongekoppeld(getoetst.select(combinatie).unique(), pop.codes)
    zzpcode, functiecode = veld_tekst("zzpcode"), veld_tekst("functiecode")
    yield bevinding(
        getoetst.join(fout, on=combinatie, how="semi", nulls_equal=True),
        zin(
            "prestatie {} is op {} niet gekoppeld aan zzpcode {} of functiecode {}",
            pl.col("prestatiecode"), datum_tekst(pl.col("begin")), zzpcode, functiecode,
        ),
        "1113",
        gegevens={
            "prestatiecode": pl.col("prestatiecode"),
            "zzpcode": zzpcode,
            "functiecode": functiecode,
            "begindatum": als_datum(pl.col("begin")),
        },
    )  # fmt: skip
    if buiten:
        yield Deels(_buiten_editie(pop), buiten)
