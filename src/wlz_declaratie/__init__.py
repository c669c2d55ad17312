"""Controle van declaraties in de Wet langdurige zorg.

Het openbare deel: ``controleer`` (paden of Polars-frames erin, een ``Uitslag`` met frames eruit) en, voor wie zelf
regels schrijft, ``regel``, ``Van`` en ``controleer_gevallen``. Alles wordt pas geladen als het gevraagd wordt.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wlz_declaratie.basis.fouten import Gebruikersfout as Gebruikersfout
    from wlz_declaratie.diensten.gevallen import Geval as Geval
    from wlz_declaratie.diensten.gevallen import Gevalfout as Gevalfout
    from wlz_declaratie.diensten.gevallen import controleer_gevallen as controleer_gevallen
    from wlz_declaratie.diensten.gevallen import lees_gevallen as lees_gevallen
    from wlz_declaratie.diensten.openbaar import Uitslag as Uitslag
    from wlz_declaratie.diensten.openbaar import controleer as controleer
    from wlz_declaratie.kern.regel import KENMERKEN as KENMERKEN
    from wlz_declaratie.kern.regel import regel as regel
    from wlz_declaratie.kern.taal.van import Van as Van
    from wlz_declaratie.kern.uitkomst import Uitkomst as Uitkomst

__version__ = "0.1.0"

_PLAATS = {
    "KENMERKEN": "kern.regel",
    "Gebruikersfout": "basis.fouten",
    "Geval": "diensten.gevallen",
    "Gevalfout": "diensten.gevallen",
    "Uitkomst": "kern.uitkomst",
    "Uitslag": "diensten.openbaar",
    "Van": "kern.taal.van",
    "controleer": "diensten.openbaar",
    "controleer_gevallen": "diensten.gevallen",
    "lees_gevallen": "diensten.gevallen",
    "regel": "kern.regel",
}
__all__ = [
    "KENMERKEN",
    "Gebruikersfout",
    "Geval",
    "Gevalfout",
    "Uitkomst",
    "Uitslag",
    "Van",
    "__version__",
    "controleer",
    "controleer_gevallen",
    "lees_gevallen",
    "regel",
]


def __getattr__(naam: str) -> object:
    if naam not in _PLAATS:
        raise AttributeError(f"module {__name__!r} has no attribute {naam!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLAATS[naam]}"), naam)


def __dir__() -> list[str]:
    return __all__
