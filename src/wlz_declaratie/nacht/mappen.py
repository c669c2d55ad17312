"""The folders of a night: each its own, none within another, none exchanged while it works."""

from __future__ import annotations

import itertools
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.slot import alleen_eigenaar
from wlz_declaratie.nacht.afvoer import GENOMEN, Afvoer
from wlz_declaratie.nacht.map import Map

IN_DE_INBOX = ("--archief", "afgekeurd", "quarantaine")
"""What may lie within the inbox, which is not searched deeper."""


@dataclass(frozen=True)
class Mappen:
    """The open folders; ``eigen`` are the names that lie in the inbox itself."""

    inbox: Map
    archief: Map
    afgekeurd: Map
    quarantaine: Map
    afvoer: Afvoer
    vrijgave: Afvoer
    """For what lies in quarantine."""
    eigen: frozenset[str]


def controleer(inbox: Path, anders: dict[str, Path]) -> None:
    """Refuse folders that overlap, by whatever way they lead there. Raises Gebruikersfout.

    ``anders`` are the folders by what the user calls them. Those of archive and rejected files may lie in the inbox.
    """
    if not inbox.is_dir():
        raise Gebruikersfout(f"{inbox}: deze map bestaat niet. Noem de map waarin de batches binnenkomen.")
    for optie, map_ in anders.items():
        if os.path.lexists(map_) and not map_.is_dir():
            raise Gebruikersfout(f"{optie} {map_}: dit is geen map. Kies een andere.")
        # Whoever may write in the inbox must not choose where the archive is.
        if map_.is_symlink() and map_.parent.resolve() == inbox.resolve():
            raise Gebruikersfout(
                f"{optie} {map_}: dit is een koppeling in de inbox. Haal haar weg, of noem met --archief de map zelf."
            )
    ketens = {optie: _keten(map_) for optie, map_ in {"INBOX": inbox, **anders}.items()}
    for een, ander in itertools.combinations(ketens, 2):
        if ketens[een][0] == ketens[ander][0]:
            wat = "dit is de inbox zelf" if een == "INBOX" else f"dit is ook de map van {een}"
        elif ketens[een][0] in ketens[ander] and (een != "INBOX" or ander not in IN_DE_INBOX):
            wat = f"deze map ligt in die van {een}"
        elif ketens[ander][0] in ketens[een]:
            wat = f"de map van {een} ligt hierin"
        else:
            continue
        raise Gebruikersfout(f"{ander} {anders[ander]}: {wat}. Kies een andere map.")


def _keten(map_: Path) -> list[object]:
    """The folder and those it lies in, from the inside out: by what they are where they exist, else by path."""
    pad = map_.resolve()
    return [_wat(deel) for deel in (pad, *pad.parents)]


def _wat(pad: Path) -> object:
    try:
        gevonden = pad.stat()
    except OSError:
        return pad
    return (gevonden.st_dev, gevonden.st_ino) if gevonden.st_ino else pad


def maak_map(map_: Path) -> Path:
    """The folder, made for its owner only when it is not there. Raises Gebruikersfout."""
    try:
        with alleen_eigenaar():
            map_.mkdir(parents=True, exist_ok=True)
    except OSError as fout:
        raise Gebruikersfout(f"{map_}: deze map is niet te maken ({fout.strerror}). Kies een andere map.") from None
    return map_


@contextmanager
def geopend(inbox: Path, in_inbox: tuple[Path, Path, Path]) -> Iterator[Mappen]:
    """Open them, which exist; ``in_inbox``: archive, rejected files, quarantine. Raises OSError."""
    with ExitStack() as stapel:
        van, naar, weg, apart = (stapel.enter_context(Map(map_)) for map_ in (inbox, *in_inbox))
        genomen = stapel.enter_context(Map(_eigen_map(van, GENOMEN)))
        eigen = frozenset(map_.name for map_ in in_inbox if van.is_zelfde(map_.parent))
        try:
            yield Mappen(van, naar, weg, apart, Afvoer(van, genomen), Afvoer(apart, genomen), eigen)
        finally:
            with suppress(OSError):  # not empty: the next night goes on with it
                genomen.pad.rmdir()


def _eigen_map(inbox: Map, naam: str) -> Path:
    """A folder in the inbox that is ours alone; what else has its name, gets another."""
    gevonden = inbox.stand(naam)
    eigenaar = os.getuid() if hasattr(os, "getuid") else None
    if gevonden is not None and not (
        stat.S_ISDIR(gevonden.st_mode)
        and eigenaar in (None, gevonden.st_uid)
        and (eigenaar is None or not gevonden.st_mode & 0o077)
    ):
        inbox.hernoem(naam, inbox, f"{naam}-{secrets.token_hex(4)}")
        gevonden = None
    if gevonden is None:
        inbox.maak_map(naam)
    return inbox.pad / naam
