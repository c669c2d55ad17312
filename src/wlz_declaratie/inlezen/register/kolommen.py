"""Values of an answer as whole columns: text first, and then what the table has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from wlz_declaratie.contract.tabellen import CIJFERS, DOSSIER
from wlz_declaratie.inlezen.register.rijen import VELDEN
from wlz_declaratie.inlezen.velden import kaal, ontleed, soort_van

MEESTE_TEKENS = 100
"""Bytes of a value that anything can be done with; an ID has 36."""

_ONBRUIKBAAR = "\x00"
"""Stands before what can be no value of a field, whatever follows: an object, a list, a truth value."""


def ontleed_rijen(tabel: str, rijen: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows as `Rijen` gives them: the columns of the table, ``fout_<column>`` for what cannot be read, and besides
    them ``onderdeel``, ``id``, and per table what decides which of the rows count."""
    nummers, *waarden = zip(*rijen, strict=True)
    ruw = pl.DataFrame([pl.Series("onderdeel", nummers, pl.UInt32), *map(_tekst, VELDEN[tabel], waarden)])
    ruw = ruw.with_columns(map(_kort, VELDEN[tabel])).with_columns(map(kaal, VELDEN[tabel]))
    return {"clienten": _clienten, "indicaties": _indicaties, "toewijzingen": _toewijzingen}[tabel](ruw)


def _tekst(naam: str, waarden: Sequence[Any]) -> pl.Series:
    tekst = [w if w is None or w.__class__ is str else _geen_tekst(naam, w) for w in waarden]
    try:
        return pl.Series(naam, tekst, pl.String)
    except UnicodeEncodeError:
        # Half a character, which JSON can write and no UTF-8 can hold.
        heel = [w and w.encode("utf-8", "replace").decode() for w in tekst]
        return pl.Series(
            naam, [w if w == t or w is None else _ONBRUIKBAAR + w for w, t in zip(heel, tekst, strict=True)]
        )


def _geen_tekst(naam: str, waarde: object) -> str:
    """A number gets its leading zeros back, as in any other file; the rest is no value."""
    if isinstance(waarde, int) and not isinstance(waarde, bool):
        return str(waarde).zfill(CIJFERS.get(naam, 0))
    return _ONBRUIKBAAR + {bool: "ja of nee", list: "lijst", dict: "object"}.get(type(waarde), "")


def _kort(naam: str) -> pl.Expr:
    lang = pl.lit(_ONBRUIKBAAR) + pl.col(naam).str.head(MEESTE_TEKENS // 4)
    return pl.when(pl.col(naam).str.len_bytes() > MEESTE_TEKENS).then(lang).otherwise(naam).alias(naam)


def _gelezen(tabel: str, kolom: str, bron: str | None = None) -> pl.Expr:
    """A column of the table from the text of one of the same name, or of ``bron``."""
    bron = bron or kolom
    waarde = ontleed(bron, soort_van(kolom, DOSSIER[tabel][kolom]), pl.String())
    return pl.when(~pl.col(bron).str.starts_with(_ONBRUIKBAAR)).then(waarde).alias(kolom)


def _met_fouten(ruw: pl.DataFrame, gelezen: Sequence[pl.Expr], bronnen: dict[str, str]) -> pl.DataFrame:
    """The raw columns that `gelezen` does not replace, the parsed ones, and the text where that could not be read.

    ``bronnen``: the raw column of a parsed one, where its name differs.
    """
    frame = ruw.with_columns(pl.col(naam).alias(f"ruw_{naam}") for naam in ruw.columns).with_columns(gelezen)
    fouten = [
        pl.when(pl.col(naam).is_null()).then(f"ruw_{bronnen.get(naam, naam)}").alias(f"fout_{naam}")
        for naam in (uitdrukking.meta.output_name() for uitdrukking in gelezen)
    ]
    return frame.with_columns(fouten).select(pl.exclude("^ruw_.*$"))


def _clienten(ruw: pl.DataFrame) -> pl.DataFrame:
    gelezen = [_gelezen("clienten", "bsn"), _gelezen("clienten", "geboortedatum")]
    frame = _met_fouten(ruw, gelezen, {})
    return frame.with_columns(pl.lit(None, pl.Date).alias("overlijdensdatum"), id="bsn")


def _indicaties(ruw: pl.DataFrame) -> pl.DataFrame:
    # A package without dates of its own has those of the decision.
    ruw = ruw.with_columns(
        ingangsdatum=pl.coalesce("begin_pakket", "begin_besluit"), einddatum=pl.coalesce("eind_pakket", "eind_besluit")
    )
    tekst = [_gelezen("indicaties", kolom) for kolom in ("bsn", "zzpcode", "ingangsdatum", "einddatum")]
    besluit = pl.when(pl.col("besluitnummer").str.contains("^[0-9]{1,10}$")).then("besluitnummer")
    verval = _gelezen("indicaties", "einddatum", "vervaldatum").alias("vervaldatum")
    frame = _met_fouten(ruw, [*tekst, besluit.alias("besluitnummer"), verval, _id()], {})
    return frame.with_columns(
        einddatum=pl.min_horizontal("einddatum", "vervaldatum"),
        fout_einddatum=pl.coalesce("fout_einddatum", "fout_vervaldatum"),
        id=pl.coalesce("id", pl.col("bsn") + "/" + pl.col("besluitnummer")),
    )


def _toewijzingen(ruw: pl.DataFrame) -> pl.DataFrame:
    kolommen = [_gelezen("toewijzingen", kolom) for kolom in DOSSIER["toewijzingen"]]
    return _met_fouten(ruw, [*kolommen, _moment(), _id()], {}).with_columns(pl.col("percentage") / 100)


def _id() -> pl.Expr:
    return pl.when(~pl.col("id").str.starts_with(_ONBRUIKBAAR)).then("id").alias("id")


def _moment() -> pl.Expr:
    """With an offset or Z; without one as UTC, for the order within one register stays right."""
    tekst = pl.col("moment").str.replace(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})$", "${1}T00:00:00Z")
    heel = tekst.str.replace(r"^([0-9-]{10})[ Tt]([0-9:]{8})([.,][0-9]+)?$", "${1}T${2}${3}Z")
    return heel.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", strict=False, time_unit="us", time_zone="UTC")
