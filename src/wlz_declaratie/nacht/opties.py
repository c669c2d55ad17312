"""How one batch is checked, judged and reported: the same for every batch, unless somebody says otherwise of some."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from wlz_declaratie.diensten.instellingen.batch import Batchinstelling
from wlz_declaratie.diensten.uitvoeren import Drempel
from wlz_declaratie.kern.regel import ids

MAX_AFKEUR = 50
"""Percent of the lines."""
VORMEN = (".json", ".xlsx")
"""Which result files there are of a batch; the JSON always, by which the night knows its results."""


@dataclass(frozen=True, kw_only=True)
class Opties:
    """See ``declaratie nacht --help``.

    ``strikt``: a row of the dossier that cannot be used stops the night. ``vertaald`` as for `inlezen.koppen.Gevraagd`.
    ``faal_op``: from which severity on the exit code is 1; ``max_afkeur``: of how many percent of its lines a batch may
    be rejected to be booked unseen. ``basislijn``: beside the last result of its declarant before this night.
    """

    dossier: Path | None = None
    tabellen: Path | None = None
    strikt: bool = False
    dossier_volledig: bool = False
    vertaald: Mapping[str, str] = field(default_factory=dict)
    selecteer: Sequence[str] = ()
    negeer: Sequence[str] = ()
    faal_op: Drempel = "afkeur"
    max_afkeur: int = MAX_AFKEUR
    aanvaard: Path | None = None
    basislijn: bool = False
    vormen: Sequence[str] = VORMEN
    statistiek: bool = False
    ingediend: bool = False
    ingesteld: Batchinstelling = field(default_factory=Batchinstelling)
    """What a settings file makes of the rules."""

    def met(self, keuze: Batchinstelling) -> Opties:
        """These, with what a declarant or uzovi has otherwise."""
        gezet = keuze.opties
        anders: dict[str, Any] = {veld: lees(gezet[naam]) for naam, (veld, lees) in _PER_BATCH.items() if naam in gezet}
        return replace(self, **anders, ingesteld=keuze)


_PER_BATCH: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "dossier": ("dossier", Path),
    "dossier-volledig": ("dossier_volledig", bool),
    "strikt": ("strikt", bool),
    "selecteer": ("selecteer", ids),
    "negeer": ("negeer", ids),
    "aanvaard": ("aanvaard", Path),
    "max-afkeur": ("max_afkeur", int),
}
"""By the long name of an option that a declarant may have otherwise (`instellingen.lezen.PER_BATCH`)."""
