"""Synthetic batches with planted errors: what ``declaratie maak-voorbeeld`` writes.

A batch is a sequence of scenarios (``scenario.py``), each played by people of its own. The scenarios state which
findings their lines should give, so that a batch comes with its answers: ``verwacht.json`` holds, for each file, the
findings of the product, nothing more and nothing less. Checked without history.

The same seed gives the same files, byte for byte. Each seed is another declarant with other providers, another invoice
and, as far as the numbers reach (``nummers.py``), other people, so that batches can lie side by side and be each
other's history.
"""

from __future__ import annotations

from pathlib import Path

from wlz_declaratie.fouten import Gebruikersfout


def maak(map_: Path, regels: int, zaad: int) -> None:
    """Write batch.asc, batch.csv, batch.parquet, dossier/ and verwacht.json of exactly ``regels`` lines to a folder.

    About one line in a hundred is wrong; below 20 lines none is. The AW319 lacks the lines that it cannot carry: see
    ``schrijven.schrijf_asc``. Existing files are replaced. Raises Gebruikersfout when the folder cannot be written, or
    when there are not enough numbers for so many people.
    """
    # The command line imports this module to show its help.
    from wlz_declaratie.voorbeeld import schrijven
    from wlz_declaratie.voorbeeld.batch import speel
    from wlz_declaratie.voorbeeld.scenario import scenarios
    from wlz_declaratie.voorbeeld.verdeling import verdeel

    batch = speel(verdeel(scenarios(), regels, zaad), zaad)
    try:
        map_.mkdir(parents=True, exist_ok=True)
        bestanden = {
            "batch.asc": schrijven.schrijf_asc(batch, map_ / "batch.asc"),
            "batch.csv": schrijven.schrijf_csv(batch, map_ / "batch.csv"),
            "batch.parquet": schrijven.schrijf_parquet(batch, map_ / "batch.parquet"),
        }
        schrijven.schrijf_dossier(batch, map_ / "dossier")
        schrijven.schrijf_verwacht(batch, bestanden, map_ / "verwacht.json")
    except OSError as fout:
        raise Gebruikersfout(f"{map_} is niet te beschrijven ({fout.strerror}). Kies een andere map.") from None
