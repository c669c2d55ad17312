"""AW and INL: controls on the message and on reading, as members of the catalogue.

The readers find these faults while they read; here stands what they mean, so that they are selected, counted and
explained like any other rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from wlz_declaratie.inlezen.aw319_controles import CONTROLES
from wlz_declaratie.parameters import Regelparameters
from wlz_declaratie.populatie import Populatie
from wlz_declaratie.regels.basis import Niet, Toets, Uitkomst, regel
from wlz_declaratie.schemas import lees_toml


def _bij_het_lezen(woorden: dict[str, str]) -> Toets:
    def toets(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
        if "aw319" not in pop.soorten:
            yield Niet("geen AW319-bericht")

    toets.__doc__ = (
        "Controle op het AW319-bericht.\n\n"
        f"Wat: {woorden['wat']}\nWaarom: {woorden['waarom']}\n"
        f"Voorbeeld: {woorden['voorbeeld']}\nWat te doen: {woorden['doen']}\n"
    )
    return toets


for _id, _woorden in lees_toml("berichten", "controles.toml").items():
    regel(_id, CONTROLES[_id], bereik="batch", retourcodes=(_id.removeprefix("AW-"),))(_bij_het_lezen(_woorden))


@regel("INL-01", "Regel of veld is onleesbaar", bereik="batch", retourcodes=("0001",))
def inl_01(pop: Populatie, p: Regelparameters) -> Iterator[Uitkomst]:
    """Noemt wat niet gelezen kon worden.

    Wat: een regel met te veel of te weinig velden, of een veld met iets anders dan zijn soort (een bedrag, een datum,
    ja of nee). Een onleesbare regel telt apart; een regel met een onleesbaar veld wordt afgekeurd.
    Waarom: wat stil wordt overgeslagen, wordt stil verkeerd.
    Voorbeeld: 'twaalf' in de kolom tarief.
    Wat te doen: herstel het veld in het bestand en bied het opnieuw aan.
    """
    yield from ()
