"""The rule catalogue for people and programs: the list, one rule explained, one return code explained."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wlz_declaratie.kern.parameters import EIGEN_LEZING, Periode
from wlz_declaratie.kern.regel import Regel
from wlz_declaratie.rapport import opmaak

DOEN = "Wat te doen"
KOPPEN = ("Wat", "Waarom", "Voorbeeld", DOEN)
"""Sections of a rule's docstring, in order: what to do is said of a batch that is not sent yet."""
NA_INDIENING = "Na indiening"
"""A last section, for a rule of which ALGEMEEN_NA_INDIENING does not say what to do once the batch is sent."""
ALGEMEEN_NA_INDIENING = (
    "Is de declaratieregel al ingediend en toegekend, en moet zij anders: crediteer haar (debet_credit C, haar nummer "
    "in referentienummer_voorgaand) en dien haar verbeterd in onder een nieuw referentienummer. Is zij afgewezen: dien "
    "haar verbeterd opnieuw in."
)


def secties(regel: Regel) -> Mapping[str, str]:
    """The docstring of a rule cut in its sections; a missing one is absent."""
    return _secties(regel.uitleg)


@cache  # several reports of one result ask for those of every rule, and a night for every batch
def _secties(uitleg: str) -> Mapping[str, str]:
    tekst = inspect.cleandoc(uitleg)
    delen = re.split(rf"^({'|'.join((*KOPPEN, NA_INDIENING))}):\s*", tekst, flags=re.MULTILINE)
    return {kop: " ".join(inhoud.split()) for kop, inhoud in zip(delen[1::2], delen[2::2], strict=True)}


def wat_te_doen(regel: Regel, ingediend: bool) -> str | None:
    """What to do about a finding, before the batch is sent or after (``ingediend``); None where no rule says it."""
    delen = secties(regel)
    doen = delen.get(DOEN)
    if not ingediend or doen is None:
        return doen
    return f"{doen[:1].upper()}{doen[1:]} {delen.get(NA_INDIENING, ALGEMEEN_NA_INDIENING)}"


def op_dag(regels: Mapping[str, Regel], dag: date | None) -> list[Regel]:
    """The rules in force on a day; all of them without one."""
    return [
        regel
        for regel in regels.values()
        if dag is None
        or (
            (regel.parameters.van is None or regel.parameters.van <= dag)
            and (regel.parameters.tot is None or dag <= regel.parameters.tot)
        )
    ]


def _geldt(periode: Periode, dag: date | None) -> bool:
    return dag is None or ((periode.van is None or periode.van <= dag) and (periode.tot is None or dag <= periode.tot))


def als_json(regel: Regel, dag: date | None) -> dict[str, Any]:
    """One rule of the catalogue as plain values; parameters only as far as in force on ``dag``."""
    p = regel.parameters
    return {
        "id": regel.id,
        "titel": regel.titel,
        "familie": regel.familie,
        "ernst": list(regel.ernst),
        "retourcodes": list(regel.retourcodes),
        "bronnen": bronnen_van(regel),
        "geldig_van": p.van.isoformat() if p.van else None,
        "geldig_tot": p.tot.isoformat() if p.tot else None,
        "bereik": regel.bereik,
        "tabellen": [naam.partition(".")[0] for naam in regel.tabellen],
        "tabellen_deels": list(regel.tabellen_deels),
        "kolommen": list(regel.kolommen),
        "kolommen_deels": list(regel.kolommen_deels),
        "een_van": [list(namen) for namen in regel.een_van],
        **{naam: waarde for naam, waarde in (("pakket", regel.pakket), ("gebrek", regel.gebrek)) if waarde},
        "parameters": {
            naam: [
                {
                    "waarde": periode.waarde,
                    "bron": periode.bron,
                    "van": periode.van.isoformat() if periode.van else None,
                    "tot": periode.tot.isoformat() if periode.tot else None,
                }
                for periode in perioden
                if _geldt(periode, dag)
            ]
            for naam, perioden in p.perioden.items()
        },
    }


def bronnen_van(regel: Regel) -> list[str]:
    """The sources of a rule, our own reading among them where a value rests on it."""
    p = regel.parameters
    eigen = any(periode.bron == EIGEN_LEZING for perioden in p.perioden.values() for periode in perioden)
    return [*p.bronnen, *([EIGEN_LEZING] if eigen and EIGEN_LEZING not in p.bronnen else [])]


def bron_in_woorden(bron: str) -> str:
    """A source as it is named where its title does not follow."""
    return "eigen lezing" if bron == EIGEN_LEZING else bron


def geldigheid(regel: Regel) -> str:
    """From when to when the rule holds, in words."""
    van, tot = regel.parameters.van, regel.parameters.tot
    if van and tot:
        return f"{opmaak.datum(van)} t/m {opmaak.datum(tot)}"
    if van:
        return f"vanaf {opmaak.datum(van)}"
    return f"tot en met {opmaak.datum(tot)}" if tot else "altijd"


def lijst(regels: Sequence[Regel]) -> Iterator[RenderableType]:
    """The catalogue as a table."""
    tabel = Table(box=SIMPLE_HEAD, pad_edge=False)
    tabel.add_column("Controleregel", no_wrap=True)
    tabel.add_column("Wat", overflow="fold", ratio=1)
    tabel.add_column("Ernst", no_wrap=True)
    tabel.add_column("Code", overflow="fold", max_width=9)
    for regel in regels:
        tabel.add_row(
            regel.id,
            Text.assemble(f"{regel.titel}\n", _herkomst(regel)),
            "\n".join(regel.ernst),
            " ".join(regel.retourcodes) or "–",
        )
    yield tabel
    yield Text(f"{opmaak.controleregels(len(regels))}; `declaratie uitleg REGEL` legt er een uit.")


def _herkomst(regel: Regel) -> tuple[str, str]:
    """Where a rule comes from and when it holds, or why it cannot run; with its style."""
    if regel.gebrek:
        return f"draait niet: {regel.gebrek}", "red"
    pakket = f"; pakket {regel.pakket}" if regel.pakket else ""
    bronnen = ", ".join(map(bron_in_woorden, bronnen_van(regel)))
    return f"{bronnen}; geldig {geldigheid(regel)}{pakket}", "dim"


def _waarde(periode: Periode) -> str:
    if isinstance(periode.waarde, list):
        return " ".join(map(str, periode.waarde))
    return str(periode.waarde)


def _van_tot(periode: Periode) -> str:
    if periode.van is None and periode.tot is None:
        return ""
    van = f"vanaf {opmaak.datum(periode.van)}" if periode.van else ""
    tot = f"t/m {opmaak.datum(periode.tot)}" if periode.tot else ""
    return f" ({' '.join(deel for deel in (van, tot) if deel)})"


def uitleg(
    regel: Regel,
    bronnen: Mapping[str, str],
    retourcodes: Mapping[str, str],
    dag: date | None,
    instellingen: Sequence[RenderableType] = (),
) -> Iterator[RenderableType]:
    """Everything there is to know of one rule, and at the end what a settings file says of it."""
    yield Text.assemble((regel.id, "bold"), f" {regel.titel}")
    if regel.gebrek:
        yield Text(f"\nDraait niet: {regel.gebrek}", "red")
    for kop, tekst in secties(regel).items():
        yield Text.assemble("\n", (kop, "bold"))
        yield Padding.indent(Text(tekst), 2)
    yield Text.assemble("\n", ("Gegevens", "bold"))
    tabel = Table.grid(padding=(0, 2))
    tabel.add_column(style="dim", no_wrap=True)
    tabel.add_column(overflow="fold")
    tabel.add_row("Ernst", " of ".join(regel.ernst))
    for code in regel.retourcodes:
        tabel.add_row("Retourcode", f"{code} {retourcodes.get(code, '(onbekende code)')}")
    if regel.pakket:
        tabel.add_row("Pakket", regel.pakket)
    for bron in bronnen_van(regel):
        titel = {**bronnen, **regel.parameters.titels}.get(bron.split()[0])
        tabel.add_row("Bron", f"{bron}, {titel}" if titel else bron)
    tabel.add_row("Geldig", geldigheid(regel))
    for soort, namen in (("tabel", regel.tabellen), ("kolom", regel.kolommen)):
        if namen:
            tabel.add_row(f"Nodig ({soort})", ", ".join(namen))
    for namen in regel.een_van:
        tabel.add_row("Nodig (een van)", " of ".join(namen))
    for soort, namen in (("tabel", regel.tabellen_deels), ("kolom", regel.kolommen_deels)):
        if namen:
            tabel.add_row(f"Deels nodig ({soort})", ", ".join(namen))
    for naam, perioden in regel.parameters.perioden.items():
        for periode in perioden:
            if _geldt(periode, dag):
                tabel.add_row(
                    naam.replace("_", " "), f"{_waarde(periode)}{_van_tot(periode)}, {bron_in_woorden(periode.bron)}"
                )
    yield Padding.indent(tabel, 2)
    yield from instellingen


def uitleg_retourcode(code: str, betekenis: str, regels: Sequence[Regel]) -> Iterator[RenderableType]:
    """What a return code means and which rules give it."""
    yield Text.assemble((code, "bold"), f" {betekenis}")
    if not regels:
        yield Text("\nGeen controleregel geeft deze code.")
        return
    yield Text.assemble("\n", ("Controleregels die deze code geven", "bold"))
    for regel in regels:
        yield Padding.indent(Text.assemble((regel.id, "bold"), f" {regel.titel}"), 2)
