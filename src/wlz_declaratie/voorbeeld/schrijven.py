"""A batch to files, piece by piece: the lines, the dossier and the findings to expect."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.voorbeeld.batch import DEEL, Spel
from wlz_declaratie.voorbeeld.batchbestand import BATCHBESTANDEN
from wlz_declaratie.voorbeeld.tabelbestand import SOORTEN
from wlz_declaratie.voorbeeld.verwachting import Verwachting, verwachte_bevindingen

DOSSIERMAP = "dossier"


def schrijf(spel: Spel, map_: Path, namen: Iterable[str], *, dossier: str = ".csv", grootte: int = DEEL) -> Verwachting:
    """Write the batch under these names of BATCHBESTANDEN, and its dossier with that extension of SOORTEN.

    ``grootte`` cases are in memory at once; the files do not depend on it.
    """
    (map_ / DOSSIERMAP).mkdir(parents=True, exist_ok=True)
    with ExitStack() as open_:
        bestanden = {naam: open_.enter_context(BATCHBESTANDEN[naam][1](map_ / naam)) for naam in namen}
        tabellen = {
            naam: open_.enter_context(SOORTEN[dossier](map_ / DOSSIERMAP / f"{naam}{dossier}")) for naam in DOSSIER
        }
        verwachting = Verwachting(bestanden)
        for naam, tabel in spel.vast.items():
            tabellen[naam](tabel)
        for deel in spel.delen(grootte):
            for naam, schrijf_regels in bestanden.items():
                geschreven = schrijf_regels(deel.regels)
                verwachting.neem(naam, verwachte_bevindingen(deel.verwacht, BATCHBESTANDEN[naam][0], geschreven))
            for naam, tabel in deel.dossier.items():
                tabellen[naam](tabel)
    return verwachting
