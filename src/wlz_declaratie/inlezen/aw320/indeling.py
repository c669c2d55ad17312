"""What is known of the return message AW320, whose layout is in schemas/berichten/aw320-1.4.toml.

It follows the pattern that other Vektis return messages share; the published AW320 was not at hand.
"""

from __future__ import annotations

PATROON = "volgens het gedeelde Vektis-retourpatroon"
VOORBEHOUD = f"{PATROON}; controleer vóór gebruik in productie"
"""What everything that shows or writes an AW320 says of it."""

NIETS_OP_TE_MERKEN, GEHEEL_TOEGEKEND, NIET_BEOORDEELD = "0200", "8001", "8002"
GEEN_AFWIJZING = (NIETS_OP_TE_MERKEN, GEHEEL_TOEGEKEND, NIET_BEOORDEELD)
"""Retourcodes that reject nothing."""

CODES = ("retourcode_1", "retourcode_2", "retourcode_3")
