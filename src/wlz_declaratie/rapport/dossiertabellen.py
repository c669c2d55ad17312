"""The tables of a dossier as files that are a dossier again: read once, checked against many times.

A row that was left out goes along with its key alone: read again it is left out again, so that no rejection comes to
rest on what it would have said.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.formule import FORMULE
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.contract.tabellen import DOSSIER, TABELLEN
from wlz_declaratie.diensten.dossier import Dossierinhoud
from wlz_declaratie.inlezen.csv.schrijven import schrijf_csv
from wlz_declaratie.rapport.schrijven import Uitvoerfout, controleer_doelmap, vervangende_map

_ANDERS = "Kies een andere map."
_TABELBESTANDEN = frozenset(f"{tabel}{soort}" for tabel in DOSSIER for soort in (".csv", ".parquet", ".xlsx"))


def controleer(doel: Path, invoer: Path, *, overschrijf: bool) -> None:
    """Refuse a folder for the tables before any work is done: what stands there goes, so it may be tables only.

    ``invoer`` is the folder that is read.
    """
    naam = zonder_bsn(str(doel))
    if doel.is_symlink():
        raise Uitvoerfout(f"{naam}: dit is een koppeling (symlink). Noem de map zelf of kies een andere.")
    plek, gelezen = doel.resolve(), invoer.resolve()
    if plek == gelezen or gelezen in plek.parents or plek in gelezen.parents:
        raise Uitvoerfout(f"{naam}: deze map en het dossier dat wordt gelezen mogen niet in elkaar liggen. {_ANDERS}")
    controleer_doelmap(doel)
    if not os.path.lexists(doel):
        return
    if not doel.is_dir():
        raise Uitvoerfout(f"{naam}: dit is geen map. {_ANDERS}")
    try:
        inhoud = list(doel.iterdir())
    except OSError:
        raise Uitvoerfout(f"{naam}: deze map is niet te lezen. {_ANDERS}") from None
    if any(pad.name not in _TABELBESTANDEN or pad.is_symlink() or not pad.is_file() for pad in inhoud):
        raise Uitvoerfout(f"{naam}: hierin staat ook iets anders dan dossiertabellen. Kies een lege map.")
    if inhoud and not overschrijf:
        raise Uitvoerfout(f"{naam}: hier staan al dossiertabellen. {_ANDERS[:-1]}, of geef --overschrijf.")


def schrijf(inhoud: Dossierinhoud, doel: Path, vorm: str) -> int:
    """Write every table to the folder, all or none; gives the number of rows. Raises Uitvoerfout."""
    if not inhoud.rijen:
        raise Uitvoerfout(f"{inhoud.map_}: dit dossier heeft geen enkele tabel om te schrijven. Controleer de map.")
    tabellen = {naam: _met_weggelaten(naam, rijen, inhoud.weggelaten) for naam, rijen in inhoud.rijen.items()}
    if vorm == "csv" and (formules := list(_formules(tabellen))):
        raise Uitvoerfout(
            f"{', '.join(formules)}: tekst die met =, +, - of @ begint, zou een rekenblad uitvoeren. "
            "Kies --vorm parquet, of verbeter de waarden."
        )
    with vervangende_map(doel.resolve()) as half:
        for naam, rijen in tabellen.items():
            SCHRIJVERS[vorm](rijen, half / f"{naam}.{vorm}")
    return sum(rijen.height for rijen in tabellen.values())


def _met_weggelaten(tabel: str, rijen: pl.DataFrame, weggelaten: Mapping[str, pl.Series]) -> pl.DataFrame:
    if tabel not in weggelaten:
        return rijen
    return pl.concat([rijen, weggelaten[tabel].alias(TABELLEN[tabel].sleutel).to_frame()], how="diagonal")


def _formules(tabellen: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    """The columns with a text that a spreadsheet would run; another text in its place would be another value."""
    for naam, rijen in tabellen.items():
        teksten = [kolom for kolom, soort in rijen.schema.items() if soort == pl.String]
        raak = rijen.select(pl.col(teksten).str.contains(FORMULE).any())
        yield from (f"{naam}, kolom {kolom}" for kolom in teksten if raak[kolom].item())


def _schrijf_parquet(tabel: pl.DataFrame, doel: Path) -> None:
    """Typed columns, money in whole cents."""
    tabel.write_parquet(doel)


def _schrijf_csv(tabel: pl.DataFrame, doel: Path) -> None:
    schrijf_csv(tabel, doel, voluit=True)


SCHRIJVERS: dict[str, Callable[[pl.DataFrame, Path], None]] = {"parquet": _schrijf_parquet, "csv": _schrijf_csv}
"""By the extension of the files."""
