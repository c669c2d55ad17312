"""What one koppeltabel says otherwise than another, over the same days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, vereniging

KENMERKEN = ("soort", "behandeling", "dagbesteding", "tijdseenheid")
"""Attributes of a prestatie whose change is reported."""

_KOPPELING = ["prestatiecode", "zzpcode", "functiecode", "prestatiegroep", "declaratiewijze"]
_GENOEMD = 5
"""Codes named in one change; the rest is counted."""


@dataclass(frozen=True)
class Stand:
    """An edition: its koppeltabel with a row per coupling, and its table of prestaties."""

    koppeltabel: pl.DataFrame
    prestaties: pl.DataFrame


@dataclass(frozen=True)
class Wijziging:
    """A prestatiecode and what happened to it, in a few words."""

    prestatiecode: str
    wat: str


@dataclass(frozen=True)
class Wijzigingen:
    """What changed, by prestatiecode; a code stands in one list only."""

    nieuw: tuple[Wijziging, ...] = ()
    beeindigd: tuple[Wijziging, ...] = ()
    gewijzigd: tuple[Wijziging, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nieuw or self.beeindigd or self.gewijzigd)


def vergelijk(oud: Stand, nieuw: Stand, van: date, tot: date, laatste_dag: date | None = None) -> Wijzigingen:
    """Compare what two editions say of the days ``van`` through ``tot``.

    A code that the old one says to end on ``laatste_dag`` (the last that it serves) has ended too.
    """
    was, wordt = _per_code(oud, van, tot), _per_code(nieuw, van, tot)
    afgelopen = set() if laatste_dag is None else _per_code(oud, laatste_dag, laatste_dag).keys() - was.keys()
    einden = dict(nieuw.koppeltabel.group_by("prestatiecode").agg(pl.col("einddatum").max()).rows())

    def einde(code: str) -> str:
        laatste = wordt[code]["eind"] if code in wordt else einden.get(code)
        return f"laatste dag {laatste:%d-%m-%Y}" if laatste else "staat niet meer in de tabel"

    beeindigd = {
        code
        for code in was.keys() | afgelopen
        if code not in wordt or (code in was and wordt[code]["eind"] < was[code]["eind"])
    }
    gewijzigd = {code: _verschil(was[code], wordt[code]) for code in was.keys() & wordt.keys() - beeindigd}
    gewijzigd |= dict.fromkeys(afgelopen & wordt.keys(), "loopt door")
    return Wijzigingen(
        nieuw=tuple(Wijziging(c, _begin(wordt[c], van)) for c in sorted(wordt.keys() - was.keys() - afgelopen)),
        beeindigd=tuple(Wijziging(code, einde(code)) for code in sorted(beeindigd)),
        gewijzigd=tuple(Wijziging(code, wat) for code, wat in sorted(gewijzigd.items()) if wat),
    )


def _per_code(stand: Stand, van: date, tot: date) -> dict[str, dict[str, Any]]:
    """What a table says of every code that is valid on any of the days."""
    lijnen = stand.koppeltabel.lazy().with_columns(
        begin=pl.max_horizontal("ingangsdatum", pl.lit(van)).to_physical(),
        eind=pl.min_horizontal(pl.col("einddatum").fill_null(tot), pl.lit(tot)).to_physical(),
    )
    regel = pl.concat_str(pl.exclude("prestatiecode").cast(pl.String).fill_null("-"), separator=" ")
    geen = pl.all_horizontal(pl.col("zzpcode", "functiecode").is_null())
    tabel = (
        vereniging(lijnen.filter(pl.col("begin") <= pl.col("eind")), _KOPPELING)
        .with_columns(regel=regel)
        .group_by("prestatiecode")
        .agg(
            pl.col("zzpcode", "functiecode", "prestatiegroep", "declaratiewijze").drop_nulls().unique().sort(),
            begin=als_datum(pl.col("begin").min()),
            eind=als_datum(pl.col("eind").max()),
            zonder_beide=geen.any(),
            regels=pl.col("regel").sort(),
        )
        .join(stand.prestaties.lazy().select("prestatiecode", *KENMERKEN), on="prestatiecode", how="left")
        .collect()
    )
    return {rij["prestatiecode"]: rij for rij in tabel.iter_rows(named=True)}


def _begin(rij: Mapping[str, Any], van: date) -> str:
    soort = rij["soort"] or "soort onbekend"
    return f"{soort}, vanaf {rij['begin']:%d-%m-%Y}" if rij["begin"] > van else soort


def _verschil(was: Mapping[str, Any], wordt: Mapping[str, Any]) -> str:
    """The changes in words; empty when there are none."""
    if all(was[kolom] == wordt[kolom] for kolom in ("regels", *KENMERKEN)):
        return ""
    return "; ".join(_delen(was, wordt)) or "andere perioden"


def _delen(was: Mapping[str, Any], wordt: Mapping[str, Any]) -> Iterator[str]:
    for kolom, naam in (("zzpcode", "zzp"), ("functiecode", "functie")):
        for teken, meer, minder in (("erbij", wordt, was), ("weg", was, wordt)):
            if codes := [code for code in meer[kolom] if code not in minder[kolom]]:
                rest = f" en nog {len(codes) - _GENOEMD}" if len(codes) > _GENOEMD else ""
                yield f"{naam} {teken}: {', '.join(codes[:_GENOEMD])}{rest}"
    if was["zonder_beide"] != wordt["zonder_beide"]:
        yield ("mag nu zonder zzp en functie" if wordt["zonder_beide"] else "mag niet meer zonder zzp en functie")
    for kolom in ("prestatiegroep", "declaratiewijze"):
        if was[kolom] != wordt[kolom]:
            yield f"{kolom} {' '.join(was[kolom])} → {' '.join(wordt[kolom])}"
    for kolom in KENMERKEN:
        if was[kolom] != wordt[kolom]:
            yield f"{kolom} {was[kolom] or '–'} → {wordt[kolom] or '–'}"
    if wordt["eind"] > was["eind"]:
        yield f"loopt door na {was['eind']:%d-%m-%Y}"
