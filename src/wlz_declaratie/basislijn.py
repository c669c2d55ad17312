"""The findings of now beside those of an earlier result: which are new, which were known, which are gone.

A finding is the same as before when rule, severity, return code, referentienummer, client, prestatie, period,
uitvoerder, amount and gegevens are. File names and line numbers do not count, for a mended batch shifts its lines.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.controle import SCHEMA, UITSLAG, Basislijn, Uitslag, toonbaar
from wlz_declaratie.fouten import Gebruikersfout
from wlz_declaratie.regels.basis import ERNST
from wlz_declaratie.tonen import zonder_bsn

STAND = pl.Enum(["nieuw", "bekend"])
GETOETST = ("uitgevoerd", "deels uitgevoerd")

_SLEUTEL = (
    *("regel_id", "ernst", "retourcode", "referentienummer", "prestatiecode", "begindatum", "einddatum"),
    *("uitvoerder", "declaratiebedrag_cent"),
)
_REGELNUMMERS = r'"andere_regel":(?:\d+|null),?'
"""The members of gegevens that are line numbers."""
_NEGEN = r"(?:\d{6}|\*{6})(\d{3})"
"""A bsn, masked or not, in a field that is shorter than one."""


@dataclass(frozen=True)
class Eerder:
    """An earlier result, as far as it matters here; ``bevindingen`` has the schema UITSLAG."""

    bestand: str
    peildatum: date
    bevindingen: pl.DataFrame


def lees(pad: Path) -> Eerder:
    """Read a JSON result. Raises Gebruikersfout when the file is no such thing; no value is quoted."""
    try:
        inhoud = json.loads(pad.read_bytes())
    except OSError as fout:
        raise Gebruikersfout(f"{pad}: lezen lukt niet. Noem bij --basislijn een bestaande uitslag (.json).") from fout
    except (ValueError, RecursionError):
        raise _geen_uitslag(pad) from None
    if not isinstance(inhoud, dict) or inhoud.get("schema") != SCHEMA:
        raise _geen_uitslag(pad)
    try:
        bevindingen = [_rij(bevinding) for bevinding in inhoud["bevindingen"]]
        tabel = pl.DataFrame(bevindingen, schema={**UITSLAG, "begindatum": pl.String, "einddatum": pl.String})
        tabel = tabel.with_columns(pl.col("begindatum", "einddatum").str.to_date("%Y-%m-%d"))
        return Eerder(zonder_bsn(str(pad)), date.fromisoformat(inhoud["peildatum"]), toonbaar(tabel))
    except (AttributeError, KeyError, TypeError, ValueError, pl.exceptions.PolarsError):
        raise _geen_uitslag(pad) from None


def _rij(bevinding: dict[str, Any]) -> dict[str, Any]:
    gegevens = json.dumps(bevinding["gegevens"], ensure_ascii=False, separators=(",", ":"))
    return {**{kolom: bevinding[kolom] for kolom in UITSLAG}, "gegevens": gegevens}


def _geen_uitslag(pad: Path) -> Gebruikersfout:
    return Gebruikersfout(
        f"{pad}: dit is geen uitslag van `declaratie controleer`. Geef bij --basislijn een bestand dat met "
        "--uit NAAM.json is gemaakt."
    )


def vergelijk(uitslag: Uitslag, eerder: Eerder) -> Uitslag:
    """The result with a ``stand`` on each finding, and the findings that are gone."""
    nu, toen = _genummerd(uitslag.bevindingen), _genummerd(eerder.bevindingen)
    # Of equal findings as many are known as there were.
    op = [*_SLEUTEL, "_bsn", "_gegevens", "_nr"]
    bekend = nu.join(toen, on=op, how="semi", nulls_equal=True)["_rij"]
    weg = toen.join(nu, on=op, how="anti", nulls_equal=True)
    getoetst = [status.regel.id for status in uitslag.regels if status.status in GETOETST]
    verdwenen = eerder.bevindingen[weg.filter(pl.col("regel_id").is_in(getoetst))["_rij"].sort()]
    is_bekend = pl.int_range(pl.len(), dtype=pl.UInt32).is_in(bekend.implode())
    return replace(
        uitslag,
        bevindingen=uitslag.bevindingen.with_columns(
            stand=pl.when(is_bekend).then(pl.lit("bekend", STAND)).otherwise(pl.lit("nieuw", STAND))
        ),
        basislijn=Basislijn(eerder.bestand, eerder.peildatum, verdwenen, weg.height - verdwenen.height),
    )


def _genummerd(bevindingen: pl.DataFrame) -> pl.DataFrame:
    """The findings with their place (``_rij``), what identifies them, and a number among equals (``_nr``).

    Of a bsn only the end counts, for one of the two results may be masked; also where it stands in another field.
    """
    return (
        bevindingen.with_columns(pl.col("ernst").cast(ERNST))
        .with_row_index("_rij")
        .with_columns(
            pl.col("prestatiecode", "uitvoerder").str.replace_all(_NEGEN, "*${1}"),
            _bsn=pl.col("bsn").str.tail(3),
            _gegevens=pl.col("gegevens").str.replace_all(_REGELNUMMERS, ""),
        )
        .with_columns(*map(_zonder_eigen_bsn, ("referentienummer", "_gegevens")))
        .with_columns(_nr=pl.int_range(pl.len()).over(*_SLEUTEL, "_bsn", "_gegevens"))
    )


def _zonder_eigen_bsn(kolom: str) -> pl.Expr:
    """A text that is the same whether the bsn of its line, where it stands in it, is masked or not."""
    tekst, eigen = pl.col(kolom), pl.col("bsn")
    staat_erin = (eigen.str.len_chars() >= 9) & tekst.str.contains(eigen, literal=True)
    return pl.when(staat_erin).then(tekst.str.split(eigen).list.join("*")).otherwise(tekst).alias(kolom)
