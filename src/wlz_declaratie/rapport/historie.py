"""The store of accepted lines for a person at a terminal: batches, one client over time, what verification found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from wlz_declaratie.basis.tonen import gemaskeerd, schone, zonder_bsn
from wlz_declaratie.diensten.bijschrijven import Bijgeschreven
from wlz_declaratie.historie.onderhoud import Verslag, omvang
from wlz_declaratie.historie.opslag import Historie
from wlz_declaratie.historie.register import Batch
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.balk import BREEDTE, balk


def als_json(historie: Historie) -> dict[str, Any]:
    """What ``toon --formaat json`` gives; amounts in cents."""
    totaal = _totaal(historie)
    return {
        "batches": [_batch_als_json(batch) for batch in historie.batches],
        "regels": totaal["regels"],
        "bedrag_cent": totaal["cent"],
        "begindatum": totaal["van"],
        "einddatum": totaal["tot"],
        "bytes": omvang(historie.map_),
    }


def _batch_als_json(batch: Batch) -> dict[str, Any]:
    inhoud = batch.als_json()
    if batch.verwijderd:
        inhoud["verwijderd"]["reden"] = gemaskeerd(batch.verwijderd.reden)
    return {
        **inhoud,
        "bestand": zonder_bsn(batch.bestand),
        "facturen": [[gemaskeerd(declarant), gemaskeerd(factuur)] for declarant, factuur in batch.facturen],
    }


def _totaal(historie: Historie) -> dict[str, Any]:
    batches = historie.aanwezig
    return {
        "regels": sum(batch.regels for batch in batches),
        "cent": sum(batch.cent for batch in batches),
        "van": min((batch.van for batch in batches if batch.van), default=None),
        "tot": max((batch.tot for batch in batches if batch.tot), default=None),
    }


def overzicht(historie: Historie) -> Iterator[RenderableType]:
    """All batches, those taken back with their reason, and the totals."""
    tabel = Table(box=SIMPLE_HEAD, pad_edge=False)
    for kolom, rechts in (
        ("Batch", True),
        ("Wat", False),
        ("Toegevoegd", False),
        ("Declaratieregels", True),
        ("Bedrag", True),
    ):
        tabel.add_column(kolom, justify="right" if rechts else "left", overflow="fold", no_wrap=rechts)
    for batch in historie.batches:
        tabel.add_row(
            str(batch.volgnr), _wat(batch), _dag(batch.moment), opmaak.getal(batch.regels), opmaak.euro(batch.cent),
            style="dim" if batch.verwijderd else "",
        )  # fmt: skip
    totaal = _totaal(historie)
    yield tabel
    yield Text(
        f"{opmaak.meervoud(len(historie.aanwezig), 'batch', 'batches')}, "
        f"{opmaak.declaratieregels(totaal['regels'])}, {opmaak.euro(totaal['cent'])}, "
        f"{opmaak.periode(_datum(totaal['van']), _datum(totaal['tot']))}, {_grootte(omvang(historie.map_))} op schijf",
        style="bold",
    )


def _wat(batch: Batch) -> str:
    """Which batch it is and what became of it."""
    delen = [_factuur(batch), f"{zonder_bsn(batch.bestand)} ({batch.soort.upper()}, sha256 {batch.sha256[:12]})"]
    if batch.afgekeurd:
        delen.append(f"niet toegevoegd: {opmaak.declaratieregels(batch.afgekeurd)}")
    if batch.verlopen:
        delen.append(f"bewaartermijn voorbij: {opmaak.declaratieregels(batch.verlopen)}")
    if batch.verwijderd:
        delen.append(f"verwijderd op {_dag(batch.verwijderd.moment)}: {gemaskeerd(batch.verwijderd.reden)}")
    return "\n".join(deel for deel in delen if deel)


def _factuur(batch: Batch) -> str:
    if not batch.facturen:
        return ""
    declarant, factuur = batch.facturen[0]
    meer = f" en {len(batch.facturen) - 1} andere" if len(batch.facturen) > 1 else ""
    return f"declarant {gemaskeerd(declarant)}, factuur {gemaskeerd(factuur)}{meer}"


def tijdlijn(regels: pl.DataFrame) -> Iterator[RenderableType]:
    """The lines of one client (``volgnr`` and DECLARATIE) in calendar order, each with its place in time."""
    regels = _getoond(regels)
    if regels.is_empty():
        yield Text("Van deze cliënt staat niets in de historie.")
        return
    eerste, laatste = regels.select(pl.min("begindatum"), pl.max("einddatum")).row(0)
    yield Text(f"Van {opmaak.datum(eerste)} tot en met {opmaak.datum(laatste)}; ░ is een creditregel", style="bold")
    for rij in regels.sort("begindatum", "einddatum", "volgnr", "regelnummer").iter_rows(named=True):
        credit, cent = rij["debet_credit"] == "C", rij["declaratiebedrag"]
        streep = balk(rij["begindatum"], rij["einddatum"], eerste, laatste, "░" if credit else "█")
        wat = [
            rij["prestatiecode"] + (" credit" if credit else ""),
            f"aantal {rij['aantal']}",
            f"uitvoerder {rij['uitvoerder']}",
            opmaak.euro(-cent if credit and cent else cent),
            f"batch {rij['volgnr']}",
        ]
        yield Text(f"{streep}  {opmaak.periode(rij['begindatum'], rij['einddatum'])}")
        yield Text(f"{'':{BREEDTE}}  {' · '.join(wat)}", style="dim", overflow="fold")


def _getoond(regels: pl.DataFrame) -> pl.DataFrame:
    return opmaak.getoond(regels.with_columns(schone(pl.col(pl.String).exclude("bsn"))), toon_bsn=False)


def client_als_json(regels: pl.DataFrame) -> dict[str, Any]:
    """The lines of one client; whose they are the caller knows, so there is no bsn."""
    kolommen = (
        "volgnr", "begindatum", "einddatum", "prestatiecode", "aantal", "uitvoerder", "declaratiebedrag",
        "debet_credit", "referentienummer", "referentienummer_voorgaand",
    )  # fmt: skip
    rijen = (
        _getoond(regels)
        .sort("begindatum", "einddatum", "volgnr", "regelnummer")
        .select(*kolommen)
        .with_columns(pl.col("begindatum", "einddatum").cast(pl.String))
        .rename({"volgnr": "batch", "declaratiebedrag": "declaratiebedrag_cent"})
    )
    return {"regels": rijen.to_dicts()}


def verslag(gevonden: Verslag) -> Iterator[RenderableType]:
    """What verification of the store found."""
    for fout in gevonden.fouten:
        yield Text(fout, style="red")
    if not gevonden.fouten:
        yield Text(
            f"De historie klopt met haar log: {opmaak.meervoud(gevonden.batches, 'batch', 'batches')}, "
            f"{opmaak.declaratieregels(gevonden.regels)}, "
            f"{opmaak.meervoud(gevonden.bestanden, 'bestand', 'bestanden')}.",
            style="green",
        )
    if gevonden.resten:
        yield Text(
            f"{opmaak.meervoud(gevonden.resten, 'bestand hoort', 'bestanden horen')} bij geen versie meer; "
            "ze worden vanzelf opgeruimd, of nu met `declaratie historie bewaartermijn`."
        )


def _datum(tekst: str | None) -> date | None:
    return date.fromisoformat(tekst) if tekst else None


def _dag(moment: str) -> str:
    return opmaak.datum(date.fromisoformat(moment[:10]))


def _grootte(bytes_: int) -> str:
    if bytes_ < 2**20:
        return f"{-(-bytes_ // 2**10)} kB"
    return f"{bytes_ / 2**20:.1f} MB".replace(".", ",")


def bijgeschreven(bestand: Path, resultaat: Bijgeschreven) -> str:
    """What became of one file, in one line."""
    batch, naam = resultaat.batch, zonder_bsn(str(bestand))
    if resultaat.uitslag is None:
        return (
            f"{naam}: staat al in de historie (batch {batch.volgnr}, toegevoegd op {_dag(batch.moment)}); "
            "er is niets veranderd."
        )
    regels = opmaak.declaratieregels(batch.toegevoegd)
    niet = f" Niet toegevoegd: {opmaak.declaratieregels(batch.afgekeurd)}." if batch.afgekeurd else ""
    return f"{naam}: {regels} toegevoegd (batch {batch.volgnr}), {opmaak.euro(batch.cent)}.{niet}"
