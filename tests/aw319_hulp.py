"""Messages for tests: valid lines, a valid message, and one field of it changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.contract.berichten import indeling
from wlz_declaratie.contract.tabellen import DECLARATIE
from wlz_declaratie.inlezen.aw319.lezen import lees_aw319
from wlz_declaratie.inlezen.aw319.schrijven import regelnummers_aw319, schrijf_aw319
from wlz_declaratie.inlezen.basis import Batchbestand

EINDE = b"\r\n"
AW319 = indeling("aw319")
STANDAARD: dict[str, Any] = {
    "bsn": "999900006",
    "geboortedatum": date(1940, 3, 15),
    "overleden": False,
    "besluitnummer": "123456789",
    "zzpcode": "754",
    "begindatum": date(2019, 1, 1),
    "einddatum": date(2019, 1, 31),
    "prestatiecodelijst": "055",
    "prestatiecode": "Z041",
    "aantal": 31,
    "tijdseenheid": "14",
    "uitvoerder": "06290001",
    "tarief": 10000,
    "bedrag": 310000,
    "declaratiebedrag": 310000,
    "debet_credit": "D",
    "debet_credit_2": "D",
    "declarant": "06290001",
    "uzovi": "5501",
    "factuurnummer": "F2019-0001",
    "dagtekening": date(2019, 2, 5),
    "begindatum_periode": date(2019, 1, 1),
    "einddatum_periode": date(2019, 1, 31),
}


def lijnen(*afwijkend: dict[str, Any]) -> pl.DataFrame:
    """Declaration lines; each dict says how a line differs from the standard one."""
    rijen = [
        {"referentienummer": f"REF-{nummer}", **STANDAARD, **anders} for nummer, anders in enumerate(afwijkend, start=1)
    ]
    kaal = pl.DataFrame([{naam: rij.get(naam) for naam in DECLARATIE} for rij in rijen], schema=DECLARATIE)
    return kaal.with_columns(regelnummers_aw319(kaal).alias("regelnummer"))


def bericht(map_: Path, *afwijkend: dict[str, Any]) -> list[bytes]:
    """The records of a valid message, without line ends."""
    schrijf_aw319(lijnen(*afwijkend), map_ / "geldig.asc")
    return (map_ / "geldig.asc").read_bytes().split(EINDE)[:-1]


def met(record: bytes, naam: str, waarde: str) -> bytes:
    """The record with another value in one field, as wide as that field."""
    veld = AW319.rubrieken(record[:2].decode())[naam]
    assert len(waarde) == veld.lengte
    return record[: veld.begin] + waarde.encode("latin-1") + record[veld.begin + veld.lengte :]


def commentaar(identificatie: int) -> bytes:
    """A comment record."""
    return f"98{identificatie:012d}0001Een vrije tekst".ljust(AW319.recordlengte).encode("latin-1")


def lees(map_: Path, inhoud: bytes | list[bytes]) -> Batchbestand:
    """Read a message; records get CR/LF."""
    pad = map_ / "bericht.asc"
    pad.write_bytes(inhoud if isinstance(inhoud, bytes) else b"".join(record + EINDE for record in inhoud))
    return lees_aw319(pad, "bericht.asc", map_)


def gevonden(batch: Batchbestand) -> list[tuple[str, int | None]]:
    """Id and physical line of every finding."""
    return list(batch.meldingen.select("regel_id", "regelnummer").iter_rows())
