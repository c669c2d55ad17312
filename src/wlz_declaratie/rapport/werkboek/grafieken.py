"""Charts of what stands on the other sheets: they follow when someone sorts or changes those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.statistiek import Statistiek
from wlz_declaratie.rapport.werkboek.boek import KLEUREN, Tabel, Werkboek

STAVEN = 15
"""Rules and providers in a chart: the first of their sheet."""
BREED, REGEL, RAND, RIJ = 900, 26, 120, 20
"""In pixels: the width of a chart, the height of a bar, what is around the bars; the height of a row."""


@dataclass(frozen=True)
class Reeks:
    """A column with its name and colour."""

    kolom: str
    naam: str
    kleur: str


def grafieken(boek: Werkboek, regels: Tabel, uitvoerders: Tabel, telling: Statistiek) -> None:
    """Findings per rule and rejected euros per provider, on a sheet of their own; none where there is nothing."""
    met_afkeur = telling.per_uitvoerder.filter(pl.col("afgekeurd_cent") > 0).height
    if telling.per_regel.is_empty():
        return
    blad = boek.blad("Grafieken", liggend=False)
    blad.hide_gridlines(2)
    blad.write_string(0, 0, "Grafieken", boek.titel)
    blad.write_string(1, 0, "Van de bladen Controleregels en Uitvoerders: zij volgen wat daar bovenaan staat.")
    rood, geel, groen = KLEUREN["afkeur"][1], "#E0A100", "#70AD47"
    reeksen = [Reeks("afkeur", "Afkeur", rood), Reeks("signaal", "Signaal", geel)]
    if "aanvaard" in regels.kolommen:
        reeksen.append(Reeks("aanvaard", "Aanvaard", groen))
    onder = _zet(
        boek, blad, 3, "Bevindingen per controleregel", regels, "regel_id", telling.per_regel.height,
        reeksen, "#,##0",
    )  # fmt: skip
    if met_afkeur:
        _zet(
            boek, blad, onder, "Afgekeurd bedrag per uitvoerder", uitvoerders, "uitvoerder", met_afkeur,
            [Reeks("afgekeurd_cent", "Afgekeurd bedrag", rood)], '"€" #,##0',
        )  # fmt: skip


def _zet(
    boek: Werkboek,
    blad: Any,
    boven: int,
    titel: str,
    tabel: Tabel,
    naam: str,
    met_iets: int,
    reeksen: list[Reeks],
    getal: str,
) -> int:
    """Put a chart of the first rows on the sheet, of which ``met_iets`` have a bar; gives the row below it."""
    aantal = min(met_iets, STAVEN)
    grafiek = boek.grafiek(type="bar", subtype="stacked")
    for reeks in reeksen:
        grafiek.add_series(
            {
                "name": reeks.naam, "categories": tabel.plek(naam, aantal), "values": tabel.plek(reeks.kolom, aantal),
                "fill": {"color": reeks.kleur}, "gap": 40,
            }
        )  # fmt: skip
    eerste = f" (eerste {aantal} van {opmaak.getal(met_iets)})" if aantal < met_iets else ""
    klein, licht = {"size": 9}, {"visible": True, "line": {"color": "#D9D9D9"}}
    grafiek.set_title({"name": f"{titel}{eerste}", "name_font": {"size": 13}})
    grafiek.set_y_axis({"reverse": True, "num_font": klein})
    # The axis turned round puts its labels on top; "high" brings them down again.
    grafiek.set_x_axis({"num_format": getal, "num_font": klein, "major_gridlines": licht, "label_position": "high"})
    grafiek.set_legend({"position": "bottom"} if len(reeksen) > 1 else {"none": True})
    hoogte = RAND + REGEL * aantal
    grafiek.set_size({"width": BREED, "height": hoogte})
    blad.insert_chart(boven, 0, grafiek, {"description": titel})
    return boven + hoogte // RIJ + 2
