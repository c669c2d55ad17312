"""``declaratie.toml``: what a user sets once, read strictly. So far it holds ``[kolommen]`` only.

A file that says something we do not know is refused with its line: a setting that does nothing would be worse.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.lijkt import bedoeld, vraag
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.contract.tabellen import ALLEEN_INTERN, DECLARATIE, DOSSIER, TABELLEN
from wlz_declaratie.inlezen.basis import Invoerfout, controleer_bestand, toon
from wlz_declaratie.inlezen.koppen import kolomnaam

BESTAND = "declaratie.toml"
MEESTE_BYTES = 1 << 20
LANGSTE_KOP = 100
_DELEN = ("kolommen",)
_REGEL = re.compile(r"line (\d+)")


@dataclass(frozen=True)
class Instellingen:
    """What is set; ``kolommen`` gives by a heading (as `kolomnaam` writes it) the column that it stands for."""

    kolommen: Mapping[str, str] = field(default_factory=dict)


def lees_instellingen(pad: Path | None) -> Instellingen:
    """From this file, or without one from BESTAND in the working folder or the nearest folder above it.

    Raises Invoerfout for what is no such file.
    """
    gekozen = pad or _gevonden()
    if gekozen is None:
        return Instellingen()
    naam = zonder_bsn(str(gekozen))
    if controleer_bestand(gekozen, naam) > MEESTE_BYTES:
        reden = f"het bestand is groter dan {MEESTE_BYTES >> 20} MB"
        raise Invoerfout(naam, reden, "Geef een bestand met instellingen.")
    try:
        tekst = gekozen.read_text(encoding="utf-8-sig")
        inhoud = tomllib.loads(tekst)
    except UnicodeDecodeError:
        raise Invoerfout(naam, "het bestand is geen UTF-8", "Bewaar het als UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as fout:
        regel = _REGEL.search(str(fout))
        remedie = 'Schrijf zoals: [kolommen] en daaronder bsn = "BSN-nummer".'
        raise Invoerfout(naam, "dit is geen geldige TOML", remedie, f"regel {regel[1]}" if regel else None) from None
    return _Keuring(naam, tekst).instellingen(inhoud)


def _gevonden() -> Path | None:
    try:
        hier = Path.cwd()
        return next((pad for map_ in (hier, *hier.parents) if (pad := map_ / BESTAND).is_file()), None)
    except OSError:
        return None


class _Keuring:
    """The content of a file, tested word by word."""

    def __init__(self, naam: str, tekst: str) -> None:
        self._naam = naam
        self._regels = tekst.splitlines()

    def instellingen(self, inhoud: Mapping[str, Any]) -> Instellingen:
        """Raises Invoerfout for the first word that is not known or value that cannot be."""
        for deel, waarde in inhoud.items():
            if deel not in _DELEN:
                lijkt = vraag([f"[{een}]" for een in bedoeld(deel, _DELEN)])
                raise self._fout(f"{toon(deel)} is geen instelling{lijkt}", f"Gebruik [{'], ['.join(_DELEN)}].", deel)
            if not isinstance(waarde, dict):
                raise self._fout(f"{deel} is geen onderdeel", f"Schrijf [{deel}] op een eigen regel.", deel)
        return Instellingen(dict(self._kolommen(inhoud.get("kolommen", {}))))

    def _kolommen(self, kolommen: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        bekend = [k for k in DECLARATIE if k not in ALLEEN_INTERN]
        bekend += [k for tabel in (*DOSSIER.values(), TABELLEN["aanvaard"].types) for k in tabel if k not in bekend]
        eerder: dict[str, str] = {}
        for kolom, kop in kolommen.items():
            if kolom not in bekend:
                lijkt = vraag([f"'{een}'" for een in bedoeld(kolom, bekend)])
                reden = f"[kolommen]: {toon(kolom)} is geen kolom van een tabel{lijkt}"
                remedie = 'Links staat de naam uit de README, rechts die in jouw bestand: bsn = "BSN-nummer".'
                raise self._fout(reden, remedie, kolom)
            if not isinstance(kop, str) or not kolomnaam(kop) or len(kop) > LANGSTE_KOP:
                reden = f"[kolommen]: bij {kolom} staat geen kolomnaam"
                raise self._fout(reden, f'Zet de naam tussen aanhalingstekens: {kolom} = "…".', kolom)
            if (naam := kolomnaam(kop)) in eerder:
                reden = f"[kolommen]: {kolom} en {eerder[naam]} noemen dezelfde kolom"
                raise self._fout(reden, "Laat er één staan.", kolom)
            eerder[naam] = kolom
            yield naam, kolom

    def _fout(self, reden: str, remedie: str, woord: str) -> Gebruikersfout:
        regel = next((nr for nr, regel in enumerate(self._regels, start=1) if _begint_met(regel, woord)), None)
        return Invoerfout(self._naam, reden, remedie, f"regel {regel}" if regel else None)


def _begint_met(regel: str, woord: str) -> bool:
    """Whether a line sets that key or opens that part."""
    kaal = regel.strip().lstrip("[").strip().lstrip("\"'")
    return kaal.startswith(woord) and not kaal[len(woord) :][:1].isalnum()
