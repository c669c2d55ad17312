"""Other care declared on package days: the shape that BEH-01, VRB-02 and VRB-03 share.

A line of minutes or hours often spans a month, so one shared day proves nothing about the day of care.
Therefore:

- every day of the tested line is a package day: the line is rejected, unless its soort is signalled at most;
- only some days are: a signal;
- the tested line is history and the package line is in the batch: a signal on the package line.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.taal.lijnen import Lijnen


def tijdens_pakket(
    getoetst: Lijnen, pakket: Lijnen, retourcode: str, dagen: str, nooit_afkeur: pl.Expr | None = None
) -> Iterator[pl.LazyFrame]:
    """Findings on the tested lines (batch and history, those on which the rule is in force) and the package lines.

    ``dagen`` says in Dutch which package days are meant, in the plural. Where some package days do not count,
    ``pakket`` is narrowed as ``samenloop`` says. Lines for which ``nooit_afkeur`` (by prestatiecode) holds are
    signalled at most.
    """
    geteld = {"pakketdagen": "gedeeld"}
    raak = getoetst.waar("batch").deelt_dag_met(pakket).met(**geteld)
    gespiegeld = pakket.waar("batch").deelt_dag_met(getoetst.waar(~pl.col("batch"))).met(**geteld)
    getoetst.getoetst()
    pakket.waar("batch").alleen_van(getoetst.waar(~pl.col("batch"))).getoetst()
    alle_dagen = pl.col("pakketdagen") == pl.col("dagen")
    van_regel, gegevens = f"{{pakketdagen}} van {{dagen}} dagen zijn {dagen}: {{ander}}", "dagen pakketdagen ander"
    afkeur = alle_dagen if nooit_afkeur is None else alle_dagen & ~nooit_afkeur
    yield raak.waar(afkeur).afkeur(retourcode, van_regel, gegevens)
    yield raak.waar(~afkeur).signaal(retourcode, van_regel, gegevens)
    yield gespiegeld.signaal(
        retourcode, "{pakketdagen} van {dagen} dagen van dit pakket delen een dag met {ander}", gegevens
    )
