"""From an official koppeltabel to an edition in use: its days, its tables, and what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.codes.afleiding import leid_af
from wlz_declaratie.codes.edities import (
    KOPPELING,
    PRESTATIES,
    Editie,
    Editiefout,
    als_koppelingen,
    bewaar,
    in_dienst,
    lees_edities,
    lees_koppeltabel,
    lees_tabel,
)
from wlz_declaratie.codes.tabellen import lees_profielen
from wlz_declaratie.codes.wijzigingen import Stand, Wijzigingen, vergelijk
from wlz_declaratie.inlezen.koppeltabel import Werkboek, lees_werkboek, weiger

_SLEUTEL = ["prestatiecode", "ingangsdatum", "einddatum", "prestatiegroep", "declaratiewijze"]


@dataclass(frozen=True)
class Import:
    """How an import went.

    ``bestond_al``: this workbook served these days already, nothing was stored. ``dagen_volgens`` says how
    the days were found. ``vorige`` is the edition that it was compared with; None when there is none before
    it. ``zonder_soort``: codes whose groups decide no soort.
    """

    editie: Editie
    bestond_al: bool
    dagen_volgens: str
    prestaties: int
    vorige: Editie | None
    wijzigingen: Wijzigingen
    zonder_soort: tuple[str, ...]
    onbekende_zzpcodes: tuple[str, ...]


def importeer(
    werkboek: Path, map_: Path, *, van: date | None = None, tot: date | None = None, vervang: bool = False
) -> Import:
    """Read, check and store a koppeltabel as an edition below ``map_``; after an error nothing has changed.

    Without ``van`` it serves from 1 January of the year that the workbook names, else from the day after the
    newest edition; without ``tot`` until 31 December of that year. When another edition serves one of these
    days and says something else of it, ``vervang`` must be set. Raises Invoerfout and Editiefout.
    """
    gelezen = lees_werkboek(werkboek)
    dienst = in_dienst(lees_edities(map_))
    van, tot, volgens = _dagen(gelezen, dienst, van, tot)
    koppeling, prestaties = _tabellen(gelezen, van, tot)
    stand = Stand(als_koppelingen(koppeling), prestaties)
    editie = _als_editie(gelezen, werkboek.name, van, tot)
    zelfde = [e for e in dienst if (e.sha256, e.van, e.tot) == (editie.sha256, van, tot)]
    if not vervang:
        _weiger_overlap(stand, editie, dienst)
    vorige = next((e for e in reversed(dienst) if e.van <= van), None)
    zzpcodes, profielen = (
        stand.koppeltabel["zzpcode"].drop_nulls().unique().sort(),
        lees_profielen()["zzpcode"],
    )
    return Import(
        editie=zelfde[0] if zelfde else bewaar(map_, editie, koppeling, prestaties),
        bestond_al=bool(zelfde),
        dagen_volgens=volgens,
        prestaties=prestaties.height,
        vorige=vorige,
        wijzigingen=vergelijk(_stand(vorige), stand, van, tot, vorige.tot) if vorige else Wijzigingen(),
        zonder_soort=tuple(prestaties.filter(pl.col("soort").is_null())["prestatiecode"]),
        onbekende_zzpcodes=tuple(zzpcodes.filter(~zzpcodes.is_in(profielen.implode()))),
    )


def _dagen(gelezen: Werkboek, dienst: Sequence[Editie], van: date | None, tot: date | None) -> tuple[date, date, str]:
    """First and last day that the edition serves, and how these were found."""
    nieuwste = dienst[-1]
    geraden = van is None and gelezen.jaar is None
    if van is not None:
        volgens = "zoals opgegeven"
    elif gelezen.jaar is not None:
        van, volgens = date(gelezen.jaar, 1, 1), "naar het jaar in de naam van het werkboek"
    elif nieuwste.tot < date.max:
        van, volgens = nieuwste.tot + timedelta(days=1), f"aansluitend op {nieuwste.naam}"
    else:
        raise Editiefout(f"{nieuwste.naam} heeft geen laatste dag. Geef met --van op vanaf wanneer deze geldt.")
    tot = tot or date(van.year, 12, 31)
    if tot < van:
        raise Editiefout(f"de laatste dag {tot:%d-%m-%Y} ligt voor de eerste, {van:%d-%m-%Y}. Verbeter de dagen.")
    later = gelezen.rijen.filter(pl.col("ingangsdatum") > tot)
    if geraden and not later.is_empty():
        raise Editiefout(
            f"{gelezen.naam}: rij {later['rij'][0]} gaat in na {tot:%d-%m-%Y}; deze tabel lijkt van een later jaar. "
            "Geef met --van en --tot op voor welke dagen zij geldt."
        )
    return van, tot, volgens


def _als_editie(gelezen: Werkboek, bestand: str, van: date, tot: date) -> Editie:
    jaren = f"{van.year}" if van.year == tot.year else f"{van.year}–{tot.year}"
    bron = "".join(teken for teken in bestand if teken.isprintable())
    return Editie(f"koppeltabel {jaren}", bron, van, tot, sha256=gelezen.sha256, moment=datetime.now(UTC))


def _tabellen(gelezen: Werkboek, van: date, tot: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The files of the edition, in the layout and order of those that ship: koppeling, prestaties."""
    rijen = gelezen.rijen
    op_dagen = (pl.col("ingangsdatum") <= tot) & (pl.col("einddatum").fill_null(date.max) >= van)
    geldig = rijen.filter(op_dagen)
    if geldig.is_empty():
        raise Editiefout(
            f"{gelezen.naam}: geen enkele prestatie geldt van {van:%d-%m-%Y} t/m {tot:%d-%m-%Y}. "
            "Geef met --van en --tot op voor welke dagen deze tabel geldt."
        )
    weiger(gelezen.naam, _strijdige_eenheden(geldig))
    koppeling = _koppeling(rijen)
    # The unit of a code is that of these days; one that ended before, keeps its last.
    eenheden = (
        rijen.sort(op_dagen, "ingangsdatum", descending=True)
        .unique("prestatiecode", keep="first", maintain_order=True)
        .select("prestatiecode", "tijdseenheid")
    )
    kenmerken = leid_af(als_koppelingen(koppeling), lees_profielen())
    met_eenheid = kenmerken.join(eenheden, on="prestatiecode", how="left", maintain_order="left")
    return koppeling, met_eenheid.select(PRESTATIES)


def _strijdige_eenheden(rijen: pl.DataFrame) -> pl.DataFrame:
    """Cells whose unit is another than in the first row of the same code."""
    eerste = pl.col("tijdseenheid").first().over("prestatiecode")
    reden = zin("tijdseenheid is een andere dan die van dezelfde prestatie in rij {}", "eerste_rij")
    return (
        rijen.sort("rij")
        .with_columns(eerste_rij=pl.col("rij").first().over("prestatiecode"))
        .filter(pl.col("tijdseenheid") != eerste)
        .select("rij", letter=pl.lit("F"), reden=reden)
    )


def _koppeling(rijen: pl.DataFrame) -> pl.DataFrame:
    """A row per code, period, groep and declaratiewijze, as text; the row without both codes stands apart."""

    def samen(kolom: str) -> pl.Expr:
        codes = pl.col(kolom).drop_nulls().str.split(" ").explode().drop_nulls().unique().sort().str.join(" ")
        return pl.when(codes != "").then(codes).alias(kolom)

    zonder_beide = pl.all_horizontal(pl.col("zzpcodes", "functiecodes").is_null())
    return (
        rijen.group_by(*_SLEUTEL, zonder_beide.alias("zonder_beide"))
        .agg(samen("zzpcodes"), samen("functiecodes"))
        .sort(
            "prestatiecode",
            "ingangsdatum",
            pl.col("einddatum").fill_null(date.max),
            pl.col("prestatiegroep", "declaratiewijze").cast(pl.Int64),
            ~pl.col("zonder_beide"),
        )
        .select(pl.col(KOPPELING).cast(pl.String))
    )


def _stand(editie: Editie) -> Stand:
    return Stand(lees_koppeltabel(editie.map_), lees_tabel(editie.map_, "prestaties.csv", PRESTATIES))


def _weiger_overlap(stand: Stand, editie: Editie, dienst: Sequence[Editie]) -> None:
    """Refuse to take days from an edition that says something else of them."""
    for ander in dienst:
        van, tot = max(editie.van, ander.van), min(editie.tot, ander.tot)
        if van <= tot and vergelijk(_stand(ander), stand, van, tot):
            raise Editiefout(
                f"voor {van:%d-%m-%Y} t/m {tot:%d-%m-%Y} geldt al {ander.naam} ({ander.bron}), met een andere "
                "inhoud. Geef met --van en --tot andere dagen op, of vervang die editie voor deze dagen met "
                "--vervang; er is niets gewijzigd."
            )
