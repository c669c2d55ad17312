"""Unbroken runs of days of one client."""

from __future__ import annotations

import polars as pl

from wlz_declaratie.basis.dagen import op_as
from wlz_declaratie.kern.taal.samenloop import met_eigen_dagen


def zonder_randen(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """The lines without the first and the last day of the run that they and those that touch them make.

    ``begin`` and ``eind`` are narrowed, ``lijn_begin`` and ``lijn_eind`` stay the line's own days; a line with no day
    left is left out.
    """
    van, hoogste = pl.col("_van"), pl.col("_tot").cum_max()
    nieuw = (van > hoogste.shift() + 1).fill_null(True)
    klaar = nieuw.shift(-1, fill_value=True)
    nul = op_as("bsn", pl.lit(0))
    return (
        met_eigen_dagen(lijnen)
        .with_columns(_van=op_as("bsn", "begin"), _tot=op_as("bsn", "eind"))
        .sort("_van")
        .with_columns(
            _reeks_van=pl.when(nieuw).then("_van").forward_fill(),
            _reeks_tot=pl.when(klaar).then(hoogste).backward_fill(),
        )
        .with_columns(
            begin=(pl.max_horizontal(van, pl.col("_reeks_van") + 1) - nul).cast(pl.Int32),
            eind=(pl.min_horizontal("_tot", pl.col("_reeks_tot") - 1) - nul).cast(pl.Int32),
        )
        .filter(pl.col("begin") <= pl.col("eind"))
        .drop("_van", "_tot", "_reeks_van", "_reeks_tot")
    )
