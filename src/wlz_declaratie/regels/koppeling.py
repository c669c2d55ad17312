"""VLD, part 2: the line beside the code tables. Which prestaties exist, in which unit, for which profiles.

The tables answer for the days of their edition only. A later edition comes in by importing a koppeltabel.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import OPEN_EIND, dag
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.kern.regel import KENMERKEN, regel
from wlz_declaratie.kern.taal.kiezen import gevuld, leeg, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Deels, Niet, Uitkomst

MET_PROFIEL = ("zzpcode", "functiecode")
CODE_OP_DAG = ("prestatiecode", "begin")
COMBINATIE = ("prestatiecode", *MET_PROFIEL, "begin")


def _editie(codes: Codes) -> pl.Expr:
    """The first day of the edition that answers for begindatum; null outside every edition."""
    in_editie = {dag(e.van): pl.col("begin").is_between(dag(e.van), dag(e.tot)) for e in codes.edities}
    return pl.coalesce(pl.when(op_dag).then(pl.lit(van, dtype=pl.Int32)) for van, op_dag in in_editie.items())


def _getoetst(van: Van) -> Lijnen:
    """Every line but those of dental lists; ``in_editie``: the code tables answer for it."""
    return van.elke_regel(~soort("mondzorg")).met(in_editie=_editie(van.pop.codes).is_not_null())


def _buiten_editie(van: Van, regels: Lijnen, als_alle: type[Deels | Niet] = Niet) -> Iterator[Deels | Niet]:
    """Say for how many lines the tables do not answer; ``als_alle`` is what that means when they do for none."""
    binnen, alle = regels.frame.select(pl.col("in_editie").sum(), alle=pl.len()).collect().row(0)
    if alle > binnen:
        edities = " en ".join(f"{e.naam}: {e.van:%d-%m-%Y} t/m {e.tot:%d-%m-%Y}" for e in van.pop.codes.edities)
        reden = f"buiten de editie{'s' if len(van.pop.codes.edities) > 1 else ''} ({edities})"
        yield (Deels if binnen else als_alle)(reden, alle - binnen)


def _dagen(tabel: pl.DataFrame) -> pl.LazyFrame:
    """A code table with its validity as day numbers."""
    return tabel.lazy().with_columns(
        begin=pl.col("ingangsdatum").to_physical(),
        eind=pl.col("einddatum").to_physical().fill_null(OPEN_EIND),
    )


def _bestaat_niet(van: Van, regels: Lijnen) -> Lijnen:
    """The combinations CODE_OP_DAG of these lines that the table of prestaties does not know."""
    return regels.combinaties(*CODE_OP_DAG).zonder_op_begin(_dagen(van.pop.codes.geldigheid), ["prestatiecode"])


@regel(
    "VLD-02",
    "Prestatiecode bestaat niet op de begindatum",
    bereik="regel",
    ernst=("afkeur", "signaal"),
    retourcodes=("0582",),
    leest=("prestaties",),
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
    regels, gegevens = _getoetst(van), "prestatiecode:veld begindatum"
    binnen, buiten = regels.waar("in_editie"), regels.waar(~pl.col("in_editie"))
    zonder_code = "prestatiecode is leeg"
    yield binnen.waar(leeg("prestatiecode")).afkeur("0582", zonder_code, gegevens)
    yield binnen.alleen_van(_bestaat_niet(van, binnen), CODE_OP_DAG).afkeur(
        "0582", "prestatiecode {prestatiecode:veld} bestaat niet op {begindatum}", gegevens
    )
    yield buiten.waar(leeg("prestatiecode")).signaal("0582", zonder_code, gegevens)
    onbekend = ~pl.col("prestatiecode").is_in(van.pop.codes.bekend.implode())
    yield buiten.waar(onbekend).signaal("0582", "geen enkele tabel kent prestatiecode {prestatiecode:veld}", gegevens)
    yield from _buiten_editie(van, regels, als_alle=Deels)


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
    Voorbeeld: uren (04) bij een prestatie die per etmaal (14) gaat.
    Wat te doen: verbeter de tijdseenheid, en het aantal als dat in de verkeerde eenheid is geteld.
    """
    regels = _getoetst(van).met(tijdseenheid_prestatie="eenheid_prestatie")
    yield regels.waar("in_editie", pl.col("tijdseenheid") != pl.col("tijdseenheid_prestatie")).afkeur(
        "0643",
        "tijdseenheid {tijdseenheid:veld}; prestatie {prestatiecode} gaat per {tijdseenheid_prestatie}",
        "tijdseenheid:veld tijdseenheid_prestatie",
    )
    yield from _buiten_editie(van, regels)


def _ongekoppeld(van: Van, combinaties: Lijnen) -> Lijnen:
    """Those without a row in the koppeltabel on begindatum.

    Codes that have only rows without both fields couple with anything; so do codes without any row. That is
    for each edition to say.
    """
    codes, een_gevuld = van.pop.codes, pl.any_horizontal(pl.col(MET_PROFIEL).is_not_null())
    koppeling = _dagen(codes.koppeling)
    wel_gekoppeld = _dagen(codes.gekoppeld).select("prestatiecode", editie="begin")
    fout = combinaties.met(editie=_editie(codes)).alleen_van(wel_gekoppeld, ["prestatiecode", "editie"])
    leeg_fout = fout.waar(~een_gevuld).zonder_op_begin(koppeling.filter(~een_gevuld), ["prestatiecode"])
    gevuld_fout = fout.waar(een_gevuld)
    for veld in MET_PROFIEL:
        # Where both are filled, what the one field does not couple goes on to the other.
        met_veld = koppeling.filter(gevuld(veld))
        gevuld_fout = gevuld_fout.kolommen(*COMBINATIE).zonder_op_begin(met_veld, ["prestatiecode", veld])
    return van.als_lijnen(pl.concat(deel.kolommen(*COMBINATIE).frame for deel in (leeg_fout, gevuld_fout)))


@regel(
    "VLD-12",
    "Prestatie past niet bij zzpcode of functiecode",
    bereik="regel",
    retourcodes=("1113",),
    kolommen_deels=MET_PROFIEL,
    leest=(KENMERKEN, "indicaties"),
)
def vld_12(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de combinatie van prestatie met zzpcode of functiecode op in de koppeltabel.

    Wat: de koppeltabel kent de prestatie op de begindatum bij deze zzpcode of deze functiecode; zijn beide
    gevuld, dan is één van de twee genoeg. Een prestatie die nergens aan gekoppeld is, mag bij alles.
    Overbruggingszorg en prestaties die niet bestaan (VLD-02) worden niet getoetst. Alleen in de editie van de
    koppeltabel.
    Waarom: de zorg hoort bij wat het indicatiebesluit toekent.
    Voorbeeld: verblijf VV4 met de zzpcode van VV5.
    Wat te doen: controleer prestatiecode, zzpcode en functiecode met het indicatiebesluit en de koppeltabel.
    """
    if not van.pop.kolommen.intersection(MET_PROFIEL):
        yield Niet("kolom zzpcode ontbreekt; kolom functiecode ontbreekt")
        return
    regels = _getoetst(van)
    yield from _buiten_editie(van, regels)
    # Only a file that has both columns can say that both are empty.
    toetsbaar = pl.any_horizontal(pl.col(MET_PROFIEL).is_not_null()) | van.pop.met_kolommen(*MET_PROFIEL)
    getoetst = regels.waar("in_editie", ~pl.col("overbrugging"), toetsbaar)
    ongekoppeld = _ongekoppeld(van, getoetst.combinaties(*COMBINATIE))
    ongekoppeld = ongekoppeld.niet_van(_bestaat_niet(van, getoetst), CODE_OP_DAG)
    yield getoetst.gelijk_aan(ongekoppeld, COMBINATIE).afkeur(
        "1113",
        "prestatie {prestatiecode} is op {begindatum} niet gekoppeld aan zzpcode {zzpcode:veld}"
        " of functiecode {functiecode:veld}",
        "prestatiecode zzpcode:veld functiecode:veld begindatum",
    )
