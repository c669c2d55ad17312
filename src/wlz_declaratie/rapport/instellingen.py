"""What of a settings file is in force: in the head of a report, and as ``declaratie instellingen`` shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wlz_declaratie import __version__
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.diensten.instellingen.overzicht import Overzicht
from wlz_declaratie.diensten.instellingen.toegepast import AndereWaarde, Ernst, Toegepast, Verzachting
from wlz_declaratie.kern.parameters import Periode, in_woorden
from wlz_declaratie.rapport import opmaak

SCHEMA = "declaratie-instellingen/1"
_ERNST: Mapping[Ernst, str] = {"signaal": "is hooguit een signaal", "uit": "loopt niet"}
MEESTE = 10
"""Values, and softened rules, that a head names; the JSON of the result has them all."""


def in_kop(toegepast: Toegepast | None) -> Iterator[tuple[str, str]]:
    """A name and a value for each line of the head; none where no file counts."""
    if toegepast is None:
        return
    tabellen: dict[str, list[str]] = {}
    for tabel, naam in toegepast.opties:
        tabellen.setdefault(tabel, []).append(naam)
    opties = "; ".join(f"[{tabel}] {', '.join(namen)}" for tabel, namen in tabellen.items())
    yield "Instellingen", f"{toegepast.bestand}{f': {opties}' if opties else ''}"
    yield from _hooguit("Eigen waarde", [waarde(een) for een in toegepast.waarden])
    yield from _hooguit("Verzacht", [verzachting(een) for een in toegepast.ernst])


def waarde(een: AndereWaarde) -> str:
    """A value with its days and source."""
    naam = een.parameter.replace("_", " ")
    return f"{een.regel_id} {naam}: {in_woorden(_periode(een))}, volgens {een.bron} ([{een.tabel}])"


def verzachting(een: Verzachting) -> str:
    """A softened rule with the reason."""
    return f"{een.regel_id} {_ERNST[een.ernst]}: {een.reden} ([{een.tabel}])"


def over_regel(waarden: Sequence[AndereWaarde], ernst: Sequence[Verzachting]) -> Iterator[RenderableType]:
    """What a settings file says of one rule, for its explanation; nothing where it says nothing."""
    if waarden or ernst:
        yield Text.assemble("\n", ("Instellingen", "bold"))
    for tekst in (*map(verzachting, ernst), *map(waarde, waarden)):
        yield Padding.indent(Text(tekst), 2)


def als_json(toegepast: Toegepast) -> dict[str, Any]:
    """All of it."""
    return {
        "bestand": toegepast.bestand,
        "opties": [{"tabel": tabel, "naam": naam} for tabel, naam in toegepast.opties],
        "waarden": list(map(_waarde_json, toegepast.waarden)),
        "ernst": list(map(asdict, toegepast.ernst)),
    }


def _waarde_json(een: AndereWaarde) -> dict[str, Any]:
    dagen = {naam: dag.isoformat() if dag else None for naam, dag in (("van", een.van), ("tot", een.tot))}
    return {**asdict(een), **dagen}


def overzicht_als_json(wat: Overzicht) -> dict[str, Any]:
    """``declaratie-instellingen/1`` (schemas/instellingen.schema.json): every option, set or not."""
    return {
        "schema": SCHEMA,
        "versie": __version__,
        "bestand": wat.bestand,
        "gevonden": wat.gevonden,
        "declarant": wat.declarant,
        "uzovi": wat.uzovi,
        "opties": [
            {
                "opdracht": een.opdracht,
                "optie": een.optie,
                "waarde": _getoond(een.waarde),
                "tabel": een.tabel,
                "bestandsregel": een.regel,
            }
            for een in wat.opties
        ],
        "kolommen": [{"kolom": kolom, "kop": kop, "bestandsregel": regel} for kolom, kop, regel in wat.kolommen],
        "waarden": [{**_waarde_json(een), "bestandsregel": regel} for een, regel in wat.waarden],
        "ernst": [{**asdict(een), "bestandsregel": regel} for een, regel in wat.ernst],
        "andere_tabellen": list(wat.anderen),
    }


def overzicht_delen(wat: Overzicht, *, alles: bool) -> Iterator[RenderableType]:
    """For a terminal: what is set, each with its line, and with ``alles`` what is built in."""
    yield Text(_waar(wat), style="bold")
    getoond = [een for een in wat.opties if een.tabel or alles]
    rijen = [
        (f"{een.opdracht.replace('.', ' ')} --{een.optie}", _in_woorden(een.waarde), _herkomst(een.tabel, een.regel))
        for een in getoond
    ]
    yield from _blok("Opties", ("Optie", "Waarde", "Herkomst"), rijen)
    kolommen = [(kolom, kop, _herkomst("kolommen", regel)) for kolom, kop, regel in wat.kolommen]
    yield from _blok("Kolommen", ("Kolom", "In jouw bestanden", "Herkomst"), kolommen)
    waarden = [
        (
            f"{een.regel_id} {een.parameter.replace('_', ' ')}",
            f"{in_woorden(_periode(een))}, volgens {een.bron}",
            _herkomst(een.tabel, regel),
        )
        for een, regel in wat.waarden
    ]
    yield from _blok("Eigen waarden", ("Controleregel", "Waarde", "Herkomst"), waarden)
    ernst = [
        (een.regel_id, f"{_ERNST[een.ernst]}: {een.reden}", _herkomst(een.tabel, regel)) for een, regel in wat.ernst
    ]
    yield from _blok("Verzacht", ("Controleregel", "Wat", "Herkomst"), ernst)
    if wat.anderen:
        namen = ", ".join(f"[{naam}]" for naam in wat.anderen)
        yield Text(f"\nTelt hier niet: {namen}. Geef --declarant of --uzovi om te zien wat dan geldt.")
    if not alles:
        yield Text("\nAlle andere opties hebben hun standaard; --alles noemt ze.", style="dim")


def _waar(wat: Overzicht) -> str:
    if wat.bestand is None:
        return "Er zijn geen instellingen: er is geen declaratie.toml in deze map of daarboven."
    hoe = " (gevonden in deze map of daarboven)" if wat.gevonden else ""
    wie = [f"{soort} {code}" for soort, code in (("declarant", wat.declarant), ("uzovi", wat.uzovi)) if code]
    voor = f", voor {' en '.join(wie)}" if wie else ""
    return f"Instellingen uit {wat.bestand}{hoe}{voor}"


def _blok(titel: str, koppen: Sequence[str], rijen: Sequence[Sequence[str]]) -> Iterator[RenderableType]:
    if not rijen:
        return
    tabel = Table(box=SIMPLE_HEAD, pad_edge=False, title=f"\n{titel}", title_style="bold", title_justify="left")
    for kop in koppen:
        tabel.add_column(kop, overflow="fold")
    for rij in rijen:
        tabel.add_row(*rij)
    yield tabel


def _herkomst(tabel: str | None, regel: int | None) -> str:
    return "ingebouwd" if tabel is None else f"[{tabel}]{f', bestandsregel {regel}' if regel else ''}"


def _in_woorden(waarde: Any) -> str:
    match _getoond(waarde):
        case None:
            return "–"
        case bool() as ja:
            return "ja" if ja else "nee"
        case list() as delen:
            return ", ".join(map(str, delen))
        case anders:
            return str(anders)


def _getoond(waarde: Any) -> Any:
    """A value of the file; a path is shown as any name is."""
    if isinstance(waarde, list):
        return list(map(_getoond, waarde))
    return zonder_bsn(waarde) if isinstance(waarde, str) else waarde


def _periode(een: AndereWaarde) -> Periode:
    return Periode(een.waarde, een.bron, een.van, een.tot)


def _hooguit(naam: str, teksten: Sequence[str]) -> Iterator[tuple[str, str]]:
    for tekst in teksten[:MEESTE]:
        yield naam, tekst
    if (rest := len(teksten) - MEESTE) > 0:
        yield naam, f"en nog {opmaak.getal(rest)}; `declaratie instellingen` noemt ze"
