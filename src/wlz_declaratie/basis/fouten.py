"""Errors that are the user's to mend: one Dutch line, exit code 2."""


class Gebruikersfout(Exception):
    """Wrong use or unusable input. The text says what is wrong, where, and what to do; never a bsn."""
