"""Texts that want to be more than text: control characters, bidi marks, markup, formulas, emoji codes.

`batch_csv` and `batch_parquet` put one in every text field of a batch that is shown.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import polars as pl

C0 = [chr(code) for code in (*range(0x20), 0x7F)]
C1 = [chr(code) for code in range(0x80, 0xA0)]
BIDI = list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ONZICHTBAAR = list("\u200b\u200c\u200d\u2028\u2029\u2060\ufeff\ufff9\U000e0041")
BESTURING = [*C0, *C1, *BIDI, *ONZICHTBAAR]
"""No output may hold one of these, but for the line ends of its own layout."""
STUUR = ["\x1b[2J", "\x1b]0;titel\x07", "\x1b]8;;http://x/\x1b\\klik\x1b]8;;\x1b\\", "\x9b2J", "a\rb", "\u202egnp.exe"]
"""What a terminal would obey."""
OPMAAK = [
    "[/x]", "[/]", "[bold]", "[red]x[/red]", "[link=http://x/]klik[/link]", "[@click=app.quit]x[/]", "\\[/x]", "[",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<r><t>rijk</t></r>", "_x001B_", "http://x/", "{0}",
]  # fmt: skip
EMOJI = [":smile:", ":skull:"]
FORMULES = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", '=HYPERLINK("http://x/")', "\uff1d1+1", "\uff201"]
ALLES = [*STUUR, *OPMAAK, *EMOJI, *FORMULES]

TEKSTVELDEN = (
    "referentienummer", "prestatiecode", "uitvoerder", "declarant", "factuurnummer", "machtigingsnummer",
    "besluitnummer", "zzpcode", "functiecode", "uzovi", "prestatiecodelijst", "tijdseenheid",
    "referentienummer_voorgaand",
)  # fmt: skip
"""Fields that may hold any text."""


def regel(**velden: str) -> dict[str, str]:
    """A line on which MUT-01 finds something, with other fields in the place of its own."""
    return {
        "referentienummer": "A1", "bsn": "999900006", "begindatum": "2026-03-01", "einddatum": "2026-03-14",
        "prestatiecode": "Z916", "aantal": "14", "uitvoerder": "06290101", "tarief": "100,00", "bedrag": "1400,00",
        "declaratiebedrag": "1400,00", **velden,
    }  # fmt: skip


def in_elk_veld(waarde: str) -> list[dict[str, str]]:
    """A line that is whole but for the header fields, and one for each text field, with ``waarde`` in it."""
    kop = {"declarant": waarde, "factuurnummer": waarde}
    return [regel(**kop), *(regel(**{veld: waarde}) for veld in TEKSTVELDEN)]


def batch_csv(map_: Path, waarden: Iterable[str], naam: str = "batch.csv", kolom: str | None = None) -> Path:
    """A CSV batch with each value in each text field, and as heading of a column of its own unless ``kolom`` is."""
    waarden = list(waarden)
    regels = [regel_ for waarde in waarden for regel_ in in_elk_veld(waarde)]
    velden = list(dict.fromkeys(veld for regel_ in regels for veld in regel_))
    doel = map_ / naam
    with doel.open("w", encoding="utf-8", newline="") as naar:
        schrijver = csv.DictWriter(naar, [*velden, kolom or f"k{waarden[0]}"], delimiter=";", quoting=csv.QUOTE_ALL)
        schrijver.writeheader()
        schrijver.writerows(regels)
    return doel


def batch_parquet(map_: Path, waarden: Iterable[str], naam: str = "batch.parquet") -> Path:
    """The same as Parquet, which holds any character."""
    regels = [regel_ for waarde in waarden for regel_ in in_elk_veld(waarde)]
    velden = list(dict.fromkeys(veld for regel_ in regels for veld in regel_))
    doel = map_ / naam
    tabel = pl.DataFrame(
        [{veld: regel_.get(veld) for veld in velden} for regel_ in regels], schema=dict.fromkeys(velden, pl.String)
    )
    tabel.with_columns(pl.lit("x").alias(f"k{regels[0]['declarant']}")).write_parquet(doel)
    return doel
