"""Drawings of the HTML report. Widths are percentages, so that texts keep their size at any width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.tijdlijn import Deel, Soort, Tijdlijn

RIJ = 40
"""Height of one bar with its name above it, in pixels."""
KLASSE: dict[Soort, str] = {"telt": "telt", "te veel": "teveel", "telt niet": "niet", "verblijf": "rust"}
OVERIG = "Overig"
"""The name of the bar that takes the others together."""
LEGENDA: dict[Soort, str] = {
    "telt": "telt mee, binnen de grens",
    "te veel": "telt mee, boven de grens",
    "telt niet": "telt niet (nog eens) mee",
    "verblijf": "verblijf ervoor",
}

ARCERING = (
    '<svg width="0" height="0" style="position:absolute;width:0;height:0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="arcering" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" style="fill:var(--kaart)"/><rect width="3.5" height="6" style="fill:var(--teveel)"/>'
    "</pattern></defs></svg>"
)
"""Hatching, so that colour is not the only sign of what is too many."""


def staven(rijen: Sequence[tuple[str, str, int]], naam: str) -> str:
    """Horizontal bars: label, title and cents each, the longest first."""
    grootste = max((cent for _, _, cent in rijen), default=0) or 1
    hoogte = RIJ * len(rijen)
    delen = [f'<svg role="img" aria-label="{escape(naam)}" height="{hoogte}" focusable="false">']
    for nummer, (label, titel, cent) in enumerate(rijen):
        klasse = "rust" if label == OVERIG else "staaf"
        boven = nummer * RIJ
        breedte = max(cent, 0) / grootste * 100
        delen += [
            f'<text x="0" y="{boven + 15}"><tspan font-weight="600">{escape(label)}</tspan>'
            f'<tspan class="titel z" dx="8">{escape(titel)}</tspan></text>',
            f'<text x="100%" y="{boven + 15}" text-anchor="end">{opmaak.euro(cent)}</text>',
            f'<rect class="baan" x="0" y="{boven + 21}" width="100%" height="12"/>',
            f'<rect class="{klasse}" x="0" y="{boven + 21}" width="{breedte:.2f}%" height="12"/>',
        ]
    return "".join([*delen, "</svg>"])


def tijdlijn(lijn: Tijdlijn, naam: str) -> str:
    """A bar of days per declaration line, the first and last day below, and a line where the limit fell."""
    van, dagen = lijn.van, (lijn.tot - lijn.van).days + 1

    def plek(dag: date, erbij: int = 0) -> float:
        return ((dag - van).days + erbij) / dagen * 100

    onder = 22 + RIJ * len(lijn.stroken)
    delen = [f'<svg role="img" aria-label="{escape(naam)}" height="{onder + 24}" focusable="false">']
    for nummer, strook in enumerate(lijn.stroken):
        boven = 22 + nummer * RIJ
        vet = ' font-weight="600"' if strook.eigen else ""
        delen.append(f'<text x="0" y="{boven + 14}"{vet}>{escape(strook.naam)}</text>')
        delen.append(f'<rect class="baan" x="0" y="{boven + 19}" width="100%" height="14"/>')
        delen += [_staaf(deel, plek(deel.van), plek(deel.tot, 1), boven + 19) for deel in strook.delen]
    delen.append(f'<text class="z" x="0" y="{onder + 16}">{opmaak.datum(lijn.van)}</text>')
    delen.append(f'<text class="z" x="100%" y="{onder + 16}" text-anchor="end">{opmaak.datum(lijn.tot)}</text>')
    if lijn.laatste_dag is not None and lijn.van <= lijn.laatste_dag <= lijn.tot:
        x = plek(lijn.laatste_dag, 1)
        anker = "end" if x > 50 else "start"
        delen.append(f'<line class="grens" x1="{x:.2f}%" x2="{x:.2f}%" y1="18" y2="{onder}"/>')
        delen.append(
            f'<text class="grensnaam" x="{x:.2f}%" y="13" text-anchor="{anker}">grens: t/m '
            f"{opmaak.datum(lijn.laatste_dag)}</text>"
        )
    return "".join([*delen, "</svg>"])


def _staaf(deel: Deel, links: float, rechts: float, boven: int) -> str:
    breedte = max(rechts - links, 0.2)
    return (
        f'<rect class="{KLASSE[deel.soort]}" x="{links:.2f}%" y="{boven}" width="{breedte:.2f}%" height="14">'
        f"<title>{deel.soort}: {opmaak.periode(deel.van, deel.tot)}</title></rect>"
    )


def legenda(soorten: Sequence[Soort]) -> Iterator[str]:
    """What the bars of these kinds mean."""
    yield '<ul class="legenda">'
    for soort in soorten:
        staal = f'<rect class="{KLASSE[soort]}" width="100%" height="100%"/>'
        yield f'<li><svg aria-hidden="true" focusable="false">{staal}</svg>{LEGENDA[soort]}</li>'
    yield "</ul>"
