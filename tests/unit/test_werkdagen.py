"""Working days against dates that a calendar of those years shows."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from wlz_declaratie.basis.werkdagen import feestdagen, koningsdag, paaszondag, werkdagnummers


@pytest.mark.parametrize(
    ("jaar", "maand", "dag"),
    [
        *(
            (1981, 4, 19),
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2013, 3, 31),
            (2015, 4, 5),
            (2016, 3, 27),
        ),
        *(
            (2019, 4, 21),
            (2020, 4, 12),
            (2021, 4, 4),
            (2022, 4, 17),
            (2023, 4, 9),
            (2024, 3, 31),
            (2025, 4, 20),
        ),
        *((2026, 4, 5), (2027, 3, 28), (2030, 4, 21), (2038, 4, 25), (2049, 4, 18), (2076, 4, 19)),
    ],
)
def test_pasen(jaar: int, maand: int, dag: int) -> None:
    assert paaszondag(jaar) == date(jaar, maand, dag)


def test_pasen_is_altijd_een_zondag_in_het_goede_bereik() -> None:
    for jaar in range(1980, 2300):
        pasen = paaszondag(jaar)
        assert pasen.isoweekday() == 7
        assert date(jaar, 3, 22) <= pasen <= date(jaar, 4, 25)


@pytest.mark.parametrize(
    ("jaar", "maand", "dag"),
    [(2006, 4, 29), (2013, 4, 30), (2014, 4, 26), (2015, 4, 27), (2024, 4, 27), (2025, 4, 26), (2026, 4, 27)],
)
def test_koningsdag(jaar: int, maand: int, dag: int) -> None:
    assert koningsdag(jaar) == date(jaar, maand, dag)


def test_de_feestdagen_van_een_jaar() -> None:
    assert feestdagen(2026) == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 4, 27),
        date(2026, 5, 5),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]


def _werkdagen(van: date, tot: date) -> int:
    """Working days after ``van``, up to and including ``tot``."""
    nummers = werkdagnummers(van, tot)["nummer"]
    return int(nummers[-1] - nummers[0])


@pytest.mark.parametrize(
    ("van", "tot", "aantal"),
    [
        (date(2026, 3, 31), date(2026, 3, 31), 0),
        (date(2026, 1, 30), date(2026, 2, 1), 0),
        (date(2026, 1, 30), date(2026, 2, 2), 1),
        (date(2026, 4, 2), date(2026, 4, 7), 1),
        (date(2025, 12, 24), date(2026, 1, 2), 4),
        (date(2021, 5, 4), date(2021, 5, 6), 1),
        (date(2023, 5, 4), date(2023, 5, 5), 0),
        (date(2025, 4, 25), date(2025, 4, 28), 1),
        (date(2013, 4, 29), date(2013, 4, 30), 0),
        (date(2014, 4, 29), date(2014, 4, 30), 1),
    ],
)
def test_werkdagen(van: date, tot: date, aantal: int) -> None:
    assert _werkdagen(van, tot) == aantal


def test_elke_dag_heeft_een_nummer_dat_alleen_op_werkdagen_stijgt() -> None:
    van, tot = date(2024, 11, 20), date(2026, 1, 10)
    nummers = werkdagnummers(van, tot)
    assert nummers["dag"].cast(pl.Date).to_list() == [van + timedelta(days=n) for n in range((tot - van).days + 1)]
    stappen = nummers.with_columns(pl.col("dag").cast(pl.Date), stap=pl.col("nummer").diff()).drop_nulls("stap")
    vrij = stappen.filter(pl.col("stap") == 0)["dag"].to_list()
    assert set(stappen["stap"]) == {0, 1}
    doordeweeks = [dag for dag in vrij if dag.isoweekday() <= 5]
    assert doordeweeks == [
        *(date(2024, 12, 25), date(2024, 12, 26), date(2025, 1, 1), date(2025, 4, 18), date(2025, 4, 21)),
        *(date(2025, 5, 5), date(2025, 5, 29), date(2025, 6, 9), date(2025, 12, 25), date(2025, 12, 26)),
        date(2026, 1, 1),
    ]
