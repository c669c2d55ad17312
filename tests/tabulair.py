"""Small declaration files for the reader tests."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.inlezen.tabulair import lees_tabulair

BSN = "999900006"
REGEL: dict[str, Any] = {
    "referentienummer": "R1",
    "bsn": BSN,
    "begindatum": "2026-01-01",
    "einddatum": "2026-01-31",
    "prestatiecode": "Z041",
    "aantal": "31",
    "uitvoerder": "06290101",
}
"""A line with the needed columns only, as text."""


def csv_tekst(*regels: dict[str, Any], scheiding: str = ";", einde: str = "\n") -> str:
    """Lines of text as CSV, nothing quoted; the columns are those of the first line."""
    kop = list(regels[0])
    rijen = [kop, *([regel[kolom] for kolom in kop] for regel in regels)]
    return "".join(scheiding.join(rij) + einde for rij in rijen)


class Lezer:
    """Writes a file in a folder of the test and reads it."""

    def __init__(self, map_: Path) -> None:
        self.map = map_
        self.werkmap = map_ / "werk"
        self.werkmap.mkdir()

    def bestand(self, naam: str, inhoud: str | bytes) -> Path:
        """A file with this content."""
        pad = self.map / naam
        pad.write_bytes(inhoud.encode() if isinstance(inhoud, str) else inhoud)
        return pad

    def lees(self, pad: Path) -> Batchbestand:
        """Read it under its own name."""
        return lees_tabulair(pad, pad.name, self.werkmap)

    def csv(self, inhoud: str | bytes) -> Batchbestand:
        """Read this CSV."""
        return self.lees(self.bestand("batch.csv", inhoud))

    def parquet(self, kolommen: dict[str, Any] | pl.DataFrame) -> Batchbestand:
        """Read these columns from a Parquet file."""
        pad = self.map / "batch.parquet"
        (kolommen if isinstance(kolommen, pl.DataFrame) else pl.DataFrame(kolommen)).write_parquet(pad)
        return self.lees(pad)

    def xlsx(self, *rijen: list[Any], begin: tuple[int, int] = (0, 0)) -> Batchbestand:
        """Read a workbook with these rows; see `werkboek`."""
        return self.lees(self.bestand("batch.xlsx", werkboek(*rijen, begin=begin)))


def werkboek(*rijen: list[Any], begin: tuple[int, int] = (0, 0)) -> bytes:
    """A workbook with one sheet; the cells take the type of the value, ``=1/0`` becomes an error."""
    buffer = io.BytesIO()
    boek = xlsxwriter.Workbook(buffer)
    blad = boek.add_worksheet()
    datum = boek.add_format({"num_format": "dd-mm-yyyy"})
    for y, rij in enumerate(rijen, start=begin[0]):
        for x, waarde in enumerate(rij, start=begin[1]):
            if waarde == "=1/0":
                blad.write_formula(y, x, waarde, None, "#DIV/0!")
            elif isinstance(waarde, date | datetime):
                blad.write_datetime(y, x, waarde, datum)
            elif isinstance(waarde, str):
                blad.write_string(y, x, waarde)
            elif waarde is not None:
                blad.write(y, x, waarde)
    boek.close()
    return buffer.getvalue()


def waarden(batch: Batchbestand, kolom: str) -> list[Any]:
    """The values of a column."""
    return batch.regels.select(kolom).collect().to_series().to_list()


def een(batch: Batchbestand, kolom: str) -> Any:
    """The value in a file of one line."""
    [waarde] = waarden(batch, kolom)
    return waarde
