"""BEH, part 4: treatment beside a package excl. behandeling against what the package incl. behandeling costs more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from wlz_declaratie.basis.dagen import dag, met_laatst_begonnen, vereniging
from wlz_declaratie.basis.tijdvakken import tijdvakken
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Deels, Niet, Uitkomst
from wlz_declaratie.regels.behandeling_naast_pakket import behandelregels, pakketten

PAKKET = ["bsn", "uitvoerder", "prestatiecode"]
"""Lines of one package of one client."""
GROEP = ["bsn", "pakket_van", "pakketcode"]
"""The same, on the lines of treatment beside it."""
ZELFDE = ["soort", "sector", "profiel", "dagbesteding"]
"""What a package incl. and excl. behandeling have in common."""


@regel(
    "BEH-10",
    "Behandeling duurder dan het pakket inclusief behandeling",
    bereik="client",
    ernst="signaal",
    retourcodes=("0584",),
    tabellen=("afspraken.tarief",),
)
def beh_10(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt behandeling naast een pakket met wat het pakket inclusief behandeling meer had gekost.

    Wat: per cliënt, en per uitvoerder en prestatie van een V&V-pakket exclusief behandeling, telt het bedrag op van
    behandeling (ook consulten) die in {jaar} begint en een dag met dat pakket deelt. De grens is het verschil tussen de
    tarieven in `afspraken` van hetzelfde pakket inclusief en exclusief behandeling, op de begindatum van de eerste
    declaratieregel van het pakket, maal de dagen van het pakket in dat jaar. De regel die erboven komt en elke volgende
    is een signaal. Zijn niet beide tarieven afgesproken, dan is de regel niet te toetsen.
    Waarom: het verschil tussen beide pakketten is het financiële kader voor behandeling ernaast.
    Voorbeeld: Z041 van 100 en Z043 van 110 euro over 31 dagen geven 310 euro; met behandeling van 200 en daarna van
    150 euro is de tweede een signaal.
    Wat te doen: bespreek met de zorginkoper een pakket inclusief behandeling.
    """
    eerste_dag, laatste_dag = dag(date(van.vast("jaar"), 1, 1)), dag(date(van.vast("jaar"), 12, 31))
    in_jaar = (pl.col("begin") <= laatste_dag) & (pl.col("eind") >= eerste_dag)
    pakket = pakketten(van, "excl", pl.col("sector") == van.vast("sector"), in_jaar)
    behandeling = behandelregels(van, van.p.geldig())
    naast = behandeling.deelt_dag_met(pakket)
    if not naast.van_batch().aantal():
        return
    van_pakket = pakket.frame.select(ander_rij="rij", pakket_van="uitvoerder", pakketcode="prestatiecode")
    ruimte = _met_verschil(van, _per_pakket(pakket.alleen_van(naast).frame, eerste_dag, laatste_dag))
    lijnen = (
        naast.met_velden(van_pakket, ["ander_rij"])
        .met_velden(ruimte, GROEP)
        .met_velden(behandeling.frame.select("rij", pl.col("bedrag").fill_null(0)), ["rij"])
        .berekend()
    )
    te_toetsen = lijnen.waar(pl.col("verschil").is_not_null())
    zonder = lijnen.van_batch().waar(pl.col("verschil").is_null()).aantal()
    if zonder:
        reden = "zonder tarief van het pakket inclusief en exclusief behandeling in afspraken"
        yield Deels(reden, zonder) if te_toetsen.aantal() else Niet(reden, zonder)
    yield (
        te_toetsen.lopende_som("bedrag", GROEP)
        .met(grens=pl.col("verschil") * pl.col("pakketdagen"))
        .getoetst("{som:euro} van {grens:euro} euro behandeling")
        .waar(pl.col("som") > pl.col("grens"))
        .van_batch()
        .met(som_cent="som", grens_cent="grens")
        .signaal(
            "0584",
            "{som_cent:euro} euro behandeling naast {pakketcode} tot en met deze declaratieregel; {pakket_incl} had "
            "over {pakketdagen} dagen {grens_cent:euro} euro meer gekost",
            "som_cent grens_cent pakketdagen pakketcode pakket_incl",
        )
    )


def _per_pakket(pakketregels: pl.LazyFrame, eerste_dag: int, laatste_dag: int) -> pl.LazyFrame:
    """PAKKET with its days in the year and ``eerste``, the day on which its first line begins."""
    in_jaar = pakketregels.with_columns(
        begin=pl.col("begin").clip(lower_bound=eerste_dag), eind=pl.col("eind").clip(upper_bound=laatste_dag)
    )
    dagen = (
        vereniging(in_jaar, PAKKET)
        .group_by(PAKKET)
        .agg(pakketdagen=(pl.col("eind") - pl.col("begin") + 1).cast(pl.Int64).sum())
    )
    return pakketregels.group_by(PAKKET).agg(eerste=pl.min("begin")).join(dagen, on=PAKKET)


def _inclusief(pop: Populatie) -> pl.LazyFrame:
    """prestatiecode of each package excl. behandeling, and as ``pakket_incl`` the same one incl. behandeling."""
    bekend = pop.codes.prestaties.lazy()
    incl = bekend.filter(pl.col("behandeling") == "incl").select(*ZELFDE, pakket_incl="prestatiecode")
    excl = bekend.filter(pl.col("behandeling") == "excl").select(*ZELFDE, "prestatiecode")
    return excl.join(incl, on=ZELFDE).group_by("prestatiecode").agg(pl.min("pakket_incl"))


def _met_verschil(van: Van, per_pakket: pl.LazyFrame) -> pl.LazyFrame:
    """Each package, named as in GROEP, with ``verschil`` of both tarieven; null where one is not agreed.

    Of several tarieven in force those that leave most room.
    """
    paren = van.pop.eenmaal(_inclusief)
    codes = pl.concat([paren.select("prestatiecode"), paren.select(prestatiecode="pakket_incl")])
    afspraken = (
        van.tabel("afspraken")
        .filter(pl.col("tarief").is_not_null())
        .select("prestatiecode", "tarief", "begin", "eind", uitvoerder="agb")
        .drop_nulls("uitvoerder")
        .join(codes, on="prestatiecode", how="semi")
        .join(per_pakket, on="uitvoerder", how="semi")
        .collect()
        .lazy()
    )

    def met_tarief(pakketten_: pl.LazyFrame, van_code: str, tarief: pl.Expr) -> pl.LazyFrame:
        per_tijdvak = tijdvakken(afspraken.rename({"prestatiecode": van_code}), ["uitvoerder", van_code], tarief)
        op = ["uitvoerder", van_code]
        return met_laatst_begonnen(pakketten_, per_tijdvak, op, "vanaf", "eerste").drop("vanaf")

    met_excl = met_tarief(
        per_pakket.join(paren, on="prestatiecode", how="left"), "prestatiecode", pl.min("tarief").alias("_excl")
    )
    return (
        met_tarief(met_excl, "pakket_incl", pl.max("tarief").alias("_incl"))
        .with_columns(verschil=pl.col("_incl") - pl.col("_excl"))
        .rename({"uitvoerder": "pakket_van", "prestatiecode": "pakketcode"})
        .select(*GROEP, "pakket_incl", "pakketdagen", "verschil")
    )
