"""A settings file as it stands there: found, bounded, parsed, and on which line it says what."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.tonen import zonder_bsn

BESTAND = "declaratie.toml"
MEESTE_BYTES = 256 << 10
GEEN = "geen"
"""Given in place of a file: whatever lies here does not count."""
LANGSTE = 40
"""Characters that are shown of a word."""

Pad = tuple[str | int, ...]
"""The way to a value: names of tables and keys, and the place (from 0) in a list of tables."""

_MEESTE_TEKENS = 400
"""Of a line that are looked at: no key is longer, and a pattern may cost more than the length of its line."""
_DEEL = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_NAAM = rf"{_DEEL}(?:[ \t]*\.[ \t]*{_DEEL})*"
_KOP = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_NAAM})[ \t]*\]\]?[ \t]*(?:#.*)?$")
_SLEUTEL = re.compile(rf"[ \t]*({_NAAM})[ \t]*=")
_FOUTREGEL = re.compile(r"line (\d+)")


@dataclass(frozen=True)
class Bestand:
    """A settings file, called ``naam``; ``gevonden``: nobody named it. ``regels`` gives the line of a value."""

    pad: Path
    naam: str
    gevonden: bool
    inhoud: Mapping[str, Any]
    regels: Mapping[Pad, int]

    def regel(self, plaats: Pad) -> int | None:
        """On which line this stands, or else what it stands in; None where not even that is known."""
        while plaats and plaats not in self.regels:
            plaats = plaats[:-1]
        return self.regels.get(plaats)

    def fout(self, plaats: Pad, reden: str, remedie: str) -> Gebruikersfout:
        """What is wrong there, and what to do: one line with file and line number."""
        return _fout(self.naam, self.regel(plaats), reden, remedie)

    def naast(self, pad: str) -> Path:
        """A path of the file: a relative one is relative to its folder."""
        return self.pad.parent / pad


def _fout(naam: str, regel: int | None, reden: str, remedie: str) -> Gebruikersfout:
    waar = f"{naam}, regel {regel}" if regel else naam
    return Gebruikersfout(f"{waar}: {reden}{'' if reden.endswith('?') else '.'} {remedie}")


def getoond(woord: object) -> str:
    """A word of the file between quotes, as a message may show it."""
    tekst = zonder_bsn(str(woord))
    return f"'{tekst if len(tekst) <= LANGSTE else f'{tekst[: LANGSTE - 1]}…'}'"


def open_bestand(gegeven: str | None) -> Bestand | None:
    """The file ``gegeven``, or without one the nearest BESTAND in the working folder or above it.

    None for GEEN, and where there is none. Raises Gebruikersfout for what cannot be used.
    """
    if gegeven == GEEN:
        return None
    pad = _gevonden() if gegeven is None else Path(gegeven)
    if pad is None:
        return None
    naam = zonder_bsn(str(pad))
    try:
        if not pad.exists():
            raise _fout(naam, None, "dit bestand bestaat niet", "Controleer de naam en de map.")
        if not pad.is_file():
            raise _fout(naam, None, "dit is geen gewoon bestand", "Geef een bestand op schijf op.")
        if gegeven is None and not _vertrouwd(pad):
            reden = "dit bestand is van een ander, en ligt in een map boven de jouwe"
            raise _fout(
                naam, None, reden, f"Geef --instellingen {naam} als het zo hoort, anders --instellingen {GEEN}."
            )
        with pad.open("rb") as open_:
            ruw = open_.read(MEESTE_BYTES + 1)
    except (OSError, ValueError) as fout:
        reden = f"het bestand is niet te openen ({getattr(fout, 'strerror', None) or 'geen geldige naam'})"
        raise _fout(naam, None, reden, "Controleer naam en leesrechten.") from None
    if len(ruw) > MEESTE_BYTES:
        reden = f"het bestand is groter dan {MEESTE_BYTES >> 10} kB"
        raise _fout(naam, None, reden, "Geef een bestand met instellingen.")
    return _ontleed(pad, naam, ruw, gevonden=gegeven is None)


def _gevonden() -> Path | None:
    """The nearest; here it has no folder before its name."""
    try:
        hier = Path.cwd()
        if (pad := Path(BESTAND)).is_file():
            return pad
        return next((pad for map_ in hier.parents if (pad := map_ / BESTAND).is_file()), None)
    except OSError:
        return None


def _vertrouwd(pad: Path) -> bool:
    """Whether it is ours, of the system, or of whoever owns the folder that we chose to work in.

    Anyone may write in a folder like /tmp; what lies there should not decide where somebody's batch goes.
    """
    if os.name != "posix":
        return True
    return pad.stat().st_uid in (os.geteuid(), 0, Path().stat().st_uid)


def _ontleed(pad: Path, naam: str, ruw: bytes, *, gevonden: bool) -> Bestand:
    import tomllib

    try:
        tekst = ruw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _fout(naam, None, "het bestand is geen UTF-8", "Bewaar het als UTF-8.") from None
    try:
        inhoud = tomllib.loads(tekst)
    except (ValueError, RecursionError) as fout:
        regel = _FOUTREGEL.search(str(fout))
        remedie = 'Schrijf zoals: [kolommen] en daaronder bsn = "BSN-nummer".'
        raise _fout(naam, int(regel[1]) if regel else None, "dit is geen geldige TOML", remedie) from None
    return Bestand(pad, naam, gevonden, inhoud, _regels(tekst, inhoud))


def _regels(tekst: str, inhoud: Mapping[str, Any]) -> dict[Pad, int]:
    """The line of each table and key that stands at the begin of one; what is inside a longer value is not looked for.

    A line within such a value may look like a key: it counts only for what is there, and once.
    """
    gevonden: dict[Pad, int] = {}
    geteld: dict[Pad, int] = {}
    tafel: Pad = ()
    for nummer, regel in enumerate(tekst.split("\n"), start=1):
        kort = regel[:_MEESTE_TEKENS].rstrip("\r")
        if kop := _KOP.match(kort):
            tafel = tuple(_binnen(_delen(kop[2]), geteld))
            if kop[1] == "[[":
                geteld[tafel] = geteld.get(tafel, -1) + 1
                tafel = (*tafel, geteld[tafel])
            plaats = tafel
        elif sleutel := _SLEUTEL.match(kort):
            plaats = (*tafel, *_delen(sleutel[1]))
        else:
            continue
        for lengte in range(1, len(plaats) + 1):
            if plaats[:lengte] not in gevonden and _bestaat(inhoud, plaats[:lengte]):
                gevonden[plaats[:lengte]] = nummer
    return gevonden


def _delen(naam: str) -> list[str]:
    return [deel.strip("\"'") for deel in re.findall(_DEEL, naam)]


def _binnen(delen: list[str], geteld: Mapping[Pad, int]) -> Iterator[str | int]:
    """The way to a table; within a list of tables it is in the last one."""
    weg: Pad = ()
    for nummer, deel in enumerate(delen):
        weg = (*weg, deel)
        yield deel
        if nummer < len(delen) - 1 and weg in geteld:
            weg = (*weg, geteld[weg])
            yield geteld[weg[:-1]]


def _bestaat(inhoud: Any, plaats: Pad) -> bool:
    for deel in plaats:
        if isinstance(deel, int):
            if not isinstance(inhoud, list) or deel >= len(inhoud):
                return False
            inhoud = inhoud[deel]
        elif isinstance(inhoud, dict) and deel in inhoud:
            inhoud = inhoud[deel]
        else:
            return False
    return True
