"""The findings of now beside those of an earlier result: which are new, which were known, which are gone.

A finding is the same as before when rule, severity, return code, referentienummer, client, prestatie, period,
uitvoerder, amount and gegevens are. File names and line numbers do not count, for a mended batch shifts its lines.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.diensten.controleren import SCHEMA, UITSLAG, Basislijn, Uitslag, toonbaar
from wlz_declaratie.kern.taal.rij import RIJEN
from wlz_declaratie.kern.uitkomst import ERNST

STAND = pl.Enum(["nieuw", "bekend"])
GETOETST = ("uitgevoerd", "deels uitgevoerd")

_SLEUTEL = (
    *("regel_id", "ernst", "retourcode", "referentienummer", "prestatiecode", "begindatum", "einddatum"),
    *("uitvoerder", "declaratiebedrag_cent"),
)
_VERSCHUIFT = "|".join(
    (
        r'"andere_regel":(?:\d+|null),?',
        rf',?"(?:{"|".join(RIJEN)})":(?:null|"(?:[^"\\]|\\.)*")',
        r',?"voorstel":\{[^{}]*\}',
    )
)
"""The members of gegevens that tell where something stands (a line number, a row of the dossier) or what to do."""
_NEGEN = r"(?:\d{6}|\*{6})(\d{3})"
"""A bsn, masked or not, in a field that is shorter than one."""


@dataclass(frozen=True)
class Eerder:
    """An earlier result, as far as it matters here; ``bevindingen`` has the schema UITSLAG."""

    bestand: str
    peildatum: date
    bevindingen: pl.DataFrame


MEESTE_BYTES = 128 << 20
"""A bigger file is refused: it is held while it is read. It has some 300,000 findings."""
MEESTE_BYTES_REST = 32 << 20
"""All of a result but its findings; what is read of it at once may take twenty times its size."""
_SAMEN = 50_000
"""Findings that are turned into a table at a time."""
_VENSTERS = (2 << 10, 16 << 10, 128 << 10, 1 << 20)
"""Bytes in which a finding must end: nearly always, seldom, and at most."""
_BEGIN = re.compile(rb'"bevindingen"\s*:\s*\[\s*')
_VERDER = re.compile(rb"\s*([,\]])\s*")


def lees(pad: Path) -> Eerder:
    """Read a JSON result, finding by finding. Raises Gebruikersfout when the file is no such thing; quotes no value."""
    naam = zonder_bsn(str(pad))
    try:
        if not pad.is_file():
            raise OSError
        if pad.stat().st_size > MEESTE_BYTES:
            reden = f"dit bestand is groter dan {MEESTE_BYTES >> 20} MB. Maak de uitslag van minder batches tegelijk."
            raise Gebruikersfout(f"{naam}: {reden}")
        inhoud = pad.read_bytes()
    except OSError:
        reden = "lezen lukt niet. Noem bij --basislijn een bestaande uitslag (.json)."
        raise Gebruikersfout(f"{naam}: {reden}") from None
    try:
        tabel, rest = _ontleed(inhoud)
        if rest.get("schema") != SCHEMA:
            raise _geen_uitslag(naam)
        tabel = tabel.with_columns(pl.col("begindatum", "einddatum").str.to_date("%Y-%m-%d"))
        return Eerder(naam, date.fromisoformat(rest["peildatum"]), toonbaar(tabel))
    except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError, pl.exceptions.PolarsError):
        raise _geen_uitslag(naam) from None


def _ontleed(inhoud: bytes) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The findings as a table, and what stands around them. Raises what is wrong with it."""
    begin = _BEGIN.search(inhoud)
    if begin is None:
        raise ValueError
    schema = pl.Schema({**UITSLAG, "begindatum": pl.String, "einddatum": pl.String})
    delen, rijen = [pl.DataFrame(schema=schema)], list[tuple[Any, ...]]()
    einde = begin.end()
    verder = b"" if inhoud.startswith(b"]", einde) else b","
    while verder == b",":
        bevinding, einde = _een(inhoud, einde)
        rijen.append(_rij(bevinding))
        gevonden = _VERDER.match(inhoud, einde)
        if gevonden is None:
            raise ValueError
        verder, einde = gevonden[1], gevonden.end()
        if len(rijen) == _SAMEN or verder == b"]":
            delen.append(pl.DataFrame(rijen, schema=schema, orient="row"))
            rijen.clear()
    rest = b"".join([inhoud[: begin.end()], b"]" if verder else b"", inhoud[einde:]])
    if len(rest) > MEESTE_BYTES_REST:
        raise ValueError
    buiten = json.loads(rest, parse_constant=_geen_getal)
    if not isinstance(buiten, dict) or buiten["bevindingen"] != []:
        raise ValueError
    return pl.concat(delen), buiten


def _een(inhoud: bytes, begin: int) -> tuple[Any, int]:
    """One finding, and where it ends; ValueError when it does not end within the widest window."""
    for venster in _VENSTERS:
        # Not final: a window may end within a character.
        tekst, _ = codecs.utf_8_decode(inhoud[begin : begin + venster], "strict", False)
        try:
            bevinding, lengte = _LEZER.raw_decode(tekst)
        except ValueError:
            continue
        return bevinding, begin + (lengte if tekst.isascii() else len(tekst[:lengte].encode()))
    raise ValueError


def _geen_getal(naam: str) -> Any:
    raise ValueError(naam)


_LEZER = json.JSONDecoder(parse_constant=_geen_getal)


_SOORTEN = {
    kolom: int if soort in (pl.UInt32, pl.Int64) else str for kolom, soort in UITSLAG.items() if kolom != "gegevens"
}


def _rij(bevinding: dict[str, Any]) -> tuple[Any, ...]:
    """The fields of a finding. Raises for any other type."""
    gegevens = json.dumps(bevinding["gegevens"], ensure_ascii=False, separators=(",", ":"))
    rij = {"gegevens": gegevens}
    for kolom, soort in _SOORTEN.items():
        waarde = rij[kolom] = bevinding[kolom]
        if waarde is not None and type(waarde) is not soort:
            raise TypeError(kolom)
    return tuple(map(rij.__getitem__, UITSLAG))


def _geen_uitslag(naam: str) -> Gebruikersfout:
    return Gebruikersfout(
        f"{naam}: dit is geen uitslag van `declaratie controleer`. Geef bij --basislijn een bestand dat met "
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
            _gegevens=pl.col("gegevens").str.replace_all(_VERSCHUIFT, ""),
        )
        .with_columns(*map(_zonder_eigen_bsn, ("referentienummer", "_gegevens")))
        .with_columns(_nr=pl.int_range(pl.len()).over(*_SLEUTEL, "_bsn", "_gegevens"))
    )


def _zonder_eigen_bsn(kolom: str) -> pl.Expr:
    """A text that is the same whether the bsn of its line, where it stands in it, is masked or not."""
    tekst, eigen = pl.col(kolom), pl.col("bsn")
    staat_erin = (eigen.str.len_chars() >= 9) & tekst.str.contains(eigen, literal=True)
    return pl.when(staat_erin).then(tekst.str.split(eigen).list.join("*")).otherwise(tekst).alias(kolom)
