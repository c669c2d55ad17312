"""Coverage: what the sources say, statement by statement, with the rules that test it or why no line can show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wlz_declaratie.basis.fouten import Gebruikersfout
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
    """One statement in our own words: tested by ``regels``, or not testable for ``reden``.

    ``waarom`` is the kind of reason, one of `redenen`. ``deel`` is the part of B2, which numbers its two parts apart.
    """

    bron: str
    paragraaf: str
    uitspraak: str
    regels: tuple[str, ...] = ()
    deel: int | None = None
    waarom: str | None = None
    reden: str | None = None

    @property
    def waar(self) -> str:
        """The place in the source: a paragraph, a part and a paragraph, or a heading."""
        return self.paragraaf if self.deel is None else f"deel {self.deel} §{self.paragraaf}"

    @property
    def verwijzing(self) -> str:
        """The source as the ``bronnen`` of a rule name it."""
        if self.deel is not None:
            return f"{self.bron} {self.waar}"
        return f"{self.bron} §{self.paragraaf}" if self.paragraaf[0].isdigit() else self.bron


@cache
def _tabel() -> dict[str, Any]:
    """The table, which is long: read once."""
    return lees_toml("dekking.toml")


def bronnen() -> dict[str, Bron]:
    """The source documents by key."""
    return {
        sleutel: Bron(sleutel, inhoud["titel"], inhoud.get("jaar")) for sleutel, inhoud in _tabel()["bronnen"].items()
    }


def redenen() -> dict[str, str]:
    """The kinds of reason why a statement cannot be tested, with what they mean."""
    return dict(_tabel()["redenen"])


def uitspraken() -> list[Uitspraak]:
    """All statements: per source, then per paragraph, then in the order of the table."""
    rijen = _tabel()["uitspraken"]
    volgorde = list(bronnen())
    return sorted(
        (Uitspraak(**{**rij, "regels": tuple(rij.get("regels", ()))}) for rij in rijen),
        key=lambda uitspraak: (volgorde.index(uitspraak.bron), uitspraak.deel or 0, _nummers(uitspraak.paragraaf)),
    )


def _nummers(paragraaf: str) -> list[int]:
    """4.10 comes after 4.9; headings keep their order."""
    return [int(nummer) for nummer in paragraaf.split(".")] if paragraaf[0].isdigit() else []


def van_bronnen(gevraagd: Sequence[str]) -> list[Uitspraak]:
    """The statements of these sources (B0), parts (B2 deel 1) or paragraphs (B0 §3.7); all of them without any.

    Raises Gebruikersfout for one that says nothing.
    """
    alle = uitspraken()
    gekozen = [" ".join(bron.split()) for bron in gevraagd]
    for bron in gekozen:
        if not any(_onder(uitspraak, bron) for uitspraak in alle):
            raise Gebruikersfout(
                f"'{bron}' is geen bron met uitspraken. Kies uit {', '.join(dict.fromkeys(u.bron for u in alle))}, "
                "of een deel daarvan, zoals 'B2 deel 1' of 'B0 §3.7'."
            )
    return [uitspraak for uitspraak in alle if not gekozen or any(_onder(uitspraak, bron) for bron in gekozen)]


def _onder(uitspraak: Uitspraak, bron: str) -> bool:
    waar, gevraagd = f"{uitspraak.verwijzing} ".casefold(), bron.casefold()
    return waar.startswith((f"{gevraagd} ", f"{gevraagd}.") if "§" in gevraagd else f"{gevraagd} ")


def als_json(uitspraak: Uitspraak) -> dict[str, Any]:
    """One statement as plain values."""
    return {
        "bron": uitspraak.bron,
        "deel": uitspraak.deel,
        "paragraaf": uitspraak.paragraaf,
        "verwijzing": uitspraak.verwijzing,
        "uitspraak": uitspraak.uitspraak,
        "regels": list(uitspraak.regels),
        "waarom": uitspraak.waarom,
        "reden": uitspraak.reden,
    }


def _telling(lijst: Sequence[Uitspraak]) -> str:
    getoetst = sum(bool(uitspraak.regels) for uitspraak in lijst)
    return f"{len(lijst)} uitspraken: {getoetst} getoetst, {len(lijst) - getoetst} niet aan een declaratie te zien"


def _aantallen(lijst: Sequence[Uitspraak]) -> list[tuple[int, str, str]]:
    """How many cannot be tested, by kind of reason and most first: the number, the kind, what it means."""
    betekenis = redenen()
    telling = Counter(uitspraak.waarom for uitspraak in lijst if uitspraak.waarom)
    return [(aantal, waarom, betekenis[waarom]) for waarom, aantal in telling.most_common()]


def terminal(lijst: Sequence[Uitspraak]) -> Iterator[RenderableType]:
    """Coverage for a person: how much is tested and why not the rest, then per source and paragraph."""
    documenten = bronnen()
    yield Text(_telling(lijst), "bold")
    tabel = Table.grid(padding=(0, 1))
    tabel.add_column(justify="right")
    tabel.add_column(style="bold", no_wrap=True)
    tabel.add_column(overflow="fold")
    for aantal, waarom, betekenis in _aantallen(lijst):
        tabel.add_row(str(aantal), waarom, betekenis)
    yield Padding.indent(tabel, 2)
    for sleutel, groep in groupby(lijst, key=lambda uitspraak: uitspraak.bron):
        van_bron = list(groep)
        yield Text.assemble("\n", (str(documenten[sleutel]), "bold"), f"\n{_telling(van_bron)}")
        for uitspraak in van_bron:
            slot = (
                (", ".join(uitspraak.regels), "green")
                if uitspraak.regels
                else (f"niet getoetst ({uitspraak.waarom}): {uitspraak.reden}", "dim")
            )
            yield Padding.indent(Text.assemble((f"{uitspraak.waar}  ", "bold"), f"{uitspraak.uitspraak}\n", slot), 2)


def markdown() -> str:
    """Coverage as a page."""
    documenten = bronnen()
    alle = uitspraken()
    delen = [
        "# Dekking",
        "",
        "Wat de bronnen zeggen over wat gedeclareerd mag worden, met de controleregel die het toetst of de reden",
        "waarom geen declaratieregel het kan tonen. Gemaakt uit `dekking.toml`; pas die aan en draai `make goud`.",
        "",
        f"{_telling(alle)}.",
        "",
        "| aantal | waarom niet | |",
        "| --- | --- | --- |",
        *(f"| {aantal} | {waarom} | {betekenis} |" for aantal, waarom, betekenis in _aantallen(alle)),
    ]
    for sleutel, groep in groupby(alle, key=lambda uitspraak: uitspraak.bron):
        van_bron = list(groep)
        delen += [
            "",
            f"## {documenten[sleutel]}",
            "",
            f"{_telling(van_bron)}.",
            "",
            "| § | uitspraak | controleregels, of waarom niet |",
            "| --- | --- | --- |",
        ]
        delen += [
            f"| {u.waar} | {u.uitspraak} | {', '.join(u.regels) or f'*{u.waarom}: {u.reden}*'} |" for u in van_bron
        ]
    return "\n".join(delen) + "\n"
