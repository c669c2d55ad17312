"""Scenarios: small stories of one or a few clients, with the findings they should give.

They stand in ``schemas/voorbeeld/scenario`` as TOML, a table ``[[scenario]]`` each; what they rest on (the
period, providers, prices, extra codes) stands in ``schemas/voorbeeld/basis.toml``. A scenario has

- ``naam``; ``gewicht``, how often it is drawn among those without findings; ``hooguit``, its most in a
  batch, where more would change what is found (a budget, places); ``herhaal``, how often its people and
  lines come back in it;
- ``uitvoerder``, who delivers lines that do not say it: a name in ``basis.toml``, or an AGB code as it is;
- ``personen``: see Persoon;
- ``regels``: see Regel. A line lasts the whole declaratieperiode unless it says otherwise, ``weken = n``
  gives it n weeks in a row. Any column of a declaration line may be given; "" leaves it empty;
- rows of the dossier, of the tables DOSSIERTABELLEN, of person 1 unless ``persoon`` says otherwise. Without
  ``indicaties`` each person with a profile has one; without ``toewijzingen`` or ``leveringen`` each line of a
  package, module, dagbesteding or schoonmaak has one of these that fits;
- ``zonder_regel``: findings about a provider or the batch.

A finding is written "VLD-05 afkeur 0638" (rule, ernst, retourcode, ``-`` where there is none), with ``aw319``
or ``tabel`` behind it when only that kind of file can show it. A scenario with findings is an error scenario.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from wlz_declaratie.basis.meegeleverd import lees_toml, pad
from wlz_declaratie.contract.tabellen import DECLARATIE, DOSSIER

DOSSIERTABELLEN = (
    *("indicaties", "toewijzingen", "leveringen", "wachtstatus", "machtigingen", "pgb"),
    *("onderwijs", "tarieven"),
)
"""Tables of which a scenario may give rows."""
WEEK = timedelta(days=7)


class Scenariofout(Exception):
    """A mistake in a scenario file."""


@dataclass(frozen=True)
class Persoon:
    """Someone in a scenario; each time it is played, someone else.

    Born on ``geboren`` or less than ``spreiding`` days later. ``zzp`` is the indicated profile, from
    ``indicatie_van``. ``bsn_fout`` gives a bsn that fails the eleven-test.
    """

    zzp: str | None = None
    geboren: date = date(1936, 1, 1)
    spreiding: int = 3000
    indicatie_van: date = date(2015, 1, 1)
    overlijdensdatum: date | None = None
    bsn_fout: bool = False


@dataclass(frozen=True)
class Verwacht:
    """A finding that a scenario should give; ``alleen`` is aw319 or tabel, None for every kind of file."""

    regel_id: str
    ernst: str
    retourcode: str | None
    alleen: str | None

    @classmethod
    def lees(cls, tekst: str) -> Verwacht:
        """From "VLD-05 afkeur 0638 tabel"."""
        regel_id, ernst, retourcode, *rest = tekst.split()
        alleen = rest[0] if rest else None
        if ernst not in ("afkeur", "signaal") or alleen not in (None, "aw319", "tabel") or rest[1:]:
            raise ValueError(f"bevinding '{tekst}' is niet te lezen")
        return cls(regel_id, ernst, None if retourcode == "-" else retourcode, alleen)


@dataclass(frozen=True)
class Regel:
    """A declaration line: ``velden`` are its columns as far as the scenario gives them, None for empty.

    ``persoon`` counts from 1; so do ``crediteert``, the line whose number goes in referentienummer_voorgaand
    (0: one that nobody knows), and ``referentie_van``, the line whose number this line has too.
    ``machtiging``: the number of the client's machtiging is on it. ``afspraak`` false: nothing is agreed;
    ``afgesproken`` is the agreed tarief in cents where it is not that of the line, ``percentage`` what was agreed
    in its place, ``volume`` the agreed number a year, ``afspraak_tot`` the last day, ``kantoor`` the uzovi of the
    only zorgkantoor that it holds for. ``maximum`` is the maximumtarief in cents where it is not the highest tarief
    of that prestatie, ``nhc`` the part of it for that.
    """

    velden: Mapping[str, Any]
    persoon: int = 1
    crediteert: int | None = None
    referentie_van: int | None = None
    machtiging: bool = False
    afspraak: bool = True
    afgesproken: int | None = None
    percentage: float | None = None
    volume: int | None = None
    afspraak_tot: date | None = None
    kantoor: str | None = None
    maximum: int | None = None
    nhc: int | None = None
    verwacht: tuple[Verwacht, ...] = ()

    @property
    def in_aw319(self) -> bool:
        """Whether an AW319 can carry it: that has no pgb, dental lists or education, and no amount below zero."""
        pgb, op_school = self.velden.get("leveringsvorm") == "pgb", self.velden.get("onderwijs", False)
        onder_nul = any(self.velden.get(veld, 0) < 0 for veld in ("tarief", "bedrag", "declaratiebedrag"))
        return not pgb and not op_school and not onder_nul and "prestatiecodelijst" not in self.velden


@dataclass(frozen=True)
class Scenario:
    """See the module. ``dossier`` holds the tables that the scenario gives, each row with its ``persoon``."""

    naam: str
    personen: tuple[Persoon, ...]
    regels: tuple[Regel, ...]
    dossier: Mapping[str, tuple[Mapping[str, Any], ...]]
    zonder_regel: tuple[Verwacht, ...] = ()
    gewicht: int = 1
    hooguit: int | None = None

    @property
    def foute_regels(self) -> int:
        """Lines with a finding; a finding about no line counts as one."""
        return sum(bool(regel.verwacht) for regel in self.regels) + len(self.zonder_regel)

    @property
    def fout(self) -> bool:
        """Whether it gives any finding."""
        return self.foute_regels > 0

    @property
    def overal_afgekeurd(self) -> bool:
        """Whether a line is rejected in every kind of file."""
        return any(
            regel.in_aw319 and verwacht.ernst == "afkeur" and verwacht.alleen is None
            for regel in self.regels
            for verwacht in regel.verwacht
        )


@dataclass(frozen=True)
class Basis:
    """``basis.toml``: the batch, tarief in cents by soort, providers and additions to the prestatie table."""

    batch: Mapping[str, Any]
    tarieven: Mapping[str, int]
    uitvoerders: Mapping[str, Mapping[str, Any]]
    prestaties: tuple[Mapping[str, Any], ...]


_REGELSLEUTELS = (
    *("persoon", "crediteert", "referentie_van", "machtiging"),
    *("afspraak", "afgesproken", "percentage", "volume", "afspraak_tot", "kantoor", "maximum", "nhc"),
)


@cache
def basis() -> Basis:
    """What every batch rests on."""
    inhoud = lees_toml("voorbeeld", "basis.toml")
    return Basis(inhoud["batch"], inhoud["tarieven"], inhoud["uitvoerders"], tuple(inhoud["prestaties"]))


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Every scenario, in the order of files and lines."""
    gelezen = []
    for bestand in sorted(pad("voorbeeld", "scenario").glob("*.toml")):
        for inhoud in tomllib.loads(bestand.read_text("utf-8"))["scenario"]:
            try:
                gelezen.append(_scenario(inhoud))
            except (TypeError, ValueError) as fout:
                raise Scenariofout(f"{bestand.name}, '{inhoud.get('naam')}': {fout}") from fout
    return tuple(gelezen)


def _scenario(inhoud: dict[str, Any]) -> Scenario:
    herhaal = inhoud.pop("herhaal", 1)
    uitvoerder = inhoud.pop("uitvoerder")
    eigen = tuple(Persoon(**persoon) for persoon in inhoud.pop("personen"))
    regels = [
        _regel(week, uitvoerder, keer * len(eigen))
        for rijen in [inhoud.pop("regels")]
        for keer in range(herhaal)
        for rij in rijen
        for week in _weken(rij)
    ]
    dossier = {
        tabel: tuple(_dossierrij(tabel, rij) for rij in inhoud.pop(tabel))
        for tabel in DOSSIERTABELLEN
        if tabel in inhoud
    }
    zonder_regel = tuple(Verwacht.lees(tekst) for tekst in inhoud.pop("zonder_regel", ()))
    return Scenario(
        personen=eigen * herhaal, regels=tuple(regels), dossier=dossier, zonder_regel=zonder_regel, **inhoud
    )


def _dossierrij(tabel: str, rij: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"persoon": 1, **_bekend(rij, (*DOSSIER[tabel], "persoon"))}


def _bekend(rij: Mapping[str, Any], kolommen: Collection[str]) -> Mapping[str, Any]:
    vreemd = set(rij) - set(kolommen)
    if vreemd:
        raise ValueError(f"onbekende sleutel {sorted(vreemd)}")
    return rij


def _weken(rij: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A line with ``weken = n`` comes n weeks in a row."""
    weken = rij.get("weken", 1)
    kaal = {sleutel: waarde for sleutel, waarde in rij.items() if sleutel != "weken"}
    return [
        kaal | {datum: kaal[datum] + week * WEEK for datum in ("begindatum", "einddatum") if week}
        for week in range(weken)
    ]


def _regel(rij: Mapping[str, Any], uitvoerder: str, eerdere_personen: int) -> Regel:
    eigen = {sleutel: rij[sleutel] for sleutel in _REGELSLEUTELS if sleutel in rij}
    eigen["persoon"] = eigen.get("persoon", 1) + eerdere_personen
    velden = {
        sleutel: None if waarde == "" else waarde
        for sleutel, waarde in _bekend(rij, (*_REGELSLEUTELS, "verwacht", *DECLARATIE)).items()
        if sleutel in DECLARATIE
    }
    verwacht = tuple(Verwacht.lees(tekst) for tekst in rij.get("verwacht", ()))
    return Regel(velden={"uitvoerder": uitvoerder, **velden}, verwacht=verwacht, **eigen)
