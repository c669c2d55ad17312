"""VLD, part 3: was it declared before? References, credits and equal lines, in batch and history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from wlz_declaratie.basis.dagen import met_groep, vorig_eind
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import gevuld, leeg
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

PLAATS = ("batch", "bestandnr", "regelnummer")
VERWIJZING = ["declarant", "referentienummer"]
DEBETREGEL = ["bsn", "referentienummer"]
GELIJK = [
    *DEBETREGEL,
    *("bestandnr", "prestatiecode", "begindatum", "einddatum", "aantal", "uitvoerder", "bedrag"),
]
"""What a debet line and the credit line that undoes it within a file have in common."""
PRESTATIE = ["bsn", "prestatiecode", "uitvoerder"]
_DAGEN = 2**16
_EERSTE_DAG = -25_567
"""1 January 1900, as days are numbered."""
_HALVE_SAMEN = 100_000_000
"""Hashes of four bytes that are held at a time, twice over while they are sorted."""
_WEINIG = 250_000
"""So many hashes of four bytes on more than one line, that to take these lines is less than to look again."""
VOLGORDE = ["batch", "begindatum", "einddatum", "bestandnr", "regelnummer"]
"""History (false) before batch; then the calendar, then file and line."""


def _breed(pop: Populatie) -> pl.LazyFrame:
    """The wide lines of batch and history, with ``batch`` and the day number ``begin``."""
    return pop.breed.with_columns(
        batch=pl.col("bestandnr") < len(pop.bestanden), begin=pl.col("begindatum").to_physical()
    )


def _als_ander(*kolommen: str) -> list[pl.Expr]:
    """Columns of a line as those of the other line, which the finding names."""
    return [pl.col(kolom).alias(f"ander_{kolom}") for kolom in kolommen]


def _met_plaats(lijnen: Lijnen) -> Lijnen:
    """With ``waar``, where the other line (``ander_`` and PLAATS) stands in words, and what of it is a value."""
    waar = (
        pl.when(~pl.col("ander_batch"))
        .then(pl.lit("een declaratieregel uit een eerdere batch"))
        .when(pl.col("ander_bestandnr") == pl.col("bestandnr"))
        .then(zin("bestandsregel {}", "ander_regelnummer"))
        .otherwise(zin("bestandsregel {} van een ander bestand", "ander_regelnummer"))
    )
    # A line of the history has no regelnummer to look up.
    regelnummer = pl.when("ander_batch").then("ander_regelnummer")
    return lijnen.met(waar=waar, andere_regel=regelnummer, eerder_gedeclareerd=~pl.col("ander_batch"))


def _vaker(nummers: pl.LazyFrame) -> pl.Series:
    """Those in its one column that are there more than once."""
    gesorteerd = nummers.collect().to_series().sort()
    return gesorteerd[1:].filter(gesorteerd[1:] == gesorteerd[:-1]).unique()


def _mogelijk_vaker(van: Van, lijnen: Lijnen) -> pl.Expr:
    """Whether the VERWIJZING of a line may stand on another too: by a hash, of which few are equal by chance.

    Half of it first, which takes half the memory; that is by chance equal for two in a hundred lines of 100 million.
    """
    declarant, nummer = VERWIJZING
    # Two seeds, or a number that is that of its declarant would be as any other of which that is so.
    heel = pl.col(declarant).hash(1) ^ pl.col(nummer).hash(2)
    half = (heel // 2**32).cast(pl.UInt32).alias("half")
    keren = -(-van.pop.breed.select(pl.len()).collect().item() // _HALVE_SAMEN)
    beurten = [_vaker(lijnen.frame.select(half).filter(pl.col("half") % keren == keer)) for keer in range(keren)]
    half_vaker = pl.concat(beurten) if beurten else pl.Series(dtype=pl.UInt32)
    mogelijk = half.is_in(half_vaker.implode())
    if len(half_vaker) <= _WEINIG:
        return mogelijk
    return heel.is_in(_vaker(lijnen.waar(mogelijk).frame.select(heel)).implode())


def _meermaals(van: Van, lijnen: Lijnen) -> Lijnen:
    """Lines whose VERWIJZING stands on ``aantal`` lines, more than one; another of them is the ``ander_``."""
    # Only the few that may occur twice are compared in full.
    kandidaten = lijnen.waar(_mogelijk_vaker(van, lijnen)).berekend().frame.sort("batch", "rij")
    per_nummer = (
        kandidaten.group_by(VERWIJZING, maintain_order=True)
        .agg(
            aantal=pl.len(),
            **{f"eerste_{kolom}": pl.first(kolom) for kolom in ("rij", *PLAATS)},
            **{f"laatste_{kolom}": pl.last(kolom) for kolom in PLAATS},
        )
        .filter(pl.col("aantal") > 1)
    )
    is_eerste = pl.col("rij") == pl.col("eerste_rij")
    ander = {
        f"ander_{kolom}": pl.when(is_eerste).then(f"laatste_{kolom}").otherwise(f"eerste_{kolom}") for kolom in PLAATS
    }
    dubbele = kandidaten.join(per_nummer, on=VERWIJZING, how="inner", nulls_equal=True)
    return van.als_lijnen(dubbele).met(**ander)


@regel(
    "VLD-09",
    "Referentienummer ontbreekt of is niet uniek",
    bereik="batch",
    retourcodes=("8021",),
    velden=("referentienummer",),
    kolommen_deels=("declarant",),
    leest=(),
    leest_van_lijn=(),
)
def vld_09(van: Van) -> Iterator[Uitkomst]:
    """Zoekt referentienummers die leeg zijn of vaker voorkomen.

    Wat: elke declaratieregel heeft een referentienummer dat bij deze declarant nog niet is gebruikt, in de batch noch
    in de historie. Elke regel van de batch met een dubbel nummer krijgt een bevinding.
    Waarom: het retourbericht en een latere creditregel wijzen met dit nummer naar één declaratieregel.
    Voorbeeld: twee declaratieregels met referentienummer 2026-0001.
    Wat te doen: geef elke declaratieregel een eigen nummer en begin niet elk jaar opnieuw.
    """
    regels = van.als_lijnen(_breed(van.pop)).kolommen("rij", *PLAATS, "begin", *VERWIJZING)
    yield regels.van_batch().waar(leeg("referentienummer")).afkeur("8021", "referentienummer ontbreekt")
    yield _met_plaats(_meermaals(van, regels.waar(gevuld("referentienummer"))).van_batch()).afkeur(
        "8021",
        "referentienummer komt {aantal} keer voor, ook op {waar:tekst}",
        "aantal andere_regel eerder_gedeclareerd",
    )
    yield from regels.waar("batch").niet_ingevuld("declarant")


def _credits(pop: Populatie) -> pl.LazyFrame:
    """All credit lines, with the reference they name as ``referentienummer``.

    Where an earlier credit line names the same debet line, the ``ander_`` columns say where the first is.
    """
    credits = (
        _breed(pop)
        .filter(pl.col("debet_credit") == "C")
        .with_columns(referentienummer="referentienummer_voorgaand")
        .select("rij", "batch", "begin", "regelnummer", *GELIJK)
        .collect()
        .lazy()
    )
    eerste = (
        credits.drop_nulls(DEBETREGEL)
        .sort(VOLGORDE)
        .group_by(DEBETREGEL, maintain_order=True)
        .agg(
            pl.first("rij").alias("eerste"),
            *(kolom.first() for kolom in _als_ander(*PLAATS)),
            aantal=pl.len(),
        )
        .filter(pl.col("aantal") > 1)
    )
    latere = credits.join(eerste, on=DEBETREGEL).filter(pl.col("rij") != pl.col("eerste"))
    return credits.join(latere.select("rij", pl.col("^ander_.*$")), on="rij", how="left").collect().lazy()


@regel(
    "VLD-10",
    "Creditregel hoort niet bij een te crediteren debetregel",
    bereik="batch",
    ernst=("afkeur", "signaal"),
    retourcodes=("0651", "8062", "8084", "8017"),
    velden=("referentienummer_voorgaand",),
    kolommen_deels=("referentienummer_voorgaand", "bedrag"),
    leest=(),
    leest_van_lijn=(),
)
def vld_10(van: Van) -> Iterator[Uitkomst]:
    """Zoekt bij elke creditregel de debetregel die zij terugneemt.

    Wat: van een creditregel het eerste dat van toepassing is. Zij noemt geen voorgaand referentienummer (0651). De
    gelijke debetregel staat in hetzelfde bestand (8062). De debetregel is al gecrediteerd, in de historie of op een
    eerdere declaratieregel (8084). De debetregel is niet bekend (8017); zonder historie is dat een signaal.
    Waarom: een creditregel neemt precies één eerder ingediende declaratieregel terug, en dat kan één keer.
    Voorbeeld: dezelfde declaratieregel van januari in februari en in maart gecrediteerd.
    Wat te doen: verbeter de verwijzing, of laat debet en credit beide weg als de debetregel nog niet was
    ingediend.
    """
    credits = van.als_lijnen(_credits(van.pop))
    getoetst = credits.van_batch()
    yield getoetst.waar(leeg("referentienummer")).afkeur("0651", "creditregel zonder voorgaand referentienummer")
    # By reference first: comparing two texts of every line takes four times as long.
    genoemd = credits.frame.select(pl.col("referentienummer").unique()).collect().to_series()
    debets = van.als_lijnen(van.pop.breed).waar(pl.col("referentienummer").is_in(genoemd.implode()))
    debets = debets.waar(pl.col("debet_credit") == "D").kolommen(*GELIJK).alleen_van(credits, DEBETREGEL).berekend()
    getoetst = getoetst.waar(gevuld("referentienummer"))
    yield getoetst.gelijk_aan(debets, GELIJK).afkeur("8062", "de gelijke debetregel staat in hetzelfde bestand")
    getoetst = getoetst.niet_gelijk_aan(debets, GELIJK)
    yield _met_plaats(getoetst.waar(gevuld("ander_regelnummer"))).afkeur(
        "8084", "de debetregel is al gecrediteerd door {waar:tekst}", "andere_regel eerder_gedeclareerd"
    )
    onbekend = getoetst.waar(leeg("ander_regelnummer")).niet_van(debets, DEBETREGEL)
    if van.pop.met_historie:
        yield onbekend.afkeur("8017", "de debetregel is niet bekend in batch of historie")
    else:
        yield onbekend.signaal("8017", "de debetregel staat niet in de batch; er is geen historie opgegeven")


def _verdacht(lijnen: Lijnen) -> Lijnen:
    """Lines of client, prestatie and uitvoerder of which some batch line may overlap a line before it.

    Never too few, sometimes too many: groups are told apart by a hash, and lines of the history among themselves count
    too. What is left is small, mostly, and sorted exactly by the caller.
    """
    # One number for a group and its days: to sort that is twice as fast as to sort lines.
    groep = pl.struct(PRESTATIE).hash() // _DAGEN**2
    op_volgorde = lijnen.frame.select(
        sleutel=(groep * _DAGEN**2 + _dagnummer("begin") * _DAGEN + _dagnummer("eind")).sort()
    )
    begin, van_groep = pl.col("sleutel") // _DAGEN, pl.col("sleutel") // _DAGEN**2
    # The latest eind so far; of another group it comes before every begin of this one.
    vorig = (van_groep * _DAGEN + pl.col("sleutel") % _DAGEN).cum_max().shift()
    verdacht = op_volgorde.filter(vorig >= begin).select(van_groep.unique()).collect()["sleutel"]
    return lijnen.waar(groep.is_in(verdacht.implode())).berekend()


def _dagnummer(kolom: str) -> pl.Expr:
    """A day as a number below _DAGEN: before 1900 as its first, after 2079 as the last, so that what met still does."""
    return (pl.col(kolom) - _EERSTE_DAG).clip(0, _DAGEN - 1).cast(pl.UInt64)


def _met_vorig_eind(van: Van, lijnen: Lijnen) -> Lijnen:
    """In their order, with ``groep`` and the latest eind among the lines of the group before each."""
    return van.als_lijnen(met_groep(lijnen.frame, PRESTATIE)).met(vorig_eind=vorig_eind())


def _langste(lijnen: Lijnen, per: Sequence[str]) -> pl.LazyFrame:
    """The lines that end after all before them, as the other line: if any overlaps a later one, one of these does."""
    langste = pl.col("vorig_eind").is_null() | (pl.col("eind") > pl.col("vorig_eind"))
    return lijnen.waar(langste).frame.select(*per, *_als_ander(*PLAATS), andere_van="begin", andere_tot="eind")


@regel(
    "VLD-16",
    "Zelfde prestatie op dezelfde dagen al gedeclareerd",
    bereik="client",
    retourcodes=("8216",),
    velden=("begindatum", "einddatum"),
    leest=(),
)
def vld_16(van: Van) -> Iterator[Uitkomst]:
    """Zoekt declaratieregels die dezelfde prestatie op dezelfde dagen declareren.

    Wat: twee niet gecrediteerde debetregels met hetzelfde bsn, dezelfde prestatiecode en dezelfde uitvoerder delen geen
    dag. De latere wordt afgekeurd; een declaratieregel van de batch is altijd later dan een van de historie.
    Waarom: dezelfde zorg wordt één keer betaald.
    Voorbeeld: 1 tot en met 31 maart en 31 maart tot en met 30 april: 31 maart is dubbel.
    Wat te doen: verkort of verwijder de latere declaratieregel, of crediteer eerst de eerdere.
    """
    kolommen = ("rij", "volgorde", *PLAATS, "begin", "eind", *PRESTATIE)
    lijnen = _verdacht(van.lijnen(gevuld("prestatiecode")).kolommen(*kolommen).getoetst())
    historie, batch = (_met_vorig_eind(van, lijnen.waar(deel)) for deel in (~pl.col("batch"), pl.col("batch")))
    getoetst = batch.van_batch()
    na_historie = getoetst.laatst_begonnen(_langste(historie, PRESTATIE), "andere_van", PRESTATIE, tot="eind")
    na_batch = getoetst.met(andere_tot="vorig_eind").met_velden(_langste(batch, ["groep"]), ["groep", "andere_tot"])
    for dubbel in (na_historie, na_batch):
        yield _met_plaats(dubbel.waar(pl.col("andere_tot") >= pl.col("begin"))).afkeur(
            "8216",
            "zelfde prestatie en uitvoerder als {waar:tekst}, van {andere_van:datum} t/m {andere_tot:datum}",
            "andere_regel eerder_gedeclareerd andere_van:datum andere_tot:datum",
        )
