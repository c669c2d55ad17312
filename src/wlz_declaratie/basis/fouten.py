"""Errors that are the user's to mend: one Dutch line, exit code 2."""

import errno

VOL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""How the system says that there is no room on a disk: the fault of no file, and it passes."""
SCHIJF_VOL = "de schijf is vol. Maak ruimte, of kies een andere tijdelijke map (TMPDIR; op Windows TEMP)."
"""What is said of it where what is written is only for the run itself."""


class Gebruikersfout(Exception):
    """Wrong use or unusable input. The text says what is wrong, where, and what to do; never a bsn.

    ``systeem`` is the error number with which the system refused, where that is what was wrong: whoever raises this
    in place of another error fills it with `basis.systeem.foutnummer`.
    """

    def __init__(self, tekst: str, *, systeem: int | None = None) -> None:
        super().__init__(tekst)
        self.systeem = systeem
