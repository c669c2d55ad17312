"""What is in a dossier, for a person at a terminal and as JSON (``declaratie-dossier/1``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wlz_declaratie import __version__
from wlz_declaratie.basis.maskeren import bsn
from wlz_declaratie.basis.tonen import schone
from wlz_declaratie.diensten.dossier import Dossierinhoud, Tabelinhoud, Tegenspraak, Weglating
from wlz_declaratie.kern.toetsing import Status
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.scherm import druk_af

SCHEMA = "declaratie-dossier/1"
STANDEN: dict[Status, tuple[str, str]] = {
    "fout": ("Controleregels die niet te laden zijn", "bold red"),
    "niet uitgevoerd": ("Controleregels die niet kunnen", "bold"),
    "deels uitgevoerd": ("Controleregels die deels kunnen", "bold"),
}
"""What a status means before anything has run."""
_INSPRINGEN = 2


def als_json(inhoud: Dossierinhoud, *, toon_bsn: bool) -> dict[str, Any]:
    """One object; days as JJJJ-MM-DD."""
    return {
        "schema": SCHEMA,
        "versie": __version__,
        "map": inhoud.map_,
        "peildatum": inhoud.peildatum.isoformat(),
        "batches": [
            {"bestand": batch.naam, "soort": batch.soort, "sha256": batch.sha256, "regels": batch.aantal}
            for batch in inhoud.batches
        ],
        "opmerkingen": list(inhoud.opmerkingen),
        "tabellen": [_tabel_als_json(tabel) for tabel in inhoud.tabellen],
        "ontbrekende_tabellen": inhoud.ontbrekende_tabellen,
        "tegenspraak": [_tegenspraak_als_json(tegenspraak, toon_bsn) for tegenspraak in inhoud.tegenspraak],
        "regels": [
            {
                "id": stand.regel.id,
                "titel": stand.regel.titel,
                "status": stand.status,
                "reden": stand.reden,
                "van_de_batch": list(stand.van_de_batch),
            }
            for stand in inhoud.regels
        ],
    }


def _tabel_als_json(tabel: Tabelinhoud) -> dict[str, Any]:
    return {
        "tabel": tabel.tabel,
        "rijen": tabel.rijen,
        "clienten": tabel.clienten,
        "van": tabel.van and tabel.van.isoformat(),
        "tot": tabel.tot and tabel.tot.isoformat(),
        "zonder_einddatum": tabel.zonder_einddatum,
        "bronnen": [
            {"bestand": bron.bestand, "rijen": bron.rijen, "niet_bruikbaar": bron.niet_bruikbaar}
            for bron in tabel.bronnen
        ],
        "niet_bruikbaar": {
            "aantal": tabel.weggelaten,
            "redenen": [vars(reden) for reden in tabel.redenen],
            "niet_genoemd": tabel.weggelaten - sum(reden.aantal for reden in tabel.redenen),
        },
        "ontbrekende_kolommen": list(tabel.ontbrekende_kolommen),
    }


def _tegenspraak_als_json(tegenspraak: Tegenspraak, toon_bsn: bool) -> dict[str, Any]:
    return {
        "id": tegenspraak.soort.id,
        "titel": tegenspraak.soort.titel,
        "niet_getoetst": tegenspraak.niet_getoetst,
        "aantal": tegenspraak.aantal,
        "clienten": tegenspraak.clienten,
        "onzeker": tegenspraak.onzeker,
        "wat_te_doen": tegenspraak.soort.doen,
        "voorbeelden": _getoond(tegenspraak.voorbeelden, toon_bsn).to_dicts(),
    }


def _getoond(voorbeelden: pl.DataFrame, toon_bsn: bool) -> pl.DataFrame:
    return voorbeelden.with_columns(bsn(toon_bsn), schone(pl.col("bestand", "wat")))


def toon(inhoud: Dossierinhoud, *, maximum: int, toon_bsn: bool, scherm: Console | None = None) -> None:
    """Print what is in it; at most ``maximum`` rows a contradiction and reasons a table, counts always complete."""
    druk_af(_rapport(inhoud, maximum, toon_bsn), scherm)


def _rapport(inhoud: Dossierinhoud, maximum: int, toon_bsn: bool) -> Iterator[RenderableType]:
    yield Text(f"Dossier {inhoud.map_}", style="bold")
    yield _kop(inhoud)
    yield _tabellen(inhoud.tabellen)
    if inhoud.ontbrekende_tabellen:
        yield Text(f"Tabellen die ontbreken: {', '.join(inhoud.ontbrekende_tabellen)}", style="dim")
    for tabel in inhoud.tabellen:
        if tabel.ontbrekende_kolommen:
            yield Text(f"Kolommen die ontbreken in {tabel.tabel}: {', '.join(tabel.ontbrekende_kolommen)}", style="dim")
    yield from _weggelaten(inhoud.tabellen, maximum)
    yield from _tegenspraak(inhoud.tegenspraak, maximum, toon_bsn)
    yield from _regels(inhoud)


def _titel(tekst: str, stijl: str = "bold") -> Text:
    return Text(f"\n{tekst}", style=stijl)


def _kop(inhoud: Dossierinhoud) -> RenderableType:
    tabel = Table.grid(padding=(0, 2))
    tabel.add_column(style="dim", no_wrap=True)
    tabel.add_column(overflow="fold")
    for batch in inhoud.batches:
        regels = opmaak.declaratieregels(batch.aantal)
        tabel.add_row("Alleen voor", f"de cliënten van {batch.naam} ({batch.soort.upper()}, {regels})")
    dag = opmaak.datum(inhoud.peildatum)
    tabel.add_row("Peildatum", f"{dag}; bij tegenspraak telt een rij zonder einddatum tot en met die dag")
    for opmerking in inhoud.opmerkingen:
        tabel.add_row("Let op", opmerking)
    return tabel


def _tabellen(tabellen: Iterable[Tabelinhoud]) -> RenderableType:
    overzicht = Table(box=SIMPLE_HEAD, pad_edge=False)
    for kolom, rechts in (("Tabel", False), ("Rijen", True), ("Cliënten", True), ("Periode", False), ("Open", True)):
        overzicht.add_column(kolom, justify="right" if rechts else "left", no_wrap=True)
    overzicht.add_column("Gelezen uit", overflow="fold")
    for tabel in tabellen:
        clienten = "–" if tabel.clienten is None else opmaak.getal(tabel.clienten)
        open_ = opmaak.getal(tabel.zonder_einddatum) if tabel.van else "–"
        overzicht.add_row(tabel.tabel, opmaak.getal(tabel.rijen), clienten, _periode(tabel), open_, _bronnen(tabel))
    return overzicht


def _bronnen(tabel: Tabelinhoud) -> str:
    """The sources, with their rows where these are not simply those of the table."""
    if len(tabel.bronnen) == 1 and tabel.bronnen[0].rijen == tabel.rijen:
        return tabel.bronnen[0].bestand
    return ", ".join(f"{bron.bestand} ({opmaak.getal(bron.rijen)})" for bron in tabel.bronnen)


def _periode(tabel: Tabelinhoud) -> str:
    """From the first ingangsdatum to the last einddatum; an open row lasts longer than any."""
    if tabel.van is None:
        return "–"
    return f"{opmaak.datum(tabel.van)} – {'open' if tabel.zonder_einddatum else opmaak.datum(tabel.tot)}"


def _weggelaten(tabellen: Iterable[Tabelinhoud], maximum: int) -> Iterator[RenderableType]:
    """Which rows were left out, and why: by table and reason, with the place of the first."""
    met_weg = [tabel for tabel in tabellen if tabel.weggelaten]
    if not met_weg:
        return
    yield _titel(f"Niet bruikbaar en weggelaten: {_rijen(sum(tabel.weggelaten for tabel in met_weg))}", "bold yellow")
    yield Text("Een afkeur die op zo'n rij kan steunen, wordt een signaal. Verbeter ze in de bron.", style="dim")
    for tabel in met_weg:
        yield Padding.indent(Text(f"{tabel.tabel}: {_rijen(tabel.weggelaten)}"), _INSPRINGEN)
        for reden in tabel.redenen[:maximum]:
            yield Padding.indent(Text(_reden(reden), overflow="fold"), 4)
        rest = tabel.weggelaten - sum(reden.aantal for reden in tabel.redenen[:maximum])
        if rest:
            yield Padding.indent(_en_nog(_rijen(rest)), 4)


def _reden(weglating: Weglating) -> str:
    eerste = f"{weglating.bestand}, {weglating.plaats} {weglating.regel}"
    return f"{opmaak.getal(weglating.aantal)} × {weglating.reden}; de eerste: {eerste}"


def _tegenspraak(soorten: Iterable[Tegenspraak], maximum: int, toon_bsn: bool) -> Iterator[RenderableType]:
    geen, niet = [], []
    for tegenspraak in soorten:
        if tegenspraak.niet_getoetst:
            niet.append(tegenspraak)
        elif tegenspraak.aantal:
            yield from _gevonden(tegenspraak, maximum, toon_bsn)
        else:
            geen.append(tegenspraak)
    if geen:
        yield _titel("Geen tegenspraak gevonden", "bold green")
        yield from (Padding.indent(Text(tegenspraak.soort.titel), _INSPRINGEN) for tegenspraak in geen)
    if niet:
        yield _titel("Tegenspraak die niet te toetsen is")
        for tegenspraak in niet:
            yield Padding.indent(Text(f"{tegenspraak.soort.titel}: {tegenspraak.niet_getoetst}"), _INSPRINGEN)


def _gevonden(tegenspraak: Tegenspraak, maximum: int, toon_bsn: bool) -> Iterator[RenderableType]:
    clienten = opmaak.meervoud(tegenspraak.clienten, "cliënt", "cliënten")
    yield _titel(f"{tegenspraak.soort.titel}: {_rijen(tegenspraak.aantal)}, {clienten}", "bold yellow")
    if tegenspraak.onzeker:
        yield Padding.indent(
            Text(f"{_rijen(tegenspraak.onzeker)} van een cliënt met een weggelaten rij: daar kan het aan liggen."),
            _INSPRINGEN,
        )
    for rij in _getoond(tegenspraak.voorbeelden.head(maximum), toon_bsn).iter_rows(named=True):
        yield Padding.indent(Text(f"{_plaats(rij)} · bsn {rij['bsn']}\n{rij['wat']}", overflow="fold"), _INSPRINGEN)
    rest = tegenspraak.aantal - min(maximum, tegenspraak.voorbeelden.height)
    if rest:
        yield Padding.indent(_en_nog(_rijen(rest)), _INSPRINGEN)
    yield Padding.indent(Text(f"Wat te doen: {tegenspraak.soort.doen}", style="dim"), _INSPRINGEN)


def _plaats(rij: dict[str, Any]) -> str:
    if rij["regel"] is None:
        return f"{rij['tabel']}, {rij['bestand']}"
    telt = "rij" if rij["bestand"].lower().endswith(".xlsx") else "regel"
    return f"{rij['bestand']}, {telt} {rij['regel']}"


def _rijen(aantal: int) -> str:
    return opmaak.meervoud(aantal, "rij", "rijen")


def _en_nog(aantal: str) -> Text:
    return Text(f"… en nog {aantal}; zie ze met --max of --formaat json.", style="dim")


def _regels(inhoud: Dossierinhoud) -> Iterator[RenderableType]:
    """Which rules can run; those that cannot stand together by what they lack."""
    tellingen = Counter(stand.status for stand in inhoud.regels)
    kan = f"{tellingen['uitgevoerd']} van {opmaak.controleregels(len(inhoud.regels))}"
    zonder_batch = "" if inhoud.batches else "; of de kolommen van de batch volstaan, is zonder --voor niet bekend"
    yield _titel(f"Heel uit te voeren met dit dossier: {kan}{zonder_batch}")
    for status, (kop, stijl) in STANDEN.items():
        per_reden: dict[str, list[str]] = {}
        for stand in inhoud.regels:
            if stand.status == status:
                per_reden.setdefault(stand.reden or "", []).append(stand.regel.id)
        if per_reden:
            yield _titel(f"{kop}: {tellingen[status]}", stijl)
            yield from _per_reden(per_reden)
    per_kolom: dict[str, list[str]] = {}
    for stand in inhoud.regels:
        if stand.van_de_batch:
            per_kolom.setdefault("; ".join(stand.van_de_batch), []).append(stand.regel.id)
    if per_kolom:
        yield _titel("Nodig in de batch")
        yield from _per_reden(per_kolom)


def _per_reden(per_reden: dict[str, list[str]]) -> Iterator[RenderableType]:
    for reden, ids in per_reden.items():
        yield Padding.indent(Text.assemble(f"{reden}: ", (opmaak.regelnamen(ids), "dim")), _INSPRINGEN)
