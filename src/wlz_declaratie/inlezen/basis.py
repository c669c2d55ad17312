"""What every reader gives and how every reader refuses."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

KLEIN = 200_000
"""Up to this many lines a batch stays in memory; above it, the reader spools to Parquet in the work folder."""

MELDING: dict[str, type[pl.DataType]] = {
    "regelnummer": pl.UInt32,
    "regel_id": pl.String,
    "ernst": pl.String,
    "retourcode": pl.String,
    "melding": pl.String,
    "gegevens": pl.String,
}
"""Schema of reading findings; a null regelnummer speaks of the file, gegevens is a JSON object."""


class Invoerfout(Exception):
    """Input that cannot be used at all: one Dutch line with the file, the place and the remedy."""

    def __init__(self, bestand: str, reden: str, remedie: str, plaats: str | None = None) -> None:
        waar = f"{bestand}, {plaats}" if plaats else bestand
        super().__init__(f"{waar}: {reden}. {remedie}")


@dataclass(frozen=True)
class Batchbestand:
    """One input file, read.

    ``regels`` holds exactly the columns of ``tabellen.DECLARATIE``, by ascending regelnummer; ``aantal`` is its
    height. ``onleesbaar`` counts the input lines that could not become a line, each named in ``meldingen``.
    """

    naam: str
    soort: str
    sha256: str
    regels: pl.LazyFrame
    aantal: int
    kolommen: frozenset[str]
    ongebruikt: tuple[str, ...]
    meldingen: pl.DataFrame
    onleesbaar: int


def controleer_bestand(pad: Path, naam: str) -> int:
    """Size in bytes of a file that exists, is a file, may be read and is not empty; otherwise Invoerfout."""
    try:
        if pad.is_dir():
            raise Invoerfout(naam, "dit is een map", "Geef een bestand op.")
        if not pad.exists():
            raise Invoerfout(naam, "dit bestand bestaat niet", "Controleer de naam en de map.")
        if not pad.is_file():
            raise Invoerfout(naam, "dit is geen gewoon bestand", "Geef een bestand op schijf op.")
        with pad.open("rb") as bestand:
            if not bestand.read(1):
                raise Invoerfout(naam, "het bestand is leeg", "Maak de export opnieuw.")
        return pad.stat().st_size
    except PermissionError:
        raise Invoerfout(naam, "geen leesrechten", "Vraag toegang tot het bestand of kopieer het.") from None
    except (OSError, ValueError) as fout:
        reden = getattr(fout, "strerror", None) or "de naam is geen geldige bestandsnaam"
        raise Invoerfout(naam, f"het bestand is niet te openen ({reden})", "Controleer de naam.") from None


def sha256(pad: Path) -> str:
    """SHA-256 of the file in hexadecimals, read in chunks."""
    with pad.open("rb") as bestand:
        return hashlib.file_digest(bestand, "sha256").hexdigest()


def toonbaar(tekst: str, hooguit: int = 40) -> str:
    """Text of the input as a message may show it: one line, short, and never anything that may be a bsn."""
    kaal = " ".join(tekst.split())
    if re.search(r"\d{8}", re.sub(r"[ .\-/]", "", kaal)):
        return "(niet getoond: lang getal)"
    return kaal if len(kaal) <= hooguit else kaal[: hooguit - 1] + "…"
