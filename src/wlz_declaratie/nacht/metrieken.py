"""How the last night went, for Prometheus: a file for the textfile collector of node_exporter.

It names no batch, file or person, so that whoever collects it may read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from wlz_declaratie import __version__
from wlz_declaratie.nacht import nachten
from wlz_declaratie.rapport.schrijven import vervangend

LEESBAAR = 0o644
"""node_exporter runs as another user."""
Reeks = tuple[str, str, Sequence[tuple[Mapping[str, str], float]]]
"""Name, help, and values by label."""


def schrijf(doel: Path, uit: Path, exitcode: int, nu: datetime) -> None:
    """Whole or not at all: of a run that ended now with ``exitcode``, and of the overview in ``uit``.

    Raises Uitvoerfout.
    """
    tekst = "".join(_als_tekst(reeks) for reeks in _reeksen(nachten.vorig(uit), exitcode, nu))
    with vervangend(doel) as tijdelijk:
        tijdelijk.write_text(tekst, encoding="utf-8", newline="\n")
        tijdelijk.chmod(LEESBAAR)


def _reeksen(overzicht: Mapping[str, Any], exitcode: int, nu: datetime) -> Iterator[Reeks]:
    yield "info", "Versie van declaratie.", [({"versie": __version__}, 1)]
    yield "laatste_run_seconds", "Wanneer de laatste run eindigde, hoe dan ook.", [({}, nu.timestamp())]
    yield "exitcode", "Exitcode van de laatste run.", [({}, exitcode)]
    klaar = [nacht for nacht in nachten.nachten_van(overzicht) if isinstance(nacht.get("klaar"), str)]
    if klaar:
        begonnen, gereed = (datetime.fromisoformat(klaar[-1][naam]) for naam in ("begonnen", "klaar"))
        yield "laatste_klaar_seconds", "Wanneer een nacht voor het laatst klaar was.", [({}, gereed.timestamp())]
        yield "duur_seconds", "Hoe lang die nacht duurde.", [({}, (gereed - begonnen).total_seconds())]
        standen = [({"stand": stand}, aantal) for stand, aantal in klaar[-1]["bestanden"].items()]
        yield "bestanden", "Bestanden van die nacht, per stand.", standen
    if telling := overzicht.get("samenvatting"):
        regels = [({"oordeel": naam}, telling[naam]) for naam in ("goedgekeurd", "afgekeurd", "onleesbaar")]
        yield "declaratieregels", "Declaratieregels van de laatste nacht met werk.", regels
        bedragen = [({"oordeel": naam}, telling[f"{naam}_cent"] / 100) for naam in ("goedgekeurd", "afgekeurd")]
        yield "euro", "Bedrag van die declaratieregels.", bedragen
    if "in_quarantaine" in overzicht:
        yield "in_quarantaine", "Batches die in quarantaine liggen.", [({}, len(overzicht["in_quarantaine"]))]


def _als_tekst(reeks: Reeks) -> str:
    kort, uitleg, waarden = reeks
    naam = f"declaratie_nacht_{kort}"
    regels = [f"# HELP {naam} {uitleg}", f"# TYPE {naam} gauge"]
    for merken, waarde in waarden:
        merk = ",".join(f'{sleutel}="{tekst}"' for sleutel, tekst in merken.items())
        regels.append(f"{naam}{{{merk}}} {waarde!r}" if merk else f"{naam} {waarde!r}")
    return "\n".join(regels) + "\n"
