"""The findings of now beside those of an earlier result: which are new, which were known, which are gone.

A finding is the same as before when rule, severity, return code, referentienummer, client, prestatie, period,
uitvoerder, amount and gegevens are. File names and line numbers do not count, for a mended batch shifts its lines.
Of one that is gone the line may still be there, mended, or have gone with it.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from wlz_declaratie.contract.tabellen import SOMS
from wlz_declaratie.diensten.controleren import Basislijn, Uitslag
from wlz_declaratie.diensten.opgeslagen.kop import STAND, VERDWENEN
from wlz_declaratie.diensten.opgeslagen.lezen import Opgeslagen
from wlz_declaratie.diensten.telling import geldend
from wlz_declaratie.diensten.vergelijkbaar import verschillen
from wlz_declaratie.kern.taal.rij import ELDERS, RIJEN
from wlz_declaratie.kern.uitkomst import ERNST

GETOETST = ("uitgevoerd", "deels uitgevoerd")

_SLEUTEL = (
    *("regel_id", "ernst", "retourcode", "referentienummer", "prestatiecode", "begindatum", "einddatum"),
    *("uitvoerder", "declaratiebedrag_cent"),
)
_LIJN = ("prestatiecode", "begindatum", "einddatum")
"""What a line is about, besides its client."""
_VERSCHUIFT = "|".join(
    (
        r'"andere_regel":(?:\d+|null),?',
        rf',?"(?:{"|".join((*RIJEN, ELDERS))})":(?:null|"(?:[^"\\]|\\.)*")',
        r',?"voorstel":\{[^{}]*\}',
    )
)
"""The members of gegevens that tell where something stands (a line number, a row of the dossier) or what to do."""
_NEGEN = r"(?:\d{6}|\*{6})(\d{3})"
"""A bsn, masked or not, in a field that is shorter than one."""


def vergelijk(uitslag: Uitslag, eerder: Opgeslagen) -> Uitslag:
    """The result with a ``stand`` on each finding, and the findings that are gone, each hersteld or weg.

    What differs between the two checks is remarked. Raises Gebruikersfout when they share no declarant: then every
    finding would be new and every earlier one gone, which says nothing of either.
    """
    opmerkingen = tuple(f"basislijn {eerder.naam}: {opmerking}" for opmerking in verschillen(uitslag, eerder))
    toen_alle = eerder.uitslag.bevindingen
    nu, toen = _genummerd(uitslag.bevindingen), _genummerd(toen_alle)
    # Of equal findings as many are known as there were. One that was accepted then did not count: it is no excuse now.
    op = [*_SLEUTEL, "_bsn", "_gegevens", "_nr"]
    bekend = nu.join(geldend(toen), on=op, how="semi", nulls_equal=True)["_rij"]
    weg = toen.join(nu, on=op, how="anti", nulls_equal=True)
    getoetst = [status.regel.id for status in uitslag.regels if status.status in GETOETST]
    weg_getoetst = weg.filter(pl.col("regel_id").is_in(getoetst)).sort("_rij")
    verdwenen = toen_alle[weg_getoetst["_rij"]].drop("rij", *SOMS, strict=False)
    is_bekend = pl.int_range(pl.len(), dtype=pl.UInt32).is_in(bekend.implode())
    return replace(
        uitslag,
        bevindingen=uitslag.bevindingen.with_columns(
            stand=pl.when(is_bekend).then(pl.lit("bekend", STAND)).otherwise(pl.lit("nieuw", STAND))
        ),
        basislijn=Basislijn(
            eerder.naam,
            eerder.peildatum,
            verdwenen.with_columns(stand=_geworden(weg_getoetst, uitslag.breed)),
            weg.height - verdwenen.height,
        ),
        opmerkingen=(*uitslag.opmerkingen, *opmerkingen),
    )


def _geworden(weg: pl.DataFrame, breed: pl.LazyFrame) -> pl.Series:
    """For each finding that is gone (as `_genummerd`) whether its line is still there (hersteld) or not (weg).

    A referentienummer names the line, when also the client is the same or all else is; a line without one is told by
    client, prestatie, period and uitvoerder. What spoke of an uitvoerder is hersteld when he still declares, and what
    spoke of the whole batch is.
    """
    if weg.is_empty():
        return pl.Series("stand", [], VERDWENEN)
    lijnen = (
        breed.select("referentienummer", "bsn", *_LIJN, "uitvoerder")
        .with_columns(_zonder_masker())
        .with_columns(_zonder_eigen_bsn("referentienummer"))
    )

    def met(lijst: pl.DataFrame, *op: str) -> pl.Series:
        gezocht = lijnen.join(lijst.lazy().select(op).unique(), on=op, how="semi").select(op).unique()
        return lijst.lazy().join(gezocht, on=op, how="semi").select("_rij").collect()["_rij"]

    met_nummer = weg.filter(pl.col("referentienummer").is_not_null())
    zonder_nummer = weg.filter(pl.col("referentienummer").is_null())
    over_aanbieder = zonder_nummer.filter(pl.col("regelnummer").is_null())
    er_nog = pl.concat(
        [
            met(met_nummer, "referentienummer", "_bsn"),
            met(met_nummer, "referentienummer", *_LIJN),
            met(zonder_nummer, "_bsn", *_LIJN, "uitvoerder"),
            met(over_aanbieder, "uitvoerder"),
            over_aanbieder.filter(pl.col("uitvoerder").is_null())["_rij"],
        ]
    )
    hersteld = pl.col("_rij").is_in(er_nog.unique().implode())
    stand = pl.when(hersteld).then(pl.lit("hersteld", VERDWENEN)).otherwise(pl.lit("weg", VERDWENEN))
    return weg.select(stand.alias("stand")).to_series()


def _genummerd(bevindingen: pl.DataFrame) -> pl.DataFrame:
    """The findings with their place (``_rij``), what identifies them, and a number among equals (``_nr``).

    Of a bsn only the end counts, for one of the two results may be masked; also where it stands in another field.
    """
    return (
        bevindingen.with_columns(pl.col("ernst").cast(ERNST))
        .with_row_index("_rij")
        .with_columns(_zonder_masker(), _gegevens=pl.col("gegevens").str.replace_all(_VERSCHUIFT, ""))
        .with_columns(*map(_zonder_eigen_bsn, ("referentienummer", "_gegevens")))
        .with_columns(_nr=pl.int_range(pl.len()).over(*_SLEUTEL, "_bsn", "_gegevens"))
    )


def _zonder_eigen_bsn(kolom: str) -> pl.Expr:
    """A text that is the same whether the bsn of its line, where it stands in it, is masked or not."""
    tekst, eigen = pl.col(kolom), pl.col("bsn")
    staat_erin = (eigen.str.len_chars() >= 9) & tekst.str.contains(eigen, literal=True)
    return pl.when(staat_erin).then(tekst.str.split(eigen).list.join("*")).otherwise(tekst).alias(kolom)


def _zonder_masker() -> list[pl.Expr]:
    """The fields of a line as they are the same whether bsns are masked or not."""
    kort = pl.col("prestatiecode", "uitvoerder").str.replace_all(_NEGEN, "*${1}")
    return [kort, pl.col("bsn").str.tail(3).alias("_bsn")]
