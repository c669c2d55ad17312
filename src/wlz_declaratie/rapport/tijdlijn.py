"""The days behind a cumulative finding: which lines counted, and on which day the limit fell.

Works on the few findings that a report draws, so that plain Python over a client's lines will do. The lines come as
the rules read them (``Uitslag.clientlijnen``); what the rule found is in gegevens and is not worked out again:
``volledig`` says whether the days drawn add up to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, cast

import polars as pl

from wlz_declaratie.basis.dagen import EPOCHE
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.kern.regel import Regel, Telling
from wlz_declaratie.kern.taal.kiezen import VERBLIJF
from wlz_declaratie.rapport import opmaak

Soort = Literal["telt", "te veel", "telt niet", "verblijf"]
PER_REGEL = 10
"""Timelines made for each rule that says what its findings add up (``Regel.telt``)."""
LIJNEN = 2000
"""A client with more lines than this gets no timeline: nobody could read it."""
STROKEN = 30
"""Lines in one timeline; of a client with more, the latest."""


@dataclass(frozen=True)
class Deel:
    """Days, both inclusive, of one line: they count, are too many, do not count, or are the stay before."""

    van: date
    tot: date
    soort: Soort


@dataclass(frozen=True)
class Strook:
    """One declaration line; ``eigen`` is the line of the finding itself."""

    naam: str
    delen: tuple[Deel, ...]
    eigen: bool


@dataclass(frozen=True)
class Tijdlijn:
    """The lines of a client behind one finding (its place in the findings is ``nummer``), oldest first.

    ``laatste_dag`` is the last day within the limit, None where none is. ``geteld`` and ``grens`` are days, as the
    finding says; ``overgeslagen`` counts lines that were left out.
    """

    nummer: int
    geteld: int
    grens: int
    laatste_dag: date | None
    stroken: tuple[Strook, ...]
    overgeslagen: int
    volledig: bool

    @property
    def van(self) -> date:
        """The first day drawn."""
        return min(deel.van for strook in self.stroken for deel in strook.delen)

    @property
    def tot(self) -> date:
        """The last day drawn."""
        return max(deel.tot for strook in self.stroken for deel in strook.delen)


def tijdlijnen(uitslag: Uitslag, per_regel: int = PER_REGEL, *, toon_bsn: bool = False) -> dict[int, Tijdlijn]:
    """Timelines by place in ``uitslag.bevindingen``, of the first ``per_regel`` findings of each rule that has them."""
    regels = {status.regel.id: status.regel for status in uitslag.regels if status.regel.telt}
    gekozen = (
        uitslag.bevindingen.with_row_index("nummer")
        .filter(pl.col("regel_id").is_in(list(regels)), pl.col("retourcode") == "0584", pl.col("rij").is_not_null())
        .group_by("regel_id", maintain_order=True)
        .head(per_regel)
    )
    if gekozen.is_empty():
        return {}
    lijnen = uitslag.clientlijnen(gekozen["bsn"].drop_nulls().unique().to_list())
    namen = [bestand.naam for bestand in uitslag.bestanden]
    per_client = {bsn: groep for (bsn,), groep in lijnen.filter("mee").group_by("bsn", maintain_order=True)}
    client_van = dict(lijnen.select("rij", "bsn").iter_rows())
    gemaakt = {}
    for bevinding in gekozen.iter_rows(named=True):
        groep = per_client[client_van[bevinding["rij"]]]
        if groep.height > LIJNEN:
            continue
        gegevens = json.loads(bevinding["gegevens"])
        eigen = groep.row(by_predicate=pl.col("rij") == bevinding["rij"], named=True)
        lijn = _uitgerekend(regels[bevinding["regel_id"]], groep, eigen, gegevens)
        gemaakt[bevinding["nummer"]] = lijn.tijdlijn(bevinding["nummer"], eigen["rij"], namen, toon_bsn)
    return gemaakt


def _uitgerekend(
    regel: Regel, groep: pl.DataFrame, eigen: Mapping[str, Any], gegevens: Mapping[str, Any]
) -> _Uitgerekend:
    telling, parameters = cast("Telling", regel.telt), regel.parameters.op(_datum(eigen["begin"]))
    if telling.hoe == "leegstand":
        return _leegstand(groep, eigen, gegevens, parameters.vast("grootste_gat"))
    if telling.hoe == "episodes":
        return _overbrugging(groep, eigen, gegevens)
    telt = groep.filter(telling.van, pl.col("prestatiecode").is_in(parameters.vast("codes")))
    if telling.hoe == "looptijd":
        return _looptijd(telt, eigen, gegevens, gegevens[telling.som])
    return _som(telt, eigen, gegevens[telling.som], gegevens["grens"])


@dataclass(frozen=True)
class _Uitgerekend:
    """Lines with the parts of their days; days as numbers."""

    geteld: int
    grens: int
    laatste_dag: int | None
    lijnen: Sequence[tuple[Mapping[str, Any], Sequence[tuple[int, int, Soort]]]]
    volledig: bool

    def tijdlijn(self, nummer: int, eigen_rij: int, bestanden: Sequence[str], toon_bsn: bool) -> Tijdlijn:
        """As dates and names; of too many lines the latest."""
        op_dag = sorted(self.lijnen, key=lambda paar: (paar[0]["begin"], paar[0]["volgorde"]))
        stroken = tuple(
            Strook(
                _naam(lijn, bestanden, toon_bsn),
                tuple(Deel(_datum(van), _datum(tot), soort) for van, tot, soort in delen),
                lijn["rij"] == eigen_rij,
            )
            for lijn, delen in op_dag[-STROKEN:]
        )
        laatste = None if self.laatste_dag is None else _datum(self.laatste_dag)
        overgeslagen = len(op_dag) - len(stroken)
        return Tijdlijn(nummer, self.geteld, self.grens, laatste, stroken, overgeslagen, self.volledig)


def _naam(lijn: Mapping[str, Any], bestanden: Sequence[str], toon_bsn: bool) -> str:
    waar = f"bestandsregel {lijn['regelnummer']}" if lijn["batch"] else "eerdere batch"
    if lijn["batch"] and len(bestanden) > 1:
        waar = f"{bestanden[lijn['bestandnr']]}, {waar}"
    return f"{opmaak.vrij(lijn['prestatiecode'], toon_bsn)} · {waar}"


def _datum(dag: int) -> date:
    return EPOCHE + timedelta(days=dag)


def _dag(tekst: str) -> int:
    return (date.fromisoformat(tekst) - EPOCHE).days


def _tot_en_met(lijnen: pl.DataFrame, eigen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines up to and including the own one, in the order in which rules count."""
    return lijnen.filter(pl.col("volgorde") <= eigen["volgorde"]).sort("volgorde").to_dicts()


def _leegstand(
    groep: pl.DataFrame, eigen: Mapping[str, Any], gegevens: Mapping[str, Any], grootste_gat: int
) -> _Uitgerekend:
    """MUT-01 counts the aantal of lines of one leegstand; the stay before it is drawn too."""
    vanaf = _dag(gegevens["leegstand_vanaf"])
    hier = groep.filter(pl.col("uitvoerder") == eigen["uitvoerder"])
    kandidaten = _tot_en_met(hier.filter(pl.col("soort") == "mutatiedag", pl.col("begin") >= vanaf), eigen)
    rest = gegevens["toegestaan"]
    laatste, einde = None, vanaf
    lijnen: list[tuple[Mapping[str, Any], list[tuple[int, int, Soort]]]] = []
    erbij = {lijn["rij"] for lijn in _aaneengesloten(kandidaten, grootste_gat)}
    for lijn in kandidaten:
        if lijn["rij"] not in erbij:
            continue
        aantal = max(lijn["aantal"] or 0, 0)
        mag = min(rest, aantal, lijn["eind"] - lijn["begin"] + 1)
        if 0 < rest <= aantal:
            laatste = lijn["begin"] + mag - 1
        rest = max(rest - aantal, 0)
        lijnen.append((lijn, _gesplitst(lijn, lijn["begin"] + mag - 1)))
        einde = max(einde, lijn["eind"])
    som = sum(max(lijn["aantal"] or 0, 0) for lijn, _ in lijnen)
    verblijf = hier.filter(VERBLIJF, pl.col("begin") <= vanaf).sort("eind").tail(1).to_dicts()
    # Of a long stay the last month will do: the leegstand is what must be seen.
    stay = [(lijn, [(max(lijn["begin"], lijn["eind"] - 30), lijn["eind"], _VERBLIJF)]) for lijn in verblijf]
    geteld = gegevens["mutatiedagen"]
    return _Uitgerekend(geteld, gegevens["toegestaan"], laatste, [*stay, *lijnen], som == geteld)


_VERBLIJF: Soort = "verblijf"


def _aaneengesloten(lijnen: Sequence[dict[str, Any]], grootste_gat: int) -> Iterator[dict[str, Any]]:
    """Lines by the calendar, up to the first gap that ends a leegstand."""
    eind = None
    for lijn in sorted(lijnen, key=lambda lijn: (lijn["begin"], lijn["eind"])):
        if eind is not None and lijn["begin"] - eind - 1 > grootste_gat:
            return
        eind = lijn["eind"] if eind is None else max(eind, lijn["eind"])
        yield lijn


def _gesplitst(lijn: Mapping[str, Any], laatste: int) -> list[tuple[int, int, Soort]]:
    """The days of a line up to and including ``laatste`` count, the others are too many."""
    delen: list[tuple[int, int, Soort]] = []
    if laatste >= lijn["begin"]:
        delen.append((lijn["begin"], min(laatste, lijn["eind"]), "telt"))
    if laatste < lijn["eind"]:
        delen.append((max(laatste + 1, lijn["begin"]), lijn["eind"], "te veel"))
    return delen


def _overbrugging(groep: pl.DataFrame, eigen: Mapping[str, Any], gegevens: Mapping[str, Any]) -> _Uitgerekend:
    """OVB-01 counts calendar days of episodes, gaps within them included."""
    laatste, vanaf = _dag(gegevens["laatste_dag"]), _dag(gegevens["telt_vanaf"])
    eerste = _dag(gegevens["eerder_van"]) if gegevens["eerder_van"] else _dag(gegevens["episode_vanaf"])
    eerst_telt = min(eerste, vanaf) if gegevens["dagen_eerder"] else vanaf
    zelfde = groep.filter(
        "overbrugging",
        pl.col("besluitnummer").eq_missing(pl.lit(eigen["besluitnummer"], dtype=pl.String)),
        pl.col("begin").is_between(eerste, eigen["begin"]),
    )
    lijnen = []
    for lijn in zelfde.to_dicts():
        delen: list[tuple[int, int, Soort]] = []
        if lijn["begin"] < eerst_telt:
            delen.append((lijn["begin"], min(lijn["eind"], eerst_telt - 1), "telt niet"))
        if lijn["eind"] >= eerst_telt:
            delen += _gesplitst({**lijn, "begin": max(lijn["begin"], eerst_telt)}, laatste)
        lijnen.append((lijn, delen))
    geteld = gegevens["dagen_gebruikt"]
    return _Uitgerekend(geteld, gegevens["toegestaan"], laatste, lijnen, True)


def _looptijd(lijnen: pl.DataFrame, eigen: Mapping[str, Any], gegevens: Mapping[str, Any], geteld: int) -> _Uitgerekend:
    """TOE-03 counts calendar days from the first day of an observation, gaps within it included."""
    laatste = _dag(gegevens["hooguit_tot_en_met"])
    zelfde = lijnen.filter(pl.col("begin").is_between(_dag(gegevens["observatie_vanaf"]), eigen["begin"]))
    delen = [(lijn, _gesplitst(lijn, laatste)) for lijn in zelfde.to_dicts()]
    return _Uitgerekend(geteld, gegevens["grens"], laatste, delen, True)


def _som(lijnen: pl.DataFrame, eigen: Mapping[str, Any], geteld: int, grens: int) -> _Uitgerekend:
    """Distinct days, those of earlier batches first."""
    gehad: list[tuple[int, int]] = []
    som, laatste = 0, None
    uit = []
    for lijn in _tot_en_met(lijnen, eigen):
        delen: list[tuple[int, int, Soort]] = []
        for van, tot, nieuw in _tegenover(lijn["begin"], lijn["eind"], gehad):
            if not nieuw:
                delen.append((van, tot, "telt niet"))
                continue
            mag = van + grens - som - 1  # the last of these days within the limit; before van when there is none
            if van <= mag <= tot:
                laatste = mag
            delen += _gesplitst({"begin": van, "eind": tot}, mag)
            som += tot - van + 1
        gehad = _samengevoegd([*gehad, (lijn["begin"], lijn["eind"])])
        uit.append((lijn, delen))
    return _Uitgerekend(geteld, grens, laatste, uit, som == geteld)


def _tegenover(van: int, tot: int, gehad: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """The days from ``van`` to ``tot`` in pieces that are new, or that are in ``gehad`` (sorted, disjoint)."""
    for eerste, laatste in gehad:
        if laatste < van or eerste > tot:
            continue
        if eerste > van:
            yield van, eerste - 1, True
        yield max(eerste, van), min(laatste, tot), False
        van = laatste + 1
    if van <= tot:
        yield van, tot, True


def _samengevoegd(perioden: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same days as disjoint periods, sorted."""
    samen: list[tuple[int, int]] = []
    for van, tot in sorted(perioden):
        if samen and van <= samen[-1][1] + 1:
            samen[-1] = (samen[-1][0], max(samen[-1][1], tot))
        else:
            samen.append((van, tot))
    return samen
