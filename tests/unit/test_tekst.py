"""Text per row, also on frames whose chunks a filter left empty."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from wlz_declaratie.basis.tekst import getal, getal_tekst, zin


def test_kolommen_uitdrukkingen_en_vaste_waarden() -> None:
    frame = pl.DataFrame({"n": [1, None], "d": [date(2026, 1, 31)] * 2})
    gevuld = frame.select(zin("{} van {}: {}", "n", pl.lit(3), pl.col("d").dt.strftime("%d-%m-%Y")))
    assert gevuld.to_series().to_list() == ["1 van 3: 31-01-2026", None]


def test_te_veel_of_te_weinig_delen() -> None:
    with pytest.raises(ValueError, match="zip"):
        zin("{} en {}", "a")
    with pytest.raises(ValueError, match="zip"):
        zin("{}", "a", "b")


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
@pytest.mark.parametrize("blijft", [(0, 1, 1), (1, 0, 1), (0, 0, 2), (2, 1, 0)])
def test_lege_stukken_in_een_kolom(blijft: tuple[int, ...], engine: str) -> None:
    stukken = [pl.DataFrame({"n": [nr, nr], "houd": [h > 0, h > 1]}) for nr, h in enumerate(blijft)]
    lijnen = pl.concat(stukken, rechunk=False).lazy().filter("houd")
    verwacht = [f"deel {nr}" for nr, h in enumerate(blijft) for _ in range(h)]
    assert lijnen.select(zin("deel {}", "n")).collect(engine=engine).to_series().to_list() == verwacht


GETALLEN = [0, 7, 999, 1_000, 1_001, 123_456, 1_000_000, 9_876_543_210, -1_234, -999]


def test_punten_tussen_de_duizendtallen() -> None:
    verwacht = ["0", "7", "999", "1.000", "1.001", "123.456", "1.000.000", "9.876.543.210", "-1.234", "-999"]
    assert [getal(n) for n in GETALLEN] == verwacht
    frame = pl.DataFrame({"n": [*GETALLEN, None]}, schema={"n": pl.Int64})
    assert frame.select(getal_tekst(pl.col("n"))).to_series().to_list() == [*verwacht, None]
