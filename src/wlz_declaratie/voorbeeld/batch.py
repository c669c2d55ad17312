"""From cases to a batch: declaration lines, the dossier they rest on, and the findings they should give.

Whole-column joins of the cases with the frames of ``sjabloon``; each case is played by people of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.contract.tabellen import DECLARATIE, DOSSIER
from wlz_declaratie.voorbeeld.nummers import agb, bsns, onjuist
from wlz_declaratie.voorbeeld.scenario import Basis, basis
from wlz_declaratie.voorbeeld.sjabloon import VAN_PERSOON, Sjabloon, extra_prestaties, sjabloon

EERSTE_BESLUIT = 100_000_000
BESLUITEN = 900_000_000
AFSTAND = 1_000_003
"""Between seeds, in the numbering of decisions; a prime."""
DAGEN_PER_ZAAD = 7_919
"""Between birth dates of people in a row; a prime."""
SINDS = pl.date(2010, 1, 1)
"""From when providers and agreements are in force unless they say otherwise: before any line."""
MAANDEN = 12
_KOLOMMEN = [kolom for kolom in DECLARATIE if kolom != "regelnummer"]


@dataclass(frozen=True)
class Batch:
    """A batch in memory.

    - ``regels``: DECLARATIE without regelnummer, and ``rij`` (from 0), ``geval`` (the case), ``in_aw319`` (an
      AW319 can carry it) and ``dagtekening_bericht``: that of the batch, where that on the line is a mistake.
    - ``verwacht``: rij (null: about no line), geval, regel_id, ernst, retourcode, alleen; see Verwacht.
    - ``dossier``: the tables.
    """

    regels: pl.DataFrame
    verwacht: pl.DataFrame
    dossier: Mapping[str, pl.DataFrame]


def speel(gevallen: Sequence[int], zaad: int) -> Batch:
    """Play the scenarios with these numbers, in this order."""
    delen, grond = sjabloon(), basis()
    agbs = {naam: agb(uitvoerder["agb"], zaad) for naam, uitvoerder in grond.uitvoerders.items()}
    verloop = _verloop(delen, gevallen)
    personen = _personen(delen, verloop, zaad)
    werk = _regels(delen, verloop, personen, agbs)
    regels = _met_batchvelden(werk, grond, zaad)
    verwacht = verloop.join(delen.verwacht, on="scenario", maintain_order="left_right").select(
        (pl.col("eerste_regel") + pl.col("regel")).cast(pl.UInt32).alias("rij"),
        "geval", "regel_id", "ernst", "retourcode", "alleen",
    )  # fmt: skip
    return Batch(regels, verwacht, _dossier(delen, verloop, personen, werk, agbs))


def _verloop(delen: Sjabloon, gevallen: Sequence[int]) -> pl.DataFrame:
    """One row per case: geval, scenario, eerste_regel, eerste_persoon."""
    omvang = pl.DataFrame(
        {
            "scenario": range(len(delen.scenarios)),
            "_regels": [len(scenario.regels) for scenario in delen.scenarios],
            "_personen": [len(scenario.personen) for scenario in delen.scenarios],
        },
        schema_overrides={"scenario": pl.UInt32},
    )
    return (
        pl.DataFrame({"scenario": gevallen}, schema={"scenario": pl.UInt32})
        .with_row_index("geval")
        .join(omvang, on="scenario", how="left", maintain_order="left")
        .select(
            "geval",
            "scenario",
            eerste_regel=pl.col("_regels").cum_sum() - pl.col("_regels"),
            eerste_persoon=pl.col("_personen").cum_sum() - pl.col("_personen"),
        )
    )


def _personen(delen: Sjabloon, verloop: pl.DataFrame, zaad: int) -> pl.DataFrame:
    """One row per person of the batch: numbers and dates."""
    personen = verloop.join(delen.personen, on="scenario", maintain_order="left_right").with_row_index("wie")
    wie = pl.col("wie").cast(pl.Int64)
    besluit = ((wie + zaad * AFSTAND % BESLUITEN) % BESLUITEN + EERSTE_BESLUIT).cast(pl.String)
    dagen = (wie + zaad % AFSTAND) * DAGEN_PER_ZAAD % pl.col("spreiding")
    return personen.with_columns(bsns(personen.height, zaad)).select(
        pl.when("bsn_fout").then(onjuist(pl.col("bsn"))).otherwise("bsn").alias("bsn"),
        besluitnummer=besluit,
        machtigingsnummer="M" + besluit,
        geboortedatum=pl.col("geboren") + pl.duration(days=dagen),
        overlijdensdatum="overlijdensdatum",
    )


def _van_persoon(personen: pl.DataFrame, kolom: str) -> pl.Expr:
    """That column of the person of each row, which has ``eerste_persoon`` and ``persoon``."""
    wie = pl.col("eerste_persoon") + pl.col("persoon")
    return pl.lit(personen[kolom]).gather(wie).alias(kolom)


def _regels(delen: Sjabloon, verloop: pl.DataFrame, personen: pl.DataFrame, agbs: Mapping[str, str]) -> pl.DataFrame:
    """Lines with what their people say; ``uitvoerder`` is an AGB code."""
    sjabloonregels = delen.regels.with_columns(pl.col("uitvoerder").replace(agbs))
    return (
        verloop.join(sjabloonregels, on="scenario", maintain_order="left_right")
        .with_row_index("rij")
        .with_columns(_van_persoon(personen, kolom) for kolom in VAN_PERSOON)
    )


def _met_batchvelden(werk: pl.DataFrame, grond: Basis, zaad: int) -> pl.DataFrame:
    """Lines as Batch gives them."""
    nummer = zaad % 10**8

    def referentie(rij: pl.Expr) -> pl.Expr:
        return zin(f"{nummer}-{{}}", rij + 1)

    van_regel = pl.col("eerste_regel") + pl.col("referentie_van")
    voorgaand = (
        pl.when(pl.col("crediteert") < 0)
        .then(zin(f"{nummer}-O{{}}", pl.col("rij") + 1))
        .when(pl.col("crediteert") >= 0)
        .then(referentie(pl.col("eerste_regel") + pl.col("crediteert")))
    )
    van_bericht = pl.lit(grond.batch["dagtekening"])
    return werk.with_columns(
        referentienummer=pl.when("met_referentie").then(referentie(pl.coalesce(van_regel, pl.col("rij")))),
        referentienummer_voorgaand=voorgaand,
        besluitnummer=pl.when("met_besluit").then("besluitnummer"),
        machtigingsnummer=pl.when("machtiging").then("machtigingsnummer"),
        geboortedatum=pl.coalesce("andere_geboortedatum", "geboortedatum"),
        declarant=pl.lit(agb(grond.batch["agb"], zaad)),
        uzovi=pl.lit(grond.batch["uzovi"]),
        factuurnummer=pl.lit(f"2603{nummer:08d}"),
        dagtekening=pl.coalesce("andere_dagtekening", van_bericht),
        dagtekening_bericht=van_bericht,
        begindatum_periode=pl.lit(grond.batch["begindatum_periode"]),
        einddatum_periode=pl.lit(grond.batch["einddatum_periode"]),
    ).select("rij", "geval", "in_aw319", "dagtekening_bericht", *_KOLOMMEN)


def _dossier(
    delen: Sjabloon,
    verloop: pl.DataFrame,
    personen: pl.DataFrame,
    werk: pl.DataFrame,
    agbs: Mapping[str, str],
) -> dict[str, pl.DataFrame]:
    tabellen = {
        "clienten": personen,
        "aanbieders": _aanbieders(agbs),
        "afspraken": _afspraken(werk, agbs),
        "tarieven": _tarieven(werk),
        "prestaties": extra_prestaties(),
    }
    for naam, rijen in delen.dossier.items():
        gespeeld = verloop.join(rijen, on="scenario", maintain_order="left_right")
        te_vullen = [kolom for kolom in VAN_PERSOON if kolom in rijen.columns]
        tabellen[naam] = gespeeld.with_columns(_van_persoon(personen, kolom) for kolom in te_vullen)
        if "instelling" in rijen.columns:
            tabellen[naam] = tabellen[naam].with_columns(pl.col("instelling").replace(agbs))
    leeg = {naam: pl.DataFrame(schema=kolommen) for naam, kolommen in DOSSIER.items()}
    return {naam: tabellen.get(naam, leeg[naam]).select(*kolommen) for naam, kolommen in DOSSIER.items()}


def _aanbieders(agbs: Mapping[str, str]) -> pl.DataFrame:
    schema = DOSSIER["aanbieders"]
    rijen = [
        {**dict.fromkeys(schema), "agb": agbs[naam], **kenmerk}
        for naam, uitvoerder in basis().uitvoerders.items()
        for kenmerk in uitvoerder.get("kenmerken", ())
    ]
    return pl.DataFrame(rijen, schema=schema).with_columns(pl.col("ingangsdatum").fill_null(SINDS))


def _afspraken(werk: pl.DataFrame, agbs: Mapping[str, str]) -> pl.DataFrame:
    """For each uitvoerder and prestatie what was agreed, and a number a year: twelve months like this.

    What ``basis.toml`` says that is always agreed, is there without these, where the batch has no such line.
    """
    per_jaar = pl.coalesce(pl.max("volume"), pl.sum("aantal").clip(1) * MAANDEN)
    tarief = pl.when(pl.col("percentage").is_null()).then("afgesproken")
    afspraak = ("agb", "prestatiecode", "tarief", "percentage", "uzovi", "einddatum")
    van_regels = (
        werk.filter("afspraak")
        .with_columns(agb="uitvoerder", tarief=tarief, uzovi="kantoor", einddatum="afspraak_tot")
        .group_by(afspraak)
        .agg(aantal=per_jaar)
    )
    altijd = pl.DataFrame(
        [
            {"agb": agbs[naam], "prestatiecode": prestatie}
            for naam, uitvoerder in basis().uitvoerders.items()
            for prestatie in uitvoerder.get("afspraken", ())
        ]
    ).join(werk, left_on=["agb", "prestatiecode"], right_on=["uitvoerder", "prestatiecode"], how="anti")
    return pl.concat([van_regels, altijd], how="diagonal").with_columns(ingangsdatum=SINDS).sort(afspraak)


def _tarieven(werk: pl.DataFrame) -> pl.DataFrame:
    """For each prestatie the highest price that is right."""
    hoogste = pl.coalesce("maximum", pl.max_horizontal("tarief", "afgesproken"))
    return (
        werk.drop_nulls("prestatiecode")
        .group_by("prestatiecode")
        .agg(maximumtarief=hoogste.max().clip(0), nhc=pl.max("nhc"))
        .drop_nulls("maximumtarief")
        .with_columns(ingangsdatum=SINDS, einddatum=pl.lit(None, dtype=pl.Date))
        .sort("prestatiecode")
    )
