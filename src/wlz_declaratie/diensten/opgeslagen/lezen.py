"""Any result file that we write, read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.opgeslagen import json_tekst, kop, tabel
from wlz_declaratie.diensten.opgeslagen.drager import Onleesbaar, uit_pagina, uit_werkboek
from wlz_declaratie.diensten.opgeslagen.vorm import MEESTE_BYTES
from wlz_declaratie.diensten.telling import Samenvatting
from wlz_declaratie.diensten.totalen import Bewaard
from wlz_declaratie.inlezen.basis import Invoerfout, controleer_bestand

FORMATEN = (".json", ".csv", ".parquet", ".xlsx", ".html")
KAAL = "deze uitslag draagt alleen haar bevindingen: geen peildatum, totalen, declarant of status van controleregels"
"""What one misses that is a CSV, or a Parquet file of an earlier version."""


@dataclass(frozen=True)
class Opgeslagen:
    """A saved result, called ``naam``.

    When it is not ``volledig`` the file carried findings only: ``uitslag`` then has no peildatum, files or totals that
    mean anything, and of its rules only the names.
    """

    naam: str
    uitslag: Uitslag
    volledig: bool = True

    @property
    def peildatum(self) -> date | None:
        """None where the file does not tell."""
        return self.uitslag.peildatum if self.volledig else None


def lees(pad: Path) -> Opgeslagen:
    """Read a saved result. Raises Gebruikersfout for what is none or too big; quotes no value of it."""
    naam = zonder_bsn(str(pad))
    lezer = LEZERS.get(pad.suffix.lower())
    if lezer is None:
        raise Gebruikersfout(f"{naam}: dit is geen uitslag. Geef een bestand van `--uit` ({' '.join(FORMATEN)}).")
    if controleer_bestand(pad, naam) > MEESTE_BYTES:
        raise Invoerfout(
            naam, f"deze uitslag is groter dan {MEESTE_BYTES >> 20} MB", "Maak de uitslag van minder batches tegelijk."
        )
    try:
        return lezer(pad, naam)
    except Onleesbaar:
        raise Invoerfout(
            naam,
            "dit bestand draagt geen uitslag die terug te lezen is",
            "Geef een bestand dat `declaratie controleer --uit` zelf schreef, of neem de .json van dezelfde controle.",
        ) from None
    except json_tekst.Deel:
        raise Invoerfout(
            naam, "dit is een keuze uit een uitslag, niet de hele", "Geef een bestand dat met --uit is gemaakt."
        ) from None
    except OSError:
        raise Invoerfout(naam, "lezen lukt niet", "Kopieer het bestand en probeer het opnieuw.") from None
    except (*json_tekst.GEEN_UITSLAG, pl.exceptions.PanicException):
        raise Invoerfout(
            naam,
            "dit is geen uitslag van `declaratie controleer`, of zij is beschadigd",
            "Geef een bestand dat met --uit is gemaakt (--uit NAAM.json).",
        ) from None


def _json(pad: Path, naam: str) -> Opgeslagen:
    return _van_tekst(pad.read_bytes(), naam)


def _werkboek(pad: Path, naam: str) -> Opgeslagen:
    return _van_tekst(uit_werkboek(pad, naam), naam)


def _pagina(pad: Path, naam: str) -> Opgeslagen:
    return _van_tekst(uit_pagina(pad), naam)


def _van_tekst(inhoud: bytes, naam: str) -> Opgeslagen:
    bevindingen, rest = json_tekst.ontleed(inhoud)
    return Opgeslagen(naam, kop.als_uitslag(rest, bevindingen))


def _parquet(pad: Path, naam: str) -> Opgeslagen:
    bevindingen, leden = tabel.uit_parquet(pad, naam)
    if leden is None:
        return _kaal(bevindingen, naam)
    return Opgeslagen(naam, kop.als_uitslag(json_tekst.rest(leden.encode()), bevindingen))


def _csv(pad: Path, naam: str) -> Opgeslagen:
    return _kaal(tabel.uit_csv(pad), naam)


def _kaal(gelezen: pl.DataFrame, naam: str) -> Opgeslagen:
    bevindingen = kop.als_tabel(gelezen, kop.STAND).with_columns(rij=pl.lit(None, pl.UInt32))
    uitslag = Uitslag(
        peildatum=date.min,
        bestanden=(),
        samenvatting=Samenvatting(0, 0, 0, 0, 0, 0, 0, 0),
        regels=tuple(kop.status_van(regel_id, "") for regel_id in bevindingen["regel_id"].unique().sort()),
        bevindingen=bevindingen,
        edities=(),
        opmerkingen=(),
        bewaard=Bewaard(None, None, 0),
        **kop.zonder_lijnen(),
    )
    return Opgeslagen(naam, kop.met_bedragen(uitslag), volledig=False)


LEZERS: dict[str, Callable[[Path, str], Opgeslagen]] = dict(
    zip(FORMATEN, (_json, _csv, _parquet, _werkboek, _pagina), strict=True)
)
