"""Cases of rules from YAML: lines, history and dossier as a test states them, checked through the whole pipeline.

A file of cases belongs to one rule::

    regel: ZKX-01
    standaard: {prestatiecode: Z999}
    gevallen:
      - naam: vijftien etmalen
        regels:
          - {aantal: 15}
        bevindingen:
          - {regel: 1, ernst: afkeur, retourcode: "0584"}

Line n of ``regels`` is regelnummer n; what it does not say is in ``standaard``, or else in STANDAARD. A case may also
have ``historie``, ``dossier`` (table to rows), ``dossier_volledig``, ``peildatum``, ``soort`` (the format), ``status``
and ``reden``. Of a finding only the fields that the case names are compared, but all findings must be there, and no
others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.codes.tabellen import Codes, lees_codes
from wlz_declaratie.contract.tabellen import DECLARATIE, DOSSIER
from wlz_declaratie.diensten.controleren import Uitslag, controleer
from wlz_declaratie.diensten.klaarzetten import zet_klaar
from wlz_declaratie.inlezen.aanvulling import met_herkomst
from wlz_declaratie.inlezen.basis import MELDING, Batchbestand
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.kern.regel import alle_regels

STANDAARD: dict[str, Any] = {
    "bsn": "999900006",
    "begindatum": date(2026, 3, 1),
    "einddatum": date(2026, 3, 31),
    "prestatiecodelijst": "055",
    "prestatiecode": "Z041",
    "aantal": 1,
    "uitvoerder": "06290101",
    "debet_credit": "D",
    "declarant": "06290101",
}
PEILDATUM = date(2026, 11, 1)
NODIG = ("naam", "regels", "bevindingen")
MOGELIJK = (
    "historie",
    "dossier",
    "peildatum",
    "soort",
    "status",
    "reden",
    "tabellenmap",
    "werkmap",
    "dossier_volledig",
)


class Gevalfout(AssertionError):
    """A file of cases that cannot be read, or findings that are not as the cases say."""


@dataclass(frozen=True)
class Geval:
    """One case of one rule."""

    regel_id: str
    inhoud: Mapping[str, Any]
    standaard: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.regel_id}: {self.inhoud['naam']}"

    def verschillen(self) -> list[str]:
        """What turns out otherwise than the case says; nothing when all is as it should be."""
        uitslag = controleer_geval([self.regel_id], self.inhoud, self.standaard)
        return [*_status(uitslag, self.inhoud), *_bevindingen(bevindingen(uitslag), self.inhoud["bevindingen"])]


def lees_gevallen(pad: str | PathLike[str]) -> list[Geval]:
    """The cases of a file, or of every ``*.yaml`` in a folder. Raises Gevalfout that names the file."""
    pad = Path(pad)
    bestanden = sorted(pad.glob("*.yaml")) if pad.is_dir() else [pad]
    if not bestanden:
        raise Gevalfout(f"{pad}: hier staat geen enkel casebestand (*.yaml)")
    return [geval for bestand in bestanden for geval in _lees(bestand)]


def controleer_gevallen(pad: str | PathLike[str]) -> int:
    """Run the cases of a file or folder; gives their number. Raises Gevalfout with all that is not as they say."""
    gevallen = lees_gevallen(pad)
    fouten = [f"{geval}\n  {verschil}" for geval in gevallen for verschil in geval.verschillen()]
    if fouten:
        raise Gevalfout("\n".join(fouten))
    return len(gevallen)


def _lees(pad: Path) -> list[Geval]:
    try:
        import yaml
    except ImportError:
        raise Gebruikersfout(
            "gevallen lezen vraagt PyYAML. Installeer het met `pip install 'wlz-declaratie[pakket]'`."
        ) from None
    try:
        inhoud = yaml.load(pad.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (OSError, ValueError, yaml.YAMLError) as fout:
        raise Gevalfout(f"{pad.name}: niet te lezen ({' '.join(str(fout).split())})") from None
    if not isinstance(inhoud, dict) or not isinstance(inhoud.get("gevallen"), list):
        raise Gevalfout(f"{pad.name}: verwacht regel, standaard (mag ontbreken) en een lijst gevallen")
    if inhoud.get("regel") != pad.stem:
        raise Gevalfout(f"{pad.name}: noemt regel {inhoud.get('regel')}; geef het bestand de naam van zijn regel")
    for nummer, geval in enumerate(inhoud["gevallen"], start=1):
        if not isinstance(geval, dict) or not set(NODIG) <= set(geval) <= {*NODIG, *MOGELIJK}:
            raise Gevalfout(f"{pad.name}, geval {nummer}: nodig {', '.join(NODIG)}; mogelijk {', '.join(MOGELIJK)}")
    return [Geval(pad.stem, geval, inhoud.get("standaard") or {}) for geval in inhoud["gevallen"]]


def bestand(
    regels: Sequence[Mapping[str, Any]], standaard: Mapping[str, Any], naam: str, soort: str = "csv"
) -> Batchbestand:
    """A batch file as a reader would give it; line n of the case is regelnummer n."""
    rijen = [
        {"regelnummer": nr, "referentienummer": f"{naam}-{nr}", **STANDAARD, **standaard, **regel}
        for nr, regel in enumerate(regels, start=1)
    ]
    frame = pl.DataFrame(rijen, schema_overrides=DECLARATIE)
    kolommen = frozenset(frame.columns)
    frame = frame.with_columns(pl.lit(None, dtype=t).alias(k) for k, t in DECLARATIE.items() if k not in frame.columns)
    return Batchbestand(
        naam,
        soort,
        "0" * 64,
        frame.select(*DECLARATIE).lazy(),
        len(rijen),
        kolommen,
        (),
        pl.DataFrame(schema=MELDING),
        0,
    )


def dossier(tabellen: Mapping[str, Sequence[Mapping[str, Any]]]) -> Dossier:
    """Dossier tables from lists of rows; an empty list is a table without rows."""
    frames = {}
    for naam, rijen in tabellen.items():
        schema = DOSSIER[naam]
        frame = pl.DataFrame([{k: rij.get(k) for k in schema} for rij in rijen], schema=schema)
        genummerd = frame.with_row_index("regelnummer", offset=1)
        frames[naam] = met_herkomst(genummerd, naam, f"dossiertabel {naam}", pl.col("regelnummer"))
    return Dossier(frames, ())


def _codes(prestaties: pl.DataFrame | None, map_: Path | None) -> Codes:
    """The code tables; cases of one file mostly have the same table ``prestaties``, so it is read once."""
    if prestaties is None or map_ is not None:
        return lees_codes(prestaties, map_)
    return _codes_met(tuple(prestaties.select(*DOSSIER["prestaties"]).iter_rows()))


@lru_cache
def _codes_met(rijen: tuple[tuple[Any, ...], ...]) -> Codes:
    return lees_codes(pl.DataFrame(rijen, schema=DOSSIER["prestaties"], orient="row"))


def controleer_geval(
    regel_ids: Sequence[str], geval: Mapping[str, Any], standaard: Mapping[str, Any] | None = None
) -> Uitslag:
    """Run one case through the pipeline with the named rules."""
    tabellen = dossier(geval.get("dossier", {}))
    codes = _codes(tabellen.tabellen.get("prestaties"), geval.get("tabellenmap"))
    historie = geval.get("historie")
    if onbekend := [regel_id for regel_id in regel_ids if regel_id not in alle_regels()]:
        raise Gevalfout(f"{', '.join(onbekend)} staat niet in de catalogus; zie `declaratie regels`")
    return controleer(
        [bestand(geval["regels"], standaard or {}, "batch", geval.get("soort", "csv"))],
        regels=[alle_regels()[regel_id] for regel_id in regel_ids],
        codes=codes,
        peildatum=geval.get("peildatum", PEILDATUM),
        dossier=zet_klaar(tabellen, codes, met_ruw=True),
        werkmap=geval.get("werkmap", Path()),
        historie=None if historie is None else [bestand(historie, standaard or {}, "historie")],
        dossier_volledig=geval.get("dossier_volledig", False),
    )


def bevindingen(uitslag: Uitslag) -> list[dict[str, Any]]:
    """Findings as plain values, gegevens parsed."""
    return [
        {**rij, "regel": rij["regelnummer"], "gegevens": json.loads(rij["gegevens"])}
        for rij in uitslag.bevindingen.to_dicts()
    ]


def _status(uitslag: Uitslag, geval: Mapping[str, Any]) -> list[str]:
    (status,) = uitslag.regels
    verwacht = geval.get("status", "uitgevoerd")
    if status.status != verwacht:
        return [f"status is {status.status} ({status.reden}), verwacht {verwacht}"]
    if geval.get("reden", "") not in (status.reden or ""):
        return [f"reden is {status.reden}, verwacht {geval['reden']}"]
    return []


def _bevindingen(gevonden: Sequence[dict[str, Any]], verwacht: Sequence[Mapping[str, Any]]) -> list[str]:
    regels, eisen = [b["regel"] for b in gevonden], [v.get("regel") for v in verwacht]
    if regels != eisen:
        meldingen = "; ".join(f"regel {b['regel']}: {b['melding']}" for b in gevonden)
        return [f"bevindingen op {regels}, verwacht op {eisen}. {meldingen}".strip()]
    return [
        f"regel {bevinding['regel']}: {naam} is {waarde!r}, verwacht {eis!r}"
        for bevinding, wil in zip(gevonden, verwacht, strict=True)
        for naam, waarde, eis in _naast(bevinding, wil)
        if waarde != eis
    ]


def _naast(bevinding: Mapping[str, Any], wil: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Each field that the case names, with what was found and what it says."""
    velden = [(naam, bevinding.get(naam), eis) for naam, eis in wil.items() if naam != "gegevens"]
    return velden + [(naam, bevinding["gegevens"].get(naam), eis) for naam, eis in wil.get("gegevens", {}).items()]
