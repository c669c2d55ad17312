"""AFS: how much provider and zorgkantoor agreed on, and how much a machtiging grants."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import jaar
from wlz_declaratie.basis.tijdvakken import laatst_begonnen_per_tijdvak
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import gevuld, leeg
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst
from wlz_declaratie.regels.afgesproken import AFSPRAAK, ELK, PER_KANTOOR, afspraken, met_kantoor, per_kantoor

PER_JAAR = [*AFSPRAAK, "jaar"]
PER_VOLUME = [*PER_JAAR, "volume_van"]
VOLGORDE = ("batch", "begin", "eind", "bestandnr", "regelnummer")
MACHTIGING = ["bsn", "prestatiecode"]


def _zonder_volume(van: Van) -> Iterator[Niet]:
    """The rule cannot run where there are agreements and none has an aantal: as good as no such column."""
    rijen, gevulde = afspraken(van.pop).select(pl.len(), gevulde=pl.col("aantal").count()).collect().row(0)
    if rijen and not gevulde:
        yield Niet("kolom aantal ontbreekt in tabel afspraken of is leeg")


def _geteld(lijnen: Lijnen) -> Lijnen:
    """With an aantal that can be added up."""
    return lijnen.met(aantal=pl.col("aantal").fill_null(0).clip(0))


def _waarden(frame: pl.LazyFrame, kolom: str) -> pl.Series:
    return frame.select(pl.col(kolom).unique().implode()).collect().to_series()


def _volumes(pop: Populatie, gevraagd: pl.LazyFrame) -> pl.LazyFrame:
    """For each of ``gevraagd`` (PER_KANTOOR and jaar) the ``volume`` of that year; null where none was agreed.

    Of the rows that touch the year those begun last count, together. Where these serve every zorgkantoor, lines of all
    of them are counted together: ``volume_van`` is ELK, else the kantoor.
    """
    eerste, laatste = (pl.date("jaar", *dag).to_physical() for dag in ((1, 1), (12, 31)))
    tellend = (
        per_kantoor(pop)
        .join(gevraagd, on=PER_KANTOOR)
        .filter(pl.col("begin") <= laatste, pl.col("eind") >= eerste)
        .filter(pl.col("begin") == pl.col("begin").max().over(*PER_KANTOOR, "jaar"))
    )
    return tellend.group_by(*PER_KANTOOR, "jaar").agg(
        volume=pl.when(pl.col("aantal").count() > 0).then(pl.sum("aantal")),
        volume_van=pl.when(gevuld("uzovi").any()).then(pl.first("kantoor")).otherwise(ELK),
    )


@regel(
    "AFS-03",
    "Meer dan het afgesproken volume",
    bereik="batch",
    ernst="signaal",
    retourcodes=("0589",),
    velden=("aantal",),
    tabellen=("afspraken",),
    leest=(),
    leest_van_lijn=("aantal", "uzovi"),
)
def afs_03(van: Van) -> Iterator[Uitkomst]:
    """Telt het aantal per uitvoerder en prestatie in het kalenderjaar op.

    Wat: per uitvoerder, prestatiecode en kalenderjaar van de begindatum telt het aantal op, ook uit eerdere batches.
    Elke declaratieregel vanaf die waarmee de som boven het volume van dat jaar in `afspraken` komt, is een signaal. Van
    de rijen die in dat jaar gelden, tellen die met de laatste ingangsdatum, bij elkaar opgeteld; heeft daarvan geen een
    aantal, dan is er geen volume. Een rij met een uzovi telt alleen voor regels met die uzovi, en die tellen dan apart.
    Waarom: boven het afgesproken volume is vergoeding niet zeker; in de herschikking kan het worden
    bijgesteld, met een nieuwe rij.
    Voorbeeld: 1000 afgesproken, 990 gedeclareerd tot en met oktober: een declaratieregel van 30 in november gaat
    erover.
    Wat te doen: vraag om een hogere afspraak in de herschikking, of vul die aan in het dossier.
    """
    yield from _zonder_volume(van)
    lijnen = _geteld(van.lijnen()).met(jaar=jaar("begin"))
    sommen = met_kantoor(van.pop, lijnen.frame.group_by(*PER_JAAR, "uzovi").agg(gedeclareerd=pl.sum("aantal")))
    sommen = sommen.collect().lazy()
    volumes = _volumes(van.pop, sommen.select(*PER_KANTOOR, "jaar").unique())
    per_volume = sommen.join(volumes.filter(gevuld("volume")), on=[*PER_KANTOOR, "jaar"])
    # Only where a whole year passes its volume does the order of the lines matter.
    te_veel = per_volume.filter(pl.sum("gedeclareerd").over(PER_VOLUME) > pl.col("volume")).collect().lazy()

    def opgeteld(volumes: pl.LazyFrame) -> Lijnen:
        met_volume = (
            lijnen.waar(*(pl.col(kolom).is_in(_waarden(volumes, kolom)) for kolom in AFSPRAAK))
            .kolommen("rij", *VOLGORDE, *PER_JAAR, "uzovi", "aantal")
            .frame.join(volumes, on=[*PER_JAAR, "uzovi"], nulls_equal=True)
        )
        return van.als_lijnen(met_volume).lopende_som("aantal", PER_VOLUME).van_batch()

    van.getoetst(lambda: opgeteld(per_volume), "{som:getal} van {volume:getal} afgesproken in {jaar}")
    nog = (pl.col("volume") - pl.col("som") + pl.col("aantal")).clip(0)
    yield (
        opgeteld(te_veel)
        .waar(pl.col("som") > pl.col("volume"))
        .met(aantal="som", afgesproken="volume", nog_afgesproken=nog)
        .signaal(
            "0589",
            "{aantal:getal} van {prestatiecode} in {jaar} bij deze uitvoerder, {afgesproken:getal} afgesproken;"
            " op deze declaratieregel nog {nog_afgesproken:getal}",
            "jaar aantal afgesproken nog_afgesproken",
        )
    )


@regel(
    "AFS-06",
    "Meer dan de machtiging toestaat",
    bereik="client",
    retourcodes=("0584",),
    velden=("aantal", "machtigingsnummer"),
    tabellen=("machtigingen.aantal",),
    leest=(),
)
def afs_06(van: Van) -> Iterator[Uitkomst]:
    """Telt het aantal per machtiging op.

    Wat: van een rij in `machtigingen` met een aantal tellen de declaratieregels van deze cliënt en prestatiecode op die
    in haar periode beginnen, ook uit eerdere batches. Elke regel vanaf die waarmee de som boven het aantal komt, wordt
    afgekeurd. Valt een regel onder meer rijen, dan telt die met haar machtigingsnummer, en anders die het laatst
    inging. Noemt een regel een machtiging zonder aantal, dan telt zij niet mee.
    Waarom: de toestemming geldt voor een aantal in een afgebakende periode.
    Voorbeeld: toestemming voor 10 uur, 8 gedeclareerd: een declaratieregel van 3 gaat erover.
    Wat te doen: vraag vooraf om een ruimere of nieuwe machtiging, of vul die aan in het dossier.
    """
    rijen = (
        van.tabel("machtigingen")
        .filter(gevuld("aantal"))
        .select("machtigingsnummer", *MACHTIGING, "begin", "eind", toegestaan="aantal")
        .drop_nulls(MACHTIGING)
        .sort("toegestaan", "machtigingsnummer", "eind")
        .with_row_index("machtiging")
        .collect()
    )
    machtigingen = rijen.lazy()
    op_nummer = laatst_begonnen_per_tijdvak(
        machtigingen.drop_nulls("machtigingsnummer"), [*MACHTIGING, "machtigingsnummer"], "machtiging", "machtiging"
    )
    laatste = laatst_begonnen_per_tijdvak(machtigingen, MACHTIGING, "machtiging", "machtiging")
    onder = pl.coalesce("op_nummer", "laatste")
    lijnen = (
        _geteld(van.lijnen(pl.col("prestatiecode").is_in(rijen["prestatiecode"].unique().implode())))
        .alleen_van(machtigingen, MACHTIGING)
        .zonder_op_begin(van.tabel("machtigingen").filter(leeg("aantal")), [*MACHTIGING, "machtigingsnummer"])
        .berekend()
        .laatst_begonnen(op_nummer.rename({"machtiging": "op_nummer"}), "vanaf", [*MACHTIGING, "machtigingsnummer"])
        .laatst_begonnen(
            laatste.rename({"machtiging": "laatste", "vanaf": "laatste_vanaf"}), "laatste_vanaf", MACHTIGING
        )
        .met(machtiging=onder)
        .waar(gevuld("machtiging"))
        .lopende_som("aantal", ["machtiging"])
        .van_batch()
    )
    toegestaan = machtigingen.select("machtiging", "toegestaan", nummer="machtigingsnummer")
    nog = (pl.col("toegestaan") - pl.col("som") + pl.col("aantal")).clip(0)
    yield (
        lijnen.met_velden(toegestaan, ["machtiging"])
        .getoetst("{som:getal} van {toegestaan:getal} onder de machtiging")
        .waar(pl.col("som") > pl.col("toegestaan"))
        .met(machtigingsnummer="nummer", nog_toegestaan=nog)
        .met(aantal="som")
        .afkeur(
            "0584",
            "{aantal:getal} van {prestatiecode:veld} onder machtiging {machtigingsnummer:veld},"
            " {toegestaan:getal} toegestaan; op deze declaratieregel nog {nog_toegestaan:getal}",
            "machtigingsnummer:veld aantal toegestaan nog_toegestaan",
        )
    )
