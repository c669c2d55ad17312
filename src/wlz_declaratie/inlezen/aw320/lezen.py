"""Read a return message AW320: fixed records in ISO-8859-1, each on a line of its own.

The message goes by in blocks of whole lines that are cut into columns at once. It was not made here, so there is
nothing to mend: what does not look like the layout is refused, with the place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.tonen import gemaskeerd
from wlz_declaratie.contract import berichten
from wlz_declaratie.contract.berichten import Indeling, Rubriek
from wlz_declaratie.inlezen.aw319.bestand import MEESTE_FOUTE_REGELS, lees_blokken
from wlz_declaratie.inlezen.aw319.controles import als_dag
from wlz_declaratie.inlezen.aw320.indeling import CODES, PATROON
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

_BEGIN = 1 << 16
"""Bytes in which the header must stand for its version to count."""

_OPNIEUW = "Haal het bericht opnieuw op en bewaar het onveranderd."

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
    delen: list[pl.DataFrame] = []
    aantal, leeg, kop, slot = 0, 0, "", None
    try:
        indeling = _indeling(pad)
        lengte = indeling.recordlengte
        for blok in lees_blokken(pad, b"\n", lengte, som, naam):
            leeg += max(0, blok.count(b"\n") - len(blok) // lengte - 1)
            if leeg > MEESTE_FOUTE_REGELS:
                raise Invoerfout(naam, f"meer dan {MEESTE_FOUTE_REGELS} bestandsregels zijn geen record", _OPNIEUW)
            regels = _regels(blok, aantal)
            aantal += regels.height
            regels = regels.filter(pl.col("regel") != "")
            if regels.is_empty():
                continue
            if not delen:
                kop = _kop(regels["regel"][0], indeling, naam)
            _keur(regels, lengte, slot is not None, naam)
            slot = next(iter(regels.filter(kenmerk="99")["regel"]), None)
            delen.append(_velden(regels, indeling, naam))
    except OSError as fout:
        reden = f"het bestand is niet te lezen ({fout.strerror})"
        remedie = "Kopieer het bestand en probeer het opnieuw."
        raise Invoerfout(naam, reden, remedie, systeem=fout.errno) from None
    if slot is None:
        reden = "het retourbericht breekt af: er is geen sluitrecord (99)"
        raise Invoerfout(naam, reden, "Haal het bericht opnieuw op.")
    return _bericht(naam, som.hexdigest(), indeling, kop, slot, pl.concat(delen))


def _indeling(pad: Path) -> Indeling:
    """The layout of the version that the header names; of an unknown one the usual."""
    with pad.open("rb") as bestand:
        begin = bestand.read(_BEGIN).lstrip(b"\r\n\x1a").decode("latin-1")
    bekend = (een for een in berichten.indelingen("aw320") if een.past_bij(begin))
    return next(bekend, berichten.indeling("aw320"))


def _regels(blok: bytes, eerder: int) -> pl.DataFrame:
    """retourregel, regel and kenmerk of each line; an end-of-file mark (0x1A) is an empty one."""
    tekst = blok.decode("latin-1").removesuffix("\n").split("\n")
    regel = pl.col("regel").str.strip_suffix("\r")
    return (
        pl.DataFrame({"regel": tekst}, schema={"regel": pl.String})
        .with_row_index("retourregel", eerder + 1)
        .with_columns(pl.when(regel != "\x1a").then(regel).otherwise(pl.lit("")))
        .with_columns(kenmerk=pl.col("regel").str.slice(0, 2))
    )


def _kop(record: str, indeling: Indeling, naam: str) -> str:
    velden, code = indeling.rubrieken("01"), indeling.bericht
    if velden["kenmerk"].van(record) != "01" or velden["bericht"].van(record) != code:
        reden = f"geen AW320-retourbericht: het begint niet met een voorlooprecord met berichtcode {code}"
        raise Invoerfout(naam, reden, "Geef het retourbericht dat bij de AW319 hoort.", "regel 1")
    return record


def _keur(regels: pl.DataFrame, hoort: int, na_slot: bool, naam: str) -> None:
    """Refuse a record of another length, and any record below the closing record."""
    lengte = pl.col("regel").str.len_chars()
    for retourregel, gelezen in regels.filter(lengte != hoort).select("retourregel", lengte).head(1).iter_rows():
        reden = f"recordlengte is {gelezen}; een AW320 {PATROON} heeft {hoort}"
        raise Invoerfout(naam, reden, _OPNIEUW, f"regel {retourregel}")
    # 369 bytes and CR/LF are as long as 370 and LF; a CR within a record stands where a byte was.
    for retourregel in regels.filter(pl.col("regel").str.contains("\r", literal=True))["retourregel"].head(1):
        raise Invoerfout(naam, "er staat een CR binnen een record", _OPNIEUW, f"regel {retourregel}")
    gezien = (pl.col("kenmerk") == "99").cum_max().shift(1, fill_value=False) | na_slot
    for retourregel in regels.filter(gezien)["retourregel"].head(1):
        reden = "na het sluitrecord (99) volgt nog een record"
        raise Invoerfout(naam, reden, "Zet één retourbericht in een bestand.", f"regel {retourregel}")


def _velden(regels: pl.DataFrame, indeling: Indeling, naam: str) -> pl.DataFrame:
    """The records of a block as RETOUR, with ouder only where the insured record stands in the same block."""
    regels = regels.filter(pl.col("kenmerk") != "99")
    kenmerk, regel = pl.col("kenmerk"), "regel"
    kop, verzekerde, prestatie = (indeling.rubrieken(record) for record in ("01", "02", "04"))

    def veld(van: str) -> pl.Expr:
        return (
            pl.when(kenmerk == "04")
            .then(prestatie[van].uit(regel))
            .when(kenmerk == "01")
            .then(kop[van].uit(regel))
            .otherwise(verzekerde[van].uit(regel))
            .str.strip_chars()
        )

    codes = regels.select("retourregel", *(veld(code).alias(code) for code in CODES))
    vreemd = codes.filter(pl.any_horizontal(~pl.col(CODES).str.contains(r"^(?:[0-9]{4})?$")))
    for retourregel in vreemd["retourregel"].head(1):
        reden = "waar een retourcode hoort, staat iets anders dan vier cijfers"
        remedie = f"Dit bericht is niet opgemaakt {PATROON}; meld het met de beschrijving van het zorgkantoor."
        raise Invoerfout(naam, reden, remedie, f"regel {retourregel}")
    gevuld = pl.concat_list(pl.when(~pl.col(code).is_in(["", "0000"])).then(code) for code in CODES)
    referentie = prestatie["referentienummer"].uit(regel).str.strip_chars()
    is_prestatie = kenmerk == "04"
    berekend = _cent(regel, prestatie, "berekend_bedrag", "berekend_debet_credit")
    toegekend = _cent(regel, prestatie, "toegekend_bedrag", "toegekend_debet_credit")
    return regels.select(
        "retourregel",
        "kenmerk",
        ouder=pl.when(kenmerk == "02").then("retourregel").forward_fill(),
        referentienummer=pl.when(is_prestatie & (referentie != "")).then(referentie),
        retourcodes=codes.select(gevuld.list.drop_nulls().list.unique(maintain_order=True)).to_series(),
        berekend_cent=pl.when(is_prestatie).then(berekend),
        toegekend_cent=pl.when(is_prestatie).then(toegekend),
    ).cast(pl.Schema(RETOUR))


def _cent(kolom: str, velden: Mapping[str, Rubriek], bedrag: str, teken: str) -> pl.Expr:
    """An amount in cents, negative for credit; null when no number stands there."""
    cent = velden[bedrag].uit(kolom).cast(pl.UInt64, strict=False).cast(pl.Int64)
    return pl.when(velden[teken].uit(kolom) == "C").then(-cent).otherwise(cent)


def _bericht(naam: str, sha256: str, indeling: Indeling, kop: str, slot: str, records: pl.DataFrame) -> Retourbericht:
    velden, slotvelden = indeling.rubrieken("01"), indeling.rubrieken("99")
    totalen = pl.DataFrame({"slot": [slot]}).select(
        ingediend=_cent("slot", slotvelden, "totaal_ingediend", "ingediend_debet_credit"),
        toegekend=_cent("slot", slotvelden, "totaal_toegekend", "toegekend_debet_credit"),
    )
    ingediend, toegekend = totalen.row(0)
    is_prestatie = pl.col("kenmerk") == "04"
    return Retourbericht(
        naam=naam,
        sha256=sha256,
        referentie=velden["referentie"].van(kop).strip() or None,
        datum_retour=als_dag(velden["datum_retour"].van(kop)),
        factuurnummer=velden["factuurnummer"].van(kop).strip() or None,
        records=records.with_columns(pl.when(is_prestatie).then(pl.col("ouder").forward_fill())),
        totaal_ingediend_cent=ingediend,
        totaal_toegekend_cent=toegekend,
        opmerkingen=tuple(_opmerkingen(slot, slotvelden, records, toegekend)),
    )


def _opmerkingen(
    slot: str, velden: Mapping[str, Rubriek], records: pl.DataFrame, toegekend: int | None
) -> Iterator[str]:
    geteld = dict(records["kenmerk"].value_counts().iter_rows())
    for naam, kenmerk in TELLERS.items():
        waarde, aantal = velden[naam].van(slot).strip(), geteld.get(kenmerk, 0)
        if waarde != f"{aantal:0{velden[naam].lengte}d}":
            yield f"het sluitrecord noemt '{gemaskeerd(waarde)}' records {kenmerk}, er staan er {aantal}"
    som = records["toegekend_cent"].sum()
    if toegekend != som:
        yield "het toegekende totaal in het sluitrecord is niet de som van de prestatierecords"
