"""VLD, part 2: the line beside the code tables. Which prestaties exist, in which unit, for which profiles.

The tables answer for the days of their edition; beside a line of another day the nearest edition is held, and never
rejects. A later edition comes in by importing a koppeltabel.

The lines are read once, into their combinations of fields (``_combinaties``), which are few. Rules judge those, and
look up the lines of the wrong ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import polars as pl

from wlz_declaratie.basis.dagen import OPEN_EIND, dag
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.codes.edities import Editie
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import KENMERKEN, regel
from wlz_declaratie.kern.slank import eenheid_op_begin
from wlz_declaratie.kern.taal.kiezen import gevuld, leeg, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Deels, Niet, Uitkomst

MET_PROFIEL = ("zzpcode", "functiecode")
VELDEN = ("prestatiecode", "tijdseenheid", *MET_PROFIEL, "overbrugging")
COMBINATIE = ("prestatiecode", *MET_PROFIEL, "begin", "buiten")
PER_CODE = ("prestatiecode",)
EEN_GEVULD = pl.any_horizontal(pl.col(MET_PROFIEL).is_not_null())
NAAST = "in {editie}, de dichtstbijzijnde editie"


def _dag_in_editie(codes: Codes) -> pl.Expr:
    """begindatum; of a line outside the editions the nearest day of one, the earlier of two equally near."""
    begin, laatste = pl.col("begin"), codes.edities[-1]
    in_editie = begin.clip(dag(laatste.van), dag(laatste.tot))
    for editie, volgende in reversed([*pairwise(codes.edities)]):
        halverwege = (dag(editie.tot) + dag(volgende.van)) // 2
        in_editie = pl.when(begin <= halverwege).then(begin.clip(dag(editie.van), dag(editie.tot))).otherwise(in_editie)
    return in_editie


def _op_plaats(codes: Codes) -> dict[str, pl.Expr]:
    """``dag``, the day whose rows a line is held beside (null without begindatum), and ``buiten``: it is another."""
    dag_ = _dag_in_editie(codes)
    return {"dag": dag_, "buiten": dag_ != pl.col("begin")}


def _combinaties(pop: Populatie) -> pl.LazyFrame:
    """What the lines of the batch, dental ones excepted, hold beside the code tables.

    A row per combination of VELDEN, ``begin`` (their day in an edition), ``buiten`` (it is not their begindatum) and
    ``met_beide`` (their file has both columns MET_PROFIEL), with the number of ``regels``.
    """
    combinaties = (
        pop.alle.filter("batch", ~soort("mondzorg"))
        .with_columns(**_op_plaats(pop.codes), met_beide=pop.met_kolommen(*MET_PROFIEL))
        .group_by(*VELDEN, "dag", "buiten", "met_beide")
        .agg(regels=pl.len())
        .rename({"dag": "begin"})
    )
    # Of many lines few groups: that the streaming engine does faster, whatever the number of lines.
    return combinaties.collect(engine="streaming").lazy()


def _regels(van: Van, combinaties: Lijnen, *velden: str) -> Lijnen:
    """The lines of these combinations, told apart by prestatiecode and ``velden``; with ``dag`` and ``buiten``."""
    per = ("prestatiecode", *velden)
    gezocht = combinaties.kolommen(*per, "begin", "buiten").met(dag="begin").berekend()
    codes = gezocht.frame.select(pl.col("prestatiecode").unique()).collect()["prestatiecode"]
    # Most lines have none of these codes: only what is left is placed on its day and compared in full.
    regels = van.elke_regel(pl.col("prestatiecode").is_in(codes.implode(), nulls_equal=True), ~soort("mondzorg"))
    regels = regels.kolommen("rij", "bestandnr", *per, "overbrugging", "begin").berekend()
    return regels.met(**_op_plaats(van.pop.codes)).gelijk_aan(gezocht, (*per, "dag", "buiten")).berekend()


def _naam(editie: Editie) -> str:
    return zonder_bsn(editie.naam)


def _met_editie(regels: Lijnen) -> Lijnen:
    """With ``editie``, the name of that beside which each is held."""
    return regels.met(
        editie=pl.coalesce(
            pl.when(pl.col("dag").is_between(dag(e.van), dag(e.tot))).then(pl.lit(_naam(e)))
            for e in regels.pop.codes.edities
        )
    )


def _geldt(editie: Editie) -> str:
    return f"{_naam(editie)}: {editie.van:%d-%m-%Y} t/m {editie.tot:%d-%m-%Y}"


def _aantal(combinaties: Lijnen, *voorwaarden: str | pl.Expr) -> int:
    return int(combinaties.waar(*voorwaarden).frame.select(pl.col("regels").sum()).collect().item())


def _zonder_dag(combinaties: Lijnen) -> Iterator[Deels]:
    if aantal := _aantal(combinaties, leeg("begin")):
        yield Deels("zonder begindatum", aantal)


def _naast_editie(combinaties: Lijnen) -> Iterator[Deels]:
    """Say how many lines are held beside an edition that is not of their day, for each such edition."""
    for editie in combinaties.pop.codes.edities:
        van_editie = pl.col("begin").is_between(dag(editie.van), dag(editie.tot))
        if aantal := _aantal(combinaties, "buiten", van_editie):
            yield Deels(f"buiten de editie, vergeleken met wat de dichtstbijzijnde kent ({_geldt(editie)})", aantal)
    yield from _zonder_dag(combinaties)


def _dagen(tabel: pl.DataFrame) -> pl.LazyFrame:
    """A code table with its validity as day numbers."""
    return tabel.lazy().with_columns(
        begin=pl.col("ingangsdatum").to_physical(),
        eind=pl.col("einddatum").to_physical().fill_null(OPEN_EIND),
    )


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
    codes, combinaties, gegevens = van.pop.codes, van.eenmaal(_combinaties), "prestatiecode:veld begindatum"
    binnen, buiten = combinaties.waar(~pl.col("buiten")), combinaties.waar(pl.col("buiten").fill_null(True))
    van.elke_regel(~soort("mondzorg")).getoetst()
    zonder_code = "prestatiecode is leeg"
    yield _regels(van, binnen.waar(leeg("prestatiecode"))).afkeur("0582", zonder_code, gegevens)
    yield _regels(van, binnen.zonder_op_begin(_dagen(codes.geldigheid), PER_CODE)).afkeur(
        "0582", "prestatiecode {prestatiecode:veld} bestaat niet op {begindatum}", gegevens
    )
    yield _regels(van, buiten.waar(leeg("prestatiecode"))).signaal("0582", zonder_code, gegevens)
    onbekend = ~pl.col("prestatiecode").is_in(codes.bekend.implode())
    yield _regels(van, buiten.waar(onbekend)).signaal(
        "0582", "geen enkele tabel kent prestatiecode {prestatiecode:veld}", gegevens
    )
    if aantal := _aantal(combinaties, "buiten"):
        meer = "s" if len(codes.edities) > 1 else ""
        yield Deels(f"buiten de editie{meer} ({' en '.join(map(_geldt, codes.edities))})", aantal)
    yield from _zonder_dag(combinaties)


def _bekend_op_dag(van: Van, combinaties: Lijnen) -> Lijnen:
    """Those beside which a table can be held: inside an edition all, outside only a code that has a row that day."""
    binnen, buiten = combinaties.waar(~pl.col("buiten")), combinaties.waar("buiten")
    bekend = buiten.met_op_begin(_dagen(van.pop.codes.koppeling), PER_CODE)
    return van.als_lijnen(pl.concat([binnen.frame, bekend.frame], how="diagonal"))


@regel(
    "VLD-06",
    "Tijdseenheid is niet die van de prestatie",
    bereik="regel",
    ernst=("afkeur", "signaal"),
    retourcodes=("0643",),
    velden=("tijdseenheid",),
    kolommen=("tijdseenheid",),
)
def vld_06(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt de tijdseenheid op de declaratieregel met die van de prestatie.

    Wat: is de tijdseenheid gevuld, dan is het de tijdseenheid van de prestatie. Buiten de editie van de
    koppeltabel is een verschil met de dichtstbijzijnde editie een signaal; een prestatie die zij niet kent, wordt niet
    vergeleken.
    Waarom: het tarief geldt per eenheid.
    Voorbeeld: uren (04) bij een prestatie die per etmaal (14) gaat.
    Wat te doen: verbeter de tijdseenheid, en het aantal als dat in de verkeerde eenheid is geteld. Is de eenheid
    sinds die editie veranderd, importeer dan de koppeltabel van dat jaar.
    """
    codes, combinaties = van.pop.codes, van.eenmaal(_combinaties)
    eenheden = codes.prestaties.lazy().select("prestatiecode", eenheid_prestatie="tijdseenheid").drop_nulls()
    van.elke_regel(~soort("mondzorg"), gevuld("tijdseenheid"), gevuld("eenheid_prestatie")).getoetst()
    anders = (
        _bekend_op_dag(van, combinaties.waar(gevuld("tijdseenheid")).met_velden(eenheden, PER_CODE))
        .met(tijdseenheid_prestatie=eenheid_op_begin(codes))
        .waar(pl.col("tijdseenheid") != pl.col("tijdseenheid_prestatie"))
        .berekend()
    )
    van_prestatie = anders.frame.select("prestatiecode", "tijdseenheid_prestatie", dag="begin").unique()
    regels = _regels(van, anders, "tijdseenheid").met_velden(van_prestatie, ("prestatiecode", "dag"))
    tekst = "tijdseenheid {tijdseenheid:veld}; prestatie {prestatiecode} gaat per {tijdseenheid_prestatie}"
    gegevens = "tijdseenheid:veld tijdseenheid_prestatie"
    yield regels.waar(~pl.col("buiten")).afkeur("0643", tekst, gegevens)
    yield _met_editie(regels.waar("buiten")).signaal("0643", f"{tekst} {NAAST}", f"{gegevens} editie")
    yield from _naast_editie(combinaties)


def _van_editie(van: Van, buiten: Lijnen) -> Lijnen:
    """Of those outside the editions: with a code that couples on the nearest day, and no profile newer than that."""
    koppeling, profielen = _dagen(van.pop.codes.koppeling), van.pop.codes.profielen.drop_nulls("groep")["zzpcode"]
    gekoppeld = buiten.met_op_begin(koppeling.filter(EEN_GEVULD), PER_CODE)
    in_set = gekoppeld.waar(pl.col("zzpcode").is_in(profielen.implode())).kolommen(*COMBINATIE)
    nieuwer = in_set.zonder_op_begin(koppeling.filter(gevuld("zzpcode")), ["zzpcode"])
    return gekoppeld.niet_van(nieuwer, ["zzpcode", "begin"])


def _gekoppeld(van: Van, combinaties: Lijnen) -> Lijnen:
    """Those with a code that exists on their day and that couples with some zzpcode or functiecode.

    Inside an edition that is for the whole edition to say, outside it for the rows in force on the nearest day.
    """
    codes = van.pop.codes
    binnen = combinaties.waar(~pl.col("buiten")).met_op_begin(_dagen(codes.gekoppeld), PER_CODE)
    binnen = binnen.kolommen(*COMBINATIE).met_op_begin(_dagen(codes.geldigheid), PER_CODE)
    buiten = _van_editie(van, combinaties.waar("buiten"))
    return van.als_lijnen(pl.concat(deel.kolommen(*COMBINATIE).frame for deel in (binnen, buiten)))


def _niet_in_koppeltabel(van: Van, combinaties: Lijnen) -> Lijnen:
    """Those without a row in the koppeltabel on their day; a row without both fields stands for both empty."""
    koppeling = _dagen(van.pop.codes.koppeling)
    gekoppeld = _gekoppeld(van, combinaties).berekend()
    leeg_fout = gekoppeld.waar(~EEN_GEVULD).zonder_op_begin(koppeling.filter(~EEN_GEVULD), PER_CODE)
    gevuld_fout = gekoppeld.waar(EEN_GEVULD)
    for veld in MET_PROFIEL:
        # Where both are filled, what the one field does not couple goes on to the other.
        met_veld = koppeling.filter(gevuld(veld))
        gevuld_fout = gevuld_fout.kolommen(*COMBINATIE).zonder_op_begin(met_veld, [*PER_CODE, veld])
    return van.als_lijnen(pl.concat(deel.kolommen(*COMBINATIE).frame for deel in (leeg_fout, gevuld_fout)))


def _getoetste_koppeling(van: Van, combinaties: Lijnen, toetsbaar: pl.Expr) -> Lijnen:
    """The lines whose prestatie is coupled, and that say to what."""
    regels = _regels(van, _gekoppeld(van, combinaties), *MET_PROFIEL)
    return regels.met(met_beide=van.pop.met_kolommen(*MET_PROFIEL)).waar(toetsbaar)


@regel(
    "VLD-12",
    "Prestatie past niet bij zzpcode of functiecode",
    bereik="regel",
    ernst=("afkeur", "signaal"),
    retourcodes=("1113",),
    velden=("zzpcode",),
    kolommen_deels=MET_PROFIEL,
    leest=(KENMERKEN, "indicaties"),
)
def vld_12(van: Van) -> Iterator[Uitkomst]:
    """Zoekt de combinatie van prestatie met zzpcode of functiecode op in de koppeltabel.

    Wat: de koppeltabel kent de prestatie op de begindatum bij deze zzpcode of deze functiecode; zijn beide
    gevuld, dan is één van de twee genoeg. Een prestatie die nergens aan gekoppeld is, mag bij alles.
    Overbruggingszorg en prestaties die niet bestaan (VLD-02) worden niet getoetst. Buiten de editie van de
    koppeltabel is wat de dichtstbijzijnde editie niet koppelt een signaal; een prestatie of profiel dat zij niet kent,
    wordt niet vergeleken.
    Waarom: de zorg hoort bij wat het indicatiebesluit toekent.
    Voorbeeld: verblijf VV4 met de zzpcode van VV5.
    Wat te doen: controleer prestatiecode, zzpcode en functiecode met het indicatiebesluit en de koppeltabel. Is de
    combinatie nieuwer dan de editie, importeer dan de koppeltabel van dat jaar.
    """
    if not van.pop.kolommen.intersection(MET_PROFIEL):
        yield Niet("kolom zzpcode ontbreekt; kolom functiecode ontbreekt")
        return
    combinaties = van.eenmaal(_combinaties)
    # Only a file that has both columns can say that both are empty.
    toetsbaar = ~pl.col("overbrugging") & (EEN_GEVULD | pl.col("met_beide"))
    # What no table couples has nothing to fit with.
    van.getoetst(lambda: _getoetste_koppeling(van, combinaties.waar(toetsbaar).combinaties(*COMBINATIE), toetsbaar))
    fout = _niet_in_koppeltabel(van, combinaties.waar(toetsbaar).combinaties(*COMBINATIE))
    regels = _regels(van, fout, *MET_PROFIEL).met(met_beide=van.pop.met_kolommen(*MET_PROFIEL)).waar(toetsbaar)
    gegevens = "prestatiecode zzpcode:veld functiecode:veld begindatum"
    niet_gekoppeld = "gekoppeld aan zzpcode {zzpcode:veld} of functiecode {functiecode:veld}"
    yield regels.waar(~pl.col("buiten")).afkeur(
        "1113", f"prestatie {{prestatiecode}} is op {{begindatum}} niet {niet_gekoppeld}", gegevens
    )
    yield _met_editie(regels.waar("buiten")).signaal(
        "1113", f"prestatie {{prestatiecode}} is niet {niet_gekoppeld} {NAAST}", f"{gegevens} editie"
    )
    yield from _naast_editie(combinaties)
