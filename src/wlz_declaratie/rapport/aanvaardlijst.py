"""A row more in the list of accepted findings: the file is whole before and after, in our own layout."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from wlz_declaratie.basis.formule import beschut
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.contract.tabellen import TABELLEN
from wlz_declaratie.diensten.aanvaarding import lees_lijst
from wlz_declaratie.inlezen.aanvaard import SLEUTEL
from wlz_declaratie.rapport.schrijven import Uitvoerfout, vervangend

_TYPES = TABELLEN["aanvaard"].types


@dataclass(frozen=True)
class Rij:
    """A finding that is accepted until and including ``tot``."""

    regel_id: str
    referentienummer: str
    reden: str
    door: str
    tot: date


def voeg_toe(
    doel: Path, rij: Rij, vertaald: Mapping[str, str] | None = None
) -> Literal["toegevoegd", "vervangen", "stond er al"]:
    """Write the row into a CSV, in the place of the one that speaks of the same finding; ``vertaald`` as `lees_lijst`.

    Raises Gebruikersfout for a file that is no such list, has columns that would be lost, or cannot be written.
    """
    naam = zonder_bsn(str(doel))
    if doel.suffix.lower() != ".csv":
        raise Uitvoerfout(f"{naam}: een rij gaat in een .csv. Geef bij --bestand een .csv.")
    erbij = pl.DataFrame([asdict(rij)]).select(
        pl.col(kolom).cast(soort) if kolom in asdict(rij) else pl.lit(None, soort).alias(kolom)
        for kolom, soort in _TYPES.items()
    )
    if not doel.exists():
        _schrijf(doel, erbij, None)
        return "toegevoegd"
    lijst = lees_lijst(doel, vertaald)
    if lijst.ongebruikt:
        raise Uitvoerfout(
            f"{naam}: er staan kolommen in die verloren zouden gaan ({', '.join(lijst.ongebruikt)}). "
            "Haal ze weg, of schrijf de rij er zelf bij."
        )
    rijen = lijst.rijen.select(list(_TYPES))
    if rijen.join(erbij, on=list(_TYPES), how="semi", nulls_equal=True).height:
        return "stond er al"
    andere = rijen.join(erbij, on=["regel_id", *SLEUTEL], how="anti", nulls_equal=True, maintain_order="left")
    _schrijf(doel, pl.concat([andere, erbij]), stat.S_IMODE(doel.stat().st_mode))
    return "toegevoegd" if andere.height == rijen.height else "vervangen"


def _schrijf(doel: Path, rijen: pl.DataFrame, rechten: int | None) -> None:
    """For its owner only, unless it stood there with other ``rechten``."""
    with vervangend(doel) as tijdelijk:
        rijen.with_columns(beschut(pl.col(pl.String))).write_csv(tijdelijk, separator=";")
        if rechten is not None:
            tijdelijk.chmod(rechten)
