"""Working days: Monday to Friday, public holidays excepted.

The holidays are the days of article 3 of the Algemene termijnenwet, Good Friday and every 5 May among them.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

ZONDAG = 7
EERSTE_KONINGSDAG = 2014


def paaszondag(jaar: int) -> date:
    """Easter Sunday of the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    maanjaar = jaar % 19
    eeuw, in_eeuw = divmod(jaar, 100)
    schrikkel_eeuw, rest_eeuw = divmod(eeuw, 4)
    correctie = (eeuw - (eeuw + 8) // 25 + 1) // 3
    epacta = (19 * maanjaar + eeuw - schrikkel_eeuw - correctie + 15) % 30
    schrikkel, rest = divmod(in_eeuw, 4)
    tot_zondag = (32 + 2 * rest_eeuw + 2 * schrikkel - epacta - rest) % 7
    verschuiving = (maanjaar + 11 * epacta + 22 * tot_zondag) // 451
    maand, dag = divmod(epacta + tot_zondag - 7 * verschuiving + 114, 31)
    return date(jaar, maand, dag + 1)


def koningsdag(jaar: int) -> date:
    """The day that keeps the king's (until 2013 the queen's) birthday; never a Sunday but the day before."""
    dag = date(jaar, 4, 27 if jaar >= EERSTE_KONINGSDAG else 30)
    return dag - timedelta(days=1) if dag.isoweekday() == ZONDAG else dag


def feestdagen(jaar: int) -> list[date]:
    """The public holidays of a year, also those in a weekend; every year from 1980 on."""
    pasen = paaszondag(jaar)
    goede_vrijdag, paasmaandag, hemelvaart, pinkstermaandag = (pasen + timedelta(days=n) for n in (-2, 1, 39, 50))
    return [
        date(jaar, 1, 1),
        goede_vrijdag,
        paasmaandag,
        koningsdag(jaar),
        date(jaar, 5, 5),
        hemelvaart,
        pinkstermaandag,
        date(jaar, 12, 25),
        date(jaar, 12, 26),
    ]


def werkdagnummers(van: date, tot: date) -> pl.DataFrame:
    """Every day from ``van`` to ``tot``: dag (Int32 day number) and nummer (Int64), the working days so far.

    The difference of two numbers is how many working days come after the one day, the other day included.
    """
    vrij = [dag for jaar in range(van.year, tot.year + 1) for dag in feestdagen(jaar)]
    dagen = pl.date_range(van, tot, eager=True).alias("dag").to_frame()
    werkdag = (pl.col("dag").dt.weekday() <= 5) & ~pl.col("dag").is_in(vrij)
    return dagen.select(pl.col("dag").to_physical(), nummer=werkdag.cast(pl.Int64).cum_sum())
