"""From the parts of an answer to rows of values, whichever way the query went through the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wlz_declaratie.inlezen.register.stroom import Onleesbaar

Object = Mapping[str, Any]

INDICATIE, PAKKET = "wlzIndicatie", "geindiceerdZorgzwaartepakket"
CLIENT, BEMIDDELING, SPECIFICATIE = "client", "bemiddeling", "bemiddelingspecificatie"
NAAR_BEMIDDELING = ("regiehouder", "overdracht")
"""What a query can begin with besides, to come by an allocation."""
BEKEND = frozenset({INDICATIE, CLIENT, BEMIDDELING, SPECIFICATIE, *NAAR_BEMIDDELING})
"""The lists under ``data`` of an answer of these registers."""

VELDEN = {
    "clienten": {
        "bsn": "client/bsn",
        "geboortedatum": "client/geboorteDatum",
        "datumgebruik": "client/geboortedatumGebruik",
    },
    "indicaties": {
        "id": "wlzIndicatie/wlzindicatieID",
        "bsn": "wlzIndicatie/bsn",
        "besluitnummer": "wlzIndicatie/besluitnummer",
        "begin_besluit": "wlzIndicatie/ingangsdatum",
        "eind_besluit": "wlzIndicatie/einddatum",
        "vervaldatum": "wlzIndicatie/vervaldatum",
        "zzpcode": f"{PAKKET}/zzpCode",
        "begin_pakket": f"{PAKKET}/ingangsdatum",
        "eind_pakket": f"{PAKKET}/einddatum",
    },
    "toewijzingen": {
        "id": f"{SPECIFICATIE}/bemiddelingspecificatieID",
        "bsn": "bemiddeling/client/bsn",
        "zzpcode": f"{SPECIFICATIE}/zzpCode",
        "instelling": f"{SPECIFICATIE}/instelling",
        "soort": f"{SPECIFICATIE}/soortToewijzing",
        "leveringsvorm": f"{SPECIFICATIE}/leveringsvorm",
        "ingangsdatum": f"{SPECIFICATIE}/toewijzingIngangsdatum",
        "einddatum": f"{SPECIFICATIE}/toewijzingEinddatum",
        "etmalen": f"{SPECIFICATIE}/etmalen",
        "percentage": f"{SPECIFICATIE}/percentage",
        "intrekking": f"{SPECIFICATIE}/redenIntrekking",
        "moment": f"{SPECIFICATIE}/vaststellingMoment",
    },
}
"""Of each kind of row its values, and where they stand: the object and the field in it."""

MEESTE_PER_DEEL = 50_000
"""Rows from one part of an answer; a client has tens."""
VEEL = f"meer dan {MEESTE_PER_DEEL} rijen in één onderdeel"

_DIEPST = 8
"""Objects within one another; the longest way of a query is four."""


def _namen(tabel: str, object_: str) -> tuple[str, ...]:
    return tuple(v.rpartition("/")[2] for v in VELDEN[tabel].values() if v.rpartition("/")[0] == object_)


_VAN_CLIENT = _namen("clienten", "client")
_VAN_BESLUIT = _namen("indicaties", INDICATIE)
_VAN_PAKKET = _namen("indicaties", PAKKET)
_ID, *_REST = _namen("toewijzingen", SPECIFICATIE)


def _delen(waarde: object) -> Iterable[Object]:
    """The objects of a field that holds a list of them, or one; what is no object is one without fields."""
    if waarde is None:
        return ()
    return (deel if isinstance(deel, dict) else {} for deel in (waarde if isinstance(waarde, list) else (waarde,)))


def _een(waarde: object) -> Object:
    return waarde if isinstance(waarde, dict) else {}


def _bsn_boven(bemiddeling: object, anders: object) -> object:
    """The bsn of the client above an allocation, or what is known of it already."""
    gevonden = _een(_een(bemiddeling).get(CLIENT)).get("bsn")
    return anders if gevonden is None else gevonden


@dataclass
class Rijen:
    """Rows of one file by table, each after the number of the part of the answer that it stands in.

    ``gezien`` holds the fields that the answer has, by table, as VELDEN names the values.
    """

    per_tabel: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {tabel: [] for tabel in VELDEN})
    aantal: int = 0
    """Rows that `leeg` would give."""
    zonder_pakket: int = 0
    _hoogstens: int = 0
    _velden: dict[str, set[str]] = field(default_factory=dict)

    def neem(self, naam: str, deel: object, nummer: int) -> None:
        """Take the rows from a part of the list of that name. Raises Onleesbaar when it has too many."""
        self._hoogstens = self.aantal + MEESTE_PER_DEEL
        for object_ in _delen(deel if deel is not None else {}):
            if naam == INDICATIE:
                self._indicatie(object_, nummer)
            else:
                self._loop(naam, object_, None, nummer, _DIEPST)

    def leeg(self) -> dict[str, list[tuple[Any, ...]]]:
        """The rows so far, which are not kept."""
        self.aantal = 0
        rijen, self.per_tabel = self.per_tabel, {tabel: [] for tabel in VELDEN}
        return rijen

    @property
    def gezien(self) -> dict[str, frozenset[str]]:
        """By table the values whose field is in the answer."""
        gevonden = {}
        for tabel, velden in VELDEN.items():
            gevonden[tabel] = frozenset(
                waarde
                for waarde, plaats in velden.items()
                if plaats.rpartition("/")[2] in self._velden.get(plaats.rpartition("/")[0], ())
            )
        return gevonden

    def _voeg_toe(self, tabel: str, rij: tuple[Any, ...]) -> None:
        self.aantal += 1
        if self.aantal > self._hoogstens:
            raise Onleesbaar(VEEL)
        self.per_tabel[tabel].append(rij)

    def _zag(self, object_: str, velden: Iterable[str]) -> None:
        self._velden.setdefault(object_, set()).update(velden)

    def _client(self, client: Object, nummer: int) -> None:
        # Only who asks for a birth date wants to know who the client is; elsewhere it leads to the bsn.
        if "geboorteDatum" in client:
            self._zag("client", client)
            self._voeg_toe("clienten", (nummer, *map(client.get, _VAN_CLIENT)))

    def _indicatie(self, besluit: Object, nummer: int) -> None:
        client = _een(besluit.get(CLIENT))
        self._client(client, nummer)
        if besluit.get("bsn") is None and client.get("bsn") is not None:
            besluit = {**besluit, "bsn": client["bsn"]}
        self._zag(INDICATIE, besluit)
        van_besluit = tuple(map(besluit.get, _VAN_BESLUIT))
        pakketten = list(_delen(besluit.get(PAKKET)))
        self.zonder_pakket += not pakketten
        for pakket in pakketten:
            self._zag(PAKKET, pakket)
            self._voeg_toe("indicaties", (nummer, *van_besluit, *map(pakket.get, _VAN_PAKKET)))

    def _loop(self, naam: str, knoop: Object, bsn: object, nummer: int, nog: int) -> None:
        """Walk from an object to every allocation below it, with the bsn of the client whom it speaks of."""
        if not nog:
            return
        if naam == SPECIFICATIE:
            self._specificatie(knoop, bsn, nummer, nog)
            return
        if naam == CLIENT:
            self._client(knoop, nummer)
            bsn, verder = knoop.get("bsn"), BEMIDDELING
        elif naam == BEMIDDELING:
            bsn, verder = _bsn_boven(knoop, bsn), SPECIFICATIE
        else:
            verder = BEMIDDELING
        for deel in _delen(knoop.get(verder)):
            self._loop(verder, deel, bsn, nummer, nog - 1)

    def _specificatie(self, knoop: Object, bsn: object, nummer: int, nog: int) -> None:
        boven = knoop.get(BEMIDDELING)
        bsn = _bsn_boven(boven, bsn)
        self._zag(SPECIFICATIE, knoop)
        if bsn is not None:
            self._zag("bemiddeling/client", ("bsn",))
        self._voeg_toe("toewijzingen", (nummer, knoop.get(_ID), bsn, *map(knoop.get, _REST)))
        # A query for one allocation asks through its bemiddeling for those beside it.
        for naast in _delen(_een(boven).get(SPECIFICATIE)):
            self._loop(SPECIFICATIE, naast, bsn, nummer, nog - 1)
