"""How a night ended, for whoever started it: 0 and 1 as for a check, 2 when it had to stop, and these."""

from __future__ import annotations

NAAR_IEMAND = 3
"""The night went on, and something is left for a person: a file that cannot be used, a batch in quarantine."""
PROBEER_OPNIEUW = 75
"""The night had to stop for something that passes: another night runs, the disk is full. (EX_TEMPFAIL)"""
