"""The tables of a settings file: which there are, and of those with options what they set.

What names a column or a rule is tested where that is known: see `kolommen` and `beleid`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wlz_declaratie.basis.lijkt import bedoeld, vraag
from wlz_declaratie.diensten.instellingen.bestand import Bestand, Pad, getoond, open_bestand
from wlz_declaratie.diensten.instellingen.optie import Optie, opdracht_van

KOLOMMEN, WAARDEN, ERNST, DECLARANT, UZOVI = "kolommen", "waarden", "ernst", "declarant", "uzovi"
EIGEN = (KOLOMMEN, WAARDEN, ERNST, DECLARANT, UZOVI)
"""Tables that belong to no command."""
VAN_WIE = {
    DECLARANT: (re.compile("[0-9]{8}"), "een AGB-code van acht cijfers", "12345678"),
    UZOVI: (re.compile("[0-9]{4}"), "een UZOVI-code van vier cijfers", "5501"),
}
"""Tables of which each has tables of its own: what these are called, in words, and such a name."""
PER_BATCH = ("dossier", "dossier-volledig", "strikt", "selecteer", "negeer", "aanvaard", "max-afkeur")
"""Options that a declarant or uzovi may have otherwise; max-afkeur is one of the night, which alone looks at it."""
MET_BATCH = ("controleer", "waarom", "client", "vergelijk", "nacht")
"""Commands that meet a batch, and so the tables of its declarant and uzovi."""
NIET = {
    "toon-bsn": "Wie hele bsn's wil zien, vraagt dat per keer: --toon-bsn.",
    "instellingen": "Dit bestand kiest geen ander.",
}
"""Options that no file sets, and why."""

Opdrachten = Mapping[str, Mapping[str, Optie]]
"""The options of each command; that of a group is called ``historie.voeg-toe``."""


@dataclass(frozen=True)
class Deel:
    """What the file says of every check, or of that of one declarant or uzovi.

    ``opties`` are those of PER_BATCH; ``waarden`` and ``ernst`` are still as they stand there.
    """

    naam: str
    plaats: Pad
    opties: Mapping[str, Any] = field(default_factory=dict)
    waarden: Any = None
    ernst: Any = None


@dataclass(frozen=True)
class Instellingen:
    """What is set. Without a ``bestand`` that is nothing.

    ``opdrachten`` gives the options of a command by their long name, as texts of the command line.
    """

    bestand: Bestand | None = None
    opdrachten: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    algemeen: Deel = field(default_factory=lambda: Deel("", ()))
    declaranten: Mapping[str, Deel] = field(default_factory=dict)
    uzovi: Mapping[str, Deel] = field(default_factory=dict)

    @property
    def delen(self) -> tuple[Deel, ...]:
        """All that may say something of a check, the most general first."""
        return (self.algemeen, *self.uzovi.values(), *self.declaranten.values())

    @property
    def van_batches(self) -> list[str]:
        """The tables that change a check, by name: what does not look at them says so."""
        tafels = {WAARDEN: self.algemeen.waarden, ERNST: self.algemeen.ernst}
        return [f"[{naam}]" for naam, inhoud in tafels.items() if inhoud] + [
            f"[{deel.naam}]" for deel in self.delen[1:]
        ]

    def delen_van(self, agb: str | None, uzovi: str | None) -> list[Deel]:
        """The tables of this uzovi and this declarant, the one that wins last."""
        return [deel for deel in (self.uzovi.get(uzovi or ""), self.declaranten.get(agb or "")) if deel]


def per_batch(opdrachten: Opdrachten) -> dict[str, Optie]:
    """The options of PER_BATCH: of a check or of the night, where the same word means the same."""
    samen = {**opdrachten.get("nacht", {}), **opdrachten.get("controleer", {})}
    return {naam: samen[naam] for naam in PER_BATCH if naam in samen}


def lees_instellingen(gegeven: str | None, opdrachten: Callable[[], Opdrachten]) -> Instellingen:
    """From the file ``gegeven`` or the nearest one (see `bestand.open_bestand`).

    ``opdrachten`` is asked only where there is a file, so that who has none does not wait for it.
    Raises Gebruikersfout for the first table or option that is not known, and value that cannot be.
    """
    bestand = open_bestand(gegeven)
    return Instellingen() if bestand is None else _Keuring(bestand, opdrachten()).instellingen()


class _Keuring:
    """The content of a file, tested table by table."""

    def __init__(self, bestand: Bestand, opdrachten: Opdrachten) -> None:
        self._bestand, self._opdrachten = bestand, opdrachten

    def instellingen(self) -> Instellingen:
        inhoud = self._bestand.inhoud
        groepen = dict.fromkeys(naam.partition(".")[0] for naam in self._opdrachten)
        bekend = [*groepen, *EIGEN]
        gezet: dict[str, Mapping[str, Any]] = {}
        for naam, waarde in inhoud.items():
            if naam not in bekend:
                self._onbekende_tafel((naam,), bekend, "instelling")
            if naam == WAARDEN:
                continue
            tafel = self._tafel((naam,), waarde)
            if naam in self._opdrachten:
                gezet[naam] = self._opties((naam,), tafel, self._opdrachten[naam])
            elif naam in groepen:
                gezet |= self._groep(naam, tafel)
        algemeen = Deel("", (), waarden=inhoud.get(WAARDEN), ernst=inhoud.get(ERNST))
        return Instellingen(self._bestand, gezet, algemeen, self._per_wie(DECLARANT), self._per_wie(UZOVI))

    def _groep(self, groep: str, tafel: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        bekend = [naam.partition(".")[2] for naam in self._opdrachten if naam.startswith(f"{groep}.")]
        gezet: dict[str, Mapping[str, Any]] = {}
        for naam, waarde in tafel.items():
            if naam not in bekend:
                self._onbekende_tafel((groep, naam), bekend, f"opdracht van {groep}")
            plaats, volledig = (groep, naam), f"{groep}.{naam}"
            gezet[volledig] = self._opties(plaats, self._tafel(plaats, waarde), self._opdrachten[volledig])
        return gezet

    def _per_wie(self, soort: str) -> dict[str, Deel]:
        vorm, woorden, zoals = VAN_WIE[soort]
        bekend = per_batch(self._opdrachten)
        delen = {}
        for wie, waarde in self._bestand.inhoud.get(soort, {}).items():
            plaats = (soort, wie)
            if not vorm.fullmatch(wie):
                reden, remedie = f"{getoond(wie)} is niet {woorden}", f"Schrijf zoals [{soort}.{zoals}]."
                raise self._bestand.fout(plaats, reden, remedie)
            tafel = self._tafel(plaats, waarde)
            opties = {naam: inhoud for naam, inhoud in tafel.items() if naam not in (WAARDEN, ERNST)}
            gekeurd = self._opties(plaats, opties, bekend, ook=(WAARDEN, ERNST))
            delen[wie] = Deel(f"{soort}.{wie}", plaats, gekeurd, tafel.get(WAARDEN), tafel.get(ERNST))
        return delen

    def _tafel(self, plaats: Pad, waarde: Any) -> Mapping[str, Any]:
        if not isinstance(waarde, dict):
            naam = ".".join(map(str, plaats))
            raise self._bestand.fout(plaats, f"{naam} is geen onderdeel", f"Schrijf [{naam}] op een eigen regel.")
        return waarde

    def _opties(
        self, plaats: Pad, tafel: Mapping[str, Any], bekend: Mapping[str, Optie], ook: Iterable[str] = ()
    ) -> dict[str, Any]:
        waar = f"[{'.'.join(map(str, plaats))}]"
        gekeurd = {}
        for naam, waarde in tafel.items():
            hier = (*plaats, naam)
            if naam in NIET:
                raise self._bestand.fout(hier, f"{waar}: {naam} kan hier niet", NIET[naam])
            if naam not in bekend:
                mogelijk = [*bekend, *ook]
                lijkt = vraag([f"'{een}'" for een in bedoeld(naam, mogelijk)])
                kort = plaats[0] in VAN_WIE
                remedie = (
                    f"Kies uit {', '.join(mogelijk)}." if kort else f"Zie `declaratie {opdracht_van(hier)} --help`."
                )
                raise self._bestand.fout(hier, f"{waar}: {getoond(naam)} kan hier niet{lijkt}", remedie)
            gekeurd[naam] = bekend[naam].keur(self._bestand, hier, waarde)
        return gekeurd

    def _onbekende_tafel(self, plaats: Pad, bekend: Iterable[str], wat: str) -> None:
        voor = ".".join(map(str, plaats[:-1]))
        namen = {naam: f"[{voor}.{naam}]" if voor else f"[{naam}]" for naam in bekend}
        lijkt = vraag([namen[naam] for naam in bedoeld(str(plaats[-1]), namen)])
        reden = f"{getoond(plaats[-1])} is geen {wat}{lijkt}"
        raise self._bestand.fout(plaats, reden, f"Gebruik {', '.join(namen.values())}.")
