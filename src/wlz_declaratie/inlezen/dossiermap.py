"""What is in a dossier folder: files of tables by their name, and files that may be messages or answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.contract.tabellen import DOSSIER, TABELLEN
from wlz_declaratie.inlezen.basis import REKENBLADEN, Invoerfout, geen_rekenblad
from wlz_declaratie.inlezen.csv.kop import heeft_kop
from wlz_declaratie.inlezen.koppen import Gevraagd

TABELSOORTEN = (".csv", ".tsv", ".parquet", ".xlsx")
TEKST = ".txt"
"""A table too, where its first rows say so and no other file holds that table."""


@dataclass
class Dossiermap:
    """The files in the folder, in the order of their names."""

    tabellen: dict[str, Path] = field(default_factory=dict)
    xml: list[Path] = field(default_factory=list)
    json: list[Path] = field(default_factory=list)
    vreemd: list[str] = field(default_factory=list)
    """Everything else, as a remark names it."""


def bekijk(map_: Path, vertaald: Mapping[str, str] | None = None) -> Dossiermap:
    """The files in the folder; ``vertaald``: see `koppen.Gevraagd`.

    Raises Invoerfout when it cannot be read, for two files for one table, and for a table in a spreadsheet of a kind
    that is not read.
    """
    naam = zonder_bsn(str(map_))
    gevonden, misschien = Dossiermap(), []
    for pad in _inhoud(map_, naam):
        tabel, soort = pad.stem.lower(), pad.suffix.lower()
        if tabel in DOSSIER and soort in TABELSOORTEN:
            if tabel in gevonden.tabellen:
                reden = f"tabel {tabel} staat er twee keer: {gevonden.tabellen[tabel].name} en {pad.name}"
                raise Invoerfout(naam, reden, "Laat één bestand per tabel staan.")
            gevonden.tabellen[tabel] = pad
        elif tabel in DOSSIER and (soort == TEKST or soort in REKENBLADEN):
            misschien.append(pad)
        elif pad.name.startswith("."):
            continue
        elif soort == ".xml" and pad.is_file():
            gevonden.xml.append(pad)
        elif soort == ".json" and pad.is_file():
            gevonden.json.append(pad)
        else:
            gevonden.vreemd.append(zonder_bsn(pad.name))
    for pad in misschien:
        _bekijk_nader(pad, gevonden, vertaald or {})
    return gevonden


def gevraagd(tabel: str, vertaald: Mapping[str, str]) -> Gevraagd:
    """The columns of a table."""
    kolommen = TABELLEN[tabel].kolommen
    nodig = tuple(kolom for kolom, uitleg in kolommen.items() if uitleg.nodig)
    return Gevraagd(tuple(kolommen), nodig, TABELLEN[tabel].sleutel, vertaald)


def _bekijk_nader(pad: Path, gevonden: Dossiermap, vertaald: Mapping[str, str]) -> None:
    """Take a text that is a table, and refuse a spreadsheet that we do not read: the table would seem to be missing."""
    tabel, soort = pad.stem.lower(), pad.suffix.lower()
    if tabel in gevonden.tabellen or not pad.is_file():
        gevonden.vreemd.append(zonder_bsn(pad.name))
    elif soort in REKENBLADEN:
        raise Invoerfout(zonder_bsn(str(pad)), *geen_rekenblad(soort))
    elif heeft_kop(pad, gevraagd(tabel, vertaald)):
        gevonden.tabellen[tabel] = pad
    else:
        gevonden.vreemd.append(zonder_bsn(pad.name))


def _inhoud(map_: Path, naam: str) -> list[Path]:
    try:
        if not map_.is_dir():
            reden = "dit is geen map" if map_.exists() else "deze map bestaat niet"
            raise Invoerfout(naam, reden, "Geef bij --dossier de map met de tabellen op.")
        return sorted(map_.iterdir())
    except PermissionError:
        raise Invoerfout(naam, "geen leesrechten op deze map", "Vraag toegang of kopieer de map.") from None
    except (OSError, ValueError) as fout:
        reden = getattr(fout, "strerror", None) or "de naam is geen geldige naam"
        raise Invoerfout(naam, f"deze map is niet te lezen ({reden})", "Controleer de naam.") from None
