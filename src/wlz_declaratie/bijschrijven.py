"""Check a batch against the store and add what is accepted, in one transaction."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from wlz_declaratie.codes import Codes
from wlz_declaratie.controle import Uitslag, controleer
from wlz_declaratie.historie.lezen import lees_uit
from wlz_declaratie.historie.onderhoud import verdicht
from wlz_declaratie.historie.opslag import Batch, Ingehaald, open_of_maak
from wlz_declaratie.historie.slot import beurt
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.regels.basis import alle_regels
from wlz_declaratie.toetsing import Voortgang


@dataclass(frozen=True)
class Bijgeschreven:
    """The batch in the store; ``uitslag`` is None when it was there already and nothing changed."""

    batch: Batch
    uitslag: Uitslag | None


def voeg_toe(
    map_: Path,
    bestand: Batchbestand,
    *,
    codes: Codes,
    dossier: Dossier,
    peildatum: date,
    werkmap: Path,
    voortgang: Voortgang = lambda naam, nummer, aantal: None,
) -> Bijgeschreven:
    """Check ``bestand`` with all rules, the store as history, and add its accepted lines.

    The same content again changes nothing. Raises Historiefout when the same invoice is in with other content, when a
    rule crashed, or when the disk refuses; then the store is as it was.
    """
    facturen = _facturen(bestand)
    # The check runs beside other writers; who was overtaken checks once more, and now nobody comes between.
    for alleen in (False, True):
        historie = open_of_maak(map_)
        with beurt(map_) if alleen else nullcontext():
            historie = open_of_maak(map_)
            if bekend := _bekend(historie, bestand, facturen):
                return Bijgeschreven(bekend, None)
            map_werk = Path(tempfile.mkdtemp(dir=werkmap))
            geschiedenis = lees_uit(historie, [bestand], codes=codes, tabellen=dossier.tabellen, werkmap=map_werk)
            uitslag = controleer(
                [bestand],
                regels=list(alle_regels().values()),
                codes=codes,
                peildatum=peildatum,
                dossier=dossier,
                werkmap=map_werk,
                historie=[geschiedenis],
                voortgang=voortgang,
            )
            _weiger_vastgelopen(bestand, uitslag)
            regels = _goedgekeurd(uitslag)
            batch = _batch(historie.volgende, bestand, facturen, uitslag, regels)
            try:
                with nullcontext() if alleen else beurt(map_):
                    historie.voeg_toe(batch, regels)
                break
            except Ingehaald:
                continue
    verdicht(map_)
    return Bijgeschreven(batch, uitslag)
