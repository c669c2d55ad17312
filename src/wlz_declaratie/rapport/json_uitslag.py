"""The result as one JSON object, contract ``declaratie-uitslag/1`` (``schemas/uitslag.schema.json``)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from wlz_declaratie import __version__
from wlz_declaratie.basis.tonen import ontsnapt
from wlz_declaratie.diensten import totalen
from wlz_declaratie.diensten.controleren import SCHEMA, Basislijn, Uitslag, Voorstellen
from wlz_declaratie.diensten.opgeslagen.vorm import pak_in
from wlz_declaratie.diensten.totalen import Dagen, Herkomst
from wlz_declaratie.inlezen.onbruikbaar import Dossierrijen
from wlz_declaratie.rapport import instellingen, opmaak, statistiek
from wlz_declaratie.rapport.keuze import Gekozen
from wlz_declaratie.rapport.weergave import Weergave

HOOGUIT_GENOEMD = 1_000
"""Rows of one dossier table that are named when they could not be used; the counts are complete."""
MEESTE_TELLINGEN = 200_000
"""Counts by month and provider; of a country in ten years there are more, and then the result has none."""
BLOK = 50_000
"""Findings encoded at a time."""


def _kop(uitslag: Uitslag, weergave: Weergave, gekozen: Gekozen | None) -> dict[str, Any]:
    leden: dict[str, Any] = {
        "schema": SCHEMA,
        "versie": __version__,
        "peildatum": uitslag.peildatum.isoformat(),
        "bestanden": [
            {
                "bestand": bestand.naam,
                "soort": bestand.soort,
                "sha256": bestand.sha256,
                "regels": bestand.aantal,
                "onleesbaar": bestand.onleesbaar,
                "ongebruikte_kolommen": list(bestand.ongebruikt),
                **(_herkomst(herkomst, weergave.toon_bsn) if herkomst else {}),
            }
            for bestand, herkomst in zip_longest(uitslag.bestanden, totalen.herkomst(uitslag))
        ],
        "tabellen": [
            {"naam": e.naam, "bron": e.bron, "van": e.van.isoformat(), "tot": e.tot.isoformat()}
            for e in uitslag.edities
        ],
        "dossier": _dossier(uitslag.dossier, uitslag.bewaard.niet_genoemd if uitslag.bewaard else 0),
        "opmerkingen": list(uitslag.opmerkingen),
        "samenvatting": asdict(uitslag.samenvatting),
        "regels": [
            {
                "id": status.regel.id,
                "titel": status.regel.titel,
                "status": status.status,
                "reden": status.reden,
                "afkeur": status.afkeur,
                "signaal": status.signaal,
                "aanvaard": status.aanvaard,
            }
            for status in uitslag.regels
        ],
    }
    if uitslag.instellingen:
        leden["instellingen"] = instellingen.als_json(uitslag.instellingen)
    if uitslag.basislijn:
        weg = uitslag.basislijn.verdwenen if gekozen is None else gekozen.verdwenen
        leden["basislijn"] = _basislijn(uitslag, uitslag.basislijn, weg, weergave.toon_bsn)
    if uitslag.voorstellen:
        leden["voorstellen"] = _voorstellen(uitslag.voorstellen, weergave.toon_bsn)
    if uitslag.aanvaarding:
        leden["aanvaarding"] = {**asdict(uitslag.aanvaarding), "bevindingen": _per_ernst(uitslag.aanvaard)}
    if (tellingen := totalen.tellingen(uitslag)) is not None and tellingen.height <= MEESTE_TELLINGEN:
        leden["tellingen"] = {
            "kolommen": tellingen.columns,
            "rijen": statistiek.uitvoerders_getoond(tellingen, weergave.toon_bsn).rows(),
        }
    if weergave.statistiek:
        leden["statistiek"] = statistiek.als_json(statistiek.bereken(uitslag), toon_bsn=weergave.toon_bsn)
    if gekozen:
        leden["keuze"] = {
            "gevraagd": gekozen.keuze.delen,
            "bsn_op_einde": gekozen.op_einde,
            "getoond": gekozen.bevindingen.height,
            "voldoet": gekozen.voldoet,
            "van": gekozen.van,
        }
    return leden


def _herkomst(herkomst: Herkomst, toon_bsn: bool) -> dict[str, Any]:
    """Who declared a file, and for which days."""
    factuur = herkomst.factuurnummer

    def dagen(dagen: Dagen | None) -> dict[str, str] | None:
        return None if dagen is None else {"van": dagen[0].isoformat(), "tot": dagen[1].isoformat()}

    return {
        "declaranten": [opmaak.vrij(declarant, toon_bsn) for declarant in herkomst.declaranten],
        "aantal_declaranten": herkomst.aantal_declaranten,
        "factuurnummer": None if factuur is None else opmaak.vrij(factuur, toon_bsn),
        "periode": dagen(herkomst.periode),
        "dagen": dagen(herkomst.dagen),
    }


def _dossier(rijen: Dossierrijen, niet_genoemd: int) -> dict[str, Any]:
    """What was read of the dossier, and which rows were left out: of each table the first ones."""
    genoemd = rijen.onbruikbaar.group_by("tabel", maintain_order=True).head(HOOGUIT_GENOEMD)
    return {
        "tabellen": [asdict(bron) for bron in rijen.bronnen],
        "niet_bruikbaar": genoemd.select("tabel", "bestand", "regel", "kolom", "reden").to_dicts(),
        "niet_genoemd": niet_genoemd + rijen.onbruikbaar.height - genoemd.height,
    }


def _basislijn(uitslag: Uitslag, basislijn: Basislijn, getoond: pl.DataFrame, toon_bsn: bool) -> dict[str, Any]:
    """How the findings compare with those of before; of the ones that are gone those that are shown in full."""
    weg = [json.loads(rij) for blok in _gecodeerd(getoond, toon_bsn) for rij in blok]
    return {
        "bestand": basislijn.bestand,
        "peildatum": basislijn.peildatum.isoformat() if basislijn.peildatum else None,
        "nieuw": _per_ernst(uitslag.bevindingen.filter(pl.col("stand") == "nieuw")),
        "bekend": _per_ernst(uitslag.bevindingen.filter(pl.col("stand") == "bekend")),
        "verdwenen": _per_ernst(basislijn.verdwenen),
        "hersteld": _per_ernst(basislijn.met_stand("hersteld")),
        "weg": _per_ernst(basislijn.met_stand("weg")),
        "niet_getoetst": basislijn.niet_getoetst,
        "verdwenen_bevindingen": weg,
    }


def _voorstellen(voorstellen: Voorstellen, toon_bsn: bool) -> dict[str, Any]:
    """What the corrected copy has otherwise, all of it."""
    return {
        "bestand": voorstellen.bestand,
        "verschil_cent": voorstellen.verschil_cent,
        "genomen": opmaak.getoond(voorstellen.genomen, toon_bsn).to_dicts(),
        "niet_genomen": opmaak.getoond(voorstellen.niet_genomen, toon_bsn).to_dicts(),
    }


def _per_ernst(bevindingen: pl.DataFrame) -> dict[str, int]:
    return {ernst: int((bevindingen["ernst"] == ernst).sum()) for ernst in ("afkeur", "signaal")}


def _gecodeerd(bevindingen: pl.DataFrame, toon_bsn: bool) -> Iterator[pl.Series]:
    """Encoded findings, block by block; gegevens is JSON already and goes in as it is."""
    velden = pl.struct(pl.exclude("rij", "gegevens")).struct.json_encode()
    samen = pl.concat_str(velden.str.head(-1), pl.lit(',"gegevens":'), pl.col("gegevens"), pl.lit("}"))
    for blok in opmaak.getoond(bevindingen, toon_bsn).iter_slices(BLOK):
        yield blok.select(samen).to_series()


def kop(uitslag: Uitslag, weergave: Weergave, gekozen: Gekozen | None = None) -> str:
    """All of the result but its findings, as the members of a JSON object; the counts, which are many, on one line."""

    def lid(naam: str, waarde: Any) -> str:
        tekst = json.dumps(waarde, ensure_ascii=False, indent=None if naam == "tellingen" else 1)
        return f' "{naam}": ' + tekst.replace("\n", "\n ")

    return ontsnapt(",\n".join(lid(*paar) for paar in _kop(uitslag, weergave, gekozen).items()))


def schrijf(uitslag: Uitslag, naar: BinaryIO, weergave: Weergave, gekozen: Gekozen | None = None) -> None:
    """Write the result in UTF-8; findings in the order of the contract, one to a line; only those ``gekozen``."""
    bevindingen = uitslag.bevindingen if gekozen is None else gekozen.bevindingen
    naar.write(b"{\n" + kop(uitslag, weergave, gekozen).encode())
    naar.write(b',\n "bevindingen": [')
    for nummer, blok in enumerate(_gecodeerd(bevindingen, weergave.toon_bsn)):
        naar.write(((",\n" if nummer else "\n") + ",\n".join(blok)).encode())
    naar.write(b"]\n}\n")


def ingepakt(uitslag: Uitslag, weergave: Weergave) -> list[str]:
    """The result for a workbook or page to carry, see `drager.pak_in`."""
    inhoud = BytesIO()
    schrijf(uitslag, inhoud, weergave)
    return pak_in(inhoud.getvalue())


def schrijf_bestand(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    """Write the result to a file."""
    with pad.open("wb") as naar:
        schrijf(uitslag, naar, weergave)
