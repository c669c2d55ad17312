"""What every reader gives and how every reader refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.fouten import SCHIJF_VOL, VOL, Gebruikersfout
from wlz_declaratie.basis.systeem import foutnummer
from wlz_declaratie.basis.verdeeld import Verdeeld

MELDING: dict[str, type[pl.DataType]] = {
    "regelnummer": pl.UInt32,
    "regel_id": pl.String,
    "ernst": pl.String,
    "retourcode": pl.String,
    "melding": pl.String,
    "gegevens": pl.String,
}
"""Schema of reading findings; a null regelnummer speaks of the file, gegevens is a JSON object."""
PLEK = "plek"
"""The place of a line among those of its file, the first is 0: beside the lines of one that was cut (UInt32)."""


class Invoerfout(Gebruikersfout):
    """Input that cannot be used at all: one Dutch line with the file, the place and the remedy.

    While it is read something may be written too; where there is no room for that, the file is not what is wrong.
    """

    def __init__(
        self, bestand: str, reden: str, remedie: str, plaats: str | None = None, *, systeem: int | None = None
    ) -> None:
        waar = f"{bestand}, {plaats}" if plaats else bestand
        tekst = f"{waar}: {reden}{'' if reden.endswith('?') else '.'} {remedie}"
        super().__init__(SCHIJF_VOL if systeem in VOL else tekst, systeem=systeem)


@dataclass(frozen=True)
class Batchbestand:
    """One input file, read.

    ``regels`` holds exactly the columns of ``tabellen.DECLARATIE``, by ascending regelnummer unless they were cut into
    parts of whole clients (``verdeeld``, with PLEK); ``aantal`` is its height. ``onleesbaar`` counts the input lines
    that could not become a line, each named in ``meldingen``. ``naam`` is how the file is shown, ``pad`` where it lies.
    ``opmerkingen`` say what was read in another way than it stands there, or not at all. ``werkbestand``: it is one of
    ours, in which a clerk mends a batch.
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
    pad: Path | None = None
    opmerkingen: tuple[str, ...] = ()
    werkbestand: bool = False
    verdeeld: Verdeeld | None = None
    vertaald: Mapping[str, str] = field(default_factory=dict)
    """The columns that its foreign headings stand for (`koppen.Gevraagd`)."""

    @cached_property
    def facturen(self) -> tuple[tuple[str, str], ...]:
        """Each declarant with factuurnummer of the file; none for a file without."""
        paren = self.regels.select("declarant", "factuurnummer").drop_nulls().unique().collect(engine="streaming")
        return tuple(sorted(paren.iter_rows()))


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
        wat = f"het bestand is niet te openen ({reden})"
        raise Invoerfout(naam, wat, "Controleer de naam.", systeem=foutnummer(fout)) from None


REKENBLADEN = {
    ".xls": "een oud Excel-bestand",
    ".xlsb": "een binair Excel-bestand",
    ".xlsm": "een Excel-bestand met macro's",
    ".ods": "een bestand van LibreOffice of OpenOffice",
    ".numbers": "een bestand van Numbers",
}
"""Spreadsheets that are not read: of these nobody could tell beforehand what they ask of a reader."""


def geen_rekenblad(soort: str) -> tuple[str, str]:
    """Why such a file is not read, and what to do."""
    return f"dit is {REKENBLADEN[soort]} ({soort})", "Open het en bewaar het als .xlsx (Opslaan als, Excel-werkmap)."


def sha256(pad: Path) -> str:
    """SHA-256 of the file in hexadecimals, read in chunks."""
    with pad.open("rb") as bestand:
        return hashlib.file_digest(bestand, "sha256").hexdigest()


NIET_GETOOND = "(niet getoond)"


def toonbaar(tekst: pl.Expr, hooguit: int = 40) -> pl.Expr:
    """Text of the input as a message may show it: one line, short; null when it may hold a bsn.

    A bsn can turn up in any column of a file whose columns are shifted, also without its leading zero or in
    groups.
    """
    kaal = tekst.str.replace_all(r"[\s\p{C}]+", " ").str.strip_chars()
    bsn_achtig = kaal.str.replace_all("[ .]", "").str.contains("[0-9]{8}") | kaal.str.replace_all(
        "[-/]", ""
    ).str.contains("[0-9]{9}")
    kort = pl.when(kaal.str.len_chars() > hooguit).then(kaal.str.head(hooguit - 1) + "…").otherwise(kaal)
    return pl.when(~bsn_achtig).then(kort)


def toon(tekst: str) -> str:
    """One text between quotes as a message may show it; see `toonbaar`."""
    getoond = pl.select(toonbaar(pl.lit(tekst))).item()
    return NIET_GETOOND if getoond is None else f"'{getoond}'"
