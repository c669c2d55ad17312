"""Batch plus history: the one frame that every rule reads.

The frame is slim: numbers for bsn, uitvoerder and days, only the columns that rules use. It is sorted by client and
within a client in the order of the catalogue (history before batch; then begindatum, einddatum, file, line), so that
``volgorde`` (the row number) is that order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import polars as pl

from wlz_declaratie.basis.dagen import met_laatst_begonnen, vereniging
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.inlezen.basis import Batchbestand

if TYPE_CHECKING:
    from wlz_declaratie.kern.spoor import Spoor
    from wlz_declaratie.kern.vreemd import Vreemd

P = ParamSpec("P")


class _Bewaard:
    """What was derived of one population; rules run side by side, and each thing is derived once."""

    def __init__(self) -> None:
        self._slot = Lock()
        self._sloten: dict[Any, Lock] = {}
        self._frames: dict[Any, pl.LazyFrame] = {}

    def haal(self, sleutel: Any, afleiding: Callable[[], pl.LazyFrame]) -> pl.LazyFrame:
        # A lock for each: who needs one thing does not wait for another. What is derived may rest on something else
        # that is, never on itself.
        with self._slot:
            eigen_slot = self._sloten.setdefault(sleutel, Lock())
        with eigen_slot:
            if sleutel not in self._frames:
                self._frames[sleutel] = afleiding().collect().lazy()
            return self._frames[sleutel]


@dataclass(frozen=True)
class Populatie:
    """What rules read.

    ``alle`` holds every line of batch and history; ``lijnen`` those that take part in all rules but VLD: a usable
    period, debet, not credited, a bsn. Columns:

    - rij (UInt32, batch lines first), batch (false: history), bestandnr, regelnummer, volgorde;
    - bsn, uitvoerder (Int32; below zero: no valid number, equal only to itself);
    - begin, eind (Int32 days, inclusive), dagen (Int64);
    - prestatiecode, eenheid_prestatie, soort (Enum); as Categorical, for these are few texts on many lines:
      prestatiecodelijst, sector, behandeling, dagbesteding, doelgroep, profiel, debet_credit, debet_credit_2;
    - zzpcode, functiecode, besluitnummer, machtigingsnummer, uzovi (Int32), leveringsvorm, aantal, tijdseenheid;
    - profielcode (the zzpcode, where empty the one of the indications: see ``profiel``) and profiel, its group;
    - tarief, bedrag, declaratiebedrag (cents);
    - geboren, dagtekening, periode_begin, periode_eind (days), onderwijs, overleden;
    - overbrugging (a bridging line of an (SG)LVG client), mee (takes part in ``lijnen``).

    ``breed`` gives the full declaration lines of batch and history with ``rij`` for the rules on references.
    ``dossier`` holds the optional tables, days as ``begin`` and ``eind``, keys as numbers.
    """

    alle: pl.LazyFrame
    breed: pl.LazyFrame
    dossier: Mapping[str, pl.LazyFrame]
    codes: Codes
    peildatum: date
    met_historie: bool
    bestanden: tuple[Batchbestand, ...]
    """The batch files, by bestandnr."""
    weggelaten: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    """Rows of the dossier that could not be used, by table: see `kern.onbruikbaar`."""
    spoor: Spoor | None = None
    """Who follows lines through the rules; nobody does in a check."""
    vreemd: Vreemd | None = None
    """What of the clients of the batch the dossier does not know, where it is of somebody else: see `kern.vreemd`."""
    _bewaard: _Bewaard = field(default_factory=_Bewaard, repr=False, compare=False)

    def deel(self, welke: pl.Expr, dossier: Mapping[str, pl.LazyFrame]) -> Populatie:
        """The lines for which this holds, beside that dossier; what rules derive of them is derived anew."""
        return replace(self, alle=self.alle.filter(welke).collect().lazy(), dossier=dossier, _bewaard=_Bewaard())

    def eenmaal(
        self, afleiding: Callable[Concatenate[Populatie, P], pl.LazyFrame], *woorden: P.args, **namen: P.kwargs
    ) -> pl.LazyFrame:
        """What ``afleiding`` makes of this population: computed at the first call, and kept for every rule."""
        sleutel = (afleiding, woorden, tuple(sorted(namen.items())))
        return self._bewaard.haal(sleutel, lambda: afleiding(self, *woorden, **namen))

    @property
    def soorten(self) -> frozenset[str]:
        """Kinds of the batch files: aw319, csv, parquet, xlsx."""
        return frozenset(bestand.soort for bestand in self.bestanden)

    @property
    def kolommen(self) -> frozenset[str]:
        """Columns that at least one of the batch files carries."""
        return frozenset[str]().union(*(bestand.kolommen for bestand in self.bestanden))

    def van_soort(self, soort: str) -> pl.Expr:
        """Lines that come from a batch file of this kind."""
        nummers = [nr for nr, bestand in enumerate(self.bestanden) if bestand.soort == soort]
        return pl.col("bestandnr").is_in(nummers)

    def met_kolommen(self, *kolommen: str) -> pl.Expr:
        """Lines that come from a batch file that carries all these columns: there, empty means empty."""
        nummers = [nr for nr, bestand in enumerate(self.bestanden) if bestand.kolommen.issuperset(kolommen)]
        return pl.col("bestandnr").is_in(nummers)

    @property
    def lijnen(self) -> pl.LazyFrame:
        """Lines that take part in all rules but VLD, batch and history."""
        return self.alle.filter("mee")

    def gemerkt(self, lijnen: pl.LazyFrame, *kenmerken: str) -> pl.LazyFrame:
        """Add ``gemerkt``: the table aanbieders gives the uitvoerder one of ``kenmerken`` on begindatum."""
        perioden = self.eenmaal(_gemerkte_perioden, kenmerken)
        return (
            met_laatst_begonnen(lijnen, perioden, ["uitvoerder"], "_van")
            .with_columns(gemerkt=(pl.col("_tot") >= pl.col("begin")).fill_null(False))
            .drop("_van", "_tot")
        )


def _gemerkte_perioden(pop: Populatie, kenmerken: Sequence[str]) -> pl.LazyFrame:
    """The days (``_van``, ``_tot``) on which each uitvoerder has one of these kenmerken."""
    rijen = pop.dossier["aanbieders"].filter(pl.col("kenmerk").is_in(kenmerken))
    rijen = rijen.select("begin", "eind", uitvoerder="agb")
    return vereniging(rijen, ["uitvoerder"]).rename({"begin": "_van", "eind": "_tot"})
