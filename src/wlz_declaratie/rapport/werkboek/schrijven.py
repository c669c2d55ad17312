"""The workbook as a whole."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from wlz_declaratie.contract.tabellen import AANVAARD
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.opgeslagen.vorm import NAAM
from wlz_declaratie.diensten.telling import is_aanvaard
from wlz_declaratie.rapport import json_uitslag, opmaak, statistiek, tabel
from wlz_declaratie.rapport.weergave import Weergave
from wlz_declaratie.rapport.werkboek import bladen
from wlz_declaratie.rapport.werkboek.boek import Werkboek, schrijf_boek
from wlz_declaratie.rapport.werkboek.grafieken import grafieken
from wlz_declaratie.rapport.werkboek.samenvatting import Bladen, Samenvatting


def schrijf(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    """Write the workbook. Raises OSError when the disk refuses."""
    schrijf_boek(pad, uitslag.peildatum, lambda boek: _vul(boek, uitslag, weergave))


def _vul(boek: Werkboek, uitslag: Uitslag, weergave: Weergave) -> None:
    telling = statistiek.getoond(statistiek.bereken(uitslag), weergave.toon_bsn)
    eerste = Samenvatting(boek)
    bevindingen = tabel.bevindingen(uitslag, toon_bsn=weergave.toon_bsn)
    if AANVAARD[0] in bevindingen.columns:
        bevindingen = bevindingen.with_columns(aanvaard_cent=pl.when(is_aanvaard(bevindingen)).then("netto_cent"))
    gevonden = bladen.bevindingen(boek, "Bevindingen", bevindingen, uitslag, weergave.ingediend, weergave.gedaan)
    if uitslag.basislijn:
        verdwenen = opmaak.getoond(uitslag.basislijn.verdwenen, weergave.toon_bsn)
        bladen.bevindingen(boek, "Verdwenen", verdwenen, uitslag, weergave.ingediend)
    regels = bladen.regels(boek, uitslag, telling.per_regel, weergave.ingediend)
    uitvoerders = bladen.per_groep(boek, "Uitvoerders", "Uitvoerder", telling.per_uitvoerder)
    bladen.per_groep(boek, "Maanden", "Maand van begindatum", telling.per_maand)
    grafieken(boek, regels, uitvoerders, telling)
    eerste.schrijf(uitslag, Bladen(gevonden, uitvoerders), weergave.toon_bsn)
    bladen.draag(boek, NAAM, json_uitslag.ingepakt(uitslag, weergave))
