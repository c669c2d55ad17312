"""From the elements of an AW33 message to rows of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.inlezen.iwlz.ontleden import Rij
from wlz_declaratie.inlezen.iwlz.xml import dagtekening, onder, velden

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_BESLUIT = {"besluitnummer": "Besluitnummer"}
_PERIODE = {"ingangsdatum": "Ingangsdatum", "einddatum": "Einddatum"}
ELEMENTEN = {
    "clienten": {
        "bsn": "Bsn",
        "geboortedatum": "Datum",
        "datumgebruik": "DatumGebruik",
        "dagtekening": "Dagtekening",
    },
    "besluiten": {**_BESLUIT, "ingangsdatum": "Ingangsdatum"},
    "indicaties": {"bsn": "Bsn", **_BESLUIT, "zzpcode": "ZzpCode", **_PERIODE},
    "toewijzingen": {
        "bsn": "Bsn",
        **_BESLUIT,
        "zzpcode": "ZzpCode",
        "instelling": "Instelling",
        "soort": "Soort",
        "leveringsvorm": "Leveringsvorm",
        **_PERIODE,
        "etmalen": "Etmalen",
        "percentage": "ToewijzingPercentage",
        "reden_intrekking": "RedenIntrekking",
    },
}
"""The element of each column, by kind of row; a decision (besluiten) is no row of a table."""

_OVERIG: dict[str, type[pl.DataType]] = {
    "besluitnummer": pl.String,
    "datumgebruik": pl.String,
    "dagtekening": pl.Date,
    "ingangsdatum": pl.Date,
    "reden_intrekking": pl.Int64,
}
"""Columns that are not in the table of the row, but decide what gets there."""
TYPES = {
    soort: {kolom: (DOSSIER.get(soort, {}) | _OVERIG)[kolom] for kolom in elementen}
    for soort, elementen in ELEMENTEN.items()
}
_SOORT_VAN = {"clienten": "clienten", "indicaties": "indicaties", "toewijzingen": "toewijzingen", "pgb": "toewijzingen"}
KOLOMMEN = {tabel: frozenset(DOSSIER[tabel]) & frozenset(ELEMENTEN[soort]) for tabel, soort in _SOORT_VAN.items()}
"""The columns that these messages fill, by table."""

_GEINDICEERD, _TOEGEWEZEN = "GeindiceerdZorgzwaartepakket", "ToegewezenZorgzwaartepakket"
_OUDER = {"clienten": "Client", "indicaties": _GEINDICEERD, "toewijzingen": _TOEGEWEZEN, "pgb": _TOEGEWEZEN}
_ELDERS = {
    "bsn": "Client",
    "geboortedatum": "Geboortedatum",
    "dagtekening": "Header",
    "besluitnummer": "Indicatie",
}
"""In which element a column's own element stands: that of the table, or another."""


def genoemd(tabel: str) -> dict[str, str]:
    """Each column of the table as a remark names it: the element in which its own stands, and that."""
    namen = {"dagtekening": "Dagtekening", **ELEMENTEN[_SOORT_VAN[tabel]]}
    return {kolom: f"{_ELDERS.get(kolom, _OUDER[tabel])}/{element}" for kolom, element in namen.items()}


class Rijen:
    """The text of the messages: by kind rows of PLAATS and the columns of ELEMENTEN."""

    def __init__(self) -> None:
        self.clienten = 0
        self.indicaties = 0
        self.per_soort: dict[str, list[Rij]] = {soort: [] for soort in ELEMENTEN}

    def neem(self, bericht: int, wortel: Element) -> None:
        """Take the rows from a message; without any client it gives one that lacks everything."""
        dag = dagtekening(wortel)
        for nummer, client in enumerate(onder(wortel, "Clienten", "Client") or [wortel], start=1):
            self.clienten += 1
            van_client = velden(client)
            for geboortedatum in onder(client, "Geboortedatum"):
                van_client |= velden(geboortedatum)
            self._voeg_toe("clienten", (bericht, self.clienten, nummer, None), van_client | dag)
            bsn = {"Bsn": van_client["Bsn"]} if "Bsn" in van_client else {}
            for indicatie in onder(client, "Indicatie"):
                self.indicaties += 1
                self._neem_indicatie((bericht, self.clienten, nummer, self.indicaties), indicatie, bsn)

    def _neem_indicatie(self, plaats: Rij, indicatie: Element, bsn: dict[str, str]) -> None:
        # A package without dates of its own has those of the decision.
        besluit = velden(indicatie) | bsn
        self._voeg_toe("besluiten", plaats, besluit)
        for pakket in onder(indicatie, "GeindiceerdeZorgzwaartepakketten", _GEINDICEERD):
            self._voeg_toe("indicaties", plaats, besluit | velden(pakket))
        nummer = {naam: besluit[naam] for naam in ("Bsn", "Besluitnummer") if naam in besluit}
        for pakket in onder(indicatie, "ToegewezenZorgzwaartepakketten", _TOEGEWEZEN):
            self._voeg_toe("toewijzingen", plaats, velden(pakket) | nummer)

    def _voeg_toe(self, soort: str, plaats: Rij, gevuld: dict[str, str]) -> None:
        self.per_soort[soort].append((*plaats, *map(gevuld.get, ELEMENTEN[soort].values())))
