"""What batches are checked against besides the store: read once a night, however many batches there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.diensten.aanvaarding import lees_lijst, pas_toe
from wlz_declaratie.diensten.basislijn import vergelijk
from wlz_declaratie.diensten.bijschrijven import Toetssteen
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.klaarzetten import Klaargezet, OpSchijf, zet_klaar
from wlz_declaratie.diensten.uitvoeren import Opdracht, lees_tegen
from wlz_declaratie.historie.ronde import Ronde
from wlz_declaratie.inlezen.aanvaard import Aanvaardlijst
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.nacht.opties import Opties
from wlz_declaratie.nacht.vorige import Vorige

T = TypeVar("T")
IN_GEHEUGEN = 2
"""Dossiers that are kept in memory; when declarants have more of their own, the others lie on disk."""


class Bronfout(Gebruikersfout):
    """A dossier, code table or list cannot be used: no batch is to blame, and the night has to stop."""


@dataclass(frozen=True)
class Bron:
    """A dossier with the code tables that go with it. Of ``dossier`` only what the store is asked by is kept."""

    codes: Codes
    dossier: Dossier
    klaar: Klaargezet


class Bronnen:
    """Each source by the options that name it. ``werkmap`` is private."""

    def __init__(self, werkmap: Path) -> None:
        self._werkmap = werkmap
        self._bronnen: dict[tuple[object, ...], Bron] = {}
        self._lijsten: dict[tuple[object, ...], Aanvaardlijst] = {}

    def voor(self, opties: Opties) -> Bron:
        """The dossier and code tables. Raises Bronfout."""
        sleutel = opties.dossier, opties.tabellen, opties.strikt, _sleutel(opties.vertaald)
        if sleutel not in self._bronnen:
            self._bronnen[sleutel] = _of_stop(lambda: self._lees(opties))
        return self._bronnen[sleutel]

    def lijst(self, opties: Opties) -> Aanvaardlijst | None:
        """The findings that somebody accepted. Raises Bronfout."""
        if opties.aanvaard is None:
            return None
        pad, sleutel = opties.aanvaard, (opties.aanvaard, _sleutel(opties.vertaald))
        if sleutel not in self._lijsten:
            self._lijsten[sleutel] = _of_stop(lambda: lees_lijst(pad, opties.vertaald))
        return self._lijsten[sleutel]

    def toetssteen(
        self,
        opties: Opties,
        peildatum: date,
        werkmap: Path,
        vorige: Vorige,
        *,
        vrijgegeven: bool = False,
        ronde: Ronde | None = None,
    ) -> Toetssteen:
        """All that a batch with these options is checked against. Raises Bronfout."""
        bron, lijst = self.voor(opties), self.lijst(opties)

        def afwerking(uitslag: Uitslag) -> Uitslag:
            uitslag = opties.ingesteld.bij(uitslag)
            if opties.basislijn and (eerder := vorige.van(uitslag)):
                uitslag = vergelijk(uitslag, eerder)
            return pas_toe(uitslag, lijst) if lijst else uitslag

        return Toetssteen(
            bron.codes,
            bron.dossier,
            peildatum,
            werkmap,
            dossier_volledig=opties.dossier_volledig,
            vrijgegeven=vrijgegeven,
            regels=_of_stop(lambda: opties.ingesteld.regels(opties.selecteer, opties.negeer)),
            afwerking=afwerking,
            klaar=bron.klaar,
            ronde=ronde,
        )

    @property
    def tellingen(self) -> list[str]:
        """How many rows of the dossiers were left out, in words."""
        return list(dict.fromkeys(telling for bron in self._bronnen.values() for telling in bron.klaar.rijen.tellingen))

    def _lees(self, opties: Opties) -> Bron:
        opdracht = Opdracht(
            [], opties.dossier, tabellen=opties.tabellen, strikt=opties.strikt, vertaald=opties.vertaald
        )
        dossier, codes = lees_tegen(opdracht)
        op_schijf = None
        if len(self._bronnen) >= IN_GEHEUGEN:
            op_schijf = OpSchijf(self._werkmap / f"dossier-{len(self._bronnen)}", delen=1)
        klaar = zet_klaar(dossier, codes, op_schijf)
        afspraken = {naam: tabel for naam, tabel in dossier.tabellen.items() if naam == "afspraken"}
        return Bron(codes, replace(dossier, tabellen=afspraken), klaar)


def _sleutel(vertaald: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(vertaald.items()))


def _of_stop(lees: Callable[[], T]) -> T:
    try:
        return lees()
    except Gebruikersfout as fout:
        raise Bronfout(str(fout), systeem=fout.systeem) from fout
