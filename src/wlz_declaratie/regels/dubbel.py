"""VLD, part 3: was it declared before? References, credits and equal lines, in batch and history."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, met_groep, vorig_eind
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.oud import bevinding, datum_tekst, deels_zonder
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
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


def _waar() -> pl.Expr:
    """Where the other line stands: ander_batch, ander_bestandnr and ander_regelnummer in words."""
    return (
        pl.when(~pl.col("ander_batch"))
        .then(pl.lit("een eerder gedeclareerde regel"))
        .when(pl.col("ander_bestandnr") == pl.col("bestandnr"))
        .then(zin("regel {}", "ander_regelnummer"))
        .otherwise(zin("regel {} van een ander bestand", "ander_regelnummer"))
    )


def _andere_regel() -> dict[str, pl.Expr]:
    """The other line as gegevens; a line of the history has no regelnummer to look up."""
    return {
        "andere_regel": pl.when("ander_batch").then("ander_regelnummer"),
        "eerder_gedeclareerd": ~pl.col("ander_batch"),
    }


@regel(
    "VLD-09",
    "Referentienummer ontbreekt of is niet uniek",
    bereik="batch",
    retourcodes=("8021",),
    kolommen_deels=("declarant",),
)
def vld_09(van: Van) -> Iterator[Uitkomst]:
    """Zoekt referentienummers die leeg zijn of vaker voorkomen.

    Wat: elke regel heeft een referentienummer dat bij deze declarant nog niet is gebruikt, in de batch noch
    in de historie. Elke regel van de batch met een dubbel nummer krijgt een bevinding.
    Waarom: het retourbericht en een latere creditregel wijzen met dit nummer naar één regel.
    Voorbeeld: twee regels met referentienummer 2026-0001.
    Wat te doen: geef elke regel een eigen nummer en begin niet elk jaar opnieuw.
    """
    pop, p = van.pop, van.p
    lijnen = _breed(pop).select("rij", "batch", "begin", "bestandnr", "regelnummer", *VERWIJZING)
    leeg = pl.col("referentienummer").is_null()
    yield bevinding(lijnen.filter("batch", p.geldig(), leeg), pl.lit("referentienummer ontbreekt"), "8021")

    # Short keys first; only the few that occur twice are compared in full.
    kort = pl.struct(VERWIJZING).hash()
    korte = lijnen.filter(~leeg).select(kort=kort).collect()["kort"].sort()
    vaker = korte.filter(korte == korte.shift()).unique()
    kandidaten = lijnen.filter(~leeg, kort.is_in(vaker.implode())).sort("batch", "rij")
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
    yield bevinding(
        kandidaten.filter("batch", p.geldig())
        .join(per_nummer, on=VERWIJZING, how="inner", nulls_equal=True)
        .with_columns(**ander),
        zin("referentienummer komt {} keer voor, ook op {}", "aantal", _waar()),
        "8021",
        gegevens={"aantal": pl.col("aantal"), **_andere_regel()},
    )
    zonder = lijnen.filter("batch", pop.met_kolommen("declarant"), pl.col("declarant").is_null())
    yield from deels_zonder(zonder, "declarant")


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
    kolommen_deels=("referentienummer_voorgaand", "bedrag"),
)
def vld_10(van: Van) -> Iterator[Uitkomst]:
    """Zoekt bij elke creditregel de debetregel die zij terugneemt.

    Wat: van een creditregel het eerste dat van toepassing is. Zij noemt geen voorgaand referentienummer
    (0651). De gelijke debetregel staat in hetzelfde bestand (8062). De debetregel is al gecrediteerd, in de
    historie of op een eerdere regel (8084). De debetregel is niet bekend (8017); zonder historie is dat een
    signaal.
    Waarom: een creditregel neemt precies één eerder ingediende regel terug, en dat kan één keer.
    Voorbeeld: dezelfde regel van januari in februari en in maart gecrediteerd.
    Wat te doen: verbeter de verwijzing, of laat debet en credit beide weg als de debetregel nog niet was
    ingediend.
    """
    pop, p = van.pop, van.p
    credits = _credits(pop)
    getoetst = credits.filter("batch", p.geldig())
    zonder_verwijzing = pl.col("referentienummer").is_null()
    yield bevinding(getoetst.filter(zonder_verwijzing), pl.lit("creditregel zonder voorgaand referentienummer"), "0651")

    debets = (
        pop.breed.filter(pl.col("debet_credit") == "D")
        .select(GELIJK)
        .join(credits, on=DEBETREGEL, how="semi")
        .collect()
        .lazy()
    )
    getoetst = getoetst.filter(~zonder_verwijzing)
    yield bevinding(
        getoetst.join(debets, on=GELIJK, how="semi", nulls_equal=True),
        pl.lit("de gelijke debetregel staat in hetzelfde bestand"),
        "8062",
    )

    getoetst = getoetst.join(debets, on=GELIJK, how="anti", nulls_equal=True)
    al_gecrediteerd = pl.col("ander_regelnummer").is_not_null()
    yield bevinding(
        getoetst.filter(al_gecrediteerd),
        zin("de debetregel is al gecrediteerd door {}", _waar()),
        "8084",
        gegevens=_andere_regel(),
    )

    onbekend = getoetst.filter(~al_gecrediteerd).join(debets, on=DEBETREGEL, how="anti")
    yield bevinding(
        onbekend,
        pl.lit(
            "de debetregel is niet bekend in batch of historie"
            if pop.met_historie
            else "de debetregel staat niet in de batch; er is geen historie opgegeven"
        ),
        "8017",
        ernst="afkeur" if pop.met_historie else "signaal",
    )


def _verdacht(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """Lines of client, prestatie and uitvoerder of which some batch line may overlap a line before it.

    Never too few, sometimes too many: groups are told apart by a hash, and a line of the history counts also
    when it begins later. What is left is small, mostly, and sorted exactly by the caller.
    """
    groep = pl.struct(PRESTATIE).hash()
    op_volgorde = (
        lijnen.select("batch", "begin", "eind", sleutel=groep)
        .sort("sleutel", maintain_order=True)
        .with_columns(groep=(pl.col("sleutel") != pl.col("sleutel").shift()).fill_null(True).cast(pl.Int64).cum_sum())
    )
    verdacht = op_volgorde.filter("batch", vorig_eind() >= pl.col("begin")).select("sleutel").unique()
    sleutels = verdacht.collect()["sleutel"]
    return lijnen.filter(groep.is_in(sleutels.implode())).collect().lazy()


@regel("VLD-16", "Zelfde prestatie op dezelfde dagen al gedeclareerd", bereik="client", retourcodes=("8216",))
def vld_16(van: Van) -> Iterator[Uitkomst]:
    """Zoekt regels die dezelfde prestatie op dezelfde dagen declareren.

    Wat: twee niet gecrediteerde debetregels met hetzelfde bsn, dezelfde prestatiecode en dezelfde uitvoerder
    delen geen dag. De latere wordt afgekeurd; een regel van de batch is altijd later dan een van de historie.
    Waarom: dezelfde zorg wordt één keer betaald.
    Voorbeeld: 1 tot en met 31 maart en 31 maart tot en met 30 april: 31 maart is dubbel.
    Wat te doen: verkort of verwijder de latere regel, of crediteer eerst de eerdere.
    """
    pop, p = van.pop, van.p
    plaats = (*PLAATS, "begin", "eind")
    lijnen = _verdacht(
        pop.lijnen.filter(pl.col("prestatiecode").is_not_null()).select("rij", "volgorde", *plaats, *PRESTATIE)
    )
    melding = zin(
        "zelfde prestatie en uitvoerder als {}, van {} t/m {}",
        _waar(), datum_tekst(pl.col("ander_begin")), datum_tekst(pl.col("ander_eind")),
    )  # fmt: skip
    gegevens = {
        **_andere_regel(),
        "andere_van": als_datum(pl.col("ander_begin")),
        "andere_tot": als_datum(pl.col("ander_eind")),
    }

    historie, batch = (
        met_groep(deel, PRESTATIE).with_columns(vorig_eind=vorig_eind())
        for deel in (lijnen.filter(~pl.col("batch")), lijnen.filter("batch"))
    )
    # Of the lines that begin by a day, the one that ends last is enough: if any overlaps, it does.
    langste = pl.col("vorig_eind").is_null() | (pl.col("eind") > pl.col("vorig_eind"))
    yield bevinding(
        batch.filter(p.geldig())
        .sort("eind")
        .join_asof(
            historie.filter(langste).select(*PRESTATIE, *_als_ander(*plaats)).sort("ander_begin"),
            left_on="eind",
            right_on="ander_begin",
            by=PRESTATIE,
            check_sortedness=False,  # cannot be checked within groups; both sides are sorted right here
        )
        .filter(pl.col("ander_eind") >= pl.col("begin")),
        melding,
        "8216",
        gegevens=gegevens,
    )
    eerdere = batch.filter(langste).select("groep", *_als_ander(*plaats)).with_columns(vorig_eind="ander_eind")
    yield bevinding(
        batch.filter(p.geldig(), pl.col("vorig_eind") >= pl.col("begin")).join(
            eerdere, on=["groep", "vorig_eind"], how="left"
        ),
        melding,
        "8216",
        gegevens=gegevens,
    )
