"""From the elements of AW35 and AW39 messages to rows of text: one for each delivery, and each change of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wlz_declaratie.inlezen.iwlz.ontleden import Rij
from wlz_declaratie.inlezen.iwlz.xml import dagtekening, onder, velden

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

AW35, AW39 = "AW35", "AW39"
_LIJST = {
    AW35: ("GeleverdeZorgzwaartepakketten", "GeleverdZorgzwaartepakket"),
    AW39: ("MutatieZorgzwaartepakketten", "MutatieZorgzwaartepakket"),
}
_DAG = {AW35: "Begindatum", AW39: "Mutatiedatum"}
"""From when what is told holds."""

_ELEMENTEN = {
    "bsn": "Bsn",
    "dagtekening": "Dagtekening",
    "besluitnummer": "Besluitnummer",
    "zzpcode": "ZzpCode",
    "toewijzing": "ToewijzingIngangsdatum",
    "instelling": "Instelling",
    "status": "Leveringsstatus",
    "leveringsvorm": "Leveringsvorm",
    "aanlevering": "StatusAanlevering",
    "mutatiecode": "Mutatiecode",
}
TYPES: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(_ELEMENTEN, pl.String),
    "ingangsdatum": pl.Date,
    "dagtekening": pl.Date,
    "toewijzing": pl.Date,
    "status": pl.Int64,
    "leveringsvorm": pl.Int64,
    "aanlevering": pl.Int64,
    "mutatiecode": pl.Int64,
}
"""The columns of a row; ``ingangsdatum`` is the day from which it holds, ``toewijzing`` tells of which allocation."""


def genoemd(soort: str) -> dict[str, str]:
    """Each column as a remark names it: the element in which its own stands, and that."""
    elders = {"bsn": "Client", "dagtekening": "Header"}
    elementen = _ELEMENTEN | {"ingangsdatum": _DAG[soort]}
    return {kolom: f"{elders.get(kolom, _LIJST[soort][1])}/{element}" for kolom, element in elementen.items()}


class Rijen:
    """The text of the messages, by kind: rows of PLAATS and the columns of TYPES."""

    def __init__(self) -> None:
        self.clienten = 0
        self.per_soort: dict[str, list[Rij]] = {AW35: [], AW39: []}

    def neem(self, soort: str, bericht: int, wortel: Element) -> bool:
        """Take the rows from a message of that kind; whether there were any."""
        dag, rijen = dagtekening(wortel), self.per_soort[soort]
        eerder = len(rijen)
        elementen = [_DAG[soort] if kolom == "ingangsdatum" else _ELEMENTEN[kolom] for kolom in TYPES]
        for nummer, client in enumerate(onder(wortel, "Clienten", "Client"), start=1):
            self.clienten += 1
            van_client = velden(client)
            vast = dag | ({"Bsn": van_client["Bsn"]} if "Bsn" in van_client else {})
            for pakket in onder(client, *_LIJST[soort]):
                gevuld = velden(pakket) | vast
                rijen.append((bericht, self.clienten, nummer, None, *map(gevuld.get, elementen)))
        return len(rijen) > eerder
