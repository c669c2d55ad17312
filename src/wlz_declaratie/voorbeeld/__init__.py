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

FORMATEN = ("asc", "csv", "parquet")
"""Of the batch, in the order of verwacht.json."""
VERWACHT = "verwacht.json"
CSV_TOT = 1_000_000
"""Lines up to which the tables of the dossier are CSV; above that they are Parquet, a tenth as large."""


def maak(map_: Path, regels: int, zaad: int, *, formaten: Iterable[str] = FORMATEN, overschrijf: bool = False) -> None:
    """Write batch.asc, batch.csv, batch.parquet (or those asked), dossier/ and verwacht.json with ``regels`` lines.

    About one line in a hundred is wrong; below 20 lines none is. The AW319 lacks the lines that it cannot
    carry: see ``batchbestand.aw319``. Written piece by piece: memory hardly grows with the batch. Each file is there
    whole or not at all, and no file of an earlier example stays. Raises Gebruikersfout when there is one already and
    not ``overschrijf``, when the folder cannot be written, or when there are not enough numbers for so many people.
    """
    # The command line imports this module to show its help.
    from wlz_declaratie.contract.tabellen import DOSSIER
    from wlz_declaratie.voorbeeld.batch import Spel
    from wlz_declaratie.voorbeeld.scenario import scenarios
    from wlz_declaratie.voorbeeld.schrijven import DOSSIERMAP, schrijf
    from wlz_declaratie.voorbeeld.tabelbestand import SOORTEN
    from wlz_declaratie.voorbeeld.verdeling import verdeel

    soort = ".csv" if regels <= CSV_TOT else ".parquet"
    namen = [f"batch.{formaat}" for formaat in FORMATEN if formaat in set(formaten)]
    nieuw = [*namen, VERWACHT, *(f"{DOSSIERMAP}/{tabel}{soort}" for tabel in DOSSIER)]
    mogelijk = [f"batch.{formaat}" for formaat in FORMATEN]
    mogelijk += [f"{DOSSIERMAP}/{tabel}{extensie}" for tabel in DOSSIER for extensie in SOORTEN]
    _controleer_plek(map_, map_ / DOSSIERMAP, [*mogelijk, VERWACHT], overschrijf)
    spel = Spel(verdeel(scenarios(), regels, zaad), zaad)
    try:
        (map_ / DOSSIERMAP).mkdir(parents=True, exist_ok=True)
        with tijdelijk(Path(tempfile.mkdtemp(prefix=".voorbeeld-", suffix=".deel", dir=map_))) as half:
            schrijf(spel, half, namen, dossier=soort).schrijf(half / VERWACHT)
            for naam in nieuw:
                (half / naam).replace(map_ / naam)
            for naam in set(mogelijk).difference(nieuw):
                (map_ / naam).unlink(missing_ok=True)
    except OSError as fout:
        reden = f"{map_}: deze map is niet te beschrijven ({fout.strerror or type(fout).__name__})"
        raise Gebruikersfout(f"{reden}. Kies een andere map.") from None


def _controleer_plek(map_: Path, dossier: Path, namen: Iterable[str], overschrijf: bool) -> None:
    """Refuse to write over what is there; over what is no file of its own whatever was asked."""
    if dossier.is_symlink():
        raise Gebruikersfout(f"{dossier}: dit is een koppeling. Haal haar weg of kies een andere map.")
    for naam in namen:
        doel = map_ / naam
        if os.path.lexists(doel) and (doel.is_symlink() or not doel.is_file()):
            raise Gebruikersfout(f"{doel}: dit is geen gewoon bestand. Haal het weg of kies een andere map.")
        if os.path.lexists(doel) and not overschrijf:
            raise Gebruikersfout(f"{doel}: dit bestand bestaat al. Kies een andere map, of geef --overschrijf.")
