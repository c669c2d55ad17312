"""An AW319 message again, with other numbers on some of its lines: all else stays as it was sent.

Our lines hold no names and addresses, so that the message cannot be made from them; its own records are copied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from wlz_declaratie.contract.berichten import Indeling, Rubriek
from wlz_declaratie.inlezen.aw319.bestand import Records, lees_blokken
from wlz_declaratie.inlezen.aw319.kop import zoek_kop

EINDE = "\r\n"


def schrijf_gewijzigd(bron: Path, doel: Path, wijzigingen: pl.DataFrame, verschil_cent: int) -> str:
    """Copy the message ``bron`` to ``doel``; gives the sha256 of what was read.

    ``wijzigingen``: regelnummer and fields of the performance record (Int64; null stays as it is). ``verschil_cent`` is
    what they add to the total of the closing record. The message must be whole, with a closing record that holds
    (`diensten.bijschrijven.onbevestigd`). ValueError for a number that does not fit its field.
    """
    kop = zoek_kop(bron, str(bron))
    records, som = Records(kop.indeling.recordlengte, str(bron)), hashlib.sha256()
    velden = [naam for naam in wijzigingen.columns if naam != "regelnummer"]
    with doel.open("wb") as naar:
        for blok in lees_blokken(bron, kop.regeleinde, kop.indeling.recordlengte, som):
            gelezen = records.uit(blok).join(wijzigingen, on="regelnummer", how="left", maintain_order="left")
            kenmerk = pl.col("regel").str.slice(0, 2)
            nieuw = gelezen.select(
                pl.when(kenmerk == "04")
                .then(_met(kop.indeling, velden))
                .when(kenmerk == "99")
                .then(_slot(kop.indeling, verschil_cent))
                .otherwise("regel")
            ).to_series()
            if not (nieuw.str.len_chars() == kop.indeling.recordlengte).all():
                raise ValueError("een waarde past niet in haar veld")
            naar.write("".join(f"{record}{EINDE}" for record in nieuw).encode("latin-1"))
    return som.hexdigest()


def _met(indeling: Indeling, velden: Sequence[str]) -> pl.Expr:
    """A performance record with other numbers in ``velden``, where there are any."""
    delen = [
        pl.coalesce(pl.col(naam).cast(pl.String).str.zfill(veld.lengte), _uit(veld)) if naam in velden else _uit(veld)
        for naam, veld in indeling.rubrieken("04").items()
    ]
    anders = pl.any_horizontal(pl.col(naam).is_not_null() for naam in velden) if velden else pl.lit(False)
    return pl.when(anders).then(pl.concat_str(delen)).otherwise("regel")


def _slot(indeling: Indeling, verschil_cent: int) -> pl.Expr:
    """The closing record with another total; credit where that is below zero."""
    velden = indeling.rubrieken("99")
    totaal = _uit(velden["totaalbedrag"]).cast(pl.Int64, strict=False)
    teken = pl.when(_uit(velden["debet_credit"]) == "C").then(-1).otherwise(1)
    nieuw = teken * totaal + verschil_cent
    anders = {
        "totaalbedrag": nieuw.abs().cast(pl.String).str.zfill(velden["totaalbedrag"].lengte),
        "debet_credit": pl.when(nieuw < 0).then(pl.lit("C")).otherwise(pl.lit("D")),
    }
    return pl.concat_str([anders.get(naam, _uit(veld)) for naam, veld in velden.items()])


def _uit(veld: Rubriek) -> pl.Expr:
    return veld.uit("regel")
