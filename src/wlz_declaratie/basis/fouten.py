"""Errors that are the user's to mend: one Dutch line, exit code 2."""


class Gebruikersfout(Exception):
    """Wrong use or unusable input. The text says what is wrong, where, and what to do; never a bsn.

    ``systeem`` is the error number with which the system refused, where that is what was wrong: whoever raises this
    in place of another error fills it with `basis.systeem.foutnummer`.
    """

    def __init__(self, tekst: str, *, systeem: int | None = None) -> None:
        super().__init__(tekst)
        self.systeem = systeem
