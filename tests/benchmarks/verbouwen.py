"""A made batch, rewritten to weigh on what grows badly; memory does not grow with it.

``python verbouwen.py een-bsn BATCH DOEL``: the Parquet BATCH with one line in twenty on one bsn.
``python verbouwen.py een-client BATCH DOEL``: the same with 10,000 lines, evenly spread, on one bsn.
``python verbouwen.py maanden BATCH DOEL``: in folder DOEL a batch of March, once more for each other MAAND, as
BATCH-00.parquet and on: the same people declare as many times more than there are numbers of test people for.
``python verbouwen.py dossier MAP DOEL RIJEN``: the dossier in folder MAP, as Parquet in folder DOEL, with so many rows
in all by people of whom the batch has no line.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import polars.selectors as cs

from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.inlezen.dossier import lees_dossier
from wlz_declaratie.voorbeeld.batch import Spel
from wlz_declaratie.voorbeeld.scenario import scenarios
from wlz_declaratie.voorbeeld.tabelbestand import parquetbestand
from wlz_declaratie.voorbeeld.verdeling import verdeel_schoon

EEN_BSN = "999900006"
REGELS_VAN_CLIENT = 10_000
ANDER_ZAAD = 7
MAANDEN = (0, 2, 4, 5)
"""Months after March that have as many days, so that no two days become one."""
REGELS_PER_DOSSIERRIJ = 2
"""Of a made batch there are some 1.2; with more lines there are rows enough, also without those of people known."""


def een_bsn(batch: Path, doel: Path) -> None:
    """One line in twenty, chosen by its place."""
    _op_een_bsn(batch, doel, lambda plaats: plaats.hash(7) % 20 == 0)


def een_client(batch: Path, doel: Path) -> None:
    """REGELS_VAN_CLIENT lines."""
    aantal = pl.scan_parquet(batch).select(pl.len()).collect().item()
    stap = max(1, aantal // REGELS_VAN_CLIENT)
    _op_een_bsn(batch, doel, lambda plaats: (plaats % stap == 0) & (plaats < stap * REGELS_VAN_CLIENT))


def _op_een_bsn(batch: Path, doel: Path, keuze: Callable[[pl.Expr], pl.Expr]) -> None:
    regels = pl.scan_parquet(batch, row_index_name="_plaats")
    gekozen = keuze(pl.col("_plaats").cast(pl.Int64))
    bsn = pl.when(gekozen).then(pl.lit(EEN_BSN)).otherwise("bsn")
    regels.with_columns(bsn=bsn).drop("_plaats").sink_parquet(doel)


def maanden(batch: Path, doel: Path) -> None:
    """Each line once a month, with its own reference and invoice."""
    doel.mkdir(parents=True, exist_ok=True)
    for maand in MAANDEN:
        dagen = (cs.date() - cs.by_name("geboortedatum")).dt.offset_by(f"{maand}mo")
        eigen = pl.col("referentienummer", "referentienummer_voorgaand", "factuurnummer") + f"{maand:02}"
        pl.scan_parquet(batch).with_columns(dagen, eigen).sink_parquet(doel / f"{batch.stem}-{maand:02}.parquet")


def dossier(map_: Path, doel: Path, rijen: int) -> None:
    """The tables about people grow with those of a batch of other people, for as long as it takes."""
    eigen = {naam: tabel.select(*DOSSIER[naam]) for naam, tabel in lees_dossier(map_).tabellen.items()}
    nodig = rijen - sum(tabel.height for tabel in eigen.values())
    bekend = eigen["clienten"]["bsn"].implode()
    spel = Spel(verdeel_schoon(scenarios(), max(1, nodig) * REGELS_PER_DOSSIERRIJ, ANDER_ZAAD), ANDER_ZAAD)
    doel.mkdir(parents=True, exist_ok=True)
    with ExitStack() as open_:
        tabellen = {naam: open_.enter_context(parquetbestand(doel / f"{naam}.parquet")) for naam in eigen}
        for naam, tabel in eigen.items():
            tabellen[naam](tabel)
        for deel in spel.delen():
            for naam, tabel in deel.dossier.items():
                erbij = tabel.filter(~pl.col("bsn").is_in(bekend)).head(max(nodig, 0))
                tabellen[naam](erbij)
                nodig -= erbij.height
            if nodig <= 0:
                return
    raise SystemExit(f"{nodig} rijen te weinig")


def main() -> None:
    """See the module."""
    wat, van, doel, *rest = sys.argv[1:]
    if wat == "dossier":
        dossier(Path(van), Path(doel), int(rest[0]))
    else:
        {"een-bsn": een_bsn, "een-client": een_client, "maanden": maanden}[wat](Path(van), Path(doel))


if __name__ == "__main__":
    main()
