"""Write the shipped samples: ``python -m wlz_declaratie.voorbeeld MAP``.

- ``schoon``: no findings.
- ``fout``: every error scenario once, among lines that are right. Every rule of the catalogue has a finding
  in batch.csv or batch.asc: only the CSV knows pgb, dental lists, education and a dagtekening per line; only
  the AW319 has a second debet/credit and wants profile and besluitnummer together. ``beschadigd.asc`` is a
  message with message errors.
"""

from __future__ import annotations

import sys
from pathlib import Path

from wlz_declaratie.voorbeeld import VERWACHT
from wlz_declaratie.voorbeeld.batch import Spel, speel
from wlz_declaratie.voorbeeld.beschadigd import schrijf_beschadigd
from wlz_declaratie.voorbeeld.scenario import scenarios
from wlz_declaratie.voorbeeld.schrijven import schrijf
from wlz_declaratie.voorbeeld.verdeling import verdeel_alles, verdeel_schoon

NAMEN = ("batch.asc", "batch.csv")
SCHOON, FOUT = 300, 500
"""Lines of the samples."""


def schrijf_voorbeelden(map_: Path) -> None:
    """Write both samples below ``map_``."""
    schoon = Spel(verdeel_schoon(scenarios(), SCHOON, 1), 1)
    schrijf(schoon, map_ / "schoon", NAMEN).schrijf(map_ / "schoon" / VERWACHT)

    gevallen = verdeel_alles(scenarios(), FOUT, 2)
    verwachting = schrijf(Spel(gevallen, 2), map_ / "fout", NAMEN)
    verwachting.neem("beschadigd.asc", schrijf_beschadigd(speel(gevallen, 2), map_ / "fout" / "beschadigd.asc"))
    verwachting.schrijf(map_ / "fout" / VERWACHT)


if __name__ == "__main__":
    schrijf_voorbeelden(Path(sys.argv[1]))
