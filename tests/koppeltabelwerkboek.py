"""Koppeltabel workbooks in the official layout, filled with what the product ships."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from wlz_declaratie.basis.meegeleverd import pad

KOPPEN = [
    "Prestatiecode", "Omschrijving", "ZZP codes", "Tijdseenheid", "Functiecodes", "Ingangsdatum", "Einddatum",
    "Prestatiegroep", "Declaratiewijze",
]  # fmt: skip
WOORDEN = {"01": "Minuut", "04": "Uur", "14": "Etmaal", "16": "Dagdeel (4 uur)", "81": "Tijdsonafhankelijk"}


def meegeleverd() -> list[list[Any]]:
    """The whole shipped koppeltabel as the rows of a workbook, columns C to K; dates as dates."""
    koppeling = pl.read_csv(pad("codes", "koppeling.csv"), separator=";", infer_schema=False)
    prestaties = pl.read_csv(pad("codes", "prestaties.csv"), separator=";", infer_schema=False)
    eenheden = dict(prestaties.select("prestatiecode", "tijdseenheid").rows())
    return [
        [
            rij["prestatiecode"],
            f"Verzonnen omschrijving {nummer}",
            (rij["zzpcodes"] or "").replace(" ", ", ") or None,
            WOORDEN[eenheden[rij["prestatiecode"]]],
            (rij["functiecodes"] or "").replace(" ", ",") or None,
            dt.date.fromisoformat(rij["ingangsdatum"]),
            dt.date.fromisoformat(rij["einddatum"]) if rij["einddatum"] else None,
            int(rij["prestatiegroep"]),
            int(rij["declaratiewijze"]),
        ]
        for nummer, rij in enumerate(koppeling.iter_rows(named=True))
    ]


def rij(
    code: str | None,
    zzp: Any = None,
    functie: Any = None,
    *,
    eenheid: Any = "Etmaal",
    van: Any = dt.date(2018, 1, 1),
    tot: Any = None,
    groep: Any = 6,
    wijze: Any = 2,
) -> list[Any]:
    """One row of a workbook."""
    return [code, "verzonnen", zzp, eenheid, functie, van, tot, groep, wijze]


def schrijf_werkboek(
    pad_: Path,
    rijen: Sequence[Sequence[Any]],
    *,
    koppen: Sequence[str | None] = KOPPEN,
    bladen: Sequence[str] = ("Toelichting", "Wijzigingen", "Koppeltabel"),
) -> Path:
    """Write the rows to the last of the sheets, from column C on."""
    boek = xlsxwriter.Workbook(pad_)
    datum = boek.add_format({"num_format": "dd-mm-yyyy"})
    for naam in bladen:
        blad = boek.add_worksheet(naam)
    blad.write_row(0, 2, koppen)
    for nummer, inhoud in enumerate(rijen, start=1):
        for kolom, waarde in enumerate(inhoud, start=2):
            if isinstance(waarde, dt.date):
                blad.write_datetime(nummer, kolom, dt.datetime.combine(waarde, dt.time()), datum)
            else:
                blad.write(nummer, kolom, waarde)
    boek.close()
    return pad_
