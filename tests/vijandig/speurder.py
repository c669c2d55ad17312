"""Looks for the bsn of a test person in all that a run leaves: names, contents, also inside workbooks and Parquet.

Also in what a workbook or a page carries packed.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.tonen import is_bsn
from wlz_declaratie.diensten.opgeslagen.drager import Onleesbaar, uit_pagina, uit_werkboek

_TESTBSN = re.compile(rb"(?<![0-9a-fA-F])9999[0-9]{5}(?![0-9a-fA-F])")
"""Test people have numbers from this range; between other hexadecimals it is part of a digest."""


def bsns(inhoud: bytes | str) -> set[str]:
    """The test bsns that stand whole in a text."""
    gevonden = _TESTBSN.findall(inhoud.encode("utf-8", "surrogateescape") if isinstance(inhoud, str) else inhoud)
    return {nummer.decode() for nummer in gevonden if is_bsn(nummer.decode())}


def plaatsen(map_: Path, mag: Callable[[Path], bool] = lambda pad: False) -> list[str]:
    """Where below the folder a test bsn stands, in a name or in a file; files for which ``mag`` may hold them."""
    gevonden = []
    for pad in sorted(map_.rglob("*")):
        if mag(pad):
            continue
        if bsns(pad.name):
            gevonden.append(f"naam: {pad.relative_to(map_)}")
        if pad.is_file() and not pad.is_symlink():
            gevonden += [f"{pad.relative_to(map_)}: {bsn}" for deel in _inhoud(pad) for bsn in sorted(bsns(deel))]
    return gevonden


def _inhoud(pad: Path) -> Iterator[bytes]:
    yield pad.read_bytes()
    if pad.suffix == ".xlsx" and zipfile.is_zipfile(pad):
        with zipfile.ZipFile(pad) as werkboek:
            yield from (werkboek.read(lid) for lid in werkboek.namelist())
    if pad.suffix in (".xlsx", ".html"):
        with contextlib.suppress(Onleesbaar, Gebruikersfout):
            yield uit_werkboek(pad, pad.name) if pad.suffix == ".xlsx" else uit_pagina(pad)
    if pad.suffix == ".parquet":
        tabel = pl.read_parquet(pad)
        yield tabel.select(pl.all().cast(pl.String, strict=False)).write_csv().encode()
