"""The trend as a workbook: a sheet for months, providers, both together and rules, with charts on the first two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from wlz_declaratie.diensten.trend import Trend
from wlz_declaratie.rapport.trend.balken import deel
from wlz_declaratie.rapport.werkboek.bladen import BLADREGELS
from wlz_declaratie.rapport.werkboek.boek import Kolom, Werkboek, schrijf_rijen

_TELLINGEN = (
    Kolom("Regels", 11, "getal"), Kolom("Afgekeurd", 11, "getal"), Kolom("Deel afgekeurd", 11, "procent"),
    Kolom("Bedrag", 18, "euro"), Kolom("Afgekeurd bedrag", 18, "euro"), Kolom("Met signaal", 12, "getal"),
)  # fmt: skip
_IN_GRAFIEK = 24


def vul(boek: Werkboek, trend: Trend) -> None:
    """Write the sheets."""
    _blad(boek, "Maanden", (Kolom("Maand", 12),), trend.per_maand, grafiek="line")
    _blad(boek, "Uitvoerders", (Kolom("Uitvoerder", 14),), trend.per_uitvoerder, grafiek="bar")
    _blad(boek, "Per maand", (Kolom("Uitvoerder", 14), Kolom("Maand", 12)), trend.verloop)
    regels = (
        Kolom("Regel", 9), Kolom("Titel", 40, omloop=True), Kolom("Maand", 12), Kolom("Getoetst", 11, "getal"),
        Kolom("Afkeur", 11, "getal"), Kolom("Signaal", 11, "getal"),
    )  # fmt: skip
    _schrijf(boek, "Regels", regels, trend.regels.with_columns(pl.col("maand").fill_null("onbekend")).iter_rows())
    if trend.maand:
        verschil = (
            Kolom("Regel", 9), Kolom("Titel", 40, omloop=True), Kolom("Ervoor", 12, "promille"),
            Kolom(trend.maand, 12, "promille"), Kolom("Verschil", 12, "promille"),
        )  # fmt: skip
        _schrijf(boek, "Stijgers en dalers", verschil, trend.verschil.iter_rows())


def _blad(boek: Werkboek, naam: str, sleutels: Sequence[Kolom], groepen: pl.DataFrame, grafiek: str = "") -> None:
    def rijen() -> Iterator[tuple[Any, ...]]:
        for rij in groepen.head(BLADREGELS).iter_rows(named=True):
            namen = [rij[kolom] or "onbekend" for kolom in groepen.columns[: len(sleutels)]]
            yield (
                *namen, rij["regels"], rij["afgekeurd"], deel(rij["afgekeurd"], rij["regels"]), rij["bedrag_cent"],
                rij["afgekeurd_cent"], rij["met_signaal"],
            )  # fmt: skip

    blad = _schrijf(boek, naam, (*sleutels, *_TELLINGEN), rijen())
    aantal = min(groepen.height, _IN_GRAFIEK)
    if grafiek and aantal:
        eerste = groepen.height - aantal + 1 if grafiek == "line" else 1
        boek.grafiek(blad, naam, grafiek, (eerste, eerste + aantal - 1), kolom=len(sleutels) + 2)


def _schrijf(boek: Werkboek, naam: str, kolommen: Sequence[Kolom], rijen: Iterator[Sequence[Any]]) -> Any:
    inhoud = list(rijen)
    blad = boek.tabelblad(naam, kolommen, len(inhoud))
    schrijf_rijen(boek, blad, kolommen, inhoud)
    return blad
