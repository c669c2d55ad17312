"""The one place where the night meets the store: check against it, let the results be written, add the batch."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from wlz_declaratie.bijschrijven import Toetssteen, _batch, _bekend, _facturen, _goedgekeurd
from wlz_declaratie.controle import Uitslag, controleer
from wlz_declaratie.historie.lezen import lees_uit
from wlz_declaratie.historie.onderhoud import verdicht
from wlz_declaratie.historie.opslag import Historiefout, Ingehaald, is_historie, open_historie
from wlz_declaratie.historie.slot import beurt
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.regels.basis import alle_regels

POGINGEN = 5
"""Someone else who writes in the store during the check makes us check again; so often, and no more."""


class Geweigerd(Exception):
    """This batch cannot go into the store; the text is the reason."""


def bekende(map_: Path) -> dict[str, int]:
    """The batches in the store: volgnr by sha256; none when there is no store."""
    if not is_historie(map_):
        return {}
    return {batch.sha256: batch.volgnr for batch in open_historie(map_).aanwezig}


def boek(map_: Path, bestand: Batchbestand, tegen: Toetssteen, gecontroleerd: Callable[[Uitslag], None]) -> bool:
    """Check ``bestand`` against the store, call ``gecontroleerd``, add the accepted lines in one transaction.

    False when someone else added this very batch meanwhile: then nothing changed. Raises Geweigerd for what is wrong
    with this batch; Historiefout when the store cannot be written, then it is as it was.
    """
    for _ in range(POGINGEN):
        try:
            nieuw = _boek(map_, bestand, tegen, gecontroleerd)
        except Ingehaald:
            continue
        except Historiefout as fout:
            # A refusal has no cause; a disk that refuses is one.
            if fout.__cause__ is None:
                raise Geweigerd(str(fout)) from None
            raise
        verdicht(map_)
        return nieuw
    raise Historiefout(f"{map_}: een ander programma blijft in de historie schrijven. Start de nacht later opnieuw.")


def _boek(map_: Path, bestand: Batchbestand, tegen: Toetssteen, gecontroleerd: Callable[[Uitslag], None]) -> bool:
    historie = open_historie(map_)
    facturen = _facturen(bestand)
    if _bekend(historie, bestand, facturen):
        return False
    werkmap = Path(tempfile.mkdtemp(dir=tegen.werkmap))
    geschiedenis = lees_uit(historie, [bestand], codes=tegen.codes, tabellen=tegen.dossier.tabellen, werkmap=werkmap)
    uitslag = controleer(
        [bestand],
        regels=list(alle_regels().values()),
        codes=tegen.codes,
        peildatum=tegen.peildatum,
        dossier=tegen.dossier,
        werkmap=werkmap,
        historie=[geschiedenis],
    )
    if vast := [status.regel.id for status in uitslag.regels if status.status == "fout"]:
        raise Geweigerd(
            f"{bestand.naam}: {', '.join(vast)} liep vast, dus is niet bekend welke regels goed zijn. Meld dit."
        )
    gecontroleerd(uitslag)
    regels = _goedgekeurd(uitslag)
    with beurt(map_):
        historie.voeg_toe(_batch(historie.volgende, bestand, facturen, uitslag, regels), regels)
    return True
