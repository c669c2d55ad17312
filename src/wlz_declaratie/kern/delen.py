"""A population too big to hold, in parts of whole clients: its lines, and the dossier rows about them.

Lines and rows are cut by the same hash of the bsn, into as many parts; a part is read by whoever checks it. What was
not cut when it was read, is cut here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.verdeeld import Verdeeld
from wlz_declaratie.contract.sleutels import client, client_van_regel
from wlz_declaratie.contract.tabellen import OVER_CLIENTEN
from wlz_declaratie.inlezen.basis import PLEK, Batchbestand
from wlz_declaratie.kern.slank import Lijnenbron, lijnen_uit, lijnenbronnen


@dataclass(frozen=True)
class Deel:
    """Whole clients: where their lines and dossier rows lie, and how many lines come before (``eerste``)."""

    nummer: int
    eerste: int
    bronnen: Sequence[Lijnenbron]
    per_client: Mapping[str, Verdeeld]
    """Dossier tables about clients, cut."""
    voor_allen: Mapping[str, Path]
    """Dossier tables of which every part reads all."""

    def lijnen(self) -> pl.LazyFrame:
        """The declaration lines of the part, with ``rij`` and ``bestandnr``."""
        return lijnen_uit(self.bronnen, self.nummer)

    def dossier(self) -> dict[str, pl.LazyFrame]:
        """The dossier tables, with only the rows about clients of the part where a table is about clients."""
        heel = {naam: pl.scan_parquet(pad, glob=False) for naam, pad in self.voor_allen.items()}
        return heel | {naam: tabel.deel(self.nummer) for naam, tabel in self.per_client.items()}


def verdeel(
    aantal: int,
    lijnen: pl.LazyFrame,
    bestanden: Sequence[Batchbestand],
    dossier: Mapping[str, pl.LazyFrame],
    al_verdeeld: Mapping[str, Verdeeld],
    map_: Path,
) -> list[Deel]:
    """Lines and dossier in ``aantal`` parts at most, those that have lines.

    ``lijnen`` (with ``rij`` and ``bestandnr``) are those of the ``bestanden``, where they come from files. What lies in
    as many parts already (of the dossier: ``al_verdeeld``) stays there; the rest is cut below the new ``map_``.
    """
    if bestanden:
        gesneden = [_verdeeld(aantal, bestand, map_ / f"lijnen-{nr}") for nr, bestand in enumerate(bestanden)]
        bronnen = lijnenbronnen(gesneden)
    else:
        samen = Verdeeld(map_ / "lijnen", aantal)
        samen.schrijf(lijnen, client_van_regel("rij"))
        bronnen = [Lijnenbron(samen)]
    per_client, voor_allen = dict[str, Verdeeld](), dict[str, Path]()
    for naam, tabel in dossier.items():
        if naam not in OVER_CLIENTEN:
            voor_allen[naam] = schrijf_heel(tabel, map_ / f"{naam}.parquet")
        elif naam in al_verdeeld and al_verdeeld[naam].delen == aantal:
            per_client[naam] = al_verdeeld[naam]
        else:
            per_client[naam] = snijd(tabel, map_ / naam, aantal)
    delen, eerste = list[Deel](), 0
    for nummer in range(aantal):
        deel = Deel(nummer, eerste, bronnen, per_client, voor_allen)
        hoogte = deel.lijnen().select(pl.len()).collect().item()
        if hoogte:
            delen.append(deel)
            eerste += hoogte
    return delen


def snijd(tabel: pl.LazyFrame, map_: Path, aantal: int) -> Verdeeld:
    """A dossier table about clients, as rules read it, in so many parts below ``map_``."""
    verdeeld = Verdeeld(map_, aantal)
    verdeeld.schrijf(tabel, client())
    return verdeeld


def schrijf_heel(tabel: pl.LazyFrame, pad: Path) -> Path:
    """A table that every part reads, or that nobody reads in parts."""
    tabel.sink_parquet(pad, compression="lz4", statistics=False, mkdir=True)
    return pad


def _verdeeld(aantal: int, bestand: Batchbestand, map_: Path) -> Batchbestand:
    """The file with its lines in so many parts."""
    if bestand.verdeeld and bestand.verdeeld.delen == aantal:
        return bestand
    opnieuw = Verdeeld(map_, aantal)
    lijnen = bestand.verdeeld.alles() if bestand.verdeeld else bestand.regels.with_row_index(PLEK)
    opnieuw.schrijf(lijnen, client_van_regel(PLEK))
    return replace(bestand, verdeeld=opnieuw)
