"""What all reports write alike: a masked bsn, money, periods, counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wlz_declaratie.basis.maskeren import VAN_DE_REGEL as VAN_DE_REGEL
from wlz_declaratie.basis.maskeren import getoond as getoond
from wlz_declaratie.basis.maskeren import zonder_bsns as zonder_bsns
from wlz_declaratie.basis.tekst import getal as getal
from wlz_declaratie.basis.tonen import gemaskeerd, schoon


def vrij(tekst: str, toon_bsn: bool) -> str:
    """A value of its own, such as an invoice number, as a report shows it."""
    return schoon(tekst) if toon_bsn else gemaskeerd(tekst)


def euro(cent: int | None) -> str:
    """Whole cents as Dutch money: € 1.234,56."""
    if cent is None:
        return "–"
    teken = "-" if cent < 0 else ""
    return f"€ {teken}{getal(abs(cent) // 100)},{abs(cent) % 100:02}"


def datum(dag: date | None) -> str:
    """31-01-2026, or a dash."""
    return "–" if dag is None else f"{dag.day:02}-{dag.month:02}-{dag.year}"


def periode(van: date | None, tot: date | None) -> str:
    """One day, or the first and the last."""
    return datum(van) if van == tot else f"{datum(van)} t/m {datum(tot)}"


def meervoud(aantal: int, een: str, meer: str) -> str:
    """1 regel, 2 regels."""
    return f"{getal(aantal)} {een if aantal == 1 else meer}"


def declaratieregels(aantal: int) -> str:
    """A number of lines of a batch."""
    return meervoud(aantal, "declaratieregel", "declaratieregels")


def controleregels(aantal: int) -> str:
    """A number of rules."""
    return meervoud(aantal, "controleregel", "controleregels")


def aanvaarding(bevinding: Mapping[str, Any]) -> str:
    """Of an accepted finding by whom, until when and why."""
    door, tot, reden = (bevinding[kolom] for kolom in ("aanvaard_door", "aanvaard_tot", "aanvaard_reden"))
    return f"Aanvaard door {door} tot en met {datum(tot)}: {reden}"


def regelnamen(ids: Iterable[str]) -> str:
    """Rule ids with commas; many of one family as a count."""
    families: dict[str, list[str]] = {}
    for regel_id in ids:
        families.setdefault(regel_id.partition("-")[0], []).append(regel_id)
    return ", ".join(
        f"{familie} ({len(i)} controleregels)" if len(i) > 4 else ", ".join(i) for familie, i in families.items()
    )
