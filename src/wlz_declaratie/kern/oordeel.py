"""What each rule concluded of one line: more than its findings, which only tell what is wrong.

- afgekeurd, signaal: the rule has a finding on it;
- niet getoetst: it did not run, is not in force on begindatum, or lacked what it needs for this line;
- goed: it judged the line and found nothing, with the numbers that it went by where it tells them (`kern.spoor`);
- niet van toepassing: it told which lines it judges, and this is none of them;
- geen bevinding: it does not tell which lines it judges, so that no more can be said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from wlz_declaratie.kern.regel import Regel
from wlz_declaratie.kern.spoor import Gevolgd
from wlz_declaratie.kern.toetsing import Status

Soort = Literal["afgekeurd", "signaal", "goed", "niet getoetst", "geen bevinding", "niet van toepassing"]
SOORTEN: tuple[Soort, ...] = ("afgekeurd", "signaal", "goed", "niet getoetst", "geen bevinding", "niet van toepassing")
"""In the order in which they matter to who asks."""


@dataclass(frozen=True)
class Oordeel:
    """The conclusion of one rule on one line, in words (``toelichting``, may be empty) and values."""

    regel: Regel
    soort: Soort
    toelichting: str = ""
    retourcode: str | None = None
    gegevens: Sequence[Mapping[str, Any]] = ()
    """Of a finding one, of a line that is good one for each text."""
    voorbehoud: str = ""
    """What of the test could not be done on any line, for want of a table or column."""


@dataclass(frozen=True)
class Lijn:
    """What of a line decides whether rules look at it; ``doet_mee`` and if not ``reden``."""

    rij: int
    begindatum: date | None
    doet_mee: bool
    reden: str


@dataclass(frozen=True)
class Bevinding:
    """A finding on the line."""

    afkeur: bool
    retourcode: str | None
    melding: str
    gegevens: Mapping[str, Any]


@dataclass(frozen=True)
class Gang:
    """How a rule went: its status, why it did not run, and what it lacked on all lines."""

    status: Status
    reden: str = ""
    voorbehoud: Sequence[str] = ()
    gevolgd: Gevolgd = field(default_factory=Gevolgd)


def oordeel(regel: Regel, lijn: Lijn, gang: Gang, bevinding: Bevinding | None) -> Oordeel:
    """The conclusion of a rule on a line, of what it found on it and of how it went."""
    if bevinding:
        soort: Soort = "afgekeurd" if bevinding.afkeur else "signaal"
        return Oordeel(regel, soort, bevinding.melding, bevinding.retourcode, (bevinding.gegevens,))
    if gang.status in ("fout", "niet uitgevoerd"):
        return Oordeel(regel, "niet getoetst", gang.reden)
    if buiten := niet_van_kracht(regel, lijn.begindatum):
        return Oordeel(regel, "niet getoetst", buiten)
    if redenen := gang.gevolgd.ontoetsbaar.get(lijn.rij):
        return Oordeel(regel, "niet getoetst", "; ".join(redenen))
    if lijn.rij in gang.gevolgd.bekeken:
        getallen = gang.gevolgd.getoetst.get(lijn.rij, [])
        teksten, waarden = [tekst for tekst, _ in getallen], tuple(gegevens for _, gegevens in getallen)
        return Oordeel(regel, "goed", "; ".join(teksten), None, waarden, "; ".join(gang.voorbehoud))
    if not gang.gevolgd.zegt_iets:
        return Oordeel(regel, "geen bevinding")
    return Oordeel(regel, "niet van toepassing", "" if lijn.doet_mee else lijn.reden)


def niet_van_kracht(regel: Regel, begindatum: date | None) -> str:
    """Why the rule is not in force on this day; empty where it is, or where there is no day."""
    van, tot = regel.parameters.van, regel.parameters.tot
    if begindatum is None:
        return ""
    if van and begindatum < van:
        return f"geldt pas vanaf {van:%d-%m-%Y}"
    if tot and begindatum > tot:
        return f"gold tot en met {tot:%d-%m-%Y}"
    return ""
