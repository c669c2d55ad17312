"""Looking ahead in the inbox: what the next batches need of the store is read once for all of them.

It changes nothing of what a batch is checked against. A file that cannot be read ahead has its say when it is its turn,
and so has a store that cannot be read. What was read of a batch waits for its turn.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.historie.fouten import Ingehaald
from wlz_declaratie.historie.opslag import open_historie
from wlz_declaratie.historie.ronde import Ronde
from wlz_declaratie.historie.vraag import Sleutels
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.nacht.inbox import Bestand
from wlz_declaratie.nacht.tafel import Kopie, Tafel
from wlz_declaratie.nacht.volgorde import Probeer

MINSTENS = 4
"""Fewer batches than this are looked up in the store one by one."""
HOOGUIT = 100
"""Batches of one round."""
MEESTE_LIJNEN = 600_000
"""Of the batches of one round together: what they are and what they add is kept in memory until it ends."""

Vraagt = Callable[[Kopie, Path], tuple[Sleutels, Batchbestand]]
"""Reads a copy, in a private folder: what its batch asks by, and the batch."""


class Vooruit:
    """The files of a night in their order, and the round of which the next one is."""

    def __init__(
        self, bestanden: Sequence[Bestand], tafel: Tafel, probeer: Probeer, vraagt: Vraagt, historie: Path, map_: Path
    ) -> None:
        self._bestanden, self._tafel, self._probeer, self._vraagt = bestanden, tafel, probeer, vraagt
        self._historie, self._map = historie, map_
        self._ronde: Ronde | None = None
        self._gelezen: dict[str, Batchbestand] = {}
        self._tot = 0

    def voor(self, plaats: int) -> Ronde | None:
        """The round of the file at this place, that is next; a new one begins where the last one ends."""
        if plaats >= self._tot:
            self._ronde, self._gelezen = None, {}
            shutil.rmtree(self._map, ignore_errors=True)
            vragen = self._lees_vragen(plaats)
            if len(vragen) >= MINSTENS:
                self._ronde = self._begin(vragen)
        return self._ronde

    def gelezen(self, sha256: str) -> Batchbestand | None:
        """The batch with this content, once; None when it was not read ahead, or is too big to wait in memory."""
        return self._gelezen.pop(sha256, None)

    def _lees_vragen(self, plaats: int) -> dict[str, Sleutels]:
        """By sha256, of the files from here on that make one round."""
        vragen: dict[str, Sleutels] = {}
        lijnen = 0
        over = self._bestanden[plaats : plaats + HOOGUIT]
        self._tot = plaats + len(over)
        if len(over) < MINSTENS:
            return vragen
        for nummer, bestand in enumerate(over, start=plaats + 1):
            try:
                kopie = self._tafel.neem(bestand)
                with self._probeer(kopie.sha256) as mag, werkmap() as eigen:
                    if mag:
                        vragen[kopie.sha256], batch = self._vraagt(kopie, eigen)
                        lijnen += batch.aantal
                        if lijnen <= MEESTE_LIJNEN:
                            # What lies in the folder that is left now, comes along.
                            self._gelezen[kopie.sha256] = replace(batch, regels=batch.regels.collect().lazy())
            except (Exception, pl.exceptions.PanicException):  # noqa: S112 (it will say so when it is its turn)
                continue
            finally:
                self._tafel.ruim_op_wat_te_veel_is(bestand)
            if lijnen > MEESTE_LIJNEN:
                self._tot = nummer
                break
        return vragen

    def _begin(self, vragen: dict[str, Sleutels]) -> Ronde | None:
        try:
            return Ronde(open_historie(self._historie), vragen, self._map)
        except (Ingehaald, Gebruikersfout, OSError):
            return None
