"""Tables that are written piece by piece, as CSV or as Parquet.

Each is a context that gives what takes the next rows; the file is whole when the context ends without an error. Every
piece has the same columns, and there is at least one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import polars as pl

from wlz_declaratie.inlezen.csv.schrijven import schrijf_csv

Neemt = Callable[[pl.DataFrame], None]


@contextmanager
def csvbestand(doel: Path) -> Iterator[Neemt]:
    """Money in euros with a decimal comma, dates as 2026-01-31, ja and nee."""
    with doel.open("wb") as bestand:
        yield lambda rijen: schrijf_csv(rijen, bestand, kop=bestand.tell() == 0)


@contextmanager
def parquetbestand(doel: Path) -> Iterator[Neemt]:
    """Typed columns, money in whole cents. The pieces lie beside it until they are put into one."""
    with tempfile.TemporaryDirectory(prefix=f".{doel.name}.", dir=doel.parent) as map_:
        delen: list[Path] = []

        def neem(rijen: pl.DataFrame) -> None:
            delen.append(Path(map_, f"{len(delen)}.arrow"))
            rijen.write_ipc(delen[-1], compression="lz4")

        yield neem
        pl.scan_ipc(delen).sink_parquet(doel)


SOORTEN: dict[str, Callable[[Path], AbstractContextManager[Neemt]]] = {".csv": csvbestand, ".parquet": parquetbestand}
"""By extension."""
