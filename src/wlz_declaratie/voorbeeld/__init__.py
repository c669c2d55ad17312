"""Synthetic batches with planted errors: what ``declaratie maak-voorbeeld`` writes.

A batch is a sequence of scenarios (``scenario.py``), each played by people of its own. The scenarios state
which findings their lines should give, so that a batch comes with its answers: ``verwacht.json`` holds, for
each file, the findings of the product, nothing more and nothing less. Checked without history.

The same seed gives the same files, byte for byte. Each seed is another declarant with other providers,
another invoice and, as far as the numbers reach (``nummers.py``), other people, so that batches can lie side
by side and be each other's history.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.werkmap import tijdelijk

VERWACHT, DOSSIERMAP = "verwacht.json", "dossier"


def maak(map_: Path, regels: int, zaad: int, *, overschrijf: bool = False) -> None:
    """Write batch.asc, batch.csv, batch.parquet, dossier/ and verwacht.json with exactly ``regels`` lines.

    About one line in a hundred is wrong; below 20 lines none is. The AW319 lacks the lines that it cannot
    carry: see ``schrijven.schrijf_asc``. Each file is there whole or not at all. Raises Gebruikersfout when one of
    them is there already and not ``overschrijf``, when the folder cannot be written, or when there are not enough
    numbers for so many people.
    """
    # The command line imports this module to show its help.
    from wlz_declaratie.contract.tabellen import DOSSIER
    from wlz_declaratie.voorbeeld.batch import speel
    from wlz_declaratie.voorbeeld.scenario import scenarios
    from wlz_declaratie.voorbeeld.schrijven import SCHRIJVERS, schrijf, schrijf_verwacht
    from wlz_declaratie.voorbeeld.verdeling import verdeel

    namen = [*SCHRIJVERS, VERWACHT, *(f"{DOSSIERMAP}/{tabel}.csv" for tabel in DOSSIER)]
    _controleer_plek(map_, namen, overschrijf)
    batch = speel(verdeel(scenarios(), regels, zaad), zaad)
    try:
        (map_ / DOSSIERMAP).mkdir(parents=True, exist_ok=True)
        with tijdelijk(Path(tempfile.mkdtemp(prefix=".voorbeeld-", suffix=".deel", dir=map_))) as half:
            schrijf_verwacht(schrijf(batch, half, SCHRIJVERS), half / VERWACHT)
            for naam in namen:
                (half / naam).replace(map_ / naam)
    except OSError as fout:
        reden = f"{map_}: deze map is niet te beschrijven ({fout.strerror or type(fout).__name__})"
        raise Gebruikersfout(f"{reden}. Kies een andere map.") from None


def _controleer_plek(map_: Path, namen: Iterable[str], overschrijf: bool) -> None:
    """Refuse to write over what is there; over what is no file of its own whatever was asked."""
    if (map_ / DOSSIERMAP).is_symlink():
        raise Gebruikersfout(f"{map_ / DOSSIERMAP}: dit is een koppeling. Haal haar weg of kies een andere map.")
    for naam in namen:
        doel = map_ / naam
        if os.path.lexists(doel) and (doel.is_symlink() or not doel.is_file()):
            raise Gebruikersfout(f"{doel}: dit is geen gewoon bestand. Haal het weg of kies een andere map.")
        if os.path.lexists(doel) and not overschrijf:
            raise Gebruikersfout(f"{doel}: dit bestand bestaat al. Kies een andere map, of geef --overschrijf.")
