"""What a night tells: a line for each file, and all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, date, datetime
from typing import Any

from wlz_declaratie import __version__
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.telling import Samenvatting
from wlz_declaratie.diensten.uitvoeren import exitcode
from wlz_declaratie.nacht.bewaren import Oud
from wlz_declaratie.nacht.dagboek import AL_BEKEND, OVERGESLAGEN, STANDEN, VERWERKT, WACHT, Dagboek, Regel
from wlz_declaratie.nacht.inbox import Bestand
from wlz_declaratie.nacht.namen import getoond
from wlz_declaratie.nacht.opties import Opties
from wlz_declaratie.nacht.vorige import declaranten

SCHEMA = "declaratie-nacht/1"


def regel_van(bestand: Bestand, sha256: str | None, dag: date | None, stand: str) -> Regel:
    """A line on a file, nothing said yet."""
    return Regel(getoond(bestand.naam, sha256), sha256, stand, 0, periode=dag.isoformat() if dag else None)


def met_uitslag(regel: Regel, uitslag: Uitslag, opties: Opties) -> Regel:
    """The line of a batch that was checked."""
    return replace(
        regel,
        exitcode=exitcode(uitslag, opties.faal_op, volledig=False),
        peildatum=uitslag.peildatum.isoformat(),
        samenvatting=asdict(uitslag.samenvatting),
        declaranten=declaranten(uitslag),
    )


def al_bekend(regel: Regel, volgnr: int) -> Regel:
    """The line of a batch that is in the store."""
    return replace(regel, stand=AL_BEKEND, reden=f"staat al in de historie, als batch {volgnr}")


def wacht(bestand: Bestand, reden: str, exitcode: int = 0) -> Regel:
    """The line of a file that stays in the inbox."""
    return replace(regel_van(bestand, None, None, WACHT), exitcode=exitcode, reden=reden)


def overgeslagen(naam: str) -> Regel:
    """The line of what is no file: a link, a folder, a pipe, a device."""
    return Regel(getoond(naam, None), None, OVERGESLAGEN, 0, "geen gewoon bestand; niet gelezen")


def overzicht(regels: Collection[Regel], dagboek: Dagboek, run: str, let_op: Sequence[str] = ()) -> dict[str, Any]:
    """The overview: its sums are of what was booked; of two equal runs ``run`` and ``momenten`` differ."""
    telling = Counter(regel.stand for regel in regels)
    samenvattingen = [regel.samenvatting for regel in regels if regel.samenvatting and regel.stand == VERWERKT]
    opzij = f"het dagboek van de vorige nacht was niet te lezen; het heet nu {dagboek.opzij}"
    return {
        "schema": SCHEMA,
        "versie": __version__,
        "run": run,
        "peildatum": dagboek.peildatum.isoformat(),
        "exitcode": max((regel.exitcode for regel in regels), default=0),
        "bestanden": {stand.replace(" ", "_"): telling[stand] for stand in STANDEN},
        "samenvatting": {veld.name: sum(s.get(veld.name, 0) for s in samenvattingen) for veld in fields(Samenvatting)},
        "batches": [asdict(regel) for regel in regels],
        "opmerkingen": [*([opzij] if dagboek.opzij else []), *let_op],
        "momenten": {
            "begonnen": dagboek.begonnen.isoformat(timespec="seconds"),
            "klaar": datetime.now(UTC).isoformat(timespec="seconds"),
        },
    }


def vooruitblik(regels: Collection[Regel], weg: Collection[Oud] | None) -> dict[str, Any]:
    """The same of a night that is yet to come; ``weg`` is what has lain long enough, where that is asked."""
    inhoud = {"schema": SCHEMA, "versie": __version__, "droog": True, "batches": [asdict(regel) for regel in regels]}
    if weg is not None:
        inhoud["te_verwijderen"] = [{"soort": oud.soort, "bestand": oud.getoond} for oud in weg]
    return inhoud
