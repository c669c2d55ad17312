"""Een bestand wordt een frame met regelnummers, meer niet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.inlezen.basis import REKENBLADEN, Batchbestand, Invoerfout, controleer_bestand, geen_rekenblad

TABULAIR = (".csv", ".tsv", ".parquet", ".xlsx")
AW319 = (".asc", ".txt", ".edi")


def lees_batch(pad: Path, werkmap: Path, vertaald: Mapping[str, str] | None = None, delen: int = 1) -> Batchbestand:
    """Read a batch by its extension; any other extension is accepted when the file begins as an AW319.

    A .txt may be a table as well, for so Excel calls text with tabs: it is one when it begins with the column names.
    ``vertaald``: see `koppen.Gevraagd`.
    ``werkmap`` is a private folder that outlives the result and that the caller removes: big batches are kept
    there, and all that are to be cut into more than one part (``delen``). Raises Invoerfout.
    """
    naam = zonder_bsn(str(pad))
    soort = pad.suffix.lower()
    controleer_bestand(pad, naam)
    if soort in REKENBLADEN:
        raise Invoerfout(naam, *geen_rekenblad(soort))
    if soort in TABULAIR or (soort == ".txt" and not _begint_als_aw319(pad) and _is_tabel(pad, vertaald)):
        from wlz_declaratie.inlezen.tabulair import lees_tabulair

        batch = lees_tabulair(pad, naam, werkmap, vertaald, delen)
    elif soort in AW319 or _begint_als_aw319(pad):
        from wlz_declaratie.inlezen.aw319.lezen import lees_aw319

        batch = lees_aw319(pad, naam, werkmap, delen)
    else:
        soorten = f"AW319 ({' '.join(AW319)}) en {' '.join(TABULAIR)}"
        raise Invoerfout(naam, "dit soort bestand wordt niet gelezen", f"Gelezen worden {soorten}.")

    return replace(_belofte(batch), pad=pad)


def _is_tabel(pad: Path, vertaald: Mapping[str, str] | None) -> bool:
    from wlz_declaratie.inlezen.csv.kop import heeft_kop
    from wlz_declaratie.inlezen.tabulair import gevraagd

    return heeft_kop(pad, gevraagd(vertaald))


def lees_frame(
    frame: pl.DataFrame, naam: str, werkmap: Path, vertaald: Mapping[str, str] | None = None, delen: int = 1
) -> Batchbestand:
    """Read a frame of the caller as the same columns in a Parquet file; see `lees_batch`. Raises Invoerfout."""
    from wlz_declaratie.inlezen.tabulair import lees_frame as lees

    return _belofte(lees(frame, naam, werkmap, vertaald, delen))


def _belofte(batch: Batchbestand) -> Batchbestand:
    from wlz_declaratie.contract.modellen import model

    # On a LazyFrame this compares names, order and types only: a promise of the readers to all that follows.
    model("declaraties").validate(batch.regels)
    return batch


def _begint_als_aw319(pad: Path) -> bool:
    """Whether it begins as a header record with the code of that message."""
    from wlz_declaratie.contract.berichten import KOP, indelingen

    with pad.open("rb") as bestand:
        begin = bestand.read(16).decode("latin-1")
    return begin.startswith(tuple(f"{KOP}{een.bericht}" for een in indelingen("aw319")))
