"""The history of clients from snapshots: each message tells what holds from the begin of its own decision on.

An AW33 leaves out earlier decisions and ended allocations; it does not withdraw them. So of older messages stays what
lies before the decision of every later one, and within one decision each allocation that no later message repeats.
Messages are put in the order of their days, so that one that arrives late changes only what it knows.

Everything is sorting and a running minimum: a thousand messages of one client cost no more than of a thousand clients.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

_BESLUIT = ["bsn", "besluitnummer"]
_EEN, _NUL = 1 << 32, 1 << 20
"""A day and the number of a decision in one number, of which the day counts first; no day is below zero."""


def volgorde(clienten: pl.DataFrame) -> pl.DataFrame:
    """The clients of messages (client, bsn, dagtekening) with ``orde``: the later in time, the higher.

    Without Dagtekening a message is older than any that has one; of one day the order of the clients decides.
    """
    return clienten.sort("dagtekening", "client", nulls_last=False).with_row_index("orde")


def met_grens(
    clienten: pl.DataFrame, besluiten: pl.DataFrame, rijen: pl.DataFrame, *, per_besluit: bool
) -> pl.DataFrame:
    """The rows of ``clienten`` with bsn, orde and ``grens``: the first day for which a later message replaces them.

    ``clienten`` as `volgorde` gives them; ``besluiten``: client, besluitnummer, and ``ingangsdatum``, the first day of
    the decision. ``per_besluit``: a later message does so only for another decision than the row's own.
    """
    nummers, grenzen = _stand(clienten, besluiten)
    van_hen = (
        rijen.drop("bsn")
        .join(grenzen, on="client", how="inner", maintain_order="left")
        .join(nummers, on="besluitnummer", how="left", nulls_equal=True, maintain_order="left")
    )
    eigen = (pl.col("nummer") == pl.col("eerste_nummer")).fill_null(value=False) & pl.lit(per_besluit)
    grens = pl.when(eigen).then("tweede_dag").otherwise("eerste_dag").cast(pl.Int32).cast(pl.Date)
    return van_hen.with_columns(grens=grens).drop("nummer", "eerste_dag", "eerste_nummer", "tweede_dag")


def _stand(clienten: pl.DataFrame, besluiten: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The ``nummer`` of each besluitnummer, and by client what later messages of the same bsn give.

    Of these: the first day of any decision, the number of that decision, and the first day of any other.
    """
    nummers = (
        besluiten.select("besluitnummer")
        .unique(maintain_order=True)
        .with_row_index("nummer")
        .cast({"nummer": pl.Int64})
    )
    gebeurd = (
        besluiten.drop_nulls("ingangsdatum")
        .join(nummers, on="besluitnummer", nulls_equal=True)
        .join(clienten.select("client", "bsn", "orde"), on="client")
        .sort("bsn", "orde", descending=[False, True])
        .with_columns(samen=(pl.col("ingangsdatum").to_physical().cast(pl.Int64) + _NUL) * _EEN + pl.col("nummer"))
        .with_columns(eerste=pl.col("samen").cum_min().over("bsn"))
        .with_columns(eerder=pl.col("eerste").shift().over("bsn"))
    )
    # Of the two decisions that meet here, the one that does not come first: it may be the first of the others.
    ander = pl.when(pl.col("eerder") % _EEN != pl.col("nummer")).then(pl.max_horizontal("samen", "eerder"))
    per_client = (
        gebeurd.with_columns(tweede=ander.cum_min().forward_fill().over("bsn"))
        .group_by("client", maintain_order=True)
        .agg(pl.last("eerste", "tweede"))
    )
    na = pl.col("eerste", "tweede").forward_fill().shift().over("bsn")
    grenzen = (
        clienten.select("client", "bsn", "orde")
        .join(per_client, on="client", how="left")
        .sort("bsn", "orde", descending=[False, True])
        .with_columns(na)
        .select(
            *("client", "bsn", "orde"),
            eerste_dag=pl.col("eerste") // _EEN - _NUL,
            eerste_nummer=pl.col("eerste") % _EEN,
            tweede_dag=pl.col("tweede") // _EEN - _NUL,
        )
    )
    return nummers, grenzen


def herhaald(rijen: pl.DataFrame, sleutel: Sequence[str]) -> pl.Series:
    """Whether a later message gives the same row again (``sleutel``), within one decision of the client."""
    laatste = pl.col("orde").max().over([*_BESLUIT, *sleutel])
    return rijen.select(pl.col("orde") < laatste).to_series()


def afgekapt(rijen: pl.DataFrame) -> pl.DataFrame:
    """The rows, each ending before ``grens``."""
    eind = pl.min_horizontal("einddatum", (pl.col("grens").to_physical() - 1).cast(pl.Date))
    return rijen.with_columns(einddatum=eind)
