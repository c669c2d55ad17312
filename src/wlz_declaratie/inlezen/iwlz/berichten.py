"""Messages of the iWlz chain in one folder, told apart by what they hold: the root element, of any release."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.inlezen.aanvulling import Aanvulling
from wlz_declaratie.inlezen.iwlz.aw33 import Toewijzingsberichten
from wlz_declaratie.inlezen.iwlz.xml import open_bericht

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_WORTEL = re.compile(r"\{[^}]*/iwlz/[0-9_]+/(aw33)/schema(/[0-9_]*)?\}Bericht")
_VREEMD = "geen AW33-bericht"
_HOOGUIT_GENOEMD = 5


def lees_berichten(paden: Sequence[Path]) -> Iterator[Aanvulling]:
    """Read messages; a file that is none is skipped and named, a row that cannot be used left out.

    Of messages of one day the file name decides which is the later. Raises Invoerfout for a file that cannot be opened,
    and for a message with a DTD or entities.
    """
    paden = sorted(paden, key=lambda pad: pad.name)
    namen = [zonder_bsn(pad.name) for pad in paden]
    toewijzingen = Toewijzingsberichten()
    overgeslagen: dict[str, list[str]] = defaultdict(list)
    for nummer, pad in enumerate(paden):
        wortel = open_bericht(pad)
        if isinstance(wortel, str):
            overgeslagen[wortel].append(namen[nummer])
        elif _soort(wortel) == "aw33":
            toewijzingen.neem(nummer, wortel)
        else:
            overgeslagen[_VREEMD].append(namen[nummer])
    if toewijzingen.aantal:
        yield toewijzingen.aanvulling(namen)
    if overgeslagen:
        yield Aanvulling("berichten", {}, {}, opmerkingen=tuple(_genoemd(overgeslagen)))


def _soort(wortel: Element) -> str | None:
    gevonden = _WORTEL.fullmatch(wortel.tag)
    return gevonden and gevonden[1]


def _genoemd(overgeslagen: dict[str, list[str]]) -> Iterator[str]:
    for reden, namen in overgeslagen.items():
        rest = len(namen) - _HOOGUIT_GENOEMD
        meer = f" en nog {rest}" if rest > 0 else ""
        yield f"berichten, {len(namen)} overgeslagen ({reden}): {', '.join(namen[:_HOOGUIT_GENOEMD])}{meer}"
