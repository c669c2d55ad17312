"""The last lock on the door: a console that takes no text for more than text."""

from __future__ import annotations

import io

import pytest
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vijandig.tekens import BESTURING, EMOJI, OPMAAK
from wlz_declaratie.rapport.scherm import Delen, Scherm


def afdruk(deel: object) -> str:
    scherm = Scherm()
    scherm.file = io.StringIO()
    scherm.print(deel, soft_wrap=True)
    return scherm.file.getvalue()


def in_tabel(tekst: str) -> Table:
    tabel = Table(title=tekst, caption=tekst)
    tabel.add_column(tekst)
    tabel.add_row(tekst)
    return tabel


@pytest.mark.parametrize("tekst", [*OPMAAK, *EMOJI])
def test_opmaak_is_tekst(tekst: str) -> None:
    assert afdruk(tekst) == f"{tekst}\n"
    assert afdruk(in_tabel(tekst)).count(tekst) >= 4


@pytest.mark.parametrize("maak", [str, Text, in_tabel])
def test_geen_stuurteken_komt_erdoor(maak: type) -> None:
    for teken in BESTURING:
        if teken != "\n":
            assert teken not in afdruk(maak(f"a{teken}b"))


def test_de_breedte_blijft_gelijk() -> None:
    met, zonder = (afdruk(in_tabel(tekst)).splitlines() for tekst in ("a\x1b\u202eb é", "ab é"))
    assert [len(regel) for regel in met] == [len(regel) for regel in zonder]


def test_wat_gewoon_is_blijft_gewoon() -> None:
    tabel = in_tabel("€ 1.234,56 é 日本 😀")
    gewoon = Console(file=io.StringIO(), highlight=False)
    gewoon.print(tabel, soft_wrap=True)
    assert afdruk(tabel) == gewoon.file.getvalue()  # type: ignore[attr-defined]


LANG = " ".join(["woord"] * 200)


def test_zonder_terminal_wordt_niets_afgebroken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    for deel in (LANG, Padding.indent(Text(LANG), 2), Padding.indent(Group(Delen([LANG, "einde"]), Text("kort")), 2)):
        scherm = Scherm()
        scherm.file = io.StringIO()
        scherm.print(deel)
        eerste = scherm.file.getvalue().splitlines()[0]
        assert LANG in eerste
        assert len(eerste) < len(LANG) + 20  # and nothing fills a line that has no end
    monkeypatch.setenv("COLUMNS", "80")
    scherm = Scherm()
    scherm.file = io.StringIO()
    scherm.print(LANG)
    assert max(map(len, scherm.file.getvalue().splitlines())) <= 80


@pytest.mark.parametrize(
    ("breedte", "regels"),
    [
        (24, ["bsn 018 · € 1.234,56 · C"]),
        (23, ["bsn 018 · € 1.234,56", "C"]),
        (19, ["bsn 018", "€ 1.234,56 · C"]),
        (9, ["bsn 018", "€", "1.234,56", "C"]),
    ],
)
def test_delen_breken_tussen_delen(breedte: int, regels: list[str]) -> None:
    scherm = Console(file=io.StringIO(), width=breedte)
    scherm.print(Delen(["bsn 018", "€ 1.234,56", "C"]))
    assert [regel.rstrip() for regel in scherm.file.getvalue().splitlines()] == regels  # type: ignore[attr-defined]
