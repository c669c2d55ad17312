"""Coverage: what the sources say, statement by statement, with the rules that test it or why no line can show it.

``python -m wlz_declaratie.rapport.dekking FILE`` writes the Markdown page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from wlz_declaratie.basis.meegeleverd import lees_toml


@dataclass(frozen=True)
class Bron:
    """A source document."""

    sleutel: str
    titel: str
    jaar: int | None

    def __str__(self) -> str:
        return f"{self.sleutel} · {self.titel}" + (f" ({self.jaar})" if self.jaar else "")


@dataclass(frozen=True)
class Uitspraak:
    """One statement in our own words: tested by ``regels``, or not testable for ``reden``."""

    bron: str
    paragraaf: str
    uitspraak: str
    regels: tuple[str, ...]
    reden: str | None


def bronnen() -> dict[str, Bron]:
    """The source documents by key."""
    return {
        sleutel: Bron(sleutel, inhoud["titel"], inhoud.get("jaar"))
        for sleutel, inhoud in lees_toml("dekking.toml")["bronnen"].items()
    }


def uitspraken() -> list[Uitspraak]:
    """All statements, in the order of the table (per source, then per paragraph)."""
    return [
        Uitspraak(rij["bron"], rij["paragraaf"], rij["uitspraak"], tuple(rij.get("regels", ())), rij.get("reden"))
        for rij in lees_toml("dekking.toml")["uitspraken"]
    ]


def als_json(uitspraak: Uitspraak) -> dict[str, Any]:
    """One statement as plain values."""
    return {
        "bron": uitspraak.bron,
        "paragraaf": uitspraak.paragraaf,
        "uitspraak": uitspraak.uitspraak,
        "regels": list(uitspraak.regels),
        "reden": uitspraak.reden,
    }


def _telling(lijst: list[Uitspraak]) -> str:
    getoetst = sum(bool(uitspraak.regels) for uitspraak in lijst)
    return f"{len(lijst)} uitspraken, {getoetst} getoetst, {len(lijst) - getoetst} niet aan een regel te zien"


def terminal() -> Iterator[RenderableType]:
    """Coverage for a person: per source and paragraph."""
    alle = uitspraken()
    documenten = bronnen()
    for sleutel, groep in groupby(alle, key=lambda uitspraak: uitspraak.bron):
        lijst = list(groep)
        yield Text.assemble("\n", (str(documenten[sleutel]), "bold"), f"\n{_telling(lijst)}")
        for uitspraak in lijst:
            slot = (
                (", ".join(uitspraak.regels), "green")
                if uitspraak.regels
                else (f"niet getoetst: {uitspraak.reden}", "dim")
            )
            yield Padding(
                Text.assemble((f"{uitspraak.paragraaf}  ", "bold"), f"{uitspraak.uitspraak}\n", slot), (0, 0, 0, 2)
            )
    yield Text(f"\n{_telling(alle)}.")


def markdown() -> str:
    """Coverage as a page."""
    documenten = bronnen()
    alle = uitspraken()
    delen = [
        "# Dekking",
        "",
        "Wat de bronnen zeggen over wat gedeclareerd mag worden, met de regel die het toetst of de reden waarom geen",
        "declaratieregel het kan tonen. Gemaakt uit `dekking.toml`; pas die aan en draai `make goud`.",
        "",
        f"{_telling(alle)}.",
    ]
    for sleutel, groep in groupby(alle, key=lambda uitspraak: uitspraak.bron):
        delen += [
            "",
            f"## {documenten[sleutel]}",
            "",
            "| § | uitspraak | regels, of waarom niet |",
            "| --- | --- | --- |",
        ]
        delen += [f"| {u.paragraaf} | {u.uitspraak} | {', '.join(u.regels) or f'*{u.reden}*'} |" for u in groep]
    return "\n".join(delen) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(markdown(), encoding="utf-8")
