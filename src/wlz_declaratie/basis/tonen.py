"""What of a text from outside may be shown: everything that comes from a file passes here before anyone sees it.

A text from a file is data. Control characters could steer a terminal, bidirectional marks could turn a line around,
and a bsn could stand anywhere: as invoice number, as file name, as the heading of a shifted column. Markup is no
concern here: whoever prints, prints plain text.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from wlz_declaratie.basis.elfproef import rest

if TYPE_CHECKING:
    import polars as pl

TEKEN = "\ufffd"
"""Stands for each character that may not be shown, so that one sees that something stood there."""

_ONTOONBAAR = (
    "\x00-\x1f\x7f-\x9f"  # C0 and C1 controls, line ends and tabs among them
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi, invisible, line separators
    "\U000e0000-\U000e007f"  # tags
)
_TEKENS = re.compile(f"[{_ONTOONBAAR}\ud800-\udfff]")
"""In Python a file name that is no UTF-8 holds surrogates; in Polars there are none."""
_TEKENS_KOLOM = f"[{_ONTOONBAAR}]"
_TEKENS_JSON = re.compile(rf"(?!\n){_TEKENS.pattern}")

_REEKS = re.compile("[0-9]{9,}")
_LOSSE_NEGEN = re.compile("(?<![0-9])[0-9]{9}(?![0-9])")
_INGEDEELD = re.compile(r"(?<![0-9])(?:[0-9]{3}([ ._-])[0-9]{3}\1|[0-9]{4}([ ._-])[0-9]{2}\2)[0-9]{3}(?![0-9])")
"""Nine digits as people write a bsn: 999 900 006 or 9999.00.006."""

ONBEKEND = "onbekend"
"""Stands for the number in the name of a file that was not read, so that nothing of it can be told."""


def schoon(tekst: str) -> str:
    """The text with TEKEN for each control, bidirectional or invisible character."""
    return _TEKENS.sub(TEKEN, tekst)


def schone(tekst: pl.Expr) -> pl.Expr:
    """`schoon` for a column of text."""
    return tekst.str.replace_all(_TEKENS_KOLOM, TEKEN)


def is_bsn(cijfers: str) -> bool:
    """Whether nine digits pass the eleven-test; nine zeros do not."""
    return int(cijfers) > 0 and rest(int(cijfers)) == 0


def _cijfers(gevonden: re.Match[str]) -> str:
    return re.sub("[^0-9]", "", gevonden[0])


def zonder_bsn(naam: str, kenmerk: str = ONBEKEND) -> str:
    """A name with ``x-kenmerk`` for each run of digits that holds a bsn, and without what `schoon` takes out.

    For names of files and columns, which lose nothing by caution. ``kenmerk`` tells files apart and comes from their
    content: a hash of the bsn itself could be undone.
    """

    def vervang(gevonden: re.Match[str]) -> str:
        reeks = _cijfers(gevonden)
        heeft_bsn = any(is_bsn(reeks[begin : begin + 9]) for begin in range(len(reeks) - 8))
        return f"x-{kenmerk}" if heeft_bsn else gevonden[0]

    return _INGEDEELD.sub(vervang, _REEKS.sub(vervang, schoon(naam)))


def gemaskeerd(tekst: str) -> str:
    """A value with each bsn that stands on its own (nine digits, no more) masked but for its end, and `schoon`.

    For values such as an invoice number: in a longer run of digits nine of them pass the eleven-test by chance too
    often to hide it.
    """

    def vervang(gevonden: re.Match[str]) -> str:
        cijfers = _cijfers(gevonden)
        return f"******{cijfers[-3:]}" if is_bsn(cijfers) else gevonden[0]

    return _INGEDEELD.sub(vervang, _LOSSE_NEGEN.sub(vervang, schoon(tekst)))


def ontsnapt(json_tekst: str) -> str:
    """JSON with an escape for each character that `schoon` would take out; what it says stays the same.

    A surrogate too, which no UTF-8 can hold. Line ends of the layout stay.
    """

    def ontsnap(gevonden: re.Match[str]) -> str:
        return json.dumps(gevonden[0])[1:-1] if gevonden[0] != "\x7f" else "\\u007f"

    return _TEKENS_JSON.sub(ontsnap, json_tekst)


_ONTSNAPT = r"\\(?:u00[01][0-9a-fA-F]|[bfnrt])"
"""How JSON writes the control characters that it never holds as they are."""


def schone_json(json_tekst: pl.Expr) -> pl.Expr:
    """`schone` for a column of JSON texts: its escapes of control characters go as well, so that no value has one."""
    import polars as pl

    zonder = schone(json_tekst)
    netjes = (
        # An escaped backslash steps aside: what follows it is no escape.
        zonder.str.replace_all(r"\\", "\x00", literal=True)
        .str.replace_all(_ONTSNAPT, TEKEN)
        .str.replace_all("\x00", r"\\", literal=True)
    )
    return pl.when(zonder.str.contains("\\", literal=True)).then(netjes).otherwise(zonder)
