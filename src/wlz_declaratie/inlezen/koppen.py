"""Column headings: in which row they stand, which columns they name, and which they may have meant.

A heading is a text from outside: it is compared, and shown as `toon` allows, but never is a pattern.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from wlz_declaratie.basis.lijkt import MEESTE, bedoeld
from wlz_declaratie.contract.werkbestand import ERNAAST, NIET_GELEZEN, ernaast
from wlz_declaratie.inlezen.basis import NIET_GETOOND, Invoerfout, toon, toonbaar

VOORUIT = 20
"""Rows in which the headings are looked for: above them may stand titles."""
MEESTE_KOLOMMEN = 2_000
"""No table has so many, and each one makes the work of every line more."""
_HOOGUIT_GENOEMD = 40
_LIJKT_GENOEG = 0.8
"""Likeness from which a column that nobody needs is named."""


@dataclass(frozen=True)
class Gevraagd:
    """The columns that a table may have (`bekend`) and must have (`nodig`); `sleutel` says of whom a line speaks.

    ``vertaald`` gives, by the heading that a supplier uses (as `kolomnaam` writes it), the column that it stands for.
    ``werkbestand``: it may also be a work file (`contract.werkbestand`). ``alles``: every column there is, by its
    heading.
    """

    bekend: Sequence[str]
    nodig: Collection[str]
    sleutel: str | None = None
    vertaald: Mapping[str, str] = field(default_factory=dict)
    werkbestand: bool = False
    alles: bool = False

    def ernaast(self, plaatsen: Mapping[str, int]) -> frozenset[int]:
        """Where columns stand that make no line by themselves: a cleared line may still have its notes."""
        if not self.werkbestand:
            return frozenset()
        return frozenset(plaats for kolom, plaats in plaatsen.items() if kolom in ERNAAST and kolom != NIET_GELEZEN)

    def kolom(self, kop: str | None) -> str:
        """The column that a heading names, in this table."""
        naam = kolomnaam(kop)
        vertaald = self.vertaald.get(naam, naam)
        return vertaald if vertaald in self.bekend else naam


@dataclass(frozen=True)
class Toegewezen:
    """Position of each known column by name, the columns that nobody reads, and remarks on both."""

    plaatsen: dict[str, int]
    ongebruikt: tuple[str, ...]
    opmerkingen: tuple[str, ...]


def kolomnaam(kop: str | None) -> str:
    """A column heading as it is compared."""
    return (kop or "").strip().strip("\ufeff").strip().lower()


def herkend(koppen: Sequence[str | None], gevraagd: Gevraagd) -> int:
    """How many known columns these headings name."""
    return len({gevraagd.kolom(kop) for kop in koppen[: MEESTE_KOLOMMEN + 1]} & {*gevraagd.bekend})


def is_kop(koppen: Sequence[str | None], gevraagd: Gevraagd) -> bool:
    """Whether these are headings of the table: all that it needs, and at least one that it knows."""
    namen = {gevraagd.kolom(kop) for kop in koppen[: MEESTE_KOLOMMEN + 1]}
    return namen >= {*gevraagd.nodig} and not namen.isdisjoint(gevraagd.bekend)


def kies_kop(rijen: Sequence[Sequence[str | None]], gevraagd: Gevraagd) -> int:
    """Which of the first rows holds the headings: the first with all that is needed, else the one that knows most."""
    eerste = next((nummer for nummer, rij in enumerate(rijen) if is_kop(rij, gevraagd)), None)
    if eerste is not None:
        return eerste
    return max(range(len(rijen)), key=lambda nummer: (herkend(rijen[nummer], gevraagd), -nummer), default=0)


def wijs_toe(naam: str, koppen: Sequence[str | None], gevraagd: Gevraagd, plaats: str | None = None) -> Toegewezen:
    """Which column stands where. Raises Invoerfout for one that is needed and not there, or there twice."""
    if len(koppen) > MEESTE_KOLOMMEN:
        reden = f"er zijn {len(koppen)} kolommen; hooguit {MEESTE_KOLOMMEN} worden gelezen"
        raise Invoerfout(naam, reden, "Verwijder de kolommen die niet nodig zijn.", plaats)
    eigen = [kolomnaam(kop) for kop in koppen]
    namen = [gevraagd.kolom(kop) for kop in koppen]
    dubbel = sorted(kop for kop, aantal in Counter(namen).items() if kop and aantal > 1)
    if dubbel:
        ook = [toon(kop) for kop, wel in zip(eigen, namen, strict=True) if wel == dubbel[0] and kop != wel]
        als = f" ({', '.join(ook)} telt ook als die kolom)" if ook else ""
        raise Invoerfout(naam, f"kolom {toon(dubbel[0])} staat er meer dan één keer{als}", "Laat er één staan.", plaats)
    if ontbreekt := [kolom for kolom in gevraagd.nodig if kolom not in namen]:
        raise _ontbreekt(naam, namen, ontbreekt, gevraagd, plaats)
    if gevraagd.alles:
        return Toegewezen({_kop(kop, nummer): nummer for nummer, kop in enumerate(koppen)}, (), ())
    bekend = (*gevraagd.bekend, *(ernaast(namen) if gevraagd.werkbestand else ()))
    plaatsen = {kolom: namen.index(kolom) for kolom in bekend if kolom in namen}
    getoond = pl.DataFrame({"kop": eigen}).select(toonbaar(pl.col("kop")).fill_null(NIET_GETOOND)).to_series()
    ongebruikt = tuple(
        wel if kop else _zonder_naam(nummer)
        for nummer, (kop, wel) in enumerate(zip(namen, getoond, strict=True), start=1)
        if kop not in plaatsen
    )
    vertaald = [
        f"kolom {toon(kop)} gelezen als '{wel}' (volgens [kolommen] in de instellingen)"
        for kop, wel in zip(eigen, namen, strict=True)
        if kop != wel
    ]
    return Toegewezen(plaatsen, ongebruikt, (*vertaald, *_lijkt_op(namen, gevraagd)))


def _zonder_naam(nummer: int) -> str:
    return f"kolom {nummer} (zonder naam)"


def _kop(kop: str | None, plaats: int) -> str:
    """A heading as it stands in the file."""
    return (kop or "").strip().strip("\ufeff").strip() or _zonder_naam(plaats + 1)


def _ontbreekt(
    naam: str, namen: Sequence[str], ontbreekt: Sequence[str], gevraagd: Gevraagd, plaats: str | None
) -> Invoerfout:
    over = [kop for kop in namen if kop and kop not in gevraagd.bekend][:MEESTE]
    lijkt = {kolom: gevonden[0] for kolom in ontbreekt if (gevonden := bedoeld(kolom, over))}
    gevuld = [kop for kop in namen if kop]
    wel = [toon(kop) for kop in gevuld[:_HOOGUIT_GENOEMD]]
    rest = f" en nog {len(gevuld) - _HOOGUIT_GENOEMD}" if len(gevuld) > _HOOGUIT_GENOEMD else ""
    wat, zijn = ("kolom", "ontbreekt") if len(ontbreekt) == 1 else ("kolommen", "ontbreken")
    genoemd = [f"'{kolom}'" + (f" (bedoel je {toon(lijkt[kolom])}?)" if kolom in lijkt else "") for kolom in ontbreekt]
    remedie = f"Voeg de {wat} toe, met de naam in de eerste regel van het bestand."
    if lijkt:
        kolom, kop = next(iter(lijkt.items()))
        voorbeeld = f"{kolom} = {_toml(kop)}"
        remedie = f"Geef de {wat} deze naam, of zet in declaratie.toml onder [kolommen]: {voorbeeld}."
    return Invoerfout(
        naam,
        f"{wat} {', '.join(genoemd)} {zijn}; wel aanwezig: {', '.join(wel) or 'geen enkele'}{rest}",
        remedie,
        plaats,
    )


def _toml(kop: str) -> str:
    """A heading as the value of an example, where it may be shown."""
    getoond = toon(kop)
    return '"…"' if getoond == NIET_GETOOND else f'"{getoond[1:-1]}"'


def _lijkt_op(namen: Sequence[str], gevraagd: Gevraagd) -> Iterator[str]:
    """A remark on each column that is not read and looks like one that is not there."""
    vrij = [kolom for kolom in gevraagd.bekend if kolom not in namen]
    for kop in [kop for kop in namen if kop and kop not in gevraagd.bekend][:MEESTE]:
        if lijkt := bedoeld(kop, vrij, hooguit=1, gelijkenis=_LIJKT_GENOEG):
            yield f"kolom {toon(kop)} is niet gelezen; bedoel je '{lijkt[0]}'?"
