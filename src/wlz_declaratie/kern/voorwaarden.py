"""What a rule cannot run without, or only in part, beside what there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from wlz_declaratie.kern.regel import Regel


@dataclass(frozen=True)
class Gegeven:
    """The dossier tables that there are, and the columns of each batch file; None while no batch is known."""

    tabellen: frozenset[str]
    aanwezig: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Columns that the tables really have, where that is known."""
    per_bestand: Sequence[frozenset[str]] | None = None

    @property
    def ergens(self) -> frozenset[str]:
        """Columns that some batch file has."""
        return frozenset[str]().union(*(self.per_bestand or ()))

    def heeft(self, naam: str) -> bool:
        """Whether there is what a rule names as ``kolom zzpcode`` or ``tabel indicaties``."""
        soort, _, wat = naam.partition(" ")
        return wat in (self.tabellen if soort == "tabel" else self.ergens)


def ontbreekt(regel: Regel, gegeven: Gegeven) -> list[str]:
    """Tables and columns without which the rule cannot run at all; of columns of an unknown batch nothing is said."""
    ontbrekend = _ontbrekende_tabellen(regel.tabellen, gegeven)
    if gegeven.per_bestand is not None:
        ontbrekend += [f"kolom {naam} ontbreekt" for naam in regel.kolommen if naam not in gegeven.ergens]
    keuzes = [namen for namen in _open_keuzes(regel, gegeven) if not _kan(namen, gegeven)]
    return ontbrekend + [f"{' en '.join(namen)} ontbreken" for namen in keuzes]


def ontbreekt_deels(regel: Regel, gegeven: Gegeven) -> list[str]:
    """Tables and columns without which the rule does part of its test."""
    redenen = _ontbrekende_tabellen(regel.tabellen_deels, gegeven)
    if gegeven.per_bestand is None:
        return redenen
    overal = frozenset.intersection(*gegeven.per_bestand)
    for naam in (*regel.kolommen, *regel.kolommen_deels):
        if naam not in gegeven.ergens:
            redenen.append(f"kolom {naam} ontbreekt")
        elif naam not in overal:
            redenen.append(f"kolom {naam} ontbreekt in een van de bestanden")
    return redenen


def van_de_batch(regel: Regel, gegeven: Gegeven) -> list[str]:
    """What a batch that is not known yet has to bring for the rule to run: a column, or one of several."""
    if gegeven.per_bestand is not None:
        return []
    keuzes = [[n for n in namen if n.startswith("kolom ")] for namen in _open_keuzes(regel, gegeven)]
    return [f"kolom {naam}" for naam in regel.kolommen] + [" of ".join(namen) for namen in keuzes if namen]


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
