"""Results beside each other: per month and provider how much is rejected, and which rules rise or fall.

A month is that of the begindatum of a line. A rule is only measured by results in which it ran.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.maskeren import zonder_bsns
from wlz_declaratie.basis.tonen import gemaskeerd
from wlz_declaratie.diensten.basislijn import GETOETST
from wlz_declaratie.diensten.opgeslagen.lezen import Opgeslagen, lees
from wlz_declaratie.diensten.totalen import opgeteld

_GENOEMD = 3


@dataclass(frozen=True)
class Trend:
    """Counts over all ``uitslagen`` (their names), a bsn masked wherever it stands.

    - ``per_maand``: maand and TELLINGEN, in order of time; lines without a month are last, as null;
    - ``per_uitvoerder``: uitvoerder and TELLINGEN, most rejected euros first;
    - ``verloop``: uitvoerder, maand and TELLINGEN;
    - ``regels``: regel_id, titel, maand, getoetst (lines of that month in results in which the rule ran), afkeur and
      signaal (findings);
    - ``verschil``: regel_id, titel, eerder and laatste (rejections on a thousand lines, before and in ``maand``), and
      verschil; what rises most is first, what did not change left out.

    ``maand`` is the last one, None when there are not two to compare.
    """

    uitslagen: tuple[str, ...]
    per_maand: pl.DataFrame
    per_uitvoerder: pl.DataFrame
    verloop: pl.DataFrame
    regels: pl.DataFrame
    verschil: pl.DataFrame
    maand: str | None
    opmerkingen: tuple[str, ...]


@dataclass(frozen=True)
class _Deel:
    """What a result adds."""

    naam: str
    batches: tuple[tuple[str, str], ...]
    """Name and sha256 of each file."""
    facturen: tuple[tuple[str, str], ...]
    """The declarant and factuurnummer of each file that has them."""
    tellingen: pl.DataFrame
    regels: pl.DataFrame


def trend(paden: Iterable[Path], uitvoerders: Sequence[str] = ()) -> Trend:
    """The trend over saved results, of some ``uitvoerders`` or all.

    Raises Gebruikersfout for what is no result, carries no counts, or holds a batch that another has too.
    """
    delen = [_deel(lees(pad), uitvoerders) for pad in paden]
    _eis_verschillend(delen)
    alles = pl.concat([deel.tellingen for deel in delen])
    regels = (
        pl.concat([deel.regels for deel in delen])
        .group_by("regel_id", "maand")
        .agg(pl.col("titel").first(), pl.col("getoetst", "afkeur", "signaal").sum())
        .select("regel_id", "titel", "maand", "getoetst", "afkeur", "signaal")
        .sort("regel_id", "maand", nulls_last=True)
    )
    maanden = alles["maand"].drop_nulls().unique().sort()
    laatste = maanden[-1] if len(maanden) > 1 else None
    return Trend(
        tuple(deel.naam for deel in delen),
        opgeteld(alles, "maand").sort("maand", nulls_last=True),
        opgeteld(alles, "uitvoerder").sort(
            "afgekeurd_cent", "afgekeurd", "uitvoerder", descending=[True, True, False], nulls_last=True
        ),
        opgeteld(alles, "uitvoerder", "maand").sort("uitvoerder", "maand", nulls_last=True),
        regels,
        _verschil(regels, laatste),
        laatste,
        tuple(_opmerkingen(delen)),
    )


def _deel(opgeslagen: Opgeslagen, uitvoerders: Sequence[str]) -> _Deel:
    uitslag, bewaard = opgeslagen.uitslag, opgeslagen.uitslag.bewaard
    if bewaard is None or bewaard.tellingen is None:
        raise Gebruikersfout(
            f"{opgeslagen.naam}: deze uitslag draagt geen tellingen per maand. Maak haar opnieuw met "
            "`declaratie controleer --uit NAAM.json` (of .parquet, .xlsx, .html)."
        )
    gekozen = pl.col("uitvoerder").is_in(uitvoerders) if uitvoerders else pl.lit(value=True)
    tellingen = bewaard.tellingen.filter(gekozen)
    per_maand = tellingen.group_by("maand").agg(getoetst=pl.col("regels").sum())
    gelopen = [(s.regel.id, s.regel.titel) for s in uitslag.regels if s.status in GETOETST]
    gevonden = (
        uitslag.geldend.filter(gekozen)
        .group_by("regel_id", maand=pl.col("begindatum").dt.strftime("%Y-%m"))
        .agg(
            afkeur=(pl.col("ernst") == "afkeur").sum().cast(pl.Int64),
            signaal=(pl.col("ernst") == "signaal").sum().cast(pl.Int64),
        )
    )
    regels = (
        pl.DataFrame(gelopen, schema={"regel_id": pl.String, "titel": pl.String}, orient="row")
        .join(per_maand, how="cross")
        .join(gevonden, on=["regel_id", "maand"], how="left", nulls_equal=True)
        .with_columns(pl.col("afkeur", "signaal").fill_null(0))
    )
    return _Deel(
        opgeslagen.naam,
        tuple((bestand.naam, bestand.sha256) for bestand in uitslag.bestanden),
        tuple(
            (gemaskeerd(herkomst.declaranten[0]), gemaskeerd(herkomst.factuurnummer))
            for herkomst in bewaard.herkomst or ()
            if herkomst.declaranten and herkomst.factuurnummer
        ),
        tellingen.with_columns(zonder_bsns(tellingen["uitvoerder"])),
        regels,
    )


def _eis_verschillend(delen: Sequence[_Deel]) -> None:
    """A batch counts once. Raises Gebruikersfout."""
    gezien: dict[str, str] = {}
    for deel in delen:
        for naam, sha256 in deel.batches:
            if sha256 in gezien:
                raise Gebruikersfout(
                    f"{deel.naam}: batch {naam} staat ook in {gezien[sha256]} en telt dan dubbel. Geef één van beide."
                )
            gezien[sha256] = deel.naam


def _opmerkingen(delen: Sequence[_Deel]) -> Iterator[str]:
    """An invoice in two results: a corrected batch beside the first."""
    vaker = [factuur for factuur, keer in Counter(f for deel in delen for f in {*deel.facturen}).items() if keer > 1]
    for declarant, factuur in sorted(vaker)[:_GENOEMD]:
        waar = f"factuur {factuur} van declarant {declarant} staat in meer dan één uitslag"
        yield f"{waar}; haar declaratieregels tellen elke keer"
    if len(vaker) > _GENOEMD:
        yield f"nog {len(vaker) - _GENOEMD} facturen staan in meer dan één uitslag"


def _verschil(regels: pl.DataFrame, laatste: str | None) -> pl.DataFrame:
    """Rejections on a thousand lines in the last month, beside all months before in which the rule was tested."""
    nu = pl.col("maand") == pl.lit(laatste, pl.String)

    def promille(welke: pl.Expr) -> pl.Expr:
        getoetst = pl.col("getoetst").filter(welke).sum()
        return pl.when(getoetst > 0).then(pl.col("afkeur").filter(welke).sum() * 1000 / getoetst)

    return (
        regels.filter(pl.col("maand").is_not_null())
        .group_by("regel_id", "titel")
        .agg(eerder=promille(~nu), laatste=promille(nu))
        .with_columns(verschil=pl.col("laatste") - pl.col("eerder"))
        .filter(pl.col("verschil") != 0)
        .sort("verschil", "regel_id", descending=[True, False])
    )
