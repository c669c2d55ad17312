"""What of a text from outside may be shown."""

from __future__ import annotations

import json
import unicodedata

import polars as pl
import pytest

from vijandig.tekens import BESTURING
from wlz_declaratie.basis.tonen import TEKEN, gemaskeerd, ontsnapt, schone, schone_json, schoon, zonder_bsn
from wlz_declaratie.inlezen.basis import toon

BIDI = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
GEVAARLIJK = [
    teken
    for punt in range(0x110000)
    if not 0xD800 <= punt <= 0xDFFF
    and (
        unicodedata.category(teken := chr(punt)) in ("Cc", "Zl", "Zp")
        or unicodedata.bidirectional(teken) in BIDI
        or punt in (0x200E, 0x200F, 0x061C)
    )
]


def test_geen_stuurteken_en_geen_schrijfrichting_blijft_over() -> None:
    assert len(GEVAARLIJK) > 75
    assert schoon("".join(GEVAARLIJK)) == TEKEN * len(GEVAARLIJK)


def test_een_kolom_als_een_tekst() -> None:
    teksten = [f"a{teken}b" for teken in GEVAARLIJK]
    assert pl.Series(teksten).to_frame("t").select(schone(pl.col("t")))["t"].to_list() == [schoon(t) for t in teksten]


def test_wat_een_lezer_toont_heeft_die_tekens_ook_niet() -> None:
    assert toon("x" + "".join(GEVAARLIJK[:30]) + "y") == "'x y'"
    for teken in GEVAARLIJK:
        assert toon(f"a{teken}b") == "'a b'"


def test_gewone_tekst_blijft() -> None:
    tekst = "Factuur 2026/03 € 1.650,00 é ë [b]vet[/b] 'x' 😀"
    assert schoon(tekst) == tekst


@pytest.mark.parametrize(
    ("naam", "schoon"),
    [
        ("999900006.csv", "x-ab12.csv"),
        ("a_999900006_b.csv", "a_x-ab12_b.csv"),
        ("20190205999900006.csv", "x-ab12.csv"),
        ("999900007.csv", "999900007.csv"),  # fails the eleven-test
        ("000000000.csv", "000000000.csv"),
        ("06290001_20190205.asc", "06290001_20190205.asc"),
        ("niet\udce9.csv", "niet\ufffd.csv"),
    ],
)
def test_een_naam_zonder_bsn(naam: str, schoon: str) -> None:
    assert zonder_bsn(naam, "ab12") == schoon


@pytest.mark.parametrize(
    ("tekst", "getoond"),
    [
        ("999900006", "******006"),
        ("F-999900006/1", "F-******006/1"),
        ("999900007", "999900007"),  # fails the eleven-test
        ("202603999900006", "202603999900006"),  # nine digits within a longer number say nothing
        ("06290001", "06290001"),
        ("a\x1bb", "a\ufffdb"),
    ],
)
def test_een_waarde_met_een_bsn(tekst: str, getoond: str) -> None:
    assert gemaskeerd(tekst) == getoond


def test_json_met_ontsnapte_tekens_zegt_hetzelfde() -> None:
    waarde = {"a": ["".join(BESTURING), "é€\U0001f600\\"], "b": "\udcff"}
    tekst = ontsnapt(json.dumps(waarde, ensure_ascii=False, indent=1))
    assert json.loads(tekst) == waarde
    assert "é€\U0001f600" in tekst
    assert not [hex(ord(teken)) for teken in (*BESTURING, "\udcff") if teken != "\n" and teken in tekst]


@pytest.mark.parametrize("waarde", ["\x1b", "\\n", "\\\n", "\\u001b", '"\t\\', "a\r\nb", "\x85\u202e", "é", "\\\\\x00"])
def test_json_in_een_kolom_houdt_geen_stuurteken_over(waarde: str) -> None:
    kolom = pl.DataFrame({"x": [waarde]}).select(pl.struct("x").struct.json_encode())
    schoon_ = json.loads(kolom.select(schone_json(pl.first())).item())["x"]
    assert schoon_ == schoon(waarde)
