"""Whose fault it is: of one file, or of a disk of ours, which stops the night."""

from __future__ import annotations

import errno

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.rapport.schrijven import REDENEN, SYSTEEMFOUT

VAN_DE_SCHIJF = {
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE,
}  # fmt: skip
"""What the system says when it refuses whoever asks: no content of a file can bring that about."""


def gestopt(fout: OSError) -> Gebruikersfout:
    """What stops the night, without the path: it may hold a bsn."""
    reden = REDENEN.get(fout.errno or 0, fout.strerror or type(fout).__name__)
    return Gebruikersfout(
        f"de nacht is gestopt: {reden}. Verhelp dit en start haar opnieuw; zij gaat verder waar zij was."
    )


def van_de_schijf(fout: BaseException) -> bool:
    """Whether the system refused to keep what we write, which is no fault of the batch.

    A reader may have made a sentence of it, and Polars tells so in a text.
    """
    keten: BaseException | None = fout
    while keten is not None:
        if isinstance(keten, OSError) and keten.errno in VAN_DE_SCHIJF:
            return True
        if isinstance(keten, pl.exceptions.ComputeError) and (nummer := SYSTEEMFOUT.search(str(keten))):
            return int(nummer[1]) in VAN_DE_SCHIJF
        keten = keten.__cause__ or keten.__context__
    return False
