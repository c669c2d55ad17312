"""What the store holds: a row of the register per batch, and its lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import polars as pl

from wlz_declaratie.contract.tabellen import DECLARATIE

REGISTER = "register"
REEKS = 64
"""Batches whose lines share a ``deel``: compaction never rewrites more."""

REGELS: dict[str, type[pl.DataType]] = {**DECLARATIE, "regelnummer": pl.Int32}
"""A line as stored; Delta has no unsigned numbers."""
SCHEMA: dict[str, type[pl.DataType]] = {"deel": pl.String, "volgnr": pl.Int64, **REGELS, "batch": pl.String}


@dataclass(frozen=True)
class Verwijdering:
    """When and why a batch was taken back."""

    moment: str
    reden: str


@dataclass(frozen=True)
class Batch:
    """A batch in the register; ``volgnr`` (from 1) tells batches apart and gives their order.

    - ``facturen``: each declarant with factuurnummer in the file; with ``sha256`` the identity of the batch.
    - ``regels``, ``cent`` (net), ``van``, ``tot``: of the lines that are in the store now.
    - ``toegevoegd``, ``afgekeurd``: lines that were added, and that were not, when the batch came.
    - ``moment`` (UTC), ``peildatum``, ``versie`` (of the product, rules included), ``edities`` (of the code tables).
    - ``verlopen``: lines removed since because they may no longer be kept.
    """

    volgnr: int
    bestand: str
    soort: str
    sha256: str
    facturen: tuple[tuple[str, str], ...]
    moment: str
    peildatum: str
    versie: str
    edities: tuple[str, ...]
    toegevoegd: int
    afgekeurd: int
    regels: int
    cent: int
    van: str | None
    tot: str | None
    verlopen: int = 0
    verwijderd: Verwijdering | None = None

    @property
    def deel(self) -> str:
        """The partition of its lines."""
        return f"regels-{self.volgnr // REEKS:05}"

    def als_json(self) -> dict[str, Any]:
        """As the register keeps it and ``toon --formaat json`` gives it."""
        return asdict(self)


def nu() -> str:
    """This moment, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@cache  # a night opens the store for every batch, and a row never changes
def lees_batch(tekst: str) -> Batch:
    """A row of the register from its JSON. Raises what a damaged one makes `json` and `Batch` raise."""
    inhoud = json.loads(tekst)
    verwijderd = inhoud.pop("verwijderd")
    return Batch(
        **{
            **inhoud,
            "facturen": tuple((declarant, factuur) for declarant, factuur in inhoud["facturen"]),
            "edities": tuple(inhoud["edities"]),
            "verwijderd": Verwijdering(**verwijderd) if verwijderd else None,
        }
    )


def registerrijen(batches: Sequence[Batch]) -> pl.DataFrame:
    """Register rows in the shape SCHEMA."""
    return (
        pl.DataFrame(
            [
                {
                    "deel": REGISTER,
                    "volgnr": batch.volgnr,
                    "batch": json.dumps(batch.als_json(), ensure_ascii=False),
                }
                for batch in batches
            ],
            schema={naam: SCHEMA[naam] for naam in ("deel", "volgnr", "batch")},
        )
        .with_columns(pl.lit(None, dtype=soort).alias(naam) for naam, soort in REGELS.items())
        .select(*SCHEMA)
    )


TELLING = {
    "regels": pl.len().cast(pl.Int64),
    "cent": (
        pl.col("declaratiebedrag").fill_null(0) * pl.when(pl.col("debet_credit") == "C").then(-1).otherwise(1)
    ).sum(),
    "van": pl.col("begindatum").min().cast(pl.String),
    "tot": pl.col("einddatum").max().cast(pl.String),
}
"""What the register says of the lines of a batch, from those lines; cent is net."""


def cijfers(regels: pl.DataFrame) -> dict[str, Any]:
    """TELLING of the lines of one batch."""
    return regels.select(**TELLING).row(0, named=True)
