"""What the system said when it refused."""

from __future__ import annotations

import re

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout

_IN_TEKST = re.compile(r"\(os error (\d+)\)")
"""How Polars tells, in a text, that the system refused."""


def foutnummer(fout: BaseException) -> int | None:
    """The error number with which the system refused; None when that is not what was wrong."""
    if isinstance(fout, Gebruikersfout):
        return fout.systeem
    if isinstance(fout, OSError) and fout.errno is not None:
        return fout.errno
    if isinstance(fout, (OSError, pl.exceptions.ComputeError)) and (gevonden := _IN_TEKST.search(str(fout))):
        return int(gevonden[1])
    return None
