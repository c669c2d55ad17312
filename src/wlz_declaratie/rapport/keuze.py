"""What of a result is shown: chosen findings, in an order, so many. What runs and what is counted is not touched.

One choice for a check and for a saved result, on the terminal and as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.kern.regel import alle_regels

SORTERINGEN: dict[str, tuple[tuple[str, bool], ...]] = {
    "bestand": (),
    "bedrag": (("declaratiebedrag_cent", True),),
    "begindatum": (("begindatum", False),),
    "uitvoerder": (("uitvoerder", False),),
    "regel": (("regel_id", False),),
    "ernst": (("ernst", False),),
}
"""By name the columns, and whether the highest comes first; what is equal stays in the order of the file."""
_WOORDEN = {"regel": "controleregel"}
"""What an option is called in a sentence, where it is not as it is spelled."""
EINDE = 3
"""Digits of a bsn that a masked result still has."""


@dataclass(frozen=True)
class Keuze:
    """What to show: findings that meet each part that is not empty; a part is met by any of its values.

    ``regels`` are ids or families, ``bsn`` a whole one or its last digits (EINDE).
    """

    uitvoerders: tuple[str, ...] = ()
    bsn: str | None = None
    referenties: tuple[str, ...] = ()
    retourcodes: tuple[str, ...] = ()
    ernst: str | None = None
    regels: tuple[str, ...] = ()
    sorteer: str = "bestand"
    top: int | None = None

    @property
    def leeg(self) -> bool:
        """Whether it changes nothing."""
        return self == Keuze()

    @property
    def delen(self) -> dict[str, Any]:
        """What was asked, as a reader may see it: of a bsn the end only."""
        return {
            naam: waarde
            for naam, waarde in (
                ("uitvoerder", list(self.uitvoerders)),
                ("bsn", None if self.bsn is None else f"******{self.bsn[-EINDE:]}"),
                ("referentie", list(self.referenties)),
                ("retourcode", list(self.retourcodes)),
                ("ernst", self.ernst),
                ("regel", list(self.regels)),
                ("sorteer", None if self.sorteer == "bestand" else self.sorteer),
                ("top", self.top),
            )
            if waarde
        }


@dataclass(frozen=True)
class Gekozen:
    """Findings to show, of those that meet the choice (``alle``, in the order of the file) and of how many (``van``).

    ``verdwenen`` are those that are gone since an earlier result and meet it.
    ``op_einde`` when a bsn was matched by its end, for the result is masked: that may be another client.
    """

    keuze: Keuze
    bevindingen: pl.DataFrame
    alle: pl.DataFrame
    verdwenen: pl.DataFrame
    van: int
    op_einde: bool

    @property
    def voldoet(self) -> int:
        """How many findings meet the choice."""
        return self.alle.height

    @property
    def gesorteerd(self) -> bool:
        """Whether the order was asked for."""
        return bool(SORTERINGEN[self.keuze.sorteer])

    @property
    def in_woorden(self) -> str:
        """What is shown and what not."""
        delen = (
            f"{_WOORDEN.get(naam, naam)} {' of '.join(waarde) if isinstance(waarde, list) else waarde}"
            for naam, waarde in self.keuze.delen.items()
        )
        meer = f"; {self.voldoet} voldoen" if self.voldoet > self.bevindingen.height else ""
        einde = "; bsn vergeleken op de laatste drie cijfers" if self.op_einde else ""
        return f"{', '.join(delen)}{meer}{einde}"


def kies(uitslag: Uitslag, keuze: Keuze) -> Gekozen:
    """The findings to show. Raises Gebruikersfout for a rule or return code that neither we nor the result know."""
    eis_bekend(
        keuze,
        [status.regel.id for status in uitslag.regels],
        uitslag.bevindingen["retourcode"].drop_nulls().unique(),
    )
    masker = _gemaskeerd(uitslag.bevindingen)
    op_einde = keuze.bsn is not None and (masker or len(keuze.bsn) == EINDE)

    def gekozen(bevindingen: pl.DataFrame) -> pl.DataFrame:
        return bevindingen.filter(_voldoet(keuze, op_einde))

    bevindingen = gekozen(uitslag.bevindingen)
    getoond = bevindingen
    for kolom, hoogste_eerst in SORTERINGEN[keuze.sorteer]:
        getoond = getoond.sort(kolom, descending=hoogste_eerst, nulls_last=True, maintain_order=True)
    if keuze.top is not None:
        getoond = getoond.head(keuze.top)
    return Gekozen(
        keuze,
        getoond,
        bevindingen,
        gekozen(uitslag.basislijn.verdwenen) if uitslag.basislijn else uitslag.bevindingen.clear(),
        uitslag.bevindingen.height,
        op_einde,
    )


def _gemaskeerd(bevindingen: pl.DataFrame) -> bool:
    """Whether any bsn shows no more than its end."""
    return bool(bevindingen["bsn"].str.starts_with("*").any())


def _voldoet(keuze: Keuze, op_einde: bool) -> pl.Expr:
    eisen = [pl.lit(value=True)]
    for kolom, waarden in (
        ("uitvoerder", keuze.uitvoerders),
        ("referentienummer", keuze.referenties),
        ("retourcode", keuze.retourcodes),
        ("ernst", (keuze.ernst,) if keuze.ernst else ()),
    ):
        if waarden:
            eisen.append(pl.col(kolom).cast(pl.String).is_in(waarden))
    if keuze.regels:
        eisen.append(pl.any_horizontal(pl.col("regel_id").str.starts_with(regel) for regel in keuze.regels))
    if keuze.bsn is not None:
        bsn = pl.col("bsn")
        eisen.append(bsn.str.tail(EINDE) == keuze.bsn[-EINDE:] if op_einde else bsn == keuze.bsn)
    return pl.all_horizontal(eisen)


def eis_bekend(keuze: Keuze, ook_regels: Iterable[str] = (), ook_retourcodes: Iterable[str] = ()) -> None:
    """Raises Gebruikersfout for a rule or return code that nobody knows, beside the catalogue also not these."""
    if keuze.regels:
        bekend = {*alle_regels(), *ook_regels}
        for regel in keuze.regels:
            if not any(regel_id.startswith(regel) for regel_id in bekend):
                raise Gebruikersfout(
                    f"--regel: geen controleregel heet of begint met '{regel}'. Zie `declaratie regels`."
                )
    if keuze.retourcodes:
        van_regels = (code for regel in alle_regels().values() for code in regel.retourcodes)
        codes = {*lees_codes().retourcodes, *van_regels, *ook_retourcodes}
        for code in keuze.retourcodes:
            if code not in codes:
                raise Gebruikersfout(
                    f"--retourcode: '{code}' is geen bekende retourcode. `declaratie regels` noemt die van elke "
                    "controleregel."
                )


def bsn_van(tekst: str, waar: str = "--bsn") -> str:
    """A bsn as typed: nine digits, without its first zero eight, or the last three. Raises Gebruikersfout."""
    cijfers = re.sub(r"[ .*]", "", tekst)
    if not re.fullmatch(rf"[0-9]{{8,9}}|[0-9]{{{EINDE}}}", cijfers):
        raise Gebruikersfout(f"{waar}: geef een bsn van negen cijfers, of de laatste drie ervan.")
    return cijfers.zfill(9) if len(cijfers) > EINDE else cijfers
