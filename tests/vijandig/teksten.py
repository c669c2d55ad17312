"""Hostile text files: CSV, AW319, AW320, AW33 and JSON that try to cost time or memory, or to pass as whole.

Each function writes one file to a path and gives the path. ``GEWEIGERD`` are files that no reader may take.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tabulair import REGEL, csv_tekst

KOP = csv_tekst(REGEL).splitlines()[0]
MB = 1 << 20


def _schrijf(pad: Path, *delen: bytes) -> Path:
    with pad.open("wb") as naar:
        for deel in delen:
            naar.write(deel)
    return pad


# CSV


def csv_veel_kolommen(pad: Path, aantal: int = 1_000_000) -> Path:
    """A header with a million columns."""
    return _schrijf(pad, (KOP + "".join(f";k{nummer}" for nummer in range(aantal)) + "\n").encode())


def csv_lange_kop(pad: Path, mb: int = 64) -> Path:
    """A header of one name that never ends."""
    return _schrijf(pad, KOP.encode() + b";", *[b"k" * MB] * mb)


def csv_lange_regel(pad: Path, mb: int = 64) -> Path:
    """One line of many megabytes."""
    return _schrijf(pad, f"{KOP}\nR1;".encode(), *[b"9" * MB] * mb, b"\n")


def csv_lang_record(pad: Path, mb: int = 64) -> Path:
    """A quoted field over lines that are each just not too long."""
    return _schrijf(pad, f'{KOP}\n"'.encode(), *[b"x" * (MB - 1) + b"\n"] * mb)


def csv_aanhalingstekens(pad: Path, aantal: int = 2_000) -> Path:
    """Open quotes, each with as many lines behind it as a reader looks ahead."""
    return _schrijf(pad, f"{KOP}\n".encode(), *[b'"' + (b"y" * 1_000 + b"\n") * 99] * aantal)


def csv_veel_onleesbaar(pad: Path, aantal: int = 2_000_000) -> Path:
    """Nothing but lines that have one field."""
    return _schrijf(pad, f"{KOP}\n".encode(), b"x\n" * aantal)


def csv_nul(pad: Path) -> Path:
    """A NUL in the last line."""
    return _schrijf(pad, csv_tekst(REGEL).encode(), b"\0\n")


def csv_slechte_bytes(pad: Path) -> Path:
    """UTF-8 with one byte that is none, on line 3 of 4."""
    regels = csv_tekst(*({**REGEL, "referentienummer": f"Zoë-{nummer}"} for nummer in range(3))).encode()
    return _schrijf(pad, regels.replace("Zoë-1".encode(), b"Zo\xeb-1"))


# AW319 and AW320


def aw319_korte_records(pad: Path, records: list[bytes]) -> Path:
    """Every record one byte short, with CR/LF: as long as a whole one with LF."""
    return _schrijf(pad, *(record[:-1] + b"\r\n" for record in records))


def aw319_byte_kwijt(pad: Path, records: list[bytes], einde: bytes, plaats: int) -> Path:
    """A message without the byte at that place."""
    heel = b"".join(record + einde for record in records)
    return _schrijf(pad, heel[:plaats], heel[plaats + 1 :])


def aw319_lange_regel(pad: Path, kop: bytes, mb: int = 96) -> Path:
    """A header, and a line that never ends."""
    return _schrijf(pad, kop, b"\r\n", *[b"4" * MB] * mb)


def aw319_lege_regels(pad: Path, kop: bytes, mb: int = 16) -> Path:
    """A header, and empty lines."""
    return _schrijf(pad, kop, *[b"\r\n" * (MB // 2)] * mb)


def aw320_lange_regel(pad: Path, mb: int = 96) -> Path:
    """One line that never ends."""
    return _schrijf(pad, b"01188", *[b"0" * MB] * mb)


def aw320_lege_regels(pad: Path, mb: int = 16) -> Path:
    """Empty lines only."""
    return _schrijf(pad, *[b"\n" * MB] * mb)


# AW33

_AW33 = b'<Bericht xmlns="http://www.istandaarden.nl/iwlz/2_2/aw33/schema">'


def aw33_diep(pad: Path, diepte: int = 700_000) -> Path:
    """Elements within one another."""
    return _schrijf(pad, _AW33, b"<a>" * diepte, b"</a>" * diepte, b"</Bericht>")


def aw33_veel_elementen(pad: Path, aantal: int = 7 * MB) -> Path:
    """As many elements as a file of that size can hold."""
    return _schrijf(pad, _AW33, b"<a/>" * aantal, b"</Bericht>")


def aw33_veel_attributen(pad: Path, aantal: int = 2_000_000) -> Path:
    """One element with attributes."""
    return _schrijf(pad, _AW33, b"<a", *(b' b%d=""' % nummer for nummer in range(aantal)), b"/></Bericht>")


# A result as baseline

_UITSLAG = b'{"schema":"declaratie-uitslag/1","peildatum":"2026-01-01","bevindingen":'


def json_diep(pad: Path, diepte: int = 10 * MB) -> Path:
    """Lists within one another, where a finding should stand."""
    return _schrijf(pad, _UITSLAG, b"[" * diepte, b"]" * diepte, b"}")


def json_veel(pad: Path, mb: int = 100) -> Path:
    """Empty lists, which take twenty times their size."""
    return _schrijf(pad, _UITSLAG, b"[[", *[b"[]," * (MB // 3)] * mb, b"[]]]}")


def json_elders(pad: Path, mb: int = 100) -> Path:
    """The same beside the findings."""
    return _schrijf(pad, _UITSLAG, b'[],"x":[', *[b"[]," * (MB // 3)] * mb, b"[]]}")


def json_groot_getal(pad: Path, cijfers: int = 5 * MB) -> Path:
    """A number of millions of digits."""
    return _schrijf(pad, _UITSLAG, b'[{"regel_id":', b"9" * cijfers, b"}]}")


GEWEIGERD: dict[str, Callable[[Path], Path]] = {
    "veel-kolommen.csv": csv_veel_kolommen,
    "lange-kop.csv": csv_lange_kop,
    "lange-regel.csv": csv_lange_regel,
    "veel-onleesbaar.csv": csv_veel_onleesbaar,
    "nul.csv": csv_nul,
}
"""Batches that need nothing but a path, and end in exit 2."""


def met_tekst_overal(pad: Path, tekst: str) -> Path:
    """A CSV of one line with this text in every field that is shown somewhere; the other fields are in order."""
    velden = ("referentienummer", "prestatiecode", "uitvoerder", "declarant", "uzovi", "factuurnummer", "tijdseenheid",
              "prestatiecodelijst", "zzpcode", "functiecode", "besluitnummer", "machtigingsnummer", "debet_credit",
              "leveringsvorm", "tarief", "onderwijs", "dagtekening")  # fmt: skip
    aangehaald = '"' + tekst.replace('"', '""') + '"'
    regel = {**REGEL, **dict.fromkeys(velden, aangehaald), f"kolom {tekst}".replace(";", "").replace('"', ""): "x"}
    return _schrijf(pad, csv_tekst(regel).encode())


def uitslag_met_tekst(pad: Path, tekst: str) -> Path:
    """A result of one finding with this text in every field of text but the dates."""
    bevinding = {
        "regel_id": tekst, "ernst": "afkeur", "retourcode": tekst, "bestand": tekst, "regelnummer": 2,
        "referentienummer": tekst, "bsn": tekst, "prestatiecode": tekst, "begindatum": None, "einddatum": None,
        "uitvoerder": tekst, "declaratiebedrag_cent": 1, "melding": tekst, "gegevens": {"waarde": tekst},
    }  # fmt: skip
    tellingen = dict.fromkeys(
        ("regels", "goedgekeurd", "afgekeurd", "met_signaal", "onleesbaar", "bedrag_cent", "goedgekeurd_cent"), 0
    )
    rest = {
        "bestanden": [], "tabellen": [], "dossier": {"tabellen": [], "niet_bruikbaar": [], "niet_genoemd": 0},
        "opmerkingen": [], "samenvatting": {**tellingen, "afgekeurd_cent": 0},
        "regels": [
            {"id": tekst, "titel": tekst, "status": "uitgevoerd", "reden": tekst, "afkeur": 0, "signaal": 0}
        ],
    }  # fmt: skip
    leden = json.dumps(rest)[1:-1].encode()
    kop = _UITSLAG.replace(b'"bevindingen"', leden + b', "bevindingen"')
    return _schrijf(pad, kop, b"[", json.dumps(bevinding).encode(), b"]}")
