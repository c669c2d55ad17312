"""From paths to a result: reading, dossier, code tables, rules, with progress on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.codes.edities import tabellenmap
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.diensten.controleren import Uitslag, controleer
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.inlezen.dossier import Dossier, lees_dossier
from wlz_declaratie.kern.regel import Regel, kies
from wlz_declaratie.kern.toetsing import Voortgang
from wlz_declaratie.rapport.scherm import Scherm

if TYPE_CHECKING:
    from wlz_declaratie.diensten.bijschrijven import Bijgeschreven

GEDULD = 1.0
"""Seconds before progress appears; a small batch is done by then."""


@dataclass(frozen=True)
class Opdracht:
    """What to check, against what."""

    bestanden: Sequence[Path]
    dossier: Path | None = None
    historie: Path | None = None
    peildatum: date | None = None
    selecteer: Sequence[str] = ()
    negeer: Sequence[str] = ()
    tabellen: Path | None = None


@contextmanager
def uitvoering(opdracht: Opdracht, *, stil: bool) -> Iterator[Uitslag]:
    """Read and check; the lines of the result can be read until the block ends."""
    regels = kies(opdracht.selecteer, opdracht.negeer)
    with werkmap() as map_:
        with _voortgang(stil) as voortgang:
            uitslag = _lees_en_controleer(opdracht, regels, map_, voortgang)
        yield uitslag


def _lees_en_controleer(opdracht: Opdracht, regels: Sequence[Regel], werkmap: Path, voortgang: Voortgang) -> Uitslag:
    def lees(pad: Path, naam: str) -> Batchbestand:
        voortgang(f"{zonder_bsn(pad.name)} lezen", 0, 0)
        (werkmap / naam).mkdir()
        return lees_batch(pad, werkmap / naam)

    voortgang("dossier lezen", 0, 0)
    tabellen = lees_dossier(opdracht.dossier) if opdracht.dossier else Dossier({}, ())
    codes = lees_codes(tabellen.tabellen.get("prestaties"), tabellenmap(opdracht.tabellen))
    bestanden = [lees(pad, f"batch-{nummer}") for nummer, pad in enumerate(opdracht.bestanden)]
    historie = None
    if opdracht.historie and opdracht.historie.is_dir():
        from wlz_declaratie.historie.lezen import lees_voor

        voortgang("historie lezen", 0, 0)
        historie = [lees_voor(opdracht.historie, bestanden, codes=codes, tabellen=tabellen.tabellen, werkmap=werkmap)]
    elif opdracht.historie:
        historie = [lees(opdracht.historie, "historie")]
    return controleer(
        bestanden,
        regels=regels,
        codes=codes,
        peildatum=opdracht.peildatum or date.today(),
        dossier=tabellen,
        werkmap=werkmap,
        historie=historie,
        voortgang=voortgang,
    )


def bijschrijving(map_: Path, opdracht: Opdracht) -> Bijgeschreven:
    """Check the one file of ``opdracht`` against the store and add its accepted lines."""
    from wlz_declaratie.diensten.bijschrijven import Toetssteen, voeg_toe

    with werkmap() as werk, _voortgang(stil=False) as voortgang:
        dossier = lees_dossier(opdracht.dossier) if opdracht.dossier else Dossier({}, ())
        tegen = Toetssteen(
            codes=lees_codes(dossier.tabellen.get("prestaties"), tabellenmap(opdracht.tabellen)),
            dossier=dossier,
            peildatum=opdracht.peildatum or date.today(),
            werkmap=werk,
            voortgang=voortgang,
        )
        return voeg_toe(map_, lees_batch(opdracht.bestanden[0], werk), tegen)


@contextmanager
def _voortgang(stil: bool) -> Iterator[Voortgang]:
    """Progress on stderr, on a terminal only, when it takes longer than GEDULD."""
    scherm = Scherm(stderr=True)
    if stil or not scherm.is_terminal:
        yield lambda naam, nummer, aantal: None
        return
    kolommen = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    balk = Progress(*kolommen, console=scherm, transient=True)
    taak = balk.add_task("")
    begonnen = time.monotonic()

    def stap(naam: str, nummer: int, aantal: int) -> None:
        balk.update(taak, description=f"{naam} ({nummer}/{aantal})" if aantal else naam)
        if time.monotonic() - begonnen > GEDULD:
            balk.start()

    try:
        yield stap
    finally:
        balk.stop()
