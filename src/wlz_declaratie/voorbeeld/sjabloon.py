"""Scenarios as frames, every field of a line filled in, ready to be joined with the cases of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from wlz_declaratie.codes import lees_codes
from wlz_declaratie.tabellen import DECLARATIE, DOSSIER
from wlz_declaratie.voorbeeld.scenario import Basis, Persoon, Regel, Scenario, basis, scenarios

ETMAAL = "14"
VORM_VAN_CODE = {"Z": "verblijf", "V": "vpt"}
TOEWIJSBAAR = ("verblijf", "vpt", "module", "dagbesteding")
VORMCODES = {"pgb": 2, "verblijf": 4, "vpt": 5, "mpt": 7}
"""Leveringsvorm as toewijzingen code it."""
PER_BATCH = ("declarant", "uzovi", "factuurnummer", "dagtekening", "begindatum_periode", "einddatum_periode")
PER_PERSOON = ("bsn", "besluitnummer", "geboortedatum", "machtigingsnummer")
VERWIJZING = ("regelnummer", "referentienummer", "referentienummer_voorgaand")

PLAATS = {"scenario": pl.UInt32, "persoon": pl.UInt32}
"""Which scenario, and who in it, counted from 0."""
REGELS = {
    **PLAATS,
    "regel": pl.UInt32,
    **{kolom: soort for kolom, soort in DECLARATIE.items() if kolom not in (*PER_BATCH, *PER_PERSOON, *VERWIJZING)},
    "andere_geboortedatum": pl.Date,
    "andere_dagtekening": pl.Date,
    "zonder_besluit": pl.Boolean,
    "machtiging": pl.Boolean,
    "zonder_referentie": pl.Boolean,
    "referentie_van": pl.Int64,
    "crediteert": pl.Int64,
    "afspraak": pl.Boolean,
    "afgesproken": pl.Int64,
    "volume": pl.Int64,
}
"""A line of a scenario: columns of a declaration line, and what only a batch can fill in."""
PERSONEN = {
    **PLAATS,
    "geboren": pl.Date,
    "spreiding": pl.Int64,
    "overlijdensdatum": pl.Date,
    "bsn_fout": pl.Boolean,
}
VERWACHT = {
    "scenario": pl.UInt32,
    "regel": pl.UInt32,
    "regel_id": pl.String,
    "ernst": pl.String,
    "retourcode": pl.String,
    "alleen": pl.String,
}


@dataclass(frozen=True)
class Sjabloon:
    """All scenarios: ``regels`` (REGELS), ``personen`` (PERSONEN), ``verwacht`` (VERWACHT; regel null: about no line).

    ``dossier`` holds the tables that are about people: PLAATS and the columns of the table, bsn and numbers not yet
    filled in. Frames are sorted by scenario, then in its own order.
    """

    scenarios: tuple[Scenario, ...]
    regels: pl.DataFrame
    personen: pl.DataFrame
    verwacht: pl.DataFrame
    dossier: Mapping[str, pl.DataFrame]


@cache
def sjabloon() -> Sjabloon:
    """Every scenario of schemas/voorbeeld."""
    alle, grond = scenarios(), basis()
    codes = lees_codes(extra_prestaties())
    kenmerken = {
        code: (soort or "onbekend", eenheid)
        for code, soort, eenheid in codes.prestaties.select("prestatiecode", "soort", "tijdseenheid").iter_rows()
    }
    regels, personen, verwacht = [], [], []
    dossier: dict[str, list[dict[str, Any]]] = {"indicaties": [], "toewijzingen": []}
    for nummer, scenario in enumerate(alle):
        for volgnummer, regel in enumerate(scenario.regels):
            persoon = scenario.personen[regel.persoon - 1]
            plaats = {"scenario": nummer, "persoon": regel.persoon - 1, "regel": volgnummer}
            regels.append({**plaats, **_regel(regel, persoon, grond, kenmerken)})
            verwacht += [{"scenario": nummer, "regel": volgnummer, **vars(een)} for een in regel.verwacht]
        verwacht += [{"scenario": nummer, "regel": None, **vars(een)} for een in scenario.zonder_regel]
        personen += [
            {"scenario": nummer, "persoon": wie, **{naam: getattr(persoon, naam) for naam in list(PERSONEN)[2:]}}
            for wie, persoon in enumerate(scenario.personen)
        ]
        for tabel, rijen in scenario.dossier.items():
            for rij in rijen:
                wie = rij["persoon"] - 1
                aangevuld = {"zzpcode": scenario.personen[wie].zzp, "soort": 1, **rij, "scenario": nummer, "persoon": wie}
                dossier.setdefault(tabel, []).append(aangevuld)
        if "indicaties" not in scenario.dossier:
            dossier["indicaties"] += _indicaties(nummer, scenario)
        if "toewijzingen" not in scenario.dossier:
            dossier["toewijzingen"] += _toewijzingen(nummer, scenario, regels[-len(scenario.regels) :])
    return Sjabloon(
        scenarios=alle,
        regels=pl.DataFrame(regels, schema=REGELS),
        personen=pl.DataFrame(personen, schema=PERSONEN),
        verwacht=pl.DataFrame(verwacht, schema=VERWACHT),
        dossier={tabel: _tabel(tabel, rijen) for tabel, rijen in dossier.items()},
    )


def extra_prestaties() -> pl.DataFrame:
    """The dossier table prestaties."""
    schema = DOSSIER["prestaties"]
    return pl.DataFrame([{kolom: rij.get(kolom) for kolom in schema} for rij in basis().prestaties], schema=schema)


def _regel(
    regel: Regel, persoon: Persoon, grond: Basis, kenmerken: Mapping[str, tuple[str, str | None]]
) -> dict[str, Any]:
    """A line with every field that does not depend on the batch."""
    velden = {
        "begindatum": grond.batch["begindatum_periode"],
        "einddatum": grond.batch["einddatum_periode"],
        "prestatiecodelijst": "055",
        "debet_credit": "D",
        "zzpcode": persoon.zzp,
        **regel.velden,
    }
    soort, eenheid = kenmerken.get(velden["prestatiecode"], ("onbekend", None))
    if velden["prestatiecodelijst"] != "055":
        soort, eenheid = "mondzorg", None
    velden.setdefault("tijdseenheid", eenheid)
    if soort in TOEWIJSBAAR:
        velden.setdefault("leveringsvorm", VORM_VAN_CODE.get(velden["prestatiecode"][0], "mpt"))
    if "aantal" not in velden and velden["tijdseenheid"] == ETMAAL:
        velden["aantal"] = (velden["einddatum"] - velden["begindatum"]).days + 1
    velden.setdefault("tarief", grond.tarieven[soort])
    velden.setdefault("bedrag", velden["tarief"] * velden["aantal"])
    velden.setdefault("declaratiebedrag", velden["bedrag"])
    velden.setdefault("debet_credit_2", velden["debet_credit"])
    return {
        **{kolom: velden.pop(kolom, None) for kolom in REGELS if kolom in DECLARATIE},
        "overleden": persoon.overlijdensdatum is not None,
        "andere_geboortedatum": velden.pop("geboortedatum", None),
        "andere_dagtekening": velden.pop("dagtekening", None),
        # A line about no one's decision has none; "" in the scenario says so of a line that should have one.
        "zonder_besluit": persoon.zzp is None or velden.pop("besluitnummer", "") is None,
        "zonder_referentie": velden.pop("referentienummer", "") is None,
        "referentie_van": None if regel.referentie_van is None else regel.referentie_van - 1,
        "crediteert": None if regel.crediteert is None else regel.crediteert - 1,
        "machtiging": regel.machtiging,
        "afspraak": regel.afspraak,
        "afgesproken": regel.afgesproken or velden_tarief(regel, grond, soort),
        "volume": regel.volume,
        **_niets_over(velden),
    }


def velden_tarief(regel: Regel, grond: Basis, soort: str) -> int:
    """The tarief of a line: its own, else that of its soort."""
    tarief: int = regel.velden.get("tarief", grond.tarieven[soort])
    return tarief


def _niets_over(velden: Mapping[str, Any]) -> dict[str, Any]:
    if velden:
        raise ValueError(f"onbekende kolom {sorted(velden)}")
    return {}


def _indicaties(nummer: int, scenario: Scenario) -> Iterator[dict[str, Any]]:
    for wie, persoon in enumerate(scenario.personen):
        if persoon.zzp is not None:
            plaats = {"scenario": nummer, "persoon": wie}
            yield {**plaats, "zzpcode": persoon.zzp, "ingangsdatum": persoon.indicatie_van}


def _toewijzingen(nummer: int, scenario: Scenario, regels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One row for each person, uitvoerder and leveringsvorm; only lines that need a toewijzing have one."""
    vormen = {(regel["persoon"], regel["uitvoerder"], regel["leveringsvorm"]): None for regel in regels}
    for wie, uitvoerder, vorm in vormen:
        if vorm is not None:
            persoon = scenario.personen[wie]
            yield {
                "scenario": nummer,
                "persoon": wie,
                "zzpcode": persoon.zzp,
                "instelling": uitvoerder,
                "soort": 1,
                "leveringsvorm": VORMCODES[vorm],
                "ingangsdatum": persoon.indicatie_van,
            }


def _tabel(naam: str, rijen: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {**PLAATS, **DOSSIER[naam]}
    vreemd = {sleutel for rij in rijen for sleutel in rij} - {*schema, "zzpcode", "soort"}
    if vreemd:
        raise ValueError(f"tabel {naam}: onbekende kolom {sorted(vreemd)}")
    return pl.DataFrame([{kolom: rij.get(kolom) for kolom in schema} for rij in rijen], schema=schema)
