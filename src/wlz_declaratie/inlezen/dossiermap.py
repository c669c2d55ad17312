"""What is in a dossier folder: files of tables by their name, and files that may be messages or answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.inlezen.basis import Invoerfout

TABELSOORTEN = (".csv", ".parquet", ".xlsx")


@dataclass
class Dossiermap:
    """The files in the folder, in the order of their names."""

    tabellen: dict[str, Path] = field(default_factory=dict)
    xml: list[Path] = field(default_factory=list)
    json: list[Path] = field(default_factory=list)
    vreemd: list[str] = field(default_factory=list)
    """Everything else, as a remark names it."""


def bekijk(map_: Path) -> Dossiermap:
    """The files in the folder. Raises Invoerfout when it cannot be read, and for two files for one table."""
    naam = zonder_bsn(str(map_))
    gevonden = Dossiermap()
    for pad in _inhoud(map_, naam):
        tabel, soort = pad.stem.lower(), pad.suffix.lower()
        if tabel in DOSSIER and soort in TABELSOORTEN:
            if tabel in gevonden.tabellen:
                reden = f"tabel {tabel} staat er twee keer: {gevonden.tabellen[tabel].name} en {pad.name}"
                raise Invoerfout(naam, reden, "Laat één bestand per tabel staan.")
            gevonden.tabellen[tabel] = pad
        elif pad.name.startswith("."):
            continue
        elif soort == ".xml" and pad.is_file():
            gevonden.xml.append(pad)
        elif soort == ".json" and pad.is_file():
            gevonden.json.append(pad)
        else:
            gevonden.vreemd.append(zonder_bsn(pad.name))
    return gevonden


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
