"""Scenarios as frames, every field of a line filled in, ready to be joined with the cases of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import polars as pl

from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.contract.tabellen import DECLARATIE, DOSSIER
from wlz_declaratie.kern.begrippen import PAKKETSOORTEN, VERBLIJFSOORTEN, ZORGVORMSOORTEN
from wlz_declaratie.voorbeeld.scenario import Persoon, Regel, Scenario, basis, scenarios

ETMAAL = "14"
GEWONE_LIJST = "055"
VORM_VAN_CODE = {"Z": "verblijf", "V": "vpt"}
TOEWIJSBAAR = (*PAKKETSOORTEN, *ZORGVORMSOORTEN)
VORMCODES = {"pgb": 2, "verblijf": 4, "vpt": 5, "mpt": 7}
"""Leveringsvorm as toewijzingen code it."""

VAN_BATCH = ("declarant", "uzovi", "factuurnummer", "dagtekening", "begindatum_periode", "einddatum_periode")
VAN_PERSOON = ("bsn", "besluitnummer", "geboortedatum", "machtigingsnummer")
VAN_PLAATS = ("regelnummer", "referentienummer", "referentienummer_voorgaand")
"""Columns of a declaration line that only a batch can fill."""

VAN_AFSPRAAK = ("percentage", "volume", "afspraak_tot", "kantoor", "maximum", "nhc")
"""What a scenario says of the agreement on a line, and of its maximumtarief."""

Types = dict[str, type[pl.DataType]]
PLAATS: Types = {"scenario": pl.UInt32, "persoon": pl.UInt32}
"""Which scenario, and who in it, counted from 0."""
REGELS: Types = {
    **PLAATS,
    "regel": pl.UInt32,
    **{kolom: soort for kolom, soort in DECLARATIE.items() if kolom not in (*VAN_BATCH, *VAN_PERSOON, *VAN_PLAATS)},
    "in_aw319": pl.Boolean,
    "andere_geboortedatum": pl.Date,
    "andere_dagtekening": pl.Date,
    "met_besluit": pl.Boolean,
    "met_referentie": pl.Boolean,
    "referentie_van": pl.Int64,
    "crediteert": pl.Int64,
    "machtiging": pl.Boolean,
    "afspraak": pl.Boolean,
    "afgesproken": pl.Int64,
    "percentage": pl.Float64,
    "volume": pl.Int64,
    "afspraak_tot": pl.Date,
    "kantoor": pl.String,
    "maximum": pl.Int64,
    "nhc": pl.Int64,
}
"""A line of a scenario: columns of a declaration line, and what tells a batch how to fill the others."""
PERSONEN: Types = {
    **PLAATS,
    "geboren": pl.Date,
    "spreiding": pl.Int64,
    "overlijdensdatum": pl.Date,
    "bsn_fout": pl.Boolean,
}
VERWACHT: Types = {
    "scenario": pl.UInt32,
    "regel": pl.UInt32,
    "regel_id": pl.String,
    "ernst": pl.String,
    "retourcode": pl.String,
    "alleen": pl.String,
}

Rij = dict[str, Any]


@dataclass(frozen=True)
class Sjabloon:
    """All scenarios, as frames that are sorted by scenario and then in its own order.

    ``regels`` (REGELS), ``personen`` (PERSONEN), ``verwacht`` (VERWACHT; regel null: about no line).
    ``dossier`` holds the tables about people: PLAATS and the columns of the table, bsn and numbers not yet
    filled in.
    """

    scenarios: tuple[Scenario, ...]
    regels: pl.DataFrame
    personen: pl.DataFrame
    verwacht: pl.DataFrame
    dossier: Mapping[str, pl.DataFrame]


@cache
def sjabloon() -> Sjabloon:
    """Every scenario of schemas/voorbeeld."""
    alle = scenarios()
    prestaties = _prestaties()
    regels: list[Rij] = []
    personen: list[Rij] = []
    verwacht: list[Rij] = []
    dossier: dict[str, list[Rij]] = {}
    for nummer, scenario in enumerate(alle):
        van_scenario = [
            {"regel": volgnummer, "persoon": regel.persoon - 1, **_regel(regel, scenario, prestaties)}
            for volgnummer, regel in enumerate(scenario.regels)
        ]
        tabellen = {
            "indicaties": _indicaties(scenario.personen),
            "toewijzingen": _toewijzingen(scenario.personen, van_scenario),
            "leveringen": _toewijzingen(scenario.personen, van_scenario),
            **{tabel: _eigen_rijen(scenario, rijen) for tabel, rijen in scenario.dossier.items()},
        }
        plaats = {"scenario": nummer}
        regels += [plaats | rij for rij in van_scenario]
        personen += [plaats | {"persoon": wie} | asdict(wat) for wie, wat in enumerate(scenario.personen)]
        verwacht += [plaats | rij for rij in _verwacht(scenario)]
        for tabel, rijen in tabellen.items():
            dossier.setdefault(tabel, []).extend(plaats | rij for rij in rijen)
    return Sjabloon(
        scenarios=alle,
        regels=_frame(regels, REGELS),
        personen=_frame(personen, PERSONEN),
        verwacht=_frame(verwacht, VERWACHT),
        dossier={tabel: _frame(rijen, {**PLAATS, **DOSSIER[tabel]}) for tabel, rijen in dossier.items()},
    )


def extra_prestaties() -> pl.DataFrame:
    """The dossier table prestaties."""
    return _frame(basis().prestaties, DOSSIER["prestaties"])


def _frame(rijen: Sequence[Mapping[str, Any]], types: Types) -> pl.DataFrame:
    """Rows as a frame; what a row lacks is null."""
    return pl.DataFrame([{kolom: rij.get(kolom) for kolom in types} for rij in rijen], schema=dict(types))


def _prestaties() -> dict[str, tuple[str, str | None]]:
    """Soort and tijdseenheid by prestatiecode."""
    kolommen = ("prestatiecode", pl.col("soort").fill_null("onbekend"), "tijdseenheid")
    rijen = lees_codes(extra_prestaties()).prestaties.select(kolommen).iter_rows()
    return {code: (soort, eenheid) for code, soort, eenheid in rijen}


def _regel(regel: Regel, scenario: Scenario, prestaties: Mapping[str, tuple[str, str | None]]) -> Rij:
    """A line with every field that does not depend on the batch."""
    persoon, grond = scenario.personen[regel.persoon - 1], basis()
    velden = {
        "begindatum": grond.batch["begindatum_periode"],
        "einddatum": grond.batch["einddatum_periode"],
        "prestatiecodelijst": GEWONE_LIJST,
        "debet_credit": "D",
        "zzpcode": persoon.zzp,
        "overleden": persoon.overlijdensdatum is not None,
        **regel.velden,
    }
    soort, eenheid = prestaties.get(velden["prestatiecode"], ("onbekend", None))
    if velden["prestatiecodelijst"] != GEWONE_LIJST:
        soort, eenheid = "mondzorg", None
    velden.setdefault("tijdseenheid", eenheid)
    if "aantal" not in velden and velden["tijdseenheid"] == ETMAAL:
        velden["aantal"] = (velden["einddatum"] - velden["begindatum"]).days + 1
    if soort in TOEWIJSBAAR:
        vorm = VORM_VAN_CODE.get(velden["prestatiecode"][0], "mpt")
        velden.setdefault("leveringsvorm", "verblijf" if soort in VERBLIJFSOORTEN else vorm)
    velden.setdefault("tarief", grond.tarieven[soort])
    velden.setdefault("bedrag", velden["tarief"] * velden["aantal"])
    velden.setdefault("declaratiebedrag", velden["bedrag"])
    return {
        **velden,
        "in_aw319": regel.in_aw319,
        # "" in a scenario empties a field that its person would fill.
        "met_besluit": (persoon.zzp or velden["zzpcode"]) is not None and "besluitnummer" not in velden,
        "met_referentie": "referentienummer" not in velden,
        "andere_geboortedatum": velden.get("geboortedatum"),
        "andere_dagtekening": velden.get("dagtekening"),
        "referentie_van": None if regel.referentie_van is None else regel.referentie_van - 1,
        "crediteert": None if regel.crediteert is None else regel.crediteert - 1,
        "machtiging": regel.machtiging,
        "afspraak": regel.afspraak,
        "afgesproken": velden["tarief"] if regel.afgesproken is None else regel.afgesproken,
        **{naam: getattr(regel, naam) for naam in VAN_AFSPRAAK},
    }


def _verwacht(scenario: Scenario) -> Iterator[Rij]:
    for volgnummer, regel in enumerate(scenario.regels):
        yield from ({"regel": volgnummer} | asdict(verwacht) for verwacht in regel.verwacht)
    yield from (asdict(verwacht) for verwacht in scenario.zonder_regel)


def _indicaties(personen: Sequence[Persoon]) -> list[Rij]:
    """One indication for each person with a profile."""
    return [
        {"persoon": wie, "zzpcode": persoon.zzp, "ingangsdatum": persoon.indicatie_van}
        for wie, persoon in enumerate(personen)
        if persoon.zzp is not None
    ]


def _toewijzingen(personen: Sequence[Persoon], regels: Sequence[Rij]) -> list[Rij]:
    """One for each person, uitvoerder and leveringsvorm, delivered too; only lines that need one have such a vorm."""
    vormen = dict.fromkeys((rij["persoon"], rij["uitvoerder"], rij.get("leveringsvorm")) for rij in regels)
    return [
        {
            "persoon": wie,
            "zzpcode": personen[wie].zzp,
            "instelling": uitvoerder,
            "soort": 1,
            "leveringsvorm": VORMCODES[vorm],
            "ingangsdatum": personen[wie].indicatie_van,
        }
        for wie, uitvoerder, vorm in vormen
        if vorm is not None
    ]


def _eigen_rijen(scenario: Scenario, rijen: Sequence[Mapping[str, Any]]) -> list[Rij]:
    """Rows that a scenario gives itself."""
    return [
        {
            "zzpcode": scenario.personen[rij["persoon"] - 1].zzp,
            "soort": 1,
            **rij,
            "persoon": rij["persoon"] - 1,
        }
        for rij in rijen
    ]
