"""What a rule is: its metadata, how it reports, and the catalogue of all rules.

What is wrong with one rule, such as a block of parameters that is not there, is its ``gebrek``: it does not run and its
run status says so; the others go on.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.kern import parameters
from wlz_declaratie.kern.parameters import Parameterfout, Regelparameters
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Ernst, Uitkomst

_VELD = re.compile(r"\{([a-z_]+)\}")
Bereik = Literal["regel", "client", "batch"]
Toets = Callable[[Van], Iterator[Uitkomst]]


@dataclass(frozen=True)
class Regel:
    """A rule of the catalogue.

    ``bereik`` says how far the rule looks: this line alone, all lines of one bsn, or the whole batch. ``tabellen``
    (a table, or table.column) and ``kolommen`` are what it cannot run without; ``tabellen_deels`` and
    ``kolommen_deels`` what it can do part of its test without. ``toets`` yields findings, test by test in the order of
    the catalogue: of several findings on one line the heaviest counts, and of equal ones the first.
    """

    id: str
    titel: str
    bereik: Bereik
    ernst: tuple[Ernst, ...]
    retourcodes: tuple[str, ...]
    tabellen: tuple[str, ...]
    tabellen_deels: tuple[str, ...]
    kolommen: tuple[str, ...]
    kolommen_deels: tuple[str, ...]
    toets: Toets
    parameters: Regelparameters
    gebrek: str | None = None
    """Why it cannot run at all, in one line; None where all is well."""

    @property
    def familie(self) -> str:
        """The letters before the dash."""
        return self.id.partition("-")[0]

    @property
    def uitleg(self) -> str:
        """The docstring: Wat, Waarom, Voorbeeld, Wat te doen; ``{max_dagen}`` in it is that value of policy."""

        def waarde(veld: re.Match[str]) -> str:
            return self.parameters.in_woorden(veld[1]) if veld[1] in self.parameters.perioden else veld[0]

        return _VELD.sub(waarde, self.toets.__doc__ or "")


_register: list[Regel] = []
"""Every rule of the modules that were imported, still without its parameters."""


def regel(
    id: str,
    titel: str,
    *,
    bereik: Bereik,
    ernst: Ernst | tuple[Ernst, ...] = "afkeur",
    retourcodes: tuple[str, ...],
    tabellen: tuple[str, ...] = (),
    tabellen_deels: tuple[str, ...] = (),
    kolommen: tuple[str, ...] = (),
    kolommen_deels: tuple[str, ...] = (),
) -> Callable[[Toets], Toets]:
    """Register a rule; its validity, sources and values come from ``schemas/parameters``."""

    def registreer(toets: Toets) -> Toets:
        _register.append(
            Regel(
                id=id,
                titel=titel,
                bereik=bereik,
                ernst=(ernst,) if isinstance(ernst, str) else ernst,
                retourcodes=retourcodes,
                tabellen=tabellen,
                tabellen_deels=tabellen_deels,
                kolommen=kolommen,
                kolommen_deels=kolommen_deels,
                toets=toets,
                parameters=Regelparameters.geen(id),
            )
        )
        return toets

    return registreer


@cache
def alle_regels() -> Mapping[str, Regel]:
    """The catalogue by rule id, in the order of the families and their numbers."""
    eigen = _geregistreerd("wlz_declaratie.regels", parameters.eigen())
    return dict(sorted(eigen.items()))


def _geregistreerd(pakket: str, gelezen: parameters.Gelezen) -> dict[str, Regel]:
    """The rules of a package and all its modules, with their parameters. Raises ValueError for an id that is twice."""
    for module in pkgutil.iter_modules(importlib.import_module(pakket).__path__):
        importlib.import_module(f"{pakket}.{module.name}")
    regels: dict[str, Regel] = {}
    for regel_ in _register:
        if regel_.toets.__module__.startswith(f"{pakket}."):
            if regel_.id in regels:
                raise ValueError(f"{regel_.id} staat er twee keer in")
            regels[regel_.id] = _met_parameters(regel_, gelezen)
    return regels


def _met_parameters(regel_: Regel, gelezen: parameters.Gelezen) -> Regel:
    try:
        return replace(regel_, parameters=gelezen.van(regel_.id))
    except Parameterfout as fout:
        return replace(regel_, gebrek=str(fout))


class OnbekendeRegel(Gebruikersfout):
    """A rule id or prefix that the catalogue does not have."""


def kies(selecteer: Sequence[str], negeer: Sequence[str]) -> list[Regel]:
    """The rules whose id starts with one of ``selecteer`` (all when empty) and with none of ``negeer``."""
    regels = alle_regels()
    for voorvoegsel in (*selecteer, *negeer):
        if not any(regel_id.startswith(voorvoegsel) for regel_id in regels):
            raise OnbekendeRegel(f"geen regel heet of begint met '{voorvoegsel}'. Zie `declaratie regels`.")
    gekozen = [r for r in regels.values() if not selecteer or r.id.startswith(tuple(selecteer))]
    gekozen = [r for r in gekozen if not r.id.startswith(tuple(negeer))]
    if not gekozen:
        raise OnbekendeRegel("met deze --selecteer en --negeer blijft geen regel over. Kies ruimer.")
    return gekozen
