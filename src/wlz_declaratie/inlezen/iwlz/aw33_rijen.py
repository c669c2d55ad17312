"""From the elements of an AW33 message to rows of text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.inlezen.iwlz.xml import lokaal, onder, velden

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ELEMENTEN = {
    "clienten": {
        "bsn": "Bsn",
        "geboortedatum": "Datum",
        "datumgebruik": "DatumGebruik",
        "dagtekening": "Dagtekening",
    },
    "indicaties": {
        "bsn": "Bsn",
        "besluitnummer": "Besluitnummer",
        "zzpcode": "ZzpCode",
        "ingangsdatum": "Ingangsdatum",
        "einddatum": "Einddatum",
    },
    "toewijzingen": {
        "bsn": "Bsn",
        "zzpcode": "ZzpCode",
        "instelling": "Instelling",
        "soort": "Soort",
        "leveringsvorm": "Leveringsvorm",
        "ingangsdatum": "Ingangsdatum",
        "einddatum": "Einddatum",
        "etmalen": "Etmalen",
        "percentage": "ToewijzingPercentage",
    },
}
"""The element of each column."""

KOLOMMEN = {tabel: frozenset(DOSSIER[tabel]) & frozenset(elementen) for tabel, elementen in ELEMENTEN.items()}
"""The columns that these messages fill, by table."""

_GEINDICEERD, _TOEGEWEZEN = "GeindiceerdZorgzwaartepakket", "ToegewezenZorgzwaartepakket"
_OUDER = {"clienten": "Client", "indicaties": _GEINDICEERD, "toewijzingen": _TOEGEWEZEN}
_ELDERS = {
    "bsn": "Client",
    "geboortedatum": "Geboortedatum",
    "dagtekening": "Header",
    "besluitnummer": "Indicatie",
}
"""In which element a column's own element stands: that of the table, or another."""


def genoemd(tabel: str) -> dict[str, str]:
    """Each column as a remark names it: the element in which its own stands, and that."""
    return {kolom: f"{_ELDERS.get(kolom, _OUDER[tabel])}/{element}" for kolom, element in ELEMENTEN[tabel].items()}


@dataclass
class Rijen:
    """The text of the messages: rows per table, each after the number of its message, of its client, and of that client
    within the message.

    Clients are numbered over all messages, in the order of these.
    """

    clienten: int = 0
    per_tabel: dict[str, list[tuple[int | str | None, ...]]] = field(
        default_factory=lambda: {tabel: [] for tabel in ELEMENTEN}
    )

    def neem(self, bericht: int, wortel: Element) -> None:
        """Take the rows from a message; without any client it gives one that lacks everything."""
        kop = [element for header in onder(wortel, "Header") for element in header.iter()]
        dagtekening = velden(element for element in kop if lokaal(element) == "Dagtekening")
        for nummer, client in enumerate(onder(wortel, "Clienten", "Client") or [wortel], start=1):
            self.clienten += 1
            plaats = (bericht, self.clienten, nummer)
            van_client = velden(client)
            for geboortedatum in onder(client, "Geboortedatum"):
                van_client |= velden(geboortedatum)
            self._voeg_toe("clienten", plaats, van_client | dagtekening)
            bsn = {"Bsn": van_client["Bsn"]} if "Bsn" in van_client else {}
            for indicatie in onder(client, "Indicatie"):
                # A package without dates of its own has those of the decision.
                besluit = velden(indicatie) | bsn
                for pakket in onder(indicatie, "GeindiceerdeZorgzwaartepakketten", _GEINDICEERD):
                    self._voeg_toe("indicaties", plaats, besluit | velden(pakket))
                for pakket in onder(indicatie, "ToegewezenZorgzwaartepakketten", _TOEGEWEZEN):
                    self._voeg_toe("toewijzingen", plaats, bsn | velden(pakket))

    def _voeg_toe(self, tabel: str, plaats: tuple[int, int, int], gevuld: dict[str, str]) -> None:
        self.per_tabel[tabel].append((*plaats, *map(gevuld.get, ELEMENTEN[tabel].values())))
