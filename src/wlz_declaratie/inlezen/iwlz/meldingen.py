"""AW35 messages (melding aanvang zorg) and AW39 (its end), as the tables leveringen and wachtstatus.

A delivery with status 'in zorg' runs until the day before the AW39 that ends or suspends it: one of the same allocation
that says so for a later day. Every other status is that of someone who waits, until the next status of that client,
instelling, decision and leveringsvorm. (The leveringsvorm, for who waits somewhere for a stay may get modular care from
the same instelling.)

StatusAanlevering (OP033 of the iStandaarden): of messages about the same (_SLEUTEL) the latest counts, and one that
withdraws leaves nothing. Later is the higher Dagtekening, then the file name; within one message what withdraws comes
first. Of a message with a Dagtekening that cannot be read no row is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.inlezen.aanvulling import Aanvulling, met_herkomst
from wlz_declaratie.inlezen.iwlz.meldingen_rijen import AW35, AW39, TYPES, Rijen, genoemd
from wlz_declaratie.inlezen.iwlz.ontleden import herkomst, keur, met_alle_kolommen, ontleed_rijen
from wlz_declaratie.inlezen.onbruikbaar import ONBRUIKBAAR

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_IN_ZORG = 4
_BEEINDIGD = (19, 20)
"""Mutatiecodes of care that ended: whatever status stands beside it. Any other may leave a client in care."""
_VERWIJDERD = 3

_LEVERING = ["bsn", "besluitnummer", "zzpcode", "toewijzing", "instelling", "leveringsvorm"]
_SLEUTEL = ["soort", *_LEVERING, "ingangsdatum"]
_WACHT = ["bsn", "instelling", "besluitnummer", "leveringsvorm"]
_TABELLEN = ("leveringen", "wachtstatus")
_KOLOMMEN = {tabel: frozenset(DOSSIER[tabel]) for tabel in _TABELLEN}


class Meldingen:
    """AW35 and AW39 messages, taken one by one."""

    def __init__(self) -> None:
        self.aantal = {AW35: 0, AW39: 0}
        self._rijen = Rijen()

    def neem(self, soort: str, nummer: int, wortel: Element) -> bool:
        """Take a message, which has that number among all files; whether it tells anything."""
        gevuld = self._rijen.neem(soort, nummer, wortel)
        self.aantal[soort] += gevuld
        return gevuld

    def aanvulling(self, namen: Sequence[str]) -> Aanvulling:
        """What they add; ``namen`` are those of all files, by number."""
        delen, slecht = [], []
        for soort, tekst in self._rijen.per_soort.items():
            rijen = ontleed_rijen(tekst, TYPES).with_columns(soort=pl.lit(soort))
            weg = _onbruikbaar(soort, rijen, namen)
            delen.append(rijen.join(weg, on="regelnummer", how="anti", maintain_order="left"))
            slecht.append(weg.select(*ONBRUIKBAAR))
        goed = _geldend(pl.concat(delen))
        gevonden = {"leveringen": _leveringen(goed), "wachtstatus": _wachtstatus(goed)}
        tabellen = {
            tabel: met_herkomst(met_alle_kolommen(rijen, tabel), tabel, herkomst(pl.col("soort"), "dagtekening"))
            for tabel, rijen in gevonden.items()
            if rijen.height
        }
        gelezen = " en ".join(f"{soort} {aantal}" for soort, aantal in self.aantal.items() if aantal)
        opmerking = f"berichten over levering gelezen: {gelezen}; cliënten: {goed['bsn'].n_unique()}"
        return Aanvulling(f"{AW35}/{AW39}", tabellen, _KOLOMMEN, pl.concat(slecht), (opmerking,))


def _onbruikbaar(soort: str, rijen: pl.DataFrame, namen: Sequence[str]) -> pl.DataFrame:
    """The rows that cannot be used, by the table that misses them.

    Where it is not known which of the two (no status, or an AW39, which says something of both) it is missed in both.
    """
    dagloos = rijen.filter(pl.col("fout_dagtekening").is_not_null()).select("bericht").unique()
    in_zorg = (pl.col("status") == _IN_ZORG).fill_null(value=False) & (soort == AW35)
    per_tabel = {"leveringen": rijen.filter(in_zorg), "wachtstatus": rijen.filter(~in_zorg)}
    weg = [
        keur(tabel, met_alle_kolommen(deel, tabel), genoemd(soort), namen, dagloos) for tabel, deel in per_tabel.items()
    ]
    ook = weg[1] if soort == AW39 else weg[1].filter(pl.col("kolom") == "status")
    return pl.concat([*weg, ook.with_columns(tabel=pl.lit("leveringen"))]).sort("regelnummer", "tabel")


def _geldend(rijen: pl.DataFrame) -> pl.DataFrame:
    """Of rows about the same the latest, unless that withdraws it; in order (``orde``)."""
    blijft = pl.col("aanlevering").ne_missing(_VERWIJDERD)
    return (
        rijen.sort("dagtekening", "bericht", blijft, "regelnummer", nulls_last=False)
        .with_row_index("orde")
        .unique(_SLEUTEL, keep="last", maintain_order=True)
        .filter(blijft)
    )


def _leveringen(goed: pl.DataFrame) -> pl.DataFrame:
    """The deliveries, each until the first AW39 of the same allocation that ends it."""
    melding = pl.col("soort") == AW35
    eindigt = (pl.col("status") != _IN_ZORG) | pl.col("mutatiecode").is_in(_BEEINDIGD).fill_null(value=False)
    einde = pl.when(~melding & eindigt).then("ingangsdatum")
    return _gevuld(
        goed.sort("ingangsdatum", "orde")
        .with_columns(volgende=einde.shift(-1).backward_fill().over(_LEVERING))
        .filter(melding, pl.col("status") == _IN_ZORG)
    )


def _wachtstatus(goed: pl.DataFrame) -> pl.DataFrame:
    """The other statuses, each until the next."""
    return _gevuld(
        goed.sort("ingangsdatum", "orde")
        .with_columns(volgende=pl.col("ingangsdatum").shift(-1).over(_WACHT))
        .filter(pl.col("status") != _IN_ZORG)
    )


def _gevuld(rijen: pl.DataFrame) -> pl.DataFrame:
    """The rows that last at least a day: until that before ``volgende``; in the order of the messages."""
    eind = (pl.col("volgende").to_physical() - 1).cast(pl.Date)
    blijft = (pl.col("volgende") > pl.col("ingangsdatum")).fill_null(value=True)
    return rijen.filter(blijft).with_columns(einddatum=eind).sort("orde")
