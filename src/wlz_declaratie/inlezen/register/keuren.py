"""Which rows of an answer can be used, which cannot, and which say that something was never in force."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.contract.tabellen import DOSSIER, TABELLEN
from wlz_declaratie.inlezen.onbruikbaar import onbruikbare
from wlz_declaratie.inlezen.register.rijen import VELDEN

PGB = 2
OVERLEDEN = "1"
"""Why an allocation was withdrawn (COD172): the client died."""
VULT = {"clienten": ("clienten",), "indicaties": ("indicaties",), "toewijzingen": ("toewijzingen", "pgb")}
"""The tables that rows of each kind go to."""

_WAARDEN: dict[str, dict[str, tuple[str, ...]]] = {
    "clienten": {"bsn": ("bsn",), "geboortedatum": ("geboortedatum",)},
    "indicaties": {
        "bsn": ("bsn",),
        "besluitnummer": ("besluitnummer",),
        "zzpcode": ("zzpcode",),
        "ingangsdatum": ("begin_pakket", "begin_besluit"),
        "einddatum": ("eind_pakket", "eind_besluit", "vervaldatum"),
    },
    "toewijzingen": {kolom: (kolom,) for kolom in DOSSIER["toewijzingen"]},
    # Which of the allocations are a pgb, the leveringsvorm says.
    "pgb": {kolom: (kolom,) for kolom in DOSSIER["pgb"]},
}
"""Of each column the values that it comes from; one of them is enough."""
_NODIG = {"toewijzingen": ("leveringsvorm",), "pgb": ("leveringsvorm",)}

_TIJDSTIP = pl.Datetime("us", "UTC")
_MOMENT = "een tijdstip zoals 2026-01-31T09:30:00Z"


def soort_van_tabel(tabel: str) -> str:
    """The kind of row that fills a table."""
    return next(soort for soort, tabellen in VULT.items() if tabel in tabellen)


def kolommen(tabel: str, gezien: frozenset[str]) -> frozenset[str]:
    """The columns of a table that an answer with these values fills."""
    return frozenset(kolom for kolom, waarden in _WAARDEN[tabel].items() if gezien & frozenset(waarden))


def ontbrekend(tabel: str, gezien: frozenset[str]) -> list[str]:
    """The fields without which an answer has nothing for a table, that this one lacks."""
    velden = VELDEN[soort_van_tabel(tabel)]
    nodig = [kolom for kolom, uitleg in TABELLEN[tabel].kolommen.items() if uitleg.nodig]
    van_kolom = [_WAARDEN[tabel][kolom] for kolom in nodig] + [(waarde,) for waarde in _NODIG.get(tabel, ())]
    return list(dict.fromkeys(velden[w[0]] for w in van_kolom if not gezien & frozenset(w)))


def nooit_gevraagd(tabel: str, gezien: frozenset[str]) -> list[str]:
    """The fields behind the columns of a table that may be empty, and that this answer lacks."""
    velden = VELDEN[soort_van_tabel(tabel)]
    return [velden[w[0]] for kolom, w in _WAARDEN[tabel].items() if kolom not in kolommen(tabel, gezien)]


@dataclass
class Gekeurd:
    """Rows of one kind, all after ``nr``.

    ``orde`` has the rows that take part in which is the newest of one id: all but those of which that is unreadable.
    """

    orde: list[pl.DataFrame] = field(default_factory=list)
    goed: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    slecht: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    weggelaten: list[pl.DataFrame] = field(default_factory=list)
    """``nr`` and why it is in no table, though nothing is wrong with it."""
    overleden: list[pl.DataFrame] = field(default_factory=list)
    """``nr``, ``bsn`` and ``onderdeel`` of allocations that ended because the client died."""

    def neem(self, soort: str, rijen: pl.DataFrame) -> None:
        """Take parsed rows (`kolommen.ontleed_rijen`) with their ``nr``."""
        zonder_orde = _zonder_orde(rijen) if soort == "toewijzingen" else rijen.clear().select("nr")
        mee = rijen.join(zonder_orde, on="nr", how="anti", maintain_order="left") if zonder_orde.height else rijen
        moment = pl.col("moment") if "moment" in rijen.columns else pl.lit(None)
        self.orde.append(mee.select("nr", "id", moment.cast(_TIJDSTIP).alias("moment")))
        waarom, weg = _NOOIT[soort]
        self.weggelaten.append(rijen.filter(weg).select("nr", waarom=pl.lit(waarom)))
        geldig = rijen.filter(weg.fill_null(value=False).not_())
        if soort == "toewijzingen":
            gestorven = (pl.col("intrekking") == OVERLEDEN) & pl.col("einddatum").is_not_null()
            self.overleden.append(geldig.filter(gestorven).select("nr", "bsn", "onderdeel"))
        for tabel in VULT[soort]:
            self._keur(tabel, geldig if tabel != "pgb" else geldig.filter(pl.col("leveringsvorm") == PGB))

    def _keur(self, tabel: str, rijen: pl.DataFrame) -> None:
        if tabel == "toewijzingen":
            geen = pl.col("instelling").is_null() & pl.col("fout_instelling").is_null()
            zonder = rijen.filter(geen & pl.col("leveringsvorm").is_not_null())
            geen_pgb = zonder.filter(pl.col("leveringsvorm") != PGB)
            self.weggelaten.append(geen_pgb.select("nr", waarom=pl.lit(ZONDER_INSTELLING)))
            rijen = rijen.join(zonder.select("nr"), on="nr", how="anti", maintain_order="left")
        velden = VELDEN[soort_van_tabel(tabel)]
        namen = {kolom: " of ".join(velden[w] for w in waarden) for kolom, waarden in _WAARDEN[tabel].items()}
        te_keuren = rijen.with_columns(regelnummer="nr")
        slecht = onbruikbare(te_keuren, tabel, _WAARDEN[tabel], namen).rename({"regelnummer": "nr"})
        if tabel in ("toewijzingen", "pgb"):
            erbij = _zonder_orde(rijen).join(slecht, on="nr", how="anti").join(rijen.select("nr", "bsn"), on="nr")
            slecht = pl.concat([slecht, erbij.rename({"bsn": "sleutel"}).select(slecht.columns)])
        slecht = slecht.join(rijen.select("nr", "onderdeel"), on="nr").sort("nr")
        self.slecht.setdefault(tabel, []).append(slecht)
        goed = rijen.join(slecht, on="nr", how="anti", maintain_order="left") if slecht.height else rijen
        moment = ["moment"] if "moment" in rijen.columns else []
        self.goed.setdefault(tabel, []).append(goed.select("nr", "id", *moment, *DOSSIER[tabel]))


def _zonder_orde(rijen: pl.DataFrame) -> pl.DataFrame:
    """Rows of which nobody can tell whether they are the newest of their id: nr, kolom and reden."""
    velden = VELDEN["toewijzingen"]
    reden = (
        pl.when(pl.col("fout_id").is_not_null())
        .then(pl.lit(f"element {velden['id']} heeft een onbruikbare waarde, verwacht tekst"))
        .when(pl.col("fout_moment").is_not_null())
        .then(pl.lit(f"element {velden['moment']} heeft een onbruikbare waarde, verwacht {_MOMENT}"))
    )
    fout = rijen.filter(pl.any_horizontal(pl.col("fout_id", "fout_moment").is_not_null()))
    kolom = pl.when(pl.col("fout_id").is_not_null()).then(pl.lit("id")).otherwise(pl.lit("moment"))
    return fout.select("nr", kolom=kolom, reden=reden)


ZONDER_INSTELLING = "toewijzingen zonder instelling, niet gebruikt"
_NOOIT = {
    "clienten": ("cliënten zonder volledige geboortedatum, dus niet in clienten", pl.col("datumgebruik").is_not_null()),
    "indicaties": (
        "indicaties vervallen vóór de ingangsdatum, dus nooit van kracht",
        pl.col("vervaldatum") < pl.col("ingangsdatum"),
    ),
    "toewijzingen": (
        "toewijzingen ingetrokken vóór de ingangsdatum, dus nooit van kracht",
        pl.col("intrekking").is_not_null() & (pl.col("einddatum") < pl.col("ingangsdatum")),
    ),
}
"""Rows that are in order, and say that there is nothing for a table."""


def herkomst(bestand: str, moment: bool) -> pl.Expr:
    """Where a row comes from, as a finding may show it: the day on which it was settled, else the file."""
    uit_bestand = pl.lit(f"register, {bestand}")
    if not moment:
        return uit_bestand
    dag = pl.col("moment").dt.convert_time_zone("Europe/Amsterdam").dt.strftime("%d-%m-%Y")
    return pl.when(dag.is_null()).then(uit_bestand).otherwise(zin("register, vastgesteld {}", dag))
