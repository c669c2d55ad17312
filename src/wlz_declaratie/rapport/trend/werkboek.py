"""The trend as a workbook: a sheet for months, providers, both together and rules, with charts on the first two."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from wlz_declaratie.diensten.trend import Trend
from wlz_declaratie.rapport.werkboek.bladen import BLADREGELS
from wlz_declaratie.rapport.werkboek.boek import Tabel, Werkboek
from wlz_declaratie.rapport.werkboek.rijen import Kolom

_MAAND, _UITVOERDER = Kolom("Maand", 12), Kolom("Uitvoerder", 14)
_TELLINGEN = {
    "regels": Kolom("Declaratieregels", 16, "getal"), "afgekeurd": Kolom("Afgekeurd", 11, "getal"),
    "deel": Kolom("Deel afgekeurd", 11, "procent"), "bedrag_cent": Kolom("Bedrag", 18, "euro"),
    "afgekeurd_cent": Kolom("Afgekeurd bedrag", 18, "euro"), "met_signaal": Kolom("Met signaal", 12, "getal"),
}  # fmt: skip
_REGEL = {"regel_id": Kolom("Controleregel", 14), "titel": Kolom("Titel", 40, omloop=True)}
_IN_GRAFIEK = 24


def vul(boek: Werkboek, trend: Trend) -> None:
    """Write the sheets."""
    maanden = _tellingen(boek, "Maanden", {"maand": _MAAND}, trend.per_maand)
    _grafiek(boek, maanden, "maand", "line")
    _grafiek(
        boek, _tellingen(boek, "Uitvoerders", {"uitvoerder": _UITVOERDER}, trend.per_uitvoerder), "uitvoerder", "bar"
    )
    _tellingen(boek, "Per maand", {"uitvoerder": _UITVOERDER, "maand": _MAAND}, trend.verloop)
    regels = {
        **_REGEL, "maand": _MAAND, "getoetst": Kolom("Getoetst", 11, "getal"), "afkeur": Kolom("Afkeur", 11, "getal"),
        "signaal": Kolom("Signaal", 11, "getal"),
    }  # fmt: skip
    _blad(boek, "Controleregels", regels, trend.regels)
    if trend.maand:
        verschil = {
            **_REGEL, "eerder": Kolom("Ervoor", 12, "promille"), "laatste": Kolom(trend.maand, 12, "promille"),
            "verschil": Kolom("Verschil", 12, "promille"),
        }  # fmt: skip
        _blad(boek, "Stijgers en dalers", verschil, trend.verschil)


def _tellingen(boek: Werkboek, naam: str, sleutels: Mapping[str, Kolom], groepen: pl.DataFrame) -> Tabel:
    deel = pl.when(pl.col("regels") > 0).then(pl.col("afgekeurd") / pl.col("regels"))
    return _blad(boek, naam, {**sleutels, **_TELLINGEN}, groepen.with_columns(deel=deel))


def _blad(boek: Werkboek, naam: str, kolommen: Mapping[str, Kolom], rijen: pl.DataFrame) -> Tabel:
    """A sheet with the first rows that it holds; a group without a name is unknown."""
    groepen = [kolom for kolom in ("maand", "uitvoerder") if kolom in kolommen]
    getoond = rijen.head(BLADREGELS).with_columns(pl.col(groepen).fill_null("onbekend")).select(kolommen.keys())
    return boek.tabel(naam, kolommen, [getoond], getoond.height)


def _grafiek(boek: Werkboek, tabel: Tabel, naam: str, soort: str) -> None:
    """The share that was rejected, beside the table: of the last months, or the first providers."""
    if not tabel.rijen:
        return
    aantal = min(tabel.rijen, _IN_GRAFIEK)
    eerste = tabel.rijen - aantal + 1 if soort == "line" else 1
    grafiek, kleur = boek.grafiek(type=soort), {"color": "#1F4E79"}

    def plek(kolom: str) -> list[object]:
        blad, _, nummer, _, _ = tabel.plek(kolom)
        return [blad, eerste, nummer, eerste + aantal - 1, nummer]

    reeks = {"name": "Deel afgekeurd", "categories": plek(naam), "values": plek("deel")}
    grafiek.add_series({**reeks, "fill": kleur, "line": kleur})
    grafiek.set_legend({"none": True})
    as_ = {"min": 0, "num_format": "0%"}
    if soort == "bar":
        grafiek.set_x_axis(as_)
        grafiek.set_y_axis({"reverse": True})
    else:
        grafiek.set_y_axis(as_)
    boek.op_blad(tabel.blad).insert_chart(1, len(tabel.kolommen) + 1, grafiek, {"x_scale": 1.5, "y_scale": 1.5})
