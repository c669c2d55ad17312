"""The file formats of a result: one writer for each extension."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.diensten import totalen
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.kern.invoer import Voortgang
from wlz_declaratie.rapport import json_uitslag, tabel
from wlz_declaratie.rapport.schrijven import Uitvoerfout, controleer_doel, vervangend
from wlz_declaratie.rapport.weergave import Weergave

Schrijver = Callable[[Uitslag, Path, Weergave], None]


# The libraries of these two are slow to import, and few ask for both.
def _xlsx(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    from wlz_declaratie.rapport.werkboek.schrijven import schrijf

    schrijf(uitslag, pad, weergave)


def _html(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    from wlz_declaratie.rapport.html.pagina import schrijf

    schrijf(uitslag, pad, weergave)


FORMATEN: dict[str, Schrijver] = {
    ".json": json_uitslag.schrijf_bestand,
    ".csv": tabel.schrijf_csv,
    ".parquet": tabel.schrijf_parquet,
    ".xlsx": _xlsx,
    ".html": _html,
}


def controleer_doelen(doelen: Collection[Path], invoer: Iterable[Path]) -> None:
    """Refuse targets that cannot be written, before any work is done; ``invoer`` are files that must survive."""
    beschermd = {pad.resolve() for pad in invoer}
    gezien: set[Path] = set()
    for doel in doelen:
        controleer_doel(doel)
        if doel.suffix.lower() not in FORMATEN:
            raise Uitvoerfout(
                f"{doel}: naar '{doel.suffix}' kan deze versie niet schrijven. Kies {', '.join(FORMATEN)}."
            )
        plek = doel.resolve()
        if plek in beschermd:
            raise Uitvoerfout(f"{doel}: dit bestand is invoer van de controle. Kies een andere naam voor de uitslag.")
        if plek in gezien:
            raise Uitvoerfout(f"{doel}: dit doel is twee keer genoemd. Noem elk bestand één keer.")
        gezien.add(plek)


def schrijf(
    uitslag: Uitslag,
    doelen: Iterable[Path],
    weergave: Weergave,
    voortgang: Voortgang = lambda naam, nummer, aantal: None,
) -> None:
    """Write the result to each target, whole or not at all; ``voortgang`` is told which, and how far it is."""
    geteld = totalen.geteld(uitslag)
    for doel in doelen:
        stap = f"schrijven naar {zonder_bsn(doel.name)}"
        voortgang(stap, 0, 0)
        met_stand = replace(weergave, gedaan=_verteller(voortgang, stap, uitslag.bevindingen.height))
        with vervangend(doel) as tijdelijk:
            FORMATEN[doel.suffix.lower()](geteld, tijdelijk, met_stand)


def _verteller(voortgang: Voortgang, stap: str, alle: int) -> Callable[[int], None]:
    return lambda aantal: voortgang(stap, aantal, alle)
