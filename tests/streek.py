"""A region: many declarants that send a batch a month, some of them wrongly, and what should become of each file.

Of every declarant the nights bring the same, but for those that have a name below. A month is put right in
the next one, as providers do: a credit line that names the line it takes back, and that line anew. Every third one
sends AW319 messages, the others CSV.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from nachthulp import PEILDATUM, asc, csv
from wlz_declaratie.voorbeeld.nummers import bsns

MAANDEN = ("2019-01", "2019-02", "2019-03")
CLIENTEN = 4
VEEL = 20
"""Clients of the one whose dossier is not there: of fewer, nobody could say whose it is."""
ZOALS_HET_HOORT, ONBEKEND, KAPOT, HERHAALT, DUBBEL, SLECHT = range(6)
"""Declarants, of whose first batch: nothing is wrong; the clients are not in the dossier until a month later, when the
operator gives it free; the file is none, and comes again; the same comes once more; one line is in it twice; most of
it is rejected, and what comes in its place is right."""
CENT = 10_000
KOP = (
    "referentienummer;bsn;begindatum;einddatum;prestatiecode;aantal;uitvoerder;declarant;factuurnummer"
    ";begindatum_periode;debet_credit;referentienummer_voorgaand;tarief;bedrag;declaratiebedrag"
)


@dataclass(frozen=True)
class Regel:
    """A line of one day, the first of a month, at CENT; a credit line names the line that it takes back."""

    declarant: int
    client: str
    dag: str
    factuurmaand: str
    referentie: str
    voorgaand: str = ""

    @property
    def cent(self) -> int:
        """As it counts: negative on a credit line."""
        return -CENT if self.voorgaand else CENT

    @property
    def velden(self) -> dict[str, Any]:
        agb, dag, maand = agb_van(self.declarant), date.fromisoformat(self.dag), f"{self.factuurmaand}-01"
        return {
            "referentienummer": self.referentie, "bsn": self.client, "begindatum": dag, "einddatum": dag,
            "prestatiecode": "Z041", "aantal": 1, "uitvoerder": agb, "declarant": agb,
            "factuurnummer": f"F{self.declarant}-{self.factuurmaand}", "begindatum_periode": date.fromisoformat(maand),
            "debet_credit": "C" if self.voorgaand else "D", "referentienummer_voorgaand": self.voorgaand or None,
        }  # fmt: skip

    @property
    def in_bericht(self) -> dict[str, Any]:
        """What only a message has."""
        begin: date = self.velden["begindatum_periode"]
        return {"debet_credit_2": self.velden["debet_credit"], "einddatum_periode": begin.replace(day=28)}


def anders(regel: Regel, nummer: int) -> Regel:
    """The same under another number: paid twice, if nobody looked."""
    return replace(regel, referentie=f"X{nummer}-{regel.referentie}")


def agb_van(declarant: int) -> str:
    return f"06{declarant + 1:06d}"


@dataclass(frozen=True)
class Bestand:
    """What is sent: a file that is none has no lines."""

    naam: str
    regels: tuple[Regel, ...]

    def schrijf(self, map_: Path) -> None:
        if not self.regels:
            csv(map_, self.naam, "1;2", kop="dit;is niets")
        elif self.naam.endswith(".asc"):
            ernaast: dict[str, Any] = dict.fromkeys(("tarief", "bedrag", "declaratiebedrag"), CENT)
            ernaast |= {"zzpcode": "753", "dagtekening": date(2019, 5, 1)}
            asc(map_, self.naam, *(ernaast | regel.velden | regel.in_bericht for regel in self.regels))
        else:
            euro = f"{CENT // 100},00"
            rijen = ([*("" if w is None else str(w) for w in r.velden.values()), *[euro] * 3] for r in self.regels)
            csv(map_, self.naam, *map(";".join, rijen), kop=KOP)


@dataclass(frozen=True)
class Streek:
    """A region of so many declarants, at least one of each kind."""

    declaranten: int

    def clienten(self, declarant: int) -> list[str]:
        return [str(bsn) for bsn in bsns(VEEL if declarant == ONBEKEND else CLIENTEN, 100 + declarant)]

    def naam(self, declarant: int, maand: str) -> str:
        return f"{declarant:02d}-{maand}.{'asc' if declarant % 3 == 0 else 'csv'}"

    def batch(self, declarant: int, maand: str) -> tuple[Regel, ...]:
        """The lines of a month as they should be, with what is put right of the month before."""
        clienten = self.clienten(declarant)
        regels = [
            Regel(declarant, bsn, f"{maand}-01", maand, f"D{declarant}-{nummer}-{maand}")
            for nummer, bsn in enumerate(clienten)
        ]
        for vorige, deze in pairwise(MAANDEN):
            if deze == maand:
                plek = (declarant, clienten[0], f"{vorige}-01", maand)
                terug = Regel(*plek, f"C{declarant}-{vorige}", f"D{declarant}-0-{vorige}")
                regels += [terug, Regel(*plek, f"N{declarant}-{vorige}")]
        return tuple(regels)

    def aangeleverd(self, maand: str) -> Iterator[Bestand]:
        """The files that come in that month."""
        eerste, tweede = MAANDEN[:2]
        for declarant in range(self.declaranten):
            regels = self.batch(declarant, maand)
            if maand == eerste:
                if declarant == KAPOT:
                    regels = ()
                elif declarant == DUBBEL:
                    regels += (anders(regels[0], 1),)
                elif declarant == SLECHT:
                    regels += tuple(anders(regels[0], nummer) for nummer in range(CLIENTEN + 1))
            yield Bestand(self.naam(declarant, maand), regels)
        if maand == tweede:
            for declarant in (KAPOT, SLECHT, HERHAALT):
                yield Bestand(f"opnieuw-{self.naam(declarant, eerste)}", self.batch(declarant, eerste))

    def lever_aan(self, map_: Path, maand: str) -> None:
        """What lies in the inbox on the morning after this month, and in the dossier."""
        for bestand in self.aangeleverd(maand):
            bestand.schrijf(map_ / "in")
        bekend = [n for n in range(self.declaranten) if n != ONBEKEND or maand != MAANDEN[0]]
        rijen = (f"{bsn};1940-03-15" for declarant in bekend for bsn in self.clienten(declarant))
        csv(map_ / "dossier", "clienten.csv", *rijen, kop="bsn;geboortedatum")

    def opdracht(self, map_: Path, maand: str) -> list[str]:
        """The command of that night: in the second month the operator gives free what waited."""
        vrij = ["--vrijgeven", self.naam(ONBEKEND, MAANDEN[0])] if maand == MAANDEN[1] else []
        mappen = ["--historie", str(map_ / "historie"), "--uit", str(map_ / "uit"), "--dossier", str(map_ / "dossier")]
        return ["nacht", str(map_ / "in"), *mappen, "--peildatum", PEILDATUM, "--rust", "0", *vrij]

    def standen(self, maand: str) -> dict[str, str]:
        """What should become of each file of that night."""
        verwacht = {bestand.naam: "verwerkt" for bestand in self.aangeleverd(maand)}
        if maand == MAANDEN[0]:
            apart = dict.fromkeys([self.naam(ONBEKEND, maand), self.naam(SLECHT, maand)], "quarantaine")
            verwacht |= {**apart, self.naam(KAPOT, maand): "afgekeurd"}
        if maand == MAANDEN[1]:
            eerste = MAANDEN[0]
            verwacht |= {self.naam(ONBEKEND, eerste): "verwerkt", f"opnieuw-{self.naam(HERHAALT, eerste)}": "al bekend"}
        return verwacht

    def geboekt(self, *maanden: str) -> list[Regel]:
        """The lines that the store should hold after these months."""
        regels = [regel for maand in maanden for bestand in self.aangeleverd(maand) for regel in bestand.regels]
        goed = {regel for maand in maanden for d in range(self.declaranten) for regel in self.batch(d, maand)}
        if maanden == MAANDEN[:1]:
            goed = {regel for regel in goed if regel.declarant not in (ONBEKEND, KAPOT, SLECHT)}
        return sorted(set(regels) & goed, key=lambda regel: regel.referentie)
