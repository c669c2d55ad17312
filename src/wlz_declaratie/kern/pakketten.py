"""Rule packs: installed packages that bring rules of their own, such as the local policy of a zorgkantoor.

A pack says so by an entry point in GROEP, with the family of its rules as name and the package that holds them as
value (``ZKX = "zkx_regels"``). That package looks like our own ``regels``: modules with rules, whose ids all begin
with the family, and beside them a file PARAMETERS.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from wlz_declaratie.basis.tonen import schoon
from wlz_declaratie.kern import parameters

GROEP = "wlz_declaratie.regels"
PARAMETERS = "parameters.toml"
NAAMLOOS = "PAKKET"
"""Family under which a pack is told of that has no usable one."""
_FAMILIE = re.compile("[A-Z]{2,8}")


class Pakketfout(Exception):
    """Why a pack cannot be loaded."""


@dataclass(frozen=True)
class Pakket:
    """A rule pack that is installed; ``naam`` is that of its distribution, with the version."""

    naam: str
    familie: str
    module: str

    def __str__(self) -> str:
        return f"regelpakket {self.naam}"

    def laad(self) -> ModuleType:
        """Import it with all its modules. Raises Pakketfout, whatever goes wrong in it."""
        if not _FAMILIE.fullmatch(self.familie):
            raise Pakketfout(f"de familie '{self.familie}' bestaat niet uit 2 tot 8 hoofdletters")
        try:
            return laad_modules(self.module)
        except (Exception, SystemExit) as fout:
            regels = [*str(fout).splitlines(), ""]
            raise Pakketfout(schoon(f"{type(fout).__name__}: {regels[0]}")) from fout

    def parameters(self, module: ModuleType) -> parameters.Gelezen:
        """Its parameters. Raises Pakketfout where the file is not there."""
        pad = Path(str(module.__file__)).with_name(PARAMETERS)
        if not pad.is_file():
            raise Pakketfout(f"{self.module}/{PARAMETERS} ontbreekt")
        return parameters.lees([pad], self.module)


def pakketten() -> list[Pakket]:
    """The packs that are installed, by name."""
    gevonden = {
        Pakket(f"{punt.dist.name} {punt.dist.version}" if punt.dist else punt.value, punt.name, punt.value)
        for punt in entry_points(group=GROEP)
    }
    return sorted(gevonden, key=lambda pakket: (pakket.naam, pakket.familie, pakket.module))


def laad_modules(pakket: str) -> ModuleType:
    """Import a package and its modules."""
    module = importlib.import_module(pakket)
    if not hasattr(module, "__path__"):
        raise ImportError(f"{pakket} is een los bestand; maak er een map met __init__.py van")
    for deel in pkgutil.iter_modules(module.__path__):
        importlib.import_module(f"{pakket}.{deel.name}")
    return module
