"""What a rule speaks of: the lines, what the dossier tells beside them, and what policy says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

import polars as pl

from wlz_declaratie.basis.dagen import dag
from wlz_declaratie.contract.tabellen import HERKOMST
from wlz_declaratie.kern.begrippen import PGB
from wlz_declaratie.kern.parameters import Periode, Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.rij import WOORD

P = ParamSpec("P")


@dataclass(frozen=True)
class Van:
    """Of this population and the parameters of this rule; a rule gets nothing else."""

    pop: Populatie
    p: Regelparameters

    # lines

    def lijnen(self, *voorwaarden: str | pl.Expr) -> Lijnen:
        """Lines of batch and history that take part: a usable period, debet, not credited, a bsn."""
        return Lijnen(self.pop.lijnen, self.pop, self.p).waar(*voorwaarden)

    def batch(self, *voorwaarden: str | pl.Expr) -> Lijnen:
        """Those of the batch on which the rule is in force."""
        return self.lijnen("batch", self.p.te_toetsen(), *voorwaarden).gekozen()

    def elke_regel(self, *voorwaarden: str | pl.Expr) -> Lijnen:
        """Every line of the batch on which the rule is in force, also credit lines and those without a good period."""
        return Lijnen(self.pop.alle, self.pop, self.p).waar("batch", self.p.te_toetsen(), *voorwaarden).gekozen()

    def als_lijnen(self, frame: pl.LazyFrame) -> Lijnen:
        """Lines that the rule made itself."""
        return Lijnen(frame, self.pop, self.p)

    def eenmaal(
        self, afleiding: Callable[Concatenate[Populatie, P], pl.LazyFrame], *woorden: P.args, **namen: P.kwargs
    ) -> Lijnen:
        """Lines that several rules derive alike: derived once per population, and kept."""
        return self.als_lijnen(self.pop.eenmaal(afleiding, *woorden, **namen))

    def getoetst(self, lijnen: Callable[[], Lijnen], tekst: str = "") -> None:
        """Tell which lines the rule judges, as `Lijnen.getoetst`, where these take work: made only for who follows."""
        if self.pop.spoor is not None:
            lijnen().getoetst(tekst)

    # the dossier

    def heeft(self, *tabellen: str) -> bool:
        """Whether the dossier has all these tables."""
        return all(tabel in self.pop.dossier for tabel in tabellen)

    def tabel(self, naam: str) -> pl.LazyFrame:
        """A table of the dossier: keys as numbers, the period as the days begin and eind."""
        return self.pop.dossier[naam]

    def tabel_van(self, naam: str, lijnen: Lijnen) -> pl.LazyFrame:
        """Its rows of the clients of these lines; computed here, for there should be few."""
        clienten = lijnen.frame.select(pl.col("bsn").unique().implode()).collect().to_series()
        return self.tabel(naam).filter(pl.col("bsn").is_in(clienten)).collect().lazy()

    def toewijzingen(self, *voorwaarden: pl.Expr) -> pl.LazyFrame:
        """The toewijzingen for which this holds, ``instelling`` named ``uitvoerder`` as on the lines."""
        return self.tabel("toewijzingen").rename({"instelling": "uitvoerder"}).filter(*voorwaarden)

    def pgbdagen(self) -> pl.LazyFrame:
        """The days on which a client has a pgb: bsn, zzpcode, profiel (both may be null), begin and eind.

        From the table pgb and the toewijzingen of that leveringsvorm, with what `Lijnen.met_rij` tells of a row; none
        without both.
        """
        return self.pop.eenmaal(_pgbdagen)

    # policy

    def waarde(self, naam: str) -> pl.Expr:
        """The number in force on begindatum of each line."""
        return self.p.waarde(naam)

    def vast(self, naam: str) -> Any:
        """A value that never changed: a number, a text, a list of codes."""
        return self.p.vast(naam)

    def dag(self, naam: str) -> int:
        """A fixed value that is a date, as a day number."""
        return dag(self.p.dagwaarde(naam))

    def perioden(self, naam: str) -> tuple[Periode, ...]:
        """The values with the days on which each is in force."""
        return self.p.perioden[naam]


def _pgbdagen(pop: Populatie) -> pl.LazyFrame:
    dagen: dict[str, type[pl.DataType]] = {
        "bsn": pl.Int32,
        "zzpcode": pl.String,
        "profiel": pl.String,
        "begin": pl.Int32,
        "eind": pl.Int32,
    }
    schema: dict[str, type[pl.DataType]] = {**dagen, **HERKOMST, WOORD: pl.String, "leveringsvorm": pl.Int64}
    rijen = [pl.LazyFrame(schema=schema)]
    if "pgb" in pop.dossier:
        vorm = pl.lit(None, pl.Int64).alias("leveringsvorm")
        rijen.append(pop.dossier["pgb"].select(*dagen, *HERKOMST, pl.lit("pgb").alias(WOORD), vorm))
    if "toewijzingen" in pop.dossier:
        toegewezen = pop.dossier["toewijzingen"].filter(pl.col("leveringsvorm") == PGB)
        rijen.append(toegewezen.select(*dagen, *HERKOMST, pl.lit("toewijzing").alias(WOORD), "leveringsvorm"))
    return pl.concat(rijen)
