"""What a night would do, told beforehand."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.nacht.boeken import vooraf_bekende
from wlz_declaratie.nacht.inbox import bekijk
from wlz_declaratie.nacht.map import Map
from wlz_declaratie.nacht.opdracht import Nacht
from wlz_declaratie.nacht.overzicht import al_bekend, overgeslagen, regel_van, wacht
from wlz_declaratie.nacht.overzicht import vooruitblik as vooruit
from wlz_declaratie.nacht.tafel import Blijft, Tafel, TeGroot
from wlz_declaratie.nacht.volgorde import op_volgorde

TE_DOEN = "te doen"


def vooruitblik(nacht: Nacht) -> dict[str, Any]:
    """What ``draai`` would do now; changes nothing."""
    nacht.controleer_mappen()
    bekend = vooraf_bekende(nacht.historie)
    with werkmap() as map_, Map(nacht.inbox) as inbox:
        eigen = [map_.name for map_ in nacht.in_inbox if inbox.is_zelfde(map_.parent)]
        inhoud, tafel = bekijk(inbox, nacht.rust, eigen), Tafel(map_)
        regels = []
        for bestand, dag in op_volgorde(inhoud.af, tafel, lambda sha256: nullcontext(True)):
            try:
                som = tafel.neem(bestand).sha256
            except Blijft as reden:
                regels.append(wacht(bestand, str(reden), reden.exitcode))
                continue
            except TeGroot:
                som = None
            tafel.ruim_op(bestand)
            regel = regel_van(bestand, som, dag, TE_DOEN)
            regels.append(al_bekend(regel, bekend[som]) if som in bekend else regel)
    wachtend = [wacht(bestand, reden) for bestand, reden in inhoud.wacht]
    return vooruit([*regels, *wachtend, *map(overgeslagen, inhoud.vreemd)])
