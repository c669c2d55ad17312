"""Every setting in force, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.diensten.instellingen.batch import voor_declarant
from wlz_declaratie.diensten.instellingen.beleid import eis_goed, ernst_in, waarden_in
from wlz_declaratie.diensten.instellingen.bestand import Bestand, Pad
from wlz_declaratie.diensten.instellingen.kolommen import kolommen_van
from wlz_declaratie.diensten.instellingen.lezen import (
    DECLARANT,
    ERNST,
    KOLOMMEN,
    MET_BATCH,
    UZOVI,
    VAN_WIE,
    WAARDEN,
    Instellingen,
    Opdrachten,
)
from wlz_declaratie.diensten.instellingen.toegepast import AndereWaarde, Verzachting


@dataclass(frozen=True)
class Gezet:
    """An option of a command: what it is, and the table and line that say so; None where it is built in."""

    opdracht: str
    optie: str
    waarde: Any
    tabel: str | None
    regel: int | None


@dataclass(frozen=True)
class Overzicht:
    """All that is in force, for one declarant and uzovi or for any; lines are those of ``bestand``."""

    bestand: str | None
    gevonden: bool
    declarant: str | None
    uzovi: str | None
    opties: tuple[Gezet, ...]
    kolommen: tuple[tuple[str, str, int | None], ...]
    """Column, heading, line."""
    waarden: tuple[tuple[AndereWaarde, int | None], ...]
    ernst: tuple[tuple[Verzachting, int | None], ...]
    anderen: tuple[str, ...]
    """Tables of declaranten and uzovi that do not count here."""


def overzicht(
    instellingen: Instellingen, opdrachten: Opdrachten, agb: str | None = None, uzovi: str | None = None
) -> Overzicht:
    """What is in force. Raises Gebruikersfout for the first mistake in the file, or a code that is none."""
    for soort, wie in ((DECLARANT, agb), (UZOVI, uzovi)):
        vorm, woorden, zoals = VAN_WIE[soort]
        if wie is not None and not vorm.fullmatch(wie):
            raise Gebruikersfout(f"--{soort}: dit is niet {woorden}. Schrijf zoals {zoals}.")
    eis_goed(instellingen)
    bestand = instellingen.bestand
    opties = tuple(_opties(instellingen, opdrachten, agb, uzovi))
    if bestand is None:
        return Overzicht(None, False, agb, uzovi, opties, (), (), (), ())
    tellend = (instellingen.algemeen, *instellingen.delen_van(agb, uzovi))
    return Overzicht(
        bestand.naam,
        bestand.gevonden,
        agb,
        uzovi,
        opties,
        tuple(_kolommen(instellingen, bestand)),
        tuple(
            (een, bestand.regel((*deel.plaats, WAARDEN, nummer)))
            for deel in tellend
            for nummer, een in enumerate(waarden_in(bestand, deel))
        ),
        tuple(
            (een, bestand.regel((*deel.plaats, ERNST, een.regel_id)))
            for deel in tellend
            for een in ernst_in(bestand, deel)
        ),
        tuple(deel.naam for deel in instellingen.delen if deel not in tellend),
    )


def _opties(instellingen: Instellingen, opdrachten: Opdrachten, agb: str | None, uzovi: str | None) -> Iterator[Gezet]:
    for opdracht, opties in opdrachten.items():
        gezet = dict(instellingen.opdrachten.get(opdracht, {}))
        plaats: dict[str, Pad] = {optie: (*opdracht.split("."), optie) for optie in gezet}
        if opdracht in MET_BATCH:
            gezet |= voor_declarant(instellingen, agb, uzovi, opdracht=opdracht).opties
            for deel in instellingen.delen_van(agb, uzovi):
                plaats |= {optie: (*deel.plaats, optie) for optie in deel.opties}
        for naam, optie in opties.items():
            if naam not in gezet:
                yield Gezet(opdracht, naam, optie.standaard, None, None)
                continue
            waar = plaats[naam]
            regel = instellingen.bestand.regel(waar) if instellingen.bestand else None
            yield Gezet(opdracht, naam, gezet[naam], ".".join(map(str, waar[:-1])), regel)


def _kolommen(instellingen: Instellingen, bestand: Bestand) -> Iterator[tuple[str, str, int | None]]:
    for kop, kolom in kolommen_van(instellingen).items():
        yield kolom, kop, bestand.regel((KOLOMMEN, kolom))
