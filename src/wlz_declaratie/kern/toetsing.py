"""Rules over the whole population or, when that is big, over its clients part by part: how each went."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from wlz_declaratie.basis import geheugen
from wlz_declaratie.basis.tekst import getal
from wlz_declaratie.kern.draaien import draai_alle
from wlz_declaratie.kern.gevonden import Gevonden
from wlz_declaratie.kern.in_delen import Verdeling, draai_in_delen
from wlz_declaratie.kern.invoer import Invoer, Voortgang
from wlz_declaratie.kern.regel import Regel
from wlz_declaratie.kern.slank import bereid_voor
from wlz_declaratie.kern.uitkomst import Deels, Niet, Ruw
from wlz_declaratie.kern.voorwaarden import ontbreekt, ontbreekt_deels

Status = Literal["uitgevoerd", "deels uitgevoerd", "niet uitgevoerd", "fout"]


@dataclass(frozen=True)
class Toetsing:
    """How one rule went."""

    regel: Regel
    status: Status
    reden: str | None


def toets(
    invoer: Invoer,
    regels: Collection[Regel],
    werkmap: Path,
    voortgang: Voortgang,
    verdeling: Verdeling | None = None,
) -> tuple[list[Toetsing], Gevonden]:
    """Run the rules: how each went, and what they found.

    A population of more than MEESTE_LIJNEN lines, or with a ``verdeling`` any, is cut into parts in ``werkmap``, and
    what is found on it lies there too.
    """
    kunnen = [vak for regel in regels if _kan(regel, invoer) for vak in regel.tijdvakken]
    if invoer.omvang <= geheugen.MEESTE_LIJNEN and not verdeling:
        voortgang("declaratieregels voorbereiden", 0, 0)
        slank = bereid_voor(invoer.lijnen, invoer.aantal_batch, invoer.dossier, invoer.codes)
        invoer = invoer.met_vreemd(slank.lazy())
        pop = invoer.populatie(slank.lazy(), invoer.lijnen)
        gevonden = Gevonden(invoer.aantal_batch)
        uitkomsten = gevonden.neem(draai_alle(kunnen, pop, invoer.gegeven, invoer.omvang, voortgang))
    else:
        verdeling = verdeling or Verdeling(1)
        if invoer.omvang > verdeling.delen * geheugen.MEESTE_LIJNEN * geheugen.VERGIST:
            verdeling = replace(verdeling, delen=geheugen.delen(invoer.omvang))
        gevonden = Gevonden(invoer.aantal_batch, werkmap / "bevindingen")
        uitkomsten = list(draai_in_delen(kunnen, invoer, werkmap / "delen", voortgang, verdeling, gevonden))
    per_regel: dict[str, list[Ruw]] = {regel.id: [] for regel in regels}
    for regel, ruw in uitkomsten:
        per_regel[regel.id].append(ruw)
    return [_toetsing(regel, per_regel[regel.id], invoer) for regel in regels], gevonden


def _kan(regel: Regel, invoer: Invoer) -> bool:
    return not regel.gebrek and not ontbreekt(regel, invoer.gegeven)


def _toetsing(regel: Regel, ruw: Sequence[Ruw], invoer: Invoer) -> Toetsing:
    """The outcome of a rule over all parts; it could not run when it could run on none of them."""
    if regel.gebrek:
        return Toetsing(regel, "fout", regel.gebrek)
    if weg := ontbreekt(regel, invoer.gegeven):
        return Toetsing(regel, "niet uitgevoerd", "; ".join(weg))
    if fouten := [deel.fout for deel in ruw if deel.fout]:
        return Toetsing(regel, "fout", fouten[0])
    opmerkingen = [opmerking for deel in ruw for opmerking in deel.opmerkingen]
    met_iets = [deel for deel in ruw if not deel.niets] or ruw
    if all(deel.kon_niet for deel in met_iets):
        return Toetsing(regel, "niet uitgevoerd", "; ".join(_samengenomen(opmerkingen)))
    redenen = ontbreekt_deels(regel, invoer.gegeven) + _samengenomen(opmerkingen)
    return Toetsing(regel, "deels uitgevoerd" if redenen else "uitgevoerd", "; ".join(redenen) or None)


def _samengenomen(opmerkingen: Sequence[Deels | Niet]) -> list[str]:
    """Remarks of all parts, each reason once and in an order of their own, with the lines of all parts together."""
    regels: dict[str, int] = {}
    for opmerking in opmerkingen:
        regels[opmerking.reden] = regels.get(opmerking.reden, 0) + opmerking.regels
    return [
        f"{getal(aantal)} {'declaratieregel' if aantal == 1 else 'declaratieregels'} {reden}" if aantal else reden
        for reden, aantal in sorted(regels.items())
    ]
