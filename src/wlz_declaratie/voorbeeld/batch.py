"""From cases to a batch: declaration lines, the dossier they rest on, and the findings they should give.

Whole-column joins of the cases with the frames of ``sjabloon``, a piece of the cases at a time; each case is played by
people of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.contract.tabellen import DECLARATIE, DOSSIER
from wlz_declaratie.voorbeeld.afspraken import vaste_tabellen
from wlz_declaratie.voorbeeld.nummers import agb, bsns, onjuist
from wlz_declaratie.voorbeeld.scenario import Basis, basis
from wlz_declaratie.voorbeeld.sjabloon import VAN_PERSOON, Sjabloon, sjabloon

EERSTE_BESLUIT = 100_000_000
BESLUITEN = 900_000_000
AFSTAND = 1_000_003
"""Between seeds, in the numbering of decisions; a prime."""
DAGEN_PER_ZAAD = 7_919
"""Between birth dates of people in a row; a prime."""
DEEL = 40_000
"""Cases that are played at once: some 200,000 lines."""
_KOLOMMEN = [kolom for kolom in DECLARATIE if kolom != "regelnummer"]


@dataclass(frozen=True)
class Batch:
    """A batch, or a piece of it, in memory.

    - ``regels``: DECLARATIE without regelnummer, and ``rij`` (from 0), ``geval`` (the case), ``in_aw319`` (an
      AW319 can carry it) and ``dagtekening_bericht``: that of the batch, where that on the line is a mistake.
    - ``verwacht``: rij (null: about no line), geval, regel_id, ernst, retourcode, alleen; see Verwacht.
    - ``dossier``: the tables; of a piece only those about its people.
    """

    regels: pl.DataFrame
    verwacht: pl.DataFrame
    dossier: Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Stand:
    """How many cases, lines and people stand before a piece."""

    gevallen: int = 0
    regels: int = 0
    personen: int = 0


class Spel:
    """The scenarios with these numbers, in this order, to be played piece by piece.

    ``vast`` holds the tables of the dossier that the pieces do not give, those without any row too.
    Gebruikersfout when there are not enough numbers for so many people.
    """

    def __init__(self, gevallen: pl.Series, zaad: int) -> None:
        self._gevallen, self._zaad = gevallen, zaad
        self._sjabloon, self._basis = sjabloon(), basis()
        self._agbs = {naam: agb(uitvoerder["agb"], zaad) for naam, uitvoerder in self._basis.uitvoerders.items()}
        per_scenario = pl.Series([len(scenario.personen) for scenario in self._sjabloon.scenarios])
        self._bsns = bsns(int(per_scenario.gather(gevallen).sum()), zaad)
        vast = vaste_tabellen(self._sjabloon, gevallen, self._agbs)
        van_personen = ("clienten", *self._sjabloon.dossier)
        self.vast = {
            naam: vast.get(naam, pl.DataFrame(schema=kolommen)).select(*kolommen)
            for naam, kolommen in DOSSIER.items()
            if naam not in van_personen
        }

    def delen(self, grootte: int = DEEL) -> Iterator[Batch]:
        """The batch in pieces of so many cases, numbered through."""
        stand = Stand()
        for begin in range(0, len(self._gevallen), grootte):
            deel, stand = self._speel(self._gevallen.slice(begin, grootte), stand)
            yield deel

    def _speel(self, gevallen: pl.Series, stand: Stand) -> tuple[Batch, Stand]:
        delen = self._sjabloon
        verloop = _verloop(delen, gevallen, stand)
        personen = _personen(delen, verloop, self._bsns, stand, self._zaad)
        werk = _regels(delen, verloop, personen, stand, self._agbs)
        verwacht = verloop.join(delen.verwacht, on="scenario", maintain_order="left_right").select(
            (pl.col("eerste_regel") + pl.col("regel")).cast(pl.UInt32).alias("rij"),
            "geval", "regel_id", "ernst", "retourcode", "alleen",
        )  # fmt: skip
        regels = _met_batchvelden(werk, self._basis, self._zaad)
        tabellen = _van_personen(delen, verloop, personen, stand, self._agbs)
        verder = Stand(stand.gevallen + len(gevallen), stand.regels + werk.height, stand.personen + personen.height)
        return Batch(regels, verwacht, tabellen), verder


def speel(gevallen: pl.Series, zaad: int) -> Batch:
    """A whole batch at once."""
    spel = Spel(gevallen, zaad)
    (heel,) = spel.delen(len(gevallen))
    tabellen = {**heel.dossier, **spel.vast}
    return Batch(heel.regels, heel.verwacht, {naam: tabellen[naam] for naam in DOSSIER})


def _verloop(delen: Sjabloon, gevallen: pl.Series, stand: Stand) -> pl.DataFrame:
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
        gevallen.cast(pl.UInt32)
        .to_frame("scenario")
        .with_row_index("geval", offset=stand.gevallen)
        .join(omvang, on="scenario", how="left", maintain_order="left")
        .select(
            "geval",
            "scenario",
            eerste_regel=pl.col("_regels").cum_sum() - pl.col("_regels") + stand.regels,
            eerste_persoon=pl.col("_personen").cum_sum() - pl.col("_personen") + stand.personen,
        )
    )


def _personen(delen: Sjabloon, verloop: pl.DataFrame, nummers: pl.Series, stand: Stand, zaad: int) -> pl.DataFrame:
    """One row per person of the piece: numbers and dates. ``nummers`` are those of the whole batch."""
    personen = verloop.join(delen.personen, on="scenario", maintain_order="left_right")
    personen = personen.with_row_index("wie", offset=stand.personen)
    eigen = nummers.slice(stand.personen, personen.height).cast(pl.String).alias("bsn")
    wie = pl.col("wie").cast(pl.Int64)
    besluit = ((wie + zaad * AFSTAND % BESLUITEN) % BESLUITEN + EERSTE_BESLUIT).cast(pl.String)
    dagen = (wie + zaad % AFSTAND) * DAGEN_PER_ZAAD % pl.col("spreiding")
    return personen.with_columns(eigen).select(
        pl.when("bsn_fout").then(onjuist(pl.col("bsn"))).otherwise("bsn").alias("bsn"),
        besluitnummer=besluit,
        machtigingsnummer="M" + besluit,
        geboortedatum=pl.col("geboren") + pl.duration(days=dagen),
        overlijdensdatum="overlijdensdatum",
    )


def _van_persoon(personen: pl.DataFrame, stand: Stand, kolom: str) -> pl.Expr:
    """That column of the person of each row, which has ``eerste_persoon`` and ``persoon``."""
    wie = pl.col("eerste_persoon") + pl.col("persoon") - stand.personen
    return pl.lit(personen[kolom]).gather(wie).alias(kolom)


def _regels(
    delen: Sjabloon, verloop: pl.DataFrame, personen: pl.DataFrame, stand: Stand, agbs: Mapping[str, str]
) -> pl.DataFrame:
    """Lines with what their people say; ``uitvoerder`` is an AGB code."""
    sjabloonregels = delen.regels.with_columns(pl.col("uitvoerder").replace(agbs))
    return (
        verloop.join(sjabloonregels, on="scenario", maintain_order="left_right")
        .with_row_index("rij", offset=stand.regels)
        .with_columns(_van_persoon(personen, stand, kolom) for kolom in VAN_PERSOON)
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


def _van_personen(
    delen: Sjabloon, verloop: pl.DataFrame, personen: pl.DataFrame, stand: Stand, agbs: Mapping[str, str]
) -> dict[str, pl.DataFrame]:
    """The tables of the dossier about people."""
    tabellen = {"clienten": personen.select(*DOSSIER["clienten"])}
    for naam, rijen in delen.dossier.items():
        gespeeld = verloop.join(rijen, on="scenario", maintain_order="left_right")
        te_vullen = [kolom for kolom in VAN_PERSOON if kolom in rijen.columns]
        gespeeld = gespeeld.with_columns(_van_persoon(personen, stand, kolom) for kolom in te_vullen)
        if "instelling" in rijen.columns:
            gespeeld = gespeeld.with_columns(pl.col("instelling").replace(agbs))
        tabellen[naam] = gespeeld.select(*DOSSIER[naam])
    return tabellen
