"""Read a return message AW320: fixed records of 370 bytes in ISO-8859-1, each on a line of its own.

The message goes by in blocks of whole lines that are cut into columns at once. It was not made here, so there is
nothing to mend: what does not look like the layout is refused, with the place.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from wlz_declaratie.inlezen.aw319_bestand import lees_blokken
from wlz_declaratie.inlezen.aw319_controles import als_dag
from wlz_declaratie.inlezen.aw320_indeling import CODES, berichtcode, recordlengte, rubrieken
from wlz_declaratie.inlezen.basis import Invoerfout, controleer_bestand

RETOUR: dict[str, pl.DataType | type[pl.DataType]] = {
    "retourregel": pl.UInt32,
    "kenmerk": pl.String,
    "ouder": pl.UInt32,
    "referentienummer": pl.String,
    "retourcodes": pl.List(pl.String),
    "berekend_cent": pl.Int64,
    "toegekend_cent": pl.Int64,
}
"""A returned record: retourregel (physical line, the first is 1), kenmerk, ouder (retourregel of the insured record
above a performance record), and of a performance record its reference and amounts in cents (credit negative)."""

TELLERS = {"aantal_verzekerden": "02", "aantal_debiteuren": "03", "aantal_prestaties": "04", "aantal_commentaren": "98"}


@dataclass(frozen=True)
class Retourbericht:
    """A return message, read. ``records`` has the schema RETOUR, all but the closing record.

    The totals are those of the closing record, in cents, credit negative; null where no amount stands there.
    ``opmerkingen`` say where the closing record contradicts the records.
    """

    naam: str
    sha256: str
    referentie: str | None
    datum_retour: date | None
    factuurnummer: str | None
    records: pl.DataFrame
    totaal_ingediend_cent: int | None
    totaal_toegekend_cent: int | None
    opmerkingen: tuple[str, ...]


def lees_aw320(pad: Path, naam: str) -> Retourbericht:
    """Read the return message at `pad`, which the user calls `naam`; Invoerfout when it is not a whole AW320."""
    controleer_bestand(pad, naam)
    som = hashlib.sha256()
    delen, einde, regels, kop = [], b"", 0, ""
    try:
        for blok in lees_blokken(pad, b"\n", som):
            ruw = _regels(blok, regels, naam)
            if not regels:
                kop = _kop(ruw, naam)
            regels += ruw.height
            delen.append(_velden(ruw, naam))
    except OSError as fout:
        reden = f"het bestand is niet te lezen ({fout.strerror})"
        raise Invoerfout(naam, reden, "Kopieer het bestand en probeer het opnieuw.") from None
    return _bericht(naam, som.hexdigest(), kop, pl.concat(delen))
