"""All about a line or a client as one JSON object: ``schemas/waarom.schema.json`` and ``client.schema.json``.

The terminal shows no other.
Amounts in cents. A bsn is masked wherever it stands unless it is asked for; a birth date is left out as well.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from wlz_declaratie import __version__
from wlz_declaratie.basis import maskeren
from wlz_declaratie.basis.tonen import schone
from wlz_declaratie.contract.tabellen import ALLEEN_INTERN, DECLARATIE, HERKOMST
from wlz_declaratie.diensten.dossierrijen import Tabelrijen
from wlz_declaratie.diensten.waarom import Waarom
from wlz_declaratie.kern.oordeel import SOORTEN, Oordeel
from wlz_declaratie.rapport import instellingen
from wlz_declaratie.rapport.tijdlijn import tijdlijnen

MEESTE_RIJEN = 20
"""Rows of one dossier table that are shown."""
MEESTE_REGELS = 30
"""Lines of the client that are shown around one line."""
_LIJN = (
    "regelnummer", "referentienummer", "prestatiecode", "begindatum", "einddatum", "aantal", "uitvoerder",
    "declaratiebedrag", "debet_credit",
)  # fmt: skip
_VERZWEGEN = ("geboortedatum",)
_BEDRAGEN = ("tarief", "bedrag", "declaratiebedrag", "maximumtarief", "nhc")


def van_regel(waarom: Waarom, *, toon_bsn: bool) -> dict[str, Any]:
    """Of one line: ``declaratie-waarom/1``."""
    (rij,) = waarom.oordelen
    oordelen = waarom.oordelen[rij]
    inhoud = {
        **_kop("declaratie-waarom/1", waarom),
        "regel": _declaratieregel(waarom, toon_bsn),
        "telling": _telling(oordelen),
        "oordelen": [_oordeel(oordeel) for oordeel in oordelen],
        "daarnaast": _daarnaast(waarom),
        "geteld": _geteld(waarom, toon_bsn),
        "client": _client(waarom, _om(waarom.client, rij)),
        "dossier": [_tabel(tabel, toon_bsn) for tabel in waarom.dossier],
    }
    return _getoond(inhoud, waarom, toon_bsn)


def van_client(waarom: Waarom, *, toon_bsn: bool) -> dict[str, Any]:
    """Of all lines of a client: ``declaratie-client/1``."""
    per_rij = waarom.oordelen
    regels = []
    for lijn in _lijnen(waarom, waarom.client.filter("batch")):
        oordelen = per_rij[lijn.pop("rij")]
        tegen = [_oordeel(o) for o in oordelen if o.soort in ("afgekeurd", "signaal")]
        regels.append({**lijn, "telling": _telling(oordelen), "oordelen": tegen})
    per_regel = [
        {
            "regel_id": oordelen[0].regel.id,
            "titel": oordelen[0].regel.titel,
            "telling": _telling(oordelen),
            "niet_getoetst": sorted({o.toelichting for o in oordelen if o.soort == "niet getoetst"}),
        }
        for oordelen in zip(*per_rij.values(), strict=True)
    ]
    inhoud = {
        **_kop("declaratie-client/1", waarom),
        "bsn": _bsn(waarom, toon_bsn),
        "regels": regels,
        "controleregels": per_regel,
        "daarnaast": _daarnaast(waarom),
        "client": _client(waarom, waarom.client),
        "dossier": [_tabel(tabel, toon_bsn) for tabel in waarom.dossier],
    }
    return _getoond(inhoud, waarom, toon_bsn)


def _kop(schema: str, waarom: Waarom) -> dict[str, Any]:
    uitslag = waarom.uitslag
    return {
        "schema": schema,
        "versie": __version__,
        "peildatum": uitslag.peildatum.isoformat(),
        "bestanden": [{"bestand": b.naam, "soort": b.soort, "sha256": b.sha256} for b in uitslag.bestanden],
        **({"instellingen": instellingen.als_json(uitslag.instellingen)} if uitslag.instellingen else {}),
    }


def _getoond(inhoud: dict[str, Any], waarom: Waarom, toon_bsn: bool) -> dict[str, Any]:
    """With the bsn of the client masked in every text."""
    eigen = waarom.lijnen["bsn"][0]
    if toon_bsn or eigen is None or len(eigen) < 9:
        return inhoud
    masker: dict[str, Any] = maskeren.zonder(inhoud, eigen)
    return masker


def _bsn(waarom: Waarom, toon_bsn: bool) -> str | None:
    getoond: str | None = waarom.lijnen.select(maskeren.bsn(toon_bsn))["bsn"][0]
    return getoond


def _declaratieregel(waarom: Waarom, toon_bsn: bool) -> dict[str, Any]:
    """The line with every field that is filled, and the soort of its prestatie where a table knows it."""
    regel = waarom.lijnen.row(0, named=True)
    kolommen = [k for k in DECLARATIE if k not in ALLEEN_INTERN and (toon_bsn or k not in _VERZWEGEN)]
    return {
        "bestand": waarom.uitslag.bestanden[regel["bestandnr"]].naam,
        "soort": waarom.soorten.get(regel["prestatiecode"]),
        **_rij(waarom.lijnen.select(kolommen), gevuld=True)[0],
        "regelnummer": regel["regelnummer"],
        "bsn": _bsn(waarom, toon_bsn),
    }


def _rij(tabel: pl.DataFrame, *, gevuld: bool = False) -> list[dict[str, Any]]:
    """Rows as JSON holds them: texts fit to be shown, dates as JJJJ-MM-DD, money by a name on _cent."""
    tabel = tabel.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    tabel = tabel.with_columns(schone(pl.col(pl.String)))
    tabel = tabel.rename({kolom: f"{kolom}_cent" for kolom in _BEDRAGEN if kolom in tabel.columns})
    return [
        {naam: _waarde(waarde) for naam, waarde in rij.items() if not (gevuld and waarde is None)}
        for rij in tabel.iter_rows(named=True)
    ]


def _waarde(waarde: Any) -> Any:
    return waarde.isoformat() if isinstance(waarde, date) else waarde


def _telling(oordelen: Sequence[Oordeel]) -> dict[str, int]:
    geteld = Counter(oordeel.soort for oordeel in oordelen)
    return {soort.replace(" ", "_"): geteld[soort] for soort in SOORTEN}


def _oordeel(oordeel: Oordeel) -> dict[str, Any]:
    return {
        "regel_id": oordeel.regel.id,
        "titel": oordeel.regel.titel,
        "oordeel": oordeel.soort,
        "retourcode": oordeel.retourcode,
        "toelichting": oordeel.toelichting or None,
        "gegevens": list(oordeel.gegevens),
        "voorbehoud": oordeel.voorbehoud or None,
    }


def _daarnaast(waarom: Waarom) -> list[dict[str, Any]]:
    """Findings on no line: ``over`` says on what."""
    titels = {status.regel.id: status.regel.titel for status in waarom.uitslag.regels}
    return [
        {
            "regel_id": rij["regel_id"],
            "titel": titels[rij["regel_id"]],
            "oordeel": "afgekeurd" if rij["ernst"] == "afkeur" else "signaal",
            "retourcode": rij["retourcode"],
            "toelichting": rij["melding"],
            "gegevens": [json.loads(rij["gegevens"])],
            "over": "uitvoerder" if rij["uitvoerder"] else "bestand" if rij["bestand"] else "batch",
        }
        for rij in waarom.daarnaast.iter_rows(named=True)
    ]


def _geteld(waarom: Waarom, toon_bsn: bool) -> list[dict[str, Any]]:
    """Of findings that add days up: which days counted, and which were too many (`tijdlijn`)."""
    uitslag = waarom.uitslag
    op_lijn = uitslag.bevindingen.filter(pl.col("rij").is_in(waarom.lijnen["rij"].implode()))
    lijnen = tijdlijnen(replace(uitslag, bevindingen=op_lijn), toon_bsn=toon_bsn)
    return [
        {
            "regel_id": op_lijn["regel_id"][nummer],
            "geteld": lijn.geteld,
            "grens": lijn.grens,
            "laatste_dag": _waarde(lijn.laatste_dag),
            "overgeslagen": lijn.overgeslagen,
            "volledig": lijn.volledig,
            "stroken": [
                {
                    "naam": strook.naam,
                    "deze": strook.eigen,
                    "delen": [
                        {"van": _waarde(deel.van), "tot": _waarde(deel.tot), "soort": deel.soort}
                        for deel in strook.delen
                    ],
                }
                for strook in lijn.stroken
            ],
        }
        for nummer, lijn in lijnen.items()
    ]


def _om(client: pl.DataFrame, rij: int) -> pl.DataFrame:
    """The lines around one, in the order of time; of many those nearest."""
    plaats = client["rij"].index_of(rij) or 0
    eerste = max(0, min(plaats - MEESTE_REGELS // 2, client.height - MEESTE_REGELS))
    return client.slice(eerste, MEESTE_REGELS)


def _client(waarom: Waarom, getoond: pl.DataFrame) -> dict[str, Any]:
    """The lines of the client in time, of batch and history; ``deze`` are those that were asked about."""
    regels = _lijnen(waarom, getoond)
    for regel in regels:
        regel["deze"] = regel.pop("rij") in waarom.oordelen
    return {"regels": waarom.client.height, "getoond": regels}


def _lijnen(waarom: Waarom, lijnen: pl.DataFrame) -> list[dict[str, Any]]:
    """Lines in short, each with rij and its file (null: an earlier batch)."""
    namen = [bestand.naam for bestand in waarom.uitslag.bestanden]
    return [
        {"bestand": namen[bestandnr] if batch else None, **rij, **({} if batch else {"regelnummer": None})}
        for rij, bestandnr, batch in zip(
            _rij(lijnen.select("rij", *_LIJN)), lijnen["bestandnr"], lijnen["batch"], strict=True
        )
    ]


def _tabel(tabel: Tabelrijen, toon_bsn: bool) -> dict[str, Any]:
    """Rows of a dossier table with where they come from; whose they are is known."""
    weg = ("bsn", *(() if toon_bsn else _VERZWEGEN))
    # What is in force on a day of the line comes first when not all can be shown.
    nodig = tabel.rijen.sort("raakt", descending=True, nulls_last=True, maintain_order=True).head(MEESTE_RIJEN)
    kolommen = [kolom for kolom in nodig.columns if kolom not in weg and kolom not in HERKOMST]
    herkomst = [kolom for kolom in HERKOMST if kolom in nodig.columns]
    rijen = _rij(nodig.select(*kolommen, *herkomst), gevuld=True)
    verder: Mapping[str, int] = {"verder": tabel.verder + tabel.rijen.height - nodig.height}
    return {"tabel": tabel.tabel, "rijen": rijen, **verder}
