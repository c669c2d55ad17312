"""Synthetic batches with planted errors: what ``declaratie maak-voorbeeld`` writes.

A batch is a sequence of scenarios (``scenario.py``), each played by people of its own. The scenarios state
which findings their lines should give, so that a batch comes with its answers: ``verwacht.json`` holds, for
each file, the findings of the product, nothing more and nothing less. Checked without history.

The same seed gives the same files, byte for byte. Each seed is another declarant with other providers,
another invoice and, as far as the numbers reach (``nummers.py``), other people, so that batches can lie side
by side and be each other's history.
"""

from __future__ import annotations

from pathlib import Path

from wlz_declaratie.fouten import Gebruikersfout


def maak(map_: Path, regels: int, zaad: int) -> None:
    """Write batch.asc, batch.csv, batch.parquet, dossier/ and verwacht.json with exactly ``regels`` lines.

    About one line in a hundred is wrong; below 20 lines none is. The AW319 lacks the lines that it cannot
    carry: see ``schrijven.schrijf_asc``. Existing files are replaced. Raises Gebruikersfout when the folder
    cannot be written, or when there are not enough numbers for so many people.
    """
    # The command line imports this module to show its help.
    from wlz_declaratie.voorbeeld.batch import speel
    from wlz_declaratie.voorbeeld.scenario import scenarios
    from wlz_declaratie.voorbeeld.schrijven import SCHRIJVERS, schrijf, schrijf_verwacht
    from wlz_declaratie.voorbeeld.verdeling import verdeel

    batch = speel(verdeel(scenarios(), regels, zaad), zaad)
    try:
        schrijf_verwacht(schrijf(batch, map_, SCHRIJVERS), map_ / "verwacht.json")
    except OSError as fout:
        reden = f"{map_}: deze map is niet te beschrijven ({fout.strerror})"
        raise Gebruikersfout(f"{reden}. Kies een andere map.") from None
