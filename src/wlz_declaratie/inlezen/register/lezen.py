"""One saved answer, from file to rows.

A file that is no answer of these registers is skipped. One that is, and breaks off or is beyond the bounds, is refused:
to leave it out would take from some clients what others have, and reject their lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.inlezen.basis import Invoerfout, toon
from wlz_declaratie.inlezen.register.keuren import VULT, Gekeurd
from wlz_declaratie.inlezen.register.kolommen import ontleed_rijen
from wlz_declaratie.inlezen.register.rijen import BEKEND, Rijen
from wlz_declaratie.inlezen.register.stroom import Onleesbaar, Stroom

PER_KEER = 50_000
"""Rows that are parsed at a time; until then they are Python values."""
BYTES_PER_KEER = 32 << 20

GEEN_ANTWOORD = "geen antwoord van het Indicatieregister of het Bemiddelingsregister"
GEEN_GEGEVENS = "een antwoord zonder gegevens: de bevraging is mislukt"


@dataclass
class Antwoord:
    """What one file holds; ``reden`` says why it is skipped, if it is."""

    gekeurd: dict[str, Gekeurd] = field(default_factory=lambda: {soort: Gekeurd() for soort in VULT})
    gezien: dict[str, frozenset[str]] = field(default_factory=dict)
    zonder_pakket: int = 0
    rijen: int = 0
    fouten: int = 0
    eerste_fout: str = ""
    reden: str = ""


def lees_antwoord(pad: Path, eerste_nr: int) -> Antwoord:
    """Read a file; its rows are numbered from ``eerste_nr``.

    Raises Invoerfout for a file that cannot be opened, and for an answer that cannot be read to its end.
    """
    lezing = _Lezing(eerste_nr)
    try:
        with pad.open("rb") as bestand:
            lezing.lees(Stroom(bestand))
    except Onleesbaar as fout:
        if lezing.herkend:
            raise Invoerfout(
                zonder_bsn(str(pad)),
                f"dit antwoord van een register is niet helemaal te lezen: {fout}",
                "Bevraag het register opnieuw, of haal het bestand uit de map.",
            ) from None
        lezing.antwoord.reden = str(fout)
    except OSError as fout:
        reden = f"het bestand is niet te openen ({fout.strerror})"
        raise Invoerfout(zonder_bsn(str(pad)), reden, "Vraag toegang of haal het bestand uit de map.") from None
    return lezing.antwoord


class _Lezing:
    """The walk through one file."""

    def __init__(self, eerste_nr: int) -> None:
        self.antwoord = Antwoord()
        self.herkend = False
        self._rijen = Rijen()
        self._eerste = eerste_nr
        self._verwerkt = 0

    def lees(self, stroom: Stroom) -> None:
        """Take everything from the file. Raises Onleesbaar."""
        data = leeg = False
        if stroom.volgend() != "{":
            stroom.sla_over()
            self.antwoord.reden = GEEN_ANTWOORD
            return
        for veld in stroom.velden():
            if veld == "data" and stroom.volgend() == "{":
                data = True
                self._data(stroom)
            elif veld == "data" and stroom.volgend() == "n":
                leeg = stroom.waarde() is None
            elif veld == "errors":
                self._fouten(stroom)
            else:
                stroom.sla_over()
        stroom.besluit()
        self._verwerk()
        self.antwoord.gezien, self.antwoord.zonder_pakket = self._rijen.gezien, self._rijen.zonder_pakket
        if not self.herkend:
            mislukt = leeg or (self.antwoord.fouten and not data)
            self.antwoord.reden = GEEN_GEGEVENS if mislukt else GEEN_ANTWOORD

    def _data(self, stroom: Stroom) -> None:
        for naam in stroom.velden():
            if naam not in BEKEND:
                stroom.sla_over()
                continue
            self.herkend = True
            if stroom.volgend() != "[":
                # One object is taken as a list of it; null is what an error leaves.
                if (waarde := stroom.waarde()) is not None:
                    self._rijen.neem(naam, waarde, 1)
                continue
            vanaf = stroom.gelezen
            for nummer, deel in enumerate(stroom.lijst(), start=1):
                self._rijen.neem(naam, deel, nummer)
                if self._rijen.aantal >= PER_KEER or stroom.gelezen - vanaf >= BYTES_PER_KEER:
                    vanaf = stroom.gelezen
                    self._verwerk()
                    stroom.begrens(self._verwerkt)

    def _fouten(self, stroom: Stroom) -> None:
        """What the register says went wrong; the first is named."""
        for fout in stroom.lijst() if stroom.volgend() == "[" else [stroom.waarde()]:
            if not self.antwoord.fouten:
                bericht = fout.get("message") if isinstance(fout, dict) else fout
                self.antwoord.eerste_fout = toon(bericht) if isinstance(bericht, str) else ""
            self.antwoord.fouten += fout is not None

    def _verwerk(self) -> None:
        for soort, rijen in self._rijen.leeg().items():
            if rijen:
                genummerd = ontleed_rijen(soort, rijen).with_columns(
                    pl.int_range(self._eerste + self._verwerkt, pl.len() + self._eerste + self._verwerkt)
                    .cast(pl.UInt32)
                    .alias("nr")
                )
                self._verwerkt += genummerd.height
                self.antwoord.gekeurd[soort].neem(soort, genummerd)
        self.antwoord.rijen = self._verwerkt
