"""What is in force for one batch: `voor_declarant`.

From the weakest to the strongest: what is built in, the table of the command, that of the uzovi, that of the
declarant, the command line. Values and severities go the same way, those of the file itself first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from wlz_declaratie.basis.tonen import gemaskeerd
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.instellingen.beleid import Beleid, beleid_van, eis_iets
from wlz_declaratie.diensten.instellingen.kolommen import kolommen_van
from wlz_declaratie.diensten.instellingen.lezen import DECLARANT, KOLOMMEN, UZOVI, Deel, Instellingen
from wlz_declaratie.diensten.instellingen.toegepast import Toegepast
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.kern.regel import Regel, kies

MEESTE_GENOEMD = 3


@dataclass(frozen=True)
class Batchinstelling:
    """What is in force for one batch.

    ``opties``: options of `lezen.PER_BATCH`, by their long name, that its declarant or uzovi sets and that were not
    given on the command line; for all others what the command has, holds. ``opmerkingen`` say what was left aside.
    """

    opties: Mapping[str, Any] = field(default_factory=dict)
    beleid: Beleid = field(default_factory=Beleid)
    toegepast: Toegepast | None = None
    opmerkingen: tuple[str, ...] = ()

    def regels(self, selecteer: Sequence[str], negeer: Sequence[str]) -> list[Regel]:
        """The rules that run, with their values and severities. Raises Gebruikersfout where none is left."""
        return list(eis_iets(self.beleid.over(kies(selecteer, negeer))))

    def bij(self, uitslag: Uitslag) -> Uitslag:
        """The result of a check by these settings, with what it went by: of its own rules only."""
        toegepast = self.toegepast
        if toegepast:
            gelopen = {status.regel.id for status in uitslag.regels}
            toegepast = replace(
                toegepast,
                waarden=tuple(een for een in toegepast.waarden if een.regel_id in gelopen),
                ernst=tuple(een for een in toegepast.ernst if een.ernst == "uit" or een.regel_id in gelopen),
            )
        return replace(
            uitslag,
            instellingen=toegepast if toegepast and toegepast.telt else None,
            opmerkingen=(*uitslag.opmerkingen, *self.opmerkingen),
        )


def voor_declarant(
    instellingen: Instellingen,
    agb: str | None,
    uzovi: str | None,
    *,
    opdracht: str,
    gegeven: Collection[str] = (),
) -> Batchinstelling:
    """What is in force for a batch of this declarant at this uzovi; None is unknown.

    ``opdracht`` is the command, as its table is called; ``gegeven`` are the long names of the options that were given
    with it, which win. Raises Gebruikersfout for a mistake in the file.
    """
    bestand = instellingen.bestand
    if bestand is None:
        return Batchinstelling()
    delen = instellingen.delen_van(agb, uzovi)
    beleid = beleid_van(instellingen, [instellingen.algemeen, *delen])
    opties: dict[str, Any] = {}
    herkomst = dict.fromkeys(instellingen.opdrachten.get(opdracht, {}), opdracht)
    for deel in delen:
        opties |= deel.opties
        herkomst |= dict.fromkeys(deel.opties, deel.naam)
    geldend = [(tabel, naam) for naam, tabel in herkomst.items() if naam not in gegeven]
    geldend += [(KOLOMMEN, kolom) for kolom in kolommen_van(instellingen).values()]
    toegepast = Toegepast(bestand.naam, tuple(geldend), beleid.waarden, beleid.ernst)
    return Batchinstelling({naam: waarde for naam, waarde in opties.items() if naam not in gegeven}, beleid, toegepast)


def voor_batch(
    instellingen: Instellingen,
    bestanden: Sequence[Batchbestand],
    *,
    opdracht: str,
    gegeven: Collection[str] = (),
) -> Batchinstelling:
    """What is in force for these files together, as `voor_declarant`.

    A table of a declarant or uzovi holds for a batch that is all his; of a batch of several none does, and that is
    remarked.
    """
    wie = {}
    opmerkingen: list[str] = []
    for soort, per_wie in ((DECLARANT, instellingen.declaranten), (UZOVI, instellingen.uzovi)):
        if not per_wie:
            continue
        in_batch = _genoemd(bestanden, soort)
        wie[soort] = in_batch[0] if len(in_batch) == 1 else None
        opmerkingen += _niet_gebruikt(soort, in_batch, per_wie)
    keuze = voor_declarant(instellingen, wie.get(DECLARANT), wie.get(UZOVI), opdracht=opdracht, gegeven=gegeven)
    return replace(keuze, opmerkingen=tuple(map(gemaskeerd, opmerkingen)))


def _genoemd(bestanden: Sequence[Batchbestand], kolom: str) -> list[str]:
    delen = [bestand.regels.select(pl.col(kolom).drop_nulls().unique()) for bestand in bestanden]
    return pl.concat(delen).unique().sort(kolom).collect(engine="streaming")[kolom].to_list() if delen else []


def _niet_gebruikt(soort: str, in_batch: Sequence[str], per_wie: Mapping[str, Deel]) -> Iterator[str]:
    if not in_batch:
        yield f"de batch noemt geen {soort}: de instellingen per {soort} zijn niet gebruikt"
    elif len(in_batch) > 1 and (eigen := [f"[{soort}.{een}]" for een in in_batch if een in per_wie]):
        meer = f" en nog {len(eigen) - MEESTE_GENOEMD}" if len(eigen) > MEESTE_GENOEMD else ""
        yield (
            f"de batch is van {len(in_batch)} {soort}{'en' if soort == DECLARANT else '-codes'} samen: "
            f"{', '.join(eigen[:MEESTE_GENOEMD])}{meer} in de instellingen gelden alleen voor een eigen batch, en zijn "
            "niet gebruikt"
        )
