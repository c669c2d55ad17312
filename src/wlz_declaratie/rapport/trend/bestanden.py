"""The trend as a file: JSON, page or workbook, with all months and providers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie import __version__
from wlz_declaratie.basis.tonen import ontsnapt
from wlz_declaratie.diensten.trend import Trend
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.schrijven import Uitvoerfout, controleer_doel, vervangend
from wlz_declaratie.rapport.trend.balken import deel, procent, promille

SCHEMA = "declaratie-trend/1"
STAVEN = 24
"""Months, providers and rules in a chart; the tables have them all."""


def als_json(trend: Trend) -> dict[str, Any]:
    """Plain values, `schemas/trend.schema.json`."""
    return {
        "schema": SCHEMA,
        "versie": __version__,
        "uitslagen": list(trend.uitslagen),
        "opmerkingen": list(trend.opmerkingen),
        "maand": trend.maand,
        **{
            naam: getattr(trend, naam).to_dicts()
            for naam in ("per_maand", "per_uitvoerder", "verloop", "regels", "verschil")
        },
    }


def _schrijf_json(trend: Trend, pad: Path) -> None:
    pad.write_text(ontsnapt(json.dumps(als_json(trend), ensure_ascii=False, indent=1)) + "\n", encoding="utf-8")


def _schrijf_html(trend: Trend, pad: Path) -> None:
    from wlz_declaratie.rapport.html import sjabloon, tekening
    from wlz_declaratie.rapport.html.tabel import Kop, Tabel

    def tabel(anker: str, naam: str, kop: str, groepen: pl.DataFrame) -> Tabel[tuple[str, ...]]:
        koppen = (
            Kop(kop), Kop("Declaratieregels", "g"), Kop("Afgekeurd", "g"), Kop("Deel", "g"), Kop("Bedrag", "g"),
            Kop("Afgekeurd bedrag", "g"), Kop("Met signaal", "g"),
        )  # fmt: skip
        return Tabel(naam, anker, koppen, [_rij(rij) for rij in groepen.iter_rows(named=True)])

    def staven(groepen: pl.DataFrame, naam: str) -> tekening.Staafdiagram:
        """The share that is rejected, in tenths of a permille so that a bar has a whole number."""
        rijen = [
            (
                str(rij[groepen.columns[0]] or "onbekend"), opmaak.euro(rij["afgekeurd_cent"]),
                round((deel(rij["afgekeurd"], rij["regels"]) or 0) * 10_000),
            )
            for rij in groepen.iter_rows(named=True)
        ]  # fmt: skip
        return tekening.staven(rijen, naam, lambda waarde: procent(waarde / 10_000))

    koppen = Kop("Controleregel"), Kop("Wat", "m"), Kop("Ervoor", "g"), Kop("Nu", "g"), Kop("Verschil", "g")
    verschil = Tabel(
        "Afgekeurd per duizend getoetste declaratieregels",
        "t-verschil",
        koppen,
        [
            (rij["regel_id"], rij["titel"], *(promille(rij[naam]) for naam in ("eerder", "laatste", "verschil")))
            for rij in trend.verschil.iter_rows(named=True)
        ],
    )
    inhoud = {
        "uitslagen": trend.uitslagen,
        "opmerkingen": trend.opmerkingen,
        "maand": trend.maand,
        "versie": __version__,
        "maanden": tabel("t-maanden", "Per maand van begindatum", "Maand", trend.per_maand),
        "maandstaven": staven(trend.per_maand.tail(STAVEN), "Staafdiagram: deel afgekeurd per maand"),
        "uitvoerders": tabel(
            "t-uitvoerders", "Uitvoerders, hoogste afgekeurde bedrag eerst", "Uitvoerder", trend.per_uitvoerder
        ),
        "uitvoerderstaven": staven(trend.per_uitvoerder.head(STAVEN), "Staafdiagram: deel afgekeurd per uitvoerder"),
        "verschil": verschil,
    }
    with pad.open("w", encoding="utf-8", newline="\n") as naar:
        naar.writelines(sjabloon.sjabloon("trend.html.jinja").generate(pagina=inhoud))


def _rij(rij: dict[str, Any]) -> tuple[str, ...]:
    """A group as the page shows it; its name is the first."""
    return (
        str(next(iter(rij.values())) or "onbekend"), opmaak.getal(rij["regels"]), opmaak.getal(rij["afgekeurd"]),
        procent(deel(rij["afgekeurd"], rij["regels"])), opmaak.euro(rij["bedrag_cent"]),
        opmaak.euro(rij["afgekeurd_cent"]), opmaak.getal(rij["met_signaal"]),
    )  # fmt: skip


def _schrijf_xlsx(trend: Trend, pad: Path) -> None:
    from wlz_declaratie.rapport.trend.werkboek import vul
    from wlz_declaratie.rapport.werkboek.boek import schrijf_boek

    schrijf_boek(pad, date.today(), lambda boek: vul(boek, trend))


FORMATEN: dict[str, Callable[[Trend, Path], None]] = {
    ".html": _schrijf_html,
    ".xlsx": _schrijf_xlsx,
    ".json": _schrijf_json,
}


def controleer_doelen(doelen: list[Path], invoer: list[Path]) -> None:
    """Refuse targets that cannot be written before any work is done; a result must survive."""
    beschermd = {pad.resolve() for pad in invoer}
    for doel in doelen:
        controleer_doel(doel)
        if doel.suffix.lower() not in FORMATEN:
            raise Uitvoerfout(f"{doel}: een verloop wordt geschreven als {', '.join(FORMATEN)}. Kies een van die.")
        if doel.resolve() in beschermd:
            raise Uitvoerfout(f"{doel}: dit is een van de uitslagen. Kies een andere naam.")


def schrijf(trend: Trend, doelen: list[Path]) -> None:
    """Write the trend to each target, whole or not at all."""
    for doel in doelen:
        with vervangend(doel) as tijdelijk:
            FORMATEN[doel.suffix.lower()](trend, tijdelijk)
