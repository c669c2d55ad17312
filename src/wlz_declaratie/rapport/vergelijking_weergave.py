"""The comparison with a return message, for a person at a terminal and as JSON (``declaratie-vergelijking/1``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wlz_declaratie import __version__
from wlz_declaratie.basis.tonen import schone, zonder_bsn
from wlz_declaratie.inlezen.aw320.indeling import VOORBEHOUD
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.scherm import Delen, druk_af
from wlz_declaratie.rapport.vergelijking import Uitkomst, Vergelijking

SCHEMA = "declaratie-vergelijking/1"
RECORDS = {"01": "voorlooprecord", "02": "verzekerdenrecord", "04": "prestatierecord", "98": "commentaarrecord"}
KOPPEN = {
    Uitkomst.niet_voorspeld: ("Afgewezen en niet voorspeld", "red"),
    Uitkomst.andere_code: ("Afgewezen met een andere retourcode dan voorspeld", "yellow"),
    Uitkomst.tevergeefs: ("Voorspeld en niet afgewezen", "yellow"),
    Uitkomst.niet_beoordeeld: ("Voorspeld, maar door het zorgkantoor niet beoordeeld (8002)", "dim"),
    Uitkomst.voorspeld: ("Afgewezen zoals voorspeld", "green"),
}
"""What asks for work first."""


def als_json(vergelijking: Vergelijking, betekenissen: Mapping[str, str], *, toon_bsn: bool) -> dict[str, Any]:
    """One object; amounts in whole cents, days as JJJJ-MM-DD."""
    uitslag, retour = vergelijking.uitslag, vergelijking.retour
    batch = uitslag.bestanden[0]
    return {
        "schema": SCHEMA,
        "versie": __version__,
        "peildatum": uitslag.peildatum.isoformat(),
        "batch": {"bestand": batch.naam, "soort": batch.soort, "sha256": batch.sha256, "regels": batch.aantal},
        "aw320": {
            "bestand": zonder_bsn(retour.naam),
            "sha256": retour.sha256,
            "referentie": retour.referentie and opmaak.vrij(retour.referentie, toon_bsn),
            "datum_retour": retour.datum_retour and retour.datum_retour.isoformat(),
            "factuurnummer": retour.factuurnummer and opmaak.vrij(retour.factuurnummer, toon_bsn),
            "opmerkingen": [opmaak.vrij(opmerking, toon_bsn) for opmerking in retour.opmerkingen],
            "voorbehoud": VOORBEHOUD,
        },
        "samenvatting": {
            "afwijzingen": vergelijking.afwijzingen,
            **{uitkomst.name: vergelijking.aantal(uitkomst) for uitkomst in Uitkomst},
            "niet_in_batch": vergelijking.niet_in_batch,
            "niet_in_retour": vergelijking.niet_in_retour,
            "bedrag_cent": uitslag.samenvatting.bedrag_cent,
            "goedgekeurd_cent": uitslag.samenvatting.goedgekeurd_cent,
            "toegekend_cent": retour.totaal_toegekend_cent,
        },
        "retourcodes": [
            {**rij, "betekenis": betekenissen.get(rij["retourcode"])}
            for rij in vergelijking.retourcodes.iter_rows(named=True)
        ],
        "regels": list(_regels(vergelijking, toon_bsn)),
    }


def _regels(vergelijking: Vergelijking, toon_bsn: bool) -> Iterator[dict[str, Any]]:
    velden = vergelijking.records.rename({"declaratiebedrag": "declaratiebedrag_cent"})
    yield from _getoond(velden, toon_bsn).iter_rows(named=True)


def _getoond(records: pl.DataFrame, toon_bsn: bool) -> pl.DataFrame:
    return opmaak.getoond(records.with_columns(schone(pl.col(pl.String))), toon_bsn)


def toon(
    vergelijking: Vergelijking,
    betekenissen: Mapping[str, str],
    *,
    maximum: int,
    toon_bsn: bool,
    scherm: Console | None = None,
) -> None:
    """Print the comparison; at most ``maximum`` records per outcome, totals always complete."""
    druk_af(_rapport(vergelijking, betekenissen, maximum, toon_bsn), scherm)


def _rapport(
    vergelijking: Vergelijking, betekenissen: Mapping[str, str], maximum: int, toon_bsn: bool
) -> Iterator[RenderableType]:
    yield Text("Controle naast het retourbericht AW320", style="bold")
    yield _herkomst(vergelijking, toon_bsn)
    yield Text(f"\n{_uitkomst(vergelijking)}", style="bold")
    if not vergelijking.retourcodes.is_empty():
        yield _per_code(vergelijking, betekenissen)
    records = _getoond(vergelijking.records, toon_bsn)
    for uitkomst, (kop, kleur) in KOPPEN.items():
        deel = records.filter(uitkomst=uitkomst.value)
        if not deel.is_empty():
            yield Text(f"\n{kop}: {opmaak.getal(deel.height)}", style=f"bold {kleur}")
            yield from (_record(rij) for rij in deel.head(maximum).iter_rows(named=True))
        if deel.height > maximum:
            yield Text(f"  … en nog {opmaak.getal(deel.height - maximum)}; zie ze met --max.", style="dim")


def _herkomst(vergelijking: Vergelijking, toon_bsn: bool) -> RenderableType:
    uitslag, retour = vergelijking.uitslag, vergelijking.retour
    batch = uitslag.bestanden[0]
    tabel = Table.grid(padding=(0, 2))
    tabel.add_column(style="dim", no_wrap=True)
    tabel.add_column(overflow="fold")
    tabel.add_row("Batch", f"{batch.naam} ({batch.soort.upper()}, {opmaak.declaratieregels(batch.aantal)})")
    tabel.add_row("AW320", f"{zonder_bsn(retour.naam)} (retour van {opmaak.datum(retour.datum_retour)}, {VOORBEHOUD})")
    tabel.add_row("Ingediend", opmaak.euro(uitslag.samenvatting.bedrag_cent))
    tabel.add_row("Goedgekeurd", f"{opmaak.euro(uitslag.samenvatting.goedgekeurd_cent)} volgens de controle")
    tabel.add_row("Toegekend", f"{opmaak.euro(retour.totaal_toegekend_cent)} volgens het AW320")
    for opmerking in retour.opmerkingen:
        tabel.add_row("Let op", opmaak.vrij(opmerking, toon_bsn))
    if vergelijking.niet_in_batch:
        aantal = opmaak.meervoud(vergelijking.niet_in_batch, "prestatierecord", "prestatierecords")
        tabel.add_row("Let op", f"{aantal} van het AW320 niet gevonden in de batch")
    if vergelijking.niet_in_retour:
        aantal = opmaak.declaratieregels(vergelijking.niet_in_retour)
        tabel.add_row("Let op", f"{aantal} van de batch niet gevonden in het AW320")
    return tabel


def _uitkomst(vergelijking: Vergelijking) -> str:
    aantal, tevergeefs = vergelijking.aantal, vergelijking.aantal(Uitkomst.tevergeefs)
    slot = f"{opmaak.meervoud(tevergeefs, 'declaratieregel was', 'declaratieregels waren')} tevergeefs voorspeld."
    if not vergelijking.afwijzingen:
        return f"Het AW320 wijst niets af; {slot}"
    return (
        f"Van {opmaak.meervoud(vergelijking.afwijzingen, 'afwijzing', 'afwijzingen')} in het AW320 "
        f"voorspelde de controle er {opmaak.getal(aantal(Uitkomst.voorspeld))}; "
        f"{opmaak.getal(aantal(Uitkomst.andere_code))} met een andere code, "
        f"{opmaak.getal(aantal(Uitkomst.niet_voorspeld))} niet. {slot[0].upper()}{slot[1:]}"
    )


def _per_code(vergelijking: Vergelijking, betekenissen: Mapping[str, str]) -> RenderableType:
    tabel = Table(box=SIMPLE_HEAD, pad_edge=False, title="\nPer retourcode", title_style="bold", title_justify="left")
    tabel.add_column("Code", no_wrap=True)
    tabel.add_column("Betekenis", overflow="fold")
    for kolom in ("Ontvangen", "Voorspeld", "Gemist", "Tevergeefs"):
        tabel.add_column(kolom, justify="right", no_wrap=True)
    for code, *aantallen in vergelijking.retourcodes.iter_rows():
        tabel.add_row(code, betekenissen.get(code, "–"), *map(opmaak.getal, aantallen))
    return tabel


def _record(rij: dict[str, Any]) -> RenderableType:
    waar = f"AW320 bestandsregel {rij['retourregel']}"
    delen = [waar] if rij["regelnummer"] is None else [f"bestandsregel {rij['regelnummer']}", waar]
    if rij["kenmerk"] != "04":
        delen.append(RECORDS.get(rij["kenmerk"], f"record {rij['kenmerk']}"))
    delen += [str(rij[veld]) for veld in ("referentienummer", "prestatiecode") if rij[veld]]
    if rij["bsn"]:
        delen.append(f"bsn {rij['bsn']}")
    if rij["begindatum"] or rij["einddatum"]:
        delen.append(opmaak.periode(rij["begindatum"], rij["einddatum"]))
    if rij["declaratiebedrag"] is not None:
        delen.append(opmaak.euro(rij["declaratiebedrag"]))
    ontvangen, verwacht = (" ".join(rij[kant]) or "–" for kant in ("ontvangen", "verwacht"))
    regels = f" ({', '.join(rij['regels'])})" if rij["regels"] else ""
    codes = f"ontvangen {ontvangen}; voorspeld {verwacht}{regels}"
    return Padding.indent(Group(Delen(delen), Text(codes, overflow="fold")), 2)
