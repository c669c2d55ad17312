"""What a rule cannot run without, or only in part, beside what there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from wlz_declaratie.contract.tabellen import TABELLEN
from wlz_declaratie.kern.regel import Regel

AW319 = "aw319"
BUITEN_AW319 = {
    naam: kolom.buiten_aw319 for naam, kolom in TABELLEN["declaraties"].kolommen.items() if kolom.buiten_aw319
}
"""Where what an AW319 has no field for comes from."""


@dataclass(frozen=True)
class Gegeven:
    """The dossier tables that there are, and the columns of each batch file; None while no batch is known."""

    tabellen: frozenset[str]
    aanwezig: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Columns that the tables really have, where that is known."""
    per_bestand: Sequence[frozenset[str]] | None = None
    soorten: Sequence[str] = ()
    """The kind of each batch file, where that is known."""

    @property
    def ergens(self) -> frozenset[str]:
        """Columns that some batch file has."""
        return frozenset[str]().union(*(self.per_bestand or ()))

    def zonder_kolom(self, naam: str) -> str:
        """Where that column is not, as a reason: an AW319 has no such field, another file could have had it."""
        soorten = self.soorten or [""] * len(self.per_bestand or ())
        zonder = [soort for soort, heeft in zip(soorten, self.per_bestand or (), strict=True) if naam not in heeft]
        if zonder and {*zonder} == {AW319} and naam in BUITEN_AW319:
            return f"AW319 kent geen {naam}: {BUITEN_AW319[naam]}"
        return f"kolom {naam} ontbreekt" + ("" if len(zonder) == len(soorten) else " in een van de bestanden")

    def heeft(self, naam: str) -> bool:
        """Whether there is what a rule names as ``kolom zzpcode`` or ``tabel indicaties``."""
        soort, _, wat = naam.partition(" ")
        return wat in (self.tabellen if soort == "tabel" else self.ergens)


def ontbreekt(regel: Regel, gegeven: Gegeven) -> list[str]:
    """Tables and columns without which the rule cannot run at all; of columns of an unknown batch nothing is said."""
    ontbrekend = _ontbrekende_tabellen(regel.tabellen, gegeven)
    if gegeven.per_bestand is not None:
        ontbrekend += [gegeven.zonder_kolom(naam) for naam in regel.kolommen if naam not in gegeven.ergens]
    keuzes = [namen for namen in _open_keuzes(regel, gegeven) if not _kan(namen, gegeven)]
    return ontbrekend + [_geen_van(namen, gegeven) for namen in keuzes]


def ontbreekt_deels(regel: Regel, gegeven: Gegeven) -> list[str]:
    """Tables and columns without which the rule does part of its test."""
    redenen = _ontbrekende_tabellen(regel.tabellen_deels, gegeven)
    if gegeven.per_bestand is None:
        return redenen
    overal = frozenset.intersection(*gegeven.per_bestand)
    for naam in (*regel.kolommen, *regel.kolommen_deels):
        if naam not in overal:
            redenen.append(gegeven.zonder_kolom(naam))
    return redenen


def van_de_batch(regel: Regel, gegeven: Gegeven) -> list[str]:
    """What a batch that is not known yet has to bring for the rule to run: a column, or one of several."""
    if gegeven.per_bestand is not None:
        return []
    keuzes = [[n for n in namen if n.startswith("kolom ")] for namen in _open_keuzes(regel, gegeven)]
    return [f"kolom {naam}" for naam in regel.kolommen] + [" of ".join(namen) for namen in keuzes if namen]


def _geen_van(namen: Sequence[str], gegeven: Gegeven) -> str:
    """That of these there is none, as a reason."""
    for naam in namen:
        soort, _, kolom = naam.partition(" ")
        if soort == "kolom" and (reden := gegeven.zonder_kolom(kolom)).startswith("AW319"):
            return reden
    return f"{' en '.join(namen)} ontbreken"


def _open_keuzes(regel: Regel, gegeven: Gegeven) -> list[tuple[str, ...]]:
    """The groups of which one will do, and of which none is there."""
    return [namen for namen in regel.een_van if not any(map(gegeven.heeft, namen))]


def _kan(namen: Sequence[str], gegeven: Gegeven) -> bool:
    """Whether a batch that is not known yet may bring one of these."""
    return gegeven.per_bestand is None and any(naam.startswith("kolom ") for naam in namen)


def _ontbrekende_tabellen(namen: Sequence[str], gegeven: Gegeven) -> list[str]:
    """Which of these (a table, or table.column) the dossier does not have."""
    ontbrekend = []
    for naam in namen:
        tabel, _, kolom = naam.partition(".")
        if tabel not in gegeven.tabellen:
            ontbrekend.append(f"tabel {tabel} ontbreekt")
        elif kolom and kolom not in gegeven.aanwezig.get(tabel, {kolom}):
            ontbrekend.append(f"kolom {kolom} ontbreekt in tabel {tabel}")
    return ontbrekend
