"""Whose fault it is: of one file, or of a disk of ours, which stops the night."""

from __future__ import annotations

import errno
import os

from wlz_declaratie.basis.fouten import VOL, Gebruikersfout
from wlz_declaratie.basis.systeem import foutnummer
from wlz_declaratie.rapport.schrijven import REDENEN

VAN_DE_SCHIJF = {
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE,
}  # fmt: skip
"""What the system says when it refuses whoever asks: no content of a file can bring that about."""


class ProbeerOpnieuw(Gebruikersfout):
    """The night stops for something that passes: the same command again will do."""


def gestopt(fout: BaseException) -> Gebruikersfout:
    """What stops the night, without the path: it may hold a bsn."""
    nummer = foutnummer(fout)
    reden = REDENEN.get(nummer or 0) or (os.strerror(nummer) if nummer else type(fout).__name__)
    return met_oorzaak(
        Gebruikersfout(
            f"de nacht is gestopt: {reden}. Verhelp dit en start haar opnieuw; zij gaat verder waar zij was.",
            systeem=nummer,
        )
    )


def met_oorzaak(fout: Gebruikersfout) -> Gebruikersfout:
    """The same, as ProbeerOpnieuw where it is something that passes."""
    return ProbeerOpnieuw(str(fout), systeem=fout.systeem) if fout.systeem in VOL else fout


def van_de_schijf(fout: BaseException) -> bool:
    """Whether the system refused to keep what we write, which is no fault of the batch."""
    return foutnummer(fout) in VAN_DE_SCHIJF
