"""The one terminal: prints text as text. No markup, no emoji codes, no links, no control characters."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from wlz_declaratie.basis.tonen import TEKEN, schoon


class Scherm(Console):
    """A console that never reads a text as instructions, whatever is printed on it.

    What comes from a file was cleaned before; this is the last lock on the door.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, emoji=False, highlight=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments, each with its text made plain, as wide as it was."""
        for stuk in super().render(renderable, options):
            yield stuk if stuk.control or stuk.text.isprintable() else stuk._replace(text=_effen(stuk.text))


def druk_af(delen: Iterable[RenderableType], scherm: Console | None = None) -> None:
    """Print the parts of a report."""
    scherm = scherm or Scherm()
    for deel in delen:
        scherm.print(deel)


def _effen(tekst: str) -> str:
    return "\n".join(re.sub("[^ -~]", _teken, deel) for deel in tekst.split("\n"))


def _teken(gevonden: re.Match[str]) -> str:
    teken = gevonden[0]
    return teken if schoon(teken) == teken else TEKEN * cell_len(teken)
