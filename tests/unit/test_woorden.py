"""A reader takes no declaratieregel, controleregel or bestandsregel for another; see CONTRIBUTING.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from wlz_declaratie.contract.tabellen import TABELLEN
from wlz_declaratie.kern.regel import Regel, alle_regels
from wlz_declaratie.rapport.catalogus import secties

TESTS = Path(__file__).parent.parent
BRON = TESTS.parent / "src" / "wlz_declaratie"
LOS = re.compile(r"(?<![-\w])[Rr]egels?(?![-\w])")
PLAATS = re.compile(r"(\S+) regel (?=[\d{])|\b([Dd]eze) regels?\b")
"""A bare word before a number, with the word before it, or after "deze"."""
BESTAND = re.compile(r"\.(csv|parquet|txt|asc|toml)$")


def verkeerd(tekst: str) -> list[str]:
    """Bare places in a text, but those right behind the name of a file or table."""
    plaatsen = PLAATS.finditer(" ".join(tekst.split()))
    namen = ((p[0], (p[1] or "").strip("(,:;")) for p in plaatsen)
    return [plaats for plaats, naam in namen if not (BESTAND.search(naam) or naam in TABELLEN)]


def test_de_proef_ziet_wat_zij_moet_zien() -> None:
    assert verkeerd("ook op regel 12") == ["op regel "]
    assert verkeerd("op deze regel nog 3") == ["deze regel"]
    assert not verkeerd("bestandsregel 12; (toewijzing 754 vpt, toewijzingen.csv regel 12); pgb.csv, regel 3: leeg")
    assert not verkeerd("dossierrij niet bruikbaar: pgb regel 3; op deze declaratieregel nog 3")


@pytest.mark.parametrize("pad", sorted((TESTS / "golden").glob("*.txt")), ids=lambda pad: pad.stem)
def test_wat_op_het_scherm_komt(pad: Path) -> None:
    tekst = pad.read_text("utf-8")
    assert verkeerd(tekst) == []
    assert re.findall(r"(?m)^ ?Regels? {2,}.*| {2}Regels? {2}.*", tekst) == []


def test_elke_melding_in_de_gevallen_van_elke_regel() -> None:
    fout = {pad.stem: verkeerd(pad.read_text("utf-8")) for pad in sorted((TESTS / "regels").glob("*.yaml"))}
    assert {naam: gevonden for naam, gevonden in fout.items() if gevonden} == {}


@pytest.mark.parametrize("regel", alle_regels().values(), ids=lambda regel: regel.id)
def test_uitleg_noemt_eerst_het_hele_woord(regel: Regel) -> None:
    assert not LOS.search(regel.titel)
    for naam, tekst in secties(regel).items():
        if los := LOS.search(tekst):
            assert re.search(r"(declaratie|bestands)regels?", tekst[: los.start()]), f"{regel.id}, {naam}: {tekst}"


@pytest.mark.parametrize("kamer", ["cli", "rapport", "regels", "kern/taal"])
def test_koppen_en_sjablonen(kamer: str) -> None:
    """No heading that is only Regel, and no text of ours with a place that may be any of the three."""
    fout = []
    for pad in sorted((BRON / kamer).rglob("*.py")):
        boom = ast.parse(pad.read_text("utf-8"))
        for deel in ast.walk(boom):
            if isinstance(deel, ast.JoinedStr):
                tekst = "".join(str(d.value) if isinstance(d, ast.Constant) else "{}" for d in deel.values)
            elif isinstance(deel, ast.Constant) and isinstance(deel.value, str):
                tekst = deel.value
            else:
                continue
            if tekst in ("Regel", "Regels") or tekst.startswith("regel {") or verkeerd(tekst):
                fout.append(f"{pad.relative_to(BRON)}:{deel.lineno} {tekst}")
    assert fout == []
