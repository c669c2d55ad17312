"""Words to choose lines by. What is empty is not chosen, and so is chosen by their opposite (``~``)."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from wlz_declaratie.kern.begrippen import (
    CRISISPAKKET,
    EIGEN_PAKKET,
    PAKKETSOORTEN,
    VERBLIJFSOORTEN,
    ZORGVORMSOORTEN,
)


def een_van(kolom: str, waarden: Iterable[object]) -> pl.Expr:
    """Lines with one of these values in ``kolom``."""
    gekozen = list(waarden)
    raak = pl.col(kolom) == gekozen[0] if len(gekozen) == 1 else pl.col(kolom).is_in(gekozen)
    return raak.fill_null(False)


def soort(*namen: str) -> pl.Expr:
    """Lines with a prestatie of one of these soorten."""
    return een_van("soort", namen)


def code(*codes: str) -> pl.Expr:
    """Lines with one of these prestatiecodes."""
    return een_van("prestatiecode", codes)


def profielcode(*codes: str) -> pl.Expr:
    """Lines whose profile (their own zzpcode, else that of the indication) is one of these."""
    return een_van("profielcode", codes)


def profiel(*groepen: str) -> pl.Expr:
    """Lines whose profile belongs to one of these groups: VV, LG, LVG, …"""
    return een_van("profiel", groepen)


def vorm(*vormen: str) -> pl.Expr:
    """Lines with one of these leveringsvormen."""
    return een_van("leveringsvorm", vormen)


def eigen_pakket(*groepen: str) -> pl.Expr:
    """Lines with the own package of one of these (SG)LVG profiles; that for a crisis is of each of them."""
    codes = [prestatie for groep in groepen for prestatie in EIGEN_PAKKET[groep]]
    return soort("verblijf") & code(*codes, CRISISPAKKET)


def gevuld(kolom: str) -> pl.Expr:
    """Lines on which ``kolom`` is not empty."""
    return pl.col(kolom).is_not_null()


def leeg(kolom: str) -> pl.Expr:
    """Lines on which ``kolom`` is empty."""
    return pl.col(kolom).is_null()


VERBLIJF = soort(*VERBLIJFSOORTEN)
"""A stay: verblijf, LVHC, or an O-prestatie."""
PAKKET = soort(*PAKKETSOORTEN)
"""A stay or vpt: the care of a whole day."""
ZORGVORM = soort(*ZORGVORMSOORTEN)
"""Care by the piece, in an mpt: module, dagbesteding, schoonmaak."""
