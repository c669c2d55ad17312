"""Read an AW319 message: fixed records in ISO-8859-1, each followed by CR/LF, by the layout that its header names.

The file goes by in blocks of whole lines. A block in which every record is whole, as is usual, is cut into
columns at once; any other is taken line by line, so that a damaged record costs no more than itself. What is
known of the records above a block (the insured record, counts, detail number) is carried along, so memory
does not grow with the message: many lines are spooled to Parquet.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import polars as pl

from wlz_declaratie.basis import geheugen
from wlz_declaratie.basis.verdeeld import Verdeeld
from wlz_declaratie.basis.vooruit import vooruit
from wlz_declaratie.contract.berichten import Indeling
from wlz_declaratie.contract.sleutels import client_van_regel
from wlz_declaratie.contract.tabellen import DECLARATIE
from wlz_declaratie.inlezen.aw319.bestand import Records, lees_blokken
from wlz_declaratie.inlezen.aw319.controles import (
    PRESTATIECODELIJST,
    VALUTA,
    als_dag,
    kopmeldingen,
    prestatiemeldingen,
    verzekerdemeldingen,
)
from wlz_declaratie.inlezen.aw319.kop import Kop, zoek_kop
from wlz_declaratie.inlezen.aw319.volgorde import Verloop, is_ouder, slotmeldingen
from wlz_declaratie.inlezen.basis import MELDING, PLEK, Batchbestand, Invoerfout, controleer_bestand

ZONDER_RUBRIEK = ("leveringsvorm", "onderwijs")
KOPVELDEN = ("declarant", "uzovi", "factuurnummer", "dagtekening", "begindatum_periode", "einddatum_periode")
KOP_NUL_IS_LEEG = ("declarant", "uzovi")
NUL_IS_LEEG = ("besluitnummer", "functiecode", "zzpcode", "tijdseenheid")
VERZEKERDE = ("bsn", "uzovi", "geboortedatum", "geslacht", "overleden")
"""Fields of an insured record that are read or controlled."""

SAMEN = 500_000
"""Lines that are cut at a time."""

REGEL = {naam: soort for naam, soort in DECLARATIE.items() if naam not in (*KOPVELDEN, *ZONDER_RUBRIEK)}
"""What a block gives: a declaration line without the header fields, the same everywhere and added last."""
OUDER: dict[str, type[pl.DataType]] = {
    "ouder_regel": pl.UInt32,
    "ouder_bsn": pl.String,
    "ouder_uzovi": pl.String,
    "geboortedatum": pl.Date,
    "overleden": pl.Boolean,
}
"""What a performance record takes from the insured record above it."""
GECONTROLEERD = ("uzovi", "doorsturen")
"""Fields of a performance record that are controlled, beside those of REGEL that it holds."""


def lees_aw319(pad: Path, naam: str, werkmap: Path, delen: int = 1) -> Batchbestand:
    """Read the message at `pad`, which the user calls `naam`.

    `werkmap` takes the lines when they are more than `geheugen.MEESTE_LIJNEN`, or to be cut into more than one of
    ``delen``. Invoerfout when there
    is nothing to read or no header record of an AW319 at all; everything else that is wrong is a finding.
    """
    controleer_bestand(pad, naam)
    controlesom = hashlib.sha256()
    try:
        kop = zoek_kop(pad, naam)
        opslag = _Opslag(werkmap, delen, _kopkolommen(kop))
        records = Records(kop.indeling.recordlengte, naam)
        lezer = _Lezer(kop.indeling)
        blokken = lees_blokken(pad, kop.regeleinde, kop.indeling.recordlengte, controlesom, naam)
        for blok in vooruit(records.uit(blok) for blok in blokken):
            opslag.bewaar(lezer.lees(blok))
    except OSError as fout:
        reden = f"het bestand is niet te lezen ({fout.strerror})"
        remedie = "Kopieer het bestand en probeer het opnieuw."
        raise Invoerfout(naam, reden, remedie, systeem=fout.errno) from None
    op_kop = kopmeldingen(kop.record, kop.regelnummer, kop.indeling, kop.heel)
    gevonden = [*op_kop, *records.klaar(), *lezer.klaar()]
    return Batchbestand(
        naam=naam,
        soort="aw319",
        sha256=controlesom.hexdigest(),
        regels=opslag.regels(),
        aantal=opslag.aantal,
        kolommen=frozenset(DECLARATIE) - {"regelnummer", *ZONDER_RUBRIEK},
        ongebruikt=(),
        meldingen=pl.concat([pl.DataFrame(schema=MELDING), *gevonden]).sort("regelnummer", "regel_id"),
        onleesbaar=records.beschadigd + lezer.verloop.onbekend,
        verdeeld=opslag.verdeeld,
    )


def _kopkolommen(kop: Kop) -> list[pl.Expr]:
    """The header fields; of a header of another length none, unless what stands behind them all is at its place."""
    record, velden = kop.record, kop.indeling.rubrieken("01")
    if not kop.heel and velden["valuta"].van(record) != VALUTA:
        record = ""
    kolommen = [pl.lit(None, DECLARATIE[naam]).alias(naam) for naam in ZONDER_RUBRIEK]
    for naam in KOPVELDEN:
        tekst = velden[naam].van(record).strip()
        leeg = (tekst.strip("0") if naam in KOP_NUL_IS_LEEG else tekst) == ""
        waarde = als_dag(tekst) if DECLARATIE[naam] == pl.Date else None if leeg else tekst
        kolommen.append(pl.lit(waarde, DECLARATIE[naam]).alias(naam))
    return kolommen


class _Lezer:
    """Turns blocks of records into declaration lines, and collects findings."""

    def __init__(self, indeling: Indeling) -> None:
        self.verloop = Verloop(indeling)
        self._indeling = indeling
        verzekerde, prestatie = indeling.rubrieken("02"), indeling.rubrieken("04")
        self._kenmerk = verzekerde["kenmerk"].uit("regel")
        self._verzekerde = [verzekerde[naam].uit("regel") for naam in VERZEKERDE]
        self._prestatie = [
            veld.uit("regel") for naam, veld in prestatie.items() if naam in REGEL or naam in GECONTROLEERD
        ]
        self._gevonden: list[pl.DataFrame] = []
        self._ouder = pl.DataFrame([[None]] * len(OUDER), schema=OUDER)
        self._kolommen = _regelkolommen()

    def lees(self, records: pl.DataFrame) -> pl.DataFrame:
        """The declaration lines of a block of `Records.uit`, with the columns of REGEL."""
        records = records.with_columns(self._kenmerk)
        records, gevonden = self.verloop.volg(records)
        self._gevonden += gevonden
        records = records.with_columns(ouder=is_ouder().cum_sum())
        ouders = pl.concat([self._ouder, self._verzekerden(records.filter(is_ouder()))])
        self._ouder = ouders.tail(1)
        return self._prestaties(records.filter(kenmerk="04"), ouders)

    def klaar(self) -> list[pl.DataFrame]:
        """All findings, when the last block has been read."""
        return [*self._gevonden, *slotmeldingen(self.verloop)]

    def _verzekerden(self, records: pl.DataFrame) -> pl.DataFrame:
        """The insured records of a block; nulls for a damaged one, as nobody knows whose lines follow."""
        ruw = records.select("regelnummer", "heel", *self._verzekerde)
        net = ruw.select(
            ouder_regel="regelnummer",
            ouder_bsn=pl.when("heel").then("bsn"),
            ouder_uzovi=pl.when("heel").then("uzovi"),
            geboortedatum=pl.when("heel").then(_datum("geboortedatum")),
            overleden=pl.when("heel").then(
                pl.col("overleden").replace_strict({"1": True, "2": False}, default=None, return_dtype=pl.Boolean)
            ),
        )
        heel = ruw["heel"]
        self._gevonden += verzekerdemeldingen(ruw.filter(heel), net["geboortedatum"].filter(heel), self._indeling)
        return net

    def _prestaties(self, records: pl.DataFrame, ouders: pl.DataFrame) -> pl.DataFrame:
        ruw = records.select("regelnummer", "heel", "buiten", "ouder", *self._prestatie)
        if not ruw["heel"].all():
            beschadigd = ruw.filter(~pl.col("heel")).with_columns(_getal("declaratiebedrag"))
            self.verloop.tel_beschadigde_op(beschadigd)
            ruw = ruw.filter("heel")
        ruw = ruw.hstack(ouders[ruw["ouder"]])
        net = ruw.select(self._kolommen)
        self._gevonden += prestatiemeldingen(ruw, net, self._indeling)
        self.verloop.tel_op(net.with_columns(ruw["buiten"]))
        return net


def _regelkolommen() -> list[pl.Expr]:
    lijst = pl.col("prestatiecodelijst").str.strip_chars()
    bijzonder = {
        "regelnummer": pl.col("regelnummer"),
        "geboortedatum": pl.col("geboortedatum"),
        "overleden": pl.col("overleden"),
        "prestatiecodelijst": pl.when(lijst == "").then(pl.lit(PRESTATIECODELIJST)).otherwise(lijst),
        **{naam: _code(naam) for naam in NUL_IS_LEEG},
    }
    per_soort = {pl.String: _tekst, pl.Int64: _getal, pl.Date: _datum}
    return [
        (bijzonder[naam] if naam in bijzonder else per_soort[soort](naam)).alias(naam) for naam, soort in REGEL.items()
    ]


def _tekst(naam: str) -> pl.Expr:
    tekst = pl.col(naam).str.strip_chars()
    return pl.when(tekst != "").then(tekst).alias(naam)


def _code(naam: str) -> pl.Expr:
    """Text in which zeros alone mean that there is nothing."""
    return pl.when(pl.col(naam).str.strip_chars("0 ") != "").then(pl.col(naam).str.strip_chars()).alias(naam)


def _getal(naam: str) -> pl.Expr:
    """Digits as a number; null when anything else stands there, a sign included."""
    tekst = pl.col(naam).str.strip_chars()
    return pl.when(~tekst.str.starts_with("+")).then(tekst.cast(pl.UInt64, strict=False).cast(pl.Int64)).alias(naam)


def _datum(naam: str) -> pl.Expr:
    """JJJJMMDD as a date; null unless eight digits that are a day (to_date alone takes spaces for digits)."""
    acht_cijfers = pl.col(naam).cast(pl.UInt32, strict=False) >= 10_000_101
    return pl.when(acht_cijfers).then(pl.col(naam).str.to_date("%Y%m%d", strict=False)).alias(naam)


class _Opslag:
    """Keeps few lines in memory; writes many below `werkmap`, one block after another or cut into ``delen`` parts."""

    def __init__(self, werkmap: Path, delen: int, kopkolommen: list[pl.Expr]) -> None:
        self.aantal = 0
        self.verdeeld = Verdeeld(werkmap / "aw319", delen) if delen > 1 else None
        self._werkmap = werkmap
        self._kopkolommen = kopkolommen
        self._blokken: list[Path] = []
        self._wachtend: list[pl.DataFrame] = []
        self._hoogte = 0

    def bewaar(self, regels: pl.DataFrame) -> None:
        """Add lines, in order."""
        self._wachtend.append(regels)
        self._hoogte += regels.height
        self.aantal += regels.height
        if self._hoogte > (SAMEN if self.verdeeld else geheugen.MEESTE_LIJNEN):
            self._schrijf()

    def regels(self) -> pl.LazyFrame:
        """All lines with the columns of DECLARATIE, in order unless they were cut."""
        if self.verdeeld or (self._blokken and self._wachtend):
            self._schrijf()
        if self.verdeeld:
            return self.verdeeld.alles().select(*DECLARATIE)
        return pl.scan_parquet(self._blokken) if self._blokken else self._samen()

    def _samen(self) -> pl.LazyFrame:
        regels = pl.concat(self._wachtend or [pl.DataFrame(schema=REGEL)]).lazy()
        return regels.with_columns(self._kopkolommen).select(*DECLARATIE)

    def _schrijf(self) -> None:
        if self.verdeeld:
            genummerd = self._samen().with_row_index(PLEK, offset=self.aantal - self._hoogte)
            self.verdeeld.schrijf(genummerd, client_van_regel(PLEK))
        else:
            if not self._blokken:
                self._werkmap = Path(tempfile.mkdtemp(prefix="aw319-", dir=self._werkmap))
            blok = self._werkmap / f"{len(self._blokken):06d}.parquet"
            self._samen().sink_parquet(blok, compression="lz4", statistics=False)
            self._blokken.append(blok)
        self._wachtend, self._hoogte = [], 0
