"""The one terminal: prints text as text. No markup, no emoji codes, no links, no control characters."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.segment import Segment
from rich.text import Text

from wlz_declaratie.basis.tonen import TEKEN, schoon

ONBEPERKT = 1_000_000
"""Columns of a line that has no end."""


class Scherm(Console):
    """A console that never reads a text as instructions, whatever is printed on it.

    What comes from a file was cleaned before; this is the last lock on the door.

    Without a terminal no line is broken, unless COLUMNS asks for it: whoever searches or counts wants a text whole.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, emoji=False, highlight=False)
        if not self.is_terminal and "COLUMNS" not in os.environ:
            self.width = ONBEPERKT

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments, each with its text made plain, as wide as it was."""
        for stuk in super().render(renderable, options):
            yield stuk if stuk.control or stuk.text.isprintable() else stuk._replace(text=_effen(stuk.text))


@dataclass(frozen=True)
class Delen:
    """Parts on a line with dots between them; where it is full, it is broken between two parts and not within one."""

    delen: Sequence[str]

    def __rich_console__(self, scherm: Console, opties: ConsoleOptions) -> Iterator[Text]:
        regel = ""
        for deel in self.delen:
            verder = f"{regel} · {deel}" if regel else deel
            if regel and cell_len(verder) > opties.max_width:
                yield Text(regel, overflow="fold")
                verder = deel
            regel = verder
        yield Text(regel, overflow="fold")

    def __rich_measure__(self, scherm: Console, opties: ConsoleOptions) -> Measurement:
        return Measurement(1, cell_len(" · ".join(self.delen))).with_maximum(opties.max_width)


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
