"""Write declaration lines as an AW319 message, for samples and tests: `lees_aw319` gives them back.

AW319 carries no leveringsvorm and no onderwijs; birth date and overleden stand once for a client.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.contract.berichten import Indeling
from wlz_declaratie.contract.berichten import indeling as bekende_indeling
from wlz_declaratie.contract.tabellen import DECLARATIE
from wlz_declaratie.inlezen.aw319.controles import PRESTATIECODELIJST, VALUTA
from wlz_declaratie.inlezen.aw319.volgorde import met_teken

NAMEN = (
    "Vermeulen",
    "Groenevélt",
    "Müller",
    "Brandsma",
    "Çelik",
    "Sørensen",
    "Peña",
    "Oosterhuis",
    "Håkansson",
    "D'Hondt",
    "Lefèvre",
)
"""Invented; a client gets one by bsn."""

UZOVI_VERZEKERAAR = "9991"
"""Invented insurer of every client; the header names the zorgkantoor."""

LEEG_IS_SPATIES = ("bsn", "uitvoerder", "aantal", "tarief", "bedrag", "declaratiebedrag")
"""Numeric fields in which zeros are a value, so that a missing value is left blank."""

_DEEL = 50_000


def regelnummers_aw319(regels: pl.DataFrame) -> pl.Series:
    """The physical line at which `schrijf_aw319` puts each line, in the order of `regels`; UInt32."""
    return _geordend(regels, Telling()).sort("rij")["regelnummer"]


def schrijf_aw319(regels: pl.DataFrame, doel: Path, indeling: Indeling | None = None) -> None:
    """Write lines with the columns of `tabellen.DECLARATIE` to `doel` as one message, in the usual version or another.

    ValueError as `Berichtschrijver` has it.
    """
    with doel.open("wb") as bestand:
        schrijver = Berichtschrijver(bestand, indeling)
        schrijver.neem(regels)
        schrijver.sluit()


@dataclass(frozen=True)
class Telling:
    """Of a message so far: clients, lines, and cents, credit below zero."""

    verzekerden: int = 0
    prestaties: int = 0
    cent: int = 0


class Berichtschrijver:
    """A message that is written piece by piece.

    The header fields are those of the first line. Lines are grouped by bsn in order of first appearance, each
    group below its insured record; so all lines of a bsn come in one piece. A figure too large for the closing
    record becomes the largest that fits. ValueError when there are no lines, and for a value that does not fit its
    field.
    """

    def __init__(self, bestand: IO[bytes], indeling: Indeling | None = None) -> None:
        self._bestand, self._indeling = bestand, indeling or bekende_indeling("aw319")
        self._telling = Telling()

    def neem(self, regels: pl.DataFrame) -> pl.Series:
        """Write lines with the columns of `tabellen.DECLARATIE`; the physical line of each, in their order; UInt32."""
        getallen = [naam for naam, soort in DECLARATIE.items() if soort == pl.Int64]
        if regels.select(pl.any_horizontal((pl.col(getallen) < 0).any())).item():
            raise ValueError("AW319 heeft geen negatieve getallen; gebruik debet_credit C")
        geordend, soort = _geordend(regels, self._telling), self._indeling
        if not self._telling.prestaties and regels.height:
            self._schrijf(_records(regels.head(1), soort, "01", _kopvelden(soort)))
        for deel in geordend.iter_slices(_DEEL):
            verzekerden = deel.filter("eerste").with_columns(pl.col("regelnummer") - 1)
            records = [
                _records(verzekerden, soort, "02", _verzekerdevelden(soort)),
                _records(deel, soort, "04", _prestatievelden(soort)),
            ]
            self._schrijf(pl.concat(records).sort("regelnummer"))
        self._telling = _verder(self._telling, geordend)
        return geordend.sort("rij")["regelnummer"]

    def sluit(self) -> None:
        """Write the closing record; the file stays open."""
        if not self._telling.prestaties:
            raise ValueError("een AW319-bericht heeft ten minste één regel nodig")
        self._schrijf(_records(_slot(self._telling), self._indeling, "99", _slotvelden(self._indeling)))

    def _schrijf(self, records: pl.DataFrame) -> None:
        self._bestand.write(("\r\n".join(records["record"].to_list()) + "\r\n").encode("latin-1"))


def _geordend(regels: pl.DataFrame, eerder: Telling) -> pl.DataFrame:
    """Lines by client: rij (place in the input), client (number), eerste (of its client) and regelnummer."""
    geordend = (
        regels.with_row_index("rij")
        .with_columns(client=pl.col("rij").min().over("bsn"))
        .sort("client", "rij")
        .with_columns(eerste=(pl.col("client") != pl.col("client").shift(1)).fill_null(value=True))
        .with_columns(client=pl.col("eerste").cum_sum() + eerder.verzekerden)
    )
    # Above each line stand the header record, the insured records so far and the lines before it.
    regelnummer = 1 + eerder.prestaties + pl.col("client") + pl.int_range(1, pl.len() + 1)
    return geordend.with_columns(regelnummer=regelnummer.cast(pl.UInt32))


def _verder(telling: Telling, geordend: pl.DataFrame) -> Telling:
    """The count with these lines."""
    clienten, cent = geordend.select(pl.col("eerste").sum(), met_teken().sum()).row(0)
    return Telling(telling.verzekerden + clienten, telling.prestaties + geordend.height, telling.cent + cent)


def _slot(telling: Telling) -> pl.DataFrame:
    """The figures of the closing record, one row."""
    details = telling.verzekerden + telling.prestaties
    tellers = {
        "aantal_verzekerden": telling.verzekerden,
        "aantal_prestaties": telling.prestaties,
        "aantal_details": details,
        "totaalbedrag": abs(telling.cent),
    }
    schema = {"regelnummer": pl.UInt32, **dict.fromkeys(tellers, pl.Int64), "credit": pl.Boolean}
    return pl.DataFrame([{"regelnummer": details + 2, **tellers, "credit": telling.cent < 0}], schema=schema)


def _records(frame: pl.DataFrame, indeling: Indeling, soort: str, velden: dict[str, pl.Expr]) -> pl.DataFrame:
    """`regelnummer` and `record` of each row; a field without a value is zeros (numeric) or spaces."""
    delen = []
    for naam, rubriek in indeling.rubrieken(soort).items():
        vulling, lengte = "0" if rubriek.type == "N" else " ", rubriek.lengte
        if naam not in velden:
            delen.append(pl.lit(vulling * lengte))
            continue
        leeg = " " * lengte if naam in LEEG_IS_SPATIES else vulling * lengte
        waarde = velden[naam]
        vol = waarde.str.pad_start(lengte, "0") if rubriek.type == "N" else waarde.str.pad_end(lengte, " ")
        delen.append(vol.fill_null(leeg))
    records = frame.select("regelnummer", record=pl.concat_str(delen))
    if not (records["record"].str.len_chars() == indeling.recordlengte).all():
        raise ValueError(f"een waarde past niet in haar veld van record {soort}")
    return records


def _waarde(naam: str) -> pl.Expr:
    """A column of a declaration line as text."""
    if DECLARATIE[naam] == pl.Date:
        return pl.col(naam).dt.strftime("%Y%m%d")
    return pl.col(naam).cast(pl.String)


def _waarden(indeling: Indeling, soort: str) -> dict[str, pl.Expr]:
    return {naam: _waarde(naam) for naam in indeling.rubrieken(soort) if naam in DECLARATIE}


def _kopvelden(indeling: Indeling) -> dict[str, pl.Expr]:
    return {
        **_waarden(indeling, "01"),
        "kenmerk": pl.lit("01"),
        "bericht": pl.lit(indeling.bericht),
        "versie": pl.lit(indeling.versie),
        "subversie": pl.lit(indeling.subversie),
        "soort_bericht": pl.lit("P"),
        "betaling_aan": pl.lit("03"),
        "valuta": pl.lit(VALUTA),
    }


def _verzekerdevelden(indeling: Indeling) -> dict[str, pl.Expr]:
    getal = pl.col("bsn").cast(pl.Int64, strict=False).fill_null(0)
    return {
        **_waarden(indeling, "02"),
        **_clientvelden(),
        "kenmerk": pl.lit("02"),
        "geslacht": (getal % 2 + 1).cast(pl.String),
        "naamgebruik_1": pl.lit("1"),
        "naam_1": (getal % len(NAMEN)).replace_strict(dict(enumerate(NAMEN)), return_dtype=pl.String),
        "voorletters": pl.lit("A"),
        "postcode": pl.concat_str((getal % 9000 + 1000).cast(pl.String), pl.lit("AB")),
        "huisnummer": (getal % 199 + 1).cast(pl.String),
        "overleden": pl.when("overleden").then(pl.lit("1")).otherwise(pl.lit("2")),
    }


def _prestatievelden(indeling: Indeling) -> dict[str, pl.Expr]:
    return {
        **_waarden(indeling, "04"),
        **_clientvelden(),
        "kenmerk": pl.lit("04"),
        "doorsturen": pl.lit("1"),
        "aanvraagnummer": _waarde("besluitnummer"),
        "prestatiecodelijst": _waarde("prestatiecodelijst").fill_null(PRESTATIECODELIJST),
        "debet_credit_2": pl.coalesce("debet_credit_2", "debet_credit"),
    }


def _clientvelden() -> dict[str, pl.Expr]:
    """Fields that a performance record repeats of its insured record, and the number of the record."""
    return {
        "identificatie": (pl.col("regelnummer") - 1).cast(pl.String),
        "uzovi": pl.lit(UZOVI_VERZEKERAAR),
        "clientnummer": zin("CL{}", "client"),
    }


def _slotvelden(indeling: Indeling) -> dict[str, pl.Expr]:
    velden = indeling.rubrieken("99")
    tellers = ("aantal_verzekerden", "aantal_prestaties", "aantal_details", "totaalbedrag")
    return {
        "kenmerk": pl.lit("99"),
        **{naam: pl.col(naam).clip(upper_bound=10 ** velden[naam].lengte - 1).cast(pl.String) for naam in tellers},
        "debet_credit": pl.when("credit").then(pl.lit("C")).otherwise(pl.lit("D")),
    }
