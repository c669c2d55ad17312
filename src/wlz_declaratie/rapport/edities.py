"""The code tables for people and programs: which editions there are, and what an import changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.codes.edities import KOPPELING, Editie, in_dienst, lees_edities, lees_tabel
from wlz_declaratie.codes.wijzigingen import Wijziging
from wlz_declaratie.diensten.codes_importeren import Import
from wlz_declaratie.rapport import opmaak


def _dagen(editie: Editie, dienst: Sequence[Editie]) -> list[Editie]:
    """The days for which an edition is in use; none when later imports have taken them all."""
    return [deel for deel in dienst if deel.map_ == editie.map_]


def _prestaties(editie: Editie) -> int:
    return lees_tabel(editie.map_, "koppeling.csv", KOPPELING)["prestatiecode"].n_unique()


def als_json(map_: Path) -> dict[str, Any]:
    """The editions, in the order of import, as plain values."""
    edities = lees_edities(map_)
    dienst = in_dienst(edities)
    return {
        "map": zonder_bsn(str(map_)),
        "edities": [
            {
                "naam": zonder_bsn(editie.naam),
                "bron": zonder_bsn(editie.bron),
                "meegeleverd": editie.map_ is None,
                "map": editie.map_.name if editie.map_ else None,
                "sha256": editie.sha256,
                "moment": editie.moment.isoformat() if editie.moment else None,
                "prestaties": _prestaties(editie),
                "van": editie.van.isoformat(),
                "tot": editie.tot.isoformat(),
                "in_gebruik": [
                    {"van": deel.van.isoformat(), "tot": deel.tot.isoformat()} for deel in _dagen(editie, dienst)
                ],
            }
            for editie in edities
        ],
    }


def lijst(map_: Path) -> Iterator[RenderableType]:
    """The editions in the order of their days, with the days that each serves."""
    edities = lees_edities(map_)
    dienst = in_dienst(edities)
    for editie in sorted(edities, key=lambda editie: editie.van):
        delen = [opmaak.periode(deel.van, deel.tot) for deel in _dagen(editie, dienst)]
        moment = opmaak.datum(editie.moment.astimezone()) if editie.moment else None
        tabel = Table.grid(padding=(0, 2))
        tabel.add_column(style="dim", no_wrap=True)
        tabel.add_column(overflow="fold")
        tabel.add_row("Geldt", "\n".join(delen) or "voor geen dag meer, vervangen")
        tabel.add_row("Prestaties", opmaak.getal(_prestaties(editie)))
        tabel.add_row("Bron", zonder_bsn(editie.bron))
        tabel.add_row("Herkomst", f"geïmporteerd op {moment}" if moment else "meegeleverd")
        yield Text(zonder_bsn(editie.naam), style="bold")
        yield Padding(tabel, (0, 0, 1, 2), expand=False)
    yield Text(
        "Op andere dagen signaleren VLD-06 en VLD-12 wat afwijkt van de dichtstbijzijnde editie; VLD-02 signaleert dan "
        "alleen een code die geen enkele tabel kent."
    )
    yield Text(f"Map van de geïmporteerde tabellen: {zonder_bsn(str(map_))}", style="dim", overflow="fold")


def verslag(resultaat: Import, maximum: int) -> Iterator[RenderableType]:
    """What an import did; at most ``maximum`` codes a list, the counts are always complete."""
    editie = resultaat.editie
    gedaan = "stond er al, er is niets gewijzigd" if resultaat.bestond_al else "geïmporteerd"
    aantal = opmaak.meervoud(resultaat.prestaties, "prestatie", "prestaties")
    yield Text.assemble((zonder_bsn(editie.naam), "bold"), f" {gedaan}: {aantal} uit {zonder_bsn(editie.bron)}")
    yield Text(f"Geldt {opmaak.periode(editie.van, editie.tot)}, {resultaat.dagen_volgens}.")
    if resultaat.zonder_soort:
        codes = _codes(resultaat.zonder_soort, maximum)
        yield Text(f"Let op: geen soort volgens de groepen: {codes}. Vul die aan in de dossiertabel prestaties.")
    if resultaat.onbekende_zzpcodes:
        codes = _codes(resultaat.onbekende_zzpcodes, maximum)
        yield Text(f"Let op: zzpcodes zonder bekend profiel: {codes}. Controleregels op profiel slaan deze over.")
    if resultaat.vorige is None:
        yield Text("\nEr is geen eerdere editie om mee te vergelijken.")
        return
    wijzigingen = resultaat.wijzigingen
    if not wijzigingen:
        yield Text(f"\nGeen wijzigingen ten opzichte van {resultaat.vorige.naam}.")
        return
    yield Text.assemble("\n", (f"Wijzigingen ten opzichte van {resultaat.vorige.naam}", "bold"))
    for kop, lijst_ in (
        ("Nieuw", wijzigingen.nieuw),
        ("Beëindigd", wijzigingen.beeindigd),
        ("Gewijzigd", wijzigingen.gewijzigd),
    ):
        yield from _wijzigingen(kop, lijst_, maximum)


def _codes(codes: Sequence[str], maximum: int) -> str:
    rest = f" en nog {len(codes) - maximum}" if len(codes) > maximum else ""
    return ", ".join(codes[:maximum]) + rest


def _wijzigingen(kop: str, wijzigingen: Sequence[Wijziging], maximum: int) -> Iterator[RenderableType]:
    yield Text(f"{kop}: {opmaak.meervoud(len(wijzigingen), 'prestatie', 'prestaties')}")
    tabel = Table.grid(padding=(0, 2))
    tabel.add_column(no_wrap=True)
    tabel.add_column(overflow="fold")
    for wijziging in wijzigingen[:maximum]:
        tabel.add_row(wijziging.prestatiecode, wijziging.wat)
    if len(wijzigingen) > maximum:
        tabel.add_row("…", f"en nog {opmaak.getal(len(wijzigingen) - maximum)}; zie ze met --max")
    if tabel.row_count:
        yield Padding.indent(tabel, 2)
